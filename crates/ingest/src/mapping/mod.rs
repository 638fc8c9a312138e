//! Which column fills which canonical field?
//!
//! [`aliases`] knows the names vendors use, [`guess`] chooses among the columns by name and content, and the result is
//! a [`Mapping`] that holds for every input of the source.

pub mod aliases;
pub mod guess;

use std::collections::{BTreeMap, BTreeSet};

use arrow_schema::DataType;
use kundresa_model::event_table::column_type;
use kundresa_model::field::text;

use crate::field::Field;
use crate::skew::Clock;
use crate::time::TimeFormat;

/// A pinned mapping.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Columns per field, of which the first filled counts, and why; in field order. The event time is among them.
    pub fields: Vec<MappedField>,
    /// Name of every event, where no column names it.
    pub constant_event: Option<String>,
    /// Property name → column.
    pub properties: BTreeMap<String, String>,
    /// Columns of the source's own sequence.
    pub sequence: Vec<String>,
    /// Columns that correct the clock of the device that the event time is of.
    pub clock: Option<Clock>,
    /// Format of the event time.
    pub time_format: TimeFormat,
    /// IANA name of the zone in which times without one are read.
    pub zone: String,
    /// Whether times without a zone are refused, since those of the sample all carry one.
    pub zoned_only: bool,
    /// Whether money has a decimal comma.
    pub decimal_comma: bool,
    /// Whether events may be called something else than in the source.
    pub renames_events: bool,
}

/// How one field is filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedField {
    /// Canonical field.
    pub field: Field,
    /// Columns, of which the first filled counts.
    pub columns: Vec<String>,
    /// Why.
    pub reason: String,
}

impl MappedField {
    /// Whether what the column says is looked for in the field alone.
    fn carries(&self, column: &str) -> bool {
        let is_shown = self.field.is_text() || self.field == Field::Value;
        self.columns.len() == 1 || (is_shown && column == self.field.name())
    }
}

impl Mapping {
    /// Columns of a field; empty if it has none.
    pub fn columns(&self, field: Field) -> &[String] {
        self.fields.iter().find(|mapped| mapped.field == field).map_or(&[], |mapped| &mapped.columns)
    }

    /// Whether a field is filled.
    pub fn has(&self, field: Field) -> bool {
        !self.columns(field).is_empty()
    }

    /// Columns whose values a canonical column holds: those that fill a field alone, and those of the sequence. Of
    /// several columns that fill a field, one that has the field's name is among them; no property could have it.
    pub fn carried(&self) -> BTreeSet<&str> {
        let (alone, shared): (Vec<_>, Vec<_>) = self.filling().partition(|(mapped, column)| mapped.carries(column));
        let mut carried: BTreeSet<&str> = alone.into_iter().map(|(_, column)| column).collect();
        shared.into_iter().for_each(|(_, column)| _ = carried.remove(column));
        carried.extend(self.sequence.iter().map(String::as_str));
        // The event says another time then.
        self.clock.iter().for_each(|clock| _ = carried.remove(clock.created.as_str()));
        carried
    }

    /// Those of the [carried](Self::carried) columns whose value the field may hold changed or not at all.
    pub fn checked(&self) -> impl Iterator<Item = (Field, &str)> {
        let renames = self.renames_events;
        let is_lossy = move |field: Field| {
            matches!(field, Field::Page | Field::Value | Field::Bot) || (renames && field == Field::Event)
        };
        let carried = self.carried();
        let checked = self.filling().filter(move |(mapped, column)| {
            carried.contains(column) && (is_lossy(mapped.field) || mapped.columns.len() > 1)
        });
        checked.map(|(mapped, column)| (mapped.field, column))
    }

    fn filling(&self) -> impl Iterator<Item = (&MappedField, &str)> {
        self.fields.iter().flat_map(|mapped| mapped.columns.iter().map(move |column| (mapped, column.as_str())))
    }

    /// Every column that some field, or the sequence, reads.
    pub fn used_columns(&self) -> impl Iterator<Item = &str> {
        let clock = self.clock.iter().flat_map(|clock| [&clock.sent, &clock.received]);
        self.fields.iter().flat_map(|mapped| &mapped.columns).chain(&self.sequence).chain(clock).map(String::as_str)
    }
}

/// Whether a property may have that name: it is no system column, and not filled by the reader itself.
pub(crate) fn is_free(name: &str) -> bool {
    matches!(column_type(name), DataType::Dictionary(_, _))
        && ![text::EVENT, text::SOURCE_NAME, text::PARTITION, text::PROPS].contains(&name)
}
