//! How does an XES log become one JSON object per event?
//!
//! XES is the XML in which process-mining tools keep logs: traces of events, each with attributes by key. An event becomes
//! one line with its attributes and those of its trace under `case:`, as tables of such tools name them, so that whatever
//! reads JSON reads it. Attributes of attributes are joined by dots. Attributes of the log, defaults, classifiers and
//! extensions say nothing about an event.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::json::flatten::{Flat, push_member};

/// Most bytes of one tag, and of an event with its trace.
const LONGEST: usize = 16 << 20;
/// Most attributes within each other.
const DEEPEST: usize = 64;
/// How far into a file its first element is looked for.
const FRONT: usize = 4 << 10;

/// Whether a text that begins like this is an XES log.
pub(crate) fn is_log(front: &[u8]) -> bool {
    let front = &front[..front.len().min(FRONT)];
    front.trim_ascii_start().first() == Some(&b'<') && front.windows(5).any(|part| part == b"<log " || part == b"<log>")
}

/// Reads a log as lines of JSON.
pub(crate) struct XesLines {
    reader: Reader<Limited>,
    buffer: Vec<u8>,
    /// Elements that are open.
    open: Vec<Element>,
    /// Attributes of the trace, an object under construction.
    trace: String,
    /// Attributes of the event, with those of its trace.
    event: String,
    /// Key of the attribute that is open, with those around it.
    path: String,
    line: Vec<u8>,
    given: usize,
    done: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    Log,
    Trace,
    Event,
    /// An attribute within a path of that length.
    Attribute(usize),
    /// Whatever says nothing about an event.
    Other,
}

impl XesLines {
    pub(crate) fn new(text: impl Read + Send + 'static) -> Self {
        let text: Box<dyn BufRead + Send> = Box::new(BufReader::new(text));
        Self {
            reader: Reader::from_reader(Limited { text, left: LONGEST }),
            buffer: Vec::new(),
            open: Vec::new(),
            trace: String::new(),
            event: String::new(),
            path: String::new(),
            line: Vec::new(),
            given: 0,
            done: false,
        }
    }

    /// Reads one element, or the end of one.
    fn step(&mut self) -> io::Result<()> {
        self.buffer.clear();
        self.reader.get_mut().left = LONGEST;
        let mut buffer = std::mem::take(&mut self.buffer);
        let read = self.reader.read_event_into(&mut buffer);
        let taken = match read.map_err(damaged)? {
            Event::Start(element) => self.start(&element),
            Event::Empty(element) => self.start(&element).map(|()| self.end()),
            Event::End(_) => {
                self.end();
                Ok(())
            }
            Event::Eof if self.open.is_empty() => {
                self.done = true;
                Ok(())
            }
            Event::Eof => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the XES log ends within an element")),
            _ => Ok(()),
        };
        self.buffer = buffer;
        taken
    }

    fn start(&mut self, element: &BytesStart<'_>) -> io::Result<()> {
        let opened = match (element.local_name().as_ref(), self.open.last()) {
            (_, Some(Element::Other)) => Element::Other,
            (b"log", None) => Element::Log,
            (b"trace", Some(Element::Log)) => {
                self.trace.clear();
                Element::Trace
            }
            (b"event", Some(Element::Trace | Element::Log)) => {
                if self.open.last() == Some(&Element::Log) {
                    self.trace.clear();
                }
                self.event.clone_from(&self.trace);
                Element::Event
            }
            (_, Some(Element::Trace | Element::Event | Element::Attribute(_))) => self.attribute(element)?,
            _ => Element::Other,
        };
        if self.open.len() >= DEEPEST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "attributes of the XES log are nested too deep"));
        }
        self.open.push(opened);
        Ok(())
    }

    fn attribute(&mut self, element: &BytesStart<'_>) -> io::Result<Element> {
        let opened = Element::Attribute(self.path.len());
        let (mut key, mut value) = (Cow::Borrowed(""), Cow::Borrowed(""));
        for attribute in element.attributes().with_checks(false).flatten() {
            let text = match attribute.unescape_value() {
                Ok(text) => Cow::Owned(text.into_owned()),
                Err(_) => Cow::Owned(String::from_utf8_lossy(&attribute.value).into_owned()),
            };
            match attribute.key.as_ref() {
                b"key" => key = text,
                b"value" => value = text,
                _ => {}
            }
        }
        if !key.is_empty() {
            if !self.path.is_empty() {
                self.path.push('.');
            }
            self.path.push_str(&key);
            if self.path.len() > LONGEST {
                return Err(too_long());
            }
        }
        if value.is_empty() || self.path.is_empty() {
            return Ok(opened);
        }
        let is_number = matches!(element.local_name().as_ref(), b"int" | b"float")
            && serde_json::from_str::<serde_json::Number>(&value).is_ok();
        let value = if is_number { Flat::Json(&value) } else { Flat::Text(&value) };
        let is_of_event = self.open.contains(&Element::Event);
        if is_of_event {
            push_member(&mut self.event, &self.path, value);
        } else {
            push_member(&mut self.trace, &format!("case:{}", self.path), value);
        }
        if self.event.len().max(self.trace.len()) > LONGEST {
            return Err(too_long());
        }
        Ok(opened)
    }

    fn end(&mut self) {
        match self.open.pop() {
            Some(Element::Attribute(length)) => self.path.truncate(length),
            Some(Element::Event) => {
                let text = if self.event.is_empty() { "{" } else { &self.event };
                self.line.extend_from_slice(text.as_bytes());
                self.line.extend_from_slice(b"}\n");
            }
            _ => {}
        }
    }
}

impl Read for XesLines {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.line.len() && !self.done {
            self.line.clear();
            self.given = 0;
            self.step()?;
        }
        let rest = &self.line[self.given..];
        let count = rest.len().min(out.len());
        out[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

fn damaged(error: quick_xml::Error) -> io::Error {
    match error {
        quick_xml::Error::Io(error) => io::Error::new(error.kind(), error.to_string()),
        other => io::Error::new(io::ErrorKind::InvalidData, format!("damaged XES log: {other}")),
    }
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "an event or a tag of the XES log is longer than 16 MiB")
}

/// A text of which only so much is read at a time.
struct Limited {
    text: Box<dyn BufRead + Send>,
    left: usize,
}

impl Read for Limited {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Limited {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(too_long());
        }
        self.text.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count);
        self.text.consume(count);
    }
}
