//! How does a predicate become alternatives, each a set of allowed values per column?
//!
//! Negations move into the tests, then `and` multiplies and `or` adds alternatives. Two alternatives that differ in one
//! column only become one, so that conditions on a single column, however written, never need more than one.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::amounts::{AmountSet, amounts_of};
use super::codes::{CodeSet, codes_of, numbers};
use super::history::sets_with;
use super::{Columns, LIMIT, MaskError};
use crate::dictionary::Dictionary;
use crate::event_table::VALUE;
use crate::field::text::{ALL, EVENT};
use crate::predicate::{Predicate, Test};
use crate::suggest;

/// Where a test looks. Text columns by index among the projected ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Text(usize),
    Money,
    /// A kind of history; its values are the sets of phases seen.
    History(usize),
}

/// Values allowed in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Allowed {
    Codes(CodeSet),
    Amounts(AmountSet),
}

impl Allowed {
    fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Codes(a), Self::Codes(b)) => Self::Codes(a.and(b)),
            (Self::Amounts(a), Self::Amounts(b)) => Self::Amounts(a.and(b)),
            _ => unreachable!("one place holds either texts or money"),
        }
    }

    fn or(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Codes(a), Self::Codes(b)) => Self::Codes(a.or(b)),
            (Self::Amounts(a), Self::Amounts(b)) => Self::Amounts(a.or(b)),
            _ => unreachable!("one place holds either texts or money"),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Codes(codes) => codes.is_empty(),
            Self::Amounts(amounts) => amounts.is_empty(),
        }
    }

    fn is_full(&self) -> bool {
        match self {
            Self::Codes(codes) => codes.is_full(),
            Self::Amounts(amounts) => amounts.is_full(),
        }
    }
}

/// One alternative: holds where every place named has an allowed value. No set in it is empty or full.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Alternative(pub BTreeMap<Place, Rc<Allowed>>);

impl Alternative {
    /// `None` where nothing is allowed.
    fn of(place: Place, allowed: Allowed) -> Option<Self> {
        let mut alternative = Self::default();
        alternative.set(place, allowed).then_some(alternative)
    }

    /// Sets what is allowed in a place; false if that is nothing.
    fn set(&mut self, place: Place, allowed: Allowed) -> bool {
        if allowed.is_full() {
            self.0.remove(&place);
        } else if allowed.is_empty() {
            return false;
        } else {
            self.0.insert(place, Rc::new(allowed));
        }
        true
    }

    /// What satisfies both; `None` where nothing can.
    fn and(&self, other: &Self) -> Option<Self> {
        let mut both = self.clone();
        for (place, allowed) in &other.0 {
            match self.0.get(place) {
                None => _ = both.0.insert(*place, Rc::clone(allowed)),
                Some(own) if !both.set(*place, own.and(allowed)) => return None,
                Some(_) => {}
            }
        }
        Some(both)
    }

    /// One alternative in place of two that differ in at most one place; `None` for any others.
    fn or(&self, other: &Self) -> Option<Self> {
        let places: BTreeSet<Place> = self.0.keys().chain(other.0.keys()).copied().collect();
        let mut differing = places.iter().filter(|place| self.0.get(place) != other.0.get(place));
        let Some(place) = differing.next() else { return Some(self.clone()) };
        if differing.next().is_some() {
            return None;
        }
        let mut joined = self.clone();
        match (self.0.get(place), other.0.get(place)) {
            (Some(a), Some(b)) => _ = joined.set(*place, a.or(b)),
            _ => _ = joined.0.remove(place),
        }
        Some(joined)
    }
}

/// Adds an alternative, joined with those it can be joined with.
fn add(alternatives: &mut Vec<Alternative>, mut new: Alternative) -> Result<(), MaskError> {
    while let Some((index, joined)) =
        alternatives.iter().enumerate().find_map(|(index, old)| old.or(&new).map(|joined| (index, joined)))
    {
        alternatives.remove(index);
        new = joined;
    }
    alternatives.push(new);
    if alternatives.len() > LIMIT {
        return Err(MaskError::TooMany { found: alternatives.len(), limit: LIMIT });
    }
    Ok(())
}

/// What becomes of a column that no input has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnknownColumns {
    Refused,
    AlwaysNull,
}

/// Turns predicates into alternatives over the columns of one plan.
pub(super) struct Compiler<'a> {
    columns: &'a dyn Columns,
    unknown_columns: UnknownColumns,
    numbers: BTreeMap<usize, Vec<f64>>,
    /// Names of columns that no input has.
    pub unknown: BTreeSet<String>,
}

impl<'a> Compiler<'a> {
    pub fn new(columns: &'a dyn Columns, unknown_columns: UnknownColumns) -> Self {
        Self { columns, unknown_columns, numbers: BTreeMap::new(), unknown: BTreeSet::new() }
    }

    /// Alternatives of the predicate, or of its negation.
    pub fn alternatives(&mut self, predicate: &Predicate, negated: bool) -> Result<Vec<Alternative>, MaskError> {
        match predicate {
            Predicate::Not(inner) => self.alternatives(inner, !negated),
            Predicate::Test(test) => Ok(self.test(test, negated)?.into_iter().collect()),
            Predicate::History(history) => {
                let place = Place::History(history.kind as usize);
                let allowed = Allowed::Codes(sets_with(history.phase, negated));
                Ok(Alternative::of(place, allowed).into_iter().collect())
            }
            Predicate::And(left, right) | Predicate::Or(left, right) => {
                let (left, right) = (self.alternatives(left, negated)?, self.alternatives(right, negated)?);
                if matches!(predicate, Predicate::And(..)) == negated {
                    either(left, right)
                } else {
                    both(&left, &right)
                }
            }
        }
    }

    fn test(&mut self, test: &Test, negated: bool) -> Result<Option<Alternative>, MaskError> {
        if test.column == VALUE {
            let amounts = amounts_of(&test.condition, negated)?;
            return Ok(Alternative::of(Place::Money, Allowed::Amounts(amounts)));
        }
        let Some((slot, dictionary)) = self.columns.text(&test.column) else {
            return self.unknown_test(test, negated);
        };
        let numbers = self.numbers.entry(slot).or_insert_with(|| numbers(dictionary));
        let mut codes = codes_of(&test.condition, negated, dictionary, numbers)?;
        if test.column == EVENT {
            codes.settle_never_null();
        }
        Ok(Alternative::of(Place::Text(slot), Allowed::Codes(codes)))
    }

    fn unknown_test(&mut self, test: &Test, negated: bool) -> Result<Option<Alternative>, MaskError> {
        if self.unknown_columns == UnknownColumns::Refused {
            return Err(unknown_column(&test.column, self.columns));
        }
        self.unknown.insert(test.column.clone());
        let nothing = Dictionary::default();
        let codes = codes_of(&test.condition, negated, &nothing, &numbers(&nothing))?;
        Ok((!codes.is_empty()).then(Alternative::default))
    }
}

/// The error for a column that no input has.
pub(super) fn unknown_column(name: &str, columns: &dyn Columns) -> MaskError {
    let mut known = columns.names();
    known.extend(
        ALL.iter().filter(|name| **name == VALUE || columns.text(name).is_some()).map(|name| (*name).to_owned()),
    );
    MaskError::UnknownColumn { name: name.to_owned(), hint: suggest::hint(name, known.iter().map(String::as_str)) }
}

fn either(left: Vec<Alternative>, right: Vec<Alternative>) -> Result<Vec<Alternative>, MaskError> {
    let mut all = left;
    right.into_iter().try_for_each(|alternative| add(&mut all, alternative))?;
    Ok(all)
}

fn both(left: &[Alternative], right: &[Alternative]) -> Result<Vec<Alternative>, MaskError> {
    let mut all = Vec::new();
    for alternative in left.iter().flat_map(|a| right.iter().filter_map(|b| a.and(b))) {
        add(&mut all, alternative)?;
    }
    Ok(all)
}
