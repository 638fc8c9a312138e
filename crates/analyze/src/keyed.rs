//! How are counts kept under codes that are not known before?

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;

use foldhash::fast::FixedState;
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

/// Tallies by key. Serialized, and handed out, in the order of the keys.
#[derive(Clone, Debug)]
pub(crate) struct Keyed<K, T>(HashMap<K, T, FixedState>);

impl<K, T> Default for Keyed<K, T> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<K: Copy + Eq + Hash + Ord, T: Tally> Keyed<K, T> {
    /// The tally of `key`, which starts empty.
    pub(crate) fn at(&mut self, key: K) -> &mut T {
        self.0.entry(key).or_default()
    }

    /// The tally of `key`, if there is one.
    pub(crate) fn get(&self, key: K) -> Option<&T> {
        self.0.get(&key)
    }

    /// Takes the tally of `key` out, if there is one.
    pub(crate) fn remove(&mut self, key: K) -> Option<T> {
        self.0.remove(&key)
    }

    /// All tallies, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &T)> {
        self.0.iter()
    }

    /// All tallies by key.
    pub(crate) fn into_sorted(self) -> Vec<(K, T)> {
        let mut pairs: Vec<(K, T)> = self.0.into_iter().collect();
        pairs.sort_unstable_by_key(|(key, _)| *key);
        pairs
    }
}

impl<K: Copy + Eq + Hash + Ord, T: Tally> Tally for Keyed<K, T> {
    fn add(&mut self, other: Self) {
        for (key, tally) in other.0 {
            self.at(key).add(tally);
        }
    }
}

impl<K: Ord + Copy + Serialize, T: Serialize> Serialize for Keyed<K, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pairs: Vec<(&K, &T)> = self.0.iter().collect();
        pairs.sort_unstable_by_key(|(key, _)| **key);
        serializer.collect_seq(pairs)
    }
}

impl<'de, K: Eq + Hash + Deserialize<'de>, T: Deserialize<'de>> Deserialize<'de> for Keyed<K, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Pairs(PhantomData))
    }
}

struct Pairs<K, T>(PhantomData<(K, T)>);

impl<'de, K: Eq + Hash + Deserialize<'de>, T: Deserialize<'de>> Visitor<'de> for Pairs<K, T> {
    type Value = Keyed<K, T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of pairs of key and counts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pairs: A) -> Result<Self::Value, A::Error> {
        let mut map = HashMap::default();
        while let Some((key, tally)) = pairs.next_element()? {
            map.insert(key, tally);
        }
        Ok(Keyed(map))
    }
}
