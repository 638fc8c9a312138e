//! Which attempts have just taken a step with the event before this one?
//!
//! Per level the attempts whose chains end with the last event of the stream, as a span of starts:
//!
//! ```text
//! steps A, B directly        A@0  A@1  B@2       level 1 after A@1: from A@1 to A@1, so B is not taken by A@0
//! ```
//!
//! A span has an end as well, because events outside of the stream may bring later attempts to the level in between.

use super::NO_PLACE;
use super::standing::Span;

#[derive(Clone, Copy, Debug)]
struct Last {
    span: Span,
    place: u32,
    t: i64,
}

/// By level the attempts that reached it with an event, and the place of that event.
#[derive(Clone, Debug, Default)]
pub(super) struct Adjacent {
    levels: Vec<Option<Last>>,
}

impl Adjacent {
    pub(super) fn clear(&mut self, steps: usize) {
        self.levels.clear();
        self.levels.resize(steps, None);
    }

    /// The attempts in `span` reached `level` with the event at `place` and `t`. Outside of the stream nothing is next.
    pub(super) fn set(&mut self, level: usize, span: Span, place: u32, t: i64) {
        if place != NO_PLACE {
            self.levels[level] = Some(Last { span, place, t });
        }
    }

    /// The attempts that reached `level` with the event just before the one at `place` and `t`, at most `within_us` ago.
    pub(super) fn before(&self, level: usize, place: u32, t: i64, within_us: i64) -> Option<Span> {
        let last = self.levels[level]?;
        (is_next(last.place, place) && t.saturating_sub(last.t) <= within_us).then_some(last.span)
    }
}

/// Whether the event at place `next` is the very next of the stream after the one at `place`.
pub(super) fn is_next(place: u32, next: u32) -> bool {
    next != NO_PLACE && place.checked_add(1) == Some(next)
}
