//! Which attempts are still in the running, and which level has each reached?
//!
//! One queue per level, each with rising starts. An attempt that a later one has overtaken never rises again; it is *stuck*
//! and set aside as soon as it would be passed over. So the queues of the others, the *live* ones, follow each other:
//!
//! ```text
//! steps A, B within 5, C     A@0  A@4  B@7  A@8
//! level 2, live                             A@4        the latest starts have the lowest levels
//! level 1, live                             A@8
//! level 1, stuck                            A@0        B came more than 5 after it, and A@4 has overtaken it
//! ```
//!
//! Why it never rises again: let a start before b, and let b have reached level i by events that a could not use. If a
//! chain of a still reached i later, it would have to be behind b's chain somewhere and ahead of it before; at that place a
//! could have gone over to b's events, with a shorter gap, and have been at i by the same time. So every attempt that ever
//! reaches a level reaches it no later than all that start after it.
//!
//! Each attempt moves at most once per level, whatever their number: O(events × steps) in all.

use std::collections::VecDeque;

/// Chains that share their step 1 (its time or, where the total order decides, its event).
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    /// Position of the first match of the tick it starts in: attempts that start later have greater ones.
    pub(super) start: usize,
    /// Position of the match that is its step 1; that of `start` unless every entry counts.
    pub(super) entry: usize,
    /// Entry time.
    pub(super) since: i64,
    /// Position of the first match of the tick in which it reached its level.
    pub(super) reached: usize,
}

/// Attempts that have a start in this range, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Attempts by level. Queues are reused and only grow.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    /// By level; the first is not used.
    live: Vec<VecDeque<Attempt>>,
    stuck: Vec<VecDeque<Attempt>>,
    /// No attempt started before this instant.
    oldest: i64,
}

impl Standing {
    /// Forgets all attempts and takes those at a funnel of `steps` steps.
    pub(super) fn clear(&mut self, steps: usize) {
        for queues in [&mut self.live, &mut self.stuck] {
            queues.iter_mut().for_each(VecDeque::clear);
            queues.resize_with(steps, VecDeque::default);
        }
        self.oldest = i64::MAX;
    }

    /// Adds an attempt that starts later than all others, or with them, at a `level` below the last.
    pub(super) fn enter(&mut self, attempt: Attempt, level: usize) {
        self.oldest = self.oldest.min(attempt.since);
        self.live[level].push_back(attempt);
    }

    /// The greatest start of a live attempt at `level` or above.
    pub(super) fn latest_from(&self, level: usize) -> Option<usize> {
        self.live[level..].iter().find_map(VecDeque::back).map(|attempt| attempt.start)
    }

    /// Raises those at `level` that start in `span` by one; those before it are stuck. At the last step they `leave`.
    pub(super) fn raise(&mut self, level: usize, span: Span, at: usize, mut leave: impl FnMut(Attempt)) {
        while let Some(attempt) = self.live[level].pop_front_if(|attempt| attempt.start < span.from) {
            self.stuck[level].push_back(attempt);
        }
        while let Some(attempt) = self.live[level].pop_front_if(|attempt| attempt.start <= span.to) {
            let attempt = Attempt { reached: at, ..attempt };
            match self.live.get_mut(level + 1) {
                Some(next) => next.push_back(attempt),
                None => leave(attempt),
            }
        }
    }

    /// Raises those at `level` to what `target` says, which never falls with later starts and is at least `level`. At the
    /// last step they `leave`.
    pub(super) fn raise_to(
        &mut self,
        level: usize,
        at: usize,
        target: impl Fn(&Attempt) -> usize,
        mut leave: impl FnMut(Attempt),
    ) {
        let is_raised = |attempt: &Attempt| target(attempt) > level;
        if !self.live[level].back().is_some_and(is_raised) {
            return;
        }
        while let Some(attempt) = self.live[level].pop_front() {
            let reached = target(&attempt);
            if reached == level {
                self.stuck[level].push_back(attempt);
                continue;
            }
            let attempt = Attempt { reached: at, ..attempt };
            match self.live.get_mut(reached) {
                Some(queue) => queue.push_back(attempt),
                None => leave(attempt),
            }
        }
    }

    /// Those whose window of `window_us` is over at `t` `leave` with their level.
    pub(super) fn expire(&mut self, t: i64, window_us: i64, mut leave: impl FnMut(Attempt, usize)) {
        let is_over = |since: i64| t.saturating_sub(since) > window_us;
        if self.oldest == i64::MAX || !is_over(self.oldest) {
            return;
        }
        self.oldest = i64::MAX;
        for queues in [&mut self.live, &mut self.stuck] {
            for (level, queue) in queues.iter_mut().enumerate() {
                while let Some(attempt) = queue.pop_front_if(|attempt| is_over(attempt.since)) {
                    leave(attempt, level);
                }
                self.oldest = queue.front().map_or(self.oldest, |attempt| attempt.since.min(self.oldest));
            }
        }
    }

    /// All at `level` `leave`.
    pub(super) fn drain(&mut self, level: usize, mut leave: impl FnMut(Attempt)) {
        self.live[level].drain(..).for_each(&mut leave);
        self.stuck[level].drain(..).for_each(&mut leave);
    }
}
