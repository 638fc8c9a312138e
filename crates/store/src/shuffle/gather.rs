//! How do some rows of several pieces become one piece?
//!
//! For spilling, splitting and joining pieces of few rows. All pieces are of one thread, since codes are the thread's.

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::NULL;
use kundresa_model::index::index32;

use crate::shuffle::identifiers::NO_ENTRY;
use crate::shuffle::packed::{Number, Packed, Sparse};
use crate::shuffle::piece::{INLINE, Piece, Slice, Texts};
use crate::shuffle::scatter::{NO_EVENT_ID, NO_SEQUENCE, identity_of_actor};

/// Some rows of a slice, by their place in the slice's piece.
pub(crate) struct Pick<'a> {
    pub(crate) slice: &'a Slice,
    pub(crate) rows: Vec<u32>,
}

impl<'a> Pick<'a> {
    /// All rows of a slice.
    pub(crate) fn all(slice: &'a Slice) -> Self {
        Self { slice, rows: (index32(slice.rows.start)..index32(slice.rows.end)).collect() }
    }

    fn places(&self) -> impl Iterator<Item = usize> + '_ {
        self.rows.iter().map(|row| *row as usize)
    }
}

/// The picked rows as a piece of one partition. All have an actor, or none.
pub(crate) fn gather(picks: &[Pick<'_>]) -> Piece {
    let mut piece = Piece {
        rows: picks.iter().map(|pick| pick.rows.len()).sum(),
        ts: packed(picks, 0_i64, |piece| &piece.ts),
        flags: packed(picks, 0_u8, |piece| &piece.flags),
        rank: packed(picks, 0_u32, |piece| &piece.rank),
        row: packed(picks, 0_u64, |piece| &piece.row),
        position: packed(picks, 0_u32, |piece| &piece.position),
        identity: identities(picks),
        sequence: [0, 1, 2].map(|part| sparse(picks, NO_SEQUENCE, |piece| &piece.sequence[part])),
        value: sparse(picks, NO_VALUE, |piece| &piece.value),
        event_hash: each(picks, NO_EVENT_ID, |piece| &piece.event_hash),
        input: packed(picks, 0_u32, |piece| &piece.input),
        event_ids: texts(picks, |piece| &piece.event_ids),
        others: [0, 1, 2].map(|other| texts(picks, |piece| &piece.others[other])),
        ..Piece::default()
    };
    gather_actors(&mut piece, picks);
    let slots = picks.iter().map(|pick| pick.slice.piece.text.len()).max().unwrap_or(0);
    (0..slots).for_each(|slot| gather_slot(&mut piece, picks, slot));
    piece
}

/// The same rows as one piece by partition; `partitions` has the slices of each.
pub(crate) fn gather_partitions(partitions: &[Vec<Slice>]) -> Piece {
    let picks: Vec<Pick<'_>> = partitions.iter().flatten().map(Pick::all).collect();
    let mut piece = gather(&picks);
    let (mut rows, mut actors) = (0, 0);
    (piece.starts, piece.actors.starts) = (vec![0], vec![0]);
    for slices in partitions {
        rows += slices.iter().map(Slice::len).sum::<usize>();
        actors += slices.iter().map(|slice| slice.actors.len()).sum::<usize>();
        piece.starts.push(index32(rows));
        piece.actors.starts.push(index32(actors));
    }
    piece
}

fn packed<T: Number>(picks: &[Pick<'_>], absent: T, column: impl Fn(&Piece) -> &Packed) -> Packed {
    if picks.iter().all(|pick| column(&pick.slice.piece).is_empty()) {
        return Packed::default();
    }
    let mut numbers = Vec::with_capacity(picks.iter().map(|pick| pick.rows.len()).sum());
    for pick in picks {
        let column = column(&pick.slice.piece);
        match column.is_empty() {
            true => numbers.resize(numbers.len() + pick.rows.len(), absent),
            false => numbers.extend(pick.places().map(|row| column.get::<T>(row))),
        }
    }
    Packed::of(&numbers)
}

fn sparse(picks: &[Pick<'_>], absent: i64, column: impl Fn(&Piece) -> &Sparse) -> Sparse {
    if picks.iter().all(|pick| column(&pick.slice.piece).is_empty()) {
        return Sparse::default();
    }
    let numbers = picks.iter().flat_map(|pick| {
        let column = column(&pick.slice.piece);
        pick.places().map(move |row| column.get(row).unwrap_or(absent))
    });
    Sparse::of(numbers, absent)
}

fn each<T: Copy>(picks: &[Pick<'_>], absent: T, column: impl Fn(&Piece) -> &Vec<T>) -> Vec<T> {
    if picks.iter().all(|pick| column(&pick.slice.piece).is_empty()) {
        return Vec::new();
    }
    let of_pick = |pick: &Pick<'_>| {
        let column = column(&pick.slice.piece);
        pick.places().map(|row| column.get(row).copied().unwrap_or(absent)).collect::<Vec<T>>()
    };
    picks.iter().flat_map(of_pick).collect()
}

/// Where one piece tells identities apart, all do.
fn identities(picks: &[Pick<'_>]) -> Vec<u64> {
    if picks.iter().all(|pick| pick.slice.piece.identity.is_empty()) {
        return Vec::new();
    }
    let identities = picks.iter().flat_map(|pick| pick.places().map(|row| pick.slice.piece.identity_of(row)));
    identities.collect()
}

fn texts(picks: &[Pick<'_>], column: impl Fn(&Piece) -> &Texts) -> Texts {
    let (mut taken, mut place) = (Texts::default(), 0);
    for pick in picks {
        let column = column(&pick.slice.piece);
        if !column.texts.is_empty() {
            for (offset, row) in pick.places().enumerate() {
                if let Some(text) = column.get(row) {
                    taken.push(place + offset, text);
                }
            }
        }
        place += pick.rows.len();
    }
    taken
}

/// Actors of all slices, each once per slice; only those that the picked rows name, unless all rows are picked.
fn gather_actors(piece: &mut Piece, picks: &[Pick<'_>]) {
    let (mut of_row, mut entries) = (Vec::new(), Vec::new());
    for Pick { slice, rows } in picks.iter().filter(|pick| pick.slice.has_actors()) {
        let actors = &slice.piece.actors;
        entries.clear();
        entries.resize(slice.actors.len(), NO_ENTRY);
        let take = |entry: usize, piece: &mut Piece| {
            piece.actors.ids.push(actors.ids.get(entry));
            piece.actors.keys.push(actors.keys[entry]);
            index32(piece.actors.keys.len() - 1)
        };
        if rows.len() == slice.len() {
            for (place, entry) in slice.actors.clone().enumerate() {
                entries[place] = take(entry, piece);
            }
        }
        for row in rows {
            let entry = slice.piece.actor.get::<u32>(*row as usize) as usize;
            let place = entry - slice.actors.start;
            if entries[place] == NO_ENTRY {
                entries[place] = take(entry, piece);
            }
            of_row.push(entries[place]);
        }
    }
    piece.actor = Packed::of(&of_row);
}

fn gather_slot(piece: &mut Piece, picks: &[Pick<'_>], slot: usize) {
    piece.grow_to(slot);
    if picks.iter().all(|pick| pick.slice.piece.text.get(slot).is_none_or(Packed::is_empty)) {
        return;
    }
    let inline = &mut piece.inline[slot];
    let mut codes = Vec::with_capacity(piece.rows);
    for pick in picks {
        let from = &pick.slice.piece;
        if from.text.get(slot).is_none_or(Packed::is_empty) {
            codes.resize(codes.len() + pick.rows.len(), NULL);
            continue;
        }
        codes.extend(pick.places().map(|row| match from.code(slot, row) {
            code if code & INLINE == 0 => code,
            code => INLINE | index32(inline.push(from.inline[slot].get((code & !INLINE) as usize))),
        }));
    }
    piece.text[slot] = Packed::of(&codes);
}

impl Piece {
    /// Hash of the identifiers of a row.
    pub(crate) fn identity_of(&self, row: usize) -> u64 {
        match self.identity.get(row) {
            Some(identity) => *identity,
            None if row < self.actor.len() => {
                identity_of_actor(self.actors.ids.bytes_at(self.actor.get::<u32>(row) as usize))
            }
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::shuffle::piece::Actors;

    /// Two partitions: rows 0 and 1 of `a` and `b`, row 2 of `c`.
    fn piece(first: i64) -> Arc<Piece> {
        let mut actors = Actors { starts: vec![0, 2, 3], keys: vec![1, 2, 3], ..Actors::default() };
        for id in ["\0a", "\0b", "\0c"] {
            actors.ids.push(id);
        }
        let mut others: [Texts; 3] = Default::default();
        others[0].push(2, &format!("login {first}"));
        Arc::new(Piece {
            rows: 3,
            starts: vec![0, 2, 3],
            ts: Packed::of(&[first, first + 1, first + 2]),
            actor: Packed::of(&[0_u32, 1, 2]),
            value: Sparse::of([NO_VALUE, 5, NO_VALUE].into_iter(), NO_VALUE),
            actors,
            others,
            ..Piece::default()
        })
    }

    #[test]
    fn rows_of_two_pieces_come_by_partition() {
        let pieces = [piece(10), piece(20)];
        let slices = |partition: usize| pieces.iter().map(|piece| Slice::of(piece, partition)).collect();
        let joined = Arc::new(gather_partitions(&[slices(0), slices(1)]));
        assert_eq!((joined.rows, &joined.starts, &joined.actors.starts), (6, &vec![0, 4, 6], &vec![0, 4, 6]));
        let ts: Vec<i64> = (0..6).map(|row| joined.ts.get(row)).collect();
        assert_eq!(ts, [10, 11, 20, 21, 12, 22]);
        assert_eq!((0..6).map(|row| joined.key(row)).collect::<Vec<_>>(), [1, 2, 1, 2, 3, 3]);
        assert_eq!(
            (0..6).map(|row| joined.value.get(row)).collect::<Vec<_>>(),
            [None, Some(5), None, Some(5), None, None]
        );
        assert_eq!((joined.others[0].get(4), joined.others[0].get(3)), (Some("login 10"), None));
        let second = Slice::of(&joined, 1);
        let taken = gather(&[Pick { slice: &second, rows: vec![5] }]);
        assert_eq!((taken.rows, taken.ts.get::<i64>(0), taken.actors.keys), (1, 22, vec![3]));
        assert_eq!((taken.actors.ids.get(0), taken.others[0].get(0)), ("\0c", Some("login 20")));
    }
}
