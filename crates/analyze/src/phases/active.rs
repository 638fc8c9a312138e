//! How long was somebody active in a phase, absences left out?

use kundresa_model::chunk::{ActorChunk, NO_SESSION, UNCLASSIFIED};
use kundresa_model::index::index32;

/// Per session: one more than the visit that was last left for another session there, and when it was last seen.
pub(super) type Seen = Vec<(u32, i64)>;

/// A walk over the visits of one chunk, in their order.
pub(super) struct ActiveWalk<'a> {
    pub(super) chunk: &'a ActorChunk<'a>,
    /// Whether no session begins before the one before it has ended, and all events are in one.
    is_in_turn: bool,
    pub(super) seen: Seen,
}

impl<'a> ActiveWalk<'a> {
    /// With `seen` for a buffer.
    pub(super) fn new(chunk: &'a ActorChunk<'a>, mut seen: Seen) -> Self {
        seen.clear();
        seen.resize(chunk.sessions.first_event.len(), (0, 0));
        Self { chunk, is_in_turn: chunk.session_of.is_sorted() && !chunk.session_of.ends_with(&[NO_SESSION]), seen }
    }

    /// Events in the phase of `visit`, and the time from the first to the last of them summed over its sessions.
    ///
    /// Sessions may interleave, so each that is left remembers its own latest event. Events in no session take no time. Those
    /// that have a phase at all have that of the visit, since a visit is a run of one phase.
    pub(super) fn events_and_active_time(&mut self, visit: usize) -> (u64, i64) {
        let chunk = self.chunk;
        let [first, last] = [chunk.visits.first_event, chunk.visits.last_event].map(|events| events[visit] as usize);
        if first == last {
            return (1, 0);
        }
        if self.is_in_turn && chunk.session_of[first] == chunk.session_of[last] {
            let events = chunk.observed[first..=last].iter().filter(|phase| **phase != UNCLASSIFIED).count();
            return (events as u64, chunk.ts[last] - chunk.ts[first]);
        }
        let number = index32(visit + 1);
        let (mut events, mut active) = (0, 0);
        let (mut session, mut latest) = (NO_SESSION, 0);
        for event in (first..=last).filter(|&event| chunk.observed[event] != UNCLASSIFIED) {
            events += 1;
            let (own, ts) = (chunk.session_of[event], chunk.ts[event]);
            if own == NO_SESSION {
                continue;
            }
            if own == session {
                active += ts - latest;
            } else {
                if let Some(left) = self.seen.get_mut(session as usize) {
                    *left = (number, latest);
                }
                let (seen_in, seen_at) = self.seen[own as usize];
                active += if seen_in == number { ts - seen_at } else { 0 };
                session = own;
            }
            latest = ts;
        }
        (events, active)
    }
}
