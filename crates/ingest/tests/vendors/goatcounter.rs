//! GoatCounter's export.

use super::{sample, shown};

#[test]
fn views_and_events_are_told_apart() {
    let names = ["event", "page", "anonymous_id", "page_title", "country"];
    let (found, _) = shown(&sample("goatcounter/export.csv"), "goatcounter", &names);
    let rows = [
        ["page_view", "/cup", "3fa-1", "Cup, blue", "SE"],
        ["click-buy", "", "3fa-1", "", "SE"],
        ["page_view", "/robots", "3fa-2", "", "US"],
    ];
    assert_eq!(found, rows.map(|row| row.map(str::to_owned).to_vec()));
    let (found, _) = shown(&sample("goatcounter/export.csv"), "goatcounter", &["flags", "ts"]);
    assert_ne!(found[2][0], found[0][0], "programs are marked");
    assert_eq!(found[0][1], "1706695200000000");
}
