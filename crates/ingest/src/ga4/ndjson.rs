//! How do rows of JSON become tables of events?
//!
//! Lines come in blocks. A row that is written like rows before it is read by [following](super::shape) them, any other by the
//! [decoder](super::decode); both fill a chunk, whose columns are then written one after another.

use std::borrow::Cow;

use kundresa_model::event_table::EventTable;
use kundresa_model::index::index32;
use kundresa_model::quality::{PartReport, RejectReason, RejectedRow};
use kundresa_model::source::{BoxError, EventReader};

use super::chunk::{CHUNK_ROWS, ChunkRow, RowChunk};
use super::columns::Rows;
use super::decode::RowDecoder;
use super::mapping::Mapping;
use super::row::{Refused, RowWriter};
use super::shape::Shapes;
use super::spare::Lease;
use super::values::{Values, hash64};
use crate::error::{IngestError, read_error};
use crate::json::records::{self, Records};
use crate::kind::PartRequest;
use crate::lines::{Line, LineBlock};
use crate::rejects::Rejects;
use crate::writer::EventWriter;

/// Reads the events of one JSON input.
pub(super) struct JsonEvents {
    records: Records,
    work: Lease,
    rejects: Rejects,
    input: String,
    /// Rows of the input before this part.
    rows_before: u64,
    is_done: bool,
}

/// What a part is read with, and what is known from others.
pub(super) struct Work {
    rows: RowWriter,
    reader: RowReader,
    block: LineBlock,
    /// The next line of the block.
    next: usize,
    refused: Vec<(u32, Refused)>,
}

/// Fills chunks.
struct RowReader {
    decoder: RowDecoder,
    shapes: Shapes,
    values: Values,
    chunk: RowChunk,
}

impl Work {
    /// With nothing known.
    pub(super) fn new(mapping: &Mapping, request: &PartRequest) -> Self {
        let rows = RowWriter::new(mapping, request);
        let places = rows.plan.places.count();
        let reader = RowReader {
            decoder: RowDecoder::new(&rows.plan.places, rows.plan.wants_items, rows.plan.wants_props),
            shapes: Shapes::default(),
            values: Values::new(places),
            chunk: RowChunk::new(places),
        };
        Self { rows, reader, block: LineBlock::default(), next: 0, refused: Vec::new() }
    }

    /// Begins another part.
    pub(super) fn begin(&mut self) {
        self.rows.writer.begin();
        self.block.clear();
        self.next = 0;
        self.reader.chunk.clear();
        self.refused.clear();
    }

    /// Where the events are.
    pub(super) fn writer(&self) -> &EventWriter {
        &self.rows.writer
    }

    /// The same, to write to.
    pub(super) fn writer_mut(&mut self) -> &mut EventWriter {
        &mut self.rows.writer
    }

    /// What reads rows one by one.
    pub(super) fn decoder(&self) -> &RowDecoder {
        &self.reader.decoder
    }

    /// Whether the scalar at a path has a place.
    pub(super) fn has_leaf(&self, path: &str) -> bool {
        self.rows.plan.places.leaves.contains_key(path)
    }

    /// Whether the table has room for further rows.
    pub(super) fn has_room(&self) -> bool {
        self.rows.writer.room() > 0 && !self.rows.writer.is_heavy()
    }

    /// Takes a row of that number, which stands from `start` on in `text`, into the chunk.
    pub(super) fn take_text(&mut self, text: &str, start: usize, number: usize) {
        let row = &text[start..];
        let start = start + (row.len() - row.trim_ascii_start().len());
        let row = row.trim_ascii();
        match self.reader.read_text(row, start) {
            Ok(()) => {
                self.reader.chunk.finish_row(hash64(row.as_bytes()));
                self.reader.chunk.lines.push(index32(number));
            }
            Err(why) => {
                self.reader.chunk.abandon_row();
                self.refuse(number, why);
            }
        }
    }

    /// Says that the row of that number is none.
    pub(super) fn refuse(&mut self, number: usize, why: Refused) {
        self.refused.push((index32(number), why));
    }

    /// Writes the rows that were taken, all of which stand in `text`; of those that are no events `refuse` gets the number,
    /// in order.
    pub(super) fn write_texts(&mut self, text: &str, mut refuse: impl FnMut(usize, Refused)) {
        let Self { rows, reader, refused, .. } = self;
        rows.write_chunk(Rows { chunk: &reader.chunk, text, shapes: &reader.shapes }, refused);
        refused.sort_by_key(|(number, _)| *number);
        refused.drain(..).for_each(|(number, why)| refuse(number as usize, why));
        reader.chunk.clear();
    }

    /// Whether there are no rows left, and at most that many bytes of text that are kept.
    pub(super) fn is_clean(&self, most_bytes: usize) -> bool {
        self.rows.writer.rows() == 0 && self.rows.writer.text_bytes() <= most_bytes
    }

    /// Reads and writes lines of the block.
    fn read_chunk(&mut self, rejects: &mut Rejects) {
        let Self { block, rows, reader, refused, .. } = self;
        let lines = self.next..block.len().min(self.next + rows.writer.room().min(CHUNK_ROWS));
        self.next = lines.end;
        let bytes = &block.bytes()[block.start(lines.start)..block.end(lines.end - 1)];
        let text = text_of(bytes);
        let is_clean = matches!(text, Cow::Borrowed(_));
        refused.clear();
        reader.chunk.clear();
        for index in lines.clone() {
            let line = block.line(index);
            if line.bytes.trim_ascii().is_empty() {
                continue;
            }
            rejects.row();
            let start = block.start(index) - block.start(lines.start);
            if let Err(why) = reader.read(line, &text, is_clean, start) {
                reader.chunk.abandon_row();
                refused.push((index32(index), why));
            } else {
                reader.chunk.lines.push(index32(index));
            }
        }
        rows.write_chunk(Rows { chunk: &reader.chunk, text: &text, shapes: &reader.shapes }, refused);
        refused.sort_by_key(|(line, _)| *line);
        for (line, Refused { reason, detail }) in refused.drain(..) {
            let line = block.line(line as usize);
            rejects.reject(line.number, reason, detail, line.bytes);
        }
    }
}

impl JsonEvents {
    /// At the first row.
    pub(super) fn open(work: Lease, request: &PartRequest, is_array: bool) -> Result<Self, IngestError> {
        let (records, rows_before) = records::open_part(request, is_array)?;
        let rejects = Rejects::new(request.input.name(), &request.source_name);
        Ok(Self { records, work, rejects, input: request.input.name().to_owned(), rows_before, is_done: false })
    }

    fn fill(&mut self) -> Result<(), IngestError> {
        while self.work.has_room() && !self.rejects.is_full() {
            if self.work.next == self.work.block.len() && !self.next_block()? {
                self.is_done = true;
                return Ok(());
            }
            self.work.read_chunk(&mut self.rejects);
        }
        Ok(())
    }

    /// Whether there is another block.
    fn next_block(&mut self) -> Result<bool, IngestError> {
        let rows_in = self.rows_before + self.rejects.rows_in();
        self.work.next = 0;
        let read = self.records.next_block(&mut self.work.block);
        read.map_err(|cause| read_error(&self.input, rows_in, cause))?;
        Ok(self.work.block.len() > 0)
    }
}

/// The text of lines. In lines that are none, other characters stand for what is wrong; they are not read.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let wrong = |line: &[u8]| std::str::from_utf8(line).is_err();
            let mut clean = bytes.to_vec();
            clean.split_mut(|byte| *byte == b'\n').filter(|line| wrong(line)).for_each(|line| line.fill(b' '));
            Cow::Owned(String::from_utf8(clean).unwrap_or_default())
        }
    }
}

impl RowReader {
    /// Reads a line that stands at `start` of `text` into the chunk. Where that is not clean, it differs in lines that are no text.
    fn read(&mut self, line: Line<'_>, text: &str, is_clean: bool, start: usize) -> Result<(), Refused> {
        if line.too_long {
            let detail = "longer than 16 MiB".to_owned();
            return Err(Refused { reason: RejectReason::LineTooLong, detail });
        }
        let is_same = |there: &&str| is_clean || there.as_bytes() == line.bytes;
        let there = text.get(start..start + line.bytes.len()).filter(is_same);
        let Some(text) = there else {
            let detail = "bytes that are not UTF-8".to_owned();
            return Err(Refused { reason: RejectReason::BadUtf8, detail });
        };
        let start = start + (text.len() - text.trim_ascii_start().len());
        let text = text.trim_ascii();
        self.read_text(text, start)?;
        self.chunk.finish_row(hash64(text.as_bytes()));
        Ok(())
    }

    fn read_text(&mut self, text: &str, start: usize) -> Result<(), Refused> {
        let Self { decoder, shapes, values, chunk } = self;
        if shapes.follow(text, &mut ChunkRow { chunk, decoder, start }) {
            return Ok(());
        }
        chunk.abandon_row();
        if shapes.learn(text, decoder) && shapes.follow(text, &mut ChunkRow { chunk, decoder, start }) {
            return Ok(());
        }
        chunk.abandon_row();
        let read = decoder.read(text, values);
        read.map_err(|error| Refused { reason: RejectReason::BadJson, detail: error.to_string() })?;
        chunk.copy_row(values);
        Ok(())
    }
}

impl EventReader for JsonEvents {
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError> {
        if !self.is_done {
            self.fill()?;
        }
        Ok(self.work.rows.writer.take_table(&self.input, self.is_done)?)
    }

    fn take_rejected(&mut self) -> Vec<RejectedRow> {
        self.rejects.take()
    }

    fn report(&self) -> PartReport {
        self.rejects.report(self.work.rows.writer.bad_values())
    }
}
