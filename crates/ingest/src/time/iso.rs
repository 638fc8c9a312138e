//! What does an ISO-like time say? `2024-01-31T10:00:00.123+01:00`, `2024-01-31 10:00 UTC`, `2024/01/31`.

use super::{Cursor, Written, days_from_civil};
use kundresa_model::time::DAY_US;

/// The time, or `None` if the text is anything else.
pub(crate) fn parse(text: &[u8]) -> Option<Written> {
    let mut rest = Cursor(text);
    let year = rest.number(4, 4)?;
    let dash = rest.any(b"-/")?;
    let month = rest.number(1, 2)?;
    rest.any(&[dash])?;
    let day = rest.number(1, 2)?;
    let date_us = days_from_civil(year, month, day)? * DAY_US;
    if rest.is_empty() {
        return Some(Written { local_us: date_us, offset_us: None, date_only: true });
    }
    rest.any(b"Tt ")?;
    let local_us = date_us + rest.time_of_day()?;
    let _ = rest.any(b" ");
    let offset_us = if rest.is_empty() { None } else { Some(rest.offset()?) };
    rest.is_empty().then_some(Written { local_us, offset_us, date_only: false })
}

/// Reads times of one day after another without reading the day again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RecentDate {
    /// A date as it is written, ten bytes such as `2024-01-31`.
    date: Option<[u8; 10]>,
    /// Its first microsecond.
    date_us: i64,
}

impl RecentDate {
    /// What [`parse`] says of the text.
    pub(crate) fn parse(&mut self, text: &[u8]) -> Option<Written> {
        let Some((date, rest)) = text.split_first_chunk::<10>() else { return parse(text) };
        if self.date != Some(*date) {
            if let Some(Written { local_us, date_only: true, .. }) = parse(date) {
                *self = Self { date: Some(*date), date_us: local_us };
            } else {
                return parse(text);
            }
        }
        match clock(rest) {
            Some((us, offset_us)) => Some(Written { local_us: self.date_us + us, offset_us, date_only: false }),
            None => parse(text),
        }
    }
}

/// `T10:00:00`, `T10:00:00.123` or either with `Z`: microseconds of the day and distance from UTC. `None` for everything
/// else, which may be a time as well.
fn clock(text: &[u8]) -> Option<(i64, Option<i64>)> {
    let (&[letter, hour, hours, colon, minute, minutes, colon_too, second, seconds], rest) =
        text.split_first_chunk()?;
    if !matches!(letter, b'T' | b't' | b' ') || colon != b':' || colon_too != b':' {
        return None;
    }
    let (hour, minute, second) = (two(hour, hours)?, two(minute, minutes)?, two(second, seconds)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut rest = Cursor(rest);
    let fraction = if rest.any(b".,").is_some() { rest.fraction()? } else { 0 };
    let offset = match rest.0 {
        [] => None,
        [b'Z' | b'z'] => Some(0),
        _ => return None,
    };
    Some((((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction, offset))
}

/// The number of two digits.
fn two(tens: u8, ones: u8) -> Option<i64> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

/// `20240131`, `20240131103000` or `20240131T103000`, each optionally with `Z`; `None` if the text is anything else.
pub(crate) fn parse_compact(text: &[u8]) -> Option<Written> {
    let mut rest = Cursor(text);
    let (year, month, day) = (rest.number(4, 4)?, rest.number(2, 2)?, rest.number(2, 2)?);
    let date_us = days_from_civil(year, month, day)? * DAY_US;
    if rest.is_empty() {
        return Some(Written { local_us: date_us, offset_us: None, date_only: true });
    }
    let _ = rest.any(b"T ");
    let hour = rest.number(2, 2).filter(|hour| *hour < 24)?;
    let minute = rest.number(2, 2).filter(|minute| *minute < 60)?;
    let second = rest.number(2, 2).filter(|second| *second <= 60)?;
    let local_us = date_us + ((hour * 60 + minute) * 60 + second) * 1_000_000;
    let offset_us = if rest.is_empty() { None } else { Some(rest.offset()?) };
    rest.is_empty().then_some(Written { local_us, offset_us, date_only: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utc(text: &str) -> Option<i64> {
        parse(text.as_bytes()).map(|written| written.local_us - written.offset_us.unwrap_or(0))
    }

    #[test]
    fn written_forms_mean_the_same_instant() {
        let expected = Some(1_706_695_200_000_000);
        for text in [
            "2024-01-31T10:00:00Z",
            "2024-01-31 10:00:00",
            "2024-01-31 10:00",
            "2024-01-31T10:00:00.000000000Z",
            "2024-01-31 10:00:00 UTC",
            "2024-01-31 10:00:00.0 UTC",
            "2024/01/31 10:00:00 GMT",
            "2024-01-31T11:00:00+01:00",
            "2024-01-31T11:00:00+01",
            "2024-01-31 05:00:00 -0500",
            "2024-1-31 10:00:00",
        ] {
            assert_eq!(utc(text), expected, "{text}");
        }
    }

    #[test]
    fn fraction_is_cut_to_microseconds() {
        assert_eq!(utc("1970-01-01 00:00:00.1234567"), Some(123_456));
        assert_eq!(utc("1970-01-01 00:00:00,5"), Some(500_000));
    }

    #[test]
    fn other_text_is_no_time() {
        for text in [
            "",
            "2024",
            "2024-13-01",
            "2024-02-30",
            "2024-01-01T25:00",
            "2024-01-01 10:00:00 CET",
            "2024-01-01T",
            "2024-01/01",
            "2024-01-01 10:00:00.",
            "2024-01-01T10:00:00+01:",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_alone_is_known_to_the_day() {
        assert!(parse(b"2024-01-31").unwrap().date_only);
        assert!(parse_compact(b"20240131").unwrap().date_only);
        assert_eq!(parse_compact(b"20240131100000").unwrap().local_us, 1_706_695_200_000_000);
    }

    proptest! {
        #[test]
        fn a_recent_date_changes_nothing(
            times in prop::collection::vec(
                prop_oneof![
                    "(2024-01-3[01]|2024-02-(29|30)|2024/1/31|2024-1-311?)[T tx]?([012][0-9]:[0-6][0-9](:[0-6][0-9]([.,][0-9]{0,8})?)?)?( UTC|Z|z|\\+01:00| )?",
                    "[0-9TZ: +-]{0,25}",
                ],
                0..30,
            ),
        ) {
            let mut recent = RecentDate::default();
            for time in times {
                let expected = parse(time.as_bytes());
                prop_assert_eq!(recent.parse(time.as_bytes()), expected, "{}", time);
            }
        }

        #[test]
        fn agrees_with_chrono(us in -62_000_000_000_000_000i64..253_000_000_000_000_000, offset in -23i32..=23) {
            let offset = chrono::FixedOffset::east_opt(offset * 3600).unwrap();
            let time = chrono::DateTime::from_timestamp_micros(us).unwrap().with_timezone(&offset);
            prop_assume!(chrono::Datelike::year(&time) >= 1);
            prop_assert_eq!(utc(&time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)), Some(us));
        }

        #[test]
        fn arbitrary_bytes_never_panic(text in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = (parse(&text), parse_compact(&text));
        }
    }
}
