//! Which persons were seen in which sources?
//!
//! Every actor has a set of sources, a bit each. Actors are counted by that set, of which a log has few, and figures of
//! sources and of pairs are sums over sets. Filters take no part: this is about identity.
//! Source: `docs/semantics.md#persons-of-several-sources`.

use kundresa_model::chunk::ActorChunk;
use kundresa_model::count::Count;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::field::text;
use kundresa_model::rate::Rate;
use kundresa_model::result::overlap::{OverlapResult, SourcePair, SourcePersons};
use kundresa_model::spec::scope::Scope;
use serde::{Deserialize, Serialize};

use crate::analysis::{Accounting, Analysis, Context, Unidentified};
use crate::privacy::table::is_small;

/// Counts actors by the sources that they have events of.
#[derive(Clone, Debug)]
pub struct Overlap<'a> {
    /// The column of sources and their names; none where it was not read.
    sources: Option<(usize, &'a Dictionary)>,
    threshold: u64,
}

/// Actors counted so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OverlapPartial {
    /// Actors by set of sources, sorted by set: bit `code` of the words for the code of each source.
    sets: Vec<(Vec<u64>, u64)>,
    /// Events without an actor by code of their source.
    unidentified: Vec<u64>,
}

impl<'a> Overlap<'a> {
    /// Persons by source; of `scope` only the privacy threshold counts.
    pub fn new(scope: &Scope, context: &Context<'a>) -> Self {
        Self { sources: context.columns.text(text::SOURCE_NAME), threshold: scope.min_actors }
    }

    fn codes(&self) -> usize {
        self.sources.map_or(1, |(_, names)| names.codes())
    }
}

impl OverlapPartial {
    fn add(&mut self, set: &[u64], actors: u64) {
        match self.sets.binary_search_by(|(known, _)| known.as_slice().cmp(set)) {
            Ok(place) => self.sets[place].1 += actors,
            Err(place) => self.sets.insert(place, (set.to_vec(), actors)),
        }
    }

    /// Actors with all of `codes` in their set.
    fn with(&self, codes: &[usize]) -> u64 {
        let has = |set: &[u64]| codes.iter().all(|code| set[code / 64] >> (code % 64) & 1 == 1);
        self.sets.iter().filter(|(set, _)| has(set)).map(|(_, actors)| actors).sum()
    }

    /// Whether a group of actors, told apart by their sources alone, is too small to be shown. Every figure is a sum of
    /// such groups, and so is every difference of figures: where none is small, nothing small can be told.
    fn has_small_groups(&self, threshold: u64) -> bool {
        self.sets.iter().any(|(_, actors)| is_small(*actors, threshold))
    }
}

impl Analysis for Overlap<'_> {
    type Partial = OverlapPartial;
    type Output = OverlapResult;

    fn empty(&self) -> OverlapPartial {
        OverlapPartial { sets: Vec::new(), unidentified: vec![0; self.codes()] }
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut OverlapPartial) {
        let Some((column, _)) = self.sources else { return };
        let mut set = vec![0_u64; self.codes().div_ceil(64)];
        for actor in 0..chunk.actors() {
            let events = chunk.events_of(actor);
            if events.is_empty() {
                continue;
            }
            set.fill(0);
            for &code in &chunk.text[column][events] {
                set[code as usize / 64] |= 1 << (code % 64);
            }
            // An event of no source, which no loader gives, tells nothing apart.
            set[0] &= !1;
            partial.add(&set, 1);
        }
    }

    fn visit_unidentified(&self, events: &Unidentified<'_>, partial: &mut OverlapPartial) {
        let Some((column, _)) = self.sources else { return };
        events.text[column].iter().for_each(|&code| partial.unidentified[code as usize] += 1);
    }

    fn merge(&self, into: &mut OverlapPartial, from: OverlapPartial) {
        from.sets.iter().for_each(|(set, actors)| into.add(set, *actors));
        into.unidentified.iter_mut().zip(from.unidentified).for_each(|(into, from)| *into += from);
    }

    fn finish(&self, partial: OverlapPartial, _: &Accounting) -> OverlapResult {
        let Some((_, names)) = self.sources else { return OverlapResult::default() };
        let is_hidden = self.threshold > 0 && partial.has_small_groups(self.threshold);
        let shown = |actors: u64| if is_hidden { Count::HIDDEN } else { actors.into() };
        let sources: Vec<(usize, &str, Count)> = (1_u32..)
            .zip(names.values())
            .map(|(code, name)| (code as usize, name.as_str(), shown(partial.with(&[code as usize]))))
            .collect();
        let mut pairs = Vec::new();
        for (place, (code, one, persons)) in sources.iter().enumerate() {
            for (other_code, other, other_persons) in &sources[place + 1..] {
                let both = shown(partial.with(&[*code, *other_code]));
                pairs.push(SourcePair {
                    one: (*one).to_owned(),
                    other: (*other).to_owned(),
                    both,
                    of_one: Rate::of(both, *persons),
                    of_other: Rate::of(both, *other_persons),
                });
            }
        }
        let about = |(code, name, persons): (usize, &str, Count)| SourcePersons {
            source: name.to_owned(),
            persons,
            unidentified_events: partial.unidentified[code],
        };
        OverlapResult { source_persons: sources.into_iter().map(about).collect(), source_pairs: pairs }
    }
}
