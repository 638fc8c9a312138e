//! Which alternatives does what was seen before allow?
//!
//! What one kind of history has seen is a set of eight phases, a byte. So an alternative allows a set of the 256 values of
//! that byte, as it allows a set of codes of a text column, and one table per kind answers for all alternatives.

use super::alternatives::{Allowed, Alternative, Place};
use super::codes::CodeSet;
use crate::phase::Phase;

/// Number of sets of phases.
const SETS: usize = 256;

/// Alternatives that one kind of history allows.
#[derive(Clone, Debug)]
pub(super) struct HistoryTest {
    /// Which kind, as an index into columns of history.
    pub kind: usize,
    /// Alternatives allowed, for each set of phases seen.
    pub of_seen: Box<[u64; SETS]>,
}

/// The sets of phases in which `phase` is, or with `negated` is not.
pub(super) fn sets_with(phase: Phase, negated: bool) -> CodeSet {
    let mut sets = CodeSet::none(SETS);
    (0..=u8::MAX).filter(|seen| (seen >> (phase as u8) & 1 == 1) != negated).for_each(|seen| sets.insert(seen.into()));
    sets
}

/// The tables of those kinds of history that any alternative asks for; `all` are the bits of every alternative.
pub(super) fn history_tests(numbered: &[(usize, &Alternative)], all: u64) -> Vec<HistoryTest> {
    let mut tests: Vec<HistoryTest> = Vec::new();
    for kind in 0..3 {
        let mut of_seen = Box::new([all; SETS]);
        let asking = numbered.iter().filter_map(|(bit, alternative)| {
            let Allowed::Codes(sets) = alternative.0.get(&Place::History(kind))?.as_ref() else { return None };
            Some((bit, sets))
        });
        for (bit, sets) in asking {
            (0..SETS).filter(|seen| !sets.contains(*seen)).for_each(|seen| of_seen[seen] &= !(1 << bit));
        }
        if of_seen.iter().any(|allowed| *allowed != all) {
            tests.push(HistoryTest { kind, of_seen });
        }
    }
    tests
}
