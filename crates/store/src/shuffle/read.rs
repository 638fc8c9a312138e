//! What does one reader thread do?
//!
//! It takes parts one after another, drains their tables into its own pieces and checks that each part's report adds up.
//! Parts are taken in order and a part once begun is finished, so the first failing part is the same on any number of threads.
//! Where a spill folder is given, pieces go there when memory ends.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use kundresa_model::dictionary::NULL;
use kundresa_model::event_table::EventTable;
use kundresa_model::field::text;
use kundresa_model::index::index32;
use kundresa_model::quality::PartReport;
use kundresa_model::source::EventSource;

use crate::actor_key::{KeyOfHash, PARTITIONS};
use crate::error::StoreError;
use crate::run::facts::Optional;
use crate::shuffle::dictionaries::ThreadColumns;
use crate::shuffle::forget::drop_forgotten;
use crate::shuffle::gather::{Pick, gather, gather_partitions};
use crate::shuffle::id_log::IdLog;
use crate::shuffle::piece::{Piece, Slice};
use crate::shuffle::rejected::RejectedRows;
use crate::shuffle::replaced::PartitionRows;
use crate::shuffle::scatter::{Keep, Scratch, scatter};
use crate::shuffle::spill::{Chunk, SpillFile, SpillFolder};

/// Most events of one piece or bucket; positions in it are 32-bit indices.
pub(crate) const MOST_EVENTS: usize = (u32::MAX / 2) as usize;

/// How to read.
#[derive(Clone, Copy)]
pub(crate) struct ReadOptions<'a> {
    /// Threads that read.
    pub(crate) threads: usize,
    /// Most bytes to hold; beyond it reading fails. `None` for no limit.
    pub(crate) memory_limit: Option<u64>,
    /// Called now and then with the number of events read so far.
    pub(crate) progress: Option<&'a (dyn Fn(u64) + Sync)>,
    /// From an identifier's hash to its actor's key.
    pub(crate) key_of_hash: KeyOfHash,
    /// What a store on disk asks for beyond the columns of analyses.
    pub(crate) for_disk: Option<ForDisk<'a>>,
}

/// What reading for a store on disk takes.
#[derive(Clone, Copy)]
pub(crate) struct ForDisk<'a> {
    /// Where pieces go when memory ends.
    pub(crate) spill: &'a Arc<SpillFolder>,
    /// Bytes of memory for the whole load.
    pub(crate) memory: u64,
    /// Most values of a coded text column.
    pub(crate) most_values: usize,
    /// Hashes of identifiers whose rows are dropped.
    pub(crate) forgotten: &'a HashSet<u128>,
}

impl ForDisk<'_> {
    /// Bytes that rows, texts and rejected rows of all threads may take before those that hold much spill. Threads that
    /// hold little go on, so up to half as much again is held.
    fn reading_share(&self) -> u64 {
        self.memory / 3
    }
}

/// What all reader threads share.
pub(crate) struct Reading<'a> {
    source: &'a dyn EventSource,
    options: ReadOptions<'a>,
    /// Whether rows remember their input: on disk, and where exports replace each other.
    keeps_inputs: bool,
    next_chore: AtomicUsize,
    next_part: AtomicUsize,
    stop: AtomicBool,
    held: AtomicU64,
    texts: AtomicU64,
    rows: AtomicU64,
}

/// What one reader thread has read.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// One per table, those of few rows joined.
    pub(crate) pieces: Vec<Arc<Piece>>,
    /// What was spilled of each partition.
    pub(crate) spilled: Vec<Vec<Chunk>>,
    /// Event ids of spilled pieces.
    pub(crate) ids: IdLog,
    pub(crate) columns: ThreadColumns,
    pub(crate) reports: Vec<(usize, PartReport)>,
    pub(crate) rejected: RejectedRows,
    /// Forgotten rows per input.
    pub(crate) forgotten: BTreeMap<usize, u64>,
    /// Optional columns that some row fills.
    pub(crate) has: Optional,
    /// Whether some row has more identifiers than its actor's, or may have an event id.
    pub(crate) tells_identities: bool,
    pub(crate) failure: Option<(usize, StoreError)>,
    /// Rows per input and thread code of the partition.
    partitions: HashMap<(usize, u32), u64>,
    file: Option<Arc<SpillFile>>,
    scratch: Scratch,
    /// Bytes of all pieces.
    pieces_bytes: usize,
    held: u64,
    texts: u64,
}

impl<'a> Reading<'a> {
    /// Nothing read yet.
    pub(crate) fn new(source: &'a dyn EventSource, options: ReadOptions<'a>) -> Self {
        let any_set = source.inputs().iter().any(|input| input.set.is_some());
        Self {
            source,
            options,
            keeps_inputs: any_set || options.for_disk.is_some(),
            next_chore: AtomicUsize::new(0),
            next_part: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            held: AtomicU64::new(0),
            texts: AtomicU64::new(0),
            rows: AtomicU64::new(0),
        }
    }

    /// Estimated bytes held by what all threads have read.
    pub(crate) fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }

    /// Does what chores are left, then reads parts until none is left or one has failed.
    pub(crate) fn run(&self) -> Read {
        let mut chores = std::iter::repeat_with(|| self.next_chore.fetch_add(1, Ordering::Relaxed));
        chores.by_ref().take_while(|chore| *chore < self.source.chores()).for_each(|chore| self.source.chore(chore));
        let mut read = Read::new(self.options.for_disk.map(|disk| disk.most_values));
        while !self.stop.load(Ordering::Acquire) {
            let part = self.next_part.fetch_add(1, Ordering::Relaxed);
            if part >= self.source.parts() {
                break;
            }
            match self.read_part(part, &mut read) {
                Ok(report) => read.reports.push((part, report)),
                Err(error) => {
                    self.stop.store(true, Ordering::Release);
                    read.failure = Some((part, error));
                }
            }
        }
        read.has.rejected |= !read.rejected.is_empty();
        read
    }

    fn read_part(&self, part: usize, read: &mut Read) -> Result<PartReport, StoreError> {
        let mut reader = self.source.open(part).map_err(StoreError::Read)?;
        let mut events = 0;
        while let Some(table) = reader.next_table().map_err(StoreError::Read)? {
            events += table.len() as u64;
            read.rejected.extend(part, reader.take_rejected());
            self.take(table, part, read)?;
        }
        read.rejected.extend(part, reader.take_rejected());
        let report = reader.report();
        let rejected = report.rejected;
        if report.rows_in == events + rejected {
            return Ok(report);
        }
        Err(StoreError::UnaccountedRows { input: report.input, rows_in: report.rows_in, events, rejected })
    }

    fn take(&self, table: EventTable, part: usize, read: &mut Read) -> Result<(), StoreError> {
        let input = self.source.input_of(part);
        if table.len() > MOST_EVENTS {
            return Err(StoreError::BucketTooLarge { events: table.len(), limit: MOST_EVENTS });
        }
        let came = table.len() as u64;
        let table = self.forget(table, input, read)?;
        let keep = Keep { input: self.keeps_inputs.then(|| index32(input)), others: self.options.for_disk.is_some() };
        if !table.is_empty() {
            let Read { columns, scratch, .. } = read;
            let piece = scatter(&table, keep, self.options.key_of_hash, columns, scratch);
            read.push(Piece { part, ..piece });
            read.count_partitions(input, table.len());
        }
        self.check_memory(read)?;
        let rows = self.rows.fetch_add(came, Ordering::Relaxed) + came;
        if let Some(progress) = self.options.progress {
            progress(rows);
        }
        Ok(())
    }

    fn forget(&self, table: EventTable, input: usize, read: &mut Read) -> Result<EventTable, StoreError> {
        let Some(disk) = self.options.for_disk else { return Ok(table) };
        let (table, dropped) = drop_forgotten(table, disk.forgotten)?;
        if dropped > 0 {
            *read.forgotten.entry(input).or_default() += dropped;
        }
        Ok(table)
    }

    fn check_memory(&self, read: &mut Read) -> Result<(), StoreError> {
        let total = self.count_memory(read);
        if let Some(limit) = self.options.memory_limit.filter(|limit| total > *limit) {
            return Err(StoreError::MemoryLimit { needed: total, limit });
        }
        let Some(disk) = self.options.for_disk else { return Ok(()) };
        let (texts, limit) = (self.texts.load(Ordering::Relaxed), disk.memory / 2);
        if texts > limit {
            return Err(StoreError::TextsTooLarge { needed: texts, limit, memory: disk.memory });
        }
        // A thread that holds little leaves the spilling to those that hold much.
        let much = disk.reading_share() / (2 * self.options.threads as u64);
        if total > disk.reading_share() && read.held - read.texts > much {
            read.spill(disk.spill)?;
            self.count_memory(read);
        }
        Ok(())
    }

    /// Brings the estimate up to date and returns what all threads hold.
    fn count_memory(&self, read: &mut Read) -> u64 {
        let pieces = read.pieces_bytes;
        let texts = read.columns.heap_bytes() as u64;
        let rejected = if self.options.for_disk.is_some() { read.rejected.heap_bytes() } else { 0 };
        replace_share(&self.texts, &mut read.texts, texts);
        replace_share(&self.held, &mut read.held, (pieces + rejected) as u64 + texts)
    }
}

/// Replaces a thread's share of `total` and returns the new total.
fn replace_share(total: &AtomicU64, share: &mut u64, new: u64) -> u64 {
    let old = std::mem::replace(share, new);
    if new >= old {
        total.fetch_add(new - old, Ordering::Relaxed) + (new - old)
    } else {
        total.fetch_sub(old - new, Ordering::Relaxed) - (old - new)
    }
}

impl Read {
    fn new(most_values: Option<usize>) -> Self {
        let mut read = Self { columns: ThreadColumns::new(most_values), ..Self::default() };
        read.spilled.resize_with(PARTITIONS, Vec::new);
        read
    }

    fn count_partitions(&mut self, input: usize, rows: usize) {
        let slot = self.columns.slot_of(text::PARTITION);
        let column = self.scratch.text.iter().find(|encoded| Some(encoded.slot) == slot);
        let Some(column) = column else {
            *self.partitions.entry((input, NULL)).or_default() += rows as u64;
            return;
        };
        for run in column.codes.chunk_by(|a, b| a == b) {
            *self.partitions.entry((input, run[0])).or_default() += run.len() as u64;
        }
    }

    /// Rows per input and partition.
    pub(crate) fn partition_rows(&self) -> PartitionRows {
        let slot = self.columns.slot_of(text::PARTITION);
        let name = |code: u32| slot.and_then(|slot| self.columns.value(slot, code)).unwrap_or_default();
        let mut rows = PartitionRows::new();
        for ((input, code), count) in self.partitions.iter().filter(|(_, count)| **count > 0) {
            *rows.entry((*input, name(*code).to_owned())).or_default() += count;
        }
        rows
    }

    fn push(&mut self, piece: Piece) {
        self.has = joined(self.has, piece.fills(self.columns.slot_of(text::ITEMS)));
        self.tells_identities |= !piece.identity.is_empty();
        self.pieces_bytes += piece.heap_bytes();
        self.pieces.push(Arc::new(piece));
        self.join_small();
    }

    /// Joins the last pieces if there are many of few rows, as many small inputs give.
    fn join_small(&mut self) {
        let small = self.pieces.iter().rev().take_while(|piece| piece.rows < SMALL_PIECE).count();
        if small < MOST_SMALL_PIECES {
            return;
        }
        let pieces = self.pieces.split_off(self.pieces.len() - small);
        let slices = |partition| slices_of(&pieces, partition).collect();
        let partitions: Vec<Vec<Slice>> = (0..PARTITIONS).map(slices).collect();
        let part = pieces.first().map_or(0, |piece| piece.part);
        let whole = Piece { part, ..gather_partitions(&partitions) };
        let before: usize = pieces.iter().map(|piece| piece.heap_bytes()).sum();
        self.pieces_bytes = self.pieces_bytes - before + whole.heap_bytes();
        self.pieces.push(Arc::new(whole));
    }

    /// Moves all rows to spill files.
    fn spill(&mut self, folder: &Arc<SpillFolder>) -> Result<(), StoreError> {
        self.has.rejected |= !self.rejected.is_empty();
        let file = match &self.file {
            Some(file) => Arc::clone(file),
            None => Arc::clone(self.file.insert(folder.file()?)),
        };
        self.pieces_bytes = 0;
        let pieces = std::mem::take(&mut self.pieces);
        let mut buffer = Vec::new();
        for (partition, spilled) in self.spilled.iter_mut().enumerate() {
            let slices: Vec<Slice> = slices_of(&pieces, partition).collect();
            if !slices.is_empty() {
                let piece = gather(&slices.iter().map(Pick::all).collect::<Vec<_>>());
                self.ids.append(&piece, &self.columns, folder)?;
                spilled.push(Chunk::write(&file, &piece, &mut buffer)?);
            }
        }
        self.rejected.spill(folder)
    }
}

/// Fewer rows than this make a small piece.
const SMALL_PIECE: usize = 1 << 10;
/// As many small pieces after each other are joined.
const MOST_SMALL_PIECES: usize = 64;

/// The rows of one partition.
pub(crate) fn slices_of(pieces: &[Arc<Piece>], partition: usize) -> impl Iterator<Item = Slice> + '_ {
    let has_rows = move |piece: &&Arc<Piece>| piece.starts[partition] < piece.starts[partition + 1];
    pieces.iter().filter(has_rows).map(move |piece| Slice::of(piece, partition))
}

/// Columns that either has.
pub(crate) fn joined(a: Optional, b: Optional) -> Optional {
    Optional {
        value: a.value || b.value,
        others: [0, 1, 2].map(|other| a.others[other] || b.others[other]),
        event_id: a.event_id || b.event_id,
        sequence: [0, 1, 2].map(|part| a.sequence[part] || b.sequence[part]),
        position: a.position || b.position,
        items: a.items || b.items,
        rejected: a.rejected || b.rejected,
    }
}
