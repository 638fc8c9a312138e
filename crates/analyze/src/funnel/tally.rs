//! How do the units of a log become the result?

use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{FunnelResult, FunnelSegment, FunnelStepResult, OptionalStep};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::Breakdown;
use kundresa_model::spec::funnel::{FunnelEntry, FunnelUnit};
use kundresa_model::zone::date_text;
use serde::{Deserialize, Serialize};

use super::Funnel;
use super::certainty;
use super::count::Space;
use super::heads::FunnelHeads;
use super::levels::{Levels, StepTally, conversion};
use super::next::NextTally;
use super::open::{self, OpenTally};
use super::optional::OptionalTally;
use super::times;
use super::value::MoneyTally;
use crate::keyed::{Keyed, Tally, add_each};
use crate::privacy::funnel::{UnitHeads, protect_units};
use crate::privacy::heads::{Counted, counted, split};
use crate::spans::Spans;

/// Funnel units counted so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FunnelPartial {
    pub(super) candidates: u64,
    /// Per required step.
    pub(super) steps: Vec<StepPartial>,
    pub(super) total: Timed,
    pub(super) segments: Keyed<u32, Timed>,
    /// By first local day of the bucket of the entry.
    pub(super) trend: Keyed<i64, Levels>,
    /// Per optional step.
    pub(super) optional: Vec<OptionalTally>,
    /// Per required step, if the open funnel was asked for.
    pub(super) open: Vec<OpenTally>,
    /// Actors behind units that repeat within actors; only with a privacy threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) heads: Option<Box<FunnelHeads>>,
    /// Nothing counted.
    #[serde(skip)]
    pub(super) space: Space,
}

/// What is counted at one step.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct StepPartial {
    /// Events that satisfy the step.
    pub(super) events: u64,
    /// Witness's step before to this one, microseconds; step 1 has none.
    pub(super) from_previous: Spans,
    /// Units that stopped here.
    pub(super) next: NextTally,
    /// Of the witness's events here.
    pub(super) value: MoneyTally,
    /// The part of it of units that stopped here.
    pub(super) stopped_value: MoneyTally,
}

/// Units by level, with their times to convert.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Timed {
    levels: Levels,
    /// Witness's first to last step of the units that reached the last step, microseconds.
    to_convert: Spans,
}

impl Tally for StepPartial {
    fn add(&mut self, other: Self) {
        self.events += other.events;
        self.from_previous.add(other.from_previous);
        self.next.add(other.next);
        self.value.add(other.value);
        self.stopped_value.add(other.stopped_value);
    }
}

impl Tally for Timed {
    fn add(&mut self, other: Self) {
        self.levels.add(other.levels);
        self.to_convert.add(other.to_convert);
    }
}

impl Tally for FunnelPartial {
    fn add(&mut self, other: Self) {
        self.candidates += other.candidates;
        add_each(&mut self.steps, other.steps);
        self.total.add(other.total);
        self.segments.add(other.segments);
        self.trend.add(other.trend);
        add_each(&mut self.optional, other.optional);
        add_each(&mut self.open, other.open);
        if let (Some(heads), Some(other)) = (&mut self.heads, other.heads) {
            heads.add(*other);
        }
    }
}

impl Timed {
    /// Counts a unit whose witness took its steps at `times`.
    pub(super) fn count(&mut self, times: &[i64], is_open: bool, steps: usize) {
        self.levels.count(times.len(), is_open, steps);
        if times.len() == steps {
            self.to_convert.push(times[steps - 1] - times[0]);
        }
    }

    pub(super) fn units(&self) -> u64 {
        self.levels.units()
    }
}

impl Funnel<'_> {
    /// The result of all units of `partial`.
    pub(super) fn result(&self, partial: FunnelPartial) -> FunnelResult {
        let FunnelPartial { candidates, steps, total, segments, trend, optional, open, heads, .. } = partial;
        let tallies = total.levels.by_step(self.asked.levels());
        let spec = &self.spec;
        let (by, heads) = self.by(segments, heads.map(|heads| *heads));
        let mut result = FunnelResult {
            name: spec.name.clone(),
            unit: spec.unit,
            entry: spec.entry,
            window: spec.window,
            emulation: None,
            filter_scope: self.plan.filter_scope(),
            hold: spec.hold.clone(),
            exclusions: spec.exclusions.clone(),
            on_exclusion: (!spec.exclusions.is_empty()).then_some(spec.on_exclusion),
            universe: spec.universe.clone(),
            candidates: candidates.into(),
            steps: self.step_results(&tallies, candidates, steps),
            optional: self.optional_results(&tallies, optional),
            conversion: conversion(&tallies),
            time_to_convert_counts: times::counts(&total.to_convert),
            time_to_convert_us: total.to_convert.quantiles(),
            time_bounds_us: times::BOUNDS_US.to_vec(),
            by,
            trend: self.calendar.as_ref().map(|calendar| {
                let names: Vec<&str> = self.step_names().collect();
                calendar.finish(trend, &names, spec.window, self.data_end)
            }),
            open_funnel: spec.open.then(|| open::finish(&open, self.step_names())),
            conversion_interval: None,
        };
        certainty::add(&mut result);
        if let Some(heads) = heads {
            protect_units(&mut result, &heads, self.plan.threshold());
        }
        result
    }

    /// Segments, and the actors behind all figures where they were counted.
    fn by(
        &self,
        segments: Keyed<u32, Timed>,
        heads: Option<FunnelHeads>,
    ) -> (Option<Breakdown<FunnelSegment>>, Option<UnitHeads>) {
        let Some(FunnelHeads { candidates, total, segments: behind, trend }) = heads else {
            return (self.plan.breakdown(segments, Timed::units, |timed| self.segment(timed)), None);
        };
        let steps = self.asked.levels();
        let by = self.plan.breakdown(
            counted(segments, behind),
            |segment| segment.tally.units(),
            |Counted { tally, heads }| (self.segment(tally), heads.by_step(steps)),
        );
        let (by, segments) = split(by);
        let trend = trend.into_sorted().into_iter().map(|(day, heads)| (date_text(day), heads.by_step(steps)));
        let heads =
            UnitHeads { candidates: candidates.0, total: total.by_step(steps), by: segments, trend: trend.collect() };
        (by, Some(heads))
    }

    fn step_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.asked.level_names.iter().map(|(name, _)| name.as_str())
    }

    /// What step 1 is measured against: candidates, unless one of them may enter several times.
    fn before_first(&self, candidates: u64, entered: u64) -> Rate {
        let enters_once = self.spec.unit != FunnelUnit::Attempt && self.spec.entry != FunnelEntry::Every;
        if enters_once { Rate::new(entered, candidates) } else { Rate::default() }
    }

    fn step_results(&self, tallies: &[StepTally], candidates: u64, steps: Vec<StepPartial>) -> Vec<FunnelStepResult> {
        let of_previous = |step: usize| match step.checked_sub(1) {
            Some(before) => Rate::new(tallies[step].reached, tallies[before].reached),
            None => self.before_first(candidates, tallies[step].reached),
        };
        let parts = self.asked.required.iter().zip(tallies).zip(steps).enumerate();
        let results = parts.map(|(index, ((&place, tally), partial))| {
            let spec = &self.spec.steps[place];
            let (name, when) = &self.asked.level_names[index];
            FunnelStepResult {
                name: name.clone(),
                when: when.clone(),
                within: spec.within,
                directly: spec.directly,
                group: spec.group,
                events: partial.events.into(),
                reached: tally.reached.into(),
                stopped: tally.stopped.into(),
                open: tally.open.into(),
                of_entered: Rate::new(tally.reached, tallies[0].reached),
                of_previous: of_previous(index),
                drop_off: tally.drop_off(),
                time_from_previous_counts: if index > 0 { times::counts(&partial.from_previous) } else { Vec::new() },
                time_from_previous_us: partial.from_previous.quantiles(),
                next: (index + 1 < tallies.len()).then(|| partial.next.finish(self.event_names)),
                value: self.money.finish(partial.value),
                stopped_value: self.money.finish(partial.stopped_value),
            }
        });
        results.collect()
    }

    fn optional_results(&self, tallies: &[StepTally], optional: Vec<OptionalTally>) -> Vec<OptionalStep> {
        let results = self.asked.optional.iter().zip(optional).map(|(step, mut tally)| {
            let spec = &self.spec.steps[step.place];
            let base = tallies[step.after.min(tallies.len() - 1)].reached;
            OptionalStep {
                name: spec.name.clone(),
                when: spec.when.clone(),
                after: step.after as u64,
                attached: Rate::new(tally.from_previous.len() as u64, base),
                time_from_previous_us: Quantiles::of(&mut tally.from_previous),
            }
        });
        results.collect()
    }

    fn segment(&self, timed: Timed) -> FunnelSegment {
        let (steps, conversion) = timed.levels.named(self.step_names());
        let time_to_convert_us = timed.to_convert.quantiles();
        FunnelSegment { steps, conversion, time_to_convert_us, ..FunnelSegment::default() }
    }
}
