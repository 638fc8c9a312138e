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

use self::columns::{Column, Columns, List};
use self::event::{Event, MOST_ROWS};
use self::row::{RowParts, RowReader};
use super::json_rows::JsonRows;
use super::mapping::Mapping;
use super::names::TIME;
use super::row::Refused;
use crate::delimited::records::{Record, RecordReader};
use crate::error::{IngestError, read_error};
use crate::kind::PartRequest;
use crate::mapped::delimited::{behind_header, refused};
use crate::rejects::Rejects;
use crate::sample::{DelimitedSample, JsonSample};
use crate::time::TimeFormat;

pub(super) use self::columns::is_flattened;

/// How a table was flattened, in words.
pub(super) fn shape(sample: &DelimitedSample) -> &'static str {
    Columns::of(&sample.header).shape
}

/// The column of the event time, if its times are written out without a zone and the maker does not say which it is.
pub(super) fn zoneless_time(sample: &DelimitedSample) -> Option<&str> {
    let columns = Columns::of(&sample.header);
    let time = |column: &Column| *column == Column::Leaf(TIME.to_owned());
    let at = columns.columns.iter().position(time).filter(|_| !columns.is_fivetran)?;
    let mut cells =
        sample.rows.iter().filter_map(|row| row.get(at)).filter_map(|cell| TimeFormat::Iso.parse(cell.trim()));
    cells.any(|written| written.offset_us.is_none()).then_some(sample.header[at].as_str())
}

/// The first events of a table as the export writes them.
pub(super) fn as_json(sample: &DelimitedSample) -> JsonSample {
    let reader = RowReader::new(Columns::of(&sample.header), |_| true);
    let (mut folded, mut parts) = (Folded::default(), RowParts::default());
    let mut lines = Vec::new();
    let mut keep = |event: Option<Event>| {
        if let Some(event) = event {
            let mut json = String::new();
            event.push_json(&mut json);
            lines.push(json);
        }
    };
    for cells in &sample.rows {
        let cell = |index: usize| cells.get(index).map_or("", String::as_str);
        if reader.read(cell, folded.identity(), &mut parts).is_ok() {
            keep(folded.next(&parts, 0, b"", reader.folds()));
        }
    }
    keep(folded.0.take());
    JsonSample::of(lines, false)
}

/// The event at hand.
#[derive(Default)]
struct Folded(Option<Event>);

impl Folded {
    fn identity(&self) -> Option<&str> {
        self.0.as_ref().map(Event::identity)
    }

    /// Takes a row; hands out the event before it, if it belongs to another.
    fn next(&mut self, parts: &RowParts, line: u64, raw: &[u8], folds: bool) -> Option<Event> {
        let next = match self.0.as_mut().filter(|_| folds) {
            Some(event) => {
                if event.take(parts, line, raw) {
                    return None;
                }
                event.after(parts, line, raw)
            }
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
    parts: RowParts,
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
        let rows = JsonRows::new(mapping, request);
        Ok(Self {
            records: behind_header(&request.input, &sample.dialect)?,
            width: sample.header.len(),
            reader: RowReader::new(Columns::of(&sample.header), |column| wants(&rows, column)),
            folded: Folded::default(),
            parts: RowParts::default(),
            rows,
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

    /// Reads one row, and writes it where a row is an event; an event of several rows that it ends is handed out.
    fn next_event(&mut self) -> std::io::Result<Option<Event>> {
        let Self { records, reader, parts, folded, rows, json, rejects, .. } = self;
        let Some(record) = records.next_record()? else {
            self.is_done = true;
            return Ok(folded.0.take());
        };
        if self.width > 1 && record.raw.trim_ascii().is_empty() {
            return Ok(None);
        }
        let written = match read_parts(&record, self.width, reader, folded.identity(), parts) {
            Ok(()) if reader.folds() => return Ok(folded.next(parts, record.line, record.raw, true)),
            Ok(()) => {
                parts.push_json(json);
                rows.write(json)
            }
            Err(refused) => Err(refused),
        };
        rejects.row();
        if let Err(Refused { reason, detail }) = written {
            rejects.reject(record.line, reason, detail, record.raw);
        }
        Ok(None)
    }

    /// Writes an event of several rows; all of them are rejected if it is none.
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

/// Whether something of a column is read.
fn wants(rows: &JsonRows, column: &Column) -> bool {
    match column {
        Column::Leaf(path) => rows.wants_leaf(path),
        Column::Named(List::Params, key) => rows.wants_param(key),
        Column::IndexedItem(..) => rows.wants_items(),
        _ => true,
    }
}

fn read_parts(
    record: &Record<'_>,
    width: usize,
    reader: &RowReader,
    at_hand: Option<&str>,
    parts: &mut RowParts,
) -> Result<(), Refused> {
    if let Some(why) = refused(record, width) {
        return Err(Refused { reason: why.reason, detail: why.detail });
    }
    let cell = |index: usize| std::str::from_utf8(record.fields.get(index).unwrap_or_default()).unwrap_or_default();
    reader.read(cell, at_hand, parts).map_err(|detail| Refused { reason: RejectReason::BadJson, detail })
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
