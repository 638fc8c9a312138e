//! Which values has a text column had, and which codes stand for them?
//!
//! A value is stored once and keeps its code from table to table, and tables between which no value was added share one
//! array of values, so that whoever reads them looks at each value once. Nothing grows with the file: a column of very
//! many or long values starts anew with the next table.

use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, StringArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use kundresa_model::index::index32;

/// Code of null; other codes count distinct values from 1.
pub const NO_TEXT: u32 = 0;

/// Most values, and most bytes of them, that are kept for the next table.
const MOST_KEPT: usize = 1 << 16;
const MOST_BYTES: usize = 4 << 20;

/// The distinct values of one text column.
#[derive(Debug)]
pub(crate) struct Words {
    table: HashTable<u32>,
    state: RandomState,
    bytes: String,
    /// Where each value begins, and where the last ends.
    offsets: Vec<i32>,
    last: u32,
    /// The values as the last table has them.
    shared: Option<ArrayRef>,
    generation: u32,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            table: HashTable::new(),
            state: RandomState::default(),
            bytes: String::new(),
            offsets: vec![0],
            last: NO_TEXT,
            shared: None,
            generation: 0,
        }
    }
}

impl Words {
    /// Number of values.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Bytes of all values.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// How many times all codes were forgotten.
    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }

    /// The value of a code.
    pub(crate) fn value(&self, code: u32) -> Option<&str> {
        let index = (code as usize).checked_sub(1)?;
        (index < self.len()).then(|| &self.bytes[span(&self.offsets, index)])
    }

    /// The code of a value.
    pub(crate) fn intern(&mut self, value: &str) -> u32 {
        if self.last != NO_TEXT && is_at(&self.bytes, &self.offsets, self.last, value) {
            return self.last;
        }
        let Self { table, state, bytes, offsets, .. } = self;
        let hash = state.hash_one(value);
        let known = table.find(hash, |code| is_at(bytes, offsets, *code, value));
        self.last = match known {
            Some(code) => *code,
            None => self.insert(hash, value),
        };
        self.last
    }

    fn insert(&mut self, hash: u64, value: &str) -> u32 {
        self.bytes.push_str(value);
        self.offsets.push(end32(self.bytes.len()));
        let code = index32(self.len());
        let Self { table, state, bytes, offsets, .. } = self;
        table.insert_unique(hash, code, |code| state.hash_one(&bytes[span(offsets, *code as usize - 1)]));
        code
    }

    /// The values of a table, in the order of their codes. They are forgotten unless the next table is to have them too,
    /// and if they are many or long.
    pub(crate) fn leave(&mut self, are_kept: bool) -> ArrayRef {
        if !are_kept || self.is_large() {
            return self.leave_all();
        }
        let values = self.shared.take().filter(|values| values.len() == self.len());
        let values = values
            .unwrap_or_else(|| Arc::new(string_array(self.bytes.clone().into_bytes(), self.offsets.clone(), None)));
        self.shared = Some(Arc::clone(&values));
        values
    }

    fn is_large(&self) -> bool {
        self.len() > MOST_KEPT || self.bytes() > MOST_BYTES
    }

    /// Forgets all values and codes if they are many or long.
    pub(crate) fn forget_if_large(&mut self) {
        if self.is_large() {
            self.forget();
        }
    }

    fn leave_all(&mut self) -> ArrayRef {
        let (length, room) = (self.len(), self.bytes());
        let offsets = std::mem::replace(&mut self.offsets, Vec::with_capacity(length + 1));
        let bytes = std::mem::replace(&mut self.bytes, String::with_capacity(room));
        self.offsets.push(0);
        self.table.clear();
        (self.last, self.shared) = (NO_TEXT, None);
        self.generation = self.generation.wrapping_add(u32::from(length > 0));
        Arc::new(string_array(bytes.into_bytes(), offsets, None))
    }

    /// Forgets all values and codes.
    pub(crate) fn forget(&mut self) {
        if self.len() > 0 {
            self.leave_all();
        }
    }
}

/// Where the value of an index lies.
fn span(offsets: &[i32], index: usize) -> Range<usize> {
    let at = |end: i32| usize::try_from(end).unwrap_or(0);
    at(offsets[index])..at(offsets[index + 1])
}

/// Whether a code stands for that text. Bytes are compared, so no border of a character is looked for.
fn is_at(bytes: &str, offsets: &[i32], code: u32, value: &str) -> bool {
    bytes.as_bytes()[span(offsets, code as usize - 1)] == *value.as_bytes()
}

/// A length of text as Arrow counts it.
pub(crate) fn end32(length: usize) -> i32 {
    i32::try_from(length).expect("a table is taken after 64 MiB of text and one record has at most 16 MiB")
}

/// Texts between offsets.
pub(crate) fn string_array(
    bytes: impl Into<arrow_buffer::Buffer>,
    offsets: impl Into<arrow_buffer::ScalarBuffer<i32>>,
    nulls: Option<NullBuffer>,
) -> StringArray {
    StringArray::new(OffsetBuffer::new(offsets.into()), bytes.into(), nulls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::cast::AsArray;
    use proptest::prelude::*;

    #[test]
    fn values_are_shared_until_there_are_others() {
        let mut words = Words::default();
        assert_eq!((words.intern("a"), words.intern("b"), words.intern("a")), (1, 2, 1));
        let first = words.leave(true);
        words.intern("b");
        assert!(Arc::ptr_eq(&first, &words.leave(true)));
        words.intern("c");
        assert_eq!(words.leave(true).len(), 3);
        assert_eq!(first.len(), 2);
    }

    #[test]
    fn forgetting_starts_codes_anew_and_tells_of_it() {
        let mut words = Words::default();
        let generation = words.generation();
        words.forget();
        assert_eq!(words.leave(false).len(), 0);
        assert_eq!(words.generation(), generation, "there was nothing to forget");
        words.intern("a");
        assert_eq!(words.leave(false).len(), 1);
        assert_ne!(words.generation(), generation);
        assert_eq!(words.value(1), None);
        assert_eq!((words.intern("b"), words.intern("a")), (1, 2));
    }

    #[test]
    fn many_or_long_values_are_not_kept() {
        let (mut many, mut long) = (Words::default(), Words::default());
        (0..MOST_KEPT).for_each(|number| _ = many.intern(&number.to_string()));
        assert_eq!((many.leave(true).len(), many.len()), (MOST_KEPT, MOST_KEPT));
        many.intern("one more");
        long.intern(&"x".repeat(MOST_BYTES + 1));
        assert_eq!((many.leave(true).len(), many.len()), (MOST_KEPT + 1, 0));
        assert_eq!((long.leave(true).len(), long.len()), (1, 0));
    }

    proptest! {
        #[test]
        fn codes_stand_for_what_they_were_given_for(texts in prop::collection::vec("[a-cé]{0,3}", 0..100)) {
            let mut words = Words::default();
            let codes: Vec<u32> = texts.iter().map(|text| words.intern(text)).collect();
            let values = words.leave(true);
            let values = values.as_string::<i32>();
            for (text, code) in texts.iter().zip(codes) {
                prop_assert_eq!(words.value(code), Some(text.as_str()));
                prop_assert_eq!(values.value(code as usize - 1), text);
            }
        }
    }
}
