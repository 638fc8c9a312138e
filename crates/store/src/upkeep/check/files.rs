//! Is every file of a run there, as long as it was, and with the bytes that were written?

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use twox_hash::XxHash3_128;

use super::CheckReport;
use crate::error::StoreError;
use crate::generation::disk::run_folder;
use crate::generation::manifest::StoredRun;
use crate::generation::read::read_facts;
use crate::run::facts::{FileFacts, RunFacts};

/// Checks the files that the run and its facts name, and finds others beside them, which are no problem. Gives whether the run's own are whole.
pub(super) fn check(store: &Path, stored: &StoredRun, report: &mut CheckReport) -> Result<bool, StoreError> {
    let folder = run_folder(store, stored.id);
    let facts = read_facts(&folder)?;
    report.files += 1;
    report.files += facts.files.len() as u64 + u64::from(stored.deleted_file.is_some());
    let problems: Vec<String> = facts.files.iter().filter_map(|file| problem(&folder, file)).collect();
    let is_whole = problems.is_empty();
    report.problems.extend(problems);
    report.leftovers.extend(others(&folder, stored, &facts));
    report.problems.extend(other_size(&folder, stored, &facts));
    Ok(is_whole)
}

/// Files beside those of the run.
fn others(folder: &Path, stored: &StoredRun, facts: &RunFacts) -> Vec<String> {
    let known = |name: &str| {
        name == "run.json"
            || stored.deleted_file.as_deref() == Some(name)
            || facts.files.iter().any(|file| file.name == name)
    };
    let others = names(folder).into_iter().filter(|name| !known(name) && !name.starts_with("deleted-"));
    others.map(|name| format!("`{}` is a file that the run does not name", folder.join(name).display())).collect()
}

/// Whether all files together are as long as the manifest says.
fn other_size(folder: &Path, stored: &StoredRun, facts: &RunFacts) -> Option<String> {
    let on_disk = std::iter::once("run.json").chain(facts.files.iter().map(|file| file.name.as_str()));
    let on_disk = on_disk.chain(stored.deleted_file.as_deref());
    let bytes: u64 = on_disk.filter_map(|name| folder.join(name).metadata().ok()).map(|file| file.len()).sum();
    let (path, said) = (folder.display(), stored.bytes);
    (bytes != said).then(|| format!("the files of `{path}` have {bytes} bytes, but the manifest says {said}"))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

fn problem(folder: &Path, file: &FileFacts) -> Option<String> {
    let path = folder.join(&file.name);
    let shown = path.display();
    match bytes_and_hash(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some(format!("`{shown}` is missing")),
        Err(error) => Some(format!("`{shown}` can't be read: {error}")),
        Ok((bytes, _)) if bytes != file.bytes => {
            Some(format!("`{shown}` has {bytes} bytes, but {} were written", file.bytes))
        }
        Ok((_, hash)) if hash != file.hash => Some(format!("`{shown}` does not hold the bytes that were written")),
        Ok(_) => None,
    }
}

fn bytes_and_hash(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hasher = XxHash3_128::new();
    let (mut buffer, mut bytes) = (vec![0; 1 << 20], 0);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((bytes, format!("xxh3-128:{:032x}", hasher.finish_128())));
        }
        hasher.write(&buffer[..read]);
        bytes += read as u64;
    }
}
