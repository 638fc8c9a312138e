//! How are the translated rows of an input turned into tables of events?

use std::borrow::Cow;

use kundresa_model::event_table::EventTable;
use kundresa_model::quality::{PartReport, RejectReason, RejectedRow};
use kundresa_model::source::{BoxError, EventReader};

use super::batch::{Batch, TranslatedRows};
use super::held::Held;
use super::parquet_records::ParquetRecords;
use super::{NoRow, Raw, Rows, Translator, readable};
use crate::delimited::table::{TableRow, TableRows};
use crate::error::{IngestError, read_error};
use crate::json::records::{self, Records};
use crate::kind::PartRequest;
use crate::lines::Line;
use crate::mapped::columns::RefusedRow;
use crate::mapped::row::{Cells, Refused};
use crate::mapped::spare::PartWriter;
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
    Text { records: Box<Records>, lossy: bool },
    /// Rows of delimited text.
    Delimited(Box<TableRows>),
    /// Rows of Parquet as JSON objects.
    Parquet(Box<ParquetRecords>),
}

/// The translator and where its rows go.
struct Translated {
    translator: Box<dyn Translator>,
    rows: Rows,
    writer: PartWriter,
    /// Cell of each planned column.
    places: Vec<usize>,
    /// Whether records of delimited text may go on with the one before. Their rows are written one by one.
    folds: bool,
    /// The records of rows that wait to be written.
    batch: Batch,
    refused: Vec<RefusedRow>,
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
    fn new(translator: Box<dyn Translator>, writer: PartWriter) -> Self {
        let columns = translator.columns();
        let planned = &writer.plan.columns;
        let named: Vec<String> = planned.iter().filter(|name| !columns.contains(name)).cloned().collect();
        let place = |name: &String| columns.iter().chain(&named).position(|known| known == name).unwrap_or(usize::MAX);
        let places = planned.iter().map(place).collect();
        let rows = Rows::new(columns.len(), &named, writer.plan.wants_props);
        let folds = translator.folds();
        Self { translator, rows, writer, places, folds, batch: Batch::default(), refused: Vec::new() }
    }

    /// Takes lines before the part that say what its own mean. They were counted where they stand.
    fn begin(&mut self, heads: &[u8]) {
        for line in heads.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            self.rows.clear();
            // Nothing can be wrong with them that was not said of the part that they are in.
            let _ = self.translator.translate(Raw::text(&readable(line)), &mut self.rows);
        }
        self.rows.clear();
    }

    /// Takes the rows of a record, which then wait to be written.
    fn take(&mut self, record: Result<Raw<'_>, NoRow>, number: u64, line: u64, raw: &[u8]) {
        self.rows.begin_record();
        let failed = record.and_then(|record| self.translator.translate(record, &mut self.rows)).err();
        let failed = failed.or_else(|| self.rows.too_much());
        if failed.is_some() {
            self.rows.forget_record();
        }
        self.batch.take(&self.rows, (number, line, raw), failed);
    }

    /// Writes the rows that wait, if they are many or `is_last`; what is no event goes to `rejects`.
    fn write_waiting(&mut self, is_last: bool, rejects: &mut Rejects) {
        let Self { rows, writer, places, batch, refused, folds, .. } = self;
        if *folds || !(is_last || batch.is_full(rows, writer.writer.room())) {
            return;
        }
        let kept = batch.kept(rows);
        let chunk = TranslatedRows { rows, batch, places };
        writer.write_chunk(&chunk, kept.iter().copied(), 0, refused);
        for (row, Refused { reason, detail }) in refused.drain(..) {
            batch.refuse(row, NoRow { reason, detail });
        }
        batch.finish(kept, rejects);
        rows.clear();
    }

    /// Writes the rows that were handed out; why the first of those that are no events is none, if all are.
    fn write_rows(&mut self, number: u64, line: u64, raw: &[u8], rejects: &mut Rejects) -> Option<RejectReason> {
        let (mut first, mut refused) = (None, 0);
        for row in 0..self.rows.len() {
            rejects.row();
            if let Err(NoRow { reason, detail }) = self.write_row(row, number) {
                rejects.reject_one_of(line, reason, detail, raw, refused == 0);
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
        let finished = self.translator.finish(&mut self.rows);
        let refused = match finished.and_then(|()| self.rows.too_much().map_or(Ok(()), Err)) {
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

    /// Writes a row of delimited text, or takes it up.
    fn take_row(&mut self, row: TableRow<'_>, number: u64, held: &mut Option<Held>, rejects: &mut Rejects) {
        let TableRow { line, raw, cells, .. } = row;
        let text = std::str::from_utf8(raw).unwrap_or_default();
        let cells = cells.map_err(|Refused { reason, detail }| NoRow { reason, detail });
        match cells.map(|cells| Raw::delimited(text, cells)) {
            Ok(record) if self.folds => self.hold(record, (number, line, raw), held, rejects),
            Err(NoRow { reason, detail }) if self.folds => {
                rejects.row();
                rejects.reject(line, reason, detail, raw);
            }
            record => self.take(record, number, line, raw),
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
        writer: PartWriter,
        request: &PartRequest,
    ) -> Result<Self, IngestError> {
        let input = request.input.name().to_owned();
        let (records, records_before) = match &request.sample.shape {
            Shape::Json(sample) => {
                let (records, before) = records::open_part(request, sample.array)?;
                (RecordsOf::Text { records: Box::new(records), lossy: false }, before)
            }
            Shape::Lines(_) => {
                let (records, before) = records::open_part(request, false)?;
                (RecordsOf::Text { records: Box::new(records), lossy: true }, before)
            }
            Shape::Delimited(sample) => {
                let records = TableRows::open(request, sample, translator.shared())?;
                let before = records.rows_before();
                (RecordsOf::Delimited(Box::new(records)), before)
            }
            Shape::Parquet(sample) => {
                let (records, before) = ParquetRecords::open(request, sample)?;
                (RecordsOf::Parquet(Box::new(records)), before)
            }
        };
        let rejects = Rejects::new(&input, &request.source_name);
        let mut translated = Translated::new(translator, writer);
        if let RecordsOf::Text { records, .. } = &records {
            translated.begin(records.heads().as_deref().unwrap_or_default());
        }
        Ok(Self { records, translated, rejects, input, records_before, read: 0, held: None, done: false })
    }

    fn fill(&mut self) -> Result<(), IngestError> {
        while !self.translated.writer.writer.is_full() && !self.rejects.is_full() && !self.done {
            let number = self.records_before + self.read;
            let next = self.next_record(number);
            self.done = !next.map_err(|cause| read_error(&self.input, number, cause))?;
            self.translated.write_waiting(self.done, &mut self.rejects);
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
                    translated.take(record, number, line.number, line.bytes);
                }
            }
            RecordsOf::Delimited(records) => {
                let Some(row) = records.next_row()? else { return Ok(false) };
                if !row.is_blank {
                    *read += 1;
                    translated.take_row(row, number, held, rejects);
                }
            }
            RecordsOf::Parquet(records) => {
                let Some(text) = records.next_record().map_err(std::io::Error::other)? else { return Ok(false) };
                *read += 1;
                translated.take(Ok(Raw::text(text)), number, number + 1, text.as_bytes());
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
