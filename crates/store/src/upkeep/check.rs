//! Does everything on disk agree with what the manifest says?
//!
//! ```text
//! manifest ─► files (there, size, hash) ─► runs open ─► rows of each run ─► totals counted anew
//! ```
//!
//! A run that is damaged is not read further, and totals are counted only where every run is whole. Nobody is kept from
//! changing the store meanwhile; what then looks wrong is looked at again in the new generation.

mod files;
mod rows;
mod state;

use std::fs::{File, TryLockError};
use std::path::Path;

use serde::Serialize;

use crate::actor_key::KeyOfHash;
use crate::error::StoreError;
use crate::generation::clean::rubbish;
use crate::generation::lock::LOCK;
use crate::generation::manifest::{Manifest, StoredRun};
use crate::generation::read::{OpenRun, open_runs, read_manifest};

/// What checking found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Generation checked.
    pub generation: u64,
    /// Runs checked.
    pub runs: u64,
    /// Files checked.
    pub files: u64,
    /// Rows checked.
    pub rows: u64,
    /// What is wrong, as sentences; empty if nothing is.
    pub problems: Vec<String>,
    /// Files that belong to no state of the store, as sentences: a killed load leaves such, and they do no harm.
    /// Empty while another process changes the store, since they may be its own.
    pub leftovers: Vec<String>,
}

/// How often a store is checked that is changed meanwhile.
const ATTEMPTS: usize = 3;

/// Reads everything in the store at `path` and compares it with what its manifest says.
///
/// # Errors
/// When there is no store or it can't be read at all; damage within it is in the report.
pub fn check(path: &Path) -> Result<CheckReport, StoreError> {
    check_by_key(path, |hash| hash)
}

/// [`check`] with another way from an identifier's hash to its actor's key.
pub(crate) fn check_by_key(path: &Path, key_of_hash: KeyOfHash) -> Result<CheckReport, StoreError> {
    settled(path, &mut || check_once(path, key_of_hash))
}

/// What `check_once` reports, asked again while it finds something in a generation that is the store's no more.
pub(crate) fn settled(
    path: &Path,
    check_once: &mut dyn FnMut() -> Result<CheckReport, StoreError>,
) -> Result<CheckReport, StoreError> {
    let mut attempts = 0;
    loop {
        let mut report = check_once()?;
        attempts += 1;
        if !report.leftovers.is_empty() && is_being_changed(path) {
            report.leftovers.clear();
        }
        let is_well = report.problems.is_empty() && report.leftovers.is_empty();
        if is_well || attempts == ATTEMPTS || !has_moved_on(path, report.generation)? {
            return Ok(report);
        }
    }
}

/// Whether somebody holds the lock. It is asked for only for the moment, and with nothing written to it.
fn is_being_changed(store: &Path) -> bool {
    let lock = File::open(store.join(LOCK));
    lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

fn has_moved_on(store: &Path, generation: u64) -> Result<bool, StoreError> {
    Ok(read_manifest(store)?.is_some_and(|manifest| manifest.generation != generation))
}

fn check_once(path: &Path, key_of_hash: KeyOfHash) -> Result<CheckReport, StoreError> {
    let manifest = read_manifest(path)?.ok_or_else(|| StoreError::NoStore { path: path.to_owned() })?;
    let mut report = CheckReport {
        generation: manifest.generation,
        runs: manifest.runs.len() as u64,
        files: 1,
        ..CheckReport::default()
    };
    let mut whole = Vec::new();
    for stored in &manifest.runs {
        whole.extend(check_run(path, &manifest, stored, key_of_hash, &mut report));
    }
    state::check_inputs(&manifest, &mut report.problems);
    if whole.len() == manifest.runs.len() {
        say_error(state::check_totals(&manifest, &whole, &mut report.problems), &mut report.problems);
    }
    let unnamed = rubbish(path, Some(&manifest));
    report.leftovers.extend(
        unnamed
            .iter()
            .map(|path| format!("`{}` belongs to no state of the store; the next load removes it", path.display())),
    );
    Ok(report)
}

/// The run, if it is whole.
fn check_run(
    store: &Path,
    manifest: &Manifest,
    stored: &StoredRun,
    key_of_hash: KeyOfHash,
    report: &mut CheckReport,
) -> Option<OpenRun> {
    let before = report.problems.len();
    match files::check(store, stored, report) {
        Ok(true) => {}
        Ok(false) => return None,
        Err(error) => {
            report.problems.push(sentence(&error));
            return None;
        }
    }
    let only = Manifest { runs: vec![stored.clone()], ..manifest.clone() };
    let open = match open_runs(store, &only) {
        Ok(mut runs) => runs.pop()?,
        Err(error) => {
            report.problems.push(sentence(&error));
            return None;
        }
    };
    report.rows += open.run.facts.rows + open.run.facts.unidentified_rows;
    let folder = crate::generation::disk::run_folder(store, stored.id);
    let mut checker = rows::RunCheck::new(&folder, &open, manifest, key_of_hash);
    say_error(checker.run(stored), &mut report.problems);
    report.problems.append(&mut checker.problems);
    (report.problems.len() == before).then_some(open)
}

/// Notes why something could not be read.
fn say_error(result: Result<(), StoreError>, problems: &mut Vec<String>) {
    if let Err(error) = result {
        problems.push(sentence(&error));
    }
}

/// What is wrong, without the hint to run a check.
fn sentence(error: &StoreError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
