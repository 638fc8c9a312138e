//! Which values of a column are listed, and what is the rest?
//!
//! As in a breakdown: most first, then by value; `(not set)` is null, and `(other)` sums what is not listed.

use kundresa_model::dictionary::Dictionary;
use kundresa_model::result::segments::{NOT_SET, OTHER, Segment};

use crate::keyed::Tally;
use crate::scope::with_rest;

/// Tallies by code as tallies by value; a value that is itself written `(not set)` merges with null.
pub(super) fn named<T: Tally>(
    tallies: impl IntoIterator<Item = (u32, T)>,
    values: Option<&Dictionary>,
) -> Vec<(String, T)> {
    let mut not_set: Option<T> = None;
    let mut all = Vec::new();
    for (code, tally) in tallies {
        match values.and_then(|values| values.value(code)).filter(|value| *value != NOT_SET) {
            Some(value) => all.push((value.to_owned(), tally)),
            None => not_set.get_or_insert_default().add(tally),
        }
    }
    all.extend(not_set.map(|tally| (NOT_SET.to_owned(), tally)));
    all
}

/// The `most` values with the largest `base`, then the rest, as rows; values of fewer than `least` actors are of the rest.
pub(super) fn ranked<T: Tally, F>(
    mut all: Vec<(String, T)>,
    (most, least): (usize, u64),
    base: impl Fn(&T) -> u64,
    figures: impl Fn(T, u64) -> F,
) -> Vec<Segment<F>> {
    all.retain(|(_, tally)| base(tally) > 0);
    all.sort_by_cached_key(|(value, tally)| (value == OTHER, std::cmp::Reverse(base(tally)), value.clone()));
    let actors = |tally: &T| tally.actors().unwrap_or_else(|| base(tally));
    let (all, values, sum) = with_rest(all, most, least, actors);
    let row = |value, values, tally| Segment { value, values, figures: figures(tally, values) };
    let mut rows: Vec<Segment<F>> = all.into_iter().map(|(value, tally)| row(value, 1, tally)).collect();
    if values > 0 {
        rows.push(row(OTHER.to_owned(), values, sum));
    }
    rows
}
