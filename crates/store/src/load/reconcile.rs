//! What changes in old runs and in the totals when a load adds a run and replaces inputs?
//!
//! The answer equals what one fresh load of the same inputs gives. The actors of every run are walked, which is what
//! counting them takes ([`actors`]); of the rows only those that the change touches are read: rows of inputs that leave
//! ([`replaced`]), rows whose event id comes or goes ([`event_ids`]), and rows of actors that gain or lose some
//! ([`repeats`]).
//!
//! ```text
//! inputs before, after ─► rows that leave ─► event ids regrouped ─► marks ─► actors that changed ─► totals
//! ```

mod actors;
mod contents;
mod event_ids;
mod marks;
mod orders;
mod repeats;
mod replaced;
mod totals;

use std::collections::BTreeMap;

use kundresa_model::quality::LoadTotals;

pub(crate) use event_ids::EventIds;
pub(crate) use marks::{Marks, Side, side};
pub(crate) use replaced::lost_partitions;

use crate::error::StoreError;
use crate::generation::manifest::{StoredInput, StoredSource};
use crate::load::balance::check_totals;
use crate::run::deleted::Deleted;
use crate::run::reader::Run;
use crate::upkeep::ordinals::Ordinals;
use crate::upkeep::place::Placing;
use crate::upkeep::read::all_rows;

/// Inputs and their sources, as one generation lists them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inputs<'a> {
    pub(crate) inputs: &'a [StoredInput],
    pub(crate) sources: &'a [StoredSource],
}

/// One run of a generation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenRun<'a> {
    pub(crate) id: u64,
    pub(crate) run: &'a Run,
    pub(crate) deleted: &'a Deleted,
}

/// A generation with its runs open.
#[derive(Clone, Debug)]
pub(crate) struct State<'a> {
    pub(crate) inputs: Inputs<'a>,
    pub(crate) totals: &'a LoadTotals,
    pub(crate) runs: Vec<OpenRun<'a>>,
}

/// A run just written: its number, its files, the ordinals of its rows that only repeat an event id of its own, and the
/// totals of its load alone.
pub(crate) type NewRun<'a> = (u64, &'a Run, Vec<u64>, &'a LoadTotals);

/// What a change comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reconciled {
    /// Rows that do not count, for every run where that changed, and for the new run if it has some.
    pub(crate) deleted: BTreeMap<u64, Deleted>,
    /// Totals afterwards.
    pub(crate) totals: LoadTotals,
    /// Rows of the new run that are events.
    pub(crate) new_events: u64,
    /// Rows of the new run that repeat an event id.
    pub(crate) new_duplicates: u64,
    /// Rows of the runs before that were events or duplicates and count no more.
    pub(crate) replaced_before: u64,
}

/// What the new run and the new list of inputs change.
///
/// All of it is done by the thread that asks: the walk over the actors goes in their order, and little else is read. So
/// the number of threads that a load may use is not looked at.
///
/// # Errors
/// When files can't be read, or rows of an input are needed again that were dropped when another export replaced them.
pub(crate) fn reconcile(
    before: &State<'_>,
    new_run: Option<NewRun<'_>>,
    after: &Inputs<'_>,
    _threads: usize,
) -> Result<Reconciled, StoreError> {
    let mut sides = marks::sides(before, new_run.as_ref());
    replaced::mark(&mut sides, &before.inputs, after)?;
    let fresh = new_run.map(|(_, _, _, totals)| totals.clone()).unwrap_or_default();
    let reconciled = settle(sides, before.totals, &fresh, &before.inputs, after)?;
    check_totals("the store", &reconciled.totals)?;
    Ok(reconciled)
}

/// Everything counted anew, as if no row had counted before. Of rows with one event id the first counts, whatever the
/// marks say; which rows were replaced is taken over.
pub(crate) fn recount(runs: &[(u64, &Run, Marks)], inputs: &Inputs<'_>) -> Result<Reconciled, StoreError> {
    let sides = runs.iter().map(|(id, run, marks)| {
        let nothing = Marks { replaced: Ordinals::of_ranges(vec![all_rows(&run.facts)]), ..Marks::default() };
        let now = Marks { replaced: marks.replaced.clone(), ..Marks::default() };
        Side { now, ..side(*id, run, false, nothing) }
    });
    let none = LoadTotals::default();
    settle(sides.collect(), &none, &none, inputs, inputs)
}

/// What follows once it is known which rows leave: `sides` say so in `now.replaced`.
pub(crate) fn settle(
    mut sides: Vec<Side<'_>>,
    before: &LoadTotals,
    fresh: &LoadTotals,
    inputs_before: &Inputs<'_>,
    after: &Inputs<'_>,
) -> Result<Reconciled, StoreError> {
    let placing = Placing::of(after.inputs, after.sources);
    let conflicts = event_ids::regroup(&mut sides, &placing, &renamed(inputs_before, after))?;
    let mut repeats = repeats::Repeats::of(&sides);
    let actors = actors::count(&sides, &mut |touched| repeats.take(touched))?;
    let (rows, orders) = repeats.finish()?;
    let totals = LoadTotals {
        actors,
        event_id_conflicts: conflicts.apply(before.event_id_conflicts + fresh.event_id_conflicts),
        repeated_rows: rows.apply(before.repeated_rows + fresh.repeated_rows),
        repeated_orders: orders.apply(before.repeated_orders + fresh.repeated_orders),
        ..totals::counted(&sides, after.inputs)
    };
    Ok(marks::result(&sides, totals))
}

/// How a count of the whole changes: what is taken out of it and what is put in again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) before: u64,
    pub(crate) after: u64,
}

impl Difference {
    fn apply(self, count: u64) -> u64 {
        count.saturating_add(self.after).saturating_sub(self.before)
    }
}

/// Numbers of inputs that go by another name now, which moves their rows among those of one time.
fn renamed(before: &Inputs<'_>, after: &Inputs<'_>) -> Vec<u32> {
    let is_renamed =
        |input: &&StoredInput| before.inputs.iter().any(|known| known.id == input.id && known.name != input.name);
    after.inputs.iter().filter(is_renamed).map(|input| input.id).collect()
}
