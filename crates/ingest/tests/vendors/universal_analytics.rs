//! Universal Analytics BigQuery export.

use kundresa_ingest::IngestConfig;
use kundresa_model::event_table::EventFlags;
use kundresa_model::quality::RejectReason;

use super::samples::path;
use super::support::{Event, Folder, columns, gzip, plan_of, read_all, rejected};

fn events(name: &str) -> Vec<Event> {
    let plan = plan_of(&[&path(&format!("universal_analytics/{name}"))], &IngestConfig::default()).unwrap();
    let kind = if name.ends_with(".csv") { "universal-analytics-csv" } else { "universal-analytics" };
    assert_eq!(plan.sources().iter().map(|source| source.kind().name()).collect::<Vec<_>>(), [kind]);
    assert!(plan.warnings().is_empty(), "{:?}", plan.warnings());
    let (events, reports) = read_all(&plan);
    assert!(reports.iter().all(|report| report.rejected.is_empty() && report.bad_values == 0), "{reports:?}");
    events
}

#[test]
fn hits_are_events_of_their_session() {
    let events = events("ga_sessions_20170801.json");
    let found = columns(&events, &["ts", "event", "page_url", "page", "value", "order_id"]);
    let us = |ms: i64| (1_501_583_974_000_000 + ms * 1_000).to_string();
    let row = |ts: String, event: &str, path: &str| {
        let url = if path.is_empty() { String::new() } else { format!("https://shop.example{path}") };
        [ts.as_str(), event, &url, path.split('?').next().unwrap(), "", ""].map(str::to_owned).to_vec()
    };
    let bought = |mut row: Vec<String>| {
        row[4] = "24080000".to_owned();
        row[5] = "ORD7".to_owned();
        row
    };
    let mut confirmed = row(us(95_000), "page_view", "/ordercompleted");
    confirmed[5] = "ORD7".to_owned();
    let expected = [
        row(us(0), "page_view", "/home?x=1"),
        row(us(0), "view_item_list", "/home?x=1"),
        row(us(12_345), "page_view", "/tent"),
        row(us(12_345), "view_item", "/tent"),
        row(us(20_000), "add_to_cart", "/tent"),
        row(us(20_500), "event", "/tent"),
        confirmed,
        bought(row(us(95_000), "purchase", "/ordercompleted")),
    ];
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    let rest: Vec<_> = found[8..].iter().map(|row| (row[1].as_str(), row[3].as_str())).collect();
    assert_eq!(rest, [("screen_view", "Start"), ("event", ""), ("session_start", "")]);
}

#[test]
fn ids_channels_items_and_properties_have_their_places() {
    let events = events("ga_sessions_20170801.json");
    let first = &events[0];
    for (name, value) in [
        ("anonymous_id", "0099887766554433221"),
        ("session_hint", "0099887766554433221.1501583974"),
        ("channel", "Organic Search"),
        ("source", "google"),
        ("device", "desktop"),
        ("country", "Sweden"),
        ("referrer", "https://www.google.se/"),
        ("sequence_0", "1"),
    ] {
        assert_eq!(first.get(name).map(String::as_str), Some(value), "{name}");
    }
    for property in ["\"customDimensions.4\":\"EMEA\"", "\"totals.pageviews\":\"3\"", "\"date\":\"20170801\""] {
        assert!(first["props"].contains(property), "{property}: {}", first["props"]);
    }
    assert!(!first.contains_key("items"));
    let shown = r#"[{"id":"T1","name":"Tent","price":16.99},{"id":"T2","name":"Tarp","price":9}]"#;
    assert_eq!(events[1]["items"], shown);
    assert_eq!(events[3]["items"], r#"[{"id":"T1","name":"Tent","category":"Home/Tents/","price":16.99}]"#);
    assert_eq!(events[7]["currency"], "USD");
    assert_eq!(events[8]["user_id"], "u7");
    assert!(events[5]["props"].contains("\"hits.eventInfo.eventAction\":\"50 %\""));
}

#[test]
fn hits_without_interaction_are_no_activity() {
    let events = events("ga_sessions_20170801.json");
    let flag = |event: &Event, bit: u8| event["flags"].parse::<u8>().unwrap() & bit != 0;
    let passive: Vec<usize> = (0..events.len()).filter(|at| !flag(&events[*at], EventFlags::ACTIVITY)).collect();
    assert_eq!(passive, [5]);
    assert!(flag(&events[10], EventFlags::SYNTHETIC));
}

#[test]
fn a_session_without_hits_is_one_event_and_a_purchase() {
    let events = events("sessions.csv");
    let found = columns(&events, &["event", "anonymous_id", "country", "language", "value", "session_hint"]);
    let row = |cells: [&str; 6]| cells.map(str::to_owned).to_vec();
    assert_eq!(
        found,
        [
            row(["session_start", "0131660440785968503", "Turkey", "", "", "0131660440785968503.1472830385"]),
            row(["session_start", "377306020877927890", "Australia", "", "", "377306020877927890.1472880147"]),
            row(["purchase", "377306020877927890", "Australia", "", "37860000", "377306020877927890.1472880147"]),
        ]
    );
    assert!(events[0]["props"].contains("\"totals.pageviews\":\"1\""));
}

#[test]
fn arrays_and_compression_make_no_difference() {
    let text = std::fs::read_to_string(path("universal_analytics/ga_sessions_20170801.json")).unwrap();
    let array = format!("[\n{}\n]\n", text.trim_end().replace('\n', ",\n"));
    let mut expected = events("ga_sessions_20170801.json");
    for (name, bytes) in [("a.json", array.into_bytes()), ("a.json.gz", gzip(text.as_bytes()))] {
        let (folder, plan) = Folder::new(&[(name, &bytes)]).plan_kept(&IngestConfig::default());
        let mut found = read_all(&plan.unwrap()).0;
        drop(folder);
        found.iter_mut().chain(&mut expected).for_each(|event| _ = event.remove("tie"));
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn bad_sessions_and_bad_hits_are_rejected() {
    let text = concat!(
        r#"{"visitId":"1","visitStartTime":"1","fullVisitorId":"7","hits":[{"time":"0","type":"PAGE"},{"time":"x","type":"PAGE"}]}"#,
        "\n",
        r#"{"visitId":"1","visitStartTime":"soon","fullVisitorId":"7","hits":[]}"#,
        "\n",
        r#"{"visitId":"1","fullVisitorId":"7","hits":[]}"#,
        "\n",
        r#"{"visitId":"1","visitStartTime":"1","fullVisitorId":"7","hits":["#,
        "\n",
    );
    let (folder, plan) = Folder::text("a.json", text).plan_kept(&IngestConfig::default());
    let (events, reports) = read_all(&plan.unwrap());
    drop(folder);
    assert_eq!(events.len(), 1);
    let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    let expected = [
        (1, RejectReason::BadTime),
        (2, RejectReason::BadTime),
        (3, RejectReason::MissingTime),
        (4, RejectReason::BadJson),
    ];
    assert_eq!(found, expected);
}
