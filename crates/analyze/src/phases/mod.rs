//! Where are people on their journey, where do they stop?
//!
//! - **Unit:** per phase the actors with a chosen visit there (visitors), each of whom moved on, dropped or is open.
//! - **Chosen:** a visit is chosen by its first event. An actor without any visit is chosen by its first event, too, and is
//!   counted as an actor without a phase; `actors` are those with a chosen visit plus these.
//! - **Moved on** asks for the last visit of the whole journey, chosen or not; otherwise the horizon decides between
//!   dropped and open, and the phase attained (the furthest one observed) between before and after the goal.
//! - **Coverage** and the shares of the rules are properties of the rules on this log: no filter changes them.
//! - **Segment:** the first filled value of the actor's whole stream.
//!
//! Source: `docs/semantics.md#journey-phases`.

mod active;
mod explain;

use kundresa_model::chunk::{ActorChunk, NO_RULE};
use kundresa_model::event_table::EventFlags;
use kundresa_model::phase::{Phase, Taxonomy, UNCLASSIFIED_KEY};
use kundresa_model::rate::Rate;
use kundresa_model::result::phases::{PhaseCounts, PhaseFigures, PhaseSegment, PhasesResult, RuleShare};
use kundresa_model::spec::scope::{FilterScope, Scope};
use serde::{Deserialize, Serialize};

use crate::analysis::{Accounting, Analysis, Context, RuleInfo};
use crate::error::AnalyzeError;
use crate::journey::{Fate, Horizon, dwell_us, fate, is_chosen};
use crate::keyed::{Keyed, Tally, add_each};
use crate::scope::{Plan, Selection};
use crate::spans::Spans;
use crate::statistics::{each_against_others, wilson};

use active::ActiveWalk;
pub use explain::{Explainer, JourneyDraft};

/// Counts visitors, visits and their length per phase.
#[derive(Clone, Debug)]
pub struct PhaseVisits<'a> {
    plan: Plan<'a>,
    horizon: Horizon,
    goal: Phase,
    taxonomy: Taxonomy,
    rules: Vec<RuleInfo>,
}

/// Phases counted so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PhaseVisitsPartial {
    /// Classifiable events by rule; one more place at the end for unclassified ones.
    rules: Vec<u64>,
    no_phase_actors: u64,
    phases: Vec<VisitTally>,
    total: JourneyTally,
    segments: Keyed<u32, JourneyTally>,
    /// Buffer of the walk.
    #[serde(skip)]
    seen: active::Seen,
}

/// Chosen visits to one phase.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct VisitTally {
    visits: u64,
    events: u64,
    /// Microseconds, of visits that have a next.
    dwell: Spans,
    /// Microseconds.
    active: Spans,
}

/// Actors, and how many of them came to each phase.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct JourneyTally {
    actors: u64,
    phases: Vec<VisitorTally>,
}

/// What became of the visitors of one phase.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct VisitorTally {
    moved_on: u64,
    before_goal: u64,
    after_goal: u64,
    open: u64,
}

impl Tally for VisitTally {
    fn add(&mut self, other: Self) {
        self.visits += other.visits;
        self.events += other.events;
        self.dwell.add(other.dwell);
        self.active.add(other.active);
    }
}

impl Tally for VisitorTally {
    fn add(&mut self, other: Self) {
        self.moved_on += other.moved_on;
        self.before_goal += other.before_goal;
        self.after_goal += other.after_goal;
        self.open += other.open;
    }
}

impl VisitorTally {
    fn dropped(&self) -> u64 {
        self.before_goal + self.after_goal
    }

    fn visitors(&self) -> u64 {
        self.moved_on + self.dropped() + self.open
    }

    fn count(&mut self, fate: Fate) {
        match fate {
            Fate::MovedOn => self.moved_on += 1,
            Fate::Dropped { after_goal: false } => self.before_goal += 1,
            Fate::Dropped { after_goal: true } => self.after_goal += 1,
            Fate::Open => self.open += 1,
        }
    }
}

impl Tally for JourneyTally {
    fn add(&mut self, other: Self) {
        self.actors += other.actors;
        add_each(&mut self.phases, other.phases);
    }
}

impl<'a> PhaseVisits<'a> {
    /// Phase figures over `scope`; filters are of scope `session` unless they say otherwise.
    ///
    /// # Errors
    /// When the filter or the dimension does not fit the columns.
    pub fn try_new(scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        Ok(Self {
            plan: Plan::try_new(scope, FilterScope::Session, context.columns)?,
            horizon: Horizon { data_end: context.data_end, span_us: context.horizon_us },
            goal: context.goal,
            taxonomy: context.taxonomy.clone(),
            rules: context.rules.clone(),
        })
    }

    fn count_rules(&self, chunk: &ActorChunk<'_>, rules: &mut [u64]) {
        let left_out = EventFlags::BOT | EventFlags::SYNTHETIC;
        let unclassified = self.rules.len();
        debug_assert!(usize::from(NO_RULE) > unclassified, "no rule has the highest number of all");
        for (&rule, &flags) in chunk.rule.iter().zip(chunk.flags) {
            rules[usize::from(rule).min(unclassified)] += u64::from(flags & left_out == 0);
        }
    }

    /// Counts the chosen visits of `actor`; bit p of the answer is set where one is to phase p.
    fn count_visits(
        &self,
        walk: &mut ActiveWalk<'_>,
        selection: &Selection,
        actor: usize,
        phases: &mut [VisitTally],
    ) -> u64 {
        let chunk = walk.chunk;
        let visits = chunk.visits_of(actor);
        let has_all = self.plan.has_all(selection);
        let mut visited = 0;
        for visit in visits.clone() {
            let first = chunk.visits.first_event[visit] as usize;
            if !has_all && !is_chosen(&self.plan, selection, chunk, actor, first) {
                continue;
            }
            let phase = usize::from(chunk.visits.phase[visit]);
            visited |= 1 << phase;
            let (events, active) = walk.events_and_active_time(visit);
            let tally = &mut phases[phase];
            tally.visits += 1;
            tally.events += events;
            tally.active.push(active);
            if visit + 1 < visits.end {
                tally.dwell.push(dwell_us(chunk, visit));
            }
        }
        visited
    }

    fn journey(&self, chunk: &ActorChunk<'_>, actor: usize, visited: u64) -> Journey {
        let last = chunk.visits_of(actor).next_back().map_or(0, |visit| usize::from(chunk.visits.phase[visit]));
        let ends_visible = visited >> last & 1 == 1;
        let fate = if ends_visible { fate(chunk, actor, self.horizon, self.goal) } else { Fate::MovedOn };
        Journey { visited, last, fate }
    }

    fn count_actor(
        &self,
        walk: &mut ActiveWalk<'_>,
        selection: &Selection,
        actor: usize,
        partial: &mut PhaseVisitsPartial,
    ) {
        let (chunk, first) = (walk.chunk, walk.chunk.actor_offsets[actor] as usize);
        let visited = self.count_visits(walk, selection, actor, &mut partial.phases);
        if visited == 0 {
            let is_phaseless = chunk.visits_of(actor).is_empty();
            if !is_phaseless || !is_chosen(&self.plan, selection, chunk, actor, first) {
                return;
            }
            partial.no_phase_actors += 1;
        }
        let journey = self.journey(chunk, actor, visited);
        partial.total.count(&journey);
        if self.plan.has_segments() {
            partial.segments.at(self.plan.journey_segment(chunk, actor)).count(&journey);
        }
    }

    fn rule_shares(&self, counts: &[u64]) -> Vec<RuleShare> {
        let all = counts.iter().sum();
        let classified = self.rules.iter().map(|rule| (rule.name.as_str(), Some(rule.phase.key().to_owned())));
        classified
            .chain([(UNCLASSIFIED_KEY, None)])
            .zip(counts)
            .map(|((rule, phase), &events)| RuleShare { rule: rule.to_owned(), phase, events: Rate::new(events, all) })
            .collect()
    }

    fn figures(&self, total: &JourneyTally, visits: Vec<VisitTally>) -> Vec<PhaseFigures> {
        let keyed = self.taxonomy.keys.iter().zip(visits).enumerate();
        keyed
            .map(|(phase, (key, visits))| {
                let visitors = total.at(phase);
                PhaseFigures {
                    phase: (*key).to_owned(),
                    visitors: visitors.visitors().into(),
                    reached: Rate::new(visitors.visitors(), total.actors),
                    reached_interval: wilson(Rate::new(visitors.visitors(), total.actors)),
                    moved_on: visitors.moved_on.into(),
                    dropped: visitors.dropped().into(),
                    dropped_interval: wilson(Rate::new(visitors.dropped(), visitors.visitors())),
                    dropped_before_goal: visitors.before_goal.into(),
                    dropped_after_goal: visitors.after_goal.into(),
                    open: visitors.open.into(),
                    visits: visits.visits.into(),
                    events: visits.events.into(),
                    dwell_us: visits.dwell.quantiles(),
                    active_us: visits.active.quantiles(),
                }
            })
            .collect()
    }

    fn segment(&self, tally: &JourneyTally) -> PhaseSegment {
        let count = |(phase, key): (usize, &&str)| {
            let visitors = tally.at(phase);
            PhaseCounts {
                phase: (*key).to_owned(),
                visitors: visitors.visitors().into(),
                reached: Rate::new(visitors.visitors(), tally.actors),
                reached_interval: wilson(Rate::new(visitors.visitors(), tally.actors)),
                comparison: None,
                moved_on: visitors.moved_on.into(),
                dropped: visitors.dropped().into(),
                open: visitors.open.into(),
            }
        };
        PhaseSegment { actors: tally.actors.into(), phases: self.taxonomy.keys.iter().enumerate().map(count).collect() }
    }
}

/// The part of one actor's journey that is counted.
struct Journey {
    /// Bit p is set where a chosen visit is to phase p.
    visited: u64,
    /// Phase of the journey's last visit.
    last: usize,
    /// What became of the visitors of that phase.
    fate: Fate,
}

impl JourneyTally {
    fn count(&mut self, journey: &Journey) {
        self.actors += 1;
        let phases = (u64::BITS - journey.visited.leading_zeros()) as usize;
        if self.phases.len() < phases {
            self.phases.resize_with(phases, VisitorTally::default);
        }
        for phase in (0..phases).filter(|phase| journey.visited >> phase & 1 == 1) {
            self.phases[phase].count(if phase == journey.last { journey.fate } else { Fate::MovedOn });
        }
    }

    fn at(&self, phase: usize) -> VisitorTally {
        self.phases.get(phase).copied().unwrap_or_default()
    }
}

/// Compares how many of each segment reached a phase with the rest: journeys are of one segment, so they share no actors.
fn compare_segments(result: &mut PhasesResult) {
    let Some(by) = &mut result.by else { return };
    let totals: Vec<Rate> = result.phases.iter().map(|phase| phase.reached).collect();
    let groups: Vec<(Rate, Rate)> = by
        .rows
        .iter()
        .flat_map(|row| row.figures.phases.iter().zip(&totals).map(|(phase, total)| (phase.reached, *total)))
        .collect();
    let counts = by.rows.iter_mut().flat_map(|row| &mut row.figures.phases);
    for (phase, comparison) in counts.zip(each_against_others(&groups)) {
        phase.comparison = Some(comparison);
    }
}

impl Analysis for PhaseVisits<'_> {
    type Partial = PhaseVisitsPartial;
    type Output = PhasesResult;

    fn empty(&self) -> PhaseVisitsPartial {
        let mut phases = Vec::new();
        phases.resize_with(self.taxonomy.len(), VisitTally::default);
        PhaseVisitsPartial { rules: vec![0; self.rules.len() + 1], phases, ..PhaseVisitsPartial::default() }
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut PhaseVisitsPartial) {
        self.count_rules(chunk, &mut partial.rules);
        let selection = self.plan.select(chunk);
        let mut walk = ActiveWalk::new(chunk, std::mem::take(&mut partial.seen));
        for actor in (0..chunk.actors()).filter(|&actor| !chunk.events_of(actor).is_empty()) {
            self.count_actor(&mut walk, &selection, actor, partial);
        }
        partial.seen = walk.seen;
    }

    fn merge(&self, into: &mut PhaseVisitsPartial, from: PhaseVisitsPartial) {
        add_each(&mut into.rules, from.rules);
        add_each(&mut into.phases, from.phases);
        into.no_phase_actors += from.no_phase_actors;
        into.total.add(from.total);
        into.segments.add(from.segments);
    }

    fn finish(&self, partial: PhaseVisitsPartial, _accounting: &Accounting) -> PhasesResult {
        let all: u64 = partial.rules.iter().sum();
        let by_rules = &partial.rules[..self.rules.len()];
        let classified: u64 = by_rules.iter().sum();
        let coverage_of = Rate::new(classified, all);
        let mut result = PhasesResult {
            taxonomy: self.taxonomy.name.name().to_owned(),
            coverage: coverage_of.value(),
            coverage_of,
            coverage_without_last_rule: Rate::new(classified - by_rules.last().copied().unwrap_or(0), all),
            rules: self.rule_shares(&partial.rules),
            actors: partial.total.actors.into(),
            no_phase_actors: partial.no_phase_actors.into(),
            horizon_us: self.horizon.span_us,
            goal: self.goal.key().to_owned(),
            goal_phase: self.taxonomy.key_of(self.goal).to_owned(),
            phases: self.figures(&partial.total, partial.phases),
            by: self.plan.breakdown(partial.segments, |tally| tally.actors, |tally| self.segment(&tally)),
        };
        compare_segments(&mut result);
        result
    }
}
