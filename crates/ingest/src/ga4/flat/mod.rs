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
use super::row::Refused;
use super::spare::Lease;
use crate::delimited::table::{Cells, TableRow, TableRows};
use crate::error::{IngestError, read_error};
use crate::kind::PartRequest;
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
    let at = columns.time().filter(|_| !columns.is_fivetran)?;
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

/// Whether a table may be cut: the rows of one event agree in its time.
pub(super) fn may_be_cut(sample: &DelimitedSample) -> bool {
    let columns = Columns::of(&sample.header);
    !columns.folds || columns.time().is_some()
}

/// Reads the events of one flattened table, or of a part of it.
pub(super) struct FlatEvents {
    table: TableRows,
    reader: RowReader,
    folded: Folded,
    parts: RowParts,
    rows: JsonRows,
    rejects: Rejects,
    input: String,
    /// Rows of the input before this part.
    rows_before: u64,
    is_done: bool,
}

impl FlatEvents {
    /// At the first row.
    pub(super) fn open(work: Lease, request: &PartRequest, sample: &DelimitedSample) -> Result<Self, IngestError> {
        let columns = Columns::of(&sample.header);
        let shared = columns.time().filter(|_| columns.folds);
        let table = TableRows::open(request, sample, shared)?;
        let rows = JsonRows::new(work);
        Ok(Self {
            rows_before: table.rows_before(),
            table,
            reader: RowReader::new(columns, |column| wants(&rows, column)),
            folded: Folded::default(),
            parts: RowParts::default(),
            rows,
            rejects: Rejects::new(request.input.name(), &request.source_name),
            input: request.input.name().to_owned(),
            is_done: false,
        })
    }

    fn fill(&mut self) -> Result<(), IngestError> {
        while !self.is_done && self.rows.has_room() && !self.rejects.is_full() {
            let next = self.next_row();
            if self.is_done || next.is_err() || self.rows.are_many() {
                self.rows.write(&mut self.rejects);
            }
            let rows_in = self.rows_before + self.rejects.rows_in();
            next.map_err(|cause| read_error(&self.input, rows_in, cause))?;
        }
        Ok(())
    }

    /// Reads one row, and takes the event that it is or ends.
    fn next_row(&mut self) -> std::io::Result<()> {
        let Self { table, reader, parts, folded, rows, .. } = self;
        let Some(TableRow { line, raw, cells, is_blank }) = table.next_row()? else {
            self.is_done = true;
            folded.0.take().iter().for_each(|event| take_event(event, rows));
            return Ok(());
        };
        if is_blank {
            return Ok(());
        }
        match cells.map_err(Refused::from).and_then(|cells| read_parts(cells, reader, folded.identity(), parts)) {
            Ok(()) if reader.folds() => {
                folded.next(parts, line, raw, true).iter().for_each(|event| take_event(event, rows));
            }
            Ok(()) => rows.take(|out| parts.push_json(out), std::iter::once((line, raw))),
            Err(why) => rows.refuse(why, std::iter::once((line, raw))),
        }
        Ok(())
    }
}

/// Takes an event of several rows; all of them are rejected if it is none.
fn take_event(event: &Event, rows: &mut JsonRows) {
    let records = event.rows.iter().map(|(line, raw)| (*line, raw.as_slice()));
    if event.is_too_long() {
        let detail = format!("one event of more than {MOST_ROWS} rows, or of rows longer than 16 MiB together");
        return rows.refuse(Refused { reason: RejectReason::LineTooLong, detail }, records);
    }
    rows.take(|out| event.push_json(out), records);
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
    cells: Cells<'_>,
    reader: &RowReader,
    at_hand: Option<&str>,
    parts: &mut RowParts,
) -> Result<(), Refused> {
    let cell = |index: usize| cells.get(index).unwrap_or_default();
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
