//! What follows what? Counts of pairs become named transitions here; [`phases`] and [`events`] count them.

pub(crate) mod events;
pub(crate) mod phases;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use kundresa_model::rate::Rate;
use kundresa_model::result::transitions::Transition;

/// One counted pair: the key of `from` that tells it from a namesake, both names, the count, and the actors if they were
/// counted.
type NamedPair<'n> = (u32, &'n str, &'n str, u64, Option<u64>);

/// Transitions by falling count, then by names; zero counts are left out. The share is of all that `from` leads to.
fn named_transitions<'n>(pairs: impl Iterator<Item = NamedPair<'n>>) -> Vec<Transition> {
    let mut pairs: Vec<NamedPair<'n>> = pairs.filter(|(_, _, _, count, _)| *count > 0).collect();
    pairs.sort_unstable_by_key(|&(key, from, to, count, _)| (Reverse(count), from, to, key));
    let mut from_all: BTreeMap<u32, u64> = BTreeMap::new();
    for (key, _, _, count, _) in &pairs {
        *from_all.entry(*key).or_default() += count;
    }
    let named = |(key, from, to, count, actors): NamedPair<'n>| Transition {
        from: from.to_owned(),
        to: to.to_owned(),
        count: count.into(),
        actors: actors.map(Into::into),
        share: Rate::new(count, from_all[&key]),
    };
    pairs.into_iter().map(named).collect()
}
