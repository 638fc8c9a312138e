//! Which matching events belong to which unit?
//!
//! For a plain funnel an actor's matching events are gathered once, and session units are runs of them. Where units need
//! more (places in the stream for `directly`, exclusions, keys to hold), the actor's events are first put unit by unit,
//! and then each unit takes its own. Sessions that interleave (a vendor's id is trusted) are sorted apart, keeping the
//! order within each.

use std::ops::Range;

use kundresa_model::chunk::ActorChunk;
use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;

use super::kernel::{Matches, NO_PLACE};

/// Matching events as struct of arrays; buffers are reused from actor to actor and only grow.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnitEvents {
    ts: Vec<i64>,
    steps: Vec<u64>,
    /// Filled by [`Self::take`].
    exclusions: Vec<u64>,
    /// Filled by [`Self::take`].
    places: Vec<u32>,
    event: Vec<u32>,
    /// How much of the buffers is filled.
    len: usize,
    has_exclusions: bool,
    has_places: bool,
}

/// What one event of a unit is to its funnel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// Required steps that it satisfies.
    pub(crate) steps: u64,
    /// Exclusions that it satisfies.
    pub(crate) exclusions: u64,
    /// Whether it is in the stream that `directly` looks at.
    pub(crate) is_in_stream: bool,
}

impl UnitEvents {
    /// Buffers for a funnel with or without exclusions and steps that are `directly`.
    pub(crate) fn new(has_exclusions: bool, has_places: bool) -> Self {
        Self { has_exclusions, has_places, ..Self::default() }
    }

    /// Takes those of the events `range` of `chunk` that satisfy a step of `required` and that `shows` lets through.
    ///
    /// Every event is written and most are overwritten by the next: a branch per event would be guessed wrong too often.
    #[inline]
    pub(crate) fn gather(
        &mut self,
        chunk: &ActorChunk<'_>,
        range: Range<usize>,
        (steps, required): (&[u64], u64),
        shows: impl Fn(usize) -> bool,
    ) {
        self.make_room(range.len());
        let mut len = 0;
        for event in range {
            let satisfied = steps[event] & required;
            self.ts[len] = chunk.ts[event];
            self.steps[len] = satisfied;
            self.event[len] = index32(event);
            let takes_part = (satisfied != 0) & !chunk.has(event, EventFlags::REPEATED_ORDER) & shows(event);
            len += usize::from(takes_part);
        }
        self.len = len;
    }

    fn make_room(&mut self, events: usize) {
        if self.ts.len() < events {
            self.ts.resize(events, 0);
            self.steps.resize(events, 0);
            self.event.resize(events, 0);
        }
    }

    /// Takes of `events` of `chunk`, which are one unit in its order, those that satisfy a step or an exclusion.
    ///
    /// `part` says what an event is to the funnel.
    pub(crate) fn take(&mut self, chunk: &ActorChunk<'_>, events: &[u32], part: impl Fn(usize) -> Part) {
        self.clear();
        let mut next_place = 0;
        for &event in events {
            let Part { steps, exclusions, is_in_stream } = part(event as usize);
            if steps | exclusions != 0 {
                self.ts.push(chunk.ts[event as usize]);
                self.steps.push(steps);
                self.exclusions.push(exclusions);
                self.places.push(if is_in_stream { next_place } else { NO_PLACE });
                self.event.push(event);
            }
            next_place += u32::from(is_in_stream);
        }
        self.len = self.ts.len();
    }

    fn clear(&mut self) {
        self.ts.clear();
        self.steps.clear();
        self.exclusions.clear();
        self.places.clear();
        self.event.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The gathered events in `range`.
    pub(crate) fn matches(&self, range: Range<usize>) -> Matches<'_> {
        Matches {
            exclusions: if self.has_exclusions { &self.exclusions[range.clone()] } else { &[] },
            places: if self.has_places { &self.places[range.clone()] } else { &[] },
            ts: &self.ts[range.clone()],
            steps: &self.steps[range],
        }
    }

    /// Indices in the chunk of the gathered events in `range`.
    pub(crate) fn events(&self, range: Range<usize>) -> &[u32] {
        &self.event[range]
    }

    /// Puts events of one session side by side, in their own order; events in no session come last.
    pub(crate) fn group_by_session(&mut self, session_of: &[u32]) {
        let session = |event: u32| session_of[event as usize];
        if self.event[..self.len].is_sorted_by_key(|&event| session(event)) {
            return;
        }
        let mut order: Vec<usize> = (0..self.len).collect();
        order.sort_by_key(|&position| session(self.event[position]));
        self.ts = order.iter().map(|&position| self.ts[position]).collect();
        self.steps = order.iter().map(|&position| self.steps[position]).collect();
        self.event = order.iter().map(|&position| self.event[position]).collect();
    }
}

/// The rest of `events` from `first` on that `is_same` tells to be of its unit.
pub(crate) fn run_from(events: &[u32], first: usize, is_same: impl Fn(usize, usize) -> bool) -> Range<usize> {
    let rest = events[first..].iter().take_while(|&&event| is_same(events[first] as usize, event as usize));
    first..first + rest.count()
}
