//! How many steps in a row can be given an event of their own, when all the events have the same time?
//!
//! A bipartite matching grown step by step along augmenting paths:
//!
//! ```text
//! events   {1,2} {1}        step 1 takes the first event; step 2 needs it, so step 1 moves to the second
//! ```
//!
//! Once a step can't be added, no longer row of steps fits either (Berge).

/// Marks an event that no step has.
const FREE: u8 = u8::MAX;

/// Events of one tick as masks of the steps they satisfy, with working space for matching. Buffers are reused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tick {
    masks: Vec<u64>,
    /// The masks to restore.
    whole: Vec<u64>,
    /// Position of each event among the unit's matches.
    positions: Vec<usize>,
    /// Step that has each event, or [`FREE`].
    owner: Vec<u8>,
    /// Search that last looked at each event.
    seen: Vec<u32>,
    search: u32,
    /// Steps that any event satisfies.
    union: u64,
    /// Whether an event satisfies more than one step, so that events can be contested.
    is_contested: bool,
}

impl Tick {
    /// Takes the events `masks` of one tick, of which the first is at `position`.
    ///
    /// Of a crowd, those are left out that no matching of `steps` steps can miss: each of their steps already has
    /// `steps` earlier candidates, one of which is always free.
    pub(crate) fn fill(&mut self, masks: &[u64], position: usize, steps: usize) {
        self.masks.clear();
        self.positions.clear();
        let mut candidates = [0usize; 64];
        for (offset, &mask) in masks.iter().enumerate() {
            if masks.len() > steps && steps_of(mask).all(|step| candidates[step] >= steps) {
                continue;
            }
            steps_of(mask).for_each(|step| candidates[step] += 1);
            self.masks.push(mask);
            self.positions.push(position + offset);
        }
        self.union = masks.iter().fold(0, |union, mask| union | mask);
        self.is_contested = masks.iter().any(|mask| mask.count_ones() > 1);
    }

    /// Makes what is here now what [`Self::restore`] brings back.
    pub(crate) fn remember(&mut self) {
        self.whole.clone_from(&self.masks);
    }

    /// Gives back all events that were assigned or taken away since [`Self::remember`].
    pub(crate) fn restore(&mut self) {
        self.masks.clone_from(&self.whole);
        self.union = self.masks.iter().fold(0, |union, mask| union | mask);
    }

    /// Leaves the event at `position` of the unit's matches to nobody.
    pub(crate) fn take_away(&mut self, position: usize) {
        if let Some(event) = self.positions.iter().position(|&other| other == position) {
            self.masks[event] = 0;
            self.union = self.masks.iter().fold(0, |union, mask| union | mask);
        }
    }

    /// One past the last step of the longest row `first..` that distinct events satisfy; `first` if there is none.
    #[inline]
    pub(crate) fn longest_row(&mut self, first: usize, steps: usize) -> usize {
        let row = (self.union >> first).trailing_ones() as usize;
        let bound = (first + row).min(steps);
        if self.is_contested { self.longest_matching(first, bound) } else { bound }
    }

    fn longest_matching(&mut self, first: usize, bound: usize) -> usize {
        self.release();
        (first..bound).find(|&step| !self.give_event(step)).unwrap_or(bound)
    }

    /// Adds to `positions` an event for each of the steps `first..end`, which must be reachable: for each step in turn the
    /// earliest event that leaves the later ones possible.
    #[inline]
    pub(crate) fn assign(&mut self, first: usize, end: usize, positions: &mut Vec<usize>) {
        for step in first..end {
            let event = self.earliest(step, end);
            positions.push(self.positions[event]);
            self.masks[event] = 0;
        }
    }

    /// The earliest event that can serve `step` while others serve the steps up to `end`.
    fn earliest(&mut self, step: usize, end: usize) -> usize {
        let events = 0..self.masks.len();
        let serves = |event: &usize| {
            self.masks[*event] >> step & 1 == 1 && (!self.is_contested || self.can_spare(*event, step + 1, end))
        };
        { events }.find(serves).expect("some event serves each step of a row that was reached")
    }

    /// Whether the steps `first..end` find events of their own without `event`.
    fn can_spare(&mut self, event: usize, first: usize, end: usize) -> bool {
        let mask = std::mem::take(&mut self.masks[event]);
        self.release();
        let spared = (first..end).all(|step| self.give_event(step));
        self.masks[event] = mask;
        spared
    }

    fn release(&mut self) {
        self.owner.clear();
        self.owner.resize(self.masks.len(), FREE);
        self.seen.clear();
        self.seen.resize(self.masks.len(), 0);
        self.search = 0;
    }

    /// Finds an event for `step`, moving other steps to other events where that helps.
    fn give_event(&mut self, step: usize) -> bool {
        self.search += 1;
        self.augment(step)
    }

    fn augment(&mut self, step: usize) -> bool {
        for event in 0..self.masks.len() {
            if self.masks[event] >> step & 1 == 0 || self.seen[event] == self.search {
                continue;
            }
            self.seen[event] = self.search;
            if self.owner[event] == FREE || self.augment(usize::from(self.owner[event])) {
                self.owner[event] = u8::try_from(step).expect("a funnel has at most 64 steps");
                return true;
            }
        }
        false
    }
}

/// Steps whose bits are set, ascending.
pub(crate) fn steps_of(mask: u64) -> impl Iterator<Item = usize> {
    let mut rest = mask;
    std::iter::from_fn(move || {
        let step = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
        rest &= rest - 1;
        Some(step)
    })
}
