//! Which amounts of money satisfy a test?
//!
//! A predicate writes currency units (`value > 99.5`), an event holds micro-units. The comparison is exact: a limit
//! between two micro-units separates them.

use crate::actor_source::NO_VALUE;
use crate::mask::MaskError;
use crate::money::{MICROS, parse_micros};
use crate::predicate::{Comparison, Condition, Literal};

const LEAST: i64 = NO_VALUE + 1;

/// A set of amounts in micro-units, null among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AmountSet {
    null: bool,
    /// Inclusive, ascending, neither overlapping nor adjacent.
    ranges: Vec<(i64, i64)>,
}

impl AmountSet {
    fn filled() -> Self {
        Self { null: false, ranges: vec![(LEAST, i64::MAX)] }
    }

    fn null() -> Self {
        Self { null: true, ranges: Vec::new() }
    }

    fn none() -> Self {
        Self { null: false, ranges: Vec::new() }
    }

    /// The amounts from `low` to `high`, inclusive, as far as they can occur.
    fn between(low: i128, high: i128) -> Self {
        let clamped =
            |bound: i128| i64::try_from(bound.clamp(i128::from(LEAST), i128::from(i64::MAX))).unwrap_or(LEAST);
        let occurs = low <= high && low <= i128::from(i64::MAX) && high >= i128::from(LEAST);
        let ranges = if occurs { vec![(clamped(low), clamped(high))] } else { Vec::new() };
        Self { null: false, ranges }
    }

    #[inline]
    pub fn contains(&self, value: i64) -> bool {
        if value == NO_VALUE {
            return self.null;
        }
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&value))
    }

    pub fn is_empty(&self) -> bool {
        !self.null && self.ranges.is_empty()
    }

    pub fn is_full(&self) -> bool {
        self.null && self.ranges == Self::filled().ranges
    }

    pub fn and(&self, other: &Self) -> Self {
        let pairs = self.ranges.iter().flat_map(|a| other.ranges.iter().map(move |b| (a.0.max(b.0), a.1.min(b.1))));
        Self { null: self.null && other.null, ranges: pairs.filter(|(low, high)| low <= high).collect() }
    }

    pub fn or(&self, other: &Self) -> Self {
        let mut all: Vec<(i64, i64)> = self.ranges.iter().chain(&other.ranges).copied().collect();
        all.sort_unstable();
        let mut ranges: Vec<(i64, i64)> = Vec::with_capacity(all.len());
        for (low, high) in all {
            match ranges.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => ranges.push((low, high)),
            }
        }
        Self { null: self.null || other.null, ranges }
    }

    /// The filled amounts that are not in the set.
    fn filled_others(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = Some(LEAST);
        for (low, high) in &self.ranges {
            ranges.extend(next.filter(|next| next < low).map(|next| (next, low - 1)));
            next = high.checked_add(1);
        }
        ranges.extend(next.map(|next| (next, i64::MAX)));
        Self { null: false, ranges }
    }
}

/// The amounts that satisfy a condition, or with `negated` the filled amounts that do not; the null tests swap instead.
pub(super) fn amounts_of(condition: &Condition, negated: bool) -> Result<AmountSet, MaskError> {
    let found = match condition {
        Condition::In(literals) => literals.iter().map(equal_to).fold(AmountSet::none(), |all, one| all.or(&one)),
        Condition::NotEqual(literal) => equal_to(literal).filled_others(),
        Condition::Compare(comparison, limit) => compared(*comparison, *limit),
        Condition::IsNull => return Ok(if negated { AmountSet::filled() } else { AmountSet::null() }),
        Condition::IsNotNull => return Ok(if negated { AmountSet::null() } else { AmountSet::filled() }),
        Condition::Glob(pattern) | Condition::Regex(pattern) => {
            let reason = "`value` is a number: compare it with ==, !=, <, <=, > or >=".to_owned();
            return Err(MaskError::BadPattern { pattern: pattern.clone(), reason });
        }
    };
    Ok(if negated { found.filled_others() } else { found })
}

fn equal_to(literal: &Literal) -> AmountSet {
    let micros = match literal {
        Literal::Number(number) => Some(micros(*number)).filter(|scaled| scaled.exact).map(|scaled| scaled.floor),
        Literal::Text(text) => parse_micros(text).map(i128::from),
    };
    micros.map_or_else(AmountSet::none, |micros| AmountSet::between(micros, micros))
}

fn compared(comparison: Comparison, limit: f64) -> AmountSet {
    let Scaled { floor, exact } = micros(limit);
    let ceiling = floor.saturating_add(i128::from(!exact));
    match comparison {
        Comparison::Less => AmountSet::between(i128::MIN, ceiling.saturating_sub(1)),
        Comparison::AtMost => AmountSet::between(i128::MIN, floor),
        Comparison::Greater => AmountSet::between(floor.saturating_add(1), i128::MAX),
        Comparison::AtLeast => AmountSet::between(ceiling, i128::MAX),
    }
}

/// A number of currency units in micro-units: the largest whole number not above it, and whether it is just that.
struct Scaled {
    floor: i128,
    exact: bool,
}

/// Goes by the shortest decimal digits that mean this float: those that somebody wrote.
fn micros(number: f64) -> Scaled {
    let digits = number.abs().to_string();
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let kept = &fraction[..fraction.len().min(6)];
    let exact = fraction.bytes().skip(6).all(|digit| digit == b'0');
    let scale = 10_i128.pow(6 - u32::try_from(kept.len()).unwrap_or(6));
    let whole = whole.parse::<i128>().ok().and_then(|whole| whole.checked_mul(i128::from(MICROS)));
    let part = kept.parse::<i128>().unwrap_or(0) * scale;
    let size = whole.and_then(|whole| whole.checked_add(part)).unwrap_or(i128::MAX);
    let floor = if number.is_sign_negative() { (-size).saturating_sub(i128::from(!exact)) } else { size };
    Scaled { floor, exact }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(comparison: Comparison, limit: f64) -> AmountSet {
        compared(comparison, limit)
    }

    #[test]
    fn limits_are_exact_micro_units() {
        let more = set(Comparison::Greater, 0.1);
        assert!(!more.contains(100_000) && more.contains(100_001) && !more.contains(NO_VALUE));
        let most = set(Comparison::AtMost, 1_234_567.123_457);
        assert!(most.contains(1_234_567_123_457) && !most.contains(1_234_567_123_458));
    }

    #[test]
    fn a_limit_between_two_micro_units_separates_them() {
        for (comparison, low, high) in [
            (Comparison::Less, true, false),
            (Comparison::AtMost, true, false),
            (Comparison::Greater, false, true),
            (Comparison::AtLeast, false, true),
        ] {
            let positive = set(comparison, 0.000_000_5);
            assert_eq!((positive.contains(0), positive.contains(1)), (low, high), "{comparison:?}");
            let negative = set(comparison, -0.000_000_5);
            assert_eq!((negative.contains(-1), negative.contains(0)), (low, high), "{comparison:?}");
        }
        assert!(equal_to(&Literal::Number(0.000_000_5)).is_empty());
    }

    #[test]
    fn limits_beyond_all_amounts_hold_for_all_or_none() {
        assert_eq!(set(Comparison::Less, 1e300), AmountSet::filled());
        assert!(set(Comparison::Greater, 1e300).is_empty());
        assert_eq!(set(Comparison::Greater, -1e300), AmountSet::filled());
        assert!(set(Comparison::Less, -1e300).is_empty());
    }

    #[test]
    fn others_are_the_filled_rest() {
        let two = equal_to(&Literal::Number(1.0)).or(&equal_to(&Literal::Text("2".into())));
        let rest = two.filled_others();
        assert!(!rest.contains(1_000_000) && !rest.contains(2_000_000) && !rest.contains(NO_VALUE));
        assert!(rest.contains(1_500_000) && rest.contains(LEAST) && rest.contains(i64::MAX));
        assert_eq!(rest.filled_others(), two);
        assert!(rest.and(&two).is_empty());
        assert!(rest.or(&two).or(&AmountSet::null()).is_full());
    }
}
