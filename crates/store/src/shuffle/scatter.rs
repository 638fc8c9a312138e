//! Which partition does each row of a table belong to?
//!
//! A table is worked column by column: first every row's identifiers and text codes, then a counting sort of row numbers
//! by partition, then every column is packed in that order. Nothing grows: each column is as long as the table.

use arrow_array::{Array, FixedSizeBinaryArray, Int64Array, StringArray};
use kundresa_model::event_table::{EventTable, TIE};
use kundresa_model::field::IdentifierClass;
use kundresa_model::index::index32;
use twox_hash::XxHash3_128;

use crate::actor_key::{KeyOfHash, PARTITIONS};
use crate::shuffle::dictionaries::{Encoded, ThreadColumns};
use crate::shuffle::identifiers::{Identifiers, NO_ENTRY};
use crate::shuffle::piece::{Actors, Piece};

/// Event hash of a row without an event id.
pub(crate) const NO_EVENT_ID: u128 = 0;
/// A missing part of a source's own sequence; the smallest number, so nulls come first.
pub(crate) const NO_SEQUENCE: i64 = i64::MIN;

/// Per-row facts of one table, used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) identifiers: Identifiers,
    /// Entry of each row's actor.
    pub(crate) actor: Vec<u32>,
    /// Hash of all four identifiers; empty where rows have one at most.
    pub(crate) identity: Vec<u64>,
    /// Hash of the event id; empty without the column.
    pub(crate) event_hash: Vec<u128>,
    /// Text columns.
    pub(crate) text: Vec<Encoded>,
    /// Row numbers by partition.
    pub(crate) order: Vec<u32>,
    /// Tie-breaks.
    pub(crate) ties: Ties,
}

/// Tie-breaks in their three parts: the input's rank, the row in it, the position in the row. The hash that stands for
/// them where rows have no order fills the first and half of the second.
#[derive(Debug, Default)]
pub(crate) struct Ties {
    pub(crate) rank: Vec<u32>,
    pub(crate) row: Vec<u64>,
    pub(crate) position: Vec<u32>,
}

/// A table with its columns at hand.
pub(crate) struct TableRows<'a> {
    pub(crate) ts: &'a [i64],
    pub(crate) flags: &'a [u8],
    pub(crate) sequence: [Option<&'a Int64Array>; 3],
    pub(crate) value: Option<&'a Int64Array>,
    pub(crate) event_ids: Option<&'a StringArray>,
    pub(crate) scratch: &'a Scratch,
    /// Index of the input, if it is kept.
    pub(crate) input: Option<u32>,
    /// Whether identifiers beside the actor's own are kept.
    pub(crate) keeps_others: bool,
    identifiers: [Option<&'a StringArray>; 4],
}

impl<'a> TableRows<'a> {
    fn new(table: &'a EventTable, scratch: &'a Scratch, keep: Keep) -> Self {
        let identifiers = identifiers(table);
        Self {
            input: keep.input,
            // Where rows have one identifier at most, it is their actor's.
            keeps_others: keep.others && identifiers.iter().flatten().count() > 1,
            ts: table.ts(),
            flags: table.flags(),
            sequence: [0, 1, 2].map(|part| any_filled(table.sequence(part))),
            value: any_filled(table.value()),
            event_ids: table.event_ids(),
            scratch,
            identifiers,
        }
    }

    /// Whether the table has identifiers of the given class after *device* at all.
    pub(crate) fn has_other(&self, other: usize) -> bool {
        self.identifiers[other + 1].is_some()
    }

    /// A row's identifier of the given class after *device*, unless it is its actor's.
    pub(crate) fn other(&self, other: usize, row: usize) -> Option<&'a str> {
        let actor = self.scratch.actor[row];
        let own = actor != NO_ENTRY && usize::from(self.scratch.identifiers.class(actor)) == other + 1;
        if own { None } else { text_at(self.identifiers[other + 1], row) }
    }
}

/// What is kept beyond the columns that analyses read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Keep {
    /// Index of the input that the rows come from.
    pub(crate) input: Option<u32>,
    /// Identifiers beside the actor's own.
    pub(crate) others: bool,
}

fn any_filled<A: Array>(column: Option<&A>) -> Option<&A> {
    column.filter(|column| column.null_count() < column.len())
}

/// Identifiers per class, where some row has one.
fn identifiers(table: &EventTable) -> [Option<&StringArray>; 4] {
    IdentifierClass::ALL.map(|class| any_filled(table.identifiers(class)))
}

/// The text of a row; none where it is empty.
pub(crate) fn text_at(column: Option<&StringArray>, row: usize) -> Option<&str> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row)).filter(|text| !text.is_empty())
}

/// The rows of `table` by partition.
pub(crate) fn scatter(
    table: &EventTable,
    keep: Keep,
    key_of_hash: KeyOfHash,
    columns: &mut ThreadColumns,
    scratch: &mut Scratch,
) -> Piece {
    scratch.read_identifiers(table);
    scratch.read_event_ids(table);
    scratch.ties.read(table);
    columns.encode(table, &mut scratch.text);
    let (starts, actors) = scratch.sort_by_partition(key_of_hash);
    Piece::of_table(&TableRows::new(table, scratch, keep), starts, actors)
}

impl Scratch {
    fn read_identifiers(&mut self, table: &EventTable) {
        let columns = identifiers(table);
        self.identifiers.clear();
        self.actor.clear();
        self.identity.clear();
        let filled = columns.iter().flatten().count();
        if filled <= 1 && table.event_ids().is_none() {
            let only = columns.iter().zip(0_u8..).find_map(|(column, class)| Some((class, (*column)?)));
            self.read_only_identifier(only, table.len());
        } else {
            (0..table.len()).for_each(|row| self.read_all_identifiers(columns, row));
        }
    }

    fn read_only_identifier(&mut self, only: Option<(u8, &StringArray)>, rows: usize) {
        let Some((class, ids)) = only else { return self.actor.resize(rows, NO_ENTRY) };
        for row in 0..rows {
            let entry = text_at(Some(ids), row).map_or(NO_ENTRY, |id| self.actor_entry(class, id));
            self.actor.push(entry);
        }
    }

    fn actor_entry(&mut self, class: u8, id: &str) -> u32 {
        let entry = self.identifiers.entry(class, id);
        self.identifiers.is_actor(entry);
        entry
    }

    fn read_all_identifiers(&mut self, columns: [Option<&StringArray>; 4], row: usize) {
        let (mut actor, mut identity) = (NO_ENTRY, 0);
        for (column, class) in columns.into_iter().zip(0_u8..) {
            let Some(id) = text_at(column, row) else { continue };
            let entry = if actor == NO_ENTRY {
                actor = self.actor_entry(class, id);
                actor
            } else {
                self.identifiers.entry(class, id)
            };
            identity = mixed(identity, self.identifiers.hash(entry));
        }
        self.actor.push(actor);
        self.identity.push(identity);
    }

    fn read_event_ids(&mut self, table: &EventTable) {
        self.event_hash.clear();
        if let Some(ids) = table.event_ids() {
            self.event_hash.extend((0..table.len()).map(|row| text_at(Some(ids), row).map_or(NO_EVENT_ID, event_hash)));
        }
    }

    /// Row numbers in `order` by partition; where each partition starts, and its actors.
    fn sort_by_partition(&mut self, key_of_hash: KeyOfHash) -> (Vec<u32>, Actors) {
        let actors = self.identifiers.actors(key_of_hash);
        let mut starts = vec![0_u32; PARTITIONS + 1];
        for entry in &self.actor {
            starts[self.identifiers.partition(*entry) + 1] += 1;
        }
        for partition in 0..PARTITIONS {
            starts[partition + 1] += starts[partition];
        }
        let mut next = starts.clone();
        self.order.clear();
        self.order.resize(self.actor.len(), 0);
        for (row, entry) in self.actor.iter().enumerate() {
            let place = &mut next[self.identifiers.partition(*entry)];
            self.order[*place as usize] = index32(row);
            *place += 1;
        }
        (starts, actors)
    }
}

impl Ties {
    fn read(&mut self, table: &EventTable) {
        let Self { rank, row, position } = self;
        rank.clear();
        row.clear();
        position.clear();
        let column = table.as_batch().column_by_name(TIE);
        let Some(ties) = column.and_then(|column| column.as_any().downcast_ref::<FixedSizeBinaryArray>()) else {
            return;
        };
        // The column is 16 bytes wide, checked when the table was made.
        let ties = || ties.value_data().as_chunks::<16>().0.iter().copied();
        rank.extend(ties().map(|[a, b, c, d, ..]| u32::from_be_bytes([a, b, c, d])));
        row.extend(ties().map(|[_, _, _, _, a, b, c, d, e, f, g, h, ..]| u64::from_be_bytes([a, b, c, d, e, f, g, h])));
        position.extend(ties().map(|[.., a, b, c, d]| u32::from_be_bytes([a, b, c, d])));
    }
}

/// Folds the hash of one more identifier in.
fn mixed(identity: u64, hash: u64) -> u64 {
    (identity ^ hash).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31)
}

/// The hash of the identifiers of a row that has no other than its actor's, given as class and id.
pub(crate) fn identity_of_actor(class_and_id: &[u8]) -> u64 {
    mixed(0, crate::actor_key::identifier_hash(class_and_id))
}

fn event_hash(id: &str) -> u128 {
    XxHash3_128::oneshot(id.as_bytes()).max(NO_EVENT_ID + 1)
}
