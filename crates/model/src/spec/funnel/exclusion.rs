//! Which events end an attempt at a funnel?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Events that end an attempt which has reached step `from` but not yet step `to`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Which events: event names with `*` and `|`, or a predicate.
    pub when: String,
    /// First step, from 1, after which it counts; without one, step 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u32>,
    /// Step, up to the number of steps, from which on it no longer counts; without one, the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
}

/// What remains of an attempt that an exclusion ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnExclusion {
    /// The steps it had reached (as Mixpanel counts).
    #[default]
    Truncate,
    /// Nothing, not even step 1 (as PostHog counts).
    Void,
}
