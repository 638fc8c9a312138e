//! What do the words on the page mean?

use maud::html;

use super::Section;

const ENTRIES: [(&str, &str); 16] = [
    ("Actor", "Whoever a row's identifiers stand for: a login, a contact or, without these, a device or browser."),
    ("Event", "One row of the log with an actor, a time and a name."),
    (
        "Activity",
        "An event that the actor took part in. A push message or a change in the CRM is an event without activity.",
    ),
    ("Session", "A run of one actor's activity without a gap longer than the settings say."),
    ("Phase", "A stage of the journey that a rule assigned to an event. The first rule that matches decides."),
    ("Visit", "A run of one actor's events in one phase. Events that no rule matches neither break nor begin one."),
    ("Moved on", "Was seen in the phase, but last in another one."),
    (
        "Lost",
        "The journey ended in this phase before the goal was reached: no activity for longer than the settings say.",
    ),
    ("Ended here", "The journey ended in this phase after the goal had been reached."),
    ("Still open", "Last seen in this phase, and not silent for long enough to say that the journey is over."),
    ("Reached", "Got to this step of the funnel in order and in time. Each is counted once, with its furthest step."),
    ("Stopped here", "Reached this step and no further, and the time for going on is over."),
    (
        "Still in time",
        "Reached this step and no further yet, but the time for going on is not over when the data ends.",
    ),
    ("Conversion", "Those who reached the last step out of those who reached the first."),
    ("Median", "The value that half of the list does not exceed; always a value of the list itself."),
    ("–", "Undefined: there is nothing to divide by or to take a median of. It never means zero."),
];

/// The terms of the page in the order in which they come up.
pub fn section() -> Section {
    Section {
        id: "glossary",
        title: "Glossary",
        lead: String::new(),
        body: html! {
            dl.glossary { @for (term, meaning) in ENTRIES { div { dt { (term) } dd { (meaning) } } } }
        },
    }
}
