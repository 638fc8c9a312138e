//! Does `ask` answer as the commands do that its questions name?

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{json, stdout};

/// Every kind of question, with scopes and options of their own.
const QUESTIONS: [&[&str]; 13] = [
    &["sessions"],
    &["sessions", "--by", "device", "--top", "2"],
    &["overview", "--rows", "3"],
    &["funnel", "view_item", "add_to_cart", "begin_checkout", "purchase", "--window", "1d"],
    &["funnel", "--step", "view_item", "--step", "purchase", "--unit", "session", "--trend", "day"],
    &["funnel", "view_item", "purchase", "--bridge"],
    &["funnel", "view_item", "value > 100", "--where", "device == \"mobile\""],
    &["carts", "--abandon-after", "30m"],
    &["paths", "--anchor", "add_to_cart", "--depth", "4"],
    &["phases"],
    &["transitions"],
    &["transitions", "--of", "events", "--from", "2024-03-10"],
    &["transitions", "--of", "pages"],
];
/// What holds for all.
const FOR_ALL: [&str; 6] = ["--caps", "off", "--time-zone", "Europe/Oslo", "--threads", "2"];

fn store(folder: &Path) -> String {
    let (log, store) = (folder.join("log").display().to_string(), folder.join("store").display().to_string());
    stdout(&["generate", "--events", "5k", "--seed", "3", "--out", &log]);
    stdout(&["load", &log, "--into", &store]);
    store
}

/// The question as one argument, its words in quotes.
fn written(question: &[&str]) -> String {
    question.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ")
}

fn single(input: &str, question: &[&str]) -> Value {
    let (command, options) = question.split_first().expect("a question has a name");
    let words: Vec<&str> = [*command, input].into_iter().chain(options.iter().copied()).chain(FOR_ALL).collect();
    json(&words)["results"].clone()
}

fn asked(input: &str) -> Value {
    let questions = QUESTIONS.map(written);
    let words: Vec<&str> =
        ["ask", input].into_iter().chain(questions.iter().map(String::as_str)).chain(FOR_ALL).collect();
    json(&words)
}

#[test]
fn answers_over_a_store_are_those_of_the_single_commands() {
    let folder = TempDir::new().expect("folder");
    let input = store(folder.path());
    let answers = asked(&input);
    assert_eq!(answers["questions"].as_array().map(Vec::len), Some(QUESTIONS.len()));
    for (question, results) in QUESTIONS.iter().zip(answers["results"].as_array().expect("a list")) {
        // As texts: values are equal in any order of their members.
        let [alone, beside] = [single(&input, question).to_string(), results.to_string()];
        assert!(alone == beside, "{question:?} is answered otherwise");
    }
}

/// Which rows are the same hangs on the columns that are read, and all questions together read more.
#[test]
fn answers_over_files_differ_in_repeated_rows_alone() {
    let folder = TempDir::new().expect("folder");
    store(folder.path());
    let input = folder.path().join("log").display().to_string();
    let without = |mut results: Value| {
        results["quality"]["repeated_rows"] = Value::Null;
        results.to_string()
    };
    for (question, results) in QUESTIONS.iter().zip(asked(&input)["results"].as_array().expect("a list")) {
        assert!(without(single(&input, question)) == without(results.clone()), "{question:?} is answered otherwise");
    }
}

#[test]
fn tables_are_those_of_the_single_commands() {
    let folder = TempDir::new().expect("folder");
    let input = store(folder.path());
    let [sessions, funnel] = [stdout(&["sessions", &input]), stdout(&["funnel", &input, "view_item", "purchase"])];
    let both = stdout(&["ask", &input, "sessions", "funnel view_item purchase"]);
    assert_eq!(both, format!("[1] sessions\n\n{sessions}\n[2] funnel view_item purchase\n\n{funnel}"));
}
