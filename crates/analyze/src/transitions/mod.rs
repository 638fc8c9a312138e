//! What follows what? Counts of pairs become named transitions here; [`phases`] and [`events`] count them.

pub(crate) mod events;
pub(crate) mod phases;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use kundresa_model::rate::Rate;
use kundresa_model::result::transitions::{NodeKind, Transition};

/// An end of a pair: its name, and whether it came with the data.
type End<'n> = (&'n str, NodeKind);

/// One counted pair: both ends, the count, and the actors if they were counted.
type NamedPair<'n> = (End<'n>, End<'n>, u64, Option<u64>);

/// Transitions by falling count, then by names, those of the data first; zero counts are left out. The share is of all that
/// `from` leads to.
fn named_transitions<'n>(pairs: impl Iterator<Item = NamedPair<'n>>) -> Vec<Transition> {
    let mut pairs: Vec<NamedPair<'n>> = pairs.filter(|(_, _, count, _)| *count > 0).collect();
    pairs.sort_unstable_by_key(|&((from, from_kind), (to, to_kind), count, _)| {
        (Reverse(count), from, to, from_kind, to_kind)
    });
    let mut from_all: BTreeMap<End<'n>, u64> = BTreeMap::new();
    for (from, _, count, _) in &pairs {
        *from_all.entry(*from).or_default() += count;
    }
    let named = |(from, to, count, actors): NamedPair<'n>| Transition {
        from: from.0.to_owned(),
        from_kind: from.1,
        to: to.0.to_owned(),
        to_kind: to.1,
        count: count.into(),
        actors: actors.map(Into::into),
        share: Rate::new(count, from_all[&from]),
    };
    pairs.into_iter().map(named).collect()
}
