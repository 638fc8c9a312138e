//! Which files were read, and how were they understood?

use kundresa_model::document::{InputFacts, Provenance, SourceFacts};
use maud::{Markup, html};

use super::{Section, View, cell};
use crate::format;
use crate::words;

/// Inputs with their hashes, the mapping of each source, notes and times taken.
pub fn section(view: &View<'_>) -> Section {
    let provenance = &view.document.provenance;
    Section {
        id: "inputs",
        title: "Inputs",
        lead: "Where the rows came from. This part is not compared between runs; everything above is.".to_owned(),
        body: html! {
            @if provenance.inputs.is_empty() { (cell::nothing("No input was read.")) } @else { (inputs(&provenance.inputs)) }
            @for source in &provenance.sources { (mapping(source)) }
            (notes(provenance))
            (timings(provenance))
        },
    }
}

fn inputs(inputs: &[InputFacts]) -> Markup {
    let caption =
        html! { (format::counted(inputs.len() as u64, "input", "inputs")) ", in natural order of their names." };
    cell::table(
        &caption,
        &html! {
            thead { tr {
                th scope="col" { "Input" } th scope="col" { "Source" } th scope="col" { "Format" } th.n scope="col" { "Size" }
                th.n scope="col" { "Rows in" } th.n scope="col" { "Rejected" } th scope="col" { "Hash of the content" }
            } }
            tbody { @for input in inputs { (input_row(input)) } }
        },
    )
}

fn input_row(input: &InputFacts) -> Markup {
    html! {
        tr {
            th scope="row" { (cell::name(&input.path)) }
            td { (cell::name(&input.source)) }
            td { (cell::name(&input.format)) }
            td.n { (input.bytes.map_or_else(|| format::DASH.to_owned(), format::bytes)) }
            (cell::count_cell(input.rows_in))
            (cell::count_cell(input.rejected))
            td.raw { code { (cell::name(&input.hash)) } }
        }
    }
}

fn mapping(source: &SourceFacts) -> Markup {
    let caption = html! { "Kind " (cell::name(&source.kind)) ". Time: " (cell::name(&source.time_format)) "." };
    html! {
        h3 { "Fields of " (cell::name(&source.name)) }
        (cell::narrow_table(&caption, &html! {
            thead { tr { th scope="col" { "Field" } th scope="col" { "Read from" } } }
            tbody {
                @for (field, from) in &source.mapping { tr { th scope="row" { (cell::name(field)) } td { (cell::name(from)) } } }
            }
        }))
    }
}

fn notes(provenance: &Provenance) -> Markup {
    html! {
        @if !provenance.notes.is_empty() {
            h3 { "Notes" }
            ul.notes { @for note in &provenance.notes { li { bdi { (words::elided(note, 600)) } } } }
        }
    }
}

fn timings(provenance: &Provenance) -> Markup {
    html! {
        @if !provenance.timings_ms.is_empty() {
            h3 { "Time taken" }
            dl.facts {
                @for (stage, milliseconds) in &provenance.timings_ms {
                    div { dt { (words::visible(stage)) } dd.number { (format::count(*milliseconds)) " ms" } }
                }
                div { dt { "threads" } dd.number { (format::count(provenance.threads as u64)) } }
            }
        }
    }
}
