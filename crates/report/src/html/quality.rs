//! Can the figures be trusted: what came in, what was kept, what was set aside?

use kundresa_model::quality::{LoadTotals, RejectedRow};
use kundresa_model::rate::Rate;
use kundresa_model::result::phases::PhasesResult;
use kundresa_model::result::sessions::SessionsResult;
use maud::{Markup, html};

use super::bar::{self, Part};
use super::{Section, View, cell};
use crate::format;
use crate::words;

/// Rejected rows shown.
const MOST_EXAMPLES: usize = 20;

/// What was loaded and how far the phase rules reach.
pub fn section(view: &View<'_>) -> Section {
    let totals = &view.document.results.quality;
    Section {
        id: "quality",
        title: "Data quality",
        lead: "Every row that was read is an event, a duplicate or rejected with a reason. Nothing is lost silently."
            .to_owned(),
        body: html! {
            (load_sum(totals))
            (rejected(totals))
            (examples(&view.document.provenance.rejected_examples))
            div.columns {
                div { (identity(totals)) }
                div { (events(&view.figures().sessions)) }
            }
            (coverage(&view.figures().phases))
        },
    }
}

fn load_sum(totals: &LoadTotals) -> Markup {
    let term = |words: &str, number: u64| html! { span.term { small { (words) } " " (cell::count(number)) } };
    html! {
        p.sum {
            (term("rows in", totals.rows_in)) " = " (term("events", totals.events))
            " + " (term("duplicates", totals.duplicates)) " + " (term("rejected", totals.rejected))
            @if totals.replaced > 0 { " + " (term("replaced", totals.replaced)) }
            @if totals.forgotten > 0 { " + " (term("forgotten", totals.forgotten)) }
        }
    }
}

fn rejected(totals: &LoadTotals) -> Markup {
    html! {
        @if !totals.rejected_by_reason.is_empty() {
            h3 { "Rejected rows by reason" }
            (cell::narrow_table(&html! { "Share of all rows read." }, &html! {
                thead { tr { th scope="col" { "Reason" } th.n scope="col" { "Rows" } } }
                tbody {
                    @for (reason, rows) in &totals.rejected_by_reason {
                        tr { th scope="row" { (reason.label()) } (cell::part_cell(Rate::new(*rows, totals.rows_in))) }
                    }
                }
            }))
        }
    }
}

fn examples(rows: &[RejectedRow]) -> Markup {
    let more = rows.len().saturating_sub(MOST_EXAMPLES);
    let caption = html! {
        "Examples, as they stand in the input."
        @if more > 0 { " " (format::count(more as u64)) " more are in the JSON document." }
        " " code { "--rejected FILE" } " writes all of them."
    };
    html! {
        @if !rows.is_empty() {
            h3 { "Examples of rejected rows" }
            (cell::table(&caption, &html! {
                thead { tr {
                    th scope="col" { "Input" } th.n scope="col" { "Line" } th scope="col" { "Reason" }
                    th scope="col" { "What was wrong" } th scope="col" { "Row" }
                } }
                tbody { @for row in rows.iter().take(MOST_EXAMPLES) { (example(row)) } }
            }))
        }
    }
}

fn example(row: &RejectedRow) -> Markup {
    html! {
        tr {
            th scope="row" { (cell::name(&row.input)) }
            (cell::count_cell(row.line))
            td { (row.reason.label()) }
            td { bdi { (words::elided(&row.detail, 200)) } }
            td.raw { code { bdi { (words::elided(&row.raw, 240)) } } }
        }
    }
}

fn rows_of(entries: &[(&str, u64)]) -> Markup {
    html! { tbody { @for (words, number) in entries { tr { th scope="row" { (words) } (cell::count_cell(*number)) } } } }
}

fn identity(totals: &LoadTotals) -> Markup {
    let entries = [
        ("Distinct actors", totals.actors),
        ("Events without any identifier", totals.unidentified),
        ("Event ids under several identifiers, all kept", totals.event_id_conflicts),
        ("Identical rows without an event id, all kept", totals.repeated_rows),
        ("Purchases that repeat an order id", totals.repeated_orders),
        ("Money values not readable, rows kept", totals.bad_values),
    ];
    html! {
        h3 { "Identifiers and repeats" }
        (cell::table(&html! { "What was noticed while loading." }, &rows_of(&entries)))
    }
}

fn events(sessions: &SessionsResult) -> Markup {
    let entries = [
        ("Events", sessions.events),
        ("in the sessions counted", sessions.session_events),
        ("in sessions not chosen by a filter", sessions.unchosen_events),
        ("left out by --bots", sessions.bot_events),
        ("in no session", sessions.sessionless_events),
        ("after the end of the data", sessions.events_after_end),
        ("without an actor (part of those above)", sessions.unidentified_events),
    ];
    html! {
        h3 { "Where the events are" }
        (cell::table(&html! { "Every event is in one of these places." }, &rows_of(&entries)))
    }
}

fn coverage(phases: &PhasesResult) -> Markup {
    let caption = html! {
        "Share of the events with an actor, without bots and rows made by the vendor, that each rule put into a phase. Without the last rule: "
        (cell::rate(phases.coverage_without_last_rule)) "."
    };
    html! {
        h3 { "Coverage by phase rule" }
        p.rules { "Phases cover " (cell::rate(phases.coverage_of)) " events." }
        (cell::table(&caption, &html! {
            thead { tr {
                th scope="col" { "Rule" } th scope="col" { "Phase" } th.n scope="col" { "Events" }
                th.axis scope="col" { div { span { "0" } span { "100 %" } } }
            } }
            tbody {
                @for rule in &phases.rules {
                    tr {
                        th scope="row" { (cell::name(&rule.rule)) }
                        td { (rule.phase.as_deref().map_or_else(|| format::DASH.to_owned(), words::phase)) }
                        (cell::part_cell(rule.events))
                        td.plot { (bar::mini(if rule.phase.is_some() { Part::Went } else { Part::Stopped }, rule.events)) }
                    }
                }
            }
        }))
    }
}
