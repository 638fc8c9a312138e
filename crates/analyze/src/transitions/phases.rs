//! Which journey phase follows which?
//!
//! ```text
//! visits of one actor     A  C  D  C
//! chosen                  -  x  x  -
//! counted                    continued→C  C→D  D→unchosen
//! ```
//!
//! Each chosen visit gives one count: to the next visit, to `unchosen` if the filter leaves that one out, else to `open`
//! or `exit` as the horizon decides. It is led to by the chosen visit before it, by `continued` if that one is not
//! chosen, else by `start`. So row p = visits of p = column p. Dwell and segments are those of `phases`.
//! Source: `docs/semantics.md#journey-phases`.

use kundresa_model::chunk::ActorChunk;
use kundresa_model::index::index32;
use kundresa_model::phase::Taxonomy;
use kundresa_model::result::transitions::{
    CONTINUED, EXIT, NodeKind, OPEN, START, Transition, TransitionFigures, TransitionNode, TransitionsOf,
    TransitionsResult, UNCHOSEN,
};
use kundresa_model::spec::scope::{FilterScope, Scope};
use serde::{Deserialize, Serialize};

use super::named_transitions;
use crate::analysis::{Accounting, Analysis, Context};
use crate::error::AnalyzeError;
use crate::journey::{Horizon, dwell_us, is_chosen};
use crate::keyed::{Keyed, Tally, add_each};
use crate::scope::{Plan, Selection};
use crate::spans::Spans;

/// Counts transitions between phase visits.
#[derive(Clone, Debug)]
pub struct PhaseTransitions<'a> {
    plan: Plan<'a>,
    horizon: Horizon,
    taxonomy: Taxonomy,
}

/// Transitions between phases counted so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PhaseTransitionsPartial {
    no_phase_actors: u64,
    /// Per phase: microseconds to the next visit, of chosen visits that have one.
    dwell: Vec<Spans>,
    total: JourneyPairs,
    segments: Keyed<u32, JourneyPairs>,
    /// Buffer: cells of the actor at hand, each with whether it is the first of its kind.
    #[serde(skip)]
    cells: Vec<(u32, bool)>,
}

/// Counts of (from, to); rows are phases, `start` and `continued`, columns are phases, `exit`, `open` and `unchosen`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct JourneyPairs {
    journeys: u64,
    counts: Vec<u64>,
    /// Distinct actors per count.
    actors: Vec<u64>,
}

/// Pairs that an actor was counted under already, a bit each; the largest taxonomy has 10 × 11 of them at most.
#[derive(Default)]
struct Seen([u64; 8]);

impl Seen {
    /// Whether `cell` is new, which it is no more.
    fn is_new(&mut self, cell: usize) -> bool {
        let Some(word) = self.0.get_mut(cell / 64) else { return true };
        let is_new = *word >> (cell % 64) & 1 == 0;
        *word |= 1 << (cell % 64);
        is_new
    }
}

/// Pseudo-nodes that lead to a first chosen visit, in row order after the phases.
const SOURCES: [&str; 2] = [START, CONTINUED];
/// Pseudo-nodes that a last chosen visit leads to, in column order after the phases.
const SINKS: [&str; 3] = [EXIT, OPEN, UNCHOSEN];

impl Tally for JourneyPairs {
    fn add(&mut self, other: Self) {
        self.journeys += other.journeys;
        add_each(&mut self.counts, other.counts);
        add_each(&mut self.actors, other.actors);
    }
}

impl JourneyPairs {
    /// Counts one journey of `phases` with these cells.
    fn count(&mut self, cells: &[(u32, bool)], phases: usize) {
        if self.counts.is_empty() {
            self.counts = vec![0; (phases + SOURCES.len()) * (phases + SINKS.len())];
            self.actors = self.counts.clone();
        }
        self.journeys += 1;
        for &(cell, is_new) in cells {
            self.counts[cell as usize] += 1;
            self.actors[cell as usize] += u64::from(is_new);
        }
    }
}

impl<'a> PhaseTransitions<'a> {
    /// Transitions between phases over `scope`; filters are of scope `session` unless they say otherwise.
    ///
    /// # Errors
    /// When the filter or the dimension does not fit the columns.
    pub fn try_new(scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        Ok(Self {
            plan: Plan::try_new(scope, FilterScope::Session, context.columns)?,
            horizon: Horizon { data_end: context.data_end, span_us: context.horizon_us },
            taxonomy: context.taxonomy.clone(),
        })
    }

    /// Calls `pair` for every count that the chosen visits of `actor` give and `dwell` for every chosen visit with a next;
    /// whether any visit is chosen.
    fn walk(
        &self,
        chunk: &ActorChunk<'_>,
        selection: &Selection,
        actor: usize,
        mut pair: impl FnMut((usize, usize)),
        mut dwell: impl FnMut(usize, i64),
    ) -> bool {
        let phases = self.taxonomy.len();
        let visits = chunk.visits_of(actor);
        let has_all = self.plan.has_all(selection);
        let phase = |visit: usize| usize::from(chunk.visits.phase[visit]);
        let (mut from, mut from_is_chosen, mut any) = (phases, false, false);
        for visit in visits.clone() {
            let first = chunk.visits.first_event[visit] as usize;
            let chosen = has_all || is_chosen(&self.plan, selection, chunk, actor, first);
            match (from_is_chosen, chosen) {
                (_, true) => pair((from, phase(visit))),
                (true, false) => pair((from, phases + 2)),
                (false, false) => {}
            }
            if chosen && visit + 1 < visits.end {
                dwell(phase(visit), dwell_us(chunk, visit));
            }
            from = if chosen { phase(visit) } else { phases + 1 };
            from_is_chosen = chosen;
            any |= chosen;
        }
        if from_is_chosen {
            let is_open = !self.horizon.is_over(chunk, actor);
            pair((from, phases + usize::from(is_open)));
        }
        any
    }

    fn count_actor(
        &self,
        chunk: &ActorChunk<'_>,
        selection: &Selection,
        actor: usize,
        partial: &mut PhaseTransitionsPartial,
    ) {
        let phases = self.taxonomy.len();
        if chunk.visits_of(actor).is_empty() {
            let first = chunk.actor_offsets[actor] as usize;
            partial.no_phase_actors += u64::from(is_chosen(&self.plan, selection, chunk, actor, first));
            return;
        }
        let PhaseTransitionsPartial { dwell, total, segments, cells, .. } = partial;
        let mut seen = Seen::default();
        cells.clear();
        let pair = |(row, column): (usize, usize)| {
            let cell = row * (phases + SINKS.len()) + column;
            cells.push((index32(cell), seen.is_new(cell)));
        };
        if !self.walk(chunk, selection, actor, pair, |phase, span| dwell[phase].push(span)) {
            return;
        }
        total.count(cells, phases);
        if self.plan.has_segments() {
            segments.at(self.plan.journey_segment(chunk, actor)).count(cells, phases);
        }
    }

    fn cells<'c>(&'c self, pairs: &'c JourneyPairs) -> impl Iterator<Item = (usize, usize, u64)> + 'c {
        let columns = self.taxonomy.len() + SINKS.len();
        pairs.counts.iter().enumerate().map(move |(cell, &count)| (cell / columns, cell % columns, count))
    }

    fn transitions(&self, pairs: &JourneyPairs) -> Vec<Transition> {
        let keys = &self.taxonomy.keys;
        let end = |node: usize, pseudo: &'static [&'static str]| match keys.get(node) {
            Some(key) => (*key, NodeKind::Node),
            None => (pseudo[node - keys.len()], NodeKind::Pseudo),
        };
        let cells = self.cells(pairs).zip(&pairs.actors);
        let named =
            cells.map(|((from, to, count), &actors)| (end(from, &SOURCES), end(to, &SINKS), count, Some(actors)));
        named_transitions(named)
    }

    fn nodes(&self, pairs: &JourneyPairs, dwell: Vec<Spans>) -> Vec<TransitionNode> {
        let visits =
            |phase| self.cells(pairs).filter(|(from, _, _)| *from == phase).map(|(_, _, count)| count).sum::<u64>();
        let keyed = self.taxonomy.keys.iter().zip(dwell).enumerate();
        keyed
            .map(|(phase, (key, dwell))| TransitionNode {
                name: (*key).to_owned(),
                visits: visits(phase).into(),
                dwell_us: dwell.quantiles(),
            })
            .collect()
    }
}

impl Analysis for PhaseTransitions<'_> {
    type Partial = PhaseTransitionsPartial;
    type Output = TransitionsResult;

    fn empty(&self) -> PhaseTransitionsPartial {
        PhaseTransitionsPartial {
            dwell: vec![Spans::default(); self.taxonomy.len()],
            ..PhaseTransitionsPartial::default()
        }
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut PhaseTransitionsPartial) {
        let selection = self.plan.select(chunk);
        for actor in (0..chunk.actors()).filter(|&actor| !chunk.events_of(actor).is_empty()) {
            self.count_actor(chunk, &selection, actor, partial);
        }
    }

    fn merge(&self, into: &mut PhaseTransitionsPartial, from: PhaseTransitionsPartial) {
        into.no_phase_actors += from.no_phase_actors;
        into.dwell.iter_mut().zip(from.dwell).for_each(|(dwell, other)| dwell.add(other));
        into.total.add(from.total);
        into.segments.add(from.segments);
    }

    fn finish(&self, partial: PhaseTransitionsPartial, _accounting: &Accounting) -> TransitionsResult {
        let transitions = self.transitions(&partial.total);
        let place = |name: &String| self.taxonomy.keys.iter().position(|key| key == name);
        let falls =
            |pair: &&Transition| place(&pair.to).is_some_and(|to| place(&pair.from).is_some_and(|from| to < from));
        let regression_pairs: Vec<Transition> = transitions.iter().filter(falls).cloned().collect();
        let segment = |pairs: JourneyPairs| TransitionFigures {
            units: pairs.journeys.into(),
            transitions: self.transitions(&pairs),
        };
        TransitionsResult {
            of: TransitionsOf::Phases,
            no_phase_actors: partial.no_phase_actors.into(),
            regressions: regression_pairs.iter().map(|pair| pair.count).sum(),
            regression_pairs,
            transitions,
            nodes: self.nodes(&partial.total, partial.dwell),
            by: self.plan.breakdown(partial.segments, |pairs| pairs.journeys, segment),
        }
    }
}
