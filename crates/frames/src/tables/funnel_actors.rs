//! Which tables show actors in a funnel?

use kundresa_model::result::funnel_actors::{ActorTimeline, FunnelActors, FunnelEvent, FunnelJourney, MatchedStep};

use super::NamedFrame;
use crate::columns::Columns;
use crate::error::FramesError;

/// The timelines if they were asked for, and the chains.
pub fn tables(actors: &FunnelActors) -> Result<Vec<NamedFrame>, FramesError> {
    let chains = chains(&actors.units)?;
    Ok(if actors.timelines.is_empty() { vec![chains] } else { vec![timelines(&actors.timelines)?, chains] })
}

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
        .count("timeline", |row| row.0.timeline)
        .finish()?;
    Ok(NamedFrame::new("funnel_actors", frame))
}

/// One row per event of the actors listed, each actor once.
fn timelines(timelines: &[ActorTimeline]) -> Result<NamedFrame, FramesError> {
    let rows: Vec<(u64, &ActorTimeline, &FunnelEvent, String)> = (1..)
        .zip(timelines)
        .flat_map(|(number, timeline)| timeline.events.iter().map(move |event| (number, timeline, event)))
        .map(|(number, timeline, event)| {
            let steps: Vec<String> = event.satisfies.iter().map(u64::to_string).collect();
            (number, timeline, event, steps.join(" "))
        })
        .collect();
    let frame = Columns::of(&rows)
        .count("timeline", |row| Some(row.0))
        .text("actor", |row| Some(&row.1.actor))
        .whole("ts_us", |row| Some(row.2.ts_us))
        .count("session_index", |row| row.2.session)
        .text("event", |row| Some(&row.2.event))
        .text("page", |row| row.2.page.as_deref())
        .text("satisfies", |row| Some(&row.3))
        .finish()?;
    Ok(NamedFrame::new("funnel_timelines", frame))
}
