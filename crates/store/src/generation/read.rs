//! What does the manifest on disk say, and do all its files open?

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use crate::error::StoreError;
use crate::generation::disk::run_folder;
use crate::generation::manifest::{FORMAT, MANIFEST, Manifest, StoredRun};
use crate::run::deleted::Deleted;
use crate::run::facts::RunFacts;
use crate::run::reader::Run;

/// A run of a generation with its files open.
#[derive(Debug)]
pub(crate) struct OpenRun {
    /// Number.
    pub(crate) id: u64,
    /// Its files.
    pub(crate) run: Arc<Run>,
    /// Rows that do not count.
    pub(crate) deleted: Deleted,
    /// [`StoredRun::unsorted`].
    pub(crate) unsorted: bool,
}

/// The part of a manifest that every format has.
#[derive(Deserialize)]
struct AnyFormat {
    format: u32,
}

/// The manifest of the store at `store`; none if there is no store.
///
/// # Errors
/// When it can't be read, is damaged, or has a format newer than this program.
pub(crate) fn read_manifest(store: &Path) -> Result<Option<Manifest>, StoreError> {
    let path = store.join(MANIFEST);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(StoreError::at("read", &path)(error)),
    };
    let AnyFormat { format } = parse(&path, &bytes)?;
    if format > FORMAT {
        return Err(StoreError::NewerFormat { store: store.to_owned(), format, newest: FORMAT });
    }
    parse(&path, &bytes).map(Some)
}

/// What `run.json` in `folder` says.
pub(crate) fn read_facts(folder: &Path) -> Result<RunFacts, StoreError> {
    let path = folder.join("run.json");
    let bytes = std::fs::read(&path).map_err(|error| missing_or(error, &path))?;
    parse(&path, &bytes)
}

/// Opens every run that `manifest` names.
///
/// # Errors
/// When one is missing or damaged.
pub(crate) fn open_runs(store: &Path, manifest: &Manifest) -> Result<Vec<OpenRun>, StoreError> {
    manifest.runs.iter().map(|stored| open_run(store, stored)).collect()
}

fn open_run(store: &Path, stored: &StoredRun) -> Result<OpenRun, StoreError> {
    let folder = run_folder(store, stored.id);
    // Asked first, since only the state of the whole store can say that a folder ought to be there.
    std::fs::metadata(&folder).map_err(|error| missing_or(error, &folder))?;
    let deleted = match &stored.deleted_file {
        Some(name) if !is_plain(name) => {
            let problem = format!("its manifest names the file {name:?}, which does not lie in a run");
            return Err(StoreError::RunDamaged { path: folder, problem });
        }
        Some(name) => read_deleted(&folder.join(name))?,
        None => Deleted::default(),
    };
    Ok(OpenRun { id: stored.id, run: Arc::new(Run::open(&folder)?), deleted, unsorted: stored.unsorted })
}

/// Whether a name leads nowhere but into the folder that it is joined to.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name != ".." && name != "." && !name.contains(['/', '\\', '\0'])
}

fn read_deleted(path: &Path) -> Result<Deleted, StoreError> {
    std::fs::metadata(path).map_err(|error| missing_or(error, path))?;
    Deleted::read(path)
}

fn missing_or(error: std::io::Error, path: &Path) -> StoreError {
    match error.kind() {
        ErrorKind::NotFound => StoreError::Missing { path: path.to_owned() },
        _ => StoreError::at("read", path)(error),
    }
}

fn parse<T: for<'a> Deserialize<'a>>(path: &Path, bytes: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default().to_owned();
        StoreError::BrokenJson { path: path.to_owned(), line, column, what }
    })
}
