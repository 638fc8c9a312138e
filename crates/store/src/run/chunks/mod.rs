//! How do columns of numbers, and the column of actors, become column chunks without a call per value?
//!
//! The Parquet library encodes anything, value by value. What most of a run consists of is encoded here, with the same pages
//! that the library would write:
//!
//! ```text
//! numbers ─► differences ─► bits      (DELTA_BINARY_PACKED; levels of nulls in stretches before them)
//! actors  ─► names once, then stretches of rows of the same one      (RLE_DICTIONARY)
//! ```

mod actors;
mod bits;
mod delta;
mod numbers;
mod page_writer;
mod stretches;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::Write;

use bytes::Bytes;
use parquet::arrow::arrow_writer::ArrowColumnChunk;
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedRowGroupWriter;

pub(crate) use actors::encode_actors;
pub(crate) use numbers::encode_numbers;

/// Rows of a data page, so that reading a few actors skips most of a row group.
pub(crate) const PAGE_ROWS: usize = 1 << 15;

/// An encoded column of a row group.
pub(crate) enum Chunk {
    /// Encoded by the library.
    Library(ArrowColumnChunk),
    /// Encoded here: its pages, and what the file says about them.
    Own(Bytes, ColumnCloseResult),
}

impl fmt::Debug for Chunk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Chunk").finish_non_exhaustive()
    }
}

impl Chunk {
    /// Writes the chunk as the next column of a row group.
    pub(crate) fn append_to<W: Write + Send>(
        self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        match self {
            Self::Library(chunk) => chunk.append_to_row_group(group),
            Self::Own(pages, close) => group.append_column(&pages, close),
        }
    }
}
