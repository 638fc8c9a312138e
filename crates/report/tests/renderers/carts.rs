//! Carts on a terminal: narrow, without Unicode, and with names that mean harm.

use kundresa_model::result::carts::CartsResult;
use kundresa_report::terminal::{self, Style};
use serde_json::{Value, json};

use crate::fixture::{self, results};

fn rate(numerator: u64, denominator: u64) -> Value {
    json!({ "numerator": numerator, "denominator": denominator })
}

fn counts(opened: u64, abandoned: u64, purchases: u64) -> Value {
    json!({
        "opened": opened, "purchased": opened - abandoned, "emptied": 0, "abandoned": abandoned, "open": 0, "recovered": 0,
        "emptied_later": 0, "lost": abandoned, "recovery_open": 0, "purchases": purchases, "purchases_without_cart": 0,
        "purchase_rate": rate(opened - abandoned, opened), "abandonment_rate": rate(abandoned, opened),
        "recovery_rate": rate(0, abandoned),
    })
}

fn carts(opened: u64, abandoned: u64, name: &str) -> CartsResult {
    let none = json!({ "n": 0 });
    let count = json!({ "actors": 1, "quantity": 2 });
    let value = json!({
        "currency": name, "carts": opened, "peak": "12.5", "abandoned_carts": abandoned, "abandoned_peak": "1",
        "abandoned": "1", "recovered_carts": 0, "recovered": "0",
    });
    let item = json!({
        "item": name, "name": name, "values": 1, "viewed": count, "added": count, "removed": 0, "sold": 0, "left": count,
        "open": 0, "bought": count,
    });
    serde_json::from_value(json!({
        "abandon_after": "1h", "recover_within": "7d", "carts": counts(opened, abandoned, opened - abandoned),
        "time_to_abandon_us": none, "time_to_purchase_us": none, "time_to_recover_us": none,
        "last_steps": [{ "step": "add", "carts": opened, "abandoned": abandoned, "share": rate(abandoned, abandoned) }],
        "last_pages": [{ "page": name, "values": 1, "carts": rate(abandoned, abandoned) }],
        "next_actions": [{ "event": name, "values": 1, "carts": rate(abandoned, abandoned), "same_session": 0 }],
        "value": [value], "carts_without_value": 1, "items": [item],
        "session_view": {
            "abandoned": rate(abandoned, opened), "added_to_older_cart": 1, "bought_elsewhere": 0, "emptied": 0, "open": 0,
            "left_beside_purchase": 1, "further_carts": 0, "carts_outside": 0,
        },
        "oddities": { "removed_too_much": 1, "unreadable_items": 2, "odd_quantities": 0, "repeated_orders": 3 },
        "days": (1..=20).map(|day| {
            let mut figures = counts(opened, abandoned, 0);
            figures["day"] = json!(format!("2024-03-{day:02}"));
            figures
        }).collect::<Vec<_>>(),
        "by": { "dimension": name, "rows": [] },
    }))
    .expect("a result")
}

fn shown(result: CartsResult, style: &Style) -> String {
    terminal::carts(&results(result), &fixture::rich().provenance, style)
}

#[test]
fn carts_fit_the_screen_and_no_name_moves_the_cursor() {
    let harmful = "\u{1b}[31m\u{202e}name\nthat is much too long for any column of a table on a terminal";
    for width in [80, 120] {
        let style = Style { width, ..Style::default() };
        let text = shown(carts(2_000_000, 1_999_999, harmful), &style);
        assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
    let ascii = shown(carts(2_000_000, 1_999_999, harmful), &Style { unicode: false, ..Style::default() });
    assert!(!ascii.contains(['█', '▒', '–', '−', '…']), "{ascii}");
}

#[test]
fn almost_all_carts_are_not_all_and_days_beyond_the_last_are_told() {
    let text = shown(carts(2_000_000, 1_999_999, "/cart"), &Style::default());
    assert!(text.contains(">99.9 % of 2,000,000"), "{text}");
    assert!(text.contains("6 days earlier, use --format json."), "{text}");
    assert!(text.contains("3 purchases repeat an order"), "{text}");
}

#[test]
fn without_carts_there_are_no_tables_of_them() {
    let text = shown(carts(0, 0, "/cart"), &Style::default());
    assert!(text.contains("No cart was opened."), "{text}");
    assert!(!text.contains("Furthest step"), "{text}");
}
