//! How does one figure or name look in a table or a sentence?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use maud::{Markup, html};

use crate::format;
use crate::words;

/// Longest name shown whole; the rest is in the tooltip.
const LONGEST_NAME: usize = 80;
/// Longest tooltip.
const LONGEST_TOOLTIP: usize = 1_000;

/// A name from the data: escaped, set apart from the direction of the text around it, cut with `…` when very long.
pub fn name(text: &str) -> Markup {
    short(text, LONGEST_NAME)
}

/// As [`name`], cut after `most` characters.
pub fn short(text: &str, most: usize) -> Markup {
    let shown = words::elided(text, most);
    let tooltip = (shown != words::visible(text)).then(|| words::elided(text, LONGEST_TOOLTIP));
    html! { bdi title=[tooltip] { (shown) } }
}

/// A count in running text.
pub fn count<C: Into<Count>>(number: C) -> Markup {
    let number = number.into();
    html! { span.number data-value=[number.shown()] { (format::count(number)) } }
}

/// A rate in running text with its base: `42.1 % of 3,605`.
pub fn rate(rate: Rate) -> Markup {
    html! {
        span.number data-value=[rate.part().shown()] data-base=[rate.base().shown()] { (format::per_cent_of(rate)) }
    }
}

/// A table cell with a count.
pub fn count_cell<C: Into<Count>>(number: C) -> Markup {
    let number = number.into();
    html! { td.n data-value=[number.shown()] { (format::count(number)) } }
}

/// A table cell with a rate over its base.
pub fn rate_cell(rate: Rate) -> Markup {
    html! {
        td.n data-value=[rate.part().shown()] data-base=[rate.base().shown()] {
            (format::per_cent(rate))
            @if !rate.is_hidden() { small { "of " (format::count(rate.denominator)) } }
        }
    }
}

/// A table cell with a count over its share of a base.
pub fn part_cell(rate: Rate) -> Markup {
    html! {
        td.n data-value=[rate.part().shown()] data-base=[rate.base().shown()] {
            (format::count(rate.part()))
            @if !rate.is_hidden() { small { (format::per_cent_of(rate)) } }
        }
    }
}

/// A table cell with a span.
pub fn duration_cell(us: Option<i64>) -> Markup {
    html! { td.n data-value=[us] { (format::duration_or_dash(us)) } }
}

/// A name that may break after its separators, for narrow columns.
pub fn breakable(text: &str) -> Markup {
    html! { bdi { @for part in text.split_inclusive(['_', '-', '/', '.', ':']) { (part) wbr; } } }
}

/// A table that scrolls inside its own box, with the sentence that explains it as its caption.
pub fn table(caption: &Markup, content: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label="Table, scrolls sideways" {
            table {
                caption { div { (caption) } }
                (content)
            }
        }
    }
}

/// As [`table`], no wider than its few columns need.
pub fn narrow_table(caption: &Markup, content: &Markup) -> Markup {
    html! { div.narrow { (table(caption, content)) } }
}

/// A paragraph for a part without figures.
pub fn nothing(text: &str) -> Markup {
    html! { p.nothing { (text) } }
}
