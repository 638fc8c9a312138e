//! How does a row group of a flat Parquet file become tables of events?

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int64Array, RecordBatch, StringArray, UInt32Array};
use kundresa_model::event_table::EventTable;
use kundresa_model::index::index32;
use kundresa_model::quality::{PartReport, RejectedRow};
use kundresa_model::source::{BoxError, EventReader};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use std::sync::Arc;

use super::MappedKind;
use super::chunk::{Chunk, Texts};
use super::columns::RefusedRow;
use super::spare::PartWriter;
use crate::builder::TABLE_BYTES;
use crate::error::{IngestError, SUPPORTED};
use crate::input::Input;
use crate::json::flatten::{Flat, push_member};
use crate::kind::{PartRequest, RowGroup};
use crate::parquet_input::{self, NativeTimes, native_money, native_times, next_batch, text_column};
use crate::rejects::Rejects;
use crate::sample::Shape;

/// Reads the events of one row group.
pub(super) struct ParquetEvents {
    reader: ParquetRecordBatchReader,
    rows: PartWriter,
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

/// The planned columns of some rows of a batch.
#[derive(Clone)]
struct BatchColumns {
    cells: Vec<Column>,
    times: Option<NativeTimes>,
}

/// The cells of one column.
#[derive(Clone)]
enum Column {
    /// There are none, or they are read in another way.
    Absent,
    Text(StringArray),
    /// Keys and the texts they stand for.
    Coded(DictionaryArray<UInt32Type>, StringArray),
    /// Micro-units, and the numbers they come from.
    Money(Int64Array, ArrayRef),
}

impl Chunk for BatchColumns {
    type Column<'a> = &'a Column;

    fn column(&self, index: usize) -> &Column {
        &self.cells[index]
    }

    fn keys(&self, index: usize) -> Option<(&UInt32Array, &StringArray)> {
        match &self.cells[index] {
            Column::Coded(codes, texts) => Some((codes.keys(), texts)),
            _ => None,
        }
    }

    fn whole(&self, index: usize) -> Option<&StringArray> {
        match &self.cells[index] {
            Column::Text(texts) => Some(texts),
            _ => None,
        }
    }

    fn micros(&self, index: usize) -> Option<&Int64Array> {
        match &self.cells[index] {
            Column::Money(micros, _) => Some(micros),
            _ => None,
        }
    }

    fn times(&self) -> Option<&NativeTimes> {
        self.times.as_ref()
    }
}

impl<'a> Texts<'a> for &'a Column {
    fn text(&self, row: u32) -> Option<&'a str> {
        let row = row as usize;
        match self {
            Column::Text(texts) => texts.is_valid(row).then(|| texts.value(row)),
            Column::Coded(codes, texts) => codes.key(row).map(|key| texts.value(key)),
            Column::Absent | Column::Money(..) => None,
        }
    }
}

impl BatchColumns {
    fn slice(&self, start: usize, rows: usize) -> Self {
        let cells = self.cells.iter().map(|column| column.slice(start, rows)).collect();
        let times =
            self.times.as_ref().map(|times| NativeTimes { micros: times.micros.slice(start, rows), ..times.clone() });
        Self { cells, times }
    }

    /// Bytes of the largest text column, if they may be more than a table takes.
    fn most_bytes(&self) -> usize {
        self.cells.iter().map(Column::bytes).max().unwrap_or(0)
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

    fn slice(&self, start: usize, rows: usize) -> Self {
        match self {
            Self::Absent => Self::Absent,
            Self::Text(texts) => Self::Text(texts.slice(start, rows)),
            Self::Coded(codes, texts) => Self::Coded(codes.slice(start, rows), texts.clone()),
            Self::Money(micros, numbers) => Self::Money(micros.slice(start, rows), numbers.slice(start, rows)),
        }
    }

    /// Bytes of the texts of all rows; where they are few, a guess that is too low is good enough.
    fn bytes(&self) -> usize {
        let length = |text: Option<&str>| text.map_or(0, str::len);
        match self {
            Self::Text(texts) => {
                let offsets = texts.value_offsets();
                offsets.first().zip(offsets.last()).map_or(0, |(first, last)| (last - first).unsigned_abs() as usize)
            }
            Self::Coded(codes, texts) if texts.value_data().len() > TABLE_BYTES / 4 => {
                codes.keys().iter().map(|key| length(key.map(|key| texts.value(key as usize)))).sum()
            }
            _ => 0,
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
        let rows = PartWriter::new(kind, request, &sample.columns, false);
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
        Ok(batch.map(|batch| Batch { columns: self.columns(&batch), next: 0, rows: batch.num_rows() }))
    }

    /// Writes as many rows as a table takes.
    fn write(&mut self, mut batch: Batch) {
        let mut rows = (batch.rows - batch.next).min(self.rows.writer.room());
        let mut chunk = batch.columns.slice(batch.next, rows);
        while rows > 1 && chunk.most_bytes() > TABLE_BYTES {
            rows /= 2;
            chunk = chunk.slice(0, rows);
        }
        let first = self.first_row + self.rejects.rows_in();
        let mut refused: Vec<RefusedRow> = Vec::new();
        self.rows.write_chunk(&chunk, 0..index32(rows), first, &mut refused);
        self.rejects.rows(rows as u64);
        for (row, why) in refused {
            let raw = raw(&self.rows.plan.columns, &chunk, row);
            self.rejects.reject(first + u64::from(row) + 1, why.reason, why.detail, raw.as_bytes());
        }
        batch.next += rows;
        self.batch = Some(batch).filter(|batch| batch.next < batch.rows);
    }

    fn columns(&self, batch: &RecordBatch) -> BatchColumns {
        let plan = &self.rows.plan;
        let arrays: Vec<_> = plan.columns.iter().map(|name| parquet_input::column(batch, name)).collect();
        let times = match plan.time.as_slice() {
            [only] if plan.clock.is_none() => arrays[*only].as_ref().and_then(native_times),
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
fn raw(columns: &[String], chunk: &BatchColumns, row: u32) -> String {
    let mut out = String::new();
    for (name, column) in columns.iter().zip(&chunk.cells) {
        let number = match column {
            Column::Money(_, numbers) => Some(text_column(&numbers.slice(row as usize, 1))),
            _ => None,
        };
        let number = number.as_ref().filter(|number| number.is_valid(0)).map(|number| number.value(0));
        push_member(&mut out, name, column.text(row).or(number).map_or(Flat::Json("null"), Flat::Text));
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
        self.rows.report(&self.rejects)
    }
}
