//! Which level does ClickHouse's `windowFunnel` give?
//!
//! The function turns every event into one *row* per step that it satisfies, sorts the rows by (time, step), and walks
//! over them once with the newest chain per level. So one event may serve several steps, unless `strict_once` is given.
//!
//! ```text
//! steps A, A|B; event A@5      rows (5, step 1), (5, step 2): level 2, by one event
//! ```
//!
//! | mode | what it adds |
//! |---|---|
//! | `strict_deduplication` | a row of a step after the first that was reached before ends the walk |
//! | `strict_order` | once entered, a foreign event ends the walk, and so does a step whose step before was never reached |
//! | `allow_reentry` | with `strict_order`, such a step is passed over |
//! | `strict_increase` | a row must be later than the newest chain of the step before |
//! | `strict_once` | one event serves one step of a chain; all chains are kept, not the newest only |
//!
//! `strict_once` is computed without listing all chains: only in its own tick can an event be used twice, so a matching
//! within the tick decides. Checked against ClickHouse 26.9.

use std::ops::ControlFlow;

use kundresa_model::spec::funnel::{ClickhouseMode, ClickhouseModes};

use super::{Stream, bits, end_of_tick, is_in_window};

/// Most steps of `windowFunnel`.
pub const MOST_STEPS: usize = 32;

/// `windowFunnel(window, modes…)` over a number of conditions.
#[derive(Clone, Copy, Debug)]
pub struct WindowFunnel {
    /// Its modes.
    pub modes: ClickhouseModes,
    /// Number of steps.
    pub steps: usize,
    /// Longest time from step 1, inclusive, microseconds; `i64::MAX` for no limit.
    pub window_us: i64,
}

/// Working space, reused from actor to actor.
#[derive(Clone, Debug, Default)]
pub struct Buffers {
    /// Per step the newest chain that has reached it.
    newest: Vec<Option<Chain>>,
    /// The same as it was before this tick.
    before: Vec<Option<Chain>>,
    /// Which step of a matching has each event of the tick.
    owner: Vec<Option<usize>>,
    seen: Vec<bool>,
}

/// Times of the first and the last event of a chain.
#[derive(Clone, Copy, Debug)]
struct Chain {
    first: i64,
    last: i64,
}

/// Events of one tick: their time, and the steps that each satisfies.
#[derive(Clone, Copy)]
struct Tick<'a> {
    t: i64,
    masks: &'a [u64],
}

/// Ends the walk with a level.
type Walk = ControlFlow<usize>;

impl WindowFunnel {
    /// The level; 0 if no event satisfies step 1.
    pub fn level(&self, stream: Stream<'_>, buffers: &mut Buffers) -> usize {
        buffers.newest.clear();
        buffers.newest.resize(self.steps, None);
        let mut next = 0;
        while next < stream.ts.len() {
            let end = end_of_tick(stream.ts, next);
            let tick = Tick { t: stream.ts[next], masks: &stream.steps[next..end] };
            if let Walk::Break(level) = self.walk_tick(tick, buffers) {
                return level;
            }
            next = end;
        }
        top(&buffers.newest)
    }

    /// The rows of a tick by step, those of foreign events first.
    fn walk_tick(&self, tick: Tick<'_>, buffers: &mut Buffers) -> Walk {
        if self.has(ClickhouseMode::StrictOrder) && buffers.newest[0].is_some() && tick.masks.contains(&0) {
            return Walk::Break(top(&buffers.newest));
        }
        if self.has(ClickhouseMode::StrictOnce) {
            buffers.before.clone_from(&buffers.newest);
        }
        let union = tick.masks.iter().fold(0, |union, mask| union | mask);
        for step in bits(union) {
            for event in (0..tick.masks.len()).filter(|&event| tick.masks[event] >> step & 1 == 1) {
                self.walk_row(tick, step, event, buffers)?;
            }
        }
        Walk::Continue(())
    }

    fn walk_row(&self, tick: Tick<'_>, step: usize, event: usize, buffers: &mut Buffers) -> Walk {
        let newest = &mut buffers.newest;
        if step == 0 {
            newest[0] = Some(Chain { first: tick.t, last: tick.t });
            return Walk::Continue(());
        }
        if self.has(ClickhouseMode::StrictDeduplication) && newest[step].is_some() {
            return Walk::Break(top(newest));
        }
        if self.has(ClickhouseMode::StrictOrder) && newest[0].is_some() && newest[step - 1].is_none() {
            return self.out_of_turn(newest);
        }
        if self.has(ClickhouseMode::StrictOnce) {
            self.extend_once(tick, step, event, buffers);
        } else {
            self.extend(tick.t, step, newest);
        }
        let is_done = step + 1 == self.steps && buffers.newest[step].is_some();
        if is_done { Walk::Break(self.steps) } else { Walk::Continue(()) }
    }

    /// A step whose step before was never reached.
    fn out_of_turn(&self, newest: &[Option<Chain>]) -> Walk {
        if self.has(ClickhouseMode::AllowReentry) {
            return Walk::Continue(());
        }
        Walk::Break(newest.iter().position(Option::is_none).unwrap_or(self.steps))
    }

    /// The newest chain of the step before goes on, or none does.
    fn extend(&self, t: i64, step: usize, newest: &mut [Option<Chain>]) {
        let is_late = |chain: &Chain| !self.has(ClickhouseMode::StrictIncrease) || chain.last < t;
        let goes_on = newest[step - 1].filter(|chain| is_in_window(chain.first, t, self.window_us) && is_late(chain));
        if let Some(chain) = goes_on {
            newest[step] = Some(Chain { first: chain.first, last: t });
        }
    }

    /// The chain with the latest start goes on that can come to `event` without having used it.
    fn extend_once(&self, tick: Tick<'_>, step: usize, event: usize, buffers: &mut Buffers) {
        let lowest = if self.has(ClickhouseMode::StrictIncrease) { step } else { 0 };
        for origin in lowest..=step {
            let start = match origin.checked_sub(1) {
                None => tick.t,
                Some(level) => match buffers.before[level] {
                    Some(chain) => chain.first,
                    None => return,
                },
            };
            let is_better = buffers.newest[step].is_none_or(|chain| chain.first < start);
            if is_better && is_in_window(start, tick.t, self.window_us) && fits(tick, origin..step, event, buffers) {
                buffers.newest[step] = Some(Chain { first: start, last: tick.t });
            }
        }
    }

    fn has(&self, mode: ClickhouseMode) -> bool {
        self.modes.has(mode)
    }
}

/// The furthest step that any chain has reached.
fn top(newest: &[Option<Chain>]) -> usize {
    newest.iter().rposition(Option::is_some).map_or(0, |step| step + 1)
}

/// Whether the `steps` can each have an event of the tick to themselves, `event` left out.
fn fits(tick: Tick<'_>, steps: std::ops::Range<usize>, event: usize, buffers: &mut Buffers) -> bool {
    let Buffers { owner, seen, .. } = buffers;
    if steps.len() >= tick.masks.len() {
        return steps.is_empty();
    }
    owner.clear();
    owner.resize(tick.masks.len(), None);
    { steps }.all(|step| {
        seen.clear();
        seen.resize(tick.masks.len(), false);
        seen[event] = true;
        give_event(tick.masks, step, owner, seen)
    })
}

/// Finds an event for `step`, moving other steps to other events where that helps.
fn give_event(masks: &[u64], step: usize, owner: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    for event in 0..masks.len() {
        if masks[event] >> step & 1 == 0 || seen[event] {
            continue;
        }
        seen[event] = true;
        let is_free = match owner[event] {
            None => true,
            Some(other) => give_event(masks, other, owner, seen),
        };
        if is_free {
            owner[event] = Some(step);
            return true;
        }
    }
    false
}
