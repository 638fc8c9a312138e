//! Is every sample of a source read or refused in peace where it is cut short or damaged, alone and in its folder?

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kundresa_ingest::{IngestConfig, discover, plan};
use kundresa_model::source::{EventSource, Wanted};

use crate::fuzz_corpora::bodies::inputs;
use crate::support::root;

/// Ways in which each file is damaged, and as many places where it is cut.
const PLACES: usize = 12;
/// Far longer than any sample takes, and shorter than a hang.
const TOO_LONG: Duration = Duration::from_secs(20);

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the samples are there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    paths
}

/// The file cut at, and changed at, evenly spread places.
fn damaged(bytes: &[u8]) -> Vec<Vec<u8>> {
    let places = (0..PLACES).map(|number| bytes.len() * (2 * number + 1) / (2 * PLACES));
    let strange = [0xff, b'"', 0, b'\n', b'{', b'}', b',', b'\\', b'<', b'-', b'9', 0x80];
    let cut = places.clone().map(|place| bytes[..place].to_vec());
    let flipped = places.zip(strange).filter(|(place, _)| *place < bytes.len()).map(|(place, byte)| {
        let mut bytes = bytes.to_vec();
        bytes[place] = if bytes[place] == byte { !byte } else { byte };
        bytes
    });
    cut.chain(flipped).collect()
}

/// Everything that is in a folder, unless it is refused.
fn read(folder: &Path) -> Option<()> {
    let inputs = discover(&[folder.display().to_string()]).ok()?;
    let plan = plan(inputs, &IngestConfig::default()).ok()?;
    let events = plan.events(Wanted { text: Default::default(), everything: true });
    for part in 0..events.parts() {
        let mut reader = events.open(part).ok()?;
        let (mut kept, mut rejected) = (0, 0);
        while let Some(table) = reader.next_table().ok()? {
            kept += table.len() as u64;
            rejected += reader.take_rejected().len() as u64;
        }
        rejected += reader.take_rejected().len() as u64;
        assert_eq!(reader.report().rows_in, kept + rejected, "every row is kept or rejected");
    }
    Some(())
}

/// Reads the files of a folder with one of them damaged in every way.
fn assert_peaceful(folder: &Path) {
    let files: Vec<PathBuf> = entries(folder).into_iter().filter(|path| path.is_file()).collect();
    let copy = tempfile::tempdir().expect("a temporary folder");
    let at = |path: &Path| copy.path().join(path.file_name().expect("a file has a name"));
    for path in &files {
        std::fs::copy(path, at(path)).expect("it can be copied");
    }
    for path in &files {
        let bytes = std::fs::read(path).expect("it can be read");
        for bytes in damaged(&bytes) {
            let started = Instant::now();
            inputs::delimited(&bytes);
            std::fs::write(at(path), &bytes).expect("it can be written");
            read(copy.path());
            assert!(started.elapsed() < TOO_LONG, "{} takes {:?}", path.display(), started.elapsed());
        }
        std::fs::copy(path, at(path)).expect("it can be copied");
    }
}

#[test]
fn damaged_samples_of_every_source_pass() {
    let folders: Vec<PathBuf> =
        entries(&root().join("sample_data/sources")).into_iter().filter(|path| path.is_dir()).collect();
    assert!(folders.len() > 25, "every source has a folder");
    for folder in folders {
        let passed = std::panic::catch_unwind(|| assert_peaceful(&folder));
        assert!(passed.is_ok(), "{}", folder.display());
    }
}
