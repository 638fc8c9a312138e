//! How do the sums become figures? Names, orders, rates and quantiles.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use kundresa_model::dictionary::Dictionary;
use kundresa_model::rate::Rate;
use kundresa_model::result::carts::{
    CartDay, CartItem, CartNextAction, CartPage, CartSessionView, CartStep, CartValue, CartsResult, ItemCount,
};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::{NOT_SET, OTHER};
use kundresa_model::spec::carts::CartEvent;

use super::Carts;
use super::tally::{CartsPartial, ItemTally, MoneyTally, NextTally, SessionTally, StepTally};
use super::touches::Touch;
use crate::keyed::{Keyed, Tally};

/// Steps that carts can reach before they are bought.
pub(super) const STEPS: [CartEvent; 5] =
    [CartEvent::Add, CartEvent::ViewCart, CartEvent::BeginCheckout, CartEvent::Shipping, CartEvent::Payment];

/// Place of a step in [`STEPS`]; what is none is the first.
pub(super) fn step_index(step: CartEvent) -> usize {
    STEPS.iter().position(|known| *known == step).unwrap_or(0)
}

impl Carts<'_> {
    /// The result.
    pub(super) fn figures(&self, mut partial: CartsPartial) -> CartsResult {
        let abandoned = partial.total.abandoned();
        let days = partial.days.into_sorted().into_iter();
        CartsResult {
            abandon_after: self.spec.abandon_after,
            recover_within: self.spec.recover_within,
            carts: partial.total.counts(),
            time_to_abandon_us: Quantiles::of(&mut partial.times_to_abandon),
            time_to_purchase_us: Quantiles::of(&mut partial.times_to_purchase),
            time_to_recover_us: Quantiles::of(&mut partial.times_to_recover),
            last_steps: last_steps(&partial.steps, abandoned),
            last_pages: self.last_pages(partial.pages, abandoned),
            next_actions: self.next_actions(partial.next, abandoned),
            value: self.value(partial.money),
            carts_without_value: partial.without_value,
            items: self.item_rows(partial.items),
            session_view: session_view(&partial.sessions),
            oddities: partial.oddities.figures(),
            days: days.map(|(day, tally)| CartDay::of(day, tally.counts())).collect(),
            by: self.plan.breakdown(partial.segments, |tally| tally.opened(), |tally| tally.counts()),
        }
    }

    fn last_pages(&self, pages: Keyed<u32, u64>, abandoned: u64) -> Vec<CartPage> {
        let name = |code| value(self.pages, code).unwrap_or(NOT_SET).to_owned();
        let ranked = ranked(pages.into_sorted(), name, |carts| *carts, |page| page == OTHER, self.top);
        let row = |(page, values, carts)| CartPage { page, values, carts: Rate::new(carts, abandoned) };
        let mut rows: Vec<CartPage> = ranked.shown.into_iter().map(row).collect();
        rows.extend(ranked.rest.map(|(values, carts)| row((OTHER.to_owned(), values, carts))));
        rows
    }

    fn next_actions(&self, next: Keyed<u32, NextTally>, abandoned: u64) -> Vec<CartNextAction> {
        let name = |code| value(self.events, code).map(str::to_owned);
        let is_other = |event: &Option<String>| event.as_deref() == Some(OTHER);
        let ranked = ranked(next.into_sorted(), name, |tally| tally.carts, is_other, self.top);
        let row = |(event, values, tally): (Option<String>, u64, NextTally)| CartNextAction {
            event,
            values,
            carts: Rate::new(tally.carts, abandoned),
            same_session: tally.same_session,
        };
        let mut rows: Vec<CartNextAction> = ranked.shown.into_iter().map(row).collect();
        rows.extend(ranked.rest.map(|(values, tally)| row((Some(OTHER.to_owned()), values, tally))));
        rows
    }

    /// By currency; one that is written `(not set)` counts as null.
    fn value(&self, money: Keyed<u32, MoneyTally>) -> Vec<CartValue> {
        let mut by_name: BTreeMap<&str, MoneyTally> = BTreeMap::new();
        for (code, tally) in money.into_sorted() {
            by_name.entry(value(self.currencies, code).unwrap_or(NOT_SET)).or_default().add(tally);
        }
        let row = |(currency, tally): (&str, MoneyTally)| CartValue {
            currency: currency.to_owned(),
            carts: tally.carts,
            peak: tally.peak,
            abandoned_carts: tally.abandoned_carts,
            abandoned_peak: tally.abandoned_peak,
            abandoned: tally.abandoned,
            recovered_carts: tally.recovered_carts,
            recovered: tally.recovered,
        };
        by_name.into_iter().map(row).collect()
    }

    fn item_rows(&self, items: Keyed<u32, ItemTally>) -> Vec<CartItem> {
        let named = |item| self.items.named(item);
        let mut tallies = items.into_sorted();
        let is_other = |item: u32| named(item).is_some_and(|(id, _)| id == OTHER);
        // Numbers are in the order of ids, and no item comes first.
        tallies.sort_by_key(|(item, tally)| (is_other(*item), Reverse((tally.left, tally.added)), *item));
        let shown = tallies.iter().take(self.spec.items).take_while(|(item, _)| !is_other(*item)).count();
        let rest = tallies.split_off(shown);
        let row = |(item, tally): (u32, ItemTally)| {
            let (id, name) = named(item).unwrap_or((NOT_SET, None));
            item_row(id, name, 1, &tally)
        };
        let mut rows: Vec<CartItem> = tallies.into_iter().map(row).collect();
        if !rest.is_empty() {
            let values = rest.len() as u64;
            let mut sum = ItemTally::default();
            rest.into_iter().for_each(|(_, tally)| sum.add(tally));
            rows.push(item_row(OTHER, None, values, &sum));
        }
        rows
    }
}

fn value(column: Option<(usize, &Dictionary)>, code: u32) -> Option<&str> {
    column.and_then(|(_, values)| values.value(code))
}

fn last_steps(steps: &[StepTally], abandoned: u64) -> Vec<CartStep> {
    let row = |(step, tally): (CartEvent, &StepTally)| CartStep {
        step,
        carts: tally.carts,
        abandoned: tally.abandoned,
        share: Rate::new(tally.abandoned, abandoned),
    };
    STEPS.into_iter().zip(steps).map(row).collect()
}

fn item_row(id: &str, name: Option<&str>, values: u64, tally: &ItemTally) -> CartItem {
    let count = |touch: Touch, quantity| ItemCount { actors: tally.actors[touch as usize], quantity };
    CartItem {
        item: id.to_owned(),
        name: name.map(str::to_owned),
        values,
        viewed: count(Touch::Viewed, tally.viewed),
        added: count(Touch::Added, tally.added),
        removed: tally.removed,
        sold: tally.sold,
        left: count(Touch::Left, tally.left),
        open: tally.open,
        bought: count(Touch::Bought, tally.bought),
    }
}

fn session_view(tally: &SessionTally) -> CartSessionView {
    CartSessionView {
        abandoned: Rate::new(tally.without_purchase, tally.with_add),
        added_to_older_cart: tally.added_to_older_cart,
        bought_elsewhere: tally.bought_elsewhere,
        emptied: tally.emptied,
        open: tally.open,
        left_beside_purchase: tally.left_beside_purchase,
        further_carts: tally.further_carts,
        carts_outside: tally.carts_outside,
    }
}

/// Rows to show, each with the number of names it sums, and the sum of the others.
struct Ranked<N, T> {
    shown: Vec<(N, u64, T)>,
    rest: Option<(u64, T)>,
}

/// Rows by falling `base`, then by name; codes of one name are added. What is itself called like the rest belongs to it.
fn ranked<N: Ord + Clone, T: Tally>(
    tallies: Vec<(u32, T)>,
    name: impl Fn(u32) -> N,
    base: impl Fn(&T) -> u64,
    is_other: impl Fn(&N) -> bool,
    top: usize,
) -> Ranked<N, T> {
    let mut by_name: BTreeMap<N, T> = BTreeMap::new();
    tallies.into_iter().for_each(|(code, tally)| by_name.entry(name(code)).or_default().add(tally));
    let mut rows: Vec<(N, u64, T)> = by_name.into_iter().map(|(name, tally)| (name, 1, tally)).collect();
    rows.sort_by_key(|(name, _, tally)| (is_other(name), Reverse(base(tally))));
    let shown = rows.iter().take(top).take_while(|(name, _, _)| !is_other(name)).count();
    let others = rows.split_off(shown);
    let values = others.len() as u64;
    let rest = (values > 0).then(|| {
        let mut sum = T::default();
        others.into_iter().for_each(|(_, _, tally)| sum.add(tally));
        (values, sum)
    });
    Ranked { shown: rows, rest }
}
