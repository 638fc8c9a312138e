//! What follows what, as a square of counts that a person can read?
//!
//! Rows lead to columns. Nodes beyond the first ones are summed into one row and one column, so every row still adds up.

use std::collections::BTreeMap;

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::transitions::{
    CONTINUED, EXIT, OPEN, START, Transition, TransitionsOf, TransitionsResult, UNCHOSEN,
};

use crate::words;

/// Counts of transitions between named rows and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// Row names as people read them: what comes before, then the nodes.
    pub rows: Vec<String>,
    /// Column names as people read them: the nodes, then what comes after.
    pub columns: Vec<String>,
    /// Count per row and column.
    pub cells: Vec<Vec<Count>>,
    /// Nodes that are summed into the row and column of the rest.
    pub summed: usize,
}

impl Matrix {
    /// The matrix of `result` with at most `most` nodes of their own. Before and after are only there if they occur.
    pub fn of(result: &TransitionsResult, most: usize) -> Self {
        let layout = Layout::of(result, most);
        let mut cells = vec![vec![Count::default(); layout.columns.len()]; layout.rows.len()];
        for transition in &result.transitions {
            let (row, column) = layout.place(transition);
            if let Some(cell) = cells.get_mut(row).and_then(|row| row.get_mut(column)) {
                *cell += transition.count;
            }
        }
        Self { rows: layout.rows, columns: layout.columns, cells, summed: layout.summed }
    }

    /// The count out of all counts of its row.
    pub fn share(&self, row: usize, column: usize) -> Rate {
        self.cells.get(row).map_or(Rate::default(), |cells| {
            Rate::of(cells.get(column).copied().unwrap_or_default(), cells.iter().copied().sum())
        })
    }
}

struct Layout<'a> {
    rows: Vec<String>,
    columns: Vec<String>,
    row_of: BTreeMap<&'a str, usize>,
    column_of: BTreeMap<&'a str, usize>,
    rest_row: usize,
    rest_column: usize,
    summed: usize,
}

/// Longest node name in a matrix, in characters.
const LONGEST_NAME: usize = 40;

impl<'a> Layout<'a> {
    fn of(result: &'a TransitionsResult, most: usize) -> Self {
        let kept: Vec<&str> = result.nodes.iter().take(most).map(|node| node.name.as_str()).collect();
        let summed = result.nodes.len().saturating_sub(most);
        let before = occurring(result, &[START, CONTINUED], |transition| &transition.from);
        let after = occurring(result, &[UNCHOSEN, OPEN, EXIT], |transition| &transition.to);
        let mut layout = Self {
            rows: Vec::new(),
            columns: Vec::new(),
            row_of: BTreeMap::new(),
            column_of: BTreeMap::new(),
            rest_row: usize::MAX,
            rest_column: usize::MAX,
            summed,
        };
        before.iter().for_each(|name| layout.push_row(name, pseudo(name, result.of)));
        kept.iter().for_each(|name| layout.push_node(name, result.of));
        layout.push_rest(result.of);
        after.iter().for_each(|name| layout.push_column(name, pseudo(name, result.of)));
        layout
    }

    fn push_row(&mut self, name: &'a str, words: String) {
        self.row_of.insert(name, self.rows.len());
        self.rows.push(words);
    }

    fn push_column(&mut self, name: &'a str, words: String) {
        self.column_of.insert(name, self.columns.len());
        self.columns.push(words);
    }

    fn push_node(&mut self, name: &'a str, of: TransitionsOf) {
        let words = match of {
            TransitionsOf::Phases => words::phase(name),
            TransitionsOf::Events | TransitionsOf::Pages => words::elided(name, LONGEST_NAME),
        };
        // An event may be called like what comes before or after; the first to take the name keeps it.
        let (row, column) = (self.rows.len(), self.columns.len());
        self.row_of.entry(name).or_insert(row);
        self.column_of.entry(name).or_insert(column);
        self.rows.push(words.clone());
        self.columns.push(words);
    }

    fn push_rest(&mut self, of: TransitionsOf) {
        if self.summed == 0 {
            return;
        }
        let noun = match of {
            TransitionsOf::Phases => "phases",
            TransitionsOf::Events => "events",
            TransitionsOf::Pages => "pages",
        };
        (self.rest_row, self.rest_column) = (self.rows.len(), self.columns.len());
        let words = format!("{} other {noun}", crate::format::count(self.summed as u64));
        self.rows.push(words.clone());
        self.columns.push(words);
    }

    fn place(&self, transition: &Transition) -> (usize, usize) {
        let row = self.row_of.get(transition.from.as_str()).copied().unwrap_or(self.rest_row);
        let column = self.column_of.get(transition.to.as_str()).copied().unwrap_or(self.rest_column);
        (row, column)
    }
}

fn pseudo(name: &str, of: TransitionsOf) -> String {
    words::pseudo_node(name, of).unwrap_or_default().to_owned()
}

fn occurring<'a>(result: &TransitionsResult, names: &[&'a str], end: impl Fn(&Transition) -> &String) -> Vec<&'a str> {
    let occurs = |name: &&&str| result.transitions.iter().any(|transition| end(transition) == **name);
    names.iter().filter(occurs).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kundresa_model::result::quantiles::Quantiles;
    use kundresa_model::result::transitions::TransitionNode;

    fn result(nodes: &[&str], transitions: &[(&str, &str, u64)]) -> TransitionsResult {
        let node =
            |name: &&str| TransitionNode { name: (*name).into(), visits: 0.into(), dwell_us: Quantiles::default() };
        let transition = |(from, to, count): &(&str, &str, u64)| Transition {
            from: (*from).into(),
            to: (*to).into(),
            count: (*count).into(),
            actors: None,
            share: Rate::default(),
        };
        TransitionsResult {
            of: TransitionsOf::Events,
            nodes: nodes.iter().map(node).collect(),
            transitions: transitions.iter().map(transition).collect(),
            no_phase_actors: 0.into(),
            regressions: 0.into(),
            regression_pairs: Vec::new(),
            by: None,
        }
    }

    #[test]
    fn nodes_beyond_the_first_are_summed_and_rows_still_add_up() {
        let matrix = Matrix::of(
            &result(&["a", "b", "c", "d"], &[("start", "a", 5), ("a", "c", 3), ("a", "d", 1), ("c", "exit", 4)]),
            2,
        );
        assert_eq!(matrix.rows, ["Session begins", "a", "b", "2 other events"]);
        assert_eq!(matrix.columns, ["a", "b", "2 other events", "Session ends"]);
        assert_eq!(matrix.cells[1], [0, 0, 4, 0]);
        assert_eq!(matrix.cells[3], [0, 0, 0, 4]);
        assert_eq!(matrix.share(0, 0), Rate::new(5, 5));
        assert_eq!(matrix.share(2, 0).value(), None);
    }

    #[test]
    fn without_transitions_there_is_nothing_before_or_after() {
        let matrix = Matrix::of(&result(&[], &[]), 5);
        assert_eq!((matrix.rows.len(), matrix.columns.len()), (0, 0));
    }
}
