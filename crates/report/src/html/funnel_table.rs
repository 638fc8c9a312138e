//! What are the figures behind the bars of a funnel?

use kundresa_model::result::funnel::{FunnelResult, FunnelStepResult};
use maud::{Markup, html};

use super::texts::front as texts;
use super::{cell, funnel};
use crate::locale::Locale;

/// One row per step, folded away under the bars.
pub fn table(locale: Locale, result: &FunnelResult) -> Markup {
    let headings =
        [&texts::REACHED, &texts::OF_ENTERED, &texts::OF_PREVIOUS, &texts::WENT_ON, &texts::STOPPED, &texts::OPEN];
    let content = html! {
        thead { tr {
            th scope="col" { (locale.say(&texts::STEP)) }
            @for heading in headings { th.n scope="col" { (locale.say(heading)) } }
        } }
        tbody { @for step in &result.steps { (row(locale, step)) } }
    };
    html! {
        details.figures {
            summary { (locale.say(&texts::STEPS_AS_TABLE)) }
            (cell::table(locale, &html! { (locale.say(&texts::STEPS_CAPTION)) }, &content))
        }
    }
}

fn row(locale: Locale, step: &FunnelStepResult) -> Markup {
    html! {
        tr {
            th scope="row" { (cell::name(locale, &step.name)) }
            (cell::count_cell(locale, step.reached))
            (cell::rate_cell(locale, step.of_entered))
            (cell::rate_cell(locale, step.of_previous))
            (cell::count_cell(locale, funnel::went_on(step)))
            (cell::count_cell(locale, step.stopped))
            (cell::count_cell(locale, step.open))
        }
    }
}
