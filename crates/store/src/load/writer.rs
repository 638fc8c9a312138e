//! Who may change a store, and what is left of a change that fails?

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::actor_key::KeyOfHash;
use crate::error::StoreError;
use crate::generation::clean::{RUNS, clean, foreign};
use crate::generation::commit::{commit, repair_views};
use crate::generation::disk::Disk;
use crate::generation::lock::{LOCK, Lock};
use crate::generation::manifest::Manifest;
use crate::generation::read::read_manifest;
use crate::load::triage::triage;
use crate::load::{Candidate, LoadRequest, LoadSummary, Verdict, WriteOptions};

/// A store with the right to change it. Only one exists at a time, in any process.
#[derive(Debug)]
pub struct StoreWriter {
    pub(crate) path: PathBuf,
    /// The state on disk; none before the first load.
    pub(crate) manifest: Option<Manifest>,
    /// The only way to change it.
    pub(crate) disk: Disk,
    pub(crate) limits: Limits,
    /// Whether this writer made the folder.
    began: bool,
    _lock: Lock,
}

/// What tests set lower than any data would.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// From an identifier's hash to its actor's key.
    pub(crate) key_of_hash: KeyOfHash,
    /// Most distinct values of a coded text column.
    pub(crate) most_values: usize,
    /// Most runs left after a load.
    pub(crate) most_runs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { key_of_hash: |hash| hash, most_values: 1 << 20, most_runs: 8 }
    }
}

impl StoreWriter {
    /// Takes the store at `path` for changing; one is begun if there is none and `create` says so.
    ///
    /// # Errors
    /// When another process changes it, its format is newer, or the folder holds something else.
    pub fn open(path: &Path, create: bool) -> Result<Self, StoreError> {
        Self::open_on(Disk::default(), path, create)
    }

    /// [`Self::open`] by another way to the disk.
    pub(crate) fn open_on(disk: Disk, path: &Path, create: bool) -> Result<Self, StoreError> {
        let began = !path.exists();
        prepare_folder(&disk, path, create)?;
        let lock = Lock::take(path)?;
        // A writer that was killed may have renamed the manifest but not made that last; files of the state before
        // it go only after that.
        disk.sync_folder(path).map_err(StoreError::at("sync", path))?;
        let manifest = read_manifest(path)?;
        clean(&disk, path, manifest.as_ref());
        if let Some(manifest) = &manifest {
            repair_views(&disk, path, manifest);
        }
        Ok(Self { path: path.to_owned(), manifest, disk, limits: Limits::default(), began, _lock: lock })
    }

    /// What the store consists of; none before the first load.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is to be done with candidates, given in natural order of names. With `rebuild` nothing counts as known.
    ///
    /// # Errors
    /// When a known name comes from another place.
    pub fn triage(&self, candidates: &[Candidate], rebuild: bool) -> Result<Vec<Verdict>, StoreError> {
        let known = self.manifest.as_ref().filter(|_| !rebuild);
        triage(known.map_or(&[], |manifest| &manifest.inputs), candidates)
    }

    /// Loads, all or nothing.
    ///
    /// # Errors
    /// When an input can't be read, counts don't add up, or a file can't be written. The store is then as before.
    pub fn load(&mut self, request: LoadRequest<'_>, options: &WriteOptions<'_>) -> Result<LoadSummary, StoreError> {
        let changed = self.apply(&request, options);
        let mut summary = self.settle_unless_ok(changed)?;
        if self.manifest.as_ref().is_some_and(|manifest| manifest.generation > summary.generation) {
            summary.not_compacted = self.tidy(options).err().map(|error| error.to_string());
        }
        Ok(self.with_state(summary))
    }

    /// Makes `manifest` the state.
    pub(crate) fn commit(&mut self, manifest: Manifest) -> Result<(), StoreError> {
        commit(&self.disk, &self.path, &manifest)?;
        self.manifest = Some(manifest);
        Ok(())
    }

    /// Removes what a change left that failed.
    pub(crate) fn settle_unless_ok<T>(&mut self, changed: Result<T, StoreError>) -> Result<T, StoreError> {
        if changed.is_err() {
            self.settle();
        }
        changed
    }

    /// Back to the state on disk. Should that be the new one although the change failed, then it is not certain to last,
    /// and nothing is removed: the next writer does that, once it is.
    fn settle(&mut self) {
        let Ok(found) = read_manifest(&self.path) else { return };
        let generation = |manifest: &Option<Manifest>| manifest.as_ref().map(|manifest| manifest.generation);
        if generation(&found) == generation(&self.manifest) {
            clean(&self.disk, &self.path, found.as_ref());
        }
        self.manifest = found;
    }
}

impl Drop for StoreWriter {
    /// A store that was begun in vain leaves nothing; should the folder hold anything else, it stays.
    fn drop(&mut self) {
        if self.began && self.manifest.is_none() {
            let _ = std::fs::remove_file(self.path.join(LOCK));
            let _ = std::fs::remove_dir(self.path.join(RUNS));
            let _ = std::fs::remove_dir(&self.path);
        }
    }
}

/// Makes sure that `path` is a folder in which a store is or may be begun.
fn prepare_folder(disk: &Disk, path: &Path, create: bool) -> Result<(), StoreError> {
    let no_store = || StoreError::NoStore { path: path.to_owned() };
    match std::fs::metadata(path) {
        Ok(found) if !found.is_dir() => Err(StoreError::NotAFolder { path: path.to_owned() }),
        Ok(_) if read_manifest(path)?.is_some() => Ok(()),
        Ok(_) if !create => Err(no_store()),
        Ok(_) => match foreign(path) {
            Some(found) => Err(StoreError::ForeignFolder { path: path.to_owned(), found }),
            None => Ok(()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound && create => create_folder(disk, path),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(no_store()),
        Err(error) => Err(StoreError::at("read", path)(error)),
    }
}

fn create_folder(disk: &Disk, path: &Path) -> Result<(), StoreError> {
    disk.create_folders(path).map_err(StoreError::at("create", path))?;
    let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    disk.sync_folder(above).map_err(StoreError::at("sync", above))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::manifest::MANIFEST;

    #[test]
    fn folder_of_something_else_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("thesis.txt"), "x").unwrap();
        let message = StoreWriter::open(folder.path(), true).unwrap_err().to_string();
        assert!(message.contains("is no store and not empty: it holds `thesis.txt`"), "{message}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn file_is_no_store() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "x").unwrap();
        assert!(matches!(StoreWriter::open(&path, true), Err(StoreError::NotAFolder { .. })));
    }

    #[test]
    fn folder_is_made_only_when_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/shop.store");
        assert!(matches!(StoreWriter::open(&path, false), Err(StoreError::NoStore { .. })));
        assert!(!path.exists());
        assert_eq!(StoreWriter::open(&path, true).unwrap().manifest(), None);
        assert!(matches!(StoreWriter::open(&path, false), Err(StoreError::NoStore { .. })), "nothing was loaded yet");
        assert!(!path.exists(), "what was begun in vain is gone");
    }

    #[test]
    fn one_writer_at_a_time_and_the_next_when_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let writer = StoreWriter::open(folder.path(), true).unwrap();
        assert!(matches!(StoreWriter::open(folder.path(), true), Err(StoreError::Locked { .. })));
        drop(writer);
        StoreWriter::open(folder.path(), true).unwrap();
    }

    #[test]
    fn opening_for_change_removes_what_a_killed_writer_left() {
        let folder = tempfile::tempdir().unwrap();
        drop(StoreWriter::open(folder.path(), true).unwrap());
        for name in ["runs/000001", "spill-000001"] {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        std::fs::write(folder.path().join("manifest.json.tmp"), "{").unwrap();
        drop(StoreWriter::open(folder.path(), true).unwrap());
        let left = ["runs/000001", "spill-000001", "manifest.json.tmp"].map(|name| folder.path().join(name).exists());
        assert_eq!(left, [false; 3]);
    }

    #[test]
    fn newer_store_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("runs/000001")).unwrap();
        std::fs::write(folder.path().join(MANIFEST), r#"{"format": 9}"#).unwrap();
        assert!(matches!(StoreWriter::open(folder.path(), true), Err(StoreError::NewerFormat { format: 9, .. })));
        assert!(folder.path().join("runs/000001").exists());
    }
}
