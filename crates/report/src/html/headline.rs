//! What should be read first?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::FunnelResult;
use maud::{Markup, html};

use super::{Section, View, cell, funnel};
use crate::findings;
use crate::format;
use crate::words;

/// Most findings of one kind that are put into words.
const MOST_GAPS: usize = 3;

/// Title, span of the data and what to know before reading.
pub fn masthead(view: &View<'_>, title: &str) -> Markup {
    let settings = &view.document.results.settings;
    html! {
        header.masthead {
            p.kicker { "Journey report" }
            h1 { bdi { (title) } }
            p.span {
                @if settings.data_start_us.is_some() {
                    (format::instant_or_dash(settings.data_start_us, &view.zone)) " to "
                    (format::instant_or_dash(settings.data_end_us, &view.zone)) ", " (view.zone.name())
                } @else { "No events in the data" }
            }
        }
        (warnings(&settings.warnings))
    }
}

fn warnings(warnings: &[String]) -> Markup {
    html! {
        @if !warnings.is_empty() {
            aside.warnings aria-labelledby="warnings-title" {
                h2 #warnings-title { "Know before you read" }
                ul { @for warning in warnings { li { (words::elided(warning, 600)) } } }
            }
        }
    }
}

/// The headline figures and what stands out.
pub fn section(view: &View<'_>) -> Section {
    Section { id: "summary", title: "Summary", lead: String::new(), body: html! { (cards(view)) (findings(view)) } }
}

fn cards(view: &View<'_>) -> Markup {
    let sessions = &view.figures().sessions;
    html! {
        dl.cards {
            (card("Actors", &cell::count(sessions.actors), &html! { "people or devices with events that count" }))
            (card("Sessions", &cell::count(sessions.sessions), &html! {
                (format::ratio(sessions.sessions_per_actor)) " per actor, n = " (cell::count(sessions.sessions_per_actor.denominator))
            }))
            (card("Events", &cell::count(sessions.events), &html! {
                (format::ratio(sessions.events_per_session)) " active ones per session, n = " (cell::count(sessions.events_per_session.denominator))
            }))
            (conversion_card(view))
        }
    }
}

fn card(label: &str, figure: &Markup, note: &Markup) -> Markup {
    html! { div { dt { (label) } dd.figure { (figure) } dd.note { (note) } } }
}

fn conversion_card(view: &View<'_>) -> Markup {
    match view.figures().funnels.first() {
        Some(first) => {
            let rate = first.conversion;
            let figure = html! { span.number data-value=[rate.part().shown()] data-base=[rate.base().shown()] { (format::per_cent(rate)) } };
            let note = html! { "of " (cell::count(rate.base())) " who entered " (funnel::title(first, 0)) };
            card("Conversion", &figure, &note)
        }
        None => goal_card(view),
    }
}

fn goal_card(view: &View<'_>) -> Markup {
    let phases = &view.figures().phases;
    let reached = phases
        .phases
        .iter()
        .find(|phase| phase.phase == phases.goal_phase)
        .map_or(Count::default(), |phase| phase.visitors);
    let rate = Rate::of(reached, phases.actors);
    let figure = html! { span.number data-value=[rate.part().shown()] data-base=[rate.base().shown()] { (format::per_cent(rate)) } };
    let note = html! { "of " (cell::count(rate.base())) " actors were seen in " (words::phase(&phases.goal_phase)) };
    card("Reached the goal", &figure, &note)
}

fn findings(view: &View<'_>) -> Markup {
    let funnels = view.figures().funnels.iter().enumerate();
    let found: Vec<Markup> = funnels.flat_map(|(index, funnel)| of_funnel(funnel, index)).chain(loss(view)).collect();
    html! {
        @if !found.is_empty() {
            div.findings {
                h3 { "What stands out" }
                ul { @for finding in &found { li { (finding) } } }
            }
        }
    }
}

fn of_funnel(funnel: &FunnelResult, index: usize) -> Vec<Markup> {
    let gaps = findings::segment_gaps(funnel);
    let gaps = gaps.iter().take(MOST_GAPS).map(|gap| gap_sentence(funnel, gap));
    gaps.chain(findings::largest_loss(funnel).map(|step| loss_sentence(funnel, index, step))).collect()
}

/// One segment gap in words.
pub fn gap_sentence(funnel: &FunnelResult, gap: &findings::SegmentGap) -> Markup {
    let (dimension, value) = funnel.by.as_ref().map_or(("", ""), |by| {
        (by.dimension.as_str(), by.rows.get(gap.row).map_or("", |segment| segment.value.as_str()))
    });
    let step = funnel.steps.get(gap.step).map_or("", |step| step.name.as_str());
    html! {
        strong {
            (cell::name(dimension)) " “" (cell::name(value)) "”: " (cell::rate(gap.here)) " stop after " (cell::name(step))
        }
        ", against " span.number { (format::per_cent_of(gap.elsewhere)) } " in all other segments. That is "
        span.number { (format::count(gap.excess)) } " more than at their rate."
    }
}

fn loss_sentence(funnel: &FunnelResult, index: usize, step: usize) -> Markup {
    let Some(figures) = funnel.steps.get(step) else { return Markup::default() };
    let next = funnel.steps.get(step + 1).map_or("", |next| next.name.as_str());
    html! {
        "In " (funnel::title(funnel, index)) " most stop between " (cell::name(&figures.name)) " and " (cell::name(next)) ": "
        span.number data-value=[figures.stopped.shown()] { (words::counted_units(figures.stopped, funnel.unit)) } ", "
        (cell::rate(figures.drop_off)) " whose time is over."
    }
}

fn loss(view: &View<'_>) -> Option<Markup> {
    let phases = &view.figures().phases;
    let worst = phases.phases.iter().rev().max_by_key(|phase| phase.dropped_before_goal.drawn())?;
    worst.dropped_before_goal.is_some().then(|| {
        html! {
            "On the whole journey most are lost in " (words::phase(&worst.phase)) ": "
            (cell::count(worst.dropped_before_goal)) " of " (cell::count(worst.visitors))
            " visitors left there before " (words::phase(&phases.goal)) "."
        }
    })
}
