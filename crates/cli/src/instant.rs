//! Which instant does `--from 2024-03-01` mean?
//!
//! A day alone is its first instant in the report zone; a local time is read in the report zone; a time with an offset is itself.

use anyhow::{Result, bail};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use kundresa_model::zone::ZoneTable;

/// Instants to the minute; RFC 3339 asks for seconds.
const SHORT_INSTANT: &str = "%Y-%m-%dT%H:%M%#z";
const LOCAL_FORMS: [&str; 4] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];

/// UTC microseconds of the time written in `text`.
pub fn parse(option: &str, text: &str, zone: &ZoneTable) -> Result<i64> {
    let written = text.replacen(' ', "T", 1);
    if let Ok(instant) =
        DateTime::parse_from_rfc3339(&written).or_else(|_| DateTime::parse_from_str(&written, SHORT_INSTANT))
    {
        return Ok(instant.timestamp_micros());
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(zone.to_utc(micros(day.and_time(NaiveTime::MIN))));
    }
    let local = LOCAL_FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    match local {
        Some(local) => Ok(zone.to_utc(micros(local))),
        None => bail!(
            "{option} can't be read as a time: {text}\nhint: write a day (2024-03-01), a local time (2024-03-01T08:30) or an instant (2024-03-01T08:30:00Z)"
        ),
    }
}

fn micros(local: NaiveDateTime) -> i64 {
    local.and_utc().timestamp_micros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_first_instant_in_the_report_zone() {
        let zone = ZoneTable::try_new("Europe/Stockholm").expect("known");
        let utc = |text: &str| DateTime::parse_from_rfc3339(text).expect(text).timestamp_micros();
        assert_eq!(parse("--from", "2024-07-01", &zone).expect("day"), utc("2024-06-30T22:00:00Z"));
        assert_eq!(parse("--from", "2024-01-01T08:30", &zone).expect("local"), utc("2024-01-01T07:30:00Z"));
        assert_eq!(parse("--from", "2024-01-01 08:30:00Z", &zone).expect("instant"), utc("2024-01-01T08:30:00Z"));
        assert_eq!(parse("--from", "2024-01-01T08:30Z", &zone).expect("instant"), utc("2024-01-01T08:30:00Z"));
        assert_eq!(parse("--from", "2024-01-01 08:30+01:00", &zone).expect("instant"), utc("2024-01-01T07:30:00Z"));
        assert!(parse("--from", "yesterday", &zone).is_err());
    }
}
