//! Where are people on their journey, and where do they leave it?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::phases::{PhaseFigures, PhaseSegment, PhasesResult};
use kundresa_model::result::segments::Breakdown;
use maud::{Markup, html};

use super::bar::{self, Part};
use super::{Section, View, cell};
use crate::format;
use crate::words;

/// The journey phases as bars and as a table.
pub fn section(view: &View<'_>) -> Section {
    let phases = &view.figures().phases;
    Section {
        id: "phases",
        title: "Journey phases",
        lead: format!(
            "Each visitor of a phase has moved on, left from there, or may still come back. A journey is over after {} without activity.",
            format::duration(phases.horizon_us)
        ),
        body: body(phases),
    }
}

fn body(phases: &PhasesResult) -> Markup {
    html! {
        p.rules {
            (cell::count(phases.actors)) " actors, " (cell::count(phases.no_phase_actors))
            " of them without an event in any phase. Phases cover " (cell::rate(phases.coverage_of)) " events."
        }
        (bar::legend(&legend(&words::phase(&phases.goal)).each_ref().map(|(part, words)| (*part, words.as_str()))))
        (bars(phases))
        (table(phases))
        @if let Some(by) = &phases.by { (segments(by)) }
    }
}

fn legend(goal: &str) -> [(Part, String); 4] {
    [
        (Part::Went, "Moved on".to_owned()),
        (Part::Stopped, format!("Lost before {goal}")),
        (Part::Ended, format!("Ended here after {goal}")),
        (Part::Open, "Still open".to_owned()),
    ]
}

fn bars(phases: &PhasesResult) -> Markup {
    let most = phases.phases.iter().map(|phase| phase.visitors.drawn()).max().unwrap_or_default();
    html! {
        ol.steps.phases {
            @for phase in &phases.phases { li { (phase_bar(phase, most, phases.actors)) } }
        }
    }
}

fn phase_bar(phase: &PhaseFigures, most: u64, actors: Count) -> Markup {
    let name = words::phase(&phase.phase);
    let label = bar::sentence(
        &name,
        &[
            ("moved on", phase.moved_on),
            ("lost before the goal", phase.dropped_before_goal),
            ("ended after the goal", phase.dropped_after_goal),
            ("still open", phase.open),
        ],
    );
    let parts = [
        (Part::Went, phase.moved_on),
        (Part::Stopped, phase.dropped_before_goal),
        (Part::Ended, phase.dropped_after_goal),
        (Part::Open, phase.open),
    ];
    html! {
        div.step-name { strong { (name) } }
        div.step-bar { (bar::bar(&parts, most.into(), &label)) }
        dl.step-figures {
            div { dt { "Visitors" } dd.figure { (cell::count(phase.visitors)) } }
            div { dt { "of actors" } dd { (cell::rate(Rate::of(phase.visitors, actors))) } }
        }
    }
}

fn table(phases: &PhasesResult) -> Markup {
    let goal = words::phase(&phases.goal);
    let caption = html! {
        "Visitors = moved on + lost + ended after the goal + still open. "
        em { "Stay" } " is the time from the first event of a visit to the first of the next visit, so it may span absences; "
        em { "active" } " is the time inside sessions."
    };
    html! {
        h3 { "Phase by phase" }
        (cell::table(&caption, &html! {
            thead { tr {
                th scope="col" { "Phase" }
                @for heading in ["Visitors", "Moved on"] { th.n scope="col" { (heading) } }
                th.n scope="col" { "Lost before " (goal) }
                th.n scope="col" { "Ended after " (goal) }
                @for heading in ["Still open", "Visits", "Events", "Median stay", "Median active"] { th.n scope="col" { (heading) } }
            } }
            tbody { @for phase in &phases.phases { (row(phase)) } }
        }))
    }
}

fn row(phase: &PhaseFigures) -> Markup {
    let of_visitors = |part| cell::part_cell(Rate::of(part, phase.visitors));
    html! {
        tr {
            th scope="row" { (words::phase(&phase.phase)) }
            (cell::count_cell(phase.visitors))
            (of_visitors(phase.moved_on))
            (of_visitors(phase.dropped_before_goal))
            (of_visitors(phase.dropped_after_goal))
            (of_visitors(phase.open))
            (cell::count_cell(phase.visits))
            (cell::count_cell(phase.events))
            (span_cell(phase.dwell_us.p50, phase.dwell_us.n))
            (span_cell(phase.active_us.p50, phase.active_us.n))
        }
    }
}

fn span_cell(median: Option<i64>, n: Count) -> Markup {
    if n.is_hidden() {
        return html! { td.n { (format::HIDDEN) } };
    }
    html! { td.n data-value=[median] { (format::duration_or_dash(median)) small { "n = " (format::count(n)) } } }
}

fn segments(by: &Breakdown<PhaseSegment>) -> Markup {
    let first = by.rows.first().map_or(&[][..], |segment| segment.figures.phases.as_slice());
    let caption = html! {
        "Visitors of each phase and their share of the segment. An actor counts under its first "
        (cell::name(&by.dimension)) "; rows add up to the total."
    };
    html! {
        h3 { "By " (cell::name(&by.dimension)) }
        (cell::table(&caption, &html! {
            thead { tr {
                th scope="col" { (cell::name(&by.dimension)) }
                th.n scope="col" { "Actors" }
                @for phase in first { th.n scope="col" { (words::phase(&phase.phase)) } }
            } }
            tbody {
                @for segment in &by.rows {
                    tr {
                        th scope="row" { (cell::name(&segment.value)) }
                        (cell::count_cell(segment.figures.actors))
                        @for phase in &segment.figures.phases { (cell::part_cell(Rate::of(phase.visitors, segment.figures.actors))) }
                    }
                }
            }
        }))
    }
}
