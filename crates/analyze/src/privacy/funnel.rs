//! Which figures of a funnel are hidden?
//!
//! Where every unit is an actor that counts once, counts are actors; other funnels have counted the actors behind their
//! figures, and hide them when they finish. `reached = next reached + stopped + open` in the total,
//! in every segment and in every bucket of the trend, and segments and buckets add up to the total.

use std::collections::BTreeMap;

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{
    FunnelResult, FunnelSegment, FunnelStepResult, NextActions, OpenStep, OptionalStep, StepCounts, TrendBucket,
};
use kundresa_model::result::money::Amount;
use kundresa_model::spec::funnel::{FunnelEntry, FunnelUnit};

use super::table::{CellId, Hidden, Table, is_small};
use super::{hide_quantiles, hide_rate};

/// Cells of a trend above which it is hidden as a whole: the sums of more take too long to look through.
const MOST_TREND_CELLS: usize = 3_000;

/// Actors behind reached, stopped and open per step, of funnels whose units repeat within actors.
pub(crate) struct UnitHeads {
    /// Behind what could have entered, and behind what could have but did not.
    pub(crate) candidates: [u64; 2],
    pub(crate) total: Vec<[u64; 3]>,
    /// Row by row.
    pub(crate) by: Vec<Vec<[u64; 3]>>,
    /// By first day of the bucket.
    pub(crate) trend: BTreeMap<String, Vec<[u64; 3]>>,
}

/// Hides what `threshold` asks for where units are actors that count once.
pub(super) fn protect(result: &mut FunnelResult, threshold: u64) {
    let counts_actors =
        result.unit == FunnelUnit::Actor && result.entry != FunnelEntry::Every && result.hold.is_empty();
    if counts_actors {
        hide_candidates(result, threshold);
        hide_all_of(result, None, threshold);
    }
}

/// The same of units that repeat within actors. How many actors are behind what stands beside the counts is not known, so it
/// is left out.
pub(crate) fn protect_units(result: &mut FunnelResult, heads: &UnitHeads, threshold: u64) {
    if heads.candidates.into_iter().any(|actors| is_small(actors, threshold)) {
        result.candidates = Count::HIDDEN;
    }
    for (step, [reached, ..]) in result.steps.iter_mut().zip(&heads.total) {
        (step.next, step.value, step.stopped_value) = (None, Vec::new(), Vec::new());
        step.time_from_previous_counts.clear();
        if (*reached).max(1) < threshold && step.events.is_some() {
            step.events = Count::HIDDEN;
        }
    }
    result.time_to_convert_counts.clear();
    result.optional.iter_mut().for_each(|step| step.attached = Rate::HIDDEN);
    result.open_funnel.iter_mut().for_each(|steps| hide_open_steps(steps));
    result.by.iter_mut().flat_map(|by| &mut by.rows).for_each(|row| row.figures.comparison = None);
    hide_all_of(result, Some(heads), threshold);
    for step in &mut result.optional {
        hide_quantiles(&mut step.time_from_previous_us, true, threshold);
    }
}

fn hide_all_of(result: &mut FunnelResult, heads: Option<&UnitHeads>, threshold: u64) {
    let mut table = if heads.is_some() { Table::overlapping(threshold) } else { Table::new(threshold) };
    let steps = result.steps.iter().map(|step| [step.reached, step.stopped, step.open]);
    let total = Cells::of(&mut table, steps, heads.map(|heads| &heads.total[..]));
    let rows = rows_of(result).enumerate();
    let segments: Vec<Cells> =
        rows.map(|(at, row)| Cells::of_counts(&mut table, &row.steps, heads.map(|heads| &heads.by[at][..]))).collect();
    let is_trend_small = buckets_of(result).map(|bucket| 3 * bucket.steps.len()).sum::<usize>() <= MOST_TREND_CELLS;
    let buckets = buckets_of(result).filter(|_| is_trend_small);
    let buckets: Vec<Cells> = buckets
        .map(|bucket| {
            // Nobody entered in buckets without any.
            let behind = heads.map(|heads| heads.trend.get(&bucket.start).map_or(&[][..], Vec::as_slice));
            Cells::of_counts(&mut table, &bucket.steps, behind)
        })
        .collect();
    total.adds_up(&segments, &mut table);
    total.adds_up(&buckets, &mut table);
    let hidden = table.hidden();
    hide_total(result, &total, &hidden, threshold);
    let conversion = result.conversion;
    let rows = result.by.iter_mut().flat_map(|by| &mut by.rows);
    for (row, cells) in rows.zip(&segments) {
        cells.hide(&mut row.figures.steps, &hidden);
        hide_segment(&mut row.figures, conversion, threshold);
    }
    let trend = result.trend.iter_mut().flat_map(|trend| &mut trend.buckets);
    for (index, bucket) in trend.enumerate() {
        match buckets.get(index) {
            Some(cells) => cells.hide(&mut bucket.steps, &hidden),
            None => hide_all(&mut bucket.steps),
        }
        hide_conversion(&mut bucket.conversion, &bucket.steps);
    }
}

fn rows_of(result: &FunnelResult) -> impl Iterator<Item = &FunnelSegment> {
    result.by.iter().flat_map(|by| by.rows.iter().map(|row| &row.figures))
}

fn buckets_of(result: &FunnelResult) -> impl Iterator<Item = &TrendBucket> {
    result.trend.iter().flat_map(|trend| &trend.buckets)
}

/// The cells of one funnel. At the last step nobody stops or is open, which everybody knows.
struct Cells {
    reached: Vec<CellId>,
    stopped: Vec<CellId>,
    open: Vec<CellId>,
}

impl Cells {
    /// Cells of `[reached, stopped, open]` per step, with the actors behind them where they are not actors.
    fn of(table: &mut Table, steps: impl ExactSizeIterator<Item = [Count; 3]>, behind: Option<&[[u64; 3]]>) -> Self {
        let mut cells = Self { reached: Vec::new(), stopped: Vec::new(), open: Vec::new() };
        let last = steps.len().saturating_sub(1);
        for (index, counts) in steps.enumerate() {
            let mut cell = |at: usize| match behind {
                None => table.people(counts[at]),
                Some(behind) => table.cell(counts[at].drawn(), behind.get(index).map_or(0, |actors| actors[at])),
            };
            cells.reached.push(cell(0));
            if index < last {
                cells.stopped.push(cell(1));
                cells.open.push(cell(2));
            }
        }
        for (pair, (&stopped, &open)) in cells.reached.windows(2).zip(cells.stopped.iter().zip(&cells.open)) {
            table.sum(pair[0], &[pair[1], stopped, open]);
        }
        cells
    }

    fn of_counts(table: &mut Table, steps: &[StepCounts], behind: Option<&[[u64; 3]]>) -> Self {
        Self::of(table, steps.iter().map(|step| [step.reached, step.stopped, step.open]), behind)
    }

    fn all(&self) -> impl Iterator<Item = CellId> {
        self.reached.iter().chain(&self.stopped).chain(&self.open).copied()
    }

    /// Notes that `parts` add up to this funnel, cell by cell.
    fn adds_up(&self, parts: &[Self], table: &mut Table) {
        if parts.is_empty() {
            return;
        }
        for (place, cell) in self.all().enumerate() {
            let parts: Vec<CellId> = parts.iter().filter_map(|part| part.all().nth(place)).collect();
            table.sum(cell, &parts);
        }
    }

    /// Hides the counts of step `index`.
    fn hide_step(&self, index: usize, [reached, stopped, open]: [&mut Count; 3], hidden: &Hidden) {
        for (cells, count) in [(&self.reached, reached), (&self.stopped, stopped), (&self.open, open)] {
            if let Some(&cell) = cells.get(index) {
                hidden.apply(cell, count);
            }
        }
    }

    fn hide(&self, steps: &mut [StepCounts], hidden: &Hidden) {
        for (index, step) in steps.iter_mut().enumerate() {
            self.hide_step(index, [&mut step.reached, &mut step.stopped, &mut step.open], hidden);
            hide_rate(&mut step.drop_off, &[step.reached, step.stopped, step.open]);
        }
    }
}

fn hide_all(steps: &mut [StepCounts]) {
    for step in steps {
        (step.reached, step.stopped, step.open) = (Count::HIDDEN, Count::HIDDEN, Count::HIDDEN);
        step.drop_off = Rate::HIDDEN;
    }
}

fn hide_conversion(conversion: &mut Rate, steps: &[StepCounts]) {
    let ends = [steps.first(), steps.last()].into_iter().flatten();
    hide_rate(conversion, &ends.map(|step| step.reached).collect::<Vec<_>>());
}

fn hide_segment(segment: &mut FunnelSegment, total: Rate, threshold: u64) {
    hide_conversion(&mut segment.conversion, &segment.steps);
    let is_last_hidden = segment.steps.last().is_some_and(|step| step.reached.is_hidden());
    hide_quantiles(&mut segment.time_to_convert_us, is_last_hidden, threshold);
    if segment.conversion.is_hidden() {
        segment.conversion_interval = None;
    }
    let tells_little = |comparison: &kundresa_model::result::statistics::Comparison| {
        !segment.conversion.is_hidden()
            && !total.is_hidden()
            && !is_small(comparison.others.numerator, threshold)
            && !is_small(comparison.others.denominator, threshold)
    };
    segment.comparison = segment.comparison.take().filter(tells_little);
}

fn hide_candidates(result: &mut FunnelResult, threshold: u64) {
    let candidates = result.candidates.drawn();
    let never_entered = candidates - result.steps.first().map_or(0, |step| step.reached.drawn());
    if is_small(candidates, threshold) || is_small(never_entered, threshold) {
        result.candidates = Count::HIDDEN;
    }
}

fn hide_total(result: &mut FunnelResult, cells: &Cells, hidden: &Hidden, threshold: u64) {
    for (index, step) in result.steps.iter_mut().enumerate() {
        let reached = step.reached.drawn();
        cells.hide_step(index, [&mut step.reached, &mut step.stopped, &mut step.open], hidden);
        hide_step(step, reached, threshold);
    }
    hide_rates_of_steps(result);
    let reached: Vec<Count> = result.steps.iter().map(|step| step.reached).collect();
    let last = reached.last().copied().unwrap_or_default();
    hide_rate(&mut result.conversion, &[reached.first().copied().unwrap_or_default(), last]);
    if result.conversion.is_hidden() {
        result.conversion_interval = None;
    }
    hide_quantiles(&mut result.time_to_convert_us, last.is_hidden(), threshold);
    hide_histogram(&mut result.time_to_convert_counts, last.is_hidden(), threshold);
    for step in &mut result.optional {
        let base = usize::try_from(step.after).ok().and_then(|after| reached.get(after)).copied().unwrap_or(last);
        hide_optional(step, base, threshold);
    }
    let is_any_hidden = cells.all().any(|cell| hidden.is_hidden(cell));
    if let Some(open) = &mut result.open_funnel {
        hide_open(open, is_any_hidden, threshold);
    }
}

fn hide_rates_of_steps(result: &mut FunnelResult) {
    let mut before = result.candidates;
    let entered = result.steps.first().map_or(Count::default(), |step| step.reached);
    for step in &mut result.steps {
        hide_rate(&mut step.of_entered, &[step.reached, entered]);
        hide_rate(&mut step.of_previous, &[step.reached, before]);
        hide_rate(&mut step.drop_off, &[step.reached, step.stopped, step.open]);
        before = step.reached;
    }
}

/// What is beside the counts of a step that `reached` actors really reached.
fn hide_step(step: &mut FunnelStepResult, reached: u64, threshold: u64) {
    let is_hidden = step.reached.is_hidden();
    // Events are of candidates; only of those that reached the step it is known how many they are.
    let may_be_of_few = reached.max(1) < threshold && step.events.is_some();
    if is_hidden || may_be_of_few {
        step.events = Count::HIDDEN;
    }
    hide_quantiles(&mut step.time_from_previous_us, is_hidden, threshold);
    hide_histogram(&mut step.time_from_previous_counts, is_hidden, threshold);
    let is_stopped_hidden = step.stopped.is_hidden();
    step.next = step.next.take().filter(|_| !is_stopped_hidden).and_then(|next| next_actions(next, threshold));
    if is_hidden || is_stopped_hidden || step.open.is_hidden() {
        step.value.clear();
    }
    hide_values(step, threshold);
}

/// Left out unless every span has many actors or none.
fn hide_histogram(counts: &mut Vec<u64>, is_hidden: bool, threshold: u64) {
    if is_hidden || counts.iter().any(|&count| is_small(count, threshold)) {
        counts.clear();
    }
}

/// The actions of many; rarer ones are part of the rest, which takes in more of them until it is no small group either.
/// `None` where a small group can't be hidden among others.
fn next_actions(mut next: NextActions, threshold: u64) -> Option<NextActions> {
    let is_rest_small = |next: &NextActions| is_small(next.other, threshold);
    while next.actions.last().is_some_and(|action| action.units < threshold || is_rest_small(&next)) {
        next.other += next.actions.pop().map_or(0, |action| action.units);
        next.other_names += 1;
    }
    (!is_rest_small(&next) && !is_small(next.nothing_more, threshold)).then_some(next)
}

/// Amounts of few actors, and those that leave over amounts of few, are left out.
fn hide_values(step: &mut FunnelStepResult, threshold: u64) {
    step.value.retain(|amount| amount.n >= threshold);
    let value = &step.value;
    let is_shown = |stopped: &Amount| {
        let all = value.iter().find(|amount| amount.currency == stopped.currency);
        all.is_some_and(|all| stopped.n >= threshold && !is_small(all.n - stopped.n, threshold))
    };
    step.stopped_value.retain(is_shown);
}

/// A share tells those with the step and those without it.
fn hide_optional(step: &mut OptionalStep, base: Count, threshold: u64) {
    let Rate { numerator, denominator, .. } = step.attached;
    if base.is_hidden() || is_small(numerator, threshold) || is_small(denominator - numerator, threshold) {
        step.attached = Rate::HIDDEN;
    }
    hide_quantiles(&mut step.time_from_previous_us, step.attached.is_hidden(), threshold);
}

/// The open funnel shares many of its counts with the chains, so it is shown as a whole or not at all.
fn hide_open(steps: &mut [OpenStep], is_any_hidden: bool, threshold: u64) {
    let is_few = |step: &OpenStep| {
        [step.units.drawn(), step.entered_here.drawn(), step.continued.numerator]
            .into_iter()
            .any(|actors| is_small(actors, threshold))
    };
    if is_any_hidden || steps.iter().any(is_few) {
        hide_open_steps(steps);
    }
}

fn hide_open_steps(steps: &mut [OpenStep]) {
    for step in steps {
        (step.units, step.entered_here, step.continued) = (Count::HIDDEN, Count::HIDDEN, Rate::HIDDEN);
    }
}
