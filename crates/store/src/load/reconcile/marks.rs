//! Which rows of each run count, before a change and after it?

use kundresa_model::quality::LoadTotals;

use super::{NewRun, Reconciled, State};
use crate::run::deleted::{Deleted, Why};
use crate::run::reader::Run;
use crate::upkeep::ordinals::Ordinals;

/// Rows of a run that do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) replaced: Ordinals,
    pub(crate) duplicates: Ordinals,
}

impl Marks {
    /// As stored.
    pub(crate) fn of(deleted: &Deleted) -> Self {
        let rows = |reason: Why| deleted.iter().filter(|(_, why)| *why == reason).map(|(row, _)| row).collect();
        Self { replaced: Ordinals::of(rows(Why::Replaced)), duplicates: Ordinals::of(rows(Why::Duplicate)) }
    }

    /// To be stored.
    pub(crate) fn deleted(&self) -> Deleted {
        let replaced = self.replaced.iter().map(|row| (row, Why::Replaced));
        Deleted::new(replaced.chain(self.duplicates.iter().map(|row| (row, Why::Duplicate))).collect())
    }

    /// Whether row `row` is no event.
    pub(crate) fn has(&self, row: u64) -> bool {
        self.replaced.has(row) || self.duplicates.has(row)
    }

    /// Every row that is no event.
    pub(crate) fn rows(&self) -> Ordinals {
        self.replaced.or(&self.duplicates)
    }
}

/// One run on both sides of a change.
pub(crate) struct Side<'a> {
    /// Number of the run.
    pub(crate) id: u64,
    pub(crate) run: &'a Run,
    /// Whether the change brings it.
    pub(crate) is_new: bool,
    /// Before the change; of a new run what its load alone found.
    pub(crate) was: Marks,
    /// After it.
    pub(crate) now: Marks,
}

impl Side<'_> {
    /// Rows that are events before but not after, or the other way round.
    pub(crate) fn changed(&self) -> Ordinals {
        let (was, now) = (self.was.rows(), self.now.rows());
        was.without(&now).or(&now.without(&was))
    }

    /// Rows that leave or come back with their inputs.
    pub(crate) fn moved(&self) -> Ordinals {
        let (was, now) = (&self.was.replaced, &self.now.replaced);
        was.without(now).or(&now.without(was))
    }
}

/// Every run, the new one last, with nothing changed yet.
pub(super) fn sides<'a>(before: &State<'a>, new_run: Option<&NewRun<'a>>) -> Vec<Side<'a>> {
    let old = before.runs.iter().map(|open| side(open.id, open.run, false, Marks::of(open.deleted)));
    let new = new_run.map(|(id, run, duplicates, _)| {
        let was = Marks { duplicates: Ordinals::of(duplicates.clone()), ..Marks::default() };
        side(*id, run, true, was)
    });
    old.chain(new).collect()
}

/// A run that nothing has changed yet.
pub(crate) fn side<'a>(id: u64, run: &'a Run, is_new: bool, was: Marks) -> Side<'a> {
    Side { id, run, is_new, now: was.clone(), was }
}

/// What is handed back.
pub(super) fn result(sides: &[Side<'_>], totals: LoadTotals) -> Reconciled {
    let mut result = Reconciled { totals, ..Reconciled::default() };
    for side in sides {
        if side.is_new {
            let rows = side.run.facts.rows + side.run.facts.unidentified_rows;
            result.new_duplicates = side.now.duplicates.len();
            result.new_events = rows - result.new_duplicates - side.now.replaced.len();
        } else {
            result.replaced_before += side.now.replaced.without(&side.was.replaced).len();
        }
        let is_changed = side.now != side.was;
        if is_changed || side.is_new && side.now != Marks::default() {
            result.deleted.insert(side.id, side.now.deleted());
        }
    }
    result
}
