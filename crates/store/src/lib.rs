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
mod block;
mod error;
mod generation;
mod load;
mod memory;
mod run;
mod shuffle;
mod stored;
#[cfg(test)]
mod tests;
mod upkeep;

pub use error::StoreError;
pub use generation::Store;
pub use generation::manifest;
pub use load::{
    Candidate, CompactSummary, ForgetSummary, LoadRequest, LoadSummary, NewInput, StoreWriter, Verdict, WriteOptions,
};
pub use memory::MemoryStore;
pub use shuffle::conflicts::EventIdConflict;
pub use shuffle::{LoadReport, ShuffleOptions, shuffle};
pub use stored::StoredEvents;
pub use upkeep::{CheckReport, check};
