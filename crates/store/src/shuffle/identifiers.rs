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
    hashes: Vec<u64>,
    /// Whether some row's actor is named so.
    is_actor: Vec<bool>,
    /// Partition of each entry that is an actor.
    partitions: Vec<u8>,
    /// Place of each actor among those of its table, partition by partition.
    places: Vec<u32>,
}

impl Identifiers {
    /// Forgets all entries.
    pub(crate) fn clear(&mut self) {
        self.known.clear();
        self.names.clear();
        self.hashes.clear();
        self.is_actor.clear();
    }

    /// The entry of an identifier.
    pub(crate) fn entry(&mut self, class: u8, id: &str) -> u32 {
        let Self { known, hasher, names, .. } = self;
        let hash = hasher.hash_one(id);
        let is_it = |entry: &u32| {
            let name = names.bytes_at(*entry as usize);
            name.len() == id.len() + 1 && name[0] == class && name[1..] == *id.as_bytes()
        };
        if let Some(entry) = known.find(hash, is_it) {
            return *entry;
        }
        let entry = index32(names.push_after(char::from(class), id));
        self.hashes.push(identifier_hash(names.bytes_at(entry as usize)));
        self.is_actor.push(false);
        known.insert_unique(hash, entry, |entry| hasher.hash_one(&names.get(*entry as usize)[1..]));
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
