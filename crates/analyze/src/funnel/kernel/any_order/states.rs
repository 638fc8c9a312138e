//! Which states are there, and which can a tick lead to?

use super::cover::Crowd;

/// A group with the set of its members that are satisfied; all groups before it are done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct State {
    pub(super) group: usize,
    pub(super) set: u32,
}

/// The states of a funnel.
#[derive(Clone, Debug, Default)]
pub(super) struct States {
    groups: Vec<Group>,
    len: usize,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    /// Place of its first member among the steps.
    first: usize,
    members: usize,
    /// Index of the state without any member.
    offset: usize,
}

impl States {
    /// The states of the steps whose group numbers are `numbers`.
    pub(super) fn fill(&mut self, numbers: &[Option<u32>]) {
        self.groups.clear();
        self.len = 0;
        for (step, number) in numbers.iter().enumerate() {
            let goes_on = number.is_some() && step > 0 && numbers[step - 1] == *number;
            match self.groups.last_mut() {
                Some(group) if goes_on => {
                    self.len += 1 << group.members;
                    group.members += 1;
                }
                _ => {
                    self.groups.push(Group { first: step, members: 1, offset: self.len });
                    self.len += 2;
                }
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Number of groups.
    pub(super) fn groups(&self) -> usize {
        self.groups.len()
    }

    pub(super) fn index(&self, state: State) -> usize {
        self.groups[state.group].offset + state.set as usize
    }

    /// Members satisfied in all.
    pub(super) fn level(&self, state: State) -> usize {
        self.groups[state.group].first + state.set.count_ones() as usize
    }

    /// All states in which the group has begun, ascending: none leads to one before it.
    pub(super) fn all(&self) -> impl Iterator<Item = State> {
        let groups = self.groups.iter().enumerate();
        groups.flat_map(|(group, of)| (1..1u32 << of.members).map(move |set| State { group, set }))
    }

    /// Steps of `group` in `set`, as bits of steps.
    pub(super) fn steps(&self, group: usize, set: u32) -> u64 {
        u64::from(set) << self.groups[group].first
    }

    /// Place of the first member of `group` among the steps.
    pub(super) fn first(&self, group: usize) -> usize {
        self.groups[group].first
    }

    /// All members of a group.
    pub(super) fn full(&self, group: usize) -> u32 {
        (1 << self.groups[group].members) - 1
    }

    /// All members of a group, as bits of steps.
    pub(super) fn members(&self, group: usize) -> u64 {
        self.steps(group, self.full(group))
    }

    /// Whether its group is done.
    pub(super) fn is_full(&self, state: State) -> bool {
        state.set == self.full(state.group)
    }

    /// `state` as it goes on: at the begin of the next group if its own is done. `None` after the last.
    pub(super) fn open(&self, state: State) -> Option<State> {
        if !self.is_full(state) {
            return Some(state);
        }
        (state.group + 1 < self.groups.len()).then_some(State { group: state.group + 1, set: 0 })
    }

    /// The sets of steps, one per group, that lead from `from` to `to`.
    pub(super) fn between(&self, from: State, to: State, parts: &mut Vec<u64>) {
        parts.clear();
        parts.extend((from.group..=to.group).map(|group| {
            let done = if group == from.group { from.set } else { 0 };
            let now = if group == to.group { to.set } else { self.full(group) };
            self.steps(group, now & !done)
        }));
    }

    /// Calls `found` for every state that distinct events of the tick lead to from `from`, each once.
    pub(super) fn grow(&self, from: State, crowd: &mut Crowd, found: &mut dyn FnMut(State)) {
        self.grow_above(from, 0, crowd, found);
    }

    /// As [`Self::grow`]; adds members in rising order, none below `lowest`, so that every set comes up once.
    fn grow_above(&self, state: State, lowest: usize, crowd: &mut Crowd, found: &mut dyn FnMut(State)) {
        if self.is_full(state) {
            if let Some(next) = self.open(state) {
                self.grow_above(next, 0, crowd, found);
            }
            return;
        }
        let Group { first, members, .. } = self.groups[state.group];
        for member in (lowest..members).filter(|member| state.set >> member & 1 == 0) {
            crowd.save();
            if crowd.give_event(first + member) {
                let next = State { set: state.set | 1 << member, ..state };
                found(next);
                self.grow_above(next, member + 1, crowd, found);
                crowd.restore();
            } else {
                crowd.forget();
            }
        }
    }
}
