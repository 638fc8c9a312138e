//! How does delimited text become tables of events?

use std::io::BufReader;
use std::sync::Arc;

use csv::ByteRecord;
use kundresa_model::event_table::EventTable;
use kundresa_model::quality::{PartReport, RejectReason, RejectedRow};
use kundresa_model::source::{BoxError, EventReader};

use super::MappedKind;
use super::columns::RefusedRow;
use super::row::{Cells, Refused};
use super::spare::PartWriter;
use super::text_chunk::TextChunk;
use crate::container::{has_mark, open_text};
use crate::delimited::records::{Flaw, Record, RecordReader};
use crate::delimited::split::Splitter;
use crate::error::{IngestError, read_error};
use crate::input::Input;
use crate::kind::{PartRequest, TextStretch};
use crate::rejects::Rejects;
use crate::sample::{DelimitedSample, Dialect, Shape};
use crate::text_parts::{Block, Border, Row, TextPart, line_ends};

/// Reads the events of one delimited text, or of a part of it.
pub(super) struct DelimitedEvents {
    /// The part, as long as it has rows.
    part: Option<PartRows>,
    /// What is read as a stream: all of a compressed text, or what a part leaves to it.
    records: Option<RecordReader>,
    rows: PartWriter,
    /// Position in a record of each planned column.
    places: Vec<Option<usize>>,
    delimiter: u8,
    width: usize,
    rejects: Rejects,
    input: Arc<Input>,
    /// Rows of the input before this part.
    rows_before: u64,
    done: bool,
}

/// Rows of a part that are still to be read.
struct PartRows {
    part: TextPart,
    next: usize,
    /// Up to which byte line ends were counted, and how many there are before it.
    counted: (usize, u64),
    refused: Vec<RefusedRow>,
}

/// Rows that are read together: their text stays in the caches of the processor while one column after another is read.
const CHUNK_ROWS: usize = 1024;

struct CsvCells<'a> {
    fields: &'a ByteRecord,
    places: &'a [Option<usize>],
}

impl Cells for CsvCells<'_> {
    fn cell(&self, index: usize) -> Option<&str> {
        let bytes = self.fields.get(self.places[index]?)?;
        std::str::from_utf8(bytes).ok()
    }
}

impl DelimitedEvents {
    /// At the first row.
    pub(super) fn open(kind: &MappedKind, request: &PartRequest) -> Result<Self, IngestError> {
        let input = Arc::clone(&request.input);
        let Shape::Delimited(DelimitedSample { dialect, header, .. }) = &request.sample.shape else {
            let (input, found) = (input.name().to_owned(), "no longer delimited text".to_owned());
            return Err(IngestError::Unsupported { input, found, allowed: crate::error::SUPPORTED });
        };
        let rows = PartWriter::new(kind, request, header, false);
        let place = |column: &String| header.iter().position(|name| name == column);
        let places = rows.plan.columns.iter().map(place).collect();
        let rejects = Rejects::new(input.name(), &request.source_name);
        let (width, delimiter) = (header.len(), dialect.delimiter);
        let (part, records) = match &request.stretch {
            Some(stretch) => (Some(PartRows::open(stretch, &input, dialect, width)?), None),
            None => (None, Some(behind_header(&input, dialect)?)),
        };
        let rows_before = part.as_ref().map_or(0, |rows| rows.part.start.rows);
        Ok(Self { part, records, rows, places, delimiter, width, rejects, input, rows_before, done: false })
    }

    fn fill(&mut self) -> Result<(), IngestError> {
        if self.fill_from_part()? {
            return Ok(());
        }
        let Some(records) = &mut self.records else {
            self.done = true;
            return Ok(());
        };
        while !self.rows.writer.is_full() && !self.rejects.is_full() {
            let next = records.next_record();
            let rows_in = self.rows_before + self.rejects.rows_in();
            let next = next.map_err(|cause| read_error(self.input.name(), rows_in, cause))?;
            let Some(record) = next else {
                self.done = true;
                return Ok(());
            };
            if is_blank(&record, self.width) {
                continue;
            }
            self.rejects.row();
            let read = match refused(&record, self.width) {
                Some(refused) => Err(refused),
                None => {
                    let cells = CsvCells { fields: record.fields, places: &self.places };
                    self.rows.write(&cells, rows_in, None)
                }
            };
            if let Err(Refused { reason, detail }) = read {
                self.rejects.reject(record.line, reason, detail, record.raw);
            }
        }
        Ok(())
    }

    /// Takes rows of the part; whether it has more of them. What it leaves to be read as a stream is opened at its end.
    fn fill_from_part(&mut self) -> Result<bool, IngestError> {
        while !self.rows.writer.is_full() && !self.rows.writer.is_heavy() && !self.rejects.is_full() {
            let Some(PartRows { part, next, counted, refused }) = &mut self.part else { return Ok(false) };
            let rows = part.block.rows.get(*next..).unwrap_or_default();
            let rows = &rows[..rows.len().min(CHUNK_ROWS).min(self.rows.writer.room())];
            if rows.is_empty() {
                let rest = part.rest;
                self.part = None;
                self.open_rest(rest)?;
                return Ok(false);
            }
            let first = self.rows_before + self.rejects.rows_in();
            self.rejects.rows(rows.len() as u64);
            refused.clear();
            let chunk = TextChunk::new(&part.block, rows, self.delimiter, &self.places);
            let fitting = chunk.fitting(self.width, refused);
            self.rows.write_chunk(&chunk, fitting.into_iter(), first, refused);
            refused.sort_unstable_by_key(|(row, _)| *row);
            for (row, why) in refused.drain(..) {
                let row = rows[row as usize];
                let line = line(&part.block, row, counted);
                self.rejects.reject(line, why.reason, why.detail, part.block.raw(row));
            }
            *next += rows.len();
        }
        Ok(self.part.is_some())
    }

    fn open_rest(&mut self, rest: Option<Border>) -> Result<(), IngestError> {
        let Some(border) = rest else { return Ok(()) };
        let failed = |cause| read_error(self.input.name(), border.rows, cause);
        let text = BufReader::with_capacity(256 << 10, self.input.open_at(border.offset).map_err(failed)?);
        self.records = Some(RecordReader::behind(Box::new(text), self.delimiter, border.lines));
        Ok(())
    }
}

/// A reader at the first row of a text.
pub(crate) fn behind_header(input: &Input, dialect: &Dialect) -> Result<RecordReader, IngestError> {
    let failed = |cause| read_error(input.name(), 0, cause);
    let text = open_text(input)?.0;
    let mut records = RecordReader::new(text, dialect.delimiter, dialect.skip_lines).map_err(failed)?;
    if dialect.has_header {
        records.next_record().map_err(failed)?;
    }
    Ok(records)
}

impl PartRows {
    fn open(stretch: &TextStretch, input: &Input, dialect: &Dialect, width: usize) -> Result<Self, IngestError> {
        let splitter = Splitter { delimiter: dialect.delimiter, width };
        let part = stretch.parts.open(stretch.index, input, &splitter, || first_row(input, dialect))?;
        let counted = (0, part.start.lines);
        Ok(Self { part, next: 0, counted, refused: Vec::new() })
    }
}

/// The line that a row begins on. Rows must be asked for in order.
pub(crate) fn line(block: &Block, row: Row, counted: &mut (usize, u64)) -> u64 {
    let start = row.start as usize;
    *counted = (start, counted.1 + line_ends(&block.bytes[counted.0..start]));
    counted.1 + 1
}

/// Where the first row of a text that is not compressed begins.
pub(crate) fn first_row(input: &Input, dialect: &Dialect) -> Result<Border, IngestError> {
    let mark = if has_mark(input)? { 3 } else { 0 };
    let (bytes, lines) = behind_header(input, dialect)?.position();
    Ok(Border { offset: mark + bytes, lines, rows: 0 })
}

/// A line of blanks in a table of several columns is no row.
pub(crate) fn is_blank(record: &Record<'_>, width: usize) -> bool {
    width > 1 && record.fields.len() == 1 && record.flaw.is_none() && record.raw.trim_ascii().is_empty()
}

/// Why a record is no row of a table of so many columns, if that is so.
pub(crate) fn refused(record: &Record<'_>, width: usize) -> Option<Refused> {
    let flaw = record.flaw.map(|flaw| match flaw {
        Flaw::Unclosed => (RejectReason::FieldCount, "a quote is opened and never closed"),
        Flaw::TooLong => (RejectReason::LineTooLong, "longer than 16 MiB"),
    });
    if let Some((reason, detail)) = flaw {
        return Some(Refused { reason, detail: detail.to_owned() });
    }
    let text = record.fields.as_slice();
    if !text.is_ascii() && record.fields.iter().any(|field| std::str::from_utf8(field).is_err()) {
        return Some(bad_utf8());
    }
    let fields = record.fields.len();
    // Blank fields behind those of the header say nothing.
    let is_fitting = fields >= width && record.fields.iter().skip(width).all(|field| field.trim_ascii().is_empty());
    (!is_fitting).then(|| other_width(fields, width))
}

pub(crate) fn bad_utf8() -> Refused {
    Refused { reason: RejectReason::BadUtf8, detail: "bytes that are not UTF-8".to_owned() }
}

pub(crate) fn other_width(fields: usize, width: usize) -> Refused {
    Refused { reason: RejectReason::FieldCount, detail: format!("{fields} fields, the header has {width}") }
}

impl EventReader for DelimitedEvents {
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError> {
        if !self.done {
            self.fill()?;
        }
        Ok(self.rows.writer.take_table(self.input.name(), self.done)?)
    }

    fn take_rejected(&mut self) -> Vec<RejectedRow> {
        self.rejects.take()
    }

    fn report(&self) -> PartReport {
        self.rows.report(&self.rejects)
    }
}
