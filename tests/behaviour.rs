//! Are visitors of a web server who behave like programs bots, by which rule, and the same however the log is read?

use std::fs;
use std::path::Path;

use serde_json::{Value, json as value};
use tempfile::TempDir;

use crate::support::{json, shared, stdout};

const PERSON: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:122.0) Gecko/20100101 Firefox/122.0";

/// A line of the log: so many seconds after ten o'clock.
fn line(ip: u8, second: u32, request: &str, agent: &str) -> String {
    let (hour, minute, second) = (10 + second / 3600, second / 60 % 60, second % 60);
    format!(
        "192.0.2.{ip} - - [04/Mar/2024:{hour:02}:{minute:02}:{second:02} +0000] \"{request} HTTP/1.1\" 200 100 \"-\" \"{agent}\"\n"
    )
}

/// Visitors 1 to 5 fall under a rule each, 6 to 9 just don't, and 10 is a bot by its name.
fn lines() -> Vec<String> {
    let mut lines = vec![line(1, 0, "GET /robots.txt", PERSON), line(1, 5, "GET /", PERSON)];
    lines.extend((0..5).map(|index| line(2, index * 7, "HEAD /", PERSON)));
    lines.push(line(3, 0, "GET /style.css", PERSON));
    lines.extend((0..151).map(|index| line(3, index + index / 9, &format!("GET /{index}"), PERSON)));
    lines.push(line(4, 0, "GET /style.css", PERSON));
    lines.extend((0..20).map(|index| line(4, 10 + index * 60, "GET /status", PERSON)));
    lines.extend((0..20).map(|index| line(5, index * index, &format!("GET /{index}"), PERSON)));
    lines.extend((0..4).map(|index| line(6, index * 7, "HEAD /", PERSON)));
    lines.push(line(7, 0, "GET /style.css", PERSON));
    lines.extend((0..150).map(|index| line(7, index + index / 9, &format!("GET /{index}"), PERSON)));
    lines.push(line(8, 0, "GET /style.css", PERSON));
    lines.extend((0..20).map(|index| line(8, 10 + index * 60 + index % 2 * 2, "GET /status", PERSON)));
    lines.extend((0..19).map(|index| line(9, index * index, &format!("GET /{index}"), PERSON)));
    lines.extend([line(10, 0, "GET /robots.txt", "Googlebot/2.1"), line(10, 9, "GET /", "Googlebot/2.1")]);
    lines
}

fn with_rules(folder: &Path, rules: &str) -> String {
    let path = folder.join("rules.toml");
    fs::write(&path, format!("[behaviour]\nbots = {rules}\n")).expect("written");
    path.display().to_string()
}

const ALL: &str = r#"["robots_txt", "head_only", "pace", "beat", "no_assets"]"#;

fn counts(document: &Value) -> Value {
    document["results"]["settings"]["bots_by_behaviour"].clone()
}

fn expected() -> Value {
    value!([
        { "rule": "robots_txt", "actors": 1, "events": 2 },
        { "rule": "head_only", "actors": 1, "events": 5 },
        { "rule": "pace", "actors": 1, "events": 152 },
        { "rule": "beat", "actors": 1, "events": 21 },
        { "rule": "no_assets", "actors": 1, "events": 20 },
    ])
}

#[test]
fn each_rule_finds_the_visitor_that_was_planted_for_it() {
    let folder = TempDir::new().expect("a folder");
    let (log, config) = (folder.path().join("access.log"), with_rules(folder.path(), ALL));
    fs::write(&log, lines().concat()).expect("written");
    let log = log.display().to_string();
    let found = json(&["sessions", &log, "--config", &config]);
    assert_eq!(counts(&found), expected());
    assert_eq!(found["results"]["actors"], 4);
    assert_eq!(found["results"]["bot_events"], 2 + 5 + 152 + 21 + 20 + 2);
    let only = json(&["sessions", &log, "--config", &config, "--bots", "only"]);
    assert_eq!(only["results"]["actors"], 6);
    let all = json(&["sessions", &log, "--config", &config, "--bots", "include"]);
    assert_eq!(all["results"]["actors"], 10);
    let off = json(&["sessions", &log]);
    assert_eq!((counts(&off), &off["results"]["actors"]), (Value::Null, &value!(9)));
    let one = with_rules(folder.path(), r#"["no_assets"]"#);
    let one = json(&["sessions", &log, "--config", &one]);
    assert_eq!(counts(&one), value!([{ "rule": "no_assets", "actors": 1, "events": 20 }]));
}

#[test]
fn cuts_threads_and_stores_change_nothing() {
    let folder = TempDir::new().expect("a folder");
    let (logs, config) = (folder.path().join("logs"), with_rules(folder.path(), ALL));
    fs::create_dir(&logs).expect("made");
    let mut lines = lines();
    lines.sort_unstable_by_key(|line| line[line.find('[').unwrap_or(0)..].to_owned());
    for (index, part) in lines.chunks(40).enumerate() {
        fs::write(logs.join(format!("access-{index}.log")), part.concat()).expect("written");
    }
    let store = folder.path().join("logs.store").display().to_string();
    let logs = logs.display().to_string();
    stdout(&["load", &logs, "--into", &store]);
    let figures = |input: &str, threads: &str| {
        let found = json(&["sessions", input, "--config", &config, "--threads", threads]);
        assert_eq!(counts(&found), expected());
        (
            found["results"]["actors"].clone(),
            found["results"]["sessions"].clone(),
            found["results"]["bot_events"].clone(),
        )
    };
    let one = figures(&logs, "1");
    assert_eq!(figures(&logs, "3"), one);
    assert_eq!(figures(&store, "2"), one);
}

#[test]
fn rules_find_those_of_a_public_site_that_call_themselves_browsers() {
    let Some(log) = shared("data/elastic-weblogs/apache_logs") else { return };
    let folder = TempDir::new().expect("a folder");
    let config = with_rules(folder.path(), ALL);
    let found = json(&["sessions", &log.display().to_string(), "--config", &config]);
    let visitors = |rule: usize| counts(&found)[rule]["actors"].clone();
    assert_eq!([visitors(0), visitors(1), visitors(2), visitors(3), visitors(4)], [52, 2, 0, 0, 2]);
    assert_eq!(found["results"]["actors"], 1_433);
}
