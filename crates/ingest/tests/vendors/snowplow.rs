//! Snowplow's enriched events, as lines and as a warehouse's table.

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::support::{Folder, columns, gzip, read_all, rejected};
use super::{sample, shown};

const NAMES: [&str; 6] = ["ts", "event", "anonymous_id", "user_id", "session_hint", "value"];

fn expected() -> Vec<Vec<String>> {
    let at = |second: i64| (1_706_695_200_000_000 + second * 1_000_000).to_string();
    let row = |ts: String, event: &str, user: &str, value: &str| {
        [&ts, event, "d-1", user, "s-1", value].map(str::to_owned).to_vec()
    };
    vec![
        row("1706695200123000".to_owned(), "page_view", "", ""),
        row(at(10), "page_ping", "", ""),
        row(at(20), "newsletter", "", ""),
        row(at(60), "view_item", "", ""),
        row(at(120), "add_to_cart", "0042", ""),
        row(at(180), "purchase", "0042", "19000000"),
    ]
}

/// Lines tell when the device sent what it made: the ping, which has no derived time, was made a second before.
fn corrected() -> Vec<Vec<String>> {
    let mut events = expected();
    events[1][0] = "1706695209000000".to_owned();
    events
}

#[test]
fn lines_without_a_header_are_events() {
    let (found, _) = shown(&sample("snowplow/events.tsv"), "snowplow", &NAMES);
    assert_eq!(found, corrected());
    let more = ["page_title", "source", "items", "order_id", "currency", "event_id"];
    let (found, _) = shown(&sample("snowplow/events.tsv"), "snowplow", &more);
    assert_eq!(found[0][..2], ["\"Cups\" and more", "news"]);
    let cup = r#"[{"id":"007","name":"Cup","price":9.5,"quantity":2}]"#;
    assert_eq!(found[5][2..], [cup, "T-1", "SEK", "00000000-0000-4000-8000-000000000006"]);
}

#[test]
fn json_fields_become_properties() {
    let (found, _) = shown(&sample("snowplow/events.tsv"), "snowplow", &["props"]);
    let props = &found[4][0];
    for part in
        ["\"web_page.id\":\"0a1b", "\"snowplow_ecommerce_action.total_value\":19.0", "\"action\":\"add_to_cart\""]
    {
        assert!(props.contains(part), "{part} in {props}");
    }
    assert!(!props.contains("iglu:"), "{props}");
}

#[test]
fn other_widths_are_rejected_and_gzip_changes_nothing() {
    let text = std::fs::read_to_string(sample("snowplow/events.tsv")).unwrap();
    let text =
        format!("{text}too\tshort\n\n{}", text.lines().next().unwrap().replace("2024-01-31 10:00:00.123", "never"));
    for bytes in [text.clone().into_bytes(), gzip(text.as_bytes())] {
        let folder = Folder::new(&[("part-0", &bytes)]);
        let (events, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
        assert_eq!(columns(&events, &NAMES), corrected());
        let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
        assert_eq!(found, [(7, RejectReason::FieldCount), (9, RejectReason::BadTime)]);
    }
}

#[test]
fn json_that_is_none_stays_as_it_is() {
    let text = std::fs::read_to_string(sample("snowplow/events.tsv")).unwrap();
    let text = text.replace("{\"schema\": \"iglu:com.snowplowanalytics.snowplow/contexts", "{\"schema: \"x");
    let folder = Folder::text("part-0", &text);
    let (events, _) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(events.len(), 6);
    assert!(events[0]["props"].contains("\"contexts\":\"{\\\"schema: "), "{}", events[0]["props"]);
}

#[test]
fn a_table_of_a_warehouse_gives_the_same() {
    let (found, _) = shown(&sample("snowplow-warehouse/events.csv"), "snowplow-warehouse", &NAMES);
    assert_eq!(found, expected()[..3]);
}
