//! Does a log leave for process-mining tools, and come back the same?

use std::fs;

use tempfile::TempDir;

use crate::support::{json, kundresa, root, stdout};

/// Events, actors and sessions of a log.
fn counts(input: &str) -> Vec<Option<u64>> {
    let results = &json(&["sessions", input])["results"];
    ["events", "actors", "sessions"].map(|name| results[name].as_u64()).into()
}

#[test]
fn a_log_leaves_as_xes_or_cases_and_comes_back() {
    let folder = TempDir::new().expect("a folder");
    let input = root().join("sample_data/webshop").display().to_string();
    let plain = folder.path().join("plain.csv").display().to_string();
    stdout(&["export", "events", &input, "--out", &plain]);
    let expected = counts(&plain);
    for (name, more) in [("log.xes", &[][..]), ("cases.csv", &["--format", "cases"])] {
        let out = folder.path().join(name).display().to_string();
        stdout(&[&["export", "events", &input, "--out", &out], more].concat());
        assert_eq!(counts(&out), expected, "{name}");
        assert_eq!(json(&["inspect", &out])["sources"][0]["kind"], "xes", "{name}");
    }
    let head = fs::read_to_string(folder.path().join("cases.csv")).expect("a file");
    assert!(head.starts_with("case:concept:name,time:timestamp,concept:name,"), "{}", &head[..80]);
}

#[test]
fn sessions_are_no_events_of_a_process() {
    let input = root().join("sample_data/sources/xes/orders.xes").display().to_string();
    let output = kundresa(&["export", "sessions", &input, "--format", "xes"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("export events"));
}
