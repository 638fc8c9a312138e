//! Does `--sample` count the same actors, whatever is asked, from files and from a store, and those alone?

use std::collections::BTreeSet;
use std::fs;

use tempfile::TempDir;

use crate::support::{json, results, root, stdout};

const COMMANDS: [&[&str]; 7] = [
    &["sessions", "INPUT"],
    &["phases", "INPUT"],
    &["transitions", "INPUT"],
    &["funnel", "INPUT", "view_item", "add_to_cart", "purchase", "--by", "device"],
    &["overview", "INPUT"],
    &["carts", "INPUT"],
    &["paths", "INPUT"],
];

/// The results of a command over `input`, without what loading gave: that is of the whole log.
fn figures(command: &[&str], input: &str, more: &[&str]) -> serde_json::Value {
    let arguments: Vec<&str> = command.iter().map(|word| if *word == "INPUT" { input } else { word }).collect();
    let mut document = json(&[arguments.as_slice(), more].concat());
    document["results"]["settings"]["sample"].take();
    document["results"]["quality"].take();
    // A log of its own has one source, wherever its actors came from.
    document["results"].as_object_mut().map(|results| results.remove("overlap"));
    document["results"].take()
}

/// Lines of exported events of the shipped sample, and a log of their own with those of the actors given.
fn log_of(events: &str, actors: &BTreeSet<&str>) -> String {
    let mut lines = events.lines();
    let head = lines.next().unwrap_or_default();
    let own = lines.filter(|line| line.split(',').next().is_some_and(|actor| actors.contains(actor)));
    [head].into_iter().chain(own).map(|line| format!("{line}\n")).collect()
}

#[test]
fn files_and_stores_give_one_sample_on_any_number_of_threads() {
    let folder = TempDir::new().expect("a folder");
    let (input, store) = (root().join("sample_data/webshop"), folder.path().join("shop.store"));
    let (input, store) = (input.display().to_string(), store.display().to_string());
    stdout(&["load", &input, "--into", &store]);
    for command in COMMANDS {
        let of = |input: &str, threads: &str| figures(command, input, &["--sample", "10%", "--threads", threads]);
        let expected = of(&input, "1");
        assert_eq!(of(&input, "3"), expected, "{command:?}");
        assert_eq!(of(&store, "2"), expected, "{command:?}");
    }
}

#[test]
fn a_sample_is_counted_like_a_log_of_its_actors() {
    let folder = TempDir::new().expect("a folder");
    let input = root().join("sample_data/webshop").display().to_string();
    let sampled = stdout(&["export", "sessions", &input, "--sample", "1/8"]);
    let actors: BTreeSet<&str> = sampled.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert!(actors.len() > 20, "{actors:?}");
    // Both logs as exported, so that both are read alike; one holds everybody.
    let events = stdout(&["export", "events", &input]);
    let (whole, own) = (folder.path().join("whole.csv"), folder.path().join("own.csv"));
    fs::write(&whole, &events).expect("written");
    fs::write(&own, log_of(&events, &actors)).expect("written");
    let (whole, own) = (whole.display().to_string(), own.display().to_string());
    for command in COMMANDS {
        let sample = figures(command, &whole, &["--sample", "1/8"]);
        assert_eq!(sample, figures(command, &own, &[]), "{command:?}");
    }
}

#[test]
fn smaller_samples_lie_inside_larger_ones() {
    let input = root().join("sample_data/webshop").display().to_string();
    let actors = |share: &str| -> BTreeSet<String> {
        let sessions = stdout(&["export", "sessions", &input, "--sample", share]);
        sessions.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::to_owned).collect()
    };
    let (small, large) = (actors("5%"), actors("1/4"));
    assert!(!small.is_empty() && small.len() < large.len() && small.is_subset(&large));
    assert!(
        results(&["sessions", &input, "--sample", "5%"]).contains("\"sample\":{\"numerator\":1,\"denominator\":20}")
    );
}
