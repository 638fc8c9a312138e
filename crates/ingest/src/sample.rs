//! What is an input, judged by its first bytes?
//!
//! A sample is taken once per input: how it is encoded, which columns it has, and its first rows as text. Kinds
//! recognise themselves in it, and mappings are guessed from it.

use std::io::Read;
use std::sync::{Arc, LazyLock};

use regex::bytes::RegexSet;

use crate::container::{Compression, magic, open_text};
use crate::delimited::sniff;
use crate::error::{IngestError, SUPPORTED, read_error};
use crate::headless::{self, Sidecar};
use crate::input::Input;
use crate::json::flatten::flatten;
use crate::json::records::ArrayReader;
use crate::limits::{LimitReached, MOST_COLUMNS, limited, too_wide};
use crate::lines::without_end;
use crate::parquet_input;
use crate::reference;
use crate::sources::{reports, yoochoose};
use crate::translate::readable;

pub use crate::delimited::sniff::{DelimitedSample, Dialect};
pub use crate::parquet_input::ParquetSample;

/// Most rows of a sample.
pub const SAMPLE_ROWS: usize = 1000;
/// Most bytes of text that a sample looks at.
const SAMPLE_BYTES: u64 = 512 << 10;

/// What the front of an input shows.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Name of the input.
    pub input: String,
    /// How its bytes are compressed.
    pub compression: Compression,
    /// What it is made of.
    pub shape: Shape,
}

/// What an input is made of.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Delimited text.
    Delimited(DelimitedSample),
    /// JSON objects.
    Json(JsonSample),
    /// Parquet.
    Parquet(ParquetSample),
    /// Lines of a log.
    Lines(LinesSample),
}

/// The first lines of a log.
#[derive(Clone, Debug, Default)]
pub struct LinesSample {
    /// Lines without their ends, blank ones left out.
    pub lines: Vec<String>,
    /// Whether lines in front, or between others, say what those after them mean.
    pub has_directives: bool,
    /// Names of the fields of every line, where they are known; fields are then separated by tabs.
    pub columns: Vec<String>,
    /// What the numbers in some of those fields mean.
    pub(crate) lookups: Arc<crate::sources::adobe::Lookups>,
}

/// The first objects of a JSON input.
#[derive(Clone, Debug, Default)]
pub struct JsonSample {
    /// Raw text of the first objects.
    pub lines: Vec<String>,
    /// Flattened names in order of appearance.
    pub keys: Vec<String>,
    /// Per object: index into `keys` and value as text.
    pub rows: Vec<Vec<(usize, String)>>,
    /// Whether the objects are elements of one array.
    pub array: bool,
}

/// How an input should be read where the configuration says so.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// Field separator.
    pub delimiter: Option<u8>,
    /// Lines before the header.
    pub skip_lines: Option<usize>,
    /// Column names of text without a header.
    pub header: Vec<String>,
    /// Column names that stand in files of their own.
    pub(crate) sidecars: Arc<[Sidecar]>,
}

/// The first rows of an input as a table of text.
#[derive(Clone, Debug, Default)]
pub struct TextTable {
    /// Column names.
    pub names: Vec<String>,
    /// Rows; `None` where there is no value.
    pub rows: Vec<Vec<Option<String>>>,
}

impl TextTable {
    /// Values of a column.
    pub fn column(&self, index: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| row.get(index).and_then(|value| value.as_deref()))
    }
}

impl Sample {
    /// Looks at the front of an input.
    ///
    /// # Errors
    /// When it can't be opened, its container is damaged, or it is no format that can be read.
    pub fn take(input: &Input, hints: &Hints) -> Result<Self, IngestError> {
        let magic = magic(input)?;
        if magic.starts_with(b"PAR1") {
            let shape = Shape::Parquet(parquet_input::sample(input)?);
            return Ok(Self { input: input.name().to_owned(), compression: Compression::None, shape });
        }
        if let Some(found) = foreign(&magic) {
            return Err(unsupported(input, found));
        }
        let (reader, compression) = open_text(input)?;
        let (text, whole) = front(input, reader)?;
        refuse_long_first_line(input, &text, whole)?;
        let shape = shape_of(input, &text, whole, hints)?;
        refuse_wide(input, &shape)?;
        let sample = Self { input: input.name().to_owned(), compression, shape };
        reports::report(&sample).map_or(Ok(sample), |found| Err(unsupported(input, found)))
    }

    /// The first rows as text.
    pub fn table(&self) -> TextTable {
        match &self.shape {
            Shape::Delimited(sample) => TextTable {
                names: sample.header.clone(),
                rows: sample.rows.iter().map(|row| row.iter().cloned().map(Some).collect()).collect(),
            },
            Shape::Json(sample) => sample.table(),
            Shape::Parquet(sample) => TextTable { names: sample.columns.clone(), rows: sample.rows.clone() },
            Shape::Lines(sample) => TextTable {
                names: vec!["line".to_owned()],
                rows: sample.lines.iter().map(|line| vec![Some(line.clone())]).collect(),
            },
        }
    }

    /// Lets go of all rows but the first `kept`, so that thousands of inputs can be planned.
    pub(crate) fn truncate(&mut self, kept: usize) {
        match &mut self.shape {
            Shape::Delimited(sample) => cut(&mut sample.rows, kept),
            Shape::Parquet(sample) => cut(&mut sample.rows, kept),
            Shape::Lines(sample) => cut(&mut sample.lines, kept),
            Shape::Json(sample) => {
                cut(&mut sample.rows, kept);
                cut(&mut sample.lines, kept);
            }
        }
    }

    /// Whether the input is a text that can be read from places within.
    pub(crate) fn has_stretches(&self) -> bool {
        let is_text = match &self.shape {
            Shape::Delimited(_) | Shape::Lines(_) => true,
            Shape::Json(sample) => !sample.array,
            Shape::Parquet(_) => false,
        };
        self.compression == Compression::None && is_text
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        match &self.shape {
            Shape::Delimited(sample) => sample.rows.len(),
            Shape::Parquet(sample) => sample.rows.len(),
            Shape::Json(sample) => sample.rows.len(),
            Shape::Lines(sample) => sample.lines.len(),
        }
    }

    /// The front of the first line of a log, for messages.
    pub(crate) fn first_line(&self) -> String {
        let line = match &self.shape {
            Shape::Lines(sample) => sample.lines.first().map_or("", String::as_str),
            _ => "",
        };
        line.chars().take(120).collect()
    }

    /// Encoding for people, for example `delimited text, gzip`.
    pub fn encoding(&self) -> String {
        let shape = match &self.shape {
            Shape::Delimited(_) => "delimited text",
            Shape::Json(sample) if sample.array => "JSON array",
            Shape::Json(_) => "NDJSON",
            Shape::Lines(sample) if !sample.columns.is_empty() => "tab-separated text",
            Shape::Lines(_) => "log lines",
            Shape::Parquet(_) => return "Parquet".to_owned(),
        };
        match self.compression {
            Compression::Xes | Compression::Avro => self.compression.name().to_owned(),
            Compression::None => shape.to_owned(),
            other => format!("{shape}, {}", other.name()),
        }
    }
}

fn cut<T>(rows: &mut Vec<T>, kept: usize) {
    rows.truncate(kept);
    rows.shrink_to_fit();
}

impl JsonSample {
    fn table(&self) -> TextTable {
        let rows = self.rows.iter().map(|row| {
            let mut cells = vec![None; self.keys.len()];
            row.iter().for_each(|(key, value)| cells[*key] = Some(value.clone()));
            cells
        });
        TextTable { names: self.keys.clone(), rows: rows.collect() }
    }

    /// The objects that texts hold; what is no object is left out.
    pub(crate) fn of(lines: Vec<String>, array: bool) -> Self {
        let mut sample = Self { array, ..Self::default() };
        let mut index = hashbrown::HashMap::<String, usize>::new();
        let mut path = String::new();
        for line in lines {
            // The caller refuses more; nothing is worth finding out about them.
            if sample.keys.len() > MOST_COLUMNS {
                break;
            }
            let mut row = Vec::new();
            let read = flatten(&line, &mut path, |name, value| {
                let next = index.len();
                let key = *index.entry_ref(name).or_insert(next);
                if key == next {
                    sample.keys.push(name.to_owned());
                }
                row.push((key, value.text().to_owned()));
            });
            if read.is_ok() {
                sample.rows.push(row);
                sample.lines.push(line);
            }
        }
        sample
    }
}

fn unsupported(input: &Input, found: impl Into<String>) -> IngestError {
    IngestError::Unsupported { input: input.name().to_owned(), found: found.into(), allowed: SUPPORTED }
}

/// Formats that are known but not read, by their first bytes.
fn foreign(magic: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 10] = [
        (b"Datafeed", "the manifest of a data feed"),
        (b"PK\x03\x04", "a zip archive or a spreadsheet; unpack it first"),
        (b"PK\x05\x06", "an empty zip archive"),
        (b"PK\x07\x08", "a zip archive in parts; unpack it first"),
        (b"\xfd7zXZ", "an xz file; unpack it first"),
        (b"7z\xbc\xaf", "a 7z archive; unpack it first"),
        (b"%PDF", "a PDF document"),
        (b"SQLite", "an SQLite database"),
        (b"\x89PNG", "a PNG image"),
        (b"ARROW1", "an Arrow file, which is not supported yet"),
    ];
    known.iter().find(|(bytes, _)| magic.starts_with(bytes)).map(|(_, name)| *name)
}

/// The front of the text, without a line that is cut off, and whether that is all there is.
fn front(input: &Input, reader: impl Read) -> Result<(Vec<u8>, bool), IngestError> {
    let mut text = Vec::new();
    let read = reader.take(SAMPLE_BYTES).read_to_end(&mut text);
    read.map_err(|cause| read_error(input.name(), 0, cause))?;
    let whole = (text.len() as u64) < SAMPLE_BYTES;
    if !whole && let Some(end) = text.iter().rposition(|byte| *byte == b'\n') {
        text.truncate(end + 1);
    }
    Ok((text, whole))
}

/// The first line names the columns, so it has to be seen whole. An array may stand on one line.
fn refuse_long_first_line(input: &Input, text: &[u8], whole: bool) -> Result<(), IngestError> {
    let is_array = text.trim_ascii_start().first() == Some(&b'[');
    if whole || is_array || text.contains(&b'\n') || text.contains(&0) {
        return Ok(());
    }
    let what = format!("its first line is longer than {} KiB, the limit of a header", SAMPLE_BYTES >> 10);
    let hint = "the first line holds the names of the columns, or one JSON object per line; is this a log of events?";
    Err(limited(input.name(), LimitReached { what, hint }))
}

fn refuse_wide(input: &Input, shape: &Shape) -> Result<(), IngestError> {
    let (columns, of) = match shape {
        Shape::Delimited(sample) => (sample.header.len(), "columns"),
        Shape::Json(sample) => (sample.keys.len(), "names in its first objects"),
        Shape::Parquet(_) | Shape::Lines(_) => return Ok(()),
    };
    if columns > MOST_COLUMNS { Err(too_wide(input.name(), columns, of)) } else { Ok(()) }
}

fn shape_of(input: &Input, text: &[u8], whole: bool, hints: &Hints) -> Result<Shape, IngestError> {
    if text.contains(&0) {
        let tar = text.get(257..262) == Some(b"ustar");
        return Err(unsupported(input, if tar { "a tar archive; unpack it first" } else { "binary data" }));
    }
    if reference::is_report(text) {
        return Err(unsupported(
            input,
            "a report of the GA4 interface, which holds sums and no events; `kundresa reconcile INPUT --reference FILE` sets it beside the figures of a log",
        ));
    }
    match text.trim_ascii_start().first() {
        None => Err(unsupported(input, "an empty file")),
        Some(b'{') => json_lines(input, text, whole).map(Shape::Json),
        Some(b'[') => json_array(input, text).map(Shape::Json),
        Some(b'<') => Err(unsupported(input, "XML or HTML")),
        Some(_) => match web_log(text) {
            Some(has_directives) => Ok(Shape::Lines(log_lines(text, has_directives))),
            None => table(input, text, hints),
        },
    }
}

fn table(input: &Input, text: &[u8], hints: &Hints) -> Result<Shape, IngestError> {
    if hints.header.is_empty()
        && hints.skip_lines.is_none()
        && let Some((columns, lookups)) = headless::columns_of(input, text, &hints.sidecars)?
    {
        let lines =
            text.split(|byte| *byte == b'\n').map(|line| String::from_utf8_lossy(without_return(line)).into_owned());
        let lines = lines.filter(|line| !line.trim_ascii().is_empty()).take(SAMPLE_ROWS).collect();
        return Ok(Shape::Lines(LinesSample { lines, columns, lookups, ..LinesSample::default() }));
    }
    if hints.header.is_empty()
        && hints.skip_lines.is_none()
        && hints.delimiter.is_none_or(|delimiter| delimiter == b',')
        && let Some(header) = yoochoose::columns_of(text)
    {
        let hints = Hints { delimiter: Some(b','), header, ..hints.clone() };
        return sniff::sample(input, text, &hints).map(Shape::Delimited);
    }
    sniff::sample(input, text, hints).map(Shape::Delimited)
}

/// Blanks at the end are fields of their own where tabs separate.
fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn log_lines(text: &[u8], has_directives: bool) -> LinesSample {
    let lines = text.split(|byte| *byte == b'\n').map(|line| readable(line.trim_ascii_end()).into_owned());
    LinesSample {
        lines: lines.filter(|line| !line.is_empty()).take(SAMPLE_ROWS).collect(),
        has_directives,
        ..LinesSample::default()
    }
}

/// Lines of which one must be a log's; what stands before it may be damaged.
const FRONT_LINES: usize = 5;

/// Whether the text is a web server's log, and then whether it has lines that say what the others mean.
fn web_log(text: &[u8]) -> Option<bool> {
    let lines = text.split(|byte| *byte == b'\n').map(|line| without_end(line).trim_ascii_start());
    lines.filter(|line| !line.is_empty()).take(FRONT_LINES).find_map(is_log_line)
}

fn is_log_line(line: &[u8]) -> Option<bool> {
    static LOGS: LazyLock<Option<RegexSet>> = LazyLock::new(|| RegexSet::new([COMMON, ELASTIC]).ok());
    if LOGS.as_ref().is_some_and(|patterns| patterns.is_match(line)) {
        return Some(false);
    }
    let w3c = [&b"#Version:"[..], b"#Fields:", b"#Software:"].iter().any(|start| line.starts_with(start));
    w3c.then_some(true)
}

/// Anything with a bracketed time as Apache and nginx write it, and not as the cell of a table.
const COMMON: &str = r#"^[^\s,;|"]+ (?:\S+ )+\[\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2}(?:\.\d+)? [+-]\d{4}\] "#;
/// A load balancer's: its kind of connection, the time, its name, two addresses.
const ELASTIC: &str = r"^(?:(?:https?|h2|wss?|grpcs?) )?\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z \S+ \S+:\d+ (?:\S+:\d+|-) -?[\d.]+ -?[\d.]+ -?[\d.]+ ";

fn json_lines(input: &Input, text: &[u8], whole: bool) -> Result<JsonSample, IngestError> {
    let lines = text.split(|byte| *byte == b'\n').map(|line| String::from_utf8_lossy(line.trim_ascii()).into_owned());
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).take(SAMPLE_ROWS).collect();
    let sample = JsonSample::of(lines, false);
    if sample.rows.is_empty() {
        let text = String::from_utf8_lossy(text);
        let found = match crate::json::scan::Scanner::new(&text).skip() {
            Err(error) if whole || error.is_too_deep() => format!("not JSON, although it begins like it: {error}"),
            _ => "one JSON document, not one object per line".to_owned(),
        };
        return Err(unsupported(input, found));
    }
    Ok(sample)
}

fn json_array(input: &Input, text: &[u8]) -> Result<JsonSample, IngestError> {
    let mut reader = ArrayReader::new(Box::new(std::io::Cursor::new(text.to_vec())));
    let mut lines = Vec::new();
    while let Ok(Some(element)) = reader.next_element() {
        lines.push(String::from_utf8_lossy(element.bytes).into_owned());
        if lines.len() == SAMPLE_ROWS {
            break;
        }
    }
    let sample = JsonSample::of(lines, true);
    if sample.rows.is_empty() {
        return Err(unsupported(input, "a JSON array that is not one of objects"));
    }
    Ok(sample)
}
