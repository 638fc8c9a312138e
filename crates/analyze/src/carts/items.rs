//! Which items does each event name, without reading JSON per event?
//!
//! Every distinct value of the columns is read once, when the analysis is made. Items are numbered in the order of their
//! ids, from 1; [`NO_ITEM`] stands for whatever an event moves without saying what. Numbers are global to a run.

use std::collections::BTreeMap;

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::chunk::ActorChunk;
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::field::text;
use kundresa_model::index::index32;
use kundresa_model::items::{ItemLine, parse_items, parse_quantity};
use kundresa_model::mask::{Columns, unknown_column};
use kundresa_model::spec::carts::CartSpec;

use crate::error::AnalyzeError;

/// The item of events that name none.
pub(super) const NO_ITEM: u32 = 0;

/// Some units of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Number of the item.
    pub(super) item: u32,
    /// Units.
    pub(super) quantity: u32,
    /// Micro-units of money for one unit, or [`NO_VALUE`].
    pub(super) price: i64,
}

/// What one event says about items.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventItems<'a> {
    /// At least one line.
    pub(super) lines: &'a [Line],
    /// Whether the items were given but can't be read.
    pub(super) is_unreadable: bool,
    /// Whether a quantity or price was given that is none.
    pub(super) is_odd: bool,
}

/// A distinct value of the column `items`, read.
#[derive(Clone, Copy, Debug, Default)]
struct Parsed {
    start: u32,
    end: u32,
    is_unreadable: bool,
    is_odd: bool,
}

/// Items of all distinct values.
#[derive(Clone, Debug, Default)]
pub(super) struct ItemTable {
    ids: Vec<String>,
    names: Vec<Option<String>>,
    lines: Vec<Line>,
    /// Place of the column `items`, and its values by code.
    items: Option<(usize, Vec<Parsed>)>,
    /// Place of the column that names single items, and their numbers by code.
    single: Option<(usize, Vec<u32>)>,
    /// Place of the column of single quantities, and by code the quantity and whether it is odd.
    quantity: Option<(usize, Vec<(u32, bool)>)>,
}

impl ItemTable {
    /// The items of all values of the columns that `spec` reads.
    ///
    /// # Errors
    /// When a column that the specification names is in no input.
    pub(super) fn try_new(spec: &CartSpec, columns: &dyn Columns) -> Result<Self, AnalyzeError> {
        let lists = columns.text(text::ITEMS);
        let named = named_column("item", spec.item.as_deref(), columns)?;
        let quantity = named_column("quantity", spec.quantity.as_deref(), columns)?;
        let read: Vec<_> =
            lists.map_or_else(Vec::new, |(_, values)| values.values().iter().map(|v| parse_items(v)).collect());
        let mut table = Self::of_ids(&read, named.map(|(_, values)| values));
        table.items = lists.map(|(place, _)| (place, table.push_lists(&read)));
        table.single = named.map(|(place, values)| (place, table.numbers(values)));
        table.quantity = quantity.map(|(place, values)| (place, quantities(values)));
        Ok(table)
    }

    /// Ids with the smallest name that the data gives each.
    fn of_ids<E>(read: &[Result<Vec<ItemLine>, E>], named: Option<&Dictionary>) -> Self {
        let mut names: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for line in read.iter().flatten().flatten() {
            let Some(id) = &line.id else { continue };
            let known = names.entry(id).or_default();
            *known = [*known, line.name.as_deref()].into_iter().flatten().min();
        }
        for id in named.into_iter().flat_map(Dictionary::values) {
            names.entry(id).or_default();
        }
        let ids = names.keys().map(|id| (*id).to_owned()).collect();
        Self { ids, names: names.into_values().map(|name| name.map(str::to_owned)).collect(), ..Self::default() }
    }

    fn number(&self, id: Option<&str>) -> u32 {
        let place = id.and_then(|id| self.ids.binary_search_by(|known| known.as_str().cmp(id)).ok());
        place.map_or(NO_ITEM, |place| index32(place + 1))
    }

    fn numbers(&self, values: &Dictionary) -> Vec<u32> {
        [NO_ITEM].into_iter().chain(values.values().iter().map(|id| self.number(Some(id)))).collect()
    }

    /// Appends the lines of all lists; where they are, by code.
    fn push_lists<E>(&mut self, read: &[Result<Vec<ItemLine>, E>]) -> Vec<Parsed> {
        let mut by_code = vec![Parsed::default()];
        for list in read {
            let start = index32(self.lines.len());
            let items = list.as_deref().unwrap_or_default();
            for line in items {
                let item = self.number(line.id.as_deref());
                self.lines.push(Line { item, quantity: line.quantity, price: line.price.unwrap_or(NO_VALUE) });
            }
            let end = index32(self.lines.len());
            let is_odd = items.iter().any(|line| line.is_odd);
            by_code.push(Parsed { start, end, is_unreadable: list.is_err(), is_odd });
        }
        by_code
    }

    /// Whether any column names items.
    pub(super) fn is_known(&self) -> bool {
        self.items.is_some() || self.single.is_some()
    }

    /// Whether every event moves one unit of which nothing is known.
    pub(super) fn is_plain(&self) -> bool {
        let has_lists = self.items.as_ref().is_some_and(|(_, parsed)| parsed.len() > 1);
        !has_lists && self.single.is_none() && self.quantity.is_none()
    }

    /// What `event` says. Without a list it moves one line: of the item and the quantity that columns of their own name,
    /// else one unit of [`NO_ITEM`]; `single` holds that line.
    pub(super) fn of<'s>(&'s self, chunk: &ActorChunk<'_>, event: usize, single: &'s mut [Line; 1]) -> EventItems<'s> {
        let listed = self.items.as_ref().map(|(place, parsed)| parsed[chunk.text[*place][event] as usize]);
        let listed = listed.unwrap_or_default();
        if listed.start < listed.end {
            let lines = &self.lines[listed.start as usize..listed.end as usize];
            return EventItems { lines, is_unreadable: false, is_odd: listed.is_odd };
        }
        let item = self.single.as_ref().map_or(NO_ITEM, |(place, items)| items[chunk.text[*place][event] as usize]);
        let by_code = |(place, by_code): &(usize, Vec<(u32, bool)>)| by_code[chunk.text[*place][event] as usize];
        let (quantity, is_odd) = self.quantity.as_ref().map_or((1, false), by_code);
        single[0] = Line { item, quantity, price: NO_VALUE };
        EventItems { lines: single, is_unreadable: listed.is_unreadable, is_odd }
    }

    /// Id and name of an item; `None` for [`NO_ITEM`].
    pub(super) fn named(&self, item: u32) -> Option<(&str, Option<&str>)> {
        let place = (item as usize).checked_sub(1)?;
        Some((self.ids.get(place)?.as_str(), self.names.get(place)?.as_deref()))
    }
}

fn named_column<'a>(
    key: &str,
    name: Option<&str>,
    columns: &'a dyn Columns,
) -> Result<Option<(usize, &'a Dictionary)>, AnalyzeError> {
    let Some(name) = name else { return Ok(None) };
    let unknown = || AnalyzeError::Mask { place: format!("carts.{key}"), error: unknown_column(name, columns) };
    columns.text(name).map(Some).ok_or_else(unknown)
}

fn quantities(values: &Dictionary) -> Vec<(u32, bool)> {
    let read = |text: &String| parse_quantity(text).map_or((1, true), |quantity| (quantity, false));
    let null = (1, false);
    debug_assert_eq!(NULL, 0, "null comes first");
    [null].into_iter().chain(values.values().iter().map(read)).collect()
}
