//! Where in a stretch of delimited text do its records and fields lie?
//!
//! Sixty-four bytes at a time: which of them are quotes, separators and line ends becomes a word of bits each; of quotes
//! that open and close as they should, every other one opens, so the bits between them are told by a few shifts. A
//! stretch whose quotes are of another kind (inside a field that did not begin with one, or followed by more text) is
//! walked byte by byte. Both understand quotes as the `csv` crate does.

use kundresa_model::index::index32;

use crate::text_parts::{Block, Row, Split, Stop};

/// Bytes that are looked at together.
const WORD: usize = 64;

/// How a delimited text is split.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Splitter {
    /// Separator of fields.
    pub(crate) delimiter: u8,
    /// Number of fields of most rows. If it is more than one, a line of blanks is no row.
    pub(crate) width: usize,
}

/// Where in a record a byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted,
    Quote,
}

/// Quotes, separators and line ends among 64 bytes, one bit each.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    quotes: u64,
    separators: u64,
    line_ends: u64,
}

/// What the bytes before a word of 64 mean for it.
#[derive(Clone, Copy, Debug)]
struct Carry {
    /// All bits if a quote is open.
    inside: u64,
    /// 1 where a quote may open in the first byte.
    may_open: u64,
    /// 1 where a quote closed in the byte before.
    closed: u64,
}

/// At the start of a record.
const FRESH: Carry = Carry { inside: 0, may_open: 1, closed: 0 };

/// A word of 64 bytes whose quotes are as they should be.
struct Regular {
    /// Separators and line ends outside of quotes.
    borders: u64,
    /// Second quotes of doubled ones.
    doubled: u64,
    carry: Carry,
}

/// The rows that were met so far, and the one at hand.
struct Walk<'a> {
    bytes: &'a [u8],
    ends: &'a mut Vec<u32>,
    rows: &'a mut Vec<Row>,
    width: usize,
    /// First byte of the row at hand.
    start: usize,
    /// Index of the end of its first field.
    first: usize,
    is_odd: bool,
}

impl Split for Splitter {
    fn split(&self, block: &mut Block, from: usize, limit: usize, is_last: bool) -> Stop {
        let Block { bytes, ends, rows } = block;
        let first = ends.len();
        let mut walk = Walk { bytes, ends, rows, width: self.width, start: from, first, is_odd: false };
        let (mut at, mut carry) = (from, FRESH);
        while at < walk.bytes.len() && walk.start < limit {
            let (marks, length) = self.marks(&walk.bytes[at..]);
            if let Some(regular) = regular(marks, carry, length) {
                walk.take(at, &regular, marks.line_ends, limit);
                carry = regular.carry;
                at += length;
                continue;
            }
            let behind = at + length;
            while walk.start < limit.min(behind) {
                if !walk.step(self.delimiter, is_last) {
                    return Stop::Unfinished(walk.start);
                }
            }
            (at, carry) = (walk.start, FRESH);
        }
        walk.finish(limit, is_last, carry)
    }
}

impl Splitter {
    fn marks(&self, bytes: &[u8]) -> (Marks, usize) {
        match bytes.first_chunk::<WORD>() {
            Some(word) => (marks(word, self.delimiter), WORD),
            None => {
                let mut word = [0; WORD];
                word[..bytes.len()].copy_from_slice(bytes);
                let (marks, valid) = (marks(&word, self.delimiter), (1 << bytes.len()) - 1);
                // Nobody separates fields by zeros, but nothing should depend on it.
                (Marks { separators: marks.separators & valid, ..marks }, bytes.len())
            }
        }
    }
}

/// For each of 64 bytes the bit that tells of it among the eight bytes that all are folded to.
const BITS: [u8; WORD] = {
    let mut bits = [0; WORD];
    let mut place = 0;
    while place < WORD {
        bits[place] = 1 << (place / 8);
        place += 1;
    }
    bits
};

fn marks(word: &[u8; WORD], delimiter: u8) -> Marks {
    Marks {
        quotes: places(word, |byte| byte == b'"'),
        separators: places(word, |byte| byte == delimiter),
        line_ends: places(word, |byte| (byte == b'\n') | (byte == b'\r')),
    }
}

/// Which of 64 bytes are so, one bit each. The loop compares many bytes with one instruction.
#[inline(always)]
fn places(word: &[u8; WORD], is_so: impl Fn(u8) -> bool) -> u64 {
    let mut kept = [0; WORD];
    for ((kept, byte), bit) in kept.iter_mut().zip(word).zip(&BITS) {
        *kept = if is_so(*byte) { *bit } else { 0 };
    }
    // Bit `k` of byte `j` tells of byte `8 k + j`, so rows and columns of eight times eight bits are swapped.
    let eights = kept.chunks_exact(8).map(|eight| u64::from_le_bytes(eight.try_into().unwrap_or_default()));
    let mut bits = eights.fold(0, |bits, eight| bits | eight);
    for (distance, mask) in [(7, 0x00aa_00aa_00aa_00aa), (14, 0x0000_cccc_0000_cccc), (28, 0x0000_0000_f0f0_f0f0)] {
        let swapped = (bits ^ bits >> distance) & mask;
        bits ^= swapped ^ swapped << distance;
    }
    bits
}

/// For each bit, whether an odd number of bits is set up to it.
fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// What the marks mean if every quote opens a field, closes one, or is half of a doubled one.
fn regular(marks: Marks, carry: Carry, length: usize) -> Option<Regular> {
    let Marks { quotes, separators, line_ends } = marks;
    if quotes == 0 && carry.inside == 0 && carry.closed == 0 {
        let borders = separators | line_ends;
        let carry = Carry { may_open: borders >> (length - 1), ..FRESH };
        return Some(Regular { borders, doubled: 0, carry });
    }
    let inside = parity(quotes) ^ carry.inside;
    let (opened, closed) = (quotes & inside, quotes & !inside);
    let borders = (separators | line_ends) & !inside;
    let may_open = ((borders | closed) << 1) | carry.may_open;
    let behind = ((closed << 1) | carry.closed) & (u64::MAX >> (WORD - length));
    if opened & !may_open != 0 || behind & !(borders | opened) != 0 {
        return None;
    }
    let last = length - 1;
    let is_open = (inside >> last) & 1 == 1;
    let carry = Carry {
        inside: if is_open { u64::MAX } else { 0 },
        may_open: ((borders | closed) >> last) & 1,
        closed: (closed >> last) & 1,
    };
    Some(Regular { borders, doubled: behind & opened, carry })
}

impl Walk<'_> {
    /// Takes the borders of a word at `at`, until a row begins at `limit` or behind it.
    fn take(&mut self, at: usize, regular: &Regular, line_ends: u64, limit: usize) {
        let (mut borders, mut doubled) = (regular.borders, regular.doubled);
        loop {
            let lines = borders & line_ends;
            // Bits below the first line end; all if there is none.
            let bit = lines & lines.wrapping_neg();
            let separators = borders & bit.wrapping_sub(1);
            self.take_separators(at, separators);
            if bit == 0 {
                break;
            }
            borders ^= separators | bit;
            if doubled & (bit - 1) != 0 {
                self.is_odd = true;
                doubled &= !(bit - 1);
            }
            self.end_row(at + bit.trailing_zeros() as usize);
            if self.start >= limit {
                return;
            }
        }
        self.is_odd |= doubled != 0;
    }

    /// Fields end at the bits of a word at `at`.
    #[inline]
    fn take_separators(&mut self, at: usize, mut separators: u64) {
        let at = index32(at);
        while separators != 0 {
            let (mut found, mut length) = ([0; 8], 0);
            for end in &mut found {
                if separators == 0 {
                    break;
                }
                // A block is far shorter than 2^32 bytes.
                *end = at.wrapping_add(separators.trailing_zeros());
                separators &= separators.wrapping_sub(1);
                length += 1;
            }
            self.ends.extend_from_slice(&found[..length]);
        }
    }

    /// A line ends at `end`.
    fn end_row(&mut self, end: usize) {
        // The `csv` crate passes over blank lines, and so over the second half of `\r\n`.
        if end > self.start {
            self.ends.push(index32(end));
            let fields = self.ends.len() - self.first;
            if fields == 1 && self.width > 1 && self.bytes[self.start..end].trim_ascii().is_empty() {
                self.ends.truncate(self.first);
            } else {
                let (start, first, fields) = (index32(self.start), index32(self.first), index32(fields));
                self.rows.push(Row { start, first, fields, is_odd: self.is_odd });
            }
        }
        self.start = end + 1;
        self.first = self.ends.len();
        self.is_odd = false;
    }

    /// Takes the row at hand byte by byte; false if it does not end.
    fn step(&mut self, delimiter: u8, is_last: bool) -> bool {
        self.ends.truncate(self.first);
        self.is_odd = true;
        let mut state = At::Start;
        for (place, byte) in self.bytes.iter().enumerate().skip(self.start) {
            state = match (state, *byte) {
                (At::Start | At::Quote, b'"') => At::Quoted,
                (At::Quoted, b'"') => At::Quote,
                (At::Quoted, _) => At::Quoted,
                (_, b'\n' | b'\r') => {
                    self.end_row(place);
                    return true;
                }
                (_, byte) if byte == delimiter => {
                    self.ends.push(index32(place));
                    At::Start
                }
                _ => At::Plain,
            };
        }
        let is_done = is_last && state != At::Quoted;
        if is_done {
            self.end_text();
        } else {
            self.ends.truncate(self.first);
        }
        is_done
    }

    fn finish(mut self, limit: usize, is_last: bool, carry: Carry) -> Stop {
        if self.start >= limit.min(self.bytes.len()) {
            return Stop::At(self.start);
        }
        if is_last && carry.inside == 0 {
            self.end_text();
            return Stop::At(self.bytes.len());
        }
        self.ends.truncate(self.first);
        Stop::Unfinished(self.start)
    }

    /// The last row ends with the text.
    fn end_text(&mut self) {
        self.end_row(self.bytes.len());
        self.start = self.bytes.len();
    }
}

/// The text of each field of a row with odd quotes: appends it to `text` and its end to `ends`.
pub(crate) fn unquoted(row: &str, delimiter: u8, text: &mut String, ends: &mut Vec<usize>) {
    let mut state = At::Start;
    let mut copied = 0;
    for (place, byte) in row.bytes().enumerate() {
        let next = match (state, byte) {
            (At::Start, b'"') | (At::Quoted, b'"') => {
                // The quote itself is no text.
                text.push_str(&row[copied..place]);
                copied = place + 1;
                if state == At::Start { At::Quoted } else { At::Quote }
            }
            (At::Quote, b'"') => {
                // Of a doubled quote the second half is.
                At::Quoted
            }
            (At::Quoted, _) => At::Quoted,
            (_, byte) if byte == delimiter => {
                text.push_str(&row[copied..place]);
                copied = place + 1;
                ends.push(text.len());
                At::Start
            }
            _ => At::Plain,
        };
        state = next;
    }
    text.push_str(&row[copied..]);
    ends.push(text.len());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delimited::records::RecordReader;
    use proptest::prelude::*;
    use std::io::Cursor;

    type Found = Vec<Vec<Vec<u8>>>;

    /// What the reader of streams finds; `None` where a quote is never closed.
    fn expected(text: &[u8], width: usize) -> Option<Found> {
        let mut reader = RecordReader::new(Box::new(Cursor::new(text.to_vec())), b',', 0).unwrap();
        let mut all = Vec::new();
        while let Some(record) = reader.next_record().unwrap() {
            if record.flaw.is_some() {
                return None;
            }
            if !(width > 1 && record.fields.len() == 1 && record.raw.trim_ascii().is_empty()) {
                all.push(record.fields.iter().map(<[u8]>::to_vec).collect());
            }
        }
        Some(all)
    }

    fn fields(block: &Block, delimiter: u8) -> Found {
        let (bytes, mut all) = (&block.bytes, Vec::new());
        for row in &block.rows {
            let first = row.first as usize;
            let row_ends = &block.ends[first..first + row.fields as usize];
            let mut start = row.start as usize;
            let last = *row_ends.last().unwrap() as usize;
            if row.is_odd {
                let (mut text, mut ends) = (String::new(), Vec::new());
                unquoted(std::str::from_utf8(&bytes[start..last]).unwrap(), delimiter, &mut text, &mut ends);
                assert_eq!(ends.len(), row_ends.len());
                let starts = std::iter::once(0).chain(ends.iter().copied());
                all.push(starts.zip(&ends).map(|(start, end)| text.as_bytes()[start..*end].to_vec()).collect());
                continue;
            }
            let mut found = Vec::new();
            for end in row_ends {
                let raw = &bytes[start..*end as usize];
                found.push(raw.strip_prefix(b"\"").map_or(raw, |raw| &raw[..raw.len() - 1]).to_vec());
                start = *end as usize + 1;
            }
            all.push(found);
        }
        all
    }

    fn split(text: &[u8], width: usize, limit: usize) -> (Block, Stop) {
        let mut block = Block { bytes: text.to_vec(), ..Block::default() };
        let stop = Splitter { delimiter: b',', width }.split(&mut block, 0, limit, true);
        (block, stop)
    }

    #[test]
    fn quotes_mean_what_they_mean_to_the_csv_crate() {
        for text in [
            "a,b\n",
            "a,b",
            "\"a\",\"b\"\r\n",
            "\"a\"\"b\",c\n",
            "a\"b,\"c\"\n",
            "\"a\"b,c\n",
            "\"a\"b\"c,d\n",
            "a\rb\n",
            ",\n",
            "\"\"\n",
            "\n\n a \n",
            "   \n\t\na,b",
            "\"a\nb\",\"\r\n\"\n",
        ] {
            let (block, stop) = split(text.as_bytes(), 2, usize::MAX);
            assert_eq!(Some(fields(&block, b',')), expected(text.as_bytes(), 2), "{text:?}");
            assert_eq!(stop, Stop::At(text.len()), "{text:?}");
        }
    }

    #[test]
    fn quote_that_is_never_closed_is_left_to_the_reader_of_streams() {
        for (text, at) in [("a,b\n1,\"x\n2,y\n", 4), ("\"", 0), ("ab\"c,\"", 0)] {
            assert_eq!(split(text.as_bytes(), 2, usize::MAX).1, Stop::Unfinished(at), "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn marks_are_where_the_bytes_are(text in prop::collection::vec(prop::sample::select(b"\",\n\rabc".to_vec()), WORD)) {
            let word: &[u8; WORD] = text.as_slice().try_into().unwrap();
            let expected = |kinds: &[u8]| {
                (0..WORD).filter(|place| kinds.contains(&word[*place])).fold(0_u64, |bits, place| bits | 1 << place)
            };
            let found = marks(word, b',');
            prop_assert_eq!(found.quotes, expected(b"\""));
            prop_assert_eq!(found.separators, expected(b","));
            prop_assert_eq!(found.line_ends, expected(b"\n\r"));
        }

        #[test]
        fn splitting_agrees_with_the_csv_crate(
            text in prop::collection::vec(prop::sample::select(vec!["a", "bc", ",", "\"", "\"\"", "\",\"", "\"\n\"", "\n", "\r\n", "\r", " ", "é", "0123456789abcdef"]), 0..120),
            width in 1_usize..4,
            limits in prop::collection::vec(1_usize..200, 0..4),
        ) {
            let text = text.concat();
            let Some(expected) = expected(text.as_bytes(), width) else {
                prop_assert!(matches!(split(text.as_bytes(), width, usize::MAX).1, Stop::Unfinished(_)));
                return Ok(());
            };
            // Cut at borders, it is the same.
            let (mut found, mut from) = (Found::new(), 0);
            for limit in limits.into_iter().chain([usize::MAX]) {
                let (block, stop) = split(&text.as_bytes()[from..], width, limit);
                found.extend(fields(&block, b','));
                let Stop::At(at) = stop else { panic!("{stop:?}") };
                from += at;
            }
            prop_assert_eq!(from, text.len());
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn a_text_that_is_not_all_there_is_split_when_it_is(
            text in prop::collection::vec(prop::sample::select(b"ab,\"\n\r ".to_vec()), 0..300),
            first in 0_usize..300,
        ) {
            let splitter = Splitter { delimiter: b',', width: 2 };
            let whole = split(&text, 2, usize::MAX);
            let mut block = Block { bytes: text[..first.min(text.len())].to_vec(), ..Block::default() };
            let (Stop::At(at) | Stop::Unfinished(at)) = splitter.split(&mut block, 0, usize::MAX, false);
            block.bytes = text.clone();
            let stop = splitter.split(&mut block, at, usize::MAX, true);
            prop_assert_eq!(stop, whole.1);
            prop_assert_eq!(fields_of(&block), fields_of(&whole.0));
        }
    }

    fn fields_of(block: &Block) -> Vec<(u32, u32, Vec<u32>)> {
        let ends = |row: &Row| block.ends[row.first as usize..(row.first + row.fields) as usize].to_vec();
        block.rows.iter().map(|row| (row.start, row.fields, ends(row))).collect()
    }
}
