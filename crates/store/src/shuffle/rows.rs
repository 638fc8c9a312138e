//! What are the rows of one bucket, all threads together, under final codes?

use std::sync::Arc;

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::NULL;
use kundresa_model::index::index32;

use crate::arena::TextArena;
use crate::shuffle::column::Column;
use crate::shuffle::dictionaries::MergedColumns;
use crate::shuffle::packed::{Number, Packed, Sparse};
use crate::shuffle::piece::{INLINE, Piece, Slice, Texts, picked};
use crate::shuffle::scatter::{NO_EVENT_ID, NO_SEQUENCE};
use crate::shuffle::sorted::Plan;

/// Rows of one bucket in no particular order. Columns that no row has are empty, `text` excepted.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    pub(crate) ts: Vec<i64>,
    pub(crate) flags: Vec<u8>,
    /// Tie-breaks in their parts, see [`crate::shuffle::scatter::Ties`].
    pub(crate) rank: Column<u32>,
    pub(crate) row: Vec<u64>,
    pub(crate) position: Column<u32>,
    identity: Vec<u64>,
    pub(crate) sequence: [Vec<i64>; 3],
    pub(crate) value: Vec<i64>,
    pub(crate) event_hash: Vec<u128>,
    /// Index of the input among the source's; 0 unless kept.
    pub(crate) input: Column<u32>,
    /// Final codes per coded column of the store.
    pub(crate) text: Vec<Column<u32>>,
    /// Which text column names the source.
    pub(crate) source: usize,
    columns: &'a MergedColumns,
    /// Codes per wide column, each read with its row's origin.
    wide: Vec<Column<u32>>,
    event_id: Vec<u32>,
    others: [Vec<u32>; 3],
    /// Which of `origins` each row is from; empty where no text is kept.
    origin: Vec<u32>,
    /// Where the texts of some rows lie, and which thread read them.
    origins: Vec<(usize, Arc<Piece>)>,
}

/// What a code stays.
fn unchanged<T>(number: T) -> T {
    number
}

impl<'a> Rows<'a> {
    /// The rows of `slices` (each with the thread that read it) one after another.
    pub(crate) fn concat(slices: &[(usize, Slice)], plan: &'a Plan) -> Self {
        let columns = &plan.columns;
        let mut rows = Self {
            ts: joined(slices, |piece| &piece.ts),
            flags: joined(slices, |piece| &piece.flags),
            rank: Column::joined(slices, 0, |_, slice| Some((&slice.piece.rank, unchanged))),
            row: joined(slices, |piece| &piece.row),
            position: Column::joined(slices, 0, |_, slice| Some((&slice.piece.position, unchanged))),
            identity: if plan.tells_identities { identities(slices) } else { Vec::new() },
            sequence: [0, 1, 2].map(|part| joined_sparse(slices, NO_SEQUENCE, |piece| &piece.sequence[part])),
            value: joined_sparse(slices, NO_VALUE, |piece| &piece.value),
            event_hash: joined_each(slices, NO_EVENT_ID, |piece| &piece.event_hash),
            input: Column::joined(slices, 0, |_, slice| Some((&slice.piece.input, unchanged))),
            text: (0..columns.names.len()).map(|column| joined_text(slices, columns, column)).collect(),
            source: plan.source,
            columns,
            wide: Vec::new(),
            event_id: Vec::new(),
            others: Default::default(),
            origin: Vec::new(),
            origins: Vec::new(),
        };
        if plan.keeps_all {
            rows.keep_texts(slices);
        }
        rows
    }

    fn keep_texts(&mut self, slices: &[(usize, Slice)]) {
        let columns = self.columns;
        let wide = |column: usize| {
            Column::joined(slices, NULL, |thread, slice| {
                let slot = columns.wide_slot(thread, column)?;
                Some((slice.piece.text.get(slot)?, unchanged))
            })
        };
        self.wide = (0..columns.wide.len()).map(wide).collect();
        self.event_id = joined_texts(slices, |piece| &piece.event_ids);
        self.others = [0, 1, 2].map(|other| joined_texts(slices, |piece| &piece.others[other]));
        let has_texts = self.wide.iter().any(|codes| !matches!(codes, Column::Same(NULL)))
            || self.others.iter().chain([&self.event_id]).any(|codes| !codes.is_empty());
        if has_texts {
            self.origin = Vec::with_capacity(self.len());
            for (place, (thread, slice)) in slices.iter().enumerate() {
                self.origin.resize(self.origin.len() + slice.len(), index32(place));
                self.origins.push((*thread, Arc::clone(&slice.piece)));
            }
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

    /// Hash of the identifiers of row `row`; 0 where no row of the log has more than its actor's.
    pub(crate) fn identity(&self, row: usize) -> u64 {
        self.identity.get(row).copied().unwrap_or_default()
    }

    /// Tie-break of row `row` as a number per part.
    pub(crate) fn tie(&self, row: usize) -> (u32, u64, u32) {
        (self.rank.get(row), self.row[row], self.position.get(row))
    }

    /// Final code of the source of row `row`.
    pub(crate) fn source_of(&self, row: usize) -> u32 {
        self.text[self.source].get(row)
    }

    /// Part `part` of the source's own sequence.
    pub(crate) fn sequence(&self, part: usize, row: usize) -> i64 {
        self.sequence[part].get(row).copied().unwrap_or(NO_SEQUENCE)
    }

    /// Money.
    pub(crate) fn value(&self, row: usize) -> i64 {
        self.value.get(row).copied().unwrap_or(NO_VALUE)
    }

    /// Number of wide columns.
    pub(crate) fn wide_columns(&self) -> usize {
        self.wide.len()
    }

    /// Text of wide column `column`.
    pub(crate) fn wide_text(&self, column: usize, row: usize) -> Option<&str> {
        let code = self.wide[column].get(row);
        if code == NULL {
            return None;
        }
        let (thread, piece) = self.origin(row);
        if code & INLINE == 0 {
            return self.columns.wide_value(*thread, column, code);
        }
        let slot = self.columns.wide_slot(*thread, column)?;
        Some(piece.inline[slot].get((code & !INLINE) as usize))
    }

    /// Whether no row has a text in wide column `column`.
    pub(crate) fn is_wide_empty(&self, column: usize) -> bool {
        matches!(self.wide[column], Column::Same(NULL))
    }

    /// Native event id.
    pub(crate) fn event_id(&self, row: usize) -> Option<&str> {
        let code = (self.event_id.get(row).copied()? as usize).checked_sub(1)?;
        Some(self.origin(row).1.event_ids.texts.get(code))
    }

    /// Identifier beside the actor's own: 0 login, 1 CRM, 2 e-mail.
    pub(crate) fn other(&self, other: usize, row: usize) -> Option<&str> {
        let code = (self.others[other].get(row).copied()? as usize).checked_sub(1)?;
        Some(self.origin(row).1.others[other].texts.get(code))
    }

    fn origin(&self, row: usize) -> &(usize, Arc<Piece>) {
        &self.origins[self.origin[row] as usize]
    }

    /// The given rows as a piece under final codes, without their actors.
    pub(crate) fn piece(&self, rows: &[u32]) -> Piece {
        let at = || rows.iter().map(|row| *row as usize);
        let mut piece = Piece {
            rows: rows.len(),
            ts: Packed::picked(&self.ts, rows),
            flags: Packed::picked(&self.flags, rows),
            rank: packed(&self.rank, rows),
            row: Packed::picked(&self.row, rows),
            position: packed(&self.position, rows),
            identity: picked(&self.identity, rows),
            sequence: [0, 1, 2].map(|part| Sparse::of(at().map(|row| self.sequence(part, row)), NO_SEQUENCE)),
            value: Sparse::of(at().map(|row| self.value(row)), NO_VALUE),
            event_hash: picked(&self.event_hash, rows),
            input: packed(&self.input, rows),
            text: self.text.iter().map(|codes| packed(codes, rows)).collect(),
            inline: self.text.iter().map(|_| TextArena::default()).collect(),
            ..Piece::default()
        };
        for column in 0..self.wide.len() {
            let (codes, inline) = self.wide_piece(column, rows);
            piece.text.push(Packed::of(&codes));
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

fn packed<T: Number + PartialEq>(column: &Column<T>, rows: &[u32]) -> Packed {
    match column {
        Column::Same(number) => Packed::same_of(*number, rows.len()),
        Column::Each(numbers) => Packed::picked(numbers, rows),
    }
}

fn rows_of(slices: &[(usize, Slice)]) -> usize {
    slices.iter().map(|(_, slice)| slice.len()).sum()
}

/// A column that every row has.
fn joined<T: Number>(slices: &[(usize, Slice)], column: impl Fn(&Piece) -> &Packed) -> Vec<T> {
    let mut all = Vec::with_capacity(rows_of(slices));
    for (_, slice) in slices {
        column(&slice.piece).append_to(slice.rows.clone(), &mut all, unchanged);
    }
    all
}

fn joined_sparse(slices: &[(usize, Slice)], absent: i64, column: impl Fn(&Piece) -> &Sparse) -> Vec<i64> {
    if slices.iter().all(|(_, slice)| column(&slice.piece).is_empty()) {
        return Vec::new();
    }
    let mut all = Vec::with_capacity(rows_of(slices));
    for (_, slice) in slices {
        column(&slice.piece).append_to(slice.rows.clone(), absent, &mut all);
    }
    all
}

fn joined_each<T: Copy>(slices: &[(usize, Slice)], absent: T, column: impl Fn(&Piece) -> &Vec<T>) -> Vec<T> {
    if slices.iter().all(|(_, slice)| column(&slice.piece).is_empty()) {
        return Vec::new();
    }
    let mut all = Vec::with_capacity(rows_of(slices));
    for (_, slice) in slices {
        match column(&slice.piece).get(slice.rows.clone()) {
            Some(numbers) => all.extend_from_slice(numbers),
            None => all.resize(all.len() + slice.len(), absent),
        }
    }
    all
}

fn identities(slices: &[(usize, Slice)]) -> Vec<u64> {
    slices.iter().flat_map(|(_, slice)| slice.rows.clone().map(|row| slice.piece.identity_of(row))).collect()
}

fn joined_text(slices: &[(usize, Slice)], columns: &MergedColumns, column: usize) -> Column<u32> {
    Column::joined(slices, NULL, |thread, slice| {
        let (slot, codes) = columns.map(thread, column)?;
        Some((slice.piece.text.get(slot)?, move |code| codes.of(code)))
    })
}

fn joined_texts(slices: &[(usize, Slice)], column: impl Fn(&Piece) -> &Texts) -> Vec<u32> {
    if slices.iter().all(|(_, slice)| column(&slice.piece).codes.is_empty()) {
        return Vec::new();
    }
    let mut all = Vec::with_capacity(rows_of(slices));
    for (_, slice) in slices {
        let codes = &column(&slice.piece).codes;
        let end = all.len() + slice.len();
        all.extend_from_slice(codes.get(slice.rows.start..slice.rows.end.min(codes.len())).unwrap_or_default());
        all.resize(end, 0);
    }
    all
}
