//! Which rows of a run are purchases with an order id?

use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::{PURCHASES, text};

use super::contents::{hashes, text_hash};
use crate::error::StoreError;
use crate::run::reader::{Columns, EventRows, Run};
use crate::upkeep::read::{TextColumn, text_at};

/// What it takes to find the orders in a run.
pub(super) struct Orders {
    pub(super) columns: Columns,
    event: Texts,
    order_id: Texts,
    purchases: [u128; PURCHASES.len()],
}

/// Hashes of the texts of one column.
enum Texts {
    /// Per code; the column is the one of this index among those asked for.
    Coded(usize, Vec<u128>),
    /// The column is the one of this index among those asked for.
    Wide(usize),
}

impl Orders {
    /// `None` if the run has no order.
    pub(super) fn of(run: &Run) -> Result<Option<Self>, StoreError> {
        let mut columns = Columns { ts: true, ..Columns::default() };
        let Some(event) = Texts::of(run, text::EVENT, &mut columns)? else { return Ok(None) };
        let Some(order_id) = Texts::of(run, text::ORDER_ID, &mut columns)? else { return Ok(None) };
        let purchases = PURCHASES.map(|name| text_hash(text::EVENT, name));
        let has_any = |hashes: &[u128]| purchases.iter().any(|purchase| hashes.contains(purchase));
        let has_purchase = !matches!(&event, Texts::Coded(_, hashes) if !has_any(hashes));
        Ok(has_purchase.then_some(Self { columns, event, order_id, purchases }))
    }

    /// Stands for the order of row `row`, those of bots and people apart.
    pub(super) fn order(&self, rows: &EventRows, row: usize) -> Option<u128> {
        if !self.purchases.contains(&self.event.hash(text::EVENT, rows, row)?) {
            return None;
        }
        let order = self.order_id.hash(text::ORDER_ID, rows, row)?;
        let is_bot = EventFlags(rows.flags[row]).has(EventFlags::BOT);
        Some(if is_bot { !order } else { order })
    }
}

impl Texts {
    fn of(run: &Run, name: &str, columns: &mut Columns) -> Result<Option<Self>, StoreError> {
        let column = TextColumn::find(&run.facts, name);
        column.ask(columns);
        Ok(match column {
            TextColumn::Absent => None,
            TextColumn::Wide(_) => Some(Self::Wide(columns.wide.len() - 1)),
            TextColumn::Coded(of_run) => {
                let values: Dictionary = run.dictionary(of_run)?;
                Some(Self::Coded(columns.coded.len() - 1, hashes(name, &values)))
            }
        })
    }

    /// `None` for null.
    fn hash(&self, name: &str, rows: &EventRows, row: usize) -> Option<u128> {
        match self {
            Self::Coded(column, hashes) => {
                let code = *rows.coded.get(*column)?.get(row)?;
                hashes.get(code as usize).copied().filter(|_| code > 0)
            }
            Self::Wide(column) => text_at(rows.wide.get(*column), row).map(|text| text_hash(name, text)),
        }
    }
}
