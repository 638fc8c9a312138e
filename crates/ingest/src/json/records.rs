//! Which JSON objects does an input hold: one per line, or the elements of one array over many lines?

use std::io::{self, BufRead, BufReader};
use std::sync::Arc;

use crate::container::{TextReader, has_mark, open_text};
use crate::directives::Directives;
use crate::error::IngestError;
use crate::input::Input;
use crate::kind::PartRequest;
use crate::limits::{LONGEST_LINE, LONGEST_RECORD, endless};
use crate::lines::{Line, LineBlock, LineReader};
use crate::sample::Shape;
use crate::text_parts::{Border, Heads, Lines, TextPart, line_ends};

/// The objects of an input as text.
pub enum Records {
    /// One per line.
    Lines(LineReader),
    /// Those of one part of a text with one per line.
    Part(PartLines),
    /// Elements of one array.
    Array(ArrayReader),
}

/// Lines of a part of a text.
pub struct PartLines {
    part: TextPart,
    /// Index of the next row.
    next: usize,
    /// Up to which byte line ends were counted, and how many there are before it.
    counted: (usize, u64),
    /// What follows and belongs to the part, once its rows are read.
    rest: Option<LineReader>,
    input: Arc<Input>,
}

/// The objects of a part of an input, and the number of rows before them.
///
/// # Errors
/// When it can't be opened.
pub(crate) fn open_part(request: &PartRequest, array: bool) -> Result<(Records, u64), IngestError> {
    let Some(stretch) = &request.stretch else { return Ok((open(&request.input, array)?, 0)) };
    let input = &request.input;
    let has_directives = matches!(&request.sample.shape, Shape::Lines(lines) if lines.has_directives);
    let part = if has_directives {
        stretch.parts.open(stretch.index, input, &Directives, || first_line(input))?
    } else {
        stretch.parts.open(stretch.index, input, &Lines, || first_line(input))?
    };
    let rows = part.start.rows;
    let counted = (0, part.start.lines);
    Ok((Records::Part(PartLines { part, next: 0, counted, rest: None, input: Arc::clone(input) }), rows))
}

/// Behind the byte order mark, if there is one.
fn first_line(input: &Input) -> Result<Border, IngestError> {
    let mark = has_mark(input)?;
    Ok(Border { offset: if mark { 3 } else { 0 }, lines: 0, rows: 0 })
}

/// The objects of an input.
///
/// # Errors
/// When it can't be opened.
pub fn open(input: &Input, array: bool) -> Result<Records, IngestError> {
    let text = open_text(input)?.0;
    Ok(if array { Records::Array(ArrayReader::new(text)) } else { Records::Lines(LineReader::new(text)) })
}

impl Records {
    /// The next record with the line it starts on; blank lines are handed out too.
    ///
    /// # Errors
    /// When the container is damaged, or the array is not closed.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        match self {
            Self::Lines(reader) => reader.next_line(),
            Self::Part(part) => part.next_line(),
            Self::Array(reader) => reader.next_element(),
        }
    }
}

impl Records {
    /// Lines before the part that say what its own mean.
    pub(crate) fn heads(&self) -> Heads {
        match self {
            Self::Part(part) => part.part.heads.clone(),
            _ => None,
        }
    }

    /// The next records; blank lines are handed out too. None at the end.
    ///
    /// # Errors
    /// As [`Self::next_line`]; the records before the error come first.
    pub(crate) fn next_block(&mut self, block: &mut LineBlock) -> io::Result<()> {
        if let Self::Lines(reader) = self {
            return reader.next_block(block);
        }
        block.copy(|push| Ok(self.next_line()?.map(push).is_some()))
    }
}

impl PartLines {
    fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        if self.next < self.part.block.rows.len() {
            return Ok(Some(self.next_row()));
        }
        if let Some(border) = self.part.rest.take() {
            let text = BufReader::with_capacity(256 << 10, self.input.open_at(border.offset)?);
            self.rest = Some(LineReader::behind(Box::new(text), border.lines));
        }
        self.rest.as_mut().map_or(Ok(None), LineReader::next_line)
    }

    fn next_row(&mut self) -> Line<'_> {
        let block = &self.part.block;
        let row = block.rows[self.next];
        let (start, end) = (row.start as usize, block.ends[row.first as usize] as usize);
        self.next += 1;
        self.counted = (start, self.counted.1 + line_ends(&block.bytes[self.counted.0..start]));
        Line { number: self.counted.1 + 1, bytes: &block.bytes[start..end], too_long: false }
    }
}

/// Elements of the array that an input consists of.
pub struct ArrayReader {
    reader: TextReader,
    element: Vec<u8>,
    line: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Before,
    Inside,
    After,
}

/// Where in an element a byte is.
#[derive(Default)]
struct Nesting {
    depth: usize,
    string: bool,
    escaped: bool,
}

impl Nesting {
    fn step(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.string => self.escaped = true,
            b'"' => self.string = !self.string,
            b'{' | b'[' if !self.string => self.depth += 1,
            b'}' | b']' if !self.string => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn outside(&self) -> bool {
        self.depth == 0 && !self.string
    }
}

impl ArrayReader {
    /// The elements of the array in a text.
    pub fn new(reader: TextReader) -> Self {
        Self { reader, element: Vec::new(), line: 1, state: State::Before }
    }

    /// The next element with the line it starts on.
    ///
    /// # Errors
    /// When the text ends inside the array, or goes on after it, or an element is longer than [`LONGEST_LINE`].
    pub fn next_element(&mut self) -> io::Result<Option<Line<'_>>> {
        let damaged = |what| Err(io::Error::new(io::ErrorKind::InvalidData, what));
        loop {
            match (self.next_byte_after_blanks()?, self.state) {
                (None, State::After) => return Ok(None),
                (None, _) => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the JSON array is not closed")),
                (Some(b'['), State::Before) => self.enter(b'[', State::Inside),
                (Some(b']'), State::Inside) => self.enter(b']', State::After),
                (Some(b','), State::Inside) => self.consume(b','),
                (Some(_), State::Inside) => break,
                (Some(_), State::Before) => return damaged("not a JSON array"),
                (Some(_), State::After) => return damaged("text after the JSON array"),
            }
        }
        let number = self.read_element()?;
        let bytes = self.element.trim_ascii_end();
        Ok(Some(Line { number, bytes, too_long: bytes.len() > LONGEST_RECORD }))
    }

    fn enter(&mut self, bracket: u8, state: State) {
        self.consume(bracket);
        self.state = state;
    }

    fn consume(&mut self, byte: u8) {
        self.line += u64::from(byte == b'\n');
        self.reader.consume(1);
    }

    fn next_byte_after_blanks(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.reader.fill_buf()?.first().copied() {
                Some(byte) if byte.is_ascii_whitespace() => self.consume(byte),
                other => return Ok(other),
            }
        }
    }

    /// Reads one element into `self.element`; its first line.
    fn read_element(&mut self) -> io::Result<u64> {
        self.element.clear();
        self.element.shrink_to(1 << 20);
        let line = self.line;
        let mut nesting = Nesting::default();
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the JSON array is not closed"));
            }
            let end = element_end(buffer, &mut nesting);
            let part = &buffer[..end.unwrap_or(buffer.len())];
            if self.element.len() + part.len() > LONGEST_LINE {
                return Err(endless("the element that begins on line", line));
            }
            self.element.extend_from_slice(part);
            self.line += part.iter().filter(|byte| **byte == b'\n').count() as u64;
            let length = part.len();
            self.reader.consume(length);
            if end.is_some() {
                return Ok(line);
            }
        }
    }
}

/// Where in `buffer` the element ends: at a comma or bracket outside of it.
fn element_end(buffer: &[u8], nesting: &mut Nesting) -> Option<usize> {
    for (at, byte) in buffer.iter().enumerate() {
        if nesting.outside() && matches!(byte, b',' | b']') {
            return Some(at);
        }
        nesting.step(*byte);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(text: &str) -> io::Result<Vec<(u64, String)>> {
        let mut reader = ArrayReader::new(Box::new(BufReader::with_capacity(3, io::Cursor::new(text.to_owned()))));
        let mut all = Vec::new();
        while let Some(line) = reader.next_element()? {
            all.push((line.number, String::from_utf8(line.bytes.to_vec()).unwrap()));
        }
        Ok(all)
    }

    #[test]
    fn elements_of_a_pretty_array_come_with_their_first_line() {
        let text = "[\n  {\"a\": \"]},\\\"\",\n   \"b\": [1,\n2]},\n  {\"c\": {}} ,7\n]\n";
        let expected = [(2, "{\"a\": \"]},\\\"\",\n   \"b\": [1,\n2]}"), (5, "{\"c\": {}}"), (5, "7")];
        assert_eq!(elements(text).unwrap(), expected.map(|(line, text)| (line, text.to_owned())));
        assert!(elements("[]").unwrap().is_empty());
    }

    #[test]
    fn a_million_commas_are_passed_over() {
        let text = format!("[{}7]", ",".repeat(1_000_000));
        assert_eq!(elements(&text).unwrap(), [(1, "7".to_owned())]);
    }

    #[test]
    fn open_array_is_an_error() {
        assert!(elements("[{\"a\":1},").is_err());
        assert!(elements("[{\"a\":1").is_err());
        assert!(elements("[] x").is_err());
    }
}
