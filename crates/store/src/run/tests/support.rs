//! Blocks, and what reading a run of them must give.

use std::path::Path;

use arrow_array::LargeStringArray;
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::quality::{RejectReason, RejectedRow};

use crate::block::Block;
use crate::error::StoreError;
use crate::generation::disk::Disk;
use crate::run::facts::Optional;
use crate::run::reader::{Columns, EventRows, Run};
use crate::run::writer::{Layout, RunWriter, WrittenRun};
use crate::shuffle::scatter::NO_SEQUENCE;

/// One row of one actor.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TestRow {
    pub(super) ts: i64,
    pub(super) flags: u8,
    pub(super) value: Option<i64>,
    /// Codes of the three coded columns.
    pub(super) codes: [u32; 3],
    pub(super) items: Option<String>,
    pub(super) props: Option<String>,
    pub(super) others: [Option<String>; 3],
    pub(super) event_id: Option<String>,
    pub(super) sequence: [Option<i64>; 3],
    pub(super) input: u32,
    pub(super) row: u64,
    pub(super) position: u32,
    pub(super) is_duplicate: bool,
}

/// A layout with three coded columns, items and props, and every optional column.
pub(super) fn layout() -> Layout {
    let dictionary = |values: &[&str]| Dictionary::new(values.iter().map(|value| (*value).to_owned()).collect());
    Layout {
        mixed: Vec::new(),
        coded: vec![
            ("amount".to_owned(), dictionary(&["", "12.5", "é 🛒"])),
            ("event".to_owned(), dictionary(&["page_view", "purchase", "view_item"])),
            ("source_name".to_owned(), dictionary(&["app", "crm", "web"])),
        ],
        wide: vec!["items".to_owned(), "props".to_owned()],
        has: Optional {
            value: true,
            others: [true; 3],
            event_id: true,
            sequence: [true; 3],
            position: true,
            items: true,
            rejected: true,
        },
    }
}

/// A block of actors with their keys, in key order; without actors if `keys` is empty and `actors` one list.
pub(super) fn block(keys: &[u64], actors: &[Vec<TestRow>], continues: bool) -> Block {
    let rows: Vec<&TestRow> = actors.iter().flatten().collect();
    let texts = |of: &dyn Fn(&TestRow) -> Option<String>| {
        Some(rows.iter().map(|row| of(row)).collect::<LargeStringArray>())
            .filter(|texts| texts.iter().any(|t| t.is_some()))
    };
    let mut block = Block {
        keys: keys.to_vec(),
        classes: keys.iter().map(|key| u8::try_from(key % 4).unwrap()).collect(),
        ids: keys.iter().map(|key| format!("visitor-{key}-ü")).collect(),
        offsets: vec![0],
        continues,
        ts: rows.iter().map(|row| row.ts).collect(),
        flags: rows.iter().map(|row| row.flags).collect(),
        value: rows.iter().map(|row| row.value.unwrap_or(NO_VALUE)).collect(),
        text: (0..3).map(|column| rows.iter().map(|row| row.codes[column]).collect()).collect(),
        wide: vec![texts(&|row| row.items.clone()), texts(&|row| row.props.clone())],
        others: [0, 1, 2].map(|place: usize| texts(&|row| row.others[place].clone())),
        event_id: texts(&|row| row.event_id.clone()),
        ..Block::default()
    };
    if !keys.is_empty() {
        block.offsets.extend(actors.iter().scan(0, |sum, rows| {
            *sum += u32::try_from(rows.len()).unwrap();
            Some(*sum)
        }));
    }
    block.place.sequence =
        [0, 1, 2].map(|part: usize| rows.iter().map(|row| row.sequence[part].unwrap_or(NO_SEQUENCE)).collect());
    block.place.input = rows.iter().map(|row| row.input).collect();
    block.place.row = rows.iter().map(|row| row.row).collect();
    block.place.position = rows.iter().map(|row| row.position).collect();
    block.duplicates = (0..).zip(&rows).filter(|(_, row)| row.is_duplicate).map(|(place, _)| place).collect();
    block
}

/// Writes blocks with actors, blocks without, and rejected rows.
pub(super) fn write(
    disk: &Disk,
    folder: &Path,
    layout: &Layout,
    blocks: &[Block],
    unidentified: &[Block],
    rejected: &[(u32, RejectedRow)],
) -> Result<WrittenRun, StoreError> {
    let (mut writer, encoder) = RunWriter::create(disk, folder, layout)?;
    for block in blocks {
        writer.append(encoder.encode(block.clone())?)?;
    }
    for block in unidentified {
        writer.append_unidentified(encoder.encode(block.clone())?)?;
    }
    for (input, row) in rejected {
        writer.append_rejected(*input, row)?;
    }
    writer.finish()
}

/// Every column of a run of that layout.
pub(super) fn all_columns(layout: &Layout) -> Columns {
    Columns {
        ts: true,
        coded: (0..layout.coded.len()).collect(),
        wide: (0..layout.wide.len()).collect(),
        value: true,
        place: true,
        input: false,
        others: true,
        event_id: true,
    }
}

/// The rows as a run with [`layout`] gives them back.
pub(super) fn rows_of(found: &EventRows) -> Vec<TestRow> {
    let text = |texts: &LargeStringArray, row: usize| {
        use arrow_array::Array;
        texts.is_valid(row).then(|| texts.value(row).to_owned())
    };
    let number = |number: i64, none: i64| (number != none).then_some(number);
    let row = |row: usize| TestRow {
        ts: found.ts[row],
        flags: found.flags[row],
        value: number(found.value[row], NO_VALUE),
        codes: [0, 1, 2].map(|column: usize| found.coded[column][row]),
        items: text(&found.wide[0], row),
        props: text(&found.wide[1], row),
        others: [0, 1, 2].map(|place: usize| text(found.others[place].as_ref().unwrap(), row)),
        event_id: text(found.event_id.as_ref().unwrap(), row),
        sequence: [0, 1, 2].map(|part: usize| number(found.sequence[part][row], NO_SEQUENCE)),
        input: found.input[row],
        row: found.row[row],
        position: found.position[row],
        is_duplicate: false,
    };
    (0..found.ts.len()).map(row).collect()
}

/// The row as a run gives it back, which keeps duplicates elsewhere.
pub(super) fn as_read(rows: &[TestRow]) -> Vec<TestRow> {
    rows.iter().map(|row| TestRow { is_duplicate: false, ..row.clone() }).collect()
}

/// A simple row.
pub(super) fn row(ts: i64) -> TestRow {
    TestRow { ts, flags: 1, codes: [0, 1, 3], input: 4, row: ts.unsigned_abs(), ..TestRow::default() }
}

/// A rejected row.
pub(super) fn rejected_row(line: u64) -> (u32, RejectedRow) {
    let (detail, raw) = (format!("`x{line}` is no time"), format!("{{\"line\":{line},\"ü\":1}}"));
    let row = RejectedRow { input: String::new(), line, reason: RejectReason::BadTime, detail, raw, raw_base64: None };
    // Every third was no text.
    (7, if line.is_multiple_of(3) { row.with_raw(b"\xff\0 not text") } else { row })
}

/// Opens the run.
pub(super) fn open(folder: &Path) -> Run {
    Run::open(folder).unwrap()
}
