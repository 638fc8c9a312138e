//! Random shops with ties, several cart ids, items, removals and repeated orders.

use std::collections::BTreeSet;

use kundresa_analyze::{Accounting, Analysis, Carts, CartsPartial};
use kundresa_model::count::Count;
use kundresa_model::event_table::EventFlags;
use kundresa_model::result::carts::{CartCounts, CartItem, CartNextAction, CartPage, CartValue, CartsResult};
use kundresa_model::spec::carts::CartEvent;
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::time::{DAY_US, DataEnd};
use proptest::prelude::*;
use proptest::sample::select;

use super::log::{Event, Journey, Values, carts, context, everything, spec, visited};
use super::reference::{Asked, LISTS, slow};
use crate::privacy::{Attack, segment_of};

const T: i64 = 10;
const R: i64 = 30;

/// Gaps around both deadlines, to the microsecond.
const GAPS: [i64; 12] = [0, 0, 0, 1, 5, T, T, T + 1, R - T, R, R + 1, DAY_US];

const NAMES: [&str; 12] = [
    "add_to_cart",
    "add_to_cart",
    "add_to_cart",
    "remove_from_cart",
    "remove_from_cart",
    "view_cart",
    "begin_checkout",
    "add_payment_info",
    "purchase",
    "purchase",
    "view_item",
    "page_view",
];

fn event() -> impl Strategy<Value = Event> {
    let flags = prop_oneof![
        8 => Just(EventFlags::ACTIVITY),
        1 => Just(0),
        1 => Just(EventFlags::ACTIVITY | EventFlags::SYNTHETIC),
        2 => Just(EventFlags::ACTIVITY | EventFlags::REPEATED_ORDER),
    ];
    let texts = (
        select(NAMES.to_vec()),
        select(vec!["", "", "c1", "c2"]),
        select(LISTS.map(|(text, ..)| text).to_vec()),
        select(vec!["EUR", "EUR", "EUR", "SEK", ""]),
        select(vec!["", "/cart", "/product"]),
        select(vec!["", "mobile", "desktop"]),
    );
    let value = prop::option::weighted(0.8, 0..20_i64);
    (select(GAPS.to_vec()), texts, value, flags, prop::option::weighted(0.9, 0..3_u8)).prop_map(
        |(ts, (name, cart, items, currency, page, device), value, flags, session)| {
            // Only purchases can repeat an order.
            let flags = if name == "purchase" { flags } else { flags & !EventFlags::REPEATED_ORDER };
            Event { ts, name, cart, items, currency, page, device, value, flags, session }
        },
    )
}

fn log() -> impl Strategy<Value = Vec<Journey>> {
    let journey = prop::collection::vec(event(), 1..14).prop_map(|mut events| {
        let mut now = 0;
        for event in &mut events {
            now += event.ts;
            event.ts = now;
        }
        events
    });
    prop::collection::vec(journey, 0..4)
}

/// An end of the data that no event lies after, at and around the deadlines.
fn ends() -> impl Strategy<Value = i64> {
    select(vec![0, 1, T - 1, T, T + 1, R - 1, R, R + 1])
}

fn end_of(log: &[Journey], after: i64) -> DataEnd {
    DataEnd::inclusive(log.iter().flatten().map(|event| event.ts).max().unwrap_or(0) + after)
}

fn scope(asked: &Asked) -> Scope {
    Scope {
        from_us: (asked.from > 0).then_some(asked.from),
        filter: asked.mobile.then(|| "device == \"mobile\"".to_owned()),
        filter_scope: asked.mobile.then_some(FilterScope::Actor),
        by: Some("device".to_owned()),
        ..everything()
    }
}

fn add(sum: &mut CartCounts, part: &CartCounts) {
    let CartCounts {
        opened, purchased, emptied, abandoned, open, recovered, emptied_later, lost, recovery_open, ..
    } = part;
    sum.opened += *opened;
    sum.purchased += *purchased;
    sum.emptied += *emptied;
    sum.abandoned += *abandoned;
    sum.open += *open;
    sum.recovered += *recovered;
    sum.emptied_later += *emptied_later;
    sum.lost += *lost;
    sum.recovery_open += *recovery_open;
    sum.purchases += part.purchases;
    sum.purchases_without_cart += part.purchases_without_cart;
    for (sum, part) in [
        (&mut sum.purchase_rate, part.purchase_rate),
        (&mut sum.abandonment_rate, part.abandonment_rate),
        (&mut sum.recovery_rate, part.recovery_rate),
    ] {
        sum.numerator += part.numerator;
        sum.denominator += part.denominator;
    }
}

fn sum<'a>(parts: impl Iterator<Item = &'a CartCounts>) -> CartCounts {
    let mut all = CartCounts::default();
    parts.for_each(|part| add(&mut all, part));
    all
}

fn identities(result: &CartsResult) {
    let all = &result.carts;
    assert_eq!(all.opened, all.purchased + all.emptied + all.abandoned + all.open);
    assert_eq!(all.abandoned, all.recovered + all.emptied_later + all.lost + all.recovery_open);
    assert!(all.recovered.drawn() <= all.abandoned.drawn());
    assert_eq!(all.purchases, all.purchased + all.recovered + all.purchases_without_cart);
    assert_eq!(sum(result.days.iter().map(|day| &day.figures)), *all);
    assert_eq!(sum(result.by.iter().flat_map(|by| &by.rows).map(|row| &row.figures)), *all);
    assert_eq!(result.last_steps.iter().map(|step| step.carts).sum::<Count>(), all.opened);
    assert_eq!(result.last_steps.iter().map(|step| step.abandoned).sum::<Count>(), all.abandoned);
    assert_eq!(result.last_pages.iter().map(|page| page.carts.numerator).sum::<u64>(), all.abandoned);
    assert_eq!(result.next_actions.iter().map(|next| next.carts.numerator).sum::<u64>(), all.abandoned);
    assert_eq!(
        result.value.iter().map(|value| Count::from(value.carts)).sum::<Count>() + result.carts_without_value,
        all.opened
    );
    for item in &result.items {
        assert_eq!(item.added.quantity, item.removed + item.sold + item.left.quantity + item.open, "{item:?}");
    }
    let view = &result.session_view;
    let ours = view.abandoned.part() + view.left_beside_purchase + view.further_carts + view.carts_outside;
    assert_eq!(ours, all.abandoned + view.added_to_older_cart + view.bought_elsewhere + view.emptied + view.open);
}

/// What carts say, and what adds up: opened, purchased, emptied, abandoned, open, recovered, emptied later, lost, recovery
/// open, purchases, without a cart.
fn figures(counts: &CartCounts) -> [Count; 11] {
    [
        counts.opened,
        counts.purchased,
        counts.emptied,
        counts.abandoned,
        counts.open,
        counts.recovered,
        counts.emptied_later,
        counts.lost,
        counts.recovery_open,
        counts.purchases,
        counts.purchases_without_cart,
    ]
}

/// Cells of one place, and of the parts of its rates.
fn place(attack: &mut Attack, alone: &[Vec<CartCounts>], shown: &CartCounts) -> Vec<usize> {
    let each = |figure: &dyn Fn(&CartCounts) -> u64| -> Vec<u64> {
        alone.iter().map(|own| own.iter().map(figure).sum()).collect()
    };
    let cells: Vec<usize> = (0..11)
        .map(|at| attack.of_each(each(&|own| figures(own)[at].drawn()).into_iter(), figures(shown)[at]))
        .collect();
    attack.sum(cells[0], cells[1..5].iter().copied());
    attack.sum(cells[3], cells[5..9].iter().copied());
    attack.sum(cells[9], [cells[1], cells[5], cells[10]]);
    type RateOf = fn(&CartCounts) -> kundresa_model::rate::Rate;
    let rates: [(RateOf, Option<usize>); 3] =
        [(|own| own.purchase_rate, Some(1)), (|own| own.abandonment_rate, Some(3)), (|own| own.recovery_rate, None)];
    for (rate, part) in rates {
        let own = rate(shown);
        let base = attack.of_each(each(&|own| rate(own).denominator).into_iter(), own.base());
        let with = attack.of_each(each(&|own| rate(own).numerator).into_iter(), own.part());
        let rest = own.base().shown().map_or(Count::HIDDEN, |base| (base - own.numerator).into());
        let without = attack.of_each(each(&|own| rate(own).denominator - rate(own).numerator).into_iter(), rest);
        attack.sum(base, [with, without]);
        if let Some(part) = part {
            attack.sum(cells[part], [with]);
            attack.sum(cells[0], [base, cells[4]]);
        }
    }
    cells
}

fn attack(alone: &[CartsResult], shown: &CartsResult, threshold: u64) {
    let mut attack = Attack::new(threshold);
    let all: Vec<Vec<CartCounts>> = alone.iter().map(|own| vec![own.carts]).collect();
    let total = place(&mut attack, &all, &shown.carts);
    let mut days = Vec::new();
    for day in &shown.days {
        let of = |own: &CartsResult| own.days.iter().filter(|own| own.day == day.day).map(|own| own.figures).collect();
        days.push(place(&mut attack, &alone.iter().map(of).collect::<Vec<_>>(), &day.figures));
    }
    let rows = &shown.by.as_ref().unwrap().rows;
    let named: Vec<String> = rows.iter().map(|row| row.value.clone()).collect();
    let of = |value: &str| -> Vec<Vec<CartCounts>> {
        alone.iter().map(|own| segment_of(own.by.as_ref(), value, &named)).collect()
    };
    let segments: Vec<Vec<usize>> = rows.iter().map(|row| place(&mut attack, &of(&row.value), &row.figures)).collect();
    for parts in [days, segments].iter().filter(|parts| !parts.is_empty()) {
        for (at, cell) in total.iter().enumerate() {
            attack.sum(*cell, parts.iter().map(|part| part[at]));
        }
    }
    let mut steps = [Vec::new(), Vec::new()];
    for (at, step) in shown.last_steps.iter().enumerate() {
        steps[0].push(attack.of_each(alone.iter().map(|own| own.last_steps[at].carts.drawn()), step.carts));
        steps[1].push(attack.of_each(alone.iter().map(|own| own.last_steps[at].abandoned.drawn()), step.abandoned));
    }
    let [steps, left] = steps;
    attack.sum(total[0], steps);
    attack.sum(total[3], left);
    let pages: Vec<String> = shown.last_pages.iter().map(|row| row.page.clone()).collect();
    let mut cells = Vec::new();
    for row in &shown.last_pages {
        let is_own = |own: &&CartPage| own.page == row.page || row.page == "(other)" && !pages.contains(&own.page);
        let of = |own: &CartsResult| own.last_pages.iter().filter(is_own).map(|own| own.carts.numerator).sum();
        cells.push(attack.of_each(alone.iter().map(of), row.carts.part()));
    }
    if !cells.is_empty() {
        attack.sum(total[3], cells);
    }
    attack_money(&mut attack, &total, alone, shown);
    attack_next(&mut attack, total[3], alone, shown);
    attack_items(&mut attack, alone, shown);
    attack_view(&mut attack, total[3], alone, shown);
    attack.tells_of_nobody("carts");
    for value in &shown.value {
        let of = |own: &&CartsResult| own.value.iter().any(|own| own.currency == value.currency);
        assert!(alone.iter().filter(of).count() as u64 >= threshold, "{value:?}");
    }
    let few = |count: Count| count.shown().is_some_and(|actors| 0 < actors && actors < threshold);
    assert!(
        shown.items.iter().all(|item| !few(item.added.actors) && !few(item.viewed.actors) && !few(item.left.actors))
    );
}

/// Carts by currency. What is not listed may be hidden; carts without a value are counted, those of them that were left or
/// came back are what is left over.
fn attack_money(attack: &mut Attack, total: &[usize], alone: &[CartsResult], shown: &CartsResult) {
    let figures = |of: &CartValue| {
        let (all, left, back) = (of.carts, of.abandoned_carts, of.recovered_carts);
        [all, left, back, all - left, left - back]
    };
    let values = alone.iter().flat_map(|own| &own.value);
    let currencies: BTreeSet<&String> = values.map(|value| &value.currency).collect();
    let mut lists = [Vec::new(), Vec::new(), Vec::new()];
    for currency in currencies {
        let row = |of: &CartsResult| of.value.iter().find(|of| of.currency == *currency).map(figures);
        let cells: Vec<usize> = (0..5)
            .map(|at| {
                let each: Vec<u64> = alone.iter().map(|own| row(own).map_or(0, |own| own[at])).collect();
                let unlisted = if each.iter().all(|own| *own == 0) { 0.into() } else { Count::HIDDEN };
                attack.of_each(each.into_iter(), row(shown).map_or(unlisted, |own| own[at].into()))
            })
            .collect();
        attack.sum(cells[0], [cells[1], cells[3]]);
        attack.sum(cells[1], [cells[2], cells[4]]);
        lists.iter_mut().zip(cells).for_each(|(list, cell)| list.push(cell));
    }
    let sum = |own: &CartsResult, at: usize| own.value.iter().map(|own| figures(own)[at]).sum::<u64>();
    let rests = [
        (0, attack.of_each(alone.iter().map(|own| own.carts_without_value.drawn()), shown.carts_without_value)),
        (3, attack.of_each(alone.iter().map(|own| own.carts.abandoned.drawn() - sum(own, 1)), Count::HIDDEN)),
        (5, attack.of_each(alone.iter().map(|own| own.carts.recovered.drawn() - sum(own, 2)), Count::HIDDEN)),
    ];
    for (list, (place, rest)) in lists.into_iter().zip(rests) {
        attack.sum(total[place], list.into_iter().chain([rest]));
    }
}

/// What was done next after carts that were left, in the same session or in another.
fn attack_next(attack: &mut Attack, abandoned: usize, alone: &[CartsResult], shown: &CartsResult) {
    let other = Some("(other)".to_owned());
    let named: Vec<_> = shown.next_actions.iter().map(|row| row.event.clone()).collect();
    let mut cells = Vec::new();
    for row in &shown.next_actions {
        let is_own =
            |own: &&CartNextAction| own.event == row.event || row.event == other && !named.contains(&own.event);
        let of = |own: &CartsResult, figure: fn(&CartNextAction) -> u64| -> u64 {
            own.next_actions.iter().filter(is_own).map(figure).sum()
        };
        let all = attack.of_each(alone.iter().map(|own| of(own, |next| next.carts.numerator)), row.carts.part());
        let same = attack.of_each(alone.iter().map(|own| of(own, |next| next.same_session.drawn())), row.same_session);
        let apart = alone.iter().map(|own| of(own, |next| next.carts.numerator - next.same_session.drawn()));
        let apart = attack.of_each(apart, Count::HIDDEN);
        attack.sum(all, [same, apart]);
        cells.push(all);
    }
    if !cells.is_empty() {
        attack.sum(abandoned, cells);
    }
}

/// Units of items: added = removed + sold + left + open.
fn attack_items(attack: &mut Attack, alone: &[CartsResult], shown: &CartsResult) {
    let figures = |item: &CartItem| {
        let CartItem { viewed, added, removed, sold, left, open, bought, .. } = item;
        [viewed.quantity, added.quantity, *removed, *sold, left.quantity, *open, bought.quantity]
    };
    let named: Vec<&String> = shown.items.iter().map(|item| &item.item).collect();
    for item in &shown.items {
        let is_own = |own: &&CartItem| own.item == item.item || item.item == "(other)" && !named.contains(&&own.item);
        let of = |own: &CartsResult, at: usize| -> u64 {
            own.items.iter().filter(is_own).map(|own| figures(own)[at].drawn()).sum()
        };
        let cells: Vec<usize> =
            (0..7).map(|at| attack.of_each(alone.iter().map(|own| of(own, at)), figures(item)[at])).collect();
        attack.sum(cells[1], cells[2..6].iter().copied());
    }
}

/// The bridge from carts to sessions.
fn attack_view(attack: &mut Attack, abandoned: usize, alone: &[CartsResult], shown: &CartsResult) {
    let figures = |of: &CartsResult| {
        let view = &of.session_view;
        let ours = [view.abandoned.part(), view.left_beside_purchase, view.further_carts, view.carts_outside];
        [ours, [view.added_to_older_cart, view.bought_elsewhere, view.emptied, view.open]]
    };
    let cells = [0, 1].map(|side| {
        [0, 1, 2, 3]
            .map(|at| attack.of_each(alone.iter().map(|own| figures(own)[side][at].drawn()), figures(shown)[side][at]))
    });
    attack.equal(cells[0], cells[1].into_iter().chain([abandoned]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6_000))]

    #[test]
    fn carts_equal_a_slow_version_and_add_up(
        log in log(),
        after in ends(),
        from in select(vec![0, 0, 1, T, R, DAY_US]),
        mobile in any::<bool>(),
    ) {
        let asked = Asked { spec: spec(T, R), end: end_of(&log, after), from, mobile };
        // The columns of a filter must be there.
        let mut log = log;
        log.push(vec![Event { device: "mobile", ..Event::new(0, "page_view") }]);
        let result = carts(&log, &asked.spec, &scope(&asked), asked.end);
        identities(&result);
        prop_assert_eq!(result, slow(&log, &asked));
    }

    #[test]
    fn carts_that_nothing_tells_apart_equal_the_same_slow_version(
        log in log(),
        after in ends(),
        from in select(vec![0, 0, 1, T, R, DAY_US]),
        mobile in any::<bool>(),
        values in select(vec![[0_i64, 20], [7, 7], [i64::MAX - 1, i64::MAX]]),
    ) {
        let bare = |event: Event| {
            let value = event.value.map(|value| values[usize::from(value % 2 == 0)]);
            Event { cart: "", items: "", value, ..event }
        };
        let mut log: Vec<Journey> = log.into_iter().map(|journey| journey.into_iter().map(bare).collect()).collect();
        let asked = Asked { spec: spec(T, R), end: end_of(&log, after), from, mobile };
        log.push(vec![Event { device: "mobile", ..Event::new(0, "page_view") }]);
        let result = carts(&log, &asked.spec, &scope(&asked), asked.end);
        identities(&result);
        prop_assert_eq!(&result, &slow(&log, &asked));
        // One event with an item, of somebody else, and they are told apart: everybody's carts are as before.
        log.push(vec![Event::new(0, "view_item").with(LISTS[1].0)]);
        let told = carts(&log, &asked.spec, &scope(&asked), asked.end);
        prop_assert_eq!((told.carts, told.session_view, told.value), (result.carts, result.session_view, result.value));
    }

    #[test]
    fn every_purchase_is_counted_once_when_nothing_is_filtered(log in log(), after in ends()) {
        let result = carts(&log, &spec(T, R), &everything(), end_of(&log, after));
        let is_order = |event: &&Event| event.name == "purchase" && event.flags & EventFlags::REPEATED_ORDER == 0;
        prop_assert_eq!(result.carts.purchases, log.iter().flatten().filter(is_order).count() as u64);
    }

    #[test]
    fn partials_of_single_actors_in_any_order_give_the_whole(
        (log, order) in log().prop_flat_map(|log| {
            let order: Vec<usize> = (0..log.len()).collect();
            (Just(log), Just(order).prop_shuffle())
        }),
        after in ends(),
        items in 0..3_usize,
    ) {
        let end = end_of(&log, after);
        let values = Values::of(&log);
        let spec = kundresa_model::spec::carts::CartSpec { items, ..spec(T, R) };
        let scope = Scope { top: 1, by: Some("device".to_owned()), ..everything() };
        let analysis = Carts::try_new(&spec, &scope, &context(&values, end)).unwrap();
        let mut sum = analysis.empty();
        for actor in order {
            let part = visited(&analysis, &log[actor..=actor], &values);
            let written = serde_json::to_value(&part).unwrap();
            analysis.merge(&mut sum, serde_json::from_value::<CartsPartial>(written).unwrap());
        }
        let merged = analysis.finish(sum, &Accounting::default());
        identities(&merged);
        prop_assert_eq!(merged, carts(&log, &spec, &scope, end));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn a_threshold_hides_carts_of_few(log in prop::collection::vec(log(), 3).prop_map(|logs| logs.concat()), after in ends(), threshold in 2..6_u64) {
        let end = end_of(&log, after);
        let open = Scope { by: Some("device".to_owned()), top: usize::MAX, ..everything() };
        let spec = kundresa_model::spec::carts::CartSpec { items: usize::MAX, ..spec(T, R) };
        let alone: Vec<CartsResult> = log.chunks(1).map(|own| carts(own, &spec, &open, end)).collect();
        let shown = carts(&log, &spec, &Scope { min_actors: threshold, top: 3, ..open }, end);
        attack(&alone, &shown, threshold);
    }
}

#[test]
fn the_kinds_of_events_are_read_in_the_order_that_carts_need() {
    assert!(CartEvent::ALL.is_sorted());
}
