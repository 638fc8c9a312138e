//! What does a single event add to the figures, and what does it say of its session and its actor?

use kundresa_model::chunk::NO_SESSION;
use kundresa_model::event_table::EventFlags;

use super::super::events::{NO_CHANNEL, kind};
use super::super::tally::{EventTally, OverviewPartial};
use super::{Journey, Walk};
use crate::keyed::Tally;

/// An event as it is looked at.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) event: usize,
    pub(super) session: u32,
    pub(super) kinds: u64,
    pub(super) is_activity: bool,
    pub(super) tally: EventTally,
}

impl Walk<'_> {
    pub(super) fn event(&mut self, actor: usize, event: usize, journey: &mut Journey, partial: &mut OverviewPartial) {
        let (chunk, fields) = (self.chunk, &self.overview.fields);
        let flags = chunk.flags[event];
        let kinds = self.overview.kinds.of(&chunk.columns(), flags, event);
        let seen = Seen {
            event,
            session: chunk.session_of[event],
            kinds,
            is_activity: flags & EventFlags::ACTIVITY != 0,
            tally: fields.tally(chunk.text, chunk.value, kinds, event),
        };
        partial.seen.first += u64::from(kinds & kind::FIRST != 0);
        partial.seen.engagement += u64::from(seen.tally.engagement > 0);
        if seen.is_activity {
            self.note(seen, journey);
        }
        let is_counted = match seen.session {
            NO_SESSION => {
                chunk.ts[event] >= self.overview.plan.from_us && self.selection.has_event(chunk, actor, event)
            }
            session => self.note_of(session as usize).is_chosen && self.selection.shows_event(event),
        };
        if is_counted {
            self.count(actor, seen, journey, partial);
        }
        journey.has_begun |= seen.is_activity;
    }

    /// Remembers what an activity event says about its session and about later ones.
    fn note(&mut self, seen: Seen, journey: &mut Journey) {
        let (chunk, fields) = (self.chunk, &self.overview.fields);
        let ts = chunk.ts[seen.event];
        let is_synthetic = chunk.has(seen.event, EventFlags::SYNTHETIC);
        let click = if is_synthetic { NO_CHANNEL } else { fields.click(chunk.text, seen.event) };
        if seen.session != NO_SESSION {
            let session = seen.session as usize;
            let earlier = self.earlier_click(ts, journey);
            let note = &mut self.room.notes[session - self.first_session];
            if chunk.sessions.first_event[session] as usize == seen.event {
                note.channels[2] = earlier;
            }
            note.add_channels([fields.vendor_channel(chunk.text, seen.event), click]);
            note.add(seen, fields.page(chunk.text, seen.event));
        }
        if click != NO_CHANNEL {
            journey.last_click = Some((ts, click));
        }
    }

    /// Counts a chosen event.
    fn count(&mut self, actor: usize, seen: Seen, journey: &mut Journey, partial: &mut OverviewPartial) {
        let (chunk, event) = (self.chunk, seen.event);
        let day = self.clock.turn_to(chunk.ts[event], partial);
        self.clock.events.add(seen.tally);
        self.name(actor, event, seen.tally.key_events, partial);
        match seen.session {
            NO_SESSION => {
                partial.events.add(seen.tally);
                if self.overview.plan.has_segments() {
                    partial.segments.at(self.overview.plan.segment_at(chunk, event)).events.add(seen.tally);
                }
            }
            session => {
                let note = &mut self.room.notes[session as usize - self.first_session];
                note.is_counted |= seen.is_activity;
                note.counted.add(seen.tally);
            }
        }
        partial.repeated_orders += u64::from(chunk.has(event, EventFlags::REPEATED_ORDER));
        if seen.kinds & (kind::PURCHASE | kind::REFUND) != 0 {
            self.money(seen, day, partial);
        }
        journey.has_key_event |= seen.kinds & kind::KEY != 0;
        journey.has_purchase |= seen.kinds & kind::PURCHASE != 0;
        if seen.is_activity {
            self.user_event(seen, day, journey);
        }
    }

    fn user_event(&mut self, seen: Seen, day: i64, journey: &mut Journey) {
        self.clock.users += u64::from(journey.last_day != Some(day));
        journey.last_day = Some(day);
        journey.is_user = true;
        journey.is_active |= seen.kinds & (kind::FIRST | kind::ENGAGEMENT) != 0 || seen.tally.engagement > 0;
        journey.is_returning |= self.overview.fields.is_in_later_session(self.chunk.text, seen.event);
        let is_new = [seen.kinds & kind::FIRST != 0, !journey.has_begun];
        for (on, is_new) in journey.new_on.iter_mut().zip(is_new) {
            if is_new && on.is_none() {
                *on = Some(day);
            }
        }
    }

    fn money(&mut self, seen: Seen, day: i64, partial: &mut OverviewPartial) {
        let (chunk, overview) = (self.chunk, self.overview);
        let Some((currency, money)) = overview.fields.money(chunk.text, chunk.value, seen.kinds, seen.event) else {
            return;
        };
        partial.money.at(currency).add(money);
        partial.days.at(day).money.at(currency).add(money);
        if seen.session != NO_SESSION {
            self.room.paid.push((seen.session, currency, money));
        } else if overview.plan.has_segments() {
            partial.segments.at(overview.plan.segment_at(chunk, seen.event)).money.at(currency).add(money);
        }
    }
}
