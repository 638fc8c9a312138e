//! How do encoded columns become a Parquet file?
//!
//! A [`ChunkEncoder`] turns arrays into column chunks on any thread; a [`ParquetOutput`] stitches them together in order.

use std::fmt;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{Field, SchemaRef};
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};

use crate::error::StoreError;
use crate::generation::disk::Disk;
use crate::run::chunks::{Chunk, encode_actors, encode_numbers};
use crate::run::facts::FileFacts;
use crate::run::hashed_file::{BUFFER_BYTES, HashedFile, write_error};
use crate::run::schema::{Column, Role, Shape};

/// Encodes columns of one shape; shared by threads.
#[derive(Debug)]
pub(crate) struct ChunkEncoder {
    schema: SchemaRef,
    factory: ArrowRowGroupWriterFactory,
    /// Per column what the file says of it, and what it holds.
    columns: Vec<(ColumnDescPtr, Role)>,
}

impl ChunkEncoder {
    /// An encoder for files of that shape.
    pub(crate) fn new(shape: &Shape) -> Result<Self, ParquetError> {
        let nowhere = SerializedFileWriter::new(io::sink(), Arc::clone(&shape.root), Arc::clone(&shape.properties))?;
        let factory = ArrowRowGroupWriterFactory::new(&nowhere, Arc::clone(&shape.schema));
        let columns = SchemaDescriptor::new(Arc::clone(&shape.root)).columns().to_vec();
        let columns = columns.into_iter().zip(shape.roles.iter().copied()).collect();
        Ok(Self { schema: Arc::clone(&shape.schema), factory, columns })
    }

    /// One row group of `columns`, which are those of the shape in order.
    pub(crate) fn encode(&self, columns: &[ArrayRef]) -> Result<Vec<Chunk>, ParquetError> {
        debug_assert_eq!(columns.len(), self.schema.fields().len(), "every column of the shape is there");
        self.encode_from(0, columns)
    }

    /// Some columns of a row group: those of the shape from the one numbered `first` on.
    pub(crate) fn encode_from(&self, first: usize, columns: &[ArrayRef]) -> Result<Vec<Chunk>, ParquetError> {
        let numbers: Vec<Option<Chunk>> = self.columns[first..]
            .iter()
            .zip(columns)
            .map(|((column, role), values)| match role.is_packed() {
                true => encode_numbers(values, column, *role == Role::Time),
                false => Ok(None),
            })
            .collect::<Result<_, _>>()?;
        // Each writer brings buffers, so there are none unless one is needed.
        let needs_library = numbers.iter().any(Option::is_none);
        let writers = if needs_library { self.factory.create_column_writers(0)? } else { Vec::new() };
        let mut writers = writers.into_iter().skip(first);
        let fields = self.schema.fields().iter().skip(first);
        let encode = |(number, (field, values)): (Option<Chunk>, (&Arc<Field>, &ArrayRef))| {
            let writer = writers.next();
            match (number, writer) {
                (Some(numbers), _) => Ok(numbers),
                (None, Some(writer)) => library_chunk(writer, field, values),
                (None, None) => Err(ParquetError::General(format!("no writer for column {}", field.name()))),
            }
        };
        numbers.into_iter().zip(fields.zip(columns)).map(encode).collect()
    }

    /// The first column, which names the actors of rows; `None` if [`Self::encode_from`] has to do it.
    pub(crate) fn encode_actors(&self, names: &[String], offsets: &[u32]) -> Result<Option<Chunk>, ParquetError> {
        self.columns.first().map_or(Ok(None), |(column, _)| encode_actors(names, offsets, column))
    }
}

fn library_chunk(mut writer: ArrowColumnWriter, field: &Field, values: &ArrayRef) -> Result<Chunk, ParquetError> {
    for leaf in compute_leaves(field, values)? {
        writer.write(&leaf)?;
    }
    writer.close().map(Chunk::Library)
}

/// A Parquet file under construction.
pub(crate) struct ParquetOutput {
    path: PathBuf,
    writer: SerializedFileWriter<BufWriter<HashedFile>>,
}

impl fmt::Debug for ParquetOutput {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ParquetOutput").field("path", &self.path).finish_non_exhaustive()
    }
}

impl ParquetOutput {
    /// Creates the file.
    pub(crate) fn create(disk: &Disk, path: &Path, shape: &Shape) -> Result<Self, StoreError> {
        let file = BufWriter::with_capacity(BUFFER_BYTES, HashedFile::create(disk, path)?);
        let writer = SerializedFileWriter::new(file, Arc::clone(&shape.root), Arc::clone(&shape.properties))
            .map_err(|cause| write_error(path, cause))?;
        Ok(Self { path: path.to_owned(), writer })
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a row group.
    pub(crate) fn append(&mut self, chunks: Vec<Chunk>) -> Result<(), StoreError> {
        append(&mut self.writer, chunks).map_err(|cause| write_error(&self.path, cause))
    }

    /// Completes and syncs the file.
    pub(crate) fn finish(self) -> Result<FileFacts, StoreError> {
        let buffered = self.writer.into_inner().map_err(|cause| write_error(&self.path, cause))?;
        buffered.into_inner().map_err(|cause| write_error(&self.path, cause.error()))?.finish()
    }
}

fn append(writer: &mut SerializedFileWriter<BufWriter<HashedFile>>, chunks: Vec<Chunk>) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for chunk in chunks {
        chunk.append_to(&mut group)?;
    }
    group.close()?;
    Ok(())
}

/// A Parquet file whose row groups are encoded where they are appended.
#[derive(Debug)]
pub(crate) struct PlainOutput {
    encoder: ChunkEncoder,
    output: ParquetOutput,
}

impl PlainOutput {
    /// Creates the file.
    pub(crate) fn create(disk: &Disk, path: &Path, columns: &[Column]) -> Result<Self, StoreError> {
        let shape = Shape::new(columns).map_err(|cause| write_error(path, cause))?;
        let encoder = ChunkEncoder::new(&shape).map_err(|cause| write_error(path, cause))?;
        Ok(Self { encoder, output: ParquetOutput::create(disk, path, &shape)? })
    }

    /// Appends a row group.
    pub(crate) fn append(&mut self, columns: &[ArrayRef]) -> Result<(), StoreError> {
        let chunks = self.encoder.encode(columns).map_err(|cause| write_error(&self.output.path, cause))?;
        self.output.append(chunks)
    }

    /// Completes and syncs the file.
    pub(crate) fn finish(self) -> Result<FileFacts, StoreError> {
        self.output.finish()
    }
}
