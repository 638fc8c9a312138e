//! How do several threads read one text?
//!
//! A text is cut into parts of a fixed size; a part holds the records that begin in its stretch of bytes. Whether a quote
//! is open where a stretch begins, and how many rows and lines lie before it, only the text before it tells. So borders are
//! found one after another, each by whoever opens the part before it, and only that is done in turn: a splitter walks the
//! bytes once and notes where every record and field lies, and the rows are made of its notes later, by many threads.
//!
//! A record that is longer than most, or that never ends, is left to the readers of streams, with all that follows it.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kundresa_model::index::index32;

use crate::error::{IngestError, read_error};
use crate::hash_along::HashAlong;
use crate::input::Input;

/// Bytes of a part. It depends on nothing, so that parts are the same on any number of threads.
pub(crate) const PART_BYTES: u64 = 8 << 20;
/// Bytes that are read beyond a part at first, for its last record.
const TAIL: u64 = 16 << 10;
/// Longest record that is looked for; what is longer is read as a stream.
const LONGEST: usize = 1 << 20;

/// The parts of one text, with what is known of their borders.
#[derive(Debug)]
pub(crate) struct TextParts {
    part_bytes: u64,
    found: Mutex<Found>,
    spare: Mutex<Vec<Block>>,
}

/// How far anybody has read.
#[derive(Debug, Default)]
struct Found {
    /// Where parts begin.
    borders: Vec<Border>,
    /// What lines before each border say of those behind it.
    heads: Vec<Heads>,
    /// What all bytes before the last border add up to, where that is asked for.
    along: Option<HashAlong>,
}

/// Lines that say what those after them mean, if there are any.
pub(crate) type Heads = Option<Arc<[u8]>>;

/// A place between two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Border {
    /// Bytes before it; `u64::MAX` where somebody else reads everything from there.
    pub(crate) offset: u64,
    /// Line ends before it.
    pub(crate) lines: u64,
    /// Rows before it.
    pub(crate) rows: u64,
}

/// Bytes of a part, and where its records lie. Buffers are used again by later parts.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// Where each field ends, row by row.
    pub(crate) ends: Vec<u32>,
    /// The rows in order.
    pub(crate) rows: Vec<Row>,
}

/// Where a row lies in a [`Block`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its first byte.
    pub(crate) start: u32,
    /// Index of the end of its first field.
    pub(crate) first: u32,
    /// Number of its fields.
    pub(crate) fields: u32,
    /// Whether quotes stand inside of its fields.
    pub(crate) is_odd: bool,
}

/// Why a splitter stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The next record, if there is one, begins here.
    At(usize),
    /// The record that begins here does not end in the bytes that are there.
    Unfinished(usize),
}

/// Finds records.
pub(crate) trait Split {
    /// Notes the rows of `block` from byte `from` on, where a record begins, as long as they begin before byte `limit`.
    /// `is_last` says that no bytes follow.
    fn split(&self, block: &mut Block, from: usize, limit: usize, is_last: bool) -> Stop;

    /// What the rows of `block`, and the text `before` them, say of the rows after.
    fn heads(&self, _block: &Block, before: &Heads) -> Heads {
        before.clone()
    }
}

impl Block {
    /// Where the fields of a row end.
    pub(crate) fn ends_of(&self, row: Row) -> &[u32] {
        let first = row.first as usize;
        &self.ends[first..first + row.fields as usize]
    }

    /// Where a row ends.
    pub(crate) fn end(&self, row: Row) -> usize {
        self.ends_of(row).last().map_or(row.start, |end| *end) as usize
    }

    /// A row as it was written.
    pub(crate) fn raw(&self, row: Row) -> &[u8] {
        &self.bytes[row.start as usize..self.end(row)]
    }
}

/// One part of a text.
#[derive(Debug)]
pub(crate) struct TextPart {
    parts: Arc<TextParts>,
    /// Where it begins.
    pub(crate) start: Border,
    /// Its rows.
    pub(crate) block: Block,
    /// Where the rest of the text begins, if that belongs to this part.
    pub(crate) rest: Option<Border>,
    /// What lines before it say of its own.
    pub(crate) heads: Heads,
}

impl Drop for TextPart {
    fn drop(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.bytes.capacity() > 0 {
            locked(&self.parts.spare).push(block);
        }
    }
}

/// What is between two borders.
struct Stretch {
    block: Block,
    rest: Option<Border>,
    end: Border,
}

impl TextParts {
    /// Parts of that many bytes.
    pub(crate) fn new(part_bytes: u64) -> Arc<Self> {
        Arc::new(Self { part_bytes, found: Mutex::default(), spare: Mutex::default() })
    }

    /// Finds the hash of the text, which is `input`, while borders are found. Texts that are begun are left to whoever asks.
    pub(crate) fn hash_along(&self, input: &Arc<Input>) {
        let mut found = locked(&self.found);
        if found.borders.is_empty() && found.along.is_none() && !input.is_hashed() {
            found.along = Some(HashAlong::new(input));
        }
    }

    /// How many parts a text of `size` bytes has.
    pub(crate) fn count(&self, size: u64) -> usize {
        usize::try_from(size.div_ceil(self.part_bytes).max(1)).unwrap_or(1)
    }

    /// Part `part`; `first` tells where the first row begins.
    ///
    /// # Errors
    /// When the text can't be read.
    pub(crate) fn open(
        self: &Arc<Self>,
        part: usize,
        input: &Input,
        split: &impl Split,
        first: impl FnOnce() -> Result<Border, IngestError>,
    ) -> Result<TextPart, IngestError> {
        let mut found = locked(&self.found);
        let Found { borders, heads, along } = &mut *found;
        if borders.is_empty() {
            let first = first()?;
            HashAlong::begin(along, first.offset);
            borders.push(first);
            heads.push(None);
        }
        loop {
            let last = borders.len() - 1;
            let at = last.min(part);
            let start = borders[at];
            let failed = |cause| read_error(input.name(), start.rows, cause);
            let stretch = self.read(at, start, input, split).map_err(failed)?;
            let Stretch { block, rest, end } = stretch;
            if at == last {
                HashAlong::take(along, &block.bytes, start, end);
                borders.push(end);
                let behind = split.heads(&block, &heads[at]);
                heads.push(behind);
            }
            let found = TextPart { parts: Arc::clone(self), start, block, rest, heads: heads[at].clone() };
            if at == part {
                return Ok(found);
            }
        }
    }

    fn read(&self, part: usize, start: Border, input: &Input, split: &impl Split) -> io::Result<Stretch> {
        let end = (part as u64).saturating_add(1).saturating_mul(self.part_bytes);
        if start.offset >= end {
            return Ok(Stretch { block: Block::default(), rest: None, end: start });
        }
        let mut block = self.spare_block();
        let mut reader = input.open_at(start.offset)?;
        let limit = usize::try_from(end - start.offset).map_err(io::Error::other)?;
        let mut is_last = fill(&mut reader, &mut block.bytes, limit as u64 + TAIL)?;
        let mut stop = split.split(&mut block, 0, limit, is_last);
        while let Stop::Unfinished(at) = stop
            && !is_last
            && block.bytes.len() - at < LONGEST
        {
            is_last = fill(&mut reader, &mut block.bytes, TAIL)?;
            stop = split.split(&mut block, at, limit, is_last);
        }
        let (Stop::At(at) | Stop::Unfinished(at)) = stop;
        let border = Border {
            offset: start.offset + at as u64,
            lines: start.lines + line_ends(&block.bytes[..at]),
            rows: start.rows + block.rows.len() as u64,
        };
        Ok(match stop {
            Stop::At(_) => Stretch { block, rest: None, end: border },
            Stop::Unfinished(_) => Stretch { block, rest: Some(border), end: Border { offset: u64::MAX, ..border } },
        })
    }

    fn spare_block(&self) -> Block {
        let mut block = locked(&self.spare).pop().unwrap_or_default();
        block.bytes.clear();
        block.ends.clear();
        block.rows.clear();
        block
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads up to `most` more bytes; whether there are no others.
fn fill(reader: &mut impl Read, bytes: &mut Vec<u8>, most: u64) -> io::Result<bool> {
    bytes.reserve(usize::try_from(most).unwrap_or(0));
    Ok((reader.take(most).read_to_end(bytes)? as u64) < most)
}

/// Number of line ends.
pub(crate) fn line_ends(bytes: &[u8]) -> u64 {
    // Sums of at most 128 ones fit into a byte, which is what makes this fast.
    let of = |chunk: &[u8]| chunk.iter().fold(0_u8, |count, byte| count.wrapping_add(u8::from(*byte == b'\n')));
    bytes.chunks(128).map(|chunk| u64::from(of(chunk))).sum()
}

/// Finds the lines of a text. Blank ones are no rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines;

impl Split for Lines {
    fn split(&self, block: &mut Block, from: usize, limit: usize, is_last: bool) -> Stop {
        let Block { bytes, ends, rows } = block;
        let mut start = from;
        while start < limit.min(bytes.len()) {
            // The one search for a byte of the standard library that is fast.
            let mut rest = &bytes[start..];
            let length = io::BufRead::skip_until(&mut rest, b'\n').unwrap_or(0);
            let line = &bytes[start..start + length];
            if !is_last && !line.ends_with(b"\n") {
                return Stop::Unfinished(start);
            }
            if line.len() > LONGEST {
                return Stop::Unfinished(start);
            }
            if !line.trim_ascii().is_empty() {
                let first = index32(ends.len());
                ends.push(index32(start + crate::lines::without_end(line).len()));
                rows.push(Row { start: index32(start), first, fields: 1, is_odd: false });
            }
            start += length;
        }
        Stop::At(start)
    }
}
