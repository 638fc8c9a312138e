//! How do single rows become a columnar event table?
//!
//! Row-wise pushes, column-wise storage. Every text column interns into a dictionary of its own that lives for one
//! table, so a distinct value is stored once and nothing grows with the file. A row is staged and only counts once it
//! is finished; an abandoned row leaves no trace.

use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, DictionaryArray, FixedSizeBinaryArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    UInt8Array, UInt32Array, types::UInt32Type,
};
use arrow_buffer::{BooleanBuffer, NullBuffer, NullBufferBuilder, OffsetBuffer};
use arrow_schema::{ArrowError, Field as ArrowField, Schema};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use kundresa_model::event_table::{self, EventTable, EventTableError};
use kundresa_model::field::{IdentifierClass, text};
use kundresa_model::index::index32;

/// Rows per table.
pub const TABLE_ROWS: usize = 16_384;
/// Bytes of text per table; a table is closed early when its rows are this large.
const TABLE_BYTES: usize = 64 << 20;

/// Which columns a builder keeps. Text columns are named; `event` and `source_name` are always there.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Value of the `source_name` column.
    pub source_name: String,
    /// Text columns that leave with the table, in order. `event` is added in front if it is not there.
    pub text: Vec<String>,
    /// Text columns that are interned for a derivation only and do not leave with the table.
    pub hidden: Vec<String>,
    /// Identifier classes the source has.
    pub identifiers: Vec<IdentifierClass>,
    /// Whether the source has native event ids.
    pub event_id: bool,
    /// Whether the source has money.
    pub value: bool,
    /// Whether the source has a sequence of its own.
    pub sequence: bool,
}

/// Why rows did not become a table.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Arrow refused the columns.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    /// The table breaks its contract.
    #[error(transparent)]
    Table(#[from] EventTableError),
}

/// Index of a text column inside a builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(usize);

/// Code of null in [`EventTableBuilder::code`]; other codes count distinct values of the table from 1.
pub const NO_TEXT: u32 = 0;

/// Collects rows into an [`EventTable`].
///
/// Call the setters in any order, then [`finish_row`](Self::finish_row) or [`abandon_row`](Self::abandon_row). A setter
/// called twice in one row keeps the last value. Fields that were not set are null (flags: none).
#[derive(Debug)]
pub struct EventTableBuilder {
    layout: Layout,
    /// Exported columns in the order of the layout, then hidden ones.
    texts: Vec<TextColumn>,
    ts: Vec<i64>,
    flags: Vec<u8>,
    tie: Vec<u8>,
    sequence: [Vec<Option<i64>>; 3],
    value: Vec<i64>,
    has_value: NullBufferBuilder,
    identifiers: [StringColumn; 4],
    event_id: StringColumn,
    staged: Staged,
}

#[derive(Clone, Copy, Debug, Default)]
struct Staged {
    ts: i64,
    flags: u8,
    tie: u128,
    sequence: [Option<i64>; 3],
    value: Option<i64>,
}

impl EventTableBuilder {
    /// An empty builder with those columns.
    pub fn new(mut layout: Layout) -> Self {
        if !layout.text.iter().any(|name| name == text::EVENT) {
            layout.text.insert(0, text::EVENT.to_owned());
        }
        layout.text.retain(|name| name != text::SOURCE_NAME);
        let texts = layout.text.iter().chain(&layout.hidden).map(|_| TextColumn::default()).collect();
        Self {
            layout,
            texts,
            ts: Vec::new(),
            flags: Vec::new(),
            tie: Vec::new(),
            sequence: Default::default(),
            value: Vec::new(),
            has_value: NullBufferBuilder::new(0),
            identifiers: Default::default(),
            event_id: StringColumn::default(),
            staged: Staged::default(),
        }
    }

    /// The text column of that name, if the builder keeps it.
    pub fn slot(&self, name: &str) -> Option<Slot> {
        self.layout.text.iter().chain(&self.layout.hidden).position(|known| known == name).map(Slot)
    }

    /// Finished rows.
    pub fn rows(&self) -> usize {
        self.ts.len()
    }

    /// Whether the table should be taken before more rows are pushed.
    pub fn is_full(&self) -> bool {
        self.rows() >= TABLE_ROWS || (self.rows().is_multiple_of(64) && self.bytes() >= TABLE_BYTES)
    }

    /// Event time of the row, UTC microseconds.
    pub fn set_ts(&mut self, ts_us: i64) {
        self.staged.ts = ts_us;
    }

    /// Adds [`event_table::EventFlags`] bits to the row.
    pub fn add_flags(&mut self, bits: u8) {
        self.staged.flags |= bits;
    }

    /// Tie-break of the row; see the model's event table.
    pub fn set_tie(&mut self, tie: u128) {
        self.staged.tie = tie;
    }

    /// The source's own sequence of the row.
    pub fn set_sequence(&mut self, sequence: [Option<i64>; 3]) {
        self.staged.sequence = sequence;
    }

    /// Money of the row in micro-units.
    pub fn set_value(&mut self, micros: i64) {
        self.staged.value = Some(micros);
    }

    /// Raw identifier of the row; must not be a placeholder.
    pub fn set_identifier(&mut self, class: IdentifierClass, id: &str) {
        self.identifiers[class as usize].stage(id);
    }

    /// Native event id of the row.
    pub fn set_event_id(&mut self, id: &str) {
        self.event_id.stage(id);
    }

    /// Text of the row; returns its code.
    pub fn set_text(&mut self, slot: Slot, value: &str) -> u32 {
        self.texts[slot.0].stage(value)
    }

    /// A text interned before by [`intern`](Self::intern) or [`set_text`](Self::set_text) of the same slot and table.
    pub fn set_code(&mut self, slot: Slot, code: u32) {
        self.texts[slot.0].staged = code;
    }

    /// Code of a value in a text column, without setting it.
    pub fn intern(&mut self, slot: Slot, value: &str) -> u32 {
        self.texts[slot.0].intern(value)
    }

    /// Code of the row's text so far; [`NO_TEXT`] if it is null.
    pub fn code(&self, slot: Slot) -> u32 {
        self.texts[slot.0].staged
    }

    /// Money of the row so far.
    pub fn value(&self) -> Option<i64> {
        self.staged.value
    }

    /// Text of a code of this table.
    pub fn text_of(&self, slot: Slot, code: u32) -> Option<&str> {
        self.texts[slot.0].value(code)
    }

    /// Keeps the staged row.
    pub fn finish_row(&mut self) {
        let staged = std::mem::take(&mut self.staged);
        self.ts.push(staged.ts);
        self.flags.push(staged.flags);
        self.tie.extend_from_slice(&staged.tie.to_be_bytes());
        if self.layout.sequence {
            self.sequence.iter_mut().zip(staged.sequence).for_each(|(column, part)| column.push(part));
        }
        if self.layout.value {
            self.value.push(staged.value.unwrap_or_default());
            self.has_value.append(staged.value.is_some());
        }
        for class in &self.layout.identifiers {
            self.identifiers[*class as usize].finish_row();
        }
        if self.layout.event_id {
            self.event_id.finish_row();
        }
        for column in &mut self.texts {
            let code = std::mem::take(&mut column.staged);
            column.codes.push(code);
        }
    }

    /// Forgets the staged row.
    pub fn abandon_row(&mut self) {
        self.staged = Staged::default();
        self.identifiers.iter_mut().for_each(StringColumn::abandon_row);
        self.event_id.abandon_row();
        self.texts.iter_mut().for_each(|column| column.staged = NO_TEXT);
    }

    /// The finished rows as a table; the builder starts anew with the same columns, and all codes are forgotten.
    ///
    /// # Errors
    /// When a row was finished without an event name, or a table outgrew Arrow's limits.
    pub fn finish(&mut self) -> Result<EventTable, BuildError> {
        self.abandon_row();
        let rows = self.rows();
        let mut columns: Vec<(String, ArrayRef)> = vec![
            (event_table::TS.into(), Arc::new(time_column(renewed(&mut self.ts)))),
            (event_table::FLAGS.into(), Arc::new(UInt8Array::from(renewed(&mut self.flags)))),
            (event_table::TIE.into(), Arc::new(tie_column(renewed(&mut self.tie))?)),
        ];
        self.finish_optional(&mut columns);
        let taken: Vec<_> = self.texts.iter_mut().map(TextColumn::take).collect();
        for (name, column) in self.layout.text.iter().zip(taken) {
            columns.push((name.clone(), Arc::new(column?)));
        }
        columns.push((text::SOURCE_NAME.into(), Arc::new(constant(&self.layout.source_name, rows)?)));
        Ok(EventTable::try_new(batch(columns)?)?)
    }

    fn finish_optional(&mut self, columns: &mut Vec<(String, ArrayRef)>) {
        if self.layout.sequence {
            for (name, column) in event_table::SEQUENCE.iter().zip(&mut self.sequence) {
                columns.push(((*name).into(), Arc::new(Int64Array::from(std::mem::take(column)))));
            }
        }
        for class in &self.layout.identifiers {
            columns.push((class.column().into(), Arc::new(self.identifiers[*class as usize].take())));
        }
        if self.layout.event_id {
            columns.push((event_table::EVENT_ID.into(), Arc::new(self.event_id.take())));
        }
        if self.layout.value {
            let value = Int64Array::new(renewed(&mut self.value).into(), self.has_value.finish());
            columns.push((event_table::VALUE.into(), Arc::new(value)));
        }
    }

    fn bytes(&self) -> usize {
        let identifiers = self.identifiers.iter().chain([&self.event_id]).map(|column| column.bytes.len());
        identifiers.chain(self.texts.iter().map(|column| column.bytes.len())).max().unwrap_or(0)
    }
}

fn batch(columns: Vec<(String, ArrayRef)>) -> Result<RecordBatch, ArrowError> {
    let required = [event_table::TS, event_table::FLAGS, event_table::TIE, text::EVENT, text::SOURCE_NAME];
    let fields: Vec<ArrowField> = columns
        .iter()
        .map(|(name, column)| {
            ArrowField::new(
                name,
                column.data_type().clone(),
                !required.contains(&name.as_str()) || column.null_count() > 0,
            )
        })
        .collect();
    let arrays = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}

fn time_column(ts: Vec<i64>) -> TimestampMicrosecondArray {
    TimestampMicrosecondArray::from(ts).with_timezone("UTC")
}

fn tie_column(bytes: Vec<u8>) -> Result<FixedSizeBinaryArray, ArrowError> {
    FixedSizeBinaryArray::try_new(16, bytes.into(), None)
}

fn constant(value: &str, rows: usize) -> Result<DictionaryArray<UInt32Type>, ArrowError> {
    let values = StringArray::from(vec![value]);
    DictionaryArray::try_new(UInt32Array::from(vec![0; rows]), Arc::new(values))
}

/// A nullable column of strings whose last, unfinished row can be taken back.
#[derive(Debug, Default)]
struct StringColumn {
    bytes: String,
    ends: Vec<i32>,
}

impl StringColumn {
    fn start(&self) -> usize {
        self.ends.last().map_or(0, |end| usize::try_from(*end).unwrap_or(0))
    }

    fn stage(&mut self, value: &str) {
        self.bytes.truncate(self.start());
        self.bytes.push_str(value);
    }

    fn abandon_row(&mut self) {
        self.bytes.truncate(self.start());
    }

    fn finish_row(&mut self) {
        self.ends.push(end32(self.bytes.len()));
    }

    /// The column so far; the next starts empty, with room for as much. Empty text is null.
    fn take(&mut self) -> StringArray {
        let (bytes, ends) = (renewed_text(&mut self.bytes), renewed(&mut self.ends));
        let start = |row: usize| row.checked_sub(1).map_or(0, |before| ends[before]);
        let nulls = validity(ends.len(), |row| ends[row] > start(row));
        string_array(bytes, &ends, nulls)
    }
}

/// A column of interned text.
#[derive(Debug, Default)]
struct TextColumn {
    codes: Vec<u32>,
    staged: u32,
    table: HashTable<u32>,
    state: RandomState,
    bytes: String,
    ends: Vec<i32>,
    last: u32,
}

impl TextColumn {
    fn stage(&mut self, value: &str) -> u32 {
        self.staged = self.intern(value);
        self.staged
    }

    fn value(&self, code: u32) -> Option<&str> {
        let index = (code as usize).checked_sub(1)?;
        (index < self.ends.len()).then(|| &self.bytes[span(&self.ends, index)])
    }

    fn intern(&mut self, value: &str) -> u32 {
        if self.last != NO_TEXT && is_at(&self.bytes, &self.ends, self.last, value) {
            return self.last;
        }
        let Self { table, state, bytes, ends, .. } = self;
        let hash = state.hash_one(value);
        let known = table.find(hash, |code| is_at(bytes, ends, *code, value));
        self.last = match known {
            Some(code) => *code,
            None => self.insert(hash, value),
        };
        self.last
    }

    fn insert(&mut self, hash: u64, value: &str) -> u32 {
        self.bytes.push_str(value);
        self.ends.push(end32(self.bytes.len()));
        let code = index32(self.ends.len());
        let Self { table, state, bytes, ends, .. } = self;
        table.insert_unique(hash, code, |code| state.hash_one(&bytes[span(ends, *code as usize - 1)]));
        code
    }

    /// The column so far; the next starts empty, with room for as much.
    fn take(&mut self) -> Result<DictionaryArray<UInt32Type>, ArrowError> {
        let (mut codes, bytes) = (renewed(&mut self.codes), renewed_text(&mut self.bytes));
        let ends = renewed(&mut self.ends);
        self.table.clear();
        self.last = NO_TEXT;
        let nulls = if codes.contains(&NO_TEXT) { validity(codes.len(), |row| codes[row] != NO_TEXT) } else { None };
        codes.iter_mut().for_each(|code| *code = code.saturating_sub(1));
        DictionaryArray::try_new(UInt32Array::new(codes.into(), nulls), Arc::new(string_array(bytes, &ends, None)))
    }
}

/// Which of that many rows are filled; `None` if all are.
fn validity(rows: usize, is_filled: impl FnMut(usize) -> bool) -> Option<NullBuffer> {
    let validity = NullBuffer::new(BooleanBuffer::collect_bool(rows, is_filled));
    (validity.null_count() > 0).then_some(validity)
}

fn renewed_text(text: &mut String) -> String {
    let room = text.len();
    std::mem::replace(text, String::with_capacity(room))
}

/// The vector, leaving an empty one with room for as much.
fn renewed<T>(vector: &mut Vec<T>) -> Vec<T> {
    let room = vector.len();
    std::mem::replace(vector, Vec::with_capacity(room))
}

/// Where the text of an index lies.
fn span(ends: &[i32], index: usize) -> Range<usize> {
    let at = |end: i32| usize::try_from(end).unwrap_or(0);
    let start = index.checked_sub(1).map_or(0, |before| at(ends[before]));
    start..at(ends[index])
}

/// Whether a code stands for that text. Bytes are compared, so no border of a character is looked for.
fn is_at(bytes: &str, ends: &[i32], code: u32, value: &str) -> bool {
    bytes.as_bytes()[span(ends, code as usize - 1)] == *value.as_bytes()
}

fn end32(length: usize) -> i32 {
    i32::try_from(length).expect("a table is taken after 64 MiB of text and one record has at most 16 MiB")
}

fn string_array(bytes: String, ends: &[i32], nulls: Option<NullBuffer>) -> StringArray {
    let offsets: Vec<i32> = std::iter::once(0).chain(ends.iter().copied()).collect();
    StringArray::new(OffsetBuffer::new(offsets.into()), bytes.into_bytes().into(), nulls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Array;
    use proptest::prelude::*;

    fn layout() -> Layout {
        Layout {
            source_name: "shop".into(),
            text: vec!["page".into()],
            hidden: vec!["page_url".into()],
            identifiers: vec![IdentifierClass::Device],
            event_id: true,
            value: true,
            sequence: true,
        }
    }

    fn texts(table: &EventTable, name: &str) -> Vec<Option<String>> {
        let column = table.text(name).expect("column");
        let values = column.values().as_any().downcast_ref::<StringArray>().expect("strings");
        column.keys().iter().map(|key| key.map(|key| values.value(key as usize).to_owned())).collect()
    }

    #[test]
    fn abandoned_row_leaves_no_trace() {
        let mut builder = EventTableBuilder::new(layout());
        let (event, page) = (builder.slot("event").unwrap(), builder.slot("page").unwrap());
        builder.set_ts(1);
        builder.set_text(event, "a");
        builder.set_identifier(IdentifierClass::Device, "d1");
        builder.finish_row();
        builder.set_text(event, "gone");
        builder.set_text(page, "/gone");
        builder.set_identifier(IdentifierClass::Device, "gone");
        builder.set_event_id("gone");
        builder.abandon_row();
        builder.set_ts(2);
        builder.set_text(event, "b");
        builder.finish_row();
        let table = builder.finish().unwrap();
        assert_eq!(table.ts(), [1, 2]);
        assert_eq!(texts(&table, "event"), [Some("a".to_owned()), Some("b".to_owned())]);
        assert_eq!(texts(&table, "page"), [None, None]);
        let ids: Vec<_> = table.identifiers(IdentifierClass::Device).unwrap().iter().collect();
        assert_eq!(ids, [Some("d1"), None]);
        assert!(table.text("page_url").is_none());
        assert_eq!(texts(&table, "source_name"), [Some("shop".to_owned()), Some("shop".to_owned())]);
    }

    #[test]
    fn row_without_event_name_breaks_the_contract_of_the_table() {
        let mut builder = EventTableBuilder::new(layout());
        builder.set_ts(1);
        builder.finish_row();
        assert!(builder.finish().is_err());
        assert_eq!(builder.finish().unwrap().len(), 0);
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(rows in prop::collection::vec(("[a-c]{1,2}", prop::option::of("[é-ü]{1,3}"), any::<i64>(), any::<u128>()), 0..200)) {
            let mut builder = EventTableBuilder::new(layout());
            let (event, page) = (builder.slot("event").unwrap(), builder.slot("page").unwrap());
            for (name, url, ts, tie) in &rows {
                builder.set_ts(*ts);
                builder.set_tie(*tie);
                builder.set_text(event, name);
                if let Some(url) = url {
                    builder.set_text(page, url);
                    builder.set_identifier(IdentifierClass::Device, url);
                }
                builder.finish_row();
            }
            let table = builder.finish().unwrap();
            let expected: Vec<_> = rows.iter().map(|row| Some(row.0.clone())).collect();
            prop_assert_eq!(texts(&table, "event"), expected);
            let expected: Vec<_> = rows.iter().map(|row| row.1.clone()).collect();
            prop_assert_eq!(texts(&table, "page"), expected.clone());
            let ids: Vec<_> = table.identifiers(IdentifierClass::Device).unwrap().iter().map(|id| id.map(str::to_owned)).collect();
            prop_assert_eq!(ids, expected);
            prop_assert!(rows.iter().enumerate().all(|(row, facts)| table.tie(row) == facts.3 && table.ts()[row] == facts.2));
        }
    }
}
