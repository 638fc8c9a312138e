//! Which events does a written condition mean?
//!
//! A predicate compares text columns, properties and `value`, and asks for history:
//! `event == "view_item" and device in ("mobile", "tablet") and after("purchase")`.
//! A funnel step may also be written as event names alone (`view_item|select_item`, `checkout_*`).
//! Null matches nothing, not even `!=`. Numbers compare as numbers. Source: `docs/semantics.md#predicates`.

mod error;
mod history;
mod lex;
mod parse;
mod print;
mod step;

pub use error::ParseError;
pub use history::{History, HistoryKind};
pub use parse::{MAX_DEPTH, MAX_LENGTH, parse_predicate};
pub use step::parse_step;

/// A parsed condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// Both hold.
    And(Box<Predicate>, Box<Predicate>),
    /// At least one holds.
    Or(Box<Predicate>, Box<Predicate>),
    /// The opposite, with nulls as in SQL: `not (a == 1)` needs `a` filled, `not (a is null)` is `a is not null`, and
    /// `not (a == 1 and b == 2)` is `a != 1 or b != 2`.
    Not(Box<Predicate>),
    /// One comparison.
    Test(Test),
    /// The actor was observed in a phase before.
    History(History),
}

/// A comparison of one column.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// Text column or property, or `value` for money.
    pub column: String,
    /// What is asked of it.
    pub condition: Condition,
}

/// What is asked of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Equal to one of the literals.
    In(Vec<Literal>),
    /// Filled and different from the literal.
    NotEqual(Literal),
    /// Compares as number; a text that is no finite decimal number never does.
    Compare(Comparison, f64),
    /// Matches a pattern as a whole: `*` any characters, `?` exactly one, everything else itself, letter case included.
    Glob(String),
    /// Matches a regular expression anywhere.
    Regex(String),
    /// Is null.
    IsNull,
    /// Is filled.
    IsNotNull,
}

/// Order comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// A literal value.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Quoted text; equal bytes.
    Text(String),
    /// A number; equal to every text that reads as the same number. A whole number of more than 15 digits, such as a
    /// long id, is read as text instead, since a float would confuse it with its neighbours.
    Number(f64),
}

impl Predicate {
    /// Names of all columns the predicate reads, in order of appearance, with repeats.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                let mut names = left.columns();
                names.extend(right.columns());
                names
            }
            Self::Not(inner) => inner.columns(),
            Self::Test(test) => vec![test.column.as_str()],
            Self::History(_) => Vec::new(),
        }
    }

    /// Whether it asks for history, so that phases must be known.
    pub fn reads_history(&self) -> bool {
        match self {
            Self::And(left, right) | Self::Or(left, right) => left.reads_history() || right.reads_history(),
            Self::Not(inner) => inner.reads_history(),
            Self::Test(_) => false,
            Self::History(_) => true,
        }
    }
}

#[cfg(test)]
mod tests;
