//! Which files were read, and how were they understood?

use kundresa_model::document::{InputFacts, Provenance, SourceFacts};
use maud::{Markup, html};

use super::texts::inputs as texts;
use super::{Section, View, cell};
use crate::locale::{DASH, Locale, Text};

/// Inputs with their hashes, the mapping of each source, notes and times taken.
pub fn section(view: &View<'_>) -> Section {
    let (locale, provenance) = (view.locale, &view.document.provenance);
    Section {
        id: "inputs",
        title: locale.say(&texts::TITLE),
        lead: locale.say(&texts::LEAD).to_owned(),
        body: html! {
            @if provenance.inputs.is_empty() { (cell::nothing(locale.say(&texts::NONE))) }
            @else { (inputs(locale, &provenance.inputs)) }
            @for source in &provenance.sources { (mapping(view, source)) }
            (notes(view))
            (timings(locale, provenance))
        },
    }
}

fn inputs(locale: Locale, inputs: &[InputFacts]) -> Markup {
    let text = locale.plural(inputs.len() as u64, &texts::CAPTION_ONE, &texts::CAPTION);
    let caption = locale.markup(text, &[&locale.count(inputs.len() as u64)]);
    cell::table(
        locale,
        &caption,
        &html! {
            thead { tr {
                @for heading in [&texts::INPUT, &texts::SOURCE, &texts::FORMAT] { th scope="col" { (locale.say(heading)) } }
                @for heading in [&texts::SIZE, &texts::ROWS_IN, &texts::REJECTED] { th.n scope="col" { (locale.say(heading)) } }
                th scope="col" { (locale.say(&texts::HASH)) }
            } }
            tbody { @for input in inputs { (input_row(locale, input)) } }
        },
    )
}

fn input_row(locale: Locale, input: &InputFacts) -> Markup {
    html! {
        tr {
            th scope="row" { (cell::name(locale, &input.path)) }
            td { (cell::name(locale, &input.source)) }
            td { (cell::name(locale, &input.format)) }
            td.n { (input.bytes.map_or_else(|| DASH.to_owned(), |size| locale.bytes(size))) }
            (cell::count_cell(locale, input.rows_in))
            (cell::count_cell(locale, input.rejected))
            td.raw { code { (cell::name(locale, &input.hash)) } }
        }
    }
}

/// What a source was understood as; the words of the loader are English.
fn mapping(view: &View<'_>, source: &SourceFacts) -> Markup {
    let locale = view.locale;
    let english = |text: &str| match view.english() {
        Some(language) => html! { span lang=(language) { (cell::name(locale, text)) } },
        None => cell::name(locale, text),
    };
    let caption = locale.markup(&texts::KIND, &[&english(&source.kind), &english(&source.time_format)]);
    html! {
        h3 { (locale.markup(&texts::FIELDS_OF, &[&cell::name(locale, &source.name)])) }
        (cell::narrow_table(locale, &caption, &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::FIELD)) } th scope="col" { (locale.say(&texts::READ_FROM)) }
            } }
            tbody {
                @for (field, from) in &source.mapping {
                    tr { th scope="row" { (cell::name(locale, field)) } td { (english(from)) } }
                }
            }
        }))
    }
}

/// Notes for people, which are English.
fn notes(view: &View<'_>) -> Markup {
    let notes = &view.document.provenance.notes;
    html! {
        @if !notes.is_empty() {
            h3 { (view.locale.say(&texts::NOTES)) }
            ul.notes lang=[view.english()] { @for note in notes { li { bdi { (view.locale.elided(note, 600)) } } } }
        }
    }
}

fn timings(locale: Locale, provenance: &Provenance) -> Markup {
    html! {
        @if !provenance.timings_ms.is_empty() {
            h3 { (locale.say(&texts::TIME_TAKEN)) }
            dl.facts {
                @for (stage, milliseconds) in &provenance.timings_ms {
                    div {
                        dt { (stage_name(locale, stage)) }
                        dd.number { (locale.with_unit(&locale.count(*milliseconds), "ms")) }
                    }
                }
                div { dt { (locale.say(&texts::THREADS)) } dd.number { (locale.count(provenance.threads as u64)) } }
            }
        }
    }
}

fn stage_name(locale: Locale, stage: &str) -> String {
    let text: Option<&Text> = match stage {
        "open" => Some(&texts::STAGE_OPEN),
        "plan" => Some(&texts::STAGE_PLAN),
        "load" => Some(&texts::STAGE_LOAD),
        "compute" => Some(&texts::STAGE_COMPUTE),
        _ => None,
    };
    text.map_or_else(|| locale.visible(stage), |text| locale.say(text).to_owned())
}
