//! What comes next, between phases and between events?

use kundresa_model::count::Count;
use kundresa_model::result::flow::PageTransitions;
use kundresa_model::result::segments::Segment;
use kundresa_model::result::transitions::{NodeKind, Transition, TransitionFigures, TransitionsOf, TransitionsResult};
use maud::{Markup, html};

use super::bar::{self, Part};
use super::sankey::{self, Sankey};
use super::texts::{common, sankey as sankey_texts, transitions as texts};
use super::{Section, View, cell, heat};
use crate::locale::{DASH, Locale, Text};
use crate::matrix::Matrix;

/// Events with a row and a column of their own.
const MOST_EVENTS: usize = 10;
/// Phases with a row and a column of their own: all of them.
const MOST_PHASES: usize = 16;
/// Event transitions in the list.
const MOST_LISTED: usize = 15;

/// Transitions between journey phases.
pub fn phase_section(view: &View<'_>) -> Section {
    let (locale, result) = (view.locale, &view.figures().transitions);
    Section {
        id: "flow",
        title: locale.say(&texts::PHASE_TITLE),
        lead: locale.say(&texts::PHASE_LEAD).to_owned(),
        body: html! {
            @if result.transitions.is_empty() { (cell::nothing(locale.say(&texts::NO_PHASE))) }
            @else {
                (sankey::figure(locale, &Sankey {
                    id: "flow",
                    of: TransitionsOf::Phases,
                    flow: &view.figures().flows.phases,
                    names: view.phases,
                }))
                p.rules { (moves_back(view, result)) }
                h3 { (locale.say(&texts::PHASE_TO_PHASE)) }
                (heat::table(
                    locale,
                    "phase-heat",
                    &Matrix::of(result, MOST_PHASES, view.phases),
                    &html! { (locale.say(&texts::MATRIX_OF_VISITS)) },
                ))
                (segments(view, result, &common::JOURNEYS))
            }
        },
    }
}

fn moves_back(view: &View<'_>, result: &TransitionsResult) -> Markup {
    let (locale, back, unseen) = (view.locale, result.regressions, result.no_phase_actors);
    let moves = locale.plural(back, &texts::MOVES_BACK_ONE, &texts::MOVES_BACK);
    let actors = locale.plural(unseen, &texts::UNSEEN_ONE, &texts::UNSEEN);
    html! {
        (locale.markup(moves, &[&cell::count(locale, back)]))
        (locale.markup(actors, &[&cell::count(locale, unseen)]))
    }
}

/// Transitions between the events of a session.
pub fn event_section(view: &View<'_>) -> Section {
    let (locale, result) = (view.locale, &view.figures().event_transitions);
    Section {
        id: "events",
        title: locale.say(&texts::EVENT_TITLE),
        lead: locale.say(&texts::EVENT_LEAD).to_owned(),
        body: html! {
            @if result.transitions.is_empty() { (cell::nothing(locale.say(&texts::NO_EVENT))) }
            @else { (event_matrix(view, result)) (listed(view, result)) (segments(view, result, &common::SESSIONS)) }
        },
    }
}

/// Transitions between the pages of a session.
pub fn page_section(view: &View<'_>) -> Section {
    let (locale, report) = (view.locale, view.figures());
    Section {
        id: "pages",
        title: locale.say(&sankey_texts::PAGES_TITLE),
        lead: locale.say(&sankey_texts::PAGES_LEAD).to_owned(),
        body: html! {
            @match &report.flows.pages {
                None => (cell::nothing(locale.say(&sankey_texts::NO_PAGES))),
                Some(flow) => {
                    (sankey::figure(locale, &Sankey { id: "pages", of: TransitionsOf::Pages, flow, names: view.phases }))
                    @if let Some(pages) = &report.page_transitions { (left_out(locale, pages)) }
                },
            }
        },
    }
}

/// How much of the transitions between pages the document leaves out.
fn left_out(locale: Locale, pages: &PageTransitions) -> Markup {
    let numbers = [pages.transitions_left_out, pages.pages_left_out];
    let text = if pages.pages_left_out > 0 { &sankey_texts::LEFT_OUT } else { &sankey_texts::MOVES_LEFT_OUT };
    let [transitions, left_out] = numbers.map(|number| cell::count(locale, number));
    html! { @if numbers != [0, 0] { p.explain { (locale.markup(text, &[&transitions, &left_out])) } } }
}

fn event_matrix(view: &View<'_>, result: &TransitionsResult) -> Markup {
    let (locale, matrix) = (view.locale, Matrix::of(result, MOST_EVENTS, view.phases));
    let summed = matrix.summed as u64;
    let own_row = locale.plural(summed, &texts::OWN_ROW_ONE, &texts::OWN_ROW);
    let caption = html! {
        (locale.say(&texts::MATRIX_OF_EVENTS))
        @if summed > 0 { (locale.fill(own_row, &[&locale.count(MOST_EVENTS as u64), &locale.count(summed)])) }
    };
    heat::table(locale, "event-heat", &matrix, &caption)
}

fn listed(view: &View<'_>, result: &TransitionsResult) -> Markup {
    let locale = view.locale;
    let caption = html! {
        (locale.say(&texts::LISTED))
        (cell::more_in_json(locale, result.transitions.len().saturating_sub(MOST_LISTED)))
    };
    html! {
        h3 { (locale.say(&texts::MOST_FREQUENT)) }
        (cell::table(locale, &caption, &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::FROM)) } th scope="col" { (locale.say(&texts::TO)) }
                th.n scope="col" { (locale.say(&common::COUNT)) } th.n scope="col" { (locale.say(&texts::SHARE)) }
                (cell::share_axis(locale))
            } }
            tbody { @for transition in result.transitions.iter().take(MOST_LISTED) { (row(view, transition, result.of)) } }
        }))
    }
}

fn row(view: &View<'_>, transition: &Transition, of: TransitionsOf) -> Markup {
    let end = |end: (&str, NodeKind)| html! { bdi { (view.phases.spoken_node(end, of, 60)) } };
    html! {
        tr {
            th scope="row" { (end(transition.source())) }
            td { (end(transition.target())) }
            (cell::count_cell(view.locale, transition.count))
            (cell::rate_cell(view.locale, transition.share))
            td.plot { (bar::mini(Part::Went, transition.share)) }
        }
    }
}

fn segments(view: &View<'_>, result: &TransitionsResult, units: &Text) -> Markup {
    let Some(by) = &result.by else { return Markup::default() };
    let (locale, dimension) = (view.locale, cell::name(view.locale, &by.dimension));
    html! {
        h3 { (locale.markup(&common::BY, &[&dimension])) }
        (cell::narrow_table(locale, &locale.markup(&texts::SEGMENTS, &[&dimension]), &html! {
            thead { tr {
                th scope="col" { (dimension) }
                th.n scope="col" { (locale.say(units)) } th scope="col" { (locale.say(&texts::MOST_FREQUENT)) }
                th.n scope="col" { (locale.say(&common::COUNT)) }
            } }
            tbody { @for segment in &by.rows { (segment_row(view, segment, result.of)) } }
        }))
    }
}

fn segment_row(view: &View<'_>, segment: &Segment<TransitionFigures>, of: TransitionsOf) -> Markup {
    let most = segment.figures.transitions.first();
    let node = |name: (&str, NodeKind)| view.phases.spoken_node(name, of, 40);
    let words = most.map(|one| format!("{} → {}", node(one.source()), node(one.target())));
    html! {
        tr {
            th scope="row" { (cell::segment(view.locale, &segment.value)) }
            (cell::count_cell(view.locale, segment.figures.units))
            td { bdi { (words.as_deref().unwrap_or(DASH)) } }
            (cell::count_cell(view.locale, most.map_or(Count::default(), |one| one.count)))
        }
    }
}
