//! Does a second implementation, in Polars expressions, find the same sessions, transitions and cart sessions?
//!
//! Compared end to end on random logs: rows in any order, many equal times, identical rows, and gaps of exactly the
//! session timeout and one microsecond to either side.

mod peer;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use peer::{Figures, Row, TIMEOUT};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::json;

const EVENTS: [&str; 5] = ["page_view", "view_item", "add_to_cart", "purchase", "say \"hi\", all"];
const FIRST: i64 = 1_772_000_000_000_000;
const HOUR: i64 = 3_600_000_000;

/// Microseconds to the actor's event before.
fn gap() -> impl Strategy<Value = i64> {
    prop_oneof![
        3 => Just(0),
        1 => Just(1),
        3 => (1..3_600_i64).prop_map(|seconds| seconds * 1_000_000),
        1 => Just(TIMEOUT - 1),
        1 => Just(TIMEOUT),
        1 => Just(TIMEOUT + 1),
        1 => Just(25 * HOUR),
    ]
}

/// Rows of up to `actors` actors, in any order.
fn log(actors: usize, rows: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Row>> {
    let step = (0..actors, gap(), 0..EVENTS.len());
    proptest::collection::vec(step, rows).prop_map(move |steps| walk(actors, &steps)).prop_shuffle()
}

fn walk(actors: usize, steps: &[(usize, i64, usize)]) -> Vec<Row> {
    let mut clocks = vec![FIRST; actors];
    let rows = steps.iter().map(|&(actor, gap, event)| {
        clocks[actor] += gap;
        Row { actor: format!("0{actor}.7"), ts: clocks[actor], event: EVENTS[event].to_owned() }
    });
    rows.collect()
}

fn write_csv(rows: &[Row], path: &Path) {
    let mut text = String::from("user_id,event_time,event_name\n");
    for row in rows {
        let time = chrono::DateTime::from_timestamp_micros(row.ts).expect("times of the log are near");
        let event = row.event.replace('"', "\"\"");
        writeln!(text, "{},{},\"{event}\"", row.actor, time.format("%Y-%m-%dT%H:%M:%S%.6fZ")).expect("memory");
    }
    std::fs::write(path, text).expect("log");
}

/// What the binary finds, and how many sessions, actors and events it reports.
fn found(path: &Path) -> (Figures, [u64; 3], Value) {
    let path = path.display().to_string();
    let results = |command: &str, more: &[&str]| {
        let arguments = [&[command, &path], more, &["--caps", "off", "--bots", "include"]].concat();
        json(&arguments)["results"].clone()
    };
    let sessions = results("sessions", &[]);
    let funnel = results("funnel", &["add_to_cart", "purchase", "--unit", "session", "--window", "none"]);
    let count = |value: &Value| value.as_u64().expect("a count");
    let figures = Figures {
        durations: Vec::new(),
        single_event: count(&sessions["single_event"]["numerator"]),
        cart_sessions: count(&funnel["steps"][0]["reached"]),
        bought_sessions: count(&funnel["steps"][1]["reached"]),
        transitions: pairs(&results("transitions", &["--of", "events"])),
    };
    let totals = ["sessions", "actors", "events"].map(|name| count(&sessions[name]));
    (figures, totals, sessions["duration_us"].clone())
}

fn pairs(results: &Value) -> BTreeMap<(String, String), u64> {
    let text = |value: &Value| value.as_str().expect("a name").to_owned();
    let pairs = results["transitions"].as_array().expect("a list").iter();
    pairs.map(|pair| ((text(&pair["from"]), text(&pair["to"])), pair["count"].as_u64().expect("a count"))).collect()
}

fn quantile(ascending: &[i64], per_cent: usize) -> Option<i64> {
    ascending.get((ascending.len() * per_cent).div_ceil(100).max(1) - 1).copied()
}

fn assert_equal(rows: &[Row]) {
    let folder = TempDir::new().expect("folder");
    let path = folder.path().join("events.csv");
    write_csv(rows, &path);
    let mut expected = peer::figures(rows).expect("Polars counts");
    let durations = std::mem::take(&mut expected.durations);
    let (found, totals, duration_us) = found(&path);
    assert_eq!(found, expected);
    let actors: std::collections::BTreeSet<_> = rows.iter().map(|row| &row.actor).collect();
    assert_eq!(totals, [durations.len() as u64, actors.len() as u64, rows.len() as u64]);
    for (name, per_cent) in [("min", 0), ("p25", 25), ("p50", 50), ("p75", 75), ("p90", 90), ("max", 100)] {
        assert_eq!(duration_us[name].as_i64(), quantile(&durations, per_cent), "{name} of {durations:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn polars_finds_the_same_in_small_random_logs(rows in log(4, 1..60)) {
        assert_equal(&rows);
    }
}

#[test]
fn polars_finds_the_same_in_a_random_log_of_many_rows() {
    let mut runner = TestRunner::deterministic();
    let log = log(300, 30_000..30_001).new_tree(&mut runner).expect("the strategy rejects nothing");
    assert_equal(&log.current());
}

#[test]
fn equal_times_follow_the_rows_of_the_file() {
    let row = |event: &str| Row { actor: "a".to_owned(), ts: FIRST, event: event.to_owned() };
    let rows = ["page_view", "purchase", "add_to_cart", "page_view", "page_view"].map(row);
    let pair = |from: &str, to: &str| ((from.to_owned(), to.to_owned()), 1);
    let expected = [
        pair("start", "page_view"),
        pair("page_view", "purchase"),
        pair("purchase", "add_to_cart"),
        pair("add_to_cart", "page_view"),
        pair("page_view", "page_view"),
        pair("page_view", "exit"),
    ];
    assert_eq!(peer::figures(&rows).expect("Polars counts").transitions, expected.into());
    assert_equal(&rows);
}
