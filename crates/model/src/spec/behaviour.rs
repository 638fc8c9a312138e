//! By which of the things they do are visitors of a web server taken for programs?
//!
//! Source: `docs/semantics.md#sessions`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule by which a visitor is a program. The order is that in which they are asked; the first that fits names a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BotRule {
    /// Asked for `/robots.txt`.
    RobotsTxt,
    /// At least 5 requests, every one of them `HEAD`.
    HeadOnly,
    /// More than 150 pages within 5 minutes.
    Pace,
    /// At least 20 requests that are no files, each as long after the one before, to the second.
    Beat,
    /// At least 20 pages and never a file, in a log that has files.
    NoAssets,
}

impl BotRule {
    /// All rules, in order.
    pub const ALL: [Self; 5] = [Self::RobotsTxt, Self::HeadOnly, Self::Pace, Self::Beat, Self::NoAssets];

    /// Name in configuration and results.
    pub fn name(self) -> &'static str {
        match self {
            Self::RobotsTxt => "robots_txt",
            Self::HeadOnly => "head_only",
            Self::Pace => "pace",
            Self::Beat => "beat",
            Self::NoAssets => "no_assets",
        }
    }
}

/// Which visitors are bots by what they do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BehaviourSpec {
    /// Rules that make a visitor of a web server a bot. None: only the user agent and the source's own mark do.
    pub bots: Vec<BotRule>,
}

impl BehaviourSpec {
    /// Whether nobody is judged by what they do.
    pub fn is_off(&self) -> bool {
        self.bots.is_empty()
    }
}

/// Whom a rule made bots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BotRuleCount {
    /// The rule.
    pub rule: BotRule,
    /// Visitors that were none by their user agent.
    pub actors: u64,
    /// All of their events.
    pub events: u64,
}
