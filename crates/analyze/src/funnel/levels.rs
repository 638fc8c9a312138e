//! How do the levels of units add up to a funnel?
//!
//! A unit of level k has reached steps 1..=k; below the last step it has stopped there or is still open. So
//! `reached[k] = reached[k+1] + stopped[k] + open[k]` holds by construction, in the total, in every segment and bucket.

use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::StepCounts;
use serde::{Deserialize, Serialize};

use crate::keyed::{Tally, add_each};

/// Units by the level they got to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Levels(Vec<Ends>);

/// Units that ended at one level, and those that may go on from there.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Ends {
    stopped: u64,
    open: u64,
}

/// Figures of one step.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StepTally {
    pub(crate) reached: u64,
    pub(crate) stopped: u64,
    pub(crate) open: u64,
}

impl Tally for Ends {
    fn add(&mut self, other: Self) {
        self.stopped += other.stopped;
        self.open += other.open;
    }
}

impl Tally for Levels {
    fn add(&mut self, other: Self) {
        add_each(&mut self.0, other.0);
    }
}

impl Levels {
    /// Counts a unit of `level`, from 1, in a funnel of `steps`.
    pub(crate) fn count(&mut self, level: usize, is_open: bool, steps: usize) {
        if self.0.is_empty() {
            self.0 = vec![Ends::default(); steps];
        }
        self.0[level - 1].add(Ends { stopped: u64::from(!is_open), open: u64::from(is_open) });
    }

    /// Units that entered.
    pub(crate) fn units(&self) -> u64 {
        self.0.iter().map(|ends| ends.stopped + ends.open).sum()
    }

    /// Reached, stopped and open per step. Those who reached the last step have neither stopped nor are they open.
    pub(crate) fn by_step(&self, steps: usize) -> Vec<StepTally> {
        let mut tallies = vec![StepTally::default(); steps];
        let mut reached = 0;
        for step in (0..steps).rev() {
            let Ends { stopped, open } = self.0.get(step).copied().unwrap_or_default();
            reached += stopped + open;
            let is_last = step + 1 == steps;
            tallies[step] = StepTally { reached, stopped: if is_last { 0 } else { stopped }, open };
        }
        tallies
    }

    /// Counts per step under its name, and the conversion.
    pub(crate) fn named<'n>(&self, names: impl ExactSizeIterator<Item = &'n str>) -> (Vec<StepCounts>, Rate) {
        let tallies = self.by_step(names.len());
        let steps = names.zip(&tallies).map(|(name, tally)| StepCounts {
            name: name.to_owned(),
            reached: tally.reached.into(),
            stopped: tally.stopped.into(),
            open: tally.open.into(),
            drop_off: tally.drop_off(),
        });
        (steps.collect(), conversion(&tallies))
    }
}

impl StepTally {
    pub(crate) fn drop_off(self) -> Rate {
        Rate::new(self.stopped, self.reached - self.open)
    }
}

/// Reached the last step out of reached the first.
pub(crate) fn conversion(tallies: &[StepTally]) -> Rate {
    let reached = |tally: Option<&StepTally>| tally.map_or(0, |tally| tally.reached);
    Rate::new(reached(tallies.last()), reached(tallies.first()))
}
