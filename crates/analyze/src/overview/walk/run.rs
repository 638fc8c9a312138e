//! Which plain events, one after the other, are counted as one?

use kundresa_model::chunk::NO_SESSION;
use kundresa_model::event_table::EventFlags;

use super::super::events::{NO_CHANNEL, kind};
use super::super::tally::OverviewPartial;
use super::{Journey, NOT_PLAIN, Walk};

/// Plain events of one session and day, one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) session: u32,
    pub(super) events: u32,
    pub(super) views: u32,
}

impl Run {
    pub(super) const NONE: Self = Self { session: NO_SESSION, events: 0, views: 0 };
}

impl Walk<'_> {
    /// Kinds of an event that may be part of a run.
    #[inline]
    pub(super) fn plain_kinds(&self, event: usize) -> Option<u64> {
        let (chunk, overview) = (self.chunk, self.overview);
        let flags = chunk.flags[event];
        let is_activity = flags & NOT_PLAIN == EventFlags::ACTIVITY;
        if !self.has_all || !is_activity || chunk.session_of[event] == NO_SESSION {
            return None;
        }
        let kinds = overview.kinds.of(&chunk.columns(), flags, event);
        let is_plain = kinds & !kind::VIEW == 0 && overview.fields.engagement(chunk.text, event).is_none();
        is_plain.then_some(kinds)
    }

    /// Adds a plain event to the run, or begins another one with it.
    #[inline]
    pub(super) fn pass(
        &mut self,
        actor: usize,
        event: usize,
        kinds: u64,
        run: &mut Run,
        journey: &mut Journey,
        partial: &mut OverviewPartial,
    ) {
        let (chunk, fields) = (self.chunk, &self.overview.fields);
        let (ts, session) = (chunk.ts[event], chunk.session_of[event]);
        if session != run.session || !self.clock.around.contains(&ts) {
            self.end(run);
            run.session = session;
            self.begin_run(event, journey, partial);
        }
        let is_view = kinds & kind::VIEW != 0;
        run.events += 1;
        run.views += u32::from(is_view);
        self.name(actor, event, 0, partial);
        journey.is_returning |= fields.is_in_later_session(chunk.text, event);
        let note = &mut self.room.notes[session as usize - self.first_session];
        note.add_page(fields.page(chunk.text, event), is_view);
        let click = fields.click(chunk.text, event);
        note.add_channels([fields.vendor_channel(chunk.text, event), click]);
        if click != NO_CHANNEL {
            journey.last_click = Some((ts, click));
        }
    }

    /// Begins a run of plain events: the first of a session is the first of a run, and none is on another day.
    fn begin_run(&mut self, event: usize, journey: &mut Journey, partial: &mut OverviewPartial) {
        let chunk = self.chunk;
        let (ts, session) = (chunk.ts[event], chunk.session_of[event] as usize);
        let day = self.clock.turn_to(ts, partial);
        self.clock.users += u64::from(journey.begin_plain(day));
        let earlier = self.earlier_click(ts, journey);
        let note = &mut self.room.notes[session - self.first_session];
        note.is_counted = true;
        if chunk.sessions.first_event[session] as usize == event {
            note.channels[2] = earlier;
            note.day = Some(day);
        }
    }

    /// Counts the run, and forgets it.
    #[inline]
    pub(super) fn end(&mut self, run: &mut Run) {
        let Run { session, events, views } = std::mem::replace(run, Run::NONE);
        if events > 0 {
            let note = &mut self.room.notes[session as usize - self.first_session];
            note.views = note.views.saturating_add(views);
            for tally in [&mut note.counted, &mut self.clock.events] {
                tally.events += u64::from(events);
                tally.views += u64::from(views);
            }
        }
    }
}
