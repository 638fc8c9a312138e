//! How do the sums become figures? Names, orders, rates and quantiles.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use kundresa_model::count::Count;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::rate::Rate;
use kundresa_model::result::carts::{
    CartDay, CartItem, CartNextAction, CartPage, CartSessionView, CartStep, CartValue, CartsResult, ItemCount,
};
use kundresa_model::result::segments::{NOT_SET, OTHER};
use kundresa_model::spec::carts::CartEvent;

use super::Carts;
use super::heads::CartHeads;
use super::protect::{CartCells, protect};
use super::tally::{CartTally, CartsPartial, ItemTally, MoneyTally, NextTally, SessionTally, StepTally};
use super::touches::Touch;
use crate::keyed::{Keyed, Tally};
use crate::privacy::heads::{Cell, Counted, Heads, counted, split};

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
        let without_values = partial.without_values();
        let heads = partial.heads.take();
        let mut behind = heads.clone().map_or_else(CartHeads::default, |heads| *heads);
        let days = counted(partial.days, std::mem::take(&mut behind.days)).into_sorted().into_iter();
        let day = |(day, Counted { tally, heads }): (i64, Counted<CartTally, Heads<19>>)| {
            (CartDay::of(day, tally.counts()), heads.of(tally.figures()))
        };
        let (days, day_cells): (Vec<CartDay>, Vec<_>) = days.map(day).unzip();
        let segment =
            |Counted { tally, heads }: Counted<CartTally, Heads<19>>| (tally.counts(), heads.of(tally.figures()));
        let segments = counted(partial.segments, std::mem::take(&mut behind.segments));
        let (by, by_cells) = split(self.plan.breakdown(segments, |segment| segment.tally.opened(), segment));
        let (last_pages, page_cells) = self.last_pages(counted(partial.pages, behind.pages), abandoned);
        let (next_actions, next_cells) = self.next_actions(counted(partial.next, behind.next), abandoned);
        let (value, value_cells) = self.value(counted(partial.money, behind.money));
        let (items, item_cells) = self.item_rows(counted(partial.items, behind.items));
        let mut result = CartsResult {
            abandon_after: self.spec.abandon_after,
            recover_within: self.spec.recover_within,
            carts: partial.total.counts(),
            time_to_abandon_us: partial.times_to_abandon.quantiles(),
            time_to_purchase_us: partial.times_to_purchase.quantiles(),
            time_to_recover_us: partial.times_to_recover.quantiles(),
            last_steps: last_steps(&partial.steps, abandoned),
            last_pages,
            next_actions,
            value,
            carts_without_value: partial.without_value.into(),
            items,
            session_view: session_view(&partial.sessions),
            oddities: partial.oddities.figures(),
            days,
            by,
        };
        if let Some(mut heads) = heads {
            heads.steps.resize(partial.steps.len(), Heads::default());
            let step = |(heads, step): (&Heads<3>, &StepTally)| {
                heads.of([step.carts, step.abandoned, step.carts - step.abandoned])
            };
            let cells = CartCells {
                total: heads.total.of(partial.total.figures()),
                by: by_cells,
                days: day_cells,
                steps: heads.steps.iter().zip(&partial.steps).map(step).collect(),
                pages: page_cells,
                next: next_cells,
                value: value_cells,
                without_value: heads.without_value.of(without_values),
                items: item_cells,
                sessions: heads.sessions.0,
                oddities: heads.oddities.0,
            };
            protect(&mut result, &cells, self.plan.threshold());
        }
        result
    }

    fn last_pages(&self, pages: Keyed<u32, Counted<u64, Heads<1>>>, abandoned: u64) -> (Vec<CartPage>, Vec<Cell>) {
        let name = |code| value(self.pages, code).unwrap_or(NOT_SET).to_owned();
        let ranked = ranked(pages.into_sorted(), name, |carts| carts.tally, |page| page == OTHER, self.limits());
        let row = |(page, values, Counted { tally, heads }): (String, u64, Counted<u64, Heads<1>>)| {
            (CartPage { page, values, carts: Rate::new(tally, abandoned) }, heads.of([tally])[0])
        };
        let rest = ranked.rest.map(|(values, carts)| (OTHER.to_owned(), values, carts));
        ranked.shown.into_iter().chain(rest).map(row).unzip()
    }

    fn next_actions(
        &self,
        next: Keyed<u32, Counted<NextTally, Heads<3>>>,
        abandoned: u64,
    ) -> (Vec<CartNextAction>, Vec<Vec<Cell>>) {
        let name = |code| value(self.events, code).map(str::to_owned);
        let is_other = |event: &Option<String>| event.as_deref() == Some(OTHER);
        let ranked = ranked(next.into_sorted(), name, |next| next.tally.carts, is_other, self.limits());
        let row = |(event, values, Counted { tally, heads }): (Option<String>, u64, Counted<NextTally, Heads<3>>)| {
            let NextTally { carts, same_session } = tally;
            let cells = heads.of([carts, same_session, carts - same_session]);
            let carts = Rate::new(carts, abandoned);
            (CartNextAction { event, values, carts, same_session: same_session.into() }, cells)
        };
        let rest = ranked.rest.map(|(values, tally)| (Some(OTHER.to_owned()), values, tally));
        ranked.shown.into_iter().chain(rest).map(row).unzip()
    }

    fn limits(&self) -> (usize, u64) {
        (self.top, self.plan.threshold())
    }

    /// By currency; one that is written `(not set)` counts as null.
    fn value(&self, money: Keyed<u32, Counted<MoneyTally, Heads<5>>>) -> (Vec<CartValue>, Vec<Vec<Cell>>) {
        let mut by_name: BTreeMap<&str, Counted<MoneyTally, Heads<5>>> = BTreeMap::new();
        for (code, tally) in money.into_sorted() {
            by_name.entry(value(self.currencies, code).unwrap_or(NOT_SET)).or_default().add(tally);
        }
        let row = |(currency, Counted { tally, heads }): (&str, Counted<MoneyTally, Heads<5>>)| {
            let (all, left, back) = (tally.carts, tally.abandoned_carts, tally.recovered_carts);
            let value = CartValue {
                currency: currency.to_owned(),
                carts: tally.carts,
                peak: tally.peak,
                abandoned_carts: tally.abandoned_carts,
                abandoned_peak: tally.abandoned_peak,
                abandoned: tally.abandoned,
                recovered_carts: tally.recovered_carts,
                recovered: tally.recovered,
            };
            (value, heads.of([all, left, back, all - left, left - back]))
        };
        by_name.into_iter().map(row).unzip()
    }

    fn item_rows(&self, items: Keyed<u32, Counted<ItemTally, Heads<7>>>) -> (Vec<CartItem>, Vec<Vec<Cell>>) {
        let named = |item| self.items.named(item);
        let mut tallies = items.into_sorted();
        let is_other = |item: u32| named(item).is_some_and(|(id, _)| id == OTHER);
        // Numbers are in the order of ids, and no item comes first.
        tallies
            .sort_by_key(|(item, Counted { tally, .. })| (is_other(*item), Reverse((tally.left, tally.added)), *item));
        let shown = tallies.iter().take(self.spec.items).take_while(|(item, _)| !is_other(*item)).count();
        let rest = tallies.split_off(shown);
        let cells = |Counted { tally, heads }: &Counted<ItemTally, Heads<7>>| heads.of(tally.figures());
        let row = |(item, counted): (u32, Counted<ItemTally, Heads<7>>)| {
            let (id, name) = named(item).unwrap_or((NOT_SET, None));
            (item_row(id, name, 1, &counted.tally), cells(&counted))
        };
        let (mut rows, mut all): (Vec<CartItem>, Vec<_>) = tallies.into_iter().map(row).unzip();
        if !rest.is_empty() {
            let values = rest.len() as u64;
            let mut sum = Counted::default();
            rest.into_iter().for_each(|(_, tally)| sum.add(tally));
            rows.push(item_row(OTHER, None, values, &sum.tally));
            all.push(cells(&sum));
        }
        (rows, all)
    }
}

fn value(column: Option<(usize, &Dictionary)>, code: u32) -> Option<&str> {
    column.and_then(|(_, values)| values.value(code))
}

fn last_steps(steps: &[StepTally], abandoned: u64) -> Vec<CartStep> {
    let row = |(step, tally): (CartEvent, &StepTally)| CartStep {
        step,
        carts: tally.carts.into(),
        abandoned: tally.abandoned.into(),
        share: Rate::new(tally.abandoned, abandoned),
    };
    STEPS.into_iter().zip(steps).map(row).collect()
}

fn item_row(id: &str, name: Option<&str>, values: u64, tally: &ItemTally) -> CartItem {
    let count = |touch: Touch, quantity| ItemCount {
        actors: tally.actors[touch as usize].into(),
        quantity: Count::from(quantity),
    };
    CartItem {
        item: id.to_owned(),
        name: name.map(str::to_owned),
        values,
        viewed: count(Touch::Viewed, tally.viewed),
        added: count(Touch::Added, tally.added),
        removed: tally.removed.into(),
        sold: tally.sold.into(),
        left: count(Touch::Left, tally.left),
        open: tally.open.into(),
        bought: count(Touch::Bought, tally.bought),
    }
}

fn session_view(tally: &SessionTally) -> CartSessionView {
    CartSessionView {
        abandoned: Rate::new(tally.without_purchase, tally.with_add),
        added_to_older_cart: tally.added_to_older_cart.into(),
        bought_elsewhere: tally.bought_elsewhere.into(),
        emptied: tally.emptied.into(),
        open: tally.open.into(),
        left_beside_purchase: tally.left_beside_purchase.into(),
        further_carts: tally.further_carts.into(),
        carts_outside: tally.carts_outside.into(),
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
    (top, least): (usize, u64),
) -> Ranked<N, T> {
    let mut by_name: BTreeMap<N, T> = BTreeMap::new();
    tallies.into_iter().for_each(|(code, tally)| by_name.entry(name(code)).or_default().add(tally));
    let mut rows: Vec<(N, u64, T)> = by_name.into_iter().map(|(name, tally)| (name, 1, tally)).collect();
    rows.sort_by_key(|(name, _, tally)| (is_other(name), Reverse(base(tally))));
    let actors = |tally: &T| tally.actors().unwrap_or_else(|| base(tally));
    let is_shown = |(name, _, tally): &(N, u64, T)| !is_other(name) && actors(tally) >= least;
    let (mut rows, few): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_shown);
    let mut others = rows.split_off(rows.len().min(top));
    others.extend(few);
    let values = others.len() as u64;
    let rest = (values > 0).then(|| {
        let mut sum = T::default();
        others.into_iter().for_each(|(_, _, tally)| sum.add(tally));
        (values, sum)
    });
    Ranked { shown: rows, rest }
}
