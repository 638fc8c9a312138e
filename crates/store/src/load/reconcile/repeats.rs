//! How do repeated rows and repeated orders change, once rows have come and gone?
//!
//! Meaning as in [`crate::shuffle::repeats`]: identical rows without an event id beyond the first of each, and purchases
//! beyond the first of each order id. Both depend on which rows an actor has, not on their order. They are counted as they
//! were, in the old runs and in the new one each for itself, and as they are now, in all together.

use std::ops::Range;

use kundresa_model::index::index32;

use super::actors::Touched;
use super::contents::Contents;
use super::orders::Orders;
use super::{Difference, Side};
use crate::error::StoreError;
use crate::run::reader::Columns;
use crate::upkeep::read::{Stretch, read, stretches};

/// Rows looked at together, unless one actor has more.
const BATCH: u64 = 1 << 18;
/// Rows between two actors that are read along rather than skipped.
const GAP: u64 = 1 << 12;

/// The row counted before, in an old run.
const OLD: u8 = 1;
/// The row counts in the new run for itself.
const NEW: u8 = 2;
/// The row counts now.
const NOW: u8 = 4;

/// Something a row says, for whom, and when the row counts.
type Said = (u32, u128, u8);

/// Collects changed actors and counts batch by batch.
pub(super) struct Repeats<'a> {
    sides: &'a [Side<'a>],
    /// Per side, once needed.
    contents: Vec<Option<Contents>>,
    orders: Vec<Option<Option<Orders>>>,
    batch: Vec<Touched>,
    batch_rows: u64,
    rows_found: Difference,
    orders_found: Difference,
}

impl<'a> Repeats<'a> {
    /// Nothing counted yet.
    pub(super) fn of(sides: &'a [Side<'a>]) -> Self {
        Self {
            sides,
            contents: sides.iter().map(|_| None).collect(),
            orders: sides.iter().map(|_| None).collect(),
            batch: Vec::new(),
            batch_rows: 0,
            rows_found: Difference::default(),
            orders_found: Difference::default(),
        }
    }

    /// Takes one more actor.
    pub(super) fn take(&mut self, touched: Touched) -> Result<(), StoreError> {
        self.batch_rows += touched.shares.iter().map(|share| share.rows.end - share.rows.start).sum::<u64>();
        self.batch.push(touched);
        if self.batch_rows >= BATCH { self.count() } else { Ok(()) }
    }

    /// How repeated rows and repeated orders change.
    pub(super) fn finish(mut self) -> Result<(Difference, Difference), StoreError> {
        self.count()?;
        Ok((self.rows_found, self.orders_found))
    }

    fn count(&mut self) -> Result<(), StoreError> {
        let batch = std::mem::take(&mut self.batch);
        self.batch_rows = 0;
        let (mut rows, mut orders) = (Vec::new(), Vec::new());
        for side in 0..self.sides.len() {
            self.read_contents(side, &batch, &mut rows)?;
            self.read_orders(side, &batch, &mut orders)?;
        }
        self.rows_found.add(difference(rows));
        self.orders_found.add(difference(orders));
        Ok(())
    }

    /// Contents of rows without an event id, of the times that matter.
    fn read_contents(&mut self, side: usize, batch: &[Touched], said: &mut Vec<Said>) -> Result<(), StoreError> {
        let parts = parts(side, batch, |touched| touched.window.is_some());
        let run = self.sides[side].run;
        let columns = Columns { ts: true, event_id: run.facts.has.event_id, ..Columns::default() };
        for rows in joined(&parts).into_iter().flat_map(|rows| stretches(run, rows)) {
            let times = read(run, rows.clone(), &columns)?;
            let wanted = without_event_id(&times, &parts, batch);
            if wanted.is_empty() {
                continue;
            }
            let contents = match &mut self.contents[side] {
                Some(contents) => contents,
                none => none.insert(Contents::of(run)?),
            };
            let stretch = read(run, rows, &contents.columns)?;
            let hashes = wanted.into_iter().map(|(actor, row)| (actor, contents.hash(&stretch.rows, row), row));
            said.extend(
                hashes.map(|(actor, hash, row)| (actor, hash, self.sides[side].when(stretch.first + row as u64))),
            );
        }
        Ok(())
    }

    /// Order ids of purchases.
    fn read_orders(&mut self, side: usize, batch: &[Touched], said: &mut Vec<Said>) -> Result<(), StoreError> {
        let parts = parts(side, batch, |touched| touched.has_actor);
        if parts.is_empty() {
            return Ok(());
        }
        let run = self.sides[side].run;
        let orders = match &mut self.orders[side] {
            Some(orders) => orders,
            none => none.insert(Orders::of(run)?),
        };
        let Some(orders) = orders else { return Ok(()) };
        for rows in joined(&parts).into_iter().flat_map(|rows| stretches(run, rows)) {
            let stretch = read(run, rows, &orders.columns)?;
            for (actor, row) in of_parts(&stretch, &parts) {
                if let Some(order) = orders.order(&stretch.rows, row) {
                    said.push((actor, order, self.sides[side].when(stretch.first + row as u64)));
                }
            }
        }
        Ok(())
    }
}

impl Side<'_> {
    /// When row `row` counts.
    fn when(&self, row: u64) -> u8 {
        let before = if self.is_new { NEW } else { OLD };
        let was = if self.was.has(row) { 0 } else { before };
        was | if self.now.has(row) { 0 } else { NOW }
    }
}

impl Difference {
    fn add(&mut self, other: Self) {
        self.before += other.before;
        self.after += other.after;
    }
}

/// Rows of some actors in one run, rising, each with the actor's index.
fn parts(side: usize, batch: &[Touched], wanted: impl Fn(&Touched) -> bool) -> Vec<(u32, Range<u64>)> {
    let wanted = batch.iter().enumerate().filter(|(_, touched)| wanted(touched));
    let shares = wanted.flat_map(|(actor, touched)| touched.shares.iter().map(move |share| (index32(actor), share)));
    shares.filter(|(_, share)| share.run == side).map(|(actor, share)| (actor, share.rows.clone())).collect()
}

/// The rows of all parts, those together that lie near each other.
fn joined(parts: &[(u32, Range<u64>)]) -> Vec<Range<u64>> {
    let mut joined: Vec<Range<u64>> = Vec::new();
    for (_, rows) in parts {
        match joined.last_mut() {
            Some(last) if rows.start <= last.end + GAP => last.end = rows.end,
            _ => joined.push(rows.clone()),
        }
    }
    joined
}

/// Rows of the stretch that belong to a part, each with the actor's index.
fn of_parts<'a>(stretch: &'a Stretch, parts: &'a [(u32, Range<u64>)]) -> impl Iterator<Item = (u32, usize)> + 'a {
    let (first, end) = (stretch.first, stretch.first + stretch.len as u64);
    let from = parts.partition_point(|(_, rows)| rows.end <= first);
    let within = parts[from..].iter().take_while(move |(_, rows)| rows.start < end);
    within.flat_map(move |(actor, rows)| {
        let rows = rows.start.max(first) - first..rows.end.min(end) - first;
        rows.filter_map(|row| usize::try_from(row).ok()).map(|row| (*actor, row))
    })
}

fn without_event_id(stretch: &Stretch, parts: &[(u32, Range<u64>)], batch: &[Touched]) -> Vec<(u32, usize)> {
    let has_id = |row: usize| crate::upkeep::read::text_at(stretch.rows.event_id.as_ref(), row).is_some();
    let is_near = |actor: u32, row: usize| {
        batch[actor as usize].window.is_some_and(|(from, to)| (from..=to).contains(&stretch.rows.ts[row]))
    };
    of_parts(stretch, parts).filter(|(actor, row)| !has_id(*row) && is_near(*actor, *row)).collect()
}

/// Of everything said: how often something was said again before, and is now.
fn difference(mut said: Vec<Said>) -> Difference {
    said.sort_unstable();
    let mut difference = Difference::default();
    for same in said.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let again = |when: u8| (same.iter().filter(|said| said.2 & when > 0).count() as u64).saturating_sub(1);
        difference.before += again(OLD) + again(NEW);
        difference.after += again(NOW);
    }
    difference
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_again_across_runs_counts_only_afterwards() {
        // Actor 0 says 7 once in an old run and once in the new one; actor 1 loses one of three.
        let said = vec![(0, 7, OLD | NOW), (0, 7, NEW | NOW), (1, 7, OLD), (1, 7, OLD | NOW), (1, 7, OLD | NOW)];
        assert_eq!(difference(said), Difference { before: 2, after: 2 });
    }

    #[test]
    fn actors_near_each_other_are_read_together() {
        let parts = [(0, 0..10), (1, 20..30), (2, 100_000..100_001)];
        assert_eq!(joined(&parts), [0..30, 100_000..100_001]);
    }
}
