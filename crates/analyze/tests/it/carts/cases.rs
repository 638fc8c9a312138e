//! Cases counted by hand.

use kundresa_analyze::{AnalyzeError, Carts};
use kundresa_model::count::Count;
use kundresa_model::event_table::EventFlags;
use kundresa_model::rate::Rate;
use kundresa_model::result::carts::{CartCounts, CartItem, CartsResult, ItemCount};
use kundresa_model::result::money::Sum;
use kundresa_model::spec::carts::{CartEvent, CartSpec};
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::time::{DAY_US, DataEnd, HOUR_US, MINUTE_US};

use super::log::{Event, Journey, Values, carts, context, everything, spec};

const ADD: &str = "add_to_cart";
const REMOVE: &str = "remove_from_cart";
const BUY: &str = "purchase";
const T: i64 = HOUR_US;
const R: i64 = 7 * DAY_US;

fn of(journey: Journey, end: i64) -> CartsResult {
    carts(&[journey], &spec(T, R), &everything(), DataEnd::inclusive(end))
}

/// Opened, purchased, emptied, abandoned, open, recovered, purchases without a cart.
fn counts(result: &CartsResult) -> [u64; 7] {
    let CartCounts { opened, purchased, emptied, abandoned, open, recovered, purchases_without_cart, .. } =
        result.carts;
    [opened, purchased, emptied, abandoned, open, recovered, purchases_without_cart].map(Count::drawn)
}

fn sessions(result: &CartsResult) -> (u64, u64) {
    (result.session_view.abandoned.numerator, result.session_view.abandoned.denominator)
}

/// Long after everything.
const LATER: i64 = 90 * DAY_US;

#[test]
fn k1_add_and_buy_in_one_session_is_purchased() {
    let result = of(vec![Event::new(0, ADD), Event::new(MINUTE_US, BUY)], LATER);
    assert_eq!(counts(&result), [1, 1, 0, 0, 0, 0, 0]);
    assert_eq!(sessions(&result), (0, 1));
    assert_eq!(result.time_to_purchase_us.p50, Some(MINUTE_US));
}

#[test]
fn k2_bought_a_day_later_is_abandoned_and_recovered() {
    let result = of(vec![Event::new(0, ADD), Event::new(DAY_US, BUY).in_session(1)], LATER);
    assert_eq!(counts(&result), [1, 0, 0, 1, 0, 1, 0]);
    assert_eq!((sessions(&result), result.time_to_recover_us.p50), ((1, 1), Some(DAY_US)));
    assert_eq!(result.carts.recovery_rate, Rate::new(1, 1));
}

#[test]
fn k3_removed_to_zero_is_emptied() {
    let result = of(vec![Event::new(0, ADD), Event::new(MINUTE_US, REMOVE)], LATER);
    assert_eq!(counts(&result), [1, 0, 1, 0, 0, 0, 0]);
    assert_eq!((sessions(&result), result.session_view.emptied.drawn()), ((1, 1), 1));
    assert_eq!(result.oddities.removed_too_much, 0);
}

#[test]
fn k4_ten_minutes_before_the_end_is_open() {
    let result = of(vec![Event::new(0, ADD)], 10 * MINUTE_US);
    assert_eq!(counts(&result), [1, 0, 0, 0, 1, 0, 0]);
    assert_eq!((sessions(&result), result.session_view.open.drawn()), ((1, 1), 1));
    assert_eq!(result.carts.abandonment_rate, Rate::new(0, 0));
}

#[test]
fn k5_add_buy_add_is_purchased_and_a_second_cart() {
    let result = of(vec![Event::new(0, ADD), Event::new(1, BUY), Event::new(2, ADD)], LATER);
    assert_eq!(counts(&result), [2, 1, 0, 1, 0, 0, 0]);
    // The session has a purchase; its second cart was left all the same.
    assert_eq!((sessions(&result), result.session_view.further_carts.drawn()), ((0, 1), 1));
}

#[test]
fn k6_buying_without_an_add_is_a_purchase_without_a_cart() {
    let result = of(vec![Event::new(0, BUY)], LATER);
    assert_eq!(counts(&result), [0, 0, 0, 0, 0, 0, 1]);
    assert_eq!((sessions(&result), result.carts.purchases.drawn()), ((0, 0), 1));
}

#[test]
fn k7_an_abandoned_cart_takes_what_comes_later() {
    let at = |hours: i64, minutes: i64| hours * HOUR_US + minutes * MINUTE_US;
    let journey = vec![
        Event::new(at(10, 0), ADD),
        Event::new(at(12, 0), ADD).in_session(1),
        Event::new(at(12, 10), BUY).in_session(1),
    ];
    let result = of(journey, LATER);
    assert_eq!(counts(&result), [1, 0, 0, 1, 0, 1, 0]);
    assert_eq!(result.time_to_recover_us.p50, Some(at(2, 10)));
    assert_eq!((sessions(&result), result.session_view.added_to_older_cart.drawn()), ((1, 2), 0));
}

#[test]
fn k8_a_purchase_without_a_cart_id_takes_the_running_cart() {
    let result = of(vec![Event::new(0, ADD).of_cart("c1"), Event::new(1, BUY)], LATER);
    assert_eq!(counts(&result), [1, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn activity_exactly_at_the_deadline_is_in_time_and_a_microsecond_later_is_not() {
    let buy_at = |ts: i64| counts(&of(vec![Event::new(0, ADD), Event::new(ts, BUY)], LATER));
    assert_eq!(buy_at(T), [1, 1, 0, 0, 0, 0, 0]);
    assert_eq!(buy_at(T + 1), [1, 0, 0, 1, 0, 1, 0]);
    assert_eq!(buy_at(R), [1, 0, 0, 1, 0, 1, 0]);
    assert_eq!(buy_at(R + 1), [1, 0, 0, 1, 0, 0, 1]);
    // Looking at the cart starts T anew, and R counts from there.
    let journey = |ts| vec![Event::new(0, ADD), Event::new(T, "view_cart"), Event::new(T + ts, BUY)];
    assert_eq!(counts(&of(journey(T), LATER)), [1, 1, 0, 0, 0, 0, 0]);
    assert_eq!(counts(&of(journey(R), LATER)), [1, 0, 0, 1, 0, 1, 0]);
    assert_eq!(counts(&of(journey(R + 1), LATER)), [1, 0, 0, 1, 0, 0, 1]);
}

#[test]
fn an_add_in_r_belongs_to_the_abandoned_cart_and_one_after_it_opens_a_new_one() {
    let add_at = |ts: i64| counts(&of(vec![Event::new(0, ADD), Event::new(ts, ADD)], LATER));
    assert_eq!(add_at(R), [1, 0, 0, 1, 0, 0, 0]);
    assert_eq!(add_at(R + 1), [2, 0, 0, 2, 0, 0, 0]);
}

#[test]
fn a_deadline_is_over_when_the_data_ends_at_it() {
    let end_at = |end: DataEnd| carts(&[vec![Event::new(0, ADD)]], &spec(T, R), &everything(), end).carts;
    assert_eq!((end_at(DataEnd::inclusive(T - 1)).open, end_at(DataEnd::inclusive(T)).abandoned), (1.into(), 1.into()));
    assert_eq!((end_at(DataEnd::exclusive(T - 1)).open, end_at(DataEnd::exclusive(T)).abandoned), (1.into(), 1.into()));
    let before = end_at(DataEnd::inclusive(R - 1));
    assert_eq!((before.recovery_open, before.lost, before.recovery_rate), (1.into(), 0.into(), Rate::new(0, 0)));
    let at = end_at(DataEnd::inclusive(R));
    assert_eq!((at.recovery_open, at.lost, at.recovery_rate), (0.into(), 1.into(), Rate::new(0, 1)));
}

#[test]
fn a_cart_emptied_after_it_was_abandoned_stays_abandoned_and_is_closed() {
    let journey =
        vec![Event::new(0, ADD), Event::new(2 * T, REMOVE), Event::new(2 * T + 1, ADD), Event::new(2 * T + 2, BUY)];
    let result = of(journey, LATER);
    assert_eq!(counts(&result), [2, 1, 0, 1, 0, 0, 0]);
    assert_eq!(result.carts.emptied_later, 1);
}

#[test]
fn at_equal_times_carts_read_add_remove_checkout_purchase() {
    // In the log's order the purchase comes first, and would take nothing.
    let result = of(vec![Event::new(0, BUY), Event::new(0, "begin_checkout"), Event::new(0, ADD)], LATER);
    assert_eq!(counts(&result), [1, 1, 0, 0, 0, 0, 0]);
    assert_eq!(result.last_steps[2].carts, 1);
    let result = of(vec![Event::new(0, REMOVE), Event::new(0, ADD)], LATER);
    assert_eq!((counts(&result), result.oddities.removed_too_much.drawn()), ([1, 0, 1, 0, 0, 0, 0], 0));
}

#[test]
fn a_purchase_takes_the_cart_of_its_id_before_any_other() {
    let carts = || vec![Event::new(0, ADD).of_cart("c1"), Event::new(1, ADD), Event::new(2, ADD).of_cart("c2")];
    let taken = |buy: Event| {
        let mut journey = carts();
        journey.push(buy);
        let scope = Scope { by: Some("cart_id".to_owned()), ..everything() };
        let by = super::log::carts(&[journey], &spec(T, R), &scope, DataEnd::inclusive(3)).by.unwrap();
        let mut bought = by.rows.into_iter().filter(|row| row.figures.purchased == 1).map(|row| row.value);
        (bought.next(), bought.next())
    };
    assert_eq!(taken(Event::new(3, BUY).of_cart("c1")), (Some("c1".to_owned()), None));
    // Of an id without a cart: the cart without an id.
    assert_eq!(taken(Event::new(3, BUY).of_cart("c3")), (Some("(not set)".to_owned()), None));
    // Without an id: the cart with the latest activity.
    assert_eq!(taken(Event::new(3, BUY)), (Some("c2".to_owned()), None));
    // Of an id, with neither its cart nor one without an id: none.
    let result = of(vec![Event::new(0, ADD).of_cart("c1"), Event::new(1, BUY).of_cart("c2")], 1);
    assert_eq!(counts(&result), [1, 0, 0, 0, 1, 0, 1]);
}

#[test]
fn a_repeated_order_does_nothing() {
    let repeated = |ts| Event { flags: EventFlags::ACTIVITY | EventFlags::REPEATED_ORDER, ..Event::new(ts, BUY) };
    let result = of(vec![Event::new(0, ADD), Event::new(1, BUY), Event::new(2, ADD), repeated(3)], LATER);
    assert_eq!(counts(&result), [2, 1, 0, 1, 0, 0, 0]);
    assert_eq!((result.carts.purchases, result.oddities.repeated_orders), (1.into(), 1.into()));
}

#[test]
fn removing_more_than_is_there_leaves_nothing_and_is_told() {
    let two = r#"[{"id":"a","quantity":2}]"#;
    let result = of(vec![Event::new(0, ADD).with(r#"[{"id":"a"}]"#), Event::new(1, REMOVE).with(two)], LATER);
    assert_eq!((counts(&result), result.oddities.removed_too_much.drawn()), ([1, 0, 1, 0, 0, 0, 0], 1));
    let result = of(vec![Event::new(0, REMOVE)], LATER);
    assert_eq!((counts(&result), result.oddities.removed_too_much.drawn()), ([0; 7], 1));
}

#[test]
fn a_cart_is_emptied_only_when_every_item_is_out() {
    let [a, b] = [r#"[{"id":"a"}]"#, r#"[{"id":"b"}]"#];
    let add = || vec![Event::new(0, ADD).with(a), Event::new(1, ADD).with(b), Event::new(2, REMOVE).with(a)];
    assert_eq!(counts(&of(add(), LATER)), [1, 0, 0, 1, 0, 0, 0]);
    let all = [add(), vec![Event::new(3, REMOVE).with(b)]].concat();
    assert_eq!(counts(&of(all, LATER)), [1, 0, 1, 0, 0, 0, 0]);
    // An add of nothing opens nothing.
    assert_eq!(counts(&of(vec![Event::new(0, ADD).with(r#"[{"id":"a","quantity":0}]"#)], LATER)), [0; 7]);
}

#[test]
fn items_are_counted_by_actors_and_units() {
    // Two look at the tent; one puts in two and takes one out, the other puts in one and buys it with a mug.
    let (tent, mug) = (r#"[{"id":"7","name":"Tent"}]"#, r#"[{"id":"7"},{"id":"8","name":"Mug","quantity":3}]"#);
    let two = r#"[{"id":"7","quantity":2}]"#;
    let first = vec![
        Event::new(0, "view_item").with(tent),
        Event::new(1, "view_item").with(tent),
        Event::new(2, ADD).with(two),
        Event::new(3, REMOVE).with(tent),
    ];
    let second =
        vec![Event::new(0, "view_item").with(tent), Event::new(1, ADD).with(tent), Event::new(2, BUY).with(mug)];
    let result = carts(&[first, second], &spec(T, R), &everything(), DataEnd::inclusive(LATER));
    let count = |actors, quantity| ItemCount { actors, quantity };
    let tent = CartItem {
        item: "7".into(),
        name: Some("Tent".into()),
        values: 1,
        viewed: count(2.into(), 3.into()),
        added: count(2.into(), 3.into()),
        removed: 1.into(),
        sold: 1.into(),
        left: count(1.into(), 1.into()),
        open: 0.into(),
        bought: count(1.into(), 1.into()),
    };
    let mug = CartItem {
        item: "8".into(),
        name: Some("Mug".into()),
        values: 1,
        bought: count(1.into(), 3.into()),
        ..CartItem::default()
    };
    assert_eq!(result.items, [tent, mug]);
}

#[test]
fn a_purchase_without_items_buys_what_the_cart_holds() {
    let result = of(vec![Event::new(0, ADD).with(r#"[{"id":"7","quantity":2}]"#), Event::new(1, BUY)], LATER);
    assert_eq!(result.items[0].bought, ItemCount { actors: 1.into(), quantity: 2.into() });
}

#[test]
fn value_is_price_times_quantity_else_the_events_own_and_never_of_two_currencies() {
    let priced = r#"[{"id":"a","price":2.5,"quantity":2},{"id":"b","price":10}]"#;
    let [a, b] = [r#"[{"id":"a"}]"#, r#"[{"id":"b","quantity":2}]"#];
    let log = [
        // 15.00 at its peak; one `a` goes, 12.50 are left.
        vec![Event::new(0, ADD).with(priced).worth(99, "EUR"), Event::new(1, REMOVE).with(a)],
        // The event's own value, 3 micro-units for two units: one takes 1 of them.
        vec![
            Event::new(0, ADD).with(b).worth(3, "EUR"),
            Event::new(1, REMOVE).with(r#"[{"id":"b"}]"#),
            Event::new(DAY_US, BUY),
        ],
        vec![Event::new(0, ADD).worth(7_000_000, "SEK"), Event::new(1, BUY)],
        vec![Event::new(0, ADD).worth(1, "SEK"), Event::new(1, ADD).worth(1, "EUR")],
        vec![Event::new(0, ADD)],
    ];
    let result = carts(&log, &spec(T, R), &everything(), DataEnd::inclusive(LATER));
    let [eur, sek] = &result.value[..] else { panic!("two currencies: {:?}", result.value) };
    assert_eq!((eur.currency.as_str(), eur.carts, eur.abandoned_carts, eur.recovered_carts), ("EUR", 2, 2, 1));
    assert_eq!((eur.peak, eur.abandoned_peak), (Sum(15_000_003), Sum(15_000_003)));
    assert_eq!((eur.abandoned, eur.recovered), (Sum(12_500_002), Sum(2)));
    assert_eq!((sek.currency.as_str(), sek.carts, sek.peak, sek.abandoned_carts), ("SEK", 1, Sum(7_000_000), 0));
    assert_eq!(result.carts_without_value, 2);
}

#[test]
fn the_furthest_step_the_last_page_and_the_next_action_are_those_of_the_abandonment() {
    let page = |page: &'static str, event: Event| Event { page, ..event };
    let journey = vec![
        page("/product", Event::new(0, ADD)),
        page("/checkout", Event::new(1, "begin_checkout")),
        page("/cart", Event::new(2, "page_view")),
        Event::new(2, "view_cart"),
        Event { flags: EventFlags::ACTIVITY | EventFlags::SYNTHETIC, ..Event::new(3, "user_engagement") },
        Event { flags: 0, ..Event::new(4, "push") },
        page("/", Event::new(5, "page_view")),
        Event::new(2 * T, "add_payment_info").in_session(1),
    ];
    let result = of(journey.clone(), LATER);
    let reached: Vec<_> = result.last_steps.iter().map(|step| (step.step, step.abandoned.drawn())).collect();
    assert_eq!(reached[2], (CartEvent::BeginCheckout, 1));
    assert_eq!(reached.iter().map(|(_, carts)| carts).sum::<u64>(), 1);
    // The cart was looked at without a page, on the page before.
    assert_eq!((result.last_pages[0].page.as_str(), result.last_pages[0].carts), ("/cart", Rate::new(1, 1)));
    let next = &result.next_actions[0];
    assert_eq!((next.event.as_deref(), next.same_session), (Some("page_view"), 1.into()));
    let nothing = of(journey[..2].to_vec(), LATER);
    assert_eq!(nothing.next_actions[0].event, None);
}

#[test]
fn from_and_where_choose_carts_by_their_opening() {
    let journey = vec![Event::new(0, ADD), Event::new(10, BUY), Event::new(20, ADD), Event::new(30, BUY)];
    let scope = Scope { from_us: Some(10), ..everything() };
    let result = carts(std::slice::from_ref(&journey), &spec(T, R), &scope, DataEnd::inclusive(LATER));
    // The purchase at 10 belongs to the cart that was opened before.
    assert_eq!((counts(&result), result.carts.purchases.drawn()), ([1, 1, 0, 0, 0, 0, 0], 1));
    let scope = Scope {
        filter: Some("event == \"purchase\"".to_owned()),
        filter_scope: Some(FilterScope::Event),
        ..everything()
    };
    let result = carts(&[journey], &spec(T, R), &scope, DataEnd::inclusive(LATER));
    assert_eq!((counts(&result), result.carts.purchases.drawn()), ([0; 7], 0));
}

#[test]
fn single_items_and_quantities_may_have_columns_of_their_own() {
    let spec = CartSpec { item: Some("page".to_owned()), quantity: Some("device".to_owned()), ..spec(T, R) };
    let event = |ts, name, page, device| Event { page, device, ..Event::new(ts, name) };
    let journey = vec![event(0, ADD, "tent", "3"), event(1, REMOVE, "tent", ""), event(2, ADD, "mug", "two")];
    let result = carts(&[journey], &spec, &everything(), DataEnd::inclusive(LATER));
    let left: Vec<_> = result.items.iter().map(|item| (item.item.as_str(), item.left.quantity.drawn())).collect();
    assert_eq!((left, result.oddities.odd_quantities.drawn()), (vec![("tent", 2), ("mug", 1)], 1));
}

#[test]
fn events_of_ones_own_are_written_like_funnel_steps() {
    let custom = CartSpec {
        add: "basket_*".to_owned(),
        purchase: "event == \"paid\"".to_owned(),
        remove: String::new(),
        ..spec(T, R)
    };
    let journey = vec![Event::new(0, "basket_plus"), Event::new(1, REMOVE), Event::new(2, "paid")];
    let result = carts(&[journey], &custom, &everything(), DataEnd::inclusive(LATER));
    assert_eq!(counts(&result), [1, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn a_request_that_makes_no_sense_is_refused_with_its_place() {
    let values = Values::of(&[]);
    let context = context(&values, DataEnd::inclusive(0));
    let error = |spec: CartSpec| Carts::try_new(&spec, &everything(), &context).unwrap_err();
    let place = |error: AnalyzeError| error.to_string().split(':').next().unwrap().to_owned();
    assert_eq!(place(error(CartSpec { add: "event = 1".to_owned(), ..CartSpec::default() })), "carts.add");
    assert_eq!(place(error(CartSpec { item: Some("sku".to_owned()), ..CartSpec::default() })), "carts.item");
    assert_eq!(place(error(CartSpec { add: "colour == \"red\"".to_owned(), ..CartSpec::default() })), "carts");
}

#[test]
fn nothing_gives_no_figures_and_no_rates() {
    let result = carts(&[], &spec(T, R), &everything(), DataEnd::inclusive(0));
    assert_eq!((counts(&result), result.carts.abandonment_rate.value()), ([0; 7], None));
    assert!(result.items.is_empty() && result.days.is_empty() && result.value.is_empty());
}
