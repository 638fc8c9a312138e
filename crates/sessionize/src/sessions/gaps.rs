//! Where do sessions end by gaps and caps alone? This is the default and runs for every event.
//!
//! The loop has no branch that depends on an event: where sessions begin is hard to foresee, and a wrong guess costs more than
//! all of this. So the session that is running is written down after every event, over what stood there before; it is
//! final once the next one begins.

use kundresa_model::actor_source::ActorBatch;
use kundresa_model::chunk::{NO_SESSION, SessionStart};
use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;

use super::{Limits, SessionBuffers};

/// A session as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Running {
    first_event: u32,
    last_event: u32,
    events: u32,
    activity_events: u32,
    root: u32,
    start: u32,
}

/// Events after which sessions leave the working space, which stays in the cache even for a giant actor.
const BLOCK: usize = 1 << 12;

pub(super) fn cut(batch: &ActorBatch<'_>, limits: Limits, out: &mut SessionBuffers) {
    cut_in_blocks(batch, limits, BLOCK, out);
}

/// As [`cut`]; sessions leave the working space after about `block` events.
pub(super) fn cut_in_blocks(batch: &ActorBatch<'_>, limits: Limits, block: usize, out: &mut SessionBuffers) {
    // Lie outside of the buffers for a while, so that the loop writes to slices of known length.
    let mut session_of = std::mem::take(&mut out.session_of);
    let mut running = std::mem::take(&mut out.running);
    running.resize(2 * block + 1, Running::default());
    let (mut walk, mut events) = (Walk { limits, before: 0, begun: 0, current: Running::default() }, 0);
    for bounds in batch.actor_offsets.windows(2) {
        let mut own = Own::default();
        let mut first = bounds[0] as usize;
        while first < bounds[1] as usize {
            let range = first..(first + block).min(bounds[1] as usize);
            first = range.end;
            // Every event may begin a session.
            events += range.len();
            if events > 2 * block {
                walk.hand_over(&mut running, out);
                events = range.len();
            }
            let rows = (index32(range.start)..).zip(&batch.ts[range.clone()]).zip(&batch.flags[range.clone()]);
            walk.go(rows.zip(&mut session_of[range]), &mut own, &mut running);
        }
        out.offsets.push(walk.before + walk.begun);
    }
    walk.hand_over(&mut running, out);
    (out.session_of, out.running) = (session_of, running);
}

/// An event, its time, its flags, and where its session goes.
type Row<'a> = (((u32, &'a i64), &'a u8), &'a mut u32);

/// The way through a chunk.
struct Walk {
    limits: Limits,
    /// Sessions handed over.
    before: u32,
    /// Sessions begun since then.
    begun: u32,
    /// The last session begun, whoever's it is.
    current: Running,
}

/// What is known of the actor.
#[derive(Clone, Copy, Default)]
struct Own {
    last_us: i64,
    start_us: i64,
    has_session: bool,
}

impl Walk {
    /// Goes over some events of one actor. What stands at place n of `running` is the n-th session begun since sessions were
    /// handed over, at place 0 the one before.
    #[inline]
    fn go<'a>(&mut self, rows: impl Iterator<Item = Row<'a>>, own: &mut Own, running: &mut [Running]) {
        let Self { limits, before, mut begun, mut current } = *self;
        let Own { mut last_us, mut start_us, mut has_session } = *own;
        for (((event, &at_us), &flags), session) in rows {
            let has_time = flags & EventFlags::DAY_PRECISION == 0;
            let is_activity = (flags & EventFlags::ACTIVITY != 0) & has_time;
            let is_near = has_session & (at_us.saturating_sub(last_us) <= limits.timeout_us);
            let is_capped =
                (current.activity_events >= limits.events) | (at_us.saturating_sub(start_us) > limits.span_us);
            let is_new = is_activity & (!is_near | is_capped);
            let joins = is_activity | (is_near & has_time);
            let root = if is_near { current.root } else { before + begun };
            let start = if !has_session {
                SessionStart::First
            } else if is_near {
                SessionStart::Cap
            } else {
                SessionStart::Gap
            };
            let next = Running { first_event: event, root, start: start as u32, ..Running::default() };
            current = if is_new { next } else { current };
            begun += u32::from(is_new);
            start_us = if is_new { at_us } else { start_us };
            last_us = if is_activity { at_us } else { last_us };
            has_session |= is_activity;
            current.last_event = if is_activity { event } else { current.last_event };
            current.events += u32::from(joins);
            current.activity_events += u32::from(is_activity);
            running[begun as usize] = current;
            // An event joins nothing before there is a session, so there is one to count back to.
            *session = if joins { (before + begun).wrapping_sub(1) } else { NO_SESSION };
        }
        (self.begun, self.current) = (begun, current);
        *own = Own { last_us, start_us, has_session };
    }

    /// Adds the sessions begun to those in `out`, and what is new of the one before them.
    fn hand_over(&mut self, running: &mut [Running], out: &mut SessionBuffers) {
        if let (Some(last), Some(session)) = (self.before.checked_sub(1), running.first()) {
            let last = last as usize;
            out.last_event[last] = session.last_event;
            out.events[last] = session.events;
            out.activity_events[last] = session.activity_events;
        }
        out.take(&running[1..=self.begun as usize]);
        running[0] = self.current;
        self.before += self.begun;
        self.begun = 0;
    }
}

impl SessionBuffers {
    /// Takes the next sessions of a chunk.
    fn take(&mut self, sessions: &[Running]) {
        self.first_event.extend(sessions.iter().map(|session| session.first_event));
        self.last_event.extend(sessions.iter().map(|session| session.last_event));
        self.events.extend(sessions.iter().map(|session| session.events));
        self.activity_events.extend(sessions.iter().map(|session| session.activity_events));
        self.root.extend(sessions.iter().map(|session| session.root));
        self.start.extend(sessions.iter().map(|session| SessionStart::ALL[session.start as usize]));
        self.id_reused.resize(self.first_event.len(), false);
    }
}
