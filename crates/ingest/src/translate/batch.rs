//! Which translated rows wait to be written, and of which records are they?
//!
//! Rows are written many at a time, column by column. Beside them stands what they were made of, for the report of what
//! was rejected, and for the order of rows.

use kundresa_model::index::index32;

use super::{NoRow, Rows};
use crate::mapped::chunk::{Chunk, Texts};
use crate::rejects::Rejects;

/// Most rows that wait, unless one record has more.
const MOST_ROWS: usize = 256;
/// Bytes of records, or of their rows, that wait at most, unless one has more.
const MOST_BYTES: usize = 1 << 20;

/// The records of the rows that wait.
#[derive(Debug, Default)]
pub(super) struct Batch {
    records: Vec<Record>,
    /// Their texts.
    raw: Vec<u8>,
    /// Index of the record of each row.
    record_of: Vec<u32>,
    /// What is no event: index of the record, row among those that wait, and why.
    refused: Vec<(u32, u32, NoRow)>,
    /// Rows that were handed out and not refused.
    kept: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Record {
    /// Its number among the records of the input.
    number: u64,
    line: u64,
    /// Its first row.
    first: u32,
    /// Where its text ends.
    end: usize,
}

impl Batch {
    /// Takes a record whose rows are the last of `rows`, or why it has none.
    pub(super) fn take(&mut self, rows: &Rows, (number, line, raw): (u64, u64, &[u8]), failed: Option<NoRow>) {
        let (index, first) = (index32(self.records.len()), index32(self.record_of.len()));
        self.raw.extend_from_slice(raw);
        self.records.push(Record { number, line, first, end: self.raw.len() });
        self.record_of.resize(rows.len(), index);
        self.refused.extend(failed.map(|why| (index, first, why)));
    }

    /// Whether what waits should be written, where a table has room for so many rows.
    pub(super) fn is_full(&self, rows: &Rows, room: usize) -> bool {
        rows.len() >= room.min(MOST_ROWS)
            || self.records.len() >= 2 * MOST_ROWS
            || self.raw.len().max(rows.bytes()) >= MOST_BYTES
    }

    /// Sets aside the rows that the translator refused; the others.
    pub(super) fn kept(&mut self, rows: &mut Rows) -> Vec<u32> {
        let mut kept = std::mem::take(&mut self.kept);
        kept.clear();
        for row in 0..rows.len() {
            match rows.take_refused(row) {
                Some(why) => self.refuse(index32(row), why),
                None => kept.push(index32(row)),
            }
        }
        kept
    }

    /// Sets a row aside.
    pub(super) fn refuse(&mut self, row: u32, why: NoRow) {
        self.refused.push((self.record_of[row as usize], row, why));
    }

    /// Reports what was set aside, and forgets all records. `kept` is used again.
    pub(super) fn finish(&mut self, kept: Vec<u32>, rejects: &mut Rejects) {
        let rows = self.record_of.len();
        let without_rows = self.refused.iter().filter(|(record, ..)| self.has_no_rows(*record)).count();
        rejects.rows((rows + without_rows) as u64);
        self.refused.sort_by_key(|(record, row, _)| (*record, *row));
        let mut before = None;
        for (record, _, NoRow { reason, detail }) in self.refused.drain(..) {
            let is_first = before.replace(record) != Some(record);
            let record = record as usize;
            let start = record.checked_sub(1).map_or(0, |before| self.records[before].end);
            let Record { line, end, .. } = self.records[record];
            rejects.reject_one_of(line, reason, detail, &self.raw[start..end], is_first);
        }
        self.records.clear();
        self.raw.clear();
        self.record_of.clear();
        self.kept = kept;
    }

    fn has_no_rows(&self, record: u32) -> bool {
        let first = self.records[record as usize].first;
        self.record_of.get(first as usize) != Some(&record)
    }
}

/// Rows that wait, as columns.
pub(super) struct TranslatedRows<'a> {
    pub(super) rows: &'a Rows,
    pub(super) batch: &'a Batch,
    /// Cell of each planned column.
    pub(super) places: &'a [usize],
}

impl Chunk for TranslatedRows<'_> {
    type Column<'a>
        = TranslatedColumn<'a>
    where
        Self: 'a;

    fn column(&self, index: usize) -> TranslatedColumn<'_> {
        TranslatedColumn { rows: self.rows, place: self.places[index] }
    }

    fn place(&self, row: u32) -> Option<(u64, u32)> {
        let record = self.batch.records[self.batch.record_of[row as usize] as usize];
        Some((record.number, row - record.first))
    }

    fn is_passive(&self, row: u32) -> bool {
        self.rows.is_passive(row as usize)
    }

    fn props(&self, row: u32) -> &str {
        self.rows.props(row as usize)
    }

    fn has_own(&self) -> bool {
        true
    }
}

/// A column of them.
pub(super) struct TranslatedColumn<'a> {
    rows: &'a Rows,
    place: usize,
}

impl<'a> Texts<'a> for TranslatedColumn<'a> {
    #[inline]
    fn text(&self, row: u32) -> Option<&'a str> {
        self.rows.cell(row as usize, self.place)
    }
}
