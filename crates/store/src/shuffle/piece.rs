//! Which rows did one thread read together?
//!
//! A piece holds the rows of one table, partition by partition, each column packed into as few bytes as it takes. Columns
//! that no row fills take none. What only a store on disk keeps (inputs, identifiers beside the actor's own) is there
//! only if tables are read with it. Rows that were spilled, split or sorted come as pieces of one partition.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, Int64Array};
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::NULL;
use kundresa_model::index::index32;

use crate::actor_key::UNIDENTIFIED;
use crate::arena::TextArena;
use crate::run::facts::Optional;
use crate::shuffle::packed::{Packed, Sparse};
use crate::shuffle::scatter::{NO_EVENT_ID, NO_SEQUENCE, TableRows};

/// Marks a text code that is no thread code but the index of a text in the piece itself.
pub(crate) const INLINE: u32 = 1 << 31;

/// Rows read by one thread.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    pub(crate) rows: usize,
    /// The part of the source that they are from; the first where that are several, and 0 where nobody asks any more.
    pub(crate) part: usize,
    /// Where the rows of each partition begin, and the end; empty where all are of one.
    pub(crate) starts: Vec<u32>,
    pub(crate) ts: Packed,
    pub(crate) flags: Packed,
    /// Tie-breaks in their parts, see [`crate::shuffle::scatter::Ties`].
    pub(crate) rank: Packed,
    pub(crate) row: Packed,
    pub(crate) position: Packed,
    /// Hash of all four raw identifiers; empty where no row has more than its actor's.
    pub(crate) identity: Vec<u64>,
    /// Index into `actors`; as long as there are rows with an actor, which come first.
    pub(crate) actor: Packed,
    pub(crate) sequence: [Sparse; 3],
    pub(crate) value: Sparse,
    pub(crate) event_hash: Vec<u128>,
    /// Index of the input among the source's; empty unless kept.
    pub(crate) input: Packed,
    /// Thread codes per slot, or places in `inline`; empty where no row has a text.
    pub(crate) text: Vec<Packed>,
    /// Per slot: texts that have no thread code.
    pub(crate) inline: Vec<TextArena>,
    pub(crate) actors: Actors,
    /// Native event ids.
    pub(crate) event_ids: Texts,
    /// Login, CRM and e-mail beside the actor's own identifier.
    pub(crate) others: [Texts; 3],
}

/// Actors named by the rows of a piece.
#[derive(Debug, Default)]
pub(crate) struct Actors {
    /// Where those of each partition begin, and the end; empty where all are of one.
    pub(crate) starts: Vec<u32>,
    /// Class as a character, then the id.
    pub(crate) ids: TextArena,
    pub(crate) keys: Vec<u64>,
}

/// A column of texts that most rows lack or that differ from row to row.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// Per row the index of its text plus one, 0 for none; may be shorter than the piece.
    pub(crate) codes: Vec<u32>,
    pub(crate) texts: TextArena,
}

impl Texts {
    /// Appends row `row`.
    pub(crate) fn push(&mut self, row: usize, text: &str) {
        self.codes.resize(row, 0);
        self.texts.push(text);
        self.codes.push(index32(self.texts.len()));
    }

    /// The text of row `row`.
    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        let code = self.codes.get(row).filter(|code| **code != 0)?;
        Some(self.texts.get(*code as usize - 1))
    }

    fn heap_bytes(&self) -> usize {
        4 * self.codes.capacity() + self.texts.heap_bytes()
    }
}

impl Piece {
    /// The rows of a table in the order of its scratch; `starts` says where each partition begins.
    pub(crate) fn of_table(table: &TableRows<'_>, starts: Vec<u32>, actors: Actors) -> Self {
        let scratch = table.scratch;
        let order = scratch.order.as_slice();
        let named = &order[..starts[UNIDENTIFIED] as usize];
        let actor = named.iter().map(|row| scratch.identifiers.place(scratch.actor[*row as usize]));
        let sparse = |column: Option<&Int64Array>, absent: i64| {
            let picked = |column: &Int64Array| Sparse::picked(column.values(), column.nulls(), order, absent);
            column.map_or_else(Sparse::default, picked)
        };
        let mut piece = Self {
            rows: order.len(),
            ts: Packed::picked(table.ts, order),
            flags: Packed::picked(table.flags, order),
            rank: Packed::picked(&scratch.ties.rank, order),
            row: Packed::picked(&scratch.ties.row, order),
            position: Packed::picked(&scratch.ties.position, order),
            identity: picked(&scratch.identity, order),
            actor: Packed::within((0, (actors.keys.len() as u64).saturating_sub(1)), actor),
            sequence: table.sequence.map(|part| sparse(part, NO_SEQUENCE)),
            value: sparse(table.value, NO_VALUE),
            event_hash: picked(&scratch.event_hash, order),
            input: table.input.map_or_else(Packed::default, |input| Packed::same_of(input, order.len())),
            starts,
            actors,
            ..Self::default()
        };
        piece.append_texts(table);
        piece.append_event_ids(table);
        if table.keeps_others {
            piece.append_others(table);
        }
        piece
    }

    fn append_texts(&mut self, table: &TableRows<'_>) {
        let order = &table.scratch.order;
        for encoded in &table.scratch.text {
            let slot = encoded.slot;
            self.grow_to(slot);
            self.text[slot] = if let Some(values) = &encoded.inline {
                let inline = &mut self.inline[slot];
                let codes = order.iter().map(|row| match encoded.codes[*row as usize] {
                    code if code & INLINE == 0 => code,
                    code => INLINE | index32(inline.push(values.value((code & !INLINE) as usize))),
                });
                Packed::of(&codes.collect::<Vec<_>>())
            } else {
                Packed::picked(&encoded.codes, order)
            };
        }
    }

    /// Makes room for the text columns up to `slot`.
    pub(crate) fn grow_to(&mut self, slot: usize) {
        if self.text.len() <= slot {
            self.text.resize_with(slot + 1, Packed::default);
            self.inline.resize_with(slot + 1, TextArena::default);
        }
    }

    fn append_event_ids(&mut self, table: &TableRows<'_>) {
        let Some(ids) = table.event_ids else { return };
        for (place, row) in table.scratch.order.iter().enumerate() {
            if self.event_hash[place] != NO_EVENT_ID {
                self.event_ids.push(place, ids.value(*row as usize));
            }
        }
    }

    fn append_others(&mut self, table: &TableRows<'_>) {
        for (other, texts) in self.others.iter_mut().enumerate().filter(|(other, _)| table.has_other(*other)) {
            for (place, row) in table.scratch.order.iter().enumerate() {
                if let Some(id) = table.other(other, *row as usize) {
                    texts.push(place, id);
                }
            }
        }
    }

    /// Actor key of a row; 0 without an actor.
    pub(crate) fn key(&self, row: usize) -> u64 {
        if row < self.actor.len() { self.actors.keys[self.actor.get::<u32>(row) as usize] } else { 0 }
    }

    /// Code of a row in a text slot.
    pub(crate) fn code(&self, slot: usize, row: usize) -> u32 {
        self.text.get(slot).filter(|codes| !codes.is_empty()).map_or(NULL, |codes| codes.get(row))
    }

    /// Index of a row's input among the source's; 0 unless kept.
    pub(crate) fn input_of(&self, row: usize) -> u32 {
        if self.input.is_empty() { 0 } else { self.input.get(row) }
    }

    /// Which optional columns some row fills, rejected rows apart; `items` is the slot of items.
    pub(crate) fn fills(&self, items: Option<usize>) -> Optional {
        Optional {
            value: !self.value.is_empty(),
            others: [0, 1, 2].map(|other| !self.others[other].texts.is_empty()),
            event_id: !self.event_ids.texts.is_empty(),
            sequence: [0, 1, 2].map(|part| !self.sequence[part].is_empty()),
            // Without row order the position is 0.
            position: self.position.same::<u32>() != Some(0) && !self.position.is_empty(),
            items: items.and_then(|slot| self.inline.get(slot)).is_some_and(|items| !items.is_empty()),
            rejected: false,
        }
    }

    /// Bytes held on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let packed = [&self.ts, &self.flags, &self.rank, &self.row, &self.position, &self.actor, &self.input];
        let packed = packed.into_iter().chain(&self.text).map(Packed::heap_bytes).sum::<usize>();
        let sparse = self.sequence.iter().chain([&self.value]).map(Sparse::heap_bytes).sum::<usize>();
        let starts = self.starts.capacity() + self.actors.starts.capacity();
        let own = size_of::<Self>() + self.text.capacity() * (size_of::<Packed>() + size_of::<TextArena>());
        own + packed
            + sparse
            + 4 * starts
            + 16 * self.event_hash.capacity()
            + 8 * self.identity.capacity()
            + self.text_bytes()
    }

    /// Bytes of texts and actors.
    fn text_bytes(&self) -> usize {
        8 * self.actors.keys.capacity()
            + self.actors.ids.heap_bytes()
            + self.event_ids.heap_bytes()
            + self.others.iter().map(Texts::heap_bytes).sum::<usize>()
            + self.inline.iter().map(TextArena::heap_bytes).sum::<usize>()
    }

    /// Bytes of `rows` of the rows once they lie unpacked in a bucket.
    pub(crate) fn unpacked_bytes(&self, rows: usize) -> u64 {
        let places =
            [&self.rank, &self.position, &self.input].map(|column| 4 * usize::from(column.same::<u32>().is_none()));
        let sparse = self.sequence.iter().chain([&self.value]).filter(|column| !column.is_empty()).count();
        let texts = self.text.iter().filter(|codes| !codes.is_empty()).count();
        let fixed = 8 + 1 + 8 + 4 + 4 + places.iter().sum::<usize>() + 4 * texts + 8 * sparse;
        let hashes = if self.event_hash.is_empty() { 0 } else { 16 } + if self.identity.is_empty() { 0 } else { 8 };
        let share = self.text_bytes().saturating_mul(rows) / self.rows.max(1);
        (rows * (fixed + hashes) + share) as u64
    }
}

/// Rows of a piece that are of one partition.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    pub(crate) piece: Arc<Piece>,
    pub(crate) rows: Range<usize>,
    /// Actors of that partition.
    pub(crate) actors: Range<usize>,
}

impl Slice {
    /// The rows of one partition of a piece that has several.
    pub(crate) fn of(piece: &Arc<Piece>, partition: usize) -> Self {
        let range = |starts: &[u32]| starts[partition] as usize..starts[partition + 1] as usize;
        let (rows, actors) = (range(&piece.starts), range(&piece.actors.starts));
        Self { piece: Arc::clone(piece), rows, actors }
    }

    /// All rows of a piece of one partition.
    pub(crate) fn whole(piece: Piece) -> Self {
        let (rows, actors) = (0..piece.rows, 0..piece.actors.keys.len());
        Self { piece: Arc::new(piece), rows, actors }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether its rows have an actor.
    pub(crate) fn has_actors(&self) -> bool {
        self.rows.start < self.piece.actor.len()
    }
}

pub(crate) fn picked<T: Copy>(column: &[T], rows: &[u32]) -> Vec<T> {
    if column.is_empty() { Vec::new() } else { rows.iter().map(|row| column[*row as usize]).collect() }
}
