//! Which rows does a delimited text have, with their cells, be it read as a whole or in parts?
//!
//! For readers that take one row after another. Those of flat sources read whole columns of a part instead.

use std::io::{self, BufReader};
use std::sync::Arc;

use super::records::{Record, RecordReader};
use super::split::unquoted;
use super::together::Together;
use crate::error::IngestError;
use crate::input::Input;
use crate::kind::PartRequest;
use crate::mapped::delimited::{bad_utf8, behind_header, first_row, is_blank, line, other_width, refused};
use crate::mapped::row::Refused;
use crate::sample::DelimitedSample;
use crate::text_parts::{Row, TextPart};

/// Rows of a text, or of a part of it.
pub(crate) struct TableRows {
    /// The part, as long as it has rows.
    part: Option<PartRows>,
    /// What is read as a stream: all of a compressed text, or what a part leaves to it.
    stream: Option<RecordReader>,
    delimiter: u8,
    width: usize,
    buffers: Buffers,
    input: Arc<Input>,
}

/// Rows of a part that are still to be read.
struct PartRows {
    part: TextPart,
    next: usize,
    /// Up to which byte line ends were counted, and how many there are before it.
    counted: (usize, u64),
}

/// One row.
pub(crate) struct TableRow<'a> {
    /// Line it begins on, from 1.
    pub(crate) line: u64,
    /// Its text without the line end.
    pub(crate) raw: &'a [u8],
    /// Its cells, or why it has none.
    pub(crate) cells: Result<Cells<'a>, Refused>,
    /// Whether it is a line of blanks, which is no row.
    pub(crate) is_blank: bool,
}

/// The cells of a row without their quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cells<'a> {
    text: &'a str,
    /// Where in the text each cell begins and ends.
    spans: &'a [(usize, usize)],
}

impl<'a> Cells<'a> {
    /// The cell at a place; `None` behind the last.
    pub(crate) fn get(&self, place: usize) -> Option<&'a str> {
        let (start, end) = *self.spans.get(place)?;
        self.text.get(start..end)
    }

    /// The cells, if there are that many and then only blank ones, which say nothing.
    fn fitting(self, width: usize) -> Result<Self, Refused> {
        let behind = self.spans.get(width..);
        let is_blank = |(start, end): &(usize, usize)| self.text[*start..*end].trim_ascii().is_empty();
        let is_fitting = behind.is_some_and(|behind| behind.iter().all(is_blank));
        if is_fitting { Ok(self) } else { Err(other_width(self.spans.len(), width)) }
    }
}

/// Cells that are kept by themselves.
#[derive(Debug, Default)]
pub(crate) struct OwnCells {
    text: String,
    spans: Vec<(usize, usize)>,
}

impl OwnCells {
    /// Takes those texts in place of what is there.
    pub(crate) fn fill<'a>(&mut self, texts: impl Iterator<Item = &'a str>) -> Cells<'_> {
        self.text.clear();
        self.spans.clear();
        for text in texts {
            let start = self.text.len();
            self.text.push_str(text);
            self.spans.push((start, self.text.len()));
        }
        Cells { text: &self.text, spans: &self.spans }
    }
}

/// What the cells of a row are found with; used again for the next.
#[derive(Debug, Default)]
struct Buffers {
    spans: Vec<(usize, usize)>,
    /// Text of a row with odd quotes, and where its cells end.
    text: String,
    ends: Vec<usize>,
}

impl TableRows {
    /// At the first row of a part of a text. Rows that agree in column `shared` are not torn apart; without one, every row
    /// is by itself.
    pub(crate) fn open(
        request: &PartRequest,
        sample: &DelimitedSample,
        shared: Option<usize>,
    ) -> Result<Self, IngestError> {
        let DelimitedSample { dialect, header, .. } = sample;
        let (input, delimiter, width) = (Arc::clone(&request.input), dialect.delimiter, header.len());
        let (part, stream) = match &request.stretch {
            Some(stretch) => {
                let splitter = Together::new(delimiter, width, shared);
                let first = || first_row(&input, dialect);
                let part = stretch.parts.open(stretch.index, &input, &splitter, first)?;
                let counted = (0, part.start.lines);
                (Some(PartRows { part, next: 0, counted }), None)
            }
            None => (None, Some(behind_header(&input, dialect)?)),
        };
        Ok(Self { part, stream, delimiter, width, buffers: Buffers::default(), input })
    }

    /// Rows of the input before those of the part. To be asked before they are read.
    pub(crate) fn rows_before(&self) -> u64 {
        self.part.as_ref().map_or(0, |rows| rows.part.start.rows)
    }

    /// The next row; `None` at the end.
    pub(crate) fn next_row(&mut self) -> io::Result<Option<TableRow<'_>>> {
        self.leave_part()?;
        let Self { part, stream, delimiter, width, buffers, .. } = self;
        if let Some(rows) = part {
            return Ok(Some(rows.next_row(*delimiter, *width, buffers)));
        }
        let Some(stream) = stream else { return Ok(None) };
        let Some(record) = stream.next_record()? else { return Ok(None) };
        let is_blank = is_blank(&record, *width);
        let cells = match refused(&record, *width) {
            Some(why) => Err(why),
            None => buffers.of_record(&record),
        };
        Ok(Some(TableRow { line: record.line, raw: record.raw, cells, is_blank }))
    }

    /// Turns to what a part leaves to be read as a stream, once its rows are read.
    fn leave_part(&mut self) -> io::Result<()> {
        let is_read = |rows: &mut PartRows| rows.next == rows.part.block.rows.len();
        let Some(rows) = self.part.take_if(is_read) else { return Ok(()) };
        if let Some(border) = rows.part.rest {
            let text = BufReader::with_capacity(256 << 10, self.input.open_at(border.offset)?);
            self.stream = Some(RecordReader::behind(Box::new(text), self.delimiter, border.lines));
        }
        Ok(())
    }
}

impl PartRows {
    fn next_row<'a>(&'a mut self, delimiter: u8, width: usize, buffers: &'a mut Buffers) -> TableRow<'a> {
        let block = &self.part.block;
        let row = block.rows[self.next];
        self.next += 1;
        let line = line(block, row, &mut self.counted);
        let raw = block.raw(row);
        let cells = buffers.of_row(raw, row, block.ends_of(row), delimiter).and_then(|cells| cells.fitting(width));
        TableRow { line, raw, cells, is_blank: false }
    }
}

impl Buffers {
    /// The cells of a row that was read as a stream and fits.
    fn of_record<'a>(&'a mut self, record: &Record<'a>) -> Result<Cells<'a>, Refused> {
        let text = std::str::from_utf8(record.fields.as_slice()).map_err(|_| bad_utf8())?;
        self.spans.clear();
        let mut start = 0;
        for field in record.fields {
            self.spans.push((start, start + field.len()));
            start += field.len();
        }
        Ok(Cells { text, spans: &self.spans })
    }

    /// The cells of a row of a part, which ends at `ends`.
    fn of_row<'a>(&'a mut self, raw: &'a [u8], row: Row, ends: &[u32], delimiter: u8) -> Result<Cells<'a>, Refused> {
        let raw = std::str::from_utf8(raw).map_err(|_| bad_utf8())?;
        let Self { spans, text, ends: odd_ends } = self;
        spans.clear();
        if row.is_odd {
            text.clear();
            odd_ends.clear();
            unquoted(raw, delimiter, text, odd_ends);
            let starts = std::iter::once(0).chain(odd_ends.iter().copied());
            spans.extend(starts.zip(odd_ends.iter().copied()));
            return Ok(Cells { text, spans });
        }
        let mut start = 0;
        for end in ends {
            let end = (end - row.start) as usize;
            spans.push(within_quotes(raw.as_bytes(), start, end));
            start = end + 1;
        }
        Ok(Cells { text: raw, spans })
    }
}

/// Where a cell begins and ends once its quotes are taken away, if it has any.
fn within_quotes(row: &[u8], start: usize, end: usize) -> (usize, usize) {
    if start == end || row[start] != b'"' {
        return (start, end);
    }
    let is_closed = start + 1 < end && row[end - 1] == b'"';
    (start + 1, if is_closed { end - 1 } else { end })
}
