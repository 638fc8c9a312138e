//! Which rows of a flattened table are one event?
//!
//! Where a row is about one parameter or one item, the rows of an event follow each other and agree in everything that
//! the export knows of the event. Two events may agree in all that too: a row that adds nothing to the event at hand
//! begins another.

use super::row::{Pair, RowParts, push_name};
use crate::json::flatten::push_string;
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
    pub(super) fn new(parts: RowParts, line: u64, raw: &[u8]) -> Self {
        Self { parts, rows: vec![(line, raw.to_owned())], bytes: raw.len(), is_rest: false }
    }

    /// Of a row that the event at hand did not take.
    pub(super) fn after(&self, parts: RowParts, line: u64, raw: &[u8]) -> Self {
        let is_rest = self.is_too_long() && parts.identity == self.parts.identity;
        Self { is_rest, ..Self::new(parts, line, raw) }
    }

    /// Takes a further row of the event; gives it back if it is none.
    pub(super) fn take(&mut self, row: RowParts, line: u64, raw: &[u8]) -> Result<(), RowParts> {
        if row.identity != self.parts.identity || self.is_too_long() {
            return Err(row);
        }
        let (params, users) = (new_pairs(&self.parts.params, &row.params), new_pairs(&self.parts.users, &row.users));
        let items: Vec<&String> = row.items.iter().filter(|item| !self.parts.items.contains(item)).collect();
        if params.is_empty() && users.is_empty() && items.is_empty() {
            return Err(row);
        }
        self.parts.params.extend(params);
        self.parts.users.extend(users);
        self.parts.items.extend(items.into_iter().cloned());
        self.rows.push((line, raw.to_owned()));
        self.bytes += raw.len();
        Ok(())
    }

    /// Whether it has more rows than any event, or they are together longer than a row may be.
    pub(super) fn is_too_long(&self) -> bool {
        self.is_rest || self.bytes > LONGEST_RECORD || self.rows.len() > MOST_ROWS
    }

    /// The event as the export writes it.
    pub(super) fn push_json(&self, out: &mut String) {
        out.clear();
        out.push('{');
        out.push_str(&self.parts.head);
        push_pairs(out, "event_params", &self.parts.params);
        push_pairs(out, "user_properties", &self.parts.users);
        if !self.parts.items.is_empty() {
            push_name(out, "items");
            push_list(out, self.parts.items.iter(), |out, item| out.push_str(item));
        }
        out.push('}');
    }
}

/// The pairs of a row whose keys are not known yet.
fn new_pairs(known: &[Pair], row: &[Pair]) -> Vec<Pair> {
    row.iter().filter(|pair| !known.iter().any(|known| known.key == pair.key)).cloned().collect()
}

fn push_pairs(out: &mut String, name: &str, pairs: &[Pair]) {
    if pairs.is_empty() {
        return;
    }
    push_name(out, name);
    push_list(out, pairs.iter(), |out, pair| {
        out.push_str("\"key\":");
        push_string(out, &pair.key);
        out.push_str(",\"value\":{");
        out.push_str(&pair.value);
        out.push('}');
    });
}

/// Appends a list of objects.
fn push_list<T>(out: &mut String, entries: impl Iterator<Item = T>, mut push: impl FnMut(&mut String, T)) {
    out.push('[');
    for (index, entry) in entries.enumerate() {
        out.push_str(if index > 0 { ",{" } else { "{" });
        push(out, entry);
        out.push('}');
    }
    out.push(']');
}
