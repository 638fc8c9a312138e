//! Does the report on the shipped sample find what was planted in it, and does it move only where the data moves?

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{kundresa, root};

/// Reports on `folder` and gives the JSON and the page.
fn report(folder: &Path) -> (Value, String) {
    report_with(folder, &[])
}

fn report_with(folder: &Path, options: &[&str]) -> (Value, String) {
    let out = TempDir::new().expect("folder");
    let page = out.path().join("report.html");
    let (input, to) = (folder.display().to_string(), page.display().to_string());
    let output = kundresa(&[&["report", input.as_str(), "--out", to.as_str()], options].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json = fs::read_to_string(page.with_extension("json")).expect("report.json");
    (serde_json::from_str(&json).expect("JSON"), fs::read_to_string(page).expect("report.html"))
}

fn sample() -> PathBuf {
    root().join("sample_data/webshop")
}

fn truth() -> Value {
    let text = fs::read_to_string(root().join("sample_data/webshop.truth.json")).expect("truth");
    serde_json::from_str(&text).expect("JSON")
}

/// `name, reached, stopped, open` of the steps of a funnel, by the event that satisfies them.
fn steps(funnel: &Value, name: &str) -> Vec<(String, u64, u64, u64)> {
    let count = |step: &Value, key: &str| step[key].as_u64().expect("count");
    let steps = funnel.as_array().expect("steps").iter();
    steps
        .map(|step| {
            (
                step[name].as_str().expect("name").to_owned(),
                count(step, "reached"),
                count(step, "stopped"),
                count(step, "open"),
            )
        })
        .collect()
}

#[test]
fn report_recovers_the_planted_truth() {
    let (document, _) = report(&sample());
    let (results, truth) = (&document["results"], truth());
    assert_eq!(results["sessions"]["events"], truth["rows"]["events"]);
    assert_eq!(results["sessions"]["actors"], truth["actors"]);
    assert_eq!(results["sessions"]["sessions"], truth["sessions"]);
    assert_eq!(results["sessions"]["unidentified_events"], truth["rows"]["unidentified"]);
    assert_eq!(results["quality"]["repeated_orders"], truth["repeated_orders"]);
    assert_eq!(results["quality"]["rejected"], 0);
    let funnel = &results["funnels"][0];
    assert_eq!(steps(&funnel["steps"], "when"), steps(&truth["funnel"], "name"));
}

#[test]
fn report_finds_the_checkout_step_that_is_broken_on_tablets() {
    let (document, page) = report(&sample());
    let (segments, truth) = (&document["results"]["funnels"][0]["by"]["rows"], truth());
    let mut drop_offs = BTreeMap::new();
    for segment in segments.as_array().expect("rows") {
        let device = segment["value"].as_str().expect("device");
        let reached = |steps: &Value| -> Vec<u64> {
            steps.as_array().expect("steps").iter().map(|step| step["reached"].as_u64().expect("count")).collect()
        };
        assert_eq!(reached(&segment["steps"]), reached(&truth["funnel_by_device"][device]), "{device}");
        drop_offs.insert(device.to_owned(), segment["steps"][2]["drop_off"]["value"].as_f64().expect("rate"));
    }
    assert!(drop_offs["tablet"] > 2.0 * drop_offs["desktop"].max(drop_offs["mobile"]), "{drop_offs:?}");
    assert!(page.to_lowercase().contains("tablet"), "the page names the broken segment");
}

#[test]
fn report_under_a_privacy_threshold_hides_small_groups_and_leaves_paths_out() {
    let (document, page) = report_with(&sample(), &["--min-actors", "50"]);
    let results = &document["results"];
    assert_eq!(results["settings"]["min_actors"], 50);
    assert!(results["paths"].is_null() && results["paths_to_conversion"].is_null());
    assert!(page.contains("Paths are left out"), "the page says why");
    // 25 on tablets began the checkout, 431 of all entered.
    let funnel = &results["funnels"][0];
    assert_eq!(funnel["steps"][0]["reached"], 431);
    let reached = funnel["by"]["rows"].as_array().expect("rows").iter().flat_map(|row| {
        row["steps"].as_array().expect("steps").iter().filter_map(|step| step["reached"].as_u64()).collect::<Vec<_>>()
    });
    assert_eq!(reached.filter(|count| (1..50).contains(count)).collect::<Vec<u64>>(), Vec::<u64>::new());
}

#[test]
fn carts_find_every_order_once_and_the_checkout_that_is_broken_on_tablets() {
    let output = kundresa(&["carts", &sample().display().to_string(), "--by", "device", "--format", "json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let (results, truth) = (&document["results"], truth());
    assert_eq!(results["carts"]["purchases"], truth["orders"]);
    assert_eq!(results["oddities"]["repeated_orders"], truth["repeated_orders"]);
    // The made-up visitors buy from a cart, never without one.
    assert_eq!(results["carts"]["purchases_without_cart"], 0);
    let units: u64 =
        results["items"].as_array().expect("items").iter().map(|item| count(&item["viewed"]["quantity"])).sum();
    // Visitors without consent look at items too, and have no carts.
    assert!(units > 0 && units <= count(&truth["rows"]["by_event"]["view_item"]), "{units}");
    let mut rates = BTreeMap::new();
    for segment in results["by"]["rows"].as_array().expect("rows") {
        let device = segment["value"].as_str().expect("device");
        rates.insert(device.to_owned(), segment["abandonment_rate"]["value"].as_f64().expect("rate"));
    }
    assert!(rates["tablet"] > 1.5 * rates["desktop"].max(rates["mobile"]), "{rates:?}");
}

fn count(value: &Value) -> u64 {
    value.as_u64().expect("count")
}

#[test]
fn one_changed_event_changes_exactly_its_own_cells() {
    let folder = TempDir::new().expect("folder");
    copy(&sample(), folder.path());
    let server = folder.path().join("server_events.csv");
    let text = fs::read_to_string(&server).expect("server log");
    let changed = text.replacen(",review,", ",share,", 1);
    assert_ne!(text, changed, "the sample has a review to change");
    fs::write(&server, changed).expect("written");
    let ((before, page_before), (after, page_after)) = (report(&sample()), report(folder.path()));
    let (before, after) = (leaves(&before["results"]), leaves(&after["results"]));
    // A review and a share are both advocacy by one rule: only figures that name events may move.
    let moved: Vec<&String> =
        before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).collect();
    assert!(!moved.is_empty());
    let names_events =
        ["/event_transitions/", "/flows/events/", "/overview/events_by_name/", "/paths/", "/paths_to_conversion/"];
    assert!(moved.iter().all(|path| names_events.iter().any(|start| path.starts_with(start))), "{moved:?}");
    let visits = |leaves: &BTreeMap<String, String>, event: &str| -> i64 {
        let (path, _) = leaves
            .iter()
            .find(|(path, value)| {
                path.starts_with("/event_transitions/nodes/")
                    && path.ends_with("/name")
                    && **value == format!("\"{event}\"")
            })
            .expect("node");
        leaves[&path.replace("/name", "/visits")].parse().expect("count")
    };
    assert_eq!(visits(&after, "review"), visits(&before, "review") - 1);
    assert_eq!(visits(&after, "share"), visits(&before, "share") + 1);
    assert_ne!(page_before, page_after);
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("folder") {
        let path = entry.expect("entry").path();
        fs::copy(&path, to.join(path.file_name().expect("name"))).expect("copied");
    }
}

/// Every leaf of a JSON value by its path. Lists are keyed by the names of their items where they have any.
fn leaves(value: &Value) -> BTreeMap<String, String> {
    fn walk(path: &str, value: &Value, out: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(key, field)| walk(&format!("{path}/{key}"), field, out)),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .for_each(|(index, item)| walk(&format!("{path}/{}", key(index, item)), item, out)),
            leaf => {
                out.insert(path.to_owned(), leaf.to_string());
            }
        }
    }
    fn key(index: usize, item: &Value) -> String {
        let names: Vec<&str> =
            ["name", "from", "to", "phase", "rule", "value"].iter().filter_map(|key| item[*key].as_str()).collect();
        if names.is_empty() { index.to_string() } else { names.join("→") }
    }
    let mut out = BTreeMap::new();
    walk("", value, &mut out);
    out
}
