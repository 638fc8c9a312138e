//! How is a whole report shown as one page that opens offline?
//!
//! The page needs no script, loads nothing and allows nothing but its own style sheet (see `style.rs`). Every number in a
//! cell carries the exact figure of the JSON document as `data-value`, and every name from the data passes
//! [`crate::words::visible`] and the escaping of the template. One file per section.

mod bar;
mod cell;
mod flow;
mod funnel;
mod funnel_segments;
mod funnel_times;
mod glossary;
mod headline;
mod heat;
mod inputs;
mod phases;
mod quality;
mod sessions;
mod settings;
mod style;
mod transitions;

use kundresa_model::document::{Document, ReportFigures};
use kundresa_model::zone::ZoneTable;
use maud::{DOCTYPE, Markup, html};

use crate::facts;
use crate::format;
use crate::words;

/// What every section reads.
struct View<'a> {
    document: &'a Document<ReportFigures>,
    zone: ZoneTable,
}

impl View<'_> {
    fn figures(&self) -> &ReportFigures {
        &self.document.results.figures
    }
}

/// A part of the page with its place in the navigation.
struct Section {
    /// Anchor; never made from data.
    id: &'static str,
    title: &'static str,
    /// One or two sentences: what is shown and how it is counted.
    lead: String,
    body: Markup,
}

/// The report as one HTML page, complete without script and network.
pub fn page(document: &Document<ReportFigures>) -> String {
    let view = View { document, zone: facts::zone(&document.results.settings) };
    let sections = sections(&view);
    let title = words::elided(&view.figures().title, 120);
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(&title))
            body {
                (bar::patterns())
                a.skip href="#main" { "Skip to the figures" }
                div.page {
                    (navigation(&title, &sections))
                    main #main {
                        (headline::masthead(&view, &title))
                        @for section in &sections { (render(section)) }
                        (footer(&view))
                    }
                }
            }
        }
    }
    .into_string()
}

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(style::POLICY);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            title { (title) }
            style { (style::sheet()) }
        }
    }
}

fn sections(view: &View<'_>) -> Vec<Section> {
    vec![
        headline::section(view),
        funnel::section(view),
        phases::section(view),
        transitions::phase_section(view),
        transitions::event_section(view),
        sessions::section(view),
        quality::section(view),
        settings::section(view),
        inputs::section(view),
        glossary::section(),
    ]
}

fn navigation(title: &str, sections: &[Section]) -> Markup {
    html! {
        nav aria-label="Sections" {
            a.brand href="#main" title=(title) { "Kundresa" }
            ul {
                @for section in sections {
                    li { a href={ "#" (section.id) } { (section.title) } }
                }
            }
        }
    }
}

fn render(section: &Section) -> Markup {
    let heading = format!("{}-title", section.id);
    html! {
        section id=(section.id) aria-labelledby=(heading) {
            h2 id=(heading) { (section.title) }
            @if !section.lead.is_empty() { p.lead { (section.lead) } }
            (section.body)
        }
    }
}

fn footer(view: &View<'_>) -> Markup {
    let version = words::elided(&view.document.provenance.kundresa, 60);
    html! {
        footer {
            p {
                "Made by Kundresa " (version) ", document schema "
                (format::count(u64::from(view.document.results.schema_version)))
                ". Every figure of this page is in the JSON document beside it."
            }
        }
    }
}
