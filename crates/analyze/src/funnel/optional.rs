//! Which optional steps did a unit take on its way?
//!
//! They are looked for between the witness's events at the required steps around them, equal times included, and after the
//! last required step within the window. Each takes the earliest event that nothing else has, not before the optional step
//! taken before it. Required counts never depend on them.

use serde::{Deserialize, Serialize};

use super::Funnel;
use super::asked::OptionalStep;
use super::walk::{UnitView, View};
use crate::keyed::Tally;

/// Units that took one optional step.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct OptionalTally {
    /// From the required step before, microseconds.
    pub(crate) from_previous: Vec<i64>,
}

impl Tally for OptionalTally {
    fn add(&mut self, other: Self) {
        self.from_previous.extend(other.from_previous);
    }
}

/// Where an optional step is looked for: times, both inclusive.
#[derive(Clone, Copy, Debug)]
struct Gap {
    from: i64,
    to: i64,
}

impl Funnel<'_> {
    /// Counts the optional steps that `unit`, which has entered, took; `taken` is working space.
    pub(crate) fn count_optional(
        &self,
        view: &View<'_>,
        unit: UnitView<'_>,
        taken: &mut Vec<u32>,
        tallies: &mut [OptionalTally],
    ) {
        taken.clear();
        let ts = |event: u32| view.chunk.ts[event as usize];
        let mut latest = (0, i64::MIN);
        for (step, tally) in self.asked.optional.iter().zip(tallies) {
            let Some(gap) = self.gap(view, unit, step.after) else { continue };
            let after = if latest.0 == step.after { latest.1 } else { i64::MIN };
            let found = self.earliest(view, unit, *step, Gap { from: gap.from.max(after), ..gap }, taken);
            if let Some(event) = found {
                taken.push(event);
                latest = (step.after, ts(event));
                tally.from_previous.push(ts(event) - gap.from);
            }
        }
    }

    /// Between which times an optional step after `after` required ones may lie; `None` if the unit did not get there.
    fn gap(&self, view: &View<'_>, unit: UnitView<'_>, after: usize) -> Option<Gap> {
        let ts = |event: &u32| view.chunk.ts[*event as usize];
        let from = unit.events.get(after - 1).map(ts)?;
        let to = if after == self.asked.levels() {
            ts(&unit.events[0]).saturating_add(self.spec.window.as_us())
        } else {
            unit.events.get(after).map(ts)?
        };
        Some(Gap { from, to })
    }

    /// The first event in the gap that satisfies the step and serves no other.
    fn earliest(
        &self,
        view: &View<'_>,
        unit: UnitView<'_>,
        step: OptionalStep,
        gap: Gap,
        taken: &[u32],
    ) -> Option<u32> {
        let (ts, own) = (view.chunk.ts, view.chunk.events_of(unit.actor));
        let first = own.start + ts[own.clone()].partition_point(|&t| t < gap.from);
        let entry = unit.events[0] as usize;
        let in_time = (first..own.end).take_while(|&event| ts[event] <= gap.to);
        let fits = |&event: &usize| {
            view.satisfied.steps[event] & step.bit != 0
                && view.shows(unit.actor, event)
                && view.is_in_session(unit.session, event)
                && self.has_same_keys(view, entry, event)
        };
        let is_free = |event: &u32| !unit.events.contains(event) && !taken.contains(event);
        in_time.filter(fits).map(kundresa_model::index::index32).find(is_free)
    }
}
