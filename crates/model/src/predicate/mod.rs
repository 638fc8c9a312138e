//! Which events does a written condition mean?
//!
//! A predicate compares text columns, properties and `value`: `event == "purchase" and device in ("mobile", "tablet")`.
//! A funnel step may also be written as event names alone (`view_item|select_item`, `checkout_*`).
//! Null matches nothing, not even `!=`. Numbers compare as numbers. Source: `docs/semantics.md#predicates`.

mod parse;

pub use parse::{ParseError, parse_predicate, parse_step};

/// A parsed condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// Both hold.
    And(Box<Predicate>, Box<Predicate>),
    /// At least one holds.
    Or(Box<Predicate>, Box<Predicate>),
    /// It does not hold although the columns it names are filled.
    Not(Box<Predicate>),
    /// One comparison.
    Test(Test),
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
    /// Compares as number.
    Compare(Comparison, f64),
    /// Matches a pattern with `*` and `?`.
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
    /// A number; equal to every text that reads as the same number.
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
        }
    }
}
