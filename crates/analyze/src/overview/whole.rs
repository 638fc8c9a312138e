//! Which sessions are counted as a whole?
//!
//! Nearly all are of plain events only, one after the other and on one day. Nothing needs to be known of the events of such a
//! session but how many there are, how many are views, and on which pages it began and ended.

use std::ops::Range;

use kundresa_model::dictionary::NULL;
use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;

use super::cells::Whole;
use super::events::{EventKinds, NO_CHANNEL, kind};
use super::tally::OverviewPartial;
use super::walk::{Journey, NOT_PLAIN, Walk, is_engaged};

/// A view, among the traits of a code.
const VIEW: u8 = 1;
/// More than a view.
const SPECIAL: u8 = 2;

/// What is known of an event by the code that alone decides its kinds.
#[derive(Clone, Debug)]
pub(super) struct Traits {
    column: usize,
    of_code: Vec<u8>,
}

impl Traits {
    /// The traits of events of these kinds; `None` unless the column of their names decides alone.
    pub(super) fn of(kinds: &EventKinds, names: usize) -> Option<Self> {
        let (column, kinds) = kinds.by_code().filter(|(column, _)| *column == names)?;
        let traits = |kinds: &u64| if kinds & !kind::VIEW != 0 { SPECIAL } else { u8::from(kinds & kind::VIEW != 0) };
        Some(Self { column, of_code: kinds.iter().map(traits).collect() })
    }

    #[inline]
    fn at(&self, code: u32) -> u8 {
        self.of_code[code as usize]
    }
}

/// What the events of a session add up to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    views: u32,
    /// Traits that one of them has.
    any: u8,
    /// Flags that not all of them have, or that none should have.
    odd: u8,
    /// Bits of their names, which mean something only where there are few.
    names: u64,
    /// Pages of the first and the last view.
    viewed: [u32; 2],
}

impl Walk<'_> {
    /// Counts events of `actor` as long as its sessions follow each other; the first event that is left.
    pub(super) fn whole_sessions(
        &mut self,
        actor: usize,
        journey: &mut Journey,
        partial: &mut OverviewPartial,
    ) -> usize {
        let chunk = self.chunk;
        let mut next = chunk.events_of(actor).start;
        let overview = self.overview;
        let traits = overview.traits.as_ref().filter(|_| self.has_all);
        for session in chunk.sessions_of(actor) {
            let events = next..next + chunk.sessions.events[session] as usize;
            let Some(traits) = traits.filter(|_| self.is_all_of(session, &events)) else {
                self.take_notes(actor, session);
                break;
            };
            if self.whole_session(traits, [actor, session], events.clone(), journey, partial) {
                self.note_whole(session);
            } else {
                self.take_notes(actor, session);
                self.events(actor, events.clone(), journey, partial);
            }
            next = events.end;
        }
        next
    }

    /// Whether these are the events of `session`, all of them activity.
    #[inline]
    fn is_all_of(&self, session: usize, events: &Range<usize>) -> bool {
        let sessions = &self.chunk.sessions;
        sessions.activity_events[session] == sessions.events[session]
            && sessions.first_event[session] as usize == events.start
            && sessions.last_event[session] as usize + 1 == events.end
    }

    /// Counts the `events` of a session, of its actor, if all are plain and on one day.
    #[inline]
    fn whole_session(
        &mut self,
        traits: &Traits,
        [actor, session]: [usize; 2],
        events: Range<usize>,
        journey: &mut Journey,
        partial: &mut OverviewPartial,
    ) -> bool {
        let chunk = self.chunk;
        let sum = self.sum(traits, events.clone());
        if sum.any & SPECIAL != 0 || sum.odd != 0 || self.is_special(events.clone()) {
            return false;
        }
        self.clock.turn_to(chunk.ts[events.start], partial);
        if !self.clock.around.contains(&chunk.ts[events.end - 1]) {
            return false;
        }
        self.plain_names(actor, events.clone(), sum.names, partial);
        let day = self.clock.day;
        let is_first_of_day = journey.begin_plain(day);
        let channels = self.channels(events.clone(), journey);
        let duration = chunk.ts[events.end - 1].saturating_sub(chunk.ts[events.start]).unsigned_abs();
        let is_engaged = [0, duration].map(|length| is_engaged(sum.views, length, self.overview.engaged_after_us));
        for (has, is) in journey.has_engaged_session.iter_mut().zip(is_engaged) {
            *has |= is;
        }
        let whole = Whole {
            // Events of a chunk are counted in 32 bits.
            events: index32(events.len()),
            views: sum.views,
            is_engaged,
            is_first_of_day,
            has_vendor_channel: channels[0] != NO_CHANNEL,
            duration,
            pages: if sum.viewed[0] == NULL { self.passed(events) } else { sum.viewed },
        };
        let segment = self.segment(session);
        self.count_whole(whole, [day, i64::from(self.channel(channels))], segment, partial);
        true
    }

    /// What `events` add up to, in one loop without a branch.
    #[inline]
    fn sum(&self, traits: &Traits, events: Range<usize>) -> Sum {
        let chunk = self.chunk;
        let codes = &chunk.text[traits.column][events.clone()];
        let page = self.overview.fields.page;
        let pages = page.map_or(codes, |page| &chunk.text[page.slot][events.clone()]);
        let of_views = if page.is_some() { VIEW } else { 0 };
        let mut sum = Sum::default();
        // Places of the first viewed page, and one more than that of the last.
        let (mut at, mut first, mut end) = (0_u32, u32::MAX, 0_u32);
        for ((code, flags), page_code) in codes.iter().zip(&chunk.flags[events]).zip(pages) {
            let own = traits.at(*code);
            sum.views += u32::from(own & VIEW);
            sum.any |= own;
            sum.odd |= flags & NOT_PLAIN ^ EventFlags::ACTIVITY;
            sum.names |= 1 << (code % u64::BITS);
            let is_viewed = (own & of_views != 0) & (*page_code != NULL);
            first = first.min(if is_viewed { at } else { u32::MAX });
            // Events of a chunk are counted in 32 bits.
            at = at.wrapping_add(1);
            end = end.max(if is_viewed { at } else { 0 });
        }
        if end > 0 {
            sum.viewed = [pages[first as usize], pages[end as usize - 1]];
        }
        sum
    }

    /// Pages of the first and the last event that has one.
    fn passed(&self, events: Range<usize>) -> [u32; 2] {
        let Some(page) = self.overview.fields.page else { return [NULL; 2] };
        let pages = &self.chunk.text[page.slot][events];
        let is_set = |page: &u32| *page != NULL;
        let ends = [pages.iter().copied().find(is_set), pages.iter().rev().copied().find(is_set)];
        ends.map(|page| page.unwrap_or(NULL))
    }

    /// Whether one of the events tells of time in the foreground.
    #[inline]
    fn is_special(&self, mut events: Range<usize>) -> bool {
        let fields = &self.overview.fields;
        fields.has_engagement() && events.any(|event| fields.engagement(self.chunk.text, event).is_some())
    }

    /// The channels of a session of `events`: by the vendor's word, by the first click in it, by the last one before it.
    #[inline]
    fn channels(&self, mut events: Range<usize>, journey: &mut Journey) -> [u32; 3] {
        let (chunk, fields) = (self.chunk, &self.overview.fields);
        if fields.has_later_session() {
            journey.is_returning |= events.clone().any(|event| fields.is_in_later_session(chunk.text, event));
        }
        if !fields.has_channels() {
            return [NO_CHANNEL; 3];
        }
        let earlier = self.earlier_click(chunk.ts[events.start], journey);
        let is_known = |channel: &u32| *channel != NO_CHANNEL;
        let vendor = events.clone().map(|event| fields.vendor_channel(chunk.text, event)).find(is_known);
        let first = events.clone().map(|event| fields.click(chunk.text, event)).find(is_known);
        if first.is_some() {
            let last = events.rfind(|event| fields.click(chunk.text, *event) != NO_CHANNEL);
            journey.last_click = last.map(|event| (chunk.ts[event], fields.click(chunk.text, event)));
        }
        [vendor.unwrap_or(NO_CHANNEL), first.unwrap_or(NO_CHANNEL), earlier]
    }
}
