//! How do tables of events get their amounts in one currency?
//!
//! Tables of every kind of source come by here after their decoder, so that no decoder knows of rates. An event is
//! converted as a whole: its amount, the prices of its items, and its currency.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int64Array, RecordBatch, StringArray, UInt32Array, cast::AsArray};
use arrow_schema::{Field, Schema};
use hashbrown::HashMap;
use kundresa_model::event_table::{EventTable, VALUE, column_type};
use kundresa_model::field::text;
use kundresa_model::index::index32;
use kundresa_model::items;
use kundresa_model::money::write_micros;
use kundresa_model::quality::{CurrencyCounts, PartReport, RejectedRow};
use kundresa_model::source::{BoxError, EventReader, Wanted};
use kundresa_model::time::DAY_US;

use super::ratio::Ratio;
use super::{ORIGINAL_CURRENCY, ORIGINAL_VALUE, Rates};
use crate::kind::PartRequest;

/// How amounts are counted that name no currency.
const NOT_SET: &str = "(not set)";

/// Reads a part with its amounts converted.
pub(crate) struct Converted {
    inner: Box<dyn EventReader>,
    rates: Arc<Rates>,
    /// Those of the columns of what was before that are wanted.
    originals: Vec<&'static str>,
    counts: CurrencyCounts,
}

type Texts = DictionaryArray<UInt32Type>;

impl Converted {
    pub(crate) fn new(inner: Box<dyn EventReader>, rates: Arc<Rates>, request: &PartRequest) -> Self {
        let mut originals = vec![ORIGINAL_VALUE, ORIGINAL_CURRENCY];
        originals.retain(|name| request.wanted.wants(name));
        Self { inner, rates, originals, counts: CurrencyCounts::default() }
    }

    /// What must be read for amounts to be converted.
    pub(crate) fn wanting(mut wanted: Wanted) -> Wanted {
        wanted.text.insert(text::CURRENCY.to_owned());
        wanted
    }

    fn convert(&mut self, table: &EventTable) -> Result<EventTable, BoxError> {
        let rows = Rows::of(table, &self.rates);
        rows.count(&mut self.counts);
        let batch = table.as_batch();
        let mut columns: Vec<(String, ArrayRef)> = Vec::new();
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            if self.originals.contains(&field.name().as_str()) {
                continue;
            }
            let converted: ArrayRef = match field.name().as_str() {
                VALUE => rows.values.clone().map_or_else(|| Arc::clone(column), |values| Arc::new(values) as ArrayRef),
                text::CURRENCY => Arc::new(rows.currencies()),
                text::ITEMS => Arc::new(rows.items(table)),
                _ => Arc::clone(column),
            };
            columns.push((field.name().clone(), converted));
        }
        for name in &self.originals {
            columns.push(((*name).to_owned(), Arc::new(rows.originals(name, table))));
        }
        let before = batch.schema();
        let field = |(name, _): &(String, ArrayRef)| {
            let known = before.field_with_name(name).cloned();
            known.unwrap_or_else(|_| Field::new(name, column_type(name), true))
        };
        let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
        let columns = columns.iter().map(|(_, column)| Arc::clone(column)).collect();
        Ok(EventTable::try_new(RecordBatch::try_new(Arc::new(schema), columns)?)?)
    }
}

/// What becomes of the rows of a table.
struct Rows<'a> {
    /// Rate of each row that is converted.
    ratios: Vec<Option<Ratio>>,
    /// The amounts afterwards, where the table has any.
    values: Option<Int64Array>,
    currencies: Vec<Option<&'a str>>,
    /// Rows that have an amount, alone or in their items.
    has_money: Vec<bool>,
    base: &'a str,
}

impl<'a> Rows<'a> {
    fn of(table: &'a EventTable, rates: &'a Rates) -> Self {
        let currencies = cells(table.text(text::CURRENCY), table.len());
        let items = cells(table.text(text::ITEMS), table.len());
        let mut known = HashMap::<(&str, i64), Option<Ratio>>::new();
        let value = |row: usize| table.value().filter(|values| values.is_valid(row)).map(|values| values.value(row));
        let mut ratio = |row: usize| {
            let currency = currencies[row].filter(|currency| !is(currency, rates.base()))?;
            let day = table.ts()[row].div_euclid(DAY_US);
            let ratio = (*known.entry((currency, day)).or_insert_with(|| rates.on(currency, day)))?;
            // An amount that does not fit stays what it is, and so does all of its event.
            value(row).is_none_or(|micros| ratio.times(micros).is_some()).then_some(ratio)
        };
        let ratios: Vec<Option<Ratio>> = (0..table.len()).map(&mut ratio).collect();
        let after = |(row, ratio): (usize, &Option<Ratio>)| {
            let micros = value(row)?;
            Some(ratio.and_then(|ratio| ratio.times(micros)).unwrap_or(micros))
        };
        let values = table.value().map(|_| ratios.iter().enumerate().map(after).collect());
        let has_money = (0..table.len()).map(|row| value(row).is_some() || items[row].is_some()).collect();
        Self { ratios, values, currencies, has_money, base: rates.base() }
    }

    /// Whether a row is in another currency than all are to be.
    fn is_foreign(&self, row: usize) -> bool {
        self.currencies[row].is_none_or(|currency| !is(currency, self.base))
    }

    fn count(&self, counts: &mut CurrencyCounts) {
        for row in (0..self.ratios.len()).filter(|row| self.has_money[*row] && self.is_foreign(*row)) {
            match (self.ratios[row], self.currencies[row]) {
                (Some(_), _) => counts.converted += 1,
                (None, currency) => {
                    let currency = currency.unwrap_or(NOT_SET);
                    *counts.unconverted.entry(currency.to_owned()).or_default() += 1;
                }
            }
        }
    }

    /// The currencies afterwards; that of all events is written in one way.
    fn currencies(&self) -> Texts {
        let after = |(row, before): (usize, &Option<&'a str>)| match self.ratios[row].is_some() || !self.is_foreign(row)
        {
            true => Some(Cow::Borrowed(self.base)),
            false => before.map(Cow::Borrowed),
        };
        coded(self.currencies.iter().enumerate().map(after))
    }

    /// The items with prices in the currency that their event has afterwards.
    fn items(&self, table: &EventTable) -> Texts {
        let before = cells(table.text(text::ITEMS), self.ratios.len());
        let after = self.ratios.iter().zip(before).map(|(ratio, text)| {
            let text = text?;
            let changed = ratio.and_then(|ratio| items::with_prices(text, |micros| ratio.times(micros)));
            Some(changed.map_or(Cow::Borrowed(text), Cow::Owned))
        });
        coded(after)
    }

    /// What converted rows had before.
    fn originals(&self, name: &str, table: &EventTable) -> Texts {
        let value = |row: usize| table.value().filter(|values| values.is_valid(row)).map(|values| values.value(row));
        let original = |row: usize| match name {
            _ if self.ratios[row].is_none() => None,
            ORIGINAL_CURRENCY => self.currencies[row].map(Cow::Borrowed),
            _ => value(row).map(|micros| write_micros(micros).into()),
        };
        coded((0..self.ratios.len()).map(original))
    }
}

/// Whether a text is the code of that currency.
fn is(text: &str, currency: &str) -> bool {
    text.trim().eq_ignore_ascii_case(currency)
}

/// The texts of a column, null where there is none.
fn cells(column: Option<&Texts>, rows: usize) -> Vec<Option<&str>> {
    let Some(column) = column else { return vec![None; rows] };
    let values = column.values().as_string::<i32>();
    column.keys().iter().map(|key| key.map(|key| values.value(key as usize))).collect()
}

/// A column of those texts, each once.
fn coded<'a>(texts: impl Iterator<Item = Option<Cow<'a, str>>>) -> Texts {
    let mut codes = HashMap::<Cow<'a, str>, u32>::new();
    let mut values: Vec<String> = Vec::new();
    let keys: UInt32Array = texts
        .map(|text| {
            let text = text?;
            Some(*codes.entry(text).or_insert_with_key(|text| {
                values.push(text.clone().into_owned());
                index32(values.len() - 1)
            }))
        })
        .collect();
    let values = StringArray::from_iter_values(values);
    DictionaryArray::try_new(keys, Arc::new(values)).expect("every key is the place of a value")
}

impl EventReader for Converted {
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError> {
        let Some(table) = self.inner.next_table()? else { return Ok(None) };
        self.convert(&table).map(Some)
    }

    fn take_rejected(&mut self) -> Vec<RejectedRow> {
        self.inner.take_rejected()
    }

    fn report(&self) -> PartReport {
        PartReport { currencies: self.counts.clone(), ..self.inner.report() }
    }
}
