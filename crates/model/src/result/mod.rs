//! What was found: one file per analysis, serialized as documented in `docs/json.md`.
//!
//! Counts are exact; a rate keeps its base; lists are sorted as their item says, so bytes never depend on threads.

pub mod bridge;
pub mod carts;
pub mod explained;
pub mod flow;
pub mod funnel;
pub mod funnel_actors;
pub mod money;
pub mod overlap;
pub mod overview;
pub mod paths;
pub mod phases;
pub mod quantiles;
pub mod segments;
pub mod sessions;
pub mod signals;
pub mod statistics;
pub mod transitions;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Result of one analysis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum AnalysisResult {
    /// Of `sessions`.
    Sessions(sessions::SessionsResult),
    /// Of `phases`.
    Phases(phases::PhasesResult),
    /// Of `transitions`, between phases or events.
    Transitions(transitions::TransitionsResult),
    /// Of `funnel`.
    Funnel(funnel::FunnelResult),
    /// Of `overview`.
    Overview(Box<overview::OverviewResult>),
    /// Of `carts`.
    Carts(Box<carts::CartsResult>),
    /// Of `paths`.
    Paths(paths::PathsResult),
    /// Of `funnel --bridge`.
    Bridge(bridge::BridgeResult),
    /// Of `by-page`.
    Signals(signals::SignalsResult),
    /// Persons that sources share, which stands beside every result of several sources.
    Overlap(overlap::OverlapResult),
}
