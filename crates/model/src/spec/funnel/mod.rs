//! What is a funnel?

mod emulation;
mod exclusion;
mod step;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use emulation::{ClickhouseMode, ClickhouseModes, Emulation, EmulationError, PosthogOrder};
pub use exclusion::{Exclusion, OnExclusion};
pub use step::FunnelStep;

use crate::spec::calendar::CalendarUnit;
use crate::time::{DAY_US, Duration};

/// An ordered list of steps within a window. Source: `docs/semantics.md#funnels`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FunnelSpec {
    /// Name shown above the funnel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Steps, at least one and at most [`MAX_STEPS`], members of any-order groups counted one by one.
    #[serde(deserialize_with = "step::deserialize", serialize_with = "step::serialize")]
    #[schemars(with = "Vec<step::StepForm>")]
    pub steps: Vec<FunnelStep>,
    /// Longest time from step 1 to the last step, inclusive.
    #[serde(default)]
    pub window: Window,
    /// Whose journey counts.
    #[serde(default)]
    pub unit: FunnelUnit,
    /// Which entry counts.
    #[serde(default)]
    pub entry: FunnelEntry,
    /// Events that end an attempt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Exclusion>,
    /// What remains of an attempt that an exclusion ended.
    #[serde(default)]
    pub on_exclusion: OnExclusion,
    /// Predicate: `directly` looks at the events that match it and skips all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub universe: Option<String>,
    /// Text columns or properties whose values all steps of a chain must share; null equals nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hold: Vec<String>,
    /// Count every step from the step before, however somebody came there, beside the chains.
    #[serde(default)]
    pub open: bool,
    /// Calendar buckets, in the report zone, by which entries are counted as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<CalendarUnit>,
    /// Count as another product does, to compare figures.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub emulation: Option<Emulation>,
}

/// Most steps of one funnel.
pub const MAX_STEPS: usize = 64;

/// Longest time from step 1 to the last step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub enum Window {
    /// At most this long, inclusive.
    Within(Duration),
    /// No limit.
    None,
}

impl Default for Window {
    fn default() -> Self {
        Self::Within(Duration::from_us(7 * DAY_US))
    }
}

impl Window {
    /// Length in microseconds; `i64::MAX` for no limit.
    pub fn as_us(self) -> i64 {
        match self {
            Self::Within(duration) => duration.as_us(),
            Self::None => i64::MAX,
        }
    }
}

impl std::str::FromStr for Window {
    type Err = crate::time::DurationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim() == "none" { Ok(Self::None) } else { text.parse().map(Self::Within) }
    }
}

impl TryFrom<String> for Window {
    type Error = crate::time::DurationError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Window> for String {
    fn from(window: Window) -> Self {
        window.to_string()
    }
}

impl std::fmt::Display for Window {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Within(duration) => duration.fmt(formatter),
            Self::None => formatter.write_str("none"),
        }
    }
}

/// Whose journey a funnel counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FunnelUnit {
    /// Each actor counts once, with its best level.
    #[default]
    Actor,
    /// Each session counts once; all steps must lie in it.
    Session,
    /// Each attempt counts: converted ones first, then the entries outside of them.
    Attempt,
}

/// Which entry counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FunnelEntry {
    /// The optimum over all entries.
    #[default]
    Best,
    /// Only the first entry time; any event of that tick.
    First,
    /// Each event of step 1 is an entry of its own, with its best chain.
    Every,
}
