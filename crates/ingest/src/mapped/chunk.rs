//! What must a decoder offer of some rows, so that they are read column by column?

use arrow_array::{Int64Array, StringArray, UInt32Array};

use super::row::Cells;
use crate::field::Field;
use crate::parquet_input::NativeTimes;
use crate::placeholder::is_placeholder;

/// Rows whose columns are at hand, by index into [`super::row::RowPlan::columns`].
pub(crate) trait Chunk {
    /// A column of it.
    type Column<'a>: Texts<'a>
    where
        Self: 'a;

    /// The cells of a column.
    fn column(&self, index: usize) -> Self::Column<'_>;

    /// A column as keys and the texts they stand for, if that is how it is kept.
    fn keys(&self, _index: usize) -> Option<(&UInt32Array, &StringArray)> {
        None
    }

    /// A column as one array of texts, if that is how it is kept.
    fn whole(&self, _index: usize) -> Option<&StringArray> {
        None
    }

    /// A column as money in micro-units, where it has numbers rather than text.
    fn micros(&self, _index: usize) -> Option<&Int64Array> {
        None
    }

    /// The event times, where the source has them as numbers rather than as text.
    fn times(&self) -> Option<&NativeTimes> {
        None
    }

    /// The record that a row is of and its position in it, where records and rows are not the same.
    fn place(&self, _row: u32) -> Option<(u64, u32)> {
        None
    }

    /// Whether the source itself says more of rows than its columns do: the two below.
    fn has_own(&self) -> bool {
        false
    }

    /// Whether nobody acted in a row, whatever its name.
    fn is_passive(&self, _row: u32) -> bool {
        false
    }

    /// Values of a row that have no column: a JSON object without its end, or nothing.
    fn props(&self, _row: u32) -> &str {
        ""
    }
}

/// The cells of a column.
pub(crate) trait Texts<'a> {
    /// The text of a row; `None` or empty where there is none.
    fn text(&self, row: u32) -> Option<&'a str>;
}

/// One row of a chunk.
pub(super) struct ChunkRow<'a, C> {
    pub(super) chunk: &'a C,
    pub(super) row: u32,
}

impl<C: Chunk> Cells for ChunkRow<'_, C> {
    fn cell(&self, index: usize) -> Option<&str> {
        self.chunk.column(index).text(self.row)
    }
}

/// Of several columns the first that is filled, row by row.
pub(super) struct FirstFilled<'a, C> {
    pub(super) field: Field,
    pub(super) columns: &'a [usize],
    pub(super) chunk: &'a C,
}

impl<'a, C: Chunk> Texts<'a> for FirstFilled<'a, C> {
    fn text(&self, row: u32) -> Option<&'a str> {
        let filled = |value: &&str| !is_placeholder(self.field, value.trim_ascii());
        let chunk = self.chunk;
        self.columns.iter().filter_map(|column| chunk.column(*column).text(row)).find(filled)
    }
}
