//! How long was somebody active in a phase, absences left out?

use kundresa_model::chunk::{ActorChunk, NO_SESSION, UNCLASSIFIED};
use kundresa_model::phase::Taxonomy;

/// A walk over the visits of one chunk, in their order.
pub(super) struct ActiveWalk<'a> {
    pub(super) chunk: &'a ActorChunk<'a>,
    /// Per session: one more than the visit that was last seen in it, and when.
    seen: Vec<(usize, i64)>,
}

impl<'a> ActiveWalk<'a> {
    pub(super) fn new(chunk: &'a ActorChunk<'a>) -> Self {
        Self { chunk, seen: vec![(0, 0); chunk.sessions.first_event.len()] }
    }

    /// Events in the phase of `visit`, and the time from the first to the last of them summed over its sessions.
    ///
    /// Sessions may interleave, so each remembers its own latest event. Events in no session take no time.
    pub(super) fn events_and_active_time(&mut self, visit: usize, taxonomy: &Taxonomy) -> (u64, i64) {
        let (chunk, visits) = (self.chunk, &self.chunk.visits);
        let (mut events, mut active) = (0, 0);
        for event in visits.first_event[visit] as usize..=visits.last_event[visit] as usize {
            let observed = chunk.observed[event];
            if observed == UNCLASSIFIED || taxonomy.of_canonical[usize::from(observed)] != visits.phase[visit] {
                continue;
            }
            events += 1;
            if chunk.session_of[event] == NO_SESSION {
                continue;
            }
            let (seen_in, seen_at) = &mut self.seen[chunk.session_of[event] as usize];
            if *seen_in == visit + 1 {
                active += chunk.ts[event] - *seen_at;
            }
            (*seen_in, *seen_at) = (visit + 1, chunk.ts[event]);
        }
        (events, active)
    }
}
