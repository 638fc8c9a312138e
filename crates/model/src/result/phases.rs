//! Where are people on their journey, where do they stop?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::count::Count;
use crate::rate::Rate;
use crate::result::quantiles::Quantiles;
use crate::result::segments::Breakdown;
use crate::result::statistics::{Comparison, Interval};

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
    pub actors: Count,
    /// Actors with events but without a classified one.
    pub no_phase_actors: Count,
    /// Without activity for this long before the data end, a journey is over (microseconds).
    pub horizon_us: i64,
    /// Canonical phase a journey aims at.
    pub goal: String,
    /// Phase of the taxonomy that the goal belongs to.
    pub goal_phase: String,
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
    pub visitors: Count,
    /// Visitors out of actors.
    #[serde(default)]
    pub reached: Rate,
    /// Interval of that share; null without actors, or where the share is hidden.
    #[serde(default)]
    pub reached_interval: Option<Interval>,
    /// Visitors whose last visit is in another phase.
    pub moved_on: Count,
    /// Visitors whose journey ended here.
    pub dropped: Count,
    /// Interval of the dropped out of visitors; null without visitors, or where either is hidden.
    #[serde(default)]
    pub dropped_interval: Option<Interval>,
    /// Of those dropped: had not attained the goal. Only these are loss.
    pub dropped_before_goal: Count,
    /// Of those dropped: had attained the goal; their journey ended here.
    pub dropped_after_goal: Count,
    /// Visitors last seen here whose horizon is not over.
    pub open: Count,
    /// Chosen visits.
    pub visits: Count,
    /// Events observed in the phase, in chosen visits.
    pub events: Count,
    /// First event of a visit to first event of the next, microseconds; visits without a next are left out.
    pub dwell_us: Quantiles,
    /// Time inside the visit's sessions, last minus first event in the phase, microseconds.
    pub active_us: Quantiles,
}

/// Phases of one segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhaseSegment {
    /// Actors in the segment.
    pub actors: Count,
    /// Per phase in journey order.
    pub phases: Vec<PhaseCounts>,
}

/// Counts of one phase in one segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhaseCounts {
    /// Phase key.
    pub phase: String,
    /// As in [`PhaseFigures`].
    pub visitors: Count,
    /// Visitors out of the segment's actors.
    #[serde(default)]
    pub reached: Rate,
    /// As in [`PhaseFigures`].
    #[serde(default)]
    pub reached_interval: Option<Interval>,
    /// That share compared with that of all other segments; null where it, or what it is compared with, is hidden.
    #[serde(default)]
    pub comparison: Option<Comparison>,
    /// As in [`PhaseFigures`].
    pub moved_on: Count,
    /// As in [`PhaseFigures`].
    pub dropped: Count,
    /// As in [`PhaseFigures`].
    pub open: Count,
}
