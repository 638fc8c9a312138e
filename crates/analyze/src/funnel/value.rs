//! How much money goes through a step?

use std::collections::BTreeMap;

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::field::text;
use kundresa_model::mask::Columns;
use kundresa_model::result::money::{Amount, Sum};
use kundresa_model::result::segments::NOT_SET;
use serde::{Deserialize, Serialize};

use super::walk::View;
use crate::keyed::{Keyed, Tally};

/// Where the currency of an amount stands, if the log has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Money<'a> {
    currency: Option<(usize, &'a Dictionary)>,
}

/// Amounts by code of their currency.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct MoneyTally(Keyed<u32, Amounts>);

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Amounts {
    n: u64,
    sum: Sum,
}

impl Tally for Amounts {
    fn add(&mut self, other: Self) {
        self.n += other.n;
        self.sum.0 += other.sum.0;
    }
}

impl Tally for MoneyTally {
    fn add(&mut self, other: Self) {
        self.0.add(other.0);
    }
}

impl<'a> Money<'a> {
    pub(crate) fn of(columns: &'a dyn Columns) -> Self {
        Self { currency: columns.text(text::CURRENCY) }
    }

    /// Adds the amount of `event`, if it has one.
    pub(crate) fn count(self, view: &View<'_>, event: usize, tally: &mut MoneyTally) {
        let value = view.chunk.value.get(event).copied().unwrap_or(NO_VALUE);
        if value != NO_VALUE {
            let currency = self.currency.map_or(NULL, |(column, _)| view.chunk.text[column][event]);
            tally.0.at(currency).add(Amounts { n: 1, sum: Sum(i128::from(value)) });
        }
    }

    /// Sums by currency, in the order of their names.
    pub(crate) fn finish(self, tally: MoneyTally) -> Vec<Amount> {
        let mut by_name: BTreeMap<&str, Amounts> = BTreeMap::new();
        for (code, amounts) in tally.0.into_sorted() {
            let name = self.currency.and_then(|(_, names)| names.value(code)).unwrap_or(NOT_SET);
            by_name.entry(name).or_default().add(amounts);
        }
        let amount = |(currency, Amounts { n, sum }): (&str, _)| Amount { currency: currency.to_owned(), n, sum };
        by_name.into_iter().map(amount).collect()
    }
}
