//! Are reports of the GA4 interface set beside our figures, and never taken for events?

use std::fmt::Write;
use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{json, kundresa, root, stdout};

fn shop() -> String {
    root().join("sample_data/webshop").display().to_string()
}

fn sample(name: &str) -> String {
    root().join("sample_data/sources/ga4_ui").join(name).display().to_string()
}

const PREAMBLE: &str = "\
# ----------------------------------------
# Events: Event name
# Account: Shop
# Property: Shop
# ----------------------------------------
# 
# All Users
# Start date: 20240305
# End date: 20240306
";

/// A report with exactly our figures.
fn own_report() -> String {
    let ours = &json(&["overview", &shop(), "--from", "2024-03-05", "--to", "2024-03-07", "--rows", "1000"])["results"];
    let mut report = format!("{PREAMBLE}Event name,Event count,Total users\n");
    for event in ours["events_by_name"].as_array().expect("events") {
        let name = event["value"].as_str().expect("a name");
        writeln!(report, "{name},{},{}", event["events"], event["users"]).expect("a line");
    }
    report
}

fn compared(report: &str) -> Vec<Value> {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("report.csv");
    fs::write(&path, report).expect("the report is written");
    let document = json(&["reconcile", &shop(), "--reference", &path.display().to_string()]);
    document["results"]["figures"].as_array().expect("figures").clone()
}

#[test]
fn equal_figures_differ_by_nothing_and_others_have_a_reason() {
    let report = own_report();
    let figures = compared(&report);
    assert!(figures.len() > 10 && figures[0]["dimension"] == "total" && figures[0]["figure"] == "events");
    for figure in &figures {
        assert_eq!(figure["difference"].as_f64(), Some(0.0), "{figure}");
        assert_eq!(figure["reasons"].as_array().map(Vec::len), Some(0), "{figure}");
    }
    let line = report.lines().find(|line| line.starts_with("purchase,")).expect("purchases");
    let figures = compared(&report.replace(line, "purchase,900,800\nsurvey,5,5\n(other),3,3"));
    let of = |name: &str, figure: &str| {
        let found = figures.iter().find(|one| one["value"] == name && one["figure"] == figure);
        found.expect("the figure").clone()
    };
    let purchases = of("purchase", "events");
    let ours = purchases["ours"].as_f64().expect("purchases of ours");
    assert_eq!(purchases["difference"].as_f64(), Some(ours - 900.0));
    assert_eq!(purchases["ratio"].as_f64(), Some(ours / 900.0));
    assert!(purchases["reasons"].as_array().is_some_and(|reasons| reasons.contains(&"late_events".into())));
    assert!(of("purchase", "users")["reasons"].to_string().contains("consent"));
    assert_eq!(of("survey", "events")["reasons"][0], "not_in_the_log");
}

#[test]
fn overviews_and_explorations_are_compared_table_by_table() {
    let (snapshot, exploration) = (sample("Reports_snapshot.csv"), sample("download.csv"));
    let document = json(&["reconcile", &shop(), "--reference", &snapshot, &exploration]);
    let references = document["results"]["references"].as_array().expect("references");
    let compared: Vec<_> = references.iter().map(|one| one["compared"].as_u64().expect("a number")).collect();
    // New users of three days; all events, and events and users of three names; sessions of two channels; three totals
    // and three figures of three days.
    assert_eq!(compared, [3, 7, 2, 12]);
    let figures = document["results"]["figures"].as_array().expect("figures");
    assert!(figures.iter().any(|one| one["dimension"] == "day" && one["value"] == "2024-03-05"));
    let revenue = figures.iter().find(|one| one["figure"] == "revenue").expect("revenue");
    assert_eq!(revenue["theirs"].as_f64(), Some(18_250.5));
}

#[test]
fn a_comparison_comes_in_every_form_and_differences_are_no_failure() {
    let exploration = sample("download.csv");
    let table = stdout(&["reconcile", &shop(), "--reference", &exploration]);
    assert!(table.contains("1st exploration-Free form 1") && table.contains("Known reasons"), "{table}");
    let csv = stdout(&["reconcile", &shop(), "--reference", &exploration, "--format", "csv"]);
    assert!(csv.starts_with("report,dimension,value,figure,column,theirs,ours,difference,ratio,reasons\n"), "{csv}");
    assert_eq!(csv.lines().count(), 13);
}

#[test]
fn a_report_is_no_log() {
    let output = kundresa(&["sessions", &sample("download.csv")]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && message.contains("a report of the GA4 interface"), "{message}");
    assert!(message.contains("kundresa reconcile"), "{message}");
}

#[test]
fn what_can_not_be_compared_is_an_error_that_says_so() {
    let (log, exploration) = (shop(), sample("download.csv"));
    let log_file = root().join("sample_data/webshop/server_events.csv").display().to_string();
    let cases: [(&[&str], &str); 3] = [
        (&["--reference", &log_file], "no table of figures"),
        (&["--reference", &exploration, "--by", "device"], "--by does not apply"),
        (&["--reference", &exploration, "--sample", "10%"], "--sample does not apply"),
    ];
    for (options, expected) in cases {
        let output = kundresa(&[&["reconcile", log.as_str()], options].concat());
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && message.contains(expected), "{message}");
    }
}
