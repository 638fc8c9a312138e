//! Everything Polars: the bridge from and to Arrow, result tables, and their CSV and Parquet files.
//!
//! The only library crate that knows Polars. Kernels, engine and decoders build without it.
//!
//! - [`tables()`] turns one analysis result into flat tables, [`table`] into the main one alone,
//! - [`write_csv`] and [`write_parquet`] write one such table,
//! - [`TableWriter`] writes a stream of Arrow batches, for tables too long to hold (labelled events, sessions),
//! - [`snapshots`] compares exports of the same records,
//! - [`bridge`] moves a table between Arrow and Polars without copying what both keep alike.

pub mod bridge;
mod columns;
mod error;
pub mod snapshots;
mod table_writer;
mod tables;
mod write;

pub use error::FramesError;
pub use polars::frame::DataFrame;
pub use table_writer::TableWriter;
pub use tables::{NamedFrame, explained, explained_funnel, funnel_actors, table, tables};
pub use write::{write_csv, write_parquet};
