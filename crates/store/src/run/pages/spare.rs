//! Where do decoded numbers lie, so that the next row group needs no new memory?

use std::ops::Deref;

use arrow_buffer::{ArrowNativeType, ScalarBuffer};
use kundresa_model::actor_source::NO_VALUE;

use super::delta::Padded;

/// Buffers of columns that nobody looks at any more. Their content has no meaning.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spare {
    pub(crate) bytes: Vec<Vec<u8>>,
    pub(crate) codes: Vec<Vec<u32>>,
    pub(crate) numbers: Vec<Vec<i64>>,
    pub(crate) marked: Vec<Marked>,
    /// Values without those that are missing.
    pub(crate) values: Vec<i64>,
    pub(crate) padded: Padded,
}

/// Takes the memory of `buffer` back, if nobody else has it.
pub(crate) fn take_back<T: ArrowNativeType>(buffer: ScalarBuffer<T>, into: &mut Vec<Vec<T>>) {
    if let Ok(spare) = buffer.into_inner().into_vec() {
        into.push(spare);
    }
}

/// Numbers of rows of which most have none: those are [`NO_VALUE`].
///
/// Which rows have one is known, so that the next use clears these alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marked {
    numbers: Vec<i64>,
    /// Rows with a number, and perhaps others; `None` where they are not known.
    filled: Option<Vec<u32>>,
}

impl Marked {
    /// `rows` rows without a number, and room for the list of those that get one.
    pub(super) fn begin(&mut self, rows: usize) -> (&mut [i64], &mut Vec<u32>) {
        match &mut self.filled {
            Some(filled) => filled.drain(..).for_each(|row| {
                if let Some(number) = self.numbers.get_mut(row as usize) {
                    *number = NO_VALUE;
                }
            }),
            None => self.numbers.clear(),
        }
        self.numbers.resize(rows, NO_VALUE);
        (&mut self.numbers, self.filled.get_or_insert_default())
    }
}

impl FromIterator<i64> for Marked {
    fn from_iter<I: IntoIterator<Item = i64>>(numbers: I) -> Self {
        Self { numbers: numbers.into_iter().collect(), filled: None }
    }
}

impl Deref for Marked {
    type Target = [i64];

    fn deref(&self) -> &[i64] {
        &self.numbers
    }
}
