//! Which records wait for others that go on with them, and where do they stand?

use kundresa_model::quality::RejectReason;

use super::NoRow;

/// Most bytes of text of records that are read as one.
const LONGEST: usize = 16 << 20;

/// Records that belong together.
pub(super) struct Held {
    /// Number of the first among the records of the input.
    pub(super) number: u64,
    /// The line on which each begins, and its text.
    pub(super) lines: Vec<(u64, Vec<u8>)>,
    /// Bytes of their text.
    bytes: usize,
}

impl Held {
    /// One record.
    pub(super) fn new(number: u64, line: u64, raw: &[u8]) -> Self {
        Self { number, lines: vec![(line, raw.to_vec())], bytes: raw.len() }
    }

    /// Adds a record.
    pub(super) fn take(&mut self, line: u64, raw: &[u8]) -> Result<(), NoRow> {
        if self.bytes + raw.len() > LONGEST {
            let first = self.lines.first().map_or(0, |(line, _)| *line);
            let detail = format!("with the lines before it, from line {first} on, longer than 16 MiB");
            return Err(NoRow::new(RejectReason::LineTooLong, detail));
        }
        self.bytes += raw.len();
        self.lines.push((line, raw.to_vec()));
        Ok(())
    }
}
