//! Which purchases repeat an order, once an actor's rows come from several runs or some of them no longer count?
//!
//! Runs keep the answer for their own rows alone. Order ids of different runs are compared by a 128-bit hash, so that
//! no dictionary of all of them is needed.

use std::sync::OnceLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::index::index32;
use twox_hash::XxHash3_128;

use crate::error::StoreError;
use crate::run::reader::{Columns, EventRows, Run};
use crate::shuffle::repeats::{PurchaseCodes, flag_repeated_orders, is_purchase};
use crate::stored::gather::text_at;
use crate::stored::merge::{Merged, RowRef};
use crate::stored::texts::Place;

/// Code that [`flag_repeated_orders`] is told for it.
const PURCHASE_CODE: u32 = 1;

/// Where one run has purchases and their order ids.
#[derive(Debug)]
pub(crate) struct OrderColumns {
    event: Place,
    order_id: Place,
    codes: OnceLock<OrderCodes>,
}

/// What the codes of a run mean; read when the first actor has to be looked at again.
#[derive(Debug, Default)]
struct OrderCodes {
    purchases: Option<PurchaseCodes>,
    /// Hash per code of an order id, null excepted.
    order_ids: Vec<u128>,
}

/// Rows of one run with the columns they were decoded with.
pub(crate) struct OrderRows<'a> {
    pub(crate) run: &'a Run,
    pub(crate) orders: &'a OrderColumns,
    pub(crate) columns: &'a Columns,
    pub(crate) rows: &'a EventRows,
}

impl OrderColumns {
    pub(crate) fn of(run: &Run) -> Self {
        let place = |name| Place::of(name, &run.facts);
        Self { event: place(text::EVENT), order_id: place(text::ORDER_ID), codes: OnceLock::new() }
    }

    /// Adds what has to be decoded.
    pub(crate) fn request(&self, columns: &mut Columns) {
        if self.order_id != Place::Absent {
            self.event.request(columns);
            self.order_id.request(columns);
        }
    }

    fn codes(&self, run: &Run) -> Result<&OrderCodes, StoreError> {
        if let Some(codes) = self.codes.get() {
            return Ok(codes);
        }
        let dictionary = |place| match place {
            Place::Coded(column) => run.dictionary(column),
            _ => Ok(Dictionary::default()),
        };
        let purchases = PurchaseCodes::of(&dictionary(self.event)?);
        let order_ids = dictionary(self.order_id)?.values().iter().map(|id| hash(id)).collect();
        Ok(self.codes.get_or_init(|| OrderCodes { purchases, order_ids }))
    }
}

/// Sets [`EventFlags::REPEATED_ORDER`] anew in the flags of all actors that are not as their run has them.
/// `parts` are the slices that were merged; `flags` are in merged order.
pub(crate) fn flag_orders_again(parts: &[OrderRows<'_>], merged: &Merged, flags: &mut [u8]) -> Result<(), StoreError> {
    if !merged.changed.contains(&true) {
        return Ok(());
    }
    let mut found = Found::new(parts)?;
    for (bounds, _) in merged.offsets.windows(2).zip(&merged.changed).filter(|(_, changed)| **changed) {
        let range = bounds[0] as usize..bounds[1] as usize;
        flags[range.clone()].iter_mut().for_each(|flags| *flags &= !EventFlags::REPEATED_ORDER);
        if found.read(&merged.rows[range.clone()]) {
            flag_repeated_orders(&found.events, &found.order_ids, PURCHASE_CODE, &mut flags[range]);
        }
    }
    Ok(())
}

/// Purchases and order ids of one actor, under codes of its own.
struct Found<'a> {
    parts: Vec<(&'a OrderRows<'a>, &'a OrderCodes)>,
    events: Vec<u32>,
    order_ids: Vec<u32>,
    known: HashMap<u128, u32, FixedState>,
}

impl<'a> Found<'a> {
    fn new(parts: &'a [OrderRows<'a>]) -> Result<Self, StoreError> {
        let read = |part: &'a OrderRows<'a>| Ok((part, part.orders.codes(part.run)?));
        let parts = parts.iter().map(read).collect::<Result<_, StoreError>>()?;
        Ok(Self { parts, events: Vec::new(), order_ids: Vec::new(), known: HashMap::default() })
    }

    /// Reads the rows of one actor. Says whether there is more than one purchase with an order id.
    fn read(&mut self, rows: &[RowRef]) -> bool {
        let Self { parts, events, order_ids, known } = self;
        known.clear();
        events.clear();
        order_ids.clear();
        let mut purchases = 0;
        for row in rows {
            let order = parts[row.slice as usize].0.order(parts[row.slice as usize].1, row.row as usize);
            let next = index32(known.len() + 1);
            purchases += usize::from(order.is_some());
            events.push(order.map_or(NULL, |_| PURCHASE_CODE));
            order_ids.push(order.map_or(NULL, |id| *known.entry(id).or_insert(next)));
        }
        purchases > 1
    }
}

impl OrderRows<'_> {
    /// Hash of the order id, if the row is a purchase with one.
    fn order(&self, codes: &OrderCodes, row: usize) -> Option<u128> {
        self.is_purchase(codes, row).then(|| self.order_id(codes, row)).flatten()
    }

    fn is_purchase(&self, codes: &OrderCodes, row: usize) -> bool {
        let coded = self.orders.event.codes(self.columns, self.rows);
        let wide = || self.orders.event.texts(self.columns, self.rows);
        match coded {
            Some(events) => codes.purchases.is_some_and(|purchases| purchases.has(events[row])),
            None => is_purchase(wide().and_then(|events| text_at(events, row))),
        }
    }

    fn order_id(&self, codes: &OrderCodes, row: usize) -> Option<u128> {
        if let Some(ids) = self.orders.order_id.codes(self.columns, self.rows) {
            return codes.order_ids.get((ids[row] as usize).checked_sub(1)?).copied();
        }
        let ids = self.orders.order_id.texts(self.columns, self.rows)?;
        text_at(ids, row).map(hash)
    }
}

fn hash(order_id: &str) -> u128 {
    XxHash3_128::oneshot(order_id.as_bytes())
}
