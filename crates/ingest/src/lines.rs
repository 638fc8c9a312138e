//! Which lines does a text input have?

use std::io::{self, BufRead, Read};

use crate::container::{TextReader, open_text};
use crate::error::IngestError;
use crate::input::Input;
use crate::limits::{LONGEST_LINE, endless};

pub use crate::limits::LONGEST_RECORD;

/// Bytes that stay allocated between lines.
const KEPT_BYTES: usize = 1 << 20;

/// Bytes of a block of lines, unless a line is longer.
pub(crate) const BLOCK_BYTES: usize = 512 << 10;

/// Lines of an input, decompressed, without their ends.
pub struct LineReader {
    reader: TextReader,
    line: Vec<u8>,
    number: u64,
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Number from 1.
    pub number: u64,
    /// Its bytes without `\n` or `\r\n`.
    pub bytes: &'a [u8],
    /// Whether it was longer than [`LONGEST_RECORD`].
    pub too_long: bool,
}

/// Some lines that follow each other.
#[derive(Debug, Default)]
pub(crate) struct LineBlock {
    bytes: Vec<u8>,
    /// What of `bytes` was read.
    filled: usize,
    /// Where in it the first line begins that has no end yet.
    rest: usize,
    lines: Vec<LinePlace>,
    /// Why there are no lines after these.
    failed: Option<io::Error>,
}

/// Where in a block a line is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LinePlace {
    start: usize,
    end: usize,
    number: u64,
}

impl LineBlock {
    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Everything that was read.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    /// A line.
    pub(crate) fn line(&self, index: usize) -> Line<'_> {
        let LinePlace { start, end, number } = self.lines[index];
        let bytes = &self.bytes[start..end];
        Line { number, bytes, too_long: bytes.len() > LONGEST_RECORD }
    }

    /// Where in the block a line begins.
    pub(crate) fn start(&self, index: usize) -> usize {
        self.lines[index].start
    }

    /// Where in the block a line ends.
    pub(crate) fn end(&self, index: usize) -> usize {
        self.lines[index].end
    }

    /// Takes the lines that `next` hands out one by one, in place of those that are there.
    ///
    /// # Errors
    /// As soon as `next` fails; the lines before come first.
    pub(crate) fn copy(
        &mut self,
        mut next: impl FnMut(&mut dyn FnMut(Line<'_>)) -> io::Result<bool>,
    ) -> io::Result<()> {
        self.begin()?;
        self.bytes.clear();
        let Self { bytes, lines, failed, .. } = self;
        while bytes.len() < BLOCK_BYTES {
            let mut push = |line: Line<'_>| {
                let start = bytes.len();
                bytes.extend_from_slice(line.bytes);
                lines.push(LinePlace { start, end: bytes.len(), number: line.number });
                // So that what is no text stays so beside the next line.
                bytes.push(b'\n');
            };
            match next(&mut push) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    *failed = Some(error);
                    break;
                }
            }
        }
        self.filled = self.bytes.len();
        self.rest = self.filled;
        if self.lines.is_empty() { self.failed.take().map_or(Ok(()), Err) } else { Ok(()) }
    }

    /// Forgets everything; another text may follow.
    pub(crate) fn clear(&mut self) {
        self.lines.clear();
        self.failed = None;
        (self.filled, self.rest) = (0, 0);
    }

    /// Forgets the lines that are there.
    fn begin(&mut self) -> io::Result<()> {
        self.lines.clear();
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Reads until there is a line, and about as much as a block has, in place of the lines that are there. No line means that
    /// there are no others. `number` is that of the line before.
    fn read(&mut self, reader: &mut TextReader, number: &mut u64) -> io::Result<()> {
        self.begin()?;
        self.bytes.copy_within(self.rest..self.filled, 0);
        (self.filled, self.rest) = (self.filled - self.rest, 0);
        self.bytes.resize(self.bytes.len().min(2 * BLOCK_BYTES).max(BLOCK_BYTES + self.filled), 0);
        self.bytes.shrink_to(2 * BLOCK_BYTES);
        loop {
            match reader.read(&mut self.bytes[self.filled..]) {
                Ok(0) => self.split_last(number),
                Ok(length) => {
                    let from = self.filled;
                    self.filled += length;
                    self.split(from, number);
                    let is_full = self.filled == self.bytes.len();
                    if is_full && self.lines.is_empty() {
                        self.bytes.resize(2 * self.filled, 0);
                    }
                    if self.failed.is_none() && (!is_full || self.lines.is_empty()) {
                        continue;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => self.failed = Some(error),
            }
            return if self.lines.is_empty() { self.begin() } else { Ok(()) };
        }
    }

    /// Finds the lines that end behind `from`.
    fn split(&mut self, from: usize, number: &mut u64) {
        for end in memchr::memchr_iter(b'\n', &self.bytes[from..self.filled]) {
            *number += 1;
            let line = without_end(&self.bytes[self.rest..=from + end]);
            if line.len() > LONGEST_LINE {
                self.failed = Some(endless("line", *number));
                return;
            }
            self.lines.push(LinePlace { start: self.rest, end: self.rest + line.len(), number: *number });
            self.rest = from + end + 1;
        }
        if self.filled - self.rest > LONGEST_LINE + 1 {
            self.failed = Some(endless("line", *number + 1));
        }
    }

    /// What is left at the end of the text is a line, too.
    fn split_last(&mut self, number: &mut u64) {
        if self.rest == self.filled {
            return;
        }
        *number += 1;
        let line = without_end(&self.bytes[self.rest..self.filled]);
        if line.len() > LONGEST_LINE {
            self.failed = Some(endless("line", *number));
            return;
        }
        self.lines.push(LinePlace { start: self.rest, end: self.rest + line.len(), number: *number });
        self.rest = self.filled;
    }
}

impl LineReader {
    /// The lines of an input.
    ///
    /// # Errors
    /// When it can't be opened, or is UTF-16.
    pub fn open(input: &Input) -> Result<Self, IngestError> {
        Ok(Self::new(open_text(input)?.0))
    }

    /// The lines of a text.
    pub fn new(reader: TextReader) -> Self {
        Self { reader, line: Vec::new(), number: 0 }
    }

    /// The lines of a text from a place on that has so many lines before it.
    pub(crate) fn behind(reader: TextReader, lines: u64) -> Self {
        Self { number: lines, ..Self::new(reader) }
    }

    /// Lines handed out so far.
    pub fn lines(&self) -> u64 {
        self.number
    }

    /// The next lines, blank ones included; none at the end. All are read in that way, into one block, or none.
    ///
    /// # Errors
    /// When the container is damaged or truncated, or at a line longer than [`LONGEST_LINE`]; the lines before come first.
    pub(crate) fn next_block(&mut self, block: &mut LineBlock) -> io::Result<()> {
        block.read(&mut self.reader, &mut self.number)
    }

    /// The next line, blank ones included, or `None` at the end.
    ///
    /// # Errors
    /// When the container is damaged or truncated, or a line longer than [`LONGEST_LINE`].
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        self.line.shrink_to(KEPT_BYTES);
        let limit = LONGEST_LINE as u64 + 2;
        let length = (&mut self.reader).take(limit).read_until(b'\n', &mut self.line)?;
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        let bytes = without_end(&self.line);
        if bytes.len() > LONGEST_LINE {
            return Err(endless("line", self.number));
        }
        Ok(Some(Line { number: self.number, bytes, too_long: bytes.len() > LONGEST_RECORD }))
    }
}

/// A line without its end.
pub(crate) fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<(u64, Vec<u8>, bool)> {
        let mut reader = LineReader::new(Box::new(io::Cursor::new(text.to_vec())));
        let mut all = Vec::new();
        while let Some(line) = reader.next_line().unwrap() {
            all.push((line.number, line.bytes.to_vec(), line.too_long));
        }
        all
    }

    #[test]
    fn every_line_end_is_taken_away_and_blank_lines_count() {
        let expected = [(1, b"a".to_vec(), false), (2, b"".to_vec(), false), (3, b"b".to_vec(), false)];
        assert_eq!(lines(b"a\r\n\nb"), expected);
        assert_eq!(lines(b"a\n\nb\n"), expected);
    }

    #[test]
    fn too_long_line_is_marked_whole_and_the_next_is_read() {
        let mut text = vec![b'x'; LONGEST_RECORD];
        text.extend_from_slice(b"\r\n");
        text.extend(std::iter::repeat_n(b'y', LONGEST_RECORD + 1));
        text.extend_from_slice(b"\nnext\n");
        let all = lines(&text);
        let told: Vec<_> = all.iter().map(|(number, line, too_long)| (*number, line.len(), *too_long)).collect();
        assert_eq!(told, [(1, LONGEST_RECORD, false), (2, LONGEST_RECORD + 1, true), (3, 4, false)]);
    }

    /// Number and bytes of each line and whether it is too long, and the error at the end.
    type Told = (Vec<(u64, Vec<u8>, bool)>, Option<String>);

    /// What one line after the other and what blocks say of a text that is read in steps: lines, and the error at the end.
    fn both(text: &[u8], step: usize) -> [Told; 2] {
        let reader = || {
            LineReader::new(Box::new(io::BufReader::with_capacity(step, Steps(io::Cursor::new(text.to_vec()), step))))
        };
        let (mut one, mut by_one) = (reader(), Vec::new());
        let first = loop {
            match one.next_line() {
                Ok(Some(line)) => by_one.push((line.number, line.bytes.to_vec(), line.too_long)),
                Ok(None) => break None,
                Err(error) => break Some(error.to_string()),
            }
        };
        let (mut many, mut by_block, mut block) = (reader(), Vec::new(), LineBlock::default());
        let second = loop {
            if let Err(error) = many.next_block(&mut block) {
                break Some(error.to_string());
            }
            if block.len() == 0 {
                break None;
            }
            let lines = (0..block.len()).map(|index| block.line(index));
            by_block.extend(lines.map(|line| (line.number, line.bytes.to_vec(), line.too_long)));
        };
        [(by_one, first), (by_block, second)]
    }

    /// Hands out few bytes at a time, and fails where it meets an exclamation mark.
    struct Steps(io::Cursor<Vec<u8>>, usize);

    impl Read for Steps {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let length = out.len().min(self.1);
            let length = self.0.read(&mut out[..length])?;
            if out[..length].contains(&b'!') { Err(io::Error::other("damaged")) } else { Ok(length) }
        }
    }

    proptest::proptest! {
        #[test]
        fn blocks_have_the_lines_of_a_text(text in "[a\r\n!]{0,40}", step in 1_usize..9) {
            let [one, blocks] = both(text.as_bytes(), step);
            proptest::prop_assert_eq!(one.1, blocks.1);
            // A damaged container may hide the bytes just before the damage from either.
            let length = one.0.len().min(blocks.0.len());
            proptest::prop_assert_eq!(&one.0[..length], &blocks.0[..length]);
        }
    }

    #[test]
    fn blocks_have_long_lines_and_refuse_endless_ones() {
        let mut text = vec![b'x'; LONGEST_RECORD];
        text.extend_from_slice(b"\r\n");
        text.extend(std::iter::repeat_n(b'y', LONGEST_RECORD + 1));
        text.extend_from_slice(b"\nnext\n");
        let [one, blocks] = both(&text, 1 << 20);
        assert!(one == blocks && blocks.0.len() == 3 && blocks.0[1].2);
        text.extend(std::iter::repeat_n(b'z', LONGEST_LINE + 1));
        let [one, blocks] = both(&text, 1 << 20);
        assert!(one == blocks && blocks.0.len() == 3 && blocks.1.is_some());
    }

    #[test]
    fn line_without_end_is_refused_by_name() {
        let text = b"a\n".chain(io::repeat(b'x'));
        let mut reader = LineReader::new(Box::new(io::BufReader::new(text)));
        assert!(reader.next_line().unwrap().is_some());
        let error = reader.next_line().unwrap_err().to_string();
        assert_eq!(error, "line 2 is longer than 64 MiB, the limit of one row");
    }
}
