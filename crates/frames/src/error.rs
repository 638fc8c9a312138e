//! What can go wrong on the way to a table?

use arrow_schema::ArrowError;
use polars::error::PolarsError;

/// Why a table was not made or written.
#[derive(Debug, thiserror::Error)]
pub enum FramesError {
    /// A column type that tables do not carry.
    #[error(
        "column `{column}` has type {found}: tables carry booleans, whole numbers, floats, texts and times up to microseconds"
    )]
    UnsupportedType {
        /// Name of the column.
        column: String,
        /// Its Arrow type.
        found: String,
    },
    /// A batch that does not continue the table it was given to.
    #[error("a batch has the columns {found}, but its table was begun with {expected}")]
    OtherColumns {
        /// Columns and types the table was begun with.
        expected: String,
        /// Columns and types of the batch.
        found: String,
    },
    /// Arrow could not convert a column.
    #[error("a column could not be converted: {0}")]
    Arrow(#[from] ArrowError),
    /// Polars could not make or write the table, disk errors included.
    #[error("the table could not be made or written: {0}")]
    Polars(#[from] PolarsError),
}
