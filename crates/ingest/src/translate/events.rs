//! How are the translated rows of an input turned into tables of events?

use std::borrow::Cow;

use kundresa_model::event_table::EventTable;
use kundresa_model::quality::{PartReport, RejectReason, RejectedRow};
use kundresa_model::source::{BoxError, EventReader};

use super::held::Held;
use super::parquet_records::ParquetRecords;
use super::{NoRow, Raw, Rows, Translator, readable};
use crate::delimited::records::RecordReader;
use crate::error::{IngestError, read_error};
use crate::json::records::{self, Records};
use crate::kind::PartRequest;
use crate::lines::Line;
use crate::mapped::delimited::{behind_header, refused};
use crate::mapped::row::{Cells, Refused, RowWriter};
use crate::rejects::Rejects;
use crate::sample::Shape;

/// Reads the events of one part of an input by way of a translator.
pub(crate) struct TranslatedEvents {
    records: RecordsOf,
    translated: Translated,
    rejects: Rejects,
    input: String,
    /// Records of the input before this part.
    records_before: u64,
    /// Records read.
    read: u64,
    /// Records that wait for others which go on with them.
    held: Option<Held>,
    done: bool,
}

/// Where records come from.
enum RecordsOf {
    /// Lines or JSON objects. Bytes of lines that are no UTF-8 are written out where `lossy`.
    Text { records: Records, lossy: bool },
    /// Delimited text of so many columns.
    Delimited { records: RecordReader, width: usize },
    /// Rows of Parquet as JSON objects.
    Parquet(Box<ParquetRecords>),
}

/// The translator and where its rows go.
struct Translated {
    translator: Box<dyn Translator>,
    rows: Rows,
    writer: RowWriter,
    /// Cell of each planned column.
    places: Vec<usize>,
}

struct RowCells<'a> {
    rows: &'a Rows,
    row: usize,
    places: &'a [usize],
}

impl Cells for RowCells<'_> {
    fn cell(&self, index: usize) -> Option<&str> {
        self.rows.cell(self.row, self.places[index])
    }
}

impl Translated {
    fn new(translator: Box<dyn Translator>, writer: RowWriter) -> Self {
        let columns = translator.columns();
        let planned = &writer.plan.columns;
        let named: Vec<String> = planned.iter().filter(|name| !columns.contains(name)).cloned().collect();
        let place = |name: &String| columns.iter().chain(&named).position(|known| known == name).unwrap_or(usize::MAX);
        let places = planned.iter().map(place).collect();
        let rows = Rows::new(columns.len(), &named, writer.plan.wants_props);
        Self { translator, rows, writer, places }
    }

    /// Writes the rows of a record; what is no event goes to `rejects`.
    fn write(&mut self, record: Result<Raw<'_>, NoRow>, number: u64, line: u64, raw: &[u8], rejects: &mut Rejects) {
        self.rows.clear();
        let translated = record.and_then(|record| self.translator.translate(record, &mut self.rows));
        if let Err(NoRow { reason, detail }) = translated {
            rejects.row();
            return rejects.reject(line, reason, detail, raw);
        }
        self.write_rows(number, line, raw, rejects);
    }

    /// Writes the rows that were handed out; why the first of those that are no events is none, if all are.
    fn write_rows(&mut self, number: u64, line: u64, raw: &[u8], rejects: &mut Rejects) -> Option<RejectReason> {
        let (mut first, mut refused) = (None, 0);
        for row in 0..self.rows.len() {
            rejects.row();
            if let Err(NoRow { reason, detail }) = self.write_row(row, number) {
                rejects.reject(line, reason, detail, raw);
                refused += 1;
                first = first.or(Some(reason));
            }
        }
        first.filter(|_| refused == self.rows.len())
    }

    /// Writes the rows of records that were taken up. Where none of them is an event, all of the records are set aside.
    fn write_held(&mut self, held: &Held, rejects: &mut Rejects) {
        let Some(((line, raw), further)) = held.lines.split_first() else { return };
        self.rows.clear();
        let refused = match self.translator.finish(&mut self.rows) {
            Ok(()) => self.write_rows(held.number, *line, raw, rejects),
            Err(NoRow { reason, detail }) => {
                rejects.row();
                rejects.reject(*line, reason, detail, raw);
                Some(reason)
            }
        };
        let Some(reason) = refused else { return };
        for (further, raw) in further {
            rejects.row();
            rejects.reject(*further, reason, format!("it goes on with line {line}, which is no event"), raw);
        }
    }

    /// Takes up a record that others may go on with, after the rows of those that it does not go on with.
    fn hold(
        &mut self,
        record: Raw<'_>,
        (number, line, raw): (u64, u64, &[u8]),
        held: &mut Option<Held>,
        rejects: &mut Rejects,
    ) {
        let before = held.take_if(|_| !self.translator.continues(record));
        if let Some(before) = before {
            self.write_held(&before, rejects);
        }
        let taken = held.as_mut().map_or(Ok(()), |held| held.take(line, raw));
        match taken.and_then(|()| self.translator.translate(record, &mut self.rows)) {
            Ok(()) => _ = held.get_or_insert_with(|| Held::new(number, line, raw)),
            Err(NoRow { reason, detail }) => {
                rejects.row();
                rejects.reject(line, reason, detail, raw);
            }
        }
    }

    fn write_row(&mut self, row: usize, number: u64) -> Result<(), NoRow> {
        if let Some(why) = self.rows.take_refused(row) {
            return Err(why);
        }
        let Self { rows, writer, places, .. } = self;
        let cells = RowCells { rows, row, places };
        if rows.is_passive(row) {
            writer.writer.set_passive();
        }
        let position = u32::try_from(row).unwrap_or(u32::MAX);
        let written = writer.write_at(&cells, number, position, Some(rows.props(row)));
        written.map_err(|Refused { reason, detail }| NoRow { reason, detail })
    }
}

impl TranslatedEvents {
    /// At the first record of the part.
    pub(crate) fn open(
        translator: Box<dyn Translator>,
        writer: RowWriter,
        request: &PartRequest,
    ) -> Result<Self, IngestError> {
        let input = request.input.name().to_owned();
        let (records, records_before) = match &request.sample.shape {
            Shape::Json(sample) => {
                let (records, before) = records::open_part(request, sample.array)?;
                (RecordsOf::Text { records, lossy: false }, before)
            }
            Shape::Lines(_) => {
                let (records, before) = records::open_part(request, false)?;
                (RecordsOf::Text { records, lossy: true }, before)
            }
            Shape::Delimited(sample) => {
                let records = behind_header(&request.input, &sample.dialect)?;
                (RecordsOf::Delimited { records, width: sample.header.len() }, 0)
            }
            Shape::Parquet(sample) => {
                let (records, before) = ParquetRecords::open(request, sample)?;
                (RecordsOf::Parquet(Box::new(records)), before)
            }
        };
        let rejects = Rejects::new(&input, &request.source_name);
        let translated = Translated::new(translator, writer);
        Ok(Self { records, translated, rejects, input, records_before, read: 0, held: None, done: false })
    }

    fn fill(&mut self) -> Result<(), IngestError> {
        while !self.translated.writer.writer.is_full() && !self.rejects.is_full() && !self.done {
            let number = self.records_before + self.read;
            let next = self.next_record(number);
            self.done = !next.map_err(|cause| read_error(&self.input, number, cause))?;
        }
        if let Some(held) = self.held.take_if(|_| self.done) {
            self.translated.write_held(&held, &mut self.rejects);
        }
        Ok(())
    }

    /// Reads the next record; whether there was one.
    fn next_record(&mut self, number: u64) -> std::io::Result<bool> {
        let Self { records, translated, rejects, read, held, .. } = self;
        match records {
            RecordsOf::Text { records, lossy } => {
                let Some(line) = records.next_line()? else { return Ok(false) };
                if !line.bytes.trim_ascii().is_empty() {
                    *read += 1;
                    let text = text_of(line, *lossy);
                    let record = text.as_ref().map(|text| Raw::text(text)).map_err(NoRow::clone);
                    translated.write(record, number, line.number, line.bytes, rejects);
                }
            }
            RecordsOf::Delimited { records, width } => {
                let Some(record) = records.next_record()? else { return Ok(false) };
                *read += 1;
                let text = String::from_utf8_lossy(record.raw);
                let refused = refused(&record, *width).map(|Refused { reason, detail }| NoRow { reason, detail });
                let raw = refused.map_or(Ok(Raw::delimited(&text, record.fields)), Err);
                match raw {
                    Ok(raw) if translated.translator.folds() => {
                        translated.hold(raw, (number, record.line, record.raw), held, rejects);
                    }
                    raw => translated.write(raw, number, record.line, record.raw, rejects),
                }
            }
            RecordsOf::Parquet(records) => {
                let Some(text) = records.next_record().map_err(std::io::Error::other)? else { return Ok(false) };
                *read += 1;
                translated.write(Ok(Raw::text(text)), number, number + 1, text.as_bytes(), rejects);
            }
        }
        Ok(true)
    }
}

fn text_of(line: Line<'_>, lossy: bool) -> Result<Cow<'_, str>, NoRow> {
    if line.too_long {
        return Err(NoRow::new(RejectReason::LineTooLong, "longer than 16 MiB"));
    }
    if lossy {
        return Ok(readable(line.bytes));
    }
    let text = std::str::from_utf8(line.bytes).map(Cow::Borrowed);
    text.map_err(|_| NoRow::new(RejectReason::BadUtf8, "bytes that are not UTF-8"))
}

impl EventReader for TranslatedEvents {
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError> {
        self.fill()?;
        Ok(self.translated.writer.writer.take_table(&self.input, self.done)?)
    }

    fn take_rejected(&mut self) -> Vec<RejectedRow> {
        self.rejects.take()
    }

    fn report(&self) -> PartReport {
        self.translated.writer.report(&self.rejects)
    }
}
