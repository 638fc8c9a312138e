//! How do the levels of units add up to a funnel?
//!
//! A unit of level k has reached steps 1..=k; below the last step it has stopped there or is still open. So
//! `reached[k] = reached[k+1] + stopped[k] + open[k]` holds by construction, in the total and in every segment.

use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{FunnelResult, FunnelSegment, FunnelStepResult, StepCounts};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::spec::funnel::FunnelSpec;
use serde::{Deserialize, Serialize};

use crate::keyed::{Keyed, Tally, add_each};
use crate::scope::Plan;

/// Funnel units counted so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FunnelPartial {
    candidates: u64,
    /// Per step: witness's step before to this one, microseconds; step 1 has none.
    from_previous: Vec<Vec<i64>>,
    total: Levels,
    segments: Keyed<u32, Levels>,
}

/// Units by the level they got to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Levels {
    /// Units that ended at each level from 1, and those that may go on from there.
    units: Vec<Ends>,
    /// Witness's first to last step of the units that reached the last step, microseconds.
    to_convert: Vec<i64>,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Ends {
    stopped: u64,
    open: u64,
}

/// One unit that entered: when its witness took each step, and whether it may get further.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome<'a> {
    pub(crate) times: &'a [i64],
    pub(crate) is_open: bool,
}

impl Tally for Ends {
    fn add(&mut self, other: Self) {
        self.stopped += other.stopped;
        self.open += other.open;
    }
}

impl Tally for Levels {
    fn add(&mut self, other: Self) {
        add_each(&mut self.units, other.units);
        self.to_convert.extend(other.to_convert);
    }
}

impl Levels {
    fn count(&mut self, outcome: Outcome<'_>, steps: usize) {
        let level = outcome.times.len();
        if self.units.is_empty() {
            self.units = vec![Ends::default(); steps];
        }
        self.units[level - 1].add(Ends { stopped: u64::from(!outcome.is_open), open: u64::from(outcome.is_open) });
        if level == steps {
            self.to_convert.push(outcome.times[steps - 1] - outcome.times[0]);
        }
    }

    /// Reached, stopped and open per step. Those who reached the last step have neither stopped nor are they open.
    fn by_step(&self, steps: usize) -> Vec<StepTally> {
        let ends = |step: usize| self.units.get(step).copied().unwrap_or_default();
        let mut tallies = vec![StepTally::default(); steps];
        let mut reached = 0;
        for step in (0..steps).rev() {
            let Ends { stopped, open } = ends(step);
            reached += stopped + open;
            let is_last = step + 1 == steps;
            tallies[step] = StepTally { reached, stopped: if is_last { 0 } else { stopped }, open };
        }
        tallies
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct StepTally {
    reached: u64,
    stopped: u64,
    open: u64,
}

impl StepTally {
    fn drop_off(self) -> Rate {
        Rate::new(self.stopped, self.reached - self.open)
    }
}

impl FunnelPartial {
    pub(crate) fn of_steps(steps: usize) -> Self {
        Self { from_previous: vec![Vec::new(); steps], ..Self::default() }
    }

    pub(crate) fn add_candidates(&mut self, candidates: u64) {
        self.candidates += candidates;
    }

    pub(crate) fn count(&mut self, outcome: Outcome<'_>, segment: Option<u32>) {
        let steps = self.from_previous.len();
        for (step, pair) in outcome.times.windows(2).enumerate() {
            self.from_previous[step + 1].push(pair[1] - pair[0]);
        }
        self.total.count(outcome, steps);
        if let Some(code) = segment {
            self.segments.at(code).count(outcome, steps);
        }
    }
}

impl Tally for FunnelPartial {
    fn add(&mut self, other: Self) {
        self.candidates += other.candidates;
        self.from_previous.iter_mut().zip(other.from_previous).for_each(|(times, other)| times.extend(other));
        self.total.add(other.total);
        self.segments.add(other.segments);
    }
}

/// The result of all units of `partial`.
pub(crate) fn finish(mut partial: FunnelPartial, spec: &FunnelSpec, plan: &Plan<'_>) -> FunnelResult {
    let tallies = partial.total.by_step(spec.steps.len());
    let base = |levels: &Levels| levels.units.iter().map(|ends| ends.stopped + ends.open).sum();
    FunnelResult {
        name: spec.name.clone(),
        unit: spec.unit,
        entry: spec.entry,
        window: spec.window,
        filter_scope: plan.filter_scope(),
        candidates: partial.candidates,
        steps: step_results(spec, &tallies, partial.candidates, &mut partial.from_previous),
        conversion: conversion(&tallies),
        time_to_convert_us: Quantiles::of(&mut partial.total.to_convert),
        by: plan.breakdown(partial.segments, base, |levels| segment(spec, levels)),
    }
}

fn conversion(tallies: &[StepTally]) -> Rate {
    let reached = |tally: Option<&StepTally>| tally.map_or(0, |tally| tally.reached);
    Rate::new(reached(tallies.last()), reached(tallies.first()))
}

fn step_results(
    spec: &FunnelSpec,
    tallies: &[StepTally],
    candidates: u64,
    from_previous: &mut [Vec<i64>],
) -> Vec<FunnelStepResult> {
    let before = |step: usize| step.checked_sub(1).map_or(candidates, |before| tallies[before].reached);
    let steps = spec.steps.iter().zip(tallies).zip(from_previous).enumerate();
    steps
        .map(|(index, ((step, tally), times))| FunnelStepResult {
            name: step.name.clone(),
            when: step.when.clone(),
            reached: tally.reached,
            stopped: tally.stopped,
            open: tally.open,
            of_entered: Rate::new(tally.reached, tallies[0].reached),
            of_previous: Rate::new(tally.reached, before(index)),
            drop_off: tally.drop_off(),
            time_from_previous_us: Quantiles::of(times),
        })
        .collect()
}

fn segment(spec: &FunnelSpec, mut levels: Levels) -> FunnelSegment {
    let tallies = levels.by_step(spec.steps.len());
    let steps = spec.steps.iter().zip(&tallies).map(|(step, tally)| StepCounts {
        name: step.name.clone(),
        reached: tally.reached,
        stopped: tally.stopped,
        open: tally.open,
        drop_off: tally.drop_off(),
    });
    FunnelSegment {
        steps: steps.collect(),
        conversion: conversion(&tallies),
        time_to_convert_us: Quantiles::of(&mut levels.to_convert),
    }
}
