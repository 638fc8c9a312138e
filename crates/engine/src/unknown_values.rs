//! Which values does a predicate ask for that occur nowhere in the log, and which were probably meant?

use std::fmt;

use kundresa_model::field::text;
use kundresa_model::mask::{Columns, is_glob_match};
use kundresa_model::predicate::{Condition, Literal, Predicate, Test};
use kundresa_model::suggest::nearest;

/// Columns with more distinct values are not searched for the nearest one.
const MOST_VALUES: usize = 20_000;

/// A value that occurs nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// As written.
    pub(crate) value: String,
    /// Whether it stands for an event's name, rather than for a value of another column.
    pub(crate) is_event: bool,
    /// The nearest value that occurs.
    pub(crate) near: Option<String>,
}

impl fmt::Display for Unknown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`", self.value)?;
        self.near.iter().try_for_each(|near| write!(formatter, " (did you mean `{near}`?)"))
    }
}

/// Texts that `predicate` compares columns with and that occur nowhere in them; patterns of event names that match none.
pub(crate) fn unknown_values(predicate: &Predicate, columns: &dyn Columns) -> Vec<Unknown> {
    match predicate {
        Predicate::And(left, right) | Predicate::Or(left, right) => {
            [unknown_values(left, columns), unknown_values(right, columns)].concat()
        }
        Predicate::Not(inner) => unknown_values(inner, columns),
        Predicate::Test(test) => unknown_of(test, columns),
        Predicate::History(_) => Vec::new(),
    }
}

/// The event names among [`unknown_values`], each with the nearest that occurs, or `None` if all occur.
pub(crate) fn unknown_events(predicate: &Predicate, columns: &dyn Columns) -> Option<String> {
    let unknown = unknown_values(predicate, columns);
    let events: Vec<String> = unknown.iter().filter(|unknown| unknown.is_event).map(Unknown::to_string).collect();
    (!events.is_empty()).then(|| events.join(", "))
}

fn unknown_of(test: &Test, columns: &dyn Columns) -> Vec<Unknown> {
    let Some((_, dictionary)) = columns.text(&test.column) else { return Vec::new() };
    let known = dictionary.values();
    let is_event = test.column == text::EVENT;
    let unknown = |value: &str| Unknown {
        value: value.to_owned(),
        is_event,
        near: (known.len() <= MOST_VALUES)
            .then(|| nearest(value, known.iter().map(String::as_str)))
            .flatten()
            .map(str::to_owned),
    };
    match &test.condition {
        Condition::In(literals) => {
            texts(literals).filter(|text| dictionary.code(text).is_none()).map(unknown).collect()
        }
        Condition::NotEqual(literal) => {
            texts(std::slice::from_ref(literal)).filter(|text| dictionary.code(text).is_none()).map(unknown).collect()
        }
        Condition::Glob(pattern) if is_event && !known.iter().any(|value| is_glob_match(pattern, value)) => {
            vec![unknown(pattern)]
        }
        _ => Vec::new(),
    }
}

fn texts(literals: &[Literal]) -> impl Iterator<Item = &str> {
    literals.iter().filter_map(|literal| match literal {
        Literal::Text(text) => Some(text.as_str()),
        Literal::Number(_) => None,
    })
}
