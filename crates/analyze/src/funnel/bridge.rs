//! How would other products count the same funnel, and which of their rules moves whom?
//!
//! Every actor gets a level by our definition, by every other one, and by the stops between them
//! (`emulate::definitions`). A rule moves an actor if the level before it is switched on is another
//! than the level after. So for every step the changes of a definition's rules add up to the difference from ours.
//!
//! Unit is the actor. Candidates are those of the funnel. Source: `docs/semantics.md#comparing-with-other-products`.

use kundresa_model::chunk::ActorChunk;
use kundresa_model::rate::Rate;
use kundresa_model::result::bridge::{BridgeDefinition, BridgeResult, BridgeRule, BridgeStep};
use kundresa_model::spec::funnel::FunnelSpec;
use kundresa_model::spec::scope::Scope;
use serde::{Deserialize, Serialize};

use super::emulate::definitions::{Definition, Measure, MeasureBuffers, definitions, measures, ours};
use super::emulate::refuse;
use super::emulate::stream::Streams;
use crate::analysis::{Accounting, Analysis, Context};
use crate::error::AnalyzeError;
use crate::keyed::{Tally, add_each};

/// Counts a funnel by all definitions.
#[derive(Clone, Debug)]
pub struct Bridge<'a> {
    spec: FunnelSpec,
    streams: Streams<'a>,
    measures: Vec<Measure>,
    definitions: Vec<Definition>,
}

/// Actors counted so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BridgePartial {
    candidates: u64,
    /// Per measure the actors by level, from 0.
    levels: Vec<Counts>,
    /// Per definition what the whole of it moves, then what each of its rules moves.
    moves: Vec<RuleMoves>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Counts(Vec<u64>);

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct RuleMoves(Vec<Moves>);

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Moves {
    /// Actors that the whole definition moves, and this rule first.
    first: u64,
    raised: u64,
    lowered: u64,
}

impl Tally for Counts {
    fn add(&mut self, other: Self) {
        add_each(&mut self.0, other.0);
    }
}

impl Tally for RuleMoves {
    fn add(&mut self, other: Self) {
        add_each(&mut self.0, other.0);
    }
}

impl Tally for Moves {
    fn add(&mut self, other: Self) {
        self.first += other.first;
        self.raised += other.raised;
        self.lowered += other.lowered;
    }
}

impl Moves {
    fn count(&mut self, before: usize, after: usize) {
        self.raised += u64::from(after > before);
        self.lowered += u64::from(after < before);
    }
}

impl<'a> Bridge<'a> {
    /// The comparison of the funnel `spec` over `scope`. A breakdown is not made.
    ///
    /// # Errors
    /// As [`crate::Funnel::try_new`], and when other products know nothing of an option.
    pub fn try_new(spec: &FunnelSpec, scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        refuse(spec, None)?;
        let streams = Streams::try_new(spec, scope, context)?;
        let measures = measures(spec.steps.len(), spec.window.as_us());
        Ok(Self { spec: spec.clone(), streams, measures, definitions: definitions() })
    }

    /// Counts an actor that has these levels, one per measure.
    fn count(&self, levels: &[usize], partial: &mut BridgePartial) {
        for (counts, &level) in partial.levels.iter_mut().zip(levels) {
            counts.0[level] += 1;
        }
        for (definition, moves) in self.definitions.iter().zip(&mut partial.moves) {
            let (mut before, mut is_moved) = (levels[ours()], false);
            let is_moved_in_all = definition.rules.last().is_some_and(|(_, last)| levels[*last] != levels[ours()]);
            for ((_, after), moves) in definition.rules.iter().zip(&mut moves.0) {
                moves.count(before, levels[*after]);
                moves.first += u64::from(is_moved_in_all && !is_moved && levels[*after] != before);
                is_moved |= levels[*after] != before;
                before = levels[*after];
            }
            if let Some(whole) = moves.0.last_mut() {
                whole.count(levels[ours()], before);
            }
        }
    }

    fn definition(&self, definition: &Definition, moves: &RuleMoves, partial: &BridgePartial) -> BridgeDefinition {
        let reached = |measure: usize| partial.reached(measure, self.spec.steps.len());
        let stops = std::iter::once(ours()).chain(definition.rules.iter().map(|(_, measure)| *measure));
        let rules = stops.zip(&definition.rules).zip(&moves.0).map(|((before, (rule, after)), moves)| BridgeRule {
            rule: *rule,
            moved: moves.first,
            raised: moves.raised,
            lowered: moves.lowered,
            change: difference(&reached(before), &reached(*after)),
        });
        let whole = moves.0.last().copied().unwrap_or_default();
        let theirs = reached(definition.rules.last().map_or(ours(), |(_, measure)| *measure));
        BridgeDefinition {
            definition: definition.key.clone(),
            conversion: conversion(&theirs),
            reached: theirs,
            higher: whole.raised,
            equal: partial.candidates - whole.raised - whole.lowered,
            lower: whole.lowered,
            rules: rules.collect(),
        }
    }
}

impl BridgePartial {
    /// Actors that reach each step by a measure.
    fn reached(&self, measure: usize, steps: usize) -> Vec<u64> {
        let levels = &self.levels[measure].0;
        (1..=steps).map(|step| levels.iter().skip(step).sum()).collect()
    }
}

fn conversion(reached: &[u64]) -> Rate {
    Rate::new(reached.last().copied().unwrap_or(0), reached.first().copied().unwrap_or(0))
}

/// By how much each of `after` is more than the one of `before`.
fn difference(before: &[u64], after: &[u64]) -> Vec<i64> {
    before.iter().zip(after).map(|(before, after)| after.wrapping_sub(*before).cast_signed()).collect()
}

impl Analysis for Bridge<'_> {
    type Partial = BridgePartial;
    type Output = BridgeResult;

    fn empty(&self) -> BridgePartial {
        let rules = |definition: &Definition| RuleMoves(vec![Moves::default(); definition.rules.len() + 1]);
        BridgePartial {
            candidates: 0,
            levels: vec![Counts(vec![0; self.spec.steps.len() + 1]); self.measures.len()],
            moves: self.definitions.iter().map(rules).collect(),
        }
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut BridgePartial) {
        let (mut walk, mut buffers) = (self.streams.walk(chunk), MeasureBuffers::default());
        let mut levels = Vec::with_capacity(self.measures.len());
        for actor in 0..chunk.actors() {
            if self.streams.take(&mut walk, actor) {
                partial.candidates += 1;
                levels.clear();
                levels.extend(self.measures.iter().map(|measure| measure.level(walk.stream(), &mut buffers)));
                self.count(&levels, partial);
            }
        }
    }

    fn merge(&self, into: &mut BridgePartial, from: BridgePartial) {
        into.candidates += from.candidates;
        add_each(&mut into.levels, from.levels);
        add_each(&mut into.moves, from.moves);
    }

    fn finish(&self, partial: BridgePartial, _accounting: &Accounting) -> BridgeResult {
        let reached = partial.reached(ours(), self.spec.steps.len());
        let steps = self.spec.steps.iter().zip(&reached);
        let definitions = self.definitions.iter().zip(&partial.moves);
        BridgeResult {
            name: self.spec.name.clone(),
            window: self.spec.window,
            filter_scope: self.streams.plan.filter_scope(),
            candidates: partial.candidates,
            steps: steps
                .map(|(step, &reached)| BridgeStep { name: step.name.clone(), when: step.when.clone(), reached })
                .collect(),
            conversion: conversion(&reached),
            definitions: definitions.map(|(definition, moves)| self.definition(definition, moves, &partial)).collect(),
        }
    }
}
