//! Which rows of one partition has one thread read so far?
//!
//! A piece holds the columns of its rows as plain vectors. Columns that most logs lack (sequence, money, event ids, some
//! texts) stay empty until a table has them and are padded then, so an absent column costs nothing. What only a store on
//! disk keeps (inputs, identifiers beside the actor's own) is there only if tables are read with it.

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::NULL;
use kundresa_model::index::index32;

use crate::arena::TextArena;
use crate::run::facts::Optional;
use crate::shuffle::scatter::{NO_EVENT_ID, NO_SEQUENCE, TableRows};

/// Marks a text code that is no thread code but the index of a text in the piece itself.
pub(crate) const INLINE: u32 = 1 << 31;

/// Rows of one partition read by one thread.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    pub(crate) rows: usize,
    pub(crate) ts: Vec<i64>,
    pub(crate) flags: Vec<u8>,
    pub(crate) tie: Vec<u128>,
    /// Hash of all four raw identifiers.
    pub(crate) identity: Vec<u64>,
    /// Index into `actors`; empty in the partition without actors.
    pub(crate) actor: Vec<u32>,
    pub(crate) sequence: [Vec<i64>; 3],
    pub(crate) value: Vec<i64>,
    pub(crate) event_hash: Vec<u128>,
    /// Index of the input among the source's; empty unless kept.
    pub(crate) input: Vec<u32>,
    /// Thread codes per slot, or places in `inline`.
    pub(crate) text: Vec<Vec<u32>>,
    /// Per slot: texts that have no thread code.
    pub(crate) inline: Vec<TextArena>,
    pub(crate) actors: Actors,
    /// Native event ids.
    pub(crate) event_ids: Texts,
    /// Login, CRM and e-mail beside the actor's own identifier.
    pub(crate) others: [Texts; 3],
}

/// Actors named by the rows of a piece, a new entry whenever the actor is not that of the row before.
#[derive(Debug, Default)]
pub(crate) struct Actors {
    /// Class as a character, then the id.
    pub(crate) ids: TextArena,
    pub(crate) keys: Vec<u64>,
}

impl Actors {
    /// The entry of an actor.
    pub(crate) fn entry(&mut self, key: u64, id: &str) -> u32 {
        if self.ids.last() != Some(id) {
            self.ids.push(id);
            self.keys.push(key);
        }
        index32(self.keys.len() - 1)
    }
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

    fn take(&self, rows: &[u32]) -> Self {
        let mut taken = Self::default();
        if !self.texts.is_empty() {
            for (place, row) in rows.iter().enumerate() {
                if let Some(text) = self.get(*row as usize) {
                    taken.push(place, text);
                }
            }
        }
        taken
    }

    fn heap_bytes(&self) -> usize {
        4 * self.codes.capacity() + self.texts.heap_bytes()
    }
}

impl Piece {
    /// Appends the given rows of a table.
    pub(crate) fn append(&mut self, table: &TableRows<'_>, rows: &[u32]) {
        let before = self.rows;
        let at = || rows.iter().map(|row| *row as usize);
        self.ts.extend(at().map(|row| table.ts[row]));
        self.flags.extend(at().map(|row| table.flags[row]));
        self.tie.extend(at().map(|row| table.tie(row)));
        self.identity.extend(at().map(|row| table.scratch.identity[row]));
        for (part, column) in self.sequence.iter_mut().enumerate() {
            if table.sequence[part].is_some() {
                column.resize(before, NO_SEQUENCE);
                column.extend(at().map(|row| table.sequence(part, row)));
            }
        }
        if table.value.is_some() {
            self.value.resize(before, NO_VALUE);
            self.value.extend(at().map(|row| table.value(row)));
        }
        if let Some(input) = table.input {
            self.input.resize(before + rows.len(), input);
        }
        self.append_texts(table, rows);
        self.append_event_ids(table, rows);
        self.append_actors(table, rows);
        if table.keeps_others {
            self.append_others(table, rows);
        }
        self.rows += rows.len();
    }

    fn append_texts(&mut self, table: &TableRows<'_>, rows: &[u32]) {
        for encoded in &table.scratch.text {
            let slot = encoded.slot;
            self.grow_to(slot);
            self.text[slot].resize(self.rows, NULL);
            let codes = rows.iter().map(|row| encoded.codes[*row as usize]);
            if let Some(values) = &encoded.inline {
                let inline = &mut self.inline[slot];
                self.text[slot].extend(codes.map(|code| match code & INLINE {
                    0 => code,
                    _ => INLINE | index32(inline.push(values.value((code & !INLINE) as usize))),
                }));
            } else {
                self.text[slot].extend(codes);
            }
        }
    }

    fn grow_to(&mut self, slot: usize) {
        if self.text.len() <= slot {
            self.text.resize_with(slot + 1, Vec::new);
            self.inline.resize_with(slot + 1, TextArena::default);
        }
    }

    fn append_event_ids(&mut self, table: &TableRows<'_>, rows: &[u32]) {
        let Some(ids) = table.event_ids else { return };
        self.event_hash.resize(self.rows, NO_EVENT_ID);
        for (offset, row) in rows.iter().enumerate() {
            let hash = table.scratch.event_hash[*row as usize];
            self.event_hash.push(hash);
            if hash != NO_EVENT_ID {
                self.event_ids.push(self.rows + offset, ids.value(*row as usize));
            }
        }
    }

    fn append_actors(&mut self, table: &TableRows<'_>, rows: &[u32]) {
        let mut name = String::new();
        for row in rows {
            let row = *row as usize;
            if table.write_actor(row, &mut name) {
                self.actor.push(self.actors.entry(table.scratch.key[row], &name));
            }
        }
    }

    fn append_others(&mut self, table: &TableRows<'_>, rows: &[u32]) {
        for (other, texts) in self.others.iter_mut().enumerate() {
            if !table.has_other(other) {
                continue;
            }
            for (offset, row) in rows.iter().enumerate() {
                if let Some(id) = table.other(other, *row as usize) {
                    texts.push(self.rows + offset, id);
                }
            }
        }
    }

    /// The given rows as a piece of their own.
    pub(crate) fn take(&self, rows: &[u32]) -> Self {
        let mut taken = Self {
            rows: rows.len(),
            ts: picked(&self.ts, rows, 0),
            flags: picked(&self.flags, rows, 0),
            tie: picked(&self.tie, rows, 0),
            identity: picked(&self.identity, rows, 0),
            sequence: [0, 1, 2].map(|part| picked(&self.sequence[part], rows, NO_SEQUENCE)),
            value: picked(&self.value, rows, NO_VALUE),
            event_hash: picked(&self.event_hash, rows, NO_EVENT_ID),
            input: picked(&self.input, rows, 0),
            event_ids: self.event_ids.take(rows),
            others: [0, 1, 2].map(|other| self.others[other].take(rows)),
            ..Self::default()
        };
        for (slot, codes) in self.text.iter().enumerate() {
            taken.grow_to(slot);
            taken.text[slot] = picked(codes, rows, NULL);
            let inline = &mut taken.inline[slot];
            for code in taken.text[slot].iter_mut().filter(|code| **code & INLINE != 0) {
                *code = INLINE | index32(inline.push(self.inline[slot].get((*code & !INLINE) as usize)));
            }
        }
        if !self.actor.is_empty() {
            let entries = rows.iter().map(|row| self.actor[*row as usize] as usize);
            taken.actor =
                entries.map(|entry| taken.actors.entry(self.actors.keys[entry], self.actors.ids.get(entry))).collect();
        }
        taken
    }

    /// Actor key of a row; 0 without an actor.
    pub(crate) fn key(&self, row: usize) -> u64 {
        self.actor.get(row).map_or(0, |entry| self.actors.keys[*entry as usize])
    }

    /// Which optional columns some row fills, rejected rows apart; `items` is the slot of items.
    pub(crate) fn fills(&self, items: Option<usize>) -> Optional {
        Optional {
            value: self.value.iter().any(|value| *value != NO_VALUE),
            others: [0, 1, 2].map(|other| !self.others[other].texts.is_empty()),
            event_id: !self.event_ids.texts.is_empty(),
            sequence: [0, 1, 2].map(|part| self.sequence[part].iter().any(|value| *value != NO_SEQUENCE)),
            // Without row order the tie is a hash, whose lower half is 0.
            position: self.tie.iter().any(|tie| *tie & u128::from(u32::MAX) != 0),
            items: items.and_then(|slot| self.inline.get(slot)).is_some_and(|items| !items.is_empty()),
            rejected: false,
        }
    }

    /// Bytes held on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let words = self.ts.capacity()
            + self.identity.capacity()
            + self.value.capacity()
            + self.actors.keys.capacity()
            + self.sequence.iter().map(Vec::capacity).sum::<usize>();
        let halves = self.actor.capacity() + self.input.capacity() + self.text.iter().map(Vec::capacity).sum::<usize>();
        let doubles = self.tie.capacity() + self.event_hash.capacity();
        self.flags.capacity()
            + 4 * halves
            + 8 * words
            + 16 * doubles
            + self.actors.ids.heap_bytes()
            + self.event_ids.heap_bytes()
            + self.others.iter().map(Texts::heap_bytes).sum::<usize>()
            + self.inline.iter().map(TextArena::heap_bytes).sum::<usize>()
    }
}

fn picked<T: Copy>(column: &[T], rows: &[u32], fill: T) -> Vec<T> {
    if column.is_empty() {
        return Vec::new();
    }
    rows.iter().map(|row| column.get(*row as usize).copied().unwrap_or(fill)).collect()
}
