//! How does the store ask for events that still lie in files?
//!
//! `ingest` implements [`EventSource`]; the store's shuffle opens its parts, on as many threads as it was given, and
//! drains each reader. A part is the smallest piece read on its own (a row group of a Parquet file, a stretch of a text, else
//! a file).

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event_table::EventTable;
use crate::natural;
use crate::quality::{PartReport, RejectedRow};

/// An error that crosses a crate border as a sentence with its cause chain.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// Inputs that are ready to be read.
pub trait EventSource: Sync {
    /// The inputs that the parts belong to, in natural order of their names within each source.
    fn inputs(&self) -> &[SourceInput];

    /// Number of parts.
    fn parts(&self) -> usize;

    /// Which of [`Self::inputs`] part `part` belongs to.
    fn input_of(&self, part: usize) -> usize;

    /// A reader over part `part` (`0..parts()`).
    ///
    /// # Errors
    /// When the input can't be opened or is not what its pinned mapping says.
    fn open(&self, part: usize) -> Result<Box<dyn EventReader>, BoxError>;

    /// Number of jobs that whoever reads the parts does beside, on any thread and in any order.
    fn chores(&self) -> usize {
        0
    }

    /// Does job `chore` (`0..chores()`). Should it fail, that shows where its outcome is asked for.
    fn chore(&self, _chore: usize) {}

    /// The content hash of an input, `xxh3-128:` and 32 hex digits. It is at hand once all chores are done and all parts
    /// are read; asked for earlier, it takes a pass over the input.
    ///
    /// # Errors
    /// When the input can't be read, or the source has no bytes to hash.
    fn content_hash(&self, input: usize) -> Result<String, BoxError> {
        Err(format!("input {input} has no content that could be hashed").into())
    }
}

/// Reads one part from front to back.
pub trait EventReader: Send {
    /// The next table of at most some ten thousand events, or `None` at the end. A table is empty where a long stretch of
    /// rows was rejected, so that they can be taken before there are too many.
    ///
    /// # Errors
    /// When the container is damaged or unreadable. A bad row is no error: it is rejected and counted in the report.
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError>;

    /// The rows rejected since the last call, in file order.
    fn take_rejected(&mut self) -> Vec<RejectedRow>;

    /// What was read so far; complete once `next_table` has returned `None`.
    fn report(&self) -> PartReport;
}

/// One input of a source: a file, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceInput {
    /// Name of the source.
    pub source: String,
    /// Path relative to the source's root.
    pub name: String,
    /// Whether the order of its rows means something. Otherwise `tie` is a hash of the raw row.
    pub has_row_order: bool,
    /// Which export it belongs to, where the source is exported in partitions that replace each other.
    pub set: Option<ExportSet>,
}

/// One export of one or more partitions of a source. Of the sets that hold a partition the greatest counts alone:
/// the kind decides, then the configured revision, then the path in natural order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct ExportSet {
    /// Kind of the export.
    pub kind: ExportKind,
    /// Place of the last configured revision pattern that matches, from 1; 0 without any.
    pub revision: u32,
    /// Path without what tells the shards of one export apart.
    pub path: String,
}

/// Kinds of exports of a partition, from the least to the most complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportKind {
    /// While the day runs.
    Intraday,
    /// Soon after it.
    Fresh,
    /// The day as the vendor settled it; also everything that names no kind.
    Daily,
}

impl Ord for ExportSet {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = |set: &Self| (set.kind, set.revision);
        rank(self).cmp(&rank(other)).then_with(|| natural::compare(&self.path, &other.path))
    }
}

impl PartialOrd for ExportSet {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Which columns a command needs, so that readers decode nothing else. Identifiers, `ts`, `event`, `event_id`,
/// `order_id`, `partition`, `value` and `source_name` are always read.
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
