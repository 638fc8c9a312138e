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
use std::ops::Range;

use crate::arena::{TextArena, same_bytes};
use crate::error::StoreError;
use crate::shuffle::dictionaries::{FINAL, MergedColumns};
use crate::shuffle::order::{compare, sort_actor};
use crate::shuffle::packed::Packed;
use crate::shuffle::piece::{Actors, Piece, Slice, picked};
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
    /// Whether some row of the log has more identifiers than its actor's, or an event id.
    pub(crate) tells_identities: bool,
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
    /// Times in that order.
    pub(crate) ts: Vec<i64>,
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
    /// The rows of the given slices, each with the thread that read it; all have an actor, or none.
    pub(crate) fn of(slices: Vec<(usize, Slice)>, plan: &'a Plan) -> Result<Self, StoreError> {
        check_size(&slices)?;
        let rows = Rows::concat(&slices, plan);
        if !slices.iter().any(|(_, slice)| slice.has_actors()) {
            return Ok(Self::without_actors(rows));
        }
        let (actor_of_row, actors, offsets) = rank_actors(&slices);
        drop(slices);
        Ok(Self::by_actor(rows, &actor_of_row, actors, offsets))
    }

    fn by_actor(rows: Rows<'a>, actor_of_row: &[u32], actors: Vec<ActorName>, offsets: Vec<u32>) -> Self {
        let (mut order, mut ts) = scatter_by_actor(actor_of_row, &offsets, &rows.ts);
        for actor in offsets.windows(2) {
            let places = actor[0] as usize..actor[1] as usize;
            sort_actor(&rows, &mut order[places.clone()], &mut ts[places]);
        }
        Self { rows, ts, order, offsets, actors, duplicates: Vec::new() }
    }

    fn without_actors(rows: Rows<'a>) -> Self {
        let end = index32(rows.len());
        let mut order: Vec<u32> = (0..end).collect();
        order.par_sort_unstable_by(|a, b| compare(&rows, *a, *b));
        let ts = picked(&rows.ts, &order);
        Self { rows, ts, order, offsets: vec![0, end], actors: vec![ActorName::default()], duplicates: Vec::new() }
    }

    /// The rows of `piece`, which are in order already and under final codes.
    pub(crate) fn of_sorted(piece: Piece, plan: &'a Plan) -> Result<Self, StoreError> {
        // Sorting finds the order as it is.
        Self::of(vec![(FINAL, Slice::whole(piece))], plan)
    }

    /// Finds and marks everything that repeats. Every actor must be there with all its rows.
    pub(crate) fn mark_repeats(&mut self, plan: &Plan) -> Counts {
        self.duplicates = find_duplicates(&self.rows, &self.order);
        let actors = self.offsets.windows(2).map(|actor| actor[0] as usize..actor[1] as usize);
        let repeated = |actor: Range<usize>| repeated_rows(&self.rows, &self.order[actor.clone()], &self.ts[actor]);
        let repeated_rows = actors.map(repeated).sum();
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
    pub(crate) fn piece(&self, places: Range<usize>) -> Piece {
        let mut piece = self.rows.piece(&self.order[places.clone()]);
        if self.has_actors() && !places.is_empty() {
            let (first, last) = (self.actor_at(places.start), self.actor_at(places.end - 1));
            let mut of_row = Vec::with_capacity(places.len());
            for (entry, actor) in (first..=last).enumerate() {
                let ActorName { key, class, id } = &self.actors[actor];
                piece.actors.ids.push_after(char::from(*class), id);
                piece.actors.keys.push(*key);
                let end = (self.offsets[actor + 1] as usize).min(places.end) - places.start;
                of_row.resize(end, index32(entry));
            }
            piece.actor = Packed::of(&of_row);
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

fn check_size(slices: &[(usize, Slice)]) -> Result<(), StoreError> {
    let events = slices.iter().map(|(_, slice)| slice.len()).sum();
    if events > MOST_EVENTS {
        return Err(StoreError::BucketTooLarge { events, limit: MOST_EVENTS });
    }
    Ok(())
}

/// Rank of each row's actor, the actors in rank order, and where each one's events start.
fn rank_actors(slices: &[(usize, Slice)]) -> (Vec<u32>, Vec<ActorName>, Vec<u32>) {
    let (actors, mut of_entry) = Interned::of(slices);
    let mut by_rank: Vec<(u64, u32)> = actors.keys.iter().copied().zip(0..).collect();
    let name = |actor: u32| actors.names.bytes_at(actor as usize);
    by_rank.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| name(a.1).cmp(name(b.1))));
    let names = by_rank.iter().map(|(key, actor)| ActorName::new(*key, actors.names.get(*actor as usize))).collect();
    let mut rank = vec![0; by_rank.len()];
    for (place, (_, actor)) in by_rank.iter().enumerate() {
        rank[*actor as usize] = index32(place);
    }
    of_entry.iter_mut().for_each(|actor| *actor = rank[*actor as usize]);
    let mut of_row: Vec<u32> = Vec::with_capacity(slices.iter().map(|(_, slice)| slice.len()).sum());
    let mut entries = of_entry.as_slice();
    for (_, slice) in slices {
        let (of_slice, rest) = entries.split_at(slice.actors.len());
        let first = slice.actors.start;
        slice.piece.actor.append_to(slice.rows.clone(), &mut of_row, |entry: u32| of_slice[entry as usize - first]);
        entries = rest;
    }
    let mut offsets = vec![0_u32; by_rank.len() + 1];
    of_row.iter().for_each(|rank| offsets[*rank as usize + 1] += 1);
    for rank in 1..offsets.len() {
        offsets[rank] += offsets[rank - 1];
    }
    (of_row, names, offsets)
}

/// The distinct actors of a bucket in the order met. Their ids lie together, so that comparing one stays in the cache.
#[derive(Default)]
struct Interned {
    keys: Vec<u64>,
    /// Class as a character, then the id.
    names: TextArena,
    known: HashTable<u32>,
    hasher: FixedState,
}

impl Interned {
    /// The actors of all slices, and which of them each entry of each slice names.
    fn of(slices: &[(usize, Slice)]) -> (Self, Vec<u32>) {
        let mut actors = Self::default();
        let mut of_entry = Vec::with_capacity(slices.iter().map(|(_, slice)| slice.actors.len()).sum());
        for (_, slice) in slices {
            let named = &slice.piece.actors;
            of_entry.extend(slice.actors.clone().map(|entry| actors.actor(named, entry)));
        }
        (actors, of_entry)
    }

    fn actor(&mut self, named: &Actors, entry: usize) -> u32 {
        let Self { keys, names, known, hasher } = self;
        let (key, name) = (named.keys[entry], named.ids.bytes_at(entry));
        // Keys of one bucket share their top bits, which the table needs for its tags.
        let hash = hasher.hash_one(key);
        let same = |actor: &u32| keys[*actor as usize] == key && same_bytes(names.bytes_at(*actor as usize), name);
        if let Some(actor) = known.find(hash, same) {
            return *actor;
        }
        keys.push(key);
        let actor = index32(names.push(named.ids.get(entry)));
        known.insert_unique(hash, actor, |actor| hasher.hash_one(keys[*actor as usize]));
        actor
    }
}

/// Row numbers by actor, in the order read within each actor, and their times.
fn scatter_by_actor(actor_of_row: &[u32], offsets: &[u32], ts: &[i64]) -> (Vec<u32>, Vec<i64>) {
    let mut next = offsets.to_vec();
    let (mut order, mut ordered) = (vec![0; actor_of_row.len()], vec![0; actor_of_row.len()]);
    for (row, (actor, ts)) in actor_of_row.iter().zip(ts).enumerate() {
        let place = &mut next[*actor as usize];
        order[*place as usize] = index32(row);
        ordered[*place as usize] = *ts;
        *place += 1;
    }
    (order, ordered)
}
