//! How do the columns of many rows of JSON become events?
//!
//! First come times and event names, which tell the rows that are kept from those that are refused. Then every column is
//! read in a loop of its own over the kept rows. The rules are those that [single rows](super::row) have.

use super::chunk::{Column, RowChunk};
use super::names::{PURCHASES, REFUNDS};
use super::row::{Refused, RowWriter, no_event, read_time, whole};
use super::shape::Shapes;
use crate::builder::NO_TEXT;
use crate::field::Field;
use crate::json::flatten::{Flat, push_member};
use crate::placeholder::is_placeholder;
use crate::writer::{CHANGED, Heads};

/// What is known of the rows that are kept, used again for the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    kept: Vec<u32>,
    ts: Vec<i64>,
    flags: Vec<u8>,
    events: Vec<u32>,
    codes: Vec<u32>,
    groups: Vec<Option<usize>>,
    props: String,
}

/// Rows and the text they were read from.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) chunk: &'a RowChunk,
    pub(super) text: &'a str,
    pub(super) shapes: &'a Shapes,
}

impl<'a> Rows<'a> {
    fn column(&self, place: usize) -> Column<'a> {
        self.chunk.column(place, self.text)
    }
}

impl RowWriter {
    /// Writes the rows of a chunk, in their order; those that are no events are added to `refused` with their lines.
    pub(super) fn write_chunk(&mut self, rows: Rows<'_>, refused: &mut Vec<(u32, Refused)>) {
        let mut scratch = std::mem::take(&mut self.scratch);
        self.read_times(rows, &mut scratch, refused);
        self.read_events(rows, &mut scratch, refused);
        let Scratch { kept, ts, flags, events, .. } = &scratch;
        let ties = kept.iter().map(|row| u128::from(rows.chunk.hashes[*row as usize]) << 64);
        let from = self.writer.rows();
        self.writer.append_heads(Heads { ts, flags, events }, ties);
        self.append_fields(rows, &mut scratch);
        self.append_traffic(rows, &mut scratch);
        self.append_value(rows, &scratch.kept);
        for (index, place) in self.plan.properties.iter().enumerate().filter(|(_, place)| rows.chunk.has(**place)) {
            self.writer.append_property(index, texts(&rows.column(*place), &scratch.kept));
        }
        for (part, place) in self.plan.sequence.iter().enumerate() {
            let column = rows.column(*place);
            let numbers = texts(&column, &scratch.kept).map(|text| text.and_then(|text| whole(text.trim_ascii())));
            self.writer.append_sequence(part, numbers);
        }
        self.append_partition(rows, &mut scratch);
        self.append_items(rows, &mut scratch);
        self.append_props(rows, from, &mut scratch);
        self.writer.finish_rows(from);
        self.scratch = scratch;
    }

    fn read_times(&self, rows: Rows<'_>, scratch: &mut Scratch, refused: &mut Vec<(u32, Refused)>) {
        scratch.kept.clear();
        scratch.ts.clear();
        let column = rows.column(self.plan.time);
        for (row, line) in (0_u32..).zip(&rows.chunk.lines) {
            match read_time(column.text(row)) {
                Ok(ts) => {
                    scratch.kept.push(row);
                    scratch.ts.push(ts);
                }
                Err(why) => refused.push((*line, why)),
            }
        }
    }

    /// Event codes of the rows that have a time; those without a name are taken out.
    fn read_events(&mut self, rows: Rows<'_>, scratch: &mut Scratch, refused: &mut Vec<(u32, Refused)>) {
        let Scratch { kept, ts, flags, events, .. } = scratch;
        events.clear();
        if let Some(index) = self.plan.fields.iter().position(|(field, _)| *field == Field::Event) {
            self.codes_of(rows, kept, index, events);
        }
        events.resize(kept.len(), NO_TEXT);
        if let Some(name) = &self.constant_event {
            let constant = self.writer.raw_code(Field::Event, name) & !CHANGED;
            events.iter_mut().filter(|_| constant != NO_TEXT).for_each(|code| *code = constant);
        }
        if events.contains(&NO_TEXT) {
            let nameless = kept.iter().zip(&*events).filter(|(_, code)| **code == NO_TEXT);
            refused.extend(nameless.map(|(row, _)| (rows.chunk.lines[*row as usize], no_event())));
            let mut codes = events.iter();
            kept.retain(|_| codes.next().is_some_and(|code| *code != NO_TEXT));
            let mut codes = events.iter();
            ts.retain(|_| codes.next().is_some_and(|code| *code != NO_TEXT));
            events.retain(|code| *code != NO_TEXT);
        }
        flags.clear();
        flags.resize(kept.len(), 0);
    }

    /// Appends the codes that text field `index` of the plan has in the kept rows.
    fn codes_of(&mut self, rows: Rows<'_>, kept: &[u32], index: usize, codes: &mut Vec<u32>) {
        let (field, places) = &self.plan.fields[index];
        match places.as_slice() {
            [only] => self.writer.raw_codes(*field, texts(&rows.column(*only), kept), codes),
            places => self.writer.raw_codes(*field, first_filled(*field, places, rows, kept), codes),
        };
    }

    fn append_fields(&mut self, rows: Rows<'_>, scratch: &mut Scratch) {
        let Scratch { kept, codes, .. } = scratch;
        for index in 0..self.plan.fields.len() {
            let (field, places) = &self.plan.fields[index];
            let field = *field;
            if field == Field::Event || !places.iter().any(|place| rows.chunk.has(*place)) {
                continue;
            }
            if field.is_text() {
                codes.clear();
                self.codes_of(rows, kept, index, codes);
                self.writer.append_codes(field, codes);
                continue;
            }
            let from = self.writer.rows() - kept.len();
            let texts = first_filled(field, places, rows, kept);
            match field {
                Field::EventId => self.writer.append_event_ids(texts),
                Field::Bot => drop(self.writer.append_bots(from, texts)),
                _ => self.writer.append_identifiers(field, texts),
            }
        }
    }

    /// All fields come from one place, see [`Self::write_traffic`].
    fn append_traffic(&mut self, rows: Rows<'_>, scratch: &mut Scratch) {
        let Self { plan, writer, .. } = self;
        let Scratch { kept, codes, groups, .. } = scratch;
        let may_fill = |group: &Vec<(Field, usize)>| group.iter().any(|(_, place)| rows.chunk.has(*place));
        if !plan.traffic.iter().any(may_fill) {
            return;
        }
        let is_filled = |(field, place): &(Field, usize), row: u32| {
            rows.column(*place).text(row).is_some_and(|text| !is_placeholder(*field, text.trim_ascii()))
        };
        let group_of = |row: &u32| plan.traffic.iter().position(|group| group.iter().any(|one| is_filled(one, *row)));
        groups.clear();
        groups.extend(kept.iter().map(group_of));
        let fields = plan.traffic.first().map_or(&[][..], Vec::as_slice);
        for (index, (field, _)) in fields.iter().enumerate() {
            let texts = kept.iter().zip(&*groups).map(|(row, group)| {
                let (_, place) = plan.traffic[(*group)?][index];
                rows.column(place).text(*row)
            });
            codes.clear();
            writer.raw_codes(*field, texts, codes);
            writer.append_codes(*field, codes);
        }
    }

    fn append_value(&mut self, rows: Rows<'_>, kept: &[u32]) {
        let plan = &self.plan;
        if ![plan.revenue, plan.refund, plan.value].iter().any(|place| rows.chunk.has(*place)) {
            return;
        }
        let [event, revenue, refund, value] =
            [plan.event, plan.revenue, plan.refund, plan.value].map(|place| rows.column(place));
        let amounts = kept.iter().map(|row| {
            let (revenue, refund) = (revenue.text(*row), refund.text(*row));
            let own = if revenue.is_some() || refund.is_some() {
                match event.text(*row).unwrap_or_default() {
                    event if PURCHASES.contains(&event) => revenue,
                    event if REFUNDS.contains(&event) => refund,
                    _ => None,
                }
            } else {
                None
            };
            own.or_else(|| value.text(*row))
        });
        self.writer.append_amounts(amounts);
    }

    fn append_partition(&mut self, rows: Rows<'_>, scratch: &mut Scratch) {
        let Self { plan, writer, partition, .. } = self;
        let Scratch { kept, codes, .. } = scratch;
        let [days, streams] = plan.partition.map(|place| rows.column(place));
        let mut last = ("", "");
        let mut code = NO_TEXT;
        codes.clear();
        codes.extend(kept.iter().map(|row| {
            let next = (days.text(*row).unwrap_or_default(), streams.text(*row).unwrap_or_default());
            if next != last {
                last = next;
                partition.clear();
                partition.push_str(next.0);
                if !next.0.is_empty() && !next.1.is_empty() {
                    partition.extend([" ", next.1]);
                }
                code = writer.raw_code(Field::Partition, partition) & !CHANGED;
            }
            code
        }));
        writer.append_codes(Field::Partition, codes);
    }

    fn append_items(&mut self, rows: Rows<'_>, scratch: &mut Scratch) {
        let Scratch { kept, codes, .. } = scratch;
        let items = rows.chunk.items(rows.text);
        codes.clear();
        self.writer.raw_codes(Field::Items, texts(&items, kept), codes);
        if codes.iter().any(|code| *code != NO_TEXT) {
            self.writer.append_codes(Field::Items, codes);
        }
    }

    /// Appends what no column holds, where that is anything.
    fn append_props(&mut self, rows: Rows<'_>, from: usize, scratch: &mut Scratch) {
        let Scratch { kept, codes, props, .. } = scratch;
        let repeated: Vec<_> = self.plan.repeated.iter().filter(|(place, ..)| rows.chunk.has(*place)).collect();
        if !self.plan.wants_props || (repeated.is_empty() && !rows.chunk.has_extras()) {
            return;
        }
        codes.clear();
        let mut members = Vec::new();
        for (at, row) in (from..).zip(&*kept) {
            members.clear();
            for extra in rows.chunk.extras(*row as usize) {
                let (own, text, is_number) = rows.chunk.extra(extra, rows.text);
                let name = own.unwrap_or_else(|| rows.shapes.name_of(extra));
                members.push((name, is_number, text));
            }
            for (place, name, field) in &repeated {
                let Some((text, is_number)) = rows.column(*place).value(*row).filter(|(text, _)| !text.is_empty())
                else {
                    continue;
                };
                if !field.is_some_and(|field| self.writer.holds_at(at, field, text.trim_ascii())) {
                    members.push((name, is_number, text));
                }
            }
            write_props(&mut members, props);
            codes.push(if props.is_empty() { NO_TEXT } else { self.writer.raw_code(Field::Props, props) & !CHANGED });
        }
        self.writer.append_codes(Field::Props, codes);
    }
}

/// Writes a JSON object sorted by name; of several values of a name the least.
fn write_props(members: &mut Vec<(&str, bool, &str)>, props: &mut String) {
    members.sort_unstable();
    members.dedup_by(|later, first| later.0 == first.0);
    props.clear();
    for (name, is_number, text) in members.iter() {
        push_member(props, name, if *is_number { Flat::Json(text) } else { Flat::Text(text) });
    }
    if !props.is_empty() {
        props.push('}');
    }
}

/// The texts of rows.
fn texts<'a, 'b>(column: &'b Column<'a>, rows: &'b [u32]) -> impl Iterator<Item = Option<&'a str>> + use<'a, 'b> {
    rows.iter().map(|row| column.text(*row))
}

/// Of several places the first that is filled, row by row.
fn first_filled<'a>(
    field: Field,
    places: &[usize],
    rows: Rows<'a>,
    kept: &[u32],
) -> impl Iterator<Item = Option<&'a str>> {
    kept.iter().map(move |row| {
        let filled = |text: &&str| !is_placeholder(field, text.trim_ascii());
        places.iter().filter_map(|place| rows.column(*place).text(*row)).find(filled)
    })
}
