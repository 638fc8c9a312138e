//! In which order do the rows of several runs follow each other, actor by actor?
//!
//! ```text
//! slices ─► actors by (key, class, id) ─► rows that count ─► by (ts, day precision last) ─► rows of one time by their places
//! ```

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;
use kundresa_model::natural;

use crate::error::StoreError;
use crate::generation::manifest::{Manifest, StoredInput};
use crate::run::reader::{ActorRows, EventRows};
use crate::shuffle::read::MOST_EVENTS;
use crate::shuffle::scatter::NO_SEQUENCE;

/// The part of one run that lies in a key range.
pub(crate) struct RunSlice<'a> {
    /// Actors of the range, with ids; without is enough where there is but one slice.
    pub(crate) actors: &'a ActorRows,
    /// Number of the first row of the first actor; rows below are relative to it.
    pub(crate) first_row: u64,
    /// Times and flags of all rows of those actors.
    pub(crate) rows: &'a EventRows,
    /// Ordinals (of the run, rising) that do not count, within the rows above.
    pub(crate) deleted: &'a [u64],
    /// Whether rows of equal time may lie in another than the total order ([`crate::generation::manifest::StoredRun::unsorted`]).
    pub(crate) unsorted: bool,
    /// Source name's rank among all source names of the store, by bytes, per input number; see [`Ranks`].
    pub(crate) ranks: &'a Ranks,
}

/// Ranks that order rows of equal time: by source name (bytes), then, in sources with row order, by input name (natural).
#[derive(Clone, Debug, Default)]
pub(crate) struct Ranks {
    /// Per input number: rank of its source.
    pub(crate) source: Vec<u32>,
    /// Per input number: rank of the input among its source's; of no account where rows have no order.
    pub(crate) input: Vec<u32>,
    /// Per input number: whether its rows have an order.
    pub(crate) has_row_order: Vec<bool>,
}

/// One row: of which slice, and which row there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowRef {
    pub(crate) slice: u32,
    pub(crate) row: u32,
}

/// Actors of all slices together. Actors without a row that counts are left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Merged {
    /// Per actor: slice and place there that name it.
    pub(crate) actors: Vec<(u32, u32)>,
    /// Per actor: where its rows begin in `rows`; one longer.
    pub(crate) offsets: Vec<u32>,
    /// Rows by actor, in total order.
    pub(crate) rows: Vec<RowRef>,
    /// Per actor: whether its rows come from several runs, some of them do not count, or they lay in another order.
    pub(crate) changed: Vec<bool>,
}

/// Brings the slices together. `places` loads the columns behind the total order of a slice; it is called at most once
/// per slice, and only when two runs have rows of one actor at one time, or when such rows of an `unsorted` run do.
pub(crate) fn merge(
    slices: &[RunSlice<'_>],
    places: &mut dyn FnMut(usize) -> Result<EventRows, StoreError>,
) -> Result<Merged, StoreError> {
    check_rows(slices)?;
    let mut merger = Merger::new(slices, places);
    while merger.find_next_actor() {
        merger.append_actor()?;
    }
    Ok(merger.merged)
}

/// Refuses more rows than an index holds, and actors that do not fit their rows.
fn check_rows(slices: &[RunSlice<'_>]) -> Result<(), StoreError> {
    for slice in slices {
        let (named, found) = (slice.actors.rows.iter().sum(), slice.rows.ts.len() as u64);
        if named != found {
            return Err(StoreError::ActorsDoNotFit { named, found });
        }
    }
    let events = slices.iter().map(|slice| slice.rows.ts.len()).sum();
    if events > MOST_EVENTS {
        return Err(StoreError::BucketTooLarge { events, limit: MOST_EVENTS });
    }
    Ok(())
}

impl Ranks {
    /// Ranks of the inputs that `manifest` names. Rows of other inputs do not count, so theirs are 0.
    pub(crate) fn of(manifest: &Manifest) -> Self {
        let names: BTreeSet<&str> = manifest.inputs.iter().map(|input| input.source.as_str()).collect();
        let numbers = manifest.inputs.iter().map(|input| input.id as usize + 1).max().unwrap_or(0);
        let mut ranks = Self { source: vec![0; numbers], input: vec![0; numbers], has_row_order: vec![false; numbers] };
        let ordered: BTreeMap<&str, bool> =
            manifest.sources.iter().map(|source| (source.name.as_str(), source.has_row_order)).collect();
        for (rank, name) in names.into_iter().enumerate() {
            let inputs = manifest.inputs.iter().filter(|input| input.source == name).collect();
            ranks.set_source(index32(rank), inputs, ordered.get(name).is_some_and(|ordered| *ordered));
        }
        ranks
    }

    fn set_source(&mut self, rank: u32, mut inputs: Vec<&StoredInput>, has_row_order: bool) {
        inputs.sort_by(|a, b| natural::compare(&a.name, &b.name));
        for (place, input) in inputs.into_iter().enumerate() {
            let number = input.id as usize;
            self.source[number] = rank;
            self.input[number] = index32(place);
            self.has_row_order[number] = has_row_order;
        }
    }

    /// Ranks of source and input of an input number; the input's is 0 where rows have no order.
    fn of_input(&self, input: u32) -> (u32, u32) {
        let rank = |ranks: &[u32]| ranks.get(input as usize).copied().unwrap_or_default();
        let has_order = self.has_row_order.get(input as usize).is_some_and(|has_order| *has_order);
        (rank(&self.source), if has_order { rank(&self.input) } else { 0 })
    }
}

/// How far a slice has been read.
#[derive(Clone, Copy, Debug, Default)]
struct Cursor {
    actor: usize,
    row: u32,
    deleted: usize,
}

struct Merger<'a, 'b> {
    slices: &'a [RunSlice<'a>],
    places: LoadedPlaces<'b>,
    cursors: Vec<Cursor>,
    /// Slices whose next actor is the next of all.
    parts: Vec<u32>,
    merged: Merged,
}

impl<'a, 'b> Merger<'a, 'b> {
    fn new(slices: &'a [RunSlice<'a>], load: &'b mut dyn FnMut(usize) -> Result<EventRows, StoreError>) -> Self {
        let rows = slices.iter().map(|slice| slice.rows.ts.len().saturating_sub(slice.deleted.len())).sum();
        let actors = slices.iter().map(|slice| slice.actors.keys.len()).max().unwrap_or(0);
        let mut merged = Merged {
            actors: Vec::with_capacity(actors),
            offsets: Vec::with_capacity(actors + 1),
            rows: Vec::with_capacity(rows),
            changed: Vec::with_capacity(actors),
        };
        merged.offsets.push(0);
        Self {
            slices,
            places: LoadedPlaces { load, of_slice: vec![None; slices.len()] },
            cursors: vec![Cursor::default(); slices.len()],
            parts: Vec::with_capacity(slices.len()),
            merged,
        }
    }

    /// Notes in `parts` which slices have the next actor; false at the end.
    fn find_next_actor(&mut self) -> bool {
        self.parts.clear();
        for (slice, part) in self.slices.iter().enumerate() {
            if self.cursors[slice].actor == part.actors.keys.len() {
                continue;
            }
            let order = self.parts.first().map_or(Ordering::Less, |best| self.compare_actors(slice, *best as usize));
            if order.is_lt() {
                self.parts.clear();
            }
            if order.is_le() {
                self.parts.push(index32(slice));
            }
        }
        !self.parts.is_empty()
    }

    /// Order of the next actors of two slices.
    fn compare_actors(&self, a: usize, b: usize) -> Ordering {
        let (left, right) = (&self.slices[a].actors, &self.slices[b].actors);
        let (a, b) = (self.cursors[a].actor, self.cursors[b].actor);
        let by_key = left.keys[a].cmp(&right.keys[b]);
        by_key.then_with(|| left.classes[a].cmp(&right.classes[b])).then_with(|| left.ids[a].cmp(&right.ids[b]))
    }

    fn append_actor(&mut self) -> Result<(), StoreError> {
        let start = self.merged.rows.len();
        let named_by = (self.parts[0], index32(self.cursors[self.parts[0] as usize].actor));
        let mut changed = self.parts.len() > 1;
        for part in 0..self.parts.len() {
            changed |= !self.append_rows(self.parts[part]);
        }
        if self.merged.rows.len() > start {
            changed |= self.put_in_order(start)?;
            self.merged.actors.push(named_by);
            self.merged.offsets.push(index32(self.merged.rows.len()));
            self.merged.changed.push(changed);
        }
        Ok(())
    }

    /// Appends the rows of the slice's next actor that count, and moves on. Says whether all did.
    fn append_rows(&mut self, part: u32) -> bool {
        let (slice, cursor) = (&self.slices[part as usize], &mut self.cursors[part as usize]);
        let start = cursor.row;
        let end = u64::from(start) + slice.actors.rows[cursor.actor];
        let end = u32::try_from(end).expect("`check_rows` saw that all rows together fit an index");
        let deleted = &slice.deleted[cursor.deleted..];
        let gone = deleted.iter().take_while(|row| **row < slice.first_row + u64::from(end)).count();
        *cursor = Cursor { actor: cursor.actor + 1, row: end, deleted: cursor.deleted + gone };
        append_without(&mut self.merged.rows, part, start..end, slice.first_row, &deleted[..gone]);
        gone == 0
    }

    /// Puts the actor's rows from `start` on in total order. Says whether rows of one slice have changed places.
    fn put_in_order(&mut self, start: usize) -> Result<bool, StoreError> {
        let (slices, rows) = (self.slices, &mut self.merged.rows[start..]);
        if self.parts.len() == 1 && !slices[self.parts[0] as usize].unsorted {
            return Ok(false);
        }
        let time = |row: &RowRef| time_of(slices, *row);
        if !rows.is_sorted_by_key(time) {
            // Stable, and quick where each run's rows come in order: the sort finds those stretches and merges them.
            rows.sort_by_key(time);
        }
        let mut moved = false;
        for tick in rows.chunk_by_mut(|a, b| time(a) == time(b)).filter(|tick| needs_places(slices, tick)) {
            self.places.load(tick)?;
            let place = |row: &RowRef| self.places.place(slices, *row);
            if !tick.is_sorted_by_key(place) {
                tick.sort_by_key(place);
                moved = true;
            }
        }
        Ok(moved)
    }
}

/// Appends `rows` of a slice, those at the ordinals `deleted` (rising) left out.
fn append_without(out: &mut Vec<RowRef>, slice: u32, rows: Range<u32>, first_row: u64, deleted: &[u64]) {
    if deleted.is_empty() {
        out.extend(rows.map(|row| RowRef { slice, row }));
        return;
    }
    let mut deleted = deleted.iter().peekable();
    for row in rows {
        if deleted.next_if(|gone| **gone == first_row + u64::from(row)).is_none() {
            out.push(RowRef { slice, row });
        }
    }
}

/// Time of a row, day precision last.
fn time_of(slices: &[RunSlice<'_>], row: RowRef) -> (i64, bool) {
    let (rows, row) = (slices[row.slice as usize].rows, row.row as usize);
    (rows.ts[row], EventFlags(rows.flags[row]).has(EventFlags::DAY_PRECISION))
}

/// Whether rows of one time have to be ordered by their places: their run did that already if it is but one.
fn needs_places(slices: &[RunSlice<'_>], tick: &[RowRef]) -> bool {
    let slice = tick[0].slice;
    tick.len() > 1 && (slices[slice as usize].unsorted || tick.iter().any(|row| row.slice != slice))
}

/// Places of rows, loaded once a slice's are needed.
struct LoadedPlaces<'b> {
    load: &'b mut dyn FnMut(usize) -> Result<EventRows, StoreError>,
    of_slice: Vec<Option<EventRows>>,
}

/// Ranks of source and input, sequence, row and position: the total order of rows of one time. Rows that are equal in
/// that are copies of one raw row; they follow each other by slice and row.
type Place = (u32, [i64; 3], u32, u64, u32, (u32, u32));

impl LoadedPlaces<'_> {
    fn load(&mut self, tick: &[RowRef]) -> Result<(), StoreError> {
        for row in tick {
            let slice = row.slice as usize;
            if self.of_slice[slice].is_none() {
                self.of_slice[slice] = Some((self.load)(slice)?);
            }
        }
        Ok(())
    }

    fn place(&self, slices: &[RunSlice<'_>], row: RowRef) -> Place {
        let (slice, at) = (row.slice as usize, row.row as usize);
        let places =
            self.of_slice[slice].as_ref().expect("places of every row of a tick are loaded before it is sorted");
        let (source, input) = slices[slice].ranks.of_input(places.input.get(at).copied().unwrap_or_default());
        let sequence = [0, 1, 2].map(|part| places.sequence[part].get(at).copied().unwrap_or(NO_SEQUENCE));
        let number = places.row.get(at).copied().unwrap_or_default();
        let position = places.position.get(at).copied().unwrap_or_default();
        (source, sequence, input, number, position, (row.slice, row.row))
    }
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
