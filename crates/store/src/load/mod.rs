//! How do new inputs become part of a store?

mod apply;
mod balance;
mod inputs;
pub(crate) mod reconcile;
mod tidy;
mod triage;
mod write;
pub(crate) mod writer;

use std::collections::BTreeMap;
use std::path::Path;

use kundresa_model::quality::LoadTotals;
use kundresa_model::source::EventSource;
use serde::Serialize;

use crate::generation::manifest::StoredSource;

pub use writer::StoreWriter;

/// An input that might be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Path relative to the root, with `/`.
    pub name: String,
    /// Where it lies; none for standard input.
    pub place: Option<String>,
    /// Content hash, `xxh3-128:` and 32 hex digits; [`Self::unread`] has none yet.
    pub hash: String,
}

/// How what stands for the hash of a content begins that nobody has read.
const UNREAD: &str = "unread:";

impl Candidate {
    /// One whose content is known to be no other's, since no other has its size. Its hash is asked for when it was read.
    pub fn unread(name: String, place: Option<String>) -> Self {
        let hash = format!("{UNREAD}{name}");
        Self { name, place, hash }
    }
}

/// What is to be done with a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Neither name nor content are known; or the content is that of an export which gets another name, and so is read again.
    New,
    /// The name is known with other content, whose rows it replaces.
    Replaces(u32),
    /// Name and content are known.
    Unchanged,
    /// The content is known under another name; with the number of that input.
    Alias(u32),
    /// The content is that of an earlier candidate, by index.
    AliasOfCandidate(usize),
}

/// An input that is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInput {
    /// What it is.
    pub candidate: Candidate,
    /// Format and compression, for people.
    pub format: String,
    /// Size in bytes; none for standard input.
    pub bytes: Option<u64>,
}

/// Everything a load needs.
pub struct LoadRequest<'a> {
    /// Events of the inputs that are new or replace others.
    pub events: &'a dyn EventSource,
    /// Those inputs, in the order of `events.inputs()`.
    pub inputs: Vec<NewInput>,
    /// Every candidate with its verdict, in natural order of names.
    pub candidates: Vec<(Candidate, Verdict)>,
    /// Every source of the store from now on, those known before included.
    pub sources: Vec<StoredSource>,
    /// Load configuration by key.
    pub configuration: BTreeMap<String, serde_json::Value>,
    /// Analysis configuration by key, of which only a hash is kept.
    pub analysis: BTreeMap<String, serde_json::Value>,
    /// Folder that names are relative to.
    pub root: String,
    /// Drop everything that was loaded before.
    pub rebuild: bool,
}

/// How to change a store. Nothing in here changes what is in it.
#[derive(Clone, Copy)]
pub struct WriteOptions<'a> {
    /// Threads.
    pub threads: usize,
    /// Bytes of memory to use at most.
    pub memory: u64,
    /// Folder for what does not fit into memory; beside the store's runs if absent.
    pub spill: Option<&'a Path>,
    /// Called now and then with the number of events read so far, from any thread.
    pub progress: Option<&'a (dyn Fn(u64) + Sync)>,
}

/// What a load did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LoadSummary {
    /// Generation of the store after it; the one before if nothing changed.
    pub generation: u64,
    /// Inputs loaded, those that replace others included.
    pub inputs_loaded: u64,
    /// Inputs whose content was replaced.
    pub inputs_replaced: u64,
    /// Inputs known before under their name.
    pub inputs_unchanged: u64,
    /// Names of content that is known under another name.
    pub inputs_aliased: u64,
    /// Rows read: `events + duplicates + rejected + replaced_at_once + forgotten`.
    pub rows_in: u64,
    /// Rows that are events now.
    pub events: u64,
    /// Rows that repeat the event id of another.
    pub duplicates: u64,
    /// Rows set aside.
    pub rejected: u64,
    /// Rows that count no more because of this load: of inputs loaded before, and those of `replaced_at_once`.
    pub replaced: u64,
    /// Rows of this load whose partition has a greater export.
    pub replaced_at_once: u64,
    /// Rows of people who are to be forgotten.
    pub forgotten: u64,
    /// Bytes that did not fit into memory and were written to the spill folder.
    pub spilled_bytes: u64,
    /// Runs after it.
    pub runs: u64,
    /// Bytes of the store after it.
    pub store_bytes: u64,
    /// Sums over the whole store.
    pub store: LoadTotals,
    /// Why runs were not merged after the load, if that went wrong. The load stands; the next one tries again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_compacted: Option<String>,
}

/// What compacting did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CompactSummary {
    /// Generation after it.
    pub generation: u64,
    /// Runs before and after.
    pub runs_before: u64,
    /// Runs after it.
    pub runs_after: u64,
    /// Rows left out for good.
    pub rows_dropped: u64,
    /// Bytes before.
    pub bytes_before: u64,
    /// Bytes after.
    pub bytes_after: u64,
}

/// What forgetting did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ForgetSummary {
    /// Generation after it.
    pub generation: u64,
    /// Identifiers asked for that the store held, and those that it did not.
    pub found: Vec<String>,
    /// Identifiers that no row had; they are kept out of later loads all the same.
    pub not_found: Vec<String>,
    /// Rows removed: events and duplicates.
    pub rows: u64,
    /// Rejected rows removed.
    pub rejected: u64,
    /// Actors that are gone.
    pub actors: u64,
    /// Other identifiers that stood on the removed rows; their other rows stay.
    pub also_on_these_rows: Vec<String>,
}
