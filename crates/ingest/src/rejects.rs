//! Which rows of a part were set aside, and why?

use kundresa_model::quality::{PartReport, RejectReason, RejectedRow};

use crate::builder::TABLE_ROWS;

/// Bytes of raw text that may wait to be taken.
const WAITING_BYTES: usize = 16 << 20;

/// Longest record that is repeated for each of its rejected rows.
const OFTEN_REPEATED: usize = 64 << 10;

/// Collects what one part rejects.
#[derive(Clone, Debug, Default)]
pub struct Rejects {
    report: PartReport,
    /// Rows that nobody has taken yet.
    rows: Vec<RejectedRow>,
    /// Bytes of their raw text.
    bytes: usize,
}

impl Rejects {
    /// Nothing rejected yet.
    pub fn new(input: &str, source: &str) -> Self {
        let report = PartReport { input: input.to_owned(), source: source.to_owned(), ..PartReport::default() };
        Self { report, rows: Vec::new(), bytes: 0 }
    }

    /// Counts one row that was read, whether it will be kept or not.
    pub fn row(&mut self) {
        self.report.rows_in += 1;
    }

    /// Counts rows that were read.
    pub fn rows(&mut self, rows: u64) {
        self.report.rows_in += rows;
    }

    /// Rows read so far.
    pub fn rows_in(&self) -> u64 {
        self.report.rows_in
    }

    /// Sets a row aside. `line` counts from 1; `raw` is the whole row, byte for byte.
    pub fn reject(&mut self, line: u64, reason: RejectReason, detail: String, raw: &[u8]) {
        let input = self.report.input.clone();
        let row = RejectedRow { input, line, reason, detail, raw: String::new(), raw_base64: None }.with_raw(raw);
        self.report.rejected += 1;
        *self.report.rejected_by_reason.entry(reason).or_default() += 1;
        self.bytes += row.raw.len() + row.raw_base64.as_ref().map_or(0, String::len);
        self.rows.push(row);
    }

    /// Sets one of a record's rows aside. The text of a long record stands with the first of them alone.
    pub fn reject_one_of(&mut self, line: u64, reason: RejectReason, detail: String, raw: &[u8], is_first: bool) {
        if is_first || raw.len() <= OFTEN_REPEATED {
            return self.reject(line, reason, detail, raw);
        }
        self.reject(line, reason, format!("{detail}; the record stands with the first of its rejected rows"), b"");
    }

    /// Whether so much waits to be taken that the reader should hand out a table, even an empty one.
    pub fn is_full(&self) -> bool {
        self.rows.len() >= TABLE_ROWS || self.bytes >= WAITING_BYTES
    }

    /// The rows set aside since the last call.
    pub fn take(&mut self) -> Vec<RejectedRow> {
        self.bytes = 0;
        std::mem::take(&mut self.rows)
    }

    /// Adds a note for people.
    pub fn warn(&mut self, text: String) {
        self.report.warnings.push(text);
    }

    /// The report so far.
    pub fn report(&self, bad_values: u64) -> PartReport {
        PartReport { bad_values, ..self.report.clone() }
    }
}
