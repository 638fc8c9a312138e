//! What can go wrong while a shop is written?

use std::path::PathBuf;

/// Why no shop was written.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// Zero events or zero days.
    #[error("a shop needs at least one {0}")]
    Empty(&'static str),
    /// The folder holds something already; mixing two shops would make the truth false.
    #[error("the folder is not empty: {0}")]
    NotEmpty(PathBuf),
    /// A file or folder could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// File or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A Parquet file could not be written.
    #[error("cannot write {path}: {source}")]
    Parquet {
        /// File.
        path: PathBuf,
        /// What the writer says.
        source: parquet::errors::ParquetError,
    },
    /// The zone database has no zone for the shop.
    #[error(transparent)]
    Zone(#[from] kundresa_model::zone::UnknownZone),
}

impl GenerateError {
    pub(crate) fn write(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Write { path: path.into(), source }
    }

    pub(crate) fn parquet(path: impl Into<PathBuf>) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        move |source| Self::Parquet { path: path.into(), source }
    }
}
