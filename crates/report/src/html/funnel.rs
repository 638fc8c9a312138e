//! How far do they get, step by step?

use kundresa_model::count::Count;
use kundresa_model::result::funnel::{FunnelResult, FunnelStepResult};
use kundresa_model::spec::funnel::Window;
use maud::{Markup, html};

use super::bar::{self, Part};
use super::texts::funnel as texts;
use super::{Section, View, cell, funnel_after, funnel_segments, funnel_table, funnel_times};
use crate::locale::{Locale, Text};
use crate::vocabulary;

/// All funnels in the order of the configuration.
pub fn section(view: &View<'_>) -> Section {
    let (locale, funnels) = (view.locale, &view.figures().funnels);
    Section {
        id: "funnels",
        title: locale.say(&texts::TITLE),
        lead: locale.say(&texts::LEAD).to_owned(),
        body: html! {
            @if funnels.is_empty() { (cell::nothing(locale.say(&texts::NONE))) }
            @for (index, result) in funnels.iter().enumerate() { (funnel(locale, result, index)) }
        },
    }
}

/// Name of the funnel, else its first and last step.
pub fn title(locale: Locale, funnel: &FunnelResult, index: usize) -> Markup {
    let short = |step: &FunnelStepResult| cell::short(locale, &step.name, 40);
    match (&funnel.name, funnel.steps.as_slice()) {
        (Some(name), _) => cell::name(locale, name),
        (None, [first, .., last]) => html! { (short(first)) " → " (short(last)) },
        (None, [only]) => cell::name(locale, &only.name),
        (None, []) => locale.markup(&texts::NUMBERED, &[&locale.count(index as u64 + 1)]),
    }
}

fn funnel(locale: Locale, funnel: &FunnelResult, index: usize) -> Markup {
    let say = |text: &Text| locale.say(text);
    let emphasis = |text: &Text| html! { em { (say(text)) } };
    let explained = [emphasis(&texts::STOPPED), emphasis(&texts::PART_IN_TIME)];
    html! {
        article.funnel id={ "funnel-" (index + 1) } {
            h3 { (title(locale, funnel, index)) }
            p.rules { (rules(locale, funnel)) }
            figure.chart id={ "chart-funnel-" (index + 1) } data-chart="funnel" {
                (bar::legend(locale, &[
                    (Part::Went, say(&texts::WENT_ON)),
                    (Part::Stopped, say(&texts::STOPPED)),
                    (Part::Open, say(&texts::IN_TIME)),
                ]))
                (steps(locale, funnel))
                p.explain { (locale.markup(&texts::EXPLAIN, &[&explained[0], &explained[1]])) }
                (funnel_table::table(locale, funnel))
            }
            (funnel_times::times(locale, funnel))
            (funnel_segments::segments(locale, funnel))
            (funnel_after::after(locale, funnel, index))
        }
    }
}

fn rules(locale: Locale, funnel: &FunnelResult) -> Markup {
    let window = match funnel.window {
        Window::Within(span) => locale.fill(&texts::WITHIN, &[&locale.duration(span.as_us())]),
        Window::None => locale.say(&texts::NO_LIMIT).to_owned(),
    };
    let (units, entry) = (locale.say(vocabulary::units(funnel.unit).1), locale.say(vocabulary::entry(funnel.entry)));
    let hold: Vec<String> = funnel.hold.iter().map(|name| locale.visible(name)).collect();
    html! {
        (locale.markup(&texts::RULES, &[&units, &entry, &window, &cell::count(locale, funnel.candidates)]))
        @if let Some(ended) = vocabulary::exclusions(locale, funnel) { (locale.fill(&texts::EXCLUSIONS, &[&ended])) }
        @if !hold.is_empty() { (locale.markup(&texts::HOLD, &[&cell::name(locale, &locale.list(&hold))])) }
        @if let Some(product) = funnel.emulation { " " strong { (locale.fill(&texts::EMULATION, &[&product])) } }
        @if funnel.filter_scope.is_some() {
            (locale.fill(&texts::FILTERED, &[&locale.say(vocabulary::filter_scope(funnel.filter_scope))]))
        }
    }
}

fn steps(locale: Locale, funnel: &FunnelResult) -> Markup {
    let entered = funnel.steps.first().map_or(Count::default(), |step| step.reached);
    html! {
        ol.steps {
            @for (index, figures) in funnel.steps.iter().enumerate() {
                li { (step(locale, figures, index, entered, index + 1 == funnel.steps.len())) }
            }
        }
        (result(locale, funnel))
    }
}

fn result(locale: Locale, funnel: &FunnelResult) -> Markup {
    let conversion = locale.markup(&texts::CONVERSION, &[&cell::rate(locale, funnel.conversion)]);
    let conversion = html! {
        strong { (conversion) }
        @if let Some(interval) = funnel.conversion_interval { " (" (cell::interval_words(locale, interval)) ")" }
    };
    html! {
        p.result {
            @if funnel.conversion.base() == 0 { (locale.say(&texts::NOBODY)) }
            @else if let Some(median) = funnel.time_to_convert_us.p50 {
                (locale.markup(&texts::RESULT_IN_TIME, &[&conversion, &locale.duration(median)]))
            }
            @else { (locale.markup(&texts::RESULT, &[&conversion])) }
        }
    }
}

fn step(locale: Locale, step: &FunnelStepResult, index: usize, entered: Count, last: bool) -> Markup {
    let previous = if index == 0 { &texts::OF_ALL } else { &texts::OF_PREVIOUS };
    html! {
        div.step-name {
            strong { (cell::name(locale, &step.name)) }
            @if step.when != step.name { code { (cell::short(locale, &step.when, 120)) } }
        }
        div.step-bar {
            (step_bar(locale, step, entered))
            p.parts { (parts(locale, step, last)) }
        }
        dl.step-figures {
            div { dt { (locale.say(&texts::REACHED)) } dd.figure { (cell::count(locale, step.reached)) } }
            @if index > 0 {
                div { dt { (locale.say(&texts::OF_ENTERED)) } dd { (cell::rate(locale, step.of_entered)) } }
            }
            // Where one may enter several times, step 1 has no base.
            @if index > 0 || step.of_previous.base() != 0 || step.reached.shown() == Some(0) {
                div { dt { (locale.say(previous)) } dd { (cell::rate(locale, step.of_previous)) } }
            }
        }
    }
}

fn step_bar(locale: Locale, step: &FunnelStepResult, entered: Count) -> Markup {
    let went = went_on(step);
    let label = bar::sentence(
        locale,
        &locale.elided(&step.name, 80),
        &[
            (&texts::PART_REACHED, step.reached),
            (&texts::PART_WENT_ON, went),
            (&texts::PART_STOPPED, step.stopped),
            (&texts::PART_IN_TIME, step.open),
        ],
    );
    bar::bar(&[(Part::Went, went), (Part::Stopped, step.stopped), (Part::Open, step.open)], entered, &label)
}

pub(super) fn went_on(step: &FunnelStepResult) -> Count {
    let parts = step.reached.shown().zip(step.stopped.shown()).zip(step.open.shown());
    parts
        .map_or(Count::HIDDEN, |((reached, stopped), open)| reached.saturating_sub(stopped).saturating_sub(open).into())
}

fn parts(locale: Locale, step: &FunnelStepResult, last: bool) -> Markup {
    if last {
        return html! { (locale.say(&texts::LAST)) };
    }
    let count = |units| cell::count(locale, units);
    let over = [count(went_on(step)), count(step.stopped), cell::rate(locale, step.drop_off)];
    html! {
        (locale.markup(&texts::PARTS, &[&over[0], &over[1], &over[2]]))
        @if step.open.is_hidden() || step.open.is_some() {
            (locale.markup(&texts::PARTS_IN_TIME, &[&count(step.open)]))
        }
    }
}
