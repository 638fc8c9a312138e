//! How are spans of time written, and what do they mean in microseconds?
//!
//! A duration always carries a unit (`30m`, `24h`, `7d` = 168 h); a bare number is refused.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Microseconds in a second.
pub const SECOND_US: i64 = 1_000_000;
/// Microseconds in a minute.
pub const MINUTE_US: i64 = 60 * SECOND_US;
/// Microseconds in an hour.
pub const HOUR_US: i64 = 60 * MINUTE_US;
/// Microseconds in 24 hours.
pub const DAY_US: i64 = 24 * HOUR_US;

const UNITS: [(&str, i64); 7] =
    [("us", 1), ("ms", 1_000), ("s", SECOND_US), ("m", MINUTE_US), ("h", HOUR_US), ("d", DAY_US), ("w", 7 * DAY_US)];

/// A span of elapsed time, never negative, written with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Duration(i64);

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// No unit after the number.
    #[error("`{0}` has no unit: write for example 30m, 24h or 7d")]
    NoUnit(String),
    /// A unit that is not known.
    #[error("`{unit}` in `{text}` is not a unit: use us, ms, s, m, h, d or w")]
    UnknownUnit {
        /// The whole text.
        text: String,
        /// The unit found.
        unit: String,
    },
    /// No number, or one that is too large.
    #[error("`{0}` does not start with a whole number that fits: write for example 30m, 24h or 7d")]
    BadNumber(String),
}

impl Duration {
    /// A span of that many microseconds; negative spans become zero.
    pub const fn from_us(us: i64) -> Self {
        Self(if us < 0 { 0 } else { us })
    }

    /// Length in microseconds.
    pub const fn as_us(self) -> i64 {
        self.0
    }
}

impl FromStr for Duration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let text = text.trim();
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let number: i64 = number.parse().map_err(|_| DurationError::BadNumber(text.to_owned()))?;
        let unit = unit.trim();
        if unit.is_empty() {
            return Err(DurationError::NoUnit(text.to_owned()));
        }
        let scale = UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .ok_or_else(|| DurationError::UnknownUnit { text: text.to_owned(), unit: unit.to_owned() })?
            .1;
        number.checked_mul(scale).map(Self).ok_or_else(|| DurationError::BadNumber(text.to_owned()))
    }
}

impl TryFrom<String> for Duration {
    type Error = DurationError;

    fn try_from(text: String) -> Result<Self, DurationError> {
        text.parse()
    }
}

impl From<Duration> for String {
    fn from(duration: Duration) -> Self {
        duration.to_string()
    }
}

impl fmt::Display for Duration {
    /// The largest unit that divides the span: `7d`, `90m`, `1500ms`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, scale) = UNITS[..6]
            .iter()
            .rev()
            .find(|(_, scale)| self.0 % scale == 0 && (self.0 > 0 || *scale == SECOND_US))
            .unwrap_or(&UNITS[0]);
        write!(formatter, "{}{}", self.0 / scale, name)
    }
}

/// The instant after which no deadline can be known to be over. Source: `docs/semantics.md#inputs-rows-time-and-order`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataEnd {
    /// UTC microseconds. A deadline d is over iff `at >= d`.
    pub at: i64,
    /// First instant that takes no part: `at` itself for `--to`, one microsecond later otherwise.
    pub cut: i64,
}

impl DataEnd {
    /// The end given by `--to`, which is exclusive.
    pub fn exclusive(at: i64) -> Self {
        Self { at, cut: at }
    }

    /// The end given by the last activity or by `as_of`; an event exactly then still takes part.
    pub fn inclusive(at: i64) -> Self {
        Self { at, cut: at.saturating_add(1) }
    }

    /// Whether the deadline is over. A deadline past the end of time never is.
    pub fn is_over(self, start: i64, span: i64) -> bool {
        start.checked_add(span).is_some_and(|deadline| self.at >= deadline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit_and_print_in_the_largest_that_fits() {
        for (text, us, shown) in [
            ("30m", 30 * MINUTE_US, "30m"),
            ("24h", DAY_US, "1d"),
            ("7d", 7 * DAY_US, "7d"),
            ("90s", 90 * SECOND_US, "90s"),
            ("0s", 0, "0s"),
        ] {
            let duration: Duration = text.parse().expect(text);
            assert_eq!((duration.as_us(), duration.to_string().as_str()), (us, shown));
        }
        assert_eq!("30".parse::<Duration>(), Err(DurationError::NoUnit("30".into())));
        assert!("7 parsecs".parse::<Duration>().is_err());
        assert!("-1h".parse::<Duration>().is_err());
        assert!("99999999999999999d".parse::<Duration>().is_err());
    }

    #[test]
    fn a_deadline_at_the_data_end_is_over() {
        let end = DataEnd::inclusive(100);
        assert!(end.is_over(40, 60));
        assert!(!end.is_over(41, 60));
        assert!(!end.is_over(1, i64::MAX));
    }
}
