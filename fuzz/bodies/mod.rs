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

/// The files of a target's corpus, by name.
pub fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(folder().join("corpus").join(name)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.into_iter().filter_map(|path| std::fs::read(&path).ok().map(|bytes| (path, bytes))).collect()
}
