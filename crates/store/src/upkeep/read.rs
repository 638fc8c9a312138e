//! How are some rows of a run read a piece at a time, those with and those without an actor alike?

use std::ops::Range;

use arrow_array::{Array, LargeStringArray};

use crate::error::StoreError;
use crate::run::facts::RunFacts;
use crate::run::reader::{Columns, EventRows, Run};
use crate::run::writer::GROUP_ROWS;

/// Every row of a run, by ordinal.
pub(crate) fn all_rows(facts: &RunFacts) -> Range<u64> {
    0..facts.rows + facts.unidentified_rows
}

/// Rows of one run that lie together.
pub(crate) struct Stretch {
    /// Ordinal of the first.
    pub(crate) first: u64,
    /// Their columns.
    pub(crate) rows: EventRows,
    /// Number of rows.
    pub(crate) len: usize,
}

/// Ordinals `rows` cut where row groups end, so that each piece is at most a row group, with or without actors.
pub(crate) fn stretches(run: &Run, rows: Range<u64>) -> Vec<Range<u64>> {
    let facts = &run.facts;
    let without_actors = (facts.rows..all_rows(facts).end).step_by(GROUP_ROWS);
    let mut bounds: Vec<u64> = run.group_starts().into_iter().chain(without_actors).collect();
    bounds.push(all_rows(facts).end);
    bounds.dedup();
    let pieces = bounds.windows(2).map(|piece| piece[0].max(rows.start)..piece[1].min(rows.end));
    pieces.filter(|piece| piece.start < piece.end).collect()
}

/// Columns of the rows of those ordinals, which lie on one side of the border between rows with and without actors.
pub(crate) fn read(run: &Run, rows: Range<u64>, columns: &Columns) -> Result<Stretch, StoreError> {
    let with_actor = run.facts.rows;
    let (first, len) = (rows.start, usize::try_from(rows.end - rows.start).unwrap_or(usize::MAX));
    let rows = if first < with_actor {
        run.rows(rows, columns)?
    } else {
        run.unidentified(rows.start - with_actor..rows.end - with_actor, columns)?
    };
    Ok(Stretch { first, rows, len })
}

/// Where a run keeps a text column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextColumn {
    /// Nowhere: it is null in every row.
    Absent,
    /// As codes, by index into [`RunFacts::coded`].
    Coded(usize),
    /// As texts, by index into [`RunFacts::wide`].
    Wide(usize),
}

impl TextColumn {
    /// The column `name` of a run.
    pub(crate) fn find(facts: &RunFacts, name: &str) -> Self {
        let coded = facts.coded.iter().position(|column| column.name == name).map(Self::Coded);
        let wide = || facts.wide.iter().position(|column| column == name).map(Self::Wide);
        coded.or_else(wide).unwrap_or(Self::Absent)
    }

    /// Asks for it. It comes last of its kind.
    pub(crate) fn ask(self, columns: &mut Columns) {
        match self {
            Self::Absent => {}
            Self::Coded(column) => columns.coded.push(column),
            Self::Wide(column) => columns.wide.push(column),
        }
    }
}

/// The text of a row, if any.
pub(crate) fn text_at(column: Option<&LargeStringArray>, row: usize) -> Option<&str> {
    column.filter(|column| row < column.len() && column.is_valid(row)).map(|column| column.value(row))
}
