//! How does the store ask for events that still lie in files?
//!
//! `ingest` implements [`EventSource`]; the store's shuffle opens its parts, on as many threads as it was given, and
//! drains each reader. A part is the smallest piece read on its own (a file, or a row group of a Parquet file).

use crate::event_table::EventTable;
use crate::quality::PartReport;

/// An error that crosses a crate border as a sentence with its cause chain.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// Inputs that are ready to be read.
pub trait EventSource: Sync {
    /// Number of parts.
    fn parts(&self) -> usize;

    /// A reader over part `part` (`0..parts()`).
    ///
    /// # Errors
    /// When the input can't be opened or is not what its pinned mapping says.
    fn open(&self, part: usize) -> Result<Box<dyn EventReader>, BoxError>;
}

/// Reads one part from front to back.
pub trait EventReader: Send {
    /// The next table of at most some ten thousand events, or `None` at the end.
    ///
    /// # Errors
    /// When the container is damaged or unreadable. A bad row is no error: it is rejected and counted in the report.
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError>;

    /// What was read so far; complete once `next_table` has returned `None`.
    fn report(&self) -> PartReport;
}

/// Which columns a command needs, so that readers decode nothing else. Identifiers, `ts`, `event`, `event_id`,
/// `order_id`, `value` and `source_name` are always read.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Names of canonical text columns and of properties.
    pub text: std::collections::BTreeSet<String>,
    /// Whether every column and property is wanted, unmapped ones as `props` (export of events).
    pub everything: bool,
}

impl Wanted {
    /// Whether the text column or property `name` is to be read.
    pub fn wants(&self, name: &str) -> bool {
        self.everything || self.text.contains(name)
    }
}
