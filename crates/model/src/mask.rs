//! Which of many predicates does an event satisfy, without touching a string per row?
//!
//! A [`MaskSet`] compiles predicates to one table of bit masks per dictionary column: bit p of a code's mask is set where
//! predicate p can hold for that value. An event's answer is the AND of its columns' masks (then ORed back together where
//! a predicate was written with `or` across columns); money conditions clear bits afterwards. Patterns meet distinct values only.
//! Predicate p is bit `p % 64` of word `p / 64`.

use crate::dictionary::Dictionary;
use crate::predicate::Predicate;

/// Finds the columns a predicate names.
pub trait Columns {
    /// Index of the text column among the plan's projected columns, with its values; `None` if no input has it.
    fn text(&self, name: &str) -> Option<(usize, &Dictionary)>;
}

/// Compiled predicates. At most 64.
#[derive(Clone, Debug)]
pub struct MaskSet {
    _private: (),
}

/// Why predicates can't be compiled.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MaskError {
    /// A column that no input has.
    #[error("no column or property is called `{name}`{hint}")]
    UnknownColumn {
        /// Name as written.
        name: String,
        /// ` (did you mean …?)` or empty.
        hint: String,
    },
    /// A pattern that is no glob or regular expression.
    #[error("`{pattern}` is not a valid pattern: {reason}")]
    BadPattern {
        /// Pattern as written.
        pattern: String,
        /// Why.
        reason: String,
    },
    /// More predicates, or more alternatives across columns, than a mask holds.
    #[error("{found} alternatives in one set of predicates; at most {limit} fit")]
    TooMany {
        /// Number found.
        found: usize,
        /// Number allowed.
        limit: usize,
    },
}

impl MaskSet {
    /// The compiled form of `predicates` (at most 64); bit p of a mask belongs to `predicates[p]`.
    ///
    /// # Errors
    /// For unknown columns, bad patterns, and too many predicates.
    pub fn try_new(predicates: &[Predicate], columns: &dyn Columns) -> Result<Self, MaskError> {
        todo!("{}", predicates.len() + usize::from(columns.text("event").is_some()))
    }

    /// Whether money must be projected.
    pub fn reads_value(&self) -> bool {
        todo!()
    }

    /// The predicates that event `event` satisfies, given the projected text columns and money (empty if not projected).
    #[inline]
    pub fn matches(&self, text: &[&[u32]], value: &[i64], event: usize) -> u64 {
        let _ = (text, value, event);
        todo!()
    }

    /// Number of distinct values of column `event` that can satisfy predicate `predicate` at all; 0 means it matches nothing.
    pub fn is_satisfiable(&self, predicate: usize) -> bool {
        let _ = predicate;
        todo!()
    }
}
