//! How do rows of JSON that another encoding was put together to become events?
//!
//! They are gathered to chunks and read as lines of the export are. Beside them stands what they were made of, for the
//! report of what was rejected.

use super::chunk::CHUNK_ROWS;
use super::row::Refused;
use super::spare::Lease;
use crate::lines::BLOCK_BYTES;
use crate::rejects::Rejects;
use crate::writer::EventWriter;

/// Writes rows of JSON that come from elsewhere.
pub(super) struct JsonRows {
    work: Lease,
    /// The rows that wait to be written.
    text: String,
    /// Of each of them, how many records there are up to its last.
    rows: Vec<usize>,
    /// Line and end of the text of each record.
    records: Vec<(u64, usize)>,
    raw: Vec<u8>,
}

impl JsonRows {
    /// For one part.
    pub(super) fn new(work: Lease) -> Self {
        Self { work, text: String::new(), rows: Vec::new(), records: Vec::new(), raw: Vec::new() }
    }

    /// Takes a row that `push` appends, made of those records.
    pub(super) fn take<'a>(&mut self, push: impl FnOnce(&mut String), records: impl Iterator<Item = (u64, &'a [u8])>) {
        let start = self.text.len();
        push(&mut self.text);
        let number = self.rows.len();
        self.work.take_text(&self.text, start, number);
        self.note(records);
    }

    /// Takes records that are no row.
    pub(super) fn refuse<'a>(&mut self, why: Refused, records: impl Iterator<Item = (u64, &'a [u8])>) {
        self.work.refuse(self.rows.len(), why);
        self.note(records);
    }

    fn note<'a>(&mut self, records: impl Iterator<Item = (u64, &'a [u8])>) {
        for (line, raw) in records {
            self.raw.extend_from_slice(raw);
            self.records.push((line, self.raw.len()));
        }
        self.rows.push(self.records.len());
    }

    /// Whether the rows that wait should be written before there are more.
    pub(super) fn are_many(&self) -> bool {
        self.rows.len() >= CHUNK_ROWS.min(self.work.writer().room()) || self.text.len() >= BLOCK_BYTES
    }

    /// Writes the rows that wait. Of those that are no events, all records are rejected.
    pub(super) fn write(&mut self, rejects: &mut Rejects) {
        let Self { work, text, rows, records, raw } = self;
        let mut written = rows.len() as u64;
        work.write_texts(text, |row, Refused { reason, detail }| {
            written -= 1;
            let first = row.checked_sub(1).map_or(0, |before| rows[before]);
            for number in first..rows[row] {
                let start = number.checked_sub(1).map_or(0, |before| records[before].1);
                let (line, end) = records[number];
                rejects.row();
                rejects.reject(line, reason, detail.clone(), &raw[start..end]);
            }
        });
        rejects.rows(written);
        text.clear();
        rows.clear();
        records.clear();
        raw.clear();
    }

    /// Whether the scalar at a path is read.
    pub(super) fn wants_leaf(&self, path: &str) -> bool {
        self.work.decoder().wants_props() || self.work.has_leaf(path)
    }

    /// Whether the parameter of a key is read.
    pub(super) fn wants_param(&self, key: &str) -> bool {
        self.work.decoder().wants_param(key)
    }

    /// Whether items are read.
    pub(super) fn wants_items(&self) -> bool {
        self.work.decoder().wants_items()
    }

    /// Where the events are.
    pub(super) fn writer(&mut self) -> &mut EventWriter {
        self.work.writer_mut()
    }

    /// Whether a table has room for further rows.
    pub(super) fn has_room(&self) -> bool {
        self.work.has_room()
    }

    /// Values that could not be read.
    pub(super) fn bad_values(&self) -> u64 {
        self.work.writer().bad_values()
    }
}
