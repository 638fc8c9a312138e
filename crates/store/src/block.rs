//! What is everything the store keeps of some actors' events?
//!
//! A block holds whole actors in key order, each with its events in total order, every column included. The shuffle
//! builds blocks for the run writer, and a run gives blocks back when it is merged with others.

use arrow_array::LargeStringArray;

/// Events of whole actors, or without any actor. Columns that no row fills are empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    /// Key per actor, rising; none where the rows have no actor.
    pub(crate) keys: Vec<u64>,
    /// Identifier class per actor.
    pub(crate) classes: Vec<u8>,
    /// Identifier per actor.
    pub(crate) ids: Vec<String>,
    /// Actor `a` has rows `offsets[a]..offsets[a + 1]`; one longer than there are actors, `[0]` without any.
    pub(crate) offsets: Vec<u32>,
    /// Whether the rows of the first actor go on from the block before.
    pub(crate) continues: bool,
    /// Event times, UTC microseconds.
    pub(crate) ts: Vec<i64>,
    /// [`kundresa_model::event_table::EventFlags`] bits.
    pub(crate) flags: Vec<u8>,
    /// Money in micro-units, `NO_VALUE` where there is none.
    pub(crate) value: Vec<i64>,
    /// Codes per coded text column of the run, 0 for null.
    pub(crate) text: Vec<Vec<u32>>,
    /// Texts per uncoded column of the run.
    pub(crate) wide: Vec<Option<LargeStringArray>>,
    /// Identifiers beside the actor's own: login, CRM, e-mail.
    pub(crate) others: [Option<LargeStringArray>; 3],
    /// Native event ids.
    pub(crate) event_id: Option<LargeStringArray>,
    /// What places a row among others of its time.
    pub(crate) place: Places,
    /// Rows that only repeat the event id of an earlier one: kept, but not events.
    pub(crate) duplicates: Vec<u32>,
}

/// What places a row among others of its time, as stored.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// The source's own sequence, [`crate::shuffle::scatter::NO_SEQUENCE`] for null.
    pub(crate) sequence: [Vec<i64>; 3],
    /// Number of the input in the store.
    pub(crate) input: Vec<u32>,
    /// Row in the input; a hash of the raw row where the source has no row order.
    pub(crate) row: Vec<u64>,
    /// Position within the row; empty where all are 0.
    pub(crate) position: Vec<u32>,
}

impl Block {
    /// Number of rows, duplicates included.
    pub(crate) fn rows(&self) -> usize {
        self.ts.len()
    }
}
