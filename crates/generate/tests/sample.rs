//! Is the shipped sample what the generator writes?

use std::collections::BTreeMap;
use std::path::Path;

use kundresa_generate::{truth_path, webshop_sample};

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect()
}

#[test]
fn the_shipped_sample_is_byte_for_byte_what_the_generator_writes() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample_data/webshop");
    let fresh = tempfile::tempdir().unwrap();
    let folder = fresh.path().join("webshop");
    webshop_sample(&folder).unwrap();
    let (shipped_files, fresh_files) = (contents(&shipped), contents(&folder));
    assert_eq!(shipped_files.keys().collect::<Vec<_>>(), fresh_files.keys().collect::<Vec<_>>());
    for (name, bytes) in &shipped_files {
        assert!(
            fresh_files[name] == *bytes,
            "{name} differs: run `cargo run --release -p kundresa-generate --example webshop_sample`"
        );
    }
    assert_eq!(std::fs::read(truth_path(&shipped)).unwrap(), std::fs::read(truth_path(&folder)).unwrap());
}

#[test]
fn the_sample_is_small_and_holds_every_kind_of_source() {
    let shipped = contents(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample_data/webshop"));
    let size: usize = shipped.values().map(Vec::len).sum();
    assert!(size < 1_500_000, "{size} bytes");
    for ending in [".json.gz", ".parquet", "server_events.csv", "crm_stages.csv", "kundresa.toml", "README.md"] {
        assert!(shipped.keys().any(|name| name.ends_with(ending)), "{ending}");
    }
}
