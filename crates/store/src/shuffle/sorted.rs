//! How do the rows of some actors come into order?
//!
//! ```text
//! pieces ─► rows ─► actor per row (interned here, told apart by bytes) ─► rank by (key, class, id)
//!        ─► counting scatter of row numbers by rank ─► sort the actors that need it ─► mark what repeats
//! ```

use foldhash::fast::FixedState;
use hashbrown::{HashSet, HashTable};
use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;
use rayon::prelude::*;
use std::hash::BuildHasher;

use crate::error::StoreError;
use crate::shuffle::dictionaries::{FINAL, MergedColumns};
use crate::shuffle::order::{compare, sort_actor};
use crate::shuffle::piece::Piece;
use crate::shuffle::read::MOST_EVENTS;
use crate::shuffle::repeats::{Orders, find_duplicates, repeated_rows};
use crate::shuffle::replaced::Replaced;
use crate::shuffle::rows::Rows;

/// What every bucket is built with.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) columns: MergedColumns,
    /// Text column that names the source.
    pub(crate) source: usize,
    /// Where purchases and their order ids are found, if anywhere.
    pub(crate) orders: Option<Orders>,
    /// Rows that are left out since another export has their partition.
    pub(crate) replaced: Replaced,
    /// Whether all that a store on disk keeps is kept.
    pub(crate) keeps_all: bool,
}

/// Who an actor is. Actors are ordered by key, then class, then id.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ActorName {
    pub(crate) key: u64,
    pub(crate) class: u8,
    pub(crate) id: String,
}

impl ActorName {
    /// The actor of that key whose class (as a character) and id are `name`.
    fn new(key: u64, name: &str) -> Self {
        Self { key, class: name.as_bytes().first().copied().unwrap_or_default(), id: name[1..].to_owned() }
    }
}

/// What was found on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) duplicates: u64,
    pub(crate) repeated_rows: u64,
    pub(crate) repeated_orders: u64,
}

impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            duplicates: self.duplicates + other.duplicates,
            repeated_rows: self.repeated_rows + other.repeated_rows,
            repeated_orders: self.repeated_orders + other.repeated_orders,
        }
    }
}

/// Rows by actor and in total order.
#[derive(Debug)]
pub(crate) struct Sorted<'a> {
    pub(crate) rows: Rows<'a>,
    /// Row numbers by actor, in total order.
    pub(crate) order: Vec<u32>,
    /// Actor `a` has places `offsets[a]..offsets[a + 1]` of `order`.
    pub(crate) offsets: Vec<u32>,
    /// One nameless actor where rows have none.
    pub(crate) actors: Vec<ActorName>,
    /// Places in `order` of duplicates, rising; known once they have been marked.
    pub(crate) duplicates: Vec<u32>,
}

impl<'a> Sorted<'a> {
    /// The rows of the given pieces, each with the thread that read it; all have an actor, or none.
    pub(crate) fn of(mut pieces: Vec<(usize, Piece)>, plan: &'a Plan) -> Result<Self, StoreError> {
        check_size(&pieces)?;
        let has_actors = pieces.iter().any(|(_, piece)| !piece.actor.is_empty());
        let ranked = has_actors.then(|| rank_actors(&mut pieces));
        let rows = Rows::concat(&mut pieces, &plan.columns, plan.source, plan.keeps_all);
        drop(pieces);
        Ok(match ranked {
            Some((actor_of_row, actors, offsets)) => Self::by_actor(rows, &actor_of_row, actors, offsets),
            None => Self::without_actors(rows),
        })
    }

    fn by_actor(rows: Rows<'a>, actor_of_row: &[u32], actors: Vec<ActorName>, offsets: Vec<u32>) -> Self {
        let mut order = scatter_by_actor(actor_of_row, &offsets);
        for actor in offsets.windows(2) {
            sort_actor(&rows, &mut order[actor[0] as usize..actor[1] as usize]);
        }
        Self { rows, order, offsets, actors, duplicates: Vec::new() }
    }

    fn without_actors(rows: Rows<'a>) -> Self {
        let end = index32(rows.len());
        let mut order: Vec<u32> = (0..end).collect();
        order.par_sort_unstable_by(|a, b| compare(&rows, *a, *b));
        Self { rows, order, offsets: vec![0, end], actors: vec![ActorName::default()], duplicates: Vec::new() }
    }

    /// The rows of `piece`, which are in order already and under final codes.
    pub(crate) fn of_sorted(piece: Piece, plan: &'a Plan) -> Result<Self, StoreError> {
        // Sorting finds the order as it is.
        Self::of(vec![(FINAL, piece)], plan)
    }

    /// Finds and marks everything that repeats. Every actor must be there with all its rows.
    pub(crate) fn mark_repeats(&mut self, plan: &Plan) -> Counts {
        self.duplicates = find_duplicates(&self.rows, &self.order);
        let actors = self.offsets.windows(2).map(|actor| &self.order[actor[0] as usize..actor[1] as usize]);
        let repeated_rows = actors.map(|actor| repeated_rows(&self.rows, actor)).sum();
        Counts {
            duplicates: self.duplicates.len() as u64,
            repeated_rows,
            repeated_orders: plan.orders.map_or(0, |orders| self.flag_orders(orders)),
        }
    }

    fn flag_orders(&mut self, orders: Orders) -> u64 {
        let mut repeated = 0;
        let mut seen: HashSet<(u128, bool), FixedState> = HashSet::default();
        let mut duplicates = self.duplicates.iter().peekable();
        // Rows without an actor repeat nobody's order.
        let actors = if self.has_actors() { self.offsets.windows(2) } else { [].windows(2) };
        for actor in actors {
            forget(&mut seen);
            for place in actor[0]..actor[1] {
                let row = self.order[place as usize] as usize;
                let is_duplicate = duplicates.next_if_eq(&&place).is_some();
                let Some(order) = orders.order(&self.rows, row).filter(|_| !is_duplicate) else { continue };
                if !seen.insert(order) {
                    self.rows.flags[row] |= EventFlags::REPEATED_ORDER;
                    repeated += 1;
                }
            }
        }
        repeated
    }

    /// Whether the rows have actors.
    pub(crate) fn has_actors(&self) -> bool {
        self.actors.first().is_some_and(|actor| !actor.id.is_empty())
    }

    /// The rows at the given places, which follow each other, as a piece under final codes.
    pub(crate) fn piece(&self, places: std::ops::Range<usize>) -> Piece {
        let mut piece = self.rows.piece(&self.order[places.clone()]);
        if self.has_actors() {
            let mut actor = self.actor_at(places.start);
            let mut name = String::new();
            for place in places {
                while self.offsets[actor + 1] as usize <= place {
                    actor += 1;
                }
                let ActorName { key, class, id } = &self.actors[actor];
                name.clear();
                name.push(char::from(*class));
                name.push_str(id);
                piece.actor.push(piece.actors.entry(*key, &name));
            }
        }
        piece
    }

    /// Which actor the row at `place` is of.
    pub(crate) fn actor_at(&self, place: usize) -> usize {
        self.offsets.partition_point(|offset| *offset as usize <= place) - 1
    }
}

/// Empties a set; one that was large is given up, since emptying takes as long as it is large.
pub(crate) fn forget<T>(set: &mut HashSet<T, FixedState>) {
    if set.capacity() > 1 << 10 {
        *set = HashSet::default();
    } else {
        set.clear();
    }
}

fn check_size(pieces: &[(usize, Piece)]) -> Result<(), StoreError> {
    let events = pieces.iter().map(|(_, piece)| piece.rows).sum();
    if events > MOST_EVENTS {
        return Err(StoreError::BucketTooLarge { events, limit: MOST_EVENTS });
    }
    Ok(())
}

/// An actor as named by one entry of one piece.
#[derive(Clone, Copy)]
struct Named {
    key: u64,
    piece: u32,
    entry: u32,
}

/// Rank of each row's actor, the actors in rank order, and where each one's events start. Frees the pieces' actors.
fn rank_actors(pieces: &mut [(usize, Piece)]) -> (Vec<u32>, Vec<ActorName>, Vec<u32>) {
    let (actors, entries) = intern_actors(pieces);
    let name = |actor: &Named| pieces[actor.piece as usize].1.actors.ids.get(actor.entry as usize);
    let mut by_rank: Vec<u32> = (0..index32(actors.len())).collect();
    by_rank.sort_unstable_by(|a, b| {
        let (a, b) = (&actors[*a as usize], &actors[*b as usize]);
        a.key.cmp(&b.key).then_with(|| name(a).cmp(name(b)))
    });
    let names = by_rank.iter().map(|actor| &actors[*actor as usize]);
    let names = names.map(|actor| ActorName::new(actor.key, name(actor))).collect();
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
    (of_row, names, offsets)
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
