//! What does a store consist of right now? `manifest.json`, replaced as a whole by every change.

use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::document::SourceFacts;
use kundresa_model::quality::{ClockCounts, CurrencyCounts, LoadTotals, RejectReason};
use kundresa_model::source::ExportSet;
use serde::{Deserialize, Serialize};

/// Version of the format that this program writes, and the newest that it reads.
pub(crate) const FORMAT: u32 = 1;
/// Name of the manifest.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The state of a store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the format.
    pub format: u32,
    /// Version of the program that wrote this generation.
    pub kundresa: String,
    /// Counts changes, from 1.
    pub generation: u64,
    /// Folder that names of inputs are relative to, as the first load found it.
    pub root: String,
    /// Load configuration: what was asked for, by key.
    pub load: BTreeMap<String, serde_json::Value>,
    /// Hashes of both halves of the configuration in force at the last load.
    pub hashes: ConfigurationHashes,
    /// Sources with their pinned mappings.
    pub sources: Vec<StoredSource>,
    /// Inputs whose rows count, by number.
    pub inputs: Vec<StoredInput>,
    /// Number of the next input.
    pub next_input: u32,
    /// Runs.
    pub runs: Vec<StoredRun>,
    /// Number of the next run.
    pub next_run: u64,
    /// 128-bit hashes of identifiers to be forgotten in every load to come, as hex digits.
    pub forgotten: BTreeSet<String>,
    /// Sums over the inputs above.
    pub totals: LoadTotals,
    /// Sums over everything that ever came in.
    pub life: LifeTotals,
}

/// Hashes of the configuration, `xxh3-128:` and 32 hex digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationHashes {
    /// Of what decides how rows are read: another one needs everything to be loaded again.
    pub load: String,
    /// Of what decides figures: another one only gives other figures, and never needs a load.
    pub analysis: String,
}

/// One source and how it is read, from its first load on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StoredSource {
    /// Name.
    pub name: String,
    /// Whether the order of its rows means something.
    pub has_row_order: bool,
    /// What pins it, as `ingest` wrote it.
    pub pin: serde_json::Value,
    /// For the provenance of documents.
    pub facts: SourceFacts,
    /// Zone of times without one: an IANA name, `UTC (assumed)`, or `None` where every time carries one.
    pub time_zone: Option<String>,
    /// Names of text columns and properties that its events can have.
    pub columns: BTreeSet<String>,
    /// Whether it has money.
    pub has_value: bool,
    /// Things to know when reading figures, as sentences.
    pub warnings: BTreeSet<String>,
}

/// One input.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StoredInput {
    /// Number in the store; events name it.
    pub id: u32,
    /// Name of its source.
    pub source: String,
    /// Path relative to the root, with `/`.
    pub name: String,
    /// Where it was loaded from, to tell a new export from another file of the same name; none for standard input.
    pub place: Option<String>,
    /// Other names of the same content, in natural order.
    pub aliases: Vec<String>,
    /// Format and compression, for people.
    pub format: String,
    /// Size in bytes; none for standard input.
    pub bytes: Option<u64>,
    /// Content hash, `xxh3-128:` and 32 hex digits.
    pub hash: String,
    /// Canonical rows read.
    pub rows_in: u64,
    /// Rows set aside and still kept as such.
    pub rejected: u64,
    /// The same by reason.
    pub rejected_by_reason: BTreeMap<RejectReason, u64>,
    /// Rows of it that were forgotten.
    pub forgotten: u64,
    /// Money values that were not readable.
    pub bad_values: u64,
    /// Times that were corrected for the clocks of devices.
    #[serde(default, skip_serializing_if = "ClockCounts::is_none")]
    pub clocks: ClockCounts,
    /// Amounts that were to be converted into one currency.
    #[serde(default, skip_serializing_if = "CurrencyCounts::is_none")]
    pub currencies: CurrencyCounts,
    /// Its export, if the source is partitioned.
    pub set: Option<ExportSet>,
    /// Rows that became events or duplicates, by partition; the empty name holds rows without one.
    pub partitions: BTreeMap<String, u64>,
    /// Notes for people.
    pub notes: Vec<String>,
}

/// One run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredRun {
    /// Number; its folder is `runs/` and the number in six digits.
    pub id: u64,
    /// Rows stored, deleted ones included.
    pub rows: u64,
    /// Rows that do not count: duplicates, and rows of replaced inputs.
    pub deleted: u64,
    /// File with their ordinals; none without any.
    pub deleted_file: Option<String>,
    /// Bytes of all its files.
    pub bytes: u64,
    /// Whether an input was renamed since, so that rows of equal time may lie in another than the total order.
    pub unsorted: bool,
}

/// Sums over everything that ever came in: `rows_in = events + duplicates + rejected + replaced + forgotten`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeTotals {
    /// Rows of inputs that were replaced by newer content under the same name.
    pub replaced_content: u64,
    /// Loads that changed something.
    pub loads: u64,
}

impl Manifest {
    /// The state before the first load.
    pub(crate) fn empty() -> Self {
        Self {
            format: FORMAT,
            kundresa: env!("CARGO_PKG_VERSION").to_owned(),
            generation: 0,
            root: String::new(),
            load: BTreeMap::new(),
            hashes: ConfigurationHashes::default(),
            sources: Vec::new(),
            inputs: Vec::new(),
            next_input: 0,
            runs: Vec::new(),
            next_run: 1,
            forgotten: BTreeSet::new(),
            totals: LoadTotals::default(),
            life: LifeTotals::default(),
        }
    }

    /// What stays when everything is loaded again: who is to be forgotten, and what counts through a store's life.
    pub(crate) fn emptied(&self) -> Self {
        let Self { generation, next_run, forgotten, life, .. } = self;
        Self {
            generation: *generation,
            next_run: *next_run,
            forgotten: forgotten.clone(),
            life: *life,
            ..Self::empty()
        }
    }
}

/// The greatest export of each source's partition among the inputs. Rows without a partition compete with nobody.
pub(crate) fn greatest_exports(inputs: &[StoredInput]) -> BTreeMap<(String, String), ExportSet> {
    let mut greatest: BTreeMap<(String, String), ExportSet> = BTreeMap::new();
    for (input, set) in inputs.iter().filter_map(|input| Some((input, input.set.as_ref()?))) {
        for partition in input.partitions.keys().filter(|partition| !partition.is_empty()) {
            let known = greatest.entry((input.source.clone(), partition.clone())).or_insert_with(|| set.clone());
            if *known < *set {
                *known = set.clone();
            }
        }
    }
    greatest
}
