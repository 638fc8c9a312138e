//! Which events took a chain of known start to its level, each level as early as possible?
//!
//! Tick by tick only the states of the highest level so far are kept. None is lost by that: a set of members that events
//! can serve always grows into a largest one (these sets are a matroid), and a group done earlier leaves more to the next.

use kundresa_model::spec::funnel::MAX_STEPS;

use super::super::Matches;
use super::super::plain::end_of_tick;
use super::Buffers;
use super::states::State;

/// A state that the chain may be in after a tick, and the one before it that leads there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) state: State,
    /// Place in the links of the one before.
    pub(super) from: usize,
    /// Events of the tick: from this position up to that.
    pub(super) first: usize,
    pub(super) end: usize,
    /// Step, as a bit, that the fixed event of the first tick serves.
    pub(super) served: u64,
}

/// Working space, reused from unit to unit. Links of one tick follow those of the tick before.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    pub(super) links: Vec<Link>,
    /// Links from the first tick to the last.
    pub(super) path: Vec<Link>,
    parts: Vec<u64>,
}

impl Way {
    /// Forgets all links and begins anew before the first event.
    pub(super) fn begin(&mut self, first: usize) {
        self.links.clear();
        self.links.push(Link { state: State::default(), from: 0, first, end: first, served: 0 });
    }

    /// Puts the links that lead to the one at `place` in order.
    pub(super) fn follow_back(&mut self, mut place: usize) {
        self.path.clear();
        while place > 0 {
            self.path.push(self.links[place]);
            place = self.links[place].from;
        }
        self.path.push(self.links[0]);
        self.path.reverse();
    }
}

/// Fills `positions` with the events of the levels up to `level`, for chains whose first event is in the tick that begins
/// at `first`.
pub(super) fn find(
    matches: Matches<'_>,
    first: usize,
    level: usize,
    buffers: &mut Buffers,
    positions: &mut Vec<usize>,
) {
    buffers.way.begin(first);
    let (mut before, mut next, mut reached) = (0..1, first, 0);
    while reached < level && next < matches.ts.len() {
        let end = end_of_tick(matches.ts, next);
        rise(matches, before.clone(), (next, end), level, buffers);
        if before.end < buffers.way.links.len() {
            before = before.end..buffers.way.links.len();
            reached = buffers.states.level(buffers.way.links[before.start].state);
        }
        next = end;
    }
    buffers.way.follow_back(before.start);
    positions.clear();
    (1..buffers.way.path.len()).for_each(|place| assign(matches, place, None, buffers, positions));
}

/// Adds links to the states of the highest level up to `level` that the tick leads to from the links in `before`.
fn rise(
    matches: Matches<'_>,
    before: std::ops::Range<usize>,
    (first, end): (usize, usize),
    level: usize,
    buffers: &mut Buffers,
) {
    let Buffers { states, crowd, way, .. } = buffers;
    let (known, mut top) = (before.end, states.level(way.links[before.start].state));
    let steps = &matches.steps[first..end];
    if end - first > 1 {
        crowd.fill(steps, first, MAX_STEPS);
    }
    for from in before {
        let start = way.links[from].state;
        let links = &mut way.links;
        let mut take = |state: State| {
            let here = states.level(state);
            if here > top && here <= level {
                top = here;
                links.truncate(known);
            }
            let is_new = || links[known..].iter().all(|link| link.state != state);
            if here == top && here > states.level(start) && is_new() {
                links.push(Link { state, from, first, end, served: 0 });
            }
        };
        match steps {
            [alone] => each_next(states, start, *alone, &mut take),
            _ => {
                crowd.release();
                states.grow(start, crowd, &mut take);
            }
        }
    }
}

/// Calls `found` for each state that one event of the steps `mask` leads to.
pub(super) fn each_next(states: &super::States, from: State, mask: u64, mut found: impl FnMut(State)) {
    let Some(open) = states.open(from) else { return };
    let mut rest =
        (mask & states.members(open.group) & !states.steps(open.group, open.set)) >> states.first(open.group);
    while rest != 0 {
        found(State { set: open.set | 1 << rest.trailing_zeros(), ..open });
        rest &= rest - 1;
    }
}

/// Adds the events of the tick that leads to the link at `place` of the path; the one at the position `fixed` serves its own
/// step already.
pub(super) fn assign(
    matches: Matches<'_>,
    place: usize,
    fixed: Option<usize>,
    buffers: &mut Buffers,
    positions: &mut Vec<usize>,
) {
    let Buffers { states, crowd, way: Way { path, parts, .. }, .. } = buffers;
    let (before, link) = (path[place - 1], path[place]);
    if link.end - link.first == 1 {
        return positions.push(link.first);
    }
    states.between(before.state, link.state, parts);
    let masks = &matches.steps[link.first..link.end];
    parts.iter_mut().for_each(|part| *part &= !link.served);
    crowd.fill_without(masks, link.first, MAX_STEPS, fixed);
    positions.extend(fixed);
    crowd.assign(parts, positions);
}
