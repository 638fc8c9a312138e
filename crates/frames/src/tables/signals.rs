//! Which tables show signals by page?

use kundresa_model::result::signals::SignalsResult;

use super::NamedFrame;
use crate::columns::Columns;
use crate::error::FramesError;

pub fn tables(result: &SignalsResult) -> Result<Vec<NamedFrame>, FramesError> {
    Ok(vec![main(result)?, heatmaps(result)?])
}

/// The main table: a page and period each.
pub fn main(result: &SignalsResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(&result.page_signals)
        .text("page", |row| Some(&row.page))
        .text("start", |row| row.start.as_deref())
        .count("events", |row| Some(row.events))
        .count("sessions", |row| Some(row.sessions))
        .count("persons", |row| Some(row.persons))
        .count("responses", |row| Some(row.responses))
        .rate("nps", |row| Some(row.nps))
        .rate("promoters", |row| Some(row.promoters))
        .rate("detractors", |row| Some(row.detractors))
        .rate("emotion", |row| Some(row.emotion))
        .count("recordings", |row| Some(row.recordings))
        .rate("rage_clicks", |row| Some(row.rage_clicks))
        .rate("u_turns", |row| Some(row.u_turns))
        .rate("dead_clicks", |row| Some(row.dead_clicks))
        .finish()?;
    Ok(NamedFrame::new("by_page", frame))
}

fn heatmaps(result: &SignalsResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(&result.heatmaps)
        .text("page", |row| row.page.as_deref())
        .text("heatmap", |row| Some(&row.heatmap))
        .text("element", |row| Some(&row.element))
        .rate("clicks", |row| Some(row.clicks))
        .finish()?;
    Ok(NamedFrame::new("heatmaps", frame))
}
