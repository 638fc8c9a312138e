//! How do raw values of one row become a canonical event?
//!
//! Decoders only say what they read: `set(Field::PageUrl, …)`. Everything the canonical event adds is done here, once
//! per distinct value and for every kind alike: placeholders become null, pages lose host and query and meet the
//! templates, campaigns come out of addresses, channels are computed, bots and passive or vendor-made events marked.

use std::sync::Arc;

use hashbrown::HashMap;
use kundresa_model::event_table::{EventFlags, EventTable};
use kundresa_model::money::parse_micros;
use kundresa_model::quality::RejectReason;
use kundresa_model::source::Wanted;

use crate::builder::{EventTableBuilder, Layout, NO_TEXT, Slot};
use crate::error::IngestError;
use crate::field::{FIELDS, Field};
use crate::memo::{ShortKey, ShortMemo};
use crate::page::{campaign_of, path_of};
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
    properties: Vec<Slot>,
    utm_from_address: bool,
    table_rows: usize,
    row: RowState,
    memo: Memo,
    /// Per field that is text, codes of short raw values; [`NO_TEXT`] for those that stand for null.
    short: [Option<ShortMemo>; FIELDS],
    bad_values: u64,
}

#[derive(Default)]
struct RowState {
    page_path: bool,
    bot: bool,
    day_precision: bool,
    has_time: bool,
    bad_value: bool,
}

/// Answers per distinct value of the current table.
#[derive(Default)]
struct Memo {
    event_flags: Vec<Option<u8>>,
    bot_agent: Vec<Option<bool>>,
    address: Vec<Option<AddressCodes>>,
    page: Vec<Option<u32>>,
    channel: HashMap<[u32; 3], u32>,
}

impl Memo {
    fn clear(&mut self) {
        self.event_flags.clear();
        self.bot_agent.clear();
        self.address.clear();
        self.page.clear();
        self.channel.clear();
    }
}

/// Codes of what an address says: page, source, medium, campaign, term, content.
type AddressCodes = [u32; 6];

const UTM: [Field; 5] = [Field::Source, Field::Medium, Field::Campaign, Field::Term, Field::Content];

impl EventWriter {
    /// A writer for one part.
    pub fn new(spec: &WriterSpec<'_>) -> Self {
        let columns = Columns::of(spec);
        let builder = EventTableBuilder::new(columns.layout(spec));
        let slots = Field::ALL.map(|field| field.is_text().then(|| builder.slot(field.name())).flatten());
        let properties = columns.properties.iter().filter_map(|name| builder.slot(name)).collect();
        Self {
            builder,
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
        let key = if self.short[field as usize].is_some() { ShortKey::of(value.as_bytes()) } else { None };
        let known = key.zip(self.short[field as usize].as_ref()).and_then(|(key, memo)| memo.get(key));
        let code = known.unwrap_or_else(|| {
            let code = self.code_of(field, slot, value.trim_ascii());
            if let (Some(key), Some(memo)) = (key, &mut self.short[field as usize]) {
                memo.insert(key, code);
            }
            code
        });
        self.set_code_of_raw(field, code);
    }

    /// What [`Self::set_code_of_raw`] needs to set a raw value of a text field in rows of the table at hand.
    pub(crate) fn code_of_raw(&mut self, field: Field, value: &str) -> u32 {
        let slot = self.slots[field as usize].filter(|_| self.needed[field as usize]);
        slot.map_or(NO_TEXT, |slot| self.code_of(field, slot, value.trim_ascii()))
    }

    /// Sets a text field as [`Self::set`] does with the raw value that the code is of.
    #[inline]
    pub(crate) fn set_code_of_raw(&mut self, field: Field, code: u32) {
        if let Some(slot) = self.slots[field as usize].filter(|_| code != NO_TEXT) {
            self.builder.set_code(slot, code);
            self.row.page_path |= field == Field::Page;
        }
    }

    /// Code of a raw value without blanks around it; [`NO_TEXT`] if it stands for null.
    fn code_of(&mut self, field: Field, slot: Slot, value: &str) -> u32 {
        let names_nobody = matches!(field, Field::SessionHint | Field::OrderId | Field::CartId);
        if is_placeholder(field, value) || (names_nobody && is_placeholder_identifier(value)) {
            return NO_TEXT;
        }
        match field {
            Field::Page => self.page_of(slot, value),
            _ => self.builder.intern(slot, value),
        }
    }

    fn page_of(&mut self, slot: Slot, value: &str) -> u32 {
        let Some(raw) = self.builder.slot(RAW_PAGE) else { return NO_TEXT };
        let code = self.builder.intern(raw, value);
        *remembered(&mut self.memo.page, code).get_or_insert_with(|| {
            let page = self.rules.pages.page(path_of(value)).into_owned();
            self.builder.intern(slot, &page)
        })
    }

    /// Whether the row's field says exactly what the source wrote. Fields that leave the row as something other than
    /// text or money never do.
    pub fn holds(&self, field: Field, written: &str) -> bool {
        match field {
            Field::Value => parse_micros(written).is_some_and(|micros| self.builder.value() == Some(micros)),
            Field::Bot => is_truth(written),
            _ => self.text(field) == Some(written),
        }
    }

    fn text(&self, field: Field) -> Option<&str> {
        let slot = self.slots[field as usize]?;
        self.builder.text_of(slot, self.builder.code(slot))
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
        let by_name = *remembered(&mut self.memo.event_flags, event).get_or_insert_with(|| {
            let name = self.slots[Field::Event as usize].and_then(|slot| self.builder.text_of(slot, event));
            self.rules.event_flags(name.unwrap_or_default())
        });
        let day = if self.row.day_precision { EventFlags::DAY_PRECISION } else { 0 };
        let bot = if self.row.bot || self.is_bot_agent() { EventFlags::BOT } else { 0 };
        by_name | day | bot
    }

    fn is_bot_agent(&mut self) -> bool {
        let Some(slot) = self.slots[Field::UserAgent as usize] else { return false };
        let code = self.builder.code(slot);
        *remembered(&mut self.memo.bot_agent, code).get_or_insert_with(|| {
            self.builder.text_of(slot, code).is_some_and(|agent| self.rules.bots.is_match(agent))
        })
    }

    fn derive_from_address(&mut self) {
        let Some(slot) = self.slots[Field::PageUrl as usize] else { return };
        let code = self.builder.code(slot);
        if code == NO_TEXT || (!self.utm_from_address && self.slots[Field::Page as usize].is_none()) {
            return;
        }
        let codes = match *remembered(&mut self.memo.address, code) {
            Some(codes) => codes,
            None => self.remember_address(slot, code),
        };
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

    fn remember_address(&mut self, slot: Slot, code: u32) -> AddressCodes {
        let address = self.builder.text_of(slot, code).unwrap_or_default().to_owned();
        let mut codes = [NO_TEXT; 6];
        if let Some(page) = self.slots[Field::Page as usize] {
            let name = self.rules.pages.page(path_of(&address));
            codes[0] = self.builder.intern(page, &name);
        }
        if self.utm_from_address {
            for ((field, code), value) in UTM.into_iter().zip(&mut codes[1..]).zip(campaign_of(&address)) {
                let value = value.filter(|value| !value.is_empty() && !is_placeholder(field, value));
                if let (Some(slot), Some(value)) = (self.slots[field as usize], value) {
                    *code = self.builder.intern(slot, &value);
                }
            }
        }
        *remembered(&mut self.memo.address, code) = Some(codes);
        codes
    }

    fn derive_channel(&mut self) {
        let Some(slot) = self.slots[Field::Channel as usize].filter(|slot| self.builder.code(*slot) == NO_TEXT) else {
            return;
        };
        let key = [Field::Source, Field::Medium, Field::Campaign]
            .map(|field| self.slots[field as usize].map_or(NO_TEXT, |slot| self.builder.code(slot)));
        if key[0] == NO_TEXT && key[1] == NO_TEXT {
            return;
        }
        let code = match self.memo.channel.get(&key) {
            Some(code) => *code,
            None => self.remember_channel(slot, key),
        };
        self.builder.set_code(slot, code);
    }

    fn remember_channel(&mut self, slot: Slot, key: [u32; 3]) -> u32 {
        let part = |field: Field, code| self.slots[field as usize].and_then(|slot| self.builder.text_of(slot, code));
        let (source, medium) = (part(Field::Source, key[0]), part(Field::Medium, key[1]));
        let group = self.rules.channels.group(source, medium, part(Field::Campaign, key[2])).map(str::to_owned);
        let code = group.map_or(NO_TEXT, |group| self.builder.intern(slot, &group));
        self.memo.channel.insert(key, code);
        code
    }

    /// Whether the table should be taken before more rows are set.
    pub fn is_full(&self) -> bool {
        self.rows() >= self.table_rows || self.builder.is_full()
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
        self.memo.clear();
        self.short.iter_mut().flatten().for_each(ShortMemo::clear);
        let table = self.builder.finish().map_err(|cause| IngestError::Build { input: input.to_owned(), cause })?;
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

/// Which columns a writer needs and exports.
struct Columns {
    needed: [bool; FIELDS],
    exported: Vec<String>,
    hidden: Vec<String>,
    properties: Vec<String>,
}

impl Columns {
    fn of(spec: &WriterSpec<'_>) -> Self {
        let can = |field: Field| spec.fields.contains(&field);
        let address = spec.utm_from_address && can(Field::PageUrl);
        let traffic = |field: Field| can(field) || address;
        let possible = |field: Field| match field {
            Field::Page => can(Field::Page) || can(Field::PageUrl),
            Field::Channel => can(field) || traffic(Field::Source) || traffic(Field::Medium),
            _ if UTM.contains(&field) => traffic(field),
            _ => can(field),
        };
        let wants = |field: Field| ALWAYS.contains(&field) || spec.wanted.wants(field.name());
        let exported: Vec<Field> =
            Field::ALL.into_iter().filter(|field| field.is_text() && possible(*field) && wants(*field)).collect();
        let mut needed = [false; FIELDS];
        for field in Field::ALL {
            needed[field as usize] = can(field)
                && (!field.is_text()
                    || field == Field::UserAgent
                    || exported.contains(&field)
                    || feeds(field, &exported, address));
        }
        let hidden: Vec<Field> = Field::ALL
            .into_iter()
            .filter(|field| field.is_text() && !exported.contains(field))
            .filter(|field| needed[*field as usize] || (address && feeds(*field, &exported, address)))
            .collect();
        Self::named(spec, needed, &exported, &hidden)
    }

    fn named(spec: &WriterSpec<'_>, needed: [bool; FIELDS], exported: &[Field], hidden: &[Field]) -> Self {
        let names = |fields: &[Field]| fields.iter().map(|field| field.name().to_owned()).collect::<Vec<_>>();
        let mut exported = names(exported);
        exported.extend(spec.properties.iter().cloned());
        let mut hidden = names(hidden);
        hidden.push(RAW_PAGE.to_owned());
        Self { needed, exported, hidden, properties: spec.properties.to_vec() }
    }

    fn layout(&self, spec: &WriterSpec<'_>) -> Layout {
        Layout {
            source_name: spec.source_name.to_owned(),
            text: self.exported.clone(),
            hidden: self.hidden.clone(),
            identifiers: spec.fields.iter().filter_map(|field| field.identifier()).collect(),
            event_id: spec.fields.contains(&Field::EventId),
            value: spec.fields.contains(&Field::Value),
            sequence: spec.sequence,
        }
    }
}

/// Text fields that every table has where the source can fill them.
const ALWAYS: [Field; 3] = [Field::Event, Field::OrderId, Field::Partition];

/// Text fields whose values hardly ever come again, or are long.
const SELDOM_SHORT: [Field; 3] = [Field::OrderId, Field::Items, Field::Props];

fn is_short(field: Field, columns: &Columns) -> bool {
    field.is_text() && columns.needed[field as usize] && !SELDOM_SHORT.contains(&field)
}

/// Hidden column that pages are remembered by.
const RAW_PAGE: &str = "\u{0}raw page";

/// Whether an exported field is derived from `field`.
fn feeds(field: Field, exported: &[Field], address: bool) -> bool {
    let channel = exported.contains(&Field::Channel);
    match field {
        Field::Source | Field::Medium | Field::Campaign => channel,
        Field::PageUrl => {
            exported.contains(&Field::Page) || (address && (channel || UTM.iter().any(|utm| exported.contains(utm))))
        }
        _ => false,
    }
}

fn remembered<T: Clone>(memo: &mut Vec<Option<T>>, code: u32) -> &mut Option<T> {
    let index = code as usize;
    if memo.len() <= index {
        memo.resize(index + 1, None);
    }
    &mut memo[index]
}

fn is_true(value: &str) -> bool {
    ["true", "1", "yes", "y", "t"].iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// Whether a bot mark says no more than true or false.
fn is_truth(value: &str) -> bool {
    is_true(value) || ["false", "0", "no", "n", "f"].iter().any(|word| word.eq_ignore_ascii_case(value))
}
