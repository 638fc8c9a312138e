//! Why can't events be brought into actor order, or a store be read or changed?

use std::io;
use std::path::{Path, PathBuf};

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
        "{rows_in} rows came in, but {events} events, {duplicates} duplicates, {rejected} rejected, {replaced} replaced \
         and {forgotten} forgotten rows went out; this is a defect in the store, no figure was computed"
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
        /// Rows of replaced exports.
        replaced: u64,
        /// Rows of people who are to be forgotten.
        forgotten: u64,
    },
    /// The events need more memory than allowed.
    #[error(
        "the events read so far need {} of memory, more than the limit of {}\nhint: raise the limit with --memory, or load \
         the inputs into a store first, which works in any memory: kundresa load INPUT… --into STORE",
        size(*.needed),
        size(*.limit)
    )]
    MemoryLimit {
        /// Estimated bytes needed.
        needed: u64,
        /// Bytes allowed.
        limit: u64,
    },
    // Shuffle with a spill folder.
    /// A spill file could not be written or read back.
    #[error("the spill file {} cannot be used: {source}\nhint: --spill-dir names another folder", path.display())]
    Spill {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The distinct texts alone, which cannot be spilled, need too much memory.
    #[error(
        "the distinct texts read so far need {} of memory, more than {}, half of the limit of {}\nhint: raise the \
         limit with --memory",
        size(*.needed),
        size(*.limit),
        size(*.memory)
    )]
    TextsTooLarge {
        /// Estimated bytes of distinct texts.
        needed: u64,
        /// Bytes allowed for them.
        limit: u64,
        /// Bytes allowed altogether.
        memory: u64,
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
    // State of a store, and loads into it.
    /// A file or folder of the store could not be handled.
    #[error("cannot {action} `{}`: {source}", .path.display())]
    Disk {
        /// What was tried, as a verb.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// There is no store at that place.
    #[error(
        "there is no store at `{0}`: no `manifest.json` there\nhint: `kundresa load INPUT… --into {0}` makes one",
        .path.display()
    )]
    NoStore {
        /// The place.
        path: PathBuf,
    },
    /// The folder for a new store holds something else.
    #[error(
        "`{}` is no store and not empty: it holds `{found}`\nhint: name a folder that does not exist yet, or an empty one",
        .path.display()
    )]
    ForeignFolder {
        /// The folder.
        path: PathBuf,
        /// Something in it.
        found: String,
    },
    /// The store's path is that of a file.
    #[error("`{}` is a file; a store is a folder\nhint: name a folder that does not exist yet, or that of a store", .path.display())]
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// Another process changes the store.
    #[error(
        "`{}` is being changed by {owner}; one process at a time changes a store\nhint: try again when it is done",
        .store.display()
    )]
    Locked {
        /// The store.
        store: PathBuf,
        /// Process, host and age, as far as known.
        owner: String,
    },
    /// The store was written by a newer program.
    #[error(
        "`{}` has format {format}; this program reads formats up to {newest}\nhint: use a newer kundresa",
        .store.display()
    )]
    NewerFormat {
        /// The store.
        store: PathBuf,
        /// Its format.
        format: u32,
        /// The newest format known here.
        newest: u32,
    },
    /// A JSON file of the store is damaged.
    #[error(
        "`{}` is damaged at line {line}, column {column}: {what}\nhint: restore the store from a copy, or load its \
         inputs into a new one",
        .path.display()
    )]
    BrokenJson {
        /// The file.
        path: PathBuf,
        /// Line from 1.
        line: usize,
        /// Column from 1.
        column: usize,
        /// What is wrong.
        what: String,
    },
    /// A file that the manifest names is not there.
    #[error(
        "`{}` is missing, but the store's manifest names it\nhint: restore the store from a copy, or load its inputs \
         into a new one",
        .path.display()
    )]
    Missing {
        /// The file or folder.
        path: PathBuf,
    },
    /// A file is known under another name.
    #[error(
        "{place} is known as `{known}` and would now be `{new}`, as if it were two inputs\nhint: --root FOLDER names \
         the folder that names are relative to, as in the first load"
    )]
    OtherName {
        /// The file.
        place: String,
        /// Its name in the store.
        known: String,
        /// Its name now.
        new: String,
    },
    /// An export's name is taken by other content, and the name under which it lives on was not named.
    #[error(
        "`{input}` comes with other content, and what it held is also known as `{alias}`, which decides its partitions \
         from now on\nhint: load both together, so that it can be read under that name"
    )]
    AliasNotAtHand {
        /// The name that is taken.
        input: String,
        /// The other name of what it held.
        alias: String,
    },
    /// A known name came with other content from another place.
    #[error(
        "`{name}` was loaded from `{known}` and now comes from `{new}` with other content; it is not clear whether it \
         replaces the old rows\nhint: `--root FOLDER` names inputs relative to a folder of your choice, so that the two \
         differ; load from `{known}` to replace"
    )]
    OtherPlace {
        /// Name of the input.
        name: String,
        /// Where it came from.
        known: String,
        /// Where it comes from now.
        new: String,
    },
    /// The load configuration is not that of the store.
    #[error(
        "`{key}` is {new} now, but the store was loaded with {known}\nhint: load with the old setting, or load everything \
         anew: `kundresa load INPUT… --into {} --rebuild`",
        .store.display()
    )]
    OtherConfiguration {
        /// The store.
        store: PathBuf,
        /// Key of the configuration.
        key: String,
        /// Value of the store.
        known: String,
        /// Value asked for.
        new: String,
    },
    /// A partition counts again whose rows were left out before.
    #[error(
        "partition `{partition}` of source `{source_name}` would count again as `{input}` has it, since `{gone}` has it no \
         more, but those rows are not kept\nhint: load everything anew: `kundresa load INPUT… --into {} --rebuild`",
        .store.display()
    )]
    PartitionReturns {
        /// The store.
        store: PathBuf,
        /// Name of the source.
        source_name: String,
        /// Name of the partition.
        partition: String,
        /// Input that would have it.
        input: String,
        /// Path of the export that had it.
        gone: String,
    },
    /// The store as a whole does not add up.
    #[error(
        "{rows_in} rows came into {what}, but {events} events, {duplicates} duplicates, {rejected} rejected, {replaced} \
         replaced and {forgotten} forgotten rows went out; this is a defect in the store, nothing was changed"
    )]
    UnbalancedStore {
        /// The load, or the store.
        what: &'static str,
        /// Rows read.
        rows_in: u64,
        /// Events kept.
        events: u64,
        /// Rows that repeat an event id.
        duplicates: u64,
        /// Rows set aside.
        rejected: u64,
        /// Rows of replaced partitions.
        replaced: u64,
        /// Rows of people to be forgotten.
        forgotten: u64,
    },
    // End of: state of a store, and loads into it.
    // Reading the events of several runs.
    /// The actors of a run have more or fewer rows than its events.
    #[error(
        "the actors of a run name {named} rows where {found} lie; its files are damaged\nhint: `kundresa store check` \
         says which; loading the inputs again with --rebuild makes a new store"
    )]
    ActorsDoNotFit {
        /// Rows according to the table of actors.
        named: u64,
        /// Rows according to the table of events.
        found: u64,
    },
    // Upkeep of a store.
    /// So many identifiers are to be forgotten that no search holds them.
    #[error("cannot look for {ids} identifiers at once: {cause}\nhint: forget them in several goes")]
    TooManyIds {
        /// Identifiers given.
        ids: usize,
        /// What stands in the way.
        cause: aho_corasick::BuildError,
    },
    // End of: upkeep of a store.
    // Files of runs.
    /// A file of a run could not be written.
    #[error("cannot write `{}`: {cause}", path.display())]
    RunWrite {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        cause: String,
    },
    /// A file of a run is missing or could not be opened.
    #[error(
        "cannot read `{}`, a file of the store: {cause}\nhint: `kundresa store check` lists what is wrong; restore \
         the file, or load everything again with --rebuild",
        path.display()
    )]
    RunRead {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        cause: String,
    },
    /// A file of a run is shorter or longer than it was.
    #[error(
        "`{}` has {found} bytes, but {expected} were written\nhint: `kundresa store check` lists what is wrong; \
         restore the file, or load everything again with --rebuild",
        path.display()
    )]
    RunFileSize {
        /// The file.
        path: PathBuf,
        /// Bytes that were written.
        expected: u64,
        /// Bytes there now.
        found: u64,
    },
    /// The content of a file of a run is not what was written.
    #[error(
        "`{}` is damaged: {problem}\nhint: `kundresa store check` lists what is wrong; restore the file, or load \
         everything again with --rebuild",
        path.display()
    )]
    RunDamaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Row groups came in another order than a run is written in.
    #[error("the rows of run `{}` came {problem}; this is a defect in the store, nothing was changed", folder.display())]
    RunOrder {
        /// Folder of the run.
        folder: PathBuf,
        /// In which wrong way.
        problem: &'static str,
    },
}

impl StoreError {
    /// Wraps what the operating system says about `path`: `.map_err(StoreError::at("read", path))`.
    pub(crate) fn at(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Disk { action, path, source }
    }
}

/// Bytes in KiB or MiB with one decimal, rounded up so that nothing shows as less than it is.
fn size(bytes: u64) -> String {
    let (unit, name) = if bytes < 1 << 20 { (1 << 10, "KiB") } else { (1 << 20, "MiB") };
    let tenths = bytes.saturating_mul(10).div_ceil(unit);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}
