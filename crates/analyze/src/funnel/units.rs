//! Which matching events belong to which unit?
//!
//! An actor's matching events are gathered once. For session units they are taken session by session; where sessions
//! interleave (a vendor's id is trusted) they are first sorted by session, keeping the order within each.

use std::ops::Range;

use kundresa_model::chunk::ActorChunk;
use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;

use super::kernel::Matches;

/// Matching events of one actor as struct of arrays; buffers are reused from actor to actor and only grow.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnitEvents {
    ts: Vec<i64>,
    steps: Vec<u64>,
    event: Vec<u32>,
    /// How much of the buffers is filled.
    len: usize,
}

impl UnitEvents {
    /// Takes those of the events `range` of `chunk` that satisfy a step and that `shows` lets through.
    ///
    /// Every event is written and most are overwritten by the next: a branch per event would be guessed wrong too often.
    #[inline]
    pub(crate) fn gather(
        &mut self,
        chunk: &ActorChunk<'_>,
        range: Range<usize>,
        steps: &[u64],
        shows: impl Fn(usize) -> bool,
    ) {
        self.make_room(range.len());
        let mut len = 0;
        for event in range {
            self.ts[len] = chunk.ts[event];
            self.steps[len] = steps[event];
            self.event[len] = index32(event);
            let takes_part = (steps[event] != 0) & !chunk.has(event, EventFlags::REPEATED_ORDER) & shows(event);
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

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The gathered events in `range`.
    pub(crate) fn matches(&self, range: Range<usize>) -> Matches<'_> {
        Matches { ts: &self.ts[range.clone()], steps: &self.steps[range] }
    }

    /// Index in the chunk of the gathered event at `position`.
    pub(crate) fn event(&self, position: usize) -> usize {
        self.event[position] as usize
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

    /// The session of the event at `first` and the range of events it has from there on.
    pub(crate) fn session_run(&self, first: usize, session_of: &[u32]) -> (u32, Range<usize>) {
        let session = |position: usize| session_of[self.event(position)];
        let rest = (first..self.len()).take_while(|&position| session(position) == session(first));
        (session(first), first..first + rest.count())
    }
}
