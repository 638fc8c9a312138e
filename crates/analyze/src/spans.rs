//! How are very many lengths of time kept until their quantiles are asked for?
//!
//! Nearly all are whole milliseconds below 49 days, which take four bytes in a list. Once a list is long it is counted
//! ([`counted`]), in seconds as long as all are whole ones, so that memory is bounded by how many different ones there are, and
//! by two bytes for each. All others are listed. Quantiles are exact, and merging parts in any order gives the same.

mod counted;

use std::fmt;

use kundresa_model::result::quantiles::Quantiles;
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq, Serializer};

use counted::Counted;

/// Values of a block.
const BLOCK: usize = 1 << 14;
/// Microseconds of the unit of short ones.
const SHORT_US: i64 = 1_000;
/// Short ones of a whole second.
const SECOND: u32 = 1_000;
/// Short ones that are listed before they are counted: 2 MiB of them.
const MOST_LISTED: usize = 1 << 19;

/// Lengths of time in microseconds, in no order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spans {
    /// Whole milliseconds, until they are many.
    listed: Vec<u32>,
    /// Those that were many.
    many: Option<Box<Many>>,
    /// Microseconds of all others.
    long: Blocks,
}

/// Whole milliseconds, counted.
#[derive(Clone, Debug)]
struct Many {
    /// Milliseconds that one stands for: one, or as long as all are whole seconds those of a second.
    unit: u32,
    counted: Counted,
}

/// A list that never moves what it holds. Blocks in the middle may be filled in part.
#[derive(Clone, Debug, Default)]
struct Blocks {
    full: Vec<Vec<i64>>,
    last: Vec<i64>,
}

impl Blocks {
    #[inline]
    fn push(&mut self, value: i64) {
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

    fn iter(&self) -> impl Iterator<Item = i64> {
        self.full.iter().chain([&self.last]).flatten().copied()
    }
}

impl Many {
    /// Adds whole milliseconds, of which nothing is left.
    fn extend(&mut self, milliseconds: &mut Vec<u32>) {
        if self.unit > 1 && milliseconds.iter().any(|value| value % SECOND != 0) {
            self.refine();
        }
        if self.unit > 1 {
            milliseconds.iter_mut().for_each(|value| *value /= SECOND);
        }
        self.counted.extend(milliseconds);
    }

    /// Counts in milliseconds from now on.
    fn refine(&mut self) {
        self.counted = std::mem::take(&mut self.counted).times(self.unit);
        self.unit = 1;
    }

    fn add(&mut self, mut other: Self) {
        if self.unit > other.unit {
            self.refine();
        } else if self.unit < other.unit {
            other.refine();
        }
        self.counted.add(other.counted);
    }

    /// How many are shorter than that.
    fn below(&self, span_us: i64) -> u64 {
        let unit_us = i64::from(self.unit) * SHORT_US;
        let units = span_us.max(0) / unit_us + i64::from(span_us.max(0) % unit_us > 0);
        u32::try_from(units).map_or(self.counted.len(), |units| self.counted.below(units))
    }

    fn at(&self, place: u64) -> Option<i64> {
        self.counted.at(place).map(|units| i64::from(units) * i64::from(self.unit) * SHORT_US)
    }
}

impl Spans {
    /// Adds one.
    #[inline]
    pub(crate) fn push(&mut self, span_us: i64) {
        match u32::try_from(span_us / SHORT_US) {
            Ok(units) if span_us % SHORT_US == 0 => {
                if self.listed.len() == MOST_LISTED {
                    self.count();
                }
                self.listed.push(units);
            }
            _ => self.long.push(span_us),
        }
    }

    /// Adds those of `other`.
    pub(crate) fn add(&mut self, other: Self) {
        if self.listed.len() + other.listed.len() > MOST_LISTED {
            self.count();
        }
        self.listed.extend(other.listed);
        match (&mut self.many, other.many) {
            (Some(many), Some(other)) => many.add(*other),
            (many @ None, other) => *many = other,
            (Some(_), None) => {}
        }
        self.long.add(other.long);
    }

    /// Counts the short ones that are listed.
    #[cold]
    fn count(&mut self) {
        let nothing = || Box::new(Many { unit: SECOND, counted: Counted::default() });
        self.many.get_or_insert_with(nothing).extend(&mut self.listed);
    }

    /// Calls `each` with lengths of time and how often they occur; one may come more than once.
    pub(crate) fn each(&self, mut each: impl FnMut(i64, u64)) {
        self.listed.iter().for_each(|units| each(i64::from(*units) * SHORT_US, 1));
        if let Some(many) = &self.many {
            let unit_us = i64::from(many.unit) * SHORT_US;
            many.counted.each_distinct(|units, times| each(i64::from(units) * unit_us, times));
        }
        self.long.iter().for_each(|span_us| each(span_us, 1));
    }

    /// Their quantiles.
    pub(crate) fn quantiles(mut self) -> Quantiles {
        if self.many.is_some() {
            self.count();
        }
        let short = self.listed.iter().map(|units| i64::from(*units) * SHORT_US);
        let mut listed: Vec<i64> = short.chain(self.long.iter()).collect();
        let Some(many) = self.many else { return Quantiles::of(&mut listed) };
        listed.sort_unstable();
        let n = many.counted.len() + listed.len() as u64;
        let [min, p25, p50, p75, p90, max] = places(n).map(|place| at(place, &many, &listed));
        Quantiles { n: n.into(), min, p25, p50, p75, p90, max }
    }
}

/// Places from 0, rising, of the smallest of `n` values, of the quantiles, and of the largest. Quantile q is the
/// max(1, ⌈q·n⌉)-th smallest.
fn places(n: u64) -> [u64; 6] {
    let quantile = |per_cent: u64| (n / 100 * per_cent + (n % 100 * per_cent).div_ceil(100)).max(1) - 1;
    [0, quantile(25), quantile(50), quantile(75), quantile(90), n - 1]
}

/// The value at `place` of both together in order. None is among `many` and in `listed`, which is in order.
fn at(place: u64, many: &Many, listed: &[i64]) -> Option<i64> {
    let place_of = |index: usize| index as u64 + many.below(listed[index]);
    let (mut next, mut end) = (0, listed.len());
    while next < end {
        let middle = next.midpoint(end);
        if place_of(middle) < place {
            next = middle + 1;
        } else {
            end = middle;
        }
    }
    let is_listed = next < listed.len() && place_of(next) == place;
    if is_listed { Some(listed[next]) } else { many.at(place - next as u64) }
}

impl Serialize for Spans {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        let mut result = Ok(());
        self.each(|span_us, times| {
            (0..times).for_each(|_| {
                if result.is_ok() {
                    result = sequence.serialize_element(&span_us);
                }
            });
        });
        result?;
        sequence.end()
    }
}

impl<'de> Deserialize<'de> for Spans {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Written)
    }
}

/// A list of microseconds.
struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Spans;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of microseconds")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut written: A) -> Result<Spans, A::Error> {
        let mut spans = Spans::default();
        while let Some(span_us) = written.next_element()? {
            spans.push(span_us);
        }
        Ok(spans)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Some of which are counted as early as if they were many.
    fn check(mut values: Vec<i64>, counts: bool) {
        let mut parts: Vec<Spans> = vec![Spans::default(); 3];
        for (at, value) in values.iter().enumerate() {
            let part = at % 7 % 3;
            parts[part].push(*value);
            if counts && at % 97 < part {
                parts[part].count();
            }
        }
        let mut all = Spans::default();
        parts.into_iter().for_each(|part| all.add(part));
        let mut n = 0;
        all.each(|_, times| n += times);
        assert_eq!(n, values.len() as u64);
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
            unit in prop::sample::select(vec![1_000_i64, 1_000_000, 999, 500]),
            counts in any::<bool>(),
        ) {
            let mut state = seed | 1;
            let mut next = || {
                state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
                (state >> 33).cast_signed()
            };
            let values = (0..n).map(|_| next() % most * unit).collect();
            check(values, counts);
        }

        #[test]
        fn seconds_and_milliseconds_merge(
            seconds in prop::collection::vec(0_i64..400_000, 0..300),
            others in prop::collection::vec(-5_i64..400_000_000, 0..40),
        ) {
            let others = others.into_iter().map(|value| value * 1_000);
            check(seconds.into_iter().map(|value| value * 1_000_000).chain(others).collect(), true);
        }
    }

    #[test]
    fn many_of_all_kinds_are_kept() {
        for counts in [false, true] {
            check((0..100_000).map(|value| value % 9_973 * 1_000).collect(), counts);
            check(vec![0; 50_000], counts);
            check(
                (0..5_000).map(|value| value * 1_000).chain([-1, i64::MIN, i64::MAX, -1_000, 1 << 50]).collect(),
                counts,
            );
            check((0..40_000).map(|value| value * value * value).collect(), counts);
            check((0..2_000).map(|value| i64::from(u32::MAX) * 1_000 - value * 1_000_000).collect(), counts);
        }
    }

    #[test]
    fn lists_and_counts_of_a_bucket_change_over() {
        let seconds = (0..700_000_i64).map(|value| value % 7_000 * 1_000_000);
        let within_a_minute = (0..700_000_i64).map(|value| value * 31 % 60_000 * 1_000);
        let far = (0..100_000_i64).map(|value| value * 40_009 % 2_000_000_000 * 1_000);
        check(seconds.chain(within_a_minute).chain(far).collect(), false);
    }
}
