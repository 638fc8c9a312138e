//! How does a piece become bytes that are read back as the same piece?
//!
//! Column after column, each as its length and its numbers, little-endian. The bytes live only as long as one load, so
//! the layout may change at any time.

use crate::arena::TextArena;
use crate::shuffle::packed::{Offsets, Packed, Sparse};
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

plain!(u8, u16, u32, u64, u128, usize);

/// Appends the bytes of `piece`, which is of one partition, to `out`.
pub(crate) fn write_piece(piece: &Piece, out: &mut Vec<u8>) {
    put(&[piece.rows], out);
    let Piece { ts, flags, rank, row, position, actor, input, .. } = piece;
    [ts, flags, rank, row, position, actor, input].into_iter().for_each(|column| put_packed(column, out));
    put(&piece.identity, out);
    for column in piece.sequence.iter().chain([&piece.value]) {
        put(&column.rows, out);
        put_packed(&column.numbers, out);
    }
    put(&piece.event_hash, out);
    put(&[piece.text.len()], out);
    for (codes, inline) in piece.text.iter().zip(&piece.inline) {
        put_packed(codes, out);
        put_arena(inline, out);
    }
    put(&piece.actors.keys, out);
    put_arena(&piece.actors.ids, out);
    for texts in piece.others.iter().chain([&piece.event_ids]) {
        put(&texts.codes, out);
        put_arena(&texts.texts, out);
    }
}

fn put_packed(column: &Packed, out: &mut Vec<u8>) {
    put(&[column.base], out);
    put(&[column.len], out);
    match &column.offsets {
        Offsets::Same => 0_u8.put(out),
        Offsets::Bytes(offsets) => put_offsets(offsets, out),
        Offsets::Shorts(offsets) => put_offsets(offsets, out),
        Offsets::Words(offsets) => put_offsets(offsets, out),
        Offsets::Longs(offsets) => put_offsets(offsets, out),
    }
}

fn put_offsets<T: Plain>(offsets: &[T], out: &mut Vec<u8>) {
    out.push(u8::try_from(T::WIDTH).expect("no number is wider than 16 bytes"));
    put(offsets, out);
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
        ts: bytes.packed()?,
        flags: bytes.packed()?,
        rank: bytes.packed()?,
        row: bytes.packed()?,
        position: bytes.packed()?,
        actor: bytes.packed()?,
        input: bytes.packed()?,
        identity: bytes.column()?,
        sequence: [bytes.sparse()?, bytes.sparse()?, bytes.sparse()?],
        value: bytes.sparse()?,
        event_hash: bytes.column()?,
        ..Piece::default()
    };
    for _ in 0..bytes.number()? {
        piece.text.push(bytes.packed()?);
        piece.inline.push(bytes.arena()?);
    }
    piece.actors = Actors { keys: bytes.column()?, ids: bytes.arena()?, ..Actors::default() };
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

    fn packed(&mut self) -> Option<Packed> {
        let base = *self.column()?.first()?;
        let len = self.number()?;
        let (width, rest) = self.0.split_first()?;
        self.0 = rest;
        let (offsets, found) = match width {
            0 => (Offsets::Same, len),
            1 => self.offsets(Offsets::Bytes)?,
            2 => self.offsets(Offsets::Shorts)?,
            4 => self.offsets(Offsets::Words)?,
            8 => self.offsets(Offsets::Longs)?,
            _ => return None,
        };
        (found == len).then_some(Packed { base, len, offsets })
    }

    fn offsets<T: Plain>(&mut self, of: impl FnOnce(Vec<T>) -> Offsets) -> Option<(Offsets, usize)> {
        let offsets = self.column()?;
        let found = offsets.len();
        Some((of(offsets), found))
    }

    fn sparse(&mut self) -> Option<Sparse> {
        Some(Sparse { rows: self.column()?, numbers: self.packed()? })
    }

    fn arena(&mut self) -> Option<TextArena> {
        let bytes = self.column()?;
        TextArena::from_halves(bytes, self.column()?)
    }

    fn texts(&mut self) -> Option<Texts> {
        Some(Texts { codes: self.column()?, texts: self.arena()? })
    }
}
