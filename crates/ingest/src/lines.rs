//! Which lines does a text input have?

use std::io::{self, BufRead, Read};

use crate::container::{TextReader, open_text};
use crate::error::IngestError;
use crate::input::Input;

/// Longest line or record that is read; longer ones are rejected.
pub const LONGEST_RECORD: usize = 16 << 20;
/// Bytes of a too long line that are kept to show.
const SHOWN: usize = 4 << 10;

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
    /// Its bytes without `\n` or `\r\n`; only the first few thousand if it is too long.
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

    /// Lines handed out so far.
    pub fn lines(&self) -> u64 {
        self.number
    }

    /// The next line, blank ones included, or `None` at the end.
    ///
    /// # Errors
    /// When the container is damaged or truncated.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let limit = LONGEST_RECORD as u64 + 2;
        let length = (&mut self.reader).take(limit).read_until(b'\n', &mut self.line)?;
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        let too_long = length > LONGEST_RECORD && self.line.last() != Some(&b'\n');
        if too_long {
            self.line.truncate(SHOWN);
            self.skip_rest()?;
        }
        Ok(Some(Line { number: self.number, bytes: without_end(&self.line), too_long }))
    }

    fn skip_rest(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let (length, done) = match buffer.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.reader.consume(length);
            if done {
                return Ok(());
            }
        }
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
    fn too_long_line_is_marked_and_the_next_is_read() {
        let mut text = vec![b'x'; LONGEST_RECORD + 10];
        text.extend_from_slice(b"\nnext\n");
        let all = lines(&text);
        assert_eq!((all.len(), all[0].2, all[0].1.len()), (2, true, SHOWN));
        assert_eq!(all[1], (2, b"next".to_vec(), false));
    }
}
