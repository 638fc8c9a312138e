//! Can the figures be trusted: what came in, what was kept, what was set aside?

use kundresa_model::count::Count;
use kundresa_model::quality::{LoadTotals, RejectedRow};
use kundresa_model::rate::Rate;
use kundresa_model::result::phases::{PhasesResult, RuleShare};
use kundresa_model::result::sessions::SessionsResult;
use maud::{Markup, html};

use super::bar::{self, Part};
use super::texts::{common, facts, quality as texts};
use super::{Section, View, cell, overlap};
use crate::locale::{DASH, Locale, Text};
use crate::vocabulary;

/// Rejected rows shown.
const MOST_EXAMPLES: usize = 20;

/// What was loaded and how far the phase rules reach.
pub fn section(view: &View<'_>) -> Section {
    let (locale, totals) = (view.locale, &view.document.results.quality);
    Section {
        id: "quality",
        title: locale.say(&texts::TITLE),
        lead: locale.say(&texts::LEAD).to_owned(),
        body: html! {
            (load_sum(locale, totals))
            (zone(view))
            (rejected(locale, totals))
            (examples(view))
            div.columns {
                div { (identity(locale, totals)) }
                div { (events(locale, &view.figures().sessions)) }
            }
            (overlap::part(view))
            (coverage(view, &view.figures().phases))
        },
    }
}

fn load_sum(locale: Locale, totals: &LoadTotals) -> Markup {
    let term = |words: &Text, number: u64| {
        html! { span.term { small { (locale.say(words)) } " " (cell::count(locale, number)) } }
    };
    html! {
        p.sum {
            (term(&texts::ROWS_IN, totals.rows_in)) " = " (term(&texts::SUM_EVENTS, totals.events))
            " + " (term(&texts::SUM_DUPLICATES, totals.duplicates)) " + " (term(&texts::SUM_REJECTED, totals.rejected))
            @if totals.replaced > 0 { " + " (term(&texts::SUM_REPLACED, totals.replaced)) }
            @if totals.forgotten > 0 { " + " (term(&texts::SUM_FORGOTTEN, totals.forgotten)) }
        }
    }
}

/// In which zone times without one were read; an assumption stands out.
fn zone(view: &View<'_>) -> Markup {
    let (locale, settings) = (view.locale, &view.document.results.settings);
    let said = vocabulary::source_zone(locale, settings);
    let is_assumed = settings.source_time_zone.as_deref().is_some_and(|zone| zone.contains("(assumed)"));
    html! {
        p.rules {
            (locale.say(&facts::TIME_ZONE)) ": "
            @if is_assumed { strong { (said) } } @else { (said) }
            "."
        }
    }
}

fn rejected(locale: Locale, totals: &LoadTotals) -> Markup {
    let caption = html! { (locale.say(&texts::REJECTED_CAPTION)) };
    html! {
        @if !totals.rejected_by_reason.is_empty() {
            h3 { (locale.say(&texts::REJECTED_TITLE)) }
            (cell::narrow_table(locale, &caption, &html! {
                thead { tr {
                    th scope="col" { (locale.say(&texts::REASON)) } th.n scope="col" { (locale.say(&texts::ROWS)) }
                } }
                tbody {
                    @for (reason, rows) in &totals.rejected_by_reason {
                        tr {
                            th scope="row" { (locale.say(vocabulary::rejection(*reason))) }
                            (cell::part_cell(locale, Rate::new(*rows, totals.rows_in)))
                        }
                    }
                }
            }))
        }
    }
}

fn examples(view: &View<'_>) -> Markup {
    let (locale, rows) = (view.locale, &view.document.provenance.rejected_examples);
    let caption = html! {
        (locale.say(&texts::EXAMPLES_CAPTION))
        (cell::more_in_json(locale, rows.len().saturating_sub(MOST_EXAMPLES)))
        (locale.markup(&texts::WRITES_ALL, &[&html! { code { "--rejected FILE" } }]))
    };
    html! {
        @if !rows.is_empty() {
            h3 { (locale.say(&texts::EXAMPLES_TITLE)) }
            (cell::table(locale, &caption, &html! {
                thead { tr {
                    th scope="col" { (locale.say(&texts::INPUT)) } th.n scope="col" { (locale.say(&texts::LINE)) }
                    @for heading in [&texts::REASON, &texts::WHAT_WAS_WRONG, &texts::ROW] {
                        th scope="col" { (locale.say(heading)) }
                    }
                } }
                tbody { @for row in rows.iter().take(MOST_EXAMPLES) { (example(view, row)) } }
            }))
        }
    }
}

/// One rejected row; what was wrong with it is told in English.
fn example(view: &View<'_>, row: &RejectedRow) -> Markup {
    let locale = view.locale;
    html! {
        tr {
            th scope="row" { (cell::name(locale, &row.input)) }
            (cell::count_cell(locale, row.line))
            td { (locale.say(vocabulary::rejection(row.reason))) }
            td lang=[view.english()] { bdi { (locale.elided(&row.detail, 200)) } }
            td.raw { code { bdi { (locale.elided(&row.raw, 240)) } } }
        }
    }
}

fn noticed(locale: Locale, title: &Text, caption: &Text, entries: &[(&Text, Count)]) -> Markup {
    html! {
        h3 { (locale.say(title)) }
        (cell::table(locale, &html! { (locale.say(caption)) }, &html! {
            tbody {
                @for (about, number) in entries {
                    tr { th scope="row" { (locale.say(about)) } (cell::count_cell(locale, *number)) }
                }
            }
        }))
    }
}

fn identity(locale: Locale, totals: &LoadTotals) -> Markup {
    let entries = [
        (&texts::DISTINCT_ACTORS, totals.actors.into()),
        (&texts::UNIDENTIFIED, totals.unidentified.into()),
        (&texts::ID_CONFLICTS, totals.event_id_conflicts.into()),
        (&texts::REPEATED_ROWS, totals.repeated_rows.into()),
        (&texts::REPEATED_ORDERS, totals.repeated_orders.into()),
        (&texts::BAD_VALUES, totals.bad_values.into()),
    ];
    noticed(locale, &texts::IDENTITY_TITLE, &texts::IDENTITY_CAPTION, &entries)
}

fn events(locale: Locale, sessions: &SessionsResult) -> Markup {
    let entries = [
        (&common::EVENTS, sessions.events.into()),
        (&texts::IN_SESSIONS, sessions.session_events),
        (&texts::IN_UNCHOSEN, sessions.unchosen_events),
        (&texts::OF_BOTS, sessions.bot_events.into()),
        (&texts::IN_NO_SESSION, sessions.sessionless_events),
        (&texts::AFTER_END, sessions.events_after_end.into()),
        (&texts::WITHOUT_ACTOR, sessions.unidentified_events.into()),
    ];
    noticed(locale, &texts::PLACES_TITLE, &texts::PLACES_CAPTION, &entries)
}

fn coverage(view: &View<'_>, phases: &PhasesResult) -> Markup {
    let locale = view.locale;
    let caption = locale.markup(&texts::COVERAGE_CAPTION, &[&cell::rate(locale, phases.coverage_without_last_rule)]);
    html! {
        h3 { (locale.say(&texts::COVERAGE_TITLE)) }
        p.rules { (locale.markup(&common::COVERED, &[&cell::rate(locale, phases.coverage_of)])) }
        (cell::table(locale, &caption, &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::RULE)) } th scope="col" { (locale.say(&common::PHASE)) }
                th.n scope="col" { (locale.say(&common::EVENTS)) }
                (cell::share_axis(locale))
            } }
            tbody { @for rule in &phases.rules { (coverage_row(view, rule)) } }
        }))
    }
}

fn coverage_row(view: &View<'_>, rule: &RuleShare) -> Markup {
    let phase = rule.phase.as_deref().map_or_else(|| DASH.to_owned(), |key| view.phases.canonical(key));
    html! {
        tr {
            th scope="row" { (cell::name(view.locale, &rule.rule)) }
            td { (phase) }
            (cell::part_cell(view.locale, rule.events))
            td.plot { (bar::mini(if rule.phase.is_some() { Part::Went } else { Part::Stopped }, rule.events)) }
        }
    }
}
