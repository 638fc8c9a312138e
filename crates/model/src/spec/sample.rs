//! Which share of the actors takes part, where somebody asked for a sample?
//!
//! A fraction `numerator/denominator`, written `10%`, `2.5%` or `1/16`. An actor takes part if the hash of its id lies
//! below the fraction of the 64-bit numbers, so a smaller sample lies inside every larger one, and nothing but ids decides.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A share of all actors, more than none and fewer than all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// Upper part of the fraction, at least 1.
    numerator: u64,
    /// Lower part, larger than the upper.
    denominator: u64,
}

/// Why a text is no sample.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// Not written as a percentage or a fraction.
    #[error("`{0}` is no share of actors\nhint: write a percentage such as 10% or 2.5%, or a fraction such as 1/16")]
    Unreadable(String),
    /// None, all or more.
    #[error(
        "`{0}` is no sample: it is more than no actors and fewer than all\nhint: write for example 10% or 1/16, or leave it out for all actors"
    )]
    OutOfRange(String),
}

/// Longest upper and lower part, so that shares multiply without overflow.
const MOST: u64 = 1_000_000_000;
/// Parts of a percentage, with seven decimals of it.
const DECIMALS: usize = 7;

impl Sample {
    /// Whether an actor whose id has that hash takes part.
    #[inline]
    pub fn has(self, hash: u64) -> bool {
        u128::from(hash) * u128::from(self.denominator) < u128::from(self.numerator) << u64::BITS
    }

    fn try_new(numerator: u64, denominator: u64, written: &str) -> Result<Self, SampleError> {
        if numerator == 0 || numerator >= denominator {
            return Err(SampleError::OutOfRange(written.to_owned()));
        }
        let common = greatest_common_divisor(numerator, denominator);
        Ok(Self { numerator: numerator / common, denominator: denominator / common })
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

impl FromStr for Sample {
    type Err = SampleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unreadable = || SampleError::Unreadable(text.to_owned());
        let number = |digits: &str| -> Option<u64> {
            let digits = digits.trim();
            let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|number| is_plain && *number <= MOST)
        };
        if let Some((upper, lower)) = text.split_once('/') {
            let (upper, lower) = (number(upper).ok_or_else(unreadable)?, number(lower).ok_or_else(unreadable)?);
            return Self::try_new(upper, lower, text);
        }
        let percent = text.trim().strip_suffix('%').ok_or_else(unreadable)?.trim();
        let (whole, decimals) = percent.split_once('.').unwrap_or((percent, "0"));
        if decimals.len() > DECIMALS {
            return Err(unreadable());
        }
        let scale = 10u64.pow(u32::try_from(decimals.len()).map_err(|_| unreadable())?);
        let whole = number(whole).filter(|whole| *whole <= 1_000).ok_or_else(unreadable)?;
        let decimals = number(decimals).ok_or_else(unreadable)?;
        Self::try_new(whole * scale + decimals, 100 * scale, text)
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.numerator, self.denominator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_and_fractions_are_the_same_shares() {
        for (text, expected) in
            [("10%", "1/10"), ("2.5%", "1/40"), (" 0.1 %", "1/1000"), ("4/64", "1/16"), ("75%", "3/4")]
        {
            assert_eq!(text.parse::<Sample>().map(|sample| sample.to_string()), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_part_of_the_actors_is_refused() {
        for text in ["0%", "100%", "1/1", "0/5", "250%", "3/2"] {
            assert_eq!(text.parse::<Sample>(), Err(SampleError::OutOfRange(text.to_owned())));
        }
        for text in ["", "%", "10", "0.1", "1/", "/16", "a/b", "-5%", "+5%", "1e1%", "1.%", "1/99999999999999"] {
            assert_eq!(text.parse::<Sample>(), Err(SampleError::Unreadable(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_share_of_the_hashes_takes_part_and_a_smaller_one_lies_inside() {
        let sample = |text: &str| text.parse::<Sample>().expect("a share");
        // A quarter of the numbers: below 2^62, not from there on.
        assert!(sample("25%").has(0) && sample("25%").has((1 << 62) - 1));
        assert!(!sample("25%").has(1 << 62) && !sample("25%").has(u64::MAX));
        assert!(sample("999999999/1000000000").has(1 << 63) && !sample("999999999/1000000000").has(u64::MAX));
        let hashes = (0..1_000u64).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        assert!(hashes.clone().all(|hash| !sample("1/16").has(hash) || sample("10%").has(hash)));
    }
}
