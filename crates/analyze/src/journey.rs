//! When is a journey over, and how long did one of its visits last?
//!
//! Shared by phases and phase transitions, so that `dropped` and `exit`, `open` and `open`, agree.
//! Source: `docs/semantics.md#journey-phases`.

use kundresa_model::chunk::{ActorChunk, UNCLASSIFIED};
use kundresa_model::event_table::EventFlags;
use kundresa_model::phase::Phase;
use kundresa_model::time::{DAY_US, DataEnd};

use crate::scope::{Plan, Selection};

/// What decides whether a journey is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Horizon {
    /// No deadline after this is known to be over.
    pub(crate) data_end: DataEnd,
    /// Without activity for this long a journey is over, microseconds.
    pub(crate) span_us: i64,
}

impl Horizon {
    /// Whether the journey of `actor`, which has events, is over: data end − last activity ≥ span.
    pub(crate) fn is_over(self, chunk: &ActorChunk<'_>, actor: usize) -> bool {
        self.data_end.is_over(chunk.ts[last_seen(chunk, actor)], self.span_us)
    }
}

/// The actor's last activity event, without any its last event.
pub(crate) fn last_seen(chunk: &ActorChunk<'_>, actor: usize) -> usize {
    let events = chunk.events_of(actor);
    let last = events.end - 1;
    let active = events.rev().find(|&event| chunk.has(event, EventFlags::ACTIVITY));
    active.unwrap_or(last)
}

/// What became of a visitor of a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The last visit is in another phase.
    MovedOn,
    /// The journey is over.
    Dropped {
        /// Whether the goal had been attained.
        after_goal: bool,
    },
    /// The journey may go on.
    Open,
}

/// What became of the visitors of the last phase of `actor`.
pub(crate) fn fate(chunk: &ActorChunk<'_>, actor: usize, horizon: Horizon, goal: Phase) -> Fate {
    if !horizon.is_over(chunk, actor) {
        return Fate::Open;
    }
    Fate::Dropped { after_goal: attained(chunk, actor) >= Some(goal as u8) }
}

/// Code of the furthest canonical phase that `actor` was observed in.
pub(crate) fn attained(chunk: &ActorChunk<'_>, actor: usize) -> Option<u8> {
    let observed = &chunk.observed[chunk.events_of(actor)];
    observed.iter().copied().filter(|&phase| phase != UNCLASSIFIED).max()
}

/// Whether the unit of `actor` that begins with `event` is chosen.
pub(crate) fn is_chosen(
    plan: &Plan<'_>,
    selection: &Selection,
    chunk: &ActorChunk<'_>,
    actor: usize,
    event: usize,
) -> bool {
    chunk.ts[event] >= plan.from_us && selection.has_event(chunk, actor, event)
}

/// First event of the visit `visit` to first event of the visit after it, microseconds.
///
/// Where a date without a time is involved the answer is in whole days: the days between two dates, else the
/// elapsed days rounded down. (Two dates are a whole number of days apart up to a change of the clocks.)
#[inline]
pub(crate) fn dwell_us(chunk: &ActorChunk<'_>, visit: usize) -> i64 {
    let [from, to] = [visit, visit + 1].map(|visit| chunk.visits.first_event[visit] as usize);
    let elapsed = chunk.ts[to] - chunk.ts[from];
    let dates = [from, to].map(|event| chunk.has(event, EventFlags::DAY_PRECISION));
    match dates {
        [false, false] => elapsed,
        [true, true] => (elapsed + DAY_US / 2) / DAY_US * DAY_US,
        _ => elapsed / DAY_US * DAY_US,
    }
}
