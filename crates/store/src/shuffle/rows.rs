//! What are the rows of one bucket, all threads together, under final codes?

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::NULL;
use kundresa_model::index::index32;

use crate::arena::TextArena;
use crate::shuffle::dictionaries::MergedColumns;
use crate::shuffle::piece::{INLINE, Piece, Texts};
use crate::shuffle::scatter::{NO_EVENT_ID, NO_SEQUENCE};

/// Rows of one bucket in no particular order. Columns that no row has are empty, `text` excepted.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    pub(crate) ts: Vec<i64>,
    pub(crate) flags: Vec<u8>,
    pub(crate) tie: Vec<u128>,
    pub(crate) identity: Vec<u64>,
    pub(crate) sequence: [Vec<i64>; 3],
    pub(crate) value: Vec<i64>,
    pub(crate) event_hash: Vec<u128>,
    /// Index of the input among the source's; empty unless kept.
    pub(crate) input: Vec<u32>,
    /// Final codes per coded column of the store.
    pub(crate) text: Vec<Vec<u32>>,
    /// Which text column names the source.
    pub(crate) source: usize,
    columns: &'a MergedColumns,
    /// Codes per wide column, each read with its row's origin.
    wide: Vec<Vec<u32>>,
    event_id: Vec<u32>,
    others: [Vec<u32>; 3],
    /// Which of `origins` each row is from; empty where no text is kept.
    origin: Vec<u32>,
    origins: Vec<Origin>,
}

/// Where the texts of some rows lie.
#[derive(Debug)]
struct Origin {
    thread: usize,
    inline: Vec<TextArena>,
    event_ids: TextArena,
    others: [TextArena; 3],
}

impl<'a> Rows<'a> {
    /// The rows of `pieces` (each with the thread that read it) one after another. Empties the pieces' columns as it goes.
    /// Texts that have no code are taken along if `keep` says so.
    pub(crate) fn concat(pieces: &mut [(usize, Piece)], columns: &'a MergedColumns, source: usize, keep: bool) -> Self {
        let mut rows = Self {
            ts: joined(pieces, 0, |piece| &mut piece.ts),
            flags: joined(pieces, 0, |piece| &mut piece.flags),
            tie: joined(pieces, 0, |piece| &mut piece.tie),
            identity: joined(pieces, 0, |piece| &mut piece.identity),
            sequence: [0, 1, 2].map(|part| joined(pieces, NO_SEQUENCE, |piece| &mut piece.sequence[part])),
            value: joined(pieces, NO_VALUE, |piece| &mut piece.value),
            event_hash: joined(pieces, NO_EVENT_ID, |piece| &mut piece.event_hash),
            input: joined(pieces, 0, |piece| &mut piece.input),
            text: (0..columns.names.len()).map(|column| joined_text(pieces, columns, column)).collect(),
            source,
            columns,
            wide: Vec::new(),
            event_id: Vec::new(),
            others: Default::default(),
            origin: Vec::new(),
            origins: Vec::new(),
        };
        if keep {
            rows.keep_texts(pieces);
        }
        rows
    }

    fn keep_texts(&mut self, pieces: &mut [(usize, Piece)]) {
        self.wide = (0..self.columns.wide.len()).map(|column| joined_wide(pieces, self.columns, column)).collect();
        self.event_id = joined(pieces, 0, |piece| &mut piece.event_ids.codes);
        self.others = [0, 1, 2].map(|other| joined(pieces, 0, |piece| &mut piece.others[other].codes));
        for (place, (thread, piece)) in pieces.iter_mut().enumerate() {
            self.origin.resize(self.origin.len() + piece.rows, index32(place));
            let texts = |texts: &mut Texts| std::mem::take(&mut texts.texts);
            self.origins.push(Origin {
                thread: *thread,
                inline: std::mem::take(&mut piece.inline),
                event_ids: texts(&mut piece.event_ids),
                others: piece.others.each_mut().map(texts),
            });
        }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.ts.len()
    }

    /// Whether row `row` has an event id.
    pub(crate) fn has_event_id(&self, row: usize) -> bool {
        self.event_hash(row) != NO_EVENT_ID
    }

    /// Hash of the event id of row `row`.
    pub(crate) fn event_hash(&self, row: usize) -> u128 {
        self.event_hash.get(row).copied().unwrap_or(NO_EVENT_ID)
    }

    /// Part `part` of the source's own sequence.
    pub(crate) fn sequence(&self, part: usize, row: usize) -> i64 {
        self.sequence[part].get(row).copied().unwrap_or(NO_SEQUENCE)
    }

    /// Money.
    pub(crate) fn value(&self, row: usize) -> i64 {
        self.value.get(row).copied().unwrap_or(NO_VALUE)
    }

    /// Index of the input among the source's; 0 unless kept.
    pub(crate) fn input(&self, row: usize) -> u32 {
        self.input.get(row).copied().unwrap_or_default()
    }

    /// Number of wide columns.
    pub(crate) fn wide_columns(&self) -> usize {
        self.wide.len()
    }

    /// Text of wide column `column`.
    pub(crate) fn wide_text(&self, column: usize, row: usize) -> Option<&str> {
        let code = self.wide[column].get(row).copied().unwrap_or(NULL);
        if code == NULL {
            return None;
        }
        let origin = self.origin(row);
        if code & INLINE == 0 {
            return self.columns.wide_value(origin.thread, column, code);
        }
        let slot = self.columns.wide_slot(origin.thread, column)?;
        Some(origin.inline[slot].get((code & !INLINE) as usize))
    }

    /// Native event id.
    pub(crate) fn event_id(&self, row: usize) -> Option<&str> {
        let code = (self.event_id.get(row).copied()? as usize).checked_sub(1)?;
        Some(self.origin(row).event_ids.get(code))
    }

    /// Identifier beside the actor's own: 0 login, 1 CRM, 2 e-mail.
    pub(crate) fn other(&self, other: usize, row: usize) -> Option<&str> {
        let code = (self.others[other].get(row).copied()? as usize).checked_sub(1)?;
        Some(self.origin(row).others[other].get(code))
    }

    fn origin(&self, row: usize) -> &Origin {
        &self.origins[self.origin[row] as usize]
    }

    /// The given rows as a piece under final codes, without their actors.
    pub(crate) fn piece(&self, rows: &[u32]) -> Piece {
        let mut piece = Piece {
            rows: rows.len(),
            ts: picked(&self.ts, rows),
            flags: picked(&self.flags, rows),
            tie: picked(&self.tie, rows),
            identity: picked(&self.identity, rows),
            sequence: [0, 1, 2].map(|part| picked(&self.sequence[part], rows)),
            value: picked(&self.value, rows),
            event_hash: picked(&self.event_hash, rows),
            input: picked(&self.input, rows),
            text: self.text.iter().map(|codes| picked(codes, rows)).collect(),
            inline: self.text.iter().map(|_| TextArena::default()).collect(),
            ..Piece::default()
        };
        for column in 0..self.wide.len() {
            let (codes, inline) = self.wide_piece(column, rows);
            piece.text.push(codes);
            piece.inline.push(inline);
        }
        for (place, row) in rows.iter().enumerate() {
            let row = *row as usize;
            if let Some(id) = self.event_id(row) {
                piece.event_ids.push(place, id);
            }
            for other in 0..3 {
                if let Some(id) = self.other(other, row) {
                    piece.others[other].push(place, id);
                }
            }
        }
        piece
    }

    fn wide_piece(&self, column: usize, rows: &[u32]) -> (Vec<u32>, TextArena) {
        let mut inline = TextArena::default();
        let texts = rows.iter().map(|row| self.wide_text(column, *row as usize));
        let codes = texts.map(|text| text.map_or(NULL, |text| INLINE | index32(inline.push(text)))).collect();
        (codes, inline)
    }
}

/// The given rows of a column that may be absent.
pub(crate) fn picked<T: Copy>(column: &[T], rows: &[u32]) -> Vec<T> {
    if column.is_empty() {
        return Vec::new();
    }
    rows.iter().map(|row| column[*row as usize]).collect()
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
            codes.of_all(std::mem::take(of_thread), &mut all);
        }
        all.resize(end, NULL);
    }
    all
}

fn joined_wide(pieces: &mut [(usize, Piece)], columns: &MergedColumns, column: usize) -> Vec<u32> {
    let mut all = Vec::with_capacity(pieces.iter().map(|(_, piece)| piece.rows).sum());
    for (thread, piece) in pieces {
        let end = all.len() + piece.rows;
        let slot = columns.wide_slot(*thread, column);
        if let Some(codes) = slot.and_then(|slot| piece.text.get_mut(slot)) {
            all.append(codes);
        }
        all.resize(end, NULL);
    }
    all
}
