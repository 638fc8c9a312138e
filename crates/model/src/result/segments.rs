//! How does a figure break down by a dimension?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Value shown for null.
pub const NOT_SET: &str = "(not set)";
/// Name of the row that sums the segments beyond the top ones.
pub const OTHER: &str = "(other)";

/// Figures per value of one dimension. Rows add up to the total: largest base first, then by value; `(other)` last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Breakdown<F> {
    /// Column broken down by.
    pub dimension: String,
    /// One row per value shown.
    pub rows: Vec<Segment<F>>,
}

/// Figures of the units that have one value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Segment<F> {
    /// The value; [`NOT_SET`] for null, [`OTHER`] for the rest.
    pub value: String,
    /// How many values the row sums; more than one only for [`OTHER`].
    pub values: u64,
    /// Its figures.
    #[serde(flatten)]
    pub figures: F,
}
