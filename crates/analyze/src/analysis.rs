//! What must an analysis do, and what does it get to know?

use kundresa_model::chunk::ActorChunk;
use kundresa_model::mask::{Columns, EventColumns};
use kundresa_model::phase::{Phase, Taxonomy};
use kundresa_model::time::DataEnd;
use kundresa_model::zone::ZoneTable;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A fold over chunks of whole actors: visit, merge, finish.
///
/// The loop over actors is inside [`Self::visit`], so small actors cost no call each.
/// Merging partials of disjoint actors in any order, then finishing, equals one pass over all of them.
pub trait Analysis: Send + Sync {
    /// Integers counted so far.
    type Partial: Send + Serialize + DeserializeOwned;
    /// What the analysis finds.
    type Output;

    /// The partial of no actors.
    fn empty(&self) -> Self::Partial;

    /// Adds the actors of `chunk` to `partial`.
    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut Self::Partial);

    /// Adds events that have no actor, among those that take part. Most analyses have no place for them.
    fn visit_unidentified(&self, _events: &Unidentified<'_>, _partial: &mut Self::Partial) {}

    /// Adds `from` to `into`; they have no actor in common.
    fn merge(&self, into: &mut Self::Partial, from: Self::Partial);

    /// The result, given what the engine counted outside of the actors' chunks.
    fn finish(&self, partial: Self::Partial, accounting: &Accounting) -> Self::Output;
}

/// Events without an actor as struct of arrays, in total order.
#[derive(Clone, Copy, Debug)]
pub struct Unidentified<'a> {
    /// Event times, UTC microseconds.
    pub ts: &'a [i64],
    /// [`kundresa_model::event_table::EventFlags`] bits per event.
    pub flags: &'a [u8],
    /// Codes per projected text column, as in [`ActorChunk::text`].
    pub text: &'a [&'a [u32]],
    /// Money, as in [`ActorChunk::value`].
    pub value: &'a [i64],
}

impl<'a> Unidentified<'a> {
    /// What predicates look at; without an actor there is no history.
    pub fn columns(&self) -> EventColumns<'a> {
        EventColumns { text: self.text, value: self.value, history: [&[]; 3] }
    }
}

/// What an analysis is told about the run when it is made.
#[derive(Clone)]
pub struct Context<'a> {
    /// After this no deadline is known to be over.
    pub data_end: DataEnd,
    /// Report zone: what a day is.
    pub zone: ZoneTable,
    /// The projected text columns, in the order of [`ActorChunk::text`].
    pub columns: &'a dyn Columns,
    /// Taxonomy that the chunks' visits are in.
    pub taxonomy: Taxonomy,
    /// Without activity for this long before the data end a journey is over, microseconds.
    pub horizon_us: i64,
    /// Phase a journey aims at.
    pub goal: Phase,
    /// Phase rules in order; [`ActorChunk::rule`] points here.
    pub rules: Vec<RuleInfo>,
}

/// A phase rule as results name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Name of the rule.
    pub name: String,
    /// Canonical phase it assigns.
    pub phase: Phase,
}

/// Events that never reach a chunk, counted by whoever makes the chunks. Disjoint parts of a log add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounting {
    /// All events of the log, those without an actor included.
    pub events: u64,
    /// Events that `--bots` left out, those without an actor included.
    pub bot_events: u64,
    /// Other events after the data end, those without an actor included.
    pub events_after_end: u64,
    /// Events without an actor, whether they take part or not.
    pub unidentified_events: u64,
    /// Events without an actor that are neither in `bot_events` nor in `events_after_end`.
    pub unidentified_taking_part: u64,
}

impl Accounting {
    /// Adds what was counted in another part of the log.
    pub fn add(&mut self, other: Self) {
        self.events += other.events;
        self.bot_events += other.bot_events;
        self.events_after_end += other.events_after_end;
        self.unidentified_events += other.unidentified_events;
        self.unidentified_taking_part += other.unidentified_taking_part;
    }
}
