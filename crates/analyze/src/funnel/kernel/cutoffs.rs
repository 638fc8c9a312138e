//! From which start on can an attempt still take its next step in time?
//!
//! A step with `within` may be taken at t by the attempts with a chain whose last event is at most that long ago. Of all
//! attempts that have reached level k, later starts have the later last events, so those in time are the ones from some
//! start on, the *cutoff*:
//!
//! ```text
//! steps A, B within 5        A@0  A@4  A@6       level 1, (cutoff, last): (A@0, 0) (A@4, 4) (A@6, 6)
//! B@7                                            (A@0, 0) has passed: B is taken by attempts from A@4 on
//! level 2                                        (A@4, 7)
//! ```
//!
//! A level keeps a queue of (cutoff, last), both rising: a new one makes those with a cutoff at or above its own
//! superfluous. Without `within` nothing passes, so one is enough.

use std::collections::VecDeque;

#[derive(Clone, Copy, Debug)]
struct Cutoff {
    start: usize,
    last: i64,
}

/// Cutoffs by level. Queues are reused and only grow.
#[derive(Clone, Debug, Default)]
pub(super) struct Cutoffs {
    /// By level; the first is not used.
    levels: Vec<VecDeque<Cutoff>>,
}

impl Cutoffs {
    pub(super) fn clear(&mut self, steps: usize) {
        self.levels.iter_mut().for_each(VecDeque::clear);
        self.levels.resize_with(steps, VecDeque::default);
    }

    /// All attempts at `level` or above that start at `start` or later have a chain that reached the level at `t`.
    ///
    /// `within_us` is that of the next step. Above the last step but one there is nothing to keep.
    pub(super) fn push(&mut self, level: usize, start: usize, t: i64, within_us: i64) {
        let Some(queue) = self.levels.get_mut(level) else { return };
        while queue.pop_back_if(|cutoff| cutoff.start >= start).is_some() {}
        if within_us < i64::MAX || queue.is_empty() {
            queue.push_back(Cutoff { start, last: t });
        }
    }

    /// The start from which on attempts at `level` or above can take their next step at `t`, `within_us` after the last.
    pub(super) fn at(&mut self, level: usize, t: i64, within_us: i64) -> Option<usize> {
        let queue = &mut self.levels[level];
        while queue.pop_front_if(|cutoff| t.saturating_sub(cutoff.last) > within_us).is_some() {}
        queue.front().map(|cutoff| cutoff.start)
    }
}
