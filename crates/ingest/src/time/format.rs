//! In which format does a source write its times?

use chrono::format::{Item, Parsed, StrftimeItems, parse};

use super::{EpochUnit, Written, iso, numeric};
use crate::error::IngestError;

/// A pinned format of times.
#[derive(Clone, Debug, PartialEq)]
pub enum TimeFormat {
    /// A number since 1970.
    Epoch(EpochUnit),
    /// A number since 1970 that was made of the clock of some zone as if it were UTC.
    LocalEpoch(EpochUnit),
    /// `2024-01-31T10:00:00.123+01:00` and its kin; zone and time of day may be absent.
    Iso,
    /// `20240131` or `20240131103000`.
    Compact,
    /// `31/12/2024 10:00`.
    DayFirst,
    /// `12/31/2024 10:00`.
    MonthFirst,
    /// A pattern in the notation of strftime.
    Pattern(Pattern),
}

/// A parsed strftime pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    text: String,
    items: Vec<Item<'static>>,
}

impl Pattern {
    pub(crate) fn try_new(text: &str) -> Option<Self> {
        let items: Vec<Item<'static>> = StrftimeItems::new(text).map(Item::to_owned).collect();
        let usable = !items.contains(&Item::Error)
            && items.iter().any(|item| {
                !matches!(item, Item::Literal(_) | Item::Space(_) | Item::OwnedLiteral(_) | Item::OwnedSpace(_))
            });
        usable.then(|| Self { text: text.to_owned(), items })
    }

    fn parse(&self, text: &str) -> Option<Written> {
        let mut parsed = Parsed::new();
        parse(&mut parsed, text, self.items.iter()).ok()?;
        let offset_us = parsed.offset().map(|seconds| i64::from(seconds) * 1_000_000);
        if let Some(timestamp) = parsed.timestamp().filter(|_| parsed.to_naive_date().is_err()) {
            let fraction = i64::from(parsed.nanosecond().unwrap_or(0) / 1_000);
            return Some(Written {
                local_us: timestamp.checked_mul(1_000_000)?.checked_add(fraction)?,
                offset_us: Some(0),
                date_only: false,
            });
        }
        let date = parsed.to_naive_date().ok()?;
        let (time, date_only) = match parsed.to_naive_time() {
            Ok(time) => (time, false),
            Err(_) if parsed.hour_mod_12().is_some() => return None,
            Err(_) => (chrono::NaiveTime::MIN, true),
        };
        Some(Written { local_us: date.and_time(time).and_utc().timestamp_micros(), offset_us, date_only })
    }
}

impl TimeFormat {
    /// The format that the configuration names.
    ///
    /// # Errors
    /// When it is neither a known word nor a pattern.
    pub fn from_option(text: &str) -> Result<Self, IngestError> {
        if let Some(unit) = EpochUnit::ALL.into_iter().find(|unit| unit.option() == text) {
            return Ok(Self::Epoch(unit));
        }
        if let Some(unit) = EpochUnit::ALL.into_iter().find(|unit| unit.local_option() == text) {
            return Ok(Self::LocalEpoch(unit));
        }
        match text {
            "iso" => Ok(Self::Iso),
            "compact" => Ok(Self::Compact),
            "day_first" => Ok(Self::DayFirst),
            "month_first" => Ok(Self::MonthFirst),
            _ => Pattern::try_new(text).filter(|_| text.contains('%')).map(Self::Pattern).ok_or_else(|| {
                IngestError::BadConfig {
                    key: "time.format".into(),
                    value: text.into(),
                    reason: "allowed: iso, epoch_s, epoch_ms, epoch_us, epoch_ns, local_epoch_s and so on, compact, day_first, month_first, or a pattern such as %d/%m/%Y %H:%M:%S".into(),
                }
            }),
        }
    }

    /// The format as the configuration writes it.
    pub fn option(&self) -> &str {
        match self {
            Self::Epoch(unit) => unit.option(),
            Self::LocalEpoch(unit) => unit.local_option(),
            Self::Iso => "iso",
            Self::Compact => "compact",
            Self::DayFirst => "day_first",
            Self::MonthFirst => "month_first",
            Self::Pattern(pattern) => &pattern.text,
        }
    }

    /// The unit of numbers since 1970.
    pub(crate) fn unit(&self) -> Option<EpochUnit> {
        match self {
            Self::Epoch(unit) | Self::LocalEpoch(unit) => Some(*unit),
            _ => None,
        }
    }

    /// The same format of numbers in another unit.
    pub(crate) fn in_unit(&self, unit: EpochUnit) -> Self {
        match self {
            Self::LocalEpoch(_) => Self::LocalEpoch(unit),
            _ => Self::Epoch(unit),
        }
    }

    /// The format in words.
    pub fn words(&self) -> String {
        match self {
            Self::Epoch(unit) => unit.words().to_owned(),
            Self::LocalEpoch(unit) => format!("{} by the clock of the zone", unit.words().trim_end_matches(" (UTC)")),
            Self::Iso => "ISO date and time".to_owned(),
            Self::Compact => "YYYYMMDD with or without HHMMSS".to_owned(),
            Self::DayFirst => "day, month, year".to_owned(),
            Self::MonthFirst => "month, day, year".to_owned(),
            Self::Pattern(pattern) => format!("pattern {}", pattern.text),
        }
    }

    /// The time that `text` writes in this format.
    pub(crate) fn parse(&self, text: &str) -> Option<Written> {
        let bytes = text.as_bytes();
        match self {
            Self::Epoch(unit) => {
                let local_us = unit.parse(bytes)?;
                Some(Written { local_us, offset_us: Some(0), date_only: false })
            }
            Self::LocalEpoch(unit) => Some(Written { local_us: unit.parse(bytes)?, offset_us: None, date_only: false }),
            Self::Iso => iso::parse(bytes),
            Self::Compact => iso::parse_compact(bytes),
            Self::DayFirst => numeric::parse(bytes, true),
            Self::MonthFirst => numeric::parse(bytes, false),
            Self::Pattern(pattern) => pattern.parse(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(format: &str, text: &str) -> Option<i64> {
        let written = TimeFormat::from_option(format).unwrap().parse(text)?;
        Some(written.local_us - written.offset_us.unwrap_or(0))
    }

    #[test]
    fn patterns_read_clock_offset_and_plain_dates() {
        let expected = iso::parse(b"2000-10-10 20:55:36").map(|written| written.local_us);
        assert_eq!(utc("%d/%b/%Y:%H:%M:%S %z", "10/Oct/2000:13:55:36 -0700"), expected);
        assert_eq!(utc("%d.%m.%Y %H.%M.%S", "10.10.2000 20.55.36"), expected);
        assert_eq!(utc("%s", "971211336"), expected);
        assert!(TimeFormat::from_option("%d %B %Y").unwrap().parse("1 March 2024").unwrap().date_only);
        assert_eq!(utc("%d/%m/%Y %H:%M", "31/02/2024 10:00"), None);
    }

    #[test]
    fn local_epochs_carry_no_zone() {
        let format = TimeFormat::from_option("local_epoch_s").unwrap();
        let written = format.parse("971211336").unwrap();
        assert_eq!((written.local_us, written.offset_us), (971_211_336_000_000, None));
        assert_eq!(TimeFormat::from_option(format.option()).unwrap(), format);
    }

    #[test]
    fn unknown_format_lists_what_is_allowed() {
        for text in ["", "ISO8601", "%Q", "YYYY-MM-DD"] {
            let error = TimeFormat::from_option(text).unwrap_err().to_string();
            assert!(error.contains("epoch_ms"), "{error}");
        }
    }
}
