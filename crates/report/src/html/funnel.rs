//! How far do they get, step by step?

use kundresa_model::count::Count;
use kundresa_model::result::funnel::{FunnelResult, FunnelStepResult};
use kundresa_model::spec::funnel::Window;
use maud::{Markup, html};

use super::bar::{self, Part};
use super::{Section, View, cell, funnel_segments, funnel_times};
use crate::format;
use crate::words;

/// All funnels in the order of the configuration.
pub fn section(view: &View<'_>) -> Section {
    let funnels = &view.figures().funnels;
    Section {
        id: "funnels",
        title: "Funnels",
        lead: "How many get from the first step to the last, in order and in time. Other events may lie between two steps."
            .to_owned(),
        body: html! {
            @if funnels.is_empty() { (cell::nothing("No funnel is configured.")) }
            @for (index, result) in funnels.iter().enumerate() { (funnel(result, index)) }
        },
    }
}

/// Name of the funnel, else its first and last step.
pub fn title(funnel: &FunnelResult, index: usize) -> Markup {
    match (&funnel.name, funnel.steps.as_slice()) {
        (Some(name), _) => cell::name(name),
        (None, [first, .., last]) => html! { (cell::short(&first.name, 40)) " → " (cell::short(&last.name, 40)) },
        (None, [only]) => cell::name(&only.name),
        (None, []) => html! { "Funnel " (format::count(index as u64 + 1)) },
    }
}

fn funnel(funnel: &FunnelResult, index: usize) -> Markup {
    html! {
        article.funnel id={ "funnel-" (index + 1) } {
            h3 { (title(funnel, index)) }
            p.rules { (rules(funnel)) }
            (bar::legend(&[(Part::Went, "Went on"), (Part::Stopped, "Stopped here"), (Part::Open, "Still in time")]))
            (steps(funnel))
            p.explain {
                "A bar is as long as the number that reached the step. " em { "Stopped here" }
                " got no further and the time is over; " em { "still in time" }
                " got no further yet. The share that stopped is counted without those still in time."
            }
            (funnel_times::times(funnel))
            (funnel_segments::segments(funnel))
        }
    }
}

fn rules(funnel: &FunnelResult) -> Markup {
    let window = match funnel.window {
        Window::Within(span) => format!("at most {} from the first step to the last", format::duration(span.as_us())),
        Window::None => "no limit of time between the first step and the last".to_owned(),
    };
    html! {
        "Counts " (words::units(funnel.unit)) ", " (words::entry(funnel.entry)) "; " (window) ". "
        (cell::count(funnel.candidates)) " could have entered."
        @if let Some(ended) = words::exclusions(funnel) { " An attempt that " (ended) "." }
        @if !funnel.hold.is_empty() { " Each counts once per value of " (cell::name(&funnel.hold.join(" and "))) "." }
        @if let Some(product) = funnel.emulation { strong { " Emulation of " (product.to_string()) ": not our definition." } }
        @if funnel.filter_scope.is_some() { " Filtered: " (words::filter_scope(funnel.filter_scope)) " must match." }
    }
}

fn steps(funnel: &FunnelResult) -> Markup {
    let entered = funnel.steps.first().map_or(Count::default(), |step| step.reached);
    html! {
        ol.steps {
            @for (index, figures) in funnel.steps.iter().enumerate() {
                li { (step(figures, index, entered, index + 1 == funnel.steps.len())) }
            }
        }
        (result(funnel))
    }
}

fn result(funnel: &FunnelResult) -> Markup {
    html! {
        p.result {
            @if funnel.conversion.base() == 0 { "Nobody entered this funnel." }
            @else {
                strong { "Conversion " (cell::rate(funnel.conversion)) } " reached the last step after the first"
                @if let Some(median) = funnel.time_to_convert_us.p50 { ", half of them within " (format::duration(median)) }
                "."
            }
        }
    }
}

fn step(step: &FunnelStepResult, index: usize, entered: Count, last: bool) -> Markup {
    html! {
        div.step-name {
            strong { (cell::name(&step.name)) }
            @if step.when != step.name { code { (cell::short(&step.when, 120)) } }
        }
        div.step-bar {
            (step_bar(step, entered))
            p.parts { (parts(step, last)) }
        }
        dl.step-figures {
            div { dt { "Reached" } dd.figure { (cell::count(step.reached)) } }
            @if index > 0 { div { dt { "of entered" } dd { (cell::rate(step.of_entered)) } } }
            div {
                dt { @if index == 0 { "of all" } @else { "of step before" } }
                dd { (cell::rate(step.of_previous)) }
            }
        }
    }
}

fn step_bar(step: &FunnelStepResult, entered: Count) -> Markup {
    let went = went_on(step);
    let label = bar::sentence(
        &words::elided(&step.name, 80),
        &[("reached", step.reached), ("went on", went), ("stopped here", step.stopped), ("still in time", step.open)],
    );
    bar::bar(&[(Part::Went, went), (Part::Stopped, step.stopped), (Part::Open, step.open)], entered, &label)
}

fn went_on(step: &FunnelStepResult) -> Count {
    let parts = step.reached.shown().zip(step.stopped.shown()).zip(step.open.shown());
    parts
        .map_or(Count::HIDDEN, |((reached, stopped), open)| reached.saturating_sub(stopped).saturating_sub(open).into())
}

fn parts(step: &FunnelStepResult, last: bool) -> Markup {
    html! {
        @if last { "Last step: nobody stops here." }
        @else {
            "Went on " (cell::count(went_on(step))) " · stopped here " (cell::count(step.stopped)) ", " (cell::rate(step.drop_off))
            @if step.open.is_hidden() || step.open.is_some() { " · still in time " (cell::count(step.open)) }
        }
    }
}
