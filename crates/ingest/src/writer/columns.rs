//! How do whole columns of raw values become canonical events?
//!
//! Columns of the same rows are appended one after another, in loops that look at one column only; what follows from
//! them is then derived for all rows at once. The rules are those of single rows.

use arrow_array::{Array, Int64Array, StringArray};
use kundresa_model::event_table::EventFlags;
use kundresa_model::money::parse_micros;

use super::{CHANGED, EventWriter, PropertyIndex, TRAFFIC, UTM, is_true, is_truth, says};
use crate::builder::{NO_TEXT, Slot, in_table};
use crate::field::Field;
use crate::memo::{ShortKey, ShortMemo};
use crate::placeholder::{is_placeholder, is_placeholder_identifier, is_plain_identifier};

/// Times, flags so far and event codes of rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heads<'a> {
    pub(crate) ts: &'a [i64],
    pub(crate) flags: &'a [u8],
    pub(crate) events: &'a [u32],
}

impl EventWriter {
    /// Appends the [raw codes](Self::raw_code) of texts to `codes`, unmarked; whether some field says something else than
    /// what was written.
    pub(crate) fn raw_codes<'a>(
        &mut self,
        field: Field,
        texts: impl Iterator<Item = Option<&'a str>>,
        codes: &mut Vec<u32>,
    ) -> bool {
        let mut marks = 0;
        let mut unmarked = |code: u32| {
            marks |= code;
            code & !CHANGED
        };
        // Taken out, so that it is at hand while codes are made.
        let mut memo = self.short[field as usize].take();
        match &mut memo {
            Some(memo) => codes
                .extend(texts.map(|text| text.map_or(NO_TEXT, |text| unmarked(self.known_code(field, text, memo))))),
            None => codes.extend(texts.map(|text| text.map_or(NO_TEXT, |text| unmarked(self.raw_code(field, text))))),
        }
        self.short[field as usize] = memo;
        marks & CHANGED != 0
    }

    #[inline]
    fn known_code(&mut self, field: Field, text: &str, memo: &mut ShortMemo) -> u32 {
        let Some(key) = ShortKey::of(text.as_bytes()) else {
            return if text.is_empty() { NO_TEXT } else { self.raw_code(field, text) };
        };
        memo.get(key).unwrap_or_else(|| {
            let code = self.raw_code(field, text);
            memo.insert(key, code);
            code
        })
    }

    /// How many times the codes of a text field were forgotten.
    pub(crate) fn generation(&self, field: Field) -> u32 {
        self.slots[field as usize].map_or(0, |slot| self.builder.generation(slot))
    }

    /// Begins rows that are events, with their tie-breaks. Each of their other columns may be appended once; then
    /// [`Self::finish_rows`] is to be called.
    pub(crate) fn append_heads(&mut self, heads: Heads<'_>, ties: impl Iterator<Item = u128>) {
        let Heads { ts, flags, events } = heads;
        self.builder.ts.extend_from_slice(ts);
        let mut all = std::mem::take(&mut self.builder.flags);
        all.extend(flags.iter().zip(events).map(|(flags, event)| flags | self.event_flags(*event)));
        self.builder.flags = all;
        self.builder.tie.extend(ties.map(in_table));
        self.append_codes(Field::Event, events);
    }

    /// Appends the codes of a text field.
    pub(crate) fn append_codes(&mut self, field: Field, codes: &[u32]) {
        if let Some(slot) = self.slots[field as usize] {
            self.builder.codes_mut(slot).extend_from_slice(codes);
        }
    }

    /// Appends identifiers; those that stand for nobody are null.
    pub(crate) fn append_identifiers<'a>(&mut self, field: Field, texts: impl Iterator<Item = Option<&'a str>>) {
        let Some(class) = field.identifier() else { return };
        let column = &mut self.builder.identifiers[class as usize];
        column.begin();
        let id = |text: &'a str| match is_plain_identifier(text.as_bytes()) {
            true => Some(text),
            false => Some(text.trim_ascii()).filter(|id| !is_placeholder_identifier(id)),
        };
        texts.for_each(|text| column.push(text.and_then(id).unwrap_or_default()));
    }

    /// Appends a column of identifiers as it is; false, and nothing is appended, if some of them have to be changed.
    pub(crate) fn append_whole_identifiers(&mut self, field: Field, column: &StringArray) -> bool {
        let Some(class) = field.identifier() else { return false };
        let is_clean = |id: &str| {
            is_plain_identifier(id.as_bytes()) || id.trim_ascii().len() == id.len() && !is_placeholder_identifier(id)
        };
        let is_clean = match column.null_count() {
            0 => (0..column.len()).all(|row| is_clean(column.value(row))),
            _ => column.iter().flatten().all(is_clean),
        };
        if is_clean {
            self.builder.identifiers[class as usize].push_whole(column);
        }
        is_clean
    }

    /// Appends native event ids.
    pub(crate) fn append_event_ids<'a>(&mut self, texts: impl Iterator<Item = Option<&'a str>>) {
        let column = &mut self.builder.event_id;
        column.begin();
        let id = |text: &'a str| Some(text.trim_ascii()).filter(|id| !is_placeholder(Field::EventId, id));
        texts.for_each(|text| column.push(text.and_then(id).unwrap_or_default()));
    }

    /// Appends a whole column of money in micro-units.
    pub(crate) fn append_whole_micros(&mut self, column: &Int64Array) {
        self.builder.value.extend_from_slice(column.values());
        match column.nulls() {
            Some(nulls) => self.builder.has_value.append_buffer(nulls),
            None => self.builder.has_value.append_n_non_nulls(column.len()),
        }
    }

    /// Appends money in micro-units.
    pub(crate) fn append_micros(&mut self, micros: impl Iterator<Item = Option<i64>>) {
        for micros in micros {
            self.builder.value.push(micros.unwrap_or_default());
            self.builder.has_value.append(micros.is_some());
        }
    }

    /// Appends money in text. Placeholders are null; other unreadable text is counted. Returns how many those are.
    pub(crate) fn append_amounts<'a>(&mut self, texts: impl Iterator<Item = Option<&'a str>>) -> u64 {
        let mut bad = 0;
        let micros = texts.map(|text| {
            let text = text.map(str::trim_ascii).filter(|text| !is_placeholder(Field::Value, text))?;
            let micros = parse_micros(text);
            bad += u64::from(micros.is_none());
            micros
        });
        self.append_micros(micros);
        self.bad_values += bad;
        bad
    }

    /// Marks rows from `from` on that the source says are a bot's; whether some mark says more than that.
    pub(crate) fn append_bots<'a>(&mut self, from: usize, texts: impl Iterator<Item = Option<&'a str>>) -> bool {
        let mut says_more = false;
        for (flags, text) in self.builder.flags[from..].iter_mut().zip(texts) {
            let text = text.unwrap_or_default().trim_ascii();
            *flags |= if is_true(text) { EventFlags::BOT } else { 0 };
            says_more |= !is_placeholder(Field::Bot, text) && !is_truth(text);
        }
        says_more
    }

    /// Appends a property as it came; empty text is null.
    pub(crate) fn append_property<'a>(&mut self, index: PropertyIndex, texts: impl Iterator<Item = Option<&'a str>>) {
        let slot = self.properties[index];
        let Self { builder, short_properties, .. } = self;
        let memo = &mut short_properties[index];
        let mut codes = std::mem::take(builder.codes_mut(slot));
        // Of many values few come again soon.
        let are_few = builder.values(slot) <= FEW_VALUES;
        codes.extend(texts.map(|text| {
            let Some(text) = text.filter(|text| !text.is_empty()) else { return NO_TEXT };
            let Some(key) = ShortKey::of(text.as_bytes()).filter(|_| are_few) else {
                return builder.intern(slot, text);
            };
            memo.get(key).unwrap_or_else(|| {
                let code = builder.intern(slot, text);
                memo.insert(key, code);
                code
            })
        }));
        *builder.codes_mut(slot) = codes;
    }

    /// Appends one part of the source's own sequence.
    pub(crate) fn append_sequence(&mut self, part: usize, numbers: impl Iterator<Item = Option<i64>>) {
        self.builder.sequence[part].extend(numbers);
    }

    /// Whether the field of an appended row says exactly what the source wrote; see [`Self::holds`].
    pub(crate) fn holds_at(&self, row: usize, field: Field, written: &str) -> bool {
        let text = || self.slots[field as usize].and_then(|slot| self.builder.text_at(slot, row));
        says(field, written, text, || self.builder.value_at(row))
    }

    /// Whether the table should be taken since it has much text.
    pub(crate) fn is_heavy(&self) -> bool {
        self.builder.is_heavy()
    }

    /// Derives what follows from the columns of the rows from `from` on. What was not appended is null.
    pub(crate) fn finish_rows(&mut self, from: usize) {
        self.builder.fill_up();
        self.mark_agents(from);
        self.derive_from_addresses(from);
        self.derive_from_agents_and_referrers(from);
        self.derive_channels(from);
    }

    /// Says of rows from `from` on, one after another, whether nobody acted in them.
    pub(crate) fn make_passive(&mut self, from: usize, rows: impl Iterator<Item = bool>) {
        for (flags, is_passive) in self.builder.flags[from..].iter_mut().zip(rows) {
            *flags &= if is_passive { !EventFlags::ACTIVITY } else { u8::MAX };
        }
    }

    fn mark_agents(&mut self, from: usize) {
        let Some(slot) = self.slots[Field::UserAgent as usize] else { return };
        for row in from..self.rows() {
            let agent = self.builder.codes(slot)[row];
            let flags = self.agent_flags(slot, agent);
            self.builder.flags[row] |= flags;
        }
    }

    fn derive_from_addresses(&mut self, from: usize) {
        let Some(slot) = self.telling_address() else { return };
        let utm = UTM.map(|field| self.slots[field as usize].filter(|_| self.utm_from_address));
        for row in from..self.rows() {
            let code = self.builder.codes(slot)[row];
            if code != NO_TEXT {
                let codes = self.address(slot, code);
                let targets = [self.slots[Field::Page as usize]].into_iter().chain(utm);
                targets.zip(codes).for_each(|(target, code)| self.fill_gap(target, row, code));
            }
        }
    }

    /// Sets a code where there is none.
    pub(super) fn fill_gap(&mut self, slot: Option<Slot>, row: usize, code: u32) {
        if let Some(slot) = slot {
            let there = &mut self.builder.codes_mut(slot)[row];
            *there = if *there == NO_TEXT { code } else { *there };
        }
    }

    fn derive_channels(&mut self, from: usize) {
        let Some(slot) = self.slots[Field::Channel as usize] else { return };
        let traffic = TRAFFIC.map(|field| self.slots[field as usize]);
        let mut channels = std::mem::take(self.builder.codes_mut(slot));
        let mut recent = [([NO_TEXT; 3], NO_TEXT); RECENT_CHANNELS];
        for (channel, row) in channels[from..].iter_mut().zip(from..).filter(|(channel, _)| **channel == NO_TEXT) {
            let code = |slot: Option<Slot>| slot.map_or(NO_TEXT, |slot| self.builder.codes(slot)[row]);
            let key = [code(traffic[0]), code(traffic[1]), code(traffic[2])];
            let place = (key[0] ^ key[1].rotate_left(3) ^ key[2].rotate_left(5)) as usize % RECENT_CHANNELS;
            if recent[place].0 != key {
                recent[place] = (key, self.channel_of(slot, key));
            }
            *channel = recent[place].1;
        }
        *self.builder.codes_mut(slot) = channels;
    }
}

/// Combinations of traffic that are at hand. A power of two.
const RECENT_CHANNELS: usize = 64;
/// A property of more values does without a memo of them.
const FEW_VALUES: usize = 4096;
