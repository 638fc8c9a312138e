//! How do JSON objects become tables of events?

use hashbrown::HashMap;
use kundresa_model::event_table::EventTable;
use kundresa_model::quality::{PartReport, RejectReason, RejectedRow};
use kundresa_model::source::{BoxError, EventReader};

use super::MappedKind;
use super::row::{Cells, Refused, RowWriter};
use super::spare::PartWriter;
use crate::error::{IngestError, SUPPORTED, read_error};
use crate::json::flatten::{flatten, push_member};
use crate::json::records::{self, Records};
use crate::json::scan::ScanError;
use crate::kind::PartRequest;
use crate::lines::Line;
use crate::rejects::Rejects;
use crate::sample::Shape;

/// Reads the events of one JSON input.
pub(super) struct JsonEvents {
    records: Records,
    rows: PartWriter,
    object: Object,
    rejects: Rejects,
    input: String,
    /// Rows of the input before this part.
    rows_before: u64,
    done: bool,
}

/// The planned values of one object.
struct Object {
    /// Name → index of the planned column.
    places: HashMap<String, usize>,
    /// Names that a canonical column or a property holds, and that `props` leaves out.
    mapped: std::collections::BTreeSet<String>,
    wants_props: bool,
    path: String,
    text: String,
    spans: Vec<Option<(usize, usize)>>,
    props: String,
}

impl Cells for Object {
    fn cell(&self, index: usize) -> Option<&str> {
        self.spans[index].map(|(start, end)| &self.text[start..end])
    }
}

impl Object {
    fn read(&mut self, line: &str) -> Result<(), ScanError> {
        let Self { places, mapped, wants_props, path, text, spans, props } = self;
        text.clear();
        props.clear();
        spans.fill(None);
        flatten(line, path, |name, value| {
            if let Some(place) = places.get(name) {
                let start = text.len();
                text.push_str(value.text());
                spans[*place] = Some((start, text.len()));
            }
            if *wants_props && !mapped.contains(name) && !value.text().is_empty() {
                push_member(props, name, value);
            }
        })
    }
}

impl JsonEvents {
    /// At the first object.
    pub(super) fn open(kind: &MappedKind, request: &PartRequest) -> Result<Self, IngestError> {
        let input = request.input.name().to_owned();
        let Shape::Json(sample) = &request.sample.shape else {
            return Err(IngestError::Unsupported { input, found: "no longer JSON".to_owned(), allowed: SUPPORTED });
        };
        let (records, rows_before) = records::open_part(request, sample.array)?;
        let rows = PartWriter::new(kind, request, &[], true);
        let places = rows.plan.columns.iter().enumerate().map(|(index, name)| (name.clone(), index)).collect();
        let object = Object {
            places,
            mapped: kind.mapping.carried().into_iter().chain(rows.plan.property_columns()).map(str::to_owned).collect(),
            wants_props: rows.plan.wants_props,
            path: String::new(),
            text: String::new(),
            spans: vec![None; rows.plan.columns.len()],
            props: String::new(),
        };
        let rejects = Rejects::new(&input, &request.source_name);
        Ok(Self { records, rows, object, rejects, input, rows_before, done: false })
    }

    fn fill(&mut self) -> Result<(), IngestError> {
        while !self.rows.writer.is_full() && !self.rejects.is_full() {
            let rows_in = self.rows_before + self.rejects.rows_in();
            let next = self.records.next_line();
            let next = next.map_err(|cause| read_error(&self.input, rows_in, cause))?;
            let Some(line) = next else {
                self.done = true;
                return Ok(());
            };
            if line.bytes.trim_ascii().is_empty() {
                continue;
            }
            self.rejects.row();
            if let Err(Refused { reason, detail }) = write(line, &mut self.object, &mut self.rows, rows_in) {
                self.rejects.reject(line.number, reason, detail, line.bytes);
            }
        }
        Ok(())
    }
}

fn write(line: Line<'_>, object: &mut Object, rows: &mut RowWriter, row: u64) -> Result<(), Refused> {
    if line.too_long {
        let detail = "longer than 16 MiB".to_owned();
        return Err(Refused { reason: RejectReason::LineTooLong, detail });
    }
    let text = std::str::from_utf8(line.bytes)
        .map_err(|_| Refused { reason: RejectReason::BadUtf8, detail: "bytes that are not UTF-8".to_owned() })?;
    object.read(text).map_err(|error| Refused { reason: RejectReason::BadJson, detail: error.to_string() })?;
    rows.write(object, row, Some(&object.props))
}

impl EventReader for JsonEvents {
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
        self.rows.report(&self.rejects)
    }
}
