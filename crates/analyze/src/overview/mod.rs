//! How much is going on: users, sessions, views, key events, revenue, where sessions begin and end, by day?
//!
//! - **Events** count if they take part and their session is chosen (an event in no session: if it is chosen itself);
//!   under filter scope `event`, only those that match. Events without an actor count among events, views, key events,
//!   purchases and revenue, and nowhere else.
//! - **Sessions** are chosen by start and filter; under filter scope `event`, those with a matching activity event. Whether
//!   they are engaged, their pages and their channel are told by the whole session.
//! - **Users** are actors with a counted activity event.
//! - **Segment:** of a session its first filled value, of a user that of the whole journey, of any other event its own.
//!
//! Source: `docs/semantics.md#overview`.

mod cells;
mod events;
mod finish;
mod heads;
mod protect;
mod ranking;
mod tally;
mod unidentified;
mod walk;
mod whole;

use kundresa_model::chunk::ActorChunk;
use kundresa_model::result::overview::OverviewResult;
use kundresa_model::spec::overview::OverviewSpec;
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::time::DataEnd;
use kundresa_model::zone::ZoneTable;

use crate::analysis::{Accounting, Analysis, Context, Unidentified};
use crate::coded::Coded;
use crate::error::AnalyzeError;
use crate::keyed::Tally;
use crate::scope::Plan;
use events::{EventKinds, Fields};

use whole::Traits;

pub use tally::OverviewPartial;

/// Counts what web analytics counts.
#[derive(Clone, Debug)]
pub struct Overview<'a> {
    plan: Plan<'a>,
    zone: ZoneTable,
    data_end: DataEnd,
    fields: Fields<'a>,
    kinds: EventKinds,
    /// What an event is, where one column alone decides.
    traits: Option<Traits>,
    engaged_after_us: u64,
    lookback_us: i64,
    rows: usize,
}

impl<'a> Overview<'a> {
    /// The overview that `spec` describes, over `scope`; filters are of scope `session` unless they say otherwise.
    ///
    /// # Errors
    /// When the filter, the dimension or an event of `spec` does not fit the columns.
    pub fn try_new(spec: &OverviewSpec, scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        let kinds = EventKinds::try_new(spec, context.columns)?;
        let fields = Fields::try_new(spec, context.columns)?;
        Ok(Self {
            plan: Plan::try_new(scope, FilterScope::Session, context.columns)?,
            zone: context.zone.clone(),
            data_end: context.data_end,
            traits: Traits::of(&kinds, fields.event.slot),
            fields,
            kinds,
            engaged_after_us: spec.engaged_after.as_us().unsigned_abs(),
            lookback_us: spec.channel_lookback.as_us(),
            rows: spec.rows,
        })
    }
}

impl Analysis for Overview<'_> {
    type Partial = OverviewPartial;
    type Output = OverviewResult;

    fn empty(&self) -> OverviewPartial {
        let heads = (self.plan.threshold() > 0).then(Default::default);
        let pages = self.fields.page.map_or(1, |page| page.values.codes());
        OverviewPartial { heads, landing: Coded::of(pages), exit: Coded::of(pages), ..OverviewPartial::default() }
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut OverviewPartial) {
        walk::count(self, chunk, partial);
    }

    fn visit_unidentified(&self, events: &Unidentified<'_>, partial: &mut OverviewPartial) {
        unidentified::count(self, events, partial);
    }

    fn merge(&self, into: &mut OverviewPartial, from: OverviewPartial) {
        into.add(from);
    }

    fn finish(&self, partial: OverviewPartial, _accounting: &Accounting) -> OverviewResult {
        finish::result(self, partial)
    }
}
