//! How far does a unit get where some steps may be taken in any order?
//!
//! Steps form groups, one after another; a step on its own is a group of one. A group is done when distinct events have
//! satisfied all its members, in whatever order; the members of the next come after that, where equal times are in either
//! order. Every member satisfied is a level, and the whole chain, from its earliest event to its latest, fits the window.
//!
//! ```text
//! any order {A, B, C}, W = 60     C@0  A@30  B@60     level 3
//!                                 C@0  A@30  B@61     level 2
//! ```
//!
//! A *state* is a group with the set of its members that are satisfied, all groups before it being done. Per state the
//! latest start of a chain is kept: a later start is never worse. An event alone in its tick, or a tick whose events serve
//! one group only, changes the states of that group one event after another, the largest sets first, so that an event serves
//! once. Other ticks are taken as a whole: from every state lead those sets of further steps that distinct events of the tick
//! can serve (a matching). Where `within`, `directly`, exclusions or every entry count, [`limits`] goes on from here.
//!
//! - **Cost:** per event the sets of its groups: at most 255 for a group of [`MOST_MEMBERS`]. No allocation per unit.
//! - **Source:** `docs/semantics.md#steps-in-any-order`. Equal to exhaustive search.

mod cover;
pub(super) mod limits;
mod nodes;
mod retrace;
mod states;
mod witness;

use kundresa_model::spec::funnel::FunnelEntry;

use super::matching::steps_of;
use super::plain::{end_of_tick, start_of_tick};
use super::{Kernel, Matches, Scratch, Solution};
use cover::Crowd;
use states::{State, States};
use witness::Way;

/// Most members of one group: there is a state per set of them.
pub(crate) const MOST_MEMBERS: usize = 8;

/// Marks a state that no chain has reached.
const NONE: i64 = i64::MIN;

/// Working space, reused from unit to unit.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffers {
    states: States,
    /// Latest start per state.
    starts: Vec<i64>,
    /// The same as it was before this tick.
    before: Vec<i64>,
    crowd: Crowd,
    way: Way,
}

/// How far the chains have come.
struct Reach {
    level: usize,
    /// Latest start of the chains that reach that level first.
    start: i64,
    latest_entry: i64,
}

impl Kernel {
    /// Fills `solution` with what the unit reached; `false` if there was no entry.
    ///
    /// The witness is, among the chains that reach that level first, one with the latest start whose levels are reached as
    /// early as possible; position k belongs to the event of level k + 1, whichever member it serves.
    pub(super) fn best_in_any_order(
        &self,
        matches: Matches<'_>,
        scratch: &mut Scratch,
        solution: &mut Solution,
    ) -> bool {
        if !self.is_plain_on(matches) {
            return self.best_within_limits(matches, scratch, solution);
        }
        let buffers = &mut scratch.any_order;
        buffers.states.fill(&self.groups);
        let Some(reach) = self.reach_in_any_order(matches, buffers) else { return false };
        solution.level = reach.level;
        solution.latest_entry = Some(reach.latest_entry);
        let first = matches.ts.partition_point(|&t| t < reach.start);
        witness::find(matches, first, reach.level, buffers, &mut solution.positions);
        true
    }

    fn reach_in_any_order(&self, matches: Matches<'_>, buffers: &mut Buffers) -> Option<Reach> {
        let entries = self.entry_steps();
        let is_entry = |event: &usize| matches.steps[*event] & entries != 0 && matches.ts[*event] >= self.from_us;
        let entry = (0..matches.ts.len()).find(is_entry)?;
        let first = matches.ts[entry];
        let last_entry = if self.entry == FunnelEntry::First { first } else { i64::MAX };
        let mut reach = Reach { level: 0, start: first, latest_entry: first };
        buffers.starts.clear();
        buffers.starts.resize(buffers.states.len(), NONE);
        let mut next = start_of_tick(matches.ts, entry);
        while next < matches.ts.len() && reach.level < self.steps {
            let (end, t) = (end_of_tick(matches.ts, next), matches.ts[next]);
            let union = matches.steps[next..end].iter().fold(0, |union, steps| union | steps);
            if t <= last_entry && union & entries != 0 {
                reach.latest_entry = t;
            }
            self.advance(matches, (next, end), union, t <= last_entry, buffers, &mut reach);
            next = end;
        }
        Some(reach)
    }

    /// Every chain goes on as far as distinct events of the tick allow; what it reaches shows after the tick.
    fn advance(
        &self,
        matches: Matches<'_>,
        (first, end): (usize, usize),
        union: u64,
        may_enter: bool,
        buffers: &mut Buffers,
        reach: &mut Reach,
    ) {
        let (t, masks) = (matches.ts[first], &matches.steps[first..end]);
        let mut top = (0, NONE);
        let of_one = (0..buffers.states.groups()).find(|&group| union & !buffers.states.members(group) == 0);
        match (masks, of_one) {
            (_, Some(group)) => {
                masks.iter().for_each(|&mask| self.advance_group(t, mask, group, may_enter, buffers, &mut top));
            }
            (&[alone], None) => {
                // From the last group on, so that the event of one does not serve the next as well.
                for group in (0..buffers.states.groups()).rev() {
                    self.advance_group(t, alone, group, may_enter, buffers, &mut top);
                }
            }
            _ => {
                buffers.crowd.fill(masks, first, self.steps);
                self.advance_crowd(t, may_enter, buffers, &mut top);
            }
        }
        if top.0 > reach.level {
            (reach.level, reach.start) = top;
        }
    }

    /// Lets one event of the steps `mask` serve `group`, from the largest set of members down.
    fn advance_group(
        &self,
        t: i64,
        mask: u64,
        group: usize,
        may_enter: bool,
        buffers: &mut Buffers,
        top: &mut (usize, i64),
    ) {
        let Buffers { states, starts, .. } = buffers;
        let members = (mask & states.members(group)) >> states.first(group);
        if members == 0 {
            return;
        }
        let start_of = |starts: &[i64], set: u32| match (set, group) {
            (0, 0) if may_enter => t,
            (0, 0) => NONE,
            (0, _) => starts[states.index(State { group: group - 1, set: states.full(group - 1) })],
            _ => starts[states.index(State { group, set })],
        };
        for set in (1..=states.full(group)).rev() {
            let froms = steps_of(members & u64::from(set)).map(|member| start_of(starts, set & !(1 << member)));
            let is_running = |start: &i64| *start != NONE && t.saturating_sub(*start) <= self.window_us;
            if let Some(start) = froms.filter(is_running).max() {
                let state = State { group, set };
                let known = &mut starts[states.index(state)];
                *known = start.max(*known);
                *top = (*top).max((states.level(state), start));
            }
        }
    }

    fn advance_crowd(&self, t: i64, may_enter: bool, buffers: &mut Buffers, top: &mut (usize, i64)) {
        let Buffers { states, starts, before, crowd, .. } = buffers;
        before.clone_from(starts);
        let mut grow = |from: State, start: i64| {
            crowd.release();
            states.grow(from, crowd, &mut |state| {
                let known = &mut starts[states.index(state)];
                *known = start.max(*known);
                *top = (*top).max((states.level(state), start));
            });
        };
        if may_enter {
            grow(State::default(), t);
        }
        for state in states.all() {
            let start = before[states.index(state)];
            if start != NONE && t.saturating_sub(start) <= self.window_us {
                grow(state, start);
            }
        }
    }
}
