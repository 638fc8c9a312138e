//! Which local day does an instant fall on, and which instant does a local time mean?
//!
//! A zone is a table of its UTC transitions, built once per process; no calendar library is called per event.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::{NaiveDate, NaiveDateTime, Offset, TimeZone};

use crate::time::{DAY_US, SECOND_US};

/// Offsets of one zone from UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneTable {
    name: String,
    /// UTC instants at which an offset starts to hold; the first is `i64::MIN`.
    starts_us: Vec<i64>,
    /// Offset from UTC that holds from the start of the same index.
    offsets_us: Vec<i64>,
}

/// A zone that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a time zone: write an IANA name such as Europe/Stockholm{hint}")]
pub struct UnknownZone {
    /// Name as written.
    pub name: String,
    /// ` (did you mean …?)` or empty.
    pub hint: String,
}

/// Tables that were asked for before: building one looks at every day of 130 years, which takes milliseconds.
static TABLES: Mutex<BTreeMap<String, ZoneTable>> = Mutex::new(BTreeMap::new());

/// Years the table covers; outside, the nearest offset holds.
const FIRST_YEAR: i32 = 1970;
const LAST_YEAR: i32 = 2100;

impl ZoneTable {
    /// UTC itself.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), starts_us: vec![i64::MIN], offsets_us: vec![0] }
    }

    /// The zone of that IANA name.
    ///
    /// # Errors
    /// When the name is not in the zone database.
    pub fn try_new(name: &str) -> Result<Self, UnknownZone> {
        let zone: chrono_tz::Tz = name.parse().map_err(|_| UnknownZone {
            name: name.to_owned(),
            hint: crate::suggest::hint(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())),
        })?;
        if zone == chrono_tz::UTC {
            return Ok(Self { name: name.to_owned(), ..Self::utc() });
        }
        let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(tables.entry(name.to_owned()).or_insert_with(|| Self::of(name, zone)).clone())
    }

    fn of(name: &str, zone: chrono_tz::Tz) -> Self {
        let mut day = day_start(FIRST_YEAR);
        let mut before = offset_us(zone, day);
        let mut table = Self { name: name.to_owned(), starts_us: vec![i64::MIN], offsets_us: vec![before] };
        while day < day_start(LAST_YEAR) {
            let after = offset_us(zone, day + DAY_US);
            if before != after {
                table.push_transition(zone, day, after);
            }
            day += DAY_US;
            before = after;
        }
        table
    }

    fn push_transition(&mut self, zone: chrono_tz::Tz, day: i64, after: i64) {
        let (mut low, mut high) = (day, day + DAY_US);
        while high - low > SECOND_US {
            let middle = low + (high - low) / (2 * SECOND_US) * SECOND_US;
            if offset_us(zone, middle) == after { high = middle } else { low = middle }
        }
        self.starts_us.push(high);
        self.offsets_us.push(after);
    }

    /// IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Offset from UTC at a UTC instant, microseconds.
    pub fn offset_at(&self, utc_us: i64) -> i64 {
        let index = self.starts_us.partition_point(|start| *start <= utc_us) - 1;
        self.offsets_us[index]
    }

    /// Number of the local day (days since 1970-01-01 there) that a UTC instant falls on.
    pub fn local_day(&self, utc_us: i64) -> i64 {
        utc_us.saturating_add(self.offset_at(utc_us)).div_euclid(DAY_US)
    }

    /// The local day as [`Self::local_day`], with UTC instants around that are surely of the same day.
    pub fn local_day_around(&self, utc_us: i64) -> (i64, std::ops::Range<i64>) {
        let index = self.starts_us.partition_point(|start| *start <= utc_us) - 1;
        let offset = self.offsets_us[index];
        let day = utc_us.saturating_add(offset).div_euclid(DAY_US);
        let start = day.saturating_mul(DAY_US).saturating_sub(offset).max(self.starts_us[index]);
        let end = (day + 1).saturating_mul(DAY_US).saturating_sub(offset);
        (day, start..end.min(self.starts_us.get(index + 1).copied().unwrap_or(i64::MAX)))
    }

    /// UTC instant of a local time. Twice-occurring times mean the first; times in a gap are read with the offset before it.
    pub fn to_utc(&self, local_us: i64) -> i64 {
        let next = self.starts_us.iter().skip(1);
        let index =
            next.zip(&self.offsets_us).take_while(|(end, offset)| local_us.saturating_sub(**offset) >= **end).count();
        let utc = local_us.saturating_sub(self.offsets_us[index]);
        let in_gap = index > 0 && utc < self.starts_us[index];
        if in_gap { local_us.saturating_sub(self.offsets_us[index - 1]) } else { utc }
    }
}

/// `YYYY-MM-DD` of a number of days since 1970-01-01.
pub fn date_text(day: i64) -> String {
    let date = day.checked_mul(DAY_US).and_then(chrono::DateTime::from_timestamp_micros);
    date.map_or_else(|| format!("day {day}"), |date| date.format("%Y-%m-%d").to_string())
}

fn day_start(year: i32) -> i64 {
    let midnight = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default().and_time(chrono::NaiveTime::MIN);
    midnight.and_utc().timestamp_micros()
}

fn offset_us(zone: chrono_tz::Tz, utc_us: i64) -> i64 {
    let instant: NaiveDateTime = chrono::DateTime::from_timestamp_micros(utc_us).unwrap_or_default().naive_utc();
    i64::from(zone.offset_from_utc_datetime(&instant).fix().local_minus_utc()) * SECOND_US
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR_US;

    fn utc(text: &str) -> i64 {
        chrono::DateTime::parse_from_rfc3339(text).expect(text).timestamp_micros()
    }

    #[test]
    fn autumn_day_has_25_hours() {
        let zone = ZoneTable::try_new("Europe/Stockholm").expect("known");
        let (start, end) = (zone.to_utc(utc("2024-10-27T00:00:00Z")), zone.to_utc(utc("2024-10-28T00:00:00Z")));
        assert_eq!(end - start, 25 * HOUR_US);
        assert_eq!(zone.local_day(start), zone.local_day(end - 1));
        assert_eq!(zone.local_day(start) + 1, zone.local_day(end));
    }

    #[test]
    fn instants_around_are_of_the_same_day() {
        let zone = ZoneTable::try_new("Europe/Stockholm").expect("known");
        for hour in 0..60 {
            let instant = utc("2024-10-26T12:34:56Z") + hour * HOUR_US;
            let (day, around) = zone.local_day_around(instant);
            assert!(around.contains(&instant));
            let ends = [around.start, instant, around.end - 1].map(|ts| zone.local_day(ts));
            assert_eq!(ends, [day; 3]);
        }
        assert_eq!(date_text(zone.local_day(utc("2024-10-26T22:00:00Z"))), "2024-10-27");
    }

    #[test]
    fn utc_has_one_offset_under_all_of_its_names() {
        for name in ["UTC", "Etc/UTC"] {
            let zone = ZoneTable::try_new(name).expect("known");
            assert_eq!((zone.name(), &zone.starts_us, &zone.offsets_us), (name, &vec![i64::MIN], &vec![0]));
        }
    }

    #[test]
    fn repeated_hour_means_its_first_and_a_gap_reads_with_the_offset_before() {
        let zone = ZoneTable::try_new("Europe/Stockholm").expect("known");
        assert_eq!(zone.to_utc(utc("2024-10-27T02:30:00Z")), utc("2024-10-27T00:30:00Z"));
        assert_eq!(zone.to_utc(utc("2024-03-31T02:30:00Z")), utc("2024-03-31T01:30:00Z"));
    }

    #[test]
    fn unknown_zone_suggests_a_name() {
        let error = ZoneTable::try_new("Europe/Stokholm").expect_err("not a zone");
        assert!(error.to_string().contains("did you mean `Europe/Stockholm`?"), "{error}");
    }
}
