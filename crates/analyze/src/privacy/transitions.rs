//! Which transitions between phases are hidden?
//!
//! A cell is hidden by its actors, who may go a way several times. Rows and columns of a phase add up to its visits, and
//! segments to the total. How many actors a sum speaks of is not counted; at least as many as its largest part, which is
//! what the threshold looks at.

use std::collections::BTreeMap;

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::transitions::{EXIT, OPEN, START, Transition, TransitionsOf, TransitionsResult};

use super::hide_quantiles;
use super::table::{CellId, Hidden, Table};

/// Hides what `threshold` asks for.
pub(super) fn protect(result: &mut TransitionsResult, threshold: u64) {
    let mut table = Table::overlapping(threshold);
    let total = Square::of(result.of, &mut table, &result.transitions);
    let rows = result.by.iter().flat_map(|by| &by.rows);
    let segments: Vec<(CellId, Square)> = rows
        .map(|row| {
            let square = Square::of(result.of, &mut table, &row.figures.transitions);
            (square.units(&mut table, row.figures.units), square)
        })
        .collect();
    total.adds_up(&segments, &mut table);
    let regressions = total.regressions(&mut table, result);
    let stays = total.stays(&mut table, result);
    let no_phase_actors = table.people(result.no_phase_actors);
    let hidden = table.hidden();
    hide_nodes(result, &total, &stays, &hidden, threshold);
    hidden.apply(regressions, &mut result.regressions);
    hidden.apply(no_phase_actors, &mut result.no_phase_actors);
    total.hide(&mut result.transitions, &hidden);
    total.hide(&mut result.regression_pairs, &hidden);
    let rows = result.by.iter_mut().flat_map(|by| &mut by.rows);
    for (row, (units, square)) in rows.zip(&segments) {
        hidden.apply(*units, &mut row.figures.units);
        square.hide(&mut row.figures.transitions, &hidden);
    }
    if result.of != TransitionsOf::Phases {
        forget_actors(result);
    }
}

/// Actors of pairs of events are only counted to look at the threshold.
fn forget_actors(result: &mut TransitionsResult) {
    let rows = result.by.iter_mut().flat_map(|by| &mut by.rows);
    let segments = rows.flat_map(|row| &mut row.figures.transitions);
    result.transitions.iter_mut().chain(segments).for_each(|pair| pair.actors = None);
}

/// Cells of the total or of a segment. Pairs that do not occur are known to be zero.
struct Square {
    pairs: BTreeMap<(String, String), CellId>,
    /// All that `from` leads to; of a phase these are its visits.
    rows: BTreeMap<String, (CellId, u64)>,
}

fn actors_of(pair: &Transition) -> u64 {
    pair.actors.map_or(0, Count::drawn)
}

/// At least how many actors are in a sum of `pairs`. No journey begins twice; sessions of one actor do.
fn least_actors<'a>(of: TransitionsOf, pairs: impl Iterator<Item = &'a Transition> + Clone) -> u64 {
    if of == TransitionsOf::Phases && pairs.clone().all(|pair| pair.from == START) {
        pairs.map(actors_of).sum()
    } else {
        pairs.map(actors_of).max().unwrap_or(0)
    }
}

impl Square {
    fn of(of: TransitionsOf, table: &mut Table, transitions: &[Transition]) -> Self {
        let cell =
            |pair: &Transition| ((pair.from.clone(), pair.to.clone()), table.cell(pair.count.drawn(), actors_of(pair)));
        let pairs: BTreeMap<(String, String), CellId> = transitions.iter().map(cell).collect();
        let mut rows = BTreeMap::new();
        for pair in transitions {
            if !rows.contains_key(&pair.from) {
                let row = transitions.iter().filter(|other| other.from == pair.from);
                let count = pair.share.denominator;
                rows.insert(pair.from.clone(), (table.cell(count, least_actors(of, row)), count));
            }
        }
        let square = Self { pairs, rows };
        for (node, (sum, _)) in &square.rows {
            table.sum(*sum, &square.cells(|(from, _)| from == node));
            let column = square.cells(|(_, to)| to == node);
            if !column.is_empty() {
                table.sum(*sum, &column);
            }
        }
        square
    }

    fn cells(&self, is_chosen: impl Fn(&(String, String)) -> bool) -> Vec<CellId> {
        self.pairs.iter().filter(|(pair, _)| is_chosen(pair)).map(|(_, cell)| *cell).collect()
    }

    /// Journeys of the segment: those that begin, unless some are continued.
    fn units(&self, table: &mut Table, units: Count) -> CellId {
        match self.rows.get(START) {
            Some((cell, count)) if units == *count => *cell,
            _ => table.people(units),
        }
    }

    fn adds_up(&self, segments: &[(CellId, Self)], table: &mut Table) {
        if segments.is_empty() {
            return;
        }
        for (pair, cell) in &self.pairs {
            let parts = segments.iter().filter_map(|(_, segment)| segment.pairs.get(pair).copied());
            table.sum(*cell, &parts.collect::<Vec<_>>());
        }
    }

    fn regressions(&self, table: &mut Table, result: &TransitionsResult) -> CellId {
        let sum = table.cell(result.regressions.drawn(), least_actors(result.of, result.regression_pairs.iter()));
        let parts = result.regression_pairs.iter().filter_map(|pair| self.cell(pair));
        let parts: Vec<CellId> = parts.collect();
        if !parts.is_empty() {
            table.sum(sum, &parts);
        }
        sum
    }

    /// Per phase its visits with a next: what the row has beside its ends.
    fn stays(&self, table: &mut Table, result: &TransitionsResult) -> BTreeMap<String, CellId> {
        let mut stays = BTreeMap::new();
        // Only visits of phases have a length.
        for node in result.nodes.iter().filter(|_| result.of == TransitionsOf::Phases) {
            let goes_on = |pair: &&Transition| pair.from == node.name && pair.to != EXIT && pair.to != OPEN;
            let row = result.transitions.iter().filter(goes_on);
            let parts: Vec<CellId> = row.clone().filter_map(|pair| self.cell(pair)).collect();
            if !parts.is_empty() {
                let cell = table.cell(node.dwell_us.n.drawn(), least_actors(result.of, row));
                table.sum(cell, &parts);
                if let Some((visits, _)) = self.rows.get(&node.name) {
                    let mut parts = self.cells(|(from, to)| *from == node.name && (to == EXIT || to == OPEN));
                    parts.push(cell);
                    table.sum(*visits, &parts);
                }
                stays.insert(node.name.clone(), cell);
            }
        }
        stays
    }

    fn cell(&self, pair: &Transition) -> Option<CellId> {
        self.pairs.get(&(pair.from.clone(), pair.to.clone())).copied()
    }

    /// Hides pairs. Hidden ones stand last, by name: their place among the others would tell their count.
    fn hide(&self, transitions: &mut [Transition], hidden: &Hidden) {
        for pair in transitions.iter_mut() {
            let is_hidden = self.cell(pair).is_some_and(|cell| hidden.is_hidden(cell));
            let is_row_hidden = self.rows.get(&pair.from).is_some_and(|(row, _)| hidden.is_hidden(*row));
            if is_hidden {
                (pair.count, pair.actors) = (Count::HIDDEN, Some(Count::HIDDEN));
            }
            if is_hidden || is_row_hidden {
                pair.share = Rate::HIDDEN;
            }
        }
        let name = |pair: &Transition| pair.count.is_hidden().then(|| (pair.from.clone(), pair.to.clone()));
        transitions.sort_by_cached_key(name);
    }
}

fn hide_nodes(
    result: &mut TransitionsResult,
    total: &Square,
    stays: &BTreeMap<String, CellId>,
    hidden: &Hidden,
    threshold: u64,
) {
    for node in &mut result.nodes {
        if let Some((visits, _)) = total.rows.get(&node.name) {
            hidden.apply(*visits, &mut node.visits);
        }
        let is_hidden = stays.get(&node.name).is_some_and(|cell| hidden.is_hidden(*cell));
        hide_quantiles(&mut node.dwell_us, is_hidden, threshold);
    }
}
