//! Is a store that somebody else wrote, or that was damaged, read or refused?
//!
//! The first byte chooses one file of the small store in `fuzz/store`, which the others replace.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use kundresa_model::actor_source::{ActorSource, Projection};
use kundresa_store::{Store, check};

/// Files of the small store by name, with their contents.
static FILES: LazyLock<Vec<(PathBuf, Vec<u8>)>> = LazyLock::new(|| {
    let root = super::folder().join("store");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.sort();
    files
});

fn collect(root: &Path, folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("the small store is there") {
        let path = entry.expect("its files can be listed").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("it lies in the store").to_owned();
            files.push((name, std::fs::read(&path).expect("its files can be read")));
        }
    }
}

/// A store of which one file was replaced.
pub fn store(data: &[u8]) {
    let Some((chosen, content)) = data.split_first() else { return };
    let chosen = usize::from(*chosen) % FILES.len();
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (index, (name, bytes)) in FILES.iter().enumerate() {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder");
        std::fs::write(path, if index == chosen { content } else { bytes }).expect("a file");
    }
    let _ = check(folder.path());
    if let Ok(store) = Store::open(folder.path()) {
        let _ = store.rejected(&mut drop);
        read(&store);
    }
}

fn read(store: &Store) {
    let Ok(events) = store.events(&Default::default()) else { return };
    let text = (0..events.text_columns().len()).collect();
    let projection = Projection { text, value: true, actor_ids: true };
    let mut rows = 0;
    for range in 0..events.ranges() {
        if events.visit_range(range, &projection, &mut |batch| rows += batch.ts.len()).is_err() {
            return;
        }
    }
    let _ = events.visit_unidentified(&projection, &mut |batch| rows += batch.ts.len());
}
