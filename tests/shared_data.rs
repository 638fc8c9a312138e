//! Do real exports load and report with no options? Skipped where the samples are not beside the repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{json, kundresa, shared};

#[test]
fn retentioneering_ecommerce_log_gives_its_known_counts() {
    let Some(path) = shared("data/retentioneering-5/ecom.csv.gz") else { return };
    let path = path.display().to_string();
    let results = &json(&["sessions", &path])["results"];
    assert_eq!((results["events"].as_u64(), results["actors"].as_u64()), (Some(31_106), Some(600)));
    let funnel = &json(&["funnel", &path, "product_view", "add_to_cart", "purchase"])["results"]["steps"];
    let reached: Vec<u64> = (0..3).map(|step| funnel[step]["reached"].as_u64().expect("count")).collect();
    assert!(reached[0] >= reached[1] && reached[1] >= reached[2] && reached[2] > 0, "{reached:?}");
}

#[test]
fn every_named_sample_reports_with_no_options() {
    for sample in [
        "data/retentioneering-5/ecom.csv.gz",
        "data/retentioneering-5/step_matrix_input.csv",
        "data/fivetran-seeds/dbt_ga4_export",
    ] {
        let Some(path) = shared(sample) else { return };
        let folder = TempDir::new().expect("folder");
        let out = folder.path().join("report.html").display().to_string();
        let output = kundresa(&["report", &path.display().to_string(), "--out", &out]);
        let messages = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{sample}: {messages}");
        assert!(folder.path().join("report.json").exists(), "{sample}");
        if sample.contains("dbt_ga4_export") {
            assert!(messages.contains("param_session_engaged"), "the doubled column is warned about: {messages}");
        }
    }
}

#[test]
fn a_real_access_log_has_the_sessions_that_were_counted_by_each_rule_for_visitors() {
    let Some(path) = shared("data/elastic-weblogs/apache_logs") else { return };
    let folder = TempDir::new().expect("folder");
    for (rule, actors, sessions) in [("ip", 1_753, 3_052), ("ip_and_agent", 1_862, 3_224)] {
        let config = folder.path().join(format!("{rule}.toml"));
        std::fs::write(&config, format!("[[sources]]\nvisitor = \"{rule}\"\n")).expect("written");
        let (path, config) = (path.display().to_string(), config.display().to_string());
        let results = &json(&["sessions", &path, "--bots", "include", "--config", &config])["results"];
        let found = (results["events"].as_u64(), results["actors"].as_u64(), results["sessions"].as_u64());
        assert_eq!(found, (Some(10_000), Some(actors), Some(sessions)), "{rule}");
    }
}

/// What retentioneering's own tests expect, and its input; both are skipped together.
fn retentioneering(input: &str) -> Option<(Value, String)> {
    let (expected, input) =
        (shared("data/retentioneering-5/expected.json")?, shared(&format!("data/retentioneering-5/{input}"))?);
    let text = std::fs::read_to_string(expected).expect("it can be read");
    Some((serde_json::from_str(&text).expect("it is JSON"), input.display().to_string()))
}

/// A configuration by which sessions are those that the log names.
fn by_named_sessions(folder: &Path) -> PathBuf {
    let config = folder.join("kundresa.toml");
    std::fs::write(&config, "[sessions]\nuse_vendor_id = true\n").expect("written");
    config
}

fn labels(matrix: &Value) -> Vec<String> {
    let labels = matrix["labels"].as_array().expect("a list");
    labels.iter().map(|label| label.as_str().expect("a text").to_owned()).collect()
}

fn numbers(matrix: &Value) -> Vec<Vec<f64>> {
    serde_json::from_value(matrix.clone()).expect("rows of numbers")
}

/// How retentioneering calls a node.
fn label(name: &Value) -> String {
    match name.as_str() {
        Some("start") => "path_start".to_owned(),
        Some("exit") => "path_end".to_owned(),
        name => name.expect("a text").to_owned(),
    }
}

#[test]
fn transition_matrices_are_those_of_retentioneering() {
    let Some((expected, input)) = retentioneering("transition_matrix_input.csv") else { return };
    let folder = TempDir::new().expect("folder");
    let config = by_named_sessions(folder.path()).display().to_string();
    let expected = &expected["transition_matrix"];
    let labels = labels(expected);
    let by = |arguments: &[&str]| {
        let document = json(&[&["transitions", "--of", "events", &input], arguments].concat());
        let moves = document["results"]["transitions"].as_array().expect("a list").clone();
        let counts = moves.iter().map(|one| ((label(&one["from"]), label(&one["to"])), one["count"].as_f64()));
        let counts: BTreeMap<(String, String), Option<f64>> = counts.collect();
        let count = |from: &String, to: &String| counts.get(&(from.clone(), to.clone())).copied().flatten();
        let matrix: Vec<Vec<f64>> =
            labels.iter().map(|from| labels.iter().map(|to| count(from, to).unwrap_or(0.0)).collect()).collect();
        // A share is that of its row (proba_out).
        for one in &moves {
            let row = labels.iter().position(|known| *known == label(&one["from"])).expect("a known node");
            let sum: f64 = matrix[row].iter().sum();
            assert_eq!(one["share"]["denominator"].as_f64(), Some(sum), "{one}");
        }
        matrix
    };
    assert_eq!(by(&[]), numbers(&expected["by_user_count"]), "a person's events are one session");
    assert_eq!(by(&["--config", &config]), numbers(&expected["by_session_count"]));
}

/// Shares of paths at each step, by node, with those that have ended counted on: retentioneering's step matrix.
fn step_matrix(arguments: &[&str], labels: &[String]) -> Vec<Vec<f64>> {
    let results = &json(arguments)["results"];
    let units = results["units"].as_f64().expect("a number");
    let steps = results["steps"].as_array().expect("a list");
    let depth = usize::try_from(results["depth"].as_u64().expect("a number")).expect("a small number");
    let mut matrix = vec![vec![0.0; depth + 1]; labels.len()];
    matrix[0][0] = 1.0;
    let (nodes, end) = (1..labels.len() - 1, labels.len() - 1);
    for step in 1..=depth {
        let at = |kind: &str, name: &str| {
            let here = steps.iter().filter(|one| one["depth"].as_u64() == Some(step as u64) && one["kind"] == kind);
            here.filter(|one| one["name"] == name).filter_map(|one| one["in"].as_f64()).sum::<f64>() / units
        };
        nodes.clone().for_each(|row| matrix[row][step] = at("node", &labels[row]));
        matrix[end][step] = matrix[end][step - 1] + at("end", "exit");
    }
    matrix
}

#[test]
fn step_matrices_are_those_of_retentioneering() {
    let Some((expected, input)) = retentioneering("step_matrix_input.csv") else { return };
    let folder = TempDir::new().expect("folder");
    let config = by_named_sessions(folder.path()).display().to_string();
    let expected = &expected["step_matrix"];
    let labels = labels(expected);
    let paths = |arguments: &[&str]| step_matrix(&[&["paths", &input, "--depth", "5"], arguments].concat(), &labels);
    let assert_near = |found: &[Vec<f64>], expected: &[Vec<f64>]| {
        let is_near =
            found.iter().flatten().zip(expected.iter().flatten()).all(|(one, other)| (one - other).abs() < 1e-12);
        assert!(found.len() == expected.len() && is_near, "{found:?} is not {expected:?}");
    };
    assert_near(&paths(&[]), &numbers(&expected["matrix_cols_step0_to_5"]));
    let of = |country: &str| paths(&["--config", &config, "--where", &format!("country == \"{country}\"")]);
    let (us, uk) = (of("US"), of("UK"));
    let difference = us.iter().zip(&uk).map(|(us, uk)| us.iter().zip(uk).map(|(us, uk)| us - uk).collect());
    assert_near(&difference.collect::<Vec<Vec<f64>>>(), &numbers(&expected["diff_US_minus_UK_by_session"]));
}
