//! Events by actor: the shuffle from time-ordered logs to actor order, held in memory.
//!
//! [`shuffle`] drains an [`EventSource`](kundresa_model::source::EventSource) on several threads and returns a
//! [`MemoryStore`], which hands events out again actor by actor, in the total order of `docs/semantics.md`.
//! Partition first, intern second: rows are scattered by a hash of their actor, and actor ids meet a table only inside
//! one bucket. What comes back depends on rows only, never on threads or on how inputs were cut.
//!
//! ```text
//! parts ──► read ──► pieces (thread × partition) ──► buckets (actors by key) ──► MemoryStore
//!            │ columns: batch codes → thread codes ──► sorted dictionaries
//! ```

mod actor_key;
mod arena;
mod bucket;
mod conflicts;
mod dictionaries;
mod error;
mod memory;
mod order;
mod piece;
mod read;
mod repeats;
mod rows;
mod scatter;
mod shuffle;
#[cfg(test)]
mod tests;

pub use conflicts::EventIdConflict;
pub use error::StoreError;
pub use memory::MemoryStore;
pub use shuffle::{LoadReport, ShuffleOptions, shuffle};
