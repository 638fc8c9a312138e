//! By which events did an attempt reach its level?
//!
//! The chain is known by its start, its end (the tick in which the level is reached first) and its level. Each step is to
//! be matched as early as possible, but `within` and `directly` may make an early event a dead end. So the events are first
//! gone through from the end to the start: which of them *lead on*, that is, can be step k of a chain that gets to the end
//! in time? Then the chain takes, step by step, the first that does:
//!
//! ```text
//! steps A, B, C within 5     A@0  B@1  B@6  C@9       B@1 leads nowhere, B@6 does: A@0 B@6 C@9
//! ```
//!
//! Among events of one tick each step in turn has the first in the total order that leaves the others possible.
//!
//! - **Cost:** O(events between start and end × level). Attempts with one end share the way back, the search for the next
//!   event of a step goes on from where it was for the attempt before, and ticks of several events are kept, so that even
//!   all entries of an actor together cost O(events × steps²).

use super::directly::is_next;
use super::matching::Tick;
use super::plain::{end_of_tick, low_bits, start_of_tick};
use super::verdicts::Verdict;
use super::{Kernel, Matches, NO_PLACE};

/// Working space, reused from attempt to attempt and from unit to unit.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    /// What the rest describes: a level, the tick it is reached in, and from where on.
    level: usize,
    reached: usize,
    from: usize,
    /// From `from` on, at the first position of each tick: bit k is set if a chain of level k may go on with the tick.
    taking: Vec<u64>,
    /// From `from` on, at the first position of each tick: bit k is set if a chain may leave the tick with level k + 1.
    leaving: Vec<u64>,
    /// By level the first tick found so far, going back, with which a chain may go on.
    next: Vec<Option<usize>>,
    /// By level from where was searched last, and what was found.
    found: Vec<(usize, usize)>,
    tick: Tick,
    /// By level the last tick of several events with which a chain of that level went on.
    ticks: Vec<Crowd>,
}

/// Events of one tick, kept from chain to chain.
#[derive(Clone, Debug, Default)]
struct Crowd {
    first: usize,
    end: usize,
    tick: Tick,
}

/// Whose chain is looked for.
struct Search<'a> {
    kernel: &'a Kernel,
    matches: Matches<'a>,
    trail: &'a mut Trail,
}

impl Trail {
    /// Forgets the unit before.
    pub(super) fn clear(&mut self) {
        self.level = 0;
    }

    fn leads(&self, verdict: &Verdict) -> bool {
        let key = (self.level, self.reached);
        key == (verdict.level, verdict.attempt.reached) && verdict.attempt.start >= self.from
    }
}

impl Kernel {
    /// Fills `positions` with the chain of `verdict`. If `is_entry_fixed`, its step 1 is the very event of the entry;
    /// otherwise any event of that tick.
    pub(super) fn trace(
        &self,
        matches: Matches<'_>,
        verdict: &Verdict,
        is_entry_fixed: bool,
        trail: &mut Trail,
        positions: &mut Vec<usize>,
    ) {
        positions.clear();
        if verdict.level == 0 {
            return;
        }
        if verdict.level == 1 {
            return positions.push(verdict.attempt.entry);
        }
        let mut search = Search { kernel: self, matches, trail };
        if !search.trail.leads(verdict) {
            search.go_back(verdict);
        }
        search.go(verdict, is_entry_fixed, positions);
    }
}

impl Search<'_> {
    fn end_of_tick(&self, at: usize) -> usize {
        if self.kernel.follows_total_order() { at + 1 } else { end_of_tick(self.matches.ts, at) }
    }

    fn start_of_tick(&self, at: usize) -> usize {
        if self.kernel.follows_total_order() { at } else { start_of_tick(self.matches.ts, at) }
    }

    /// Finds out, from the end to the start, which ticks lead on.
    fn go_back(&mut self, verdict: &Verdict) {
        let (from, reached, level) = (verdict.attempt.start, verdict.attempt.reached, verdict.level);
        let mut end = self.end_of_tick(reached);
        let Trail { taking, leaving, next, found, ticks, .. } = &mut *self.trail;
        for masks in [taking, leaving] {
            masks.clear();
            masks.resize(end - from, 0);
        }
        next.clear();
        next.resize(level, None);
        found.clear();
        found.resize(level, (usize::MAX, 0));
        ticks.resize_with(level.max(ticks.len()), Crowd::default);
        ticks.iter_mut().for_each(|crowd| crowd.end = 0);
        (self.trail.level, self.trail.reached, self.trail.from) = (level, reached, from);
        while end > from {
            let first = self.start_of_tick(end - 1);
            self.mark(first, end);
            end = first;
        }
    }

    /// Marks whether chains may go on with the tick `first..end`, and leave it.
    fn mark(&mut self, first: usize, end: usize) {
        let (from, level) = (self.trail.from, self.trail.level);
        let leaving = if first == self.trail.reached { 1 << (level - 1) } else { self.leaving(first) };
        let taking = if end - first == 1 {
            self.takeable(first) & leaving & low_bits(level)
        } else {
            self.trail.tick.fill(&self.matches.steps[first..end], first, level);
            let tick = &mut self.trail.tick;
            let reaches_on = |step: &usize| leaving & low_bits(tick.longest_row(*step, level)) >> step << step != 0;
            (0..level).filter(reaches_on).fold(0, |mask, step| mask | 1 << step)
        };
        self.trail.leaving[first - from] = leaving;
        self.trail.taking[first - from] = taking;
        let marked = self.trail.next.iter_mut().enumerate().filter(|(step, _)| taking >> step & 1 == 1);
        marked.for_each(|(_, next)| *next = Some(first));
    }

    /// Steps, as bits, that the event alone in its tick satisfies, with regard to the stream of `directly`.
    fn takeable(&self, at: usize) -> u64 {
        let barred = if self.matches.place(at) == NO_PLACE { self.kernel.directly & !1 } else { 0 };
        self.matches.steps[at] & !barred
    }

    /// Levels, as bits from level 1, with which a chain may leave the tick at `first` since the ticks after it lead on.
    fn leaving(&self, first: usize) -> u64 {
        let Matches { ts, .. } = self.matches;
        let leads_on = |level: usize, next: usize| {
            let in_time = ts[next].saturating_sub(ts[first]) <= self.kernel.within_after(level);
            let places = (self.matches.place(first), self.matches.place(next));
            in_time && (!self.kernel.is_directly_after(level) || is_next(places.0, places.1))
        };
        let next = self.trail.next.iter().enumerate().skip(1);
        next.filter(|(level, next)| next.is_some_and(|next| leads_on(*level, next)))
            .fold(0, |mask, (level, _)| mask | 1 << (level - 1))
    }

    /// Takes the steps, each as early as possible.
    fn go(&mut self, verdict: &Verdict, is_entry_fixed: bool, positions: &mut Vec<usize>) {
        let (start, entry) = (verdict.attempt.start, verdict.attempt.entry);
        let fixed = is_entry_fixed.then_some(entry);
        let mut end = self.take_tick(start, fixed, positions);
        while positions.len() < verdict.level {
            let first = self.next_taking(positions.len(), end);
            end = self.take_tick(first, None, positions);
        }
    }

    /// Takes as many steps as possible with the events of the tick at `first` such that the chain may leave with them; the
    /// first of them with `fixed`, if that is given. Returns the end of the tick.
    fn take_tick(&mut self, first: usize, fixed: Option<usize>, positions: &mut Vec<usize>) -> usize {
        if self.is_alone(first) {
            positions.push(first);
            return first + 1;
        }
        self.fill(positions.len(), first);
        let Trail { ticks, leaving, from, level, .. } = &mut *self.trail;
        let Crowd { tick, end, .. } = &mut ticks[positions.len()];
        if let Some(entry) = fixed {
            tick.take_away(entry);
            positions.push(entry);
        }
        let done = positions.len();
        let reached = low_bits(tick.longest_row(done, *level)) & leaving[first - *from];
        let to = 64 - reached.leading_zeros() as usize;
        if to > done {
            tick.assign(done, to, positions);
        }
        *end
    }

    fn is_alone(&self, at: usize) -> bool {
        self.kernel.follows_total_order() || self.matches.ts.get(at + 1) != Some(&self.matches.ts[at])
    }

    /// Makes the tick at `first`, whole, the one with which a chain of `level` goes on.
    fn fill(&mut self, level: usize, first: usize) {
        let known = &mut self.trail.ticks[level];
        if known.first == first && known.end > 0 {
            return known.tick.restore();
        }
        let (end, steps) = (end_of_tick(self.matches.ts, first), self.trail.level);
        let Crowd { tick, .. } = &mut self.trail.ticks[level];
        tick.fill(&self.matches.steps[first..end], first, steps);
        tick.remember();
        (self.trail.ticks[level].first, self.trail.ticks[level].end) = (first, end);
    }

    /// First position of the first tick at or after `from` with which a chain of `level` may go on.
    fn next_taking(&mut self, level: usize, from: usize) -> usize {
        let Trail { taking, found, from: offset, .. } = &mut *self.trail;
        let (searched, at) = found[level];
        if searched <= from && from <= at {
            return at;
        }
        let takes = |at: &usize| taking[at - *offset] >> level & 1 == 1;
        let at = { from..taking.len() + *offset }.find(takes).expect("a tick that leads on is followed by another");
        found[level] = (from, at);
        at
    }
}
