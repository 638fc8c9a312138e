//! Into which calendar buckets does a trend fall?

use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A calendar unit of the report zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarUnit {
    /// A local day of 23, 24 or 25 hours.
    #[default]
    Day,
    /// An ISO week, from Monday.
    Week,
    /// A month.
    Month,
}

/// Local days before 1970-01-01, a Thursday, to the Monday before it.
const MONDAY: i64 = 3;

impl CalendarUnit {
    /// First day of the bucket that the local day `day` is in. Days are counted from 1970-01-01.
    pub fn first_day(self, day: i64) -> i64 {
        match self {
            Self::Day => day,
            Self::Week => day - (day + MONDAY).rem_euclid(7),
            Self::Month => day - i64::from(date(day).day0()),
        }
    }

    /// First day of the bucket after the one that begins with `first`.
    pub fn next_first_day(self, first: i64) -> i64 {
        match self {
            Self::Day => first + 1,
            Self::Week => first + 7,
            // No month is longer than 31 days, and none has fewer than 28.
            Self::Month => self.first_day(first + 31),
        }
    }
}

/// Days outside of the calendar are its nearest.
fn date(day: i64) -> NaiveDate {
    let nearest = if day < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    i32::try_from(day).ok().and_then(NaiveDate::from_epoch_days).unwrap_or(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::date_text;

    fn day(text: &str) -> i64 {
        i64::from(text.parse::<NaiveDate>().expect(text).to_epoch_days())
    }

    #[test]
    fn buckets_begin_on_their_first_day_and_end_where_the_next_begins() {
        for (unit, within, first, next) in [
            (CalendarUnit::Day, "2024-02-29", "2024-02-29", "2024-03-01"),
            (CalendarUnit::Week, "2024-01-01", "2024-01-01", "2024-01-08"),
            (CalendarUnit::Week, "2023-12-31", "2023-12-25", "2024-01-01"),
            (CalendarUnit::Week, "1969-12-31", "1969-12-29", "1970-01-05"),
            (CalendarUnit::Month, "2024-02-29", "2024-02-01", "2024-03-01"),
            (CalendarUnit::Month, "2023-12-31", "2023-12-01", "2024-01-01"),
            (CalendarUnit::Month, "1969-02-03", "1969-02-01", "1969-03-01"),
        ] {
            let start = unit.first_day(day(within));
            assert_eq!((date_text(start).as_str(), date_text(unit.next_first_day(start)).as_str()), (first, next));
        }
    }
}
