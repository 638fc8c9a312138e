//! PostHog's batch export.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::support::{Folder, columns, parquet_of, read_all, rejected, utc};
use super::{sample, shown};

const NAMES: [&str; 7] = ["ts", "event", "anonymous_id", "user_id", "session_hint", "page", "value"];

fn expected() -> Vec<Vec<String>> {
    let at = |time: &str| utc(&format!("2024-01-31T10:00:{time}Z"));
    let rows = [
        [&at("00.123456"), "page_view", "d-1", "", "s-1", "/cup", ""],
        [&at("20"), "$identify", "d-1", "0042", "s-1", "/cup", ""],
        [&at("30"), "add_to_cart", "d-1", "0042", "s-1", "/cup", ""],
        [&at("40"), "invoice_paid", "", "0042", "", "", "19500000"],
    ];
    rows.map(|row| row.map(str::to_owned).to_vec()).into()
}

#[test]
fn lines_are_events_of_devices_and_logins() {
    let (found, _) = shown(&sample("posthog/events.jsonl"), "posthog", &NAMES);
    assert_eq!(found, expected());
    let (found, _) = shown(&sample("posthog/events.jsonl"), "posthog", &["referrer", "event_id", "props"]);
    assert_eq!(found[0][..2], ["", "018d-00.123456"]);
    assert!(found[2][2].contains("\"properties.sku\":\"007\""), "{}", found[2][2]);
}

/// The same rows with properties as texts.
fn table() -> RecordBatch {
    let text = std::fs::read_to_string(sample("posthog/events.jsonl")).unwrap();
    let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let column = |name: &str| -> ArrayRef {
        let cell = |row: &serde_json::Value| match &row[name] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Arc::new(rows.iter().map(|row| Some(cell(row))).collect::<StringArray>())
    };
    let times = expected().into_iter().map(|row| row[0].parse::<i64>().unwrap());
    let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC"));
    let names = ["uuid", "event", "distinct_id", "person_id", "properties", "person_properties", "elements_chain"];
    let columns = names.into_iter().map(|name| (name, column(name))).chain([("timestamp", times)]);
    RecordBatch::try_from_iter(columns).unwrap()
}

#[test]
fn parquet_with_texts_of_json_gives_the_same() {
    let folder = Folder::new(&[("0.parquet", &parquet_of(&table(), true, 3))]);
    let (found, reports) = shown(&folder.file("0.parquet"), "posthog", &NAMES);
    assert_eq!(found, expected());
    assert_eq!(reports.len(), 2, "row groups are parts");
}

#[test]
fn what_cannot_be_read_is_rejected() {
    let text = std::fs::read_to_string(sample("posthog/events.jsonl")).unwrap();
    let folder =
        Folder::text("a.jsonl", &format!("{text}{}\n{{\n", text.lines().next().unwrap().replace("2024-01-31T", "")));
    let (events, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(columns(&events, &NAMES), expected());
    let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(5, RejectReason::BadTime), (6, RejectReason::BadJson)]);
}
