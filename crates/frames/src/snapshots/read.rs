//! Which records does one export hold?

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};
use kundresa_model::suggest;

use super::{SnapshotColumns, SnapshotError};

/// Lines that a warning names; the rest is counted.
const MOST_LINES: usize = 5;

/// One export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Name of the file.
    pub file: String,
    /// When it was taken, UTC microseconds.
    pub at_us: i64,
    /// Its records, by line.
    pub(super) records: Vec<Record>,
    /// What to know about it.
    pub warnings: Vec<String>,
}

/// One record of an export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) key: String,
    pub(super) stage: Option<String>,
    pub(super) email: Option<String>,
    pub(super) person: Option<String>,
    pub(super) kept: Vec<Option<String>>,
    pub(super) line: u64,
}

/// The records of the export `text`, called `file` and taken at that instant.
///
/// # Errors
/// When a column is missing, or a record stands there twice with different stages.
pub fn read(file: &str, at_us: i64, text: &str, columns: &SnapshotColumns) -> Result<Snapshot, SnapshotError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(text)).from_reader(text.as_bytes());
    let mut records = reader.records();
    let no_table = |found: String| SnapshotError::NoTable { file: file.to_owned(), found };
    let header = match records.next() {
        Some(Ok(header)) => header,
        Some(Err(error)) => return Err(no_table(error.to_string())),
        None => return Err(no_table("it is empty".to_owned())),
    };
    let mut places = Places::of(file, text, &header, columns)?;
    let mut lines = Lines::default();
    let mut snapshot = Snapshot { file: file.to_owned(), at_us, ..Snapshot::default() };
    for record in records {
        let record = record.map_err(|error| no_table(error.to_string()))?;
        let line = line_of(&record, text);
        if record.len() != header.len() {
            lines.of_other_width.push(line);
        } else if record.iter().any(|field| !field.trim().is_empty()) {
            places.take(&record, line, &mut snapshot.records, &mut lines);
        }
    }
    without_repeats(&mut snapshot, &mut lines)?;
    snapshot.warnings =
        places.warnings.drain(..).chain(lines.warnings()).map(|text| format!("{file}: {text}")).collect();
    Ok(snapshot)
}

/// The first of `names` that any export has, so that all are asked for the same one: what one of them lacks is an error, and
/// not another column; all where none has any.
pub fn settled(texts: &[String], names: &[String]) -> Vec<String> {
    let headers: Vec<StringRecord> = texts.iter().map(|text| header(text)).collect();
    let has = |header: &StringRecord, name: &str| header.iter().any(|column| column.trim().eq_ignore_ascii_case(name));
    let found = names.iter().find(|name| headers.iter().any(|header| has(header, name)));
    found.map_or_else(|| names.to_vec(), |name| vec![name.clone()])
}

fn header(text: &str) -> StringRecord {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = ReaderBuilder::new().has_headers(false).delimiter(delimiter(text)).from_reader(text.as_bytes());
    reader.records().next().and_then(Result::ok).unwrap_or_default()
}

/// The line where a record begins; its position is in front of the blank lines before it.
fn line_of(record: &StringRecord, text: &str) -> u64 {
    let Some(position) = record.position() else { return 0 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n').count();
    position.line() + blank as u64
}

/// The separator under which the first line has the most fields.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    let fields = |delimiter: &u8| line.bytes().filter(|byte| byte == delimiter).count();
    // Of equal ones the last counts.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(fields).unwrap_or(b',')
}

/// Places of the columns that are read.
struct Places {
    key: usize,
    stage: usize,
    email: Option<usize>,
    person: Option<usize>,
    kept: Vec<Option<usize>>,
    warnings: Vec<String>,
}

impl Places {
    fn of(file: &str, text: &str, header: &StringRecord, columns: &SnapshotColumns) -> Result<Self, SnapshotError> {
        let place = |names: &[String]| {
            let named = |name: &String| header.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
            names.iter().find_map(named)
        };
        let needed = |what: &'static str, names: &[String]| {
            place(names).ok_or_else(|| SnapshotError::NoColumn {
                file: file.to_owned(),
                line: line_of(header, text).max(1),
                what,
                asked: names.join(", "),
                hint: names.first().map(|name| suggest::hint(name, header.iter())).unwrap_or_default(),
                columns: header.iter().collect::<Vec<_>>().join(", "),
            })
        };
        let (key, stage) = (needed("key", &columns.key)?, needed("stage", &columns.stage)?);
        let kept: Vec<Option<usize>> = columns.keep.iter().map(|name| place(std::slice::from_ref(name))).collect();
        let person = place(&columns.person);
        let named = columns.keep.iter().zip(&kept);
        let missing =
            columns.person.iter().map(|name| (name, &person)).chain(named).filter(|(_, place)| place.is_none());
        let warnings =
            missing.map(|(name, _)| format!("no column is called `{name}`{}", suggest::hint(name, header.iter())));
        Ok(Self { warnings: warnings.collect(), key, stage, email: place(&columns.email), person, kept })
    }

    fn take(&self, record: &StringRecord, line: u64, records: &mut Vec<Record>, lines: &mut Lines) {
        let cell = |place: usize| record.get(place).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let Some(key) = cell(self.key) else { return lines.without_key.push(line) };
        let stage = cell(self.stage);
        if stage.is_none() {
            lines.without_stage.push(line);
        }
        records.push(Record {
            key,
            stage,
            email: self.email.and_then(cell),
            // Of several ids in one cell the first counts.
            person: self.person.and_then(cell).and_then(|ids| ids.split(';').next().map(|id| id.trim().to_owned())),
            kept: self.kept.iter().map(|place| place.and_then(cell)).collect(),
            line,
        });
    }
}

/// Lines to warn of.
#[derive(Default)]
struct Lines {
    of_other_width: Vec<u64>,
    without_key: Vec<u64>,
    without_stage: Vec<u64>,
    repeated: Vec<u64>,
}

impl Lines {
    fn warnings(self) -> impl Iterator<Item = String> {
        [
            (self.of_other_width, "left out, with more or fewer fields than the header"),
            (self.without_key, "left out, without a key"),
            (self.without_stage, "without a stage: the stage known before is taken to hold"),
            (self.repeated, "left out: the record stands above with the same stage"),
        ]
        .into_iter()
        .filter(|(lines, _)| !lines.is_empty())
        .map(|(lines, why)| {
            let mut shown: Vec<String> = lines.iter().take(MOST_LINES).map(u64::to_string).collect();
            let more = lines.len().saturating_sub(MOST_LINES);
            if more > 0 {
                shown.push(format!("{more} more"));
            }
            format!("line {}: {why}", shown.join(", "))
        })
    }
}

/// Leaves out lines that say again what is said; those that disagree are an error.
fn without_repeats(snapshot: &mut Snapshot, lines: &mut Lines) -> Result<(), SnapshotError> {
    let mut known: BTreeMap<String, (u64, Option<String>)> = BTreeMap::new();
    let mut kept = Vec::with_capacity(snapshot.records.len());
    for record in snapshot.records.drain(..) {
        match known.get(&record.key) {
            None => {
                known.insert(record.key.clone(), (record.line, record.stage.clone()));
                kept.push(record);
            }
            Some((_, stage)) if *stage == record.stage => lines.repeated.push(record.line),
            Some((first, stage)) => {
                return Err(SnapshotError::Twice {
                    file: snapshot.file.clone(),
                    line: record.line,
                    first: *first,
                    key: record.key,
                    stage: record.stage.unwrap_or_default(),
                    other: stage.clone().unwrap_or_default(),
                });
            }
        }
    }
    snapshot.records = kept;
    Ok(())
}
