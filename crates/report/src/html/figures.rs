//! How do tables of figures look that people may sort and filter, and amounts of money in them?

use kundresa_model::result::money::Sum;
use kundresa_model::result::segments::NOT_SET;
use maud::{Markup, html};

use super::texts::cell as cell_texts;
use crate::locale::Locale;

/// Rows from which a table may be filtered.
const LONG: usize = 12;

/// A table that scrolls inside its own box and may be sorted, and filtered where it has many `rows`.
pub fn table(locale: Locale, caption: &Markup, rows: usize, content: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(locale.say(&cell_texts::TABLE_SCROLLS)) {
            table data-sortable data-filter[rows >= LONG] {
                caption { div { (caption) } }
                (content)
            }
        }
    }
}

/// An amount in its currency, in running text.
pub fn money(locale: Locale, sum: Sum, currency: &str) -> Markup {
    html! { span.number data-value=(sum) { (amount(locale, sum, currency)) } }
}

/// A table cell with an amount.
pub fn money_cell(locale: Locale, sum: Sum, currency: &str) -> Markup {
    html! { td.n data-value=(sum) { (amount(locale, sum, currency)) } }
}

/// An amount in words; a currency that the data does not name is left out.
pub fn amount(locale: Locale, sum: Sum, currency: &str) -> String {
    let currency = if currency.is_empty() || currency == NOT_SET { String::new() } else { locale.elided(currency, 12) };
    locale.money(sum.0, &currency)
}
