//! How do the records of a vendor's export become flat rows?
//!
//! Most exports have one event per row under names of the vendor's own, and a preset says which is what. Where a record
//! is no such row (a session with all its hits, a line of a log, an order over several lines) a [`Translator`] makes
//! rows of it. What it hands out is mapped like the rows of any flat source: by the preset, by names, and by the
//! configuration, so that a user can read a cell in another way without any code.

mod batch;
mod events;
mod held;
mod parquet_records;
mod sampled;
pub(crate) mod spread;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use hashbrown::HashMap;
use kundresa_model::quality::RejectReason;

pub(crate) use self::events::TranslatedEvents;
pub(crate) use self::sampled::table;
use crate::config::{Dated, SnowplowRules};
use crate::delimited::table::Cells;
use crate::json::flatten::{Flat, push_member};
use crate::limits::{MOST_COLUMNS, MOST_OF_RECORD};

/// A record as it was read.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    /// Its text without the line end.
    pub text: &'a str,
    /// Its fields, where it is delimited.
    fields: Option<Cells<'a>>,
}

impl<'a> Raw<'a> {
    /// A line, or a JSON object.
    pub(crate) fn text(text: &'a str) -> Self {
        Self { text, fields: None }
    }

    /// A record of delimited text.
    pub(crate) fn delimited(text: &'a str, fields: Cells<'a>) -> Self {
        Self { text, fields: Some(fields) }
    }

    /// Whether it has fields.
    pub(crate) fn is_delimited(&self) -> bool {
        self.fields.is_some()
    }

    /// A field of delimited text without blanks around it; empty where the record is too short.
    pub fn field(&self, index: usize) -> &'a str {
        self.fields.and_then(|fields| fields.get(index)).unwrap_or_default().trim_ascii()
    }
}

/// Text of bytes of a log: those that are no UTF-8 are written `\xhh`, as web servers write them.
pub(crate) fn readable(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        // Writing to a string can't fail.
        chunk.invalid().iter().for_each(|byte| _ = write!(text, "\\x{byte:02x}"));
    }
    Cow::Owned(text)
}

/// A record, or a row of one, that is no event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRow {
    /// Why.
    pub reason: RejectReason,
    /// What exactly is wrong.
    pub detail: String,
}

impl NoRow {
    /// A row that is left out for a reason.
    pub fn new(reason: RejectReason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}

/// Makes rows of records. One is made per part of an input, so it may remember what came before in it.
pub trait Translator: Send {
    /// Names of the cells that [`Rows::set`] fills, in order.
    fn columns(&self) -> Vec<String>;

    /// Hands out the rows of a record.
    ///
    /// # Errors
    /// When the record can't be read. Nothing of it is kept then.
    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow>;

    /// Whether records of delimited text may go on with the one before, as an order with a line for each item does.
    /// [`translate`](Self::translate) then only takes them up, and [`finish`](Self::finish) hands out their rows.
    fn folds(&self) -> bool {
        false
    }

    /// Whether a record goes on with the ones that were taken up. Asked of translators that fold.
    fn continues(&self, _record: Raw<'_>) -> bool {
        false
    }

    /// Column in which records agree that go on with each other, so that a text may be cut where it changes. Without one,
    /// texts of translators that fold are read in one piece.
    fn shared(&self) -> Option<usize> {
        None
    }

    /// Hands out the rows of the records that were taken up: before a record that does not go on with them, and at the
    /// end of the part. What is wrong is said of the first of them.
    ///
    /// # Errors
    /// When they can't be read. Nothing of them is kept then.
    fn finish(&mut self, _rows: &mut Rows) -> Result<(), NoRow> {
        Ok(())
    }

    /// Takes the dated columns of the configuration, which come before those that the translator knows of itself.
    /// Whether it has a use for them.
    fn take_dates(&mut self, _dates: &BTreeMap<String, Dated>) -> bool {
        false
    }

    /// Takes the rules of the configuration about which rows count. Whether it has a use for them.
    fn take_rules(&mut self, _rules: &SnowplowRules) -> bool {
        false
    }
}

/// Rows of one record, or of several whose rows wait to be written. Buffers are used again for others.
#[derive(Debug, Default)]
pub struct Rows {
    text: String,
    rows: Vec<Row>,
    used: usize,
    /// The first row of the record at hand.
    first: usize,
    /// Cells per row.
    width: usize,
    /// Cells that are known by name alone.
    named: HashMap<String, usize>,
    other: Other,
    /// For whoever puts names together, used again for the next record.
    path: String,
    /// Bytes that the rows of the record at hand take.
    spent: usize,
}

#[derive(Debug, Default)]
struct Row {
    /// Where in the text each cell begins and ends; an empty one is none.
    cells: Vec<(usize, usize)>,
    props: String,
    refused: Option<NoRow>,
    passive: bool,
}

/// What becomes of values that have no cell.
#[derive(Debug, Default)]
enum Other {
    /// They are left out.
    #[default]
    Dropped,
    /// They go into `props`.
    Props,
    /// They get a cell: a sample wants to see everything.
    Shown(Vec<String>),
}

impl Rows {
    /// For translating in earnest: values beyond the cells of `columns` have a cell where `named` says so, and are kept as
    /// properties where `wants_props`.
    pub(crate) fn new(columns: usize, named: &[String], wants_props: bool) -> Self {
        let named: HashMap<String, usize> =
            named.iter().enumerate().map(|(index, name)| (name.clone(), columns + index)).collect();
        let other = if wants_props { Other::Props } else { Other::Dropped };
        Self { width: columns + named.len(), named, other, ..Self::default() }
    }

    /// For a sample: every value gets a cell.
    pub(crate) fn shown(columns: usize) -> Self {
        Self { width: columns, other: Other::Shown(Vec::new()), ..Self::default() }
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        (self.used, self.first, self.spent) = (0, 0, 0);
    }

    /// Begins the next record; rows of others are left as they are.
    pub(crate) fn begin_record(&mut self) {
        self.first = self.used;
        self.spent = 0;
    }

    /// Why the record at hand is none, if its rows take more than a record may: what they share stands in each of them.
    pub(crate) fn too_much(&self) -> Option<NoRow> {
        let detail = || format!("its rows would take more than {} MiB", MOST_OF_RECORD >> 20);
        (self.spent > MOST_OF_RECORD).then(|| NoRow::new(RejectReason::LineTooLong, detail()))
    }

    /// Whether so many more bytes may be kept. What is beyond is left out, and [`Self::too_much`] says so.
    fn spend(&mut self, bytes: usize) -> bool {
        self.spent = self.spent.saturating_add(bytes);
        self.spent <= MOST_OF_RECORD
    }

    /// Forgets the rows of the record at hand.
    pub(crate) fn forget_record(&mut self) {
        self.used = self.first;
    }

    /// Bytes of all texts.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Begins the next row. What is set before belongs to no row and is left out.
    pub fn begin(&mut self) {
        if !self.spend(size_of::<Row>() + self.width * size_of::<(usize, usize)>()) {
            return;
        }
        if self.used == self.rows.len() {
            self.rows.push(Row::default());
        }
        let row = &mut self.rows[self.used];
        row.cells.clear();
        row.cells.resize(self.width, (0, 0));
        row.props.clear();
        row.refused = None;
        row.passive = false;
        self.used += 1;
    }

    /// Fills a cell of the row by its place in [`Translator::columns`]. An empty text is no value.
    pub fn set(&mut self, column: usize, text: &str) {
        if !self.spend(text.len()) {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.put(column, start);
    }

    /// Fills a cell with what is written out.
    pub fn write(&mut self, column: usize, value: impl Display) {
        let start = self.text.len();
        // Writing to a string can't fail.
        let _ = write!(self.text, "{value}");
        if !self.spend(self.text.len() - start) {
            return self.text.truncate(start);
        }
        self.put(column, start);
    }

    /// A value of the source that has no cell of its own. It is kept as a property under its name.
    pub fn other(&mut self, name: &str, value: Flat<'_>) {
        if value.text().is_empty() {
            return;
        }
        match self.named.get(name) {
            Some(column) => self.set(*column, value.text()),
            None => self.unnamed(name, value),
        }
    }

    /// Says that the row is no event, without a word about the record's other rows.
    pub fn refuse(&mut self, why: NoRow) {
        if let Some(row) = self.current() {
            row.refused.get_or_insert(why);
        }
    }

    /// Says that nobody acted in the row: it joins sessions and makes none.
    pub fn passive(&mut self) {
        if let Some(row) = self.current() {
            row.passive = true;
        }
    }

    fn unnamed(&mut self, name: &str, value: Flat<'_>) {
        let is_kept = self.spend(name.len() + value.text().len());
        match &mut self.other {
            Other::Dropped => {}
            Other::Props => {
                if let Some(row) = self.current().filter(|_| is_kept) {
                    push_member(&mut row.props, name, value);
                }
            }
            // Whoever takes the sample refuses more columns, and is not to choke on them.
            Other::Shown(names) if names.len() <= MOST_COLUMNS => {
                names.push(name.to_owned());
                self.named.insert(name.to_owned(), self.width);
                self.width += 1;
                self.set(self.width - 1, value.text());
            }
            Other::Shown(_) => {}
        }
    }

    fn put(&mut self, column: usize, start: usize) {
        let (end, width) = (self.text.len(), self.width);
        let Some(row) = self.current() else { return };
        if row.cells.len() < width {
            row.cells.resize(width, (0, 0));
        }
        row.cells[column] = (start, end);
    }

    fn current(&mut self) -> Option<&mut Row> {
        self.rows[self.first..self.used].last_mut()
    }

    /// A text to put names together in, to be given back with [`Self::give_path`].
    pub(crate) fn take_path(&mut self) -> String {
        std::mem::take(&mut self.path)
    }

    pub(crate) fn give_path(&mut self, path: String) {
        self.path = path;
    }

    pub(crate) fn len(&self) -> usize {
        self.used
    }

    /// A cell of the row at hand.
    pub(crate) fn filled(&self, column: usize) -> Option<&str> {
        let row = self.used.checked_sub(1).filter(|row| *row >= self.first)?;
        self.cell(row, column)
    }

    pub(crate) fn cell(&self, row: usize, column: usize) -> Option<&str> {
        let (start, end) = *self.rows[..self.used].get(row)?.cells.get(column)?;
        (start < end).then(|| &self.text[start..end])
    }

    pub(crate) fn props(&self, row: usize) -> &str {
        &self.rows[row].props
    }

    pub(crate) fn is_passive(&self, row: usize) -> bool {
        self.rows[row].passive
    }

    pub(crate) fn take_refused(&mut self, row: usize) -> Option<NoRow> {
        self.rows[row].refused.take()
    }

    /// Names of the cells that came up beyond those of the translator, of a sample.
    fn names(&self) -> &[String] {
        match &self.other {
            Other::Shown(names) => names,
            _ => &[],
        }
    }
}
