//! Segment and RudderStack.

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::support::{Folder, columns, gzip, read_all, rejected, utc};
use super::{sample, shown};

const NAMES: [&str; 6] = ["ts", "event", "anonymous_id", "user_id", "event_id", "value"];

#[test]
fn calls_are_events_by_the_clock_of_the_server() {
    let (found, _) = shown(&sample("segment/calls.jsonl"), "segment", &NAMES);
    let row = |second: u32, event: &str, user: &str, value: &str| {
        let (ts, id) = (utc(&format!("2024-01-31T10:00:{second:02}Z")), format!("m-{second}"));
        [&ts, event, "a-1", user, &id, value].map(str::to_owned).to_vec()
    };
    assert_eq!(
        found,
        [
            row(0, "page_view", "", ""),
            row(10, "view_item", "", ""),
            row(20, "identify", "0042", ""),
            row(30, "add_to_cart", "0042", "19000000"),
            row(40, "purchase", "0042", "19000000"),
        ]
    );
}

#[test]
fn products_campaign_and_page_are_mapped() {
    let names = ["page", "referrer", "source", "campaign", "language", "order_id", "currency", "items", "email"];
    let (found, _) = shown(&sample("segment/calls.jsonl"), "segment", &names);
    let items = r#"[{"id":"007","name":"Cup","category":"Kitchen","price":9.5,"quantity":2}]"#;
    assert_eq!(
        found[4],
        ["/cup", "https://search.example/", "news", "jan", "sv-SE", "T-1", "SEK", items, ""].map(str::to_owned)
    );
    assert_eq!(found[1][7], r#"[{"id":"007","name":"Cup","price":9.5}]"#);
    assert_eq!(found[2][8], "kund@example.com");
}

#[test]
fn what_cannot_be_read_is_rejected() {
    let text = std::fs::read_to_string(sample("segment/calls.jsonl")).unwrap();
    let odd = r#"{"type":"track","event":"x","messageId":"m","anonymousId":"a"}"#;
    let text = format!("{text}{odd}\n{{\"type\":\n");
    for bytes in [text.clone().into_bytes(), gzip(text.as_bytes())] {
        let folder = Folder::new(&[("1706695200000.gz", &bytes)]);
        let (events, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
        assert_eq!(columns(&events, &["event"]).len(), 5);
        let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
        assert_eq!(found, [(6, RejectReason::MissingTime), (7, RejectReason::BadJson)]);
    }
}
