//! What does one unit add to the counts?

use kundresa_model::chunk::ActorChunk;

use super::direct::Gathered;
use super::lone::Lone;
use super::open::{self, in_bits};
use super::tally::{FunnelPartial, StepPartial};
use super::walk::{Candidate, Solver, UnitView, View};
use super::{Funnel, next};

/// Working space, used again for the next chunk.
#[derive(Clone, Debug, Default)]
pub(super) struct Space {
    pub(super) gathered: Gathered,
    pub(super) lone: Lone,
    pub(super) solver: Solver,
    pub(super) units: UnitSpace,
}

/// Working space for one unit.
#[derive(Clone, Debug, Default)]
pub(super) struct UnitSpace {
    times: Vec<i64>,
    taken: Vec<u32>,
    pub(super) last: Vec<i64>,
}

impl Funnel<'_> {
    /// Adds the units of `chunk`.
    pub(super) fn count_chunk(&self, chunk: &ActorChunk<'_>, partial: &mut FunnelPartial) {
        let mut space = std::mem::take(&mut partial.space);
        let selection = self.plan.select(chunk);
        match self.direct_table(&selection) {
            Some(table) if partial.heads.is_none() => {
                self.count_direct(chunk, selection, table, &mut space, partial);
            }
            _ => self.count_any(&self.view_of(chunk, selection), &mut space, partial),
        }
        partial.space = space;
    }

    /// Adds the units of a chunk, whatever the funnel asks.
    fn count_any(&self, view: &View<'_>, space: &mut Space, partial: &mut FunnelPartial) {
        if let Some(heads) = &mut partial.heads {
            self.count_heads(view, heads);
        }
        let Space { solver, units, .. } = space;
        self.for_each_candidate(view, |candidate| {
            self.count_candidate(candidate, units, partial);
            self.solve(candidate, solver, |unit| self.count_unit(view, unit, units, partial));
        });
    }

    fn count_candidate(&self, candidate: Candidate<'_>, space: &mut UnitSpace, partial: &mut FunnelPartial) {
        let (matches, kernel) = (candidate.matches, &self.asked.kernel);
        partial.candidates += 1;
        for (_, &steps) in matches.ts.iter().zip(matches.steps).filter(|(t, _)| **t >= kernel.from_us) {
            in_bits(steps).for_each(|step| partial.steps[step].events += 1);
        }
        if self.spec.open {
            open::count(matches, kernel.from_us, kernel.window_us, &mut space.last, &mut partial.open);
        }
    }

    /// Adds a unit, if anything of it remains.
    pub(super) fn count_unit(
        &self,
        view: &View<'_>,
        unit: UnitView<'_>,
        space: &mut UnitSpace,
        partial: &mut FunnelPartial,
    ) {
        let Some(&entry) = unit.events.first() else { return };
        let UnitSpace { times, taken, .. } = space;
        times.clear();
        times.extend(unit.events.iter().map(|&event| view.chunk.ts[event as usize]));
        let steps = self.asked.levels();
        partial.total.count(times, unit.is_open, steps);
        if self.plan.has_segments() {
            let segment = self.plan.segment_at(view.chunk, entry as usize);
            partial.segments.at(segment).count(times, unit.is_open, steps);
        }
        if let Some(calendar) = &self.calendar {
            partial.trend.at(calendar.bucket(times[0])).count(times.len(), unit.is_open, steps);
        }
        for (pair, step) in times.windows(2).zip(&mut partial.steps[1..]) {
            step.from_previous.push(pair[1] - pair[0]);
        }
        self.count_value(view, unit, &mut partial.steps);
        if unit.level < steps && !unit.is_open {
            let next = next::next_action(view, unit).map(|event| view.chunk.text[self.event_column][event]);
            partial.steps[unit.level - 1].next.count(next);
        }
        self.count_optional(view, unit, taken, &mut partial.optional);
    }

    fn count_value(&self, view: &View<'_>, unit: UnitView<'_>, steps: &mut [StepPartial]) {
        if view.chunk.value.is_empty() {
            return;
        }
        for (&event, step) in unit.events.iter().zip(steps.iter_mut()) {
            self.money.count(view, event as usize, &mut step.value);
        }
        if let (false, Some(&last)) = (unit.is_open || unit.level == steps.len(), unit.events.last()) {
            self.money.count(view, last as usize, &mut steps[unit.level - 1].stopped_value);
        }
    }
}
