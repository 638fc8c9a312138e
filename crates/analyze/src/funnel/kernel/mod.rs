//! Which is the furthest step one unit reaches, and by which events?
//!
//! | what counts | file | cost |
//! |---|---|---|
//! | order and window | `plain` | O(events × steps) |
//! | `within`, `directly`, exclusions, in any combination | `general`, then `witness` | the same; memory for the open attempts |
//! | the same, for every entry | `every` | O(events × steps²) |
//! | attempts as units | `attempts` | |
//! | groups of any order | `any_order` | O(events × sets of members) |
//! | the same with `within`, `directly`, exclusions or every entry | `any_order/limits`, then `any_order/retrace` | there |
//!
//! Where several events have the same time, a matching gives each step an event of its own.
//! Source: `docs/semantics.md#funnels`.

mod any_order;
mod attempts;
mod cutoffs;
mod directly;
mod every;
mod exclusions;
mod general;
mod matching;
pub mod plain;
mod standing;
mod verdicts;
mod witness;

use kundresa_model::spec::funnel::{FunnelEntry, OnExclusion};

pub(crate) use any_order::MOST_MEMBERS;
use general::General;
pub use plain::{PlainKernel, PlainScratch, Reach, Tie};
use witness::Trail;

/// Events of one unit that satisfy at least one step or exclusion, in the total order.
#[derive(Clone, Copy, Debug)]
pub struct Matches<'a> {
    /// Event times, microseconds, never falling.
    pub ts: &'a [i64],
    /// Steps that each event satisfies: bit k is set for step k + 1.
    pub steps: &'a [u64],
    /// Exclusions that each event satisfies, by place in [`Kernel::exclusions`]; empty if there are none.
    pub exclusions: &'a [u64],
    /// Place of each event in the stream that `directly` looks at: one more than the event before it there, or
    /// [`NO_PLACE`] for an event outside of the stream. Empty if no step is `directly`.
    pub places: &'a [u32],
}

/// Place of an event that is not in the stream that `directly` looks at: it satisfies no such step and separates nothing.
pub const NO_PLACE: u32 = u32::MAX;

/// An exclusion by places of steps from 0: it ends attempts that have reached step `from` but not yet step `to`. In groups a
/// step stands for the number of steps taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExclusionRange {
    /// Reached at least this step.
    pub from: usize,
    /// Not yet reached this one; after `from`.
    pub to: usize,
}

/// What fixes how a unit's events become a level.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// Number of required steps, 1 to 64.
    pub steps: usize,
    /// Longest time from step 1 to the last step, inclusive, microseconds; `i64::MAX` for no limit.
    pub window_us: i64,
    /// Entries are at or after this instant.
    pub from_us: i64,
    /// Which entries count.
    pub entry: FunnelEntry,
    /// Whether every attempt is a unit of its own.
    pub attempts: bool,
    /// Per step the longest time since the step before, inclusive, microseconds; `i64::MAX` for no limit. Members of a group
    /// share it, and it counts from the last event before the group. That of step 1 and its group has no meaning.
    pub within_us: Vec<i64>,
    /// Steps that must be the very next event, as bits; with any of them the total order decides throughout. Members of a
    /// group share it. The bits of step 1 and its group have no meaning.
    pub directly: u64,
    /// Events that end attempts.
    pub exclusions: Vec<ExclusionRange>,
    /// What remains of an attempt that was ended.
    pub on_exclusion: OnExclusion,
    /// Per step the any-order group it belongs to, if any; members of a group follow each other.
    pub groups: Vec<Option<u32>>,
}

/// How far a unit got, and by which events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Solution {
    /// Furthest step, from 1; 0 where nothing remains of any attempt.
    pub level: usize,
    /// Entry time of the latest attempt that no exclusion ended, if there is any: it may still get further. For `every`, of
    /// this entry. Says nothing once the last step is reached.
    pub latest_entry: Option<i64>,
    /// The witness: for each step up to the level the place of its event among the matches.
    pub positions: Vec<usize>,
}

impl Matches<'_> {
    /// The same without exclusions, if no event is one: most units are plain even where the funnel has exclusions.
    fn without_idle_exclusions(self) -> Self {
        let is_idle = self.exclusions.iter().all(|&exclusions| exclusions == 0);
        Self { exclusions: if is_idle { &[] } else { self.exclusions }, ..self }
    }

    /// Place of the event at `at` in the stream that `directly` looks at.
    fn place(&self, at: usize) -> u32 {
        self.places.get(at).copied().unwrap_or(NO_PLACE)
    }
}

/// Working space of [`Kernel`], reused from unit to unit.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    pub(crate) plain: PlainScratch,
    general: General,
    trail: Trail,
    solution: Solution,
    /// Solutions of a converted attempt and of one between them.
    attempts: (Solution, Solution),
    any_order: any_order::Buffers,
    limits: any_order::limits::Limits,
}

/// A kernel for which nothing but order and window counts, and every unit counts once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quick {
    plain: PlainKernel,
    /// Whether every event satisfies one step only.
    is_lone: bool,
}

impl Quick {
    /// What [`Kernel::for_each`] tells of the unit.
    pub(crate) fn best<'s>(&self, matches: Matches<'_>, scratch: &'s mut Scratch) -> Option<&'s Solution> {
        let Scratch { plain, solution, .. } = scratch;
        let lone = if self.is_lone { self.plain.reach_of_lone_steps(lone_steps(matches), plain) } else { Err(Tie) };
        let reach = lone.unwrap_or_else(|Tie| self.plain.reach(matches, plain))?;
        self.plain.witness(matches, reach, &mut solution.positions, plain);
        solution.level = reach.level;
        solution.latest_entry = Some(reach.latest_entry);
        Some(solution)
    }

    /// The kernel, if every event satisfies one step only.
    pub(crate) fn lone(self) -> Option<PlainKernel> {
        self.is_lone.then_some(self.plain)
    }
}

/// Time and step of every event, if each satisfies one.
fn lone_steps(matches: Matches<'_>) -> impl Iterator<Item = (i64, u8)> {
    // A mask of 64 bits has at most 64 zeros.
    let step = |mask: &u64| mask.trailing_zeros().to_le_bytes()[0];
    matches.ts.iter().zip(matches.steps).map(move |(t, mask)| (*t, step(mask)))
}

impl Kernel {
    /// The same where that is all that counts, for matches without exclusions; `is_lone` if no event satisfies two steps.
    pub(crate) fn quick(&self, is_lone: bool) -> Option<Quick> {
        let nothing = Matches { ts: &[], steps: &[], exclusions: &[], places: &[] };
        let counts_once = !self.attempts && self.entry != FunnelEntry::Every && !self.has_groups();
        (counts_once && self.is_plain_on(nothing)).then(|| Quick { plain: self.plain(), is_lone })
    }

    fn plain(&self) -> PlainKernel {
        PlainKernel { steps: self.steps, window_us: self.window_us, from_us: self.from_us, entry: self.entry }
    }

    /// Calls `found` for what each unit in `matches` reached: once, or not at all if there was no entry, for the entries
    /// `best` and `first`; once per entry for `every`; once per attempt if attempts are units, in the order of their start.
    ///
    /// A unit that entered but of which nothing remains under [`OnExclusion::Void`] is told as well, with level 0, no
    /// positions and no latest entry: it is a candidate that reached no step, not even the first.
    pub fn for_each(&self, matches: Matches<'_>, scratch: &mut Scratch, found: &mut dyn FnMut(&Solution)) {
        let matches = matches.without_idle_exclusions();
        if self.attempts {
            self.each_attempt(matches, scratch, found);
        } else if self.entry == FunnelEntry::Every {
            self.each_entry(matches, scratch, found);
        } else {
            self.once(matches, scratch, found);
        }
    }

    /// Calls `found` for the best of all entries, if there is one.
    fn once(&self, matches: Matches<'_>, scratch: &mut Scratch, found: &mut dyn FnMut(&Solution)) {
        let mut solution = std::mem::take(&mut scratch.solution);
        if self.best(matches, scratch, &mut solution) {
            found(&solution);
        }
        scratch.solution = solution;
    }

    /// Fills `solution` with the best over all entries (over the first for [`FunnelEntry::First`]); `false` if there was no
    /// entry.
    ///
    /// Reads no further than the first event that reaches the last step. `matches` may be any range of a unit's matches;
    /// positions count from its begin.
    pub(crate) fn best(&self, matches: Matches<'_>, scratch: &mut Scratch, solution: &mut Solution) -> bool {
        if self.has_groups() {
            self.best_in_any_order(matches, scratch, solution)
        } else {
            self.best_in_order(matches, scratch, solution)
        }
    }

    /// Whether any steps may be taken in any order.
    fn has_groups(&self) -> bool {
        self.groups.iter().any(Option::is_some)
    }

    /// [`Self::best`] of steps in their order.
    fn best_in_order(&self, matches: Matches<'_>, scratch: &mut Scratch, solution: &mut Solution) -> bool {
        if self.is_plain_on(matches) {
            return self.best_plain(matches, &mut scratch.plain, solution);
        }
        let Scratch { general, trail, .. } = scratch;
        if !self.judge(matches, general) {
            return false;
        }
        trail.clear();
        solution.positions.clear();
        solution.level = 0;
        if let Some(verdict) = &general.verdicts.best {
            solution.level = verdict.level;
            self.trace(matches, verdict, false, trail, &mut solution.positions);
        }
        solution.latest_entry = general.verdicts.latest_entry;
        true
    }

    /// Whether nothing but order and window counts for these matches.
    fn is_plain_on(&self, matches: Matches<'_>) -> bool {
        let is_limited = self.within_us.iter().skip(1).any(|&within| within < i64::MAX);
        !self.follows_total_order() && !is_limited && matches.exclusions.is_empty()
    }

    fn best_plain(&self, matches: Matches<'_>, scratch: &mut PlainScratch, solution: &mut Solution) -> bool {
        let plain = self.plain();
        let Some(reach) = plain.reach(matches, scratch) else { return false };
        plain.witness(matches, reach, &mut solution.positions, scratch);
        solution.level = reach.level;
        solution.latest_entry = Some(reach.latest_entry);
        true
    }
}
