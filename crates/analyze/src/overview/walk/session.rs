//! What do a session and its user add to the figures, once all events of the actor have been seen?

use super::super::events::NO_CHANNEL;
use super::super::tally::{EventTally, OverviewPartial, SessionTally, Two, UserTally};
use super::{Journey, Walk};
use crate::keyed::Tally;

/// A session between its pages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    /// The first and the last.
    pages: [u32; 2],
    sessions: SessionTally,
    events: EventTally,
}

impl Walk<'_> {
    /// Counts a session of which an activity event is counted.
    pub(super) fn session(&mut self, session: usize, journey: &mut Journey, partial: &mut OverviewPartial) {
        let (chunk, note) = (self.chunk, self.note_of(session));
        let [first, last] =
            [chunk.sessions.first_event, chunk.sessions.last_event].map(|event| chunk.ts[event[session] as usize]);
        let duration = last.saturating_sub(first).unsigned_abs();
        let is_engaged = note.is_engaged(self.overview.engaged_after_us, duration);
        for (has, is) in journey.has_engaged_session.iter_mut().zip(is_engaged) {
            *has |= is;
        }
        let tally = SessionTally {
            sessions: 1,
            engaged: is_engaged.map(u64::from),
            with_key_event: u64::from(note.counted.key_events > 0),
            duration,
        };
        partial.sessions.add(tally);
        let day = partial.days.at(note.day.unwrap_or_else(|| self.clock.zone.local_day(first)));
        day.sessions.add(tally);
        if self.overview.plan.has_segments() {
            let segment = partial.segments.at(self.room.segments[session]);
            segment.sessions.add(tally);
            segment.events.add(note.counted);
        }
        let channel = partial.channels.at(self.channel(note.channels));
        channel.sessions.add(tally);
        channel.events.add(note.counted);
        let visit = Visit { pages: [note.page(0), note.page(1)], sessions: tally, events: note.counted };
        partial.vendor_channel_sessions += u64::from(note.channels[0] != NO_CHANNEL);
        self.room.visits.push(visit);
    }

    /// Counts the sessions that wait by the pages on which they begin and end. Each begins on another page, far away from that
    /// of the one before in memory: with nothing else between them the visits to memory overlap.
    pub(super) fn count_pages(&mut self, partial: &mut OverviewPartial) {
        for visit in &self.room.visits {
            let landing = partial.landing.at(visit.pages[0]);
            landing.sessions.add(visit.sessions);
            landing.events.add(visit.events);
        }
        self.room.visits.drain(..).for_each(|visit| *partial.exit.at(visit.pages[1]) += 1);
        self.room.wholes.iter().for_each(|whole| whole.add_to(partial.landing.at(whole.pages[0])));
        self.room.wholes.drain(..).for_each(|whole| *partial.exit.at(whole.pages[1]) += 1);
    }

    pub(super) fn events_of_session(&self, session: usize, partial: &mut OverviewPartial) {
        let note = self.note_of(session);
        if note.counted.events == 0 {
            return;
        }
        partial.events.add(note.counted);
        if note.is_counted {
            partial.in_sessions[0] += note.counted.events;
            partial.in_sessions[1] += note.counted.views;
        } else if self.overview.plan.has_segments() {
            partial.segments.at(self.room.segments[session]).events.add(note.counted);
        }
    }

    pub(super) fn money_of_sessions(&self, partial: &mut OverviewPartial) {
        for &(session, currency, money) in &self.room.paid {
            let note = self.note_of(session as usize);
            if note.is_counted {
                partial.landing.at(note.page(0)).money.at(currency).add(money);
                partial.channels.at(self.channel(note.channels)).money.at(currency).add(money);
            }
            if self.overview.plan.has_segments() {
                partial.segments.at(self.room.segments[session as usize]).money.at(currency).add(money);
            }
        }
    }

    pub(super) fn user(&self, actor: usize, journey: &Journey, partial: &mut OverviewPartial) {
        if !journey.is_user {
            return;
        }
        let active: Two = journey.has_engaged_session.map(|engaged| u64::from(engaged || journey.is_active));
        let tally = UserTally {
            users: 1,
            active,
            new: journey.new_on.map(|day| u64::from(day.is_some())),
            returning: u64::from(journey.is_returning),
            with_key_event: u64::from(journey.has_key_event),
            purchasers: u64::from(journey.has_purchase),
        };
        partial.users.add(tally);
        for (definition, day) in journey.new_on.into_iter().enumerate() {
            if let Some(day) = day {
                partial.days.at(day).new[definition] += 1;
            }
        }
        if self.overview.plan.has_segments() {
            partial.segments.at(self.overview.plan.journey_segment(self.chunk, actor)).users.add(tally);
        }
    }

    /// The first that is known.
    #[inline]
    pub(in super::super) fn channel(&self, channels: [u32; 3]) -> u32 {
        let known = channels.into_iter().find(|channel| *channel != NO_CHANNEL);
        known.unwrap_or(self.overview.fields.direct)
    }
}
