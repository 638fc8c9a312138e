//! How is a predicate read from text, and what does an error in it look like?

use super::Predicate;

/// Where and why a predicate could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}\n  {text}\n  {caret:>width$}", caret = "^", width = text[..*at].chars().count() + 1)]
pub struct ParseError {
    /// The whole text.
    pub text: String,
    /// Byte offset of the first character that does not fit.
    pub at: usize,
    /// What was expected there.
    pub message: String,
}

/// The predicate written in `text`.
///
/// # Errors
/// With the position of the first character that does not fit.
pub fn parse_predicate(text: &str) -> Result<Predicate, ParseError> {
    todo!("{text}")
}

/// The predicate of a funnel step: event names joined by `|`, with `*` and `?`, or a predicate as in [`parse_predicate`].
///
/// # Errors
/// As [`parse_predicate`].
pub fn parse_step(text: &str) -> Result<Predicate, ParseError> {
    todo!("{text}")
}
