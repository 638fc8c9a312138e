//! How are tallies kept under the codes of a column?
//!
//! Those of the first codes lie side by side, so that one is found without a look-up and costs one visit to memory: a log has
//! tens of thousands of pages, of which each session touches others. Those of further codes are looked up.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::keyed::{Keyed, Tally};

/// Codes whose tallies lie side by side.
const MOST_FIRST: usize = 1 << 16;

/// A tally that can tell whether it was ever raised.
pub(crate) trait Raised: Tally {
    /// Whether anything was counted.
    fn is_raised(&self) -> bool;
}

impl Raised for u64 {
    fn is_raised(&self) -> bool {
        *self > 0
    }
}

/// Tallies by code. Those that were never raised are as if they were not there.
#[derive(Clone, Debug)]
pub(crate) struct Coded<T> {
    /// Of the codes from 0.
    first: Vec<T>,
    others: Keyed<u32, T>,
}

impl<T> Default for Coded<T> {
    fn default() -> Self {
        Self { first: Vec::new(), others: Keyed::default() }
    }
}

impl<T: Raised> Coded<T> {
    /// Nothing counted, of that many codes.
    pub(crate) fn of(codes: usize) -> Self {
        let mut first = Vec::new();
        first.resize_with(codes.min(MOST_FIRST), T::default);
        Self { first, others: Keyed::default() }
    }

    /// The tally of `code`, which is to be raised.
    #[inline]
    pub(crate) fn at(&mut self, code: u32) -> &mut T {
        if (code as usize) < self.first.len() { &mut self.first[code as usize] } else { self.others.at(code) }
    }

    /// All tallies, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let first = (0_u32..).zip(&self.first);
        first.chain(self.others.iter().map(|(code, tally)| (*code, tally))).filter(|(_, tally)| tally.is_raised())
    }

    fn into_each(self) -> impl Iterator<Item = (u32, T)> {
        let first = (0_u32..).zip(self.first);
        first.chain(self.others.into_sorted()).filter(|(_, tally)| tally.is_raised())
    }

    /// All tallies, to be looked up.
    pub(crate) fn into_keyed(self) -> Keyed<u32, T> {
        Keyed::of(self.into_each().collect())
    }
}

impl<T: Raised> Tally for Coded<T> {
    fn add(&mut self, other: Self) {
        other.into_each().for_each(|(code, tally)| self.at(code).add(tally));
    }
}

impl<T: Raised + Serialize> Serialize for Coded<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pairs: Vec<(u32, &T)> = self.iter().collect();
        pairs.sort_unstable_by_key(|(code, _)| *code);
        serializer.collect_seq(pairs)
    }
}

impl<'de, T: Raised + Deserialize<'de>> Deserialize<'de> for Coded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { first: Vec::new(), others: Keyed::deserialize(deserializer)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn tallies_of_few_codes_and_of_many_are_those_of_a_look_up(
            codes in prop::collection::vec(prop_oneof![0_u32..9, 65_530_u32..65_540, any::<u32>()], 0..200),
            known in prop::sample::select(vec![0_usize, 5, 65_536, 70_000]),
        ) {
            let (mut parts, mut slow) = ([Coded::<u64>::of(known), Coded::default()], Keyed::<u32, u64>::default());
            for (by, code) in (1..).zip(&codes) {
                *parts[usize::from(by % 3 == 0)].at(*code) += by;
                *slow.at(*code) += by;
            }
            let [mut all, other] = parts;
            let mut turned = other.clone();
            turned.add(all.clone());
            all.add(other);
            let written = serde_json::to_string(&all).expect("numbers");
            prop_assert_eq!(&written, &serde_json::to_string(&slow).expect("numbers"));
            prop_assert_eq!(&written, &serde_json::to_string(&turned).expect("numbers"));
            let read: Coded<u64> = serde_json::from_str(&written).expect("as written");
            let slow = slow.into_sorted();
            prop_assert_eq!(read.into_keyed().into_sorted(), &slow[..]);
            prop_assert_eq!(all.into_keyed().into_sorted(), slow);
        }
    }
}
