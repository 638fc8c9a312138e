//! What shop is asked for?

use chrono::NaiveDate;

use crate::variety::Variety;

/// A web shop to make up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopSpec {
    /// About how many events to write, within some per cent, since visits are never cut short to hit the number. Rows that
    /// only GA4 makes up come on top, so that all formats hold the same shop.
    pub events: u64,
    /// Same seed, same rows.
    pub seed: u64,
    /// First local day of the shop (zone [`crate::ZONE`]).
    pub start: NaiveDate,
    /// Number of local days, at least 1.
    pub days: u32,
    /// Actors with hundreds of times the events of others; together they write about 5 % of the events.
    pub heavy_actors: u64,
    /// Further pages and channels, in the flat CSV only.
    pub variety: Variety,
}

impl ShopSpec {
    /// A shop of about `events` events over 30 days.
    pub fn of(events: u64, seed: u64) -> Self {
        let start = NaiveDate::from_ymd_opt(2024, 3, 1).expect("the day is in the calendar");
        Self { events, seed, start, days: 30, heavy_actors: 2 + events / 1_000_000, variety: Variety::default() }
    }
}

/// In which export format the events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutputFormat {
    /// GA4 BigQuery export, one `events_YYYYMMDD.json.gz` of newline-delimited JSON per local day.
    Ga4Json,
    /// GA4 BigQuery export, one nested `events_YYYYMMDD.parquet` per local day.
    Ga4Parquet,
    /// One flat `events.csv`.
    Csv,
}

impl OutputFormat {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Ga4Json, Self::Ga4Parquet, Self::Csv];

    /// Name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ga4Json => "ga4-json",
            Self::Ga4Parquet => "ga4-parquet",
            Self::Csv => "csv",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}
