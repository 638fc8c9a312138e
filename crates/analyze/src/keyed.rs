//! How are counts kept under codes that are not known before?
//!
//! Tallies lie in the order of their first use, and a table of places finds them. A key goes to the place that the upper bits of a multiplication give it, else to the next free one: codes
//! and days follow each other, and such a product spreads them evenly. Nothing is hashed further, nothing called.

use std::fmt;
use std::marker::PhantomData;

use kundresa_model::index::index32;
use kundresa_model::result::paths::StepKind;
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// Something that adds up over disjoint actors.
pub(crate) trait Tally: Default {
    /// Adds `other`.
    fn add(&mut self, other: Self);

    /// At least how many actors are behind it; `None` where the tally itself counts them.
    fn actors(&self) -> Option<u64> {
        None
    }
}

/// Adds `other` where there is one.
pub(crate) fn add_some<T: Tally>(sum: &mut Option<T>, other: Option<T>) {
    match (sum, other) {
        (Some(sum), Some(other)) => sum.add(other),
        (sum @ None, other) => *sum = other,
        (Some(_), None) => {}
    }
}

impl Tally for u64 {
    fn add(&mut self, other: Self) {
        *self += other;
    }
}

/// Adds `other` to `sums` place by place; the shorter one counts as filled up with zeros.
pub(crate) fn add_each<T: Tally>(sums: &mut Vec<T>, other: Vec<T>) {
    if sums.len() < other.len() {
        sums.resize_with(other.len(), T::default);
    }
    for (sum, part) in sums.iter_mut().zip(other) {
        sum.add(part);
    }
}

/// What tallies are kept under.
pub(crate) trait Key: Copy + Ord {
    /// Different numbers for different keys, as far as possible.
    fn number(self) -> u64;
}

impl Key for u32 {
    #[inline]
    fn number(self) -> u64 {
        u64::from(self)
    }
}

impl Key for u64 {
    #[inline]
    fn number(self) -> u64 {
        self
    }
}

impl Key for i64 {
    #[inline]
    fn number(self) -> u64 {
        self.cast_unsigned()
    }
}

impl Key for StepKind {
    #[inline]
    fn number(self) -> u64 {
        self as u64
    }
}

impl<A: Key, B: Key> Key for (A, B) {
    #[inline]
    fn number(self) -> u64 {
        // Only the places depend on it, so what is lost when the product wraps does not matter.
        self.0.number().wrapping_mul(PAIR_SPREAD).rotate_left(32) ^ self.1.number()
    }
}

impl<A: Key, B: Key, C: Key> Key for (A, B, C) {
    #[inline]
    fn number(self) -> u64 {
        ((self.0, self.1), self.2).number()
    }
}

/// 2⁶⁴ / golden ratio, odd: products with rising numbers fall evenly over all numbers.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
/// Another odd number without a pattern.
const PAIR_SPREAD: u64 = 0xD6E8_FEB8_6659_FD93;
/// Places of the first table.
const FEW_PLACES: usize = 8;

/// Tallies by key. Serialized, and handed out, in the order of the keys.
#[derive(Clone, Debug)]
pub(crate) struct Keyed<K, T> {
    /// In the order of first use.
    tallies: Vec<(K, T)>,
    /// One more than the index of a tally, or 0; as many as a power of two, at least half of them 0, or none at all.
    places: Vec<u32>,
}

impl<K, T> Default for Keyed<K, T> {
    fn default() -> Self {
        Self { tallies: Vec::new(), places: Vec::new() }
    }
}

impl<K: Key, T> Keyed<K, T> {
    /// These tallies, no two of them of one key.
    pub(crate) fn of(tallies: Vec<(K, T)>) -> Self {
        let mut keyed = Self { tallies, places: Vec::new() };
        keyed.place_all();
        keyed
    }

    /// Where `key` is looked for first: the upper bits of the product, as many as there are places; what wraps is meant to be
    /// lost. A table has eight places at least, so no shift is too long.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "shifted to as many bits as an index of the table has")]
    fn first_place(&self, key: K) -> usize {
        let last = self.places.len() - 1;
        (key.number().wrapping_mul(SPREAD) >> (last as u64).leading_zeros()) as usize & last
    }

    /// The place of `key`: where its tally is, or the free one where it would be. There must be a free one.
    #[inline]
    fn place(&self, key: K) -> usize {
        let last = self.places.len() - 1;
        let mut place = self.first_place(key);
        loop {
            match self.places[place] {
                0 => return place,
                number if self.tallies[number as usize - 1].0 == key => return place,
                _ => place = (place + 1) & last,
            }
        }
    }

    /// Makes a table that is at most a quarter full.
    #[cold]
    fn place_all(&mut self) {
        let places = (self.tallies.len() * 4).next_power_of_two().max(FEW_PLACES);
        self.places.clear();
        self.places.resize(places, 0);
        for index in 0..self.tallies.len() {
            let place = self.place(self.tallies[index].0);
            self.places[place] = index32(index + 1);
        }
    }

    #[inline]
    fn index_of(&self, key: K) -> Option<usize> {
        if self.places.is_empty() {
            return None;
        }
        (self.places[self.place(key)] as usize).checked_sub(1)
    }
}

impl<K: Key, T: Tally> Keyed<K, T> {
    /// The tally of `key`, which starts empty.
    #[inline]
    pub(crate) fn at(&mut self, key: K) -> &mut T {
        let index = match self.index_of(key) {
            Some(index) => index,
            None => self.begin(key),
        };
        &mut self.tallies[index].1
    }

    #[inline(never)]
    fn begin(&mut self, key: K) -> usize {
        let index = self.tallies.len();
        self.tallies.push((key, T::default()));
        if self.tallies.len() * 2 > self.places.len() {
            self.place_all();
        } else {
            let place = self.place(key);
            self.places[place] = index32(index + 1);
        }
        index
    }

    /// The tally of `key`, if there is one.
    pub(crate) fn get(&self, key: K) -> Option<&T> {
        self.index_of(key).map(|index| &self.tallies[index].1)
    }

    /// Takes the tally of `key` out, if there is one.
    pub(crate) fn remove(&mut self, key: K) -> Option<T> {
        let index = self.index_of(key)?;
        let (place, last) = (self.place(key), self.tallies.len() - 1);
        let place_of_last = self.place(self.tallies[last].0);
        self.places[place_of_last] = index32(index + 1);
        let (_, tally) = self.tallies.swap_remove(index);
        self.free(place);
        Some(tally)
    }

    /// Frees a place, and moves tallies that were looked for behind it nearer to where they belong.
    fn free(&mut self, place: usize) {
        let last = self.places.len() - 1;
        let (mut free, mut next) = (place, (place + 1) & last);
        self.places[free] = 0;
        while let Some(index) = (self.places[next] as usize).checked_sub(1) {
            let first = self.first_place(self.tallies[index].0);
            // Distances around the end of the table wrap.
            if next.wrapping_sub(first) & last >= next.wrapping_sub(free) & last {
                self.places[free] = std::mem::take(&mut self.places[next]);
                free = next;
            }
            next = (next + 1) & last;
        }
    }

    /// All tallies, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &T)> {
        self.tallies.iter().map(|(key, tally)| (key, tally))
    }

    /// Calls `each` with all tallies in the order of first use, and forgets them.
    pub(crate) fn drain(&mut self, mut each: impl FnMut(K, T)) {
        self.places.fill(0);
        self.tallies.drain(..).for_each(|(key, tally)| each(key, tally));
    }

    /// All tallies by key.
    pub(crate) fn into_sorted(self) -> Vec<(K, T)> {
        let mut pairs = self.tallies;
        pairs.sort_unstable_by_key(|(key, _)| *key);
        pairs
    }
}

impl<K: Key, T: Tally> Tally for Keyed<K, T> {
    fn add(&mut self, other: Self) {
        if self.tallies.is_empty() {
            *self = other;
            return;
        }
        for (key, tally) in other.tallies {
            self.at(key).add(tally);
        }
    }
}

impl<K: Ord + Copy + Serialize, T: Serialize> Serialize for Keyed<K, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pairs: Vec<&(K, T)> = self.tallies.iter().collect();
        pairs.sort_unstable_by_key(|(key, _)| *key);
        serializer.collect_seq(pairs)
    }
}

impl<'de, K: Key + Deserialize<'de>, T: Deserialize<'de>> Deserialize<'de> for Keyed<K, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Pairs(PhantomData))
    }
}

struct Pairs<K, T>(PhantomData<(K, T)>);

impl<'de, K: Key + Deserialize<'de>, T: Deserialize<'de>> Visitor<'de> for Pairs<K, T> {
    type Value = Keyed<K, T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of pairs of key and counts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pairs: A) -> Result<Self::Value, A::Error> {
        let mut tallies: Vec<(K, T)> = Vec::new();
        while let Some(pair) = pairs.next_element()? {
            tallies.push(pair);
        }
        // Of a key that is written twice the last tally holds.
        tallies.reverse();
        tallies.sort_by_key(|(key, _)| *key);
        tallies.dedup_by_key(|(key, _)| *key);
        Ok(Keyed::of(tallies))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn check<K: Key + fmt::Debug>(keys: &[K]) {
        let (mut keyed, mut slow) = (Keyed::<K, u64>::default(), BTreeMap::<K, u64>::new());
        for (by, key) in (1..).zip(keys) {
            *keyed.at(*key) += by;
            *slow.entry(*key).or_default() += by;
        }
        let mut rest = keyed.clone();
        for key in keys.iter().step_by(3) {
            assert_eq!(keyed.get(*key), slow.get(key));
        }
        for key in keys.iter().step_by(2) {
            if let Some(tally) = rest.remove(*key) {
                assert_eq!(Some(tally), slow.get(key).copied());
            }
            assert_eq!((rest.remove(*key), rest.get(*key)), (None, None));
        }
        for key in keys {
            *rest.at(*key) = slow[key];
        }
        let slow: Vec<(K, u64)> = slow.into_iter().collect();
        let mut drained = Vec::new();
        rest.drain(|key, tally| drained.push((key, tally)));
        assert!(keys.iter().all(|key| rest.get(*key).is_none()));
        drained.sort_unstable();
        drained.iter().for_each(|(key, tally)| *rest.at(*key) += tally);
        assert_eq!(rest.into_sorted(), slow);
        assert_eq!(drained, slow);
        assert_eq!(keyed.into_sorted(), slow);
    }

    proptest! {
        #[test]
        fn tallies_are_those_of_a_map(
            few in prop::collection::vec(0_u32..20, 0..200),
            many in prop::collection::vec(any::<u32>(), 0..200),
            days in prop::collection::vec(-40_i64..40, 0..200),
            pairs in prop::collection::vec((0_u32..9, any::<u32>()), 0..200),
        ) {
            check(&few);
            check(&many);
            check(&many.iter().map(|key| key & !0xFFFF).collect::<Vec<_>>());
            check(&days);
            check(&pairs);
            check(&pairs.iter().map(|(one, other)| (*other, *one, 7_u32)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_the_last_of_a_key_holds() {
        let mut keyed = Keyed::<u32, u64>::default();
        (0..50).for_each(|key| *keyed.at(key * 7 % 50) += u64::from(key));
        let written = serde_json::to_string(&keyed).expect("numbers");
        let read: Keyed<u32, u64> = serde_json::from_str(&written).expect("as written");
        assert_eq!(read.into_sorted(), keyed.into_sorted());
        let twice: Keyed<u32, u64> = serde_json::from_str("[[2,1],[1,5],[2,3]]").expect("pairs");
        assert_eq!(twice.into_sorted(), [(1, 5), (2, 3)]);
    }
}
