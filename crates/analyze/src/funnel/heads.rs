//! How many actors are behind a funnel whose units repeat within actors? Counted only with a privacy threshold.
//!
//! The units of an actor stand one after the other, so its own funnel is counted apart; then each of its figures that is not
//! zero counts the actor once.

use serde::{Deserialize, Serialize};

use super::Funnel;
use super::levels::Levels;
use super::walk::{Solver, View};
use crate::keyed::{Keyed, Tally, add_each};
use crate::privacy::heads::{Heads, Join};

/// Actors behind reached, stopped and open of each step.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct LevelHeads(Vec<Heads<3>>);

impl LevelHeads {
    fn see(&mut self, own: &Levels, steps: usize) {
        self.0.resize(steps, Heads::default());
        for (heads, tally) in self.0.iter_mut().zip(own.by_step(steps)) {
            heads.see([tally.reached, tally.stopped, tally.open]);
        }
    }

    /// Actors per step.
    pub(crate) fn by_step(&self, steps: usize) -> Vec<[u64; 3]> {
        (0..steps).map(|step| self.0.get(step).map_or([0; 3], |heads| heads.0)).collect()
    }
}

impl Tally for LevelHeads {
    fn add(&mut self, other: Self) {
        add_each(&mut self.0, other.0);
    }
}

impl Join for LevelHeads {
    fn join(&mut self, other: &Self) {
        self.0.resize(self.0.len().max(other.0.len()), Heads::default());
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| own.join(other));
    }

    fn ranked(&self) -> u64 {
        self.0.first().map_or(0, Join::ranked)
    }
}

/// Actors behind the figures of a funnel.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct FunnelHeads {
    /// With something that could have entered, and with something that could have but did not.
    pub(crate) candidates: Heads<2>,
    pub(crate) total: LevelHeads,
    pub(crate) segments: Keyed<u32, LevelHeads>,
    pub(crate) trend: Keyed<i64, LevelHeads>,
}

impl Tally for FunnelHeads {
    fn add(&mut self, other: Self) {
        self.candidates.add(other.candidates);
        self.total.add(other.total);
        self.segments.add(other.segments);
        self.trend.add(other.trend);
    }
}

/// The funnel of one actor.
#[derive(Default)]
struct Own {
    candidates: [u64; 2],
    total: Levels,
    segments: Keyed<u32, Levels>,
    trend: Keyed<i64, Levels>,
}

impl FunnelHeads {
    fn see(&mut self, own: Own, steps: usize) {
        self.candidates.see(own.candidates);
        self.total.see(&own.total, steps);
        own.segments.iter().for_each(|(segment, levels)| self.segments.at(*segment).see(levels, steps));
        own.trend.iter().for_each(|(bucket, levels)| self.trend.at(*bucket).see(levels, steps));
    }
}

impl Funnel<'_> {
    /// Counts the actors of a chunk.
    pub(super) fn count_heads(&self, view: &View<'_>, heads: &mut FunnelHeads) {
        let steps = self.asked.levels();
        let (mut latest, mut own, mut solver) = (0, Own::default(), Solver::default());
        self.for_each_candidate(view, |candidate| {
            if candidate.actor != latest {
                heads.see(std::mem::take(&mut own), steps);
                latest = candidate.actor;
            }
            let mut has_entered = false;
            self.solve(candidate, &mut solver, |unit| {
                let (level, Some(&entry)) = (unit.events.len(), unit.events.first()) else { return };
                has_entered = true;
                own.total.count(level, unit.is_open, steps);
                if self.plan.has_segments() {
                    let segment = self.plan.segment_at(view.chunk, entry as usize);
                    own.segments.at(segment).count(level, unit.is_open, steps);
                }
                if let Some(calendar) = &self.calendar {
                    let bucket = calendar.bucket(view.chunk.ts[entry as usize]);
                    own.trend.at(bucket).count(level, unit.is_open, steps);
                }
            });
            own.candidates[0] += 1;
            own.candidates[1] += u64::from(!has_entered);
        });
        heads.see(own, steps);
    }
}
