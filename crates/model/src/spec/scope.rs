//! Which units count, and into which segments do they fall?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Filters and breakdown of one analysis. They never change sessions, phases or identity. Source: `docs/semantics.md#filters-and-breakdowns`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scope {
    /// Units start at or after this instant (UTC microseconds). The end is the data end.
    pub from_us: Option<i64>,
    /// Predicate text, if any.
    pub filter: Option<String>,
    /// What the predicate must match; `None` takes the analysis' own default.
    pub filter_scope: Option<FilterScope>,
    /// Only actors of this persona count.
    pub persona: Option<String>,
    /// Text column to break down by, or `persona`; [`Self::dimension`] tells which.
    pub by: Option<String>,
    /// Segments shown before the rest becomes `(other)`.
    pub top: usize,
    /// Privacy threshold: cells of fewer actors than this are hidden; 0 for none.
    #[serde(default)]
    pub min_actors: u64,
}

/// Segments shown unless said otherwise.
pub const DEFAULT_TOP: usize = 10;

/// What a filter's predicate must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilterScope {
    /// The event itself: the analysis sees only matching events.
    Event,
    /// The session has a matching event.
    Session,
    /// The actor has a matching event.
    Actor,
}
