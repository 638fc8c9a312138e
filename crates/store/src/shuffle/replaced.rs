//! Which rows are left out because another export has their partition?
//!
//! Of the exports with rows in a partition of a source the greatest counts alone. Which that is shows only when all is
//! read, so rows are left out while buckets are built.

use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::field::text;
use kundresa_model::index::index32;
use kundresa_model::source::{ExportSet, SourceInput};

use crate::shuffle::dictionaries::{FINAL, FinalCodes, MergedColumns};
use crate::shuffle::gather::{Pick, gather};
use crate::shuffle::piece::{Piece, Slice};

/// Rows per input (index among the source's) and partition; the empty name holds rows without one.
pub(crate) type PartitionRows = BTreeMap<(usize, String), u64>;

/// Inputs whose rows in a partition do not count.
#[derive(Debug, Default)]
pub(crate) struct Replaced {
    /// Text column of partitions.
    column: usize,
    /// Input and final code of the partition.
    pairs: BTreeSet<(u32, u32)>,
    /// Rows that are left out.
    pub(crate) rows: u64,
}

impl Replaced {
    /// What the greatest exports leave no room for. `known` has the greatest export per source and partition so far.
    pub(crate) fn find(
        inputs: &[SourceInput],
        rows: &PartitionRows,
        known: &BTreeMap<(String, String), ExportSet>,
        columns: &MergedColumns,
    ) -> Self {
        let Some(column) = columns.column(text::PARTITION) else { return Self::default() };
        let mut replaced = Self { column, ..Self::default() };
        let greatest = greatest_exports(inputs, rows);
        for ((input, partition), count) in rows {
            let Some((source, set)) = exported(inputs, *input, partition) else { continue };
            let known = known.get(&(source.to_owned(), partition.clone()));
            let winner = known.max(greatest.get(&(source, partition)).copied());
            if winner.is_some_and(|winner| set < winner)
                && let (Some(code), Ok(input)) = (columns.dictionaries[column].code(partition), u32::try_from(*input))
            {
                replaced.pairs.insert((input, code));
                replaced.rows += count;
            }
        }
        replaced
    }

    /// Whether any row is left out.
    pub(crate) fn is_any(&self) -> bool {
        !self.pairs.is_empty()
    }

    /// Whether rows of `input` in the partition of that final code are left out.
    pub(crate) fn contains(&self, input: u32, partition: u32) -> bool {
        self.pairs.contains(&(input, partition))
    }

    /// From the codes of `thread` to final codes of partitions.
    pub(crate) fn codes<'a>(&self, thread: usize, columns: &'a MergedColumns) -> Option<FinalCodes<'a>> {
        if self.is_any() { columns.map(thread, self.column).map(|(_, codes)| codes) } else { None }
    }

    /// Whether a row of `piece` (read by `thread`) is left out.
    pub(crate) fn leaves_out<'a>(
        &'a self,
        thread: usize,
        piece: &'a Piece,
        columns: &'a MergedColumns,
    ) -> impl Fn(usize) -> bool + 'a {
        let map = if self.is_any() { columns.map(thread, self.column) } else { None };
        move |row| map.is_some_and(|(slot, codes)| self.contains(piece.input_of(row), codes.of(piece.code(slot, row))))
    }

    /// `slice` (read by `thread`) without the rows that are left out.
    pub(crate) fn leave_out(&self, thread: usize, slice: Slice, columns: &MergedColumns) -> Slice {
        if thread == FINAL || !self.is_any() {
            return slice;
        }
        let left_out = self.leaves_out(thread, &slice.piece, columns);
        let kept: Vec<u32> = slice.rows.clone().filter(|row| !left_out(*row)).map(index32).collect();
        if kept.len() == slice.len() {
            return slice.clone();
        }
        Slice::whole(gather(&[Pick { slice: &slice, rows: kept }]))
    }
}

/// Source and export of an input, where rows in `partition` belong to an export.
fn exported<'a>(inputs: &'a [SourceInput], input: usize, partition: &str) -> Option<(&'a str, &'a ExportSet)> {
    let input = inputs.get(input).filter(|_| !partition.is_empty())?;
    Some((&input.source, input.set.as_ref()?))
}

/// The greatest export among the inputs with rows in each source and partition.
fn greatest_exports<'a>(
    inputs: &'a [SourceInput],
    rows: &'a PartitionRows,
) -> BTreeMap<(&'a str, &'a String), &'a ExportSet> {
    let mut greatest = BTreeMap::new();
    for (input, partition) in rows.keys() {
        if let Some((source, set)) = exported(inputs, *input, partition) {
            let winner = greatest.entry((source, partition)).or_insert(set);
            *winner = set.max(*winner);
        }
    }
    greatest
}
