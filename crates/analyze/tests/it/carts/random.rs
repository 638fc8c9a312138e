//! Random shops with ties, several cart ids, items, removals and repeated orders.

use kundresa_analyze::{Accounting, Analysis, Carts, CartsPartial};
use kundresa_model::event_table::EventFlags;
use kundresa_model::result::carts::{CartCounts, CartsResult};
use kundresa_model::spec::carts::CartEvent;
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::time::{DAY_US, DataEnd};
use proptest::prelude::*;
use proptest::sample::select;

use super::log::{Event, Journey, Values, carts, context, everything, spec, visited};
use super::reference::{Asked, LISTS, slow};

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
    sum.opened += opened;
    sum.purchased += purchased;
    sum.emptied += emptied;
    sum.abandoned += abandoned;
    sum.open += open;
    sum.recovered += recovered;
    sum.emptied_later += emptied_later;
    sum.lost += lost;
    sum.recovery_open += recovery_open;
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
    assert!(all.recovered <= all.abandoned);
    assert_eq!(all.purchases, all.purchased + all.recovered + all.purchases_without_cart);
    assert_eq!(sum(result.days.iter().map(|day| &day.figures)), *all);
    assert_eq!(sum(result.by.iter().flat_map(|by| &by.rows).map(|row| &row.figures)), *all);
    assert_eq!(result.last_steps.iter().map(|step| step.carts).sum::<u64>(), all.opened);
    assert_eq!(result.last_steps.iter().map(|step| step.abandoned).sum::<u64>(), all.abandoned);
    assert_eq!(result.last_pages.iter().map(|page| page.carts.numerator).sum::<u64>(), all.abandoned);
    assert_eq!(result.next_actions.iter().map(|next| next.carts.numerator).sum::<u64>(), all.abandoned);
    assert_eq!(result.value.iter().map(|value| value.carts).sum::<u64>() + result.carts_without_value, all.opened);
    for item in &result.items {
        assert_eq!(item.added.quantity, item.removed + item.sold + item.left.quantity + item.open, "{item:?}");
    }
    let view = &result.session_view;
    let ours = view.abandoned.numerator + view.left_beside_purchase + view.further_carts + view.carts_outside;
    assert_eq!(ours, all.abandoned + view.added_to_older_cart + view.bought_elsewhere + view.emptied + view.open);
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

#[test]
fn the_kinds_of_events_are_read_in_the_order_that_carts_need() {
    assert!(CartEvent::ALL.is_sorted());
}
