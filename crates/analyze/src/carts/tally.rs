//! What has been counted about carts so far? Whole numbers that add up over disjoint actors.

use kundresa_model::rate::Rate;
use kundresa_model::result::carts::{CartCounts, CartOddities};
use kundresa_model::result::money::Sum;
use serde::{Deserialize, Serialize};

use crate::keyed::{Keyed, Tally, add_each};
use crate::spans::Spans;

use super::Room;
use super::contents::Held;
use super::episodes::{Episode, State};
use super::find::Events;
use super::heads::{CartFigures, CartHeads};

/// Carts counted so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CartsPartial {
    pub(super) total: CartTally,
    pub(super) segments: Keyed<u32, CartTally>,
    /// By local day since 1970-01-01.
    pub(super) days: Keyed<i64, CartTally>,
    /// By furthest step, in the order of checkout.
    pub(super) steps: Vec<StepTally>,
    /// Abandoned carts by code of the page.
    pub(super) pages: Keyed<u32, u64>,
    /// Abandoned carts by code of the next event; null for nothing.
    pub(super) next: Keyed<u32, NextTally>,
    /// By code of the currency.
    pub(super) money: Keyed<u32, MoneyTally>,
    pub(super) without_value: u64,
    /// By number of the item.
    pub(super) items: Keyed<u32, ItemTally>,
    pub(super) sessions: SessionTally,
    pub(super) oddities: OddityTally,
    /// Microseconds.
    pub(super) times_to_abandon: Spans,
    pub(super) times_to_purchase: Spans,
    pub(super) times_to_recover: Spans,
    /// Actors behind the figures; only with a privacy threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) heads: Option<Box<CartHeads>>,
    /// Buffers.
    #[serde(skip)]
    pub(super) room: Option<(Box<Room>, Events)>,
}

impl Tally for CartsPartial {
    fn add(&mut self, other: Self) {
        self.total.add(other.total);
        self.segments.add(other.segments);
        self.days.add(other.days);
        add_each(&mut self.steps, other.steps);
        self.pages.add(other.pages);
        self.next.add(other.next);
        self.money.add(other.money);
        self.without_value += other.without_value;
        self.items.add(other.items);
        self.sessions.add(other.sessions);
        self.oddities.add(other.oddities);
        self.times_to_abandon.add(other.times_to_abandon);
        self.times_to_purchase.add(other.times_to_purchase);
        self.times_to_recover.add(other.times_to_recover);
        if let (Some(heads), Some(other)) = (&mut self.heads, other.heads) {
            heads.add(*other);
        }
    }
}

/// Adds field by field.
macro_rules! tally_fields {
    ($tally:ty: $($field:ident),+) => {
        impl Tally for $tally {
            fn add(&mut self, other: Self) {
                $(self.$field += other.$field;)+
            }
        }
    };
}

/// Carts by where they stand in the end, and purchases.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct CartTally {
    purchased: u64,
    emptied: u64,
    open: u64,
    recovered: u64,
    emptied_later: u64,
    lost: u64,
    recovery_open: u64,
    /// Abandoned ones whose time to be recovered is over, and those of them that were recovered.
    judged: u64,
    judged_recovered: u64,
    without_cart: u64,
}

tally_fields!(CartTally: purchased, emptied, open, recovered, emptied_later, lost, recovery_open, judged, judged_recovered, without_cart);

impl CartTally {
    /// One cart; `is_judged` says whether its time to be recovered is over.
    pub(super) fn of(episode: &Episode, is_judged: bool) -> Self {
        let mut tally = Self::default();
        match episode.state {
            State::Running => tally.open = 1,
            State::Purchased => tally.purchased = 1,
            State::Emptied => tally.emptied = 1,
            State::Abandoned => tally.recovery_open = 1,
            State::Recovered => tally.recovered = 1,
            State::EmptiedLater => tally.emptied_later = 1,
            State::Lost => tally.lost = 1,
        }
        if episode.state.is_abandoned() && is_judged {
            tally.judged = 1;
            tally.judged_recovered = tally.recovered;
        }
        tally
    }

    /// One purchase that took no cart.
    pub(super) fn of_purchase() -> Self {
        Self { without_cart: 1, ..Self::default() }
    }

    /// Carts opened.
    pub(super) fn opened(&self) -> u64 {
        self.purchased + self.emptied + self.abandoned() + self.open
    }

    /// Carts abandoned.
    pub(super) fn abandoned(&self) -> u64 {
        self.recovered + self.emptied_later + self.lost + self.recovery_open
    }

    /// Purchases.
    fn purchases(&self) -> u64 {
        self.purchased + self.recovered + self.without_cart
    }

    /// Everything that one might be told from the figures, in the order of [`super::heads::IDENTITIES`].
    pub(super) fn figures(&self) -> CartFigures {
        let (opened, abandoned) = (self.opened(), self.abandoned());
        let over = opened - self.open;
        [
            opened,
            self.purchased,
            self.emptied,
            abandoned,
            self.open,
            self.recovered,
            self.emptied_later,
            self.lost,
            self.recovery_open,
            self.purchases(),
            self.without_cart,
            over,
            self.judged,
            self.judged_recovered,
            self.judged - self.judged_recovered,
            abandoned - self.judged,
            over - self.purchased,
            over - abandoned,
            self.recovered - self.judged_recovered,
        ]
    }

    /// The figures.
    pub(super) fn counts(&self) -> CartCounts {
        let over = self.opened() - self.open;
        CartCounts {
            opened: self.opened().into(),
            purchased: self.purchased.into(),
            emptied: self.emptied.into(),
            abandoned: self.abandoned().into(),
            open: self.open.into(),
            recovered: self.recovered.into(),
            emptied_later: self.emptied_later.into(),
            lost: self.lost.into(),
            recovery_open: self.recovery_open.into(),
            purchases: self.purchases().into(),
            purchases_without_cart: self.without_cart.into(),
            purchase_rate: Rate::new(self.purchased, over),
            abandonment_rate: Rate::new(self.abandoned(), over),
            recovery_rate: Rate::new(self.judged_recovered, self.judged),
        }
    }
}

/// Carts of one furthest step.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct StepTally {
    pub(super) carts: u64,
    pub(super) abandoned: u64,
}

tally_fields!(StepTally: carts, abandoned);

/// Abandoned carts with one next event.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct NextTally {
    pub(super) carts: u64,
    pub(super) same_session: u64,
}

tally_fields!(NextTally: carts, same_session);

/// Carts of one currency.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct MoneyTally {
    pub(super) carts: u64,
    pub(super) peak: Sum,
    pub(super) abandoned_carts: u64,
    pub(super) abandoned_peak: Sum,
    pub(super) abandoned: Sum,
    pub(super) recovered_carts: u64,
    pub(super) recovered: Sum,
}

impl MoneyTally {
    /// The value of one cart.
    pub(super) fn of(episode: &Episode) -> Self {
        let mut tally = Self { carts: 1, peak: Sum(episode.peak), ..Self::default() };
        if episode.state.is_abandoned() {
            tally.abandoned_carts = 1;
            (tally.abandoned_peak, tally.abandoned) = (Sum(episode.peak), Sum(episode.worth));
        }
        if episode.state == State::Recovered {
            (tally.recovered_carts, tally.recovered) = (1, Sum(episode.worth));
        }
        tally
    }
}

impl Tally for MoneyTally {
    fn add(&mut self, other: Self) {
        self.carts += other.carts;
        self.peak.0 += other.peak.0;
        self.abandoned_carts += other.abandoned_carts;
        self.abandoned_peak.0 += other.abandoned_peak.0;
        self.abandoned.0 += other.abandoned.0;
        self.recovered_carts += other.recovered_carts;
        self.recovered.0 += other.recovered.0;
    }
}

/// One item.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct ItemTally {
    /// Distinct actors by [`super::touches::Touch`].
    pub(super) actors: [u64; 4],
    pub(super) viewed: u64,
    pub(super) added: u64,
    pub(super) removed: u64,
    pub(super) sold: u64,
    pub(super) left: u64,
    pub(super) open: u64,
    pub(super) bought: u64,
}

impl ItemTally {
    /// Counts what a cart held of the item.
    pub(super) fn count(&mut self, held: &Held, state: State) {
        self.added += held.added;
        self.removed += held.removed;
        match state {
            State::Purchased | State::Recovered => self.sold += held.quantity(),
            State::Running => self.open += held.quantity(),
            _ => self.left += held.quantity(),
        }
    }
}

impl Tally for ItemTally {
    fn add(&mut self, other: Self) {
        self.actors.iter_mut().zip(other.actors).for_each(|(sum, part)| *sum += part);
        self.viewed += other.viewed;
        self.added += other.added;
        self.removed += other.removed;
        self.sold += other.sold;
        self.left += other.left;
        self.open += other.open;
        self.bought += other.bought;
    }
}

/// Sessions with an add, and how carts differ from them.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct SessionTally {
    pub(super) with_add: u64,
    pub(super) without_purchase: u64,
    pub(super) added_to_older_cart: u64,
    pub(super) bought_elsewhere: u64,
    pub(super) emptied: u64,
    pub(super) open: u64,
    pub(super) left_beside_purchase: u64,
    pub(super) further_carts: u64,
    pub(super) carts_outside: u64,
}

tally_fields!(SessionTally: with_add, without_purchase, added_to_older_cart, bought_elsewhere, emptied, open, left_beside_purchase, further_carts, carts_outside);

/// Odd events, whatever the filter.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct OddityTally {
    pub(super) removed_too_much: u64,
    pub(super) unreadable_items: u64,
    pub(super) odd_quantities: u64,
    pub(super) repeated_orders: u64,
}

tally_fields!(OddityTally: removed_too_much, unreadable_items, odd_quantities, repeated_orders);

impl OddityTally {
    /// The figures.
    pub(super) fn figures(self) -> CartOddities {
        CartOddities {
            removed_too_much: self.removed_too_much.into(),
            unreadable_items: self.unreadable_items.into(),
            odd_quantities: self.odd_quantities.into(),
            repeated_orders: self.repeated_orders.into(),
        }
    }
}
