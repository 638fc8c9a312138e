//! Overview, carts, paths and pages made by hand, under names of choice.

use kundresa_model::rate::Rate;
use kundresa_model::result::carts::CartsResult;
use kundresa_model::result::flow::{FlowResult, Flows, PageTransitions};
use kundresa_model::result::funnel::{FunnelResult, FunnelTrend, NextAction, NextActions, StepCounts, TrendBucket};
use kundresa_model::result::money::{Amount, Sum};
use kundresa_model::result::overview::OverviewResult;
use kundresa_model::result::paths::PathsResult;
use kundresa_model::result::transitions::{TransitionsOf, TransitionsResult};
use serde_json::{Value, json};

use crate::fixture;

/// Event names, pages, channels and items of the rich report.
pub const NAMES: [&str; 6] = ["page_view", "view_item", "add_to_cart", "/", "/cart", "Organic Search"];

fn rate(numerator: u64, denominator: u64) -> Value {
    json!({ "numerator": numerator, "denominator": denominator })
}

fn with(mut object: Value, more: Value) -> Value {
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}

fn revenue(currency: &str, purchases: u64, amount: &str) -> Value {
    json!({
        "currency": currency, "purchases": purchases, "revenue": amount, "average_order": "71.5", "refunds": 1,
        "refunded": "20",
    })
}

/// 8,774 sessions of 6,312 users over three days, the last one not over.
pub fn overview(names: [&str; 6]) -> OverviewResult {
    let visits = |value: &str, values: u64, sessions: u64| {
        json!({
            "value": value, "values": values, "sessions": sessions, "engaged_sessions": rate(sessions / 2, sessions),
            "bounces": rate(sessions - sessions / 2, sessions), "key_events": sessions / 7,
            "key_event_sessions": rate(sessions / 8, sessions), "purchases": sessions / 9, "revenue": [],
        })
    };
    let event = |name: &str, values: u64, events: u64, users: Option<u64>| {
        json!({
            "value": name, "values": values, "events": events, "unidentified_events": 0, "users": users, "key_events": 0,
        })
    };
    let day = |day: &str, is_complete: bool, sessions: u64| {
        json!({
            "day": day, "is_complete": is_complete, "users": sessions - 900, "new_users": sessions - 1_100,
            "sessions": sessions, "engaged_sessions": rate(sessions - 1_000, sessions), "events": sessions * 3,
            "views": sessions * 2, "key_events": 204, "purchases": 199, "refunds": 1,
            "revenue": [revenue("EUR", 198, "14157.25"), revenue("SEK", 1, "300")],
        })
    };
    let figures = json!({
        "users": 6_312, "active_users": 5_204, "new_users": 5_011, "new_users_by": "first_event", "returning_users": 1_801,
        "sessions": 8_774, "sessions_per_user": rate(8_774, 6_312), "engaged_sessions": rate(5_957, 8_774),
        "engaged_by": "duration", "engaged_after_us": 10_000_000, "bounces": rate(2_817, 8_774), "engagement": null,
        "duration_us_per_session": rate(2_632_200_000_000, 8_774), "events": 31_106, "unidentified_events": 214,
        "events_per_session": rate(30_512, 8_774), "views": 17_000, "unidentified_views": 10,
        "views_per_session": rate(16_990, 8_774), "key_events": 655, "unidentified_key_events": 0,
        "key_event_sessions": rate(611, 8_774), "key_event_users": rate(602, 6_312), "purchases": 655,
        "unidentified_purchases": 0, "purchases_without_value": 2, "repeated_orders": 9, "purchasers": rate(602, 6_312),
        "refunds": 3, "vendor_channel_sessions": 0,
    });
    let lists = json!({
        "revenue": [revenue("EUR", 650, "46475.5"), revenue(names[5], 3, "900")],
        "events_by_name": [event(names[0], 1, 17_000, Some(6_100)), event(names[1], 1, 9_411, Some(3_605)), event("(other)", 12, 4_695, None)],
        "landing_pages": [visits(names[3], 1, 5_001), visits(names[4], 1, 2_000), visits("(other)", 31, 1_773)],
        "exit_pages": [{ "value": names[4], "values": 1, "sessions": 8_000 }, { "value": "(not set)", "values": 1, "sessions": 774 }],
        "channels": [visits(names[5], 1, 6_001), visits("Direct", 1, 2_773)],
        "days": [day("2024-03-29", true, 3_001), day("2024-03-30", true, 3_774), day("2024-03-31", false, 1_999)],
    });
    serde_json::from_value(with(figures, lists)).expect("an overview")
}

fn cart_counts() -> Value {
    json!({
        "opened": 1_902, "purchased": 560, "emptied": 120, "abandoned": 1_101, "open": 121, "recovered": 90,
        "emptied_later": 11, "lost": 700, "recovery_open": 300, "purchases": 655, "purchases_without_cart": 5,
        "purchase_rate": rate(560, 1_781), "abandonment_rate": rate(1_101, 1_781), "recovery_rate": rate(90, 801),
    })
}

/// 1,902 carts, 1,101 of them abandoned.
pub fn carts(names: [&str; 6]) -> CartsResult {
    let count = |actors: u64, quantity: u64| json!({ "actors": actors, "quantity": quantity });
    let span = json!({ "n": 560, "min": 1_000_000, "p25": 60_000_000, "p50": 90_000_000, "p75": 180_000_000, "p90": 240_000_000, "max": 3_000_000_000_u64 });
    let item = |item: &str, name: Option<&str>, values: u64, left: u64| {
        json!({
            "item": item, "name": name, "values": values, "viewed": count(812, 1_004), "added": count(301, 404),
            "removed": 4, "sold": 150, "left": count(left - 2, left), "open": 20, "bought": count(160, 171),
        })
    };
    let next = |event: Option<&str>, carts: u64| json!({ "event": event, "values": 1, "carts": rate(carts, 1_101), "same_session": carts / 2 });
    serde_json::from_value(json!({
        "abandon_after": "1h", "recover_within": "7d", "carts": cart_counts(), "time_to_abandon_us": span,
        "time_to_purchase_us": span, "time_to_recover_us": span,
        "last_steps": [
            { "step": "add", "carts": 800, "abandoned": 701, "share": rate(701, 1_101) },
            { "step": "begin_checkout", "carts": 1_102, "abandoned": 400, "share": rate(400, 1_101) },
        ],
        "last_pages": [{ "page": names[4], "values": 1, "carts": rate(1_101, 1_101) }],
        "next_actions": [next(Some(names[0]), 901), next(None, 200)],
        "value": [{
            "currency": "EUR", "carts": 1_890, "peak": "312412.5", "abandoned_carts": 1_095, "abandoned_peak": "199000",
            "abandoned": "180411.25", "recovered_carts": 88, "recovered": "9103",
        }],
        "carts_without_value": 12,
        "items": [item(names[2], Some(names[1]), 1, 210), item("(other)", None, 40, 99)],
        "session_view": {
            "abandoned": rate(1_204, 1_711), "added_to_older_cart": 20, "bought_elsewhere": 31, "emptied": 60, "open": 70,
            "left_beside_purchase": 8, "further_carts": 60, "carts_outside": 10,
        },
        "oddities": { "removed_too_much": 0, "unreadable_items": 0, "odd_quantities": 0, "repeated_orders": 9 },
        "days": [],
        "by": { "dimension": names[0], "rows": [with(json!({ "value": names[1], "values": 1 }), cart_counts())] },
    }))
    .expect("carts")
}

/// 8,774 paths: a, then b (and an end), c or the rest.
pub fn paths(names: [&str; 6], direction: &str) -> PathsResult {
    let node = |parent: Option<u32>, depth: u32, name: &str, kind: &str, flow: [u64; 4]| {
        let [come, out, other, end] = flow;
        json!({
            "parent": parent, "depth": depth, "name": name, "kind": kind, "values": if kind == "other" { 7 } else { 1 },
            "in": come, "out": out, "other": other, "end": end, "share": rate(come, 8_774),
        })
    };
    let variant = |nodes: &[&str], count: u64, coverage: u64, is_cut: bool| json!({ "nodes": nodes, "is_cut": is_cut, "count": count, "share": rate(count, 8_774), "coverage": rate(coverage, 8_774) });
    serde_json::from_value(json!({
        "of": "events", "direction": direction, "anchor": (direction == "backward").then_some(names[2]),
        "occurrence": (direction == "backward").then_some("first"), "repeats": "raw", "unit": "session", "depth": 2,
        "counted_depth": 2, "width": 2, "units": 8_774, "units_with_path": rate(8_774, 8_774), "paths": 8_774, "steps": [],
        "links": [],
        "tree": [
            node(None, 1, names[0], "node", [6_000, 4_000, 900, 1_100]),
            node(Some(0), 2, names[1], "node", [2_500, 2_500, 0, 0]),
            node(Some(0), 2, names[2], "node", [1_500, 1_000, 0, 500]),
            node(Some(0), 2, "(other)", "other", [900, 900, 0, 0]),
            node(None, 1, "(other)", "other", [2_774, 2_774, 0, 0]),
        ],
        "distinct_variants": 61,
        "variants": [variant(&[names[0], names[1]], 2_500, 2_500, true), variant(&[names[0]], 1_100, 3_600, false)],
        "nodes": [],
    }))
    .expect("paths")
}

/// 14 pages, of which ten keep their name in the picture; the first two have the names asked for.
pub fn pages(names: [&str; 6]) -> TransitionsResult {
    let made: Vec<String> = (0..12).map(|page| format!("/page-{page}")).collect();
    let all: Vec<&str> = names[3..5].iter().copied().chain(made.iter().map(String::as_str)).collect();
    let mut counts: Vec<(&str, &str, u64)> = Vec::new();
    for (place, page) in (1..).zip(&all) {
        counts.extend([("start", *page, 100 * place), (*page, all[0], 40 * place), (*page, "exit", 60 * place)]);
    }
    fixture::transitions(TransitionsOf::Pages, &all, &counts)
}

/// The pictures of the three transitions.
pub fn flows(phases: &TransitionsResult, events: &TransitionsResult, pages: &TransitionsResult) -> Flows {
    Flows {
        phases: FlowResult::of(phases, 10),
        events: FlowResult::of(events, 10),
        pages: Some(FlowResult::of(pages, 10)),
    }
}

/// The first three pages and transitions.
pub fn page_transitions(pages: TransitionsResult) -> PageTransitions {
    PageTransitions::of(pages, 3)
}

/// The funnel with what came after its first step, what it was worth, and two days of which the second is not over.
pub fn with_surroundings(mut funnel: FunnelResult, names: [&str; 6]) -> FunnelResult {
    let amount = |n: u64, micros: i128| vec![Amount { currency: "EUR".into(), n, sum: Sum(micros) }];
    if let Some(first) = funnel.steps.first_mut() {
        let stopped = first.stopped.drawn();
        first.next = Some(NextActions {
            actions: vec![NextAction { event: names[0].into(), units: stopped / 2 }],
            other: stopped / 4,
            other_names: 5,
            nothing_more: stopped - stopped / 2 - stopped / 4,
        });
        (first.value, first.stopped_value) = (amount(900, 90_120_500_000), amount(310, 20_000_000));
    }
    let bucket = |start: &str, is_incomplete: bool, part: u64| TrendBucket {
        start: start.into(),
        is_incomplete,
        steps: funnel
            .steps
            .iter()
            .map(|step| StepCounts {
                name: step.name.clone(),
                reached: (step.reached.drawn() / part).into(),
                ..StepCounts::default()
            })
            .collect(),
        conversion: Rate::new(funnel.conversion.numerator / part, funnel.conversion.denominator / part),
    };
    let buckets = vec![bucket("2024-03-30", false, 2), bucket("2024-03-31", true, 3)];
    funnel.trend = Some(FunnelTrend { buckets, ..FunnelTrend::default() });
    funnel
}
