//! How do the rows of one bucket become actors with their events in order?
//!
//! ```text
//! pieces ─► rows ─► actor per row (interned here, told apart by bytes) ─► rank by (key, class, id)
//!        ─► counting scatter of row numbers by rank ─► sort the actors that need it ─► fold duplicates ─► gather
//! ```

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use kundresa_model::index::index32;
use rayon::prelude::*;
use std::hash::BuildHasher;

use crate::dictionaries::MergedColumns;
use crate::error::StoreError;
use crate::order::{compare, sort_actor};
use crate::piece::Piece;
use crate::read::MOST_EVENTS;
use crate::repeats::{Orders, flag_repeated_orders, fold_duplicates, repeated_rows};
use crate::rows::Rows;

/// Events of whole actors, grouped and in order.
#[derive(Debug, Default)]
pub(crate) struct Bucket {
    pub(crate) actor_offsets: Vec<u32>,
    pub(crate) actor_ids: Vec<String>,
    pub(crate) ts: Vec<i64>,
    pub(crate) flags: Vec<u8>,
    pub(crate) text: Vec<Vec<u32>>,
    /// Empty if no event of the bucket has a value.
    pub(crate) value: Vec<i64>,
    pub(crate) counts: BucketCounts,
}

/// What was found on the way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BucketCounts {
    pub(crate) duplicates: u64,
    pub(crate) repeated_rows: u64,
    pub(crate) repeated_orders: u64,
}

/// What every bucket is built with.
pub(crate) struct Plan {
    pub(crate) columns: MergedColumns,
    /// Text column that names the source.
    pub(crate) source: usize,
    /// Where purchases and their order ids are found, if anywhere.
    pub(crate) orders: Option<Orders>,
}

impl Bucket {
    /// The bucket of the given pieces, each with the thread that read it.
    pub(crate) fn build(mut pieces: Vec<(usize, Piece)>, plan: &Plan) -> Result<Self, StoreError> {
        check_size(&pieces)?;
        let (actor_of_row, actor_ids, mut offsets) = rank_actors(&mut pieces);
        let rows = Rows::concat(&mut pieces, &plan.columns, plan.source);
        drop(pieces);
        let mut order = scatter_by_actor(&actor_of_row, &offsets);
        drop(actor_of_row);
        for actor in offsets.windows(2) {
            sort_actor(&rows, &mut order[actor[0] as usize..actor[1] as usize]);
        }
        let duplicates = fold_duplicates(&rows, &mut order, &mut offsets);
        let repeated_rows =
            offsets.windows(2).map(|actor| repeated_rows(&rows, &order[actor[0] as usize..actor[1] as usize])).sum();
        let mut bucket = Self::gather(rows, &order, offsets, actor_ids);
        let repeated_orders = plan.orders.map_or(0, |orders| bucket.flag_orders(orders));
        bucket.counts = BucketCounts { duplicates, repeated_rows, repeated_orders };
        Ok(bucket)
    }

    /// The rows without an actor in total order.
    pub(crate) fn build_unidentified(mut pieces: Vec<(usize, Piece)>, plan: &Plan) -> Result<Self, StoreError> {
        check_size(&pieces)?;
        let rows = Rows::concat(&mut pieces, &plan.columns, plan.source);
        let mut order: Vec<u32> = (0..index32(rows.len())).collect();
        order.par_sort_unstable_by(|a, b| compare(&rows, *a, *b));
        let mut offsets = [0, index32(rows.len())];
        let duplicates = fold_duplicates(&rows, &mut order, &mut offsets);
        let repeated_rows = repeated_rows(&rows, &order);
        let mut bucket = Self::gather(rows, &order, vec![0], Vec::new());
        bucket.counts = BucketCounts { duplicates, repeated_rows, repeated_orders: 0 };
        Ok(bucket)
    }

    fn gather(rows: Rows, order: &[u32], actor_offsets: Vec<u32>, actor_ids: Vec<String>) -> Self {
        Self {
            actor_offsets,
            actor_ids,
            ts: gathered(rows.ts, order),
            flags: gathered(rows.flags, order),
            text: rows.text.into_iter().map(|column| gathered(column, order)).collect(),
            value: gathered(rows.value, order),
            counts: BucketCounts::default(),
        }
    }

    fn flag_orders(&mut self, orders: Orders) -> u64 {
        let (events, order_ids) = (&self.text[orders.event], &self.text[orders.order_id]);
        let mut repeated = 0;
        for actor in self.actor_offsets.windows(2) {
            let range = actor[0] as usize..actor[1] as usize;
            repeated += flag_repeated_orders(
                &events[range.clone()],
                &order_ids[range.clone()],
                orders.purchase,
                &mut self.flags[range],
            );
        }
        repeated
    }

    /// Number of events.
    pub(crate) fn events(&self) -> usize {
        self.ts.len()
    }

    /// Bytes held on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let ids: usize = self.actor_ids.iter().map(|id| size_of::<String>() + id.capacity()).sum();
        let text: usize = self.text.iter().map(Vec::capacity).sum();
        ids + self.flags.capacity()
            + 4 * (text + self.actor_offsets.capacity())
            + 8 * (self.ts.capacity() + self.value.capacity())
    }
}

fn check_size(pieces: &[(usize, Piece)]) -> Result<(), StoreError> {
    let events = pieces.iter().map(|(_, piece)| piece.rows).sum();
    if events > MOST_EVENTS {
        return Err(StoreError::BucketTooLarge { events, limit: MOST_EVENTS });
    }
    Ok(())
}

fn gathered<T: Copy>(column: Vec<T>, order: &[u32]) -> Vec<T> {
    if column.is_empty() {
        return Vec::new();
    }
    order.iter().map(|row| column[*row as usize]).collect()
}

/// An actor as named by one entry of one piece.
#[derive(Clone, Copy)]
struct Named {
    key: u64,
    piece: u32,
    entry: u32,
}

/// Rank of each row's actor, the ids in rank order, and where each actor's events start. Frees the pieces' actors.
fn rank_actors(pieces: &mut [(usize, Piece)]) -> (Vec<u32>, Vec<String>, Vec<u32>) {
    let (actors, entries) = intern_actors(pieces);
    let name = |actor: &Named| pieces[actor.piece as usize].1.actors.ids.get(actor.entry as usize);
    let mut by_rank: Vec<u32> = (0..index32(actors.len())).collect();
    by_rank.sort_unstable_by(|a, b| {
        let (a, b) = (&actors[*a as usize], &actors[*b as usize]);
        a.key.cmp(&b.key).then_with(|| name(a).cmp(name(b)))
    });
    let ids = by_rank.iter().map(|actor| name(&actors[*actor as usize])[1..].to_owned()).collect();
    let mut rank = vec![0; actors.len()];
    for (place, actor) in by_rank.iter().enumerate() {
        rank[*actor as usize] = index32(place);
    }
    let mut of_row = Vec::with_capacity(pieces.iter().map(|(_, piece)| piece.rows).sum());
    let mut offsets = vec![0; actors.len() + 1];
    for ((_, piece), entries) in pieces.iter_mut().zip(entries) {
        for entry in std::mem::take(&mut piece.actor) {
            let rank = rank[entries[entry as usize] as usize];
            of_row.push(rank);
            offsets[rank as usize + 1] += 1;
        }
        piece.actors = Default::default();
    }
    for rank in 1..offsets.len() {
        offsets[rank] += offsets[rank - 1];
    }
    (of_row, ids, offsets)
}

/// The distinct actors in the order met, and for each piece which actor each of its entries names.
fn intern_actors(pieces: &[(usize, Piece)]) -> (Vec<Named>, Vec<Vec<u32>>) {
    let mut actors: Vec<Named> = Vec::new();
    let mut known: HashTable<u32> = HashTable::new();
    // Keys of one bucket share their top bits, which the table needs for its tags.
    let hasher = FixedState::default();
    let id = |actor: &Named| pieces[actor.piece as usize].1.actors.ids.get(actor.entry as usize);
    let mut of_entries = Vec::with_capacity(pieces.len());
    for (piece, (_, rows)) in pieces.iter().enumerate() {
        let mut of_entry = Vec::with_capacity(rows.actors.keys.len());
        for (entry, key) in rows.actors.keys.iter().enumerate() {
            let named = Named { key: *key, piece: index32(piece), entry: index32(entry) };
            let hash = hasher.hash_one(key);
            let same = |actor: &u32| actors[*actor as usize].key == *key && id(&actors[*actor as usize]) == id(&named);
            let actor = known.find(hash, same).copied().unwrap_or_else(|| {
                let actor = index32(actors.len());
                actors.push(named);
                known.insert_unique(hash, actor, |actor| hasher.hash_one(actors[*actor as usize].key));
                actor
            });
            of_entry.push(actor);
        }
        of_entries.push(of_entry);
    }
    (actors, of_entries)
}

/// Row numbers by actor, in the order read within each actor.
fn scatter_by_actor(actor_of_row: &[u32], offsets: &[u32]) -> Vec<u32> {
    let mut next = offsets.to_vec();
    let mut order = vec![0; actor_of_row.len()];
    for (row, actor) in actor_of_row.iter().enumerate() {
        let place = &mut next[*actor as usize];
        order[*place as usize] = index32(row);
        *place += 1;
    }
    order
}
