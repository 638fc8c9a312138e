//! How does a piece become bytes that are read back as the same piece?
//!
//! Column after column, each as its length and its numbers, little-endian. The bytes live only as long as one load, so
//! the layout may change at any time.

use crate::arena::TextArena;
use crate::shuffle::piece::{Actors, Piece, Texts};

/// A number of fixed width.
trait Plain: Copy {
    const WIDTH: usize;
    fn put(self, out: &mut Vec<u8>);
    fn from_bytes(bytes: &[u8]) -> Self;
}

macro_rules! plain {
    ($($number:ty),*) => {$(
        impl Plain for $number {
            const WIDTH: usize = size_of::<Self>();
            #[inline]
            fn put(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            #[inline]
            fn from_bytes(bytes: &[u8]) -> Self {
                let mut number = [0; size_of::<Self>()];
                number.copy_from_slice(bytes);
                Self::from_le_bytes(number)
            }
        }
    )*};
}

plain!(u8, u32, u64, i64, u128, usize);

/// Appends the bytes of `piece` to `out`.
pub(crate) fn write_piece(piece: &Piece, out: &mut Vec<u8>) {
    put(&[piece.rows], out);
    put(&piece.ts, out);
    put(&piece.flags, out);
    put(&piece.tie, out);
    put(&piece.identity, out);
    put(&piece.actor, out);
    piece.sequence.iter().for_each(|column| put(column, out));
    put(&piece.value, out);
    put(&piece.event_hash, out);
    put(&piece.input, out);
    put(&[piece.text.len()], out);
    for (codes, inline) in piece.text.iter().zip(&piece.inline) {
        put(codes, out);
        put_arena(inline, out);
    }
    put(&piece.actors.keys, out);
    put_arena(&piece.actors.ids, out);
    for texts in piece.others.iter().chain([&piece.event_ids]) {
        put(&texts.codes, out);
        put_arena(&texts.texts, out);
    }
}

fn put<T: Plain>(column: &[T], out: &mut Vec<u8>) {
    column.len().put(out);
    out.reserve(column.len() * T::WIDTH);
    column.iter().for_each(|number| number.put(out));
}

fn put_arena(arena: &TextArena, out: &mut Vec<u8>) {
    put(arena.bytes(), out);
    put(arena.ends(), out);
}

/// The piece that was written as `bytes`; `None` if they are not what was written.
pub(crate) fn read_piece(bytes: &[u8]) -> Option<Piece> {
    let mut bytes = Bytes(bytes);
    let mut piece = Piece {
        rows: bytes.number()?,
        ts: bytes.column()?,
        flags: bytes.column()?,
        tie: bytes.column()?,
        identity: bytes.column()?,
        actor: bytes.column()?,
        sequence: [bytes.column()?, bytes.column()?, bytes.column()?],
        value: bytes.column()?,
        event_hash: bytes.column()?,
        input: bytes.column()?,
        ..Piece::default()
    };
    for _ in 0..bytes.number()? {
        piece.text.push(bytes.column()?);
        piece.inline.push(bytes.arena()?);
    }
    piece.actors = Actors { keys: bytes.column()?, ids: bytes.arena()? };
    piece.others = [bytes.texts()?, bytes.texts()?, bytes.texts()?];
    piece.event_ids = bytes.texts()?;
    (bytes.0.is_empty() && piece.ts.len() == piece.rows).then_some(piece)
}

/// What is still to be read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn column<T: Plain>(&mut self) -> Option<Vec<T>> {
        let (length, rest) = self.0.split_at_checked(usize::WIDTH)?;
        let (column, rest) = rest.split_at_checked(usize::from_bytes(length).checked_mul(T::WIDTH)?)?;
        self.0 = rest;
        Some(column.chunks_exact(T::WIDTH).map(T::from_bytes).collect())
    }

    fn number(&mut self) -> Option<usize> {
        self.column()?.first().copied()
    }

    fn arena(&mut self) -> Option<TextArena> {
        let bytes = self.column()?;
        TextArena::from_halves(bytes, self.column()?)
    }

    fn texts(&mut self) -> Option<Texts> {
        Some(Texts { codes: self.column()?, texts: self.arena()? })
    }
}
