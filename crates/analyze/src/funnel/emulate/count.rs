//! How many actors reach each step, as another product counts?
//!
//! Only levels come from the emulation. What the product does not say stays empty: no step has a time, and nobody is
//! open, since none of them asks whether a window is over. A segment is the value at the first event of step 1.

use kundresa_model::chunk::ActorChunk;
use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{FunnelResult, FunnelSegment, FunnelStepResult, StepCounts};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::spec::funnel::{Emulation, FunnelSpec};
use kundresa_model::spec::scope::Scope;
use serde::{Deserialize, Serialize};

use super::stream::Streams;
use super::{Buffers, Emulator, refuse};
use crate::analysis::{Accounting, Analysis, Context};
use crate::error::AnalyzeError;
use crate::keyed::{Keyed, Tally, add_each};

/// Counts a funnel as another product does.
#[derive(Clone, Debug)]
pub struct Emulated<'a> {
    spec: FunnelSpec,
    streams: Streams<'a>,
    emulator: Emulator,
}

/// Actors counted so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct EmulatedPartial {
    candidates: u64,
    total: Levels,
    segments: Keyed<u32, Levels>,
}

/// Actors by level, from 1.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Levels(Vec<u64>);

impl Tally for Levels {
    fn add(&mut self, other: Self) {
        add_each(&mut self.0, other.0);
    }
}

impl Levels {
    fn count(&mut self, level: usize, steps: usize) {
        self.0.resize(steps, 0);
        self.0[level - 1] += 1;
    }

    fn reached(&self, steps: usize) -> Vec<u64> {
        (0..steps).map(|step| self.0.iter().skip(step).sum()).collect()
    }
}

impl<'a> Emulated<'a> {
    /// The funnel of `spec` as `emulation` counts it over `scope`.
    ///
    /// # Errors
    /// As [`crate::Funnel::try_new`], and when the product knows nothing of an option.
    pub fn try_new(
        spec: &FunnelSpec,
        emulation: Emulation,
        scope: &Scope,
        context: &Context<'a>,
    ) -> Result<Self, AnalyzeError> {
        refuse(spec, Some(emulation))?;
        let emulator = Emulator::new(emulation, spec.steps.len(), spec.window.as_us());
        Ok(Self { streams: Streams::try_new(spec, scope, context)?, spec: spec.clone(), emulator })
    }

    fn step(&self, index: usize, reached: &[u64], candidates: u64) -> FunnelStepResult {
        let before = index.checked_sub(1).map_or(candidates, |before| reached[before]);
        let stopped = reached[index] - reached.get(index + 1).unwrap_or(&reached[index]);
        FunnelStepResult {
            name: self.spec.steps[index].name.clone(),
            when: self.spec.steps[index].when.clone(),
            reached: reached[index].into(),
            stopped: stopped.into(),
            of_entered: Rate::new(reached[index], reached[0]),
            of_previous: Rate::new(reached[index], before),
            drop_off: Rate::new(stopped, reached[index]),
            ..FunnelStepResult::default()
        }
    }

    fn segment(&self, levels: &Levels) -> FunnelSegment {
        let reached = levels.reached(self.spec.steps.len());
        let steps = self.spec.steps.iter().enumerate().map(|(index, step)| {
            let stopped = reached[index] - reached.get(index + 1).unwrap_or(&reached[index]);
            let drop_off = Rate::new(stopped, reached[index]);
            StepCounts {
                name: step.name.clone(),
                reached: reached[index].into(),
                stopped: stopped.into(),
                drop_off,
                ..StepCounts::default()
            }
        });
        FunnelSegment {
            conversion_interval: None,
            comparison: None,
            steps: steps.collect(),
            conversion: conversion(&reached),
            time_to_convert_us: Quantiles::default(),
        }
    }
}

fn conversion(reached: &[u64]) -> Rate {
    Rate::new(reached.last().copied().unwrap_or(0), reached.first().copied().unwrap_or(0))
}

impl Analysis for Emulated<'_> {
    type Partial = EmulatedPartial;
    type Output = FunnelResult;

    fn empty(&self) -> EmulatedPartial {
        EmulatedPartial::default()
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut EmulatedPartial) {
        let (mut walk, mut buffers) = (self.streams.walk(chunk), Buffers::default());
        let steps = self.spec.steps.len();
        for actor in 0..chunk.actors() {
            if !self.streams.take(&mut walk, actor) {
                continue;
            }
            partial.candidates += 1;
            let (level, entry) = (self.emulator.level(walk.stream(), &mut buffers), walk.first_entry());
            let Some(entry) = entry.filter(|_| level > 0) else { continue };
            partial.total.count(level, steps);
            if self.streams.plan.has_segments() {
                partial.segments.at(self.streams.plan.segment_at(chunk, entry)).count(level, steps);
            }
        }
    }

    fn merge(&self, into: &mut EmulatedPartial, from: EmulatedPartial) {
        into.candidates += from.candidates;
        into.total.add(from.total);
        into.segments.add(from.segments);
    }

    fn finish(&self, partial: EmulatedPartial, _accounting: &Accounting) -> FunnelResult {
        let steps = self.spec.steps.len();
        let reached = partial.total.reached(steps);
        let plan = &self.streams.plan;
        FunnelResult {
            name: self.spec.name.clone(),
            window: self.spec.window,
            emulation: self.spec.emulation,
            filter_scope: plan.filter_scope(),
            candidates: partial.candidates.into(),
            steps: (0..steps).map(|index| self.step(index, &reached, partial.candidates)).collect(),
            conversion: conversion(&reached),
            by: plan.breakdown(partial.segments, |levels| levels.0.iter().sum(), |levels| self.segment(&levels)),
            ..FunnelResult::default()
        }
    }
}
