//! Can distinct events of one tick serve these steps, and which events are that?

/// Events of one tick as masks of the steps that they satisfy, and which step has which of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Crowd {
    masks: Vec<u64>,
    /// Position of each event among the unit's matches.
    positions: Vec<usize>,
    owners: Vec<Option<usize>>,
    union: u64,
}

impl Crowd {
    /// Takes the events `masks` of one tick, of which the first is at `position`.
    ///
    /// Of a crowd, those are left out that no matching can miss: each of their steps already has `steps` earlier
    /// candidates, one of which is always free.
    pub(super) fn fill(&mut self, masks: &[u64], position: usize, steps: usize) {
        self.masks.clear();
        self.positions.clear();
        let mut candidates = [0usize; 64];
        for (offset, &mask) in masks.iter().enumerate() {
            let of_event = || (0..steps).filter(|step| mask >> step & 1 == 1);
            if of_event().all(|step| candidates[step] >= steps) {
                continue;
            }
            of_event().for_each(|step| candidates[step] += 1);
            self.masks.push(mask);
            self.positions.push(position + offset);
        }
        self.union = self.masks.iter().fold(0, |union, mask| union | mask);
        self.release();
    }

    /// Steps that some event satisfies.
    pub(super) fn union(&self) -> u64 {
        self.union
    }

    /// Takes all events back.
    pub(super) fn release(&mut self) {
        self.owners.clear();
        self.owners.resize(self.masks.len(), None);
    }

    /// Which step has which event.
    pub(super) fn owners(&self) -> Vec<Option<usize>> {
        self.owners.clone()
    }

    /// Goes back to `owners`.
    pub(super) fn restore(&mut self, owners: Vec<Option<usize>>) {
        self.owners = owners;
    }

    /// Finds an event for `step`, moving other steps to other events where that helps; else nothing changes.
    pub(super) fn give_event(&mut self, step: usize) -> bool {
        self.union >> step & 1 == 1 && augment(&self.masks, step, &mut self.owners, &mut vec![false; self.masks.len()])
    }

    /// Adds to `positions` the events that serve `parts`, sets of steps as bits, one part after another.
    ///
    /// Within a part events are in the total order. Each in turn is the first that leaves all the rest possible.
    pub(super) fn assign(&self, parts: &[u64], positions: &mut Vec<usize>) {
        let all = parts.iter().fold(0, |all, part| all | part);
        let mut masks: Vec<u64> = self.masks.iter().map(|mask| mask & all).collect();
        let mut chosen = vec![false; masks.len()];
        for &part in parts {
            let mut missing = part.count_ones();
            for event in 0..masks.len() {
                if missing == 0 || chosen[event] || masks[event] & part == 0 {
                    continue;
                }
                let mask = masks[event];
                masks[event] &= part;
                chosen[event] = true;
                if covers_steps(&masks, all) && covers_events(&masks, &chosen) {
                    positions.push(self.positions[event]);
                    missing -= 1;
                } else {
                    (masks[event], chosen[event]) = (mask, false);
                }
            }
            let others = masks.iter_mut().zip(&chosen).filter(|(_, is_chosen)| !**is_chosen);
            others.for_each(|(mask, _)| *mask &= !part);
        }
    }
}

/// Whether each of `steps` can have an event to itself.
fn covers_steps(masks: &[u64], steps: u64) -> bool {
    let mut owners = vec![None; masks.len()];
    (0..64).filter(|step| steps >> step & 1 == 1).all(|step| {
        let mut seen = vec![false; masks.len()];
        augment(masks, step, &mut owners, &mut seen)
    })
}

/// Whether each of the `chosen` events can have a step to itself. With [`covers_steps`] one matching does both
/// (Mendelsohn and Dulmage).
fn covers_events(masks: &[u64], chosen: &[bool]) -> bool {
    let events: Vec<usize> = (0..masks.len()).filter(|&event| chosen[event]).collect();
    let by_step: Vec<u64> = (0..64)
        .map(|step| events.iter().enumerate().map(|(place, &event)| (masks[event] >> step & 1) << place).sum())
        .collect();
    let mut owners = vec![None; by_step.len()];
    (0..events.len()).all(|place| augment(&by_step, place, &mut owners, &mut vec![false; by_step.len()]))
}

/// Finds one of `masks` with bit `step` for it, moving others where that helps.
fn augment(masks: &[u64], step: usize, owners: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    for event in 0..masks.len() {
        if masks[event] >> step & 1 == 0 || seen[event] {
            continue;
        }
        seen[event] = true;
        let is_free = match owners[event] {
            None => true,
            Some(other) => augment(masks, other, owners, seen),
        };
        if is_free {
            owners[event] = Some(step);
            return true;
        }
    }
    false
}
