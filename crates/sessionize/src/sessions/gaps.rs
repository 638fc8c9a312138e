//! Where do sessions end by gaps and caps alone? This is the default and runs for every event.

use kundresa_model::actor_source::ActorBatch;
use kundresa_model::chunk::SessionStart;

use super::{Limits, SessionBuffers, is_activity, may_join, tiles};

pub(super) fn cut(batch: &ActorBatch<'_>, limits: Limits, out: &mut SessionBuffers) {
    if tiles::cut(batch, limits, out) {
        return;
    }
    out.reset(batch.events());
    // Lies outside of the buffers for a while, so that the loop writes to a slice of known length.
    let mut session_of = std::mem::take(&mut out.session_of);
    for bounds in batch.actor_offsets.windows(2) {
        let range = bounds[0] as usize..bounds[1] as usize;
        let events = (bounds[0]..).zip(&batch.ts[range.clone()]).zip(&batch.flags[range.clone()]);
        cut_actor(events.zip(&mut session_of[range]), limits, out);
        out.end_actor();
    }
    out.session_of = session_of;
}

/// The actor's running session; with no activity yet there is none.
#[derive(Clone, Copy, Default)]
struct Running {
    session: u32,
    start_us: i64,
    last_us: i64,
    last_event: u32,
    events: u32,
    activity_events: u32,
}

impl Running {
    fn write(self, out: &mut SessionBuffers) {
        if self.activity_events > 0 {
            let session = self.session as usize;
            out.last_event[session] = self.last_event;
            out.events[session] = self.events;
            out.activity_events[session] = self.activity_events;
        }
    }

    /// Why activity at `at_us` is not part of the session that is running.
    fn reason(self, at_us: i64, limits: Limits) -> SessionStart {
        if self.activity_events == 0 {
            SessionStart::First
        } else if at_us.saturating_sub(self.last_us) > limits.timeout_us {
            SessionStart::Gap
        } else {
            SessionStart::Cap
        }
    }
}

/// An event, its time, its flags, and where its session goes.
type Row<'a> = (((u32, &'a i64), &'a u8), &'a mut u32);

fn cut_actor<'a>(rows: impl Iterator<Item = Row<'a>>, limits: Limits, out: &mut SessionBuffers) {
    let mut running = Running::default();
    for (((event, at_us), flags), session) in rows {
        let since_us = at_us.saturating_sub(running.last_us);
        if is_activity(*flags) {
            let is_new = (running.activity_events == 0)
                | (since_us > limits.timeout_us)
                | (running.activity_events >= limits.events)
                | (at_us.saturating_sub(running.start_us) > limits.span_us);
            if is_new {
                running = next(running, event, *at_us, limits, out);
            }
            running.last_us = *at_us;
            running.last_event = event;
            running.activity_events += 1;
        } else if running.activity_events == 0 || !may_join(*flags, since_us, limits) {
            continue;
        }
        running.events += 1;
        *session = running.session;
    }
    running.write(out);
}

#[inline(never)]
fn next(before: Running, event: u32, at_us: i64, limits: Limits, out: &mut SessionBuffers) -> Running {
    before.write(out);
    let start = before.reason(at_us, limits);
    let session = out.begin(event, start, (start == SessionStart::Cap).then_some(before.session));
    Running { session, start_us: at_us, ..Running::default() }
}
