//! Which code did this short text get the last time?
//!
//! A column of a log says the same few things again and again. Texts of up to 24 bytes are three words and a length, so
//! one that was met before is found by comparing four numbers, without hashing it and without looking at stored text.

use kundresa_model::index::index32;

/// Longest text that is remembered.
const LONGEST: usize = 24;
/// Pairs of places at first and at most, of which a text has one.
const FIRST_BITS: u32 = 9;
const MOST_BITS: u32 = 15;

/// A short text as numbers: equal texts have equal keys, and different ones different keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ShortKey {
    words: [[u32; 2]; 3],
    length: u32,
}

/// Codes of short texts; what shares a pair of places with two others is forgotten. There are more places where that is
/// often so.
#[derive(Clone, Debug)]
pub(crate) struct ShortMemo {
    places: Vec<[Place; 2]>,
    /// Of the number that a key is mixed to, as many upper bits tell its pair.
    bits: u32,
    /// Texts forgotten since there are so many places.
    evicted: usize,
    is_empty: bool,
    generation: u32,
}

/// A key and its code in 32 bytes, so that a place lies in one line of the cache.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    key: ShortKey,
    code: u32,
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
        Some(Self { words: words.map(halves), length: index32(length) })
    }

    #[inline]
    fn place(self, bits: u32) -> usize {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        let [a, b, c] = self.words.map(joined);
        // Of a product the upper bits hang on all the lower ones. Once is not enough: names that end in numbers would share
        // places a third more often than by chance.
        let product = (a ^ b.rotate_left(23) ^ c.rotate_left(41) ^ u64::from(self.length) << 56).wrapping_mul(ODD);
        let mixed = (product ^ product >> 32).wrapping_mul(ODD);
        usize::try_from(mixed >> (64 - bits)).unwrap_or(0)
    }
}

/// Both halves of a word, which are kept apart so that a key needs no room at its end.
fn halves(word: u64) -> [u32; 2] {
    #[expect(clippy::cast_possible_truncation, reason = "the other half stands beside it")]
    [word as u32, (word >> 32) as u32]
}

fn joined([low, high]: [u32; 2]) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

fn word(bytes: Option<&[u8; 8]>) -> u64 {
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn half(bytes: Option<&[u8; 4]>) -> u32 {
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

impl Default for ShortMemo {
    fn default() -> Self {
        Self { places: empty(FIRST_BITS), bits: FIRST_BITS, evicted: 0, is_empty: true, generation: 0 }
    }
}

fn empty(bits: u32) -> Vec<[Place; 2]> {
    vec![[Place::default(); 2]; 1 << bits]
}

impl ShortMemo {
    /// The code that the text of a key got.
    #[inline]
    pub(crate) fn get(&self, key: ShortKey) -> Option<u32> {
        let [newer, older] = &self.places[key.place(self.bits)];
        match (newer.key == key, older.key == key) {
            (true, _) => Some(newer.code),
            (false, true) => Some(older.code),
            (false, false) => None,
        }
    }

    /// Remembers a code.
    pub(crate) fn insert(&mut self, key: ShortKey, code: u32) {
        let [newer, older] = &mut self.places[key.place(self.bits)];
        if newer.key != key {
            self.evicted += usize::from(older.key != ShortKey::default() && older.key != key);
            *older = *newer;
        }
        *newer = Place { key, code };
        self.is_empty = false;
        if self.evicted > self.places.len() && self.bits < MOST_BITS {
            self.grow();
        }
    }

    /// Doubles the places.
    fn grow(&mut self) {
        (self.bits, self.evicted) = (self.bits + 1, 0);
        let before = std::mem::replace(&mut self.places, empty(self.bits));
        // Each pair becomes two, so nothing has to go.
        for known in before.into_iter().flatten().filter(|known| known.key != ShortKey::default()) {
            let [newer, older] = &mut self.places[known.key.place(self.bits)];
            *(if newer.key == ShortKey::default() { newer } else { older }) = known;
        }
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
            self.places.fill([Place::default(); 2]);
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
        fn many_texts_get_more_places(first in 0_u32..1000) {
            let mut memo = ShortMemo::default();
            let key = |number: u32| ShortKey::of(number.to_string().as_bytes()).unwrap();
            let all = first..first + 20_000;
            (0..4).for_each(|_| all.clone().for_each(|number| memo.insert(key(number), number)));
            prop_assert!(memo.places.len() > 1 << FIRST_BITS && memo.places.len() <= 1 << MOST_BITS);
            prop_assert!(all.clone().all(|number| memo.get(key(number)).is_none_or(|code| code == number)));
            prop_assert!(all.filter(|number| memo.get(key(*number)).is_some()).count() > 5_000);
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
