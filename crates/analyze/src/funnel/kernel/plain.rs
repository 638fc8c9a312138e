//! Which is the furthest step one unit reaches, where nothing but order and window counts?
//!
//! One pass over the events that satisfy any step. `starts[k]` is the latest entry time of a chain that has reached
//! level k + 1; a later start is never worse, because the window ends later. Events of one tick are taken together:
//!
//! ```text
//! steps A, B, C; W = 60      A@0  B@20  A@50  C@61
//! starts[0]                   0     0    50    50
//! starts[1]                   -     0     0     0     0 + 60 < 61, so C has no chain to extend: level 2
//! ```
//!
//! Equal to exhaustive search over all injective assignments of events to steps. Source: `docs/semantics.md#funnels`.

use kundresa_model::spec::funnel::FunnelEntry;

use super::Matches;
use super::matching::Tick;

/// Marks a level that no chain has reached.
const NONE: i64 = i64::MIN;

/// What fixes how a unit's events become a level.
#[derive(Clone, Copy, Debug)]
pub struct PlainKernel {
    /// Number of steps, 1 to 64.
    pub steps: usize,
    /// Longest time from step 1 to the last step, inclusive, microseconds; `i64::MAX` for no limit.
    pub window_us: i64,
    /// Entries are at or after this instant.
    pub from_us: i64,
    /// Which entries count.
    pub entry: FunnelEntry,
}

/// How far a unit got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Furthest step, from 1.
    pub level: usize,
    /// Latest entry time of the chains that reach that level first.
    pub start: i64,
    /// Latest entry time that counts, if the last step was not reached: the attempt whose window ends last.
    pub latest_entry: i64,
}

/// Working space of [`PlainKernel`], reused from unit to unit.
#[derive(Clone, Debug, Default)]
pub struct PlainScratch {
    starts: Vec<i64>,
    before: Vec<i64>,
    /// By level the latest entry time of a chain that has reached it; at 0 the time of the event itself.
    lone: Vec<i64>,
    tick: Tick,
}

/// Most steps and one.
const MOST_LEVELS: usize = 65;

/// Two events of one time, which [`PlainKernel::reach`] takes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie;

/// State of one pass.
struct Pass {
    reach: Reach,
    /// Latest time at which a chain may begin.
    last_entry: i64,
}

impl PlainKernel {
    /// How far the unit got, or `None` if it never entered.
    pub fn reach(&self, matches: Matches<'_>, scratch: &mut PlainScratch) -> Option<Reach> {
        let entry =
            (0..matches.ts.len()).find(|&event| matches.steps[event] & 1 != 0 && self.is_late(matches, event))?;
        let first = matches.ts[entry];
        let last_entry = if self.entry == FunnelEntry::First { first } else { i64::MAX };
        let mut pass = Pass { reach: Reach { level: 0, start: first, latest_entry: first }, last_entry };
        scratch.starts.clear();
        scratch.starts.resize(self.steps, NONE);
        let mut next = start_of_tick(matches.ts, entry);
        while next < matches.ts.len() && pass.reach.level < self.steps {
            let end = end_of_tick(matches.ts, next);
            if end - next == 1 {
                self.advance_by_event(matches.ts[next], matches.steps[next], &mut scratch.starts, &mut pass);
            } else {
                scratch.tick.fill(&matches.steps[next..end], next, self.steps);
                self.advance_by_tick(matches.ts[next], scratch, &mut pass);
            }
            next = end;
        }
        Some(pass.reach)
    }

    /// As [`Self::reach`] where every event satisfies exactly one step, without a branch for which one it is. `events` are
    /// times and steps, which count from 0.
    ///
    /// # Errors
    /// When two events that count have one time.
    #[inline]
    pub fn reach_of_lone_steps(
        &self,
        events: impl Iterator<Item = (i64, u8)>,
        PlainScratch { lone, .. }: &mut PlainScratch,
    ) -> Result<Option<Reach>, Tie> {
        lone.resize(MOST_LEVELS, NONE);
        let starts: &mut [i64; MOST_LEVELS] = lone.as_mut_slice().try_into().map_err(|_| Tie)?;
        starts[..=self.steps].fill(NONE);
        if self.entry == FunnelEntry::First {
            self.reach_of_lone::<true>(events, starts)
        } else {
            self.reach_of_lone::<false>(events, starts)
        }
    }

    #[inline]
    fn reach_of_lone<const IS_FIRST_ONLY: bool>(
        &self,
        events: impl Iterator<Item = (i64, u8)>,
        starts: &mut [i64; MOST_LEVELS],
    ) -> Result<Option<Reach>, Tie> {
        let (mut level, mut start, mut last_entry, mut before) = (0, NONE, i64::MAX, NONE);
        for (t, step) in events {
            let is_full = level == self.steps;
            // What has the time of the event that reached the last step may make for a later start.
            if t == before {
                return Err(Tie);
            }
            if is_full {
                break;
            }
            before = t;
            starts[0] = if (t >= self.from_us) & (!IS_FIRST_ONLY | (t <= last_entry)) { t } else { NONE };
            let step = usize::from(step & 63);
            let since = starts[step];
            let goes_on = (since != NONE) & (t.saturating_sub(since) <= self.window_us);
            starts[step + 1] = choose(goes_on, since, starts[step + 1]);
            let is_further = goes_on & (step >= level);
            level = if is_further { step + 1 } else { level };
            start = choose(is_further, since, start);
            if IS_FIRST_ONLY {
                last_entry = if starts[1] == NONE { i64::MAX } else { starts[1] };
            }
        }
        Ok((level > 0).then_some(Reach { level, start, latest_entry: starts[1] }))
    }

    /// Fills `positions` with the matches that serve the steps of the witness of `reach`, which must be that of these
    /// `matches`.
    ///
    /// Of the chains of that level it is the one that reaches it first, with the latest start, then each step as early
    /// as possible. Among events of equal time each step in turn has the first in the total order that leaves the others
    /// possible.
    pub fn witness(&self, matches: Matches<'_>, reach: Reach, positions: &mut Vec<usize>, scratch: &mut PlainScratch) {
        positions.clear();
        let mut next = matches.ts.partition_point(|&t| t < reach.start);
        while positions.len() < reach.level {
            let (end, done) = (end_of_tick(matches.ts, next), positions.len());
            if end - next == 1 {
                positions.extend((matches.steps[next] >> done & 1 == 1).then_some(next));
            } else {
                scratch.tick.fill(&matches.steps[next..end], next, self.steps);
                let reached = scratch.tick.longest_row(done, reach.level);
                scratch.tick.assign(done, reached, positions);
            }
            next = end;
        }
    }

    /// [`Self::witness`] of a reach that [`Self::reach_of_lone_steps`] found among these `events`: which of them serve the steps,
    /// in their order.
    #[inline]
    pub fn lone_witness(reach: Reach, events: impl Iterator<Item = (i64, u8)>, mut serves: impl FnMut(usize)) {
        let mut done = 0;
        for (place, (t, step)) in events.enumerate() {
            if usize::from(step) == done && (done > 0 || t >= reach.start) {
                serves(place);
                done += 1;
                if done == reach.level {
                    return;
                }
            }
        }
    }

    fn is_late(&self, matches: Matches<'_>, event: usize) -> bool {
        matches.ts[event] >= self.from_us
    }

    /// Whether a chain that began at `start` may still take an event at `t`.
    #[inline]
    fn is_running(&self, start: i64, t: i64) -> bool {
        start != NONE && t.saturating_sub(start) <= self.window_us
    }

    /// One event alone in its tick extends at most one level of each chain; from the top, so that it serves only once.
    #[inline]
    fn advance_by_event(&self, t: i64, mask: u64, starts: &mut [i64], pass: &mut Pass) {
        let mut rest = mask & low_bits(pass.reach.level + 1);
        while rest != 0 {
            let step = 63 - rest.leading_zeros() as usize;
            rest &= !(1 << step);
            if step == 0 {
                pass.enter(t, starts);
            } else if self.is_running(starts[step - 1], t) {
                starts[step] = starts[step - 1];
                pass.raise(step + 1, starts[step]);
            }
        }
    }

    /// Chains of every level extend as far as distinct events of the tick allow; what they reach shows after the tick.
    fn advance_by_tick(&self, t: i64, scratch: &mut PlainScratch, pass: &mut Pass) {
        let PlainScratch { starts, before, tick, .. } = scratch;
        before.clone_from(starts);
        let mut top = (0, NONE);
        for level in 0..=pass.reach.level.min(self.steps - 1) {
            let start = if level == 0 { t } else { before[level - 1] };
            if !self.is_running(start, t) || (level == 0 && t > pass.last_entry) {
                continue;
            }
            let reached = tick.longest_row(level, self.steps);
            if level == 0 && reached > 0 {
                pass.reach.latest_entry = t;
            }
            starts[level..reached].iter_mut().for_each(|known| *known = start.max(*known));
            if reached > level {
                top = top.max((reached, start));
            }
        }
        if top.0 > pass.reach.level {
            pass.raise(top.0, top.1);
        }
    }
}

impl Pass {
    #[inline]
    fn enter(&mut self, t: i64, starts: &mut [i64]) {
        if t <= self.last_entry {
            starts[0] = t;
            self.reach.latest_entry = t;
            self.raise(1, t);
        }
    }

    #[inline]
    fn raise(&mut self, level: usize, start: i64) {
        if level > self.reach.level {
            self.reach.level = level;
            self.reach.start = start;
        }
    }
}

/// One of two times without a branch, which would be guessed wrong too often.
#[inline]
fn choose(is_first: bool, first: i64, other: i64) -> i64 {
    let mask = i64::from(is_first).wrapping_neg();
    (first & mask) | (other & !mask)
}

/// A mask of the lowest `count` bits.
#[inline]
pub(super) fn low_bits(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

pub(super) fn start_of_tick(ts: &[i64], event: usize) -> usize {
    ts[..event].iter().rposition(|&t| t < ts[event]).map_or(0, |before| before + 1)
}

#[inline]
pub(super) fn end_of_tick(ts: &[i64], event: usize) -> usize {
    let ticks = ts[event + 1..].iter();
    event + 1 + ticks.take_while(|&&t| t == ts[event]).count()
}
