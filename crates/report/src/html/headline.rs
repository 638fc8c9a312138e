//! What should be read first?

use kundresa_model::result::funnel::FunnelResult;
use maud::{Markup, html};

use super::texts::headline as texts;
use super::{Section, View, cards, cell, funnel};
use crate::findings;
use crate::locale::Locale;
use crate::vocabulary;

/// Most findings of one kind that are put into words.
const MOST_GAPS: usize = 3;

/// Title, span of the data and what to know before reading.
pub fn masthead(view: &View<'_>, title: &str) -> Markup {
    let locale = view.locale;
    html! {
        header.masthead {
            p.kicker { (locale.say(&texts::KICKER)) }
            h1 { bdi { (title) } }
            p.span { (span(view)) }
        }
        (warnings(view))
    }
}

fn span(view: &View<'_>) -> String {
    let (locale, settings) = (view.locale, &view.document.results.settings);
    let instant = |us| locale.instant_or_dash(us, &view.zone);
    match settings.data_start_us {
        None => locale.say(&texts::NO_EVENTS).to_owned(),
        start => locale.fill(&texts::SPAN, &[&instant(start), &instant(settings.data_end_us), &view.zone.name()]),
    }
}

/// Warnings of the engine, which are English.
fn warnings(view: &View<'_>) -> Markup {
    let warnings = &view.document.results.settings.warnings;
    html! {
        @if !warnings.is_empty() {
            aside.warnings aria-labelledby="warnings-title" {
                h2 #warnings-title { (view.locale.say(&texts::WARNINGS)) }
                ul lang=[view.english()] { @for warning in warnings { li { (view.locale.elided(warning, 600)) } } }
            }
        }
    }
}

/// The headline figures and what stands out.
pub fn section(view: &View<'_>) -> Section {
    Section {
        id: "summary",
        title: view.locale.say(&texts::TITLE),
        lead: String::new(),
        body: html! { (cards::cards(view)) (findings(view)) },
    }
}

fn findings(view: &View<'_>) -> Markup {
    let funnels = view.figures().funnels.iter().enumerate();
    let of_funnels = funnels.flat_map(|(index, funnel)| of_funnel(view.locale, funnel, index));
    let found: Vec<Markup> = of_funnels.chain(loss(view)).collect();
    html! {
        @if !found.is_empty() {
            div.findings {
                h3 { (view.locale.say(&texts::STANDS_OUT)) }
                ul { @for finding in &found { li { (finding) } } }
            }
        }
    }
}

fn of_funnel(locale: Locale, funnel: &FunnelResult, index: usize) -> Vec<Markup> {
    let gaps = findings::segment_gaps(funnel);
    let gaps = gaps.iter().take(MOST_GAPS).map(|gap| gap_sentence(locale, funnel, gap));
    gaps.chain(findings::largest_loss(funnel).map(|step| loss_sentence(locale, funnel, index, step))).collect()
}

/// One segment gap in words.
pub fn gap_sentence(locale: Locale, funnel: &FunnelResult, gap: &findings::SegmentGap) -> Markup {
    let (dimension, value) = funnel.by.as_ref().map_or(("", ""), |by| {
        (by.dimension.as_str(), by.rows.get(gap.row).map_or("", |segment| segment.value.as_str()))
    });
    let step = funnel.steps.get(gap.step).map_or("", |step| step.name.as_str());
    let here = locale.markup(
        &texts::GAP,
        &[
            &cell::name(locale, dimension),
            &cell::segment(locale, value),
            &cell::rate(locale, gap.here),
            &cell::name(locale, step),
        ],
    );
    let elsewhere = html! { span.number { (locale.per_cent_of(gap.elsewhere)) } };
    let excess = html! { span.number { (locale.count(gap.excess)) } };
    locale.markup(&texts::GAP_AGAINST, &[&html! { strong { (here) } }, &elsewhere, &excess])
}

fn loss_sentence(locale: Locale, funnel: &FunnelResult, index: usize, step: usize) -> Markup {
    let Some(figures) = funnel.steps.get(step) else { return Markup::default() };
    let next = funnel.steps.get(step + 1).map_or("", |next| next.name.as_str());
    let (one, many) = vocabulary::units(funnel.unit);
    let stopped = locale.counted(figures.stopped, one, many);
    locale.markup(
        &texts::LOSS_OF_FUNNEL,
        &[
            &funnel::title(locale, funnel, index),
            &cell::name(locale, &figures.name),
            &cell::name(locale, next),
            &html! { span.number data-value=[figures.stopped.shown()] { (stopped) } },
            &cell::rate(locale, figures.drop_off),
        ],
    )
}

fn loss(view: &View<'_>) -> Option<Markup> {
    let (locale, phases) = (view.locale, &view.figures().phases);
    let worst = phases.phases.iter().rev().max_by_key(|phase| phase.dropped_before_goal.drawn())?;
    let text = locale.plural(worst.visitors, &texts::LOSS_OF_JOURNEY_ONE, &texts::LOSS_OF_JOURNEY);
    worst.dropped_before_goal.is_some().then(|| {
        locale.markup(
            text,
            &[
                &view.phases.of(&worst.phase),
                &cell::count(locale, worst.dropped_before_goal),
                &cell::count(locale, worst.visitors),
                &view.phases.canonical(&phases.goal),
            ],
        )
    })
}
