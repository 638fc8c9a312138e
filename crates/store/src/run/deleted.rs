//! Which rows of a run do not count any more, and why?

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::UInt64Type;
use arrow_array::{StringArray, UInt64Array};

use crate::error::StoreError;
use crate::generation::disk::Disk;
use crate::run::parquet_file::{ParquetFile, damaged};
use crate::run::parquet_output::PlainOutput;
use crate::run::schema::deleted_columns;

/// Why a row does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Why {
    /// An earlier row has its event id. It counts again if that one leaves.
    Duplicate = 0,
    /// Its input was replaced, or another export of its partition is greater.
    Replaced = 1,
}

/// Row ordinals that do not count, rising; unidentified rows count on from the rows with actors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Deleted {
    rows: Vec<u64>,
    why: Vec<Why>,
}

impl Why {
    fn name(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Replaced => "replaced",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        [Self::Duplicate, Self::Replaced].into_iter().find(|why| why.name() == name)
    }
}

impl Deleted {
    /// From pairs in any order; of two reasons for one row the greater stays.
    pub(crate) fn new(mut rows: Vec<(u64, Why)>) -> Self {
        rows.sort_unstable();
        rows.dedup_by(|later, first| {
            let is_same = later.0 == first.0;
            if is_same {
                first.1 = later.1;
            }
            is_same
        });
        let (rows, why) = rows.into_iter().unzip();
        Self { rows, why }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Ordinals within `rows`.
    pub(crate) fn within(&self, rows: Range<u64>) -> &[u64] {
        let first = self.rows.partition_point(|row| *row < rows.start);
        let end = self.rows.partition_point(|row| *row < rows.end);
        &self.rows[first..end.max(first)]
    }

    /// Every row with its reason.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, Why)> + '_ {
        self.rows.iter().copied().zip(self.why.iter().copied())
    }

    /// Reads a file written by [`Self::write`].
    pub(crate) fn read(path: &Path) -> Result<Self, StoreError> {
        let file = ParquetFile::open(path, None)?;
        let batch = file.read(0..file.rows(), &["row", "why"])?;
        let rows = batch.filled::<UInt64Type>("row")?.to_vec();
        if !rows.is_sorted_by(|before, after| before < after) {
            return Err(damaged(path, "its rows do not rise"));
        }
        let why: Option<Vec<Why>> = batch.texts("why")?.iter().map(|name| Why::of_name(name?)).collect();
        let why = why.ok_or_else(|| damaged(path, "it has a reason that this version does not know"))?;
        Ok(Self { rows, why })
    }

    /// Writes and syncs `row` (UInt64) and `why` (text: `duplicate`, `replaced`) as Parquet.
    pub(crate) fn write(&self, disk: &Disk, path: &Path) -> Result<(), StoreError> {
        let mut output = PlainOutput::create(disk, path, &deleted_columns())?;
        let why = StringArray::from_iter_values(self.why.iter().map(|why| why.name()));
        output.append(&[Arc::new(UInt64Array::from(self.rows.clone())), Arc::new(why)])?;
        output.finish().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_reasons_the_greater_stays() {
        let deleted = Deleted::new(vec![(7, Why::Replaced), (3, Why::Duplicate), (7, Why::Duplicate)]);
        assert_eq!(deleted.iter().collect::<Vec<_>>(), [(3, Why::Duplicate), (7, Why::Replaced)]);
        assert_eq!(deleted.within(3..7), [3]);
        assert_eq!(deleted.within(4..8), [7]);
        assert!(deleted.within(8..u64::MAX).is_empty());
        assert!(Deleted::new(Vec::new()).within(0..9).is_empty());
    }

    #[test]
    fn what_was_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        for rows in [vec![], vec![(0, Why::Duplicate)], (0..70_000).map(|row| (row * 3, Why::Replaced)).collect()] {
            let path = folder.path().join(format!("deleted-{}.parquet", rows.len()));
            let deleted = Deleted::new(rows);
            deleted.write(&Disk::default(), &path).unwrap();
            assert_eq!(Deleted::read(&path).unwrap(), deleted);
        }
    }
}
