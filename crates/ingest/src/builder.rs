//! How do single rows become a columnar event table?
//!
//! Row-wise pushes, column-wise storage; who has whole columns appends them in one go. Every text column has
//! words of its own. A row is staged and only counts once it is finished; an abandoned row leaves no trace.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, DictionaryArray, FixedSizeBinaryArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    UInt8Array, UInt32Array, types::UInt32Type,
};
use arrow_buffer::{BooleanBuffer, NullBuffer, NullBufferBuilder, ScalarBuffer};
use arrow_schema::{ArrowError, Field as ArrowField, Schema};
use kundresa_model::event_table::{self, EventTable, EventTableError};
use kundresa_model::field::{IdentifierClass, text};

use crate::lent::Lent;
use crate::words::{Words, end32, string_array};

pub use crate::words::NO_TEXT;

/// Rows per table.
pub const TABLE_ROWS: usize = 16_384;
/// Bytes of text per table; a table is closed early when its rows are this large.
pub(crate) const TABLE_BYTES: usize = 64 << 20;

/// Which columns a builder keeps. Text columns are named; `event` and `source_name` are always there.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Value of the `source_name` column.
    pub source_name: String,
    /// Text columns that leave with the table, in order. `event` is added in front if it is not there.
    pub text: Vec<String>,
    /// Text columns that are interned for a derivation only and do not leave with the table.
    pub hidden: Vec<String>,
    /// Text columns whose values hardly ever come again, so that no table need remember them for the next.
    pub passing: Vec<String>,
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

/// Collects rows into an [`EventTable`].
///
/// Call the setters in any order, then [`finish_row`](Self::finish_row) or [`abandon_row`](Self::abandon_row). A setter
/// called twice in one row keeps the last value. Fields that were not set are null (flags: none).
#[derive(Debug)]
pub struct EventTableBuilder {
    layout: Layout,
    /// Exported columns in the order of the layout, then hidden ones.
    texts: Vec<TextColumn>,
    pub(crate) ts: Vec<i64>,
    pub(crate) flags: Vec<u8>,
    /// Tie-breaks, byte by byte as they leave.
    pub(crate) tie: Vec<i128>,
    pub(crate) sequence: [Vec<Option<i64>>; 3],
    pub(crate) value: Vec<i64>,
    pub(crate) has_value: NullBufferBuilder,
    pub(crate) identifiers: [StringColumn; 4],
    pub(crate) event_id: StringColumn,
    staged: Staged,
    lent: LentColumns,
    source_name: ArrayRef,
    /// Keys of the source's name, as many as any table had rows.
    zeros: ScalarBuffer<u32>,
}

/// Vectors of columns that left with the last table.
#[derive(Debug, Default)]
struct LentColumns {
    ts: Lent,
    flags: Lent,
    tie: Lent,
    value: Lent,
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
        let column = |name: &String| TextColumn { is_passing: layout.passing.contains(name), ..TextColumn::default() };
        let texts = layout.text.iter().chain(&layout.hidden).map(column).collect();
        let source_name = Arc::new(StringArray::from(vec![layout.source_name.as_str()]));
        Self {
            layout,
            texts,
            source_name,
            zeros: ScalarBuffer::default(),
            lent: LentColumns::default(),
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
        self.rows() >= TABLE_ROWS || (self.rows().is_multiple_of(64) && self.is_heavy())
    }

    /// Whether a text column has so many bytes that the table should be taken.
    pub(crate) fn is_heavy(&self) -> bool {
        self.bytes() >= TABLE_BYTES
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

    /// A text interned before by [`intern`](Self::intern) or [`set_text`](Self::set_text) of the same slot, unless its codes
    /// were forgotten since.
    pub fn set_code(&mut self, slot: Slot, code: u32) {
        self.texts[slot.0].staged = code;
    }

    /// Code of a value in a text column, without setting it.
    pub fn intern(&mut self, slot: Slot, value: &str) -> u32 {
        self.texts[slot.0].words.intern(value)
    }

    /// Codes of the finished rows of a text column. Whoever appends rows gives every column as many, or calls
    /// [`Self::fill_up`].
    pub(crate) fn codes_mut(&mut self, slot: Slot) -> &mut Vec<u32> {
        &mut self.texts[slot.0].codes
    }

    /// The same, to look at.
    pub(crate) fn codes(&self, slot: Slot) -> &[u32] {
        &self.texts[slot.0].codes
    }

    /// Text of a finished row, as far as its column was appended.
    pub(crate) fn text_at(&self, slot: Slot, row: usize) -> Option<&str> {
        let column = &self.texts[slot.0];
        column.words.value(*column.codes.get(row)?)
    }

    /// Money of a finished row, as far as its column was appended.
    pub(crate) fn value_at(&self, row: usize) -> Option<i64> {
        self.value.get(row).copied().filter(|_| self.has_value.is_valid(row))
    }

    /// Number of distinct values of a text column.
    pub(crate) fn values(&self, slot: Slot) -> usize {
        self.texts[slot.0].words.len()
    }

    /// How many times the codes of a text column were forgotten.
    pub(crate) fn generation(&self, slot: Slot) -> u32 {
        self.texts[slot.0].words.generation()
    }

    /// Forgets the codes of a text column.
    pub(crate) fn forget(&mut self, slot: Slot) {
        self.texts[slot.0].words.forget();
    }

    /// Makes all other columns as long as that of times.
    pub(crate) fn fill_up(&mut self) {
        let rows = self.rows();
        self.texts.iter_mut().for_each(|column| column.codes.resize(rows, NO_TEXT));
        if self.layout.sequence {
            self.sequence.iter_mut().for_each(|column| column.resize(rows, None));
        }
        if self.layout.value {
            self.value.resize(rows, 0);
            self.has_value.append_n_nulls(rows - self.has_value.len());
        }
        for class in &self.layout.identifiers {
            self.identifiers[*class as usize].fill_up(rows);
        }
        if self.layout.event_id {
            self.event_id.fill_up(rows);
        }
    }

    /// Code of the row's text so far; [`NO_TEXT`] if it is null.
    pub fn code(&self, slot: Slot) -> u32 {
        self.texts[slot.0].staged
    }

    /// Money of the row so far.
    pub fn value(&self) -> Option<i64> {
        self.staged.value
    }

    /// Text of a code.
    pub fn text_of(&self, slot: Slot, code: u32) -> Option<&str> {
        self.texts[slot.0].words.value(code)
    }

    /// Keeps the staged row.
    pub fn finish_row(&mut self) {
        let staged = std::mem::take(&mut self.staged);
        self.ts.push(staged.ts);
        self.flags.push(staged.flags);
        self.tie.push(in_table(staged.tie));
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

    /// The finished rows as a table; the builder starts anew with the same columns. Codes of columns with few values stay
    /// as they are.
    ///
    /// # Errors
    /// When a row was finished without an event name, or a table outgrew Arrow's limits.
    pub fn finish(&mut self) -> Result<EventTable, BuildError> {
        self.abandon_row();
        let rows = self.rows();
        let mut columns: Vec<(String, ArrayRef)> = vec![
            (event_table::TS.into(), Arc::new(time_column(self.lent.ts.lend(&mut self.ts)))),
            (event_table::FLAGS.into(), Arc::new(UInt8Array::new(self.lent.flags.lend(&mut self.flags), None))),
            (event_table::TIE.into(), Arc::new(tie_column(self.lent.tie.lend(&mut self.tie))?)),
        ];
        self.finish_optional(&mut columns);
        let (exported, hidden) = self.texts.split_at_mut(self.layout.text.len());
        for (name, column) in self.layout.text.iter().zip(exported) {
            columns.push((name.clone(), Arc::new(column.take()?)));
        }
        hidden.iter_mut().for_each(TextColumn::drop_rows);
        columns.push((text::SOURCE_NAME.into(), Arc::new(self.source_names(rows)?)));
        Ok(EventTable::try_new(batch(columns)?)?)
    }

    fn source_names(&mut self, rows: usize) -> Result<DictionaryArray<UInt32Type>, ArrowError> {
        if self.zeros.len() < rows {
            self.zeros = vec![0; rows].into();
        }
        let keys = UInt32Array::new(self.zeros.slice(0, rows), None);
        DictionaryArray::try_new(keys, Arc::clone(&self.source_name))
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
            let value = Int64Array::new(self.lent.value.lend(&mut self.value), self.has_value.finish());
            columns.push((event_table::VALUE.into(), Arc::new(value)));
        }
    }

    /// Bytes of all interned texts.
    pub(crate) fn text_bytes(&self) -> usize {
        self.texts.iter().map(|column| column.words.bytes()).sum()
    }

    fn bytes(&self) -> usize {
        let identifiers = self.identifiers.iter().chain([&self.event_id]).map(|column| column.bytes.len());
        identifiers.chain(self.texts.iter().map(|column| column.words.bytes())).max().unwrap_or(0)
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

fn time_column(ts: ScalarBuffer<i64>) -> TimestampMicrosecondArray {
    TimestampMicrosecondArray::new(ts, None).with_timezone("UTC")
}

/// A tie-break whose bytes in memory are those of the big-endian number.
#[inline]
pub(crate) fn in_table(tie: u128) -> i128 {
    i128::from_ne_bytes(tie.to_be_bytes())
}

fn tie_column(bytes: ScalarBuffer<i128>) -> Result<FixedSizeBinaryArray, ArrowError> {
    FixedSizeBinaryArray::try_new(16, bytes.into_inner(), None)
}

/// A nullable column of strings whose last, unfinished row can be taken back.
#[derive(Debug)]
pub(crate) struct StringColumn {
    bytes: Vec<u8>,
    /// Where each row begins, and where the last ends.
    offsets: Vec<i32>,
    /// Rows without text.
    empty: usize,
    /// All rows of the table, if they came as a column.
    whole: Option<StringArray>,
    lent: [Lent; 2],
}

impl Default for StringColumn {
    fn default() -> Self {
        Self { bytes: Vec::new(), offsets: vec![0], empty: 0, whole: None, lent: Default::default() }
    }
}

impl StringColumn {
    fn start(&self) -> usize {
        self.offsets.last().map_or(0, |end| usize::try_from(*end).unwrap_or(0))
    }

    fn stage(&mut self, value: &str) {
        self.bytes.truncate(self.start());
        self.bytes.extend_from_slice(value.as_bytes());
    }

    fn abandon_row(&mut self) {
        self.bytes.truncate(self.start());
    }

    fn finish_row(&mut self) {
        self.begin();
        self.empty += usize::from(self.start() == self.bytes.len());
        self.offsets.push(end32(self.bytes.len()));
    }

    /// Takes all rows of a table at once; none of them is empty text.
    pub(crate) fn push_whole(&mut self, column: &StringArray) {
        if self.offsets.len() == 1 && self.whole.is_none() {
            self.whole = Some(column.clone());
        } else {
            self.begin();
            column.iter().for_each(|text| self.push(text.unwrap_or_default()));
        }
    }

    /// Makes ready for rows to be pushed.
    pub(crate) fn begin(&mut self) {
        if let Some(whole) = self.whole.take() {
            whole.iter().for_each(|text| self.push(text.unwrap_or_default()));
        }
    }

    /// Appends a row; empty text is null. The column must have [begun](Self::begin).
    #[inline]
    pub(crate) fn push(&mut self, value: &str) {
        self.bytes.extend_from_slice(value.as_bytes());
        self.empty += usize::from(value.is_empty());
        self.offsets.push(end32(self.bytes.len()));
    }

    fn fill_up(&mut self, rows: usize) {
        if self.whole.is_none() {
            let missing = (rows + 1).saturating_sub(self.offsets.len());
            self.empty += missing;
            self.offsets.resize(self.offsets.len() + missing, end32(self.bytes.len()));
        }
    }

    /// The column so far; the next starts empty, with room for as much. Empty text is null.
    fn take(&mut self) -> StringArray {
        if let Some(whole) = self.whole.take() {
            return whole;
        }
        let rows = self.offsets.len() - 1;
        let offsets = &self.offsets;
        let is_filled = |row: usize| offsets[row] < offsets[row + 1];
        let nulls = if std::mem::take(&mut self.empty) > 0 { validity(rows, is_filled) } else { None };
        let [bytes, offsets] = &mut self.lent;
        let (bytes, offsets) = (bytes.lend(&mut self.bytes), offsets.lend(&mut self.offsets));
        self.offsets.push(0);
        string_array(bytes.into_inner(), offsets, nulls)
    }
}

/// A column of interned text.
#[derive(Debug, Default)]
struct TextColumn {
    codes: Vec<u32>,
    staged: u32,
    words: Words,
    is_passing: bool,
    lent: Lent,
}

impl TextColumn {
    fn stage(&mut self, value: &str) -> u32 {
        self.staged = self.words.intern(value);
        self.staged
    }

    /// The column so far; the next starts empty, with room for as much.
    fn take(&mut self) -> Result<DictionaryArray<UInt32Type>, ArrowError> {
        let codes = &mut self.codes;
        let nulls = if codes.contains(&NO_TEXT) { validity(codes.len(), |row| codes[row] != NO_TEXT) } else { None };
        codes.iter_mut().for_each(|code| *code = code.saturating_sub(1));
        let keys = UInt32Array::new(self.lent.lend(codes), nulls);
        DictionaryArray::try_new(keys, self.words.leave(!self.is_passing))
    }

    /// Forgets the rows of a column that stays here.
    fn drop_rows(&mut self) {
        self.codes.clear();
        self.words.forget_if_large();
    }
}

/// Which of that many rows are filled; `None` if all are.
fn validity(rows: usize, is_filled: impl FnMut(usize) -> bool) -> Option<NullBuffer> {
    let validity = NullBuffer::new(BooleanBuffer::collect_bool(rows, is_filled));
    (validity.null_count() > 0).then_some(validity)
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
            passing: Vec::new(),
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
