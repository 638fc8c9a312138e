//! How does a log of any size become blocks in key order, within a given amount of memory?
//!
//! First everything is read, scattered by actor key, and spilled where memory ends ([`ReadLog::read`]); then partition by
//! partition is sorted and handed on as blocks ([`ReadLog::write`]).

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use kundresa_model::dictionary::Dictionary;
use kundresa_model::quality::{LoadTotals, PartReport, RejectedRow};
use kundresa_model::source::{EventSource, ExportSet, SourceInput};

use crate::actor_key::{KeyOfHash, PARTITIONS};
use crate::block::Block;
use crate::error::StoreError;
use crate::run::facts::Optional;
use crate::run::writer::GROUP_ROWS;
use crate::shuffle::build::{Building, Tally};
use crate::shuffle::conflicts::{ThreadIds, count_conflicts};
use crate::shuffle::cut::Shape;
use crate::shuffle::dictionaries::MergedColumns;
use crate::shuffle::read::{ForDisk, Read, ReadOptions, Reading, joined, slices_of};
use crate::shuffle::rejected::{RejectedRows, visit_rejected};
use crate::shuffle::replaced::Replaced;
use crate::shuffle::sorted::Plan;
use crate::shuffle::spill::{Held, SpillFolder};
use crate::shuffle::{
    Group, check_totals, first_failure, in_file_order, joined_partitions, joined_reports, plan, read_totals,
    thread_pool, with_columns,
};

/// How to read a log into blocks.
pub(crate) struct BlockOptions<'a> {
    /// Threads that read and build.
    pub(crate) threads: usize,
    /// Bytes to use at most, by estimate.
    pub(crate) memory: u64,
    /// Folder for what does not fit; made when needed, removed when done.
    pub(crate) spill: &'a Path,
    /// Called now and then with the number of events read so far.
    pub(crate) progress: Option<&'a (dyn Fn(u64) + Sync)>,
    /// From an identifier's hash to its actor's key; tests cut it short.
    pub(crate) key_of_hash: KeyOfHash,
    /// Most distinct values of a coded text column; beyond it the column stays text. Tests set it low.
    pub(crate) most_values: usize,
    /// Number in the store of each of the source's inputs.
    pub(crate) input_ids: &'a [u32],
    /// Greatest known export per source and partition.
    pub(crate) exports: &'a BTreeMap<(String, String), ExportSet>,
    /// [`crate::actor_key::forgotten_hash`] of identifiers whose rows are dropped.
    pub(crate) forgotten: &'a HashSet<u128>,
}

/// Everything read, in memory or spilled.
pub(crate) struct ReadLog {
    /// Coded text columns and their values, sorted by name.
    pub(crate) coded: Vec<(String, Dictionary)>,
    /// Text columns that stay text, sorted by name: `items`, `props`, and those with too many values.
    pub(crate) wide: Vec<String>,
    /// Optional columns that some row fills.
    pub(crate) has: Optional,
    /// What reading each part gave, in order, each with its index among the source's inputs.
    pub(crate) parts: Vec<(usize, PartReport)>,
    /// Rows read per input (index among the source's) and partition, forgotten ones left out.
    pub(crate) partitions: BTreeMap<(usize, String), u64>,
    /// Forgotten rows per input (index among the source's).
    pub(crate) forgotten: BTreeMap<usize, u64>,
    /// Bytes written to the spill folder so far.
    pub(crate) spilled_bytes: u64,
    /// Rows of each partition.
    rows: Vec<Group>,
    plan: Plan,
    /// Of each thread.
    rejected: Vec<RejectedRows>,
    event_id_conflicts: u64,
    /// Whether the rows of each input have an order.
    has_row_order: Vec<bool>,
    spill: Arc<SpillFolder>,
    /// Bytes in memory, by estimate.
    held: u64,
}

/// Where blocks go.
pub(crate) trait BlockSink<E> {
    /// Takes the next row group of rows with actors.
    fn append(&mut self, encoded: E) -> Result<(), StoreError>;
    /// Takes the next row group of rows without.
    fn append_unidentified(&mut self, encoded: E) -> Result<(), StoreError>;
}

impl ReadLog {
    /// Reads all of `source`.
    pub(crate) fn read(source: &dyn EventSource, options: &BlockOptions<'_>) -> Result<Self, StoreError> {
        let spill = SpillFolder::new(options.spill);
        let disk = ForDisk {
            spill: &spill,
            memory: options.memory,
            most_values: options.most_values,
            forgotten: options.forgotten,
        };
        let read_options = ReadOptions {
            threads: options.threads.max(1),
            memory_limit: None,
            progress: options.progress,
            key_of_hash: options.key_of_hash,
            for_disk: Some(disk),
        };
        let pool = thread_pool(read_options.threads)?;
        let reading = Reading::new(source, read_options);
        let reads = pool.broadcast(|_| reading.run());
        let held = reading.held();
        pool.install(|| Self::join(reads, source, options, &spill, held))
    }

    fn join(
        mut reads: Vec<Read>,
        source: &dyn EventSource,
        options: &BlockOptions<'_>,
        spill: &Arc<SpillFolder>,
        held: u64,
    ) -> Result<Self, StoreError> {
        first_failure(&mut reads)?;
        let parts = joined_reports(&mut reads).into_iter().map(|(part, report)| (source.input_of(part), report));
        let partitions = joined_partitions(&reads);
        let columns = reads.iter_mut().map(|read| std::mem::take(&mut read.columns)).collect();
        let columns = with_columns(MergedColumns::merge(columns));
        let replaced = Replaced::find(source.inputs(), &partitions, options.exports, &columns);
        let tells_identities = reads.iter().any(|read| read.tells_identities);
        let mut plan = plan(columns, replaced, true, tells_identities);
        let event_id_conflicts = conflicts(&reads, &plan, options.memory / 4)?;
        let held = held + plan.columns.heap_bytes() as u64;
        let dictionaries = std::mem::take(&mut plan.columns.dictionaries);
        Ok(Self {
            coded: plan.columns.names.iter().cloned().zip(dictionaries).collect(),
            wide: plan.columns.wide.iter().map(|column| column.name.clone()).collect(),
            has: reads.iter().fold(Optional::default(), |has, read| joined(has, read.has)),
            parts: parts.collect(),
            partitions,
            forgotten: forgotten(&reads),
            spilled_bytes: spill.written(),
            rejected: reads.iter_mut().map(|read| std::mem::take(&mut read.rejected)).collect(),
            rows: rows_by_partition(reads),
            plan,
            event_id_conflicts,
            has_row_order: source.inputs().iter().map(|input: &SourceInput| input.has_row_order).collect(),
            spill: Arc::clone(spill),
            held,
        })
    }

    /// Hands the rejected rows to `visit`, by part and in file order, each with the index of its input.
    pub(crate) fn rejected(
        &mut self,
        visit: &mut dyn FnMut(usize, &RejectedRow) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let parts = &self.parts;
        visit_rejected(std::mem::take(&mut self.rejected), &mut |part, row| visit(parts[part].0, row))
    }

    /// Builds all blocks, encodes them on all threads and hands them to `sink` in key order. Gives the totals of this log.
    pub(crate) fn write<E: Send>(
        self,
        options: &BlockOptions<'_>,
        encode: &(dyn Fn(Block) -> Result<E, StoreError> + Sync),
        sink: &mut dyn BlockSink<E>,
    ) -> Result<LoadTotals, StoreError> {
        self.write_cut(options, GROUP_ROWS, encode, sink)
    }

    /// [`Self::write`] with blocks of at most `group_rows` rows.
    pub(crate) fn write_cut<E: Send>(
        mut self,
        options: &BlockOptions<'_>,
        group_rows: usize,
        encode: &(dyn Fn(Block) -> Result<E, StoreError> + Sync),
        sink: &mut dyn BlockSink<E>,
    ) -> Result<LoadTotals, StoreError> {
        let shape = self.shape(options.input_ids, group_rows);
        let pool = thread_pool(options.threads.max(1))?;
        let rows = std::mem::take(&mut self.rows);
        let building = Building {
            plan: &self.plan,
            shape: &shape,
            pool: &pool,
            spill: &self.spill,
            threads: options.threads.max(1),
            memory: options.memory.saturating_sub(self.held).max(options.memory / 4),
            encode,
        };
        let (identified, unidentified) = pool.in_place_scope(|scope| building.run(scope, rows, sink))?;
        let totals = self.totals(&identified, &unidentified);
        check_totals(&totals)?;
        Ok(totals)
    }

    fn shape(&self, input_ids: &[u32], group_rows: usize) -> Shape {
        Shape {
            inputs: input_ids.iter().copied().zip(self.has_row_order.iter().copied()).collect(),
            coded: self.coded.len(),
            wide: self.wide.len(),
            has: self.has,
            group_rows: group_rows.max(1),
        }
    }

    fn totals(&self, identified: &Tally, unidentified: &Tally) -> LoadTotals {
        LoadTotals {
            events: identified.events() + unidentified.events(),
            duplicates: identified.counts.duplicates + unidentified.counts.duplicates,
            replaced: self.plan.replaced.rows,
            forgotten: self.forgotten.values().sum(),
            unidentified: unidentified.events(),
            actors: identified.actors,
            event_id_conflicts: self.event_id_conflicts,
            repeated_rows: identified.counts.repeated_rows + unidentified.counts.repeated_rows,
            repeated_orders: identified.counts.repeated_orders,
            ..read_totals(self.parts.iter().map(|(_, report)| report))
        }
    }
}

fn conflicts(reads: &[Read], plan: &Plan, memory: u64) -> Result<u64, StoreError> {
    let threads: Vec<ThreadIds<'_>> =
        reads.iter().map(|read| ThreadIds { pieces: &read.pieces, spilled: &read.ids }).collect();
    count_conflicts(&threads, plan, memory)
}

fn forgotten(reads: &[Read]) -> BTreeMap<usize, u64> {
    let mut forgotten = BTreeMap::new();
    for (input, rows) in reads.iter().flat_map(|read| &read.forgotten) {
        *forgotten.entry(*input).or_default() += rows;
    }
    forgotten
}

fn rows_by_partition(reads: Vec<Read>) -> Vec<Group> {
    let mut partitions: Vec<Group> = (0..PARTITIONS).map(|_| Vec::new()).collect();
    for (thread, read) in reads.into_iter().enumerate() {
        for (partition, (group, spilled)) in partitions.iter_mut().zip(read.spilled).enumerate() {
            let here = slices_of(&read.pieces, partition).map(Held::Here);
            group.extend(spilled.into_iter().map(Held::Spilled).chain(here).map(|held| (thread, held)));
        }
    }
    partitions.into_iter().map(in_file_order).collect()
}
