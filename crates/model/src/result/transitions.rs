//! What follows what?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::count::Count;
use crate::rate::Rate;
use crate::result::quantiles::Quantiles;
use crate::result::segments::Breakdown;

/// Pseudo-node before the first phase or event.
pub const START: &str = "start";
/// Pseudo-node before the first chosen visit of a journey that began before `--from` or outside the filter.
pub const CONTINUED: &str = "continued";
/// Pseudo-node after the last phase or event of a journey that is over, or of a session.
pub const EXIT: &str = "exit";
/// Pseudo-node after the last phase of a journey that may go on.
pub const OPEN: &str = "open";
/// Pseudo-node for a next visit that the filter did not choose.
pub const UNCHOSEN: &str = "unchosen";

/// Result of `transitions`.
///
/// For every node p: row p = visits of p = column p; rows `start` + `continued` = columns `exit` + `open` + `unchosen`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TransitionsResult {
    /// What the nodes are.
    pub of: TransitionsOf,
    /// Nodes in journey order (phases) or by falling count (events, pages), pseudo-nodes left out.
    pub nodes: Vec<TransitionNode>,
    /// Counts by falling count, then by names. Zero counts are left out.
    pub transitions: Vec<Transition>,
    /// Actors with events but without a classified one (phases only).
    pub no_phase_actors: Count,
    /// Transitions to a lower phase (phases only).
    pub regressions: Count,
    /// Of `transitions`, those to a lower phase; they add up to `regressions` (phases only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regression_pairs: Vec<Transition>,
    /// By dimension: each unit has its first filled value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Breakdown<TransitionFigures>>,
}

/// What the nodes of a transition are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransitionsOf {
    /// Visits to journey phases of an actor.
    Phases,
    /// Consecutive activity events of one session.
    Events,
    /// Pages of consecutive views of one session.
    Pages,
}

/// A node with how often it was visited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TransitionNode {
    /// Phase key, event name or page.
    pub name: String,
    /// Visits (phases) or occurrences (events, pages).
    pub visits: Count,
    /// First event of a visit to first event of the next, microseconds; visits without a next are left out.
    pub dwell_us: Quantiles,
}

/// What an end of a transition is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A phase, event or page.
    #[default]
    Node,
    /// What stands before the first or after the last of them: `start`, `continued`, `exit`, `open` or `unchosen`; also the sum of
    /// small nodes under a privacy threshold, `(other)`.
    Pseudo,
}

impl NodeKind {
    /// The word for it in files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Pseudo => "pseudo",
        }
    }
}

/// How often `to` came next after `from`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Transition {
    /// Phase key, event name or page, or `start` or `continued`.
    pub from: String,
    /// Whether `from` came with the data: an event may be called `start`.
    pub from_kind: NodeKind,
    /// Phase key, event name or page, or `exit`, `open` or `unchosen`; also the sum of
    /// small nodes under a privacy threshold, `(other)`.
    pub to: String,
    /// Whether `to` came with the data: an event may be called `exit`.
    pub to_kind: NodeKind,
    /// Count.
    pub count: Count,
    /// How many actors did so, each counted once (phases only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actors: Option<Count>,
    /// Count out of all transitions from `from`.
    pub share: Rate,
}

impl Transition {
    /// Where it comes from, and what that is.
    pub fn source(&self) -> (&str, NodeKind) {
        (&self.from, self.from_kind)
    }

    /// Where it leads to, and what that is.
    pub fn target(&self) -> (&str, NodeKind) {
        (&self.to, self.to_kind)
    }
}

/// Transitions of one segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TransitionFigures {
    /// Units (journeys or sessions) in the segment.
    pub units: Count,
    /// As in the total.
    pub transitions: Vec<Transition>,
}
