//! What is the state of a store after a load?
//!
//! ```text
//! names ─► plan ─► read log ─► new run ─► reconcile with the others ─► deletion files ─► manifest
//! ```

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use kundresa_model::quality::LoadTotals;

use twox_hash::XxHash3_128;

use crate::error::StoreError;
use crate::generation::commit;
use crate::generation::disk::run_folder;
use crate::generation::manifest::{ConfigurationHashes, Manifest, StoredRun};
use crate::generation::read::{OpenRun, open_runs};
use crate::load::balance::{check_configuration, check_partitions, check_totals};
use crate::load::inputs::{Plan, reorders};
use crate::load::reconcile::{self, Inputs, Reconciled, State, reconcile};
use crate::load::write::{Written, write_run};
use crate::load::{LoadRequest, LoadSummary, StoreWriter, Verdict, WriteOptions};
use crate::run::deleted::{Deleted, Why};
use crate::run::reader::Run;

impl StoreWriter {
    /// Loads and makes the new state that of the store. The summary has the generation before.
    pub(super) fn apply(
        &mut self,
        request: &LoadRequest<'_>,
        options: &WriteOptions<'_>,
    ) -> Result<LoadSummary, StoreError> {
        let before = self.before(request)?;
        let mut plan = Plan::new(&before, request);
        let summary = summary_of(&before, request, &plan);
        if !plan.changes() && !request.rebuild {
            return Ok(summary);
        }
        let written = write_run(self, &before, request, &mut plan, options)?;
        check_totals("the load", &written.totals)?;
        let runs = open_runs(&self.path, &before)?;
        let change = Change { before: &before, request, plan: &plan, written: &written, runs: &runs };
        let (manifest, reconciled) = change.state_after(self, options)?;
        check_totals("the store", &manifest.totals)?;
        self.commit(manifest)?;
        Ok(with_rows(summary, &written, &reconciled))
    }

    /// The state that the load adds to.
    fn before(&self, request: &LoadRequest<'_>) -> Result<Manifest, StoreError> {
        match &self.manifest {
            None => Ok(Manifest::empty()),
            Some(manifest) if request.rebuild => Ok(manifest.emptied()),
            Some(manifest) => {
                check_configuration(&self.path, &manifest.load, &request.configuration)?;
                Ok(manifest.clone())
            }
        }
    }

    /// The summary with what the store is like now.
    pub(super) fn with_state(&self, summary: LoadSummary) -> LoadSummary {
        let Some(manifest) = &self.manifest else { return summary };
        LoadSummary {
            generation: manifest.generation,
            runs: manifest.runs.len() as u64,
            store_bytes: commit::bytes_of(&self.path, manifest),
            store: manifest.totals.clone(),
            ..summary
        }
    }

    /// The run as the manifest of `generation` names it, its deletion file written.
    pub(crate) fn stored_run(
        &self,
        run: StoredRun,
        deleted: &Deleted,
        generation: u64,
    ) -> Result<StoredRun, StoreError> {
        let folder = run_folder(&self.path, run.id);
        let old_bytes = run.deleted_file.as_ref().map_or(0, |name| bytes_of(&folder.join(name)));
        let (mut deleted_file, mut bytes) = (None, 0);
        if deleted.len() > 0 {
            let name = format!("deleted-{generation:06}.parquet");
            let path = folder.join(&name);
            deleted.write(&self.disk, &path)?;
            self.disk.sync_folder(&folder).map_err(StoreError::at("sync", &folder))?;
            (deleted_file, bytes) = (Some(name), bytes_of(&path));
        }
        let bytes = run.bytes - old_bytes.min(run.bytes) + bytes;
        Ok(StoredRun { deleted: deleted.len() as u64, deleted_file, bytes, ..run })
    }
}

/// `xxh3-128:` and 32 hex digits over settings as JSON.
fn hash_of(settings: &BTreeMap<String, serde_json::Value>) -> String {
    let hash = |json: Vec<u8>| format!("xxh3-128:{:032x}", XxHash3_128::oneshot(&json));
    serde_json::to_vec(settings).map(hash).unwrap_or_default()
}

fn bytes_of(path: &Path) -> u64 {
    path.metadata().map_or(0, |file| file.len())
}

/// A load that is written but not yet part of the store.
struct Change<'a> {
    before: &'a Manifest,
    request: &'a LoadRequest<'a>,
    plan: &'a Plan,
    written: &'a Written,
    /// Runs of `before`.
    runs: &'a [OpenRun],
}

impl Change<'_> {
    fn state_after(
        &self,
        writer: &StoreWriter,
        options: &WriteOptions<'_>,
    ) -> Result<(Manifest, Reconciled), StoreError> {
        let Self { before, request, plan, .. } = self;
        let new_run = self.open_new(writer)?;
        let after = self.manifest_after();
        let reconciled = self.reconcile(new_run.as_ref(), &after, options).map_err(|error| {
            // Where rows are missing, the reason that a reader can act on comes first.
            check_partitions(&writer.path, &before.inputs, &plan.stay, &after.inputs).err().unwrap_or(error)
        })?;
        let runs = self.runs_after(writer, new_run.as_ref(), &after, &reconciled)?;
        let root = if before.root.is_empty() { &request.root } else { &before.root };
        Ok((Manifest { runs, root: root.clone(), totals: reconciled.totals.clone(), ..after }, reconciled))
    }

    /// The new state as far as the request says, without runs and totals.
    fn manifest_after(&self) -> Manifest {
        let Self { before, request, plan, written, .. } = self;
        let mut life = before.life;
        life.loads += 1;
        life.replaced_content += plan.gone.iter().map(|input| input.rows_in).sum::<u64>();
        let inputs = plan.after();
        Manifest {
            generation: before.generation + 1,
            load: request.configuration.clone(),
            hashes: ConfigurationHashes { load: hash_of(&request.configuration), analysis: hash_of(&request.analysis) },
            sources: request.sources.clone(),
            next_input: before.next_input + kundresa_model::index::index32(plan.new.len()),
            next_run: before.next_run + u64::from(written.run.is_some()),
            forgotten: before.forgotten.clone(),
            inputs,
            life,
            ..Manifest::empty()
        }
    }

    fn open_new(&self, writer: &StoreWriter) -> Result<Option<OpenRun>, StoreError> {
        let Some(written) = &self.written.run else { return Ok(None) };
        let id = self.before.next_run;
        let run = Arc::new(Run::open(&run_folder(&writer.path, id))?);
        let deleted = duplicates_only(&written.duplicates);
        Ok(Some(OpenRun { id, run, deleted, unsorted: false }))
    }

    fn reconcile(
        &self,
        new_run: Option<&OpenRun>,
        after: &Manifest,
        options: &WriteOptions<'_>,
    ) -> Result<Reconciled, StoreError> {
        let Self { before, runs, written, .. } = self;
        let state = State {
            inputs: Inputs { inputs: &before.inputs, sources: &before.sources },
            totals: &before.totals,
            runs: runs.iter().map(borrowed).collect(),
        };
        let duplicates = written.run.as_ref().map(|run| run.duplicates.clone()).unwrap_or_default();
        let new_run = new_run.map(|run| (run.id, &*run.run, duplicates, &written.totals));
        let after = Inputs { inputs: &after.inputs, sources: &after.sources };
        reconcile(&state, new_run, &after, options.threads.max(1))
    }

    /// Runs of the new state. One without a row that counts or might count again is left out.
    fn runs_after(
        &self,
        writer: &StoreWriter,
        new_run: Option<&OpenRun>,
        after: &Manifest,
        reconciled: &Reconciled,
    ) -> Result<Vec<StoredRun>, StoreError> {
        let mut runs = Vec::new();
        for run in self.runs.iter().chain(new_run) {
            let changed = reconciled.deleted.get(&run.id);
            if is_needed(run, changed.unwrap_or(&run.deleted), after)? {
                let known = self.before.runs.iter().find(|known| known.id == run.id);
                let stored = known.cloned().unwrap_or_else(|| self.new_stored(run));
                let unsorted = stored.unsorted || self.is_reordered(run, after);
                let stored = StoredRun { unsorted, ..stored };
                runs.push(match changed {
                    None if known.is_some() => stored,
                    _ => writer.stored_run(stored, changed.unwrap_or(&Deleted::default()), after.generation)?,
                });
            }
        }
        Ok(runs)
    }

    fn new_stored(&self, run: &OpenRun) -> StoredRun {
        let rows = run.run.facts.rows + run.run.facts.unidentified_rows;
        let bytes = self.written.run.as_ref().map_or(0, |written| written.bytes);
        StoredRun { id: run.id, rows, bytes, ..StoredRun::default() }
    }

    fn is_reordered(&self, run: &OpenRun, after: &Manifest) -> bool {
        reorders(&run.run.facts.inputs, &after.sources, &self.before.inputs, &after.inputs)
    }
}

fn borrowed(run: &OpenRun) -> reconcile::OpenRun<'_> {
    reconcile::OpenRun { id: run.id, run: &run.run, deleted: &run.deleted }
}

/// Ordinals of duplicates as a run's deletion file has them.
pub(super) fn duplicates_only(rows: &[u64]) -> Deleted {
    Deleted::new(rows.iter().map(|row| (*row, Why::Duplicate)).collect())
}

/// Whether a row of the run counts or may count again, or a rejected row is that of an input that stays.
fn is_needed(run: &OpenRun, deleted: &Deleted, after: &Manifest) -> Result<bool, StoreError> {
    let rows = run.run.facts.rows + run.run.facts.unidentified_rows;
    let replaced = deleted.iter().filter(|(_, why)| *why == Why::Replaced).count() as u64;
    if replaced < rows {
        return Ok(true);
    }
    let mut is_needed = false;
    run.run.rejected(&mut |input, _| is_needed |= after.inputs.iter().any(|known| known.id == input))?;
    Ok(is_needed)
}

/// What the load does to inputs, before any row is read.
fn summary_of(before: &Manifest, request: &LoadRequest<'_>, plan: &Plan) -> LoadSummary {
    let count = |is_wanted: &dyn Fn(&Verdict) -> bool| {
        request.candidates.iter().filter(|(_, verdict)| is_wanted(verdict)).count() as u64
    };
    LoadSummary {
        generation: before.generation,
        inputs_loaded: plan.new.len() as u64,
        inputs_replaced: plan.gone.len() as u64,
        inputs_unchanged: count(&|verdict| *verdict == Verdict::Unchanged),
        inputs_aliased: count(&|verdict| matches!(verdict, Verdict::Alias(_) | Verdict::AliasOfCandidate(_))),
        ..LoadSummary::default()
    }
}

fn with_rows(summary: LoadSummary, written: &Written, reconciled: &Reconciled) -> LoadSummary {
    let LoadTotals { rows_in, rejected, replaced, forgotten, .. } = written.totals;
    LoadSummary {
        rows_in,
        events: reconciled.new_events,
        duplicates: reconciled.new_duplicates,
        rejected,
        replaced: reconciled.replaced_before + replaced,
        replaced_at_once: replaced,
        forgotten,
        spilled_bytes: written.spilled_bytes,
        ..summary
    }
}
