//! Which rows of a flattened table are one event?
//!
//! Where a row is about one parameter or one item, the rows of an event follow each other and agree in everything that
//! the export knows of the event. Two events may agree in all that too: a row that adds nothing to the event at hand
//! begins another.

use super::row::{Pair, RowParts};
use crate::limits::LONGEST_RECORD;

/// Most rows of an event; the export allows some dozens of parameters and 200 items.
pub(super) const MOST_ROWS: usize = 4096;

/// An event whose rows are being read.
#[derive(Debug, Default)]
pub(super) struct Event {
    parts: RowParts,
    /// Its rows as they were read, with their lines, for the report of what was rejected.
    pub(super) rows: Vec<(u64, Vec<u8>)>,
    /// Bytes of its rows.
    bytes: usize,
    /// Whether its first rows were too long and are gone.
    is_rest: bool,
}

impl Event {
    /// Of its first row.
    pub(super) fn new(parts: &RowParts, line: u64, raw: &[u8]) -> Self {
        Self { parts: parts.clone(), rows: vec![(line, raw.to_owned())], bytes: raw.len(), is_rest: false }
    }

    /// Of a row that the event at hand did not take.
    pub(super) fn after(&self, parts: &RowParts, line: u64, raw: &[u8]) -> Self {
        let mut next = Self::new(parts, line, raw);
        if parts.identity == self.parts.identity {
            next.is_rest = self.is_too_long();
            next.parts.head.clone_from(&self.parts.head);
        }
        next
    }

    /// What tells it from others.
    pub(super) fn identity(&self) -> &str {
        &self.parts.identity
    }

    /// Takes a further row of the event; whether it is one.
    pub(super) fn take(&mut self, row: &RowParts, line: u64, raw: &[u8]) -> bool {
        if row.identity != self.parts.identity || self.is_too_long() {
            return false;
        }
        let (params, users) = (new_pairs(&self.parts.params, &row.params), new_pairs(&self.parts.users, &row.users));
        let items: Vec<&String> = row.items.iter().filter(|item| !self.parts.items.contains(item)).collect();
        if params.is_empty() && users.is_empty() && items.is_empty() {
            return false;
        }
        self.parts.params.extend(params);
        self.parts.users.extend(users);
        self.parts.items.extend(items.into_iter().cloned());
        self.rows.push((line, raw.to_owned()));
        self.bytes += raw.len();
        true
    }

    /// Whether it has more rows or parameters than any event, or they are together longer than a row may be.
    pub(super) fn is_too_long(&self) -> bool {
        let pairs = self.parts.params.len() + self.parts.users.len();
        self.is_rest || self.bytes > LONGEST_RECORD || self.rows.len().max(pairs) > MOST_ROWS
    }

    /// Appends the event as the export writes it.
    pub(super) fn push_json(&self, out: &mut String) {
        self.parts.push_json(out);
    }
}

/// The pairs of a row whose keys are not known yet.
fn new_pairs(known: &[Pair], row: &[Pair]) -> Vec<Pair> {
    row.iter().filter(|pair| !known.iter().any(|known| known.key == pair.key)).cloned().collect()
}
