//! Which code did this short text get the last time?
//!
//! A column of a log says the same few things again and again. Texts of up to 24 bytes are three words and a length, so
//! one that was met before is found by comparing four numbers, without hashing it and without looking at stored text.

use kundresa_model::index::index32;

/// Longest text that is remembered.
const LONGEST: usize = 24;
/// Places, of which a text has one. A power of two.
const PLACES: usize = 1024;

/// A short text as numbers: equal texts have equal keys, and different ones different keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ShortKey {
    words: [u64; 3],
    length: u32,
}

/// Codes of short texts; what shares a place with another text is forgotten.
#[derive(Clone, Debug)]
pub(crate) struct ShortMemo {
    places: Vec<(ShortKey, u32)>,
    is_empty: bool,
    generation: u32,
}

impl ShortKey {
    /// The key of a text; `None` if it is empty or long.
    #[inline]
    pub(crate) fn of(text: &[u8]) -> Option<Self> {
        let length = text.len();
        let words = match length {
            8..=16 => [word(text.first_chunk()), word(text.last_chunk()), 0],
            17..=LONGEST => [word(text.first_chunk()), word(text[8..].first_chunk()), word(text.last_chunk())],
            4..=7 => [u64::from(half(text.first_chunk())) | u64::from(half(text.last_chunk())) << 32, 0, 0],
            1..=3 => [text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0, 0],
            _ => return None,
        };
        Some(Self { words, length: index32(length) })
    }

    #[inline]
    fn place(self) -> usize {
        let [a, b, c] = self.words;
        // A product of the words, of which the upper bits hang on all the lower ones.
        let mixed = (a ^ b.rotate_left(23) ^ c.rotate_left(41) ^ u64::from(self.length) << 56)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 54) as usize
    }
}

fn word(bytes: Option<&[u8; 8]>) -> u64 {
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn half(bytes: Option<&[u8; 4]>) -> u32 {
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

impl Default for ShortMemo {
    fn default() -> Self {
        Self { places: vec![(ShortKey::default(), 0); PLACES], is_empty: true, generation: 0 }
    }
}

impl ShortMemo {
    /// The code that the text of a key got.
    #[inline]
    pub(crate) fn get(&self, key: ShortKey) -> Option<u32> {
        let (known, code) = self.places[key.place() % PLACES];
        (known == key).then_some(code)
    }

    /// Remembers a code.
    pub(crate) fn insert(&mut self, key: ShortKey, code: u32) {
        self.places[key.place() % PLACES] = (key, code);
        self.is_empty = false;
    }

    /// Forgets everything unless the codes are still those of that generation.
    pub(crate) fn hold_for(&mut self, generation: u32) {
        if self.generation != generation {
            self.clear();
            self.generation = generation;
        }
    }

    fn clear(&mut self) {
        if !self.is_empty {
            self.places.fill((ShortKey::default(), 0));
            self.is_empty = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    #[test]
    fn empty_and_long_texts_have_no_key() {
        assert_eq!(ShortKey::of(b""), None);
        assert!(ShortKey::of(&[7; LONGEST]).is_some());
        assert_eq!(ShortKey::of(&[7; LONGEST + 1]), None);
    }

    proptest! {
        #[test]
        fn keys_are_equal_where_texts_are(a in "[ab\0]{1,24}", b in "[ab\0]{1,24}", at in any::<prop::sample::Index>()) {
            prop_assert_eq!(ShortKey::of(a.as_bytes()) == ShortKey::of(b.as_bytes()), a == b);
            let mut other = a.clone().into_bytes();
            let at = at.index(other.len());
            other[at] ^= 1;
            prop_assert_ne!(ShortKey::of(a.as_bytes()), ShortKey::of(&other));
        }

        #[test]
        fn what_is_remembered_is_right(texts in prop::collection::vec("[a-d]{1,6}", 0..300)) {
            let (mut memo, mut codes) = (ShortMemo::default(), HashMap::new());
            for text in &texts {
                let next = index32(codes.len() + 1);
                let code = *codes.entry(text.clone()).or_insert(next);
                let key = ShortKey::of(text.as_bytes()).unwrap();
                prop_assert!(memo.get(key).is_none_or(|known| known == code));
                memo.insert(key, code);
                prop_assert_eq!(memo.get(key), Some(code));
            }
            memo.hold_for(0);
            prop_assert!(texts.iter().last().is_none_or(|text| memo.get(ShortKey::of(text.as_bytes()).unwrap()).is_some()));
            memo.hold_for(1);
            prop_assert!(texts.iter().all(|text| memo.get(ShortKey::of(text.as_bytes()).unwrap()).is_none()));
        }
    }
}
