//! What stands in some rows and columns of a Parquet file of ours?
//!
//! The metadata is read once; every read decodes only the pages that hold the rows asked for.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use arrow_array::cast::AsArray;
use arrow_array::types::ArrowPrimitiveType;
use arrow_array::{Array, ArrayRef, LargeStringArray, PrimitiveArray, RecordBatch, RecordBatchReader};
use arrow_buffer::ScalarBuffer;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::PageIndexPolicy;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

use crate::error::StoreError;
use crate::run::shared_file::{ReadPart, SharedFile};

/// An open Parquet file.
#[derive(Debug)]
pub(crate) struct ParquetFile {
    path: PathBuf,
    file: SharedFile,
    metadata: ArrowReaderMetadata,
    /// The same with the places of all pages, once somebody asks for a part of a row group.
    indexed: OnceLock<ArrowReaderMetadata>,
    /// First row of each row group, and the number of rows last.
    starts: Vec<u64>,
}

impl ParquetFile {
    /// Opens the file, which must have `bytes` bytes if that is known.
    pub(crate) fn open(path: &Path, bytes: Option<u64>) -> Result<Self, StoreError> {
        let file = open_sized(path, bytes)?;
        let metadata = guarded(path, || metadata(&file, PageIndexPolicy::Skip))?;
        let starts = starts(&metadata).ok_or_else(|| damaged(path, "its row counts make no sense"))?;
        Ok(Self { path: path.to_owned(), file, metadata, indexed: OnceLock::new(), starts })
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Rows.
    pub(crate) fn rows(&self) -> u64 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// First row of each row group, and the number of rows last.
    pub(crate) fn starts(&self) -> &[u64] {
        &self.starts
    }

    /// Whether there is a column of that name and type.
    pub(crate) fn has(&self, name: &str, data_type: &DataType) -> bool {
        self.metadata.schema().field_with_name(name).is_ok_and(|field| field.data_type() == data_type)
    }

    /// Metadata as the Parquet reader gives it.
    pub(crate) fn metadata(&self) -> &ArrowReaderMetadata {
        &self.metadata
    }

    /// The row groups that hold exactly the rows `rows`, if there are such.
    pub(crate) fn whole_groups(&self, rows: &Range<u64>) -> Option<Range<usize>> {
        let groups = self.groups_of(rows);
        let is_whole = self.starts[groups.start] == rows.start && self.starts[groups.end] == rows.end;
        (is_whole && !groups.is_empty()).then_some(groups)
    }

    /// Number of rows in the row groups `groups`.
    pub(crate) fn rows_in(&self, groups: &Range<usize>) -> Option<usize> {
        let (first, end) = (self.starts.get(groups.start)?, self.starts.get(groups.end)?);
        usize::try_from(end.checked_sub(*first)?).ok()
    }

    /// Number of the column of numbers `name`, if null is written as at most that many levels and nothing else is.
    pub(crate) fn leaf(&self, name: &str, most_levels: i16) -> Option<usize> {
        let schema = self.metadata.parquet_schema();
        let leaf = (0..schema.num_columns()).find(|leaf| schema.column(*leaf).name() == name)?;
        let column = schema.column(leaf);
        (column.max_def_level() == most_levels && column.max_rep_level() == 0).then_some(leaf)
    }

    /// Pages of one column of a row group, all of which are read at once.
    pub(crate) fn pages(&self, group: usize, leaf: usize) -> Result<SerializedPageReader<ReadPart>, ParquetError> {
        let column = self.metadata.metadata().row_group(group).column(leaf);
        let (start, bytes) = column.byte_range();
        let part = ReadPart { start, content: self.file.get_bytes(start, usize::try_from(bytes)?)? };
        let rows = usize::try_from(self.starts[group + 1] - self.starts[group])?;
        SerializedPageReader::new(Arc::new(part), column, rows, None)
    }

    /// The columns `names` of the rows `rows`, in the order of the file.
    pub(crate) fn read(&self, rows: Range<u64>, names: &[&str]) -> Result<Batch<'_>, StoreError> {
        let count = rows.end.saturating_sub(rows.start);
        let batch = guarded(&self.path, || self.batch(&rows, names))?;
        if batch.num_rows() as u64 != count {
            return Err(damaged(&self.path, &format!("{} rows were found where {count} should be", batch.num_rows())));
        }
        Ok(Batch { path: &self.path, batch })
    }

    fn batch(&self, rows: &Range<u64>, names: &[&str]) -> Result<RecordBatch, ParquetError> {
        let schema = self.metadata.parquet_schema();
        let leaves = (0..schema.num_columns()).filter(|leaf| names.contains(&schema.column(*leaf).name()));
        let mask = ProjectionMask::leaves(schema, leaves);
        let groups = self.groups_of(rows);
        let within = self.within(rows, &groups)?;
        let is_whole = within.len() as u64 == self.starts[groups.end] - self.starts[groups.start];
        let metadata = if is_whole { &self.metadata } else { self.indexed()? };
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), metadata.clone())
            .with_projection(mask)
            .with_batch_size(within.len().max(1))
            .with_row_groups(groups.collect());
        if !is_whole {
            builder = builder.with_row_selection(selection(&within));
        }
        let reader = builder.build()?;
        let schema = reader.schema();
        let batches = reader.collect::<Result<Vec<_>, _>>()?;
        Ok(match <[RecordBatch; 1]>::try_from(batches) {
            Ok([batch]) => batch,
            Err(batches) => arrow_select::concat::concat_batches(&schema, &batches)?,
        })
    }

    /// Metadata with the places of all pages.
    fn indexed(&self) -> Result<&ArrowReaderMetadata, ParquetError> {
        if let Some(known) = self.indexed.get() {
            return Ok(known);
        }
        let read = metadata(&self.file, PageIndexPolicy::Optional)?;
        Ok(self.indexed.get_or_init(|| read))
    }

    /// Row groups that hold any of the rows.
    fn groups_of(&self, rows: &Range<u64>) -> Range<usize> {
        let groups = self.starts.len() - 1;
        if rows.is_empty() {
            return 0..0;
        }
        let first = self.starts.partition_point(|start| *start <= rows.start).saturating_sub(1);
        let end = self.starts.partition_point(|start| *start < rows.end);
        first.min(groups)..end.min(groups)
    }

    /// The rows counted from the first row of the first group.
    fn within(&self, rows: &Range<u64>, groups: &Range<usize>) -> Result<Range<usize>, ParquetError> {
        if rows.is_empty() {
            return Ok(0..0);
        }
        let first = self.starts[groups.start];
        let place = |row: u64| usize::try_from(row.saturating_sub(first));
        Ok(place(rows.start)?..place(rows.end.min(self.rows()))?)
    }
}

/// Opens a file and checks its size.
pub(crate) fn open_sized(path: &Path, bytes: Option<u64>) -> Result<SharedFile, StoreError> {
    let file = SharedFile::open(path)
        .map_err(|cause| StoreError::RunRead { path: path.to_owned(), cause: cause.to_string() })?;
    match bytes {
        Some(expected) if expected != file.len() => {
            Err(StoreError::RunFileSize { path: path.to_owned(), expected, found: file.len() })
        }
        _ => Ok(file),
    }
}

fn metadata(file: &SharedFile, pages: PageIndexPolicy) -> Result<ArrowReaderMetadata, ParquetError> {
    let options = ArrowReaderOptions::new()
        .with_skip_arrow_metadata(true)
        .with_column_index_policy(PageIndexPolicy::Skip)
        .with_offset_index_policy(pages);
    let found = ArrowReaderMetadata::load(file, options)?;
    let options = ArrowReaderOptions::new().with_schema(with_large_texts(found.schema()));
    ArrowReaderMetadata::try_new(Arc::clone(found.metadata()), options)
}

/// The schema with 64-bit offsets for every text, as blocks have them.
fn with_large_texts(schema: &Schema) -> SchemaRef {
    let large = |field: &Arc<Field>| match field.data_type() {
        DataType::Utf8 => Arc::new(field.as_ref().clone().with_data_type(DataType::LargeUtf8)),
        _ => Arc::clone(field),
    };
    Arc::new(Schema::new(schema.fields().iter().map(large).collect::<Vec<_>>()))
}

fn starts(metadata: &ArrowReaderMetadata) -> Option<Vec<u64>> {
    let mut starts = vec![0_u64];
    for group in metadata.metadata().row_groups() {
        let rows = u64::try_from(group.num_rows()).ok()?;
        starts.push(starts.last()?.checked_add(rows)?);
    }
    Some(starts)
}

fn selection(rows: &Range<usize>) -> RowSelection {
    vec![RowSelector::skip(rows.start), RowSelector::select(rows.len())].into()
}

/// The result of a call into the Parquet reader, which panics on some damaged files; that is an error like the others.
fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, StoreError> {
    let broken = |_| Err(ParquetError::General("its content makes no sense".to_owned()));
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(broken).map_err(|cause| damaged(path, &cause.to_string()))
}

/// The error for a file that is not what was written.
pub(crate) fn damaged(path: &Path, problem: &str) -> StoreError {
    StoreError::RunDamaged { path: path.to_owned(), problem: problem.to_owned() }
}

/// Columns that were read, by name.
#[derive(Debug)]
pub(crate) struct Batch<'a> {
    path: &'a Path,
    batch: RecordBatch,
}

impl Batch<'_> {
    /// The batch itself.
    pub(crate) fn into_inner(self) -> RecordBatch {
        self.batch
    }

    fn column(&self, name: &str) -> Result<&ArrayRef, StoreError> {
        self.batch.column_by_name(name).ok_or_else(|| damaged(self.path, &format!("it has no column `{name}`")))
    }

    /// A column of numbers or times.
    pub(crate) fn primitive<T: ArrowPrimitiveType>(&self, name: &str) -> Result<&PrimitiveArray<T>, StoreError> {
        self.column(name)?.as_primitive_opt::<T>().ok_or_else(|| self.wrong_type(name))
    }

    /// The values of a column without nulls.
    pub(crate) fn filled<T: ArrowPrimitiveType>(&self, name: &str) -> Result<ScalarBuffer<T::Native>, StoreError> {
        let column = self.primitive::<T>(name)?;
        if column.null_count() > 0 {
            return Err(damaged(self.path, &format!("column `{name}` has nulls")));
        }
        Ok(column.values().clone())
    }

    /// A column of texts.
    pub(crate) fn texts(&self, name: &str) -> Result<&LargeStringArray, StoreError> {
        self.column(name)?.as_string_opt::<i64>().ok_or_else(|| self.wrong_type(name))
    }

    fn wrong_type(&self, name: &str) -> StoreError {
        damaged(self.path, &format!("column `{name}` has another type than it should"))
    }
}
