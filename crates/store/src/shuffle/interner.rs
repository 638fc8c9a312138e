//! How do the values of one text column get codes in one thread?
//!
//! Values are interned in batches of those that a table is the first to have. Tables that share their values, as those of
//! one row group may, share the codes found for them.

use std::hash::BuildHasher;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, StringArray};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use kundresa_model::dictionary::NULL;
use kundresa_model::index::index32;

use crate::arena::TextArena;
use crate::shuffle::piece::INLINE;

/// Marks a batch code that has not been met yet.
const UNMET: u32 = u32::MAX;

/// Values of one text column in the order in which one thread met them; codes start at 1.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    pub(crate) values: TextArena,
    codes: HashTable<u32>,
    hasher: FixedState,
}

impl Interner {
    /// The code of `value`, whose hash that is; `None` if it is new and there are `most` values already.
    fn intern(&mut self, hash: u64, value: &str, most: usize) -> Option<u32> {
        let Self { values, codes, hasher } = self;
        let known = |code: &u32| values.bytes_at(*code as usize - 1) == value.as_bytes();
        if let Some(code) = codes.find(hash, known) {
            return Some(*code);
        }
        if values.len() >= most {
            return None;
        }
        values.push(value);
        let code = index32(values.len());
        codes.insert_unique(hash, code, |code| hasher.hash_one(values.get(*code as usize - 1)));
        Some(code)
    }

    /// Bytes held on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.values.heap_bytes() + self.codes.capacity() * (size_of::<u32>() + 1)
    }
}

/// Values of a table's column.
#[derive(Debug, Default)]
pub(crate) struct Met {
    values: Option<ArrayRef>,
    /// Thread code of each value, or [`UNMET`].
    pub(crate) codes: Vec<u32>,
    /// How many of the values are [`UNMET`].
    left: usize,
    /// Whether one of them has no thread code.
    pub(crate) beyond: bool,
    /// Values that rows refer to and that have no code yet, and their hashes.
    unmet: Vec<u32>,
    hashes: Vec<u64>,
}

impl Met {
    /// Forgets the codes unless `values` are still the same.
    pub(crate) fn begin(&mut self, values: &ArrayRef) {
        if !self.values.as_ref().is_some_and(|known| Arc::ptr_eq(known, values)) {
            self.codes.clear();
            self.codes.resize(values.len(), UNMET);
            (self.values, self.left, self.beyond) = (Some(Arc::clone(values)), values.len(), false);
        }
    }

    /// Notes the values under `keys` that have no code yet.
    pub(crate) fn note_unmet(&mut self, keys: impl Iterator<Item = u32>) {
        self.unmet.clear();
        if self.left == 0 {
            return;
        }
        for key in keys {
            let code = &mut self.codes[key as usize];
            if *code == UNMET {
                *code = NULL;
                self.unmet.push(key);
            }
        }
        self.left -= self.unmet.len();
    }

    /// Gives codes to the values noted. All hashes come first, so that looking values up does not wait for each of them.
    pub(crate) fn intern(&mut self, values: &StringArray, interner: &mut Interner, most: usize) {
        self.hashes.clear();
        self.hashes.extend(self.unmet.iter().map(|key| interner.hasher.hash_one(values.value(*key as usize))));
        for (key, hash) in self.unmet.iter().zip(&self.hashes).filter(|(key, _)| values.is_valid(**key as usize)) {
            let code = interner.intern(*hash, values.value(*key as usize), most);
            self.beyond |= code.is_none();
            self.codes[*key as usize] = code.unwrap_or(INLINE | key);
        }
    }
}
