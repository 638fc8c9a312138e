//! What do people say and do on the pages of the web?

use kundresa_model::rate::Rate;
use kundresa_model::result::signals::{PageSignals, SignalsResult};
use maud::{Markup, html};

use super::texts::{common, signals as texts};
use super::{Section, View, cell};
use crate::locale::{DASH, Locale, Text};

/// Signals beside the web's events, by page; no section where the log has no signals.
pub fn section(view: &View<'_>) -> Option<Section> {
    let (locale, signals) = (view.locale, view.figures().signals.as_ref()?);
    Some(Section {
        id: "signals",
        title: locale.say(&texts::TITLE),
        lead: locale.say(&texts::LEAD).to_owned(),
        body: html! {
            @if signals.page_signals.is_empty() { (cell::nothing(locale.say(&texts::NONE))) }
            @else { (answers(locale, signals)) (recordings(locale, signals)) }
        },
    })
}

fn answers(locale: Locale, signals: &SignalsResult) -> Markup {
    let sources = cell::name(locale, &signals.signal_sources.join(", "));
    let caption = html! {
        (locale.markup(&texts::CAPTION, &[&sources]))
        (cell::more_in_json(locale, usize::try_from(signals.rows_left_out).unwrap_or(usize::MAX)))
    };
    let heads = [
        &common::EVENTS,
        &common::SESSIONS,
        &texts::PERSONS,
        &texts::ANSWERS,
        &texts::NPS,
        &texts::MEAN,
        &texts::EMOTION,
    ];
    table(locale, &caption, &heads, signals, |row| {
        html! {
            (cell::count_cell(locale, row.events))
            (cell::count_cell(locale, row.sessions))
            (cell::count_cell(locale, row.persons))
            (cell::count_cell(locale, row.responses))
            td.n { (locale.points(row.promoters, row.detractors)) }
            (mean(locale, row.nps))
            (mean(locale, row.emotion))
        }
    })
}

fn recordings(locale: Locale, signals: &SignalsResult) -> Markup {
    let caption = html! { (locale.say(&texts::RECORDINGS_CAPTION)) };
    let heads = [&texts::RECORDINGS, &texts::RAGE_CLICKS, &texts::U_TURNS, &texts::DEAD_CLICKS];
    table(locale, &caption, &heads, signals, |row| {
        html! {
            (cell::count_cell(locale, row.recordings))
            (share(locale, row.rage_clicks))
            (share(locale, row.u_turns))
            (share(locale, row.dead_clicks))
        }
    })
}

/// A table whose lines begin with a page.
fn table(
    locale: Locale,
    caption: &Markup,
    heads: &[&Text],
    signals: &SignalsResult,
    cells: impl Fn(&PageSignals) -> Markup,
) -> Markup {
    cell::table(
        locale,
        caption,
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::PAGE)) }
                @for head in heads { th.n scope="col" { (locale.say(head)) } }
            } }
            tbody {
                @for row in &signals.page_signals {
                    tr { th scope="row" { (cell::name(locale, &row.page)) } (cells(row)) }
                }
            }
        },
    )
}

/// A mean over the number of scores.
fn mean(locale: Locale, scores: Rate) -> Markup {
    html! {
        td.n data-value=[scores.part().shown()] data-base=[scores.base().shown()] {
            (locale.ratio(scores))
            @if !scores.is_hidden() { small { "n = " (locale.count(scores.denominator)) } }
        }
    }
}

/// A share of nobody is a dash: no recording says anything about it.
fn share(locale: Locale, rate: Rate) -> Markup {
    html! { @if rate.base() == 0 { td.n { (DASH) } } @else { (cell::rate_cell(locale, rate)) } }
}
