//! How does a record with several dates become one event per date?
//!
//! A customer in a CRM has a column for the day of each stage, an order has one for each of creation, payment and
//! dispatch, a recording begins and ends. Every filled date is an event with the record's other columns beside it; the
//! dates that are events are not repeated there. An empty date is no event, and a record without any is set aside.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use kundresa_model::quality::RejectReason;

use super::{NoRow, Raw, Rows, Translator};
use crate::config::Dated;
use crate::field::Field;
use crate::json::flatten::{Flat, flatten};
use crate::mapping::guess::STAGE_CHANGED;
use crate::placeholder::is_placeholder;
use crate::sample::{Sample, Shape};
use crate::sources::Preset;

/// Cell of the date that makes the event.
pub(crate) const DATE: &str = "(date)";
/// Cell of its name.
pub(crate) const EVENT: &str = "(event)";
/// Cell of the stage that was reached by it.
pub(crate) const STAGE: &str = "(stage)";

/// Cells before those of the record.
const OWN: usize = 3;

/// Where a source has dates by its configuration alone.
pub(crate) const DATED: Preset =
    Preset { columns: &[(Field::Time, &[DATE]), (Field::Event, &[EVENT]), (Field::Stage, &[STAGE])], ..Preset::NONE };

/// A dated column and what happened then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Its column.
    pub(crate) column: String,
    /// Name of the event.
    pub(crate) event: String,
    /// The stage that was reached, if any.
    pub(crate) stage: Option<Stage>,
    /// A column that must say yes for the date to be one of something that happened.
    pub(crate) only_if: Option<String>,
    /// Whether a record reaches the stage once, whatever else says when.
    pub(crate) is_single: bool,
}

/// How the stage of an event is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// By the column of the date.
    Named(String),
    /// By the value of another column.
    In(String),
}

impl Moment {
    /// An event of that name.
    pub(crate) fn event(column: &str, event: &str) -> Self {
        Self { column: column.to_owned(), event: event.to_owned(), stage: None, only_if: None, is_single: false }
    }

    /// A stage that was reached.
    pub(crate) fn stage(column: &str, event: &str, stage: impl Into<String>) -> Self {
        Self { stage: Some(Stage::Named(stage.into())), ..Self::event(column, event) }
    }

    fn configured(column: &str, dated: &Dated) -> Self {
        match dated {
            Dated::Stage(stage) => Self::stage(column, STAGE_CHANGED, stage),
            Dated::Event { event, stage } => {
                Self { stage: stage.clone().map(Stage::Named), ..Self::event(column, event) }
            }
        }
    }
}

/// Makes an event of every filled date of a record.
pub(crate) struct Spread {
    /// Names of the record's cells.
    names: Vec<String>,
    /// Where each of them is.
    places: HashMap<String, usize>,
    moments: Vec<Moment>,
    /// Where the date of each of them is.
    dates: Vec<Option<usize>>,
    /// Columns that only the first event of a record has.
    once: Vec<String>,
    /// Columns that say that the record does not count.
    without: Vec<String>,
    cells: Vec<String>,
    /// Values of names that no sample showed.
    others: Vec<(String, String)>,
    path: String,
}

impl Spread {
    /// For records of the sample's columns.
    pub(crate) fn of(sample: &Sample, moments: Vec<Moment>) -> Self {
        let names = match &sample.shape {
            Shape::Delimited(sample) => sample.header.clone(),
            Shape::Json(sample) => sample.keys.clone(),
            Shape::Lines(_) | Shape::Parquet(_) => Vec::new(),
        };
        let cells = vec![String::new(); names.len()];
        let (places, path) = (places(&names), String::new());
        let (once, without, others) = (Vec::new(), Vec::new(), Vec::new());
        Self { names, places, moments, dates: Vec::new(), once, without, cells, others, path }.settled()
    }

    /// With the places of what is there now.
    fn settled(mut self) -> Self {
        self.dates = self.moments.iter().map(|moment| self.place(&moment.column)).collect();
        self
    }

    /// With cells that are made of the record's own; [`set`](Self::set) fills them.
    pub(crate) fn with(mut self, made: &[&str]) -> Self {
        self.names.extend(made.iter().map(|name| (*name).to_owned()));
        self.cells.resize(self.names.len(), String::new());
        self.places = places(&self.names);
        self.settled()
    }

    /// With columns that only the first event of a record has, such as money that must not count twice.
    pub(crate) fn once(mut self, columns: &[&str]) -> Self {
        self.once = columns.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// Leaves out records for which one of these columns says yes: tests, and what was deleted.
    pub(crate) fn without(mut self, columns: &[&str]) -> Self {
        self.without = columns.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// Takes up a record; whether it can be read.
    pub(crate) fn read(&mut self, record: Raw<'_>) -> Result<(), NoRow> {
        self.others.clear();
        self.cells.iter_mut().for_each(String::clear);
        if record.is_delimited() {
            self.cells.iter_mut().enumerate().for_each(|(index, cell)| cell.push_str(record.field(index)));
            return Ok(());
        }
        let Self { places, cells, others, path, .. } = self;
        let read = flatten(record.text, path, |name, value| {
            match places.get(name) {
                Some(index) => value.text().clone_into(&mut cells[*index]),
                None => others.push((name.to_owned(), value.text().to_owned())),
            };
        });
        read.map_err(|error| NoRow::new(RejectReason::BadJson, format!("no JSON object: {error}")))
    }

    /// The value of a column of the record.
    pub(crate) fn get(&self, column: &str) -> &str {
        let known = self.place(column).map(|index| self.cells[index].as_str());
        let other = || self.others.iter().find(|(name, _)| name == column).map(|(_, value)| value.as_str());
        known.or_else(other).unwrap_or_default()
    }

    /// Fills a cell of the record.
    pub(crate) fn set(&mut self, column: &str, value: &str) {
        if let Some(index) = self.place(column) {
            value.clone_into(&mut self.cells[index]);
        }
    }

    /// Hands out the events of the record.
    pub(crate) fn hand_out(&self, rows: &mut Rows) -> Result<(), NoRow> {
        if let Some(column) = self.without.iter().find(|column| says_yes(self.get(column))) {
            let detail = format!("`{column}` says {}", self.get(column));
            return Err(NoRow::new(RejectReason::ExcludedBySource, detail));
        }
        let mut happened = Vec::new();
        for number in 0..self.moments.len() {
            if self.happened(number) && !self.is_repeated(number, &happened) {
                happened.push(number);
            }
        }
        if happened.is_empty() {
            let columns: Vec<String> = self.moments.iter().map(|moment| format!("`{}`", moment.column)).collect();
            let detail = format!("no date in {}", columns.join(", "));
            return Err(NoRow::new(RejectReason::MissingTime, detail));
        }
        let mut hidden = vec![false; self.names.len()];
        happened.iter().filter_map(|moment| self.dates[*moment]).for_each(|place| hidden[place] = true);
        for (number, moment) in happened.iter().enumerate() {
            if number == 1 {
                self.once.iter().filter_map(|column| self.place(column)).for_each(|place| hidden[place] = true);
            }
            self.push(*moment, &hidden, rows);
            let is_shown = |name: &String| {
                let is_date = happened.iter().any(|other| self.moments[*other].column == *name);
                !is_date && (number == 0 || !self.once.contains(name))
            };
            for (name, value) in self.others.iter().filter(|(name, _)| is_shown(name)) {
                rows.other(name, Flat::Text(value));
            }
        }
        Ok(())
    }

    /// Hands out one event with the cells that are not hidden.
    fn push(&self, number: usize, hidden: &[bool], rows: &mut Rows) {
        let moment = &self.moments[number];
        rows.begin();
        rows.set(0, self.date(number));
        rows.set(1, &moment.event);
        match &moment.stage {
            Some(Stage::Named(stage)) => rows.set(2, stage),
            Some(Stage::In(column)) => rows.set(2, self.get(column)),
            None => {}
        }
        let filled =
            self.cells.iter().zip(hidden).enumerate().filter(|(_, (cell, hidden))| !**hidden && !cell.is_empty());
        filled.for_each(|(index, (cell, _))| rows.set(OWN + index, cell));
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.places.get(column).copied()
    }

    /// What stands in the column of a date.
    fn date(&self, number: usize) -> &str {
        match self.dates[number] {
            Some(place) => &self.cells[place],
            None => self.get(&self.moments[number].column),
        }
    }

    /// Whether another column said already that the stage was reached then.
    fn is_repeated(&self, number: usize, before: &[usize]) -> bool {
        let Moment { event, stage: stage @ Some(Stage::Named(_)), is_single, .. } = &self.moments[number] else {
            return false;
        };
        before.iter().any(|other| {
            let known = &self.moments[*other];
            known.event == *event && known.stage == *stage && (*is_single || self.date(*other) == self.date(number))
        })
    }

    fn happened(&self, number: usize) -> bool {
        !is_placeholder(Field::Time, self.date(number))
            && self.moments[number].only_if.as_ref().is_none_or(|column| says_yes(self.get(column)))
    }
}

/// Where the first of each name is.
fn places(names: &[String]) -> HashMap<String, usize> {
    names.iter().enumerate().rev().map(|(place, name)| (name.clone(), place)).collect()
}

fn says_yes(value: &str) -> bool {
    ["true", "1", "yes"].iter().any(|word| word.eq_ignore_ascii_case(value))
}

impl Translator for Spread {
    fn columns(&self) -> Vec<String> {
        [DATE, EVENT, STAGE].into_iter().map(str::to_owned).chain(self.names.iter().cloned()).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        self.read(record)?;
        self.hand_out(rows)
    }

    fn take_dates(&mut self, dates: &BTreeMap<String, Dated>) -> bool {
        self.moments.retain(|moment| !dates.contains_key(&moment.column));
        self.moments.extend(dates.iter().map(|(column, dated)| Moment::configured(column, dated)));
        self.dates = self.moments.iter().map(|moment| self.place(&moment.column)).collect();
        true
    }
}
