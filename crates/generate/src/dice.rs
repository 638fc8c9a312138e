//! How does a seed become the same choices on every machine?
//!
//! Every visitor and every visit throws its own dice, keyed by seed, visitor and visit, so the order in which visits
//! are played changes nothing. Draws are whole numbers only: no float whose last bit could differ between platforms.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// Random draws of one visitor's one visit.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of turn `turn` of stream `stream`.
    pub(crate) fn new(seed: u64, stream: u64, turn: u64) -> Self {
        let mut key = [0_u8; 32];
        for (slot, word) in key.chunks_exact_mut(8).zip([seed, stream, turn, 0x6b75_6e64_7265_7361]) {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A number in `0..limit`; 0 if `limit` is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        let product = u128::from(self.0.next_u64()) * u128::from(limit);
        u64::try_from(product >> 64).expect("the upper half of a 128-bit product has 64 bits")
    }

    /// A number in `low..=high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.below(width))
    }

    /// A position in a list of `len` entries.
    pub(crate) fn index(&mut self, len: usize) -> usize {
        let limit = u64::try_from(len).expect("a list fits the address space");
        usize::try_from(self.below(limit)).expect("below the length of a list")
    }

    /// True in `chance` of 100 cases.
    pub(crate) fn percent(&mut self, chance: u32) -> bool {
        self.below(100) < u64::from(chance)
    }

    /// True in one of `cases` cases.
    pub(crate) fn one_in(&mut self, cases: u64) -> bool {
        self.below(cases) == 0
    }

    /// One entry by its weight.
    pub(crate) fn weighted<'a, T>(&mut self, entries: &'a [(u32, T)]) -> &'a T {
        let total: u64 = entries.iter().map(|(weight, _)| u64::from(*weight)).sum();
        let mut left = self.below(total);
        for (weight, entry) in entries {
            match left.checked_sub(u64::from(*weight)) {
                Some(rest) => left = rest,
                None => return entry,
            }
        }
        unreachable!("a draw below the total falls on an entry")
    }

    /// Shuffles in place; every order is as likely as the other.
    pub(crate) fn shuffle<T>(&mut self, entries: &mut [T]) {
        for last in (1..entries.len()).rev() {
            entries.swap(last, self.index(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_draws_and_another_stream_gives_others() {
        let draws = |stream| {
            let mut dice = Dice::new(7, stream, 0);
            [dice.below(1000), dice.below(1000), dice.below(1000)]
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
    }

    #[test]
    fn weights_are_kept_roughly_and_borders_are_inclusive() {
        let mut dice = Dice::new(1, 1, 1);
        let entries = [(1, 'a'), (3, 'b')];
        let common = (0..4000).filter(|_| *dice.weighted(&entries) == 'b').count();
        assert!((2850..3150).contains(&common), "{common}");
        let drawn: std::collections::BTreeSet<i64> = (0..200).map(|_| dice.between(-1, 1)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [-1, 0, 1]);
    }
}
