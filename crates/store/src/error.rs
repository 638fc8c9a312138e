//! Why can't events be brought into actor order?

use kundresa_model::source::BoxError;

/// Why a load failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An input could not be opened or read to its end.
    #[error(transparent)]
    Read(BoxError),
    /// A reader's report does not add up with the events it delivered.
    #[error(
        "the reader of `{input}` reports {rows_in} rows but gave {events} events and {rejected} rejected rows; \
         this is a defect in that reader, no figure was computed"
    )]
    UnaccountedRows {
        /// Input path relative to the source's root.
        input: String,
        /// Rows the reader says it read.
        rows_in: u64,
        /// Events it delivered.
        events: u64,
        /// Rows it rejected.
        rejected: u64,
    },
    /// The load as a whole does not add up.
    #[error(
        "{rows_in} rows came in, but {events} events, {duplicates} duplicates and {rejected} rejected rows went out; \
         this is a defect in the store, no figure was computed"
    )]
    UnbalancedTotals {
        /// Rows read.
        rows_in: u64,
        /// Events kept.
        events: u64,
        /// Rows folded as duplicates.
        duplicates: u64,
        /// Rows set aside.
        rejected: u64,
    },
    /// The events need more memory than allowed.
    #[error(
        "the events read so far need {} of memory, more than the limit of {}\nhint: raise the limit with \
         --memory, or load fewer inputs or columns at once",
        size(*.needed),
        size(*.limit)
    )]
    MemoryLimit {
        /// Estimated bytes needed.
        needed: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// More events fall together than an index holds.
    #[error("one bucket of actors holds {events} events; at most {limit} fit")]
    BucketTooLarge {
        /// Events in the bucket.
        events: usize,
        /// Events allowed.
        limit: usize,
    },
    /// The operating system gave no threads.
    #[error("cannot start {threads} threads")]
    Threads {
        /// Threads asked for.
        threads: usize,
        /// What the operating system said.
        source: rayon::ThreadPoolBuildError,
    },
}

/// Bytes in KiB or MiB with one decimal, rounded up so that nothing shows as less than it is.
fn size(bytes: u64) -> String {
    let (unit, name) = if bytes < 1 << 20 { (1 << 10, "KiB") } else { (1 << 20, "MiB") };
    let tenths = bytes.saturating_mul(10).div_ceil(unit);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}
