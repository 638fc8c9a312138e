//! Which partition does each row of a table belong to?
//!
//! A table is worked column by column: first every row's actor key, identity hash and text codes, then a counting sort of
//! row numbers by partition, then one append per partition that has rows.

use arrow_array::{Array, FixedSizeBinaryArray, Int64Array, StringArray};
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::event_table::{EventTable, TIE};
use kundresa_model::field::IdentifierClass;
use kundresa_model::index::index32;
use twox_hash::XxHash3_128;

use crate::actor_key::{KeyOfHash, PARTITIONS, UNIDENTIFIED, identifier_hash, partition_of};
use crate::shuffle::dictionaries::{Encoded, ThreadColumns};
use crate::shuffle::piece::Piece;

/// Event hash of a row without an event id.
pub(crate) const NO_EVENT_ID: u128 = 0;
/// A missing part of a source's own sequence; the smallest number, so nulls come first.
pub(crate) const NO_SEQUENCE: i64 = i64::MIN;

/// Class of a row without an actor.
const NO_ACTOR: u8 = u8::MAX;

/// Per-row facts of one table, used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// Actor key; 0 without an actor.
    pub(crate) key: Vec<u64>,
    /// Hash of all four identifiers.
    pub(crate) identity: Vec<u64>,
    /// Hash of the event id; empty without the column.
    pub(crate) event_hash: Vec<u128>,
    /// Text columns.
    pub(crate) text: Vec<Encoded>,
    class: Vec<u8>,
    partition: Vec<u8>,
    order: Vec<u32>,
    name: String,
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
    ties: Option<&'a FixedSizeBinaryArray>,
}

impl<'a> TableRows<'a> {
    fn new(table: &'a EventTable, scratch: &'a Scratch, keep: Keep) -> Self {
        Self {
            input: keep.input,
            keeps_others: keep.others,
            ts: table.ts(),
            flags: table.flags(),
            sequence: [0, 1, 2].map(|part| table.sequence(part)),
            value: table.value(),
            event_ids: table.event_ids(),
            scratch,
            identifiers: IdentifierClass::ALL.map(|class| table.identifiers(class)),
            ties: table.as_batch().column_by_name(TIE).and_then(|column| column.as_any().downcast_ref()),
        }
    }

    /// Tie-break of a row.
    pub(crate) fn tie(&self, row: usize) -> u128 {
        let bytes = self.ties.map_or([].as_slice(), |ties| ties.value(row));
        bytes.iter().fold(0, |number, byte| number << 8 | u128::from(*byte))
    }

    /// Part `part` of a row's own sequence.
    pub(crate) fn sequence(&self, part: usize, row: usize) -> i64 {
        filled(self.sequence[part], row).unwrap_or(NO_SEQUENCE)
    }

    /// Money of a row.
    pub(crate) fn value(&self, row: usize) -> i64 {
        filled(self.value, row).unwrap_or(NO_VALUE)
    }

    /// Writes class and id of a row's actor to `name`; `false` if it has none.
    pub(crate) fn write_actor(&self, row: usize, name: &mut String) -> bool {
        let class = self.scratch.class[row];
        let Some(id) = self.identifiers.get(usize::from(class)).and_then(|ids| text_at(*ids, row)) else {
            return false;
        };
        write_identifier(class, id, name);
        true
    }

    /// Whether the table has identifiers of the given class after *device* at all.
    pub(crate) fn has_other(&self, other: usize) -> bool {
        self.identifiers[other + 1].is_some()
    }

    /// A row's identifier of the given class after *device*, unless it is its actor's.
    pub(crate) fn other(&self, other: usize, row: usize) -> Option<&'a str> {
        let own = usize::from(self.scratch.class[row]) == other + 1;
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

fn filled(column: Option<&Int64Array>, row: usize) -> Option<i64> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
}

/// The text of a row; none where it is empty.
pub(crate) fn text_at(column: Option<&StringArray>, row: usize) -> Option<&str> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row)).filter(|text| !text.is_empty())
}

fn write_identifier(class: u8, id: &str, name: &mut String) {
    name.clear();
    name.push(char::from(class));
    name.push_str(id);
}

/// Appends every row of `table` to the piece of its partition.
pub(crate) fn scatter(
    table: &EventTable,
    keep: Keep,
    key_of_hash: KeyOfHash,
    columns: &mut ThreadColumns,
    scratch: &mut Scratch,
    pieces: &mut [Piece],
) {
    scratch.read_identifiers(table, key_of_hash);
    scratch.read_event_ids(table);
    columns.encode(table, &mut scratch.text);
    let starts = scratch.sort_by_partition();
    let rows = TableRows::new(table, scratch, keep);
    for (partition, piece) in pieces.iter_mut().enumerate() {
        let of_partition = &scratch.order[starts[partition] as usize..starts[partition + 1] as usize];
        if !of_partition.is_empty() {
            piece.append(&rows, of_partition);
        }
    }
}

impl Scratch {
    fn read_identifiers(&mut self, table: &EventTable, key_of_hash: KeyOfHash) {
        let identifiers = IdentifierClass::ALL.map(|class| table.identifiers(class));
        self.key.clear();
        self.identity.clear();
        self.class.clear();
        self.partition.clear();
        for row in 0..table.len() {
            let (mut class_of_actor, mut key, mut identity) = (NO_ACTOR, 0, 0);
            for class in IdentifierClass::ALL {
                let class = class as u8;
                let Some(id) = text_at(identifiers[usize::from(class)], row) else { continue };
                write_identifier(class, id, &mut self.name);
                let hash = identifier_hash(self.name.as_bytes());
                if class_of_actor == NO_ACTOR {
                    (class_of_actor, key) = (class, key_of_hash(hash));
                }
                identity = mixed(identity, hash);
            }
            let partition = if class_of_actor == NO_ACTOR { UNIDENTIFIED } else { partition_of(key) };
            self.partition.push(u8::try_from(partition).expect("there are 129 partitions"));
            self.class.push(class_of_actor);
            self.key.push(key);
            self.identity.push(identity);
        }
    }

    fn read_event_ids(&mut self, table: &EventTable) {
        self.event_hash.clear();
        if let Some(ids) = table.event_ids() {
            self.event_hash.extend((0..table.len()).map(|row| text_at(Some(ids), row).map_or(NO_EVENT_ID, event_hash)));
        }
    }

    /// Row numbers in `order` by partition; where each partition starts.
    fn sort_by_partition(&mut self) -> [u32; PARTITIONS + 1] {
        let mut starts = [0_u32; PARTITIONS + 1];
        for partition in &self.partition {
            starts[usize::from(*partition) + 1] += 1;
        }
        for partition in 0..PARTITIONS {
            starts[partition + 1] += starts[partition];
        }
        let mut next = starts;
        self.order.clear();
        self.order.resize(self.partition.len(), 0);
        for (row, partition) in self.partition.iter().enumerate() {
            let place = &mut next[usize::from(*partition)];
            self.order[*place as usize] = index32(row);
            *place += 1;
        }
        starts
    }
}

/// Folds the hash of one more identifier in.
fn mixed(identity: u64, hash: u64) -> u64 {
    (identity ^ hash).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31)
}

fn event_hash(id: &str) -> u128 {
    XxHash3_128::oneshot(id.as_bytes()).max(NO_EVENT_ID + 1)
}
