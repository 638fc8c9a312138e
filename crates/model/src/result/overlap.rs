//! Which persons do the sources of a log share?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::count::Count;
use crate::rate::Rate;

/// Persons by source and by pair of sources, whatever the filter. `both` ≤ either side of a pair.
/// Source: `docs/semantics.md#persons-of-several-sources`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OverlapResult {
    /// Sources with events that take part, by name.
    pub source_persons: Vec<SourcePersons>,
    /// Every pair of them, in the order of the sources.
    pub source_pairs: Vec<SourcePair>,
}

/// One source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourcePersons {
    /// Name of the source.
    pub source: String,
    /// Actors with at least one event of it.
    pub persons: Count,
    /// Its events without any identifier, which are nobody's.
    pub unidentified_events: u64,
}

/// Two sources.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourcePair {
    /// Name of the first.
    pub one: String,
    /// Name of the second.
    pub other: String,
    /// Actors with events of both.
    pub both: Count,
    /// `both` out of the persons of the first.
    pub of_one: Rate,
    /// `both` out of the persons of the second.
    pub of_other: Rate,
}

impl SourcePair {
    /// Whether it is known that nobody was seen in both, although both have somebody.
    pub fn shares_nobody(&self) -> bool {
        self.both == 0 && self.of_one.denominator > 0 && self.of_other.denominator > 0
    }
}
