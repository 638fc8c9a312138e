//! Matomo's visits with their actions.

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::support::{Folder, columns, gzip, read_all, rejected};
use super::{sample, shown};

const NAMES: [&str; 6] = ["ts", "event", "anonymous_id", "user_id", "session_hint", "value"];

fn expected() -> Vec<Vec<String>> {
    let (one, two) = ("00a1b2c3d4e5f607", "10a1b2c3d4e5f607");
    let rows = [
        ["1706695200000000", "page_view", one, "0042", "11", ""],
        ["1706695210000000", "view_item", one, "0042", "11", ""],
        ["1706695220000000", "subscribe", one, "0042", "11", ""],
        ["1706695230000000", "purchase", one, "0042", "11", "19000000"],
        ["1706698800000000", "view_cart", two, "", "12", "19000000"],
    ];
    rows.map(|row| row.map(str::to_owned).to_vec()).into()
}

#[test]
fn every_action_of_a_visit_is_an_event() {
    let (found, _) = shown(&sample("matomo/visits.json"), "matomo", &NAMES);
    assert_eq!(found, expected());
    let names = ["source", "medium", "campaign", "items", "order_id", "currency", "props"];
    let (found, _) = shown(&sample("matomo/visits.json"), "matomo", &names);
    let cup = r#"[{"id":"007","name":"Cup","category":"Kitchen","price":9.5,"quantity":2}]"#;
    assert_eq!(found[3][..6], ["Searcher", "organic", "", cup, "T-1", "SEK"]);
    assert_eq!(found[4][..4], ["news", "", "jan", cup]);
    assert_eq!(found[1][3], r#"[{"id":"007","name":"Cup"}]"#);
    assert!(found[0][6].contains("\"visit.serverDate\":\"2024-01-31\""), "{}", found[0][6]);
    assert!(found[4][6].contains("\"event\":\"ecommerceAbandonedCart\""), "{}", found[4][6]);
    assert!(!found[1][6].contains("visit.serverDate"), "facts of a visit stay with its first event");
}

#[test]
fn lines_give_the_same_and_bad_visits_are_rejected() {
    let visits: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(sample("matomo/visits.json")).unwrap()).unwrap();
    let mut text: String = visits.iter().map(|visit| format!("{visit}\n")).collect();
    text.push_str("{\"idVisit\":\"9\",\"visitorId\":\"x\",\"actionDetails\":{}}\n");
    text.push_str("{\"idVisit\":\"9\",\"visitorId\":\"x\",\"actionDetails\":[{\"type\":\"action\"},7]}\n");
    for bytes in [text.clone().into_bytes(), gzip(text.as_bytes())] {
        let folder = Folder::new(&[("visits.jsonl", &bytes)]);
        let (events, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
        assert_eq!(columns(&events, &NAMES), expected());
        let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
        assert_eq!(found, [(4, RejectReason::BadJson), (5, RejectReason::MissingTime), (5, RejectReason::BadJson)]);
    }
}
