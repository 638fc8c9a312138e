//! What in a store's folder belongs to no state, and may be removed by whoever holds the lock?

use std::path::{Path, PathBuf};

use crate::generation::commit::{NEW_MANIFEST, NEW_VIEWS};
use crate::generation::disk::{Disk, run_folder};
use crate::generation::manifest::{Manifest, StoredRun};

/// Folder of runs within a store.
pub(crate) const RUNS: &str = "runs";
/// How names of spill folders begin.
pub(crate) const SPILL: &str = "spill-";

/// Removes what `manifest` does not name: runs, deletion files, spilled events and unfinished files. Foreign files stay.
///
/// What can't be removed is left to the next writer: no state depends on it.
pub(crate) fn clean(disk: &Disk, store: &Path, manifest: Option<&Manifest>) {
    for path in rubbish(store, manifest) {
        let _ = if path.is_dir() { disk.remove_folder(&path) } else { disk.remove_file(&path) };
    }
}

/// Everything that [`clean`] would remove, in the order of paths.
pub(crate) fn rubbish(store: &Path, manifest: Option<&Manifest>) -> Vec<PathBuf> {
    let runs = manifest.map_or(&[][..], |manifest| &manifest.runs);
    let named: Vec<PathBuf> = runs.iter().map(|run| run_folder(store, run.id)).collect();
    let mut found = entries(store, |name| is_unfinished(name) || is_spill(name));
    found.extend(entries(&store.join(RUNS), is_run).into_iter().filter(|path| !named.contains(path)));
    for (run, folder) in runs.iter().zip(&named) {
        found.extend(entries(folder, |name| is_stale_deleted(name, run)));
    }
    found.sort_unstable();
    found
}

/// First entry of the folder that no store has, by name; `None` if a store may be begun there.
///
/// Runs without a manifest are taken for those of a first load that was killed, but only beside its lock.
pub(crate) fn foreign(folder: &Path) -> Option<String> {
    let locked = folder.join(super::lock::LOCK).is_file();
    let ours = |name: &str| {
        name == super::lock::LOCK
            || is_unfinished(name) && locked
            || is_spill(name) && locked
            || name == RUNS && locked && entries(&folder.join(RUNS), |run| !is_run(run)).is_empty()
    };
    let mut others = entries(folder, |name| !ours(name));
    others.sort_unstable();
    others.first().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned())
}

/// Whether the name is one that [`run_folder`] gives.
fn is_run(name: &str) -> bool {
    name.len() >= 6 && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_unfinished(name: &str) -> bool {
    [NEW_MANIFEST, NEW_VIEWS].contains(&name)
}

fn is_spill(name: &str) -> bool {
    name.strip_prefix(SPILL).is_some_and(is_run)
}

fn is_stale_deleted(name: &str, run: &StoredRun) -> bool {
    let generation = name.strip_prefix("deleted-").and_then(|rest| rest.strip_suffix(".parquet"));
    generation.is_some_and(is_run) && run.deleted_file.as_deref() != Some(name)
}

/// Paths in `folder` whose names `wanted` wants; none if there is no such folder.
fn entries(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let read = std::fs::read_dir(folder).into_iter().flatten().flatten();
    read.filter(|entry| wanted(&entry.file_name().to_string_lossy())).map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(store: &Path, name: &str) {
        let path = store.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "x").unwrap();
    }

    fn left(store: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![store.to_owned()];
        while let Some(folder) = folders.pop() {
            for path in entries(&folder, |_| true) {
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path.strip_prefix(store).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        found.sort_unstable();
        found
    }

    #[test]
    fn only_what_the_manifest_names_and_foreign_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path();
        for name in [
            "manifest.json",
            "manifest.json.tmp",
            "views.sql",
            "lock",
            "notes.txt",
            "spill-000002/a",
            "runs/000001/run.json",
            "runs/000001/deleted-000001.parquet",
            "runs/000001/deleted-000002.parquet",
            "runs/000002/events.parquet",
            "runs/stray",
            "notes.tmp",
            "spill-mine",
        ] {
            write(store, name);
        }
        let run = StoredRun { id: 1, deleted_file: Some("deleted-000002.parquet".to_owned()), ..StoredRun::default() };
        let manifest = Manifest { runs: vec![run], ..Manifest::empty() };
        clean(&Disk::default(), store, Some(&manifest));
        let kept = [
            "lock",
            "manifest.json",
            "notes.tmp",
            "notes.txt",
            "runs/000001/deleted-000002.parquet",
            "runs/000001/run.json",
            "runs/stray",
            "spill-mine",
            "views.sql",
        ];
        assert_eq!(left(store), kept);
    }

    #[test]
    fn runs_of_something_else_are_foreign() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "runs/000001/model.bin");
        assert_eq!(foreign(folder.path()).as_deref(), Some("runs"));
        write(folder.path(), "lock");
        assert_eq!(foreign(folder.path()), None);
        write(folder.path(), "runs/Jan01_host/log");
        assert_eq!(foreign(folder.path()).as_deref(), Some("runs"));
    }
}
