//! Which rows are left out because another export has their partition?
//!
//! Of the exports with rows in a partition of a source the greatest counts alone. Which that is shows only when all is
//! read, so rows are left out while buckets are built.

use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::field::text;
use kundresa_model::index::index32;
use kundresa_model::source::{ExportSet, SourceInput};

use crate::shuffle::dictionaries::{FINAL, FinalCodes, MergedColumns};
use crate::shuffle::piece::Piece;

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

    /// Final code of each row's partition in `piece`, which `thread` read; nothing where there are no partitions.
    pub(crate) fn partitions(&self, thread: usize, piece: &Piece, columns: &MergedColumns) -> Vec<u32> {
        let Some((slot, codes)) = columns.map(thread, self.column) else { return Vec::new() };
        let of_thread = piece.text.get(slot).map(Vec::as_slice).unwrap_or_default();
        of_thread.iter().map(|code| codes.of(*code)).collect()
    }

    /// `piece` (read by `thread`) without the rows that are left out.
    pub(crate) fn leave_out(&self, thread: usize, piece: Piece, columns: &MergedColumns) -> Piece {
        if thread == FINAL || !self.is_any() {
            return piece;
        }
        let partitions = self.partitions(thread, &piece, columns);
        let input = |row: usize| piece.input.get(row).copied().unwrap_or_default();
        let left_out = |row: usize| partitions.get(row).is_some_and(|code| self.contains(input(row), *code));
        let kept: Vec<u32> = (0..index32(piece.rows)).filter(|row| !left_out(*row as usize)).collect();
        if kept.len() == piece.rows { piece } else { piece.take(&kept) }
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
