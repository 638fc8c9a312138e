//! Where do sessions end when campaigns, midnight or the vendor's ids count too?

use std::collections::HashMap;

use kundresa_model::actor_source::ActorBatch;
use kundresa_model::chunk::SessionStart;
use kundresa_model::dictionary::NULL;
use kundresa_model::event_table::EventFlags;
use kundresa_model::spec::sessions::{ID_REUSE_GAP_US, SessionRules};
use kundresa_model::zone::ZoneTable;

use super::columns::{Campaign, NO_CAMPAIGN, SessionColumns};
use super::{Limits, SessionBuffers, is_activity, may_join};

/// Which reasons to split are on, and where they look.
#[derive(Clone, Debug)]
pub(super) struct Options {
    midnight: Option<ZoneTable>,
    campaign: bool,
    vendor_id: bool,
    columns: SessionColumns,
}

impl Options {
    pub fn new(rules: &SessionRules, zone: &ZoneTable, columns: SessionColumns) -> Self {
        Self {
            midnight: rules.split_at_midnight.then(|| zone.clone()),
            campaign: rules.split_on_campaign,
            vendor_id: rules.use_vendor_id,
            columns,
        }
    }

    /// What these options look at in one event.
    fn seen_in(&self, batch: &ActorBatch<'_>, event: usize) -> Seen {
        let is_own = batch.flags[event] & EventFlags::SYNTHETIC == 0;
        Seen {
            at_us: batch.ts[event],
            day: self.midnight.as_ref().map_or(0, |zone| zone.local_day(batch.ts[event])),
            campaign: if is_own { self.columns.campaign(&batch.text, event) } else { NO_CAMPAIGN },
            hint: self.columns.session_hint(&batch.text, event),
            is_own,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    at_us: i64,
    day: i64,
    campaign: Campaign,
    hint: u32,
    /// Whether the vendor did not make the row up.
    is_own: bool,
}

/// What is remembered of each session of the chunk.
#[derive(Clone, Copy, Debug)]
struct Memory {
    last_us: i64,
    day: i64,
    campaign: Campaign,
    hint: u32,
    /// Whether it has activity that the vendor did not make up.
    has_own: bool,
}

/// Memory of the general cut, reused from chunk to chunk.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    memories: Vec<Memory>,
    /// The latest session of (actor, vendor id).
    of_id: HashMap<(u32, u32), u32>,
}

pub(super) fn cut(batch: &ActorBatch<'_>, limits: Limits, options: &Options, out: &mut SessionBuffers) {
    out.scratch.memories.clear();
    out.scratch.of_id.clear();
    for (actor, bounds) in (0u32..).zip(batch.actor_offsets.windows(2)) {
        let mut walk = Walk { batch, limits, options, out, actor, latest: None };
        for event in bounds[0]..bounds[1] {
            walk.event(event);
        }
        out.end_actor();
    }
}

/// The walk over one actor's events.
struct Walk<'a> {
    batch: &'a ActorBatch<'a>,
    limits: Limits,
    options: &'a Options,
    out: &'a mut SessionBuffers,
    actor: u32,
    /// The session of the actor's latest activity.
    latest: Option<u32>,
}

impl Walk<'_> {
    fn event(&mut self, event: u32) {
        let index = event as usize;
        let seen = self.options.seen_in(self.batch, index);
        let session = if is_activity(self.batch.flags[index]) {
            self.act(event, seen)
        } else {
            match self.joined(self.batch.flags[index], seen) {
                Some(session) => session,
                None => return,
            }
        };
        self.out.events[session as usize] += 1;
        self.out.session_of[index] = session;
    }

    /// The session of an activity, begun if need be.
    fn act(&mut self, event: u32, seen: Seen) -> u32 {
        let running = self.running(seen);
        let session = match self.reason(running, seen) {
            None => running.expect("without a running session there is a reason to begin one"),
            Some(start) => self.begin(event, seen, start, running),
        };
        let memory = &mut self.out.scratch.memories[session as usize];
        (memory.last_us, memory.day) = (seen.at_us, seen.day);
        memory.has_own |= seen.is_own;
        if seen.campaign != NO_CAMPAIGN {
            memory.campaign = seen.campaign;
        }
        self.out.last_event[session as usize] = event;
        self.out.activity_events[session as usize] += 1;
        self.latest = Some(session);
        session
    }

    fn running(&self, seen: Seen) -> Option<u32> {
        let is_same = |latest: u32| self.memory(latest).hint == seen.hint;
        if !self.options.vendor_id || self.latest.is_some_and(is_same) {
            return self.latest;
        }
        self.out.scratch.of_id.get(&(self.actor, seen.hint)).copied()
    }

    /// Why the activity is not part of the running session; `None` if it is.
    fn reason(&self, running: Option<u32>, seen: Seen) -> Option<SessionStart> {
        let Some(running) = running else { return Some(self.reason_without_session(seen)) };
        let memory = self.memory(running);
        let is_other_campaign =
            self.options.campaign && memory.has_own && seen.campaign != NO_CAMPAIGN && seen.campaign != memory.campaign;
        if seen.at_us.saturating_sub(memory.last_us) > self.longest_gap_us(seen) {
            Some(SessionStart::Gap)
        } else if is_other_campaign {
            Some(SessionStart::Campaign)
        } else if seen.day != memory.day {
            Some(SessionStart::Midnight)
        } else {
            self.is_capped(running, seen).then_some(SessionStart::Cap)
        }
    }

    /// The actor's first session, or the first of a vendor id: a gap since any activity comes before the id as reason.
    fn reason_without_session(&self, seen: Seen) -> SessionStart {
        match self.latest.map(|latest| seen.at_us.saturating_sub(self.memory(latest).last_us)) {
            None => SessionStart::First,
            Some(since_us) if since_us > self.limits.timeout_us => SessionStart::Gap,
            Some(_) => SessionStart::Id,
        }
    }

    fn longest_gap_us(&self, seen: Seen) -> i64 {
        if self.has_id(seen) { ID_REUSE_GAP_US } else { self.limits.timeout_us }
    }

    fn has_id(&self, seen: Seen) -> bool {
        self.options.vendor_id && seen.hint != NULL
    }

    fn is_capped(&self, session: u32, seen: Seen) -> bool {
        let session = session as usize;
        let start_us = self.batch.ts[self.out.first_event[session] as usize];
        self.out.activity_events[session] >= self.limits.events
            || seen.at_us.saturating_sub(start_us) > self.limits.span_us
    }

    fn memory(&self, session: u32) -> Memory {
        self.out.scratch.memories[session as usize]
    }

    fn begin(&mut self, event: u32, seen: Seen, start: SessionStart, running: Option<u32>) -> u32 {
        let carries_on = matches!(start, SessionStart::Midnight | SessionStart::Cap);
        let session = self.out.begin(event, start, running.filter(|_| carries_on));
        self.out.id_reused[session as usize] = self.has_id(seen) && running.is_some() && start == SessionStart::Gap;
        let Seen { at_us, day, hint, .. } = seen;
        let memory = Memory { last_us: at_us, day, campaign: NO_CAMPAIGN, hint, has_own: false };
        self.out.scratch.memories.push(memory);
        if self.options.vendor_id {
            self.out.scratch.of_id.insert((self.actor, seen.hint), session);
        }
        session
    }

    /// The session that an event without activity joins.
    fn joined(&self, flags: u8, seen: Seen) -> Option<u32> {
        let session = if self.has_id(seen) { self.running(seen) } else { self.latest }?;
        may_join(flags, seen.at_us.saturating_sub(self.memory(session).last_us), self.limits).then_some(session)
    }
}
