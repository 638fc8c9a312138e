//! How does a store go from one state to the next at once?
//!
//! The files of the new state are complete and synced before its manifest takes the place of the old one. Until that
//! rename nothing has happened; after it nothing is left to do that a later writer could not do as well.

use std::io::Write;
use std::path::Path;

use crate::error::StoreError;
use crate::generation::clean::clean;
use crate::generation::disk::{Disk, run_folder};
use crate::generation::manifest::{MANIFEST, Manifest};
use crate::generation::read::read_facts;
use crate::generation::views::views_sql;
use crate::run::facts::RunFacts;

/// Name of the views.
const VIEWS: &str = "views.sql";
/// The manifest before it is the manifest.
pub(crate) const NEW_MANIFEST: &str = "manifest.json.tmp";
/// The same for the views.
pub(crate) const NEW_VIEWS: &str = "views.sql.tmp";

/// Makes `manifest` the state of the store and removes what it does not name.
///
/// # Errors
/// When a file can't be written. The state is then the old one, unless only the last sync of the folder failed.
pub(crate) fn commit(disk: &Disk, store: &Path, manifest: &Manifest) -> Result<(), StoreError> {
    let views = views(store, manifest)?;
    write_file(disk, &store.join(NEW_VIEWS), views.as_bytes())?;
    write_file(disk, &store.join(NEW_MANIFEST), &json(manifest))?;
    // The names of what the manifest names last before it does.
    disk.sync_folder(store).map_err(StoreError::at("sync", store))?;
    replace(disk, store, NEW_MANIFEST, MANIFEST)?;
    // The views follow from the manifest; a writer that finds them too old writes them again.
    let _ = replace(disk, store, NEW_VIEWS, VIEWS);
    clean(disk, store, Some(manifest));
    Ok(())
}

/// Writes `views.sql` again where it does not belong to `manifest`, as after a power cut. A store works without.
pub(crate) fn repair_views(disk: &Disk, store: &Path, manifest: &Manifest) {
    let found = std::fs::read_to_string(store.join(VIEWS)).unwrap_or_default();
    if found.starts_with(&title(manifest)) {
        return;
    }
    let _ = views(store, manifest)
        .and_then(|views| write_file(disk, &store.join(NEW_VIEWS), views.as_bytes()))
        .and_then(|()| replace(disk, store, NEW_VIEWS, VIEWS));
}

/// Bytes of all files of the store: its runs, and those that say what it consists of.
pub(crate) fn bytes_of(store: &Path, manifest: &Manifest) -> u64 {
    let state = [MANIFEST, VIEWS].iter().filter_map(|name| store.join(name).metadata().ok());
    manifest.runs.iter().map(|run| run.bytes).chain(state.map(|file| file.len())).sum()
}

/// Writes and syncs a whole file, over what an attempt before may have left.
fn write_file(disk: &Disk, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    if path.exists() {
        disk.remove_file(path).map_err(StoreError::at("remove", path))?;
    }
    let mut file = disk.create(path).map_err(StoreError::at("create", path))?;
    file.write_all(bytes).and_then(|()| file.sync()).map_err(StoreError::at("write", path))
}

fn replace(disk: &Disk, store: &Path, from: &str, to: &str) -> Result<(), StoreError> {
    let path = store.join(to);
    disk.rename(&store.join(from), &path).map_err(StoreError::at("replace", &path))?;
    disk.sync_folder(store).map_err(StoreError::at("sync", store))
}

fn json(manifest: &Manifest) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(manifest).expect("a manifest has text keys only");
    bytes.push(b'\n');
    bytes
}

/// First line of the views, which ties them to their generation.
fn title(manifest: &Manifest) -> String {
    format!("-- Kundresa store, generation {}\n", manifest.generation)
}

fn views(store: &Path, manifest: &Manifest) -> Result<String, StoreError> {
    let facts = |id: u64| Ok((id, read_facts(&run_folder(store, id))?));
    let facts: Vec<(u64, RunFacts)> =
        manifest.runs.iter().map(|run| facts(run.id)).collect::<Result<_, StoreError>>()?;
    let facts: Vec<(u64, &RunFacts)> = facts.iter().map(|(id, facts)| (*id, facts)).collect();
    Ok(views_sql(manifest, &facts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::disk::Power;
    use crate::generation::read::read_manifest;

    fn generation(generation: u64) -> Manifest {
        Manifest { generation, ..Manifest::empty() }
    }

    fn names(store: &Path) -> Vec<String> {
        let read = std::fs::read_dir(store).unwrap();
        let mut names: Vec<String> = read.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn power_cut_at_any_step_leaves_the_old_manifest_or_the_new_one() {
        let mut seen = std::collections::BTreeSet::new();
        for last in 0.. {
            let folder = tempfile::tempdir().unwrap();
            let store = folder.path();
            commit(&Disk::default(), store, &generation(1)).unwrap();
            let power = Power::for_steps(last);
            let done = commit(&Disk::with_power(&power), store, &generation(2)).is_ok();
            let found = read_manifest(store).unwrap().unwrap();
            assert!(found == generation(1) && !done || found == generation(2), "step {last}");
            seen.insert(found.generation);
            commit(&Disk::default(), store, &generation(3)).unwrap();
            assert_eq!(names(store), ["manifest.json", "views.sql"], "step {last}");
            if power.steps() <= last {
                break;
            }
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn views_of_another_generation_are_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path();
        commit(&Disk::default(), store, &generation(1)).unwrap();
        repair_views(&Disk::default(), store, &generation(2));
        let views = std::fs::read_to_string(store.join(VIEWS)).unwrap();
        assert!(views.starts_with("-- Kundresa store, generation 2\n"), "{views}");
        let written = std::fs::metadata(store.join(VIEWS)).unwrap().modified().unwrap();
        repair_views(&Disk::default(), store, &generation(2));
        let found = std::fs::metadata(store.join(VIEWS)).unwrap().modified().unwrap();
        assert_eq!(found, written, "they fit, so they stay");
        assert_eq!(names(store), ["manifest.json", "views.sql"]);
    }
}
