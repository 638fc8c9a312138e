//! Which records does a delimited text hold, on which lines, and what is their raw text?
//!
//! Parsing is the `csv` crate's. A copy of the bytes it has taken but whose records are not handed out yet is kept, so
//! that a rejected record can be shown exactly. A quote that is opened and never closed swallows the rest of a file;
//! such a record is cut back to its first line, and reading goes on with the second. Texts that are made so that this
//! comes again and again cost no more than `MOST_AGAIN`: from there on such a record is handed out as a whole.

use std::io::{self, BufRead, Cursor, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};

use crate::container::TextReader;
use crate::limits::{LONGEST_LINE, LONGEST_RECORD, endless};
use crate::lines::without_end;

/// Bytes that the parser may be ahead of the record at hand.
const AHEAD: usize = 2 << 20;
/// Bytes that are parsed more than once because of quotes that are never closed.
const MOST_AGAIN: u64 = 512 << 20;

/// Records of a delimited text.
pub struct RecordReader {
    reader: Reader<Tee>,
    record: ByteRecord,
    delimiter: u8,
    /// Line of the first byte that the current parser saw, from 1.
    first_line: u64,
    /// Bytes before the first that the current parser saw.
    first_byte: u64,
    /// Bytes that were parsed more than once.
    again: u64,
}

/// What is on a line or on several.
#[derive(Debug)]
pub struct Record<'a> {
    /// Line it starts on, from 1.
    pub line: u64,
    /// Its fields; none if something is wrong with it.
    pub fields: &'a ByteRecord,
    /// Its raw text, without the line end.
    pub raw: &'a [u8],
    /// What makes it no row.
    pub flaw: Option<Flaw>,
}

/// What makes a record no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A quote is opened in it and never closed; its raw text is one line, unless there are very many of its kind.
    Unclosed,
    /// It is longer than [`LONGEST_RECORD`].
    TooLong,
}

impl RecordReader {
    /// The records after the first `skip_lines` lines.
    ///
    /// # Errors
    /// When the container is damaged.
    pub fn new(mut text: TextReader, delimiter: u8, skip_lines: usize) -> io::Result<Self> {
        let (mut skipped, mut first_byte) = (Vec::new(), 0);
        for _ in 0..skip_lines {
            skipped.clear();
            first_byte += text.by_ref().take(LONGEST_LINE as u64).read_until(b'\n', &mut skipped)? as u64;
        }
        let reader = parser(Tee::new(text), delimiter);
        let first_line = skip_lines as u64 + 1;
        Ok(Self { reader, record: ByteRecord::new(), delimiter, first_line, first_byte, again: 0 })
    }

    /// The records of a text from a place on that has so many lines before it.
    pub(crate) fn behind(text: TextReader, delimiter: u8, lines: u64) -> Self {
        let reader = parser(Tee { within: true, ..Tee::new(text) }, delimiter);
        Self { reader, record: ByteRecord::new(), delimiter, first_line: lines + 1, first_byte: 0, again: 0 }
    }

    /// Bytes and line ends behind the last record, or before the first.
    pub(crate) fn position(&self) -> (u64, u64) {
        let position = self.reader.position();
        (self.first_byte + position.byte(), self.first_line - 1 + (position.line() - 1))
    }

    /// The next record, blank lines left out; `None` at the end.
    ///
    /// # Errors
    /// When the container is damaged, or a line longer than [`LONGEST_LINE`].
    pub fn next_record(&mut self) -> io::Result<Option<Record<'_>>> {
        let mut start = self.reader.position().clone();
        loop {
            self.reader.get_mut().forget_before(start.byte());
            match self.reader.read_byte_record(&mut self.record) {
                Ok(false) => return Ok(None),
                Ok(true) => break,
                Err(_) if self.reader.get_ref().overflow => {
                    if !self.pass_blank_lines(&start) {
                        return self.cut_off(&start);
                    }
                    start = self.reader.position().clone();
                }
                Err(error) => return Err(into_io(error)),
            }
        }
        let end = self.reader.position().byte();
        if self.reader.get_ref().ended && self.is_unclosed(start.byte(), end) {
            return self.cut_off(&start);
        }
        let raw = self.reader.get_ref().between(start.byte(), end);
        let (blank_lines, raw) = without_blank_lines(raw);
        let (line, raw) = (self.first_line + (start.line() - 1) + blank_lines, without_end(raw));
        let flaw = (raw.len() > LONGEST_RECORD).then_some(Flaw::TooLong);
        Ok(Some(Record { line, fields: &self.record, raw, flaw }))
    }

    /// Whether the last record of the text ends inside a quote.
    fn is_unclosed(&self, start: u64, end: u64) -> bool {
        let (_, raw) = without_blank_lines(self.reader.get_ref().between(start, end));
        ends_in_quote(raw, self.delimiter)
    }

    /// Starts anew behind the blank lines at the front, if there are any.
    fn pass_blank_lines(&mut self, start: &csv::Position) -> bool {
        let kept = self.reader.get_ref().between(start.byte(), u64::MAX);
        let (lines, rest) = without_blank_lines(kept);
        let (rest, passed) = (rest.to_vec(), kept.len() - rest.len());
        if passed > 0 {
            self.first_line += start.line() - 1 + lines;
            self.first_byte += start.byte() + passed as u64;
            self.again += rest.len() as u64;
            self.start_anew(rest, Vec::new());
        }
        passed > 0
    }

    /// Takes the first line off the text as a record that is none, and starts parsing anew behind it.
    fn cut_off(&mut self, start: &csv::Position) -> io::Result<Option<Record<'_>>> {
        let kept = self.reader.get_ref().between(start.byte(), u64::MAX).to_vec();
        let (blank_lines, rest) = without_blank_lines(&kept);
        let number = self.first_line + (start.line() - 1) + blank_lines;
        let mut line = rest.to_vec();
        let end = self.length_to_cut(rest);
        let behind = end.map(|end| line.split_off(end)).unwrap_or_default();
        if end.is_none() {
            self.read_line_end(&mut line, number)?;
        }
        self.again += behind.len() as u64;
        self.first_byte += start.byte() + (kept.len() - rest.len() + line.len()) as u64;
        self.first_line = number + line.iter().filter(|byte| **byte == b'\n').count() as u64;
        let flaw = if line.len() > LONGEST_RECORD { Flaw::TooLong } else { Flaw::Unclosed };
        self.start_anew(behind, line);
        self.record.clear();
        let raw = without_end(&self.reader.get_ref().cut_off);
        Ok(Some(Record { line: number, fields: &self.record, raw, flaw: Some(flaw) }))
    }

    /// Bytes of `text` that are cut off: the first line, or all whole lines once too much was parsed again. `None` if the
    /// line goes on behind the text.
    fn length_to_cut(&self, text: &[u8]) -> Option<usize> {
        let is_end = |byte: &u8| *byte == b'\n';
        let end = if self.again < MOST_AGAIN { text.iter().position(is_end) } else { text.iter().rposition(is_end) };
        end.map(|at| at + 1)
    }

    /// Reads on to the end of the line.
    fn read_line_end(&mut self, line: &mut Vec<u8>, number: u64) -> io::Result<()> {
        let most = (LONGEST_LINE + 2).saturating_sub(line.len()) as u64;
        (&mut self.reader.get_mut().inner).take(most).read_until(b'\n', line)?;
        if without_end(line).len() > LONGEST_LINE { Err(endless("line", number)) } else { Ok(()) }
    }

    /// A new parser on `text` and what comes behind it.
    fn start_anew(&mut self, text: Vec<u8>, cut_off: Vec<u8>) {
        let inner = std::mem::replace(self.reader.get_mut(), Tee::new(Box::new(io::empty()))).inner;
        let mut tee = Tee::new(if text.is_empty() { inner } else { Box::new(Cursor::new(text).chain(inner)) });
        (tee.cut_off, tee.within) = (cut_off, true);
        self.reader = parser(tee, self.delimiter);
    }
}

/// Whether a record ends inside a quote, as the parser understands quotes: they count at the start of a field alone.
fn ends_in_quote(raw: &[u8], delimiter: u8) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Start,
        Plain,
        Quoted,
        Quote,
    }
    let step = |at, byte: &u8| match (at, *byte) {
        (At::Start | At::Quote, b'"') => At::Quoted,
        (At::Quoted, b'"') => At::Quote,
        (At::Quoted, _) => At::Quoted,
        (_, byte) if byte == delimiter => At::Start,
        _ => At::Plain,
    };
    raw.iter().fold(At::Start, step) == At::Quoted
}

fn parser(tee: Tee, delimiter: u8) -> Reader<Tee> {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).flexible(true).has_headers(false).buffer_capacity(128 << 10).from_reader(tee)
}

fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}")),
    }
}

/// The number of line ends at the front, and the text behind them. The parser passes over blank lines silently.
fn without_blank_lines(raw: &[u8]) -> (u64, &[u8]) {
    let blank = raw.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    let lines = raw[..blank].iter().filter(|byte| **byte == b'\n').count();
    (lines as u64, &raw[blank..])
}

/// Keeps a copy of what the parser has read.
struct Tee {
    inner: TextReader,
    kept: Vec<u8>,
    /// Position of the first kept byte.
    base: u64,
    overflow: bool,
    ended: bool,
    /// The lines before the text that were cut off.
    cut_off: Vec<u8>,
    /// Whether the text begins within a file. A byte order mark is part of its first field there, and the parser drops
    /// none that it does not see in one piece.
    within: bool,
}

impl Tee {
    fn new(inner: TextReader) -> Self {
        Self { inner, kept: Vec::new(), base: 0, overflow: false, ended: false, cut_off: Vec::new(), within: false }
    }

    /// Lets go of bytes before a position, now and then.
    fn forget_before(&mut self, position: u64) {
        let passed = usize::try_from(position.saturating_sub(self.base)).unwrap_or(0).min(self.kept.len());
        if passed >= 1 << 20 || passed == self.kept.len() {
            self.kept.drain(..passed);
            self.base = position;
        }
    }

    fn between(&self, start: u64, end: u64) -> &[u8] {
        let index = |at: u64| usize::try_from(at.saturating_sub(self.base)).unwrap_or(usize::MAX).min(self.kept.len());
        &self.kept[index(start)..index(end)]
    }
}

impl Read for Tee {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.kept.len() > LONGEST_RECORD + AHEAD {
            self.overflow = true;
            return Err(io::Error::other("record too long"));
        }
        let most = if std::mem::take(&mut self.within) { buffer.len().min(1) } else { buffer.len() };
        let length = self.inner.read(&mut buffer[..most])?;
        self.ended |= length == 0 && !buffer.is_empty();
        self.kept.extend_from_slice(&buffer[..length]);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn records(text: &[u8], skip: usize) -> Vec<(u64, Vec<String>, String, bool)> {
        let mut reader = RecordReader::new(Box::new(Cursor::new(text.to_vec())), b',', skip).unwrap();
        let mut all = Vec::new();
        while let Some(record) = reader.next_record().unwrap() {
            let fields = record.fields.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
            let flawed = record.flaw.is_some();
            all.push((record.line, fields, String::from_utf8_lossy(record.raw).into_owned(), flawed));
        }
        all
    }

    fn lines_and_raw(text: &str) -> Vec<(u64, String)> {
        records(text.as_bytes(), 0).into_iter().map(|(line, _, raw, _)| (line, raw)).collect()
    }

    #[test]
    fn embedded_newlines_and_blank_lines_count_as_lines() {
        let expected = [(1, "a,b"), (3, "1,\"x\ny\""), (6, "2,z")].map(|(line, raw)| (line, raw.to_owned()));
        assert_eq!(lines_and_raw("a,b\n\n1,\"x\ny\"\n\n2,z"), expected);
        let expected = [(1, "a,b"), (3, "1,\"x\r\ny\""), (6, "2,z")].map(|(line, raw)| (line, raw.to_owned()));
        assert_eq!(lines_and_raw("a,b\r\n\r\n1,\"x\r\ny\"\r\n\r\n2,z\r\n"), expected);
    }

    #[test]
    fn skipped_lines_count() {
        let all = records(b"# \"odd\n\na,b\n1,2\n", 2);
        assert_eq!((all[0].0, all[1].0, all[1].1.clone()), (3, 4, vec!["1".to_owned(), "2".to_owned()]));
    }

    #[test]
    fn byte_order_mark_within_a_file_is_text() {
        let raw: Vec<_> = lines_and_raw("a,b\n\"\n\u{feff}\n");
        assert_eq!(raw, [(1, "a,b"), (2, "\""), (3, "\u{feff}")].map(|(line, raw)| (line, raw.to_owned())));
    }

    #[test]
    fn quote_that_is_never_closed_costs_one_line() {
        let all = records(b"a,b\n1,\"x\n2,y\n3,z\n", 0);
        let raw: Vec<_> = all.iter().map(|record| (record.0, record.2.as_str(), record.3)).collect();
        assert_eq!(raw, [(1, "a,b", false), (2, "1,\"x", true), (3, "2,y", false), (4, "3,z", false)]);
    }

    #[test]
    fn endless_record_costs_one_line() {
        let mut text = b"a,b\n1,\"x\n".to_vec();
        let filler = b"22,yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n";
        let count = LONGEST_RECORD / filler.len() + 100_000;
        (0..count).for_each(|_| text.extend_from_slice(filler));
        text.extend_from_slice(b"3,\"z\"\n");
        let all = records(&text, 0);
        assert_eq!(all.len(), count + 3);
        assert!(all[1].3);
        assert_eq!(all[2].0, 3);
        let last = all.last().unwrap();
        assert_eq!((last.0, last.2.as_str()), (count as u64 + 3, "3,\"z\""));
    }

    proptest! {
        #[test]
        fn raw_text_and_lines_are_those_of_the_file(rows in prop::collection::vec(("[a-z]{0,5}", "[a-z\n\" ,]{0,8}", 0usize..3), 0..40), crlf: bool) {
            let end = if crlf { "\r\n" } else { "\n" };
            let mut text = String::new();
            let mut expected = Vec::new();
            for (plain, quoted, blanks) in rows {
                let raw = format!("x{plain},\"{}\"", quoted.replace('"', "\"\""));
                expected.push((text.matches('\n').count() as u64 + 1, raw.clone(), quoted.clone()));
                text.push_str(&raw);
                (0..=blanks).for_each(|_| text.push_str(end));
            }
            let found: Vec<_> = records(text.as_bytes(), 0).into_iter().map(|(line, fields, raw, _)| (line, raw, fields[1].clone())).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn arbitrary_bytes_never_panic_and_every_line_is_met(text in prop::collection::vec(prop::sample::select(b"ab,\"\n\r\xff".to_vec()), 0..200)) {
            let all = records(&text, 0);
            prop_assert!(all.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        }
    }
}
