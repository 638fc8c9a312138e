//! How far did they get?

mod around;
mod trend;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use around::{NextAction, NextActions, OpenStep, OptionalStep};
pub use trend::{FunnelTrend, TrendBucket};

use crate::count::Count;
use crate::rate::Rate;
use crate::result::money::Amount;
use crate::result::quantiles::Quantiles;
use crate::result::segments::Breakdown;
use crate::result::statistics::{Comparison, Interval};
use crate::spec::funnel::{Emulation, Exclusion, FunnelEntry, FunnelUnit, OnExclusion, Window};
use crate::spec::scope::FilterScope;
use crate::time::Duration;

/// Result of `funnel`. For k < N: `reached[k] = reached[k+1] + stopped[k] + open[k]`; at N stopped = open = 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelResult {
    /// Name of the funnel, if it has one.
    pub name: Option<String>,
    /// Whose journeys are counted.
    pub unit: FunnelUnit,
    /// Which entry counts.
    pub entry: FunnelEntry,
    /// Longest time from step 1 to the last, as written.
    pub window: Window,
    /// The product whose way of counting was emulated; then levels are that product's, nobody is open, and no step has a
    /// time. Absent for our own definition.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub emulation: Option<Emulation>,
    /// What the filter had to match; null without a filter.
    pub filter_scope: Option<FilterScope>,
    /// Columns whose values all events of a unit share: a unit is then an actor (or session) with one tuple of values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hold: Vec<String>,
    /// Events that end an attempt, as asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Exclusion>,
    /// What remains of an attempt that was ended; null without exclusions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_exclusion: Option<OnExclusion>,
    /// Events that `directly` looks at; null for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub universe: Option<String>,
    /// Units that could have entered: actors with events that take part, or chosen sessions, each with one tuple of values
    /// if properties are held. One of them may yield several entries or attempts.
    pub candidates: Count,
    /// Required steps in order.
    pub steps: Vec<FunnelStepResult>,
    /// Optional steps in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional: Vec<OptionalStep>,
    /// Reached the last step out of reached the first.
    pub conversion: Rate,
    /// Between which bounds the conversion lies; null where units are no actors that count once, or nobody entered.
    #[serde(default)]
    pub conversion_interval: Option<Interval>,
    /// Witness's first to last step, microseconds, of those that reached the last step.
    pub time_to_convert_us: Quantiles,
    /// How many times lie at most at each bound of `time_bounds_us` and above the one before; at last those above all.
    #[serde(default)]
    pub time_to_convert_counts: Vec<u64>,
    /// Bounds of the histograms of times, inclusive, microseconds, rising.
    #[serde(default)]
    pub time_bounds_us: Vec<i64>,
    /// By dimension: each unit has the value of its witness's step 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Breakdown<FunnelSegment>>,
    /// By calendar bucket of the witness's step 1, if asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<FunnelTrend>,
    /// Every required step counted from the step before, if asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_funnel: Option<Vec<OpenStep>>,
}

/// Figures of one required step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelStepResult {
    /// Name of the step.
    pub name: String,
    /// Predicate of the step, as written.
    pub when: String,
    /// Longest time since the step before, if there is a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Duration>,
    /// Whether it must be the very next event after the step before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub directly: bool,
    /// Number of the any-order group it belongs to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<u32>,
    /// Events of candidates, from `--from` on, that satisfy the step and that the filter shows.
    #[serde(default)]
    pub events: Count,
    /// Units whose level is at least this step.
    pub reached: Count,
    /// Units that got no further and can't any more.
    pub stopped: Count,
    /// Units that got no further yet, but their window is not over.
    pub open: Count,
    /// Reached out of those that reached step 1.
    pub of_entered: Rate,
    /// Reached out of those that reached the step before; for step 1 out of candidates, and undefined where one candidate
    /// may enter several times.
    pub of_previous: Rate,
    /// Stopped out of reached − open: the drop-off that is certain.
    pub drop_off: Rate,
    /// Witness's previous step to this one, microseconds; empty for step 1.
    pub time_from_previous_us: Quantiles,
    /// The same as counts per bound of `time_bounds_us`; empty for step 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub time_from_previous_counts: Vec<u64>,
    /// What those that stopped here did next; null at the last step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextActions>,
    /// Money of the witness's events at this step, by currency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub value: Vec<Amount>,
    /// The part of it that belongs to units that stopped here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stopped_value: Vec<Amount>,
}

/// A funnel of one segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelSegment {
    /// Steps in order.
    pub steps: Vec<StepCounts>,
    /// Reached the last step out of reached the first.
    pub conversion: Rate,
    /// As in the total.
    #[serde(default)]
    pub conversion_interval: Option<Interval>,
    /// The conversion against that of everybody outside of the segment.
    #[serde(default)]
    pub comparison: Option<Comparison>,
    /// First to last step, microseconds.
    pub time_to_convert_us: Quantiles,
}

/// Counts of one step in one segment or bucket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepCounts {
    /// Name of the step.
    pub name: String,
    /// As in [`FunnelStepResult`].
    pub reached: Count,
    /// As in [`FunnelStepResult`].
    pub stopped: Count,
    /// As in [`FunnelStepResult`].
    pub open: Count,
    /// As in [`FunnelStepResult`].
    pub drop_off: Rate,
}
