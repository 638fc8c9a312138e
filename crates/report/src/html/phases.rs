//! Where are people on their journey, and where do they leave it?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::phases::{PhaseFigures, PhaseSegment, PhasesResult};
use kundresa_model::result::segments::Breakdown;
use maud::{Markup, html};

use super::bar::{self, Part};
use super::texts::{common, phases as texts};
use super::{Section, View, cell};
use crate::locale::{Locale, Text};

/// The journey phases as bars and as a table.
pub fn section(view: &View<'_>) -> Section {
    let (locale, phases) = (view.locale, &view.figures().phases);
    Section {
        id: "phases",
        title: locale.say(&texts::TITLE),
        lead: locale.fill(&texts::LEAD, &[&locale.duration(phases.horizon_us)]),
        body: body(view, phases),
    }
}

fn body(view: &View<'_>, phases: &PhasesResult) -> Markup {
    let locale = view.locale;
    let actors = locale.plural(phases.actors, &texts::RULES_ONE, &texts::RULES);
    let legend = legend(locale, &view.phases.canonical(&phases.goal));
    html! {
        p.rules {
            (locale.markup(actors, &[&cell::count(locale, phases.actors), &cell::count(locale, phases.no_phase_actors)]))
            " " (locale.markup(&common::COVERED, &[&cell::rate(locale, phases.coverage_of)]))
        }
        figure.chart #chart-phases data-chart="bars" {
            (bar::legend(locale, &legend.each_ref().map(|(part, words)| (*part, words.as_str()))))
            (bars(view, phases))
            (table(view, phases))
        }
        @if let Some(by) = &phases.by { (segments(view, by)) }
    }
}

fn legend(locale: Locale, goal: &str) -> [(Part, String); 4] {
    [
        (Part::Went, locale.say(&texts::MOVED_ON).to_owned()),
        (Part::Stopped, locale.fill(&texts::LOST_BEFORE, &[&goal])),
        (Part::Ended, locale.fill(&texts::ENDED_HERE_AFTER, &[&goal])),
        (Part::Open, locale.say(&texts::STILL_OPEN).to_owned()),
    ]
}

fn bars(view: &View<'_>, phases: &PhasesResult) -> Markup {
    let most = phases.phases.iter().map(|phase| phase.visitors.drawn()).max().unwrap_or_default();
    html! {
        ol.steps.phases {
            @for phase in &phases.phases { li { (phase_bar(view, phase, most, phases.actors)) } }
        }
    }
}

fn phase_bar(view: &View<'_>, phase: &PhaseFigures, most: u64, actors: Count) -> Markup {
    let (locale, name) = (view.locale, view.phases.of(&phase.phase));
    let parts: [(Part, &Text, Count); 4] = [
        (Part::Went, &texts::PART_MOVED_ON, phase.moved_on),
        (Part::Stopped, &texts::PART_LOST, phase.dropped_before_goal),
        (Part::Ended, &texts::PART_ENDED, phase.dropped_after_goal),
        (Part::Open, &texts::PART_OPEN, phase.open),
    ];
    let label = bar::sentence(locale, &name, &parts.map(|(_, words, units)| (words, units)));
    html! {
        div.step-name { strong { (name) } }
        div.step-bar { (bar::bar(&parts.map(|(part, _, units)| (part, units)), most.into(), &label)) }
        dl.step-figures {
            div { dt { (locale.say(&common::VISITORS)) } dd.figure { (cell::count(locale, phase.visitors)) } }
            div {
                dt { (locale.say(&texts::OF_ACTORS)) }
                dd {
                    (cell::rate(locale, Rate::of(phase.visitors, actors)))
                    @if let Some(interval) = phase.reached_interval { small { (cell::interval_words(locale, interval)) } }
                }
            }
        }
    }
}

fn table(view: &View<'_>, phases: &PhasesResult) -> Markup {
    let locale = view.locale;
    let emphasis = |text: &Text| html! { em { (locale.say(text)) } };
    let caption = locale.markup(&texts::CAPTION, &[&emphasis(&texts::STAY), &emphasis(&texts::ACTIVE)]);
    html! {
        h3 { (locale.say(&texts::PHASE_BY_PHASE)) }
        (cell::table(locale, &caption, &html! {
            thead { tr {
                th scope="col" { (locale.say(&common::PHASE)) }
                @for heading in headings(locale, &view.phases.canonical(&phases.goal)) { th.n scope="col" { (heading) } }
            } }
            tbody { @for phase in &phases.phases { (row(view, phase)) } }
        }))
    }
}

fn headings(locale: Locale, goal: &str) -> [String; 9] {
    let say = |text: &Text| locale.say(text).to_owned();
    [
        say(&common::VISITORS),
        say(&texts::MOVED_ON),
        locale.fill(&texts::LOST_BEFORE, &[&goal]),
        locale.fill(&texts::ENDED_AFTER, &[&goal]),
        say(&texts::STILL_OPEN),
        say(&common::VISITS),
        say(&common::EVENTS),
        say(&texts::MEDIAN_STAY),
        say(&texts::MEDIAN_ACTIVE),
    ]
}

fn row(view: &View<'_>, phase: &PhaseFigures) -> Markup {
    let locale = view.locale;
    let of_visitors = |part| cell::part_cell(locale, Rate::of(part, phase.visitors));
    html! {
        tr {
            th scope="row" { (view.phases.of(&phase.phase)) }
            (cell::count_cell(locale, phase.visitors))
            (of_visitors(phase.moved_on))
            (of_visitors(phase.dropped_before_goal))
            (of_visitors(phase.dropped_after_goal))
            (of_visitors(phase.open))
            (cell::count_cell(locale, phase.visits))
            (cell::count_cell(locale, phase.events))
            (span_cell(locale, phase.dwell_us.p50, phase.dwell_us.n))
            (span_cell(locale, phase.active_us.p50, phase.active_us.n))
        }
    }
}

fn span_cell(locale: Locale, median: Option<i64>, n: Count) -> Markup {
    if n.is_hidden() {
        return html! { td.n { (locale.hidden()) } };
    }
    html! {
        td.n data-value=[median] data-unit="µs" { (locale.duration_or_dash(median)) small { "n = " (locale.count(n)) } }
    }
}

fn segments(view: &View<'_>, by: &Breakdown<PhaseSegment>) -> Markup {
    let (locale, dimension) = (view.locale, cell::name(view.locale, &by.dimension));
    let first = by.rows.first().map_or(&[][..], |segment| segment.figures.phases.as_slice());
    html! {
        h3 { (locale.markup(&common::BY, &[&dimension])) }
        (cell::table(locale, &locale.markup(&texts::SEGMENTS, &[&dimension]), &html! {
            thead { tr {
                th scope="col" { (dimension) }
                th.n scope="col" { (locale.say(&common::ACTORS)) }
                @for phase in first { th.n scope="col" { (view.phases.of(&phase.phase)) } }
            } }
            tbody {
                @for segment in &by.rows {
                    tr {
                        th scope="row" { (cell::segment(locale, &segment.value)) }
                        (cell::count_cell(locale, segment.figures.actors))
                        @for phase in &segment.figures.phases {
                            (cell::part_cell(locale, Rate::of(phase.visitors, segment.figures.actors)))
                        }
                    }
                }
            }
        }))
    }
}
