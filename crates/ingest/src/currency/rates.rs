//! What was a currency worth on a day?
//!
//! Two tables are read. A long one has the columns `date`, `currency` and `rate` under a header, in any order: one unit of
//! `currency` was `rate` units of the base. The wide one is that of the European Central Bank, `Date,USD,JPY,…`: one euro
//! was so many units of each; other bases than the euro are computed by way of it. Between two days with a rate the earlier
//! holds, for so many days.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use csv::{ReaderBuilder, StringRecord};
use twox_hash::XxHash3_128;

use super::ratio::{Decimal, Ratio};
use crate::time::days_from_civil;

/// What the wide table counts in.
const EURO: &str = "EUR";
/// How tables write that there is no rate.
const NONE: [&str; 4] = ["", "N/A", "NA", "-"];
/// Most bytes of a table.
const MOST_BYTES: u64 = 256 << 20;

/// Why a table of rates can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct BadRates {
    /// The file, with the line from 1 where that is known.
    pub place: String,
    /// What is wrong, and what was expected.
    pub reason: String,
}

/// Rates by currency and day.
#[derive(Debug)]
pub struct Rates {
    base: String,
    days_back: i64,
    is_wide: bool,
    /// Per currency its rates in the order of days.
    quotes: BTreeMap<String, Vec<(i64, Decimal)>>,
    hash: String,
}

impl Rates {
    /// The table in a file. Rates hold for `days_back` days after their own.
    ///
    /// # Errors
    /// With file and line of what is no rate, or is one twice.
    pub fn read(path: &Path, base: &str, days_back: u16) -> Result<Self, BadRates> {
        let place = path.display().to_string();
        let wrong = |reason: String| BadRates { place: place.clone(), reason };
        let hint = "hint: `rates` in [currency] is relative to the configuration";
        let file =
            std::fs::File::open(path).map_err(|error| wrong(format!("can't read the rates: {error}\n{hint}")))?;
        let mut bytes = Vec::new();
        let read = file.take(MOST_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| wrong(format!("can't read the rates: {error}")))?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(wrong("a table of rates has at most 256 MiB".to_owned()));
        }
        Self::parse(&bytes, &place, base, days_back)
    }

    fn parse(bytes: &[u8], place: &str, base: &str, days_back: u16) -> Result<Self, BadRates> {
        let wrong = |line: u64, reason: String| BadRates { place: format!("{place}:{line}"), reason };
        let base = code(base).ok_or_else(|| BadRates {
            place: "[currency]".to_owned(),
            reason: format!("base = `{base}` is no code of a currency, expected three letters such as EUR"),
        })?;
        let hash = format!("xxh3-128:{:032x}", XxHash3_128::oneshot(bytes));
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader =
            ReaderBuilder::new().flexible(true).delimiter(delimiter(text)).trim(csv::Trim::All).from_reader(text);
        let header = reader.headers().cloned().map_err(|error| wrong(1, error.to_string()))?;
        let columns = Columns::of(&header).map_err(|reason| wrong(1, reason))?;
        let mut rates = Self {
            base,
            days_back: days_back.into(),
            is_wide: matches!(columns, Columns::Wide(_)),
            quotes: BTreeMap::new(),
            hash,
        };
        let mut seen = BTreeMap::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                let line = error.position().map_or(0, csv::Position::line);
                wrong(line, error.to_string())
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            for (day, currency, rate) in columns.rates(&record).map_err(|reason| wrong(line, reason))? {
                if let Some(first) = seen.insert((currency.clone(), day), line) {
                    let reason = format!("a second rate of {currency} for this day; the first is in line {first}");
                    return Err(wrong(line, reason));
                }
                rates.quotes.entry(currency).or_default().push((day, rate));
            }
        }
        rates.checked(place)
    }

    fn checked(mut self, place: &str) -> Result<Self, BadRates> {
        self.quotes.values_mut().for_each(|quotes| quotes.sort_unstable_by_key(|(day, _)| *day));
        let wrong = |reason: String| Err(BadRates { place: place.to_owned(), reason });
        match self.quotes.is_empty() {
            true => wrong("the table has no rates".to_owned()),
            false if self.is_wide && self.base != EURO && !self.quotes.contains_key(&self.base) => {
                wrong(format!("the table counts in EUR and has no column for the base {}", self.base))
            }
            false => Ok(self),
        }
    }

    /// Content hash of the file, `xxh3-128:` and 32 hex digits.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The currency that amounts become.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What one unit of `currency` was in the base on a day since 1970.
    pub(super) fn on(&self, currency: &str, day: i64) -> Option<Ratio> {
        let currency = code(currency)?;
        if currency == self.base {
            return Ratio::of(Decimal::ONE, Decimal::ONE);
        }
        match self.is_wide {
            false => Ratio::of(self.quote(&currency, day)?, Decimal::ONE),
            true => Ratio::of(self.quote(&self.base, day)?, self.quote(&currency, day)?),
        }
    }

    /// The latest rate on the day or not too long before.
    fn quote(&self, currency: &str, day: i64) -> Option<Decimal> {
        if self.is_wide && currency == EURO {
            return Some(Decimal::ONE);
        }
        let quotes = self.quotes.get(currency)?;
        let (of, rate) = quotes[..quotes.partition_point(|(of, _)| *of <= day)].last()?;
        (day - of <= self.days_back).then_some(*rate)
    }
}

/// Three letters in capitals.
fn code(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic())).then(|| text.to_ascii_uppercase())
}

/// The separator that the first line has most of.
fn delimiter(text: &[u8]) -> u8 {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|wanted| count(*wanted)).unwrap_or(b',')
}

/// Which column says what.
enum Columns {
    Long {
        date: usize,
        currency: usize,
        rate: usize,
    },
    /// Currencies with their columns; the date comes first.
    Wide(Vec<(usize, String)>),
}

impl Columns {
    fn of(header: &StringRecord) -> Result<Self, String> {
        let place = |name: &str| header.iter().position(|column| column.eq_ignore_ascii_case(name));
        if let (Some(date), Some(currency), Some(rate)) = (place("date"), place("currency"), place("rate")) {
            return Ok(Self::Long { date, currency, rate });
        }
        let expected = "expected the columns date, currency and rate, or Date and a column for each currency";
        if place("date") != Some(0) {
            return Err(format!("this is no table of rates: {expected}"));
        }
        let mut currencies: Vec<(usize, String)> = Vec::new();
        for (index, name) in header.iter().enumerate().skip(1).filter(|(_, name)| !name.is_empty()) {
            let currency = code(name).ok_or_else(|| format!("`{name}` is no code of a currency; {expected}"))?;
            if currencies.iter().any(|(_, known)| *known == currency) {
                return Err(format!("{currency} has two columns"));
            }
            currencies.push((index, currency));
        }
        if currencies.is_empty() {
            Err(format!("this is no table of rates: {expected}"))
        } else {
            Ok(Self::Wide(currencies))
        }
    }

    /// The rates of a line.
    fn rates(&self, record: &StringRecord) -> Result<Vec<(i64, String, Decimal)>, String> {
        let cell = |index: usize| record.get(index).unwrap_or_default();
        let number = |text: &str| {
            Decimal::parse(text).ok_or_else(|| {
                format!("`{text}` is no rate, expected a positive number such as 1.0837, with a point and at most 12 decimals")
            })
        };
        match self {
            Self::Long { date, currency, rate } => {
                let name = cell(*currency);
                let currency = code(name)
                    .ok_or_else(|| format!("`{name}` is no code of a currency, expected three letters such as USD"))?;
                Ok(vec![(day(cell(*date))?, currency, number(cell(*rate))?)])
            }
            Self::Wide(currencies) => {
                let day = day(cell(0))?;
                let filled = currencies.iter().filter(|(index, _)| !NONE.contains(&cell(*index)));
                filled.map(|(index, currency)| Ok((day, currency.clone(), number(cell(*index))?))).collect()
            }
        }
    }
}

/// Days since 1970 of `2024-01-31`, or of `31 January 2024` as the table of one day has it.
fn day(text: &str) -> Result<i64, String> {
    let date = ["%Y-%m-%d", "%d %B %Y"].into_iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok());
    let days = date.and_then(|date| days_from_civil(date.year().into(), date.month().into(), date.day().into()));
    days.ok_or_else(|| format!("`{text}` is no date, expected one such as 2024-01-31"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ECB: &str = "Date,USD,JPY,SEK,\n2024-01-31,1.0837,160.19,11.2325,\n2024-01-30,1.0846,159.97,N/A,\n";
    const LONG: &str = "date,currency,rate\n2024-01-31,USD,0.92\n2024-01-29,usd,0.925\n2024-01-31,SEK,0.089\n";

    fn rates(text: &str, base: &str) -> Result<Rates, BadRates> {
        Rates::parse(text.as_bytes(), "rates.csv", base, 7)
    }

    fn converted(text: &str, base: &str, currency: &str, date: &str, micros: i64) -> Option<i64> {
        rates(text, base).unwrap().on(currency, day(date).unwrap())?.times(micros)
    }

    #[test]
    fn a_long_table_says_what_a_unit_is_in_the_base() {
        let euros = |currency: &str, date: &str| converted(LONG, "EUR", currency, date, 100_000_000);
        assert_eq!(euros("USD", "2024-01-31"), Some(92_000_000));
        assert_eq!(euros("usd", "2024-01-30"), Some(92_500_000), "the last rate before holds");
        assert_eq!(euros("USD", "2024-02-07"), Some(92_000_000), "for seven days");
        assert_eq!(euros("USD", "2024-02-08"), None);
        assert_eq!(euros("USD", "2024-01-28"), None, "never one that comes later");
        assert_eq!(euros("EUR", "1999-01-01"), Some(100_000_000));
        assert_eq!(euros("GBP", "2024-01-31"), None);
    }

    #[test]
    fn the_table_of_the_ecb_says_what_a_euro_is() {
        assert_eq!(converted(ECB, "EUR", "USD", "2024-01-31", 1_083_700), Some(1_000_000));
        assert_eq!(converted(ECB, "EUR", "USD", "2024-01-31", 1_000_000), Some(922_765));
        assert_eq!(converted(ECB, "USD", "EUR", "2024-01-31", 1_000_000), Some(1_083_700));
        assert_eq!(converted(ECB, "USD", "JPY", "2024-01-30", 159_970_000), Some(1_084_600));
        assert_eq!(converted(ECB, "EUR", "SEK", "2024-01-30", 1), None, "not known on that day");
    }

    #[test]
    fn the_table_of_one_day_is_read_too() {
        let text = "Date, USD, JPY\n31 January 2024, 1.0837, 160.19\n";
        assert_eq!(converted(text, "EUR", "USD", "2024-01-31", 1_083_700), Some(1_000_000));
    }

    #[test]
    fn what_is_no_rate_is_refused_with_its_line() {
        for (text, expected) in [
            ("date,currency,rate\n2024-01-31,USD,0.9\n2024-01-31,USD,0.8\n", "rates.csv:3: a second rate of USD"),
            ("date,currency,rate\n2024-01-31,USD,-1\n", "rates.csv:2: `-1` is no rate"),
            ("date;currency;rate\n2024-01-31;USD;0,9\n", "rates.csv:2: `0,9` is no rate"),
            ("date,currency,rate\nyesterday,USD,1\n", "rates.csv:2: `yesterday` is no date"),
            ("date,currency,rate\n2024-02-30,USD,1\n", "rates.csv:2: `2024-02-30` is no date"),
            ("date,currency,rate\n2024-01-31,dollar,1\n", "rates.csv:2: `dollar` is no code"),
            ("day,usd\n", "rates.csv:1: this is no table of rates"),
            ("Date,USD,USD\n", "rates.csv:1: USD has two columns"),
            ("Date,dollars\n", "rates.csv:1: `dollars` is no code"),
            ("date,currency,rate\n", "rates.csv: the table has no rates"),
            ("", "rates.csv:1: this is no table of rates"),
        ] {
            let message = rates(text, "EUR").unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}");
        }
        let message = rates(ECB, "NOK").unwrap_err().to_string();
        assert!(message.contains("no column for the base NOK"), "{message}");
        assert!(rates(ECB, "euro").unwrap_err().to_string().contains("three letters"));
    }

    #[test]
    fn rates_are_known_by_their_bytes() {
        assert!(rates(ECB, "EUR").unwrap().hash().starts_with("xxh3-128:"));
        assert_ne!(rates(ECB, "EUR").unwrap().hash(), rates(LONG, "EUR").unwrap().hash());
    }
}
