//! Where are the values of a row that is written like rows before it?
//!
//! Rows of an export have the same keys in the same order but for a few that come and go. What stands between two values is
//! therefore one of few texts, and each of them leads from one value to a certain next one: a graph of places with texts
//! between them. Following it takes one comparison per value. A text that is not there is learnt from the row that has it,
//! if the row is well-formed; a row that is not, or odd, is for the [general decoder](super::ndjson).
//!
//! A place stands for everything that the decoder knows at it: the objects and arrays that are open, and what of a pair was
//! read. So what follows a place means the same in every row.

use hashbrown::HashMap;

use super::chunk::{Extra, ExtraName};
use super::decode::RowDecoder;
use super::trace::{Part, Token, Trace};
use crate::json::scan::{Next, Scalar, Scanner, plain_bytes};

/// Most texts between values, and most bytes of them. Rows beyond are for the general decoder.
const MOST_EDGES: usize = 1 << 14;
const MOST_BYTES: usize = 4 << 20;
/// Most texts that follow a place.
const MOST_FOLLOWERS: usize = 128;
/// The place before the first value, and behind the last.
const START: u32 = 0;
const END: u32 = 1;

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// It is for that place; whether a parameter has it as a number.
    Place(usize, bool),
    /// Nothing asked for it: index of its name among [`Shapes::names`], and whether a parameter has it as a number.
    Extra(usize, bool),
    /// Nothing.
    Ignore,
    /// A list of items.
    Items,
    /// An array that is passed over, within so many objects and arrays.
    Skip(usize),
}

/// A value that was found: what it is for, and where it is.
pub(super) trait Sink {
    /// A value that stands in the row as it is.
    fn plain(&mut self, action: Action, start: usize, end: usize);
    /// A value that does not.
    fn other(&mut self, action: Action, text: &str);
    /// A list of items.
    fn items(&mut self, scanner: &mut Scanner<'_>) -> Option<()>;
}

/// What was learnt of rows.
#[derive(Debug)]
pub(super) struct Shapes {
    nodes: Vec<Node>,
    by_name: HashMap<String, u32>,
    /// Names of values that nothing asked for.
    names: Vec<String>,
    edges: usize,
    bytes: usize,
    trace: Trace,
}

#[derive(Debug)]
struct Node {
    action: Action,
    /// Texts that followed, those that did so often in front.
    followers: Vec<Edge>,
}

/// A text and the place behind it.
#[derive(Debug)]
struct Edge {
    text: Box<[u8]>,
    to: u32,
    behind: Behind,
}

/// What begins behind a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behind {
    /// A string, whose quote the text has.
    Text,
    /// A number, true or false.
    Bare,
    Array,
    /// Nothing: the row ends.
    End,
}

impl Default for Shapes {
    fn default() -> Self {
        let node = || Node { action: Action::Ignore, followers: Vec::new() };
        Self {
            nodes: vec![node(), node()],
            by_name: HashMap::new(),
            names: Vec::new(),
            edges: 0,
            bytes: 0,
            trace: Trace::default(),
        }
    }
}

impl Shapes {
    /// Name of an [extra value](Action::Extra) that was learnt.
    pub(super) fn name_of(&self, extra: &Extra) -> &str {
        match extra.name {
            ExtraName::Known(index) => &self.names[index as usize],
            ExtraName::Own(_) => "",
        }
    }

    /// Hands out the values of a row, if it is written like others. If not, some may have been handed out.
    pub(super) fn follow(&mut self, line: &str, sink: &mut impl Sink) -> bool {
        self.try_follow(line, sink).is_some()
    }

    fn try_follow(&mut self, line: &str, sink: &mut impl Sink) -> Option<()> {
        let bytes = line.as_bytes();
        let (mut at, mut node) = (0, START);
        loop {
            let (length, to, behind) = self.nodes[node as usize].step(bytes.get(at..)?)?;
            at += length;
            node = to;
            let action = self.nodes[node as usize].action;
            at = match behind {
                Behind::Text => text(line, at, action, sink)?,
                Behind::Bare | Behind::Array => bare(line, at, action, sink)?,
                Behind::End => return Some(()),
            };
        }
    }

    /// Learns how a row is written, if it is well-formed and not odd; whether there was anything to learn.
    pub(super) fn learn(&mut self, line: &str, decoder: &RowDecoder) -> bool {
        if self.edges >= MOST_EDGES || self.bytes >= MOST_BYTES {
            return false;
        }
        let mut trace = std::mem::take(&mut self.trace);
        let is_new = trace.read(line).is_some() && self.add(line, &trace, decoder);
        self.trace = trace;
        is_new
    }

    fn add(&mut self, line: &str, trace: &Trace, decoder: &RowDecoder) -> bool {
        let (mut at, mut node, mut is_new) = (0, START, false);
        for token in &trace.tokens {
            let to = self.node(trace.name(token), token, decoder);
            let behind = match token.part {
                Part::Items | Part::Array(_) => Behind::Array,
                _ if token.is_text => Behind::Text,
                _ => Behind::Bare,
            };
            is_new |= self.connect(node, &line.as_bytes()[at..token.start], to, behind);
            (at, node) = (if token.is_text { token.end + 1 } else { token.end }, to);
        }
        is_new | self.connect(node, &line.as_bytes()[at..], END, Behind::End)
    }

    fn node(&mut self, name: &str, token: &Token, decoder: &RowDecoder) -> u32 {
        if let Some(known) = self.by_name.get(name) {
            return *known;
        }
        let action = decoder.action(token, name, &mut self.names);
        let number = u32::try_from(self.nodes.len()).unwrap_or(END);
        self.nodes.push(Node { action, followers: Vec::new() });
        self.by_name.insert(name.to_owned(), number);
        number
    }

    fn connect(&mut self, from: u32, text: &[u8], to: u32, behind: Behind) -> bool {
        let followers = &mut self.nodes[from as usize].followers;
        if followers.iter().any(|edge| *edge.text == *text && edge.to == to && edge.behind == behind) {
            return false;
        }
        if followers.len() >= MOST_FOLLOWERS {
            followers.pop();
        }
        followers.insert(0, Edge { text: text.into(), to, behind });
        self.edges += 1;
        self.bytes += text.len();
        true
    }
}

impl Node {
    /// Length of the text that follows, and what is behind it.
    #[inline]
    fn step(&mut self, rest: &[u8]) -> Option<(usize, u32, Behind)> {
        let found = self.followers.iter().position(|edge| edge.fits(rest))?;
        let edge = &self.followers[found];
        let step = (edge.text.len(), edge.to, edge.behind);
        if found > 0 {
            self.followers.swap(found, found - 1);
        }
        Some(step)
    }
}

impl Edge {
    #[inline]
    fn fits(&self, rest: &[u8]) -> bool {
        let length = self.text.len();
        let Some(there) = rest.get(..length) else { return false };
        // A text may begin like another.
        is_same(&self.text, there)
            && match self.behind {
                Behind::Text => true,
                Behind::Bare => matches!(rest.get(length), Some(b'-' | b'0'..=b'9' | b't' | b'f')),
                Behind::Array => rest.get(length) == Some(&b'['),
                Behind::End => rest.len() == length,
            }
    }
}

/// Whether two texts of one length are the same. Texts after a place mostly begin alike, so ends are looked at first; without a
/// call, which would take longer than to compare so little.
#[inline]
fn is_same(text: &[u8], there: &[u8]) -> bool {
    let (Some(end), Some(there_end)) = (text.last_chunk::<16>(), there.last_chunk::<16>()) else {
        return text == there;
    };
    let pairs = || text.as_chunks::<16>().0.iter().zip(there.as_chunks::<16>().0);
    end == there_end && pairs().all(|(text, there)| text == there)
}

/// Reads the string whose quote is before `at`; the place behind it.
#[inline]
fn text(line: &str, at: usize, action: Action, sink: &mut impl Sink) -> Option<usize> {
    let rest = line.as_bytes().get(at..)?;
    let length = plain_bytes(rest)?;
    if rest[length] == b'"' {
        sink.plain(action, at, at + length);
        return Some(at + length + 1);
    }
    let mut scanner = Scanner::within(line, at - 1, 0);
    let Ok(Scalar::Text(text)) = scanner.scalar() else { return None };
    sink.other(action, &text);
    Some(scanner.position())
}

/// Reads what is no string; the place behind it.
fn bare(line: &str, at: usize, action: Action, sink: &mut impl Sink) -> Option<usize> {
    let depth = match action {
        Action::Skip(depth) => depth,
        Action::Items => 1,
        _ => 0,
    };
    let mut scanner = Scanner::within(line, at, depth);
    match (action, scanner.peek().ok()?) {
        (Action::Items, Next::Array) => sink.items(&mut scanner)?,
        (Action::Skip(_), Next::Array) => drop(scanner.skip().ok()?),
        (Action::Items | Action::Skip(_), _) | (_, Next::Object | Next::Array) => return None,
        (_, Next::Scalar) => match scanner.scalar().ok()? {
            Scalar::Null => return None,
            Scalar::Bool(true) => sink.other(action, "true"),
            Scalar::Bool(false) => sink.other(action, "false"),
            Scalar::Text(text) => sink.other(action, &text),
            Scalar::Number(token) if token.contains(['.', 'e', 'E']) => {
                sink.other(action, &super::values::number_text(token));
            }
            Scalar::Number(token) => sink.plain(action, at, at + token.len()),
        },
    }
    Some(scanner.position())
}
