//! What does one chunk of actors add up to?
//!
//! One pass over the events of an actor keeps notes on its sessions (landing and exit page, channel, whether they were
//! engaged), which always speak of the whole session, and counts the chosen events. Then the chosen sessions are counted,
//! then the user. Events without activity are counted but leave no notes: they are nothing that the person did.
//!
//! Most events are plain: activity in a session of which at most a view is to be counted. Sessions of none but such events are
//! counted as a whole ([`super::whole`]). Elsewhere, as long as they are of one session and one day and nothing is left out, they
//! are a [`Run`] that is counted as one.

mod session;

use kundresa_model::chunk::{ActorChunk, NO_SESSION, SessionStart};
use kundresa_model::dictionary::NULL;
use kundresa_model::event_table::EventFlags;
use kundresa_model::zone::ZoneTable;

use super::Overview;
use super::cells::{Cells, Whole};
use super::events::{NO_CHANNEL, kind};
use super::tally::{EventTally, MoneyTally, NameTally, OverviewPartial};
use crate::keyed::Tally;
use crate::scope::Selection;
use session::Visit;

/// Events of a run have the flag of activity, and none of the others.
pub(super) const NOT_PLAIN: u8 = EventFlags::ACTIVITY | EventFlags::SYNTHETIC | EventFlags::REPEATED_ORDER;
/// Names of events that have a bit each.
const MOST_FEW: usize = u64::BITS as usize;
/// Views that make a session engaged.
const ENGAGED_VIEWS: u32 = 2;

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

/// Counts events by name, of a chunk of which all are counted.
fn count_names(codes: &[u32], names: &mut [NameTally]) {
    codes.iter().for_each(|code| names[*code as usize].events += 1);
}

/// How names of events are counted.
#[derive(Clone, Copy)]
struct Names {
    /// Whether their events are counted elsewhere, all of the chunk at once.
    are_counted: bool,
    /// Whether those that an actor has had are bits of a number.
    are_few: bool,
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

/// Plain events of one session and day, one after the other.
#[derive(Clone, Copy, Debug)]
struct Run {
    session: u32,
    events: u32,
    views: u32,
}

impl Run {
    const NONE: Self = Self { session: NO_SESSION, events: 0, views: 0 };
}

/// What is known of a session.
#[derive(Clone, Copy, Debug)]
pub(super) struct SessionNote {
    is_chosen: bool,
    /// Whether an activity event of it is counted.
    is_counted: bool,
    /// Whether it was counted as a whole, so that nothing of it is left to be counted.
    is_whole: bool,
    /// Day on which it begins, if that is known yet.
    day: Option<i64>,
    /// Its counted events.
    pub(super) counted: EventTally,
    // Of the whole session:
    pub(super) views: u32,
    has_key_event: bool,
    foreground_us: u64,
    /// Pages of the first and the last view.
    pub(super) viewed: [u32; 2],
    /// First and last page of any event.
    passed: [u32; 2],
    /// What the vendor says, the first click in it, the last one before it.
    channels: [u32; 3],
}

impl Default for SessionNote {
    fn default() -> Self {
        Self {
            is_chosen: false,
            is_counted: false,
            is_whole: false,
            day: None,
            counted: EventTally::default(),
            views: 0,
            has_key_event: false,
            foreground_us: 0,
            viewed: [NULL; 2],
            passed: [NULL; 2],
            channels: [NO_CHANNEL; 3],
        }
    }
}

/// What is known of an actor.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Journey {
    has_begun: bool,
    is_user: bool,
    is_active: bool,
    pub(super) has_engaged_session: [bool; 2],
    /// Day on which it is new, by the vendor's word and by its first event.
    new_on: [Option<i64>; 2],
    pub(super) is_returning: bool,
    has_key_event: bool,
    has_purchase: bool,
    last_day: Option<i64>,
    pub(super) last_click: Option<(i64, u32)>,
}

impl Journey {
    /// Notes a plain event on that day; whether it is the first of that day.
    #[inline]
    pub(super) fn begin_plain(&mut self, day: i64) -> bool {
        let is_first_of_day = self.last_day != Some(day);
        self.last_day = Some(day);
        self.is_user = true;
        if !self.has_begun {
            self.has_begun = true;
            self.new_on[1] = self.new_on[1].or(Some(day));
        }
        is_first_of_day
    }
}

/// An event as it is looked at.
#[derive(Clone, Copy)]
struct Seen {
    event: usize,
    session: u32,
    kinds: u64,
    is_activity: bool,
    tally: EventTally,
}

/// The day at hand, and what was counted on it.
pub(super) struct Clock<'a> {
    zone: &'a ZoneTable,
    pub(super) day: i64,
    pub(super) around: std::ops::Range<i64>,
    users: u64,
    events: EventTally,
}

impl<'a> Clock<'a> {
    fn new(zone: &'a ZoneTable) -> Self {
        Self { zone, day: 0, around: 0..0, users: 0, events: EventTally::default() }
    }

    /// The day of `ts`; what was counted on another day goes to `partial`.
    #[inline]
    pub(super) fn turn_to(&mut self, ts: i64, partial: &mut OverviewPartial) -> i64 {
        if !self.around.contains(&ts) {
            self.flush(partial);
            (self.day, self.around) = self.zone.local_day_around(ts);
        }
        self.day
    }

    fn flush(&mut self, partial: &mut OverviewPartial) {
        if self.events.events > 0 {
            let day = partial.days.at(self.day);
            day.users += std::mem::take(&mut self.users);
            day.events.add(std::mem::take(&mut self.events));
        }
    }
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

    /// Kinds of an event that may be part of a run.
    #[inline]
    fn plain_kinds(&self, event: usize) -> Option<u64> {
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
    fn pass(
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
    fn end(&mut self, run: &mut Run) {
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

    /// Channel of the latest click before `ts`, if it is recent enough.
    pub(super) fn earlier_click(&self, ts: i64, journey: &Journey) -> u32 {
        let is_recent = |(at, _): &(i64, u32)| ts.saturating_sub(*at) <= self.overview.lookback_us;
        journey.last_click.filter(is_recent).map_or(NO_CHANNEL, |(_, channel)| channel)
    }

    fn event(&mut self, actor: usize, event: usize, journey: &mut Journey, partial: &mut OverviewPartial) {
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

    #[inline]
    fn name(&mut self, actor: usize, event: usize, key_events: u64, partial: &mut OverviewPartial) {
        let code = self.chunk.text[self.overview.fields.event.slot][event] as usize;
        let name = &mut partial.names[code];
        name.events += u64::from(!self.names.are_counted);
        name.key_events += key_events;
        if self.names.are_few {
            self.room.seen |= 1 << code;
            return;
        }
        // Actors of one chunk are far fewer than 2³².
        let stamp = u32::try_from(actor + 1).unwrap_or(u32::MAX);
        name.users += u64::from(self.room.seen_by[code] != stamp);
        self.room.seen_by[code] = stamp;
    }

    /// Counts the actor at hand under the names that its events have, if there are few.
    fn count_users_of_names(&mut self, partial: &mut OverviewPartial) {
        let mut seen = std::mem::take(&mut self.room.seen);
        while seen != 0 {
            partial.names[seen.trailing_zeros() as usize].users += 1;
            seen &= seen - 1;
        }
    }

    /// Counts the names of `events` of `actor`, none of them a key event. `seen` has a bit for each, if there are few.
    #[inline]
    pub(super) fn plain_names(
        &mut self,
        actor: usize,
        events: std::ops::Range<usize>,
        seen: u64,
        partial: &mut OverviewPartial,
    ) {
        if self.names.are_counted && self.names.are_few {
            self.room.seen |= seen;
        } else {
            events.for_each(|event| self.name(actor, event, 0, partial));
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

impl SessionNote {
    fn add(&mut self, seen: Seen, page: u32) {
        let is_view = seen.kinds & kind::VIEW != 0;
        self.views = self.views.saturating_add(u32::from(is_view));
        self.has_key_event |= seen.kinds & kind::KEY != 0;
        self.foreground_us = self.foreground_us.saturating_add(seen.tally.engagement);
        self.add_page(page, is_view);
    }

    #[inline]
    fn add_page(&mut self, page: u32, is_view: bool) {
        if page == NULL {
            return;
        }
        // No branch on what is a view, which none could foresee: what is none counts as one without a page.
        let viewed = if is_view { page } else { NULL };
        let or = |page: u32, other: u32| if page == NULL { other } else { page };
        self.passed = [or(self.passed[0], page), page];
        self.viewed = [or(self.viewed[0], viewed), or(viewed, self.viewed[1])];
    }

    /// What the vendor says, and the click that an event of the session is: the first of each stay.
    #[inline]
    pub(super) fn add_channels(&mut self, channels: [u32; 2]) {
        for (known, channel) in self.channels.iter_mut().zip(channels) {
            if *known == NO_CHANNEL {
                *known = channel;
            }
        }
    }

    /// By time in the foreground, by duration.
    fn is_engaged(&self, after_us: u64, duration_us: u64) -> [bool; 2] {
        [self.foreground_us, duration_us]
            .map(|length| self.has_key_event | is_engaged(self.views, length, after_us))
    }

    /// The first (0) or last (1) page viewed, without views that of any event.
    fn page(&self, end: usize) -> u32 {
        if self.viewed[end] == NULL { self.passed[end] } else { self.viewed[end] }
    }
}

/// Whether so many views, or so much time, make a session engaged. No branch: about as many are as are not.
#[inline]
pub(super) fn is_engaged(views: u32, length_us: u64, after_us: u64) -> bool {
    (views >= ENGAGED_VIEWS) | (length_us >= after_us)
}

/// Whether a session carries on the one before.
fn continues(start: SessionStart) -> bool {
    matches!(start, SessionStart::Cap | SessionStart::Midnight)
}
