//! How many sessions are there, and what are they like?

use kundresa_model::rate::Rate;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::Breakdown;
use kundresa_model::result::sessions::{SessionFigures, SessionsResult};
use maud::{Markup, html};

use super::{Section, View, cell};
use crate::format;
use crate::words;

/// Counts and lengths of sessions, and why they began.
pub fn section(view: &View<'_>) -> Section {
    let sessions = &view.figures().sessions;
    Section {
        id: "sessions",
        title: "Sessions",
        lead: "A session is a run of one actor's events without a long gap; its length is the time from its first to its last activity."
            .to_owned(),
        body: html! {
            (facts(sessions))
            div.columns {
                div { (lengths(&sessions.duration_us)) }
                div { (beginnings(sessions)) }
            }
            @if let Some(by) = &sessions.by { (segments(by)) }
        },
    }
}

fn facts(sessions: &SessionsResult) -> Markup {
    html! {
        dl.facts {
            div { dt { "Sessions" } dd { (cell::count(sessions.sessions)) } }
            div { dt { "Sessions per actor" } dd { (per(sessions.sessions_per_actor)) } }
            div { dt { "Active events per session" } dd { (per(sessions.events_per_session)) } }
            div { dt { "With a single event" } dd { (cell::rate(sessions.single_event)) } }
            div { dt { "Carried on after a cap" } dd { (cell::count(sessions.capped)) } }
            div { dt { "Vendor id used again" } dd { (cell::count(sessions.id_reused)) } }
        }
    }
}

fn per(rate: Rate) -> Markup {
    html! {
        span.number data-value=(rate.numerator) data-base=(rate.denominator) {
            (format::ratio(rate)) ", n = " (format::count(rate.denominator))
        }
    }
}

fn lengths(span: &Quantiles) -> Markup {
    let caption = html! { "Length of " (format::counted(span.n, "session", "sessions")) ". A value is one of the list, never in between." };
    let rows = [
        ("Shortest", span.min),
        ("A quarter is at most", span.p25),
        ("Half is at most (median)", span.p50),
        ("Three quarters are at most", span.p75),
        ("Nine in ten are at most", span.p90),
        ("Longest", span.max),
    ];
    html! {
        h3 { "Length" }
        (cell::table(&caption, &html! {
            tbody { @for (words, value) in rows { tr { th scope="row" { (words) } (cell::duration_cell(value)) } } }
        }))
    }
}

fn beginnings(sessions: &SessionsResult) -> Markup {
    let caption = html! { "What made a new session begin. If several reasons hold at once, the first counts." };
    html! {
        h3 { "Why they began" }
        @if sessions.started_by.is_empty() { (cell::nothing("There are no sessions.")) }
        @else {
            (cell::table(&caption, &html! {
                tbody {
                    @for (reason, count) in words::by_falling_count(&sessions.started_by) {
                        tr { th scope="row" { (words::session_start(reason)) } (cell::part_cell(Rate::new(count, sessions.sessions))) }
                    }
                }
            }))
        }
    }
}

fn segments(by: &Breakdown<SessionFigures>) -> Markup {
    let caption = html! {
        "A session counts under the first filled " (cell::name(&by.dimension)) " in it; rows add up to the total."
    };
    html! {
        h3 { "By " (cell::name(&by.dimension)) }
        (cell::narrow_table(&caption, &html! {
            thead { tr {
                th scope="col" { (cell::name(&by.dimension)) }
                th.n scope="col" { "Sessions" } th.n scope="col" { "Events" } th.n scope="col" { "With a single event" }
            } }
            tbody {
                @for segment in &by.rows {
                    tr {
                        th scope="row" { (cell::name(&segment.value)) }
                        (cell::count_cell(segment.figures.sessions))
                        (cell::count_cell(segment.figures.session_events))
                        (cell::part_cell(Rate::new(segment.figures.single_event_sessions, segment.figures.sessions)))
                    }
                }
            }
        }))
    }
}
