//! Do the manifest's counts add up, and are they what the rows give?

use std::collections::BTreeMap;

use kundresa_model::quality::{LoadTotals, RejectReason};

use crate::error::StoreError;
use crate::generation::manifest::{MANIFEST, Manifest, StoredInput};
use crate::generation::read::OpenRun;
use crate::load::reconcile::{Inputs, Marks, lost_partitions, recount};
use crate::run::reader::{Columns, Run};
use crate::upkeep::read::{all_rows, read, stretches};

/// Checks that each input accounts for its rows, and that numbers are not given twice.
pub(super) fn check_inputs(manifest: &Manifest, problems: &mut Vec<String>) {
    let mut ids: Vec<u32> = manifest.inputs.iter().map(|input| input.id).collect();
    ids.sort_unstable();
    let is_repeated = ids.windows(2).any(|pair| pair[0] == pair[1]);
    if is_repeated || ids.last().is_some_and(|last| *last >= manifest.next_input) {
        problems.push(format!("`{MANIFEST}` gives a number to two inputs, or will"));
    }
    for input in &manifest.inputs {
        let kept: u64 = input.partitions.values().sum();
        let by_reason: u64 = input.rejected_by_reason.values().sum();
        if input.rows_in != kept + input.rejected + input.forgotten || by_reason != input.rejected {
            problems.push(format!("`{MANIFEST}` does not account for all rows of input `{}`", input.name));
        }
    }
}

/// Counts everything anew.
pub(super) fn check_totals(
    manifest: &Manifest,
    runs: &[OpenRun],
    problems: &mut Vec<String>,
) -> Result<(), StoreError> {
    let inputs = Inputs { inputs: &manifest.inputs, sources: &manifest.sources };
    let all: Vec<(u64, &Run, Marks)> =
        runs.iter().map(|open| (open.id, &*open.run, Marks::of(&open.deleted))).collect();
    let recounted = recount(&all, &inputs)?;
    for (name, said, found) in differences(&manifest.totals, &recounted.totals) {
        problems.push(format!("`{MANIFEST}` says {said} {name}, but there are {found}"));
    }
    if manifest.totals.rejected_by_reason != recounted.totals.rejected_by_reason {
        problems.push(format!("`{MANIFEST}` says otherwise of the store than of its inputs why rows were rejected"));
    }
    for (id, _, marks) in &all {
        let found = recounted.deleted.get(id).map(Marks::of).unwrap_or_default();
        if found.duplicates.len() != marks.duplicates.len() {
            let (said, found) = (marks.duplicates.len(), found.duplicates.len());
            problems.push(format!("run {id} marks {said} rows that repeat an event id, but {found} do"));
        }
    }
    check_rows_of_inputs(manifest, runs, problems)?;
    check_rejected(manifest, runs, problems)
}

/// Counts that differ, by name.
fn differences(said: &LoadTotals, found: &LoadTotals) -> Vec<(&'static str, u64, u64)> {
    let identity =
        |totals: &LoadTotals| totals.events + totals.duplicates + totals.rejected + totals.replaced + totals.forgotten;
    let counts = |totals: &LoadTotals| {
        [
            ("rows read", totals.rows_in),
            ("events", totals.events),
            ("duplicates", totals.duplicates),
            ("rejected rows", totals.rejected),
            ("replaced rows", totals.replaced),
            ("forgotten rows", totals.forgotten),
            ("events without an actor", totals.unidentified),
            ("actors", totals.actors),
            ("event ids under several identities", totals.event_id_conflicts),
            ("repeated rows", totals.repeated_rows),
            ("repeated orders", totals.repeated_orders),
            ("bad values", totals.bad_values),
            ("corrected times", totals.clocks.corrected),
            ("implausible times", totals.clocks.implausible),
            ("converted amounts", totals.currencies.converted),
            ("unconverted amounts", totals.currencies.unconverted.values().sum()),
            ("rows in all", identity(totals)),
        ]
    };
    let both = counts(said).into_iter().zip(counts(found));
    let mut differences: Vec<_> = both.map(|((name, said), (_, found))| (name, said, found)).collect();
    differences.push(("rows read of all that are somewhere", said.rows_in, identity(said)));
    differences.retain(|(_, said, found)| said != found);
    differences
}

/// Rows of each input that are there and not replaced must be as many as it says.
fn check_rows_of_inputs(manifest: &Manifest, runs: &[OpenRun], problems: &mut Vec<String>) -> Result<(), StoreError> {
    let mut found: BTreeMap<u32, u64> = BTreeMap::new();
    let columns = Columns { input: true, ..Columns::default() };
    for open in runs {
        let replaced = Marks::of(&open.deleted).replaced;
        for piece in stretches(&open.run, all_rows(&open.run.facts)) {
            let stretch = read(&open.run, piece, &columns)?;
            let rows = (stretch.first..).zip(stretch.rows.input.iter());
            rows.filter(|(row, _)| !replaced.has(*row)).for_each(|(_, input)| *found.entry(*input).or_default() += 1);
        }
    }
    let lost = lost_partitions(&manifest.inputs);
    for input in &manifest.inputs {
        let is_kept = |name: &&String| lost.get(&input.id).is_none_or(|lost| !lost.contains(name.as_str()));
        let said: u64 = input.partitions.iter().filter(|(name, _)| is_kept(name)).map(|(_, rows)| rows).sum();
        let there = found.get(&input.id).copied().unwrap_or(0);
        if said != there {
            problems.push(format!(
                "`{MANIFEST}` says that {said} rows of input `{}` are kept, but {there} are",
                input.name
            ));
        }
    }
    Ok(())
}

fn check_rejected(manifest: &Manifest, runs: &[OpenRun], problems: &mut Vec<String>) -> Result<(), StoreError> {
    let mut found: BTreeMap<u32, BTreeMap<RejectReason, u64>> = BTreeMap::new();
    for open in runs {
        open.run.rejected(&mut |input, row| {
            *found.entry(input).or_default().entry(row.reason).or_default() += 1;
        })?;
    }
    let differs = |input: &&StoredInput| found.get(&input.id).cloned().unwrap_or_default() != input.rejected_by_reason;
    problems.extend(
        manifest
            .inputs
            .iter()
            .filter(differs)
            .map(|input| format!("the rejected rows of input `{}` are not those that `{MANIFEST}` counts", input.name)),
    );
    Ok(())
}
