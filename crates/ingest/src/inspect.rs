//! What are these inputs, how would they be read, and which configuration pins that?

use std::collections::BTreeMap;

use arrow_array::{Array, cast::AsArray};
use kundresa_model::event_table::{EventFlags, EventTable, VALUE};
use kundresa_model::field::{IdentifierClass, text};
use kundresa_model::money::write_micros;
use kundresa_model::quality::{RejectReason, RejectedRow};
use kundresa_model::source::{EventSource, Wanted};
use schemars::JsonSchema;
use serde::Serialize;

use crate::config::Dated;
use crate::error::IngestError;
use crate::kind::ColumnFacts;
use crate::parquet_input::iso_text;
use crate::plan::{LoadPlan, PinnedSource};
use crate::skew::ClockFacts;
use crate::sources::Evidence;
use crate::templates::suggest_templates;
use crate::warning::LoadWarning;

/// What inspection found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Inspection {
    /// Sources.
    pub sources: Vec<SourceInspection>,
    /// Things to know.
    pub warnings: Vec<LoadWarning>,
}

/// One source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct SourceInspection {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// How it is known what exports of that kind look like; null where nothing but the content says what it is.
    pub evidence: Option<Evidence>,
    /// Encoding of its first input, for example `delimited text, gzip`.
    pub encoding: String,
    /// Separator and lines before the header, in words; empty where there are none.
    pub dialect: String,
    /// Names of its inputs; the first decided the mapping.
    pub inputs: Vec<String>,
    /// Canonical fields and how they are filled.
    pub fields: Vec<FieldInspection>,
    /// Columns that no field reads; they are properties.
    pub unmapped: Vec<ColumnInspection>,
    /// Name given to every event, if no column names it.
    pub constant_event: Option<String>,
    /// Time format in words.
    pub time_format: String,
    /// Time format as the configuration writes it; empty where the kind fixes it.
    pub time_option: String,
    /// Zone of times that carry none; null where every time carries one.
    pub time_zone: Option<String>,
    /// How far the clocks of devices were off in the first rows; absent where they can't be corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockFacts>,
    /// The first events, as canonical column and value.
    pub first_events: Vec<Vec<Cell>>,
    /// What the first rows of the first input gave.
    pub sample: SampleCounts,
    /// Page templates for segments that look like ids.
    pub templates: Vec<String>,
    /// Dated columns of the configuration.
    #[serde(skip)]
    pub dates: BTreeMap<String, Dated>,
}

/// How a canonical field is filled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldInspection {
    /// Canonical field.
    pub field: String,
    /// Columns, of which the first filled counts.
    pub columns: Vec<String>,
    /// Why.
    pub reason: String,
    /// Up to three values of the first column.
    pub examples: Vec<String>,
}

/// A column that no field reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ColumnInspection {
    /// Name.
    pub name: String,
    /// Up to three values.
    pub examples: Vec<String>,
}

/// A value of a canonical event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cell {
    /// Canonical column.
    pub column: String,
    /// Its value as text.
    pub value: String,
}

/// Counts over the rows that inspection read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SampleCounts {
    /// Rows read.
    pub rows: u64,
    /// Events among them.
    pub events: u64,
    /// Rejected rows by reason.
    pub rejected: BTreeMap<RejectReason, u64>,
    /// The first rejected rows.
    pub rejected_examples: Vec<RejectedRow>,
    /// Money values that were not readable.
    pub bad_values: u64,
    /// Events without any identifier.
    pub unidentified: u64,
    /// Events of bots.
    pub bots: u64,
}

const SHOWN_EVENTS: usize = 5;
const SHOWN_REJECTED: usize = 3;

impl LoadPlan {
    /// What was found about every source, with the first rows of its first input read.
    ///
    /// # Errors
    /// When those rows can't be read.
    pub fn inspect(&self) -> Result<Inspection, IngestError> {
        let sources = self.sources().iter().map(inspect_source).collect::<Result<_, _>>()?;
        Ok(Inspection { sources, warnings: self.warnings().to_vec() })
    }
}

fn inspect_source(source: &PinnedSource) -> Result<SourceInspection, IngestError> {
    let facts = source.facts();
    let (table, sample) = first_rows(source)?;
    let examples = |name: Option<&String>| {
        let column = facts.columns.iter().find(|column| Some(&column.name) == name);
        column.map_or_else(Vec::new, |column| column.examples.clone())
    };
    let fields = facts.fields.iter().map(|fact| FieldInspection {
        field: fact.field.clone(),
        columns: fact.columns.clone(),
        reason: fact.reason.clone(),
        examples: examples(fact.columns.first()),
    });
    let mapped = |column: &&ColumnFacts| facts.fields.iter().any(|fact| fact.columns.contains(&column.name));
    let unmapped = facts.columns.iter().filter(|column| !mapped(column));
    Ok(SourceInspection {
        name: source.name().to_owned(),
        kind: source.kind().name().to_owned(),
        evidence: facts.evidence,
        encoding: source.inputs().first().map_or_else(String::new, |input| input.sample.encoding()),
        dialect: facts.dialect.clone(),
        inputs: source.inputs().iter().map(|input| input.input.name().to_owned()).collect(),
        fields: fields.collect(),
        unmapped: unmapped
            .map(|column| ColumnInspection { name: column.name.clone(), examples: column.examples.clone() })
            .collect(),
        constant_event: facts.constant_event.clone(),
        time_format: facts.time_format.clone(),
        time_option: facts.time_option.clone(),
        time_zone: facts.time_zone.clone(),
        clock: facts.clock.clone(),
        first_events: table.as_ref().map_or_else(Vec::new, first_events),
        templates: table.as_ref().map_or_else(Vec::new, |table| suggest_templates(pages(table))),
        dates: source.pin().source.dates.clone(),
        sample,
    })
}

fn first_rows(source: &PinnedSource) -> Result<(Option<EventTable>, SampleCounts), IngestError> {
    let wanted = Wanted { text: Default::default(), everything: true };
    let events = source.events(wanted);
    let name = source.inputs().first().map_or("", |input| input.input.name());
    let failed = |error: kundresa_model::source::BoxError| match error.downcast::<IngestError>() {
        Ok(error) => *error,
        Err(other) => IngestError::Read { input: name.to_owned(), rows: 0, cause: std::io::Error::other(other) },
    };
    if events.parts() == 0 {
        return Ok((None, SampleCounts::default()));
    }
    let mut reader = events.open(0).map_err(failed)?;
    let table = reader.next_table().map_err(failed)?;
    let report = reader.report();
    let mut counts = SampleCounts { rows: report.rows_in, bad_values: report.bad_values, ..SampleCounts::default() };
    report.rejected_by_reason.iter().for_each(|(reason, rows)| *counts.rejected.entry(*reason).or_default() += rows);
    counts.rejected_examples = reader.take_rejected().into_iter().take(SHOWN_REJECTED).collect();
    if let Some(table) = &table {
        counts.events = table.len() as u64;
        counts.unidentified = unidentified(table);
        counts.bots = table.flags().iter().filter(|flags| EventFlags(**flags).has(EventFlags::BOT)).count() as u64;
    }
    Ok((table, counts))
}

fn unidentified(table: &EventTable) -> u64 {
    let columns: Vec<_> = IdentifierClass::ALL.into_iter().filter_map(|class| table.identifiers(class)).collect();
    (0..table.len()).filter(|row| columns.iter().all(|column| column.is_null(*row))).count() as u64
}

fn first_events(table: &EventTable) -> Vec<Vec<Cell>> {
    (0..table.len().min(SHOWN_EVENTS)).map(|row| event_cells(table, row)).collect()
}

fn event_cells(table: &EventTable, row: usize) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut push = |column: &str, value: String| cells.push(Cell { column: column.to_owned(), value });
    let flags = EventFlags(table.flags()[row]);
    push("ts", iso_text(table.ts()[row], true, false));
    let text_of = |name: &str| {
        let column = table.text(name).filter(|column| column.is_valid(row))?;
        Some(column.values().as_string::<i32>().value(column.keys().value(row) as usize).to_owned())
    };
    if let Some(event) = text_of(text::EVENT) {
        push(text::EVENT, event);
    }
    for class in IdentifierClass::ALL {
        if let Some(column) = table.identifiers(class).filter(|column| column.is_valid(row)) {
            push(class.column(), column.value(row).to_owned());
        }
    }
    for name in table.text_names().filter(|name| ![text::EVENT, text::SOURCE_NAME].contains(&name.as_str())) {
        if let Some(value) = text_of(&name) {
            push(&name, value);
        }
    }
    if let Some(value) = table.value().filter(|column| column.is_valid(row)) {
        push(VALUE, write_micros(value.value(row)));
    }
    push("flags", flag_names(flags));
    cells
}

fn flag_names(flags: EventFlags) -> String {
    let names = [
        (EventFlags::ACTIVITY, "activity"),
        (EventFlags::DAY_PRECISION, "day_precision"),
        (EventFlags::SYNTHETIC, "synthetic"),
        (EventFlags::BOT, "bot"),
    ];
    names.iter().filter(|(bit, _)| flags.has(*bit)).map(|(_, name)| *name).collect::<Vec<_>>().join(" ")
}

fn pages(table: &EventTable) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    let Some(column) = table.text(text::PAGE) else { return counts };
    let values = column.values().as_string::<i32>();
    for key in column.keys().iter().flatten() {
        *counts.entry(values.value(key as usize).to_owned()).or_default() += 1;
    }
    counts
}

impl Inspection {
    /// The lines of `kundresa.toml` that pin what was guessed.
    pub fn suggested_toml(&self) -> String {
        crate::suggested_toml::suggested(self)
    }
}
