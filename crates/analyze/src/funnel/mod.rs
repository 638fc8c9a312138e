//! How far do they get, step by step?
//!
//! - **Unit:** an actor, a session with all steps inside it, or an attempt; each with one tuple of values where properties
//!   are held. Events in no session take part in no session's funnel.
//! - **Level:** exact optimum over all entries, over the first entry time only, or of each entry; see [`kernel`]. A purchase
//!   whose order id was had before takes no part. Optional steps change no level.
//! - **Open:** a unit below the last step whose latest attempt's window is not over; without a window every such unit.
//! - **Chosen:** an actor enters at or after `--from`; a session starts then. The filter hides events (scope `event`),
//!   sessions and the events in none that do not match (`session`), or actors (`actor`).
//! - **Candidates:** actors with an event from `--from` on that the filter's session or actor scope leaves in, or chosen
//!   sessions. Filter scope `event` takes away no candidates.
//! - **Segment:** the value at the witness's step 1.
//!
//! Source: `docs/semantics.md#funnels`.

mod asked;
pub mod bridge;
mod certainty;
mod count;
mod direct;
pub mod emulate;
mod groups;
pub(crate) mod heads;
pub mod kernel;
mod levels;
mod lone;
mod next;
mod open;
mod optional;
mod people;
mod tally;
mod times;
pub(crate) mod trend;
mod units;
mod value;
mod walk;
mod words;

use kundresa_model::chunk::ActorChunk;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::field::text;
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::spec::funnel::{FunnelEntry, FunnelSpec, FunnelUnit};
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::time::DataEnd;

use crate::analysis::{Accounting, Analysis, Context};
use crate::error::AnalyzeError;
use crate::keyed::Tally;
use crate::scope::Plan;
use asked::Asked;
pub use asked::check_funnel;
pub use people::{Details, FunnelPeople};
pub use tally::FunnelPartial;
use trend::Calendar;
use value::Money;
pub use walk::UnitView;

/// Counts how far actors, sessions or attempts get.
#[derive(Clone, Debug)]
pub struct Funnel<'a> {
    spec: FunnelSpec,
    plan: Plan<'a>,
    asked: Asked,
    data_end: DataEnd,
    /// Buckets of the trend, if one is asked for.
    calendar: Option<Calendar>,
    money: Money<'a>,
    event_column: usize,
    event_names: &'a Dictionary,
}

impl<'a> Funnel<'a> {
    /// The funnel of `spec` over `scope`; filters are of scope `event` unless they say otherwise.
    ///
    /// # Errors
    /// When there are no steps or too many, when options contradict each other, or when a step, an exclusion, a column to
    /// hold, the filter or the dimension does not fit the columns.
    pub fn try_new(spec: &FunnelSpec, scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        let plan = Plan::try_new(scope, FilterScope::Event, context.columns)?;
        // A session is chosen by its start, and all its entries with it.
        let from_us = if spec.unit == FunnelUnit::Session { i64::MIN } else { plan.from_us };
        let (event_column, event_names) = context.columns.text(text::EVENT).ok_or(AnalyzeError::NoEventColumn)?;
        Ok(Self {
            asked: Asked::try_new(spec, from_us, context.columns)?,
            spec: spec.clone(),
            plan,
            data_end: context.data_end,
            calendar: spec.trend.map(|unit| Calendar { unit, zone: context.zone.clone() }),
            money: Money::of(context.columns),
            event_column,
            event_names,
        })
    }
}

/// Whether every unit is an actor that counts once.
pub(crate) fn counts_actors(spec: &FunnelSpec) -> bool {
    spec.unit == FunnelUnit::Actor && spec.entry != FunnelEntry::Every && spec.hold.is_empty()
}

impl Analysis for Funnel<'_> {
    type Partial = FunnelPartial;
    type Output = FunnelResult;

    fn empty(&self) -> FunnelPartial {
        let steps = self.asked.levels();
        let mut partial = FunnelPartial::default();
        partial.steps.resize_with(steps, Default::default);
        partial.optional.resize_with(self.asked.optional.len(), Default::default);
        partial.open.resize_with(if self.spec.open { steps } else { 0 }, Default::default);
        partial.heads = (self.plan.threshold() > 0 && !counts_actors(&self.spec)).then(Default::default);
        partial
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut FunnelPartial) {
        self.count_chunk(chunk, partial);
    }

    fn merge(&self, into: &mut FunnelPartial, from: FunnelPartial) {
        into.add(from);
    }

    fn finish(&self, partial: FunnelPartial, _accounting: &Accounting) -> FunnelResult {
        self.result(partial)
    }
}
