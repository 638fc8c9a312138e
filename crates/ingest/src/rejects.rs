//! Which rows of a part were set aside, and why?

use kundresa_model::quality::{PartReport, RejectReason, RejectedRow};

/// Collects what one part rejects.
#[derive(Clone, Debug, Default)]
pub struct Rejects {
    report: PartReport,
}

impl Rejects {
    /// Nothing rejected yet.
    pub fn new(input: &str, source: &str) -> Self {
        Self { report: PartReport { input: input.to_owned(), source: source.to_owned(), ..PartReport::default() } }
    }

    /// Counts one row that was read, whether it will be kept or not.
    pub fn row(&mut self) {
        self.report.rows_in += 1;
    }

    /// Rows read so far.
    pub fn rows_in(&self) -> u64 {
        self.report.rows_in
    }

    /// Sets a row aside. `line` counts from 1; `raw` is the whole row.
    pub fn reject(&mut self, line: u64, reason: RejectReason, detail: String, raw: String) {
        let input = self.report.input.clone();
        self.report.rejected.push(RejectedRow { input, line, reason, detail, raw });
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
