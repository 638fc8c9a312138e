//! Which cells of a table must be hidden so that no small group can be told from the rest?
//!
//! A cell of fewer actors than the threshold is hidden. Where an identity of the table would give it away (a total and all
//! other parts are shown), further cells are hidden, the smallest first, until no hidden cell follows from the shown ones:
//!
//! ```text
//! reached 40 = went on 37 + stopped 3        threshold 5: `stopped` is hidden, and with it `went on`
//! ```
//!
//! The parts hidden beside a shown total must be a large group together, too: their sum is what the total leaves over.
//! Zero is no group and stays. Source: `docs/semantics.md#privacy`.

use kundresa_model::count::Count;

/// A cell of a [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CellId(usize);

/// Cells with how many actors they speak of, and the sums that hold between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    threshold: u64,
    /// Whether one actor may be in several cells.
    is_overlapping: bool,
    cells: Vec<Cell>,
    sums: Vec<Vec<(usize, f64)>>,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    count: u64,
    actors: u64,
}

impl Table {
    /// A table without cells that hides those of fewer than `threshold` actors.
    pub(crate) fn new(threshold: u64) -> Self {
        Self { threshold, ..Self::default() }
    }

    /// The same where an actor may be in several parts of a sum: parts together have as many as their largest.
    pub(crate) fn overlapping(threshold: u64) -> Self {
        Self { threshold, is_overlapping: true, ..Self::default() }
    }

    /// Adds a cell that shows `count`, made up of `actors`.
    pub(crate) fn cell(&mut self, count: u64, actors: u64) -> CellId {
        self.cells.push(Cell { count, actors });
        CellId(self.cells.len() - 1)
    }

    /// Adds a cell that everybody knows, whatever is hidden.
    pub(crate) fn known(&mut self, count: u64) -> CellId {
        self.cell(count, EVERYBODY)
    }

    /// Adds a cell that counts actors.
    pub(crate) fn people(&mut self, actors: Count) -> CellId {
        self.cell(actors.drawn(), actors.drawn())
    }

    /// Notes that `total` is the sum of `parts`.
    pub(crate) fn sum(&mut self, total: CellId, parts: &[CellId]) {
        let mut terms = vec![(total.0, -1.0)];
        for part in parts {
            match terms.iter_mut().find(|(cell, _)| *cell == part.0) {
                Some((_, factor)) => *factor += 1.0,
                None => terms.push((part.0, 1.0)),
            }
        }
        terms.retain(|(_, factor)| *factor != 0.0);
        self.sums.push(terms);
    }

    /// Which cells are hidden, in the order in which they were added.
    pub(crate) fn hidden(&self) -> Hidden {
        let mut hidden: Vec<bool> = self.cells.iter().map(|cell| is_small(cell.actors, self.threshold)).collect();
        while self.hide_where_a_total_tells(&mut hidden) || self.hide_where_sums_tell(&mut hidden) {}
        Hidden(hidden)
    }

    /// Sums with a single hidden cell give it away, and a shown total what its hidden parts are together: hides one more
    /// cell in each. Whether anything was hidden.
    fn hide_where_a_total_tells(&self, hidden: &mut [bool]) -> bool {
        let mut any = false;
        for sum in &self.sums {
            let is_alone = sum.iter().filter(|(cell, _)| hidden[*cell]).count() == 1;
            if is_alone || is_small(self.left_over(sum, hidden), self.threshold) {
                any |= self.hide_smallest(sum, hidden);
            }
        }
        any
    }

    /// Actors in the hidden parts of a shown total.
    fn left_over(&self, sum: &[(usize, f64)], hidden: &[bool]) -> u64 {
        let unknown = sum.iter().filter(|(cell, _)| hidden[*cell]);
        let is_total_shown = unknown.clone().all(|(_, factor)| *factor > 0.0);
        let actors = unknown.map(|(cell, _)| self.cells[*cell].actors);
        match (is_total_shown, self.is_overlapping) {
            (false, _) => 0,
            (true, false) => actors.sum(),
            (true, true) => actors.max().unwrap_or(0),
        }
    }

    /// Several sums together may give cells away: hides one more cell beside each. Whether anything was hidden.
    fn hide_where_sums_tell(&self, hidden: &mut [bool]) -> bool {
        let mut any = false;
        for cell in self.determined(hidden) {
            let mut beside = self.sums.iter().filter(|sum| sum.iter().any(|(other, _)| *other == cell));
            // All that stands beside it may be hidden; then something further away tells.
            let has_hidden = |sum: &&Vec<(usize, f64)>, hidden: &[bool]| sum.iter().any(|(other, _)| hidden[*other]);
            any |= beside.any(|sum| self.hide_smallest(sum, hidden))
                || self.sums.iter().any(|sum| has_hidden(&sum, hidden) && self.hide_smallest(sum, hidden));
        }
        any
    }

    /// Hides the smallest shown cell of `sum`, zeros last. Whether there was one.
    fn hide_smallest(&self, sum: &[(usize, f64)], hidden: &mut [bool]) -> bool {
        let may_be_hidden = |cell: &usize| !hidden[*cell] && self.cells[*cell].actors != EVERYBODY;
        let shown = sum.iter().map(|(cell, _)| *cell).filter(may_be_hidden);
        let smallest = shown.min_by_key(|cell| (self.cells[*cell].count == 0, self.cells[*cell].count, *cell));
        smallest.inspect(|cell| hidden[*cell] = true).is_some()
    }

    /// Hidden cells whose values follow from the shown ones: rows of one unknown after Gauss and Jordan.
    fn determined(&self, hidden: &[bool]) -> Vec<usize> {
        let unknowns: Vec<usize> = (0..hidden.len()).filter(|cell| hidden[*cell]).collect();
        let mut rows: Vec<Vec<f64>> = self.sums.iter().filter_map(|sum| coefficients(sum, &unknowns)).collect();
        reduce(&mut rows, unknowns.len());
        let alone = rows.iter().filter_map(|row| {
            let mut filled = row.iter().enumerate().filter(|(_, factor)| factor.abs() > ROUNDING);
            filled.next().filter(|_| filled.next().is_none()).map(|(column, _)| unknowns[column])
        });
        alone.collect()
    }
}

/// Actors of a cell that can't be hidden.
const EVERYBODY: u64 = u64::MAX;

/// Whether that many actors are some, but too few to be shown.
pub(crate) fn is_small(actors: u64, threshold: u64) -> bool {
    0 < actors && actors < threshold
}

/// Factors are small whole numbers; what is smaller than this is rounding.
const ROUNDING: f64 = 1e-9;

/// Factors of the unknowns in `sum`; `None` if it has none of them.
fn coefficients(sum: &[(usize, f64)], unknowns: &[usize]) -> Option<Vec<f64>> {
    let mut row = vec![0.0; unknowns.len()];
    let mut any = false;
    for (cell, factor) in sum {
        if let Ok(column) = unknowns.binary_search(cell) {
            row[column] = *factor;
            any = true;
        }
    }
    any.then_some(row)
}

/// Brings `rows` into reduced row echelon form.
fn reduce(rows: &mut [Vec<f64>], columns: usize) {
    let mut next = 0;
    for column in 0..columns {
        let Some(pivot) = (next..rows.len()).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))
        else {
            return;
        };
        if rows[pivot][column].abs() <= ROUNDING {
            continue;
        }
        rows.swap(next, pivot);
        let scale = rows[next][column];
        rows[next].iter_mut().for_each(|factor| *factor /= scale);
        let lead = rows[next].clone();
        for row in (0..rows.len()).filter(|row| *row != next) {
            let factor = rows[row][column];
            if factor.abs() > ROUNDING {
                rows[row].iter_mut().zip(&lead).for_each(|(cell, lead)| *cell -= factor * lead);
            }
        }
        next += 1;
    }
}

/// Which cells of a [`Table`] are hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hidden(Vec<bool>);

impl Hidden {
    /// Whether that cell is hidden.
    pub(crate) fn is_hidden(&self, cell: CellId) -> bool {
        self.0[cell.0]
    }

    /// Hides `count` if `cell` is.
    pub(crate) fn apply(&self, cell: CellId, count: &mut Count) {
        if self.is_hidden(cell) {
            *count = Count::HIDDEN;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(table: &mut Table, counts: &[u64]) -> Vec<CellId> {
        counts.iter().map(|count| table.cell(*count, *count)).collect()
    }

    #[test]
    fn a_small_part_takes_the_smallest_other_part_along() {
        let mut table = Table::new(5);
        let [total, a, b, c] = cells(&mut table, &[60, 3, 40, 17])[..] else { panic!("four cells") };
        table.sum(total, &[a, b, c]);
        assert_eq!(table.hidden().0, [false, true, false, true]);
    }

    #[test]
    fn two_small_parts_hide_each_other_and_zero_is_shown() {
        let mut table = Table::new(20);
        let [total, a, b, c, d] = cells(&mut table, &[60, 3, 40, 17, 0])[..] else { panic!("five cells") };
        table.sum(total, &[a, b, c, d]);
        assert_eq!(table.hidden().0, [false, true, false, true, false]);
    }

    #[test]
    fn hidden_parts_of_a_shown_total_are_no_small_group_together() {
        let mut table = Table::new(5);
        let [total, a, b, c, d] = cells(&mut table, &[60, 1, 2, 40, 17])[..] else { panic!("five cells") };
        table.sum(total, &[a, b, c, d]);
        assert_eq!(table.hidden().0, [false, true, true, false, true]);
    }

    #[test]
    fn rows_and_columns_together_tell_nothing() {
        // One small cell of a three by three table needs a rectangle of four.
        let mut table = Table::new(5);
        let inner = cells(&mut table, &[2, 30, 40, 50, 60, 70, 80, 90, 99]);
        let rows = cells(&mut table, &[72, 180, 269]);
        let columns = cells(&mut table, &[132, 180, 209]);
        for place in 0..3 {
            table.sum(rows[place], &inner[place * 3..place * 3 + 3]);
            table.sum(columns[place], &[inner[place], inner[place + 3], inner[place + 6]]);
        }
        let hidden = table.hidden();
        assert!(hidden.is_hidden(inner[0]));
        assert!(table.determined(&hidden.0).is_empty());
        assert_eq!(hidden.0.iter().filter(|hidden| **hidden).count(), 4);
    }

    #[test]
    fn large_tables_hide_nothing() {
        let mut table = Table::new(5);
        let [total, a, b] = cells(&mut table, &[60, 20, 40])[..] else { panic!("three cells") };
        table.sum(total, &[a, b]);
        assert_eq!(table.hidden().0, [false; 3]);
    }

    proptest! {
        /// Nested sums, as in a funnel: reached = next reached + stopped + open, in two segments and in the total.
        #[test]
        fn no_hidden_cell_follows_from_the_shown(parts in prop::collection::vec((0..30u64, 0..30u64), 8), threshold in 1..12u64) {
            let mut table = Table::new(threshold);
            let mut segment = |parts: &[(u64, u64)]| {
                let mut below: Option<(CellId, u64)> = None;
                let mut cells = Vec::new();
                for (stopped, open) in parts.iter().rev() {
                    let next = below.map_or(0, |(_, count)| count);
                    let count = next + stopped + open;
                    let [reached, stopped, open] =
                        [count, *stopped, *open].map(|count| table.cell(count, count));
                    table.sum(reached, &below.map_or(vec![stopped, open], |(next, _)| vec![next, stopped, open]));
                    below = Some((reached, count));
                    cells.extend([reached, stopped, open]);
                }
                cells
            };
            let one = segment(&parts[..4]);
            let other = segment(&parts[4..]);
            let sums: Vec<(u64, u64)> = parts[..4].iter().zip(&parts[4..]).map(|(a, b)| (a.0 + b.0, a.1 + b.1)).collect();
            let total = segment(&sums);
            for ((total, one), other) in total.iter().zip(&one).zip(&other) {
                table.sum(*total, &[*one, *other]);
            }
            let hidden = table.hidden();
            prop_assert!(table.determined(&hidden.0).is_empty());
            for (cell, hidden) in table.cells.iter().zip(&hidden.0) {
                prop_assert!(*hidden || !is_small(cell.actors, threshold));
            }
        }
    }
}
