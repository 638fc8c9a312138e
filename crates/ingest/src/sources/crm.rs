//! Whose is a record of a CRM, and what says one row of a history of changes?
//!
//! A contact is a person under its own id. A deal, an opportunity or a ticket belongs to the contact that the export
//! names beside it; without one it stands for itself under what it is and its id (`deal 86133127`), so that its number
//! is never taken for a contact's.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::config::Dated;
use crate::sample::Sample;
use crate::translate::spread::{EVENT, Moment, STAGE, Spread};
use crate::translate::{NoRow, Raw, Rows, Translator};

/// Cell of the person.
pub(crate) const PERSON: &str = "(person)";

/// Event of a change that is no stage.
pub(super) const PROPERTY_CHANGED: &str = "property_changed";

/// Which columns say whose a record is.
pub(super) struct Owner {
    /// Columns of a person's id, of which the first filled counts; of several ids in one, the first.
    pub(super) persons: &'static [&'static str],
    /// Columns of the record's own id, with what it is; empty where its ids are never those of something else.
    pub(super) records: &'static [(&'static str, &'static str)],
    /// The one way in which an id is written.
    pub(super) id: fn(&str) -> Cow<'_, str>,
}

impl Owner {
    /// The id of the one that a record belongs to; empty where it has none.
    fn of<'a>(&self, get: impl Fn(&str) -> &'a str) -> String {
        let first = |column: &&str| get(column).split(';').map(str::trim).find(|id| !id.is_empty());
        if let Some(id) = self.persons.iter().find_map(first) {
            return (self.id)(id).into_owned();
        }
        let record = self.records.iter().map(|(column, what)| (get(column), what)).find(|(id, _)| !id.is_empty());
        record.map_or_else(String::new, |(id, what)| format!("{what} {}", (self.id)(id)).trim_start().to_owned())
    }
}

/// An id as it is written.
pub(super) fn as_written(id: &str) -> Cow<'_, str> {
    Cow::Borrowed(id)
}

/// Reads records with dates.
pub(super) struct Records {
    spread: Spread,
    owner: &'static Owner,
}

impl Records {
    pub(super) fn of(sample: &Sample, moments: Vec<Moment>, owner: &'static Owner) -> Self {
        let spread = Spread::of(sample, moments).with(&[PERSON]);
        Self { spread: spread.without(&["_fivetran_deleted", "is_deleted", "IsDeleted"]), owner }
    }
}

impl Translator for Records {
    fn columns(&self) -> Vec<String> {
        self.spread.columns()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        self.spread.read(record)?;
        let person = self.owner.of(|column| self.spread.get(column));
        self.spread.set(PERSON, &person);
        self.spread.hand_out(rows)
    }

    fn take_dates(&mut self, dates: &BTreeMap<String, Dated>) -> bool {
        self.spread.take_dates(dates)
    }
}

/// Which columns a history of changes has, the first that is there of each.
pub(super) struct Changes {
    pub(super) owner: Owner,
    /// Name of what changed.
    pub(super) property: &'static [&'static str],
    /// What it became.
    pub(super) value: &'static [&'static str],
    /// Names of properties that are stages, and the event that their change is.
    pub(super) stages: &'static [(&'static str, &'static str)],
}

/// Reads a history with one row per change.
pub(super) struct History {
    names: Vec<String>,
    changes: &'static Changes,
    property: Option<usize>,
    value: Option<usize>,
}

/// Cells before those of the row.
const OWN: usize = 3;

impl History {
    pub(super) fn of(sample: &Sample, changes: &'static Changes) -> Self {
        let names = super::columns::names(sample).to_vec();
        let place = |columns: &[&str]| columns.iter().find_map(|column| names.iter().position(|name| name == column));
        let (property, value) = (place(changes.property), place(changes.value));
        Self { names, changes, property, value }
    }
}

impl Translator for History {
    fn columns(&self) -> Vec<String> {
        [PERSON, EVENT, STAGE].into_iter().map(str::to_owned).chain(self.names.iter().cloned()).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        let get =
            |column: &str| self.names.iter().position(|name| name == column).map_or("", |index| record.field(index));
        let property = self.property.map_or("", |index| record.field(index));
        let value = self.value.map_or("", |index| record.field(index));
        let stage = self.changes.stages.iter().find(|(name, _)| name.eq_ignore_ascii_case(property));
        rows.begin();
        rows.set(0, &self.changes.owner.of(get));
        rows.set(1, stage.map_or(PROPERTY_CHANGED, |(_, event)| event));
        rows.set(2, stage.map_or("", |_| value));
        for index in 0..self.names.len() {
            rows.set(OWN + index, record.field(index));
        }
        Ok(())
    }
}
