//! With which rules were the figures made?

use maud::{Markup, html};

use super::{Section, View};
use crate::facts;
use crate::words;

/// The settings in words and the whole configuration.
pub fn section(view: &View<'_>) -> Section {
    let configuration = &view.document.provenance.configuration;
    Section {
        id: "settings",
        title: "Settings",
        lead: "The same rows with the same settings give the same figures.".to_owned(),
        body: html! {
            dl.settings {
                @for fact in facts::settings(&view.document.results.settings) {
                    div { dt { (fact.about) } dd { bdi { (fact.text) } } }
                }
            }
            @if !configuration.is_empty() {
                h3 { "Configuration in force" }
                (listing(configuration))
            }
        },
    }
}

fn listing(configuration: &str) -> Markup {
    let lines: Vec<String> =
        configuration.lines().map(|line| if line.is_empty() { String::new() } else { words::visible(line) }).collect();
    html! {
        pre.scroll tabindex="0" aria-label="Configuration" { code { (lines.join("\n")) } }
    }
}
