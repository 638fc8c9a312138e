//! How many sessions are there, and what are they like?

use kundresa_model::rate::Rate;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::Breakdown;
use kundresa_model::result::sessions::{SessionFigures, SessionsResult};
use maud::{Markup, html};

use super::texts::{common, sessions as texts, words};
use super::{Section, View, cell};
use crate::locale::{Locale, Text};
use crate::vocabulary;
use crate::words::by_falling_count;

/// Counts and lengths of sessions, and why they began.
pub fn section(view: &View<'_>) -> Section {
    let (locale, sessions) = (view.locale, &view.figures().sessions);
    Section {
        id: "sessions",
        title: locale.say(&common::SESSIONS),
        lead: locale.say(&texts::LEAD).to_owned(),
        body: html! {
            (facts(locale, sessions))
            div.columns {
                div { (lengths(locale, &sessions.duration_us)) }
                div { (beginnings(locale, sessions)) }
            }
            @if let Some(by) = &sessions.by { (segments(locale, by)) }
        },
    }
}

fn facts(locale: Locale, sessions: &SessionsResult) -> Markup {
    let fact = |about: &Text, figure: Markup| html! { div { dt { (locale.say(about)) } dd { (figure) } } };
    html! {
        dl.facts {
            (fact(&common::SESSIONS, cell::count(locale, sessions.sessions)))
            (fact(&texts::PER_ACTOR, per(locale, sessions.sessions_per_actor)))
            (fact(&texts::PER_SESSION, per(locale, sessions.events_per_session)))
            (fact(&common::SINGLE_EVENT, cell::rate(locale, sessions.single_event)))
            (fact(&texts::CAPPED, cell::count(locale, sessions.capped)))
            (fact(&texts::ID_REUSED, cell::count(locale, sessions.id_reused)))
        }
    }
}

fn per(locale: Locale, rate: Rate) -> Markup {
    html! {
        span.number data-value=(rate.numerator) data-base=(rate.denominator) {
            (locale.ratio(rate)) ", n = " (locale.count(rate.denominator))
        }
    }
}

fn lengths(locale: Locale, span: &Quantiles) -> Markup {
    let sessions = locale.counted(span.n, &words::SESSION, &words::SESSIONS);
    let caption = locale.markup(&texts::LENGTH_CAPTION, &[&sessions]);
    let rows = [
        (&texts::SHORTEST, span.min),
        (&texts::A_QUARTER, span.p25),
        (&texts::HALF, span.p50),
        (&texts::THREE_QUARTERS, span.p75),
        (&texts::NINE_IN_TEN, span.p90),
        (&common::LONGEST, span.max),
    ];
    html! {
        h3 { (locale.say(&texts::LENGTH)) }
        (cell::table(locale, &caption, &html! {
            tbody {
                @for (about, value) in rows {
                    tr { th scope="row" { (locale.say(about)) } (cell::duration_cell(locale, value)) }
                }
            }
        }))
    }
}

fn beginnings(locale: Locale, sessions: &SessionsResult) -> Markup {
    let caption = html! { (locale.say(&texts::WHY_CAPTION)) };
    let why = |reason| vocabulary::or_key(locale, vocabulary::session_start(reason), reason);
    html! {
        h3 { (locale.say(&texts::WHY)) }
        @if sessions.started_by.is_empty() { (cell::nothing(locale.say(&texts::NONE))) }
        @else {
            (cell::table(locale, &caption, &html! {
                tbody {
                    @for (reason, count) in by_falling_count(&sessions.started_by) {
                        tr {
                            th scope="row" { (why(reason)) }
                            (cell::part_cell(locale, Rate::of(count, sessions.sessions)))
                        }
                    }
                }
            }))
        }
    }
}

fn segments(locale: Locale, by: &Breakdown<SessionFigures>) -> Markup {
    let dimension = cell::name(locale, &by.dimension);
    html! {
        h3 { (locale.markup(&common::BY, &[&dimension])) }
        (cell::narrow_table(locale, &locale.markup(&texts::SEGMENTS, &[&dimension]), &html! {
            thead { tr {
                th scope="col" { (dimension) }
                @for heading in [&common::SESSIONS, &common::EVENTS, &common::SINGLE_EVENT] {
                    th.n scope="col" { (locale.say(heading)) }
                }
            } }
            tbody {
                @for segment in &by.rows {
                    tr {
                        th scope="row" { (cell::segment(locale, &segment.value)) }
                        (cell::count_cell(locale, segment.figures.sessions))
                        (cell::count_cell(locale, segment.figures.session_events))
                        (cell::part_cell(locale, Rate::of(segment.figures.single_event_sessions, segment.figures.sessions)))
                    }
                }
            }
        }))
    }
}
