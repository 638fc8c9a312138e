//! Which rows say again what was said before?
//!
//! Three different things, kept apart: *duplicates* (same source, event id and raw identifiers) are folded into the first;
//! *repeated rows* (identical, without an event id) are kept and counted; *repeated orders* (a purchase whose order id its
//! actor already had) are kept, counted and flagged.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::{HashSet, HashTable};
use kundresa_model::dictionary::NULL;
use kundresa_model::event_table::EventFlags;

use crate::order::compare_contents;
use crate::rows::Rows;

/// Removes later rows with the source, event id and identifiers of an earlier one. `order` has the rows by actor and in
/// total order, `offsets` where each actor starts; both are updated. Returns the number removed.
///
/// Rows with the same identifiers have the same actor, so one walk over the bucket finds them all.
pub(crate) fn fold_duplicates(rows: &Rows, order: &mut Vec<u32>, offsets: &mut [u32]) -> u64 {
    if rows.event_hash.is_empty() {
        return 0;
    }
    let mut first_rows = FirstRows::new(rows);
    let mut kept = 0;
    let mut start = 0;
    for offset in &mut offsets[1..] {
        for position in start..*offset as usize {
            let row = order[position];
            if first_rows.insert(row) {
                order[kept] = row;
                kept += 1;
            }
        }
        start = *offset as usize;
        *offset = kundresa_model::index::index32(kept);
    }
    let removed = order.len() - kept;
    order.truncate(kept);
    removed as u64
}

/// The first row of each (source, event id, identifiers).
struct FirstRows<'a> {
    rows: &'a Rows,
    known: HashTable<u32>,
    hasher: FixedState,
}

impl<'a> FirstRows<'a> {
    fn new(rows: &'a Rows) -> Self {
        Self { rows, known: HashTable::new(), hasher: FixedState::default() }
    }

    /// Whether the row is the first with its event id; rows without one always are.
    fn insert(&mut self, row: u32) -> bool {
        let Self { rows, known, hasher } = self;
        if !rows.has_event_id(row as usize) {
            return true;
        }
        let key = |row: u32| {
            let row = row as usize;
            (rows.event_hash[row], rows.identity[row], rows.text[rows.source][row])
        };
        let hash = hasher.hash_one(key(row));
        if known.find(hash, |other| key(*other) == key(row)).is_some() {
            return false;
        }
        known.insert_unique(hash, row, |other| hasher.hash_one(key(*other)));
        true
    }
}

/// Rows of one actor, in total order, that are identical to an earlier one and have no event id.
pub(crate) fn repeated_rows(rows: &Rows, actor: &[u32]) -> u64 {
    actor
        .chunk_by(|a, b| rows.ts[*a as usize] == rows.ts[*b as usize])
        .filter(|tick| tick.len() > 1)
        .map(|tick| repeated_in_tick(rows, tick))
        .sum()
}

fn repeated_in_tick(rows: &Rows, tick: &[u32]) -> u64 {
    let mut without_id: Vec<usize> =
        tick.iter().map(|row| *row as usize).filter(|row| !rows.has_event_id(*row)).collect();
    without_id.sort_unstable_by(|a, b| compare_contents(rows, *a, *b));
    let distinct = without_id.chunk_by(|a, b| compare_contents(rows, *a, *b).is_eq()).count();
    (without_id.len() - distinct) as u64
}

/// Which codes mean a purchase and where order ids are found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Orders {
    /// Text column of event names.
    pub(crate) event: usize,
    /// Text column of order ids.
    pub(crate) order_id: usize,
    /// Code of the event name `purchase`.
    pub(crate) purchase: u32,
}

/// Sets [`EventFlags::REPEATED_ORDER`] on the purchases of one actor whose order id an earlier purchase has. Returns how many.
///
/// Purchases of bots and of people are told apart: whichever of them `--bots` leaves out, the first of the others counts.
pub(crate) fn flag_repeated_orders(events: &[u32], order_ids: &[u32], purchase: u32, flags: &mut [u8]) -> u64 {
    let mut seen: HashSet<(u32, bool), FixedState> = HashSet::default();
    let mut repeated = 0;
    for (event, name) in events.iter().enumerate() {
        let is_bot = EventFlags(flags[event]).has(EventFlags::BOT);
        if *name == purchase && order_ids[event] != NULL && !seen.insert((order_ids[event], is_bot)) {
            flags[event] |= EventFlags::REPEATED_ORDER;
            repeated += 1;
        }
    }
    repeated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_purchase_with_one_order_id_is_flagged_whatever_lies_between() {
        const BUY: u32 = 7;
        let mut flags = [1; 6];
        // buy A, view A, buy B, buy A again, buy without id twice
        let repeated = flag_repeated_orders(&[BUY, 2, BUY, BUY, BUY, BUY], &[1, 1, 2, 1, 0, 0], BUY, &mut flags);
        assert_eq!((repeated, flags), (1, [1, 1, 1, 17, 1, 1]));
    }

    #[test]
    fn a_persons_purchase_does_not_repeat_that_of_a_bot() {
        let mut flags = [EventFlags::BOT, 1, 1];
        let repeated = flag_repeated_orders(&[7, 7, 7], &[1, 1, 1], 7, &mut flags);
        assert_eq!((repeated, flags), (1, [EventFlags::BOT, 1, 17]));
    }
}
