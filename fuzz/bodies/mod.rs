//! What each fuzz target does with its bytes: plain functions, so that the committed corpora also run as tests.
//!
//! A body must return for any bytes: a panic, an abort, endless work or a broken promise is a finding.

pub mod inputs;
pub mod predicate;
pub mod store;
pub mod times;

use std::path::{Path, PathBuf};

/// A target: its name, which is that of its corpus, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// All targets but `configuration`, which lives where the command line is built.
pub const TARGETS: [Target; 9] = [
    ("delimited", inputs::delimited),
    ("json", inputs::json),
    ("ga4", inputs::ga4),
    ("parquet", inputs::parquet),
    ("container", inputs::container),
    ("mapping", inputs::mapping),
    ("times", times::times),
    ("predicate", predicate::predicate),
    ("store", store::store),
];

/// The folder `fuzz` of the repository.
pub fn folder() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let above = here.ancestors().find(|folder| folder.join("fuzz/bodies").is_dir());
    above.unwrap_or(here).join("fuzz")
}

/// The files of a target's corpus, by name, with those of the shipped samples that it is for.
pub fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let mut paths = files(&folder().join("corpus").join(name));
    let samples = files(&folder().join("../sample_data/sources")).into_iter().flat_map(|source| files(&source));
    paths.extend(samples.filter(|path| target_of(path) == Some(name)));
    paths.sort();
    paths.into_iter().filter_map(|path| std::fs::read(&path).ok().map(|bytes| (path, bytes))).collect()
}

/// What is in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

/// The target whose corpus a sample belongs to, by the ending of its name.
fn target_of(sample: &Path) -> Option<&'static str> {
    match sample.extension()?.to_str()? {
        "csv" | "tsv" | "txt" | "log" | "xes" => Some("delimited"),
        "json" | "jsonl" | "ndjson" => Some("json"),
        "parquet" => Some("parquet"),
        "gz" | "bz2" | "zst" | "zip" | "tar" => Some("container"),
        _ => None,
    }
}
