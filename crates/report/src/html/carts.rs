//! What became of carts, what were they worth, and which items were left in them?

use kundresa_model::count::Count;
use kundresa_model::result::carts::{CartCounts, CartsResult};
use kundresa_model::result::segments::{Breakdown, NOT_SET};
use maud::{Markup, html};

use super::cart_losses::{items, next_actions, pages, steps, times};
use super::cart_outcomes::{outcomes, purchases};
use super::texts::carts as texts;
use super::{Section, View, cell, figures};
use crate::locale::Locale;

/// Outcomes, value, items and what came next.
pub fn section(view: &View<'_>) -> Section {
    let (locale, result) = (view.locale, &view.figures().carts);
    let spans = [result.abandon_after, result.recover_within].map(|span| locale.duration(span.as_us()));
    Section {
        id: "carts",
        title: locale.say(&texts::TITLE),
        lead: locale.fill(&texts::LEAD, &[&spans[0], &spans[1]]),
        body: html! {
            @if is_some(result.carts.opened) { (carts(locale, result)) }
            @else { (cell::nothing(locale.say(&texts::NOTHING))) (purchases(locale, &result.carts)) }
        },
    }
}

/// Whether there is any, whatever a count is made of.
pub fn is_some<C: Into<Count>>(count: C) -> bool {
    count.into().is_some()
}

fn carts(locale: Locale, result: &CartsResult) -> Markup {
    html! {
        (outcomes(locale, &result.carts))
        (purchases(locale, &result.carts))
        (values(locale, result))
        (items(locale, &result.items))
        div.pairs {
            div { (steps(locale, &result.last_steps)) }
            div { (times(locale, result)) }
            @if is_some(result.carts.abandoned) {
                div { (next_actions(locale, &result.next_actions)) }
                @if result.last_pages.iter().any(|row| row.page != NOT_SET) { div { (pages(locale, &result.last_pages)) } }
            }
        }
        @if let Some(by) = &result.by { (segments(locale, by)) }
        (session_view(locale, result))
    }
}
fn values(locale: Locale, result: &CartsResult) -> Markup {
    let heads = [&texts::AT_LARGEST, &texts::LEFT, &texts::WORTH_WHEN_LEFT, &texts::RECOVERED_VALUE];
    let caption = html! {
        (locale.say(&texts::VALUE_CAPTION))
        @if is_some(result.carts_without_value) {
            " " (locale.markup(&texts::WITHOUT_VALUE, &[&cell::count(locale, result.carts_without_value)]))
        }
    };
    html! {
        @if !result.value.is_empty() {
            h3 { (locale.say(&texts::VALUE)) }
            (figures::table(locale, &caption, result.value.len(), &html! {
                thead { tr {
                    th scope="col" { (locale.say(&texts::CURRENCY)) }
                    th.n scope="col" { (locale.say(&texts::CARTS)) }
                    @for head in heads { th.n scope="col" { (locale.say(head)) } }
                } }
                tbody {
                    @for value in &result.value {
                        tr {
                            th scope="row" { (cell::segment(locale, &value.currency)) }
                            (cell::count_cell(locale, value.carts))
                            (figures::money_cell(locale, value.peak, ""))
                            (cell::count_cell(locale, value.abandoned_carts))
                            (figures::money_cell(locale, value.abandoned, ""))
                            (figures::money_cell(locale, value.recovered, ""))
                        }
                    }
                }
            }))
        }
    }
}

fn segments(locale: Locale, by: &Breakdown<CartCounts>) -> Markup {
    let dimension = cell::name(locale, &by.dimension);
    html! {
        h3 { (locale.markup(&texts::BY, &[&dimension])) }
        (figures::table(locale, &html! { (locale.say(&texts::SEGMENTS_CAPTION)) }, by.rows.len(), &html! {
            thead { tr {
                th scope="col" { (dimension) }
                @for head in [&texts::OPENED, &texts::PURCHASED, &texts::ABANDONED, &texts::ABANDONMENT_RATE, &texts::RECOVERED] {
                    th.n scope="col" { (locale.say(head)) }
                }
            } }
            tbody {
                @for segment in &by.rows {
                    tr {
                        th scope="row" { (cell::segment(locale, &segment.value)) }
                        (cell::count_cell(locale, segment.figures.opened))
                        (cell::count_cell(locale, segment.figures.purchased))
                        (cell::count_cell(locale, segment.figures.abandoned))
                        (cell::rate_cell(locale, segment.figures.abandonment_rate))
                        (cell::count_cell(locale, segment.figures.recovered))
                    }
                }
            }
        }))
    }
}

/// From carts as sessions count them to these.
fn session_view(locale: Locale, result: &CartsResult) -> Markup {
    let view = &result.session_view;
    let rows = [
        ("−", view.added_to_older_cart, &texts::ADDED_TO_OLDER),
        ("−", view.bought_elsewhere, &texts::BOUGHT_ELSEWHERE),
        ("−", view.emptied, &texts::VIEW_EMPTIED),
        ("−", view.open, &texts::VIEW_OPEN),
        ("+", view.left_beside_purchase, &texts::LEFT_BESIDE),
        ("+", view.further_carts, &texts::FURTHER),
        ("+", view.carts_outside, &texts::OUTSIDE),
    ];
    html! {
        h3 { (locale.say(&texts::SESSION_VIEW)) }
        (cell::narrow_table(locale, &html! { (locale.say(&texts::SESSION_VIEW_CAPTION)) }, &html! {
            tbody {
                tr {
                    th scope="row" { (locale.say(&texts::VIEW_ABANDONED)) }
                    (cell::part_cell(locale, view.abandoned))
                }
                @for (sign, number, words) in rows.into_iter().filter(|(_, number, _)| is_some(*number)) {
                    tr {
                        th scope="row" { span.sign { (sign) } " " (locale.say(words)) }
                        (cell::count_cell(locale, number))
                    }
                }
                tr.total {
                    th scope="row" { span.sign { "=" } " " (locale.say(&texts::ABANDONED)) }
                    (cell::count_cell(locale, result.carts.abandoned))
                }
            }
        }))
    }
}
