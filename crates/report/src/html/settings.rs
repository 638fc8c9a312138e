//! With which rules were the figures made?

use maud::html;

use super::texts::settings as texts;
use super::{Section, View, configuration};
use crate::facts;

/// The settings in words and the whole configuration.
pub fn section(view: &View<'_>) -> Section {
    let locale = view.locale;
    Section {
        id: "settings",
        title: locale.say(&texts::TITLE),
        lead: locale.say(&texts::LEAD).to_owned(),
        body: html! {
            dl.settings {
                @for fact in facts::settings_in(locale, &view.document.results.settings) {
                    div { dt { (fact.about) } dd { bdi { (fact.text) } } }
                }
            }
            (configuration::configuration(view))
        },
    }
}
