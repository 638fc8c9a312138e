//! Which format do the times of a sample follow?

use super::format::Pattern;
use super::{EpochUnit, TimeFormat, iso, numeric};

/// What a sample of times says about their format.
#[derive(Clone, Debug, PartialEq)]
pub enum Detected {
    /// Most filled values follow it.
    Format(TimeFormat),
    /// They are dates of three numbers in which day and month cannot be told apart.
    Ambiguous,
    /// They follow no known format, or there is none.
    Unknown,
}

/// Patterns with names of months, tried in order.
const PATTERNS: [&str; 8] = [
    "%d/%b/%Y:%H:%M:%S %z",
    "%a, %d %b %Y %H:%M:%S %z",
    "%b %d, %Y %I:%M:%S %p",
    "%b %d, %Y %H:%M:%S",
    "%b %d, %Y",
    "%d %b %Y %H:%M:%S",
    "%d %b %Y",
    "%d-%b-%Y %H:%M:%S",
];

/// The format that more than half of the values follow: bad rows are rejected one by one and must not hide it.
pub fn detect<'a>(values: impl Iterator<Item = &'a str>) -> Detected {
    let values: Vec<&str> = values.map(str::trim).filter(|value| !value.is_empty()).collect();
    let most = |fits: &dyn Fn(&str) -> bool| most(&values, fits);
    if most(&|value| iso::parse(value.as_bytes()).is_some()) {
        return Detected::Format(TimeFormat::Iso);
    }
    if most(&is_compact) {
        return Detected::Format(TimeFormat::Compact);
    }
    if let Some(unit) = EpochUnit::ALL.into_iter().find(|unit| most(&|value| unit_of(value) == Some(*unit))) {
        return Detected::Format(TimeFormat::Epoch(unit));
    }
    if most(&|value| numeric::orders(value.as_bytes()).is_some()) {
        return numeric_order(&values);
    }
    let pattern = PATTERNS.iter().filter_map(|text| Pattern::try_new(text)).map(TimeFormat::Pattern);
    let found = pattern.into_iter().find(|format| most(&|value| format.parse(value).is_some()));
    found.map_or(Detected::Unknown, Detected::Format)
}

/// Whether more than half of the values fit.
fn most(values: &[&str], fits: &dyn Fn(&str) -> bool) -> bool {
    values.iter().filter(|value| fits(value)).count() * 2 > values.len()
}

/// Whether at most one value in twenty does not fit. A wrong order of day and month would be believed, not rejected.
fn nearly_all(values: &[&str], fits: &dyn Fn(&str) -> bool) -> bool {
    let fitting = values.iter().filter(|value| fits(value)).count();
    fitting > 0 && (values.len() - fitting) * 20 <= values.len()
}

/// Eight or fourteen digits (or with `T`) that are a day between 1970 and 2100. Eight digits are no other time;
/// fourteen as a number since 1970 would lie before 1971 or after 2600.
fn is_compact(value: &str) -> bool {
    let plausible = matches!(value.len(), 8 | 14..=16) && (value.starts_with("19") || value.starts_with("20"));
    plausible && iso::parse_compact(value.as_bytes()).is_some()
}

fn unit_of(value: &str) -> Option<EpochUnit> {
    let (whole, _) = super::epoch::split(value.as_bytes())?;
    EpochUnit::of_magnitude(whole)
}

fn numeric_order(values: &[&str]) -> Detected {
    let values: Vec<&str> =
        values.iter().copied().filter(|value| numeric::orders(value.as_bytes()).is_some()).collect();
    let values = values.as_slice();
    let day_first = nearly_all(values, &|value| matches!(numeric::orders(value.as_bytes()), Some((true, _))));
    let month_first = nearly_all(values, &|value| matches!(numeric::orders(value.as_bytes()), Some((_, true))));
    let proof = |wanted| values.iter().any(|value| numeric::orders(value.as_bytes()) == Some(wanted));
    match (day_first && proof((true, false)), month_first && proof((false, true))) {
        (true, false) => Detected::Format(TimeFormat::DayFirst),
        (false, true) => Detected::Format(TimeFormat::MonthFirst),
        (false, false) if day_first && month_first => Detected::Ambiguous,
        _ => Detected::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(values: &[&str]) -> String {
        match detect(values.iter().copied()) {
            Detected::Format(format) => format.option().to_owned(),
            Detected::Ambiguous => "ambiguous".to_owned(),
            Detected::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn formats_are_told_apart() {
        for (values, expected) in [
            (&["2019-10-01 00:00:00 UTC"][..], "iso"),
            (&["2024-01-31", "2024-02-01T10:00:00Z"], "iso"),
            (&["1433221332117"], "epoch_ms"),
            (&["1602611311", "1602611312.5"], "epoch_s"),
            (&["1611798022695757"], "epoch_us"),
            (&["20240131", "20240201"], "compact"),
            (&["20240131103000"], "compact"),
            (&["01/02/2024 10:00", "13/02/2024 10:00"], "day_first"),
            (&["01/02/2024 10:00", "02/13/2024 10:00"], "month_first"),
            (&["01/02/2024 10:00"], "ambiguous"),
            (&["13/02/2024", "02/13/2024"], "unknown"),
            (&["10/Oct/2000:13:55:36 -0700"], "%d/%b/%Y:%H:%M:%S %z"),
            (&["Oct 5, 2023 10:00:00"], "%b %d, %Y %H:%M:%S"),
            (&["hello", "5"], "unknown"),
            (&["", "  "], "unknown"),
            (&[], "unknown"),
        ] {
            assert_eq!(option(values), expected, "{values:?}");
        }
    }

    #[test]
    fn bad_values_hide_no_format_that_most_follow() {
        assert_eq!(option(&["2024-01-31", "bad", "2024-02-01"]), "iso");
        assert_eq!(option(&["2024-01-31", "bad"]), "unknown");
        assert_eq!(option(&["13/02/2024", "bad", "14/02/2024"]), "day_first");
        assert_eq!(option(&["13/02/2024", "02/13/2024", "14/02/2024"]), "unknown");
    }
}
