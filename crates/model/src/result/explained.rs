//! Why does one actor's journey read as it does?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Result of `phases --explain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainedJourneys {
    /// The actor asked for.
    pub actor: String,
    /// Name of the taxonomy.
    pub taxonomy: String,
    /// Canonical phase a journey aims at.
    pub goal: String,
    /// Phase of the taxonomy that the goal belongs to.
    pub goal_phase: String,
    /// Without activity for this long before the data end, a journey is over (microseconds).
    pub horizon_us: i64,
    /// The journeys of that name: one, or one each where a login, a device or the like have the same text.
    pub journeys: Vec<ExplainedJourney>,
}

/// One actor's journey with what decided about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainedJourney {
    /// What became of it.
    pub fate: JourneyFate,
    /// Phase of the last visit; null without a classified event.
    pub last_phase: Option<String>,
    /// The furthest canonical phase observed; null without a classified event.
    pub attained: Option<String>,
    /// Time of the last activity event, without any of the last event, UTC microseconds.
    pub last_seen_us: i64,
    /// Whether that event is activity.
    pub is_last_seen_active: bool,
    /// Last seen plus the horizon, UTC microseconds: the journey is over if the data end is not before this.
    pub over_at_us: i64,
    /// Visits in order.
    pub visits: Vec<ExplainedVisit>,
    /// Events that take part, in the total order.
    pub events: Vec<ExplainedEvent>,
}

/// What became of a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JourneyFate {
    /// Over before the goal was attained.
    DroppedBeforeGoal,
    /// Over, the goal attained.
    DroppedAfterGoal,
    /// It may go on.
    Open,
    /// No event is classified.
    NoPhase,
}

/// One visit to a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainedVisit {
    /// Phase key.
    pub phase: String,
    /// Number of its first event.
    pub first_event: u64,
    /// Number of its last event.
    pub last_event: u64,
    /// Events in the phase; unclassified ones between them are not counted.
    pub events: u64,
    /// First event of this visit to first event of the next, microseconds; null for the last visit.
    pub dwell_us: Option<i64>,
    /// Last minus first event in the phase, summed over its sessions, microseconds.
    pub active_us: i64,
}

/// One event with its labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainedEvent {
    /// Number in the total order, from 1.
    pub number: u64,
    /// Time, UTC microseconds.
    pub ts_us: i64,
    /// Whether only the day is known.
    pub is_day_precision: bool,
    /// Number of the actor's session, from 1; null for an event in no session.
    pub session: Option<u64>,
    /// Why a session begins with this event; null for all others.
    pub session_started_by: Option<String>,
    /// Event name.
    pub event: String,
    /// Page.
    pub page: Option<String>,
    /// Stage of a CRM record.
    pub stage: Option<String>,
    /// Canonical phase observed; null for an unclassified event.
    pub observed: Option<String>,
    /// Phase of the taxonomy; null for an unclassified event.
    pub phase: Option<String>,
    /// The furthest canonical phase observed so far.
    pub attained: Option<String>,
    /// Rule that gave the phase.
    pub rule: Option<String>,
    /// Number of the visit it belongs to, from 1; null for an unclassified event.
    pub visit: Option<u64>,
    /// Whether a visit begins with it.
    pub starts_visit: bool,
    /// Whether it is the person's doing.
    pub is_activity: bool,
    /// Whether the vendor made it up; such a row has no phase.
    pub is_synthetic: bool,
    /// Whether it repeats an order.
    pub is_repeated_order: bool,
}
