//! Which native event ids did a source give to different people?
//!
//! Such rows lie in different buckets, so this is one pass over the event ids of all pieces before buckets are built. It
//! works in slices of the hash space to bound the memory it needs. Ids are compared by a 128-bit hash.

use kundresa_model::index::index32;
use rayon::prelude::*;

use crate::bucket::Plan;
use crate::piece::Piece;

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
    partition: u32,
    index: u32,
}

/// How many event ids (per source) have more than one set of identifiers, and the first of them by value.
pub(crate) fn find_conflicts(pieces: &[Vec<Piece>], plan: &Plan) -> (u64, Vec<EventIdConflict>) {
    let ids: usize = pieces.iter().flatten().map(|piece| piece.event_ids.rows.len()).sum();
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

fn entries(pieces: &[Vec<Piece>], plan: &Plan, in_slice: impl Fn(u128) -> bool + Sync) -> Vec<Entry> {
    let threads = pieces.par_iter().enumerate();
    let all = threads.flat_map(|(thread, pieces)| pieces.par_iter().enumerate().map(move |piece| (thread, piece)));
    all.flat_map_iter(|(thread, (partition, piece))| {
        piece_entries(thread, partition, piece, plan).filter(|entry| in_slice(entry.hash))
    })
    .collect()
}

fn piece_entries<'a>(
    thread: usize,
    partition: usize,
    piece: &'a Piece,
    plan: &'a Plan,
) -> impl Iterator<Item = Entry> + 'a {
    let source = plan.columns.map(thread, plan.source);
    let source = source.and_then(|(slot, codes)| piece.text.get(slot).map(|of_row| (of_row, codes)));
    piece.event_ids.rows.iter().enumerate().map(move |(index, row)| {
        let row = *row as usize;
        Entry {
            hash: piece.event_hash[row],
            source: source.map_or(0, |(of_row, codes)| codes[of_row[row] as usize]),
            identity: piece.identity[row],
            thread: index32(thread),
            partition: index32(partition),
            index: index32(index),
        }
    })
}

fn conflict(pieces: &[Vec<Piece>], plan: &Plan, entry: Entry, identifier_sets: u64) -> EventIdConflict {
    let piece = &pieces[entry.thread as usize][entry.partition as usize];
    let source = plan.columns.dictionaries[plan.source].value(entry.source).unwrap_or_default();
    let event_id = piece.event_ids.texts.get(entry.index as usize);
    EventIdConflict { source: source.to_owned(), event_id: event_id.to_owned(), identifier_sets }
}

fn keep_smallest(examples: &mut Vec<EventIdConflict>, conflict: EventIdConflict) {
    let place = examples.partition_point(|known| *known < conflict);
    if place < EXAMPLES {
        examples.insert(place, conflict);
        examples.truncate(EXAMPLES);
    }
}
