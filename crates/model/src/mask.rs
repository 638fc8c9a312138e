//! Which of many predicates does an event satisfy, without touching a string per row?
//!
//! A [`MaskSet`] compiles predicates to one table of bit masks per dictionary column. Each predicate becomes alternatives
//! (most often one), an alternative allows a set of values per column, and bit i of a code's mask is set where alternative
//! i allows that value. An event's alternatives are the AND of its columns' masks; money conditions clear bits afterwards.
//! The first alternative of a predicate has the predicate's bit; further ones, if left, are joined with it in the end.
//! Patterns meet distinct values only.
//!
//! ```text
//! event == "purchase" and value > 100      → predicate 0: event {purchase}, value (100, ∞)
//! event == "share" or nps >= 9             → predicate 1: event {share} | nps {9, 10}
//!
//! masks of event     masks of nps     event share, nps 10:
//!   purchase 101       null 011         110 & 111 = 110 → predicate 1
//!   share    110       9    111
//!   (other)  100       3    011
//! ```
//!
//! History (`after("purchase")`) is looked up last, in one table per kind. Phase rules, which make the history they ask for,
//! take the parts apart: [`MaskSet::alternatives_into`] per chunk, [`MaskSet::allowed`] and [`MaskSet::joined`] as they walk.
//!
//! Null matches nothing but `is null`, not even `!=` or `not (…)`; the predicate language follows SQL here.

mod alternatives;
mod amounts;
mod codes;
mod history;
mod words;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::actor_source::NO_VALUE;
use crate::dictionary::Dictionary;
use crate::predicate::Predicate;
use alternatives::{Allowed, Alternative, Compiler, Place, UnknownColumns};
use amounts::AmountSet;
use history::{HistoryTest, history_tests};

pub use codes::is_glob_match;
pub use words::{MaskWord, in_words, in_words_of_known};

/// Most predicates of one set, and most alternatives of all its predicates together.
pub const LIMIT: usize = 64;

/// Finds the columns a predicate names.
pub trait Columns {
    /// Index of the text column among the plan's projected columns, with its values; `None` if no input has it.
    fn text(&self, name: &str) -> Option<(usize, &Dictionary)>;

    /// Index of the column that holds each actor's persona, with the personas' names; `None` if none are asked for.
    fn personas(&self) -> Option<(usize, &Dictionary)> {
        None
    }

    /// Names of columns and properties beyond the reserved ones, to suggest when a name is unknown.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Columns of events, as far as they were read.
#[derive(Clone, Copy, Debug)]
pub struct EventColumns<'a> {
    /// Codes per projected text column.
    pub text: &'a [&'a [u32]],
    /// Money in micro-units; empty if not projected.
    pub value: &'a [i64],
    /// Per kind of history, in the order of [`crate::predicate::HistoryKind::ALL`], the set of phases seen before each
    /// event, a bit per phase; empty where nothing was seen or nobody asked.
    pub history: [&'a [u8]; 3],
}

/// Compiled predicates. At most [`LIMIT`].
#[derive(Clone, Debug)]
pub struct MaskSet {
    /// Every alternative's bit.
    all: u64,
    text: Vec<TextMasks>,
    money: Vec<MoneyTest>,
    history: Vec<HistoryTest>,
    /// Bits of the predicates themselves, which are those of their first alternatives.
    own: u64,
    /// Predicates of the further alternatives, whose bits follow.
    further: Vec<u8>,
    /// Alternatives that text columns alone do not turn into bits of predicates: further ones, and those on money or history.
    unsettled: u64,
    /// Predicates that have an alternative at all.
    satisfiable: u64,
}

#[derive(Clone, Debug)]
struct TextMasks {
    /// Index of the column among the projected ones.
    slot: usize,
    /// Alternatives that allow each code.
    of_code: Vec<u64>,
}

/// Alternatives that hold only for some amounts.
#[derive(Clone, Debug)]
struct MoneyTest {
    bit: u64,
    amounts: AmountSet,
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
    /// A pattern that is no regular expression, or on a column that has no texts.
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

/// The error for the column `name`, which no input has, with the nearest name that one does have.
pub fn unknown_column(name: &str, columns: &dyn Columns) -> MaskError {
    alternatives::unknown_column(name, columns)
}

impl MaskSet {
    /// The compiled form of `predicates` (at most [`LIMIT`]); bit p of a mask belongs to `predicates[p]`.
    ///
    /// # Errors
    /// For unknown columns, bad patterns, and too many predicates or alternatives.
    pub fn try_new(predicates: &[Predicate], columns: &dyn Columns) -> Result<Self, MaskError> {
        compiled(predicates, Compiler::new(columns, UnknownColumns::Refused)).map(|(set, _)| set)
    }

    /// As [`Self::try_new`], but a column that no input has is always null; with the sorted names of such columns.
    ///
    /// # Errors
    /// For bad patterns, and too many predicates or alternatives.
    pub fn with_unknown_as_null(
        predicates: &[Predicate],
        columns: &dyn Columns,
    ) -> Result<(Self, Vec<String>), MaskError> {
        compiled(predicates, Compiler::new(columns, UnknownColumns::AlwaysNull))
    }

    /// Whether money must be projected.
    pub fn reads_value(&self) -> bool {
        !self.money.is_empty()
    }

    /// Whether history must be known.
    pub fn reads_history(&self) -> bool {
        !self.history.is_empty()
    }

    /// The predicates that event `event` satisfies.
    #[inline]
    #[must_use]
    pub fn matches(&self, columns: &EventColumns<'_>, event: usize) -> u64 {
        let text = columns.text;
        let bits = match self.text.as_slice() {
            [] => self.all,
            [only] => only.of_event(text, event),
            [first, rest @ ..] => {
                rest.iter().fold(first.of_event(text, event), |bits, column| bits & column.of_event(text, event))
            }
        };
        if bits & self.unsettled == 0 { bits } else { self.settled(bits, columns, event) }
    }

    /// What [`Self::matches`] says of each event of `events`, in place of what `out` held. Goes column by column.
    pub fn matches_into(&self, columns: &EventColumns<'_>, events: Range<usize>, out: &mut Vec<u64>) {
        self.by_text_into(columns.text, events.clone(), out);
        if self.unsettled != 0 {
            let all = out.iter_mut().zip(events).filter(|(bits, _)| **bits & self.unsettled != 0);
            all.for_each(|(bits, event)| *bits = self.settled(*bits, columns, event));
        }
    }

    /// The alternatives that text and money of each event of `events` leave, in place of what `out` held.
    pub fn alternatives_into(&self, columns: &EventColumns<'_>, events: Range<usize>, out: &mut Vec<u64>) {
        self.by_text_into(columns.text, events.clone(), out);
        if !self.money.is_empty() {
            out.iter_mut().zip(events).for_each(|(bits, event)| *bits = self.by_money(*bits, columns.value, event));
        }
    }

    /// The alternatives that history allows, given the phases seen by each kind of it.
    #[inline]
    #[must_use]
    pub fn allowed(&self, seen: [u8; 3]) -> u64 {
        self.history.iter().fold(self.all, |bits, test| bits & test.of_seen[usize::from(seen[test.kind])])
    }

    /// The predicates that have one of `alternatives`.
    #[inline]
    #[must_use]
    pub fn joined(&self, alternatives: u64) -> u64 {
        let mut predicates = alternatives & self.own;
        let mut further = alternatives & !self.own;
        while further != 0 {
            let alternative = further.trailing_zeros() - self.own.trailing_ones();
            predicates |= 1 << self.further[alternative as usize];
            further &= further - 1;
        }
        predicates
    }

    /// What [`Self::matches`] says by code of one text column, with the column's index; `None` where it depends on more.
    pub fn by_code(&self) -> Option<(usize, &[u64])> {
        match self.text.as_slice() {
            [only] if self.unsettled == 0 => Some((only.slot, &only.of_code)),
            _ => None,
        }
    }

    /// Whether any combination of values that occur can satisfy the predicate, each column taken for itself; false means
    /// that it matches nothing, for example an event name that is in no input.
    pub fn is_satisfiable(&self, predicate: usize) -> bool {
        predicate < LIMIT && self.satisfiable >> predicate & 1 == 1
    }

    /// What the alternatives of an event follow from, history apart: by text column, with its index, those that its codes allow.
    /// `None` where money says more.
    pub fn text_tables(&self) -> Option<impl Iterator<Item = (usize, &[u64])>> {
        self.money.is_empty().then(|| self.text.iter().map(|column| (column.slot, column.of_code.as_slice())))
    }

    /// Where all is said by the codes of one text column: its index, and what events with each code satisfy.
    pub fn as_table(&self) -> Option<(usize, &[u64])> {
        match self.text.as_slice() {
            [only] if self.unsettled == 0 => Some((only.slot, &only.of_code)),
            _ => None,
        }
    }

    /// Bits of all predicates of which [`Self::is_satisfiable`] holds.
    pub fn satisfiable(&self) -> u64 {
        self.satisfiable
    }

    fn by_text_into(&self, text: &[&[u32]], events: Range<usize>, out: &mut Vec<u64>) {
        out.clear();
        match self.text.split_first() {
            None => out.resize(events.len(), self.all),
            Some((first, rest)) => {
                out.extend(text[first.slot][events.clone()].iter().map(|code| first.of_code[*code as usize]));
                for column in rest {
                    let codes = &text[column.slot][events.clone()];
                    out.iter_mut().zip(codes).for_each(|(bits, code)| *bits &= column.of_code[*code as usize]);
                }
            }
        }
    }

    /// Those of `bits` that the money of `event` leaves.
    #[inline]
    fn by_money(&self, mut bits: u64, value: &[i64], event: usize) -> u64 {
        for test in &self.money {
            if bits & test.bit != 0 && !test.amounts.contains(value.get(event).copied().unwrap_or(NO_VALUE)) {
                bits &= !test.bit;
            }
        }
        bits
    }

    /// Predicates of an event whose text columns leave the alternatives `bits`.
    fn settled(&self, bits: u64, columns: &EventColumns<'_>, event: usize) -> u64 {
        let bits = self.by_money(bits, columns.value, event);
        if self.history.is_empty() {
            return self.joined(bits);
        }
        self.joined(bits & self.allowed(columns.history.map(|seen| seen.get(event).copied().unwrap_or(0))))
    }
}

impl TextMasks {
    #[inline]
    fn of_event(&self, text: &[&[u32]], event: usize) -> u64 {
        self.of_code[text[self.slot][event] as usize]
    }
}

fn compiled(predicates: &[Predicate], mut compiler: Compiler<'_>) -> Result<(MaskSet, Vec<String>), MaskError> {
    if predicates.len() > LIMIT {
        return Err(MaskError::TooMany { found: predicates.len(), limit: LIMIT });
    }
    let mut all = Vec::with_capacity(predicates.len());
    for predicate in predicates {
        all.push(compiler.alternatives(predicate, false)?);
    }
    let found = all.iter().map(|alternatives| alternatives.len().max(1)).sum();
    if found > LIMIT {
        return Err(MaskError::TooMany { found, limit: LIMIT });
    }
    Ok((lowered(&all), compiler.unknown.into_iter().collect()))
}

/// Bits for the alternatives: the first of each predicate has the predicate's own, further ones those that follow.
fn lowered(all: &[Vec<Alternative>]) -> MaskSet {
    let mut numbered = Vec::new();
    let mut further = Vec::new();
    let mut satisfiable = 0;
    for (predicate, alternatives) in (0u8..).zip(all) {
        let Some((first, rest)) = alternatives.split_first() else { continue };
        satisfiable |= 1 << predicate;
        numbered.push((usize::from(predicate), first));
        for alternative in rest {
            numbered.push((all.len() + further.len(), alternative));
            further.push(predicate);
        }
    }
    let every = numbered.iter().fold(0, |bits, (bit, _)| bits | 1 << bit);
    let own = if all.len() == LIMIT { u64::MAX } else { (1 << all.len()) - 1 };
    let money = money_tests(&numbered);
    let history = history_tests(&numbered, every);
    let by_history =
        history.iter().flat_map(|test| test.of_seen.iter()).fold(0, |bits, allowed| bits | (every & !allowed));
    let unsettled = money.iter().fold((every & !own) | by_history, |bits, test| bits | test.bit);
    MaskSet { all: every, text: text_masks(&numbered, every), money, history, own, further, unsettled, satisfiable }
}

fn money_tests(numbered: &[(usize, &Alternative)]) -> Vec<MoneyTest> {
    let tests = numbered.iter().filter_map(|(bit, alternative)| match alternative.0.get(&Place::Money)?.as_ref() {
        Allowed::Amounts(amounts) => Some(MoneyTest { bit: 1 << bit, amounts: amounts.clone() }),
        Allowed::Codes(_) => None,
    });
    tests.collect()
}

fn text_masks(numbered: &[(usize, &Alternative)], all: u64) -> Vec<TextMasks> {
    let mut masks: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    for (bit, alternative) in numbered {
        for (place, allowed) in &alternative.0 {
            if let (Place::Text(slot), Allowed::Codes(codes)) = (place, allowed.as_ref()) {
                let of_code = masks.entry(*slot).or_insert_with(|| vec![all; codes.codes()]);
                let forbidden = (0..codes.codes()).filter(|code| !codes.contains(*code));
                forbidden.for_each(|code| of_code[code] &= !(1 << bit));
            }
        }
    }
    masks.into_iter().map(|(slot, of_code)| TextMasks { slot, of_code }).collect()
}

#[cfg(test)]
mod tests;
