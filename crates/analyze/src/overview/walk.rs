//! What does one chunk of actors add up to?
//!
//! One pass over the events of an actor keeps notes on its sessions (landing and exit page, channel, whether they were
//! engaged), which always speak of the whole session, and counts the chosen events. Then the chosen sessions are counted,
//! then the user. Events without activity are counted but leave no notes: they are nothing that the person did.
//!
//! Most events are plain: activity in a session of which at most a view is to be counted. Sessions of none but such events are
//! counted as a whole ([`super::whole`]). Elsewhere, as long as they are of one session and one day and nothing is left out, they
//! are a [`Run`] that is counted as one.

mod clock;
mod event;
mod journey;
mod names;
mod note;
mod run;
mod session;

use kundresa_model::chunk::{ActorChunk, SessionStart};
use kundresa_model::event_table::EventFlags;

use super::Overview;
use super::cells::{Cells, Whole};
use super::events::NO_CHANNEL;
use super::tally::{MoneyTally, OverviewPartial};
use crate::keyed::Tally;
use crate::scope::Selection;
use clock::Clock;
use names::{MOST_FEW, Names, count_names};
use note::SessionNote;
use run::Run;
use session::Visit;

pub(super) use journey::Journey;
pub(super) use note::is_engaged;

/// Events of a run have the flag of activity, and none of the others.
pub(super) const NOT_PLAIN: u8 = EventFlags::ACTIVITY | EventFlags::SYNTHETIC | EventFlags::REPEATED_ORDER;
/// Adds the actors of `chunk` to `partial`.
pub(super) fn count(overview: &Overview<'_>, chunk: &ActorChunk<'_>, partial: &mut OverviewPartial) {
    let codes = overview.fields.event.values.codes();
    let mut room = std::mem::take(&mut partial.room);
    room.seen_by.clear();
    room.seen_by.resize(codes, 0);
    room.seen = 0;
    overview.plan.session_segments_into(chunk, &mut room.segments);
    let selection = overview.plan.select(chunk);
    let has_all = overview.plan.has_all(&selection);
    let mut walk = Walk {
        overview,
        chunk,
        has_all,
        names: Names { are_counted: has_all && partial.heads.is_none(), are_few: codes <= MOST_FEW },
        selection,
        first_session: 0,
        clock: Clock::new(&overview.zone),
        room: &mut room,
    };
    partial.names.resize(codes, Default::default());
    if let Some(mut heads) = partial.heads.take() {
        for actor in 0..chunk.actors() {
            let mut own = OverviewPartial::default();
            own.names.resize(codes, Default::default());
            walk.actor(actor, &mut own);
            walk.count_pages(&mut own);
            walk.drain_cells(&mut own);
            heads.see(&own);
            partial.add(own);
        }
        partial.heads = Some(heads);
    } else {
        (0..chunk.actors()).for_each(|actor| walk.actor(actor, partial));
        walk.count_pages(partial);
        walk.drain_cells(partial);
        if has_all {
            count_names(chunk.text[overview.fields.event.slot], &mut partial.names);
        }
    }
    partial.room = room;
}

pub(super) struct Walk<'a> {
    pub(super) overview: &'a Overview<'a>,
    pub(super) chunk: &'a ActorChunk<'a>,
    selection: Selection,
    /// Whether every session is chosen and every event shown.
    pub(super) has_all: bool,
    names: Names,
    /// First session of the actor at hand.
    first_session: usize,
    pub(super) clock: Clock<'a>,
    pub(super) room: &'a mut Room,
}

/// Room for what is known of a chunk and an actor, used again for the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    /// Segment of each session of the chunk.
    segments: Vec<u32>,
    /// What is known of each session of the actor.
    notes: Vec<SessionNote>,
    /// Per code of an event name: one more than the actor that last had it. Unused where there are few.
    seen_by: Vec<u32>,
    /// Bits of the names that the actor at hand has had, where there are few.
    seen: u64,
    /// Sessions whose pages are not counted yet.
    visits: Vec<Visit>,
    /// Those counted as a whole but for their pages.
    pub(super) wholes: Vec<Whole>,
    /// And what they add up to.
    pub(super) cells: Cells,
    /// Money of the actor at hand: session, currency, amount.
    paid: Vec<(u32, u32, MoneyTally)>,
}

impl Walk<'_> {
    fn actor(&mut self, actor: usize, partial: &mut OverviewPartial) {
        self.begin(actor);
        let mut journey = Journey::default();
        let rest = self.whole_sessions(actor, &mut journey, partial);
        let events = rest..self.chunk.events_of(actor).end;
        if !events.is_empty() {
            self.take_notes(actor, self.chunk.sessions_of(actor).end);
            self.events(actor, events, &mut journey, partial);
        }
        self.clock.flush(partial);
        self.count_users_of_names(partial);
        self.sessions(actor, &mut journey, partial);
        self.user(actor, &journey, partial);
    }

    /// Counts what is left of the sessions of `actor`, all of whose events have been seen.
    fn sessions(&mut self, actor: usize, journey: &mut Journey, partial: &mut OverviewPartial) {
        let mut beginnings = 0_u32;
        for session in self.chunk.sessions_of(actor) {
            beginnings += u32::from(!continues(self.chunk.sessions.start[session]));
            let (is_whole, is_counted) = self.is_counted(session);
            journey.is_returning |= is_counted && beginnings > 1;
            if !is_whole {
                if is_counted {
                    self.session(session, journey, partial);
                }
                self.events_of_session(session, partial);
            }
        }
        self.money_of_sessions(partial);
    }

    /// Whether a session was counted as a whole, and whether it counts at all. Without notes all were counted as a whole.
    #[inline]
    fn is_counted(&self, session: usize) -> (bool, bool) {
        let note = self.room.notes.get(session - self.first_session);
        note.map_or((true, true), |note| (note.is_whole, note.is_counted))
    }

    /// Counts `events` of `actor` one by one.
    pub(super) fn events(
        &mut self,
        actor: usize,
        events: std::ops::Range<usize>,
        journey: &mut Journey,
        partial: &mut OverviewPartial,
    ) {
        let mut run = Run::NONE;
        for event in events {
            match self.plain_kinds(event) {
                Some(kinds) => self.pass(actor, event, kinds, &mut run, journey, partial),
                None => {
                    self.end(&mut run);
                    self.event(actor, event, journey, partial);
                }
            }
        }
        self.end(&mut run);
    }

    /// Makes ready for `actor`.
    fn begin(&mut self, actor: usize) {
        self.first_session = self.chunk.sessions_of(actor).start;
        self.room.paid.clear();
        self.room.notes.clear();
    }

    /// Begins a note on each session of `actor`, unless that was done before. Those before `rest` were counted as a whole.
    pub(super) fn take_notes(&mut self, actor: usize, rest: usize) {
        if !self.room.notes.is_empty() {
            return;
        }
        let chunk = self.chunk;
        for session in chunk.sessions_of(actor) {
            let start = chunk.ts[chunk.sessions.first_event[session] as usize];
            let is_chosen = start >= self.overview.plan.from_us && self.selection.allows_session(actor, session);
            let is_whole = session < rest;
            self.room.notes.push(SessionNote { is_chosen, is_whole, is_counted: is_whole, ..SessionNote::default() });
        }
    }

    #[inline]
    fn note_of(&self, session: usize) -> &SessionNote {
        &self.room.notes[session - self.first_session]
    }

    /// Notes, if sessions of the actor have notes, that `session` was counted as a whole.
    #[inline]
    pub(super) fn note_whole(&mut self, session: usize) {
        if let Some(note) = self.room.notes.get_mut(session - self.first_session) {
            (note.is_whole, note.is_counted) = (true, true);
        }
    }

    /// Segment of a session, where there is a breakdown.
    #[inline]
    pub(super) fn segment(&self, session: usize) -> Option<u32> {
        self.overview.plan.has_segments().then(|| self.room.segments[session])
    }

    /// Channel of the latest click before `ts`, if it is recent enough.
    pub(super) fn earlier_click(&self, ts: i64, journey: &Journey) -> u32 {
        let is_recent = |(at, _): &(i64, u32)| ts.saturating_sub(*at) <= self.overview.lookback_us;
        journey.last_click.filter(is_recent).map_or(NO_CHANNEL, |(_, channel)| channel)
    }
}

/// Whether a session carries on the one before.
fn continues(start: SessionStart) -> bool {
    matches!(start, SessionStart::Cap | SessionStart::Midnight)
}
