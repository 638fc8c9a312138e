//! Which runs are merged after a load?
//!
//! Those whose rows an input's new name left in another order than the total one, each by itself; then the smallest,
//! until few are left. Runs with the latest days of exports stay apart as long as others can be merged, since vendors
//! export these days again, and a replaced day should touch little.

use kundresa_model::time::DAY_US;

use crate::error::StoreError;
use crate::generation::disk::run_folder;
use crate::generation::manifest::{Manifest, StoredRun};
use crate::generation::read::read_facts;
use crate::load::apply::duplicates_only;
use crate::load::{StoreWriter, WriteOptions};
use crate::run::facts::RunFacts;
use crate::upkeep::compact::compact_runs;

/// How long after its time an exported event may still be exported again.
const SETTLED_AFTER_US: i64 = 4 * DAY_US;

/// What choosing needs to know of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Choice {
    /// Whether its days may still be exported again.
    is_young: bool,
    bytes: u64,
    id: u64,
}

impl StoreWriter {
    /// Merges what should be merged. Each merge is a state of its own.
    pub(super) fn tidy(&mut self, options: &WriteOptions<'_>) -> Result<(), StoreError> {
        while let Some(which) = self.to_merge()? {
            self.merge_runs(&which, options)?;
        }
        Ok(())
    }

    /// Puts one run in the place of those, leaving out rows that will never count again. Gives their number.
    ///
    /// # Errors
    /// When files can't be read or written. The store is then as before.
    pub(crate) fn merge_runs(&mut self, which: &[u64], options: &WriteOptions<'_>) -> Result<u64, StoreError> {
        let merged = self.try_merge(which, options);
        self.settle_unless_ok(merged)
    }

    fn try_merge(&mut self, which: &[u64], options: &WriteOptions<'_>) -> Result<u64, StoreError> {
        let Some(before) = &self.manifest else { return Ok(0) };
        let (id, generation) = (before.next_run, before.generation + 1);
        let (written, dropped) = compact_runs(&self.disk, &self.path, before, which, id, options)?;
        let mut runs: Vec<StoredRun> = before.runs.iter().filter(|run| !which.contains(&run.id)).cloned().collect();
        let rows = written.facts.rows + written.facts.unidentified_rows;
        if rows > 0 || written.facts.has.rejected {
            let run = StoredRun { id, rows, bytes: written.bytes, ..StoredRun::default() };
            runs.push(self.stored_run(run, &duplicates_only(&written.duplicates), generation)?);
        }
        let kundresa = Manifest::empty().kundresa;
        let after = Manifest { kundresa, generation, runs, next_run: id + 1, ..before.clone() };
        self.commit(after)?;
        Ok(dropped)
    }

    fn to_merge(&self) -> Result<Option<Vec<u64>>, StoreError> {
        let Some(manifest) = &self.manifest else { return Ok(None) };
        if let Some(run) = manifest.runs.iter().find(|run| run.unsorted) {
            return Ok(Some(vec![run.id]));
        }
        if manifest.runs.len() <= self.limits.most_runs {
            return Ok(None);
        }
        let facts = |run: &StoredRun| read_facts(&run_folder(&self.path, run.id));
        let facts: Vec<RunFacts> = manifest.runs.iter().map(facts).collect::<Result<_, _>>()?;
        Ok(Some(smallest(choices(manifest, &facts), self.limits.most_runs)))
    }
}

/// One choice per run.
fn choices(manifest: &Manifest, facts: &[RunFacts]) -> Vec<Choice> {
    let is_export = |id: &u32| manifest.inputs.iter().any(|input| input.id == *id && input.set.is_some());
    let latest: Vec<Option<i64>> = facts
        .iter()
        .map(|facts| facts.times.map(|times| times.1).filter(|_| facts.inputs.iter().any(is_export)))
        .collect();
    let settled_before =
        latest.iter().flatten().max().map_or(i64::MIN, |latest| latest.saturating_sub(SETTLED_AFTER_US));
    let choice = |(run, latest): (&StoredRun, Option<i64>)| Choice {
        is_young: latest.is_some_and(|latest| latest > settled_before),
        bytes: run.bytes,
        id: run.id,
    };
    manifest.runs.iter().zip(latest).map(choice).collect()
}

/// The runs that become one so that `most` are left: settled ones first, of these the smallest; by number.
fn smallest(mut choices: Vec<Choice>, most: usize) -> Vec<u64> {
    choices.sort_unstable();
    let count = (choices.len() + 1).saturating_sub(most.max(1));
    let mut which: Vec<u64> = choices.into_iter().take(count).map(|choice| choice.id).collect();
    which.sort_unstable();
    which
}

#[cfg(test)]
mod tests {
    use kundresa_model::source::{ExportKind, ExportSet};

    use super::*;
    use crate::generation::manifest::StoredInput;

    fn choice(id: u64, bytes: u64, is_young: bool) -> Choice {
        Choice { is_young, bytes, id }
    }

    #[test]
    fn smallest_settled_runs_become_one() {
        let choices = [choice(1, 900, false), choice(2, 5, false), choice(3, 1, true), choice(4, 7, false)];
        assert_eq!(smallest(choices.to_vec(), 3), [2, 4]);
        assert_eq!(smallest(choices.to_vec(), 2), [1, 2, 4], "young ones stay while others can be merged");
        assert_eq!(smallest(choices.to_vec(), 1), [1, 2, 3, 4]);
    }

    #[test]
    fn runs_with_the_last_four_days_of_exports_are_young() {
        let set = Some(ExportSet { kind: ExportKind::Daily, revision: 0, path: String::new() });
        let input = |id, set| StoredInput { id, set, ..StoredInput::default() };
        let run = |id| StoredRun { id, ..StoredRun::default() };
        let manifest = Manifest {
            inputs: vec![input(0, set), input(1, None)],
            runs: vec![run(1), run(2), run(3), run(4)],
            ..Manifest::empty()
        };
        let facts =
            |input, day: i64| RunFacts { inputs: vec![input], times: Some((0, day * DAY_US)), ..RunFacts::default() };
        let facts = [facts(0, 10), facts(0, 7), facts(0, 6), facts(1, 30)];
        let young: Vec<bool> = choices(&manifest, &facts).iter().map(|choice| choice.is_young).collect();
        assert_eq!(young, [true, true, false, false]);
    }
}
