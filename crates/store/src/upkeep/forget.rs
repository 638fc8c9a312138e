//! How are people forgotten, so that no file holds anything of them?
//!
//! Rows that carry one of the identifiers, in whatever class, are not only marked: every run that has one is written
//! again without them and without the texts that only they had. Hashes of the identifiers keep them out of later loads.
//!
//! ```text
//! search every run ─► counters of inputs ─► totals as if the rows left ─► runs written again ─► one new state
//! ```

use std::collections::BTreeSet;

use kundresa_model::quality::LoadTotals;

use crate::actor_key::forgotten_hash;
use crate::error::StoreError;
use crate::generation::disk::run_folder;
use crate::generation::manifest::{Manifest, StoredInput, StoredRun};
use crate::generation::read::{OpenRun, open_runs};
use crate::load::reconcile::{Inputs, Marks, Reconciled, Side, settle, side};
use crate::load::{ForgetSummary, StoreWriter, WriteOptions};
use crate::run::deleted::{Deleted, Why};
use crate::run::writer::WrittenRun;
use crate::upkeep::place::Placing;
use crate::upkeep::rewrite::{Rewrite, Source};
use crate::upkeep::traces::{Traces, Wanted, keep_first};

impl StoreWriter {
    /// Removes every row that carries one of the identifiers, of whatever class, from all files, for good.
    ///
    /// Empty identifiers are passed over. A row counts as found by an identifier also where its text was rejected.
    /// The options are not used: one thread goes through the store row group by row group.
    ///
    /// # Errors
    /// When files can't be read or written. The store is then as before.
    pub fn forget(&mut self, ids: &[String], _options: &WriteOptions<'_>) -> Result<ForgetSummary, StoreError> {
        let forgotten = self.try_forget(ids);
        self.settle_unless_ok(forgotten)
    }

    fn try_forget(&mut self, ids: &[String]) -> Result<ForgetSummary, StoreError> {
        let Some(before) = self.manifest.clone() else {
            return Err(StoreError::NoStore { path: self.path.clone() });
        };
        let wanted = Wanted::new(ids)?;
        let runs = open_runs(&self.path, &before)?;
        let traces: Vec<Traces> = runs.iter().map(|open| Traces::find(&open.run, &wanted)).collect::<Result<_, _>>()?;
        let after = Manifest {
            inputs: inputs_without(&before.inputs, &traces),
            forgotten: before.forgotten.iter().cloned().chain(wanted.ids.iter().map(|id| hex_hash(id))).collect(),
            generation: before.generation + 1,
            ..before.clone()
        };
        let mut summary = summary(&before, &wanted, &runs, &traces);
        if after.forgotten == before.forgotten && traces.iter().all(Traces::is_empty) {
            return Ok(summary);
        }
        let reconciled = totals_without(&before, &after, &runs, &traces)?;
        summary.actors = before.totals.actors - reconciled.totals.actors.min(before.totals.actors);
        let after = self.rewrite_runs(after, &runs, &traces, &wanted, reconciled)?;
        summary.generation = after.generation;
        self.commit(after)?;
        Ok(summary)
    }

    /// Writes every run again that has something to be forgotten, and names the new ones in `after`.
    fn rewrite_runs(
        &self,
        mut after: Manifest,
        runs: &[OpenRun],
        traces: &[Traces],
        wanted: &Wanted<'_>,
        reconciled: Reconciled,
    ) -> Result<Manifest, StoreError> {
        let placing = Placing::of(&after.inputs, &after.sources);
        let mut stored = Vec::with_capacity(runs.len());
        for ((open, traces), known) in runs.iter().zip(traces).zip(&after.runs) {
            let changed = reconciled.deleted.get(&open.id);
            if traces.is_empty() {
                stored.push(match changed {
                    Some(deleted) => self.stored_run(known.clone(), deleted, after.generation)?,
                    None => known.clone(),
                });
                continue;
            }
            let (id, marks) = (after.next_run, Marks::of(changed.unwrap_or(&open.deleted)));
            after.next_run += 1;
            let source =
                Source { run: &open.run, unsorted: open.unsorted, drop: marks.replaced, duplicates: marks.duplicates };
            let written = self.rewrite(id, source, &placing, &after, wanted)?;
            stored.extend(self.named(id, &written, after.generation)?);
        }
        Ok(Manifest { runs: stored, totals: reconciled.totals, ..after })
    }

    fn rewrite(
        &self,
        id: u64,
        source: Source<'_>,
        placing: &Placing,
        after: &Manifest,
        wanted: &Wanted<'_>,
    ) -> Result<WrittenRun, StoreError> {
        let rewrite = Rewrite {
            disk: &self.disk,
            folder: &run_folder(&self.path, id),
            sources: &[source],
            placing,
            most_values: self.limits.most_values,
        };
        let inputs: BTreeSet<u32> = after.inputs.iter().map(|input| input.id).collect();
        rewrite.run(&|input, row| inputs.contains(&input) && !wanted.is_in_rejected(row))
    }

    /// The run as the manifest names it; nothing if nothing is left of it.
    fn named(&self, id: u64, written: &WrittenRun, generation: u64) -> Result<Option<StoredRun>, StoreError> {
        let rows = written.facts.rows + written.facts.unidentified_rows;
        if rows == 0 && !written.facts.has.rejected {
            return Ok(None);
        }
        let duplicates = Deleted::new(written.duplicates.iter().map(|row| (*row, Why::Duplicate)).collect());
        let run = StoredRun { id, rows, bytes: written.bytes, ..StoredRun::default() };
        self.stored_run(run, &duplicates, generation).map(Some)
    }
}

/// What a manifest keeps of an identifier.
fn hex_hash(id: &str) -> String {
    format!("{:032x}", forgotten_hash(id))
}

/// The inputs with their counters set right.
fn inputs_without(inputs: &[StoredInput], traces: &[Traces]) -> Vec<StoredInput> {
    let mut inputs = inputs.to_vec();
    for input in &mut inputs {
        for traces in traces {
            let id = input.id;
            let rows = traces.partitions.iter().filter(|((input, _), _)| *input == id);
            rows.for_each(|((_, partition), rows)| forget_rows(input, partition, *rows));
            let rejected = traces.rejected.iter().filter(|((input, _), _)| *input == id);
            for ((_, reason), rows) in rejected {
                input.rejected = input.rejected.saturating_sub(*rows);
                input.forgotten += rows;
                let of_reason = input.rejected_by_reason.entry(*reason).or_default();
                *of_reason = of_reason.saturating_sub(*rows);
            }
        }
        input.rejected_by_reason.retain(|_, rows| *rows > 0);
    }
    inputs
}

/// A partition stays named without any row: its export still is the greatest.
fn forget_rows(input: &mut StoredInput, partition: &str, rows: u64) {
    input.forgotten += rows;
    if let Some(known) = input.partitions.get_mut(partition) {
        *known = known.saturating_sub(rows);
    }
}

/// Totals and marks as if the rows left with their inputs.
fn totals_without(
    before: &Manifest,
    after: &Manifest,
    runs: &[OpenRun],
    traces: &[Traces],
) -> Result<Reconciled, StoreError> {
    let mut sides: Vec<Side<'_>> =
        runs.iter().map(|open| side(open.id, &open.run, false, Marks::of(&open.deleted))).collect();
    for (side, traces) in sides.iter_mut().zip(traces) {
        side.now.replaced = side.now.replaced.or(&traces.rows);
        side.now.duplicates = side.now.duplicates.without(&traces.rows);
    }
    settle(sides, &before.totals, &LoadTotals::default(), &listed(before), &listed(after))
}

fn listed(manifest: &Manifest) -> Inputs<'_> {
    Inputs { inputs: &manifest.inputs, sources: &manifest.sources }
}

/// What is known before anything changes.
fn summary(before: &Manifest, wanted: &Wanted<'_>, runs: &[OpenRun], traces: &[Traces]) -> ForgetSummary {
    let found: BTreeSet<usize> = traces.iter().flat_map(|traces| traces.found.iter().copied()).collect();
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for (place, id) in wanted.ids.iter().enumerate() {
        if found.contains(&place) { &mut with } else { &mut without }.push((*id).to_owned());
    }
    let mut also = BTreeSet::new();
    traces.iter().flat_map(|traces| &traces.also).for_each(|id| keep_first(&mut also, id));
    let is_known = |input: u32| before.inputs.iter().any(|known| known.id == input);
    let rejected = traces.iter().flat_map(|traces| &traces.rejected).filter(|((input, _), _)| is_known(*input));
    let counted = |(open, traces): (&OpenRun, &Traces)| traces.rows.without(&Marks::of(&open.deleted).replaced).len();
    ForgetSummary {
        generation: before.generation,
        found: with,
        not_found: without,
        rows: runs.iter().zip(traces).map(counted).sum(),
        rejected: rejected.map(|(_, rows)| rows).sum(),
        actors: 0,
        also_on_these_rows: also.into_iter().collect(),
    }
}
