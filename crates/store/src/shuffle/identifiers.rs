//! Which identifiers does one table name, and which of them are actors?
//!
//! Within some ten thousand rows the same people come again and again, so each identifier is hashed with the frozen hash
//! once per table, and its bytes are kept once.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use kundresa_model::index::index32;

use crate::actor_key::{KeyOfHash, PARTITIONS, UNIDENTIFIED, identifier_hash, partition_of};
use crate::arena::TextArena;
use crate::shuffle::piece::Actors;

/// Entry of a row without an actor.
pub(crate) const NO_ENTRY: u32 = u32::MAX;

/// Distinct identifiers of one table, each with an entry; used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Identifiers {
    known: HashTable<u32>,
    hasher: FixedState,
    /// Class as a character, then the id.
    names: TextArena,
    heads: Vec<Head>,
    hashes: Vec<u64>,
    /// Whether some row's actor is named so.
    is_actor: Vec<bool>,
    /// Partition of each entry that is an actor.
    partitions: Vec<u8>,
    /// Place of each actor among those of its table, partition by partition.
    places: Vec<u32>,
}

/// Shortest and longest identifier that is four words.
const SHORT: std::ops::RangeInclusive<usize> = 8..=32;

/// An identifier as numbers, so that looking one up neither hashes nor compares its bytes one by one. Where it is all that
/// there is, equal identifiers have equal heads, and different ones different heads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Head {
    words: [u64; 4],
    /// 0 where the words do not hold the whole.
    length: u8,
    class: u8,
}

impl Head {
    #[inline]
    fn of(class: u8, id: &[u8]) -> Self {
        let at = |start: usize| id[start..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let length = id.len();
        let words = match length {
            8..=16 => [at(0), at(length - 8), 0, 0],
            17..=32 => [at(0), at(8), at(length - 16), at(length - 8)],
            _ => [0; 4],
        };
        let length = if SHORT.contains(&length) { u8::try_from(length).unwrap_or(0) } else { 0 };
        Self { words, length, class }
    }

    /// Whether it holds the whole identifier.
    #[inline]
    fn is_all(&self) -> bool {
        self.length > 0
    }

    /// A hash of the identifier, which is `id`.
    #[inline]
    fn hash(&self, hasher: &FixedState, id: &str) -> u64 {
        if !self.is_all() {
            return hasher.hash_one(id);
        }
        let [a, b, c, d] = self.words;
        folded(folded(a ^ 0x9e37_79b9_7f4a_7c15, b ^ 0xbf58_476d_1ce4_e5b9) ^ c, d ^ 0x94d0_49bb_1331_11eb)
    }
}

/// Both halves of a product in one word: every bit hangs on all bits of both factors.
#[expect(clippy::cast_possible_truncation, reason = "the upper half is folded in")]
fn folded(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

impl Identifiers {
    /// Forgets all entries.
    pub(crate) fn clear(&mut self) {
        self.known.clear();
        self.names.clear();
        self.heads.clear();
        self.hashes.clear();
        self.is_actor.clear();
    }

    /// The entry of an identifier.
    pub(crate) fn entry(&mut self, class: u8, id: &str) -> u32 {
        let Self { known, hasher, names, heads, .. } = self;
        let head = Head::of(class, id.as_bytes());
        let hash = head.hash(hasher, id);
        let is_it = |entry: &u32| {
            let entry = *entry as usize;
            heads[entry] == head && (head.is_all() || names.bytes_at(entry)[1..] == *id.as_bytes())
        };
        if let Some(entry) = known.find(hash, is_it) {
            return *entry;
        }
        let entry = index32(names.push_after(char::from(class), id));
        heads.push(head);
        self.hashes.push(identifier_hash(names.bytes_at(entry as usize)));
        self.is_actor.push(false);
        let hash_of = |entry: &u32| heads[*entry as usize].hash(hasher, &names.get(*entry as usize)[1..]);
        known.insert_unique(hash, entry, hash_of);
        entry
    }

    /// The frozen hash of an entry.
    pub(crate) fn hash(&self, entry: u32) -> u64 {
        self.hashes[entry as usize]
    }

    /// The class of an entry.
    pub(crate) fn class(&self, entry: u32) -> u8 {
        self.names.bytes_at(entry as usize)[0]
    }

    /// Says that some row's actor has this entry.
    pub(crate) fn is_actor(&mut self, entry: u32) {
        self.is_actor[entry as usize] = true;
    }

    /// The actors by partition; afterwards [`Self::partition`] and [`Self::place`] tell where each one is.
    pub(crate) fn actors(&mut self, key_of_hash: KeyOfHash) -> Actors {
        let partition = |hash: &u64| u8::try_from(partition_of(key_of_hash(*hash))).expect("there are 128 partitions");
        self.partitions.clear();
        self.partitions.extend(self.hashes.iter().map(partition));
        let mut starts = vec![0_u32; PARTITIONS + 1];
        for (partition, _) in self.partitions.iter().zip(&self.is_actor).filter(|(_, is_actor)| **is_actor) {
            starts[usize::from(*partition) + 1] += 1;
        }
        for partition in 0..PARTITIONS {
            starts[partition + 1] += starts[partition];
        }
        let count = starts[PARTITIONS] as usize;
        let (mut next, mut by_place) = (starts.clone(), vec![0_u32; count]);
        self.places.clear();
        self.places.resize(self.hashes.len(), NO_ENTRY);
        for (entry, partition) in self.partitions.iter().enumerate().filter(|(entry, _)| self.is_actor[*entry]) {
            let place = &mut next[usize::from(*partition)];
            (self.places[entry], by_place[*place as usize]) = (*place, index32(entry));
            *place += 1;
        }
        let mut actors = Actors { ids: TextArena::with_capacity(count, self.names.bytes().len()), ..Actors::default() };
        for entry in &by_place {
            actors.ids.push(self.names.get(*entry as usize));
        }
        actors.keys = by_place.iter().map(|entry| key_of_hash(self.hashes[*entry as usize])).collect();
        actors.starts = starts;
        actors
    }

    /// Partition of rows whose actor has this entry.
    #[inline]
    pub(crate) fn partition(&self, entry: u32) -> usize {
        if entry == NO_ENTRY { UNIDENTIFIED } else { usize::from(self.partitions[entry as usize]) }
    }

    /// Place of an actor in [`Self::actors`].
    #[inline]
    pub(crate) fn place(&self, entry: u32) -> u32 {
        self.places[entry as usize]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::collections::HashMap;

    use super::*;

    proptest! {
        #[test]
        fn one_entry_per_class_and_id(ids in prop::collection::vec((0_u8..2, "[ab]{0,3}(aaaaaaaa){0,5}[ab]{0,2}"), 0..200)) {
            let (mut identifiers, mut known) = (Identifiers::default(), HashMap::new());
            for _ in 0..2 {
                identifiers.clear();
                known.clear();
                for (class, id) in &ids {
                    let next = index32(known.len());
                    let expected = *known.entry((*class, id.clone())).or_insert(next);
                    let entry = identifiers.entry(*class, id);
                    prop_assert_eq!(entry, expected);
                    prop_assert_eq!(identifiers.class(entry), *class);
                    let name = [&[*class], id.as_bytes()].concat();
                    prop_assert_eq!(identifiers.hash(entry), identifier_hash(&name));
                }
            }
        }

        #[test]
        fn heads_tell_identifiers_apart(a in "[ab]{8,32}", at in any::<prop::sample::Index>()) {
            let head = |id: &str| Head::of(0, id.as_bytes());
            let (hasher, mut other) = (FixedState::default(), a.clone().into_bytes());
            let at = at.index(other.len());
            other[at] ^= 3;
            let other = String::from_utf8(other).unwrap();
            prop_assert!(head(&a).is_all() && head(&a) == head(&a.clone()));
            prop_assert_ne!(head(&a), head(&other));
            prop_assert_ne!(head(&a).hash(&hasher, &a), head(&other).hash(&hasher, &other));
            prop_assert_ne!(head(&a), Head::of(1, a.as_bytes()));
        }
    }

    #[test]
    fn short_and_long_identifiers_have_no_whole_head() {
        let is_all = |length: usize| Head::of(0, &vec![b'a'; length]).is_all();
        assert_eq!([0, 7, 8, 16, 17, 32, 33, 300].map(is_all), [false, false, true, true, true, true, false, false]);
    }
}
