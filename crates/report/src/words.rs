//! Which words do people read for the keys in results, and how is text that came with the data made harmless?
//!
//! Event names, values and raw rows are chosen by whoever can send an event. [`visible`] makes control and direction
//! characters readable, so that no name can move the cursor, recolour a terminal or turn the text around it.

use std::collections::BTreeMap;

use kundresa_model::count::Count;
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::transitions::{NodeKind, TransitionsOf};
use kundresa_model::spec::carts::CartEvent;
use kundresa_model::spec::funnel::{FunnelEntry, FunnelUnit};

use crate::html::texts::words as texts;
use crate::locale::Locale;
use crate::vocabulary;

/// Text from the data with control and direction characters written out (`\n`, `\u{1b}`); `(empty)` for nothing.
pub fn visible(text: &str) -> String {
    Locale::default().visible(text)
}

/// At most `most` characters of [`visible`] text; what is cut shows as `…`.
pub fn elided(text: &str, most: usize) -> String {
    Locale::default().elided(text, most)
}

impl Locale {
    /// Text from the data with control and direction characters written out (`\n`, `\u{1b}`); `(empty)` for nothing.
    pub fn visible(self, text: &str) -> String {
        if text.is_empty() { self.say(&texts::EMPTY).to_owned() } else { harmless(text, "") }
    }

    /// At most `most` characters of [`Locale::visible`] text; what is cut shows as `…`.
    pub fn elided(self, text: &str, most: usize) -> String {
        let shown = self.visible(text);
        match shown.char_indices().nth(most) {
            None => shown,
            Some(_) => shown.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        }
    }
}

/// A message with control and direction characters written out, for messages that name files and values. Those of
/// `kept` stay, as line ends do in a message of several lines.
pub fn harmless(text: &str, kept: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, character| {
        if is_hidden(character) && !kept.contains(character) {
            shown.extend(character.escape_default())
        } else {
            shown.push(character)
        }
        shown
    })
}

fn is_hidden(character: char) -> bool {
    let turns_text =
        matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
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

/// What the pseudo-node of that name, before the first or after the last node, is called; `None` if there is no such.
pub fn pseudo_node(name: &str, of: TransitionsOf) -> Option<&'static str> {
    vocabulary::pseudo_node(name, of).map(|text| text.en)
}

/// A node of a transition table for people, at most `most` characters.
pub fn node((name, kind): (&str, NodeKind), of: TransitionsOf, most: usize) -> String {
    match (pseudo_node(name, of).filter(|_| kind == NodeKind::Pseudo), of) {
        (Some(words), _) => words.to_owned(),
        (None, TransitionsOf::Phases) => phase(name),
        (None, TransitionsOf::Events | TransitionsOf::Pages) => elided(name, most),
    }
}

/// Why sessions began, as a phrase.
pub fn session_start(reason: &str) -> String {
    vocabulary::or_key(Locale::default(), vocabulary::session_start(reason), reason)
}

/// The entries of a count by key, largest first; hidden ones last, ties in the order of the keys.
pub fn by_falling_count<C: Copy + Into<Count>>(counts: &BTreeMap<String, C>) -> Vec<(&str, C)> {
    let mut entries: Vec<(&str, C)> = counts.iter().map(|(key, count)| (key.as_str(), *count)).collect();
    entries.sort_by_key(|(_, count)| std::cmp::Reverse((*count).into().drawn()));
    entries
}

/// Whom a funnel counts, in the plural.
pub fn units(unit: FunnelUnit) -> &'static str {
    vocabulary::units(unit).1.en
}

/// That many of those whom a funnel counts: `1 actor`, `2,026 actors`.
pub fn counted_units<C: Into<Count>>(number: C, unit: FunnelUnit) -> String {
    let (one, many) = vocabulary::units(unit);
    Locale::default().counted(number, one, many)
}

/// Which entry of a funnel counts, as a phrase.
pub fn entry(entry: FunnelEntry) -> &'static str {
    vocabulary::entry(entry).en
}

/// The furthest step of a cart, as a phrase.
pub fn cart_step(step: CartEvent) -> &'static str {
    vocabulary::cart_step(step).en
}

/// Which events end an attempt, and what remains of it: `logout ends keeps the steps it had`; `None` without exclusions.
pub fn exclusions(funnel: &FunnelResult) -> Option<String> {
    vocabulary::exclusions(Locale::default(), funnel)
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
        assert_eq!(visible("a\u{9b}31m\u{61c}"), "a\\u{9b}31m\\u{61c}");
        assert_eq!(harmless("a\n\u{1b}]0;x\u{7}", "\n"), "a\n\\u{1b}]0;x\\u{7}");
        assert_eq!(harmless("", ""), "");
    }

    #[test]
    fn a_cut_is_never_silent() {
        assert_eq!(elided("abcdef", 6), "abcdef");
        assert_eq!(elided("abcdefg", 6), "abcde…");
    }

    #[test]
    fn nodes_have_words_for_people() {
        assert_eq!(node(("exit", NodeKind::Pseudo), TransitionsOf::Events, 9), "Session ends");
        assert_eq!(node(("exit", NodeKind::Node), TransitionsOf::Events, 9), "exit");
        assert_eq!(node(("awareness", NodeKind::Node), TransitionsOf::Phases, 9), "Awareness");
        assert_eq!(node(("view_item", NodeKind::Node), TransitionsOf::Events, 9), "view_item");
    }
}
