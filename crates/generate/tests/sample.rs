//! Is the shipped sample what the generator writes?
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use kundresa_generate::{truth_path, webshop_sample};

/// Bytes of every file of a folder; compressed ones unpacked, since how well they pack is the library's affair.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), unpacked(&path))).collect()
}

fn unpacked(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    if path.extension().is_none_or(|ending| ending != "gz") {
        return bytes;
    }
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut text).unwrap();
    text
}

#[test]
fn the_shipped_sample_is_what_the_generator_writes() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample_data/webshop");
    let fresh = tempfile::tempdir().unwrap();
    let folder = fresh.path().join("webshop");
    webshop_sample(&folder).unwrap();
    let (shipped_files, fresh_files) = (contents(&shipped), contents(&folder));
    assert_eq!(shipped_files.keys().collect::<Vec<_>>(), fresh_files.keys().collect::<Vec<_>>());
    for (name, bytes) in &shipped_files {
        assert!(
            fresh_files[name] == *bytes,
            "{name} differs: run `cargo run --release -- generate --as webshop --out sample_data/webshop`"
        );
    }
    assert_eq!(std::fs::read(truth_path(&shipped)).unwrap(), std::fs::read(truth_path(&folder)).unwrap());
}

#[test]
fn the_sample_is_small_and_holds_every_kind_of_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample_data/webshop");
    let size: u64 = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    assert!(size < 2_000_000, "{size} bytes");
    let shipped = contents(&folder);
    for ending in [".json.gz", ".parquet", "server_events.csv", "crm_stages.csv", "kundresa.toml", "README.md"] {
        assert!(shipped.keys().any(|name| name.ends_with(ending)), "{ending}");
    }
}
