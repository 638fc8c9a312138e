//! Which table shows one actor's journey? One row per event.

use kundresa_model::result::explained::{ExplainedEvent, ExplainedJourneys};

use super::NamedFrame;
use crate::columns::Columns;
use crate::error::FramesError;

/// The events of the journeys, in order; `journey` counts them from 1.
pub fn explained(result: &ExplainedJourneys) -> Result<NamedFrame, FramesError> {
    let journeys = result.journeys.iter().zip(1u64..);
    let rows: Vec<(u64, &ExplainedEvent)> =
        journeys.flat_map(|(journey, number)| journey.events.iter().map(move |event| (number, event))).collect();
    let frame = Columns::of(&rows)
        .text("actor", |_| Some(&result.actor))
        .count("journey", |row| Some(row.0))
        .count("number", |row| Some(row.1.number))
        .whole("ts_us", |row| Some(row.1.ts_us))
        .count("session_index", |row| row.1.session)
        .text("session_started_by", |row| row.1.session_started_by.as_deref())
        .text("event", |row| Some(&row.1.event))
        .text("page", |row| row.1.page.as_deref())
        .text("stage", |row| row.1.stage.as_deref())
        .text("observed_phase", |row| row.1.observed.as_deref())
        .text("phase", |row| row.1.phase.as_deref())
        .text("attained_phase", |row| row.1.attained.as_deref())
        .text("rule", |row| row.1.rule.as_deref())
        .count("visit", |row| row.1.visit)
        .truth("starts_visit", |row| row.1.starts_visit)
        .truth("is_activity", |row| row.1.is_activity)
        .truth("is_day_precision", |row| row.1.is_day_precision)
        .truth("is_synthetic", |row| row.1.is_synthetic)
        .truth("is_repeated_order", |row| row.1.is_repeated_order)
        .finish()?;
    Ok(NamedFrame::new("explained_events", frame))
}
