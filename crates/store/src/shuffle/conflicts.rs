//! Which native event ids did a source give to different people?
//!
//! Such rows lie in different buckets, so this is one pass over the event ids of all pieces before buckets are built. It
//! works in slices of the hash space to bound the memory it needs. Ids are compared by a 128-bit hash.

use std::sync::Arc;

use kundresa_model::index::index32;
use rayon::prelude::*;

use crate::error::StoreError;
use crate::shuffle::dictionaries::FinalCodes;
use crate::shuffle::id_log::IdLog;
use crate::shuffle::piece::Piece;
use crate::shuffle::scatter::NO_EVENT_ID;
use crate::shuffle::sorted::Plan;

/// One event id under different raw identifiers. All its rows are kept as events.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventIdConflict {
    /// Source that gave the id.
    pub source: String,
    /// The event id.
    pub event_id: String,
    /// How many different sets of raw identifiers its rows have; at least 2.
    pub identifier_sets: u64,
}

/// Examples kept of all conflicts: the first by source and event id.
const EXAMPLES: usize = 10;
/// Event ids looked at together; about 200 MB.
const SLICE: usize = 1 << 22;

/// One row with an event id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u128,
    source: u32,
    identity: u64,
    thread: u32,
    piece: u32,
    row: u32,
}

/// How many event ids (per source) have more than one set of identifiers, and the first of them by value.
pub(crate) fn find_conflicts(pieces: &[Vec<Arc<Piece>>], plan: &Plan) -> (u64, Vec<EventIdConflict>) {
    let ids: usize = pieces.iter().flatten().map(|piece| piece.event_ids.texts.len()).sum();
    let slices = ids.div_ceil(SLICE) as u128;
    let mut count = 0;
    let mut examples: Vec<EventIdConflict> = Vec::new();
    for slice in 0..slices {
        let mut entries = entries(pieces, plan, |hash| hash % slices == slice);
        entries.par_sort_unstable();
        for id in entries.chunk_by(|a, b| (a.hash, a.source) == (b.hash, b.source)) {
            let sets = id.chunk_by(|a, b| a.identity == b.identity).count() as u64;
            if sets > 1 {
                count += 1;
                keep_smallest(&mut examples, conflict(pieces, plan, id[0], sets));
            }
        }
    }
    (count, examples)
}

fn entries(pieces: &[Vec<Arc<Piece>>], plan: &Plan, in_slice: impl Fn(u128) -> bool + Sync) -> Vec<Entry> {
    let threads = pieces.par_iter().enumerate();
    let all = threads.flat_map(|(thread, pieces)| pieces.par_iter().enumerate().map(move |piece| (thread, piece)));
    all.flat_map_iter(|(thread, (place, piece))| {
        let left_out = plan.replaced.leaves_out(thread, piece, &plan.columns);
        let entries = piece_entries(thread, place, piece, plan).filter(|entry| in_slice(entry.hash));
        entries.filter(move |entry| !left_out(entry.row as usize))
    })
    .collect()
}

fn piece_entries<'a>(
    thread: usize,
    place: usize,
    piece: &'a Piece,
    plan: &'a Plan,
) -> impl Iterator<Item = Entry> + 'a {
    let source = plan.columns.map(thread, plan.source);
    let with_id = piece.event_hash.iter().enumerate().filter(|(_, hash)| **hash != NO_EVENT_ID);
    with_id.map(move |(row, hash)| Entry {
        hash: *hash,
        source: source.map_or(0, |(slot, codes)| codes.of(piece.code(slot, row))),
        identity: piece.identity_of(row),
        thread: index32(thread),
        piece: index32(place),
        row: index32(row),
    })
}

fn conflict(pieces: &[Vec<Arc<Piece>>], plan: &Plan, entry: Entry, identifier_sets: u64) -> EventIdConflict {
    let piece = &pieces[entry.thread as usize][entry.piece as usize];
    let source = plan.columns.dictionaries[plan.source].value(entry.source).unwrap_or_default();
    let event_id = piece.event_ids.get(entry.row as usize).unwrap_or_default();
    EventIdConflict { source: source.to_owned(), event_id: event_id.to_owned(), identifier_sets }
}

/// What one thread has read, for counting conflicts.
pub(crate) struct ThreadIds<'a> {
    pub(crate) pieces: &'a [Arc<Piece>],
    pub(crate) spilled: &'a IdLog,
}

/// Event id, source and identifiers of one row.
type Id = (u128, u32, u64);

/// How many event ids (per source) have more than one set of identifiers, within about `memory` bytes.
pub(crate) fn count_conflicts(threads: &[ThreadIds<'_>], plan: &Plan, memory: u64) -> Result<u64, StoreError> {
    let here = threads.iter().flat_map(|thread| thread.pieces).map(|piece| piece.event_ids.texts.len() as u64);
    let ids = here.sum::<u64>() + threads.iter().map(|thread| thread.spilled.len()).sum::<u64>();
    // Twice the size, since a vector grows by doubling.
    let at_once = (memory / (2 * size_of::<Id>() as u64)).clamp(1 << 10, SLICE as u64);
    let slices = u128::from(ids.div_ceil(at_once));
    let mut count = 0;
    for slice in 0..slices {
        let mut found = Vec::new();
        for (thread, ids) in threads.iter().enumerate() {
            collect_ids(thread, ids, plan, |hash| hash % slices == slice, &mut found)?;
        }
        found.par_sort_unstable();
        found.dedup();
        count += found.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|sets| sets.len() > 1).count() as u64;
    }
    Ok(count)
}

fn collect_ids(
    thread: usize,
    ids: &ThreadIds<'_>,
    plan: &Plan,
    in_slice: impl Fn(u128) -> bool,
    found: &mut Vec<Id>,
) -> Result<(), StoreError> {
    for piece in ids.pieces {
        let left_out = plan.replaced.leaves_out(thread, piece, &plan.columns);
        let entries = piece_entries(thread, 0, piece, plan).filter(|entry| in_slice(entry.hash));
        let kept = entries.filter(|entry| !left_out(entry.row as usize));
        found.extend(kept.map(|entry| (entry.hash, entry.source, entry.identity)));
    }
    let source = plan.columns.map(thread, plan.source).map(|(_, codes)| codes);
    let partition = plan.replaced.codes(thread, &plan.columns);
    let code = |codes: Option<FinalCodes<'_>>, code: u32| codes.map_or(0, |codes| codes.of(code));
    ids.spilled.visit(&mut |id| {
        if in_slice(id.hash) && !plan.replaced.contains(id.input, code(partition, id.partition)) {
            found.push((id.hash, code(source, id.source), id.identity));
        }
    })
}

fn keep_smallest(examples: &mut Vec<EventIdConflict>, conflict: EventIdConflict) {
    let place = examples.partition_point(|known| *known < conflict);
    if place < EXAMPLES {
        examples.insert(place, conflict);
        examples.truncate(EXAMPLES);
    }
}
