//! How does a row group of a flat Parquet file become tables of events?

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int64Array, RecordBatch, StringArray};
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
use crate::parquet_input::{self, NativeTimes, native_money, native_times, next_batch, text_column};
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
    cells: Vec<Column>,
    times: Option<NativeTimes>,
}

/// The cells of one column.
enum Column {
    /// There are none, or they are read in another way.
    Absent,
    Text(StringArray),
    /// Keys and the texts they stand for.
    Coded(DictionaryArray<UInt32Type>, StringArray),
    /// Micro-units, and the numbers they come from.
    Money(Int64Array, ArrayRef),
}

struct BatchCells<'a> {
    columns: &'a BatchColumns,
    row: usize,
}

impl Cells for BatchCells<'_> {
    fn cell(&self, index: usize) -> Option<&str> {
        match &self.columns.cells[index] {
            Column::Text(texts) => texts.is_valid(self.row).then(|| texts.value(self.row)),
            Column::Coded(codes, texts) => codes.key(self.row).map(|key| texts.value(key)),
            Column::Absent | Column::Money(..) => None,
        }
    }

    fn key(&self, index: usize) -> Option<Option<usize>> {
        match &self.columns.cells[index] {
            Column::Coded(codes, _) => Some(codes.key(self.row)),
            _ => None,
        }
    }

    fn native_value(&self, index: usize) -> Option<Option<i64>> {
        match &self.columns.cells[index] {
            Column::Money(micros, _) => Some(micros.is_valid(self.row).then(|| micros.value(self.row))),
            _ => None,
        }
    }

    fn native_time(&self, time: &mut TimeReader) -> Option<Result<Instant, &'static str>> {
        let times = self.columns.times.as_ref().filter(|times| times.micros.is_valid(self.row))?;
        Some(time.read_native(times.micros.value(self.row), times.utc, times.date_only))
    }
}

impl Column {
    fn of(array: &ArrayRef, is_money_alone: bool) -> Self {
        if let Some(codes) = array.as_dictionary_opt::<UInt32Type>()
            && let Some(texts) = codes.values().as_string_opt::<i32>().filter(|texts| texts.null_count() == 0)
        {
            return Self::Coded(codes.clone(), texts.clone());
        }
        match native_money(array).filter(|_| is_money_alone) {
            Some(micros) => Self::Money(micros, Arc::clone(array)),
            None => Self::Text(text_column(array)),
        }
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
        let metadata = parquet_input::with_dictionaries(&sample.metadata, group, |name| rows.plan.is_text_alone(name));
        let reader = parquet_input::reader(&request.input, &metadata, group, mask, request.row_limit())?;
        let rejects = Rejects::new(request.input.name(), &request.source_name);
        Ok(Self { reader, rows, rejects, input: Arc::clone(&request.input), first_row: group.first_row, batch: None })
    }

    /// The rows that are left of the batch at hand, else those of the next.
    fn next_rows(&mut self) -> Result<Option<Batch>, IngestError> {
        if let Some(batch) = self.batch.take() {
            return Ok(Some(batch));
        }
        let batch = next_batch(&mut self.reader, &self.input)?;
        self.rows.forget_dictionaries();
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
        let cells = arrays.iter().enumerate().map(|(index, array)| match array {
            Some(array) if !native(index) => Column::of(array, plan.is_money_alone(index)),
            _ => Column::Absent,
        });
        BatchColumns { cells: cells.collect(), times }
    }
}

/// The columns that were read of a row, as JSON.
fn raw(columns: &[String], cells: &BatchCells<'_>) -> String {
    let mut out = String::new();
    for (index, name) in columns.iter().enumerate() {
        let number = match &cells.columns.cells[index] {
            Column::Money(_, numbers) => Some(text_column(&numbers.slice(cells.row, 1))),
            _ => None,
        };
        let number = number.as_ref().filter(|number| number.is_valid(0)).map(|number| number.value(0));
        push_member(&mut out, name, cells.cell(index).or(number).map_or(Flat::Json("null"), Flat::Text));
    }
    out.push('}');
    out
}

impl EventReader for ParquetEvents {
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError> {
        let Some(batch) = self.next_rows()? else { return Ok(None) };
        self.write(batch);
        self.rows.forget_dictionaries();
        Ok(self.rows.writer.take_table(self.input.name(), false)?)
    }

    fn take_rejected(&mut self) -> Vec<RejectedRow> {
        self.rejects.take()
    }

    fn report(&self) -> PartReport {
        self.rejects.report(self.rows.writer.bad_values())
    }
}
