//! How do texts become codes that no thread can influence?
//!
//! Every thread interns the values of its batches under codes of its own, so no lock is ever taken. When all is read, the
//! values of all threads are sorted into one dictionary per column, and each thread gets a map from its codes to the final ones.

use std::collections::BTreeSet;
use std::hash::BuildHasher;

use arrow_array::types::UInt32Type;
use arrow_array::{Array, DictionaryArray, StringArray};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::event_table::EventTable;
use kundresa_model::index::index32;
use rayon::prelude::*;

use crate::arena::TextArena;

/// Marks a batch code that has not been met yet.
const UNMET: u32 = u32::MAX;

/// Values of one text column in the order in which one thread met them; codes start at 1.
#[derive(Debug, Default)]
struct Interner {
    values: TextArena,
    codes: HashTable<u32>,
    hasher: FixedState,
}

impl Interner {
    fn intern(&mut self, value: &str) -> u32 {
        let Self { values, codes, hasher } = self;
        let hash = hasher.hash_one(value);
        let known = |code: &u32| values.get(*code as usize - 1) == value;
        if let Some(code) = codes.find(hash, known) {
            return *code;
        }
        values.push(value);
        let code = index32(values.len());
        codes.insert_unique(hash, code, |code| hasher.hash_one(values.get(*code as usize - 1)));
        code
    }

    fn heap_bytes(&self) -> usize {
        self.values.heap_bytes() + self.codes.capacity() * (size_of::<u32>() + 1)
    }
}

/// Text columns one thread has met, each in a slot.
#[derive(Debug, Default)]
pub(crate) struct ThreadColumns {
    names: Vec<String>,
    interners: Vec<Interner>,
    local: Vec<u32>,
}

impl ThreadColumns {
    /// Thread codes of every text column of `table`, as slot and codes per row. The vectors in `encoded` are used again.
    pub(crate) fn encode(&mut self, table: &EventTable, encoded: &mut Vec<(usize, Vec<u32>)>) {
        let mut used = 0;
        for name in table.text_names() {
            let Some(column) = table.text(&name) else { continue };
            let slot = self.slot(&name);
            if used == encoded.len() {
                encoded.push((slot, Vec::new()));
            }
            encoded[used].0 = slot;
            self.encode_column(slot, column, &mut encoded[used].1);
            used += 1;
        }
        encoded.truncate(used);
    }

    fn slot(&mut self, name: &str) -> usize {
        if let Some(slot) = self.names.iter().position(|known| known == name) {
            return slot;
        }
        self.names.push(name.to_owned());
        self.interners.push(Interner::default());
        self.names.len() - 1
    }

    fn encode_column(&mut self, slot: usize, column: &DictionaryArray<UInt32Type>, codes: &mut Vec<u32>) {
        let Self { interners, local, .. } = self;
        codes.clear();
        let Some(values) = column.values().as_any().downcast_ref::<StringArray>() else {
            codes.resize(column.len(), NULL);
            return;
        };
        local.clear();
        local.resize(values.len(), UNMET);
        let interner = &mut interners[slot];
        let mut code_of = |key: usize| {
            if local[key] == UNMET {
                local[key] = if values.is_null(key) { NULL } else { interner.intern(values.value(key)) };
            }
            local[key]
        };
        let keys = column.keys();
        if keys.null_count() == 0 {
            codes.extend(keys.values().iter().map(|key| code_of(*key as usize)));
        } else {
            codes.extend(keys.iter().map(|key| key.map_or(NULL, |key| code_of(key as usize))));
        }
    }

    /// Bytes held on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.interners.iter().map(Interner::heap_bytes).sum()
    }
}

/// A slot and the final code of each code there, by column (of one thread) or by thread (for one column).
type CodeMaps = Vec<Option<(usize, Vec<u32>)>>;

/// Dictionaries of all text columns and each thread's way into them.
#[derive(Debug)]
pub(crate) struct MergedColumns {
    /// Column names, sorted by bytes.
    pub(crate) names: Vec<String>,
    /// Sorted values per column.
    pub(crate) dictionaries: Vec<Dictionary>,
    /// Per thread and column: its slot there and the final code of each thread code.
    maps: Vec<CodeMaps>,
}

impl MergedColumns {
    /// One dictionary per column that any thread has met.
    pub(crate) fn merge(threads: Vec<ThreadColumns>) -> Self {
        let names: BTreeSet<&String> = threads.iter().flat_map(|thread| &thread.names).collect();
        let names: Vec<String> = names.into_iter().cloned().collect();
        let merged: Vec<_> = names.par_iter().map(|name| merge_column(name, &threads)).collect();
        let mut maps: Vec<CodeMaps> = threads.iter().map(|_| Vec::new()).collect();
        let mut dictionaries = Vec::with_capacity(names.len());
        for (dictionary, by_thread) in merged {
            dictionaries.push(dictionary);
            for (map, of_thread) in maps.iter_mut().zip(by_thread) {
                map.push(of_thread);
            }
        }
        Self { names, dictionaries, maps }
    }

    /// Columns of those names (sorted by bytes) without any value.
    pub(crate) fn empty(names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Self { dictionaries: names.iter().map(|_| Dictionary::default()).collect(), names, maps: Vec::new() }
    }

    /// Slot of column `column` in thread `thread` and the final codes of its thread codes, if the thread met the column.
    pub(crate) fn map(&self, thread: usize, column: usize) -> Option<(usize, &[u32])> {
        self.maps[thread][column].as_ref().map(|(slot, codes)| (*slot, codes.as_slice()))
    }

    /// Index of the column `name`.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).ok()
    }
}

fn merge_column(name: &str, threads: &[ThreadColumns]) -> (Dictionary, CodeMaps) {
    let slots: Vec<Option<usize>> =
        threads.iter().map(|thread| thread.names.iter().position(|known| known == name)).collect();
    let mut entries: Vec<(&str, usize, usize)> = Vec::new();
    for (thread, slot) in slots.iter().enumerate() {
        let Some(slot) = slot else { continue };
        let values = &threads[thread].interners[*slot].values;
        entries.extend((0..values.len()).map(|index| (values.get(index), thread, index + 1)));
    }
    entries.sort_unstable();
    let mut maps: CodeMaps = slots
        .iter()
        .enumerate()
        .map(|(thread, slot)| slot.map(|slot| (slot, vec![NULL; threads[thread].interners[slot].values.len() + 1])))
        .collect();
    let mut values: Vec<String> = Vec::new();
    for (value, thread, code) in entries {
        if values.last().is_none_or(|last| last != value) {
            values.push(value.to_owned());
        }
        if let Some((_, map)) = &mut maps[thread] {
            map[code] = index32(values.len());
        }
    }
    (Dictionary::new(values), maps)
}
