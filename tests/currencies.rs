//! Are amounts that were converted the same from files and from a store, on any number of threads?

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{json, root, stdout};

fn figures(command: &str, input: &str, threads: &str) -> Value {
    let config = root().join("sample_data/currencies/kundresa.toml").display().to_string();
    let mut document = json(&[command, input, "--config", &config, "--threads", threads]);
    document["results"]["quality"]["repeated_rows"].take();
    document["results"].take()
}

#[test]
fn files_and_stores_tell_one_currency() {
    let folder = TempDir::new().expect("a folder");
    let (orders, sample) = (folder.path().join("orders.csv"), root().join("sample_data/currencies"));
    std::fs::copy(sample.join("orders.csv"), &orders).expect("copied");
    let (input, store) = (orders.display().to_string(), folder.path().join("orders.store").display().to_string());
    let config = sample.join("kundresa.toml").display().to_string();
    stdout(&["load", &input, "--into", &store, "--config", &config]);
    for command in ["overview", "carts", "sessions"] {
        let expected = figures(command, &input, "1");
        assert_eq!(expected["quality"]["currencies"]["converted"], 4);
        assert_eq!(figures(command, &input, "3"), expected, "{command}");
        assert_eq!(figures(command, &store, "2"), expected, "{command}");
    }
    let (files, stored) =
        (stdout(&["export", "events", &input, "--config", &config]), stdout(&["export", "events", &store]));
    assert!(files.contains("original_currency") && stored.contains("original_currency"), "{files}{stored}");
}
