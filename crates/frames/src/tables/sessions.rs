//! Which tables show sessions?

use kundresa_model::rate::Rate;
use kundresa_model::result::sessions::{SessionFigures, SessionsResult};

use super::{NamedFrame, Part, part_columns, segments};
use crate::columns::Columns;
use crate::error::FramesError;

pub fn tables(result: &SessionsResult) -> Result<Vec<NamedFrame>, FramesError> {
    Ok(vec![main(result)?, started_by(result)?])
}

/// The total or one segment; `all` only for the total.
struct SessionRow<'a> {
    part: Part<'a>,
    figures: SessionFigures,
    all: Option<&'a SessionsResult>,
}

fn session_rows(result: &SessionsResult) -> Vec<SessionRow<'_>> {
    let total = SessionFigures {
        sessions: result.sessions,
        session_events: result.session_events,
        single_event_sessions: result.single_event.part(),
    };
    let total = SessionRow { part: Part::Total, figures: total, all: Some(result) };
    let by_segment =
        segments(result.by.as_ref()).map(|(part, figures)| SessionRow { part, figures: *figures, all: None });
    std::iter::once(total).chain(by_segment).collect()
}

/// The main table.
pub fn main(result: &SessionsResult) -> Result<NamedFrame, FramesError> {
    let frame = part_columns(&session_rows(result), |row| row.part)
        .count("sessions", |row| Some(row.figures.sessions))
        .count("actors", |row| row.all.map(|all| all.actors))
        .count("events", |row| row.all.map(|all| all.events))
        .count("session_events", |row| Some(row.figures.session_events))
        .count("bot_events", |row| row.all.map(|all| all.bot_events))
        .count("sessionless_events", |row| row.all.map(|all| all.sessionless_events))
        .count("events_after_end", |row| row.all.map(|all| all.events_after_end))
        .count("unchosen_events", |row| row.all.map(|all| all.unchosen_events))
        .count("unidentified_events", |row| row.all.map(|all| all.unidentified_events))
        .count("capped", |row| row.all.map(|all| all.capped))
        .count("id_reused", |row| row.all.map(|all| all.id_reused))
        .rate("single_event", |row| Some(single_event(row)))
        .rate("events_per_session", |row| row.all.map(|all| all.events_per_session))
        .rate("sessions_per_actor", |row| row.all.map(|all| all.sessions_per_actor))
        .quantiles("duration", |row| row.all.map(|all| &all.duration_us))
        .finish()?;
    Ok(NamedFrame::new("sessions", frame))
}

fn single_event(row: &SessionRow<'_>) -> Rate {
    Rate::of(row.figures.single_event_sessions, row.figures.sessions)
}

fn started_by(result: &SessionsResult) -> Result<NamedFrame, FramesError> {
    let rows: Vec<_> = result.started_by.iter().collect();
    let frame = Columns::of(&rows)
        .text("reason", |(reason, _)| Some(reason))
        .count("sessions", |(_, sessions)| Some(**sessions))
        .finish()?;
    Ok(NamedFrame::new("sessions_started_by", frame))
}
