//! How do rows of Parquet become records that a translator can read? As JSON objects, every value a text.

use std::sync::Arc;

use arrow_array::{Array, StringArray};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use crate::error::IngestError;
use crate::input::Input;
use crate::json::flatten::{Flat, push_member};
use crate::kind::{PartRequest, RowGroup};
use crate::parquet_input::{self, column, text_column};
use crate::sample::ParquetSample;

/// The rows of a row group.
pub(super) struct ParquetRecords {
    reader: ParquetRecordBatchReader,
    input: Arc<Input>,
    columns: Vec<String>,
    batch: Vec<Option<StringArray>>,
    rows: usize,
    next: usize,
    text: String,
}

impl ParquetRecords {
    /// At the first row, and how many rows of the file are before it.
    pub(super) fn open(request: &PartRequest, sample: &ParquetSample) -> Result<(Self, u64), IngestError> {
        let group = request.row_group.unwrap_or(RowGroup { index: 0, first_row: 0 });
        let mask = parquet_input::mask(&sample.metadata, |name| sample.columns.iter().any(|column| column == name));
        let reader = parquet_input::reader(&request.input, &sample.metadata, group, mask, request.row_limit())?;
        let (input, columns) = (Arc::clone(&request.input), sample.columns.clone());
        let records = Self { reader, input, columns, batch: Vec::new(), rows: 0, next: 0, text: String::new() };
        Ok((records, group.first_row))
    }

    /// The next row as a JSON object.
    pub(super) fn next_record(&mut self) -> Result<Option<&str>, IngestError> {
        while self.next == self.rows {
            let Some(batch) = parquet_input::next_batch(&mut self.reader, &self.input)? else { return Ok(None) };
            self.batch =
                self.columns.iter().map(|name| column(&batch, name).map(|cells| text_column(&cells))).collect();
            (self.rows, self.next) = (batch.num_rows(), 0);
        }
        let row = self.next;
        self.next += 1;
        let cells = self.columns.iter().zip(&self.batch).filter_map(|(name, cells)| {
            let cells = cells.as_ref().filter(|cells| cells.is_valid(row))?;
            Some((name, cells.value(row)))
        });
        self.text = object(cells);
        Ok(Some(&self.text))
    }
}

/// A JSON object of texts.
pub(super) fn object<'a>(cells: impl Iterator<Item = (&'a String, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in cells {
        push_member(&mut text, name, Flat::Text(value));
    }
    if text.is_empty() {
        text.push('{');
    }
    text.push('}');
    text
}
