//! How do the cells of one flat row become one event?

use std::sync::Arc;

use kundresa_model::quality::{ClockCounts, PartReport, RejectReason};
use kundresa_model::source::Wanted;

use super::MappedKind;
use super::columns::Scratch;
use crate::field::Field;
use crate::json::flatten::{Flat, push_member};
use crate::kind::{PartRequest, tie};
use crate::mapping::{Mapping, is_free};
use crate::placeholder::is_placeholder;
use crate::rejects::Rejects;
use crate::skew::{ClockCells, Clocks};
use crate::time::{Instant, TimeReader};
use crate::writer::{EventWriter, WriterSpec};

/// Cells of one row, by index into [`RowPlan::columns`].
pub(crate) trait Cells {
    /// The text of a cell; `None` or empty where there is none.
    fn cell(&self, index: usize) -> Option<&str>;
}

/// Which columns are read, and what each is for.
#[derive(Debug)]
pub(crate) struct RowPlan {
    /// Columns to read, without repeats.
    pub columns: Vec<String>,
    /// Indices of the columns of the event time.
    pub time: Vec<usize>,
    /// Columns that correct the clock that the event time is of.
    pub clock: Option<ClockCells>,
    /// Other fields that are read, with their columns.
    pub fields: Vec<(Field, Vec<usize>)>,
    /// Columns of properties.
    pub properties: Vec<usize>,
    /// Columns of the source's own sequence.
    pub sequence: Vec<usize>,
    /// Name of events without another.
    pub constant_event: Option<String>,
    /// Whether money has a decimal comma.
    pub decimal_comma: bool,
    /// Columns that go into `props`, where that is wanted and the columns are known.
    pub props: Vec<usize>,
    /// Columns that go into `props` where their field does not hold the value exactly. The sequence has no field.
    pub checked: Vec<(Option<Field>, usize)>,
    /// Whether `props` is wanted.
    pub wants_props: bool,
}

/// A row that is no event.
#[derive(Debug)]
pub(crate) struct Refused {
    pub reason: RejectReason,
    pub detail: String,
}

impl Refused {
    /// For a time that is none, with what is wrong about it.
    pub(super) fn bad_time(wrong: &str) -> Self {
        Self { reason: RejectReason::BadTime, detail: wrong.to_owned() }
    }
}

/// Everything that turns rows of one part into tables.
pub(crate) struct RowWriter {
    pub plan: RowPlan,
    pub writer: EventWriter,
    pub(super) time: TimeReader,
    pub(super) clocks: Option<Clocks>,
    pub(super) rank: u32,
    pub(super) amount: String,
    pub(super) props: String,
    pub(super) scratch: Scratch,
}

impl RowWriter {
    /// For one part. `known` are the columns of the input; `open` says that rows may have others.
    pub(crate) fn new(kind: &MappedKind, request: &PartRequest, known: &[String], open: bool) -> Self {
        let mapping = &kind.mapping;
        let properties = properties(mapping, &request.wanted, known, open);
        let mut fields: Vec<Field> = mapping.fields.iter().map(|mapped| mapped.field).collect();
        fields.extend(mapping.constant_event.is_some().then_some(Field::Event));
        let wants_props = request.wanted.wants(Field::Props.name());
        fields.extend(wants_props.then_some(Field::Props));
        let names: Vec<String> = properties.iter().map(|(name, _)| name.clone()).collect();
        let writer = EventWriter::new(&WriterSpec {
            source_name: &request.source_name,
            fields: &fields,
            properties: &names,
            sequence: !mapping.sequence.is_empty(),
            utm_from_address: !mapping.has(Field::Source) && !mapping.has(Field::Medium),
            wanted: &request.wanted,
            table_rows: request.table_rows,
            rules: Arc::clone(&kind.rules),
        });
        let plan = RowPlan::new(mapping, &writer, &properties, known, wants_props);
        let clocks = plan.clock.map(Clocks::new);
        Self {
            plan,
            writer,
            clocks,
            time: kind.time.clone(),
            rank: request.rank,
            amount: String::new(),
            props: String::new(),
            scratch: Scratch::default(),
        }
    }

    /// Begins a part of the input of that rank.
    pub(super) fn begin(&mut self, rank: u32) {
        self.rank = rank;
        self.clocks.iter_mut().for_each(Clocks::begin);
        self.writer.begin();
    }

    /// What the part gave, with what was set aside.
    pub(crate) fn report(&self, rejects: &Rejects) -> PartReport {
        let clocks = self.clocks.as_ref().map_or_else(ClockCounts::default, Clocks::counts);
        PartReport { clocks, ..rejects.report(self.writer.bad_values()) }
    }

    /// Writes one row. `props` is the JSON object of unmapped values without its end, where the source built it itself.
    pub(super) fn write(&mut self, cells: &impl Cells, row: u64, props: Option<&str>) -> Result<(), Refused> {
        self.write_at(cells, row, 0, props)
    }

    /// Writes one of the rows that a record holds, by its position among them.
    pub(crate) fn write_at(
        &mut self,
        cells: &impl Cells,
        record: u64,
        position: u32,
        props: Option<&str>,
    ) -> Result<(), Refused> {
        let written = self.try_write(cells, tie(self.rank, record, position), props);
        if written.is_err() {
            self.writer.abandon_row();
        }
        written
    }

    fn try_write(&mut self, cells: &impl Cells, tie: u128, props: Option<&str>) -> Result<(), Refused> {
        let Self { plan, time, clocks, .. } = self;
        let instant = match clocks {
            Some(clocks) => clocks.instant(&plan.time, cells, time, |time, text| read_time(plan, time, text))?,
            None => read_time(plan, time, first_filled(Field::Time, &plan.time, cells))?,
        };
        self.writer.set_time(instant.ts_us, instant.day_precision);
        if let Some(name) = &self.plan.constant_event {
            self.writer.set(Field::Event, name);
        }
        for (field, columns) in &self.plan.fields {
            // The writer knows placeholders itself; among several columns they must be passed over.
            let value = match columns.as_slice() {
                [only] => cells.cell(*only),
                _ => first_filled(*field, columns, cells),
            };
            let Some(value) = value else { continue };
            if *field == Field::Value && self.plan.decimal_comma {
                with_decimal_point(value, &mut self.amount);
                self.writer.set(*field, &self.amount);
            } else {
                self.writer.set(*field, value);
            }
        }
        for (index, column) in self.plan.properties.iter().enumerate() {
            self.writer.set_property(index, cells.cell(*column).unwrap_or_default());
        }
        self.write_sequence(cells);
        self.write_props(cells, props);
        // Without a time it would have been refused before.
        self.writer.finish_row(tie).map_err(|_| self.plan.no_event())
    }

    fn write_sequence(&mut self, cells: &impl Cells) {
        if self.plan.sequence.is_empty() {
            return;
        }
        let mut sequence = [None; 3];
        for (part, column) in sequence.iter_mut().zip(&self.plan.sequence) {
            *part = cells.cell(*column).and_then(|text| text.trim_ascii().parse().ok());
        }
        self.writer.set_sequence(sequence);
    }

    fn write_props(&mut self, cells: &impl Cells, props: Option<&str>) {
        if !self.plan.wants_props {
            return;
        }
        let Self { plan, writer, props: all, .. } = self;
        all.clear();
        all.push_str(props.unwrap_or_default());
        props_of(plan, &plan.checked, cells, |field, written| writer.holds(field, written), all);
        if !all.is_empty() {
            writer.set(Field::Props, all);
        }
    }
}

/// The event time that a text says; `None` or a placeholder is no time.
pub(super) fn read_time(plan: &RowPlan, time: &mut TimeReader, text: Option<&str>) -> Result<Instant, Refused> {
    let text = text.map(str::trim_ascii).filter(|text| !is_placeholder(Field::Time, text));
    let Some(text) = text else {
        let detail = format!("{} is empty", plan.names(Field::Time));
        return Err(Refused { reason: RejectReason::MissingTime, detail });
    };
    time.read(text).map_err(|wrong| Refused::bad_time(&format!("`{text}` {wrong} ({})", time.format().option())))
}

/// Adds what no column holds to `props`, an object under construction, and ends it if there is something in it.
pub(super) fn props_of(
    plan: &RowPlan,
    checked: &[(Option<Field>, usize)],
    cells: &impl Cells,
    holds: impl Fn(Field, &str) -> bool,
    props: &mut String,
) {
    for column in &plan.props {
        if let Some(value) = cells.cell(*column).filter(|value| !value.is_empty()) {
            push_member(props, &plan.columns[*column], Flat::Text(value));
        }
    }
    for (field, column) in checked {
        let value = cells.cell(*column).map_or("", str::trim_ascii);
        if !is_held(*field, value, plan.decimal_comma, &holds) {
            push_member(props, &plan.columns[*column], Flat::Text(value));
        }
    }
    if !props.is_empty() {
        props.push('}');
    }
}

/// Whether the event says exactly what the source did, if that is anything.
fn is_held(field: Option<Field>, value: &str, decimal_comma: bool, holds: impl Fn(Field, &str) -> bool) -> bool {
    match field {
        _ if value.is_empty() => true,
        None => value.parse::<i64>().is_ok(),
        Some(field) if is_placeholder(field, value) => true,
        Some(Field::Value) if decimal_comma => {
            let mut amount = String::new();
            with_decimal_point(value, &mut amount);
            holds(Field::Value, &amount)
        }
        Some(field) => holds(field, value),
    }
}

fn first_filled<'a>(field: Field, columns: &[usize], cells: &'a impl Cells) -> Option<&'a str> {
    let filled = |value: &&str| !is_placeholder(field, value.trim_ascii());
    columns.iter().filter_map(|column| cells.cell(*column)).find(filled)
}

/// `1.234,50` as `1234.50`.
pub(super) fn with_decimal_point(value: &str, amount: &mut String) {
    amount.clear();
    if value.contains(',') {
        amount.extend(
            value
                .chars()
                .filter(|character| *character != '.')
                .map(|character| if character == ',' { '.' } else { character }),
        );
    } else {
        amount.push_str(value);
    }
}

/// Wanted properties with their columns, by name.
fn properties(mapping: &Mapping, wanted: &Wanted, known: &[String], open: bool) -> Vec<(String, String)> {
    let configured = mapping.properties.iter().filter(|(name, _)| wanted.wants(name));
    let mut found: Vec<(String, String)> = configured.map(|(name, column)| (name.clone(), column.clone())).collect();
    for name in &wanted.text {
        let canonical = Field::from_name(name).is_some_and(|field| fills(mapping, field));
        let there = open || known.contains(name);
        if !canonical && there && is_free(name) && !found.iter().any(|(other, _)| other == name) {
            found.push((name.clone(), name.clone()));
        }
    }
    found.retain(|(name, _)| is_free(name));
    found
}

/// Whether the source fills a canonical field, from a column or from others.
fn fills(mapping: &Mapping, field: Field) -> bool {
    let address = mapping.has(Field::PageUrl);
    let traffic = mapping.has(Field::Source) || mapping.has(Field::Medium);
    match field {
        Field::Page => mapping.has(field) || address,
        Field::Channel => mapping.has(field) || traffic || address || mapping.has(Field::Referrer),
        Field::Source | Field::Medium if mapping.has(Field::Referrer) && !traffic => true,
        Field::Source | Field::Medium | Field::Campaign | Field::Term | Field::Content => {
            mapping.has(field) || (address && !traffic)
        }
        Field::Device | Field::Os | Field::Browser => mapping.has(field) || mapping.has(Field::UserAgent),
        _ => mapping.has(field),
    }
}

/// Columns that need not be held exactly.
fn checked(mapping: &Mapping, index: &mut impl FnMut(&String) -> usize) -> Vec<(Option<Field>, usize)> {
    let fields = mapping.checked().map(|(field, column)| (Some(field), column));
    let sequence = mapping.sequence.iter().map(|column| (None, column.as_str()));
    fields.chain(sequence).map(|(field, column)| (field, index(&column.to_owned()))).collect()
}

impl RowPlan {
    fn new(
        mapping: &Mapping,
        writer: &EventWriter,
        properties: &[(String, String)],
        known: &[String],
        wants_props: bool,
    ) -> Self {
        let mut columns = Vec::<String>::new();
        let mut index = |name: &String| {
            columns.iter().position(|column| column == name).unwrap_or_else(|| {
                columns.push(name.clone());
                columns.len() - 1
            })
        };
        let time = mapping.columns(Field::Time).iter().map(&mut index).collect();
        let clock = mapping.clock.as_ref().map(|clock| ClockCells {
            created: index(&clock.created),
            sent: index(&clock.sent),
            received: index(&clock.received),
        });
        let read = mapping.fields.iter().filter(|mapped| mapped.field != Field::Time && writer.needs(mapped.field));
        let fields = read.map(|mapped| (mapped.field, mapped.columns.iter().map(&mut index).collect())).collect();
        let sequence = mapping.sequence.iter().map(&mut index).collect();
        let properties: Vec<usize> = properties.iter().map(|(_, column)| index(column)).collect();
        let carried = mapping.carried();
        let unmapped = known.iter().filter(|name| wants_props && !carried.contains(name.as_str()));
        let props = unmapped.map(&mut index).filter(|column| !properties.contains(column)).collect();
        let mut checked = if wants_props { checked(mapping, &mut index) } else { Vec::new() };
        checked.retain(|(_, column)| !properties.contains(column));
        let (constant_event, decimal_comma) = (mapping.constant_event.clone(), mapping.decimal_comma);
        Self {
            columns,
            time,
            clock,
            fields,
            properties,
            sequence,
            constant_event,
            decimal_comma,
            props,
            checked,
            wants_props,
        }
    }

    /// Columns that properties read.
    pub(super) fn property_columns(&self) -> impl Iterator<Item = &str> {
        self.properties.iter().map(|column| self.columns[*column].as_str())
    }

    /// Whether a column does nothing but fill the money alone.
    pub(super) fn is_money_alone(&self, column: usize) -> bool {
        let mut filled = self.fields.iter().filter(|(_, columns)| columns.contains(&column));
        let fills_value = filled.next().is_some_and(|(field, columns)| *field == Field::Value && columns.len() == 1);
        let others = [&self.time, &self.properties, &self.sequence, &self.props];
        fills_value && filled.next().is_none() && !others.iter().any(|columns| columns.contains(&column))
    }

    /// Whether a column fills text fields, each of them alone.
    pub(super) fn is_text_alone(&self, column: &str) -> bool {
        let Some(index) = self.columns.iter().position(|known| known == column) else { return false };
        let mut filled = self.fields.iter().filter(|(_, columns)| columns.contains(&index)).peekable();
        filled.peek().is_some() && filled.all(|(field, columns)| field.is_text() && columns.len() == 1)
    }

    /// Why a row without an event name is refused.
    pub(super) fn no_event(&self) -> Refused {
        Refused { reason: RejectReason::MissingEvent, detail: format!("{} is empty", self.names(Field::Event)) }
    }

    fn names(&self, field: Field) -> String {
        let columns = match field {
            Field::Time => &self.time,
            _ => self.fields.iter().find(|(known, _)| *known == field).map_or(&self.time, |(_, columns)| columns),
        };
        let names: Vec<String> = columns.iter().map(|column| format!("`{}`", self.columns[*column])).collect();
        names.join(" and ")
    }
}
