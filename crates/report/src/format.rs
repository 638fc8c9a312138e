//! How does a number look to people at a terminal?
//!
//! As the English page shows it, see [`Locale`]: counts are grouped by commas, rates become per cent with one decimal and
//! travel with their base, spans show their two largest units, instants are wall-clock times of the report zone. What is
//! undefined is [`DASH`], never 0.

use kundresa_model::count::Count;
use kundresa_model::language::Language;
use kundresa_model::rate::Rate;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::statistics::Interval;
use kundresa_model::zone::ZoneTable;

pub use crate::locale::DASH;
use crate::locale::Locale;

/// Shown for what the privacy threshold hides.
pub const HIDDEN: &str = "hidden";

fn english() -> Locale {
    Locale::new(Language::En)
}

/// A whole number with its digits grouped: `31,106`; [`HIDDEN`] if it is.
pub fn count<C: Into<Count>>(number: C) -> String {
    english().count(number)
}

/// A rate as per cent with one decimal: `42.1 %`; [`DASH`] for a zero base. See [`Locale::per_cent`].
pub fn per_cent(rate: Rate) -> String {
    english().per_cent(rate)
}

/// A rate with its base: `42.1 % of 3,605`; `– of 0` for a zero base.
pub fn per_cent_of(rate: Rate) -> String {
    english().per_cent_of(rate)
}

/// An interval of a share: `10.1 to 15.0 %`.
pub fn interval(interval: Interval) -> String {
    english().interval(interval)
}

/// A p-value to three decimals: `p = 0.042`; `p < 0.001` below.
pub fn p_value(p: f64) -> String {
    english().p_value(p)
}

/// How many per base, with two decimals: `5.42`; [`DASH`] for a zero base.
pub fn ratio(rate: Rate) -> String {
    english().ratio(rate)
}

/// How far one rate lies above another, in percentage points: `51.3 points`; [`DASH`] if either is undefined.
pub fn points(rate: Rate, other: Rate) -> String {
    english().points(rate, other)
}

/// A span in its two largest units: `850 ms`, `4.2 s`, `45 s`, `2 h 10 min`, `3 d 4 h`; from 100 days on in whole days.
pub fn duration(span_us: i64) -> String {
    english().duration(span_us)
}

/// As [`duration`]; [`DASH`] for none.
pub fn duration_or_dash(span_us: Option<i64>) -> String {
    english().duration_or_dash(span_us)
}

/// The median as [`duration`]; [`DASH`] without values, [`HIDDEN`] if they are.
pub fn median(span: &Quantiles) -> String {
    english().median(span)
}

/// Microseconds per base as [`duration`]; [`DASH`] for a zero base.
pub fn mean_duration(us: Rate) -> String {
    english().mean_duration(us)
}

/// A UTC instant as wall-clock time of `zone`, to the second: `2024-03-31 14:05:09`.
pub fn instant(utc_us: i64, zone: &ZoneTable) -> String {
    english().instant(utc_us, zone)
}

/// As [`instant`]; [`DASH`] for none.
pub fn instant_or_dash(utc_us: Option<i64>, zone: &ZoneTable) -> String {
    english().instant_or_dash(utc_us, zone)
}

/// Micro-units of money with at least two decimals and no more than it has: `1,234.50 EUR`.
pub fn money(micros: i128, currency: &str) -> String {
    english().money(micros, currency)
}

/// A mean of money to the hundredth of its unit, rounded half up: `2,159.27 EUR`.
pub fn mean_money(micros: i128, currency: &str) -> String {
    english().mean_money(micros, currency)
}

/// A size in decimal units: `512 B`, `1.2 MB`.
pub fn bytes(size: u64) -> String {
    english().bytes(size)
}

/// The number and the noun in the right form: `1 row`, `2,000 rows`.
pub fn counted<C: Into<Count>>(number: C, one: &str, many: &str) -> String {
    english().counted_words(number, one, many)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kundresa_model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};

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
