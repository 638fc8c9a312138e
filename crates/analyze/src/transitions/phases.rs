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
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::transitions::{
    CONTINUED, EXIT, OPEN, START, Transition, TransitionFigures, TransitionNode, TransitionsOf, TransitionsResult,
    UNCHOSEN,
};
use kundresa_model::spec::scope::{FilterScope, Scope};
use serde::{Deserialize, Serialize};

use super::named_transitions;
use crate::analysis::{Accounting, Analysis, Context};
use crate::error::AnalyzeError;
use crate::journey::{Horizon, dwell_us, is_chosen};
use crate::keyed::{Keyed, Tally, add_each};
use crate::scope::{Plan, Selection};

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
    dwell: Vec<Vec<i64>>,
    total: JourneyPairs,
    segments: Keyed<u32, JourneyPairs>,
}

/// Counts of (from, to); rows are phases, `start` and `continued`, columns are phases, `exit`, `open` and `unchosen`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct JourneyPairs {
    journeys: u64,
    counts: Vec<u64>,
}

/// Pseudo-nodes that lead to a first chosen visit, in row order after the phases.
const SOURCES: [&str; 2] = [START, CONTINUED];
/// Pseudo-nodes that a last chosen visit leads to, in column order after the phases.
const SINKS: [&str; 3] = [EXIT, OPEN, UNCHOSEN];

impl Tally for JourneyPairs {
    fn add(&mut self, other: Self) {
        self.journeys += other.journeys;
        add_each(&mut self.counts, other.counts);
    }
}

impl JourneyPairs {
    fn count(&mut self, (row, column): (usize, usize), phases: usize) {
        if self.counts.is_empty() {
            self.counts = vec![0; (phases + SOURCES.len()) * (phases + SINKS.len())];
        }
        self.counts[row * (phases + SINKS.len()) + column] += 1;
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
        let phase = |visit: usize| usize::from(chunk.visits.phase[visit]);
        let (mut from, mut from_is_chosen, mut any) = (phases, false, false);
        for visit in visits.clone() {
            let first = chunk.visits.first_event[visit] as usize;
            let chosen = is_chosen(&self.plan, selection, chunk, actor, first);
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
        let PhaseTransitionsPartial { dwell, total, segments, .. } = partial;
        let push = |phase: usize, span| dwell[phase].push(span);
        let any = self.walk(chunk, selection, actor, |pair| total.count(pair, phases), push);
        total.journeys += u64::from(any);
        if any && self.plan.has_segments() {
            let segment = segments.at(self.plan.journey_segment(chunk, actor));
            segment.journeys += 1;
            self.walk(chunk, selection, actor, |pair| segment.count(pair, phases), |_, _| {});
        }
    }

    fn cells<'c>(&'c self, pairs: &'c JourneyPairs) -> impl Iterator<Item = (usize, usize, u64)> + 'c {
        let columns = self.taxonomy.len() + SINKS.len();
        pairs.counts.iter().enumerate().map(move |(cell, &count)| (cell / columns, cell % columns, count))
    }

    fn transitions(&self, pairs: &JourneyPairs) -> Vec<Transition> {
        let keys = &self.taxonomy.keys;
        let name = |node: usize, pseudo: &'static [&'static str]| {
            keys.get(node).copied().unwrap_or_else(|| pseudo[node - keys.len()])
        };
        let cells = self.cells(pairs);
        named_transitions(cells.map(|(from, to, count)| (index32(from), name(from, &SOURCES), name(to, &SINKS), count)))
    }

    fn nodes(&self, pairs: &JourneyPairs, dwell: Vec<Vec<i64>>) -> Vec<TransitionNode> {
        let visits = |phase| self.cells(pairs).filter(|(from, _, _)| *from == phase).map(|(_, _, count)| count).sum();
        let keyed = self.taxonomy.keys.iter().zip(dwell).enumerate();
        keyed
            .map(|(phase, (key, mut dwell))| TransitionNode {
                name: (*key).to_owned(),
                visits: visits(phase),
                dwell_us: Quantiles::of(&mut dwell),
            })
            .collect()
    }
}

impl Analysis for PhaseTransitions<'_> {
    type Partial = PhaseTransitionsPartial;
    type Output = TransitionsResult;

    fn empty(&self) -> PhaseTransitionsPartial {
        PhaseTransitionsPartial { dwell: vec![Vec::new(); self.taxonomy.len()], ..PhaseTransitionsPartial::default() }
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut PhaseTransitionsPartial) {
        let selection = self.plan.select(chunk);
        for actor in (0..chunk.actors()).filter(|&actor| !chunk.events_of(actor).is_empty()) {
            self.count_actor(chunk, &selection, actor, partial);
        }
    }

    fn merge(&self, into: &mut PhaseTransitionsPartial, from: PhaseTransitionsPartial) {
        into.no_phase_actors += from.no_phase_actors;
        into.dwell.iter_mut().zip(from.dwell).for_each(|(dwell, other)| dwell.extend(other));
        into.total.add(from.total);
        into.segments.add(from.segments);
    }

    fn finish(&self, partial: PhaseTransitionsPartial, _accounting: &Accounting) -> TransitionsResult {
        let phases = self.taxonomy.len();
        let falls = self.cells(&partial.total).filter(|&(from, to, _)| from < phases && to < from);
        let segment =
            |pairs: JourneyPairs| TransitionFigures { units: pairs.journeys, transitions: self.transitions(&pairs) };
        TransitionsResult {
            of: TransitionsOf::Phases,
            transitions: self.transitions(&partial.total),
            no_phase_actors: partial.no_phase_actors,
            regressions: falls.map(|(_, _, count)| count).sum(),
            nodes: self.nodes(&partial.total, partial.dwell),
            by: self.plan.breakdown(partial.segments, |pairs| pairs.journeys, segment),
        }
    }
}
