//! Where are the values of some rows of JSON, column by column?
//!
//! A value mostly stands in its row as it is, so a column is a list of places in the text that was read. What was escaped or
//! written in another form stands in a text of its own.

use std::ops::Range;

use kundresa_model::index::index32;

use super::decode::RowDecoder;
use super::shape::{Action, Sink};
use super::values::{Values, is_json_number};
use crate::json::scan::Scanner;

/// Most rows of a chunk.
pub(super) const CHUNK_ROWS: usize = 256;
/// From one column to the next; not a power of two, so that the same row of many columns lies in many sets of the cache.
const STRIDE: usize = CHUNK_ROWS + 8;

/// Where a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    /// Length, and marks in the upper bits.
    length: u32,
}

/// Marks of a span: there is no text; it is in the text of its own; a parameter has it as a number.
const NONE: Span = Span { start: 0, length: u32::MAX };
const IS_OTHER: u32 = 1 << 30;
const IS_NUMBER: u32 = 1 << 29;
const LENGTH: u32 = IS_NUMBER - 1;

/// A value that no place asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extra {
    /// Index of its name, see [`super::shape::Shapes::name_of`]; or that its name is in the text of its own.
    pub(super) name: ExtraName,
    span: Span,
}

/// The name of a value that no place asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum ExtraName {
    /// One that was learnt.
    Known(u32),
    /// One that stands in the text of its own.
    Own(Span),
}

/// The values of some rows.
#[derive(Debug)]
pub(super) struct RowChunk {
    rows: usize,
    spans: Vec<Span>,
    /// Per place, whether some row has a value.
    filled: Vec<bool>,
    other: String,
    /// Items per row.
    items: Vec<Span>,
    /// Those of the row at hand, as a list under construction.
    row_items: String,
    extras: Vec<Extra>,
    /// Where the extras of each row end.
    extra_ends: Vec<usize>,
    pub(super) hashes: Vec<u64>,
    /// Which line of the block each row is.
    pub(super) lines: Vec<u32>,
}

impl RowChunk {
    /// For so many places.
    pub(super) fn new(places: usize) -> Self {
        Self {
            rows: 0,
            spans: vec![NONE; places * STRIDE],
            filled: vec![false; places],
            other: String::new(),
            items: Vec::new(),
            row_items: String::new(),
            extras: Vec::new(),
            extra_ends: Vec::new(),
            hashes: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Forgets all rows.
    pub(super) fn clear(&mut self) {
        for (column, filled) in self.spans.chunks_exact_mut(STRIDE).zip(&mut self.filled) {
            if std::mem::take(filled) {
                column.fill(NONE);
            }
        }
        self.rows = 0;
        self.other.clear();
        self.items.clear();
        self.extras.clear();
        self.extra_ends.clear();
        self.hashes.clear();
        self.lines.clear();
    }

    /// Keeps the row at hand.
    pub(super) fn finish_row(&mut self, hash: u64) {
        self.rows += 1;
        let items = self.take_items();
        self.items.push(items);
        self.extra_ends.push(self.extras.len());
        self.hashes.push(hash);
    }

    /// Forgets the row at hand.
    pub(super) fn abandon_row(&mut self) {
        let row = self.rows;
        self.spans.iter_mut().skip(row).step_by(STRIDE).for_each(|span| *span = NONE);
        self.row_items.clear();
        self.extras.truncate(self.extra_ends.last().copied().unwrap_or(0));
    }

    /// Takes the values of a row that was decoded by itself.
    pub(super) fn copy_row(&mut self, values: &Values) {
        for place in 0..self.filled.len() {
            if let Some((text, is_number)) = values.value(place) {
                let span = self.own(text, is_number);
                self.set(place, span);
            }
        }
        self.row_items.push_str(&values.items);
        for (name, text, is_number) in values.extras() {
            let name = ExtraName::Own(self.own(name, false));
            let span = self.own(text, is_number);
            self.extras.push(Extra { name, span });
        }
    }

    fn take_items(&mut self) -> Span {
        if self.row_items.is_empty() {
            return NONE;
        }
        let start = index32(self.other.len());
        self.other.push_str(&self.row_items);
        self.other.push(']');
        self.row_items.clear();
        Span { start, length: index32(self.other.len() - start as usize) | IS_OTHER }
    }

    fn own(&mut self, text: &str, is_number: bool) -> Span {
        let start = index32(self.other.len());
        self.other.push_str(text);
        Span { start, length: index32(text.len()) | IS_OTHER | number_mark(is_number) }
    }

    /// Of several values for one place the first counts.
    #[inline]
    fn set(&mut self, place: usize, span: Span) {
        let there = &mut self.spans[place * STRIDE + self.rows];
        if *there == NONE {
            *there = span;
            self.filled[place] = true;
        }
    }

    fn put(&mut self, action: Action, span: Span) {
        match action {
            Action::Place(place, _) => self.set(place, span),
            Action::Extra(name, _) if span.length & LENGTH > 0 => {
                self.extras.push(Extra { name: ExtraName::Known(index32(name)), span });
            }
            _ => {}
        }
    }

    /// Whether a row has a value at a place.
    pub(super) fn has(&self, place: usize) -> bool {
        self.filled[place]
    }

    /// Whether a row has a value that no place asked for.
    pub(super) fn has_extras(&self) -> bool {
        !self.extras.is_empty()
    }

    /// The values at a place, row by row.
    pub(super) fn column<'a>(&'a self, place: usize, text: &'a str) -> Column<'a> {
        Column { spans: &self.spans[place * STRIDE..][..CHUNK_ROWS], text, other: &self.other }
    }

    /// The items, row by row.
    pub(super) fn items<'a>(&'a self, text: &'a str) -> Column<'a> {
        Column { spans: &self.items, text, other: &self.other }
    }

    /// Values of a row that no place asked for.
    pub(super) fn extras(&self, row: usize) -> &[Extra] {
        let start = row.checked_sub(1).map_or(0, |before| self.extra_ends[before]);
        &self.extras[start..self.extra_ends[row]]
    }

    /// The text of an extra, and whether it is a number; and its name, if that is its own.
    pub(super) fn extra<'a>(&'a self, extra: &Extra, text: &'a str) -> (Option<&'a str>, &'a str, bool) {
        let column = Column { spans: &[], text, other: &self.other };
        let name = match extra.name {
            ExtraName::Known(_) => None,
            ExtraName::Own(span) => column.of(span),
        };
        let text = column.of(extra.span).unwrap_or_default();
        (name, text, extra.span.length & IS_NUMBER != 0 && is_json_number(text))
    }
}

fn number_mark(is_number: bool) -> u32 {
    if is_number { IS_NUMBER } else { 0 }
}

impl Action {
    fn mark(self) -> u32 {
        match self {
            Self::Place(_, is_number) | Self::Extra(_, is_number) => number_mark(is_number),
            _ => 0,
        }
    }
}

/// Fills the row at hand of a chunk.
pub(super) struct ChunkRow<'a> {
    pub(super) chunk: &'a mut RowChunk,
    pub(super) decoder: &'a RowDecoder,
    /// Where in the text the row begins.
    pub(super) start: usize,
}

impl Sink for ChunkRow<'_> {
    #[inline]
    fn plain(&mut self, action: Action, start: usize, end: usize) {
        let length = index32(end - start) | action.mark();
        self.chunk.put(action, Span { start: index32(self.start + start), length });
    }

    fn other(&mut self, action: Action, text: &str) {
        if action != Action::Ignore {
            let span = self.chunk.own(text, action.mark() != 0);
            self.chunk.put(action, span);
        }
    }

    fn items(&mut self, scanner: &mut Scanner<'_>) -> Option<()> {
        self.decoder.items(scanner, &mut self.chunk.row_items).ok()
    }
}

impl Span {
    fn range(self) -> Range<usize> {
        self.start as usize..self.start as usize + (self.length & LENGTH) as usize
    }
}

/// Texts of a column.
#[derive(Clone, Copy)]
pub(super) struct Column<'a> {
    spans: &'a [Span],
    text: &'a str,
    other: &'a str,
}

impl<'a> Column<'a> {
    /// The text of a row.
    #[inline]
    pub(super) fn text(&self, row: u32) -> Option<&'a str> {
        self.of(self.spans[row as usize])
    }

    /// The text of a row, and whether it is a number.
    pub(super) fn value(&self, row: u32) -> Option<(&'a str, bool)> {
        let text = self.text(row)?;
        Some((text, self.spans[row as usize].length & IS_NUMBER != 0 && is_json_number(text)))
    }

    #[inline]
    fn of(&self, span: Span) -> Option<&'a str> {
        if span == NONE {
            return None;
        }
        let text = if span.length & IS_OTHER == 0 { self.text } else { self.other };
        text.get(span.range())
    }
}
