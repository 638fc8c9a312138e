//! Which rows of one partition has one thread read so far?
//!
//! A piece holds the columns of its rows as plain vectors. Columns that most logs lack (sequence, money, event ids, some
//! texts) stay empty until a table has them and are padded then, so an absent column costs nothing.

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::NULL;
use kundresa_model::index::index32;

use crate::arena::TextArena;
use crate::scatter::{NO_EVENT_ID, NO_SEQUENCE, TableRows};

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
    /// Thread codes per slot.
    pub(crate) text: Vec<Vec<u32>>,
    pub(crate) actors: Actors,
    pub(crate) event_ids: EventIds,
}

/// Actors named by the rows of a piece, a new entry whenever the actor is not that of the row before.
#[derive(Debug, Default)]
pub(crate) struct Actors {
    /// Class as a character, then the id.
    pub(crate) ids: TextArena,
    pub(crate) keys: Vec<u64>,
}

impl Actors {
    fn entry(&mut self, key: u64, id: &str) -> u32 {
        if self.ids.last() != Some(id) {
            self.ids.push(id);
            self.keys.push(key);
        }
        index32(self.keys.len() - 1)
    }
}

/// Native event ids, kept as text for naming conflicts.
#[derive(Debug, Default)]
pub(crate) struct EventIds {
    pub(crate) texts: TextArena,
    /// Row of each text.
    pub(crate) rows: Vec<u32>,
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
        for (slot, codes) in &table.scratch.text {
            if self.text.len() <= *slot {
                self.text.resize_with(slot + 1, Vec::new);
            }
            self.text[*slot].resize(before, NULL);
            self.text[*slot].extend(at().map(|row| codes[row]));
        }
        self.append_event_ids(table, rows);
        self.append_actors(table, rows);
        self.rows += rows.len();
    }

    fn append_event_ids(&mut self, table: &TableRows<'_>, rows: &[u32]) {
        let Some(ids) = table.event_ids else { return };
        self.event_hash.resize(self.rows, NO_EVENT_ID);
        for (offset, row) in rows.iter().enumerate() {
            let hash = table.scratch.event_hash[*row as usize];
            self.event_hash.push(hash);
            if hash != NO_EVENT_ID {
                self.event_ids.texts.push(ids.value(*row as usize));
                self.event_ids.rows.push(index32(self.rows + offset));
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

    /// Bytes held on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let words = self.ts.capacity()
            + self.identity.capacity()
            + self.value.capacity()
            + self.actors.keys.capacity()
            + self.sequence.iter().map(Vec::capacity).sum::<usize>();
        let halves =
            self.actor.capacity() + self.event_ids.rows.capacity() + self.text.iter().map(Vec::capacity).sum::<usize>();
        let doubles = self.tie.capacity() + self.event_hash.capacity();
        self.flags.capacity()
            + 4 * halves
            + 8 * words
            + 16 * doubles
            + self.actors.ids.heap_bytes()
            + self.event_ids.texts.heap_bytes()
    }
}
