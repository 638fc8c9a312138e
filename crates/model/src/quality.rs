//! What came in, what was kept, and what was set aside and why?
//!
//! Identity, checked by the store: `rows_in = events + duplicates + rejected + replaced + forgotten`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A row that did not become an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RejectedRow {
    /// Input path relative to the source's root.
    pub input: String,
    /// Line number from 1 in text inputs; row number from 1 in Parquet.
    pub line: u64,
    /// Reason in the closed list of [`RejectReason`].
    pub reason: RejectReason,
    /// What exactly was wrong, with the value found.
    pub detail: String,
    /// The raw text of the row, whole; for Parquet the row as JSON.
    pub raw: String,
}

/// Why a row was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// No event time.
    MissingTime,
    /// The event time does not follow the pinned format.
    BadTime,
    /// No event name.
    MissingEvent,
    /// More or fewer fields than the header.
    FieldCount,
    /// Not valid JSON, or not a JSON object.
    BadJson,
    /// Bytes that are not UTF-8.
    BadUtf8,
    /// The source itself marks the row as excluded.
    ExcludedBySource,
    /// A line longer than the reader accepts.
    LineTooLong,
}

impl RejectReason {
    /// The reason as a short sentence for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::MissingTime => "no event time",
            Self::BadTime => "event time not readable",
            Self::MissingEvent => "no event name",
            Self::FieldCount => "other number of fields than the header",
            Self::BadJson => "not a valid JSON object",
            Self::BadUtf8 => "not valid UTF-8",
            Self::ExcludedBySource => "marked as excluded by the source",
            Self::LineTooLong => "line too long",
        }
    }
}

/// What reading one part gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartReport {
    /// Input path relative to the source's root.
    pub input: String,
    /// Name of the source.
    pub source: String,
    /// Canonical rows read, rejected ones included.
    pub rows_in: u64,
    /// Rows set aside.
    pub rejected: u64,
    /// Rows set aside by reason.
    pub rejected_by_reason: BTreeMap<RejectReason, u64>,
    /// Money values that were not readable; the row was kept without them.
    pub bad_values: u64,
    /// Further notes for people.
    pub warnings: Vec<String>,
}

/// Sums over all parts of a load. These depend on rows only, never on how inputs were cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoadTotals {
    /// Canonical rows read.
    pub rows_in: u64,
    /// Events kept, those without an actor included.
    pub events: u64,
    /// Rows folded because their source gave them the same event id and identifiers.
    pub duplicates: u64,
    /// Rows set aside.
    pub rejected: u64,
    /// Rejected rows by reason.
    pub rejected_by_reason: BTreeMap<RejectReason, u64>,
    /// Rows of a partition that another export of the same partition replaces.
    pub replaced: u64,
    /// Rows of people who are to be forgotten.
    pub forgotten: u64,
    /// Events without any identifier.
    pub unidentified: u64,
    /// Distinct actors.
    pub actors: u64,
    /// Event ids seen under more than one set of identifiers; all their rows are kept.
    pub event_id_conflicts: u64,
    /// Identical rows without an event id beyond the first of each; all are kept.
    pub repeated_rows: u64,
    /// Purchases whose order id their actor had already had.
    pub repeated_orders: u64,
    /// Money values that were not readable; their rows were kept.
    pub bad_values: u64,
}
