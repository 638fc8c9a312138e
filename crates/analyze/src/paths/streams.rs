//! Which nodes does each unit go through, in order?
//!
//! ```text
//! session_of  0 0 1 0 1
//! event       a b a a c        0: a b a    1: a c
//! ```
//!
//! Sessions may interleave, so the events of a chunk are dealt to their sessions in one pass. Where they do not, which is the
//! rule, each is at hand as a whole when the next one begins.

use std::ops::Range;

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

/// Room for the stops of a chunk, used again for the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    stops: Vec<Stop>,
    /// Where the stops of each session begin, or [`UNCHOSEN`].
    starts: Vec<usize>,
    /// Where the next stop of each session goes.
    ends: Vec<usize>,
}

/// The events of `session` if they are one after the other and all of them activity.
#[inline]
pub(super) fn whole(chunk: &ActorChunk<'_>, session: usize) -> Option<Range<usize>> {
    let sessions = &chunk.sessions;
    let events = sessions.first_event[session] as usize..sessions.last_event[session] as usize + 1;
    let own = sessions.events[session];
    (sessions.activity_events[session] == own && events.len() == own as usize).then_some(events)
}

impl Streams<'_> {
    /// Whether every session is chosen with all its events, and they are one after the other and all of them activity.
    pub(super) fn are_whole(&self) -> bool {
        let is_all = self.selection.is_everything() && self.from_us == i64::MIN;
        is_all && (0..self.chunk.sessions.first_event.len()).all(|session| whole(self.chunk, session).is_some())
    }

    /// Calls `unit` with each chosen session that has a stop, and its stops.
    pub(super) fn of_sessions(
        &self,
        stop: impl Fn(usize) -> Option<Stop>,
        room: &mut Room,
        unit: impl FnMut(usize, &[Stop]),
    ) {
        let is_all = self.selection.is_everything() && self.from_us == i64::MIN;
        if is_all && is_one_after_the_other(self.chunk.session_of) {
            self.one_after_the_other(stop, &mut room.stops, unit);
        } else {
            self.dealt(stop, room, unit);
        }
    }

    /// The same for sessions that follow each other, all of them chosen with all their events.
    fn one_after_the_other(
        &self,
        stop: impl Fn(usize) -> Option<Stop>,
        stops: &mut Vec<Stop>,
        mut unit: impl FnMut(usize, &[Stop]),
    ) {
        let chunk = self.chunk;
        let mut at_hand = NO_SESSION;
        stops.clear();
        for (event, (&session, &flags)) in chunk.session_of.iter().zip(chunk.flags).enumerate() {
            if session == NO_SESSION || flags & EventFlags::ACTIVITY == 0 {
                continue;
            }
            if session != at_hand {
                if !stops.is_empty() {
                    unit(at_hand as usize, stops);
                    stops.clear();
                }
                at_hand = session;
            }
            stops.extend(stop(event));
        }
        if !stops.is_empty() {
            unit(at_hand as usize, stops);
        }
    }

    fn dealt(&self, stop: impl Fn(usize) -> Option<Stop>, room: &mut Room, mut unit: impl FnMut(usize, &[Stop])) {
        let chunk = self.chunk;
        self.make_places(room);
        let Room { stops, starts, ends } = room;
        for (event, (&session, &flags)) in chunk.session_of.iter().zip(chunk.flags).enumerate() {
            if session == NO_SESSION || flags & EventFlags::ACTIVITY == 0 {
                continue;
            }
            let place = &mut ends[session as usize];
            if *place == UNCHOSEN || !self.selection.shows_event(event) {
                continue;
            }
            if let Some(stop) = stop(event) {
                stops[*place] = stop;
                *place += 1;
            }
        }
        let ranges = starts.iter().zip(ends).enumerate();
        ranges.filter(|(_, (start, end))| *start < *end).for_each(|(session, (start, end))| {
            unit(session, &stops[*start..*end]);
        });
    }

    /// Where the stops of each chosen session begin, with room for all its activity.
    fn make_places(&self, Room { stops, starts, ends }: &mut Room) {
        let sessions = &self.chunk.sessions;
        starts.clear();
        starts.resize(sessions.first_event.len(), UNCHOSEN);
        let mut room = 0;
        for actor in 0..self.chunk.actors() {
            for session in self.chunk.sessions_of(actor) {
                let start = self.chunk.ts[sessions.first_event[session] as usize];
                if start >= self.from_us && self.selection.allows_session(actor, session) {
                    starts[session] = room;
                    room += sessions.activity_events[session] as usize;
                }
            }
        }
        ends.clone_from(starts);
        stops.clear();
        stops.resize(room, Stop::default());
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

/// Whether no session goes on after a later one began. Sessions are numbered by actor and start.
fn is_one_after_the_other(session_of: &[u32]) -> bool {
    let mut latest = 0;
    for &session in session_of.iter().filter(|session| **session != NO_SESSION) {
        if session < latest {
            return false;
        }
        latest = session;
    }
    true
}
