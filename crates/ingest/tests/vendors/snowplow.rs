//! Snowplow's enriched events, as lines and as a warehouse's table.

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::support::{Folder, columns, config, gzip, plan_of, read_all, rejected};
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

/// Rules, as the configuration has them, and what they leave of a shipped sample.
fn under(rules: &str, path: &str) -> (Vec<Vec<String>>, Vec<(u64, String)>) {
    let plan = plan_of(&[&sample(path)], &config(&format!("[[sources]]\nsnowplow = {rules}\n"))).unwrap();
    let (events, reports) = read_all(&plan);
    let left = reports.iter().flat_map(|report| &report.rejected);
    let left = left.inspect(|row| assert_eq!(row.reason, RejectReason::ExcludedBySource));
    let left = left.map(|row| (row.line, row.detail.clone())).collect();
    (columns(&events, &["event", "event_id", "props"]), left)
}

#[test]
fn rules_of_the_web_model_leave_out_what_it_does() {
    for (path, events, others) in [("snowplow/events.tsv", 6, 4), ("snowplow-warehouse/events.csv", 3, 1)] {
        let (found, left) = under("{}", path);
        assert_eq!((found.len(), left.len()), (events, 0), "{path}");
        let (found, left) = under("{ page_views = true }", path);
        assert_eq!((found.len(), left.len()), (2, others), "{path}: {left:?}");
        assert_eq!([&found[0][0], &found[1][0]], ["page_view", "page_ping"]);
        assert!(found[0][1].starts_with("0a1b2c3d"), "the page view's id");
        assert!(found[0][2].contains("\"native_event_id\":\"00000000-"), "{}", found[0][2]);
        assert!(found[1][1].starts_with("00000000-"));
        assert!(left[0].1.contains("no view or ping of a page"), "{left:?}");
    }
}

#[test]
fn rows_that_were_sent_days_later_are_late() {
    let text = std::fs::read_to_string(sample("snowplow/events.tsv")).unwrap();
    let late = text.replacen("2024-01-31 09:00:01.000", "2024-02-03 09:00:00.001", 1);
    let early = late.replacen("2024-01-31 09:00:01.000", "2024-01-28 09:00:00.000", 1);
    let folder = Folder::text("part-0", &early);
    let toml = "[[sources]]\nsnowplow = { late_days = 3 }\n";
    let (events, reports) = read_all(&folder.plan(&config(toml)).unwrap());
    let left: Vec<_> = reports.iter().flat_map(|report| &report.rejected).map(|row| (row.line, &row.detail)).collect();
    assert_eq!((events.len(), left.len(), left[0].0), (5, 1, 1), "three days are not late, more are: {left:?}");
    assert!(left[0].1.contains("late_days = 3"), "{left:?}");
}

#[test]
fn only_snowplow_has_these_rules() {
    let folder = Folder::text("a.csv", "user_id,event,timestamp\nu,a,2024-01-01T00:00:00Z\n");
    let error = folder.plan(&config("[[sources]]\nsnowplow = { late_days = 3 }\n")).err().unwrap().to_string();
    assert!(error.contains("snowplow") && error.contains("delimited"), "{error}");
}
