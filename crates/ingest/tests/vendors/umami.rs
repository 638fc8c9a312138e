//! Umami's table of events.

use super::support::utc;
use super::{sample, shown};

#[test]
fn views_and_events_are_told_apart() {
    let names = ["ts", "event", "anonymous_id", "user_id", "session_hint", "event_id", "page_url", "referrer"];
    let (found, _) = shown(&sample("umami/website_event.csv"), "umami", &names);
    let first = "https://shop.example/cup?color=blue";
    let rows = [
        [&utc("2024-01-31T10:00:00Z"), "page_view", "s-1", "", "v-1", "e-1", first, "https://search.example/"],
        [&utc("2024-01-31T10:00:20Z"), "add-to-cart", "s-1", "0042", "v-1", "e-2", "https://shop.example/cup", ""],
    ];
    assert_eq!(found, rows.map(|row| row.map(str::to_owned).to_vec()));
}
