//! How many actors are behind the figures of carts? Counted only with a privacy threshold.

use serde::{Deserialize, Serialize};

use super::tally::{CartsPartial, ItemTally, SessionTally};
use crate::keyed::{Keyed, Tally, add_each};
use crate::privacy::heads::Heads;

/// Opened 0, purchased 1, emptied 2, abandoned 3, open 4; recovered 5, emptied later 6, lost 7, recovery open 8; purchases 9,
/// without a cart 10; over 11; abandoned ones whose time is over 12, recovered 13, or not 14; others 15; over but not
/// purchased 16, not abandoned 17; recovered before their time was over 18.
pub(super) type CartFigures = [u64; 19];

/// Columns of [`CartFigures`] that are sums of others.
pub(super) const IDENTITIES: &[(usize, &[usize])] = &[
    (0, &[1, 2, 3, 4]),
    (3, &[5, 6, 7, 8]),
    (9, &[1, 5, 10]),
    (11, &[1, 2, 3]),
    (0, &[11, 4]),
    (12, &[13, 14]),
    (3, &[12, 15]),
    (11, &[1, 16]),
    (11, &[3, 17]),
    (5, &[13, 18]),
];

impl ItemTally {
    /// Viewed, added, removed, sold, left, open, bought.
    pub(super) fn figures(&self) -> [u64; 7] {
        [self.viewed, self.added, self.removed, self.sold, self.left, self.open, self.bought]
    }
}

impl SessionTally {
    /// All fields, sessions with a purchase, and those that are abandoned by both definitions.
    pub(super) fn figures(&self) -> [u64; 11] {
        let explained = self.added_to_older_cart + self.bought_elsewhere + self.emptied + self.open;
        [
            self.with_add,
            self.without_purchase,
            self.with_add - self.without_purchase,
            self.added_to_older_cart,
            self.bought_elsewhere,
            self.emptied,
            self.open,
            self.left_beside_purchase,
            self.further_carts,
            self.carts_outside,
            self.without_purchase - explained,
        ]
    }
}

impl CartsPartial {
    /// Carts without a value, abandoned ones, recovered ones.
    pub(super) fn without_values(&self) -> [u64; 3] {
        let figures = self.total.figures();
        let (mut left, mut back) = (figures[3], figures[5]);
        for (_, tally) in self.money.iter() {
            left = left.saturating_sub(tally.abandoned_carts);
            back = back.saturating_sub(tally.recovered_carts);
        }
        [self.without_value, left, back]
    }
}

/// Actors behind all figures.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CartHeads {
    pub(super) total: Heads<19>,
    pub(super) segments: Keyed<u32, Heads<19>>,
    pub(super) days: Keyed<i64, Heads<19>>,
    /// Carts, abandoned ones, others.
    pub(super) steps: Vec<Heads<3>>,
    pub(super) pages: Keyed<u32, Heads<1>>,
    /// Carts, in the same session, in another.
    pub(super) next: Keyed<u32, Heads<3>>,
    /// Carts, abandoned ones, recovered ones, not abandoned, not recovered.
    pub(super) money: Keyed<u32, Heads<5>>,
    /// Carts without a value, abandoned ones, recovered ones.
    pub(super) without_value: Heads<3>,
    pub(super) items: Keyed<u32, Heads<7>>,
    pub(super) sessions: Heads<11>,
    pub(super) oddities: Heads<4>,
}

impl CartHeads {
    /// Counts the one actor of whom `own` speaks.
    pub(super) fn see(&mut self, own: &CartsPartial) {
        self.total.see(own.total.figures());
        own.segments.iter().for_each(|(segment, tally)| self.segments.at(*segment).see(tally.figures()));
        own.days.iter().for_each(|(day, tally)| self.days.at(*day).see(tally.figures()));
        self.steps.resize(own.steps.len().max(self.steps.len()), Heads::default());
        for (heads, step) in self.steps.iter_mut().zip(&own.steps) {
            heads.see([step.carts, step.abandoned, step.carts - step.abandoned]);
        }
        own.pages.iter().for_each(|(page, carts)| self.pages.at(*page).see([*carts]));
        for (event, tally) in own.next.iter() {
            self.next.at(*event).see([tally.carts, tally.same_session, tally.carts - tally.same_session]);
        }
        for (currency, tally) in own.money.iter() {
            let (all, left, back) = (tally.carts, tally.abandoned_carts, tally.recovered_carts);
            self.money.at(*currency).see([all, left, back, all - left, left - back]);
        }
        self.without_value.see(own.without_values());
        own.items.iter().for_each(|(item, tally)| self.items.at(*item).see(tally.figures()));
        self.sessions.see(own.sessions.figures());
        let odd = &own.oddities;
        self.oddities.see([odd.removed_too_much, odd.unreadable_items, odd.odd_quantities, odd.repeated_orders]);
    }
}

impl Tally for CartHeads {
    fn add(&mut self, other: Self) {
        self.total.add(other.total);
        self.segments.add(other.segments);
        self.days.add(other.days);
        add_each(&mut self.steps, other.steps);
        self.pages.add(other.pages);
        self.next.add(other.next);
        self.money.add(other.money);
        self.without_value.add(other.without_value);
        self.items.add(other.items);
        self.sessions.add(other.sessions);
        self.oddities.add(other.oddities);
    }
}
