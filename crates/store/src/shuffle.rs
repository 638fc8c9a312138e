//! How do inputs become a store of events by actor?

use kundresa_model::field::text;
use kundresa_model::quality::{LoadTotals, PartReport};
use kundresa_model::source::EventSource;
use rayon::prelude::*;

use crate::actor_key::{ACTOR_PARTITIONS, KeyOfHash, PARTITIONS};
use crate::bucket::{Bucket, Plan};
use crate::conflicts::{EventIdConflict, find_conflicts};
use crate::dictionaries::MergedColumns;
use crate::error::StoreError;
use crate::memory::MemoryStore;
use crate::piece::Piece;
use crate::read::{Read, Reading};
use crate::repeats::Orders;

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
    /// Sums, as in [`kundresa_model::actor_source::ActorSource::totals`].
    pub totals: LoadTotals,
    /// The first event ids, by source and id, that came under different identifiers.
    pub conflicts: Vec<EventIdConflict>,
}

/// Name of the event whose order ids count once per actor.
const PURCHASE: &str = "purchase";
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
    let threads = options.threads.max(1);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|source| StoreError::Threads { threads, source })?;
    let reading = Reading::new(source, options, key_of_hash);
    let reads = pool.broadcast(|_| reading.run());
    let (pieces, columns, parts) = join_threads(reads)?;
    let held = reading.held();
    pool.install(|| build(pieces, columns, parts, held, options))
}

type Joined = (Vec<Vec<Piece>>, MergedColumns, Vec<PartReport>);

fn join_threads(reads: Vec<Read>) -> Result<Joined, StoreError> {
    let (mut pieces, mut columns, mut reports, mut failures) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for read in reads {
        pieces.push(read.pieces);
        columns.push(read.columns);
        reports.extend(read.reports);
        failures.extend(read.failure);
    }
    if let Some((_, error)) = failures.into_iter().min_by_key(|(part, _)| *part) {
        return Err(error);
    }
    reports.sort_unstable_by_key(|(part, _)| *part);
    Ok((pieces, MergedColumns::merge(columns), reports.into_iter().map(|(_, report)| report).collect()))
}

fn build(
    pieces: Vec<Vec<Piece>>,
    columns: MergedColumns,
    parts: Vec<PartReport>,
    held: u64,
    options: &ShuffleOptions<'_>,
) -> Result<(MemoryStore, LoadReport), StoreError> {
    let plan = plan(columns);
    let (event_id_conflicts, conflicts) = find_conflicts(&pieces, &plan);
    let (groups, unidentified) = group(pieces);
    check_building(held, &groups, options)?;
    let buckets: Result<Vec<Bucket>, StoreError> =
        groups.into_par_iter().map(|pieces| Bucket::build(pieces, &plan)).collect();
    let buckets = buckets?;
    let unidentified = Bucket::build_unidentified(unidentified, &plan)?;
    let totals = LoadTotals { event_id_conflicts, ..totals(&parts, &buckets, &unidentified) };
    check_totals(&totals)?;
    let MergedColumns { names, dictionaries, .. } = plan.columns;
    let store = MemoryStore { names, dictionaries, buckets, unidentified, totals: totals.clone() };
    Ok((store, LoadReport { parts, totals, conflicts }))
}

/// Columns of the store. Without a single table there are no columns and no rows either.
fn plan(mut columns: MergedColumns) -> Plan {
    if columns.names.is_empty() {
        columns = MergedColumns::empty(&[text::EVENT, text::SOURCE_NAME]);
    }
    let source = columns.column(text::SOURCE_NAME).unwrap_or_default();
    let orders = columns.column(text::EVENT).zip(columns.column(text::ORDER_ID)).and_then(|(event, order_id)| {
        let purchase = columns.dictionaries[event].code(PURCHASE)?;
        Some(Orders { event, order_id, purchase })
    });
    Plan { columns, source, orders }
}

/// Pieces of one bucket, each with the thread that read it.
type Group = Vec<(usize, Piece)>;

/// Partitions joined to buckets of a size worth a range, in key order; and the pieces without actors.
fn group(pieces: Vec<Vec<Piece>>) -> (Vec<Group>, Group) {
    let mut partitions: Vec<Group> = (0..PARTITIONS).map(|_| Vec::new()).collect();
    for (thread, pieces) in pieces.into_iter().enumerate() {
        for (partition, piece) in pieces.into_iter().enumerate().filter(|(_, piece)| piece.rows > 0) {
            partitions[partition].push((thread, piece));
        }
    }
    let unidentified = partitions.pop().unwrap_or_default();
    let rows = |group: &Group| group.iter().map(|(_, piece)| piece.rows).sum::<usize>();
    let enough = (partitions.iter().map(rows).sum::<usize>() / ACTOR_PARTITIONS).max(SMALL_BUCKET);
    let mut groups: Vec<Group> = Vec::new();
    for partition in partitions.into_iter().filter(|partition| !partition.is_empty()) {
        match groups.last_mut() {
            Some(last) if rows(last) < enough => last.extend(partition),
            _ => groups.push(partition),
        }
    }
    (groups, unidentified)
}

/// Each thread holds one bucket twice while it is built; the largest buckets may meet.
fn check_building(held: u64, groups: &[Group], options: &ShuffleOptions<'_>) -> Result<(), StoreError> {
    let Some(limit) = options.memory_limit else { return Ok(()) };
    let bytes = |group: &Group| group.iter().map(|(_, piece)| piece.heap_bytes() as u64).sum::<u64>();
    let mut sizes: Vec<u64> = groups.iter().map(bytes).collect();
    sizes.sort_unstable();
    let needed = held + sizes.iter().rev().take(options.threads.max(1)).sum::<u64>();
    if needed > limit { Err(StoreError::MemoryLimit { needed, limit }) } else { Ok(()) }
}

fn totals(parts: &[PartReport], buckets: &[Bucket], unidentified: &Bucket) -> LoadTotals {
    let mut totals = LoadTotals { unidentified: unidentified.events() as u64, ..LoadTotals::default() };
    for part in parts {
        totals.rows_in += part.rows_in;
        totals.bad_values += part.bad_values;
        totals.rejected += part.rejected.len() as u64;
        for row in &part.rejected {
            *totals.rejected_by_reason.entry(row.reason).or_default() += 1;
        }
    }
    for bucket in buckets.iter().chain([unidentified]) {
        totals.events += bucket.events() as u64;
        totals.actors += bucket.actor_ids.len() as u64;
        totals.duplicates += bucket.counts.duplicates;
        totals.repeated_rows += bucket.counts.repeated_rows;
        totals.repeated_orders += bucket.counts.repeated_orders;
    }
    totals
}

fn check_totals(totals: &LoadTotals) -> Result<(), StoreError> {
    let LoadTotals { rows_in, events, duplicates, rejected, .. } = *totals;
    if rows_in == events + duplicates + rejected {
        return Ok(());
    }
    Err(StoreError::UnbalancedTotals { rows_in, events, duplicates, rejected })
}
