//! How does the engine get events by actor?
//!
//! A store hands out **ranges** of actors in the order of their keys. Ranges are independent, so threads take one each.
//! Within a range every actor's events are together and in the total order of `docs/semantics.md`.

use crate::dictionary::Dictionary;
use crate::event_times::EventTimes;
use crate::quality::LoadTotals;
use crate::source::BoxError;
use crate::spec::behaviour::BotRuleCount;

/// Events grouped by actor, wherever they lie.
pub trait ActorSource: Sync {
    /// Names of the text columns that can be projected, in a fixed order.
    fn text_columns(&self) -> &[String];

    /// Distinct values of the text column `column` (an index into [`Self::text_columns`]).
    fn dictionary(&self, column: usize) -> &Dictionary;

    /// Number of ranges.
    fn ranges(&self) -> usize;

    /// Hands the events of one range to `visit`, in key order, in one or more batches that never split an actor.
    ///
    /// # Errors
    /// When the events can't be read.
    fn visit_range(
        &self,
        range: usize,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError>;

    /// Hands out the events that have no actor, in total order. They lie in no range.
    ///
    /// # Errors
    /// When the events can't be read.
    fn visit_unidentified(
        &self,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError>;

    /// What loading these events gave.
    fn totals(&self) -> &LoadTotals;

    /// When all events happened, those without an actor included, if that is known without reading them.
    fn event_times(&self) -> Option<&EventTimes> {
        None
    }

    /// Whom rules on behaviour made bots, where actors were judged by it.
    fn bots_by_behaviour(&self) -> &[BotRuleCount] {
        &[]
    }
}

/// Which columns a pass reads. `ts` and `flags` always come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    /// Indices into [`ActorSource::text_columns`]; the batch has its text columns in this order.
    pub text: Vec<usize>,
    /// Whether money is read.
    pub value: bool,
    /// Whether actor ids are read.
    pub actor_ids: bool,
}

/// Marks a missing money value.
pub const NO_VALUE: i64 = i64::MIN;

/// Columns of the events of whole actors.
#[derive(Clone, Debug)]
pub struct ActorBatch<'a> {
    /// Event offsets: actor `a` has events `actor_offsets[a]..actor_offsets[a + 1]`. One longer than there are actors.
    pub actor_offsets: &'a [u32],
    /// Ids of the actors, if projected (`actors` entries), else empty.
    pub actor_ids: &'a [String],
    /// Event times, UTC microseconds.
    pub ts: &'a [i64],
    /// [`crate::event_table::EventFlags`] bits per event.
    pub flags: &'a [u8],
    /// Codes per projected text column.
    pub text: Vec<&'a [u32]>,
    /// Money in micro-units, [`NO_VALUE`] where there is none; empty if not projected.
    pub value: &'a [i64],
}

impl ActorBatch<'_> {
    /// Number of actors.
    pub fn actors(&self) -> usize {
        self.actor_offsets.len().saturating_sub(1)
    }

    /// Number of events.
    pub fn events(&self) -> usize {
        self.ts.len()
    }
}
