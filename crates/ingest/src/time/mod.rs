//! When did it happen? From the text of a time to UTC microseconds.

mod detect;
mod epoch;
mod format;
mod iso;
mod numeric;
mod reader;

pub use detect::{Detected, detect};
pub use epoch::EpochUnit;
pub use format::TimeFormat;
pub use reader::{Instant, TimeReader};

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar; `None` if there is no such day.
///
/// Source: the era arithmetic of H. Hinnant, "chrono-compatible low-level date algorithms".
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A time as written: local microseconds, how far it says it is from UTC, and whether it is a mere date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// Microseconds since 1970-01-01 on the clock that wrote it.
    pub local_us: i64,
    /// Offset from UTC in microseconds, if it carries one.
    pub offset_us: Option<i64>,
    /// Whether it has no time of day.
    pub date_only: bool,
}

/// Reads parts of a time from the front of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a>(pub &'a [u8]);

impl Cursor<'_> {
    /// A number of `min..=max` digits.
    pub(crate) fn number(&mut self, min: usize, max: usize) -> Option<i64> {
        let length = self.0.iter().take(max).take_while(|byte| byte.is_ascii_digit()).count();
        if length < min {
            return None;
        }
        let number = self.0[..length].iter().fold(0, |number, byte| number * 10 + i64::from(byte - b'0'));
        self.0 = &self.0[length..];
        Some(number)
    }

    /// One of those bytes.
    pub(crate) fn any(&mut self, bytes: &[u8]) -> Option<u8> {
        let first = *self.0.first().filter(|byte| bytes.contains(byte))?;
        self.0 = &self.0[1..];
        Some(first)
    }

    /// Those letters, in either case.
    pub(crate) fn word(&mut self, word: &str) -> Option<()> {
        let (head, rest) = self.0.split_at_checked(word.len())?;
        head.eq_ignore_ascii_case(word.as_bytes()).then(|| self.0 = rest)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `H:MM`, `H:MM:SS` or `H:MM:SS.fraction`, microseconds of the day. Further digits of the fraction are cut off.
    pub(crate) fn time_of_day(&mut self) -> Option<i64> {
        let hour = self.number(1, 2).filter(|hour| *hour < 24)?;
        self.any(b":")?;
        let minute = self.number(2, 2).filter(|minute| *minute < 60)?;
        let mut us = (hour * 60 + minute) * 60_000_000;
        if self.any(b":").is_some() {
            us += self.number(2, 2).filter(|second| *second <= 60)? * 1_000_000;
            if self.any(b".,").is_some() {
                us += self.fraction()?;
            }
        }
        Some(us)
    }

    /// Digits after a decimal point as millionths.
    pub(crate) fn fraction(&mut self) -> Option<i64> {
        let (mut micros, mut length) = (0_i64, 0);
        while let Some(byte) = self.0.get(length).filter(|byte| byte.is_ascii_digit()) {
            if length < 6 {
                micros = micros * 10 + i64::from(byte - b'0');
            }
            length += 1;
        }
        (length..6).for_each(|_| micros *= 10);
        self.0 = &self.0[length..];
        (length > 0).then_some(micros)
    }

    /// `Z`, `UTC`, `GMT`, `±HH`, `±HHMM` or `±HH:MM`, microseconds from UTC.
    pub(crate) fn offset(&mut self) -> Option<i64> {
        if self.any(b"Zz").is_some() || self.word("UTC").is_some() || self.word("GMT").is_some() {
            return Some(0);
        }
        let sign = if self.any(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.number(2, 2).filter(|hours| *hours < 24)?;
        let colon = self.any(b":").is_some();
        let minutes = match self.number(2, 2) {
            Some(minutes) => minutes,
            None if colon => return None,
            None => 0,
        };
        (minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn days_agree_with_chrono(year in 1i32..=9999, month in 1u32..=12, day in 1u32..=31) {
            let expected = chrono::NaiveDate::from_ymd_opt(year, month, day)
                .map(|date| i64::from(date.to_epoch_days()));
            prop_assert_eq!(days_from_civil(year.into(), month.into(), day.into()), expected);
        }
    }
}
