//! What do the words on the page mean?

use maud::html;

use super::texts::{common, glossary as texts};
use super::{Section, View};
use crate::locale::{DASH, Text};

const ENTRIES: [(&Text, &Text); 15] = [
    (&texts::ACTOR, &texts::ACTOR_MEANING),
    (&texts::EVENT, &texts::EVENT_MEANING),
    (&texts::ACTIVITY, &texts::ACTIVITY_MEANING),
    (&texts::SESSION, &texts::SESSION_MEANING),
    (&texts::PHASE, &texts::PHASE_MEANING),
    (&texts::VISIT, &texts::VISIT_MEANING),
    (&texts::MOVED_ON, &texts::MOVED_ON_MEANING),
    (&texts::LOST, &texts::LOST_MEANING),
    (&texts::ENDED, &texts::ENDED_MEANING),
    (&texts::STILL_OPEN, &texts::STILL_OPEN_MEANING),
    (&texts::REACHED, &texts::REACHED_MEANING),
    (&texts::STOPPED, &texts::STOPPED_MEANING),
    (&texts::IN_TIME, &texts::IN_TIME_MEANING),
    (&common::CONVERSION, &texts::CONVERSION_MEANING),
    (&common::MEDIAN, &texts::MEDIAN_MEANING),
];

/// The terms of the page in the order in which they come up, and the sign for what is undefined.
pub fn section(view: &View<'_>) -> Section {
    let locale = view.locale;
    let terms = ENTRIES.iter().map(|(term, meaning)| (locale.say(term), locale.say(meaning)));
    Section {
        id: "glossary",
        title: locale.say(&texts::TITLE),
        lead: String::new(),
        body: html! {
            dl.glossary {
                @for (term, meaning) in terms.chain([(DASH, locale.say(&texts::UNDEFINED_MEANING))]) {
                    div { dt { (term) } dd { (meaning) } }
                }
            }
        },
    }
}
