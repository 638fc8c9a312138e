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
//! latest start of a chain is kept: a later start is never worse. Events of one tick are taken together: from every state
//! lead those sets of further steps that distinct events of the tick can serve (a matching).
//! Equal to exhaustive search. Source: `docs/semantics.md#funnels`.

mod cover;
mod states;
mod witness;

use kundresa_model::spec::funnel::FunnelEntry;

use super::{Kernel, Matches, Scratch, Solution};
use cover::Crowd;
use states::{State, States};

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
        let first = matches.ts[(0..matches.ts.len()).find(is_entry)?];
        let last_entry = if self.entry == FunnelEntry::First { first } else { i64::MAX };
        let mut reach = Reach { level: 0, start: first, latest_entry: first };
        buffers.starts.clear();
        buffers.starts.resize(buffers.states.len(), NONE);
        let mut next = matches.ts.partition_point(|&t| t < first);
        while next < matches.ts.len() && reach.level < self.steps {
            let end = next + matches.ts[next..].iter().take_while(|&&t| t == matches.ts[next]).count();
            let t = matches.ts[next];
            buffers.crowd.fill(&matches.steps[next..end], next, self.steps);
            if t <= last_entry && buffers.crowd.union() & entries != 0 {
                reach.latest_entry = t;
            }
            self.advance(t, t <= last_entry, buffers);
            reach.raise(buffers);
            next = end;
        }
        Some(reach)
    }

    /// Every chain goes on as far as distinct events of the tick allow; what it reaches shows after the tick.
    fn advance(&self, t: i64, may_enter: bool, buffers: &mut Buffers) {
        let Buffers { states, starts, before, crowd } = buffers;
        before.clone_from(starts);
        if may_enter {
            grow(states, crowd, State::default(), t, starts);
        }
        for state in states.all() {
            let start = before[states.index(state)];
            if start != NONE && t.saturating_sub(start) <= self.window_us {
                grow(states, crowd, state, start, starts);
            }
        }
    }
}

fn grow(states: &States, crowd: &mut Crowd, from: State, start: i64, starts: &mut [i64]) {
    crowd.release();
    states.grow(from, crowd, &mut |state| {
        let known = &mut starts[states.index(state)];
        *known = start.max(*known);
    });
}

impl Reach {
    /// Takes a higher level that the tick brought, with the latest start.
    fn raise(&mut self, buffers: &Buffers) {
        let Buffers { states, starts, .. } = buffers;
        let reached = states.all().filter(|state| starts[states.index(*state)] != NONE);
        let best = reached.map(|state| (states.level(state), starts[states.index(state)])).max();
        if let Some((level, start)) = best.filter(|(level, _)| *level > self.level) {
            (self.level, self.start) = (level, start);
        }
    }
}
