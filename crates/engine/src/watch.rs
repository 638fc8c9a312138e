//! Which predicates match nothing at all, and which event names were probably misspelled?
//!
//! Every predicate of a request is watched until it has matched an event, so a predicate that matches anything costs next
//! to nothing. Warnings come after the pass, since only then a conjunction is known to match no event.

use kundresa_analyze::Unidentified;
use kundresa_model::chunk::ActorChunk;
use kundresa_model::mask::{EventColumns, MaskWord, in_words};
use kundresa_model::predicate::Predicate;
use kundresa_model::spec::request::{Request, RunSpec};

use crate::columns::ReadColumns;
use crate::error::EngineError;
use crate::registry;
use crate::unknown_values::{Unknown, unknown_events, unknown_values};

/// Predicates to watch, compiled.
pub(crate) struct Watch {
    watched: Vec<Watched>,
    words: Vec<MaskWord>,
}

/// One predicate with what warnings say of it.
struct Watched {
    place: String,
    /// Values that it asks for and that occur nowhere.
    unknown: Vec<Unknown>,
    /// The event names among them.
    unknown_events: Option<String>,
}

/// Predicates that have matched, per word.
pub(crate) type Matched = Vec<u64>;

impl Watch {
    /// The predicates of `requests`, each once.
    pub(crate) fn try_new(
        spec: &RunSpec,
        requests: &[Request],
        columns: &ReadColumns<'_>,
    ) -> Result<Self, EngineError> {
        let (mut watched, mut predicates): (Vec<Watched>, Vec<Predicate>) = Default::default();
        for request in requests {
            let title = registry::title(&request.analysis);
            for asked in request.asks(&spec.personas).predicates {
                let predicate = asked.parse().map_err(|error| EngineError::unreadable(request, &asked.place, error))?;
                let place = if asked.is_shared { asked.place } else { format!("{title}: {}", asked.place) };
                let is_known =
                    watched.iter().zip(&predicates).any(|(old, same)| old.place == place && *same == predicate);
                if !is_known {
                    let unknown = unknown_values(&predicate, columns);
                    let unknown_events = unknown_events(&predicate, columns);
                    watched.push(Watched { place, unknown, unknown_events });
                    predicates.push(predicate);
                }
            }
        }
        let words = in_words(&predicates, columns)
            .map_err(|(index, error)| EngineError::Watched { place: watched[index].place.clone(), error })?;
        Ok(Self { watched, words })
    }

    /// Nothing matched yet.
    pub(crate) fn nothing(&self) -> Matched {
        vec![0; self.words.len()]
    }

    /// Looks at the events of `chunk`; `masks` is a buffer.
    pub(crate) fn see(&self, chunk: &ActorChunk<'_>, matched: &mut Matched, masks: &mut Vec<u64>) {
        self.look(&chunk.columns(), chunk.ts.len(), matched, masks);
    }

    /// Looks at events without an actor.
    pub(crate) fn see_unidentified(&self, events: &Unidentified<'_>, matched: &mut Matched, masks: &mut Vec<u64>) {
        self.look(&events.columns(), events.ts.len(), matched, masks);
    }

    fn look(&self, columns: &EventColumns<'_>, events: usize, matched: &mut Matched, masks: &mut Vec<u64>) {
        for (word, matched) in self.words.iter().zip(matched) {
            if *matched != word.masks.satisfiable() {
                word.masks.matches_into(columns, 0..events, masks);
                *matched |= masks.iter().fold(0, |all, bits| all | bits);
            }
        }
    }

    /// Whether every predicate has matched that can match, so that no further event tells anything.
    pub(crate) fn is_settled(&self, matched: &Matched) -> bool {
        self.words.iter().zip(matched).all(|(word, matched)| *matched == word.masks.satisfiable())
    }

    /// Adds what matched elsewhere.
    pub(crate) fn merge(into: &mut Matched, from: &Matched) {
        into.iter_mut().zip(from).for_each(|(into, from)| *into |= from);
    }

    /// What to say of predicates that matched nothing, and of event names that occur nowhere.
    pub(crate) fn warnings(&self, matched: &Matched) -> Vec<String> {
        let mut warnings: Vec<String> = Vec::new();
        for (word, matched) in self.words.iter().zip(matched) {
            let end = self.words.iter().map(|next| next.first).find(|first| *first > word.first);
            let end = end.map_or(self.watched.len(), |end| end as usize);
            for (bit, watched) in self.watched[word.first as usize..end].iter().enumerate() {
                let warning = if matched >> bit & 1 == 0 {
                    Some(watched.nothing_matched(word.masks.is_satisfiable(bit)))
                } else {
                    watched.unknown_events()
                };
                warnings.extend(warning.filter(|warning| !warnings.contains(warning)));
            }
        }
        warnings
    }
}

impl Watched {
    fn nothing_matched(&self, values_occur: bool) -> String {
        let mut near: Vec<&str> = self.unknown.iter().filter_map(|unknown| unknown.near.as_deref()).collect();
        near.dedup();
        let hint = match near.as_slice() {
            [] if values_occur => ": no event that takes part meets all of its conditions".to_owned(),
            [] => String::new(),
            names => format!(" (did you mean `{}`?)", names.join("` or `")),
        };
        format!("{} matches no event of this log{hint}", self.place)
    }

    fn unknown_events(&self) -> Option<String> {
        let unknown = self.unknown_events.as_ref()?;
        Some(format!("{}: no event of this log is called {unknown}", self.place))
    }
}
