//! How far did they get?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rate::Rate;
use crate::result::quantiles::Quantiles;
use crate::result::segments::Breakdown;
use crate::spec::funnel::{FunnelEntry, FunnelUnit, Window};
use crate::spec::scope::FilterScope;

/// Result of `funnel`. For k < N: `reached[k] = reached[k+1] + stopped[k] + open[k]`; at N stopped = open = 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelResult {
    /// Name of the funnel, if it has one.
    pub name: Option<String>,
    /// Whose journeys are counted.
    pub unit: FunnelUnit,
    /// Which entry counts.
    pub entry: FunnelEntry,
    /// Longest time from step 1 to the last, as written.
    pub window: Window,
    /// What the filter had to match; null without a filter.
    pub filter_scope: Option<FilterScope>,
    /// Units that could have entered: actors with events that take part, or chosen sessions.
    pub candidates: u64,
    /// Steps in order.
    pub steps: Vec<FunnelStepResult>,
    /// Reached the last step out of reached the first.
    pub conversion: Rate,
    /// Witness's first to last step, microseconds, of those that reached the last step.
    pub time_to_convert_us: Quantiles,
    /// By dimension: each unit has the value of its witness's step 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Breakdown<FunnelSegment>>,
}

/// Figures of one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelStepResult {
    /// Name of the step.
    pub name: String,
    /// Predicate of the step, as written.
    pub when: String,
    /// Units whose level is at least this step.
    pub reached: u64,
    /// Units that got no further and can't any more.
    pub stopped: u64,
    /// Units that got no further yet, but their window is not over.
    pub open: u64,
    /// Reached out of those that reached step 1.
    pub of_entered: Rate,
    /// Reached out of those that reached the step before; for step 1 out of candidates.
    pub of_previous: Rate,
    /// Stopped out of reached − open: the drop-off that is certain.
    pub drop_off: Rate,
    /// Witness's previous step to this one, microseconds; empty for step 1.
    pub time_from_previous_us: Quantiles,
}

/// A funnel of one segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelSegment {
    /// Steps in order.
    pub steps: Vec<StepCounts>,
    /// Reached the last step out of reached the first.
    pub conversion: Rate,
    /// First to last step, microseconds.
    pub time_to_convert_us: Quantiles,
}

/// Counts of one step in one segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepCounts {
    /// Name of the step.
    pub name: String,
    /// As in [`FunnelStepResult`].
    pub reached: u64,
    /// As in [`FunnelStepResult`].
    pub stopped: u64,
    /// As in [`FunnelStepResult`].
    pub open: u64,
    /// As in [`FunnelStepResult`].
    pub drop_off: Rate,
}
