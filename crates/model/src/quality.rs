//! What came in, what was kept, and what was set aside and why?
//!
//! Identity, checked by the store: `rows_in = events + duplicates + rejected + replaced + forgotten`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base64;

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
    /// The raw text of the row, whole, without its line end; for Parquet the row as JSON. Bytes that are not UTF-8 show as
    /// U+FFFD here.
    pub raw: String,
    /// The exact bytes of the row in Base64, where `raw` can't hold them; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_base64: Option<String>,
}

impl RejectedRow {
    /// The same row with `bytes` as its raw text.
    #[must_use]
    pub fn with_raw(self, bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self { raw: text.to_owned(), raw_base64: None, ..self },
            Err(_) => {
                let raw = String::from_utf8_lossy(bytes).into_owned();
                Self { raw, raw_base64: Some(base64::encoded(bytes)), ..self }
            }
        }
    }

    /// The exact bytes of the row; `None` if `raw_base64` is no Base64.
    pub fn raw_bytes(&self) -> Option<Vec<u8>> {
        match &self.raw_base64 {
            None => Some(self.raw.clone().into_bytes()),
            Some(text) => base64::decoded(text),
        }
    }
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
    /// A line that is none of its log.
    BadLine,
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
            Self::BadLine => "not a line of this format",
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
    /// Times that were corrected for the clocks of devices.
    #[serde(default, skip_serializing_if = "ClockCounts::is_none")]
    pub clocks: ClockCounts,
    /// Amounts that were to be converted into one currency.
    #[serde(default, skip_serializing_if = "CurrencyCounts::is_none")]
    pub currencies: CurrencyCounts,
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
    /// Times that were corrected for the clocks of devices; absent where none was.
    #[serde(default, skip_serializing_if = "ClockCounts::is_none")]
    pub clocks: ClockCounts,
    /// Amounts that were to be converted into one currency; absent where there were none.
    #[serde(default, skip_serializing_if = "CurrencyCounts::is_none")]
    pub currencies: CurrencyCounts,
}

/// What became of rows with amounts in another currency than the one that all are converted into.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CurrencyCounts {
    /// Rows that were converted.
    pub converted: u64,
    /// Rows that stay in their currency since no rate was known on their day, by currency; `(not set)` for those that name
    /// none.
    pub unconverted: BTreeMap<String, u64>,
}

impl CurrencyCounts {
    /// Whether there was nothing to convert.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what another part counted.
    pub fn add(&mut self, other: &Self) {
        self.converted += other.converted;
        for (currency, rows) in &other.unconverted {
            *self.unconverted.entry(currency.clone()).or_default() += rows;
        }
    }
}

/// What became of times that devices told together with when they sent them and when they were received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClockCounts {
    /// Rows whose time was moved.
    pub corrected: u64,
    /// Rows whose times can't be true together and were left as they are.
    pub implausible: u64,
}

impl ClockCounts {
    /// Whether no time was looked at that needed it.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl std::ops::AddAssign for ClockCounts {
    fn add_assign(&mut self, other: Self) {
        self.corrected += other.corrected;
        self.implausible += other.implausible;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(bytes: &[u8]) -> RejectedRow {
        let reason = RejectReason::BadUtf8;
        let row = RejectedRow {
            input: "a.csv".into(),
            line: 1,
            reason,
            detail: String::new(),
            raw: String::new(),
            raw_base64: None,
        };
        row.with_raw(bytes)
    }

    #[test]
    fn raw_text_keeps_every_byte() {
        assert_eq!((row(b"a,b").raw.as_str(), row(b"a,b").raw_base64), ("a,b", None));
        let odd = row(b"a\xff,b");
        assert_eq!((odd.raw.as_str(), odd.raw_base64.as_deref()), ("a\u{fffd},b", Some("Yf8sYg==")));
        assert_eq!(odd.raw_bytes().as_deref(), Some(&b"a\xff,b"[..]));
        let told: RejectedRow = serde_json::from_str(&serde_json::to_string(&odd).unwrap()).unwrap();
        assert_eq!(told, odd);
    }

    #[test]
    fn rows_written_without_the_field_are_read() {
        let text = r#"{"input":"a","line":1,"reason":"bad_time","detail":"","raw":"x"}"#;
        let row: RejectedRow = serde_json::from_str(text).unwrap();
        assert_eq!(row.raw_bytes().as_deref(), Some(&b"x"[..]));
        assert_eq!(serde_json::to_string(&row).unwrap(), text);
    }
}
