//! Which items did events have? A child table with one row per item, from which the JSON texts are rebuilt exactly.

mod json;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, Int64Builder, LargeStringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, LargeStringArray, RecordBatch, UInt32Array, UInt64Array};
use kundresa_model::index::index32;
use parquet::errors::ParquetError;
use parquet::file::statistics::Statistics;

use crate::error::StoreError;
use crate::generation::disk::Disk;
use crate::run::chunks::Chunk;
use crate::run::facts::FileFacts;
use crate::run::hashed_file::write_error;
use crate::run::items::json::{Item, ItemRef, TEXTS, elements};
use crate::run::parquet_file::{ParquetFile, damaged};
use crate::run::parquet_output::{ChunkEncoder, ParquetOutput};
use crate::run::schema::{Shape, item_columns};

/// Items of one row group of events. Only the numbers of the events are still open.
#[derive(Debug)]
pub(crate) struct EncodedItems {
    /// Row in the group of each item's event.
    rows: Vec<u32>,
    /// Every column but the first.
    chunks: Vec<Chunk>,
}

/// Takes the items of one row group apart; `None` without any.
pub(crate) fn encode(encoder: &ChunkEncoder, texts: &LargeStringArray) -> Result<Option<EncodedItems>, ParquetError> {
    let mut columns = ItemColumns::default();
    for (row, text) in texts.iter().enumerate() {
        text.into_iter().for_each(|text| columns.push_list(index32(row), text));
    }
    if columns.rows.is_empty() {
        return Ok(None);
    }
    let rows = std::mem::take(&mut columns.rows);
    Ok(Some(EncodedItems { rows, chunks: encoder.encode_from(1, &columns.finish())? }))
}

#[derive(Default)]
struct ItemColumns {
    rows: Vec<u32>,
    positions: Vec<u32>,
    texts: [LargeStringBuilder; 5],
    price: Int64Builder,
    quantity: Float64Builder,
    rest: LargeStringBuilder,
}

impl ItemColumns {
    fn push_list(&mut self, row: u32, text: &str) {
        let Some(elements) = elements(text) else { return self.push(row, 0, &Item::of_whole(text)) };
        for (position, element) in elements.into_iter().enumerate() {
            self.push(row, position, &Item::of_element(element));
        }
    }

    fn push(&mut self, row: u32, position: usize, item: &Item) {
        self.rows.push(row);
        self.positions.push(index32(position));
        for (column, text) in self.texts.iter_mut().zip(&item.texts) {
            column.append_option(text.as_ref());
        }
        self.price.append_option(item.price);
        self.quantity.append_option(item.quantity);
        self.rest.append_option(item.rest.as_ref());
    }

    fn finish(mut self) -> Vec<ArrayRef> {
        let mut columns: Vec<ArrayRef> = vec![Arc::new(UInt32Array::from(self.positions))];
        columns.extend(self.texts.iter_mut().map(|texts| Arc::new(texts.finish()) as ArrayRef));
        columns.push(Arc::new(self.price.finish()));
        columns.push(Arc::new(self.quantity.finish()));
        columns.push(Arc::new(self.rest.finish()));
        columns
    }
}

/// Writes items.
#[derive(Debug)]
pub(crate) struct ItemsOutput {
    encoder: ChunkEncoder,
    output: ParquetOutput,
}

impl ItemsOutput {
    /// Creates the file.
    pub(crate) fn create(disk: &Disk, path: &Path, shape: &Shape) -> Result<Self, StoreError> {
        let encoder = ChunkEncoder::new(shape).map_err(|cause| write_error(path, cause))?;
        Ok(Self { encoder, output: ParquetOutput::create(disk, path, shape)? })
    }

    /// Appends the items of a row group whose first row has the ordinal `first`.
    pub(crate) fn append(&mut self, items: EncodedItems, first: u64) -> Result<(), StoreError> {
        let rows = UInt64Array::from_iter_values(items.rows.iter().map(|row| first + u64::from(*row)));
        let encoded = self.encoder.encode_from(0, &[Arc::new(rows)]);
        let mut chunks = encoded.map_err(|cause| write_error(self.output.path(), cause))?;
        chunks.extend(items.chunks);
        self.output.append(chunks)
    }

    /// Completes and syncs the file.
    pub(crate) fn finish(self) -> Result<FileFacts, StoreError> {
        self.output.finish()
    }
}

/// Reads items.
#[derive(Debug)]
pub(crate) struct Items {
    file: ParquetFile,
    /// Least and greatest event row of each row group.
    bounds: Vec<(u64, u64)>,
}

impl Items {
    /// Over an open file.
    pub(crate) fn new(file: ParquetFile) -> Self {
        let groups = file.metadata().metadata().row_groups().iter();
        let bounds =
            groups.map(|group| bounds(group.columns().first().and_then(|column| column.statistics()))).collect();
        Self { file, bounds }
    }

    /// Whether the file has the columns that reading takes.
    pub(crate) fn fits(&self) -> bool {
        item_columns().iter().all(|column| self.file.has(&column.name, &column.data_type))
    }

    /// All columns of the items of the events `rows`, in order.
    pub(crate) fn rows(&self, rows: Range<u64>) -> Result<RecordBatch, StoreError> {
        let columns = item_columns();
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        Ok(self.file.read(self.places(rows)?, &names)?.into_inner())
    }

    /// Where the items of the events `rows` stand in the file.
    fn places(&self, rows: Range<u64>) -> Result<Range<u64>, StoreError> {
        let holds = |bounds: &(u64, u64)| bounds.0 < rows.end && bounds.1 >= rows.start;
        let Some(first) = self.bounds.iter().position(holds) else { return Ok(0..0) };
        let last = self.bounds.iter().rposition(holds).unwrap_or(first);
        let start = self.file.starts()[first];
        let batch = self.file.read(start..self.file.starts()[last + 1], &["event_row"])?;
        let events = batch.filled::<UInt64Type>("event_row")?;
        if !events.is_sorted() {
            return Err(damaged(self.file.path(), "its rows are not in order"));
        }
        let place = |row: u64| start + events.partition_point(|event| *event < row) as u64;
        Ok(place(rows.start)..place(rows.end))
    }

    /// Items of each of the events `rows` as JSON text, null without any.
    pub(crate) fn texts(&self, rows: Range<u64>) -> Result<LargeStringArray, StoreError> {
        let batch = self.rows(rows.clone())?;
        ItemRows::new(&batch)
            .and_then(|items| items.texts(rows))
            .ok_or_else(|| damaged(self.file.path(), "its items can't be put together"))
    }
}

fn bounds(statistics: Option<&Statistics>) -> (u64, u64) {
    match statistics {
        Some(Statistics::Int64(found)) => {
            let bound = |bound: Option<&i64>, other| bound.map_or(other, |bound| bound.cast_unsigned());
            (bound(found.min_opt(), 0), bound(found.max_opt(), u64::MAX))
        }
        _ => (0, u64::MAX),
    }
}

/// Columns of some items.
struct ItemRows<'a> {
    events: &'a [u64],
    texts: [&'a LargeStringArray; 5],
    price: &'a Int64Array,
    quantity: &'a Float64Array,
    rest: &'a LargeStringArray,
}

impl<'a> ItemRows<'a> {
    fn new(batch: &'a RecordBatch) -> Option<Self> {
        let texts = |name: &str| batch.column_by_name(name)?.as_string_opt::<i64>();
        Some(Self {
            events: batch.column_by_name("event_row")?.as_primitive_opt::<UInt64Type>()?.values(),
            texts: [texts(TEXTS[0])?, texts(TEXTS[1])?, texts(TEXTS[2])?, texts(TEXTS[3])?, texts(TEXTS[4])?],
            price: batch.column_by_name("price")?.as_primitive_opt::<Int64Type>()?,
            quantity: batch.column_by_name("quantity")?.as_primitive_opt::<Float64Type>()?,
            rest: texts("rest")?,
        })
    }

    fn texts(&self, rows: Range<u64>) -> Option<LargeStringArray> {
        let mut column = LargeStringBuilder::new();
        let mut text = String::new();
        let mut place = 0;
        for row in rows {
            let first = place;
            while self.events.get(place) == Some(&row) {
                place += 1;
            }
            if first == place {
                column.append_null();
                continue;
            }
            self.write_list(first..place, &mut text)?;
            column.append_value(&text);
        }
        (place == self.events.len()).then(|| column.finish())
    }

    fn write_list(&self, items: Range<usize>, text: &mut String) -> Option<()> {
        text.clear();
        let first = self.item(items.start);
        if first.rest.is_some_and(|rest| rest.starts_with('"')) {
            text.push_str(&first.whole()?);
            return Some(());
        }
        for place in items.clone() {
            text.push(if place == items.start { '[' } else { ',' });
            self.item(place).push(text);
        }
        text.push(']');
        Some(())
    }

    fn item(&self, place: usize) -> ItemRef<'a> {
        ItemRef {
            texts: self.texts.map(|column| text_at(column, place)),
            price: self.price.is_valid(place).then(|| self.price.value(place)),
            quantity: self.quantity.is_valid(place).then(|| self.quantity.value(place)),
            rest: text_at(self.rest, place),
        }
    }
}

fn text_at(column: &LargeStringArray, place: usize) -> Option<&str> {
    column.is_valid(place).then(|| column.value(place))
}
