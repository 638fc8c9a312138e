//! What follows what, as a square of counts that a person can read?
//!
//! Rows lead to columns. Nodes beyond the first ones are summed into one row and one column, so every row still adds up.

use std::collections::BTreeMap;

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::transitions::{
    CONTINUED, EXIT, NodeKind, OPEN, START, Transition, TransitionsOf, TransitionsResult, UNCHOSEN,
};

use crate::locale::Locale;
use crate::phase_names::PhaseNames;
use crate::vocabulary;

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
    /// Rows and columns are called in the language of `names`.
    pub fn of(result: &TransitionsResult, most: usize, names: PhaseNames) -> Self {
        let layout = Layout::of(result, most, names);
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
    names: PhaseNames,
    rows: Vec<String>,
    columns: Vec<String>,
    row_of: BTreeMap<(&'a str, NodeKind), usize>,
    column_of: BTreeMap<(&'a str, NodeKind), usize>,
    rest_row: usize,
    rest_column: usize,
    summed: usize,
}

/// Longest node name in a matrix, in characters.
const LONGEST_NAME: usize = 40;

impl<'a> Layout<'a> {
    fn of(result: &'a TransitionsResult, most: usize, names: PhaseNames) -> Self {
        let kept: Vec<&str> = result.nodes.iter().take(most).map(|node| node.name.as_str()).collect();
        let summed = result.nodes.len().saturating_sub(most);
        let before = occurring(result, &[START, CONTINUED], Transition::source);
        let after = occurring(result, &[UNCHOSEN, OPEN, EXIT], Transition::target);
        let mut layout = Self {
            names,
            rows: Vec::new(),
            columns: Vec::new(),
            row_of: BTreeMap::new(),
            column_of: BTreeMap::new(),
            rest_row: usize::MAX,
            rest_column: usize::MAX,
            summed,
        };
        before.iter().for_each(|name| {
            layout.push_row(name, names.spoken_node((name, NodeKind::Pseudo), result.of, LONGEST_NAME))
        });
        kept.iter().for_each(|name| layout.push_node(name, result.of));
        layout.push_rest(result.of);
        after.iter().for_each(|name| {
            layout.push_column(name, names.spoken_node((name, NodeKind::Pseudo), result.of, LONGEST_NAME))
        });
        layout
    }

    fn push_row(&mut self, name: &'a str, words: String) {
        self.row_of.insert((name, NodeKind::Pseudo), self.rows.len());
        self.rows.push(words);
    }

    fn push_column(&mut self, name: &'a str, words: String) {
        self.column_of.insert((name, NodeKind::Pseudo), self.columns.len());
        self.columns.push(words);
    }

    fn push_node(&mut self, name: &'a str, of: TransitionsOf) {
        let words = self.names.node_alone(name, of, LONGEST_NAME);
        self.row_of.insert((name, NodeKind::Node), self.rows.len());
        self.column_of.insert((name, NodeKind::Node), self.columns.len());
        self.rows.push(words.clone());
        self.columns.push(words);
    }

    fn push_rest(&mut self, of: TransitionsOf) {
        if self.summed == 0 {
            return;
        }
        (self.rest_row, self.rest_column) = (self.rows.len(), self.columns.len());
        let locale = Locale::new(self.names.language());
        let words = vocabulary::other_nodes(locale, self.summed as u64, of);
        self.rows.push(words.clone());
        self.columns.push(words);
    }

    fn place(&self, transition: &Transition) -> (usize, usize) {
        let row = self.row_of.get(&transition.source()).copied().unwrap_or(self.rest_row);
        let column = self.column_of.get(&transition.target()).copied().unwrap_or(self.rest_column);
        (row, column)
    }
}

/// Which of the pseudo-nodes occur at that end of a transition.
fn occurring<'a>(
    result: &TransitionsResult,
    names: &[&'a str],
    end: fn(&Transition) -> (&str, NodeKind),
) -> Vec<&'a str> {
    let occurs = |name: &&&str| result.transitions.iter().any(|one| end(one) == (**name, NodeKind::Pseudo));
    names.iter().filter(occurs).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kundresa_model::language::Language;
    use kundresa_model::result::quantiles::Quantiles;
    use kundresa_model::result::transitions::TransitionNode;

    fn result(nodes: &[&str], transitions: &[(&str, &str, u64)]) -> TransitionsResult {
        let node =
            |name: &&str| TransitionNode { name: (*name).into(), visits: 0.into(), dwell_us: Quantiles::default() };
        // Tests write ends of the data in capitals where they share a name with a pseudo-node.
        let kind = |name: &str| if [START, EXIT].contains(&name) { NodeKind::Pseudo } else { NodeKind::Node };
        let transition = |(from, to, count): &(&str, &str, u64)| Transition {
            from: from.to_lowercase(),
            from_kind: kind(from),
            to: to.to_lowercase(),
            to_kind: kind(to),
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
            PhaseNames::new("full", Language::En),
        );
        assert_eq!(matrix.rows, ["Session begins", "a", "b", "2 other events"]);
        assert_eq!(matrix.columns, ["a", "b", "2 other events", "Session ends"]);
        assert_eq!(matrix.cells[1], [0, 0, 4, 0]);
        assert_eq!(matrix.cells[3], [0, 0, 0, 4]);
        assert_eq!(matrix.share(0, 0), Rate::new(5, 5));
        assert_eq!(matrix.share(2, 0).value(), None);
    }

    #[test]
    fn events_called_like_pseudo_nodes_have_rows_and_columns_of_their_own() {
        let matrix = Matrix::of(
            &result(&["start", "exit"], &[("start", "START", 2), ("START", "EXIT", 2), ("EXIT", "exit", 2)]),
            2,
            PhaseNames::new("full", Language::En),
        );
        assert_eq!(matrix.rows, ["Session begins", "start", "exit"]);
        assert_eq!(matrix.columns, ["start", "exit", "Session ends"]);
        assert_eq!(matrix.cells[0], [2, 0, 0]);
        assert_eq!(matrix.cells[1], [0, 2, 0]);
        assert_eq!(matrix.cells[2], [0, 0, 2]);
    }

    #[test]
    fn without_transitions_there_is_nothing_before_or_after() {
        let matrix = Matrix::of(&result(&[], &[]), 5, PhaseNames::new("full", Language::De));
        assert_eq!((matrix.rows.len(), matrix.columns.len()), (0, 0));
    }
}
