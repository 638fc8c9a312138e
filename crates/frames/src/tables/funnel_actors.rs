//! Which tables show actors in a funnel?

use kundresa_model::result::funnel_actors::{FunnelEvent, FunnelJourney, MatchedStep};

use super::NamedFrame;
use crate::columns::Columns;
use crate::error::FramesError;

/// One row per unit and step of its witness; a unit that reached none has one row without a step.
pub fn chains(units: &[FunnelJourney]) -> Result<NamedFrame, FramesError> {
    let mut rows: Vec<(&FunnelJourney, Option<&MatchedStep>)> = Vec::new();
    for unit in units {
        if unit.matched.is_empty() {
            rows.push((unit, None));
        }
        rows.extend(unit.matched.iter().map(|step| (unit, Some(step))));
    }
    let frame = Columns::of(&rows)
        .text("actor", |row| Some(&row.0.actor))
        .count("session_index", |row| row.0.session)
        .count("level", |row| Some(row.0.level))
        .truth("is_open", |row| row.0.is_open)
        .count("step", |row| row.1.map(|step| step.step))
        .text("step_name", |row| row.1.map(|step| step.name.as_str()))
        .whole("ts_us", |row| row.1.map(|step| step.event.ts_us))
        .text("event", |row| row.1.map(|step| step.event.event.as_str()))
        .text("page", |row| row.1.and_then(|step| step.event.page.as_deref()))
        .whole("since_previous_us", |row| row.1.and_then(|step| step.since_previous_us))
        .finish()?;
    Ok(NamedFrame::new("funnel_actors", frame))
}

/// One row per event of the actors listed.
pub fn timelines(units: &[FunnelJourney]) -> Result<NamedFrame, FramesError> {
    let rows: Vec<(&FunnelJourney, &FunnelEvent, String)> = units
        .iter()
        .flat_map(|unit| unit.timeline.iter().map(move |event| (unit, event)))
        .map(|(unit, event)| (unit, event, event.satisfies.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")))
        .collect();
    let frame = Columns::of(&rows)
        .text("actor", |row| Some(&row.0.actor))
        .count("unit_session_index", |row| row.0.session)
        .count("level", |row| Some(row.0.level))
        .truth("is_open", |row| row.0.is_open)
        .whole("ts_us", |row| Some(row.1.ts_us))
        .count("session_index", |row| row.1.session)
        .text("event", |row| Some(&row.1.event))
        .text("page", |row| row.1.page.as_deref())
        .text("satisfies", |row| Some(&row.2))
        .finish()?;
    Ok(NamedFrame::new("funnel_timelines", frame))
}
