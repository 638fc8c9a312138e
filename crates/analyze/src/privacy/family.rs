//! Which figures of one kind are hidden, in a total and in the lists whose rows add up to it?
//!
//! Every row, and the total, has the same columns, and the same identities hold between them:
//!
//! ```text
//!            sessions = engaged + bounced
//! total           100        60        40
//! days   Mon       70        45        25     each column of the list adds up to the total's
//!        Tue       30        15        15
//! ```

use super::heads::Cell;
use super::table::{CellId, Hidden, Table, is_small};

/// Cells of a list above which its rows are shown or hidden as a whole: the sums of more take too long to look through.
const MOST_CELLS: usize = 3_000;

/// One kind of figure.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    threshold: u64,
    table: Table,
    identities: Vec<Identity>,
    total: Vec<CellId>,
    lists: Vec<List>,
}

/// A column that is the sum of others.
type Identity = (usize, Vec<usize>);

#[derive(Clone, Debug)]
enum List {
    Rows(Vec<Vec<CellId>>),
    Long(Vec<Vec<Cell>>),
}

impl Family {
    /// A total. Of each identity: the column that is the sum of others.
    pub(crate) fn new(threshold: u64, identities: &[(usize, &[usize])], total: &[Cell]) -> Self {
        let identities = identities.iter().map(|(sum, parts)| (*sum, parts.to_vec())).collect();
        let table = Table::overlapping(threshold);
        let mut family = Self { threshold, table, identities, total: Vec::new(), lists: Vec::new() };
        family.total = family.row(total);
        family
    }

    fn row(&mut self, cells: &[Cell]) -> Vec<CellId> {
        let ids: Vec<CellId> = cells.iter().map(|(count, actors)| self.table.cell(*count, *actors)).collect();
        for (sum, parts) in &self.identities {
            let parts: Option<Vec<CellId>> = parts.iter().map(|part| ids.get(*part).copied()).collect();
            if let Some(parts) = parts {
                self.table.sum(ids[*sum], &parts);
            }
        }
        ids
    }

    /// The same with a list, whose rows add up to the total in all their columns; they may have fewer than the total.
    pub(crate) fn list(self, rows: &[Vec<Cell>]) -> Self {
        let columns: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).collect();
        self.list_of(rows, &columns)
    }

    /// The same where column c of the rows adds up to column `columns[c]` of the total.
    pub(crate) fn list_of(mut self, rows: &[Vec<Cell>], columns: &[usize]) -> Self {
        if rows.iter().map(Vec::len).sum::<usize>() > MOST_CELLS {
            self.lists.push(List::Long(rows.to_vec()));
            return self;
        }
        let rows: Vec<Vec<CellId>> = rows.iter().map(|row| self.row(row)).collect();
        for (column, &total) in columns.iter().enumerate().filter(|_| !rows.is_empty()) {
            let parts: Vec<CellId> = rows.iter().map(|row| row[column]).collect();
            self.table.sum(self.total[total], &parts);
        }
        self.lists.push(List::Rows(rows));
        self
    }

    /// What is hidden.
    pub(crate) fn hidden(self) -> HiddenFamily {
        let (threshold, hidden) = (self.threshold, self.table.hidden());
        let is_total_shown = self.total.iter().all(|cell| !hidden.is_hidden(*cell));
        let of = |list: List| match list {
            List::Rows(rows) => HiddenList::Cells(rows),
            List::Long(rows) if is_total_shown => HiddenList::Rows(hidden_rows(&rows, threshold)),
            List::Long(rows) => HiddenList::Rows(vec![true; rows.len()]),
        };
        HiddenFamily { lists: self.lists.into_iter().map(of).collect(), hidden, total: self.total }
    }
}

/// Rows that are hidden as a whole beside a total of which nothing is: those with a small group, and the smallest of the
/// others until there are two and no column of them is a small group together.
fn hidden_rows(rows: &[Vec<Cell>], threshold: u64) -> Vec<bool> {
    let has_few = |row: &Vec<Cell>| row.iter().any(|(_, actors)| is_small(*actors, threshold));
    let mut hidden: Vec<bool> = rows.iter().map(has_few).collect();
    let mut others: Vec<usize> = (0..rows.len()).filter(|row| !hidden[*row]).collect();
    // Rows of nothing hide nothing, so they come last.
    let is_nothing = |row: usize| rows[row].iter().all(|(count, _)| *count == 0);
    others.sort_by_key(|row| std::cmp::Reverse((is_nothing(*row), rows[*row].first().copied())));
    while is_told(rows, &hidden, threshold)
        && let Some(next) = others.pop()
    {
        hidden[next] = true;
    }
    hidden
}

fn is_told(rows: &[Vec<Cell>], hidden: &[bool], threshold: u64) -> bool {
    let hidden: Vec<&Vec<Cell>> = rows.iter().zip(hidden).filter(|(_, hidden)| **hidden).map(|(row, _)| row).collect();
    let columns = hidden.first().map_or(0, |row| row.len());
    let together = |column: usize| hidden.iter().map(|row| row[column].1).max().unwrap_or(0);
    hidden.len() == 1 || (0..columns).any(|column| is_small(together(column), threshold))
}

/// What is hidden of a [`Family`].
#[derive(Clone, Debug)]
pub(crate) struct HiddenFamily {
    hidden: Hidden,
    total: Vec<CellId>,
    lists: Vec<HiddenList>,
}

#[derive(Clone, Debug)]
enum HiddenList {
    /// Cell by cell.
    Cells(Vec<Vec<CellId>>),
    /// Row by row.
    Rows(Vec<bool>),
}

impl HiddenFamily {
    /// Whether that column of the total is hidden.
    pub(crate) fn total(&self, column: usize) -> bool {
        self.hidden.is_hidden(self.total[column])
    }

    /// Whether that column of that row is hidden.
    pub(crate) fn row(&self, list: usize, row: usize, column: usize) -> bool {
        match &self.lists[list] {
            HiddenList::Cells(rows) => self.hidden.is_hidden(rows[row][column]),
            HiddenList::Rows(rows) => rows[row],
        }
    }
}
