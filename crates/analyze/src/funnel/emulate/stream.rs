//! Which events of an actor does another product see?
//!
//! Those that take part and that the filter shows, from `--from` on, as a query with these conditions would. Of events
//! that satisfy no step only activity events that no vendor made up: they are what “foreign” means for `directly` as well.
//! A repeated order leaves the stream, as it satisfies no step of ours.

use kundresa_model::chunk::ActorChunk;
use kundresa_model::event_table::EventFlags;
use kundresa_model::spec::funnel::FunnelSpec;
use kundresa_model::spec::scope::{FilterScope, Scope};

use super::Stream;
use crate::analysis::Context;
use crate::error::AnalyzeError;
use crate::funnel::asked::{Asked, Satisfied};
use crate::scope::{Plan, Selection};

/// Finds the streams of actors.
#[derive(Clone, Debug)]
pub(crate) struct Streams<'a> {
    pub(crate) plan: Plan<'a>,
    asked: Asked,
}

/// One chunk with what the filter chooses in it, and the stream of one actor.
pub(crate) struct Walk<'a> {
    chunk: &'a ActorChunk<'a>,
    selection: Selection,
    satisfied: Satisfied,
    ts: Vec<i64>,
    steps: Vec<u64>,
    event: Vec<usize>,
}

impl<'a> Streams<'a> {
    /// The streams for the steps of `spec` over `scope`.
    ///
    /// # Errors
    /// As [`crate::Funnel::try_new`].
    pub(crate) fn try_new(spec: &FunnelSpec, scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        let plan = Plan::try_new(scope, FilterScope::Event, context.columns)?;
        let asked = Asked::try_new(spec, plan.from_us, context.columns)?;
        Ok(Self { plan, asked })
    }

    /// Begins a chunk.
    pub(crate) fn walk<'c>(&self, chunk: &'c ActorChunk<'c>) -> Walk<'c> {
        let (selection, satisfied) = (self.plan.select(chunk), self.asked.satisfied(chunk));
        Walk { chunk, selection, satisfied, ts: Vec::new(), steps: Vec::new(), event: Vec::new() }
    }

    /// Takes the events of `actor`; `false` if it is no candidate.
    pub(crate) fn take(&self, walk: &mut Walk<'_>, actor: usize) -> bool {
        let Walk { chunk, selection, satisfied, ts, steps, event } = walk;
        let range = chunk.events_of(actor);
        let first = range.start + chunk.ts[range.clone()].partition_point(|&t| t < self.plan.from_us);
        let mut is_candidate = first < range.end && !selection.is_by_session() && selection.allows_actor(actor);
        ts.clear();
        steps.clear();
        event.clear();
        for at in first..range.end {
            let is_shown = selection.has_event(chunk, actor, at);
            is_candidate |= is_shown && selection.is_by_session();
            if is_shown && is_in_stream(chunk, at, satisfied.steps[at]) {
                ts.push(chunk.ts[at]);
                steps.push(satisfied.steps[at]);
                event.push(at);
            }
        }
        is_candidate
    }
}

fn is_in_stream(chunk: &ActorChunk<'_>, event: usize, steps: u64) -> bool {
    let is_foreign = || chunk.has(event, EventFlags::ACTIVITY) && !chunk.has(event, EventFlags::SYNTHETIC);
    !chunk.has(event, EventFlags::REPEATED_ORDER) && (steps != 0 || is_foreign())
}

impl Walk<'_> {
    /// The stream of the actor that was taken last.
    pub(crate) fn stream(&self) -> Stream<'_> {
        Stream { ts: &self.ts, steps: &self.steps }
    }

    /// Index in the chunk of the first event that satisfies step 1.
    pub(crate) fn first_entry(&self) -> Option<usize> {
        self.steps.iter().position(|mask| mask & 1 == 1).map(|position| self.event[position])
    }
}
