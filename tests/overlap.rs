//! Is it said everywhere whom several sources share, and never where there is one?

use std::fs;

use serde_json::{Value, json as expected};
use tempfile::TempDir;

use crate::support::{json, results, root, stdout};

/// A web log and a CRM's that share one of two persons.
fn sources(folder: &TempDir) -> Vec<String> {
    let web = "user_id,event,time\np,page_view,2024-03-01T10:00:00Z\nq,page_view,2024-03-01T11:00:00Z\n,page_view,2024-03-01T12:00:00Z\n";
    let crm = "login,stage,changed_at,event\np,lead,2024-03-01T09:00:00Z,stage_changed\nr,lead,2024-03-01T10:30:00Z,stage_changed\n";
    let toml = "[[sources]]\nname = \"web\"\nfiles = [\"web*\"]\n\n[[sources]]\nname = \"crm\"\nfiles = [\"crm*\"]\ntime = { column = \"changed_at\" }\ncolumns = { user_id = \"login\" }\n";
    for (name, text) in [("web.csv", web), ("crm.csv", crm), ("kundresa.toml", toml)] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    ["web.csv", "crm.csv"].map(|name| folder.path().join(name).display().to_string()).to_vec()
}

fn shared() -> Value {
    expected!({
        "source_persons": [
            { "source": "crm", "persons": 2, "unidentified_events": 0 },
            { "source": "web", "persons": 2, "unidentified_events": 1 },
        ],
        "source_pairs": [{
            "one": "crm",
            "other": "web",
            "both": 1,
            "of_one": { "numerator": 1, "denominator": 2, "value": 0.5 },
            "of_other": { "numerator": 1, "denominator": 2, "value": 0.5 },
        }],
    })
}

#[test]
fn every_result_of_several_sources_says_whom_they_share() {
    let folder = TempDir::new().expect("a folder");
    let inputs = sources(&folder);
    let all = folder.path().display().to_string();
    for command in ["sessions", "overview", "phases", "transitions"] {
        assert_eq!(json(&[command, &all])["results"]["overlap"], shared(), "{command}");
    }
    assert_eq!(json(&["sessions", &all, "--where", "event == \"page_view\""])["results"]["overlap"], shared());
    assert_eq!(results(&["sessions", &all, "--threads", "1"]), results(&["sessions", &all, "--threads", "3"]));
    let text = stdout(&["sessions", &all]);
    assert!(text.contains("Persons by source") && text.contains("50.0 % of 2"), "{text}");
    let alone = json(&["sessions", &inputs[0]]);
    assert!(alone["results"].get("overlap").is_none(), "{alone}");
    assert!(!stdout(&["sessions", &inputs[0]]).contains("Persons by source"));
}

#[test]
fn a_store_says_it_when_it_is_loaded_and_inspected() {
    let folder = TempDir::new().expect("a folder");
    let inputs = sources(&folder);
    let store = folder.path().join("s.store").display().to_string();
    let first = json(&["load", &inputs[0], "--into", &store]);
    assert!(first.get("overlap").is_none(), "{first}");
    assert_eq!(json(&["load", &inputs[1], "--into", &store])["overlap"], shared());
    assert_eq!(json(&["inspect", &store])["overlap"], shared());
    assert_eq!(json(&["sessions", &store])["results"]["overlap"], shared());
    assert!(stdout(&["inspect", &store]).contains("Persons seen in both of two sources"));
}

#[test]
fn a_report_says_it_in_all_its_forms() {
    let folder = TempDir::new().expect("a folder");
    sources(&folder);
    let all = folder.path().display().to_string();
    let html = folder.path().join("out.html").display().to_string();
    stdout(&["report", &all, "--out", &html, "--language", "sv"]);
    let page = fs::read_to_string(&html).expect("a page");
    assert!(page.contains("Personer per källa"));
    let document = fs::read_to_string(folder.path().join("out.json")).expect("a document");
    let document: Value = serde_json::from_str(&document).expect("JSON");
    assert_eq!(document["results"]["overlap"], shared());
    assert!(stdout(&["report", &all, "--format", "text"]).contains("Persons by source"));
    let answers = json(&["ask", &all, "sessions", "phases"]);
    assert_eq!([&answers["results"][0]["overlap"], &answers["results"][1]["overlap"]], [&shared(), &shared()]);
}

#[test]
fn sources_that_share_nobody_say_so_and_what_to_do() {
    let samples = root().join("sample_data/sources");
    let [answers, orders] =
        ["hotjar/survey_responses.csv", "clarity/recordings.csv"].map(|name| samples.join(name).display().to_string());
    let text = stdout(&["sessions", &answers, &orders]);
    assert!(text.contains("share no") && text.contains("kundresa") && text.contains("by-page"), "{text}");
}

#[test]
fn changes_between_snapshots_are_read_without_a_configuration() {
    let folder = TempDir::new().expect("a folder");
    let samples = root().join("sample_data/sources/crm-snapshots");
    let [one, other] =
        ["contacts_2024-03-04.csv", "contacts_2024-03-11.csv"].map(|name| samples.join(name).display().to_string());
    let mut told = Vec::new();
    for name in ["changes.csv", "changes.parquet", "changes.ndjson"] {
        let out = folder.path().join(name).display().to_string();
        stdout(&["snapshots", &one, &other, "--out", &out]);
        let sessions = &json(&["sessions", &out])["results"];
        // Nobody acted, so that there are events and no sessions.
        told.push((
            sessions["quality"]["events"].as_u64(),
            sessions["quality"]["actors"].as_u64(),
            sessions["sessions"].as_u64(),
            sessions["settings"]["source_time_zone"].as_str().map(str::to_owned),
        ));
        let store = folder.path().join(format!("{name}.store")).display().to_string();
        stdout(&["load", &out, "--into", &store]);
        let events = stdout(&["export", "events", &store]);
        assert!(events.contains("stage_changed") && events.contains("2024-03-11T23:59:59.999999"), "{name}: {events}");
    }
    assert_eq!(told, vec![(Some(4), Some(4), Some(0), None); 3]);
}
