//! How many sessions are there, of how many actors, with what length?

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::count::Count;
use crate::rate::Rate;
use crate::result::quantiles::Quantiles;
use crate::result::segments::Breakdown;

/// Result of `sessions`.
///
/// `session_events + unchosen_events + bot_events + sessionless_events + events_after_end = events`; without filters nothing is
/// unchosen. Events without an actor (`unidentified_events`) are part of the last three.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SessionsResult {
    /// Sessions chosen.
    pub sessions: Count,
    /// Distinct actors: with any event that takes part, or, under a filter, `--from` included, with a chosen session.
    pub actors: Count,
    /// All events of the log, whatever the filter.
    pub events: u64,
    /// Events in chosen sessions, those without activity included.
    pub session_events: Count,
    /// Events that `--bots` left out.
    pub bot_events: u64,
    /// Events that take part but are in no session.
    pub sessionless_events: Count,
    /// Events after the data end.
    pub events_after_end: u64,
    /// Events in sessions that the filter or `--from` did not choose.
    pub unchosen_events: Count,
    /// Events without an actor; they are in no session.
    pub unidentified_events: u64,
    /// Chosen sessions that go on after a cap.
    pub capped: Count,
    /// Chosen sessions that begin where a vendor id was used again.
    pub id_reused: Count,
    /// Chosen sessions by the reason they began.
    pub started_by: BTreeMap<String, Count>,
    /// Chosen sessions with a single activity event, out of chosen sessions.
    pub single_event: Rate,
    /// Activity events per chosen session.
    pub events_per_session: Rate,
    /// Chosen sessions per actor.
    pub sessions_per_actor: Rate,
    /// Last minus first activity event of chosen sessions, microseconds.
    pub duration_us: Quantiles,
    /// By dimension: each session has its first filled value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Breakdown<SessionFigures>>,
}

/// Session figures of one segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionFigures {
    /// Sessions.
    pub sessions: Count,
    /// Events in them.
    pub session_events: Count,
    /// Sessions with a single activity event.
    pub single_event_sessions: Count,
}
