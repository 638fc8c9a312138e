//! Why can't snapshots be compared?

use polars::error::PolarsError;

/// What is wrong with them.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// A column that must be there is not.
    #[error(
        "{file}:{line}: no column for the {what}: none is called {asked}{hint}\nhint: its columns are {columns}; --{what} \"A|B\" names one that was renamed"
    )]
    NoColumn {
        /// The file.
        file: String,
        /// Line of its header.
        line: u64,
        /// `key` or `stage`.
        what: &'static str,
        /// Names asked for.
        asked: String,
        /// ` (did you mean …?)` or empty.
        hint: String,
        /// Names that are there.
        columns: String,
    },
    /// One record on two lines that disagree.
    #[error(
        "{file}:{line}: the record `{key}` stands there with the stage `{stage}`, and in line {first} with `{other}`\nhint: a snapshot has each record once; remove one of the lines, or name the column that tells them apart with --key"
    )]
    Twice {
        /// The file.
        file: String,
        /// The later line.
        line: u64,
        /// The earlier line.
        first: u64,
        /// The record.
        key: String,
        /// Stage in the later line.
        stage: String,
        /// Stage in the earlier line.
        other: String,
    },
    /// A file that holds no table.
    #[error("{file}: {found}\nhint: a snapshot is delimited text with a header, one record per line")]
    NoTable {
        /// The file.
        file: String,
        /// What it is instead.
        found: String,
    },
    /// Two snapshots of one instant.
    #[error("{one} and {other} are of the same time\nhint: say when each was taken: --at, once per file")]
    SameTime {
        /// One file.
        one: String,
        /// The other.
        other: String,
    },
    /// Polars refuses, which no snapshot leads to.
    #[error(transparent)]
    Polars(#[from] PolarsError),
}
