//! How do rows of JSON that another encoding was put together to become events?

use kundresa_model::quality::RejectReason;

use super::decode::RowDecoder;
use super::mapping::Mapping;
use super::row::{Refused, RowWriter};
use super::values::{Values, hash64};
use crate::kind::PartRequest;
use crate::writer::EventWriter;

/// Writes rows of JSON that come from elsewhere.
pub(super) struct JsonRows {
    decoder: RowDecoder,
    rows: RowWriter,
    values: Values,
}

impl JsonRows {
    /// For one part.
    pub(super) fn new(mapping: &Mapping, request: &PartRequest) -> Self {
        let rows = RowWriter::new(mapping, request);
        let decoder = RowDecoder::new(&rows.plan.places, rows.plan.wants_items, rows.plan.wants_props);
        Self { decoder, values: Values::new(rows.plan.places.count()), rows }
    }

    /// Writes the row that `text` holds.
    pub(super) fn write(&mut self, text: &str) -> Result<(), Refused> {
        let Self { decoder, rows, values } = self;
        let text = text.trim_ascii();
        let read = decoder.read(text, values);
        let read = read.map_err(|error| Refused { reason: RejectReason::BadJson, detail: error.to_string() });
        let written = read.and_then(|()| rows.write(values, hash64(text.as_bytes())));
        if written.is_err() {
            self.rows.writer.abandon_row();
        }
        written
    }

    /// Whether the scalar at a path is read.
    pub(super) fn wants_leaf(&self, path: &str) -> bool {
        self.decoder.wants_props() || self.rows.plan.places.leaves.contains_key(path)
    }

    /// Whether the parameter of a key is read.
    pub(super) fn wants_param(&self, key: &str) -> bool {
        self.decoder.wants_param(key)
    }

    /// Whether items are read.
    pub(super) fn wants_items(&self) -> bool {
        self.decoder.wants_items()
    }

    /// Where the events are.
    pub(super) fn writer(&mut self) -> &mut EventWriter {
        &mut self.rows.writer
    }

    /// Values that could not be read.
    pub(super) fn bad_values(&self) -> u64 {
        self.rows.writer.bad_values()
    }
}
