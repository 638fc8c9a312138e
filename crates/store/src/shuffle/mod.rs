//! How do inputs become a store of events by actor?

pub(crate) mod blocks;
pub(crate) mod bucket;
mod build;
pub(crate) mod column;
pub(crate) mod conflicts;
mod cut;
pub(crate) mod dictionaries;
mod forget;
mod gather;
mod giant;
mod id_log;
mod identifiers;
mod interner;
pub(crate) mod order;
pub(crate) mod packed;
pub(crate) mod piece;
mod pipeline;
pub(crate) mod read;
mod rejected;
pub(crate) mod repeats;
mod replaced;
pub(crate) mod rows;
pub(crate) mod scatter;
pub(crate) mod sorted;
mod spill;
mod spill_bytes;
mod split;
mod text_builder;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

use kundresa_model::field::text;
use kundresa_model::quality::{LoadTotals, PartReport, RejectedRow};
use kundresa_model::source::EventSource;
use rayon::prelude::*;

use crate::actor_key::{ACTOR_PARTITIONS, KeyOfHash, PARTITIONS};
use crate::error::StoreError;
use crate::memory::MemoryStore;
use crate::shuffle::bucket::Bucket;
use crate::shuffle::conflicts::{EventIdConflict, find_conflicts};
use crate::shuffle::dictionaries::MergedColumns;
use crate::shuffle::piece::{Piece, Slice};
use crate::shuffle::read::{Read, ReadOptions, Reading, slices_of};
use crate::shuffle::repeats::Orders;
use crate::shuffle::replaced::{PartitionRows, Replaced};
use crate::shuffle::sorted::Plan;
use crate::shuffle::spill::Held;

/// How to load. Nothing in here changes what comes back.
#[derive(Clone, Copy)]
pub struct ShuffleOptions<'a> {
    /// Threads that read and build, at least 1.
    pub threads: usize,
    /// Most bytes that the events may take, by estimate; `None` for no limit.
    pub memory_limit: Option<u64>,
    /// Called now and then with the number of events read so far, from any thread.
    pub progress: Option<&'a (dyn Fn(u64) + Sync)>,
}

impl Default for ShuffleOptions<'_> {
    /// All processors, no limit, no progress.
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { threads, memory_limit: None, progress: None }
    }
}

/// What a load gave beside its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// What reading each part gave, in the order of the source's parts.
    pub parts: Vec<PartReport>,
    /// Rows set aside, by part and in file order.
    pub rejected: Vec<RejectedRow>,
    /// Sums, as in [`kundresa_model::actor_source::ActorSource::totals`].
    pub totals: LoadTotals,
    /// The first event ids, by source and id, that came under different identifiers.
    pub conflicts: Vec<EventIdConflict>,
}

/// Smallest bucket worth a range of its own, in events.
const SMALL_BUCKET: usize = 1 << 15;

/// Events of `source` grouped by actor, with a report.
///
/// - **Actor:** the first filled of device, login, CRM and e-mail identifier; rows without any lie apart.
/// - **Order:** actors by (XXH64 key, class, id); events by the total order of `docs/semantics.md`.
/// - **Duplicates:** rows with the same source, native event id and raw identifiers are folded into the first; identical
///   rows without an id are kept and counted, purchases with an order id their actor already had are flagged.
///
/// # Errors
/// When an input can't be read, a reader's counts don't add up, or the events need more memory than allowed.
pub fn shuffle(
    source: &dyn EventSource,
    options: &ShuffleOptions<'_>,
) -> Result<(MemoryStore, LoadReport), StoreError> {
    shuffle_by_key(source, options, |hash| hash)
}

/// [`shuffle`] with another way from an identifier's hash to its actor's key.
pub(crate) fn shuffle_by_key(
    source: &dyn EventSource,
    options: &ShuffleOptions<'_>,
    key_of_hash: KeyOfHash,
) -> Result<(MemoryStore, LoadReport), StoreError> {
    let read_options = ReadOptions {
        threads: options.threads.max(1),
        memory_limit: options.memory_limit,
        progress: options.progress,
        key_of_hash,
        for_disk: None,
    };
    let pool = thread_pool(read_options.threads)?;
    let reading = Reading::new(source, read_options);
    let joined = join_threads(pool.broadcast(|_| reading.run()))?;
    let held = reading.held();
    pool.install(|| build(joined, source, held, options))
}

/// A pool of that many threads.
fn thread_pool(threads: usize) -> Result<rayon::ThreadPool, StoreError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|source| StoreError::Threads { threads, source })
}

/// What all threads have read.
struct Joined {
    /// Per thread.
    pieces: Vec<Vec<Arc<Piece>>>,
    columns: MergedColumns,
    parts: Vec<PartReport>,
    rejected: Vec<RejectedRow>,
    partitions: PartitionRows,
    tells_identities: bool,
}

fn join_threads(mut reads: Vec<Read>) -> Result<Joined, StoreError> {
    first_failure(&mut reads)?;
    let (parts, partitions) = (joined_reports(&mut reads), joined_partitions(&reads));
    let tells_identities = reads.iter().any(|read| read.tells_identities);
    let (mut pieces, mut columns, mut rejected) = (Vec::new(), Vec::new(), Vec::new());
    for read in reads {
        pieces.push(read.pieces);
        columns.push(read.columns);
        rejected.extend(read.rejected.into_rows());
    }
    // A part is read by one thread, in file order, so a stable sort by part is all it takes.
    rejected.sort_by_key(|(part, _)| *part);
    Ok(Joined {
        pieces,
        columns: MergedColumns::merge(columns),
        parts: parts.into_iter().map(|(_, report)| report).collect(),
        rejected: rejected.into_iter().map(|(_, row)| row).collect(),
        partitions,
        tells_identities,
    })
}

/// The error of the first part that failed, if any did.
fn first_failure(reads: &mut [Read]) -> Result<(), StoreError> {
    let failures = reads.iter_mut().filter_map(|read| read.failure.take());
    failures.min_by_key(|(part, _)| *part).map_or(Ok(()), |(_, error)| Err(error))
}

/// The reports of all threads by part.
fn joined_reports(reads: &mut [Read]) -> Vec<(usize, PartReport)> {
    let mut reports: Vec<_> = reads.iter_mut().flat_map(|read| std::mem::take(&mut read.reports)).collect();
    reports.sort_unstable_by_key(|(part, _)| *part);
    reports
}

fn joined_partitions(reads: &[Read]) -> PartitionRows {
    let mut rows = PartitionRows::new();
    for (place, count) in reads.iter().flat_map(Read::partition_rows) {
        *rows.entry(place).or_default() += count;
    }
    rows
}

fn build(
    joined: Joined,
    source: &dyn EventSource,
    held: u64,
    options: &ShuffleOptions<'_>,
) -> Result<(MemoryStore, LoadReport), StoreError> {
    let Joined { pieces, columns, parts, rejected, partitions, tells_identities } = joined;
    let columns = with_columns(columns);
    let replaced = Replaced::find(source.inputs(), &partitions, &BTreeMap::new(), &columns);
    let plan = plan(columns, replaced, false, tells_identities);
    let (event_id_conflicts, conflicts) = find_conflicts(&pieces, &plan);
    let (groups, unidentified) = group(here(&pieces));
    drop(pieces);
    check_building(held, &groups, options)?;
    let build = |group: Group| Bucket::build(loaded(group, &plan)?, &plan);
    let buckets: Result<Vec<Bucket>, StoreError> = groups.into_par_iter().map(build).collect();
    let buckets = buckets?;
    let unidentified = Bucket::build_unidentified(loaded(unidentified, &plan)?, &plan)?;
    let totals =
        LoadTotals { event_id_conflicts, replaced: plan.replaced.rows, ..totals(&parts, &buckets, &unidentified) };
    check_totals(&totals)?;
    let MergedColumns { names, dictionaries, .. } = plan.columns;
    let store = MemoryStore { names, dictionaries, buckets, unidentified, totals: totals.clone() };
    Ok((store, LoadReport { parts, rejected, totals, conflicts }))
}

/// Without a single table there are no columns and no rows either.
fn with_columns(columns: MergedColumns) -> MergedColumns {
    let none = columns.names.is_empty() && columns.wide.is_empty();
    if none { MergedColumns::empty(&[text::EVENT, text::SOURCE_NAME]) } else { columns }
}

fn plan(columns: MergedColumns, replaced: Replaced, keeps_all: bool, tells_identities: bool) -> Plan {
    let source = columns.column(text::SOURCE_NAME).unwrap_or_default();
    Plan { orders: Orders::among(&columns), source, replaced, keeps_all, tells_identities, columns }
}

/// Rows of one bucket, each with the thread that read them.
type Group = Vec<(usize, Held)>;

/// Rows of every partition in memory, by thread.
fn here(pieces: &[Vec<Arc<Piece>>]) -> Vec<Group> {
    let of_thread = |partition: usize, (thread, pieces): (usize, &Vec<Arc<Piece>>)| -> Group {
        slices_of(pieces, partition).map(|slice| (thread, Held::Here(slice))).collect()
    };
    let threads = || pieces.iter().enumerate();
    let of_all = |partition| in_file_order(threads().flat_map(|thread| of_thread(partition, thread)).collect());
    (0..PARTITIONS).map(of_all).collect()
}

/// The rows of a group in the order of the parts that they are from, whoever read them. Logs lie in time order, so most
/// actors' rows then are in order, too, and need not be sorted. What was spilled comes first.
fn in_file_order(mut group: Group) -> Group {
    group.sort_by_key(|(_, held)| match held {
        Held::Here(slice) => slice.piece.part,
        Held::Spilled(_) => 0,
    });
    group
}

/// The rows of a group, without those that are replaced.
fn loaded(group: Group, plan: &Plan) -> Result<Vec<(usize, Slice)>, StoreError> {
    let load =
        |(thread, held): (usize, Held)| Ok((thread, plan.replaced.leave_out(thread, held.load()?, &plan.columns)));
    let has_rows =
        |loaded: &Result<(usize, Slice), StoreError>| loaded.as_ref().map_or(true, |(_, slice)| slice.len() > 0);
    group.into_iter().map(load).filter(has_rows).collect()
}

/// Rows of a group.
fn group_rows(group: &Group) -> usize {
    group.iter().map(|(_, held)| held.rows()).sum()
}

/// Bytes of the rows of a group once they lie unpacked in a bucket.
fn group_bytes(group: &Group) -> u64 {
    group.iter().map(|(_, held)| held.unpacked_bytes()).sum()
}

/// Bytes that building a group takes: its rows, their order and the block being filled.
fn building_bytes(group: &Group) -> u64 {
    group_bytes(group) * 5 / 2
}

/// Which partitions make up each bucket: as many as give it a size worth a range. `rows` are those of each partition.
fn grouped(rows: &[usize]) -> Vec<Vec<usize>> {
    let enough = (rows.iter().sum::<usize>() / ACTOR_PARTITIONS).max(SMALL_BUCKET);
    let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
    for (partition, rows) in rows.iter().enumerate().filter(|(_, rows)| **rows > 0) {
        match groups.last_mut() {
            Some((total, group)) if *total < enough => {
                *total += rows;
                group.push(partition);
            }
            _ => groups.push((*rows, vec![partition])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Partitions joined to buckets, in key order; and the rows without actors.
fn group(mut partitions: Vec<Group>) -> (Vec<Group>, Group) {
    let unidentified = partitions.pop().unwrap_or_default();
    let rows: Vec<usize> = partitions.iter().map(group_rows).collect();
    let groups = grouped(&rows)
        .into_iter()
        .map(|group| group.into_iter().flat_map(|partition| std::mem::take(&mut partitions[partition])).collect());
    (groups.collect(), unidentified)
}

/// What was read lies packed until the last bucket is built from it.
fn check_building(held: u64, groups: &[Group], options: &ShuffleOptions<'_>) -> Result<(), StoreError> {
    let Some(limit) = options.memory_limit else { return Ok(()) };
    let needed = held + groups.iter().map(group_bytes).sum::<u64>();
    if needed > limit { Err(StoreError::MemoryLimit { needed, limit }) } else { Ok(()) }
}

fn totals(parts: &[PartReport], buckets: &[Bucket], unidentified: &Bucket) -> LoadTotals {
    let mut totals = LoadTotals { unidentified: unidentified.events() as u64, ..read_totals(parts.iter()) };
    for bucket in buckets.iter().chain([unidentified]) {
        totals.events += bucket.events() as u64;
        totals.actors += bucket.actor_ids.len() as u64;
        totals.duplicates += bucket.counts.duplicates;
        totals.repeated_rows += bucket.counts.repeated_rows;
        totals.repeated_orders += bucket.counts.repeated_orders;
    }
    totals
}

/// What the reports of all parts add up to.
fn read_totals<'a>(parts: impl Iterator<Item = &'a PartReport>) -> LoadTotals {
    let mut totals = LoadTotals::default();
    for part in parts {
        totals.rows_in += part.rows_in;
        totals.bad_values += part.bad_values;
        totals.clocks += part.clocks;
        totals.currencies.add(&part.currencies);
        totals.rejected += part.rejected;
        for (reason, rows) in &part.rejected_by_reason {
            *totals.rejected_by_reason.entry(*reason).or_default() += rows;
        }
    }
    totals
}

fn check_totals(totals: &LoadTotals) -> Result<(), StoreError> {
    let LoadTotals { rows_in, events, duplicates, rejected, replaced, forgotten, .. } = *totals;
    if rows_in == events + duplicates + rejected + replaced + forgotten {
        return Ok(());
    }
    Err(StoreError::UnbalancedTotals { rows_in, events, duplicates, rejected, replaced, forgotten })
}
