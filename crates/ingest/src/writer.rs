//! How do raw values of one row become a canonical event?
//!
//! Decoders only say what they read: `set(Field::PageUrl, …)`. Everything the canonical event adds is done here, once
//! per distinct value and for every kind alike: placeholders become null, pages lose host and query and meet the
//! templates, campaigns come out of addresses, channels are computed, bots and passive or vendor-made events marked.

mod columns;
mod derived;
mod layout;
mod origin;

use std::sync::Arc;

use kundresa_model::event_table::{EventFlags, EventTable};
use kundresa_model::money::parse_micros;
use kundresa_model::quality::RejectReason;
use kundresa_model::source::Wanted;

pub(crate) use self::columns::Heads;
use self::derived::Memo;
use self::layout::{Columns, is_short};
use self::origin::Targets;
use crate::builder::{EventTableBuilder, NO_TEXT, Slot, TABLE_ROWS};
use crate::error::IngestError;
use crate::field::{FIELDS, Field};
use crate::memo::{ShortKey, ShortMemo};
use crate::placeholder::{is_placeholder, is_placeholder_identifier};
use crate::rules::Rules;

/// What a writer is made for.
#[derive(Clone, Debug)]
pub struct WriterSpec<'a> {
    /// Name of the source.
    pub source_name: &'a str,
    /// Fields the decoder can fill. `Channel` and `Page` need not be named: they follow from others.
    pub fields: &'a [Field],
    /// Properties the decoder can fill, by name.
    pub properties: &'a [String],
    /// Whether the source has a sequence of its own.
    pub sequence: bool,
    /// Whether `utm_*` parameters of the page address fill source, medium, campaign, term and content.
    pub utm_from_address: bool,
    /// What the command needs.
    pub wanted: &'a Wanted,
    /// Most rows of a table.
    pub table_rows: usize,
    /// Page, channel, bot and event rules of the source.
    pub rules: Arc<Rules>,
}

/// Index of a property of a writer, in the order of [`WriterSpec::properties`].
pub type PropertyIndex = usize;

/// Turns raw values into finished rows of an event table.
///
/// Per row: any number of `set…` calls, then [`finish_row`](Self::finish_row) or [`abandon_row`](Self::abandon_row).
pub struct EventWriter {
    builder: EventTableBuilder,
    rules: Arc<Rules>,
    needed: [bool; FIELDS],
    slots: [Option<Slot>; FIELDS],
    raw_page: Option<Slot>,
    properties: Vec<Slot>,
    utm_from_address: bool,
    targets: Targets,
    table_rows: usize,
    row: RowState,
    memo: Memo,
    /// Per field that is text, [raw codes](Self::raw_code) of short values.
    short: [Option<ShortMemo>; FIELDS],
    /// Per property, codes of short values.
    short_properties: Vec<ShortMemo>,
    bad_values: u64,
}

#[derive(Default)]
struct RowState {
    page_path: bool,
    bot: bool,
    passive: bool,
    day_precision: bool,
    has_time: bool,
    bad_value: bool,
}

const UTM: [Field; 5] = [Field::Source, Field::Medium, Field::Campaign, Field::Term, Field::Content];

/// What the channel is computed from.
const TRAFFIC: [Field; 3] = [Field::Source, Field::Medium, Field::Campaign];

/// Marks the code of a raw value whose column says something else.
pub(crate) const CHANGED: u32 = 1 << 31;

impl EventWriter {
    /// A writer for one part.
    pub fn new(spec: &WriterSpec<'_>) -> Self {
        let columns = Columns::of(spec);
        let builder = EventTableBuilder::new(columns.layout(spec));
        let slots = Field::ALL.map(|field| field.is_text().then(|| builder.slot(field.name())).flatten());
        let properties: Vec<Slot> = columns.properties.iter().filter_map(|name| builder.slot(name)).collect();
        Self {
            raw_page: builder.slot(RAW_PAGE),
            targets: Targets::of(spec, &builder),
            builder,
            short_properties: vec![ShortMemo::default(); properties.len()],
            rules: Arc::clone(&spec.rules),
            needed: columns.needed,
            slots,
            properties,
            utm_from_address: spec.utm_from_address,
            table_rows: spec.table_rows,
            row: RowState::default(),
            memo: Memo::default(),
            short: Field::ALL.map(|field| is_short(field, &columns).then(ShortMemo::default)),
            bad_values: 0,
        }
    }

    /// Begins another part: nothing was unreadable yet.
    pub(crate) fn begin(&mut self) {
        self.bad_values = 0;
        self.abandon_row();
    }

    /// Bytes of text that are kept for other tables.
    pub(crate) fn text_bytes(&self) -> usize {
        self.builder.text_bytes()
    }

    /// Whether a value of that field would be used.
    pub fn needs(&self, field: Field) -> bool {
        self.needed[field as usize]
    }

    /// Event time of the row, UTC microseconds.
    pub fn set_time(&mut self, ts_us: i64, day_precision: bool) {
        self.builder.set_ts(ts_us);
        self.row.has_time = true;
        self.row.day_precision = day_precision;
    }

    /// A raw value of the row, taken without blanks around it. Empty values and placeholders are null; [`Field::Time`] is ignored.
    pub fn set(&mut self, field: Field, value: &str) {
        if !self.needed[field as usize] {
            return;
        }
        if field.is_text() {
            return self.set_text(field, value);
        }
        let value = value.trim_ascii();
        if value.is_empty() {
            return;
        }
        match field {
            Field::Value => self.set_value_text(value),
            Field::Bot => self.row.bot = is_true(value),
            Field::EventId if is_placeholder(field, value) => {}
            Field::EventId => self.builder.set_event_id(value),
            _ => match field.identifier() {
                Some(class) if !is_placeholder_identifier(value) => self.builder.set_identifier(class, value),
                _ => {}
            },
        }
    }

    fn set_text(&mut self, field: Field, value: &str) {
        let Some(slot) = self.slots[field as usize] else { return };
        let code = self.raw_code(field, value) & !CHANGED;
        if code != NO_TEXT {
            self.builder.set_code(slot, code);
            self.row.page_path |= field == Field::Page;
        }
    }

    /// Code of a raw value of a text field: [`NO_TEXT`] if it stands for null, with [`CHANGED`] if the column says something
    /// else than what was written.
    pub(crate) fn raw_code(&mut self, field: Field, value: &str) -> u32 {
        let Some(slot) = self.slots[field as usize].filter(|_| self.needed[field as usize]) else { return NO_TEXT };
        let Some(memo) = &self.short[field as usize] else { return self.code_of(field, slot, value.trim_ascii()) };
        let key = ShortKey::of(value.as_bytes());
        if let Some(code) = key.and_then(|key| memo.get(key)) {
            return code;
        }
        let code = self.code_of(field, slot, value.trim_ascii());
        if let (Some(key), Some(memo)) = (key, &mut self.short[field as usize]) {
            memo.insert(key, code);
        }
        code
    }

    /// Code of a raw value without blanks around it.
    fn code_of(&mut self, field: Field, slot: Slot, value: &str) -> u32 {
        let names_nobody = matches!(field, Field::SessionHint | Field::OrderId | Field::CartId);
        if is_placeholder(field, value) || (names_nobody && is_placeholder_identifier(value)) {
            return NO_TEXT;
        }
        match field {
            Field::Page => self.page_of(slot, value),
            Field::Event => {
                let name = self.rules.event_name(value);
                let mark = if name == value { 0 } else { CHANGED };
                self.builder.intern(slot, name) | mark
            }
            _ => self.builder.intern(slot, value),
        }
    }

    /// Whether the row's field says exactly what the source wrote. Fields that leave the row as something other than
    /// text or money never do.
    pub fn holds(&self, field: Field, written: &str) -> bool {
        let text = || self.slots[field as usize].and_then(|slot| self.builder.text_of(slot, self.builder.code(slot)));
        says(field, written, text, || self.builder.value())
    }

    /// Money of the row in micro-units.
    pub fn set_value(&mut self, micros: i64) {
        if self.needs(Field::Value) {
            self.builder.set_value(micros);
        }
    }

    /// Money of the row as text. Placeholders are null; other unreadable text is counted, and the row stays.
    pub fn set_value_text(&mut self, text: &str) {
        if is_placeholder(Field::Value, text) {
            return;
        }
        match parse_micros(text) {
            Some(micros) => self.set_value(micros),
            None => self.row.bad_value = true,
        }
    }

    /// A property of the row, as it came; empty text is null.
    pub fn set_property(&mut self, index: PropertyIndex, value: &str) {
        if !value.is_empty() {
            self.builder.set_text(self.properties[index], value);
        }
    }

    /// The source's own sequence of the row.
    pub fn set_sequence(&mut self, sequence: [Option<i64>; 3]) {
        self.builder.set_sequence(sequence);
    }

    /// Adds [`EventFlags`] bits beyond those that rules give.
    pub fn add_flags(&mut self, bits: u8) {
        self.builder.add_flags(bits);
    }

    /// Says that nobody acted in the row, whatever its name.
    pub(crate) fn set_passive(&mut self) {
        self.row.passive = true;
    }

    /// Forgets the row.
    pub fn abandon_row(&mut self) {
        self.builder.abandon_row();
        self.row = RowState::default();
    }

    /// Keeps the row.
    ///
    /// # Errors
    /// When it has no time or no event name; the row is then abandoned and should be rejected.
    pub fn finish_row(&mut self, tie: u128) -> Result<(), Missing> {
        let event = self.slots[Field::Event as usize].map_or(NO_TEXT, |slot| self.builder.code(slot));
        if let Some(missing) = self.missing(event) {
            self.abandon_row();
            return Err(missing);
        }
        let flags = self.flags(event);
        self.builder.add_flags(flags);
        self.builder.set_tie(tie);
        self.derive_from_address();
        self.derive_from_agent_and_referrer();
        self.derive_channel();
        self.builder.finish_row();
        self.bad_values += u64::from(self.row.bad_value);
        self.row = RowState::default();
        Ok(())
    }

    fn missing(&self, event: u32) -> Option<Missing> {
        match (self.row.has_time, event) {
            (false, _) => Some(Missing::Time),
            (true, NO_TEXT) => Some(Missing::Event),
            _ => None,
        }
    }

    fn flags(&mut self, event: u32) -> u8 {
        let day = if self.row.day_precision { EventFlags::DAY_PRECISION } else { 0 };
        let bot = if self.row.bot { EventFlags::BOT } else { 0 };
        let agent = self.slots[Field::UserAgent as usize];
        let agent = agent.map_or(0, |slot| self.agent_flags(slot, self.builder.code(slot)));
        let passive = if self.row.passive { EventFlags::ACTIVITY } else { 0 };
        (self.event_flags(event) & !passive) | day | bot | agent
    }

    fn derive_from_address(&mut self) {
        let Some(slot) = self.telling_address() else { return };
        let code = self.builder.code(slot);
        if code == NO_TEXT {
            return;
        }
        let codes = self.address(slot, code);
        if let Some(page) = self.slots[Field::Page as usize].filter(|_| !self.row.page_path) {
            self.builder.set_code(page, codes[0]);
        }
        if self.utm_from_address {
            for (field, code) in UTM.into_iter().zip(&codes[1..]) {
                if let Some(slot) = self.slots[field as usize].filter(|slot| self.builder.code(*slot) == NO_TEXT) {
                    self.builder.set_code(slot, *code);
                }
            }
        }
    }

    fn derive_channel(&mut self) {
        let Some(slot) = self.slots[Field::Channel as usize].filter(|slot| self.builder.code(*slot) == NO_TEXT) else {
            return;
        };
        let key = TRAFFIC.map(|field| self.slots[field as usize].map_or(NO_TEXT, |slot| self.builder.code(slot)));
        let code = self.channel_of(slot, key);
        self.builder.set_code(slot, code);
    }

    /// Whether the table should be taken before more rows are set.
    pub fn is_full(&self) -> bool {
        self.rows() >= self.table_rows || self.builder.is_full()
    }

    /// Rows that the current table still takes.
    pub(crate) fn room(&self) -> usize {
        self.table_rows.min(TABLE_ROWS).saturating_sub(self.rows())
    }

    /// Finished rows of the current table.
    pub fn rows(&self) -> usize {
        self.builder.rows()
    }

    /// Money values of kept rows that were not readable, over all tables.
    pub fn bad_values(&self) -> u64 {
        self.bad_values
    }

    /// The finished rows of `input`; the next table starts empty. At the end of the input `None` stands for no rows;
    /// before it, a table without rows says that the rows so far were all rejected.
    ///
    /// # Errors
    /// When the rows break the contract of a table.
    pub fn take_table(&mut self, input: &str, is_end: bool) -> Result<Option<EventTable>, IngestError> {
        if is_end && self.rows() == 0 {
            return Ok(None);
        }
        self.row = RowState::default();
        let table = self.builder.finish().map_err(|cause| IngestError::Build { input: input.to_owned(), cause })?;
        self.forget_stale();
        Ok(Some(table))
    }
}

/// What a row lacks to be an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Its time.
    Time,
    /// Its name.
    Event,
}

impl Missing {
    /// The reason to reject the row with.
    pub fn reason(self) -> RejectReason {
        match self {
            Self::Time => RejectReason::MissingTime,
            Self::Event => RejectReason::MissingEvent,
        }
    }
}

/// Hidden column that pages are remembered by.
const RAW_PAGE: &str = "\u{0}raw page";

/// Whether a field with that text and that money says what was written.
fn says<'a>(
    field: Field,
    written: &str,
    text: impl FnOnce() -> Option<&'a str>,
    value: impl FnOnce() -> Option<i64>,
) -> bool {
    match field {
        Field::Value => parse_micros(written).is_some_and(|micros| value() == Some(micros)),
        Field::Bot => is_truth(written),
        _ => text() == Some(written),
    }
}

fn is_true(value: &str) -> bool {
    ["true", "1", "yes", "y", "t"].iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// Whether a bot mark says no more than true or false.
fn is_truth(value: &str) -> bool {
    is_true(value) || ["false", "0", "no", "n", "f"].iter().any(|word| word.eq_ignore_ascii_case(value))
}
