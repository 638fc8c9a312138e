//! What are the rows of one bucket, all threads together, under final codes?

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::NULL;

use crate::dictionaries::MergedColumns;
use crate::piece::Piece;
use crate::scatter::{NO_EVENT_ID, NO_SEQUENCE};

/// Rows of one bucket in no particular order. Columns that no row has are empty, `text` excepted.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) ts: Vec<i64>,
    pub(crate) flags: Vec<u8>,
    pub(crate) tie: Vec<u128>,
    pub(crate) identity: Vec<u64>,
    pub(crate) sequence: [Vec<i64>; 3],
    pub(crate) value: Vec<i64>,
    pub(crate) event_hash: Vec<u128>,
    /// Final codes per column of the store.
    pub(crate) text: Vec<Vec<u32>>,
    /// Which text column names the source.
    pub(crate) source: usize,
}

impl Rows {
    /// The rows of `pieces` (each with the thread that read it) one after another. Empties the pieces' columns as it goes.
    pub(crate) fn concat(pieces: &mut [(usize, Piece)], columns: &MergedColumns, source: usize) -> Self {
        Self {
            ts: joined(pieces, 0, |piece| &mut piece.ts),
            flags: joined(pieces, 0, |piece| &mut piece.flags),
            tie: joined(pieces, 0, |piece| &mut piece.tie),
            identity: joined(pieces, 0, |piece| &mut piece.identity),
            sequence: [0, 1, 2].map(|part| joined(pieces, NO_SEQUENCE, |piece| &mut piece.sequence[part])),
            value: joined(pieces, NO_VALUE, |piece| &mut piece.value),
            event_hash: joined(pieces, NO_EVENT_ID, |piece| &mut piece.event_hash),
            text: (0..columns.names.len()).map(|column| joined_text(pieces, columns, column)).collect(),
            source,
        }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.ts.len()
    }

    /// Whether row `row` has an event id.
    pub(crate) fn has_event_id(&self, row: usize) -> bool {
        self.event_hash.get(row).is_some_and(|hash| *hash != NO_EVENT_ID)
    }
}

fn joined<T: Copy>(pieces: &mut [(usize, Piece)], fill: T, column: impl Fn(&mut Piece) -> &mut Vec<T>) -> Vec<T> {
    if pieces.iter_mut().all(|(_, piece)| column(piece).is_empty()) {
        return Vec::new();
    }
    let mut all = Vec::with_capacity(pieces.iter().map(|(_, piece)| piece.rows).sum());
    for (_, piece) in pieces {
        let end = all.len() + piece.rows;
        all.append(&mut std::mem::take(column(piece)));
        all.resize(end, fill);
    }
    all
}

fn joined_text(pieces: &mut [(usize, Piece)], columns: &MergedColumns, column: usize) -> Vec<u32> {
    let mut all = Vec::with_capacity(pieces.iter().map(|(_, piece)| piece.rows).sum());
    for (thread, piece) in pieces {
        let end = all.len() + piece.rows;
        if let Some((slot, codes)) = columns.map(*thread, column)
            && let Some(of_thread) = piece.text.get_mut(slot)
        {
            all.extend(std::mem::take(of_thread).into_iter().map(|code| codes[code as usize]));
        }
        all.resize(end, NULL);
    }
    all
}
