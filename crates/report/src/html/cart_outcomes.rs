//! What became of carts, as bars of all outcomes?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::carts::CartCounts;
use maud::{Markup, html};

use super::bar::{self, Part};
use super::carts::is_some;
use super::chart::{self, Kind};
use super::texts::{carts as texts, chart as chart_texts};
use super::{cell, figures};
use crate::locale::{DASH, Locale, Text};

/// One way a cart goes: its words, its look, and how many.
struct Outcome {
    words: &'static Text,
    part: Part,
    count: Count,
    /// Out of which its share is taken, where it has one.
    of: Option<Count>,
}

fn all(carts: &CartCounts) -> [Outcome; 4] {
    let over = carts.abandonment_rate.base();
    [
        Outcome { words: &texts::PURCHASED, part: Part::Went, count: carts.purchased, of: Some(over) },
        Outcome { words: &texts::EMPTIED, part: Part::Ended, count: carts.emptied, of: Some(over) },
        Outcome { words: &texts::ABANDONED, part: Part::Stopped, count: carts.abandoned, of: Some(over) },
        Outcome { words: &texts::OPEN, part: Part::Open, count: carts.open, of: None },
    ]
}

fn abandoned(carts: &CartCounts) -> [Outcome; 4] {
    let of = Some(carts.abandoned);
    [
        Outcome { words: &texts::RECOVERED, part: Part::Went, count: carts.recovered, of },
        Outcome { words: &texts::EMPTIED_LATER, part: Part::Ended, count: carts.emptied_later, of },
        Outcome { words: &texts::LOST, part: Part::Stopped, count: carts.lost, of },
        Outcome { words: &texts::RECOVERY_OPEN, part: Part::Open, count: carts.recovery_open, of },
    ]
}

/// Two bars: what became of all carts, and of those that were abandoned.
pub fn outcomes(locale: Locale, carts: &CartCounts) -> Markup {
    let (all, abandoned) = (all(carts), abandoned(carts));
    let picture = html! {
        (stack(locale, &texts::OF_OPENED, carts.opened, &all))
        @if is_some(carts.abandoned) { (stack(locale, &texts::OF_ABANDONED, carts.abandoned, &abandoned)) }
    };
    let table = figures::table(
        locale,
        &html! { (locale.say(&texts::OUTCOMES_CAPTION)) },
        8,
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::OUTCOME)) }
                th.n scope="col" { (locale.say(&texts::CARTS)) }
                th.n scope="col" { (locale.say(&chart_texts::SHARE)) }
            } }
            tbody {
                @for outcome in all.iter() { (outcome_row(locale, outcome, false)) }
                @for outcome in abandoned.iter() { (outcome_row(locale, outcome, true)) }
            }
        },
    );
    chart::figure(locale, Kind::Carts, "carts", &picture, &html! { (locale.say(&texts::OUTCOMES_CAPTION)) }, &table)
}

fn outcome_row(locale: Locale, outcome: &Outcome, is_part: bool) -> Markup {
    html! {
        tr {
            th scope="row" { @if is_part { (locale.say(&texts::ABANDONED)) ": " } (locale.say(outcome.words)) }
            (cell::count_cell(locale, outcome.count))
            @match outcome.of {
                Some(of) => (cell::rate_cell(locale, Rate::of(outcome.count, of))),
                None => td.n { (DASH) },
            }
        }
    }
}

/// A bar of all outcomes, and under it each with its pattern, its count and its share.
fn stack(locale: Locale, heading: &Text, full: Count, outcomes: &[Outcome]) -> Markup {
    let told = |outcome: &Outcome| {
        let count = locale.count(outcome.count);
        let share = outcome.of.map(|of| format!(", {}", locale.per_cent_of(Rate::of(outcome.count, of))));
        format!("{}: {count}{}", locale.say(outcome.words), share.unwrap_or_default())
    };
    let parts: Vec<(Part, Count, String)> =
        outcomes.iter().map(|outcome| (outcome.part, outcome.count, told(outcome))).collect();
    html! {
        div.stack {
            p.stack-head { (locale.markup(heading, &[&cell::count(locale, full)])) }
            (bar::marked(&parts, full, &parts.iter().map(|(_, _, told)| told.as_str()).collect::<Vec<_>>().join("; ")))
            dl.stack-parts {
                @for outcome in outcomes {
                    div {
                        dt { (bar::swatch(outcome.part)) (locale.say(outcome.words)) }
                        dd {
                            strong { (cell::count(locale, outcome.count)) }
                            @if let Some(of) = outcome.of { " " (cell::rate(locale, Rate::of(outcome.count, of))) }
                        }
                    }
                }
            }
        }
    }
}

/// Purchases by where they came from, and how many carts were recovered.
pub fn purchases(locale: Locale, carts: &CartCounts) -> Markup {
    let numbers = [carts.purchases, carts.purchased, carts.recovered, carts.purchases_without_cart];
    let [all, in_time, later, without] = numbers.map(|number| cell::count(locale, number));
    html! {
        p.result {
            (locale.markup(&texts::PURCHASES, &[&all, &in_time, &later, &without]))
            @if is_some(carts.abandoned) { " " (locale.markup(&texts::RECOVERY, &[&cell::rate(locale, carts.recovery_rate)])) }
        }
    }
}
