//! How does a row group of a flat Parquet file become tables of events?

use arrow_array::{Array, RecordBatch, StringArray};
use kundresa_model::event_table::EventTable;
use kundresa_model::quality::{PartReport, RejectedRow};
use kundresa_model::source::{BoxError, EventReader};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use std::sync::Arc;

use super::MappedKind;
use super::row::{Cells, RowWriter};
use crate::error::{IngestError, SUPPORTED};
use crate::input::Input;
use crate::json::flatten::{Flat, push_member};
use crate::kind::{PartRequest, RowGroup};
use crate::parquet_input::{self, NativeTimes, native_times, next_batch, text_column};
use crate::rejects::Rejects;
use crate::sample::Shape;
use crate::time::{Instant, TimeReader};

/// Reads the events of one row group.
pub(super) struct ParquetEvents {
    reader: ParquetRecordBatchReader,
    rows: RowWriter,
    rejects: Rejects,
    input: Arc<Input>,
    first_row: u64,
    batch: Option<Batch>,
}

/// Rows that were decoded and not yet all written.
struct Batch {
    columns: BatchColumns,
    next: usize,
    rows: usize,
}

/// The planned columns of a batch.
struct BatchColumns {
    texts: Vec<Option<StringArray>>,
    times: Option<NativeTimes>,
}

struct BatchCells<'a> {
    columns: &'a BatchColumns,
    row: usize,
}

impl Cells for BatchCells<'_> {
    fn cell(&self, index: usize) -> Option<&str> {
        let column = self.columns.texts[index].as_ref()?;
        column.is_valid(self.row).then(|| column.value(self.row))
    }

    fn native_time(&self, time: &mut TimeReader) -> Option<Result<Instant, &'static str>> {
        let times = self.columns.times.as_ref().filter(|times| times.micros.is_valid(self.row))?;
        Some(time.read_native(times.micros.value(self.row), times.utc, times.date_only))
    }
}

impl ParquetEvents {
    /// At the first row of the row group.
    pub(super) fn open(kind: &MappedKind, request: &PartRequest) -> Result<Self, IngestError> {
        let Shape::Parquet(sample) = &request.sample.shape else {
            let input = request.input.name().to_owned();
            return Err(IngestError::Unsupported { input, found: "no longer Parquet".to_owned(), allowed: SUPPORTED });
        };
        let rows = RowWriter::new(kind, request, &sample.columns, false);
        let mask = parquet_input::mask(&sample.metadata, |name| rows.plan.columns.iter().any(|column| column == name));
        let group = request.row_group.unwrap_or(RowGroup { index: 0, first_row: 0 });
        let reader = parquet_input::reader(&request.input, &sample.metadata, group, mask, request.row_limit())?;
        let rejects = Rejects::new(request.input.name(), &request.source_name);
        Ok(Self { reader, rows, rejects, input: Arc::clone(&request.input), first_row: group.first_row, batch: None })
    }

    /// The rows that are left of the batch at hand, else those of the next.
    fn next_rows(&mut self) -> Result<Option<Batch>, IngestError> {
        if let Some(batch) = self.batch.take() {
            return Ok(Some(batch));
        }
        let batch = next_batch(&mut self.reader, &self.input)?;
        Ok(batch.map(|batch| Batch { columns: self.columns(&batch), next: 0, rows: batch.num_rows() }))
    }

    /// Writes rows until the table is full or the batch at its end.
    fn write(&mut self, mut batch: Batch) {
        while batch.next < batch.rows && !self.rows.writer.is_full() {
            let number = self.first_row + self.rejects.rows_in();
            self.rejects.row();
            let cells = BatchCells { columns: &batch.columns, row: batch.next };
            batch.next += 1;
            if let Err(refused) = self.rows.write(&cells, number, None) {
                let raw = raw(&self.rows.plan.columns, &cells);
                self.rejects.reject(number + 1, refused.reason, refused.detail, raw.as_bytes());
            }
        }
        self.batch = Some(batch).filter(|batch| batch.next < batch.rows);
    }

    fn columns(&self, batch: &RecordBatch) -> BatchColumns {
        let plan = &self.rows.plan;
        let arrays: Vec<_> = plan.columns.iter().map(|name| parquet_input::column(batch, name)).collect();
        let times = match plan.time.as_slice() {
            [only] => arrays[*only].as_ref().and_then(native_times),
            _ => None,
        };
        let native = |index| times.is_some() && plan.time == [index];
        let texts =
            arrays.iter().enumerate().map(|(index, array)| array.as_ref().filter(|_| !native(index)).map(text_column));
        let texts = texts.collect();
        BatchColumns { texts, times }
    }
}

/// The columns that were read of a row, as JSON.
fn raw(columns: &[String], cells: &BatchCells<'_>) -> String {
    let mut out = String::new();
    for (index, name) in columns.iter().enumerate() {
        let value = cells.cell(index).map_or(Flat::Json("null"), Flat::Text);
        push_member(&mut out, name, value);
    }
    out.push('}');
    out
}

impl EventReader for ParquetEvents {
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError> {
        let Some(batch) = self.next_rows()? else { return Ok(None) };
        self.write(batch);
        Ok(self.rows.writer.take_table(self.input.name(), false)?)
    }

    fn take_rejected(&mut self) -> Vec<RejectedRow> {
        self.rejects.take()
    }

    fn report(&self) -> PartReport {
        self.rejects.report(self.rows.writer.bad_values())
    }
}
