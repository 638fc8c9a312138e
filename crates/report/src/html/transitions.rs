//! What comes next, between phases and between events?

use kundresa_model::count::Count;
use kundresa_model::result::segments::Segment;
use kundresa_model::result::transitions::{Transition, TransitionFigures, TransitionsOf, TransitionsResult};
use maud::{Markup, html};

use super::bar::{self, Part};
use super::{Section, View, cell, flow, heat};
use crate::format;
use crate::matrix::Matrix;
use crate::words;

/// Events with a row and a column of their own.
const MOST_EVENTS: usize = 10;
/// Phases with a row and a column of their own: all of them.
const MOST_PHASES: usize = 16;
/// Event transitions in the list.
const MOST_LISTED: usize = 15;

/// Transitions between journey phases.
pub fn phase_section(view: &View<'_>) -> Section {
    let result = &view.figures().transitions;
    Section {
        id: "flow",
        title: "Phase flow",
        lead: "A visit is a run of events of one actor in one phase. Each visit leads to the next one, or the journey ends or is still open."
            .to_owned(),
        body: html! {
            @if result.transitions.is_empty() { (cell::nothing("No actor was seen in any phase.")) }
            @else {
                (flow::flow_or_note(result))
                p.rules {
                    (cell::count(result.regressions)) " moves lead back to an earlier phase. "
                    (cell::count(result.no_phase_actors)) " actors were seen in no phase and are not counted here."
                }
                h3 { "From phase to phase" }
                (heat::table(&Matrix::of(result, MOST_PHASES), &matrix_caption("visits")))
                (segments(result, "Journeys"))
            }
        },
    }
}

/// Transitions between the events of a session.
pub fn event_section(view: &View<'_>) -> Section {
    let result = &view.figures().event_transitions;
    Section {
        id: "events",
        title: "Event transitions",
        lead: "Which event follows directly on which within one session.".to_owned(),
        body: html! {
            @if result.transitions.is_empty() { (cell::nothing("No session has an event.")) }
            @else { (event_matrix(result)) (listed(result)) (segments(result, "Sessions")) }
        },
    }
}

fn matrix_caption(what: &str) -> Markup {
    html! { "Rows lead to columns: the count, and its share of the row's " (what) " (n in the first column). The stronger the shade, the larger the share." }
}

fn event_matrix(result: &TransitionsResult) -> Markup {
    let matrix = Matrix::of(result, MOST_EVENTS);
    let caption = html! {
        (matrix_caption("occurrences"))
        @if matrix.summed > 0 {
            " The " (format::count(MOST_EVENTS as u64)) " most frequent events have their own row; "
            (format::counted(matrix.summed as u64, "other is", "others are")) " summed."
        }
    };
    heat::table(&matrix, &caption)
}

fn listed(result: &TransitionsResult) -> Markup {
    let more = result.transitions.len().saturating_sub(MOST_LISTED);
    let caption = html! {
        "By falling count. The share is of everything that follows the first event."
        @if more > 0 { " " (format::count(more as u64)) " more are in the JSON document." }
    };
    html! {
        h3 { "Most frequent" }
        (cell::table(&caption, &html! {
            thead { tr {
                th scope="col" { "From" } th scope="col" { "To" }
                th.n scope="col" { "Count" } th.n scope="col" { "Share of what follows" }
                th.axis scope="col" { div { span { "0" } span { "100 %" } } }
            } }
            tbody { @for transition in result.transitions.iter().take(MOST_LISTED) { (row(transition, result.of)) } }
        }))
    }
}

fn row(transition: &Transition, of: TransitionsOf) -> Markup {
    let end = |name: &str| html! { bdi { (words::node(name, of, 60)) } };
    html! {
        tr {
            th scope="row" { (end(&transition.from)) }
            td { (end(&transition.to)) }
            (cell::count_cell(transition.count))
            (cell::rate_cell(transition.share))
            td.plot { (bar::mini(Part::Went, transition.share)) }
        }
    }
}

fn segments(result: &TransitionsResult, units: &str) -> Markup {
    let Some(by) = &result.by else { return Markup::default() };
    let caption = html! {
        "Each is counted under its first filled " (cell::name(&by.dimension))
        ". The most frequent transition of each segment; all of them are in the JSON document."
    };
    html! {
        h3 { "By " (cell::name(&by.dimension)) }
        (cell::narrow_table(&caption, &html! {
            thead { tr {
                th scope="col" { (cell::name(&by.dimension)) }
                th.n scope="col" { (units) } th scope="col" { "Most frequent" } th.n scope="col" { "Count" }
            } }
            tbody { @for segment in &by.rows { (segment_row(segment, result.of)) } }
        }))
    }
}

fn segment_row(segment: &Segment<TransitionFigures>, of: TransitionsOf) -> Markup {
    let most = segment.figures.transitions.first();
    let words = most.map(|one| format!("{} → {}", words::node(&one.from, of, 40), words::node(&one.to, of, 40)));
    html! {
        tr {
            th scope="row" { (cell::name(&segment.value)) }
            (cell::count_cell(segment.figures.units))
            td { bdi { (words.as_deref().unwrap_or(format::DASH)) } }
            (cell::count_cell(most.map_or(Count::default(), |one| one.count)))
        }
    }
}
