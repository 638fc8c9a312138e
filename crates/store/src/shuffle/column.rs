//! What does a column of a bucket hold, whose rows may all say the same?

use crate::shuffle::packed::{Number, Packed};
use crate::shuffle::piece::Slice;

/// Numbers of the rows of a bucket.
#[derive(Clone, Debug)]
pub(crate) enum Column<T> {
    /// Every row's.
    Same(T),
    /// Row by row.
    Each(Vec<T>),
}

impl<T: Copy> Column<T> {
    /// The number of a row.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> T {
        match self {
            Self::Same(number) => *number,
            Self::Each(numbers) => numbers[row],
        }
    }

    /// Appends those of `rows` to `out`.
    pub(crate) fn pick_to(&self, rows: &[u32], out: &mut Vec<T>) {
        match self {
            Self::Same(number) => out.resize(out.len() + rows.len(), *number),
            Self::Each(numbers) => out.extend(rows.iter().map(|row| numbers[*row as usize])),
        }
    }
}

impl<T: Number + PartialEq> Column<T> {
    /// The numbers of slices one after another. `part` gives the packed column of each slice and what its numbers become;
    /// slices without it have `absent`.
    pub(crate) fn joined<'s, M: Fn(T) -> T>(
        slices: &'s [(usize, Slice)],
        absent: T,
        part: impl Fn(usize, &'s Slice) -> Option<(&'s Packed, M)>,
    ) -> Self {
        let part = |thread: usize, slice: &'s Slice| part(thread, slice).filter(|(column, _)| !column.is_empty());
        let same = |thread: usize, slice: &'s Slice| match part(thread, slice) {
            None => Some(absent),
            Some((column, map)) => column.same().map(map),
        };
        let mut all = slices.iter().map(|(thread, slice)| same(*thread, slice));
        let first = all.next().unwrap_or(Some(absent));
        if let Some(number) = first.filter(|first| all.all(|number| number == Some(*first))) {
            return Self::Same(number);
        }
        let mut numbers = Vec::with_capacity(slices.iter().map(|(_, slice)| slice.len()).sum());
        for (thread, slice) in slices {
            match part(*thread, slice) {
                Some((column, map)) => column.append_to(slice.rows.clone(), &mut numbers, map),
                None => numbers.resize(numbers.len() + slice.len(), absent),
            }
        }
        Self::Each(numbers)
    }
}
