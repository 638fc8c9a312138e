//! What does an error in a written predicate look like?

use std::fmt;

/// Where and why a predicate could not be read. Shown as the message, the line, and a caret below the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The whole text.
    pub text: String,
    /// Byte offset of the first character that does not fit; on a character border.
    pub at: usize,
    /// What was expected there.
    pub message: String,
}

/// Characters of the line shown on either side of the caret.
const SHOWN: usize = 60;

impl ParseError {
    pub(super) fn new(text: &str, at: usize, message: impl Into<String>) -> Self {
        Self { text: text.to_owned(), at, message: message.into() }
    }

    /// The part of the line before the caret and from the caret on, cut to what a terminal shows.
    fn around(&self) -> (String, String) {
        let (before, after) = self.text.split_at_checked(self.at).unwrap_or((&self.text, ""));
        let before: Vec<char> = last_line(before).chars().collect();
        let cut = before.len().saturating_sub(SHOWN);
        let shown = |part: &mut dyn Iterator<Item = char>| part.map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut left: String = shown(&mut before[cut..].iter().copied());
        if cut > 0 {
            left.insert(0, '…');
        }
        let line = after.split('\n').next().unwrap_or_default();
        (left, shown(&mut line.chars().take(SHOWN)))
    }
}

/// What follows the last line break.
fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default()
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, right) = self.around();
        let indent = " ".repeat(left.chars().count());
        write!(formatter, "{}\n  {left}{right}\n  {indent}^", self.message)
    }
}

impl std::error::Error for ParseError {}
