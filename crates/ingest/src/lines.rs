//! Which lines does a text input have?

use std::io::{self, BufRead, Read};

use crate::container::{TextReader, open_text};
use crate::error::IngestError;
use crate::input::Input;
use crate::limits::{LONGEST_LINE, endless};

pub use crate::limits::LONGEST_RECORD;

/// Bytes that stay allocated between lines.
const KEPT_BYTES: usize = 1 << 20;

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

    #[test]
    fn line_without_end_is_refused_by_name() {
        let text = b"a\n".chain(io::repeat(b'x'));
        let mut reader = LineReader::new(Box::new(io::BufReader::new(text)));
        assert!(reader.next_line().unwrap().is_some());
        let error = reader.next_line().unwrap_err().to_string();
        assert_eq!(error, "line 2 is longer than 64 MiB, the limit of one row");
    }
}
