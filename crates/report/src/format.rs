//! How does a number look to people?
//!
//! Counts are grouped by commas, rates become per cent with one decimal and travel with their base, spans show their two
//! largest units, instants are wall-clock times of the report zone. What is undefined is [`DASH`], never 0.

use kundresa_model::count::Count;
use kundresa_model::money::MICROS;
use kundresa_model::rate::Rate;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::statistics::Interval;
use kundresa_model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use kundresa_model::zone::ZoneTable;

/// Shown for what is undefined.
pub const DASH: &str = "–";

/// Shown for what the privacy threshold hides.
pub const HIDDEN: &str = "hidden";

/// A whole number with its digits grouped: `31,106`; [`HIDDEN`] if it is.
pub fn count<C: Into<Count>>(number: C) -> String {
    number.into().shown().map_or_else(|| HIDDEN.to_owned(), |number| grouped(&number.to_string()))
}

/// A rate as per cent with one decimal: `42.1 %`; [`DASH`] for a zero base.
///
/// Rounded half up from the exact counts. What is neither nothing nor everything is never shown as 0 or 100:
/// it reads `<0.1 %` or `>99.9 %`.
pub fn per_cent(rate: Rate) -> String {
    if rate.is_hidden() {
        return HIDDEN.to_owned();
    }
    if rate.denominator == 0 {
        return DASH.to_owned();
    }
    let (part, base) = (u128::from(rate.numerator), u128::from(rate.denominator));
    let tenths = (part * 2_000 + base) / (2 * base);
    match tenths {
        0 if part > 0 => "<0.1 %".to_owned(),
        1_000 if part < base => ">99.9 %".to_owned(),
        _ => format!("{}.{} %", grouped(&(tenths / 10).to_string()), tenths % 10),
    }
}

/// A rate with its base: `42.1 % of 3,605`; `– of 0` for a zero base.
pub fn per_cent_of(rate: Rate) -> String {
    if rate.is_hidden() { HIDDEN.to_owned() } else { format!("{} of {}", per_cent(rate), count(rate.denominator)) }
}

/// An interval of a share: `10.1 to 15.0 %`.
pub fn interval(interval: Interval) -> String {
    format!("{:.1} to {:.1} %", interval.low * 100.0, interval.high * 100.0)
}

/// A p-value to three decimals: `p = 0.042`; `p < 0.001` below.
pub fn p_value(p: f64) -> String {
    if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") }
}

/// How many per base, with two decimals: `5.42`; [`DASH`] for a zero base.
pub fn ratio(rate: Rate) -> String {
    if rate.is_hidden() {
        return HIDDEN.to_owned();
    }
    if rate.denominator == 0 {
        return DASH.to_owned();
    }
    let (part, base) = (u128::from(rate.numerator), u128::from(rate.denominator));
    let hundredths = (part * 200 + base) / (2 * base);
    format!("{}.{:02}", grouped(&(hundredths / 100).to_string()), hundredths % 100)
}

/// How far one rate lies above another, in percentage points: `51.3 points`; [`DASH`] if either is undefined.
pub fn points(rate: Rate, other: Rate) -> String {
    if rate.is_hidden() || other.is_hidden() {
        return HIDDEN.to_owned();
    }
    match (rate.value(), other.value()) {
        (Some(rate), Some(other)) => format!("{:.1} points", (rate - other) * 100.0),
        _ => DASH.to_owned(),
    }
}

/// A span in its two largest units: `850 ms`, `4.2 s`, `45 s`, `2 h 10 min`, `3 d 4 h`; from 100 days on in whole days.
pub fn duration(span_us: i64) -> String {
    let us = span_us.unsigned_abs();
    let text = if us < SECOND_US.unsigned_abs() { under_a_second(us) } else { from_a_second(us) };
    if span_us < 0 { format!("−{text}") } else { text }
}

/// As [`duration`]; [`DASH`] for none.
pub fn duration_or_dash(span_us: Option<i64>) -> String {
    span_us.map_or_else(|| DASH.to_owned(), duration)
}

/// The median as [`duration`]; [`DASH`] without values, [`HIDDEN`] if they are.
pub fn median(span: &Quantiles) -> String {
    if span.n.is_hidden() { HIDDEN.to_owned() } else { duration_or_dash(span.p50) }
}

/// Microseconds per base as [`duration`]; [`DASH`] for a zero base.
pub fn mean_duration(us: Rate) -> String {
    let (sum, base) = (u128::from(us.numerator), u128::from(us.denominator));
    let mean = (sum * 2 + base).checked_div(2 * base).map(|mean| i64::try_from(mean).unwrap_or(i64::MAX));
    duration_or_dash(mean)
}

/// A UTC instant as wall-clock time of `zone`, to the second: `2024-03-31 14:05:09`.
pub fn instant(utc_us: i64, zone: &ZoneTable) -> String {
    let local = utc_us.saturating_add(zone.offset_at(utc_us));
    let (year, month, day) = civil(local.div_euclid(DAY_US));
    let second = local.rem_euclid(DAY_US) / SECOND_US;
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// As [`instant`]; [`DASH`] for none.
pub fn instant_or_dash(utc_us: Option<i64>, zone: &ZoneTable) -> String {
    utc_us.map_or_else(|| DASH.to_owned(), |us| instant(us, zone))
}

/// Micro-units of money with at least two decimals and no more than it has: `1,234.50 EUR`.
pub fn money(micros: i128, currency: &str) -> String {
    let unit = u128::from(MICROS.unsigned_abs());
    let (whole, fraction) = (micros.unsigned_abs() / unit, micros.unsigned_abs() % unit);
    let decimals = format!("{fraction:06}");
    let kept = decimals.trim_end_matches('0').len().max(2);
    let sign = if micros < 0 { "−" } else { "" };
    format!("{sign}{}.{} {currency}", grouped(&whole.to_string()), &decimals[..kept]).trim_end().to_owned()
}

/// A mean of money to the hundredth of its unit, rounded half up: `2,159.27 EUR`.
pub fn mean_money(micros: i128, currency: &str) -> String {
    let hundredth = i128::from(MICROS / 100);
    let rounded = (micros.abs() + hundredth / 2) / hundredth * hundredth;
    money(rounded * micros.signum(), currency)
}

/// A size in decimal units: `512 B`, `1.2 MB`.
pub fn bytes(size: u64) -> String {
    const UNITS: [(&str, u64); 4] =
        [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    match UNITS.iter().find(|(_, scale)| size >= *scale) {
        None => format!("{size} B"),
        Some((name, scale)) => {
            let tenths = (u128::from(size) * 10) / u128::from(*scale);
            format!("{}.{} {name}", grouped(&(tenths / 10).to_string()), tenths % 10)
        }
    }
}

/// The number and the noun in the right form: `1 row`, `2,000 rows`.
pub fn counted<C: Into<Count>>(number: C, one: &str, many: &str) -> String {
    let number = number.into();
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn under_a_second(us: u64) -> String {
    match us {
        0 => "0 s".to_owned(),
        1..1_000 => format!("{us} µs"),
        _ => format!("{} ms", us / 1_000),
    }
}

fn from_a_second(us: u64) -> String {
    let whole = |unit: i64| (us + unit.unsigned_abs() / 2) / unit.unsigned_abs();
    let (tenths, seconds, minutes, hours) = (whole(SECOND_US / 10), whole(SECOND_US), whole(MINUTE_US), whole(HOUR_US));
    match () {
        () if tenths < 100 && tenths % 10 > 0 => format!("{}.{} s", tenths / 10, tenths % 10),
        () if seconds < 60 => format!("{seconds} s"),
        () if seconds < 3_600 => two_units(seconds, 60, "min", "s"),
        () if minutes < 1_440 => two_units(minutes, 60, "h", "min"),
        () if hours < 2_400 => two_units(hours, 24, "d", "h"),
        () => format!("{} d", count(whole(DAY_US))),
    }
}

fn two_units(small: u64, per_large: u64, large_name: &str, small_name: &str) -> String {
    match (small / per_large, small % per_large) {
        (large, 0) => format!("{large} {large_name}"),
        (large, rest) => format!("{large} {large_name} {rest} {small_name}"),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        let shown: Vec<String> = [0, 999, 1_000, 31_106, 1_234_567].map(count::<u64>).into();
        assert_eq!(shown, ["0", "999", "1,000", "31,106", "1,234,567"]);
    }

    #[test]
    fn per_cent_keeps_its_base_and_zero_base_is_a_dash() {
        assert_eq!(per_cent_of(Rate::new(1_518, 3_605)), "42.1 % of 3,605");
        assert_eq!(per_cent_of(Rate::new(0, 0)), "– of 0");
        assert_eq!(per_cent_of(Rate::new(0, 7)), "0.0 % of 7");
        assert_eq!(per_cent(Rate::new(7, 7)), "100.0 %");
    }

    #[test]
    fn almost_nothing_is_not_zero_and_almost_all_is_not_all() {
        assert_eq!(per_cent(Rate::new(1, 1_000_000)), "<0.1 %");
        assert_eq!(per_cent(Rate::new(999_999, 1_000_000)), ">99.9 %");
        assert_eq!(per_cent(Rate::new(1, 2_000)), "0.1 %");
        assert_eq!(per_cent(Rate::new(u64::MAX, u64::MAX)), "100.0 %");
    }

    #[test]
    fn what_is_hidden_is_called_so() {
        let words = [count(Count::HIDDEN), per_cent(Rate::HIDDEN), per_cent_of(Rate::HIDDEN), ratio(Rate::HIDDEN)];
        assert_eq!(words, [HIDDEN; 4]);
        assert_eq!(counted(Count::HIDDEN, "visit", "visits"), "hidden visits");
    }

    #[test]
    fn ratios_have_two_decimals() {
        assert_eq!(ratio(Rate::new(10, 3)), "3.33");
        assert_eq!(ratio(Rate::new(0, 0)), "–");
        assert_eq!(points(Rate::new(9, 10), Rate::new(1, 2)), "40.0 points");
        assert_eq!(points(Rate::new(9, 10), Rate::new(0, 0)), "–");
    }

    #[test]
    fn spans_show_their_two_largest_units() {
        for (us, shown) in [
            (0, "0 s"),
            (7, "7 µs"),
            (850_400, "850 ms"),
            (999_999, "999 ms"),
            (4_200_000, "4.2 s"),
            (9_960_000, "10 s"),
            (45 * SECOND_US, "45 s"),
            (59_600_000, "1 min"),
            (250 * SECOND_US, "4 min 10 s"),
            (2 * HOUR_US + 10 * MINUTE_US + 20 * SECOND_US, "2 h 10 min"),
            (DAY_US - SECOND_US, "1 d"),
            (3 * DAY_US + 4 * HOUR_US, "3 d 4 h"),
            (1_234 * DAY_US, "1,234 d"),
            (-90 * SECOND_US, "−1 min 30 s"),
        ] {
            assert_eq!(duration(us), shown, "{us}");
        }
        assert_eq!(duration_or_dash(None), "–");
        assert!(duration(i64::MIN).starts_with('−'));
    }

    #[test]
    fn mean_spans_have_a_base() {
        assert_eq!(mean_duration(Rate::new(90_000_000, 2)), "45 s");
        assert_eq!(mean_duration(Rate::new(0, 0)), "–");
    }

    #[test]
    fn instants_are_told_in_the_report_zone() {
        let stockholm = ZoneTable::try_new("Europe/Stockholm").expect("known");
        let leap_day = 1_709_164_799_999_999;
        assert_eq!(instant(leap_day, &ZoneTable::utc()), "2024-02-28 23:59:59");
        assert_eq!(instant(leap_day, &stockholm), "2024-02-29 00:59:59");
        assert_eq!(instant(-1, &ZoneTable::utc()), "1969-12-31 23:59:59");
        assert_eq!(instant_or_dash(None, &stockholm), "–");
    }

    #[test]
    fn money_has_two_decimals_or_as_many_as_it_needs() {
        assert_eq!(money(1_234_500_000, "EUR"), "1,234.50 EUR");
        assert_eq!(money(-29_990_000, "SEK"), "−29.99 SEK");
        assert_eq!(money(1, "EUR"), "0.000001 EUR");
        assert_eq!(money(0, ""), "0.00");
    }

    #[test]
    fn sizes_and_nouns_are_readable() {
        assert_eq!((bytes(512).as_str(), bytes(1_250_000).as_str()), ("512 B", "1.2 MB"));
        assert_eq!((counted(1u64, "row", "rows").as_str(), counted(0u64, "row", "rows").as_str()), ("1 row", "0 rows"));
    }
}
