//! Which files make a run, how are they written and read?
//!
//! ```text
//! Block ──► RunEncoder ──► EncodedGroup ──► RunWriter ──► files ──► Run ──► EventRows, ActorRows, …
//!           any thread                      in key order
//! ```

mod actors;
pub(crate) mod chunks;
mod decode;
pub(crate) mod deleted;
mod encode;
pub(crate) mod facts;
pub(crate) mod filter;
mod hashed_file;
mod items;
pub(crate) mod pages;
mod parquet_file;
mod parquet_output;
pub(crate) mod reader;
mod rejected;
pub(crate) mod schema;
mod shared_file;
#[cfg(test)]
mod tests;
mod texts;
pub(crate) mod writer;
