//! By which events did an attempt with limits reach its level, in groups of any order?
//!
//! The chain is known by its start, the tick in which it reaches its level, and that level. First the events are gone through
//! from the end to the start. Per state it is known how late the time before (what `within` counts from) must be at least for
//! a chain to get to the end from there: its *need*. Every way to go on that can get there is written down. Then the chain
//! takes from the start on the first of them, as far as it leads in one tick:
//!
//! ```text
//! A, {B, C} within 5     A@0  A@3  B@5  C@7     back: C@7 needs 2; B@5 from A needs 2 too, so A@3 leads on and A@0 does not
//! ```
//!
//! - **Cost:** per event the states of its groups that chains may be in; attempts with one end share the way back.

use super::super::directly::is_next;
use super::super::plain::start_of_tick;
use super::super::verdicts::Verdict;
use super::super::{Kernel, Matches, NO_PLACE};
use super::Buffers;
use super::nodes::{Here, Node};
use super::states::State;
use super::witness::{self, Link, each_next};

/// The need of a state from which nothing leads to the end.
const NEVER: i64 = i64::MAX;

/// The need of a state from which every chain gets to the end.
const ALWAYS: i64 = i64::MIN;

/// A way on that leads to the end.
#[derive(Clone, Copy, Debug)]
struct Take {
    /// First position of the tick.
    first: usize,
    from: State,
    to: State,
    need: i64,
}

/// Working space, reused from attempt to attempt and from unit to unit.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Retrace {
    /// Level, tick in which it is reached, and start that `takes` are for.
    key: Option<(usize, usize, usize)>,
    /// By falling position.
    takes: Vec<Take>,
    /// Per state its need, if later events may be taken at any time.
    any: Vec<i64>,
    /// Per state its need, if the event at `near_place` comes next.
    near: Vec<i64>,
    near_place: u32,
    /// What `near` becomes.
    near_next: Vec<i64>,
    /// Per state the first tick, by position, after which a chain may be in it.
    first_at: Vec<usize>,
    /// Where the chain may stand, with the link that leads there.
    layer: Vec<(Node, usize)>,
    next_layer: Vec<(Node, usize)>,
}

impl Retrace {
    /// Forgets the unit before.
    pub(super) fn clear(&mut self) {
        self.key = None;
    }
}

/// Whose chain is looked for.
struct Search<'a> {
    kernel: &'a Kernel,
    matches: Matches<'a>,
    level: usize,
    buffers: &'a mut Buffers,
    space: &'a mut Retrace,
}

impl Kernel {
    /// Fills `positions` with the chain of `verdict`. If `is_entry_fixed`, its first event is that of the entry; otherwise any
    /// of that tick.
    pub(super) fn retrace(
        &self,
        matches: Matches<'_>,
        verdict: &Verdict,
        is_entry_fixed: bool,
        (buffers, space): (&mut Buffers, &mut Retrace),
        positions: &mut Vec<usize>,
    ) {
        positions.clear();
        let (level, start, reached) = (verdict.level, verdict.attempt.start, verdict.attempt.reached);
        if level == 0 {
            return;
        }
        if level == 1 {
            return positions.push(verdict.attempt.entry);
        }
        let fixed = is_entry_fixed.then_some(verdict.attempt.entry);
        let mut search = Search { kernel: self, matches, level, buffers, space };
        let is_known = search.space.key.is_some_and(|(of, end, from)| (of, end) == (level, reached) && from <= start);
        if !is_known {
            search.go_back(start, reached);
        }
        search.begin(start, fixed);
        search.go();
        let path = search.buffers.way.path.len();
        for place in 1..path {
            witness::assign(matches, place, fixed.filter(|_| place == 1), buffers, positions);
        }
    }
}

impl Search<'_> {
    /// Writes down, from the end to the start, which ways lead to the end.
    fn go_back(&mut self, start: usize, reached: usize) {
        let states = self.buffers.states.len();
        let space = &mut *self.space;
        space.key = Some((self.level, reached, start));
        space.takes.clear();
        for needs in [&mut space.any, &mut space.near, &mut space.near_next] {
            needs.clear();
            needs.resize(states, NEVER);
        }
        space.near_place = NO_PLACE;
        self.find_first(start, reached);
        let mut end = self.kernel.here(self.matches, reached).end;
        while end > start {
            let first =
                if self.kernel.follows_total_order() { end - 1 } else { start_of_tick(self.matches.ts, end - 1) };
            if first > start {
                self.mark(self.kernel.here(self.matches, first));
            }
            end = first;
        }
    }

    /// From which tick on chains may be in each state, if neither limits nor distinct events count.
    fn find_first(&mut self, start: usize, reached: usize) {
        let Self { kernel, matches, buffers: Buffers { states, .. }, space, .. } = self;
        space.first_at.clear();
        space.first_at.resize(states.len(), usize::MAX);
        let mut next = start;
        while next <= reached {
            let here = kernel.here(*matches, next);
            let union = here.masks.iter().fold(0, |union, mask| union | mask);
            for group in (0..states.groups()).filter(|&group| union & states.members(group) != 0) {
                let members = (union & states.members(group)) >> states.first(group);
                for set in (1..=states.full(group)).filter(|&set| u64::from(set) & members != 0) {
                    let is_there = |state: State| space.first_at[states.index(state)] <= next;
                    let leads = |member: u32| match (set & !(1 << member), group) {
                        (0, 0) => true,
                        (0, _) => is_there(State { group: group - 1, set: states.full(group - 1) }),
                        (rest, _) => is_there(State { group, set: rest }),
                    };
                    let at = states.index(State { group, set });
                    if space.first_at[at] > next && (0..8).any(|m| (u64::from(set) & members) >> m & 1 == 1 && leads(m))
                    {
                        space.first_at[at] = next;
                    }
                }
            }
            next = here.end;
        }
    }

    /// Writes down the ways on that the events at `here` make.
    fn mark(&mut self, here: Here<'_>) {
        let union = here.masks.iter().fold(0, |union, mask| union | mask);
        if here.masks.len() > 1 {
            self.buffers.crowd.fill(here.masks, here.first, self.kernel.steps);
        }
        for group in 0..self.buffers.states.groups() {
            for set in 1..=self.buffers.states.full(group) {
                self.mark_from(State { group, set }, union, here);
            }
        }
        if here.place != NO_PLACE {
            let Retrace { near, near_next, near_place, .. } = &mut *self.space;
            std::mem::swap(near, near_next);
            near_next.fill(NEVER);
            *near_place = here.place;
        }
    }

    fn mark_from(&mut self, from: State, union: u64, here: Here<'_>) {
        let Self { kernel, level, buffers: Buffers { states, crowd, .. }, space, .. } = self;
        let (at, Some(open)) = (states.index(from), states.open(from)) else { return };
        if union & states.members(open.group) == 0 || space.first_at[at] >= here.first || states.level(from) >= *level {
            return;
        }
        let Retrace { takes, any, near, near_next, near_place, .. } = &mut **space;
        let within = kernel.within_of(states, open.group);
        let in_time = if within == i64::MAX { ALWAYS } else { here.t.saturating_sub(within) };
        let near_follows = is_next(here.place, *near_place);
        let mut best = NEVER;
        let mut take = |to: State| {
            let after = match states.level(to).cmp(level) {
                std::cmp::Ordering::Less if near_follows => any[states.index(to)].min(near[states.index(to)]),
                std::cmp::Ordering::Less => any[states.index(to)],
                std::cmp::Ordering::Equal => ALWAYS,
                std::cmp::Ordering::Greater => NEVER,
            };
            let is_of_open = to.group == open.group && !states.is_full(to);
            let need = if is_of_open { in_time.max(after) } else { in_time };
            if after != NEVER && (is_of_open || after <= here.t) {
                takes.push(Take { first: here.first, from, to, need });
                best = best.min(need);
            }
        };
        match here.masks {
            [alone] => each_next(states, from, *alone, take),
            _ => {
                crowd.release();
                states.grow(from, crowd, &mut take);
            }
        }
        if !kernel.is_directly_group(states, open.group) {
            any[at] = any[at].min(best);
        } else if here.place != NO_PLACE {
            near_next[at] = best;
        }
    }

    /// Finds where the chain may stand after its first tick.
    fn begin(&mut self, start: usize, fixed: Option<usize>) {
        let here = self.kernel.here(self.matches, start);
        let Self { kernel, matches, level, buffers, space } = self;
        let Buffers { states, crowd, way, .. } = &mut **buffers;
        way.begin(start);
        let later = space.takes.partition_point(|take| take.first >= here.end);
        let Retrace { takes, layer, .. } = &mut **space;
        layer.clear();
        let mut top = 0;
        let mut keep = |served: usize, node: Node| {
            let here = states.level(node.state);
            let mut ways = takes[..later].iter();
            let leads_on = here == *level || ways.any(|take| kernel.can_take(states, *matches, node, *take));
            if here <= *level && here > top && leads_on {
                top = here;
                layer.clear();
            }
            if here == top && leads_on {
                layer.push((node, served));
            }
        };
        if here.masks.len() > 1 {
            crowd.fill(here.masks, here.first, kernel.steps);
        }
        match fixed {
            Some(entry) => kernel.each_begin(states, crowd, entry, here, &mut keep),
            None => kernel.grow_node(states, crowd, Node::BEGIN, here, &mut |node| keep(0, node)),
        }
        for (node, link) in layer {
            let served = std::mem::replace(link, way.links.len()) as u64;
            way.links.push(Link { state: node.state, from: 0, first: here.first, end: here.end, served });
        }
    }

    /// Takes the ways on from the first tick to the end.
    fn go(&mut self) {
        let Self { kernel, matches, level, buffers: Buffers { states, way, .. }, space } = self;
        let Retrace { takes, layer, next_layer, .. } = &mut **space;
        let mut end = layer.first().map_or(usize::MAX, |(_, link)| way.links[*link].end);
        let mut rest = takes.partition_point(|take| take.first >= end);
        while rest > 0 && layer.first().is_some_and(|(node, _)| states.level(node.state) < *level) {
            let first = takes[rest - 1].first;
            let ticks = takes[..rest].partition_point(|take| take.first > first);
            let here = kernel.here(*matches, first);
            next_layer.clear();
            let mut top = 0;
            for (node, link) in &*layer {
                for take in takes[ticks..rest].iter().filter(|take| kernel.can_take(states, *matches, *node, **take)) {
                    let reached = states.level(take.to);
                    if reached > top {
                        top = reached;
                        next_layer.clear();
                    }
                    if reached < top {
                        continue;
                    }
                    let open = states.open(node.state).unwrap_or_default();
                    let is_of_open = take.to.group == open.group && !states.is_full(take.to);
                    let base = if is_of_open { node.base } else { here.t };
                    let next = Node { state: take.to, base, place: here.place };
                    match next_layer.iter_mut().find(|(other, _)| other.state == next.state) {
                        Some(known) if known.0.base >= base => {}
                        Some(known) => *known = (next, *link),
                        None => next_layer.push((next, *link)),
                    }
                }
            }
            if !next_layer.is_empty() {
                std::mem::swap(layer, next_layer);
                end = here.end;
                for (node, link) in &mut *layer {
                    let from = std::mem::replace(link, way.links.len());
                    way.links.push(Link { state: node.state, from, first, end, served: 0 });
                }
            }
            rest = ticks;
        }
        way.follow_back(layer.first().map_or(0, |(_, link)| *link));
    }
}

impl Kernel {
    /// Whether a chain at `node` may go the way of `take` and gets to the end by it.
    fn can_take(&self, states: &super::States, matches: Matches<'_>, node: Node, take: Take) -> bool {
        let is_direct = |group| self.is_directly_group(states, group);
        let is_near = || is_next(node.place, matches.place(take.first));
        let Some(open) = states.open(node.state) else { return false };
        node.state == take.from && node.base >= take.need && (!is_direct(open.group) || is_near())
    }
}
