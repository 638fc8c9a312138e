//! How do the columns of many flat rows become events?
//!
//! First come times and event names, which tell the rows that are kept from those that are refused. Then every column is
//! read in a loop of its own over the kept rows. The rules are those that [single rows](super::row) have.

use arrow_array::{Array, StringArray, UInt32Array};
use kundresa_model::event_table::EventFlags;

use super::chunk::{Chunk, ChunkRow, FirstFilled, Texts};
use super::row::{Refused, RowPlan, RowWriter, props_of, read_time, with_decimal_point};
use crate::builder::NO_TEXT;
use crate::field::Field;
use crate::kind::tie;
use crate::parquet_input::NativeTimes;
use crate::time::{Instant, TimeReader};
use crate::writer::{CHANGED, EventWriter, Heads};

/// A row of a chunk that is no event.
pub(crate) type RefusedRow = (u32, Refused);

/// What is known of the rows that are kept, used again for the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    kept: Vec<u32>,
    ts: Vec<i64>,
    flags: Vec<u8>,
    events: Vec<u32>,
    codes: Vec<u32>,
    /// Per field of the plan, what became of the values of a dictionary.
    maps: Vec<KeyCodes>,
}

impl Scratch {
    /// Forgets the dictionaries of a file.
    pub(super) fn forget(&mut self) {
        self.maps.clear();
    }
}

/// Fields that may say something else than their only column does.
#[derive(Clone, Copy, Debug, Default)]
struct Lossy {
    page: bool,
    value: bool,
    bot: bool,
    sequence: bool,
}

impl RowWriter {
    /// Writes `rows` of a chunk, in their order; those that are no events are added to `refused`. Row 0 of the chunk has
    /// number `first`.
    pub(crate) fn write_chunk<C: Chunk>(
        &mut self,
        chunk: &C,
        rows: impl Iterator<Item = u32>,
        first: u64,
        refused: &mut Vec<RefusedRow>,
    ) {
        let begun = refused.len();
        self.read_times(chunk, rows, refused);
        self.read_events(chunk, refused);
        refused[begun..].sort_unstable_by_key(|(row, _)| *row);
        let Scratch { kept, ts, flags, events, .. } = &self.scratch;
        let ties = kept.iter().map(|row| {
            let (record, position) = chunk.place(*row).unwrap_or_else(|| (first + u64::from(*row), 0));
            tie(self.rank, record, position)
        });
        let from = self.writer.rows();
        self.writer.append_heads(Heads { ts, flags, events }, ties);
        let lossy = self.append_fields(chunk, from);
        self.append_properties(chunk);
        let lossy = Lossy { sequence: self.append_sequence(chunk), ..lossy };
        self.append_props(chunk, from, lossy);
        self.writer.finish_rows(from);
        if chunk.has_own() {
            self.writer.make_passive(from, self.scratch.kept.iter().map(|row| chunk.is_passive(*row)));
        }
    }

    fn read_times<C: Chunk>(&mut self, chunk: &C, rows: impl Iterator<Item = u32>, refused: &mut Vec<RefusedRow>) {
        let Self { plan, time, clocks, scratch, .. } = self;
        scratch.kept.clear();
        scratch.ts.clear();
        scratch.flags.clear();
        if let Some(all) = chunk.times().and_then(NativeTimes::instants) {
            scratch.kept.extend(rows);
            scratch.ts.extend(scratch.kept.iter().map(|row| all[*row as usize]));
            scratch.flags.resize(scratch.kept.len(), 0);
            return;
        }
        let mut take = |row: u32, instant: Result<Instant, Refused>| match instant {
            Ok(Instant { ts_us, day_precision }) => {
                scratch.kept.push(row);
                scratch.ts.push(ts_us);
                scratch.flags.push(if day_precision { EventFlags::DAY_PRECISION } else { 0 });
            }
            Err(why) => refused.push((row, why)),
        };
        if let Some(clocks) = clocks {
            let mut instant = |row: u32| {
                let cells = ChunkRow { chunk, row };
                clocks.instant(&plan.time, &cells, time, |time, text| read_time(plan, time, text))
            };
            return rows.for_each(|row| take(row, instant(row)));
        }
        if let Some(times) = chunk.times() {
            let native = |row: u32, time: &mut TimeReader| {
                let row = row as usize;
                let us = times.micros.is_valid(row).then(|| times.micros.value(row));
                match us {
                    Some(us) => time.read_native(us, times.utc, times.date_only).map_err(Refused::bad_time),
                    None => read_time(plan, time, None),
                }
            };
            return rows.for_each(|row| take(row, native(row, time)));
        }
        match plan.time.as_slice() {
            [only] => {
                let column = chunk.column(*only);
                rows.for_each(|row| take(row, read_time(plan, time, column.text(row))));
            }
            columns => {
                let column = FirstFilled { field: Field::Time, columns, chunk };
                rows.for_each(|row| take(row, read_time(plan, time, column.text(row))));
            }
        }
    }

    /// Event codes of the rows that have a time; those without a name are taken out.
    fn read_events<C: Chunk>(&mut self, chunk: &C, refused: &mut Vec<RefusedRow>) {
        let mut events = std::mem::take(&mut self.scratch.events);
        events.clear();
        if let Some(field) = self.plan.fields.iter().position(|(field, _)| *field == Field::Event) {
            self.codes_of(chunk, field, &mut events);
        }
        events.resize(self.scratch.kept.len(), NO_TEXT);
        if let Some(name) = &self.plan.constant_event {
            let constant = self.writer.raw_code(Field::Event, name) & !CHANGED;
            events.iter_mut().filter(|code| **code == NO_TEXT).for_each(|code| *code = constant);
        }
        if events.contains(&NO_TEXT) {
            let Self { plan, scratch: Scratch { kept, ts, flags, .. }, .. } = self;
            let nameless = kept.iter().zip(&events).filter(|(_, code)| **code == NO_TEXT);
            refused.extend(nameless.map(|(row, _)| (*row, plan.no_event())));
            keep_named(kept, &events);
            keep_named(ts, &events);
            keep_named(flags, &events);
            events.retain(|code| *code != NO_TEXT);
        }
        self.scratch.events = events;
    }

    /// Appends the codes that text field `index` of the plan has in the kept rows; whether some say something else.
    fn codes_of<C: Chunk>(&mut self, chunk: &C, index: usize, codes: &mut Vec<u32>) -> bool {
        let Self { plan, writer, scratch: Scratch { kept, maps, .. }, .. } = self;
        let (field, columns) = &plan.fields[index];
        match columns.as_slice() {
            [only] => match chunk.keys(*only) {
                Some((keys, values)) => {
                    maps.resize_with(plan.fields.len(), KeyCodes::default);
                    maps[index].append(writer, *field, Keyed { keys, values, rows: kept }, codes)
                }
                None => writer.raw_codes(*field, texts(&chunk.column(*only), kept), codes),
            },
            columns => writer.raw_codes(*field, texts(&FirstFilled { field: *field, columns, chunk }, kept), codes),
        }
    }

    /// Appends all fields but time and event.
    fn append_fields<C: Chunk>(&mut self, chunk: &C, from: usize) -> Lossy {
        let mut lossy = Lossy::default();
        let mut codes = std::mem::take(&mut self.scratch.codes);
        for index in 0..self.plan.fields.len() {
            let (field, columns) = self.plan.fields[index].clone();
            match columns.as_slice() {
                _ if field == Field::Event => {}
                _ if field.is_text() => {
                    codes.clear();
                    let is_changed = self.codes_of(chunk, index, &mut codes);
                    lossy.page |= field == Field::Page && is_changed;
                    self.writer.append_codes(field, &codes);
                }
                [only] if self.append_native(chunk, field, *only) => {}
                [only] => self.append_texts(&chunk.column(*only), field, from, &mut lossy),
                columns => self.append_texts(&FirstFilled { field, columns, chunk }, field, from, &mut lossy),
            }
        }
        self.scratch.codes = codes;
        lossy
    }

    /// Appends a field from the one column that fills it, if that can be taken as it is.
    fn append_native<C: Chunk>(&mut self, chunk: &C, field: Field, column: usize) -> bool {
        let Self { writer, scratch: Scratch { kept, .. }, .. } = self;
        if let Some(ids) = chunk.whole(column).filter(|ids| ids.len() == kept.len() && field.identifier().is_some()) {
            return writer.append_whole_identifiers(field, ids);
        }
        let Some(micros) = chunk.micros(column).filter(|_| field == Field::Value) else { return false };
        if micros.len() == kept.len() {
            writer.append_whole_micros(micros);
        } else {
            let rows = kept.iter().map(|row| *row as usize);
            writer.append_micros(rows.map(|row| micros.is_valid(row).then(|| micros.value(row))));
        }
        true
    }

    fn append_texts<'a>(&mut self, column: &impl Texts<'a>, field: Field, from: usize, lossy: &mut Lossy) {
        let Self { plan, writer, amount, scratch: Scratch { kept, .. }, .. } = self;
        let texts = texts(column, kept);
        match field {
            Field::Value if plan.decimal_comma => {
                let mut bad = 0;
                for text in texts {
                    let text = text.map(|text| {
                        with_decimal_point(text, amount);
                        amount.as_str()
                    });
                    bad += writer.append_amounts(std::iter::once(text));
                }
                lossy.value |= bad > 0;
            }
            Field::Value => lossy.value |= writer.append_amounts(texts) > 0,
            Field::Bot => lossy.bot |= writer.append_bots(from, texts),
            Field::EventId => writer.append_event_ids(texts),
            _ => writer.append_identifiers(field, texts),
        }
    }

    fn append_properties<C: Chunk>(&mut self, chunk: &C) {
        let Self { plan, writer, scratch: Scratch { kept, .. }, .. } = self;
        for (index, column) in plan.properties.iter().enumerate() {
            writer.append_property(index, texts(&chunk.column(*column), kept));
        }
    }

    /// Whether the source's own sequence has something that is no whole number.
    fn append_sequence<C: Chunk>(&mut self, chunk: &C) -> bool {
        let Self { plan, writer, scratch: Scratch { kept, .. }, .. } = self;
        let mut is_odd = false;
        for (part, column) in plan.sequence.iter().enumerate().take(3) {
            let column = chunk.column(*column);
            let numbers = texts(&column, kept).map(|text| {
                let text = text.unwrap_or_default().trim_ascii();
                let number = text.parse().ok();
                is_odd |= number.is_none() && !text.is_empty();
                number
            });
            writer.append_sequence(part, numbers);
        }
        is_odd
    }

    /// Appends what no column holds, where that is anything.
    fn append_props<C: Chunk>(&mut self, chunk: &C, from: usize, lossy: Lossy) {
        let Self { plan, writer, props, scratch: Scratch { kept, codes, .. }, .. } = self;
        let checked: Vec<_> =
            plan.checked.iter().filter(|(field, column)| lossy.may_change(plan, *field, *column)).copied().collect();
        let checked: Vec<_> = checked.into_iter().filter(|(_, column)| chunk.micros(*column).is_none()).collect();
        if !plan.wants_props || (plan.props.is_empty() && checked.is_empty() && !chunk.has_own()) {
            return;
        }
        codes.clear();
        for (place, row) in kept.iter().enumerate() {
            props.clear();
            props.push_str(chunk.props(*row));
            let holds = |field: Field, written: &str| writer.holds_at(from + place, field, written);
            props_of(plan, &checked, &ChunkRow { chunk, row: *row }, holds, props);
            codes.push(if props.is_empty() { NO_TEXT } else { writer.raw_code(Field::Props, props) });
        }
        writer.append_codes(Field::Props, codes);
    }
}

impl Lossy {
    /// Whether a column may have something that its field, or the sequence, does not hold.
    fn may_change(self, plan: &RowPlan, field: Option<Field>, column: usize) -> bool {
        let Some(field) = field else { return self.sequence };
        let is_alone = plan.fields.iter().any(|(known, columns)| *known == field && *columns == [column]);
        match field {
            Field::Page if is_alone => self.page,
            Field::Value if is_alone => self.value,
            Field::Bot if is_alone => self.bot,
            _ => true,
        }
    }
}

/// The texts of rows.
fn texts<'a, 'b, T: Texts<'a>>(
    column: &'b T,
    rows: &'b [u32],
) -> impl Iterator<Item = Option<&'a str>> + use<'a, 'b, T> {
    rows.iter().map(|row| column.text(*row))
}

/// Keeps what belongs to a row with an event name.
fn keep_named<T>(column: &mut Vec<T>, events: &[u32]) {
    let mut codes = events.iter();
    column.retain(|_| codes.next().is_some_and(|code| *code != NO_TEXT));
}

/// Rows of a column that has keys.
struct Keyed<'a> {
    keys: &'a UInt32Array,
    values: &'a StringArray,
    rows: &'a [u32],
}

/// What became of the values of a dictionary.
#[derive(Debug, Default)]
struct KeyCodes {
    values: Option<StringArray>,
    generation: u32,
    /// [Raw code](EventWriter::raw_code) of each value, or [`UNMET`].
    codes: Vec<u32>,
    /// Whether none is [`UNMET`].
    is_complete: bool,
}

/// Raw code of a value of a dictionary that no row has had.
const UNMET: u32 = u32::MAX;
/// Dictionaries of at most so many values for each row at hand, and of so many bytes, are looked at as a whole, so that all
/// tables of a row group share one array of values.
const VALUES_PER_ROW: usize = 4;
const MOST_BYTES: usize = 1 << 20;

impl KeyCodes {
    /// Appends the codes of rows, unmarked; whether some field says something else than the value.
    fn append(&mut self, writer: &mut EventWriter, field: Field, keyed: Keyed<'_>, codes: &mut Vec<u32>) -> bool {
        self.begin(writer, field, &keyed);
        let Keyed { keys, values, rows } = keyed;
        let mut marks = 0;
        let mut unmarked = |code: u32| {
            marks |= code;
            code & !CHANGED
        };
        if self.is_complete && keys.null_count() == 0 && keys.len() == rows.len() {
            codes.extend(keys.values().iter().map(|key| unmarked(self.codes[*key as usize])));
            return marks & CHANGED != 0;
        }
        codes.extend(rows.iter().map(|row| {
            if keys.is_null(*row as usize) {
                return NO_TEXT;
            }
            let key = keys.value(*row as usize) as usize;
            if self.codes[key] == UNMET {
                self.codes[key] = writer.raw_code(field, values.value(key));
            }
            unmarked(self.codes[key])
        }));
        marks & CHANGED != 0
    }

    fn begin(&mut self, writer: &mut EventWriter, field: Field, keyed: &Keyed<'_>) {
        let generation = writer.generation(field);
        let is_same = self.values.as_ref().is_some_and(|known| {
            known.values().ptr_eq(keyed.values.values()) && known.offsets().ptr_eq(keyed.values.offsets())
        });
        if is_same && self.generation == generation {
            return;
        }
        self.generation = generation;
        self.values = Some(keyed.values.clone());
        self.codes.clear();
        let values = keyed.values;
        self.is_complete = values.len() <= VALUES_PER_ROW * keyed.rows.len() && values.value_data().len() <= MOST_BYTES;
        if self.is_complete {
            self.codes.extend(values.iter().map(|value| writer.raw_code(field, value.unwrap_or_default())));
        } else {
            self.codes.resize(values.len(), UNMET);
        }
    }
}
