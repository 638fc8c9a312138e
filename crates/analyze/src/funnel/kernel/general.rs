//! Which is the furthest step of every attempt, with `within`, `directly` and exclusions, in any combination?
//!
//! One pass, tick by tick. An *attempt* is an entry time, with all chains that start then. Where a step is `directly`, the
//! total order decides throughout: every event is a tick of its own and every entry event an attempt; W and `within` stay
//! times. In each tick
//!
//! 1. attempts whose window has passed leave;
//! 2. attempts rise: from each level by as many steps as distinct events of the tick allow. Those that can take the step in
//!    time are the ones from a [cutoff](super::cutoffs) on, or the ones [directly](super::directly) before;
//! 3. a new attempt enters;
//! 4. exclusions end attempts of certain levels.
//!
//! Whoever leaves gets a [verdict](super::verdicts). Nothing is kept per attempt but its start and its
//! [level](super::standing), so that exclusions cost no more than the rest.
//!
//! - **Cost:** O(events × steps) where times differ or the total order decides; in ticks of several events a matching per
//!   level. Memory: one record per attempt whose window is open.
//! - **Source:** `docs/semantics.md#funnels`.

use std::ops::Range;

use kundresa_model::spec::funnel::FunnelEntry;

use super::cutoffs::Cutoffs;
use super::directly::Adjacent;
use super::matching::{Tick, steps_of};
use super::plain::{end_of_tick, start_of_tick};
use super::standing::{Attempt, Span, Standing};
use super::verdicts::Verdicts;
use super::{Kernel, Matches};

/// Working space of a pass, reused from unit to unit.
#[derive(Clone, Debug, Default)]
pub(super) struct General {
    standing: Standing,
    cutoffs: Cutoffs,
    adjacent: Adjacent,
    pub(super) verdicts: Verdicts,
    tick: Tick,
    /// By level, in a tick of several events: from which start on attempts rise, and up to which level.
    rises: Vec<Rise>,
    /// By steps that an event satisfies: the level its attempt has at the end of the tick.
    entered: Vec<(u64, usize)>,
}

#[derive(Clone, Copy, Debug)]
struct Rise {
    from: usize,
    to: usize,
}

/// One pass over the matches of a unit.
struct Pass<'a> {
    kernel: &'a Kernel,
    matches: Matches<'a>,
    state: &'a mut General,
    /// Entries lie before this position.
    entries_end: usize,
    is_done: bool,
}

impl Kernel {
    /// Fills the verdicts of `state`; `false` if there was no entry.
    pub(super) fn judge(&self, matches: Matches<'_>, state: &mut General) -> bool {
        let is_entry = |at: &usize| matches.steps[*at] & 1 != 0 && matches.ts[*at] >= self.from_us;
        let Some(entry) = (0..matches.ts.len()).find(is_entry) else { return false };
        let first = self.tick_at(matches, entry);
        state.standing.clear(self.steps);
        state.cutoffs.clear(self.steps);
        state.adjacent.clear(self.steps);
        state.verdicts.clear(self.entry == FunnelEntry::Every, self.on_exclusion);
        let entries_end = if self.entry == FunnelEntry::First { first.end } else { usize::MAX };
        Pass { kernel: self, matches, state, entries_end, is_done: false }.run(first.start);
        true
    }

    /// Whether every event is a tick of its own.
    pub(super) fn follows_total_order(&self) -> bool {
        self.directly & !1 != 0
    }

    /// Positions of the tick that the match at `at` is in.
    pub(super) fn tick_at(&self, matches: Matches<'_>, at: usize) -> Range<usize> {
        if self.follows_total_order() { at..at + 1 } else { start_of_tick(matches.ts, at)..end_of_tick(matches.ts, at) }
    }

    /// Longest time between the step that reaches `level` and the next.
    pub(super) fn within_after(&self, level: usize) -> i64 {
        self.within_us.get(level).copied().unwrap_or(i64::MAX)
    }

    pub(super) fn is_directly_after(&self, level: usize) -> bool {
        level < self.steps && self.directly >> level & 1 == 1
    }
}

impl Pass<'_> {
    fn run(&mut self, first: usize) {
        let mut next = first;
        while next < self.matches.ts.len() && !self.is_done {
            let end = if self.kernel.follows_total_order() { next + 1 } else { end_of_tick(self.matches.ts, next) };
            let General { standing, verdicts, .. } = &mut *self.state;
            let survive = |attempt, level| verdicts.survive(attempt, level);
            standing.expire(self.matches.ts[next], self.kernel.window_us, survive);
            if end - next == 1 {
                self.rise_by_event(next);
            } else {
                self.rise_by_tick(next, end);
            }
            self.exclude(next..end);
            next = end;
        }
        let General { standing, verdicts, .. } = &mut *self.state;
        (1..self.kernel.steps).for_each(|level| standing.drain(level, |attempt| verdicts.survive(attempt, level)));
    }

    /// One event takes each attempt at most one level further; from the top, so that it serves only once.
    fn rise_by_event(&mut self, at: usize) {
        let mut rest = self.matches.steps[at];
        while rest != 0 {
            let level = 63 - rest.leading_zeros() as usize;
            rest &= !(1 << level);
            if level > 0 {
                self.rise_from(level, at);
            } else if self.may_enter(at) {
                self.enter(at, at, 1);
                self.keep(1, Span { from: at, to: at }, at);
            }
        }
    }

    fn rise_from(&mut self, level: usize, at: usize) {
        let Some(latest) = self.state.standing.latest_from(level) else { return };
        let Some(span) = self.who_can_rise(level, at) else { return };
        let Self { kernel, state, is_done, .. } = self;
        let General { standing, verdicts, .. } = &mut **state;
        standing.raise(level, span, at, |attempt| {
            verdicts.survive(attempt, kernel.steps);
            *is_done = kernel.entry != FunnelEntry::Every;
        });
        self.keep(level + 1, Span { to: span.to.min(latest), ..span }, at);
    }

    /// Attempts at `level` or above that can take the next step with the event at `at`.
    fn who_can_rise(&mut self, level: usize, at: usize) -> Option<Span> {
        let (t, within_us) = (self.matches.ts[at], self.kernel.within_after(level));
        if self.kernel.is_directly_after(level) {
            return self.state.adjacent.before(level, self.matches.place(at), t, within_us);
        }
        self.state.cutoffs.at(level, t, within_us).map(|from| Span { from, to: usize::MAX })
    }

    /// Remembers that the attempts in `span` reached `level` with the event at `at`, for their next step.
    fn keep(&mut self, level: usize, span: Span, at: usize) {
        let t = self.matches.ts[at];
        if self.kernel.is_directly_after(level) {
            self.state.adjacent.set(level, span, self.matches.place(at), t);
        } else {
            self.state.cutoffs.push(level, span.from, t, self.kernel.within_after(level));
        }
    }

    /// Ends the attempts that exclusions in the tick at `positions` exclude.
    fn exclude(&mut self, positions: Range<usize>) {
        let Matches { steps, exclusions, .. } = self.matches;
        if exclusions.is_empty() {
            return;
        }
        let levels = self.kernel.levels_ended_by(&steps[positions.clone()], &exclusions[positions]);
        let General { standing, verdicts, .. } = &mut *self.state;
        steps_of(levels).for_each(|level| standing.drain(level, |attempt| verdicts.end(attempt, level)));
    }

    fn may_enter(&self, at: usize) -> bool {
        at < self.entries_end && self.matches.ts[at] >= self.kernel.from_us
    }

    /// Opens an attempt with the event at `entry`, in the tick that begins at `start`, at the end of which it is at `level`.
    fn enter(&mut self, start: usize, entry: usize, level: usize) {
        let attempt = Attempt { start, entry, since: self.matches.ts[start], reached: start };
        if level == self.kernel.steps {
            self.state.verdicts.survive(attempt, level);
            self.is_done = self.kernel.entry != FunnelEntry::Every;
        } else {
            self.state.standing.enter(attempt, level);
        }
    }

    /// Attempts of every level rise as far as distinct events of the tick allow, and a new one enters.
    fn rise_by_tick(&mut self, first: usize, end: usize) {
        self.state.tick.fill(&self.matches.steps[first..end], first, self.kernel.steps);
        self.find_rises(first);
        let Self { kernel, state, is_done, .. } = self;
        let General { standing, verdicts, rises, .. } = &mut **state;
        for level in (1..kernel.steps).rev() {
            let target = |attempt: &Attempt| target(&rises[1..=level], attempt.start).max(level);
            standing.raise_to(level, first, target, |attempt| {
                verdicts.survive(attempt, kernel.steps);
                *is_done = kernel.entry != FunnelEntry::Every;
            });
        }
        if self.state.rises[0].to > 0 {
            self.enter_by_tick(first, end);
        }
        self.keep_rises(first);
    }

    /// From which start on attempts of each level rise, and how far; from level 0 only the new attempt does.
    fn find_rises(&mut self, first: usize) {
        let t = self.matches.ts[first];
        let may_enter = self.may_enter(first);
        let General { cutoffs, tick, rises, .. } = &mut *self.state;
        rises.clear();
        for level in 0..self.kernel.steps {
            let from = match level {
                0 => may_enter.then_some(first),
                _ => cutoffs.at(level, t, self.kernel.within_after(level)),
            };
            let rise = from.map(|from| Rise { from, to: tick.longest_row(level, self.kernel.steps) });
            rises.push(rise.unwrap_or(Rise { from: usize::MAX, to: level }));
        }
    }

    /// Lets the entries of a tick in: as one attempt, or each as its own, those that get furthest at once first.
    fn enter_by_tick(&mut self, first: usize, end: usize) {
        if self.kernel.entry != FunnelEntry::Every {
            let entry = (first..end).find(|&at| self.matches.steps[at] & 1 == 1).unwrap_or(first);
            return self.enter(first, entry, self.state.rises[0].to);
        }
        self.state.entered.clear();
        for at in first..end {
            let mask = self.matches.steps[at];
            if mask & 1 == 0 {
                continue;
            }
            let known = self.state.entered.iter().find(|(other, _)| *other == mask).map(|(_, level)| *level);
            let level = known.unwrap_or_else(|| self.level_without(at, first, end));
            self.enter(first, at, level);
        }
    }

    /// The level at the end of the tick of an attempt whose step 1 is the event at `entry`.
    fn level_without(&mut self, entry: usize, first: usize, end: usize) -> usize {
        let General { tick, entered, .. } = &mut *self.state;
        tick.fill(&self.matches.steps[first..end], first, self.kernel.steps);
        tick.take_away(entry);
        let level = tick.longest_row(1, self.kernel.steps);
        entered.push((self.matches.steps[entry], level));
        level
    }

    fn keep_rises(&mut self, first: usize) {
        for level in 1..self.kernel.steps {
            let rises = self.state.rises[..level].iter().filter(|rise| rise.to >= level);
            if let Some(from) = rises.map(|rise| rise.from).min() {
                self.keep(level, Span { from, to: usize::MAX }, first);
            }
        }
    }
}

/// The greatest level that one of `rises` takes an attempt with this `start` to.
fn target(rises: &[Rise], start: usize) -> usize {
    rises.iter().filter(|rise| rise.from <= start).map(|rise| rise.to).max().unwrap_or(0)
}
