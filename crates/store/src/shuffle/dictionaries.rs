//! How do texts become codes that no thread can influence?
//!
//! Every thread interns the values of its batches under codes of its own, so no lock is ever taken. When all is read, the
//! values of all threads are sorted into one dictionary per column, and each thread gets a map from its codes to the final ones.
//!
//! A store on disk codes only columns with a bounded number of values. What a thread meets beyond the bound goes into the
//! pieces as text; in the end the union of all threads' values decides, so *wide* is a property of the data alone.

use std::collections::BTreeSet;

use arrow_array::types::UInt32Type;
use arrow_array::{Array, DictionaryArray, StringArray};
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::event_table::EventTable;
use kundresa_model::field::text;
use kundresa_model::index::index32;
use rayon::prelude::*;

use crate::arena::TextArena;
use crate::shuffle::interner::{Interner, Met};
use crate::shuffle::piece::INLINE;

/// Columns whose texts are never coded on disk.
const ALWAYS_WIDE: [&str; 2] = [text::ITEMS, text::PROPS];
/// Columns that are coded however many values they have: the order of rows and the choice of exports rest on them.
pub(crate) const NEVER_WIDE: [&str; 2] = [text::SOURCE_NAME, text::PARTITION];

/// Most values that are coded in column `name`, if others may have `most`; `None` codes everything.
fn most_coded(name: &str, most: Option<usize>) -> usize {
    // A code has 31 bits.
    let all = (INLINE - 1) as usize;
    match most {
        None => all,
        Some(_) if ALWAYS_WIDE.contains(&name) => 0,
        Some(_) if NEVER_WIDE.contains(&name) => all,
        Some(most) => most.min(all),
    }
}

/// One text column of a table in thread codes.
#[derive(Debug, Default)]
pub(crate) struct Encoded {
    /// Slot of the column in its thread.
    pub(crate) slot: usize,
    /// Thread code per row, or [`INLINE`] and the place in `inline`.
    pub(crate) codes: Vec<u32>,
    /// The table's own values, if some have no thread code.
    pub(crate) inline: Option<StringArray>,
}

/// Text columns one thread has met, each in a slot.
#[derive(Debug, Default)]
pub(crate) struct ThreadColumns {
    names: Vec<String>,
    interners: Vec<Interner>,
    /// Slots with texts beyond the interner.
    overflowed: Vec<bool>,
    /// Per slot the values of the table before and their thread codes, since tables may share their values.
    met: Vec<Met>,
    most: Option<usize>,
}

impl ThreadColumns {
    /// No columns yet; each codes at most `most` values, or all.
    pub(crate) fn new(most: Option<usize>) -> Self {
        Self { most, ..Self::default() }
    }

    /// Every text column of `table` in thread codes. What `encoded` holds is used again.
    pub(crate) fn encode(&mut self, table: &EventTable, encoded: &mut Vec<Encoded>) {
        let mut used = 0;
        for name in table.text_names() {
            let Some(column) = table.text(&name) else { continue };
            let slot = self.slot(&name);
            if used == encoded.len() {
                encoded.push(Encoded::default());
            }
            encoded[used].slot = slot;
            self.encode_column(&name, column, &mut encoded[used]);
            used += 1;
        }
        encoded.truncate(used);
    }

    fn slot(&mut self, name: &str) -> usize {
        if let Some(slot) = self.slot_of(name) {
            return slot;
        }
        self.names.push(name.to_owned());
        self.interners.push(Interner::default());
        self.overflowed.push(false);
        self.met.push(Met::default());
        self.names.len() - 1
    }

    /// Slot of the column `name`, if the thread has met it.
    pub(crate) fn slot_of(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// The text of a thread code.
    pub(crate) fn value(&self, slot: usize, code: u32) -> Option<&str> {
        (code as usize).checked_sub(1).map(|index| self.interners[slot].values.get(index))
    }

    fn encode_column(&mut self, name: &str, column: &DictionaryArray<UInt32Type>, encoded: &mut Encoded) {
        let Self { interners, met, overflowed, most, .. } = self;
        let Encoded { slot, codes, inline } = encoded;
        codes.clear();
        *inline = None;
        let Some(values) = column.values().as_any().downcast_ref::<StringArray>() else {
            codes.resize(column.len(), NULL);
            return;
        };
        let met = &mut met[*slot];
        met.begin(column.values());
        let rows = column.keys();
        // Nulls stand for nothing, whatever key they have.
        let keys = || rows.values().iter().enumerate().filter(|(row, _)| rows.is_valid(*row)).map(|(_, key)| *key);
        match rows.null_count() {
            0 => met.note_unmet(rows.values().iter().copied()),
            _ => met.note_unmet(keys()),
        }
        met.intern(values, &mut interners[*slot], most_coded(name, *most));
        let Met { codes: local, beyond, .. } = met;
        match rows.null_count() {
            0 => codes.extend(rows.values().iter().map(|key| local[*key as usize])),
            // Nulls may have any key.
            _ => codes.extend(
                rows.values()
                    .iter()
                    .zip(rows.nulls().into_iter().flatten())
                    .map(|(key, is_filled)| if is_filled { local[*key as usize] } else { NULL }),
            ),
        }
        if *beyond {
            overflowed[*slot] = true;
            *inline = Some(values.clone());
        }
    }

    /// Bytes held on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.interners.iter().map(Interner::heap_bytes).sum()
    }
}

/// Thread of a piece whose codes are final: coded columns come first, in order, then wide ones, all of them inline.
pub(crate) const FINAL: usize = usize::MAX;

/// A slot and the final code of each code there, by column (of one thread) or by thread (for one column).
type CodeMaps = Vec<Option<(usize, Vec<u32>)>>;

/// A column that is not coded: its slot per thread and the texts of that thread's codes.
#[derive(Debug)]
pub(crate) struct WideColumn {
    pub(crate) name: String,
    threads: Vec<Option<(usize, TextArena)>>,
}

/// Dictionaries of all text columns and each thread's way into them.
#[derive(Debug)]
pub(crate) struct MergedColumns {
    /// Names of coded columns, sorted by bytes.
    pub(crate) names: Vec<String>,
    /// Sorted values per coded column.
    pub(crate) dictionaries: Vec<Dictionary>,
    /// Columns that are not coded, sorted by name.
    pub(crate) wide: Vec<WideColumn>,
    /// Per thread and coded column: its slot there and the final code of each thread code.
    maps: Vec<CodeMaps>,
}

/// What the values of all threads make of one column.
enum MergedColumn {
    Coded(Dictionary, CodeMaps),
    Wide,
    /// Never coded, and no row has a text.
    Empty,
}

impl MergedColumns {
    /// One dictionary per column that any thread has met, and the columns that have too many values for one.
    pub(crate) fn merge(mut threads: Vec<ThreadColumns>) -> Self {
        let names: BTreeSet<&String> = threads.iter().flat_map(|thread| &thread.names).collect();
        let names: Vec<String> = names.into_iter().cloned().collect();
        let merged: Vec<_> = names.par_iter().map(|name| merge_column(name, &threads)).collect();
        let maps = threads.iter().map(|_| Vec::new()).collect();
        let mut all = Self { names: Vec::new(), dictionaries: Vec::new(), wide: Vec::new(), maps };
        for (name, column) in names.into_iter().zip(merged) {
            match column {
                MergedColumn::Coded(dictionary, by_thread) => all.push(name, dictionary, by_thread),
                MergedColumn::Wide => all.wide.push(WideColumn::take(name, &mut threads)),
                MergedColumn::Empty => {}
            }
        }
        all
    }

    fn push(&mut self, name: String, dictionary: Dictionary, by_thread: CodeMaps) {
        self.names.push(name);
        self.dictionaries.push(dictionary);
        for (map, of_thread) in self.maps.iter_mut().zip(by_thread) {
            map.push(of_thread);
        }
    }

    /// Columns of those names (sorted by bytes) without any value.
    pub(crate) fn empty(names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let dictionaries = names.iter().map(|_| Dictionary::default()).collect();
        Self { dictionaries, names, wide: Vec::new(), maps: Vec::new() }
    }

    /// Slot of coded column `column` in thread `thread` and the way from its thread codes to final ones, if the thread
    /// met the column.
    pub(crate) fn map(&self, thread: usize, column: usize) -> Option<(usize, FinalCodes<'_>)> {
        if thread == FINAL {
            return Some((column, FinalCodes(None)));
        }
        self.maps[thread][column].as_ref().map(|(slot, codes)| (*slot, FinalCodes(Some(codes))))
    }

    /// Slot of wide column `column` in thread `thread`, if the thread met the column.
    pub(crate) fn wide_slot(&self, thread: usize, column: usize) -> Option<usize> {
        if thread == FINAL {
            return Some(self.names.len() + column);
        }
        self.wide[column].threads[thread].as_ref().map(|(slot, _)| *slot)
    }

    /// The text of a thread code in wide column `column`.
    pub(crate) fn wide_value(&self, thread: usize, column: usize, code: u32) -> Option<&str> {
        let (_, values) = self.wide[column].threads.get(thread)?.as_ref()?;
        (code as usize).checked_sub(1).map(|index| values.get(index))
    }

    /// Index of the coded column `name`.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).ok()
    }

    /// Index of the wide column `name`.
    pub(crate) fn wide_column(&self, name: &str) -> Option<usize> {
        self.wide.binary_search_by(|known| known.name.as_str().cmp(name)).ok()
    }

    /// Bytes held on the heap, by estimate.
    pub(crate) fn heap_bytes(&self) -> usize {
        let texts = self.dictionaries.iter().flat_map(Dictionary::values);
        let dictionaries: usize = texts.map(|text| size_of::<String>() + text.capacity()).sum();
        let maps: usize = self.maps.iter().flatten().flatten().map(|(_, codes)| 4 * codes.capacity()).sum();
        let wide = self.wide.iter().flat_map(|column| column.threads.iter().flatten());
        dictionaries + maps + wide.map(|(_, values)| values.heap_bytes()).sum::<usize>()
    }
}

/// From thread codes to final ones.
#[derive(Clone, Copy)]
pub(crate) struct FinalCodes<'a>(Option<&'a [u32]>);

impl FinalCodes<'_> {
    /// The final code of `code`.
    #[inline]
    pub(crate) fn of(self, code: u32) -> u32 {
        self.0.map_or(code, |codes| codes[code as usize])
    }
}

impl WideColumn {
    fn take(name: String, threads: &mut [ThreadColumns]) -> Self {
        let threads = threads.iter_mut().map(|thread| {
            let slot = thread.slot_of(&name)?;
            Some((slot, std::mem::take(&mut thread.interners[slot].values)))
        });
        Self { threads: threads.collect(), name }
    }
}

fn merge_column(name: &str, threads: &[ThreadColumns]) -> MergedColumn {
    let slots: Vec<Option<usize>> = threads.iter().map(|thread| thread.slot_of(name)).collect();
    let most = most_coded(name, threads.first().and_then(|thread| thread.most));
    let overflowed = slots.iter().zip(threads).any(|(slot, thread)| slot.is_some_and(|slot| thread.overflowed[slot]));
    if overflowed {
        return MergedColumn::Wide;
    }
    if most == 0 {
        return MergedColumn::Empty;
    }
    let entries = sorted_entries(&slots, threads);
    if entries.chunk_by(|a, b| a.0 == b.0).count() > most {
        return MergedColumn::Wide;
    }
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
    MergedColumn::Coded(Dictionary::new(values), maps)
}

/// Values of one column with their thread and code there, by value.
fn sorted_entries<'a>(slots: &[Option<usize>], threads: &'a [ThreadColumns]) -> Vec<(&'a str, usize, usize)> {
    let mut entries = Vec::new();
    for (thread, slot) in slots.iter().enumerate() {
        let Some(slot) = slot else { continue };
        let values = &threads[thread].interners[*slot].values;
        entries.extend((0..values.len()).map(|index| (values.get(index), thread, index + 1)));
    }
    entries.sort_unstable();
    entries
}
