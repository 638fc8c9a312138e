//! How far do attempts get where groups of any order meet `within`, `directly`, exclusions or every entry?
//!
//! One pass, tick by tick (with `directly`, event by event), as for steps in their order. But an attempt that was overtaken
//! may still rise here, since a group that is done early may be done too early for the `within` of the next. So every
//! attempt keeps all its [nodes](super::nodes). Attempts with the same level and the same nodes are one *class*, which moves
//! as one. Nodes that can lead nowhere, and those that another of the class makes superfluous, are dropped. Where only the
//! best attempt counts and no exclusion ends any, a node of an attempt is superfluous as soon as a later attempt has it.
//!
//! - **Cost:** per tick the nodes of all classes. Without exclusions that is bounded by the states (and the distinct times
//!   that a `within` may start from); with exclusions, or for every entry, by the attempts whose window is open.
//! - **Source:** `docs/semantics.md#steps-in-any-order`. Equal to exhaustive search.

use std::collections::VecDeque;

use kundresa_model::spec::funnel::FunnelEntry;

use super::super::matching::steps_of;
use super::super::standing::Attempt;
use super::super::verdicts::Verdicts;
use super::super::{Kernel, Matches, NO_PLACE, Scratch, Solution};
use super::nodes::{Here, Node};
use super::retrace::Retrace;
use super::{Buffers, Crowd, State, States};

/// Attempts whose chains may stand at the same nodes.
#[derive(Clone, Debug, Default)]
struct Class {
    /// By rising start.
    attempts: VecDeque<Attempt>,
    level: usize,
    nodes: Vec<Node>,
}

/// Working space, reused from unit to unit.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Limits {
    classes: Vec<Class>,
    /// Classes that are not in use.
    spare: Vec<Class>,
    fresh: Vec<Node>,
    verdicts: Verdicts,
    pub(super) retrace: Retrace,
}

/// One pass over the matches of a unit.
struct Pass<'a> {
    kernel: &'a Kernel,
    matches: Matches<'a>,
    buffers: &'a mut Buffers,
    limits: &'a mut Limits,
    /// Entries lie before this position.
    entries_end: usize,
    /// Whether a later attempt makes the same nodes of an earlier one superfluous.
    only_best: bool,
    is_done: bool,
}

impl Kernel {
    /// As [`Self::best_in_any_order`], with all limits.
    pub(super) fn best_within_limits(
        &self,
        matches: Matches<'_>,
        scratch: &mut Scratch,
        solution: &mut Solution,
    ) -> bool {
        let Scratch { any_order, limits, .. } = scratch;
        if !self.judge_in_any_order(matches, any_order, limits) {
            return false;
        }
        solution.positions.clear();
        solution.level = 0;
        if let Some(verdict) = limits.verdicts.best {
            solution.level = verdict.level;
            self.retrace(matches, &verdict, false, (any_order, &mut limits.retrace), &mut solution.positions);
        }
        solution.latest_entry = limits.verdicts.latest_entry;
        true
    }

    /// As [`Self::each_entry`], for groups of any order: each event of a member of the first group is an entry.
    pub(in super::super) fn each_entry_in_any_order(
        &self,
        matches: Matches<'_>,
        scratch: &mut Scratch,
        found: &mut dyn FnMut(&Solution),
    ) {
        let Scratch { any_order, limits, solution, .. } = scratch;
        if !self.judge_in_any_order(matches, any_order, limits) {
            return;
        }
        limits.verdicts.each.sort_unstable_by_key(|verdict| verdict.attempt.entry);
        for verdict in &limits.verdicts.each {
            self.retrace(matches, verdict, true, (any_order, &mut limits.retrace), &mut solution.positions);
            solution.level = verdict.level;
            solution.latest_entry = verdict.survived.then_some(verdict.attempt.since);
            found(solution);
        }
    }

    /// Fills the verdicts of `limits`; `false` if there was no entry.
    fn judge_in_any_order(&self, matches: Matches<'_>, buffers: &mut Buffers, limits: &mut Limits) -> bool {
        let entries = self.entry_steps();
        let is_entry = |at: &usize| matches.steps[*at] & entries != 0 && matches.ts[*at] >= self.from_us;
        let Some(entry) = (0..matches.ts.len()).find(is_entry) else { return false };
        let first = self.tick_at(matches, entry);
        buffers.states.fill(&self.groups);
        limits.verdicts.clear(self.entry == FunnelEntry::Every, self.on_exclusion);
        limits.retrace.clear();
        let entries_end = if self.entry == FunnelEntry::First { first.end } else { usize::MAX };
        let only_best = self.entry != FunnelEntry::Every && matches.exclusions.is_empty();
        Pass { kernel: self, matches, buffers, limits, entries_end, only_best, is_done: false }.run(first.start);
        true
    }

    /// Whether a chain at `node` can't go on at `t` or later.
    fn is_dead(&self, states: &States, node: Node, t: i64) -> bool {
        let Some(open) = states.open(node.state) else { return true };
        let is_late = t.saturating_sub(node.base) > self.within_of(states, open.group);
        is_late || (self.is_directly_group(states, open.group) && node.place == NO_PLACE)
    }

    /// `node` without what nothing will ask for, so that equal prospects are equal nodes.
    fn reduced(&self, states: &States, node: Node) -> Node {
        let group = states.open(node.state).map_or(0, |open| open.group);
        let base = if self.within_of(states, group) == i64::MAX { 0 } else { node.base };
        let place = if self.is_directly_group(states, group) { node.place } else { NO_PLACE };
        Node { base, place, ..node }
    }

    /// Whether chains at `one` can do all that those at `other`, of the same attempt or an earlier one, can.
    fn is_superfluous(&self, states: &States, other: Node, one: Node) -> bool {
        if one.state == other.state {
            return one.base >= other.base && (one.place != NO_PLACE || other.place == NO_PLACE);
        }
        // More members are better, unless what comes next is better done later.
        let (group, next) = (one.state.group, one.state.group + 1);
        let is_directly = |group| self.is_directly_group(states, group);
        let next_is_free = next >= states.groups() || (self.within_of(states, next) == i64::MAX && !is_directly(next));
        let is_more = group == other.state.group && one.state.set & other.state.set == other.state.set;
        let is_as_late = states.is_full(one.state) || one.base >= other.base;
        is_more && is_as_late && next_is_free && !is_directly(group)
    }
}

impl Pass<'_> {
    fn run(&mut self, first: usize) {
        let mut next = first;
        while next < self.matches.ts.len() && !self.is_done {
            let here = self.kernel.here(self.matches, next);
            self.expire(here.t);
            if here.masks.len() > 1 {
                self.buffers.crowd.fill(here.masks, here.first, self.kernel.steps);
            }
            let mut has_changed = false;
            for class in 0..self.limits.classes.len() {
                has_changed |= self.advance(class, here);
            }
            has_changed |= self.enter(here);
            self.finish_converted();
            has_changed |= self.exclude(here);
            if has_changed {
                self.tidy();
            }
            next = here.end;
        }
        while let Some(class) = self.limits.classes.pop() {
            self.let_survive(class);
        }
    }

    /// Those whose window is over leave.
    fn expire(&mut self, t: i64) {
        let Limits { classes, verdicts, .. } = &mut *self.limits;
        for class in &mut *classes {
            let is_over = |attempt: &mut Attempt| t.saturating_sub(attempt.since) > self.kernel.window_us;
            while let Some(attempt) = class.attempts.pop_front_if(is_over) {
                verdicts.survive(attempt, class.level);
            }
        }
        self.drop_empty();
    }

    fn drop_empty(&mut self) {
        let Limits { classes, spare, .. } = &mut *self.limits;
        spare.extend(classes.extract_if(.., |class| class.attempts.is_empty()));
    }

    /// Lets the chains of a class go on; whether that changed it.
    fn advance(&mut self, class: usize, here: Here<'_>) -> bool {
        let Self { kernel, buffers: Buffers { states, crowd, .. }, limits, .. } = self;
        let Limits { classes, fresh, .. } = &mut **limits;
        let class = &mut classes[class];
        fresh.clear();
        for &node in &class.nodes {
            kernel.grow_node(states, crowd, node, here, &mut |next| fresh.push(next));
        }
        // What was just before is so no longer.
        let mut has_changed = !fresh.is_empty();
        for node in class.nodes.iter_mut().filter(|node| node.place != NO_PLACE && here.place != NO_PLACE) {
            node.place = NO_PLACE;
            has_changed = true;
        }
        let before = class.nodes.len();
        class.nodes.retain(|&node| !kernel.is_dead(states, node, here.t));
        has_changed |= class.nodes.len() < before;
        let top = fresh.iter().map(|node| states.level(node.state)).max().unwrap_or(0);
        if top > class.level {
            class.level = top;
            class.attempts.iter_mut().for_each(|attempt| attempt.reached = here.first);
        }
        class.nodes.append(fresh);
        if has_changed {
            kernel.prune(states, &mut class.nodes, here.t);
        }
        has_changed
    }

    /// Opens the attempts that begin at `here`; whether there are any.
    fn enter(&mut self, here: Here<'_>) -> bool {
        let entries = self.kernel.entry_steps();
        if here.first >= self.entries_end || here.t < self.kernel.from_us {
            return false;
        }
        let is_entry = |at: &usize| self.matches.steps[*at] & entries != 0;
        let Some(entry) = (here.first..here.end).find(is_entry) else { return false };
        if self.kernel.entry == FunnelEntry::Every {
            self.enter_each(here, entries);
        } else {
            let Self { kernel, buffers: Buffers { states, crowd, .. }, limits, .. } = self;
            limits.fresh.clear();
            kernel.grow_node(states, crowd, Node::BEGIN, here, &mut |node| limits.fresh.push(node));
            self.open(entry, here);
        }
        true
    }

    /// Every event of a member of the first group is an entry; those that satisfy the same steps stand at the same nodes.
    fn enter_each(&mut self, here: Here<'_>, entries: u64) {
        let known = self.limits.classes.len();
        for at in here.first..here.end {
            let mask = self.matches.steps[at];
            if mask & entries == 0 {
                continue;
            }
            let is_same =
                |class: &Class| class.attempts.front().is_some_and(|one| self.matches.steps[one.entry] == mask);
            let same = self.limits.classes[known..].iter().position(is_same);
            match same {
                Some(class) => {
                    let since = here.t;
                    let attempt = Attempt { start: here.first, entry: at, since, reached: here.first };
                    self.limits.classes[known + class].attempts.push_back(attempt);
                }
                None => {
                    self.grow_entry(at, here);
                    self.open(at, here);
                }
            }
        }
    }

    /// Nodes of the attempt whose first event is the one at `entry`.
    fn grow_entry(&mut self, entry: usize, here: Here<'_>) {
        let Self { kernel, buffers: Buffers { states, crowd, .. }, limits, .. } = self;
        let fresh = &mut limits.fresh;
        fresh.clear();
        kernel.each_begin(states, crowd, entry, here, &mut |_, node| fresh.push(node));
    }

    /// Opens the attempt of `entry` with the nodes in `fresh`.
    fn open(&mut self, entry: usize, here: Here<'_>) {
        let Self { kernel, buffers, limits, .. } = self;
        let mut class = limits.spare.pop().unwrap_or_default();
        class.nodes.clear();
        class.nodes.append(&mut limits.fresh);
        class.level = class.nodes.iter().map(|node| buffers.states.level(node.state)).max().unwrap_or(0);
        kernel.prune(&buffers.states, &mut class.nodes, here.t);
        class.attempts.push_back(Attempt { start: here.first, entry, since: here.t, reached: here.first });
        limits.classes.push(class);
    }

    /// Those who reached the last step leave.
    fn finish_converted(&mut self) {
        let steps = self.kernel.steps;
        while let Some(at) = self.limits.classes.iter().position(|class| class.level == steps) {
            let class = self.limits.classes.swap_remove(at);
            self.let_survive(class);
            self.is_done |= self.kernel.entry != FunnelEntry::Every;
        }
    }

    fn let_survive(&mut self, mut class: Class) {
        let Limits { spare, verdicts, .. } = &mut *self.limits;
        class.attempts.drain(..).for_each(|attempt| verdicts.survive(attempt, class.level));
        spare.push(class);
    }

    /// Ends the attempts that exclusions at `here` exclude; whether there are any.
    fn exclude(&mut self, here: Here<'_>) -> bool {
        let exclusions = self.matches.exclusions;
        if exclusions.is_empty() {
            return false;
        }
        let levels = self.kernel.levels_ended_by(here.masks, &exclusions[here.first..here.end]);
        let Limits { classes, verdicts, .. } = &mut *self.limits;
        let mut has_ended = false;
        for level in steps_of(levels) {
            for class in classes.iter_mut().filter(|class| class.level == level) {
                class.attempts.drain(..).for_each(|attempt| verdicts.end(attempt, level));
                has_ended = true;
            }
        }
        self.drop_empty();
        has_ended
    }

    /// Joins classes that have become one, or drops what later attempts make superfluous.
    fn tidy(&mut self) {
        if self.only_best {
            return self.drop_superfluous();
        }
        let Limits { classes, .. } = &mut *self.limits;
        classes.sort_unstable_by(|one, other| (one.level, &one.nodes).cmp(&(other.level, &other.nodes)));
        for at in 1..classes.len() {
            let (before, [class, ..]) = classes.split_at_mut(at) else { continue };
            let Some(last) = before.last_mut() else { continue };
            if (last.level, &last.nodes) == (class.level, &class.nodes) {
                class.attempts.append(&mut last.attempts);
                class.attempts.make_contiguous().sort_unstable_by_key(|attempt| (attempt.start, attempt.entry));
            }
        }
        self.drop_empty();
    }

    fn drop_superfluous(&mut self) {
        let Self { kernel, buffers: Buffers { states, .. }, limits, .. } = self;
        let classes = &mut limits.classes;
        let start = |class: &Class| class.attempts.back().map_or(0, |attempt| attempt.start);
        classes.sort_unstable_by_key(start);
        for at in 0..classes.len() {
            let (before, later) = classes.split_at_mut(at + 1);
            let Some(class) = before.last_mut() else { continue };
            let is_covered = |node: &Node| {
                let others = later.iter().flat_map(|other| &other.nodes);
                { others }.any(|&other| kernel.is_superfluous(states, *node, other))
            };
            class.nodes.retain(|node| !is_covered(node));
        }
        while let Some(at) = self.limits.classes.iter().position(|class| class.nodes.is_empty()) {
            let class = self.limits.classes.swap_remove(at);
            self.let_survive(class);
        }
    }
}

impl Kernel {
    /// Drops the nodes of one attempt that lead nowhere or that another makes superfluous; the others are in order.
    fn prune(&self, states: &States, nodes: &mut Vec<Node>, t: i64) {
        nodes.retain(|&node| !self.is_dead(states, node, t));
        nodes.iter_mut().for_each(|node| *node = self.reduced(states, *node));
        nodes.sort_unstable();
        nodes.dedup();
        let mut at = 0;
        while at < nodes.len() {
            let node = nodes[at];
            let others = nodes.iter().enumerate().filter(|(other, _)| *other != at);
            if { others }.any(|(_, &other)| self.is_superfluous(states, node, other)) {
                nodes.remove(at);
            } else {
                at += 1;
            }
        }
    }

    /// Calls `found` for every node that an attempt whose first event is the one at `entry` may have at the end of its tick,
    /// with the step, as a bit, that this event serves.
    pub(super) fn each_begin(
        &self,
        states: &States,
        crowd: &mut Crowd,
        entry: usize,
        here: Here<'_>,
        found: &mut dyn FnMut(usize, Node),
    ) {
        let own = self.here_alone(entry, here);
        for member in steps_of(own & self.entry_steps()) {
            let state = State { group: 0, set: 1 << member };
            let base = if states.is_full(state) { here.t } else { 0 };
            let node = Node { state, base, place: here.place };
            found(1 << member, node);
            if here.masks.len() > 1 {
                crowd.fill_without(here.masks, here.first, self.steps, Some(entry));
                self.grow_node(states, crowd, node, here, &mut |next| found(1 << member, next));
            }
        }
        if here.masks.len() > 1 {
            crowd.fill(here.masks, here.first, self.steps);
        }
    }

    fn here_alone(&self, entry: usize, here: Here<'_>) -> u64 {
        here.masks[entry - here.first]
    }
}
