//! How do several runs become one?

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::StoreError;
use crate::generation::commit::bytes_of;
use crate::generation::disk::{Disk, run_folder};
use crate::generation::manifest::{Manifest, StoredRun};
use crate::generation::read::{OpenRun, open_runs};
use crate::load::reconcile::Marks;
use crate::load::writer::Limits;
use crate::load::{CompactSummary, StoreWriter, WriteOptions};
use crate::run::writer::WrittenRun;
use crate::upkeep::place::Placing;
use crate::upkeep::rewrite::{Rewrite, Source};

/// Writes one run with the rows of the runs `which`, in total order, and how many rows were left out.
///
/// Replaced rows are left out, duplicates stay what they are, and rejected rows of inputs that still exist come along.
/// What any analysis sees is the same before and after. Options bound a load; here one thread merges row group by row
/// group, whatever they say.
///
/// # Errors
/// When files can't be read or written. The new run is then in no manifest.
pub(crate) fn compact_runs(
    disk: &Disk,
    store: &Path,
    manifest: &Manifest,
    which: &[u64],
    new_run: u64,
    _options: &WriteOptions<'_>,
) -> Result<(WrittenRun, u64), StoreError> {
    compact_with(disk, store, manifest, which, new_run, Limits::default().most_values)
}

/// [`compact_runs`] with another limit for codes.
pub(crate) fn compact_with(
    disk: &Disk,
    store: &Path,
    manifest: &Manifest,
    which: &[u64],
    new_run: u64,
    most_values: usize,
) -> Result<(WrittenRun, u64), StoreError> {
    let runs = manifest.runs.iter().filter(|run| which.contains(&run.id)).cloned().collect();
    let runs = open_runs(store, &Manifest { runs, ..manifest.clone() })?;
    let sources: Vec<Source<'_>> = runs.iter().map(without_replaced).collect();
    let rewrite = Rewrite {
        disk,
        folder: &run_folder(store, new_run),
        sources: &sources,
        placing: &Placing::of(&manifest.inputs, &manifest.sources),
        most_values,
    };
    let inputs: BTreeSet<u32> = manifest.inputs.iter().map(|input| input.id).collect();
    let written = rewrite.run(&|input, _| inputs.contains(&input))?;
    Ok((written, sources.iter().map(|source| source.drop.len()).sum()))
}

fn without_replaced(open: &OpenRun) -> Source<'_> {
    let Marks { replaced, duplicates } = Marks::of(&open.deleted);
    Source { run: &open.run, unsorted: open.unsorted, drop: replaced, duplicates }
}

impl StoreWriter {
    /// Merges all runs into one and drops rows that do not count; duplicates stay. Does nothing if that is how it is.
    ///
    /// # Errors
    /// When files can't be read or written. The store is then as before.
    pub fn compact(&mut self, options: &WriteOptions<'_>) -> Result<CompactSummary, StoreError> {
        let Some(before) = self.manifest.clone() else {
            return Err(StoreError::NoStore { path: self.path.clone() });
        };
        let bytes_before = bytes_of(&self.path, &before);
        let rows_dropped = if is_compact(&self.path, &before)? { 0 } else { self.merge_all(&before, options)? };
        let after = self.manifest.as_ref().unwrap_or(&before);
        Ok(CompactSummary {
            generation: after.generation,
            runs_before: before.runs.len() as u64,
            runs_after: after.runs.len() as u64,
            rows_dropped,
            bytes_before,
            bytes_after: bytes_of(&self.path, after),
        })
    }

    fn merge_all(&mut self, before: &Manifest, options: &WriteOptions<'_>) -> Result<u64, StoreError> {
        let which: Vec<u64> = before.runs.iter().map(|run| run.id).collect();
        self.merge_runs(&which, options)
    }
}

/// Whether there is at most one run, in order and without rows that could be left out.
fn is_compact(store: &Path, manifest: &Manifest) -> Result<bool, StoreError> {
    let [StoredRun { unsorted: false, .. }] = manifest.runs.as_slice() else { return Ok(manifest.runs.is_empty()) };
    let runs = open_runs(store, manifest)?;
    Ok(runs.iter().all(|open| Marks::of(&open.deleted).replaced.is_empty()))
}
