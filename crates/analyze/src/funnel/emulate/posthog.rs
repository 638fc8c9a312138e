//! Which level does PostHog give?
//!
//! PostHog keeps one chain per step, that of the latest entry, and looks at the events tick by tick:
//!
//! - An event alone in its tick, or among events of the same steps, extends the chain of each step that it satisfies, from
//!   the last to the first, so that it serves one step only.
//! - Events of one tick that satisfy different steps are taken step by step, each event at most once in a chain. The first
//!   that fits is kept, without trying whether another one would lead further:
//!
//! ```text
//! steps A|B, A; A@7 B@7      step 1 takes A or B, the later of them stays; step 2 finds A used: level 1 (ours 2)
//! ```
//!
//! *Strict* funnels see every event of the stream. One alone in its tick clears all steps that it does not satisfy, so
//! that a chain survives only without interruption; in a tick of different events nothing is cleared.
//! The search ends in the tick in which somebody reaches the last step.

use super::{Stream, bits, bits_down, end_of_tick, is_in_window};

/// A funnel of PostHog.
#[derive(Clone, Copy, Debug)]
pub struct PosthogFunnel {
    /// What interrupts a chain.
    pub breaks: Breaks,
    /// Number of steps.
    pub steps: usize,
    /// Longest time from step 1, inclusive, microseconds; `i64::MAX` for no limit.
    pub window_us: i64,
}

/// What interrupts a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaks {
    /// Nothing: the sequential funnel.
    Nothing,
    /// Events of no step. PostHog has no such funnel; it lies between its two.
    Foreign,
    /// Every other event, those of other steps included: the strict funnel.
    Everything,
}

/// Working space, reused from actor to actor.
#[derive(Clone, Debug, Default)]
pub struct Buffers {
    /// Per number of steps reached the entry time of its chain; at 0 this tick.
    entries: Vec<Option<i64>>,
    /// Per number of steps reached the events of this tick that its chain has.
    used: Vec<Vec<usize>>,
    /// Steps of the events of a tick.
    tick: Vec<u64>,
    furthest: usize,
}

impl PosthogFunnel {
    /// The level; 0 if no event satisfies step 1.
    pub fn level(&self, stream: Stream<'_>, buffers: &mut Buffers) -> usize {
        buffers.entries.clear();
        buffers.entries.resize(self.steps + 1, None);
        buffers.used.resize(buffers.used.len().max(self.steps + 1), Vec::new());
        buffers.furthest = 0;
        let mut next = 0;
        while next < stream.ts.len() && buffers.entries[self.steps].is_none() {
            let end = end_of_tick(stream.ts, next);
            buffers.tick.clear();
            let sees = |mask: &&u64| self.breaks != Breaks::Nothing || **mask != 0;
            buffers.tick.extend(stream.steps[next..end].iter().filter(sees));
            buffers.entries[0] = Some(stream.ts[next]);
            self.take_tick(stream.ts[next], buffers);
            next = end;
        }
        buffers.furthest
    }

    fn take_tick(&self, t: i64, buffers: &mut Buffers) {
        let tick = std::mem::take(&mut buffers.tick);
        if tick.iter().all(|mask| *mask == tick[0]) {
            for &mask in &tick {
                bits_down(mask).for_each(|step| self.extend(t, step, buffers));
                self.interrupt(mask, buffers);
            }
        } else {
            self.take_mixed(t, &tick, buffers);
        }
        buffers.tick = tick;
    }

    /// Different events of one tick: step by step.
    fn take_mixed(&self, t: i64, tick: &[u64], buffers: &mut Buffers) {
        buffers.used.iter_mut().for_each(Vec::clear);
        let union = tick.iter().fold(0, |union, mask| union | mask);
        for step in bits(union) {
            for event in (0..tick.len()).filter(|&event| tick[event] >> step & 1 == 1) {
                if buffers.used[step].contains(&event) || !self.can_extend(t, step, buffers) {
                    continue;
                }
                self.extend(t, step, buffers);
                let (before, after) = buffers.used.split_at_mut(step + 1);
                after[0].clone_from(&before[step]);
                after[0].push(event);
            }
        }
    }

    fn can_extend(&self, t: i64, step: usize, buffers: &Buffers) -> bool {
        let before = buffers.entries[step];
        before.is_some_and(|entry| is_in_window(entry, t, self.window_us)) && buffers.entries[step + 1] != before
    }

    /// The chain before `step` reaches it, unless it has already.
    fn extend(&self, t: i64, step: usize, buffers: &mut Buffers) {
        if self.can_extend(t, step, buffers) {
            buffers.entries[step + 1] = buffers.entries[step];
            buffers.furthest = buffers.furthest.max(step + 1);
        }
    }

    /// Forgets what an event that satisfies the steps `mask` interrupts.
    fn interrupt(&self, mask: u64, buffers: &mut Buffers) {
        let is_break = match self.breaks {
            Breaks::Nothing => false,
            Breaks::Foreign => mask == 0,
            Breaks::Everything => true,
        };
        if is_break {
            let kept = |step: usize| mask >> step & 1 == 1;
            buffers.entries[1..]
                .iter_mut()
                .enumerate()
                .filter(|(step, _)| !kept(*step))
                .for_each(|(_, entry)| *entry = None);
        }
    }
}
