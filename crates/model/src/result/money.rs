//! How much money is it, in each currency?
//!
//! Amounts of different currencies are never added. Sums are exact and written as decimal text, since a float or a JSON
//! number would round them.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::money::MICROS;

/// A sum of money in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Amount {
    /// Currency code; [`crate::result::segments::NOT_SET`] where the data names none.
    pub currency: String,
    /// How many amounts the sum has.
    pub n: u64,
    /// The sum in units of the currency.
    pub sum: Sum,
}

/// An exact sum of micro-units; serialized as decimal text of units, such as `"1234.5"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Sum(pub i128);

/// A text that is no sum.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a decimal amount with at most six places")]
pub struct NoSum(String);

impl fmt::Display for Sum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = u128::from(MICROS.unsigned_abs());
        let (whole, micros) = (self.0.unsigned_abs() / scale, self.0.unsigned_abs() % scale);
        let sign = if self.0 < 0 { "-" } else { "" };
        let fraction = format!("{micros:06}");
        match fraction.trim_end_matches('0') {
            "" => write!(formatter, "{sign}{whole}"),
            digits => write!(formatter, "{sign}{whole}.{digits}"),
        }
    }
}

impl FromStr for Sum {
    type Err = NoSum;

    fn from_str(text: &str) -> Result<Self, NoSum> {
        let unreadable = || NoSum(text.to_owned());
        let (sign, unsigned) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || fraction.len() > 6 || !is_digits(whole) || !is_digits(fraction) {
            return Err(unreadable());
        }
        let whole: i128 = whole.parse().map_err(|_| unreadable())?;
        let micros: i128 = format!("{fraction:0<6}").parse().map_err(|_| unreadable())?;
        let total = whole.checked_mul(i128::from(MICROS)).and_then(|whole| whole.checked_add(micros));
        total.map(|total| Self(sign * total)).ok_or_else(unreadable)
    }
}

impl TryFrom<String> for Sum {
    type Error = NoSum;

    fn try_from(text: String) -> Result<Self, NoSum> {
        text.parse()
    }
}

impl From<Sum> for String {
    fn from(sum: Sum) -> Self {
        sum.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_written_exactly_and_read_back() {
        for (micros, text) in
            [(0, "0"), (1, "0.000001"), (-1_500_000, "-1.5"), (i128::from(i64::MAX) * 4, "36893488147419.103228")]
        {
            assert_eq!(Sum(micros).to_string(), text);
            assert_eq!(text.parse(), Ok(Sum(micros)));
        }
        for text in ["", "-", "1.", "1.0000001", "1e3", ".5", "+1"] {
            assert_eq!(text.parse::<Sum>().is_ok(), text == "1.", "{text}");
        }
    }
}
