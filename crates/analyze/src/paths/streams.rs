//! Which nodes does each unit go through, in order?
//!
//! ```text
//! session_of  0 0 1 0 1
//! event       a b a a c        0: a b a    1: a c
//! ```
//!
//! Sessions may interleave, so the events of a chunk are dealt to their sessions in one pass.

use kundresa_model::chunk::{ActorChunk, NO_SESSION};
use kundresa_model::event_table::EventFlags;

use crate::scope::Selection;

/// Place of a session that is not chosen.
const UNCHOSEN: usize = usize::MAX;

/// One event on the way of a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stop {
    /// Code of the event name or page.
    pub(super) code: u32,
    /// Whether paths go through it; otherwise they can only begin there.
    pub(super) is_node: bool,
    /// Whether it matches the anchor.
    pub(super) is_anchor: bool,
}

/// Stops of the units of one chunk.
pub(super) struct Streams<'a> {
    pub(super) chunk: &'a ActorChunk<'a>,
    pub(super) selection: &'a Selection,
    pub(super) from_us: i64,
}

impl Streams<'_> {
    /// Calls `unit` with each chosen session that has a stop, and its stops.
    pub(super) fn of_sessions(&self, stop: impl Fn(usize) -> Option<Stop>, mut unit: impl FnMut(usize, &[Stop])) {
        let chunk = self.chunk;
        let (mut places, room) = self.places();
        let starts = places.clone();
        let mut stops = vec![Stop::default(); room];
        for (event, (&session, &flags)) in chunk.session_of.iter().zip(chunk.flags).enumerate() {
            if session == NO_SESSION || flags & EventFlags::ACTIVITY == 0 {
                continue;
            }
            let place = &mut places[session as usize];
            if *place == UNCHOSEN || !self.selection.shows_event(event) {
                continue;
            }
            if let Some(stop) = stop(event) {
                stops[*place] = stop;
                *place += 1;
            }
        }
        let ranges = starts.into_iter().zip(places).enumerate();
        ranges.filter(|(_, (start, end))| start < end).for_each(|(session, (start, end))| {
            unit(session, &stops[start..end]);
        });
    }

    /// Where the stops of each chosen session begin, with room for all its activity, and the room for all.
    fn places(&self) -> (Vec<usize>, usize) {
        let sessions = &self.chunk.sessions;
        let mut places = vec![UNCHOSEN; sessions.first_event.len()];
        let mut room = 0;
        for actor in 0..self.chunk.actors() {
            for session in self.chunk.sessions_of(actor) {
                let start = self.chunk.ts[sessions.first_event[session] as usize];
                if start >= self.from_us && self.selection.allows_session(actor, session) {
                    places[session] = room;
                    room += sessions.activity_events[session] as usize;
                }
            }
        }
        (places, room)
    }

    /// Calls `unit` with each actor that has a stop from `--from` on, and its stops.
    pub(super) fn of_actors(&self, stop: impl Fn(usize) -> Option<Stop>, mut unit: impl FnMut(usize, &[Stop])) {
        let chunk = self.chunk;
        let mut stops = Vec::new();
        for actor in 0..chunk.actors() {
            stops.clear();
            let takes_part = |event: &usize| {
                chunk.has(*event, EventFlags::ACTIVITY)
                    && chunk.ts[*event] >= self.from_us
                    && self.selection.has_event(chunk, actor, *event)
            };
            stops.extend(chunk.events_of(actor).filter(takes_part).filter_map(&stop));
            if !stops.is_empty() {
                unit(actor, &stops);
            }
        }
    }
}
