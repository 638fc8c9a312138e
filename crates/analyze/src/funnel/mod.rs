//! How far do they get, step by step?
//!
//! - **Unit:** an actor, or a session with all steps inside it. Events in no session take part in no session's funnel.
//! - **Level:** exact optimum over all entries, or over the first entry time only; see [`kernel`]. A purchase whose order
//!   id was had before satisfies no step.
//! - **Open:** a unit below the last step whose latest attempt's window is not over; without a window every such unit.
//! - **Chosen:** an actor enters at or after `--from`; a session starts then. The filter hides events (scope `event`),
//!   sessions and the events in none that do not match (`session`), or actors (`actor`).
//! - **Candidates:** actors with an event from `--from` on that the filter's session or actor scope leaves in, or chosen
//!   sessions. Filter scope `event` takes away no candidates.
//! - **Segment:** the value at the witness's step 1.
//!
//! Source: `docs/semantics.md#funnels`.

pub mod kernel;
mod matching;
mod tally;
mod units;

use kundresa_model::chunk::{ActorChunk, NO_SESSION};
use kundresa_model::mask::{Columns, MaskSet};
use kundresa_model::predicate::parse_step;
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::spec::funnel::{FunnelSpec, FunnelStep, FunnelUnit, MAX_STEPS, Window};
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::time::DataEnd;

use crate::analysis::{Accounting, Analysis, Context};
use crate::error::AnalyzeError;
use crate::keyed::Tally;
use crate::scope::{Plan, Selection};
use kernel::{Kernel, Reach, Scratch};
pub use tally::FunnelPartial;
use tally::Outcome;
use units::UnitEvents;

/// Counts how far actors or sessions get.
#[derive(Clone, Debug)]
pub struct Funnel<'a> {
    spec: FunnelSpec,
    plan: Plan<'a>,
    steps: MaskSet,
    kernel: Kernel,
    data_end: DataEnd,
}

/// One chunk with what the filter chooses in it, and buffers that live as long.
struct Walk<'a> {
    chunk: &'a ActorChunk<'a>,
    selection: Selection,
    /// Steps that each event satisfies.
    steps: Vec<u64>,
    events: UnitEvents,
    scratch: Scratch,
    times: Vec<i64>,
}

impl<'a> Funnel<'a> {
    /// The funnel of `spec` over `scope`; filters are of scope `event` unless they say otherwise.
    ///
    /// # Errors
    /// When there are no steps or too many, or when a step, the filter or the dimension does not fit the columns.
    pub fn try_new(spec: &FunnelSpec, scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        let plan = Plan::try_new(scope, FilterScope::Event, context.columns)?;
        let by_actor = spec.unit == FunnelUnit::Actor;
        let kernel = Kernel {
            steps: spec.steps.len(),
            window_us: spec.window.as_us(),
            from_us: if by_actor { plan.from_us } else { i64::MIN },
            entry: spec.entry,
        };
        let steps = compile(&spec.steps, context.columns)?;
        Ok(Self { spec: spec.clone(), plan, steps, kernel, data_end: context.data_end })
    }

    /// Names of the steps that no distinct value of this log can satisfy, for a warning.
    pub fn impossible_steps(&self) -> impl Iterator<Item = &str> {
        let steps = self.spec.steps.iter().enumerate();
        steps.filter(|(index, _)| !self.steps.is_satisfiable(*index)).map(|(_, step)| step.name.as_str())
    }

    /// Gathers the events of `actor` that satisfy a step and that the filter shows.
    fn gather(walk: &mut Walk<'_>, actor: usize) {
        let Walk { chunk, selection, steps, events, .. } = walk;
        let range = chunk.events_of(actor);
        if selection.is_everything() {
            events.gather(chunk, range, steps, |_| true);
        } else {
            events.gather(chunk, range, steps, |event| selection.has_event(chunk, actor, event));
        }
    }

    fn count_actor(&self, walk: &mut Walk<'_>, actor: usize, partial: &mut FunnelPartial) {
        if !self.is_candidate(walk, actor) {
            return;
        }
        partial.add_candidates(1);
        Self::gather(walk, actor);
        let range = 0..walk.events.len();
        self.count_unit(walk, range, partial);
    }

    fn is_candidate(&self, walk: &Walk<'_>, actor: usize) -> bool {
        let chunk = walk.chunk;
        let late = |event: &usize| chunk.ts[*event] >= self.plan.from_us;
        if walk.selection.is_by_session() {
            return chunk
                .events_of(actor)
                .rev()
                .take_while(late)
                .any(|event| walk.selection.has_event(chunk, actor, event));
        }
        chunk.events_of(actor).next_back().is_some_and(|last| late(&last)) && walk.selection.allows_actor(actor)
    }

    fn count_sessions(&self, walk: &mut Walk<'_>, actor: usize, partial: &mut FunnelPartial) {
        let chunk = walk.chunk;
        let is_chosen = |selection: &Selection, session: usize| {
            let start = chunk.ts[chunk.sessions.first_event[session] as usize];
            start >= self.plan.from_us && selection.allows_session(actor, session)
        };
        let chosen = chunk.sessions_of(actor).filter(|&session| is_chosen(&walk.selection, session)).count();
        if chosen == 0 {
            return;
        }
        partial.add_candidates(chosen as u64);
        Self::gather(walk, actor);
        walk.events.group_by_session(chunk.session_of);
        let mut next = 0;
        while next < walk.events.len() {
            let (session, range) = walk.events.session_run(next, chunk.session_of);
            next = range.end;
            if session != NO_SESSION && is_chosen(&walk.selection, session as usize) {
                self.count_unit(walk, range, partial);
            }
        }
    }

    /// Counts the unit whose matching events are `range` of those gathered.
    fn count_unit(&self, walk: &mut Walk<'_>, range: std::ops::Range<usize>, partial: &mut FunnelPartial) {
        let Walk { chunk, events, scratch, times, .. } = walk;
        let matches = events.matches(range.clone());
        let Some(reach) = self.kernel.reach(matches, scratch) else { return };
        let entry = self.kernel.witness(matches, reach, times, scratch);
        let outcome = Outcome { times, is_open: self.is_open(reach) };
        let segment = self.plan.has_segments().then(|| self.plan.segment_at(chunk, events.event(range.start + entry)));
        partial.count(outcome, segment);
    }

    /// Whether a unit may still get further: its latest attempt's window is not over.
    fn is_open(&self, reach: Reach) -> bool {
        let is_done = reach.level == self.kernel.steps;
        !is_done
            && match self.spec.window {
                Window::None => true,
                Window::Within(window) => !self.data_end.is_over(reach.latest_entry, window.as_us()),
            }
    }
}

fn compile(steps: &[FunnelStep], columns: &dyn Columns) -> Result<MaskSet, AnalyzeError> {
    if steps.is_empty() || steps.len() > MAX_STEPS {
        return Err(AnalyzeError::StepCount { found: steps.len(), limit: MAX_STEPS });
    }
    let mut predicates = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate() {
        let place = || format!("step {}", index + 1);
        predicates.push(parse_step(&step.when).map_err(|error| AnalyzeError::Predicate { place: place(), error })?);
    }
    MaskSet::try_new(&predicates, columns).map_err(|error| AnalyzeError::Mask { place: "steps".to_owned(), error })
}

impl Analysis for Funnel<'_> {
    type Partial = FunnelPartial;
    type Output = FunnelResult;

    fn empty(&self) -> FunnelPartial {
        FunnelPartial::of_steps(self.spec.steps.len())
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut FunnelPartial) {
        let mut walk = Walk {
            chunk,
            selection: self.plan.select(chunk),
            steps: Vec::new(),
            events: UnitEvents::default(),
            scratch: Scratch::default(),
            times: Vec::new(),
        };
        self.steps.matches_into(chunk.text, chunk.value, 0..chunk.ts.len(), &mut walk.steps);
        for actor in 0..chunk.actors() {
            match self.spec.unit {
                FunnelUnit::Actor => self.count_actor(&mut walk, actor, partial),
                FunnelUnit::Session => self.count_sessions(&mut walk, actor, partial),
            }
        }
    }

    fn merge(&self, into: &mut FunnelPartial, from: FunnelPartial) {
        into.add(from);
    }

    fn finish(&self, partial: FunnelPartial, _accounting: &Accounting) -> FunnelResult {
        tally::finish(partial, &self.spec, &self.plan)
    }
}
