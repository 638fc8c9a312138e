//! Which attempts does an exclusion end?
//!
//! One between steps i and j, at x: the attempts that have entered, whose window is open and that have reached step i but
//! not step j, by events up to and including x. What an attempt of each level is worth then is its
//! [verdict](super::verdicts). An event that satisfies one of the steps i … j, or another member of a group that one of them
//! is in, is no exclusion for them.

use std::ops::Range;

use super::Kernel;
use super::matching::steps_of;

impl Kernel {
    /// Levels, as bits, whose attempts end with the event at `at`.
    fn ended_levels(&self, steps: u64, exclusions: u64) -> u64 {
        let ranges = steps_of(exclusions).filter_map(|index| self.exclusions.get(index));
        let applies = |range: &&super::ExclusionRange| steps == 0 || steps & self.steps_between(range) == 0;
        ranges.filter(applies).fold(0, |levels, range| levels | bits(range.from + 1..range.to.saturating_add(1)))
    }

    /// Steps, as bits, whose events are no exclusions in this range.
    fn steps_between(&self, range: &super::ExclusionRange) -> u64 {
        let own = bits(range.from..range.to.saturating_add(1));
        if !self.has_groups() {
            return own;
        }
        let is_met = |group: Option<u32>| {
            let of_group = self.groups.iter().enumerate().filter(|(_, other)| group.is_some() && **other == group);
            of_group.fold(0, |members, (step, _)| members | 1 << step) & own != 0
        };
        let met = self.groups.iter().enumerate().filter(|(_, group)| is_met(**group));
        met.fold(own, |steps, (step, _)| steps | 1 << step)
    }

    /// Levels, as bits, whose attempts end in the tick of events that satisfy `steps` and `exclusions`.
    pub(super) fn levels_ended_by(&self, steps: &[u64], exclusions: &[u64]) -> u64 {
        let events = steps.iter().zip(exclusions).filter(|(_, exclusions)| **exclusions != 0);
        let levels = events.map(|(&steps, &exclusions)| self.ended_levels(steps, exclusions));
        levels.fold(0, |all, levels| all | levels) & bits(1..self.steps)
    }
}

/// A mask of the bits in `range`.
fn bits(range: Range<usize>) -> u64 {
    let below = |end: usize| if end >= 64 { u64::MAX } else { (1 << end) - 1 };
    below(range.end) & !below(range.start)
}
