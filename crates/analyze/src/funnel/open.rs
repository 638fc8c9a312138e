//! How many do each step, whether they came from the step before or not?
//!
//! ```text
//! steps A, B, C; W = 60      B@0  A@5  B@10  C@90
//! A: entered here   B: continued (A@5, B@10)   C: entered here (90 − 10 > 60)
//! ```
//!
//! Window and distinct events count, equal times in either order; chains, entries and exclusions do not.

use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::OpenStep;
use serde::{Deserialize, Serialize};

use super::kernel::Matches;
use crate::keyed::Tally;

/// Units by what they did at one step.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct OpenTally {
    continued: u64,
    entered_here: u64,
}

impl Tally for OpenTally {
    fn add(&mut self, other: Self) {
        self.continued += other.continued;
        self.entered_here += other.entered_here;
    }
}

/// Counts one unit. `last` is working space: one place per step.
pub(crate) fn count(
    matches: Matches<'_>,
    from_us: i64,
    window_us: i64,
    last: &mut Vec<i64>,
    tallies: &mut [OpenTally],
) {
    last.clear();
    last.resize(tallies.len(), NONE);
    let (mut seen, mut continued) = (0u64, 0u64);
    for (&t, &steps) in matches.ts.iter().zip(matches.steps).filter(|(t, _)| **t >= from_us) {
        let mut rest = steps;
        seen |= steps;
        while rest != 0 {
            let step = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            let follows = step > 0 && last[step - 1] != NONE && t.saturating_sub(last[step - 1]) <= window_us;
            continued |= u64::from(follows) << step;
            // The event of the next step stands before this one, at the same time.
            let is_followed = last.get(step + 1) == Some(&t);
            continued |= u64::from(is_followed) << (step + 1).min(63);
        }
        in_bits(steps).for_each(|step| last[step] = t);
    }
    for (step, tally) in tallies.iter_mut().enumerate() {
        tally.continued += continued >> step & 1;
        tally.entered_here += (seen & !continued) >> step & 1;
    }
}

/// Marks a step without an event.
const NONE: i64 = i64::MIN;

/// The places of the bits of `mask`.
pub(crate) fn in_bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros() as usize);
        mask &= mask.wrapping_sub(1);
        bit
    })
}

/// Figures per step; `names` are those of the required steps.
pub(crate) fn finish<'n>(tallies: &[OpenTally], names: impl Iterator<Item = &'n str>) -> Vec<OpenStep> {
    let mut before = 0;
    let steps = names.zip(tallies).map(|(name, OpenTally { continued, entered_here })| {
        let units = continued + entered_here;
        let continued = Rate::new(*continued, before);
        before = units;
        OpenStep { name: name.to_owned(), units: units.into(), continued, entered_here: (*entered_here).into() }
    });
    steps.collect()
}
