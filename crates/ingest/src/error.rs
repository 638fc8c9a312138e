//! What can go wrong before or while rows are read, and what should the reader do about it?
//!
//! A bad row is no error: it is rejected and counted. These are the failures that concern a whole input or source.

use std::io;
use std::path::PathBuf;

use kundresa_model::zone::UnknownZone;

use crate::currency::BadRates;
use crate::limits::{LimitReached, limited};

/// A failure that concerns a whole input, source or configuration.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// An argument names nothing.
    #[error("no such file or folder: {}{hint}", path.display())]
    NotFound {
        /// Path as given.
        path: PathBuf,
        /// ` (did you mean …?)` or empty.
        hint: String,
    },
    /// A file or folder may not be read.
    #[error("no permission to read {}", path.display())]
    NoPermission {
        /// Path as given.
        path: PathBuf,
    },
    /// An input lies outside the folder that names are relative to.
    #[error(
        "{} lies outside {}, the folder that names of inputs are relative to\n\
         hint: copy it there, or load it into a store of its own",
        path.display(),
        root.display()
    )]
    OutsideRoot {
        /// The input.
        path: PathBuf,
        /// The folder.
        root: PathBuf,
    },
    /// A folder or pattern holds no file that could be data.
    #[error("no data files in {place}{skipped}")]
    NoFiles {
        /// Folder or pattern.
        place: String,
        /// What was skipped and why, or empty.
        skipped: String,
    },
    /// A table of rates can't be used.
    #[error(transparent)]
    Rates(#[from] BadRates),
    /// A pattern in an argument or the configuration is malformed.
    #[error("`{pattern}` is not a file or event pattern: {reason}")]
    BadPattern {
        /// Pattern as written.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Reading failed: a damaged or truncated container, or the device itself.
    #[error(
        "{input}: reading stopped after {rows} rows: {cause}\n\
         hint: the file is damaged, cut short or not accessible; nothing of it was counted; export or copy it again"
    )]
    Read {
        /// Input name.
        input: String,
        /// Rows read before.
        rows: u64,
        /// What the reader said.
        cause: io::Error,
    },
    /// Something is larger than is read.
    #[error("{input}: {what}\nhint: {hint}")]
    Limit {
        /// Input name.
        input: String,
        /// What is too large, with the limit.
        what: String,
        /// What to do.
        hint: &'static str,
    },
    /// The input is no format that can be read.
    #[error("{input}: {found}; {allowed}")]
    Unsupported {
        /// Input name.
        input: String,
        /// What it is.
        found: String,
        /// What could be read instead.
        allowed: &'static str,
    },
    /// A required field has no column.
    #[error("{input}: no column for the {field}; columns: {columns}\nhint: name it in kundresa.toml:\n{lines}")]
    MissingField {
        /// Input name.
        input: String,
        /// `event time` or `event name`.
        field: &'static str,
        /// Columns found, as a list.
        columns: String,
        /// Configuration lines that would settle it.
        lines: String,
    },
    /// A canonical field maps to a column name that occurs twice.
    #[error(
        "{input}: the {field} is column `{column}`, which occurs twice (columns {first} and {second})\n\
         hint: name another column in kundresa.toml: columns = {{ {field} = \"{column}_2\" }} is the second one, `{column}_1` the first"
    )]
    DuplicateColumn {
        /// Input name.
        input: String,
        /// Canonical field.
        field: &'static str,
        /// Column name.
        column: String,
        /// Position of the first, from 1.
        first: usize,
        /// Position of the second, from 1.
        second: usize,
    },
    /// The configuration names a column that the source does not have.
    #[error(
        "{input}: the configuration maps {field} to column `{column}`, which is not there{hint}; columns: {columns}"
    )]
    UnknownColumn {
        /// Input name.
        input: String,
        /// Canonical field or property.
        field: String,
        /// Column as written.
        column: String,
        /// ` (did you mean …?)` or empty.
        hint: String,
        /// Columns found, as a list.
        columns: String,
    },
    /// The configuration names a canonical field that does not exist.
    #[error("`{field}` in `columns` is no canonical field{hint}; allowed: {allowed}")]
    UnknownField {
        /// Field as written.
        field: String,
        /// ` (did you mean …?)` or empty.
        hint: String,
        /// All names.
        allowed: String,
    },
    /// The times can be read as day/month and as month/day.
    #[error(
        "{input}: times in column `{column}` such as `{example}` can be day first or month first\n\
         hint: settle it in kundresa.toml: time = {{ format = \"day_first\" }} or time = {{ format = \"month_first\" }}"
    )]
    AmbiguousTime {
        /// Input name.
        input: String,
        /// Column.
        column: String,
        /// A value.
        example: String,
    },
    /// The times follow no known format.
    #[error(
        "{input}: times in column `{column}` such as `{example}` follow no known format\n\
         hint: give it in kundresa.toml, for example time = {{ column = \"{column}\", format = \"%d/%m/%Y %H:%M:%S\" }}"
    )]
    UnknownTime {
        /// Input name.
        input: String,
        /// Column.
        column: String,
        /// A value.
        example: String,
    },
    /// An input contradicts the mapping pinned from another input of its source.
    #[error("{input} does not fit source `{source_name}`, whose mapping comes from {pinned_by}: {why}")]
    Contradiction {
        /// The input that differs.
        input: String,
        /// Source name.
        source_name: String,
        /// The input the mapping was pinned from.
        pinned_by: String,
        /// What differs.
        why: String,
    },
    /// A value in the configuration is not usable.
    #[error("{key} = {value:?}: {reason}")]
    BadConfig {
        /// Key.
        key: String,
        /// Value as written.
        value: String,
        /// What is wrong, and what was allowed.
        reason: String,
    },
    /// A zone that nobody knows.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// Parquet could not be read.
    #[error(
        "{input}: not readable as Parquet: {cause}\nhint: the file is damaged or cut short; export or copy it again"
    )]
    Parquet {
        /// Input name.
        input: String,
        /// What the reader said.
        cause: parquet::errors::ParquetError,
    },
    /// Rows did not become a table.
    #[error("{input}: {cause}")]
    Build {
        /// Input name.
        input: String,
        /// What the builder said.
        cause: crate::builder::BuildError,
    },
}

impl IngestError {
    /// The text of the configuration that is at fault, as written there; `None` for errors about inputs.
    pub fn written(&self) -> Option<&str> {
        match self {
            Self::BadPattern { pattern, .. } => Some(pattern),
            Self::BadConfig { value, .. } => Some(value),
            Self::UnknownColumn { column, .. } => Some(column),
            Self::UnknownField { field, .. } => Some(field),
            Self::Zone(error) => Some(&error.name),
            _ => None,
        }
    }
}

/// What can be read, for messages.
pub(crate) const SUPPORTED: &str = "supported are event logs as tables, JSON, XES or lines of text, plain, compressed or in archives; docs/sources names them";

/// A failure of reading on, after so many rows; a limit that was reached is told as such.
pub(crate) fn read_error(input: &str, rows: u64, cause: io::Error) -> IngestError {
    let limit = cause.get_ref().and_then(|inner| inner.downcast_ref::<LimitReached>()).cloned();
    match limit {
        Some(limit) => limited(input, limit),
        None => IngestError::Read { input: input.to_owned(), rows, cause },
    }
}

/// A failure to open `path`, by its cause.
pub(crate) fn open_error(path: &std::path::Path, name: &str, cause: io::Error) -> IngestError {
    match cause.kind() {
        io::ErrorKind::PermissionDenied => IngestError::NoPermission { path: path.to_owned() },
        io::ErrorKind::NotFound => {
            IngestError::NotFound { path: path.to_owned(), hint: crate::discover::nearest_name(path) }
        }
        _ => IngestError::Read { input: name.to_owned(), rows: 0, cause },
    }
}
