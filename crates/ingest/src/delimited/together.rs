//! Where may a delimited text be cut whose rows may go on with the rows before them?
//!
//! The lines of an order, or the rows of an event, follow each other and agree in one column. So a part goes on past its
//! end as long as rows have what the last of its own has there. What can't be told is kept together, and what would be too
//! long is left to the readers of streams, with all that follows it.

use super::split::{Splitter, unquoted};
use crate::text_parts::{Block, Row, Split, Stop};

/// Bytes beyond the end of a part in which rows are looked for that belong to it.
const MOST_BYTES: usize = 4 << 20;
/// Rows at the end of a part among which one is looked for that can be told.
const MOST_ROWS: usize = 16;

/// Splits a text, and tears nothing apart that agrees in a column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Together {
    splitter: Splitter,
    /// The column; none where rows are by themselves.
    shared: Option<usize>,
}

impl Together {
    /// For a text of so many columns.
    pub(crate) fn new(delimiter: u8, width: usize, shared: Option<usize>) -> Self {
        Self { splitter: Splitter { delimiter, width }, shared }
    }

    /// What a row has in the shared column; `None` if that can't be told.
    fn shared_of(&self, block: &Block, row: Row, column: usize) -> Option<String> {
        let raw = std::str::from_utf8(block.raw(row)).ok()?;
        let (mut text, mut ends) = (String::new(), Vec::new());
        unquoted(raw, self.splitter.delimiter, &mut text, &mut ends);
        // A row of another width is refused, and rows may go on across it.
        let last = self.splitter.width.checked_sub(1).and_then(|last| ends.get(last));
        let is_fitting = last.is_some_and(|last| text[*last..].trim_ascii().is_empty());
        let start = column.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied())?;
        let end = *ends.get(column).filter(|_| is_fitting)?;
        Some(text[start..end].trim_ascii().to_owned())
    }

    /// Whether the last row of a block may go on with those before it.
    fn may_go_on(&self, block: &Block, column: usize) -> bool {
        let Some((last, before)) = block.rows.split_last() else { return false };
        let Some(own) = self.shared_of(block, *last, column) else { return true };
        let mut told = before.iter().rev().take(MOST_ROWS).filter_map(|row| self.shared_of(block, *row, column));
        told.next().map_or(!before.is_empty(), |other| other == own)
    }
}

impl Split for Together {
    fn split(&self, block: &mut Block, from: usize, limit: usize, is_last: bool) -> Stop {
        let stop = self.splitter.split(block, from, limit, is_last);
        let (Some(column), Stop::At(mut at)) = (self.shared, stop) else { return stop };
        while at < block.bytes.len() {
            if at.saturating_sub(limit) > MOST_BYTES {
                return Stop::Unfinished(at);
            }
            let (rows, ends) = (block.rows.len(), block.ends.len());
            let Stop::At(next) = self.splitter.split(block, at, at + 1, is_last) else { return Stop::Unfinished(at) };
            if block.rows.len() > rows && !self.may_go_on(block, column) {
                block.rows.truncate(rows);
                block.ends.truncate(ends);
                return Stop::At(at);
            }
            at = next;
        }
        if is_last { Stop::At(at) } else { Stop::Unfinished(at) }
    }
}
