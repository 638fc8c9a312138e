//! Which rows of a run are in a set? Kept as ranges of row ordinals, since whole inputs leave together.

use std::ops::Range;

/// Row ordinals of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ordinals {
    /// Rising, apart from each other, none empty.
    ranges: Vec<Range<u64>>,
    /// Rows in the ranges before each.
    before: Vec<u64>,
}

impl Ordinals {
    /// From ordinals in any order.
    pub(crate) fn of(mut rows: Vec<u64>) -> Self {
        rows.sort_unstable();
        let mut set = Self::default();
        rows.into_iter().for_each(|row| set.push(row..row + 1));
        set
    }

    /// From ranges in any order.
    pub(crate) fn of_ranges(mut ranges: Vec<Range<u64>>) -> Self {
        ranges.sort_unstable_by_key(|range| range.start);
        let mut set = Self::default();
        ranges.into_iter().filter(|range| !range.is_empty()).for_each(|range| set.push(range));
        set
    }

    /// Adds rows that begin nowhere before those of the last range.
    fn push(&mut self, rows: Range<u64>) {
        match self.ranges.last_mut() {
            Some(last) if rows.start <= last.end => last.end = last.end.max(rows.end),
            _ => {
                self.before.push(self.len());
                self.ranges.push(rows);
            }
        }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> u64 {
        let last = self.ranges.last().zip(self.before.last());
        last.map_or(0, |(range, before)| before + (range.end - range.start))
    }

    /// Whether no row is in the set.
    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether row `row` is in the set.
    pub(crate) fn has(&self, row: u64) -> bool {
        let next = self.ranges.partition_point(|range| range.end <= row);
        self.ranges.get(next).is_some_and(|range| range.start <= row)
    }

    /// How many rows of the set are below `row`.
    fn below(&self, row: u64) -> u64 {
        let next = self.ranges.partition_point(|range| range.end <= row);
        match self.ranges.get(next) {
            Some(range) => self.before[next] + row.saturating_sub(range.start),
            None => self.len(),
        }
    }

    /// How many rows of the set are within `rows`.
    pub(crate) fn within(&self, rows: &Range<u64>) -> u64 {
        self.below(rows.end.max(rows.start)) - self.below(rows.start)
    }

    /// All of them, rising.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.ranges.iter().cloned().flatten()
    }

    /// Those in either.
    pub(crate) fn or(&self, other: &Self) -> Self {
        Self::of_ranges(self.ranges.iter().chain(&other.ranges).cloned().collect())
    }

    /// Those not in `other`.
    pub(crate) fn without(&self, other: &Self) -> Self {
        let mut set = Self::default();
        for range in &self.ranges {
            let mut start = range.start;
            let first = other.ranges.partition_point(|hole| hole.end <= range.start);
            for hole in other.ranges[first..].iter().take_while(|hole| hole.start < range.end) {
                if start < hole.start {
                    set.push(start..hole.start);
                }
                start = hole.end;
            }
            if start < range.end {
                set.push(start..range.end);
            }
        }
        set
    }

    /// The largest.
    pub(crate) fn last(&self) -> Option<u64> {
        self.ranges.last().map(|range| range.end - 1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sets_of_rows_are_like_any_sets(a in vec(0_u64..40, 0..30), b in vec(0_u64..40, 0..30), from in 0_u64..40, to in 0_u64..40) {
            let (left, right) = (Ordinals::of(a.clone()), Ordinals::of(b.clone()));
            let (a, b): (BTreeSet<u64>, BTreeSet<u64>) = (a.into_iter().collect(), b.into_iter().collect());
            prop_assert!(left.or(&right).iter().eq(a.union(&b).copied()));
            prop_assert!(left.without(&right).iter().eq(a.difference(&b).copied()));
            prop_assert_eq!(left.len(), a.len() as u64);
            prop_assert_eq!(left.within(&(from..to)), a.iter().filter(|row| (from..to).contains(row)).count() as u64);
            prop_assert!((0..40).all(|row| left.has(row) == a.contains(&row)));
            prop_assert_eq!((left.is_empty(), left.last()), (a.is_empty(), a.last().copied()));
            prop_assert_eq!(Ordinals::of(a.iter().copied().collect()), left);
        }
    }
}
