//! Where may a chain with limits stand, and where can an event or a tick take it?
//!
//! A chain goes on from its state, but `within` asks when what came before the group was done, and `directly` whether the
//! last event was the one just before. A *node* is a state with both:
//!
//! ```text
//! A, {B, C} within 5      A@0  B@1  A@2  C@6     (A done at 0, then B), (A done at 2); C comes too late for the first
//! ```
//!
//! For one attempt a later time is never worse, so few nodes are left.

use super::super::directly::is_next;
use super::super::plain::end_of_tick;
use super::super::{Kernel, Matches, NO_PLACE};
use super::cover::Crowd;
use super::states::{State, States};
use super::witness::each_next;

/// Where a chain may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Node {
    pub(super) state: State,
    /// Time of the last event before what is to be taken next: of the whole group, or of those before it.
    pub(super) base: i64,
    /// Place of the last event in the stream, as long as that matters.
    pub(super) place: u32,
}

impl Node {
    /// A chain without any event.
    pub(super) const BEGIN: Self = Self { state: State { group: 0, set: 0 }, base: 0, place: NO_PLACE };
}

/// Events that are taken together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Here<'a> {
    pub(super) t: i64,
    pub(super) place: u32,
    pub(super) first: usize,
    pub(super) end: usize,
    pub(super) masks: &'a [u64],
}

impl Kernel {
    /// The tick that begins at `first`.
    pub(super) fn here<'m>(&self, matches: Matches<'m>, first: usize) -> Here<'m> {
        let end = if self.follows_total_order() { first + 1 } else { end_of_tick(matches.ts, first) };
        let masks = &matches.steps[first..end];
        Here { t: matches.ts[first], place: matches.place(first), first, end, masks }
    }

    /// Longest time from what comes before `group` to each of its members.
    pub(super) fn within_of(&self, states: &States, group: usize) -> i64 {
        if group == 0 { i64::MAX } else { self.within_us[states.first(group)] }
    }

    pub(super) fn is_directly_group(&self, states: &States, group: usize) -> bool {
        group > 0 && self.directly >> states.first(group) & 1 == 1
    }

    /// Whether a chain at `node` may take its next event at `here`, whatever step that serves.
    pub(super) fn may_go_on(&self, states: &States, node: Node, here: Here<'_>) -> bool {
        let Some(open) = states.open(node.state) else { return false };
        let is_in_time = here.t.saturating_sub(node.base) <= self.within_of(states, open.group);
        is_in_time && (!self.is_directly_group(states, open.group) || is_next(node.place, here.place))
    }

    /// Calls `found` for every node that distinct events at `here` lead to from `from`; a `crowd` is filled with them if they
    /// are several.
    pub(super) fn grow_node(
        &self,
        states: &States,
        crowd: &mut Crowd,
        from: Node,
        here: Here<'_>,
        found: &mut dyn FnMut(Node),
    ) {
        let is_begin = from.state == State::default();
        if !is_begin && !self.may_go_on(states, from, here) {
            return;
        }
        let open = states.open(from.state).unwrap_or_default();
        let mut reached = |state: State| {
            let is_of_open = state.group == open.group && !states.is_full(state);
            let base = if is_of_open { from.base } else { here.t };
            found(Node { state, base, place: here.place });
        };
        match here.masks {
            [alone] => each_next(states, from.state, *alone, reached),
            _ => {
                crowd.release();
                states.grow(from.state, crowd, &mut reached);
            }
        }
    }
}
