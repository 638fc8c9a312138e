//! Where are people on their journey, where do they stop?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rate::Rate;
use crate::result::quantiles::Quantiles;
use crate::result::segments::Breakdown;

/// Result of `phases`. Per phase `visitors = moved_on + dropped + open`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhasesResult {
    /// Name of the taxonomy.
    pub taxonomy: String,
    /// Classified out of classifiable events, a fraction; null without events. Its counts are in `coverage_of`.
    pub coverage: Option<f64>,
    /// Classified events out of events with an actor, without bots and vendor-synthetic rows.
    pub coverage_of: Rate,
    /// The same without the last rule, which usually catches all that is left.
    pub coverage_without_last_rule: Rate,
    /// Events by rule, in rule order, `unclassified` last; they add up to the classifiable events.
    pub rules: Vec<RuleShare>,
    /// Actors with any event.
    pub actors: u64,
    /// Actors with events but without a classified one.
    pub no_phase_actors: u64,
    /// Without activity for this long before the data end, a journey is over (microseconds).
    pub horizon_us: i64,
    /// Phase a journey aims at.
    pub goal: String,
    /// Phases in journey order.
    pub phases: Vec<PhaseFigures>,
    /// By dimension: each journey has its first filled value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Breakdown<PhaseSegment>>,
}

/// How many events a rule classified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleShare {
    /// Name of the rule, or `unclassified`.
    pub rule: String,
    /// Canonical phase it assigns; null for `unclassified`.
    pub phase: Option<String>,
    /// Events out of classifiable events.
    pub events: Rate,
}

/// Figures of one phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhaseFigures {
    /// Phase key.
    pub phase: String,
    /// Actors with a chosen visit.
    pub visitors: u64,
    /// Visitors whose last visit is in another phase.
    pub moved_on: u64,
    /// Visitors whose journey ended here.
    pub dropped: u64,
    /// Of those dropped: had not attained the goal. Only these are loss.
    pub dropped_before_goal: u64,
    /// Of those dropped: had attained the goal; their journey ended here.
    pub dropped_after_goal: u64,
    /// Visitors last seen here whose horizon is not over.
    pub open: u64,
    /// Chosen visits.
    pub visits: u64,
    /// Events observed in the phase, in chosen visits.
    pub events: u64,
    /// First event of a visit to first event of the next, microseconds; visits without a next are left out.
    pub dwell_us: Quantiles,
    /// Time inside the visit's sessions, last minus first event in the phase, microseconds.
    pub active_us: Quantiles,
}

/// Phases of one segment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PhaseSegment {
    /// Actors in the segment.
    pub actors: u64,
    /// Per phase in journey order.
    pub phases: Vec<PhaseCounts>,
}

/// Counts of one phase in one segment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PhaseCounts {
    /// Phase key.
    pub phase: String,
    /// As in [`PhaseFigures`].
    pub visitors: u64,
    /// As in [`PhaseFigures`].
    pub moved_on: u64,
    /// As in [`PhaseFigures`].
    pub dropped: u64,
    /// As in [`PhaseFigures`].
    pub open: u64,
}
