//! How is a funnel step read from text?
//!
//! A step is most often an event name, or several: `view_item|select_item`, `checkout_*`, `Sign Up`. Anything that reads
//! as a predicate, or holds characters that such names never have, is one.

use super::parse::{check_length, joined};
use super::{Condition, Literal, ParseError, Predicate, Test, parse_predicate};
use crate::field::text::EVENT;

/// The predicate of a funnel step: event names joined by `|`, with `*` and `?`, or a predicate as in [`parse_predicate`].
///
/// Names consist of letters, digits, `_ - . : / $ * ?` and spaces inside; a name with other characters is written
/// `event == "…"`.
///
/// # Errors
/// As [`parse_predicate`]; also for an empty step and an empty alternative.
pub fn parse_step(text: &str) -> Result<Predicate, ParseError> {
    check_length(text)?;
    if !text.chars().all(is_name_character) {
        return parse_predicate(text).map_err(|error| with_hint(error, text));
    }
    // `page is null` has the characters of a name but is surely no name.
    parse_predicate(text).or_else(|_| names(text))
}

fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || " _-.:/$*?|".contains(c)
}

/// Reminds how a name is written that a predicate can't be, when no operator suggests that a predicate was meant.
fn with_hint(mut error: ParseError, text: &str) -> ParseError {
    if !text.contains(['"', '\'', '`', '=', '<', '>']) {
        let name = text.trim().escape_debug();
        error.message.push_str(&format!("; an event of that name is written event == \"{name}\""));
    }
    error
}

fn names(text: &str) -> Result<Predicate, ParseError> {
    let mut at = 0;
    let mut alternatives = Vec::new();
    for part in text.split('|') {
        let name = part.trim();
        if name.is_empty() {
            return Err(ParseError::new(text, at, "expected an event name"));
        }
        alternatives.push(name);
        at += part.len() + 1;
    }
    Ok(any_of(&alternatives))
}

fn any_of(names: &[&str]) -> Predicate {
    if !names.iter().any(|name| name.contains(['*', '?'])) {
        let literals = names.iter().map(|name| Literal::Text((*name).to_owned())).collect();
        return event(Condition::In(literals));
    }
    let mut tests = names.iter().map(|name| event(Condition::Glob((*name).to_owned())));
    let first = tests.next().unwrap_or_else(|| event(Condition::In(Vec::new())));
    joined(first, tests.collect(), Predicate::Or)
}

fn event(condition: Condition) -> Predicate {
    Predicate::Test(Test { column: EVENT.to_owned(), condition })
}
