//! How does one figure or name look in a table or a sentence?
//!
//! Every function that may say a word takes the language first.

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::segments::{NOT_SET, OTHER};
use kundresa_model::result::statistics::Interval;
use maud::{Markup, html};

use super::texts::{cell as texts, common};
use crate::locale::Locale;

/// Longest name shown whole; the rest is in the tooltip.
const LONGEST_NAME: usize = 80;
/// Longest tooltip.
const LONGEST_TOOLTIP: usize = 1_000;

/// A name from the data: escaped, set apart from the direction of the text around it, cut with `…` when very long.
pub fn name(locale: Locale, text: &str) -> Markup {
    short(locale, text, LONGEST_NAME)
}

/// As [`name`], cut after `most` characters.
pub fn short(locale: Locale, text: &str, most: usize) -> Markup {
    let shown = locale.elided(text, most);
    let tooltip = (shown != locale.visible(text)).then(|| locale.elided(text, LONGEST_TOOLTIP));
    html! { bdi title=[tooltip] { (shown) } }
}

/// The value of a segment: a name from the data, or words for rows without a value and for the rest.
pub fn segment(locale: Locale, value: &str) -> Markup {
    match value {
        NOT_SET => html! { bdi { (locale.say(&texts::NOT_SET)) } },
        OTHER => html! { bdi { (locale.say(&texts::OTHER)) } },
        value => name(locale, value),
    }
}

/// A count in running text.
pub fn count<C: Into<Count>>(locale: Locale, number: C) -> Markup {
    let number = number.into();
    html! { span.number data-value=[number.shown()] { (locale.count(number)) } }
}

/// A rate in running text with its base: `42.1 % of 3,605`.
pub fn rate(locale: Locale, rate: Rate) -> Markup {
    html! {
        span.number data-value=[rate.part().shown()] data-base=[rate.base().shown()] { (locale.per_cent_of(rate)) }
    }
}

/// A rate in running text whose base is told by the words around it: `42.1 %`.
pub fn per_cent(locale: Locale, rate: Rate) -> Markup {
    html! { span.number data-value=[rate.part().shown()] data-base=[rate.base().shown()] { (locale.per_cent(rate)) } }
}

/// A table cell with a count.
pub fn count_cell<C: Into<Count>>(locale: Locale, number: C) -> Markup {
    let number = number.into();
    html! { td.n data-value=[number.shown()] { (locale.count(number)) } }
}

/// A table cell with a rate over its base.
pub fn rate_cell(locale: Locale, rate: Rate) -> Markup {
    html! {
        td.n data-value=[rate.part().shown()] data-base=[rate.base().shown()] {
            (locale.per_cent(rate)) (base(locale, rate))
        }
    }
}

/// The base of a rate, small, under the rate; nothing where it is hidden.
pub fn base(locale: Locale, rate: Rate) -> Markup {
    html! {
        @if !rate.is_hidden() { small { (locale.fill(&texts::OF, &[&locale.count(rate.denominator)])) } }
    }
}

/// The interval of a share, small, under it, for columns whose head is [`interval_head`]; nothing where there is none.
pub fn interval(locale: Locale, interval: Option<Interval>) -> Markup {
    html! { @if let Some(interval) = interval { small { (locale.interval(interval)) } } }
}

/// What the last line of cells is, for the head of their column.
pub fn interval_head(locale: Locale) -> Markup {
    html! { small { (locale.say(&texts::INTERVAL_HEAD)) } }
}

/// The interval of a share in running text: `95 % interval 17.7 to 25.5 %`.
pub fn interval_words(locale: Locale, interval: Interval) -> String {
    locale.fill(&texts::INTERVAL, &[&locale.interval(interval)])
}

/// A table cell with a count over its share of a base.
pub fn part_cell(locale: Locale, rate: Rate) -> Markup {
    html! {
        td.n data-value=[rate.part().shown()] data-base=[rate.base().shown()] {
            (locale.count(rate.part()))
            @if !rate.is_hidden() { small { (locale.per_cent_of(rate)) } }
        }
    }
}

/// A table cell with a span.
pub fn duration_cell(locale: Locale, us: Option<i64>) -> Markup {
    html! { td.n data-value=[us] data-unit="µs" { (locale.duration_or_dash(us)) } }
}

/// The head of a column of bars from nothing to all.
pub fn share_axis(locale: Locale) -> Markup {
    html! { th.axis scope="col" { div { span { "0" } span { (locale.with_unit("100", "%")) } } } }
}

/// How many more are in the JSON document, as a sentence after another one; nothing for none.
pub fn more_in_json(locale: Locale, more: usize) -> Markup {
    let text = locale.plural(more as u64, &common::MORE_IN_JSON_ONE, &common::MORE_IN_JSON);
    html! { @if more > 0 { (locale.fill(text, &[&locale.count(more as u64)])) } }
}

/// A name that may break after its separators, for narrow columns.
pub fn breakable(text: &str) -> Markup {
    html! { bdi { @for part in text.split_inclusive(['_', '-', '/', '.', ':']) { (part) wbr; } } }
}

/// A table that scrolls inside its own box, with the sentence that explains it as its caption.
pub fn table(locale: Locale, caption: &Markup, content: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(locale.say(&texts::TABLE_SCROLLS)) {
            table data-sortable {
                caption { div { (caption) } }
                (content)
            }
        }
    }
}

/// As [`table`], no wider than its few columns need.
pub fn narrow_table(locale: Locale, caption: &Markup, content: &Markup) -> Markup {
    html! { div.narrow { (table(locale, caption, content)) } }
}

/// A paragraph for a part without figures, in the words of the page.
pub fn nothing(text: &str) -> Markup {
    html! { p.nothing { (text) } }
}
