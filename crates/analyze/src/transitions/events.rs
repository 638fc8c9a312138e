//! Which event, or page, follows which within a session?
//!
//! ```text
//! session_of  0 0 1 0 1
//! event       a b a a c        0: start→a a→b b→a a→exit    1: start→a a→c c→exit
//! ```
//!
//! Consecutive activity events of one session, the vendor's synthetic rows included. Sessions may interleave where a
//! vendor's id is trusted, so each follows its own chain. A session is chosen by its start and by the filter; under
//! filter scope `event` only matching events are seen, and sessions without one are no units. A node's `dwell_us` is
//! empty: dwell belongs to phase visits. Between pages the same holds of the pages of views. Source: `docs/semantics.md#paths`.

use std::cmp::Reverse;

use kundresa_model::chunk::{ActorChunk, NO_SESSION};
use kundresa_model::count::Count;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::mask::MaskSet;
use kundresa_model::predicate::parse_step;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::NOT_SET;
use kundresa_model::result::transitions::{
    EXIT, START, Transition, TransitionFigures, TransitionNode, TransitionsOf, TransitionsResult,
};
use kundresa_model::spec::scope::{FilterScope, Scope};
use serde::{Deserialize, Serialize};

use super::named_transitions;
use crate::analysis::{Accounting, Analysis, Context};
use crate::error::AnalyzeError;
use crate::keyed::{Keyed, Tally, add_each};
use crate::scope::{Plan, Selection};

/// Up to this many codes a full matrix is counted in, which then takes at most 2 MiB.
const DENSE_CODES: usize = 512;
/// Code of the pseudo-nodes before the first and after the last; no node has it, since none is null.
const BOUNDARY: u32 = 0;
/// Marks a session that is not chosen, where others have the code of their latest event.
const UNCHOSEN_SESSION: u32 = u32::MAX;

/// Counts transitions between events.
#[derive(Clone, Debug)]
pub struct EventTransitions<'a> {
    plan: Plan<'a>,
    column: usize,
    names: &'a Dictionary,
    /// Which events are views; `None` between events.
    views: Option<MaskSet>,
}

/// Transitions between events counted so far.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventTransitionsPartial {
    pairs: PairCounts,
    segments: Keyed<u32, SegmentPairs>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct SegmentPairs {
    sessions: u64,
    pairs: Keyed<(u32, u32), u64>,
}

/// Counts of (from, to) codes.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum PairCounts {
    /// `codes × codes`, row by row.
    Dense { codes: usize, counts: Vec<u64> },
    /// Only pairs that occur.
    Sparse(Keyed<(u32, u32), u64>),
}

impl PairCounts {
    fn new(codes: usize) -> Self {
        if codes > DENSE_CODES {
            return Self::Sparse(Keyed::default());
        }
        Self::Dense { codes, counts: vec![0; codes * codes] }
    }

    #[inline]
    fn count(&mut self, from: u32, to: u32) {
        match self {
            Self::Dense { codes, counts } => counts[from as usize * *codes + to as usize] += 1,
            Self::Sparse(pairs) => *pairs.at((from, to)) += 1,
        }
    }

    fn add(&mut self, other: Self) {
        match (self, other) {
            (Self::Dense { counts, .. }, Self::Dense { counts: other, .. }) => add_each(counts, other),
            (pairs, other) => other.into_sorted().into_iter().for_each(|(pair, count)| pairs.raise(pair, count)),
        }
    }

    fn raise(&mut self, (from, to): (u32, u32), by: u64) {
        match self {
            Self::Dense { codes, counts } => counts[from as usize * *codes + to as usize] += by,
            Self::Sparse(pairs) => *pairs.at((from, to)) += by,
        }
    }

    fn into_sorted(self) -> Vec<((u32, u32), u64)> {
        let (codes, counts) = match self {
            Self::Sparse(pairs) => return pairs.into_sorted(),
            Self::Dense { codes, counts } => (codes, counts),
        };
        let pairs = (0u32..).take(codes).flat_map(|from| (0u32..).take(codes).map(move |to| (from, to)));
        pairs.zip(counts).filter(|(_, count)| *count > 0).collect()
    }
}

impl Tally for SegmentPairs {
    fn add(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.pairs.add(other.pairs);
    }
}

impl<'a> EventTransitions<'a> {
    /// Transitions between events over `scope`; filters are of scope `session` unless they say otherwise.
    ///
    /// # Errors
    /// When the filter or the dimension does not fit the columns, or when the column `event` was not projected.
    pub fn try_new(scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        let (column, names) = context.columns.text(text::EVENT).ok_or(AnalyzeError::NoEventColumn)?;
        Ok(Self { plan: Plan::try_new(scope, FilterScope::Session, context.columns)?, column, names, views: None })
    }

    /// Transitions between the pages of those events that match the step `views`.
    ///
    /// # Errors
    /// When there are no pages, or when the step, the filter or the dimension does not fit the columns.
    pub fn of_pages(views: &str, scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        let (column, names) = context.columns.text(text::PAGE).ok_or(AnalyzeError::NoPageColumn)?;
        let place = || "views".to_owned();
        let predicate = parse_step(views).map_err(|error| AnalyzeError::Predicate { place: place(), error })?;
        let views = MaskSet::try_new(&[predicate], context.columns)
            .map_err(|error| AnalyzeError::Mask { place: place(), error })?;
        let plan = Plan::try_new(scope, FilterScope::Session, context.columns)?;
        Ok(Self { plan, column, names, views: Some(views) })
    }

    /// Whether `event` is a view with a page, and no row that the vendor made up; between events always.
    #[inline]
    fn is_node(&self, chunk: &ActorChunk<'_>, event: usize) -> bool {
        self.views.as_ref().is_none_or(|views| {
            chunk.text[self.column][event] != BOUNDARY
                && !chunk.has(event, EventFlags::SYNTHETIC)
                && views.matches(&chunk.columns(), event) != 0
        })
    }

    /// Per session the code of its latest event: [`BOUNDARY`] before the first, or [`UNCHOSEN_SESSION`].
    fn chains(&self, chunk: &ActorChunk<'_>, selection: &Selection) -> Vec<u32> {
        let mut chains = vec![UNCHOSEN_SESSION; chunk.sessions.first_event.len()];
        for actor in 0..chunk.actors() {
            for session in chunk.sessions_of(actor) {
                let start = chunk.ts[chunk.sessions.first_event[session] as usize];
                if start >= self.plan.from_us && selection.allows_session(actor, session) {
                    chains[session] = BOUNDARY;
                }
            }
        }
        chains
    }

    /// Calls `pair` with session, code and next code for every count that the chosen sessions of `chunk` give.
    fn walk(&self, chunk: &ActorChunk<'_>, selection: &Selection, mut pair: impl FnMut(usize, u32, u32)) {
        let mut chains = self.chains(chunk, selection);
        let codes = chunk.text[self.column];
        for (event, (&session, &flags)) in chunk.session_of.iter().zip(chunk.flags).enumerate() {
            if session == NO_SESSION || flags & EventFlags::ACTIVITY == 0 {
                continue;
            }
            let latest = &mut chains[session as usize];
            if *latest == UNCHOSEN_SESSION || !selection.shows_event(event) || !self.is_node(chunk, event) {
                continue;
            }
            pair(session as usize, *latest, codes[event]);
            *latest = codes[event];
        }
        for (session, latest) in chains.into_iter().enumerate() {
            if latest != BOUNDARY && latest != UNCHOSEN_SESSION {
                pair(session, latest, BOUNDARY);
            }
        }
    }

    fn name(&self, code: u32) -> &str {
        self.names.value(code).unwrap_or(NOT_SET)
    }

    fn transitions(&self, pairs: &[((u32, u32), u64)]) -> Vec<Transition> {
        let from_name = |code| if code == BOUNDARY { START } else { self.name(code) };
        let to_name = |code| if code == BOUNDARY { EXIT } else { self.name(code) };
        named_transitions(pairs.iter().map(|&((from, to), count)| (from, from_name(from), to_name(to), count, None)))
    }

    fn nodes(&self, pairs: &[((u32, u32), u64)]) -> Vec<TransitionNode> {
        let mut visits: Keyed<u32, u64> = Keyed::default();
        for &((from, _), count) in pairs {
            *visits.at(from) += count;
        }
        let mut nodes = visits.into_sorted();
        nodes.retain(|(code, _)| *code != BOUNDARY);
        nodes.sort_by_key(|&(code, visits)| (Reverse(visits), code));
        let node = |(code, visits): (u32, u64)| TransitionNode {
            name: self.name(code).to_owned(),
            visits: Count::from(visits),
            dwell_us: Quantiles::default(),
        };
        nodes.into_iter().map(node).collect()
    }
}

impl Analysis for EventTransitions<'_> {
    type Partial = EventTransitionsPartial;
    type Output = TransitionsResult;

    fn empty(&self) -> EventTransitionsPartial {
        EventTransitionsPartial { pairs: PairCounts::new(self.names.codes()), segments: Keyed::default() }
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut EventTransitionsPartial) {
        let selection = self.plan.select(chunk);
        let EventTransitionsPartial { pairs, segments } = partial;
        if !self.plan.has_segments() {
            return self.walk(chunk, &selection, |_, from, to| pairs.count(from, to));
        }
        let segment_of = self.plan.session_segments(chunk);
        self.walk(chunk, &selection, |session, from, to| {
            pairs.count(from, to);
            let segment = segments.at(segment_of[session]);
            segment.sessions += u64::from(from == BOUNDARY);
            *segment.pairs.at((from, to)) += 1;
        });
    }

    fn merge(&self, into: &mut EventTransitionsPartial, from: EventTransitionsPartial) {
        into.pairs.add(from.pairs);
        into.segments.add(from.segments);
    }

    fn finish(&self, partial: EventTransitionsPartial, _accounting: &Accounting) -> TransitionsResult {
        let pairs = partial.pairs.into_sorted();
        let segment = |segment: SegmentPairs| TransitionFigures {
            units: segment.sessions.into(),
            transitions: self.transitions(&segment.pairs.into_sorted()),
        };
        TransitionsResult {
            of: if self.views.is_some() { TransitionsOf::Pages } else { TransitionsOf::Events },
            nodes: self.nodes(&pairs),
            transitions: self.transitions(&pairs),
            no_phase_actors: Count::default(),
            regressions: Count::default(),
            regression_pairs: Vec::new(),
            by: self.plan.breakdown(partial.segments, |segment| segment.sessions, segment),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_names_count_alike() {
        let pairs = [(0, 2), (2, 3), (2, 3), (3, 0), (0, 2)];
        let [few, many] = [4, DENSE_CODES + 1].map(|codes| {
            let mut counts = PairCounts::new(codes);
            let mut other = PairCounts::new(codes);
            pairs.iter().for_each(|&(from, to)| counts.count(from, to));
            pairs.iter().take(2).for_each(|&(from, to)| other.count(from, to));
            counts.add(other);
            counts.into_sorted()
        });
        assert_eq!(few, many);
        assert_eq!(few, [((0, 2), 3), ((2, 3), 3), ((3, 0), 1)]);
    }
}
