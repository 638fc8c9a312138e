//! Which instant does a written time mean, given the source's format and zone?

use kundresa_model::time::DAY_US;
use kundresa_model::zone::ZoneTable;
use std::sync::Arc;

use super::iso::RecentDate;
use super::{TimeFormat, Written};

/// Turns written times into UTC. Each reader keeps a small memory of offsets, so it is cheap to clone per part.
#[derive(Clone, Debug)]
pub struct TimeReader {
    format: TimeFormat,
    zone: Arc<ZoneTable>,
    is_utc: bool,
    zoned_only: bool,
    recent: Vec<(i64, i64)>,
    date: RecentDate,
}

/// A UTC instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    /// UTC microseconds; for a mere date the last microsecond of that day in the source's zone.
    pub ts_us: i64,
    /// Whether only the day is known.
    pub day_precision: bool,
}

/// Offsets of local times are kept per quarter of an hour, in which no zone since 1980 changes its offset.
const QUARTER_US: i64 = 15 * 60 * 1_000_000;
const RECENT: i64 = 256;
/// 1980-01-01 and 2100-01-01.
const KEPT: std::ops::Range<i64> = 315_532_800_000_000..4_102_444_800_000_000;

/// The years 1 to 9999 in UTC. Calendars, other formats and other programs end there, and so do texts of times.
const YEARS: std::ops::Range<i64> = -62_135_596_800_000_000..253_402_300_800_000_000;

impl TimeReader {
    /// A reader of that format. Times without a zone are read in `zone`, or refused if `zoned_only`.
    pub fn new(format: TimeFormat, zone: Arc<ZoneTable>, zoned_only: bool) -> Self {
        let is_utc = *zone == ZoneTable::utc();
        Self { format, zone, is_utc, zoned_only, recent: vec![(i64::MIN, 0); 256], date: RecentDate::default() }
    }

    /// The pinned format.
    pub fn format(&self) -> &TimeFormat {
        &self.format
    }

    /// Zone of times that carry none.
    pub fn zone(&self) -> &ZoneTable {
        &self.zone
    }

    /// The instant a text means.
    ///
    /// # Errors
    /// What is wrong with the text, as a part of a sentence.
    pub fn read(&mut self, text: &str) -> Result<Instant, &'static str> {
        let written = match &self.format {
            TimeFormat::Iso => self.date.parse(text.as_bytes()),
            other => other.parse(text),
        };
        self.instant(written.ok_or("does not follow the format")?)
    }

    /// The instant of microseconds that Parquet gives, of a clock in UTC or of one without a zone.
    pub(crate) fn read_native(&mut self, us: i64, utc: bool, date_only: bool) -> Result<Instant, &'static str> {
        self.instant(Written { local_us: us, offset_us: utc.then_some(0), date_only })
    }

    /// Whether [`Self::read_native`] takes all those microseconds of a clock in UTC as they are.
    pub(crate) fn are_instants(all: &[i64]) -> bool {
        // Without a jump in the middle, so that many are looked at together.
        all.iter().fold(true, |are, us| are & (*us >= YEARS.start) & (*us < YEARS.end))
    }

    fn instant(&mut self, written: Written) -> Result<Instant, &'static str> {
        let out_of_range = "lies outside of the years 1 to 9999";
        let day_precision = written.date_only;
        let ts_us = match written.offset_us {
            Some(offset) => written.local_us.checked_sub(offset).ok_or(out_of_range)?,
            None if self.zoned_only && !day_precision => {
                return Err("carries no zone, unlike the others of its source");
            }
            None if day_precision => self.utc_of(written.local_us.checked_add(DAY_US).ok_or(out_of_range)?) - 1,
            None => self.utc_of(written.local_us),
        };
        if YEARS.contains(&ts_us) { Ok(Instant { ts_us, day_precision }) } else { Err(out_of_range) }
    }

    fn utc_of(&mut self, local_us: i64) -> i64 {
        if self.is_utc {
            return local_us;
        }
        if !KEPT.contains(&local_us) {
            return self.zone.to_utc(local_us);
        }
        let quarter = local_us.div_euclid(QUARTER_US);
        let index = usize::try_from(quarter.rem_euclid(RECENT)).unwrap_or(0);
        if self.recent[index].0 != quarter {
            self.recent[index] = (quarter, local_us - self.zone.to_utc(local_us));
        }
        local_us - self.recent[index].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::EpochUnit;
    use proptest::prelude::*;

    fn reader(format: TimeFormat, zone: &str, zoned_only: bool) -> TimeReader {
        TimeReader::new(format, Arc::new(ZoneTable::try_new(zone).unwrap()), zoned_only)
    }

    fn utc(text: &str) -> i64 {
        chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros()
    }

    #[test]
    fn naive_times_follow_the_clock_changes_of_their_zone() {
        let mut reader = reader(TimeFormat::Iso, "Europe/Stockholm", false);
        for (text, expected) in [
            ("2024-01-31 10:00:00", "2024-01-31T09:00:00Z"),
            ("2024-07-31 10:00:00", "2024-07-31T08:00:00Z"),
            ("2024-10-27 02:30:00", "2024-10-27T00:30:00Z"),
            ("2024-10-27 03:00:00", "2024-10-27T02:00:00Z"),
            ("2024-03-31 03:00:00", "2024-03-31T01:00:00Z"),
            ("2024-07-31T10:00:00Z", "2024-07-31T10:00:00Z"),
        ] {
            assert_eq!(reader.read(text).unwrap().ts_us, utc(expected), "{text}");
        }
    }

    #[test]
    fn only_years_that_can_be_written_are_times() {
        for (unit, inside, outside) in [
            (EpochUnit::Seconds, ["-62135596800", "253402300799.999999"], ["-62135596801", "253402300800"]),
            (EpochUnit::Micros, ["0", "253402300799999999"], ["9223372036854775807", "-9223372036854775808"]),
            (EpochUnit::Nanos, ["9223372036854775807", "-9223372036854775808"], ["1e300", "NaN"]),
        ] {
            for zone in ["UTC", "Asia/Kathmandu"] {
                let mut reader = reader(TimeFormat::Epoch(unit), zone, false);
                assert!(inside.iter().all(|text| reader.read(text).is_ok()), "{unit:?}");
                assert!(outside.iter().all(|text| reader.read(text).is_err()), "{unit:?}");
            }
        }
        let mut reader = reader(TimeFormat::Iso, "Asia/Kathmandu", false);
        assert!(reader.read("1970-01-01").is_ok() && reader.read("2262-04-12T23:47:17Z").is_ok());
        assert!(reader.read("0001-01-01T00:00:00").is_err(), "it is still the year 0 in UTC");
        assert!(
            reader.read_native(i64::MIN, false, true).is_err() && reader.read_native(i64::MAX, false, true).is_err()
        );
    }

    #[test]
    fn a_date_is_the_last_microsecond_of_its_day_there() {
        let mut reader = reader(TimeFormat::Iso, "Europe/Stockholm", false);
        let instant = reader.read("2024-07-31").unwrap();
        assert_eq!(instant, Instant { ts_us: utc("2024-07-31T22:00:00Z") - 1, day_precision: true });
    }

    #[test]
    fn a_time_without_zone_is_refused_where_all_others_have_one() {
        let mut reader = reader(TimeFormat::Iso, "UTC", true);
        assert!(reader.read("2024-07-31T10:00:00Z").is_ok());
        assert!(reader.read("2024-07-31T10:00:00").is_err());
    }

    proptest! {
        #[test]
        fn remembered_offsets_agree_with_the_zone(
            times in prop::collection::vec(0i64..4_000_000_000, 1..50),
            zone in prop::sample::select(vec!["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
        ) {
            let mut reader = reader(TimeFormat::Iso, zone, false);
            for seconds in times {
                let local = seconds * 1_000_000;
                let read = reader.read_native(local, false, false).unwrap().ts_us;
                prop_assert_eq!(read, reader.zone().to_utc(local));
            }
        }
    }
}
