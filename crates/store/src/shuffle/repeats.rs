//! Which rows say again what was said before?
//!
//! Three different things, kept apart: *duplicates* (same source, event id and raw identifiers) are folded into the first;
//! *repeated rows* (identical, without an event id) are kept and counted; *repeated orders* (a purchase whose order id its
//! actor already had) are kept, counted and flagged.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::{HashSet, HashTable};
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::{PURCHASES, text};
use kundresa_model::index::index32;
use twox_hash::XxHash3_128;

use crate::shuffle::dictionaries::MergedColumns;
use crate::shuffle::order::compare_contents;
use crate::shuffle::rows::Rows;

/// Places in `order` of rows with the source, event id and identifiers of an earlier one, rising. `order` has the rows by
/// actor and in total order.
///
/// Rows with the same identifiers have the same actor, so one walk over the bucket finds them all.
pub(crate) fn find_duplicates(rows: &Rows<'_>, order: &[u32]) -> Vec<u32> {
    if rows.event_hash.is_empty() {
        return Vec::new();
    }
    let mut first_rows = FirstRows::new(rows);
    let places = order.iter().enumerate().filter(|(_, row)| !first_rows.insert(**row));
    places.map(|(place, _)| index32(place)).collect()
}

/// What makes a row a duplicate of another.
pub(crate) type EventKey = (u128, u64, u32);

/// Event id, identifiers and source of a row.
pub(crate) fn event_key(rows: &Rows<'_>, row: usize) -> EventKey {
    (rows.event_hash(row), rows.identity(row), rows.source_of(row))
}

/// The first row of each (source, event id, identifiers).
struct FirstRows<'a> {
    rows: &'a Rows<'a>,
    known: HashTable<u32>,
    hasher: FixedState,
}

impl<'a> FirstRows<'a> {
    fn new(rows: &'a Rows<'a>) -> Self {
        Self { rows, known: HashTable::new(), hasher: FixedState::default() }
    }

    /// Whether the row is the first with its event id; rows without one always are.
    fn insert(&mut self, row: u32) -> bool {
        let Self { rows, known, hasher } = self;
        if !rows.has_event_id(row as usize) {
            return true;
        }
        let key = |row: u32| event_key(rows, row as usize);
        let hash = hasher.hash_one(key(row));
        if known.find(hash, |other| key(*other) == key(row)).is_some() {
            return false;
        }
        known.insert_unique(hash, row, |other| hasher.hash_one(key(*other)));
        true
    }
}

/// Rows of one actor, in total order and with these times, that are identical to an earlier one and have no event id.
pub(crate) fn repeated_rows(rows: &Rows<'_>, actor: &[u32], ts: &[i64]) -> u64 {
    if ts.is_sorted_by(|a, b| a < b) {
        return 0;
    }
    let (mut repeated, mut start) = (0, 0);
    for tick in ts.chunk_by(|a, b| a == b) {
        if tick.len() > 1 {
            repeated += repeated_in_tick(rows, &actor[start..start + tick.len()]);
        }
        start += tick.len();
    }
    repeated
}

fn repeated_in_tick(rows: &Rows<'_>, tick: &[u32]) -> u64 {
    let mut without_id: Vec<usize> =
        tick.iter().map(|row| *row as usize).filter(|row| !rows.has_event_id(*row)).collect();
    without_id.sort_unstable_by(|a, b| compare_contents((rows, *a), (rows, *b)));
    let distinct = without_id.chunk_by(|a, b| compare_contents((rows, *a), (rows, *b)).is_eq()).count();
    (without_id.len() - distinct) as u64
}

/// Where purchases and their order ids are found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Orders {
    event: TextColumn,
    order_id: TextColumn,
    /// Codes of purchases, where event names are coded.
    purchases: PurchaseCodes,
}

/// One text column of a store.
#[derive(Clone, Copy, Debug)]
enum TextColumn {
    Coded(usize),
    Wide(usize),
}

/// Codes of the events whose order ids count once per actor, by their place in [`PURCHASES`]; null for absent ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PurchaseCodes([u32; PURCHASES.len()]);

impl PurchaseCodes {
    /// The codes in `events`; `None` if it has no such event.
    pub(crate) fn of(events: &Dictionary) -> Option<Self> {
        let codes = PURCHASES.map(|name| events.code(name).unwrap_or(NULL));
        (codes != [NULL; PURCHASES.len()]).then_some(Self(codes))
    }

    /// Whether that event is a purchase.
    pub(crate) fn has(self, event: u32) -> bool {
        event != NULL && self.0.contains(&event)
    }
}

/// Whether events of that name are purchases.
pub(crate) fn is_purchase(event: Option<&str>) -> bool {
    event.is_some_and(|event| PURCHASES.contains(&event))
}

impl Orders {
    /// Where they are found among `columns`, if there are any purchases.
    pub(crate) fn among(columns: &MergedColumns) -> Option<Self> {
        let column = |name: &str| {
            let coded = columns.column(name).map(TextColumn::Coded);
            coded.or_else(|| columns.wide_column(name).map(TextColumn::Wide))
        };
        let (event, order_id) = (column(text::EVENT)?, column(text::ORDER_ID)?);
        let purchases = match event {
            TextColumn::Coded(event) => PurchaseCodes::of(&columns.dictionaries[event])?,
            TextColumn::Wide(_) => PurchaseCodes::default(),
        };
        Some(Self { event, order_id, purchases })
    }

    /// What tells the order of a row from others of its actor, if it is a purchase with an order id.
    ///
    /// Purchases of bots and of people are told apart: whichever of them `--bots` leaves out, the first of the others counts.
    pub(crate) fn order(&self, rows: &Rows<'_>, row: usize) -> Option<(u128, bool)> {
        let is_purchase = match self.event {
            TextColumn::Coded(event) => self.purchases.has(rows.text[event].get(row)),
            TextColumn::Wide(event) => is_purchase(rows.wide_text(event, row)),
        };
        let order = match self.order_id {
            _ if !is_purchase => None,
            TextColumn::Coded(order) => Some(rows.text[order].get(row)).filter(|code| *code != NULL).map(u128::from),
            TextColumn::Wide(order) => rows.wide_text(order, row).map(|id| XxHash3_128::oneshot(id.as_bytes())),
        };
        order.map(|order| (order, EventFlags(rows.flags[row]).has(EventFlags::BOT)))
    }
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
