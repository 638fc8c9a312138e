//! What does a date of three numbers say whose year comes last? `31/12/2024 10:00`, `12/31/24 1:05 PM`, `31.12.2024`.

use super::{Cursor, Written, days_from_civil};
use kundresa_model::time::{DAY_US, HOUR_US};

/// First and second number of the date, year, rest of the time.
struct Parts {
    first: i64,
    second: i64,
    year: i64,
    dot: bool,
    day_us: i64,
    offset_us: Option<i64>,
    date_only: bool,
}

/// Which of the two first numbers can be the day: `(day first possible, month first possible)`; `None` if it is no such
/// date. A date with dots has the day first.
pub(crate) fn orders(text: &[u8]) -> Option<(bool, bool)> {
    let parts = parts(text)?;
    let day_first = days_from_civil(parts.year, parts.second, parts.first).is_some();
    let month_first = !parts.dot && days_from_civil(parts.year, parts.first, parts.second).is_some();
    (day_first || month_first).then_some((day_first, month_first))
}

/// The time with the day first, or with the month first.
pub(crate) fn parse(text: &[u8], day_first: bool) -> Option<Written> {
    let parts = parts(text)?;
    let (month, day) = if day_first { (parts.second, parts.first) } else { (parts.first, parts.second) };
    let local_us = days_from_civil(parts.year, month, day)? * DAY_US + parts.day_us;
    Some(Written { local_us, offset_us: parts.offset_us, date_only: parts.date_only })
}

fn parts(text: &[u8]) -> Option<Parts> {
    let mut rest = Cursor(text);
    let first = rest.number(1, 2)?;
    let mark = rest.any(b"/.-")?;
    let second = rest.number(1, 2)?;
    rest.any(&[mark])?;
    let year = rest.number(2, 4).map(|year| if year < 100 { 2000 + year } else { year })?;
    let mut parts =
        Parts { first, second, year, dot: mark == b'.', day_us: 0, offset_us: None, date_only: rest.is_empty() };
    if parts.date_only {
        return Some(parts);
    }
    let _ = rest.any(b",");
    rest.any(b" T")?;
    parts.day_us = rest.time_of_day()?;
    let _ = rest.any(b" ");
    parts.day_us = half_day(&mut rest, parts.day_us)?;
    let _ = rest.any(b" ");
    parts.offset_us = if rest.is_empty() { None } else { Some(rest.offset()?) };
    rest.is_empty().then_some(parts)
}

/// The time of day after `AM` or `PM`, if one follows.
fn half_day(rest: &mut Cursor<'_>, us: i64) -> Option<i64> {
    let pm = rest.word("PM").is_some();
    if !pm && rest.word("AM").is_none() {
        return Some(us);
    }
    let hour = us / HOUR_US;
    (1..=12).contains(&hour).then(|| us - hour * HOUR_US + (hour % 12 + if pm { 12 } else { 0 }) * HOUR_US)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::iso;

    #[test]
    fn order_shows_where_a_number_is_over_twelve() {
        assert_eq!(orders(b"31/12/2024"), Some((true, false)));
        assert_eq!(orders(b"12/31/2024 10:00"), Some((false, true)));
        assert_eq!(orders(b"01/02/2024 10:00"), Some((true, true)));
        assert_eq!(orders(b"01.02.2024"), Some((true, false)));
        assert_eq!(orders(b"31/31/2024"), None);
        assert_eq!(orders(b"10:00"), None);
    }

    #[test]
    fn twelve_hour_clock_is_read() {
        for (text, iso_text) in [
            ("1/2/2024 12:05 AM", "2024-01-02 00:05"),
            ("1/2/24 12:05:01 pm", "2024-01-02 12:05:01"),
            ("1/2/2024, 1:05 PM", "2024-01-02 13:05"),
        ] {
            assert_eq!(parse(text.as_bytes(), false), iso::parse(iso_text.as_bytes()), "{text}");
        }
        assert_eq!(parse(b"1/2/2024 13:05 PM", false), None);
    }
}
