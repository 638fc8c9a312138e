//! Can distinct events of one tick serve these steps, and which events are that?
//!
//! Nothing is allocated once the buffers have grown: a search marks what it has seen with its number, and who has which event
//! is saved on a stack of copies.

/// Marks an event that no step has.
const FREE: u8 = u8::MAX;

/// Events of one tick as masks of the steps that they satisfy, and which step has which of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Crowd {
    masks: Vec<u64>,
    /// Position of each event among the unit's matches.
    positions: Vec<usize>,
    matching: Matching,
    /// Copies of `matching.owners`, one behind the other.
    saved: Vec<u8>,
    union: u64,
    assignment: Assignment,
}

/// Working space of [`Crowd::assign`].
#[derive(Clone, Debug, Default)]
struct Assignment {
    masks: Vec<u64>,
    chosen: Vec<bool>,
    events: Vec<usize>,
    by_step: Vec<u64>,
    matching: Matching,
}

/// A matching of steps to events that grows along augmenting paths.
#[derive(Clone, Debug, Default)]
struct Matching {
    /// Step that has each event, or [`FREE`].
    owners: Vec<u8>,
    /// Search that last looked at each event.
    seen: Vec<u32>,
    search: u32,
}

impl Matching {
    fn clear(&mut self, events: usize) {
        self.owners.clear();
        self.owners.resize(events, FREE);
        self.seen.clear();
        self.seen.resize(events, 0);
        self.search = 0;
    }

    /// Finds one of `masks` with bit `step` for it, moving others where that helps; else nothing changes.
    fn give_event(&mut self, masks: &[u64], step: usize) -> bool {
        self.search += 1;
        self.augment(masks, step)
    }

    fn augment(&mut self, masks: &[u64], step: usize) -> bool {
        for event in 0..masks.len() {
            if masks[event] >> step & 1 == 0 || self.seen[event] == self.search {
                continue;
            }
            self.seen[event] = self.search;
            if self.owners[event] == FREE || self.augment(masks, usize::from(self.owners[event])) {
                self.owners[event] = u8::try_from(step).expect("a funnel has at most 64 steps");
                return true;
            }
        }
        false
    }
}

impl Crowd {
    /// Takes the events `masks` of one tick, of which the first is at `position`.
    ///
    /// Of a crowd, those are left out that no matching can miss: each of their steps already has `steps` earlier
    /// candidates, one of which is always free.
    pub(super) fn fill(&mut self, masks: &[u64], position: usize, steps: usize) {
        self.fill_without(masks, position, steps, None);
    }

    /// As [`Self::fill`], without the event at the position `without`.
    pub(super) fn fill_without(&mut self, masks: &[u64], position: usize, steps: usize, without: Option<usize>) {
        self.masks.clear();
        self.positions.clear();
        let mut candidates = [0usize; 64];
        for (at, &mask) in (position..).zip(masks) {
            let of_event = || (0..steps).filter(|step| mask >> step & 1 == 1);
            if without == Some(at) || of_event().all(|step| candidates[step] >= steps) {
                continue;
            }
            of_event().for_each(|step| candidates[step] += 1);
            self.masks.push(mask);
            self.positions.push(at);
        }
        self.union = self.masks.iter().fold(0, |union, mask| union | mask);
        self.saved.clear();
        self.release();
    }

    /// Takes all events back.
    pub(super) fn release(&mut self) {
        self.matching.clear(self.masks.len());
    }

    /// Remembers which step has which event, for [`Self::restore`]; several can be remembered, the last is restored first.
    pub(super) fn save(&mut self) {
        self.saved.extend_from_slice(&self.matching.owners);
    }

    /// Goes back to what was saved last.
    pub(super) fn restore(&mut self) {
        let from = self.saved.len() - self.matching.owners.len();
        self.matching.owners.copy_from_slice(&self.saved[from..]);
        self.forget();
    }

    /// Forgets what was saved last.
    pub(super) fn forget(&mut self) {
        self.saved.truncate(self.saved.len() - self.matching.owners.len());
    }

    /// Finds an event for `step`, moving other steps to other events where that helps; else nothing changes.
    pub(super) fn give_event(&mut self, step: usize) -> bool {
        self.union >> step & 1 == 1 && self.matching.give_event(&self.masks, step)
    }

    /// Adds to `positions` the events that serve `parts`, sets of steps as bits, one part after another.
    ///
    /// Within a part events are in the total order. Each in turn is the first that leaves all the rest possible.
    pub(super) fn assign(&mut self, parts: &[u64], positions: &mut Vec<usize>) {
        let all = parts.iter().fold(0, |all, part| all | part);
        let space = &mut self.assignment;
        space.masks.clear();
        space.masks.extend(self.masks.iter().map(|mask| mask & all));
        space.chosen.clear();
        space.chosen.resize(self.masks.len(), false);
        for &part in parts {
            let mut missing = part.count_ones();
            for event in 0..self.masks.len() {
                if missing > 0 && space.choose(event, part, all) {
                    positions.push(self.positions[event]);
                    missing -= 1;
                }
            }
            let others = space.masks.iter_mut().zip(&space.chosen).filter(|(_, is_chosen)| !**is_chosen);
            others.for_each(|(mask, _)| *mask &= !part);
        }
    }
}

impl Assignment {
    /// Lets `event` serve a step of `part`, if `all` steps remain possible then.
    fn choose(&mut self, event: usize, part: u64, all: u64) -> bool {
        let mask = self.masks[event];
        if self.chosen[event] || mask & part == 0 {
            return false;
        }
        self.masks[event] &= part;
        self.chosen[event] = true;
        let is_possible = self.covers_steps(all) && self.covers_chosen();
        if !is_possible {
            (self.masks[event], self.chosen[event]) = (mask, false);
        }
        is_possible
    }

    /// Whether each of `steps` can have an event to itself.
    fn covers_steps(&mut self, steps: u64) -> bool {
        self.matching.clear(self.masks.len());
        (0..64).filter(|step| steps >> step & 1 == 1).all(|step| self.matching.give_event(&self.masks, step))
    }

    /// Whether each of the chosen events can have a step to itself. With [`Self::covers_steps`] one matching does both
    /// (Mendelsohn and Dulmage).
    fn covers_chosen(&mut self) -> bool {
        let Self { masks, chosen, events, by_step, matching } = self;
        events.clear();
        events.extend((0..masks.len()).filter(|&event| chosen[event]));
        by_step.clear();
        by_step.extend((0..64).map(|step| {
            events.iter().zip(0..).map(|(&event, place)| (masks[event] >> step & 1) << place).sum::<u64>()
        }));
        matching.clear(by_step.len());
        (0..events.len()).all(|place| matching.give_event(by_step, place))
    }
}
