//! When does one session end and the next begin?
//!
//! ```text
//! timeout 30 min       10:00 10:10   p      10:40  p 11:10.001  p 11:45
//! session              0     0       0      0      0 1          - -
//!                                                    gap > 30 min
//! p = without activity: joins the session whose last activity is at most the timeout before it, else none
//! ```
//!
//! The default rules (gap and caps) run in one tight loop; vendor ids, campaigns and midnight take the general one, which
//! gives the same answer where both apply.

mod buffers;
mod columns;
mod gaps;
mod general;
#[cfg(test)]
mod tests;
mod tiles;

use kundresa_model::actor_source::ActorBatch;
use kundresa_model::event_table::EventFlags;
use kundresa_model::spec::sessions::{CAP_EVENTS, CAP_SPAN_US, SessionRules};
use kundresa_model::zone::ZoneTable;

pub use buffers::SessionBuffers;
pub use columns::{SessionColumns, session_columns};

/// Cuts events of actors into sessions.
#[derive(Clone, Debug)]
pub struct Sessionizer {
    limits: Limits,
    options: Option<general::Options>,
}

/// What a session can't exceed.
#[derive(Clone, Copy, Debug)]
struct Limits {
    timeout_us: i64,
    events: u32,
    span_us: i64,
}

impl Limits {
    fn of(rules: &SessionRules) -> Self {
        let (events, span_us) = if rules.caps { (CAP_EVENTS, CAP_SPAN_US) } else { (u32::MAX, i64::MAX) };
        Self { timeout_us: rules.timeout.as_us(), events, span_us }
    }
}

impl Sessionizer {
    /// A sessionizer for these rules. Midnight is that of `zone`.
    pub fn new(rules: &SessionRules, zone: &ZoneTable, columns: SessionColumns) -> Self {
        let is_default = !(rules.split_at_midnight || rules.split_on_campaign || rules.use_vendor_id);
        let options = (!is_default).then(|| general::Options::new(rules, zone, columns));
        Self { limits: Limits::of(rules), options }
    }

    /// Sessions of the batch, in place of what `out` held.
    ///
    /// - **Input:** whole actors, each with its events in total order; bots and what lies after the data end already gone.
    /// - **Output:** sessions actor by actor, each actor's in order of start. Event and session indices are those of the batch.
    /// - **Ties and empties:** a gap of exactly the timeout splits nothing. An actor without activity has no session.
    ///   Events of day precision are in none.
    /// - **Vendor ids:** a session is actor and id; activity without an id forms sessions of its own, cut by the timeout.
    ///   An event without activity joins its own id's session, or without an id that of the actor's latest activity.
    /// - **Campaigns:** rows that the vendor made up neither split nor carry a campaign, so a session that has begun with
    ///   nothing else takes the first campaign without a split.
    pub fn sessionize(&self, batch: &ActorBatch<'_>, out: &mut SessionBuffers) {
        out.reset(batch.events());
        match &self.options {
            None => gaps::cut(batch, self.limits, out),
            Some(options) => general::cut(batch, self.limits, options, out),
        }
    }
}

/// Whether the event is activity with a known time of day: only such events make sessions.
#[inline]
fn is_activity(flags: u8) -> bool {
    flags & (EventFlags::ACTIVITY | EventFlags::DAY_PRECISION) == EventFlags::ACTIVITY
}

/// Whether the event, which is no activity, may join the session of an activity `since_us` before it.
#[inline]
fn may_join(flags: u8, since_us: i64, limits: Limits) -> bool {
    flags & EventFlags::DAY_PRECISION == 0 && since_us <= limits.timeout_us
}
