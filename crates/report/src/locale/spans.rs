//! How do durations and instants look in a language?

use kundresa_model::rate::Rate;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use kundresa_model::zone::ZoneTable;

use super::Locale;
use super::signs::DASH;

impl Locale {
    /// A span in its two largest units: `850 ms`, `4.2 s`, `45 s`, `2 h 10 min`, `3 d 4 h`; from 100 days on in whole days.
    pub fn duration(self, span_us: i64) -> String {
        let us = span_us.unsigned_abs();
        let text = if us < SECOND_US.unsigned_abs() { self.under_a_second(us) } else { self.a_second_or_more(us) };
        if span_us < 0 { format!("−{text}") } else { text }
    }

    /// A span of whole hours, not turned into days: `24 h`.
    pub fn hours(self, span_us: i64) -> String {
        self.whole((span_us / HOUR_US).unsigned_abs(), self.signs().hours)
    }

    /// As [`Locale::duration`]; [`DASH`] for none.
    pub fn duration_or_dash(self, span_us: Option<i64>) -> String {
        span_us.map_or_else(|| DASH.to_owned(), |span| self.duration(span))
    }

    /// The median as [`Locale::duration`]; [`DASH`] without values, [`Locale::hidden`] if they are.
    pub fn median(self, span: &Quantiles) -> String {
        if span.n.is_hidden() { self.hidden() } else { self.duration_or_dash(span.p50) }
    }

    /// Microseconds per base as [`Locale::duration`]; [`DASH`] for a zero base.
    pub fn mean_duration(self, us: Rate) -> String {
        if us.is_hidden() {
            return self.hidden();
        }
        let (sum, base) = (u128::from(us.numerator), u128::from(us.denominator));
        let mean = (sum * 2 + base).checked_div(2 * base).map(|mean| i64::try_from(mean).unwrap_or(i64::MAX));
        self.duration_or_dash(mean)
    }

    /// A UTC instant as wall-clock time of `zone`, to the second: `2024-03-31 14:05:09`, `31.03.2024 14:05:09`.
    pub fn instant(self, utc_us: i64, zone: &ZoneTable) -> String {
        let second = local(utc_us, zone).rem_euclid(DAY_US) / SECOND_US;
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        format!("{} {hour:02}:{minute:02}:{second:02}", self.day(utc_us, zone))
    }

    /// As [`Locale::instant`]; [`DASH`] for none.
    pub fn instant_or_dash(self, utc_us: Option<i64>, zone: &ZoneTable) -> String {
        utc_us.map_or_else(|| DASH.to_owned(), |us| self.instant(us, zone))
    }

    /// The calendar day of a UTC instant in `zone`: `2024-03-31`, `31.03.2024`.
    pub fn day(self, utc_us: i64, zone: &ZoneTable) -> String {
        let (year, month, day) = civil(local(utc_us, zone).div_euclid(DAY_US));
        self.date(year, month, day)
    }

    /// A day that a result names as `2024-03-31`, in the order of the language; anything else stays as it is.
    pub fn day_named(self, written: &str) -> String {
        let parts: Vec<i64> = written.splitn(3, '-').map_while(|part| part.parse().ok()).collect();
        match parts.as_slice() {
            [year, month, day] => self.date(*year, *month, *day),
            _ => crate::words::visible(written),
        }
    }

    fn date(self, year: i64, month: i64, day: i64) -> String {
        if self.signs().is_year_first {
            format!("{year:04}-{month:02}-{day:02}")
        } else {
            format!("{day:02}.{month:02}.{year:04}")
        }
    }

    fn under_a_second(self, us: u64) -> String {
        match us {
            0 => self.whole(0, "s"),
            1..1_000 => self.whole(us, "µs"),
            _ => self.whole(us / 1_000, "ms"),
        }
    }

    fn a_second_or_more(self, us: u64) -> String {
        let (days, hours) = (self.signs().days, self.signs().hours);
        let rounded = |unit: i64| (us + unit.unsigned_abs() / 2) / unit.unsigned_abs();
        let (tenths, seconds) = (rounded(SECOND_US / 10), rounded(SECOND_US));
        match () {
            () if tenths < 100 && tenths % 10 > 0 => self.with_unit(&self.decimal(tenths.into(), 1), "s"),
            () if seconds < 60 => self.whole(seconds, "s"),
            () if seconds < 3_600 => self.two_units(seconds, 60, "min", "s"),
            () if rounded(MINUTE_US) < 1_440 => self.two_units(rounded(MINUTE_US), 60, hours, "min"),
            () if rounded(HOUR_US) < 2_400 => self.two_units(rounded(HOUR_US), 24, days, hours),
            () => self.whole(rounded(DAY_US), days),
        }
    }

    fn two_units(self, small: u64, per_large: u64, large_name: &str, small_name: &str) -> String {
        match (small / per_large, small % per_large) {
            (large, 0) => self.whole(large, large_name),
            (large, rest) => {
                format!("{}{}{}", self.whole(large, large_name), self.signs().space, self.whole(rest, small_name))
            }
        }
    }

    fn whole(self, number: u64, unit: &str) -> String {
        self.with_unit(&self.count(number), unit)
    }
}

fn local(utc_us: i64, zone: &ZoneTable) -> i64 {
    utc_us.saturating_add(zone.offset_at(utc_us))
}

/// Year, month and day of the proleptic Gregorian calendar, from days since 1970-01-01.
///
/// Source: the era arithmetic of H. Hinnant's `chrono`-compatible low-level date algorithms (`civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}
