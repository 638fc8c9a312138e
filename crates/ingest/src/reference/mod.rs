//! What does a report say that someone else counted?
//!
//! The interface of GA4 exports sums, not events: reports, overviews with several tables, explorations. They are read as
//! [`ReferenceTable`]s, to be set beside figures of our own ([`compare()`]), and never taken for a log. `parse` reads the
//! text, `heatmap` that of heatmaps, `words` knows the names of figures and dimensions, `compare` puts two figures side by side, `reasons` says why
//! they may differ.

mod compare;
mod heatmap;
mod parse;
mod reasons;
mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use compare::{ComparedFigure, compare};
pub use heatmap::read as read_heatmap;
pub(crate) use parse::is_report;
pub use parse::{parse, read};
pub use reasons::Reason;
pub use words::{Dimension, Figure};

/// One table of a report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReferenceTable {
    /// What the report calls itself; the file's name where it does not.
    pub report: String,
    /// First day, `YYYY-MM-DD`; null where the report does not say.
    pub start: Option<String>,
    /// Last day, inclusive.
    pub end: Option<String>,
    /// Names of the columns that say what a row is about.
    pub dimensions: Vec<String>,
    /// Names of the columns of figures.
    pub metrics: Vec<String>,
    /// Rows.
    pub rows: Vec<ReferenceRow>,
    /// The row of totals, if there is one: a figure per metric.
    pub totals: Option<Vec<Option<f64>>>,
    /// Lines that fit no table, from 1.
    pub unread_lines: Vec<u64>,
}

/// One row of a report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReferenceRow {
    /// A value per dimension.
    pub dimensions: Vec<String>,
    /// A figure per metric; null where the cell holds none.
    pub metrics: Vec<Option<f64>>,
}
