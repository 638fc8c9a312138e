//! How does delimited text become tables of events?

use csv::ByteRecord;
use kundresa_model::event_table::EventTable;
use kundresa_model::quality::{PartReport, RejectReason, RejectedRow};
use kundresa_model::source::{BoxError, EventReader};

use super::MappedKind;
use super::row::{Cells, Refused, RowWriter};
use crate::container::open_text;
use crate::delimited::records::{Flaw, Record, RecordReader};
use crate::error::{IngestError, read_error};
use crate::kind::PartRequest;
use crate::rejects::Rejects;
use crate::sample::{DelimitedSample, Shape};

/// Reads the events of one delimited text.
pub(super) struct DelimitedEvents {
    records: RecordReader,
    rows: RowWriter,
    /// Position in a record of each planned column.
    places: Vec<Option<usize>>,
    width: usize,
    rejects: Rejects,
    input: String,
    done: bool,
}

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
        let input = request.input.name().to_owned();
        let Shape::Delimited(DelimitedSample { dialect, header, .. }) = &request.sample.shape else {
            let found = "no longer delimited text".to_owned();
            return Err(IngestError::Unsupported { input, found, allowed: crate::error::SUPPORTED });
        };
        let failed = |cause| read_error(request.input.name(), 0, cause);
        let text = open_text(&request.input)?.0;
        let mut records = RecordReader::new(text, dialect.delimiter, dialect.skip_lines).map_err(failed)?;
        if dialect.has_header {
            records.next_record().map_err(failed)?;
        }
        let rows = RowWriter::new(kind, request, header, false);
        let place = |column: &String| header.iter().position(|name| name == column);
        let places = rows.plan.columns.iter().map(place).collect();
        let rejects = Rejects::new(&input, &request.source_name);
        Ok(Self { records, rows, places, width: header.len(), rejects, input, done: false })
    }

    fn fill(&mut self) -> Result<(), IngestError> {
        while !self.rows.writer.is_full() && !self.rejects.is_full() {
            let next = self.records.next_record();
            let rows_in = self.rejects.rows_in();
            let next = next.map_err(|cause| read_error(&self.input, rows_in, cause))?;
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
}

/// A line of blanks in a table of several columns is no row.
fn is_blank(record: &Record<'_>, width: usize) -> bool {
    width > 1 && record.fields.len() == 1 && record.flaw.is_none() && record.raw.trim_ascii().is_empty()
}

fn refused(record: &Record<'_>, width: usize) -> Option<Refused> {
    let flaw = record.flaw.map(|flaw| match flaw {
        Flaw::Unclosed => (RejectReason::FieldCount, "a quote is opened and never closed"),
        Flaw::TooLong => (RejectReason::LineTooLong, "longer than 16 MiB"),
    });
    if let Some((reason, detail)) = flaw {
        return Some(Refused { reason, detail: detail.to_owned() });
    }
    let text = record.fields.as_slice();
    if !text.is_ascii() && record.fields.iter().any(|field| std::str::from_utf8(field).is_err()) {
        return Some(Refused { reason: RejectReason::BadUtf8, detail: "bytes that are not UTF-8".to_owned() });
    }
    if record.fields.len() == width {
        return None;
    }
    let detail = format!("{} fields, the header has {width}", record.fields.len());
    Some(Refused { reason: RejectReason::FieldCount, detail })
}

impl EventReader for DelimitedEvents {
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError> {
        if !self.done {
            self.fill()?;
        }
        Ok(self.rows.writer.take_table(&self.input, self.done)?)
    }

    fn take_rejected(&mut self) -> Vec<RejectedRow> {
        self.rejects.take()
    }

    fn report(&self) -> PartReport {
        self.rejects.report(self.rows.writer.bad_values())
    }
}
