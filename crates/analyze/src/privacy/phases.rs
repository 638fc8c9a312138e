//! Which figures of journey phases are hidden?
//!
//! `visitors = moved on + dropped + open` and `dropped = before + after the goal` per phase; segments add up to the total.
//! Actors with a phase are those that dropped or are open somewhere, each in one phase, unless the filter hides where a
//! journey ends. Visits, events and spans go with the visitors that made them.

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::phases::{PhaseFigures, PhaseSegment, PhasesResult};

use super::table::{CellId, Hidden, Table};
use super::{hide_quantiles, hide_rate, hide_unless_shown, tells_little};

/// Hides what `threshold` asks for.
pub(super) fn protect(result: &mut PhasesResult, threshold: u64) {
    let mut table = Table::new(threshold);
    let total = Total::of(&mut table, result);
    let rows = result.by.iter().flat_map(|by| &by.rows);
    let segments: Vec<Cells> = rows.map(|row| Cells::of_segment(&mut table, &row.figures)).collect();
    if result.no_phase_actors == 0 {
        // Whether there is anybody without a phase in a segment is known only if there is nobody at all.
        segments.iter().for_each(|segment| segment.ends_somewhere(segment.actors, &mut table));
    }
    total.cells.adds_up(&segments, &mut table);
    let hidden = table.hidden();
    total.hide(result, &hidden, threshold);
    let rows = result.by.iter_mut().flat_map(|by| &mut by.rows);
    for (row, cells) in rows.zip(&segments) {
        cells.hide_segment(&mut row.figures, &hidden);
        for (phase, total) in row.figures.phases.iter_mut().zip(&result.phases) {
            let is_fine = !phase.reached.is_hidden() && !total.reached.is_hidden();
            let comparison = phase.comparison.take();
            phase.comparison = comparison.filter(|comparison| is_fine && tells_little(comparison, threshold));
        }
    }
}

/// Cells of the total or of a segment.
struct Cells {
    actors: CellId,
    phases: Vec<PhaseCells>,
    /// Actors, and those of them whose journey ends in a phase that is shown.
    counts: (u64, u64),
}

/// Cells of one phase.
#[derive(Clone, Copy)]
struct PhaseCells {
    visitors: CellId,
    moved_on: CellId,
    dropped: CellId,
    open: CellId,
}

/// Cells of the total, which tells more.
struct Total {
    cells: Cells,
    no_phase_actors: CellId,
    /// Dropped before and after the goal, per phase.
    goal: Vec<[CellId; 2]>,
}

impl PhaseCells {
    fn of(table: &mut Table, [visitors, moved_on, dropped, open]: [Count; 4]) -> Self {
        let [visitors, moved_on, dropped, open] = [visitors, moved_on, dropped, open].map(|count| table.people(count));
        table.sum(visitors, &[moved_on, dropped, open]);
        Self { visitors, moved_on, dropped, open }
    }

    fn all(self) -> [CellId; 4] {
        [self.visitors, self.moved_on, self.dropped, self.open]
    }

    fn hide(self, counts: [&mut Count; 4], hidden: &Hidden) {
        self.all().into_iter().zip(counts).for_each(|(cell, count)| hidden.apply(cell, count));
    }
}

impl Cells {
    fn of_segment(table: &mut Table, segment: &PhaseSegment) -> Self {
        let counts: Vec<[Count; 4]> =
            segment.phases.iter().map(|phase| [phase.visitors, phase.moved_on, phase.dropped, phase.open]).collect();
        Self::of(table, segment.actors, &counts)
    }

    fn of(table: &mut Table, actors: Count, phases: &[[Count; 4]]) -> Self {
        let ended = phases.iter().map(|[_, _, dropped, open]| dropped.drawn() + open.drawn()).sum();
        let all = table.people(actors);
        let phases: Vec<PhaseCells> = phases
            .iter()
            .map(|counts| {
                let cells = PhaseCells::of(table, *counts);
                // A share tells those who came and those who did not.
                let others = table.people(actors.drawn().saturating_sub(counts[0].drawn()).into());
                table.sum(all, &[cells.visitors, others]);
                cells
            })
            .collect();
        Self { actors: all, phases, counts: (actors.drawn(), ended) }
    }

    /// Notes that all of `actors` dropped or are open in one phase, where that is so.
    fn ends_somewhere(&self, actors: CellId, table: &mut Table) {
        if self.counts.0 == self.counts.1 {
            let ends: Vec<CellId> = self.phases.iter().flat_map(|phase| [phase.dropped, phase.open]).collect();
            table.sum(actors, &ends);
        }
    }

    fn adds_up(&self, parts: &[Self], table: &mut Table) {
        if parts.is_empty() {
            return;
        }
        table.sum(self.actors, &parts.iter().map(|part| part.actors).collect::<Vec<_>>());
        for (index, phase) in self.phases.iter().enumerate() {
            for (place, cell) in phase.all().into_iter().enumerate() {
                let parts = parts.iter().filter_map(|part| part.phases.get(index));
                table.sum(cell, &parts.map(|part| part.all()[place]).collect::<Vec<_>>());
            }
        }
    }

    fn hide_segment(&self, segment: &mut PhaseSegment, hidden: &Hidden) {
        hidden.apply(self.actors, &mut segment.actors);
        for (phase, cells) in segment.phases.iter_mut().zip(&self.phases) {
            cells.hide([&mut phase.visitors, &mut phase.moved_on, &mut phase.dropped, &mut phase.open], hidden);
            hide_rate(&mut phase.reached, &[phase.visitors, segment.actors]);
            hide_unless_shown(&mut phase.reached_interval, phase.reached);
        }
    }
}

impl Total {
    fn of(table: &mut Table, result: &PhasesResult) -> Self {
        let counts: Vec<[Count; 4]> =
            result.phases.iter().map(|phase| [phase.visitors, phase.moved_on, phase.dropped, phase.open]).collect();
        let mut cells = Cells::of(table, result.actors, &counts);
        let goal = result.phases.iter().zip(&cells.phases).map(|(phase, cells)| {
            let parts = [phase.dropped_before_goal, phase.dropped_after_goal].map(|count| table.people(count));
            table.sum(cells.dropped, &parts);
            parts
        });
        let goal = goal.collect();
        let no_phase_actors = table.people(result.no_phase_actors);
        // Nowhere shown, but what is left of the actors.
        cells.counts.0 -= result.no_phase_actors.drawn();
        let in_phases = table.people(cells.counts.0.into());
        table.sum(cells.actors, &[no_phase_actors, in_phases]);
        cells.ends_somewhere(in_phases, table);
        Self { cells, no_phase_actors, goal }
    }

    fn hide(&self, result: &mut PhasesResult, hidden: &Hidden, threshold: u64) {
        hidden.apply(self.cells.actors, &mut result.actors);
        hidden.apply(self.no_phase_actors, &mut result.no_phase_actors);
        for ((phase, cells), [before, after]) in result.phases.iter_mut().zip(&self.cells.phases).zip(&self.goal) {
            let moved_on = phase.moved_on.drawn();
            cells.hide([&mut phase.visitors, &mut phase.moved_on, &mut phase.dropped, &mut phase.open], hidden);
            hidden.apply(*before, &mut phase.dropped_before_goal);
            hidden.apply(*after, &mut phase.dropped_after_goal);
            hide_visits(phase, moved_on, threshold);
            hide_rate(&mut phase.reached, &[phase.visitors, result.actors]);
            hide_unless_shown(&mut phase.reached_interval, phase.reached);
            hide_unless_shown(&mut phase.dropped_interval, Rate::of(phase.dropped, phase.visitors));
        }
    }
}

/// What the visitors of a phase did there; `moved_on` of them went to another phase afterwards.
fn hide_visits(phase: &mut PhaseFigures, moved_on: u64, threshold: u64) {
    // Visits without a next are those of visitors that did not move on: two of visits, stays and `moved_on` tell the third.
    let is_stay_of_few = phase.dwell_us.n.is_some() && moved_on.max(1) < threshold;
    let is_stay_hidden = phase.visitors.is_hidden() || phase.moved_on.is_hidden() || is_stay_of_few;
    let is_hidden = phase.visitors.is_hidden() || (is_stay_of_few && !phase.moved_on.is_hidden());
    if is_hidden {
        (phase.visits, phase.events) = (Count::HIDDEN, Count::HIDDEN);
    }
    hide_quantiles(&mut phase.active_us, is_hidden, threshold);
    hide_quantiles(&mut phase.dwell_us, is_stay_hidden, threshold);
}
