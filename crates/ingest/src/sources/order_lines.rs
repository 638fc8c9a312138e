//! How do the lines of one order become the order?
//!
//! Shops export orders as a table with one line per item. The lines of an order follow each other; what belongs to the
//! order is on the first of them alone, or on each. They become one list of items beside the order's columns, and the
//! order becomes one event per date. What a later line says differently stays with its item.

use kundresa_model::quality::RejectReason;

use crate::json::flatten::{Flat, push_member};
use crate::sample::Sample;
use crate::translate::spread::{Moment, Spread};
use crate::translate::{NoRow, Raw, Rows, Translator};

/// Cell of the items, a JSON list.
pub(super) const ITEMS: &str = "(items)";

/// Where the parts of an order stand.
pub(super) struct Layout {
    /// Columns that may name the order; the first that is there does.
    pub(super) key: &'static [&'static str],
    /// A column that only the first line of an order fills, if there is one.
    pub(super) first_line: Option<&'static str>,
    /// Columns of an item and their names in the list.
    pub(super) item: &'static [(&'static str, &'static str)],
    /// Columns that begin so are of the item too.
    pub(super) item_prefix: &'static str,
    /// What happened when.
    pub(super) moments: &'static [(&'static str, &'static str)],
    /// Columns of the order that belong to its first event alone, such as money.
    pub(super) once: &'static [&'static str],
}

/// Reads the lines of orders.
pub(super) struct OrderLines {
    layout: &'static Layout,
    spread: Spread,
    names: Vec<String>,
    /// Column of the order's key, and of what only its first line fills.
    key: Option<usize>,
    first_line: Option<usize>,
    /// Column and name of what an item has.
    item: Vec<(usize, String)>,
    /// Per column, whether an item has it.
    is_item: Vec<bool>,
    /// Key of the order whose lines are being read.
    order: String,
    /// Whether lines were read that have not been handed out.
    is_open: bool,
    items: String,
}

impl OrderLines {
    pub(super) fn of(sample: &Sample, layout: &'static Layout) -> Self {
        let names = super::columns::names(sample).to_vec();
        let place = |column: &str| names.iter().position(|name| name == column);
        let moments = layout.moments.iter().filter(|(column, _)| place(column).is_some());
        let moments = moments.map(|(column, event)| Moment::event(column, event)).collect();
        let mut once = layout.once.to_vec();
        once.push(ITEMS);
        let item = names.iter().enumerate().filter_map(|(index, name)| Some((index, item_name(layout, name)?)));
        let item: Vec<(usize, String)> = item.collect();
        let mut is_item = vec![false; names.len()];
        item.iter().for_each(|(column, _)| is_item[*column] = true);
        Self {
            layout,
            spread: Spread::of(sample, moments).with(&[ITEMS]).once(&once),
            key: layout.key.iter().find_map(|column| place(column)),
            first_line: layout.first_line.and_then(place),
            item,
            is_item,
            names,
            order: String::new(),
            is_open: false,
            items: String::new(),
        }
    }

    /// Adds the item of a line, and whatever else the line says that the order does not.
    fn push_item(&mut self, record: Raw<'_>, is_first: bool) {
        let mut item = String::new();
        for (column, name) in &self.item {
            push_filled(&mut item, name, record.field(*column));
        }
        for (index, name) in self.names.iter().enumerate().filter(|(index, _)| !is_first && !self.is_item[*index]) {
            let value = record.field(index);
            if value != self.spread.get(name) {
                push_filled(&mut item, name, value);
            }
        }
        if !item.is_empty() {
            self.items.push(if self.items.is_empty() { '[' } else { ',' });
            self.items.push_str(&item);
            self.items.push('}');
        }
    }

    fn begin(&mut self, record: Raw<'_>) -> Result<(), NoRow> {
        self.order.clear();
        self.items.clear();
        self.is_open = false;
        if self.first_line.is_some_and(|column| record.field(column).is_empty()) {
            let detail = format!(
                "`{}` is empty, so this is a further line of an order whose first line is not before it",
                self.layout.first_line.unwrap_or_default()
            );
            return Err(NoRow::new(RejectReason::MissingTime, detail));
        }
        self.spread.read(record)?;
        self.push_item(record, true);
        for (index, _) in &self.item {
            self.spread.set(&self.names[*index], "");
        }
        self.order.push_str(self.key.map_or("", |key| record.field(key)));
        self.is_open = true;
        Ok(())
    }
}

fn item_name(layout: &Layout, column: &str) -> Option<String> {
    let named = layout.item.iter().find(|(name, _)| *name == column).map(|(_, name)| (*name).to_owned());
    let prefix = Some(layout.item_prefix).filter(|prefix| !prefix.is_empty());
    named.or_else(|| Some(prefix.and_then(|prefix| column.strip_prefix(prefix))?.replace(' ', "_")))
}

/// Adds a value to a JSON object under construction; numbers that JSON can write stay numbers.
fn push_filled(item: &mut String, name: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    let is_number = serde_json::from_str::<serde_json::Number>(value).is_ok();
    push_member(item, name, if is_number && name != "id" { Flat::Json(value) } else { Flat::Text(value) });
}

impl Translator for OrderLines {
    fn columns(&self) -> Vec<String> {
        self.spread.columns()
    }

    fn folds(&self) -> bool {
        true
    }

    /// Lines of one order have one key, and a line without one goes on with nothing.
    fn shared(&self) -> Option<usize> {
        self.key
    }

    fn continues(&self, record: Raw<'_>) -> bool {
        let Some(key) = self.key else { return false };
        let is_further = self.first_line.is_none_or(|column| record.field(column).is_empty());
        is_further && !self.order.is_empty() && record.field(key) == self.order
    }

    fn translate(&mut self, record: Raw<'_>, _rows: &mut Rows) -> Result<(), NoRow> {
        if self.continues(record) {
            self.push_item(record, false);
            return Ok(());
        }
        self.begin(record)
    }

    fn finish(&mut self, rows: &mut Rows) -> Result<(), NoRow> {
        if !std::mem::take(&mut self.is_open) {
            return Ok(());
        }
        if !self.items.is_empty() {
            self.items.push(']');
        }
        self.spread.set(ITEMS, &self.items);
        self.order.clear();
        self.spread.hand_out(rows)
    }

    fn take_dates(&mut self, dates: &std::collections::BTreeMap<String, crate::config::Dated>) -> bool {
        self.spread.take_dates(dates)
    }
}
