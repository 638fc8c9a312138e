//! Where are the cells of a column in rows of delimited text?

use kundresa_model::index::index32;

use super::chunk::{Chunk, Texts};
use super::columns::RefusedRow;
use super::delimited::{bad_utf8, other_width};
use crate::delimited::split::unquoted;
use crate::text_parts::{Block, Row};

/// Some rows of a block that follow each other.
pub(super) struct TextChunk<'a> {
    block: &'a Block,
    rows: &'a [Row],
    /// Position in a row of each planned column.
    places: &'a [Option<usize>],
    /// The text of all rows, if it is UTF-8.
    text: Option<&'a str>,
    /// Where that text begins.
    base: usize,
    odd: OddRows,
}

/// The fields of rows with odd quotes.
#[derive(Debug, Default)]
struct OddRows {
    text: String,
    ends: Vec<usize>,
    /// Each such row, with the start of its text and the index of the end of its first field.
    rows: Vec<(u32, usize, usize)>,
}

impl OddRows {
    fn push(&mut self, row: u32, text: &str, delimiter: u8) {
        self.rows.push((row, self.text.len(), self.ends.len()));
        unquoted(text, delimiter, &mut self.text, &mut self.ends);
    }

    fn field(&self, row: u32, place: usize) -> Option<&str> {
        let found = self.rows.binary_search_by_key(&row, |(row, ..)| *row).ok()?;
        let (_, start, first) = self.rows[found];
        let start = place.checked_sub(1).map_or(Some(start), |before| self.ends.get(first + before).copied())?;
        self.text.get(start..*self.ends.get(first + place)?)
    }
}

impl<'a> TextChunk<'a> {
    /// Those rows of a block. Quotes in rows with odd ones are taken away.
    pub(super) fn new(block: &'a Block, rows: &'a [Row], delimiter: u8, places: &'a [Option<usize>]) -> Self {
        let base = rows.first().map_or(0, |row| row.start as usize);
        let end = rows.last().map_or(base, |row| block.end(*row));
        let text = std::str::from_utf8(&block.bytes[base..end]).ok();
        let mut odd = OddRows::default();
        for (number, row) in rows.iter().enumerate().filter(|(_, row)| row.is_odd) {
            // A row that is no text is refused.
            if let Ok(text) = std::str::from_utf8(block.raw(*row)) {
                odd.push(index32(number), text, delimiter);
            }
        }
        Self { block, rows, places, text, base, odd }
    }

    /// Whether a row has that many fields and then blank ones, which say nothing.
    fn ends_blank(&self, row: Row, width: usize) -> bool {
        let end = width.checked_sub(1).and_then(|last| self.block.ends_of(row).get(last));
        let tail = end.and_then(|end| self.block.bytes.get(*end as usize..self.block.end(row)));
        // What follows a field is the separator.
        let Some((delimiter, fields)) = tail.and_then(<[u8]>::split_first) else { return false };
        if !fields.contains(&b'"') {
            return fields.iter().all(|byte| byte.is_ascii_whitespace() || byte == delimiter);
        }
        let (mut text, mut ends) = (String::new(), Vec::new());
        let fields = std::str::from_utf8(fields).map(|fields| unquoted(fields, *delimiter, &mut text, &mut ends));
        fields.is_ok() && text.trim_ascii().is_empty()
    }

    /// The rows of UTF-8 with that many fields; the others are added to `refused`.
    pub(super) fn fitting(&self, width: usize, refused: &mut Vec<RefusedRow>) -> Vec<u32> {
        let mut fitting = Vec::with_capacity(self.rows.len());
        for (number, row) in (0_u32..).zip(self.rows) {
            if self.text.is_none() && std::str::from_utf8(self.block.raw(*row)).is_err() {
                refused.push((number, bad_utf8()));
            } else if row.fields as usize != width && !self.ends_blank(*row, width) {
                refused.push((number, other_width(row.fields as usize, width)));
            } else {
                fitting.push(number);
            }
        }
        fitting
    }
}

impl Chunk for TextChunk<'_> {
    type Column<'a>
        = TextColumn<'a>
    where
        Self: 'a;

    fn column(&self, index: usize) -> TextColumn<'_> {
        let Self { block, rows, text, base, odd, .. } = self;
        TextColumn {
            rows,
            ends: &block.ends,
            bytes: &block.bytes,
            text: *text,
            base: *base,
            odd,
            place: self.places[index],
        }
    }
}

/// A column of a chunk.
#[derive(Clone, Copy)]
pub(super) struct TextColumn<'a> {
    rows: &'a [Row],
    ends: &'a [u32],
    bytes: &'a [u8],
    text: Option<&'a str>,
    base: usize,
    odd: &'a OddRows,
    place: Option<usize>,
}

impl<'a> TextColumn<'a> {
    #[inline]
    fn between(&self, start: usize, end: usize) -> Option<&'a str> {
        match self.text {
            Some(text) => text.get(start.wrapping_sub(self.base)..end.wrapping_sub(self.base)),
            None => std::str::from_utf8(self.bytes.get(start..end)?).ok(),
        }
    }
}

impl<'a> Texts<'a> for TextColumn<'a> {
    #[inline]
    fn text(&self, row: u32) -> Option<&'a str> {
        let (place, found) = (self.place?, self.rows[row as usize]);
        if found.is_odd {
            return self.odd.field(row, place);
        }
        // Places are few and ends fill at most the block.
        let at = (found.first as usize).wrapping_add(place);
        let start = if place == 0 { found.start } else { self.ends[at.wrapping_sub(1)].wrapping_add(1) } as usize;
        let end = self.ends[at] as usize;
        if self.bytes.get(start) != Some(&b'"') || start == end {
            return self.between(start, end);
        }
        let inner = start.wrapping_add(1);
        let is_closed = inner < end && self.bytes[end.wrapping_sub(1)] == b'"';
        self.between(inner, if is_closed { end.wrapping_sub(1) } else { end })
    }
}
