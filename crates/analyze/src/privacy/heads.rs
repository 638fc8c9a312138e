//! How many actors are behind each of several figures?
//!
//! Counted only where a privacy threshold is asked for: an actor's figures are counted apart, then every figure that is
//! not zero counts the actor once.

use kundresa_model::result::segments::{Breakdown, Segment};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::keyed::{Key, Keyed, Tally};

/// Distinct actors behind `N` figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Heads<const N: usize>(pub(crate) [u64; N]);

impl<const N: usize> Default for Heads<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> Heads<N> {
    /// Counts one actor with these `figures`.
    pub(crate) fn see(&mut self, figures: [u64; N]) {
        for (heads, figure) in self.0.iter_mut().zip(figures) {
            *heads += u64::from(figure > 0);
        }
    }

    /// Figures with the actors behind them.
    pub(crate) fn of(&self, figures: [u64; N]) -> Vec<Cell> {
        figures.into_iter().zip(self.0).collect()
    }
}

/// A figure, and the actors behind it.
pub(crate) type Cell = (u64, u64);

impl<const N: usize> Tally for Heads<N> {
    fn add(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, part)| *sum += part);
    }
}

impl<const N: usize> Join for Heads<N> {
    fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(least, part)| *least = (*least).max(*part));
    }

    fn ranked(&self) -> u64 {
        self.0.first().copied().unwrap_or(0)
    }
}

impl<const N: usize> Serialize for Heads<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_slice().serialize(serializer)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Heads<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let heads = Vec::<u64>::deserialize(deserializer)?;
        let wrong = |heads: Vec<u64>| D::Error::invalid_length(heads.len(), &"as many numbers as there are figures");
        heads.try_into().map(Self).map_err(wrong)
    }
}

/// Actors of several groups that may have some in common.
pub(crate) trait Join: Tally {
    /// At least so many actors are in both together: as many as in the larger one.
    fn join(&mut self, other: &Self);

    /// Actors behind the figure that rows are ranked by.
    fn ranked(&self) -> u64;
}

impl<K: Key, T: Join> Join for Keyed<K, T> {
    fn join(&mut self, other: &Self) {
        for (key, heads) in other.iter() {
            self.at(*key).join(heads);
        }
    }

    fn ranked(&self) -> u64 {
        self.iter().map(|(_, heads)| heads.ranked()).max().unwrap_or(0)
    }
}

/// What was counted, and the actors behind it. Adding two puts rows of one result together, which may share actors.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted<T, H> {
    /// What was counted.
    pub(crate) tally: T,
    /// The actors behind it.
    pub(crate) heads: H,
}

impl<T: Tally, H: Join> Tally for Counted<T, H> {
    fn add(&mut self, other: Self) {
        self.tally.add(other.tally);
        self.heads.join(&other.heads);
    }

    fn actors(&self) -> Option<u64> {
        Some(self.heads.ranked())
    }
}

/// Each tally with the actors behind it.
pub(crate) fn counted<K: Key, T: Tally, H: Join>(
    tallies: Keyed<K, T>,
    mut heads: Keyed<K, H>,
) -> Keyed<K, Counted<T, H>> {
    let with_heads = |(key, tally)| (key, Counted { tally, heads: heads.remove(key).unwrap_or_default() });
    Keyed::of(tallies.into_sorted().into_iter().map(with_heads).collect())
}

/// A breakdown, and what the privacy threshold looks at of each row.
pub(crate) fn split<F, C>(by: Option<Breakdown<(F, C)>>) -> (Option<Breakdown<F>>, Vec<C>) {
    let Some(Breakdown { dimension, rows }) = by else { return (None, Vec::new()) };
    let (rows, cells) = split_rows(rows);
    (Some(Breakdown { dimension, rows }), cells)
}

/// Rows, and what the privacy threshold looks at of each.
pub(crate) fn split_rows<F, C>(rows: Vec<Segment<(F, C)>>) -> (Vec<Segment<F>>, Vec<C>) {
    let apart = |Segment { value, values, figures: (figures, cells) }| (Segment { value, values, figures }, cells);
    rows.into_iter().map(apart).unzip()
}
