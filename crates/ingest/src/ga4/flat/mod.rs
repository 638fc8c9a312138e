//! How is an export read that was flattened to delimited text?
//!
//! BigQuery writes no CSV of nested columns, so people flatten them, each in another way. Whatever the way, the rows are
//! put together again as the JSON of the export and read as that is, so that a value means the same everywhere. `columns`
//! says what each column holds, `row` reads a row, `event` folds the rows of one event.

mod cell;
mod columns;
mod event;
mod row;
mod words;

use kundresa_model::event_table::EventTable;
use kundresa_model::quality::{PartReport, RejectReason, RejectedRow};
use kundresa_model::source::{BoxError, EventReader};

use self::columns::Columns;
use self::event::{Event, MOST_ROWS};
use self::row::RowReader;
use super::mapping::Mapping;
use super::ndjson::JsonRows;
use super::row::Refused;
use crate::delimited::records::{Record, RecordReader};
use crate::error::{IngestError, read_error};
use crate::kind::PartRequest;
use crate::mapped::delimited::{behind_header, refused};
use crate::rejects::Rejects;
use crate::sample::{DelimitedSample, JsonSample};

pub(super) use self::columns::is_flattened;

/// How a table was flattened, in words.
pub(super) fn shape(sample: &DelimitedSample) -> &'static str {
    Columns::of(&sample.header).shape
}

/// The first events of a table as the export writes them.
pub(super) fn as_json(sample: &DelimitedSample) -> JsonSample {
    let reader = RowReader::new(Columns::of(&sample.header));
    let mut folded = Folded::default();
    let mut lines = Vec::new();
    let mut json = String::new();
    let mut keep = |event: Option<Event>| {
        if let Some(event) = event {
            event.push_json(&mut json);
            lines.push(json.clone());
        }
    };
    for cells in &sample.rows {
        if let Ok(parts) = reader.read(|index| cells.get(index).map_or("", String::as_str)) {
            keep(folded.next(parts, 0, b"", reader.folds()));
        }
    }
    keep(folded.0.take());
    JsonSample::of(lines, false)
}

/// The event at hand.
#[derive(Default)]
struct Folded(Option<Event>);

impl Folded {
    /// Takes a row; hands out the event before it, if it belongs to another.
    fn next(&mut self, parts: row::RowParts, line: u64, raw: &[u8], folds: bool) -> Option<Event> {
        let parts = match self.0.as_mut().filter(|_| folds) {
            Some(event) => match event.take(parts, line, raw) {
                Ok(()) => return None,
                Err(parts) => parts,
            },
            None => parts,
        };
        let next = match self.0.as_ref().filter(|_| folds) {
            Some(event) => event.after(parts, line, raw),
            None => Event::new(parts, line, raw),
        };
        self.0.replace(next)
    }
}

/// Reads the events of one flattened table.
pub(super) struct FlatEvents {
    records: RecordReader,
    width: usize,
    reader: RowReader,
    folded: Folded,
    rows: JsonRows,
    json: String,
    rejects: Rejects,
    input: String,
    is_done: bool,
}

impl FlatEvents {
    /// At the first row.
    pub(super) fn open(
        mapping: &Mapping,
        request: &PartRequest,
        sample: &DelimitedSample,
    ) -> Result<Self, IngestError> {
        Ok(Self {
            records: behind_header(&request.input, &sample.dialect)?,
            width: sample.header.len(),
            reader: RowReader::new(Columns::of(&sample.header)),
            folded: Folded::default(),
            rows: JsonRows::new(mapping, request),
            json: String::new(),
            rejects: Rejects::new(request.input.name(), &request.source_name),
            input: request.input.name().to_owned(),
            is_done: false,
        })
    }

    fn fill(&mut self) -> Result<(), IngestError> {
        while !self.is_done && !self.rows.writer().is_full() && !self.rejects.is_full() {
            let rows_in = self.rejects.rows_in();
            let next = self.next_event();
            if let Some(event) = next.map_err(|cause| read_error(&self.input, rows_in, cause))? {
                self.write(&event);
            }
        }
        Ok(())
    }

    /// Reads one row; an event that it ends is handed out.
    fn next_event(&mut self) -> std::io::Result<Option<Event>> {
        let Some(record) = self.records.next_record()? else {
            self.is_done = true;
            return Ok(self.folded.0.take());
        };
        if self.width > 1 && record.raw.trim_ascii().is_empty() {
            return Ok(None);
        }
        match parts(&record, self.width, &self.reader) {
            Ok(parts) => Ok(self.folded.next(parts, record.line, record.raw, self.reader.folds())),
            Err(Refused { reason, detail }) => {
                self.rejects.row();
                self.rejects.reject(record.line, reason, detail, record.raw);
                Ok(None)
            }
        }
    }

    fn write(&mut self, event: &Event) {
        let written = if event.is_too_long() {
            let detail = format!("one event of more than {MOST_ROWS} rows, or of rows longer than 16 MiB together");
            Err(Refused { reason: RejectReason::LineTooLong, detail })
        } else {
            event.push_json(&mut self.json);
            self.rows.write(&self.json)
        };
        let Err(Refused { reason, detail }) = written else { return self.rejects.row() };
        for (line, raw) in &event.rows {
            self.rejects.row();
            self.rejects.reject(*line, reason, detail.clone(), raw);
        }
    }
}

fn parts(record: &Record<'_>, width: usize, reader: &RowReader) -> Result<row::RowParts, Refused> {
    if let Some(why) = refused(record, width) {
        return Err(Refused { reason: why.reason, detail: why.detail });
    }
    let cell = |index: usize| std::str::from_utf8(record.fields.get(index).unwrap_or_default()).unwrap_or_default();
    reader.read(cell).map_err(|detail| Refused { reason: RejectReason::BadJson, detail })
}

impl EventReader for FlatEvents {
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError> {
        self.fill()?;
        Ok(self.rows.writer().take_table(&self.input, self.is_done)?)
    }

    fn take_rejected(&mut self) -> Vec<RejectedRow> {
        self.rejects.take()
    }

    fn report(&self) -> PartReport {
        self.rejects.report(self.rows.bad_values())
    }
}
