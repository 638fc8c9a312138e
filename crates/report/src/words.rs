//! Which words do people read for the keys in results, and how is text that came with the data made harmless?
//!
//! Event names, values and raw rows are chosen by whoever can send an event. [`visible`] makes control and direction
//! characters readable, so that no name can move the cursor, recolour a terminal or turn the text around it.

use std::collections::BTreeMap;

use kundresa_model::count::Count;
use kundresa_model::document::Settings;
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::transitions::{CONTINUED, EXIT, OPEN, START, TransitionsOf, UNCHOSEN};
use kundresa_model::spec::carts::CartEvent;
use kundresa_model::spec::funnel::{Exclusion, FunnelEntry, FunnelUnit, OnExclusion};
use kundresa_model::spec::request::Bots;
use kundresa_model::spec::scope::FilterScope;

use crate::format;

/// Longest predicate in a sentence, in characters.
const LONGEST_PREDICATE: usize = 40;

/// Text from the data with control and direction characters written out (`\n`, `\u{1b}`); `(empty)` for nothing.
pub fn visible(text: &str) -> String {
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    text.chars().fold(String::with_capacity(text.len()), |mut shown, character| {
        if is_hidden(character) {
            shown.extend(character.escape_default())
        } else {
            shown.push(character)
        }
        shown
    })
}

/// At most `most` characters of [`visible`] text; what is cut shows as `…`.
pub fn elided(text: &str, most: usize) -> String {
    let shown = visible(text);
    match shown.char_indices().nth(most) {
        None => shown,
        Some(_) => shown.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

fn is_hidden(character: char) -> bool {
    let turns_text = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks_line = matches!(character, '\u{2028}' | '\u{2029}');
    character.is_control() || turns_text || breaks_line || character == '\u{feff}'
}

/// A phase key as a heading: `awareness` is `Awareness`.
pub fn phase(key: &str) -> String {
    let mut characters = key.chars();
    match characters.next() {
        None => "(empty)".to_owned(),
        Some(first) => visible(&first.to_uppercase().chain(characters).collect::<String>()).replace('_', " "),
    }
}

/// What stands before the first or after the last node; `None` for a real node.
pub fn pseudo_node(name: &str, of: TransitionsOf) -> Option<&'static str> {
    Some(match (name, of) {
        (START, TransitionsOf::Phases) => "Journey begins",
        (START, TransitionsOf::Events | TransitionsOf::Pages) => "Session begins",
        (CONTINUED, _) => "Began earlier",
        (EXIT, TransitionsOf::Phases) => "Journey ends",
        (EXIT, TransitionsOf::Events | TransitionsOf::Pages) => "Session ends",
        (OPEN, _) => "Still open",
        (UNCHOSEN, _) => "Not in the filter",
        _ => return None,
    })
}

/// A node of a transition table for people, at most `most` characters.
pub fn node(name: &str, of: TransitionsOf, most: usize) -> String {
    match (pseudo_node(name, of), of) {
        (Some(words), _) => words.to_owned(),
        (None, TransitionsOf::Phases) => phase(name),
        (None, TransitionsOf::Events | TransitionsOf::Pages) => elided(name, most),
    }
}

/// Why sessions began, as a phrase.
pub fn session_start(reason: &str) -> String {
    match reason {
        "first" => "first activity of the actor",
        "gap" => "time without activity",
        "id" => "another session id of the vendor",
        "campaign" => "a new campaign",
        "midnight" => "midnight in the report zone",
        "cap" => "the session before reached a cap",
        other => return visible(other),
    }
    .to_owned()
}

/// The entries of a count by key, largest first; ties in the order of the keys.
pub fn by_falling_count(counts: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    let mut entries: Vec<(&str, u64)> = counts.iter().map(|(key, count)| (key.as_str(), *count)).collect();
    entries.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    entries
}

/// Whom a funnel counts, in the plural.
pub fn units(unit: FunnelUnit) -> &'static str {
    match unit {
        FunnelUnit::Actor => "actors",
        FunnelUnit::Session => "sessions",
        FunnelUnit::Attempt => "attempts",
    }
}

/// That many of those whom a funnel counts: `1 actor`, `2,026 actors`.
pub fn counted_units<C: Into<Count>>(number: C, unit: FunnelUnit) -> String {
    match unit {
        FunnelUnit::Actor => format::counted(number, "actor", "actors"),
        FunnelUnit::Session => format::counted(number, "session", "sessions"),
        FunnelUnit::Attempt => format::counted(number, "attempt", "attempts"),
    }
}

/// Which entry of a funnel counts, as a phrase.
pub fn entry(entry: FunnelEntry) -> &'static str {
    match entry {
        FunnelEntry::Best => "each with its best attempt",
        FunnelEntry::First => "each with its first entry only",
        FunnelEntry::Every => "every entry for itself",
    }
}

/// The furthest step of a cart, as a phrase.
pub fn cart_step(step: CartEvent) -> &'static str {
    match step {
        CartEvent::Add | CartEvent::Remove => "items put in",
        CartEvent::ViewCart => "cart viewed",
        CartEvent::BeginCheckout => "checkout begun",
        CartEvent::Shipping => "delivery chosen",
        CartEvent::Payment => "payment chosen",
        CartEvent::Purchase => "bought",
        CartEvent::ViewItem => "item viewed",
    }
}

/// Which events end an attempt, and what remains of it: `logout ends keeps the steps it had`; `None` without exclusions.
pub fn exclusions(funnel: &FunnelResult) -> Option<String> {
    let remains = match funnel.on_exclusion? {
        OnExclusion::Truncate => "keeps the steps it had",
        OnExclusion::Void => "counts nothing",
    };
    let range = |exclusion: &Exclusion| match (exclusion.from, exclusion.to) {
        (None, None) => String::new(),
        (from, None) => format!(" after step {}", from.unwrap_or(1)),
        (None, Some(to)) => format!(" before step {to}"),
        (Some(from), Some(to)) => format!(" between steps {from} and {to}"),
    };
    let written = |exclusion: &Exclusion| elided(&exclusion.when, LONGEST_PREDICATE) + &range(exclusion);
    let ended: Vec<String> = funnel.exclusions.iter().map(written).collect();
    Some(format!("{} ends {remains}", ended.join(" or ")))
}

/// What `--bots` did, as a phrase.
pub fn bots(bots: Bots) -> &'static str {
    match bots {
        Bots::Exclude => "left out before sessions are cut",
        Bots::Include => "included",
        Bots::Only => "only bots are counted",
    }
}

/// What a filter had to match, as a phrase.
pub fn filter_scope(scope: Option<FilterScope>) -> &'static str {
    match scope {
        Some(FilterScope::Event) => "the event itself",
        Some(FilterScope::Session) => "any event of the session",
        Some(FilterScope::Actor) => "any event of the actor",
        None => "the event itself in funnels and paths, any event of the session elsewhere",
    }
}

/// How the data end was found, as a phrase.
pub fn data_end(from: &str) -> String {
    match from {
        "to" => "given with --to, exclusive",
        "as_of" => "given as as_of",
        "last_activity" => "the last activity in the data",
        "last_event" => "the last event in the data",
        other => return visible(other),
    }
    .to_owned()
}

/// In which zone times without a zone were read, as a phrase.
pub fn source_zone(settings: &Settings) -> String {
    match settings.source_time_zone.as_deref() {
        None => "every time in the data says its zone".to_owned(),
        Some(zone) => format!("times without a zone were read as {}", visible(zone)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_written_out() {
        assert_eq!(visible("a\u{1b}[31mb\n"), "a\\u{1b}[31mb\\n");
        assert_eq!(visible("abc\u{202e}fed"), "abc\\u{202e}fed");
        assert_eq!(visible("שלום 🛒"), "שלום 🛒");
        assert_eq!(visible(""), "(empty)");
    }

    #[test]
    fn a_cut_is_never_silent() {
        assert_eq!(elided("abcdef", 6), "abcdef");
        assert_eq!(elided("abcdefg", 6), "abcde…");
    }

    #[test]
    fn nodes_have_words_for_people() {
        assert_eq!(node("exit", TransitionsOf::Events, 9), "Session ends");
        assert_eq!(node("awareness", TransitionsOf::Phases, 9), "Awareness");
        assert_eq!(node("view_item", TransitionsOf::Events, 9), "view_item");
    }
}
