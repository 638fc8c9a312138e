//! What is the state of a store, and how does it change all at once?

pub(crate) mod clean;
pub(crate) mod commit;
pub(crate) mod disk;
pub(crate) mod lock;
pub mod manifest;
pub(crate) mod read;
mod rejected;
pub(crate) mod views;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kundresa_model::quality::RejectedRow;

use crate::error::StoreError;
use crate::generation::commit::bytes_of;
use crate::generation::manifest::Manifest;
use crate::generation::read::{OpenRun, open_runs, read_manifest};
use crate::stored::StoredEvents;

/// A store as it is now. Stays readable while others change it.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
    manifest: Arc<Manifest>,
    runs: Arc<Vec<OpenRun>>,
}

impl Store {
    /// Whether there is a store at `path`: a folder with a manifest.
    pub fn is_at(path: &Path) -> bool {
        path.join(manifest::MANIFEST).is_file()
    }

    /// Opens the store at `path` for reading.
    ///
    /// Files that vanish meanwhile are those of a state that a writer has just left behind: the new one is tried.
    ///
    /// # Errors
    /// When there is none, its format is newer than this program, or a file that it names is missing.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut failed = None;
        loop {
            let no_store = || StoreError::NoStore { path: path.to_owned() };
            let manifest = read_manifest(path)?.ok_or_else(no_store)?;
            match open_runs(path, &manifest) {
                Ok(runs) => {
                    let (manifest, runs) = (Arc::new(manifest), Arc::new(runs));
                    return Ok(Self { path: path.to_owned(), manifest, runs });
                }
                Err(error) if failed == Some(manifest.generation) => return Err(error),
                Err(_) => failed = Some(manifest.generation),
            }
        }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of all its files.
    pub fn bytes(&self) -> u64 {
        bytes_of(&self.path, &self.manifest)
    }

    /// What it consists of.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Its events. `asked` names the columns and properties that a command reads; one that lies in `props` becomes a column.
    ///
    /// # Errors
    /// When its files can't be read.
    pub fn events(&self, asked: &BTreeSet<String>) -> Result<StoredEvents, StoreError> {
        let run = |run: &OpenRun| (Arc::clone(&run.run), run.deleted.clone(), run.unsorted);
        StoredEvents::open(&self.manifest, self.runs.iter().map(run).collect(), asked)
    }

    /// Hands out the rejected rows, by input in natural order and line.
    ///
    /// # Errors
    /// When its files can't be read.
    pub fn rejected(&self, visit: &mut dyn FnMut(RejectedRow)) -> Result<(), StoreError> {
        rejected::visit(&self.manifest, &self.runs, visit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::commit::commit;
    use crate::generation::disk::Disk;
    use crate::generation::manifest::StoredRun;

    fn error_of(manifest: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(manifest::MANIFEST), manifest).unwrap();
        Store::open(folder.path()).unwrap_err().to_string()
    }

    #[test]
    fn newer_format_is_told_whatever_else_is_in_it() {
        let message = error_of(r#"{"format": 2, "runs": "elsewhere"}"#);
        for part in ["has format 2", "reads formats up to 1", "use a newer kundresa"] {
            assert!(message.contains(part), "{part} in {message}");
        }
    }

    #[test]
    fn broken_manifest_is_told_with_its_place() {
        let message = error_of("{\"format\": 1,\n  \"generation\": }");
        for part in ["manifest.json` is damaged at line 2, column 17: expected value", "hint: restore"] {
            assert!(message.contains(part), "{part} in {message}");
        }
        let message = error_of(r#"{"format": 1}"#);
        assert!(message.contains("missing field `kundresa`"), "{message}");
    }

    #[test]
    fn folder_without_manifest_is_no_store() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!Store::is_at(folder.path()));
        let message = Store::open(folder.path()).unwrap_err().to_string();
        assert!(message.contains("there is no store at") && message.contains("kundresa load"), "{message}");
        assert!(matches!(Store::open(&folder.path().join("absent")), Err(StoreError::NoStore { .. })));
    }

    #[test]
    fn missing_run_is_named() {
        let folder = tempfile::tempdir().unwrap();
        commit(&Disk::default(), folder.path(), &Manifest::empty()).unwrap();
        let manifest = Manifest { runs: vec![StoredRun { id: 7, ..StoredRun::default() }], ..Manifest::empty() };
        let text = serde_json::to_vec(&manifest).unwrap();
        std::fs::write(folder.path().join(manifest::MANIFEST), text).unwrap();
        assert!(Store::is_at(folder.path()));
        let message = Store::open(folder.path()).unwrap_err().to_string();
        assert!(message.contains("000007` is missing, but the store's manifest names it"), "{message}");
    }
}
