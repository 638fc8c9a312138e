//! How are very many lengths of time kept until their quantiles are asked for?
//!
//! Nearly all are whole milliseconds below 49 days, which take four bytes. They lie in blocks, so that nothing is moved when
//! more come, and merging moves no value. Quantiles are exact: values are counted by their upper bits, and only those that
//! have the same ones as a quantile are put in order.

use kundresa_model::result::quantiles::Quantiles;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Values of a block.
const BLOCK: usize = 1 << 14;
/// Microseconds of the unit of short ones.
const UNIT_US: i64 = 1_000;
/// Up to this many values are put in order as they are.
const FEW: usize = 1 << 10;
/// Upper bits by which short ones are counted.
const UPPER_BITS: u32 = 14;

/// Lengths of time in microseconds, in no order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spans {
    /// Whole milliseconds.
    short: Blocks<u32>,
    /// Microseconds of all others.
    long: Blocks<i64>,
}

/// A list that never moves what it holds. Blocks in the middle may be filled in part.
#[derive(Clone, Debug)]
struct Blocks<T> {
    full: Vec<Vec<T>>,
    last: Vec<T>,
}

impl<T> Default for Blocks<T> {
    fn default() -> Self {
        Self { full: Vec::new(), last: Vec::new() }
    }
}

impl<T> Blocks<T> {
    #[inline]
    fn push(&mut self, value: T) {
        if self.last.len() == BLOCK {
            self.begin();
        }
        self.last.push(value);
    }

    #[cold]
    fn begin(&mut self) {
        self.full.push(std::mem::replace(&mut self.last, Vec::with_capacity(BLOCK)));
    }

    fn add(&mut self, other: Self) {
        self.full.extend(other.full);
        if self.last.len() < other.last.len() {
            self.full.push(std::mem::replace(&mut self.last, other.last));
        } else if !other.last.is_empty() {
            self.full.push(other.last);
        }
    }

    fn len(&self) -> usize {
        self.blocks().map(<[T]>::len).sum()
    }

    fn blocks(&self) -> impl Iterator<Item = &[T]> {
        self.full.iter().chain([&self.last]).map(Vec::as_slice)
    }
}

impl Spans {
    /// Adds one.
    #[inline]
    pub(crate) fn push(&mut self, span_us: i64) {
        match u32::try_from(span_us / UNIT_US) {
            Ok(units) if span_us % UNIT_US == 0 => self.short.push(units),
            _ => self.long.push(span_us),
        }
    }

    /// Adds those of `other`.
    pub(crate) fn add(&mut self, other: Self) {
        self.short.add(other.short);
        self.long.add(other.long);
    }

    fn iter(&self) -> impl Iterator<Item = i64> {
        let short = self.short.blocks().flatten().map(|units| i64::from(*units) * UNIT_US);
        short.chain(self.long.blocks().flatten().copied())
    }

    /// Their quantiles.
    pub(crate) fn quantiles(&self) -> Quantiles {
        let n = self.short.len();
        if n <= FEW || self.long.len() > 0 {
            return Quantiles::of(&mut self.iter().collect::<Vec<i64>>());
        }
        let upper = Upper::of(&self.short);
        let mut near: Vec<Vec<u32>> = Vec::new();
        let places = places(n);
        let groups = upper.gather(&self.short, &places, &mut near);
        let mut values = [0; 6];
        for ((value, place), (group, before)) in values.iter_mut().zip(places).zip(groups) {
            let (_, units, _) = near[group].select_nth_unstable(place - before);
            *value = i64::from(*units) * UNIT_US;
        }
        let [min, p25, p50, p75, p90, max] = values.map(Some);
        Quantiles { n: (n as u64).into(), min, p25, p50, p75, p90, max }
    }
}

/// Places from 0, rising, of the smallest of `n` values, of the quantiles, and of the largest. Quantile q is the
/// max(1, ⌈q·n⌉)-th smallest.
fn places(n: usize) -> [usize; 6] {
    let quantile = |per_cent: usize| (n / 100 * per_cent + (n % 100 * per_cent).div_ceil(100)).max(1) - 1;
    [0, quantile(25), quantile(50), quantile(75), quantile(90), n - 1]
}

/// How many values have which upper bits.
struct Upper {
    shift: u32,
    counts: Vec<usize>,
}

impl Upper {
    fn of(values: &Blocks<u32>) -> Self {
        let largest = values.blocks().flatten().copied().max().unwrap_or(0);
        let shift = (u32::BITS - largest.leading_zeros()).saturating_sub(UPPER_BITS);
        let mut counts = vec![0; (largest >> shift) as usize + 1];
        values.blocks().flatten().for_each(|value| counts[(value >> shift) as usize] += 1);
        Self { shift, counts }
    }

    /// Gathers in `near` the values that have the same upper bits as those at `places`, which rise. Per place the number of its
    /// group there, and how many values are smaller than all of the group.
    fn gather(&self, values: &Blocks<u32>, places: &[usize], near: &mut Vec<Vec<u32>>) -> Vec<(usize, usize)> {
        const NO_GROUP: u8 = u8::MAX;
        let mut group_of = vec![NO_GROUP; self.counts.len()];
        let mut groups = Vec::with_capacity(places.len());
        let mut before = 0;
        let mut waiting = places.iter().peekable();
        for (group_of, count) in group_of.iter_mut().zip(&self.counts) {
            while waiting.next_if(|place| **place < before + count).is_some() {
                if *group_of == NO_GROUP {
                    *group_of = u8::try_from(near.len()).unwrap_or(NO_GROUP);
                    near.push(Vec::with_capacity(*count));
                }
                groups.push((usize::from(*group_of), before));
            }
            before += count;
        }
        for value in values.blocks().flatten() {
            if let Some(group) = near.get_mut(usize::from(group_of[(value >> self.shift) as usize])) {
                group.push(*value);
            }
        }
        groups
    }
}

impl Serialize for Spans {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Spans {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut spans = Self::default();
        Vec::<i64>::deserialize(deserializer)?.into_iter().for_each(|span_us| spans.push(span_us));
        Ok(spans)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(mut values: Vec<i64>) {
        let mut parts: Vec<Spans> = vec![Spans::default(); 3];
        values.iter().enumerate().for_each(|(at, value)| parts[at % 7 % 3].push(*value));
        let mut all = Spans::default();
        parts.into_iter().for_each(|part| all.add(part));
        assert_eq!((all.short.len() + all.long.len(), all.iter().count()), (values.len(), values.len()));
        let written = serde_json::to_value(&all).expect("numbers");
        let read: Spans = serde_json::from_value(written).expect("as written");
        let slow = Quantiles::of(&mut values);
        assert_eq!((all.quantiles(), read.quantiles()), (slow.clone(), slow));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn quantiles_are_those_of_a_list(
            n in 0_usize..6_000,
            most in prop::sample::select(vec![1_i64, 3, 1_000, 70_000, 1 << 31, 1 << 33]),
            seed in any::<u64>(),
            is_exact in any::<bool>(),
        ) {
            let mut state = seed | 1;
            let mut next = || {
                state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
                (state >> 33).cast_signed()
            };
            let values = (0..n).map(|_| next() % most * if is_exact { 1_000 } else { 999 }).collect();
            check(values);
        }
    }

    #[test]
    fn many_blocks_and_odd_values_are_kept() {
        check((0..100_000).map(|value| value % 9_973 * 1_000).collect());
        check(vec![0; 50_000]);
        check((0..5_000).map(|value| value * 1_000).chain([-1, i64::MIN, i64::MAX, -1_000, 1 << 50]).collect());
        check((0..40_000).map(|value| value * value * value).collect());
    }
}
