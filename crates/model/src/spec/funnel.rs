//! What is a funnel?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::{DAY_US, Duration};

/// An ordered list of steps within a window. Source: `docs/semantics.md#funnels`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FunnelSpec {
    /// Name shown above the funnel.
    #[serde(default)]
    pub name: Option<String>,
    /// Steps, at least one and at most [`MAX_STEPS`].
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
}

/// Most steps of one funnel.
pub const MAX_STEPS: usize = 64;

/// One step. In the configuration either a text (as on the command line) or a table with `name` and `when`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "StepForm", into = "StepForm")]
#[schemars(with = "StepForm")]
pub struct FunnelStep {
    /// Name shown.
    pub name: String,
    /// Which events satisfy the step: event names with `*` and `|`, or a predicate.
    pub when: String,
}

impl FunnelStep {
    /// The step written as one text, which is also its name.
    pub fn of(text: &str) -> Self {
        Self { name: text.to_owned(), when: text.to_owned() }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum StepForm {
    Text(String),
    Table { name: String, when: String },
}

impl From<StepForm> for FunnelStep {
    fn from(form: StepForm) -> Self {
        match form {
            StepForm::Text(text) => Self::of(&text),
            StepForm::Table { name, when } => Self { name, when },
        }
    }
}

impl From<FunnelStep> for StepForm {
    fn from(step: FunnelStep) -> Self {
        if step.name == step.when { Self::Text(step.name) } else { Self::Table { name: step.name, when: step.when } }
    }
}

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
}
