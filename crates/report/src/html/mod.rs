//! How is a whole report shown as one page that opens offline?
//!
//! The page needs no script, loads nothing and allows nothing but its own style sheet and script (see `script.rs`). Every number in a
//! cell carries the exact figure of the JSON document as `data-value`, and every name from the data passes
//! [`crate::words::visible`] and the escaping of the template. One file per section.

mod bar;
mod cards;
mod cart_losses;
mod cart_outcomes;
mod carts;
mod cell;
mod chart;
mod columns;
mod configuration;
mod figures;
mod funnel;
mod funnel_after;
mod funnel_segments;
mod funnel_table;
mod funnel_times;
mod glossary;
mod headline;
mod heat;
mod inputs;
mod overlap;
mod overview;
mod paths;
mod phases;
mod quality;
mod sankey;
mod script;
mod sessions;
mod settings;
mod signals;
mod style;
pub(crate) mod texts;
mod transitions;

use kundresa_model::document::{Document, ReportFigures};
use kundresa_model::language::Language;
use kundresa_model::zone::ZoneTable;
use maud::{DOCTYPE, Markup, html};

use self::texts::page as said;
use crate::facts;
use crate::locale::Locale;
use crate::phase_names::PhaseNames;
use crate::words;

/// What every section reads.
struct View<'a> {
    document: &'a Document<ReportFigures>,
    zone: ZoneTable,
    locale: Locale,
    /// What the phases are called.
    phases: PhaseNames,
}

impl View<'_> {
    fn figures(&self) -> &ReportFigures {
        &self.document.results.figures
    }

    /// The attribute of text that is English in every language; none on an English page.
    fn english(&self) -> Option<&'static str> {
        (self.locale.language() != Language::En).then(|| Language::En.code())
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
pub fn page(document: &Document<ReportFigures>, language: Language) -> String {
    let view = View {
        document,
        zone: facts::zone(&document.results.settings),
        locale: Locale::new(language),
        phases: PhaseNames::new(&document.results.figures.phases.taxonomy, language),
    };
    let sections = sections(&view);
    let title = words::elided(&view.figures().title, 120);
    html! {
        (DOCTYPE)
        html lang=(view.locale.language().code()) {
            (head(&title))
            body {
                (bar::patterns())
                a.skip href="#main" { (view.locale.say(&said::SKIP)) }
                div.page {
                    (navigation(view.locale, &title, &sections))
                    main #main {
                        (headline::masthead(&view, &title))
                        @for section in &sections { (render(section)) }
                        (footer(&view))
                    }
                }
                script { (script::script()) }
            }
        }
    }
    .into_string()
}

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(script::policy());
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            title { (title) }
            style { (style::sheet()) }
        }
    }
}

fn sections(view: &View<'_>) -> Vec<Section> {
    let mut sections = vec![
        headline::section(view),
        overview::section(view),
        funnel::section(view),
        phases::section(view),
        transitions::phase_section(view),
        carts::section(view),
        paths::section(view),
        transitions::event_section(view),
        transitions::page_section(view),
    ];
    sections.extend(signals::section(view));
    sections.extend([
        sessions::section(view),
        quality::section(view),
        settings::section(view),
        inputs::section(view),
        glossary::section(view),
    ]);
    sections
}

fn navigation(locale: Locale, title: &str, sections: &[Section]) -> Markup {
    html! {
        nav aria-label=(locale.say(&said::SECTIONS)) {
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
    let schema = view.locale.count(u64::from(view.document.results.schema_version));
    html! {
        footer {
            p { (view.locale.fill(&said::FOOTER, &[&version, &schema])) }
            (script::licences(view.locale))
        }
    }
}
