//! When does the data begin and end?
//!
//! One narrow scan of times and flags, before anything else: the data end is the time of the last activity event that is
//! no bot's, unless `--to` or `as_of` says so; without any activity it is the time of the last event. Events without an
//! actor count here like all others. Source: `docs/semantics.md#inputs-rows-time-and-order`.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;
use kundresa_model::actor_source::{ActorBatch, ActorSource, Projection};
use kundresa_model::event_table::EventFlags;
use kundresa_model::spec::request::{Bots, RunSpec};
use kundresa_model::time::{DataEnd, MINUTE_US};
use kundresa_model::zone::ZoneTable;
use rayon::ThreadPool;

use crate::drive::{pool, scan_ranges};
use crate::error::EngineError;
use crate::options::RunOptions;

/// First event that takes part and the data end, UTC microseconds; `None` without events. Reads times and flags only.
///
/// # Errors
/// When events can't be read, or threads not be started.
pub fn time_span(
    source: &dyn ActorSource,
    spec: &RunSpec,
    options: &RunOptions<'_>,
) -> Result<Option<(i64, i64)>, EngineError> {
    let overview = Overview::scan(source, spec.bots, &pool(options)?)?;
    let period = overview.period(spec, &ZoneTable::utc());
    Ok(period.start_us.zip(period.data_end.map(|end| end.at)))
}

/// How the data end was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataEndFrom {
    /// `--to`, exclusive.
    To,
    /// `as_of` of the configuration, inclusive.
    AsOf,
    /// The last activity event that is no bot's.
    LastActivity,
    /// The last event of any kind, for want of activity; also without events.
    LastEvent,
}

impl DataEndFrom {
    /// Name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::To => "to",
            Self::AsOf => "as_of",
            Self::LastActivity => "last_activity",
            Self::LastEvent => "last_event",
        }
    }
}

/// Which events `--bots` leaves out.
#[inline]
pub(crate) fn is_left_out(bots: Bots, flags: u8) -> bool {
    let is_bot = EventFlags(flags).has(EventFlags::BOT);
    match bots {
        Bots::Exclude => is_bot,
        Bots::Include => false,
        Bots::Only => !is_bot,
    }
}

/// Events are counted per quarter of an hour first; zone offsets are whole quarters, so quarters add up to local days.
const QUARTER_US: i64 = 15 * MINUTE_US;

/// Times of a log, or of a part of it.
#[derive(Debug, Default)]
pub(crate) struct Overview {
    /// First event that `--bots` leaves in.
    first_us: Option<i64>,
    last_activity_us: Option<i64>,
    last_us: Option<i64>,
    /// Events that `--bots` leaves in, by quarter of an hour since the epoch.
    quarters: HashMap<i64, u64, FixedState>,
}

impl Overview {
    /// The overview of everything in `source`.
    pub(crate) fn scan(source: &dyn ActorSource, bots: Bots, pool: &ThreadPool) -> Result<Self, EngineError> {
        let narrow = Projection::default();
        let visit = |overview: &mut Self, batch: &ActorBatch<'_>| overview.add(batch, bots);
        let mut all = Self::default();
        for part in scan_ranges(source, &narrow, pool, &Self::default, &visit)? {
            all.merge(part);
        }
        source.visit_unidentified(&narrow, &mut |batch| all.add(batch, bots)).map_err(EngineError::Read)?;
        Ok(all)
    }

    fn add(&mut self, batch: &ActorBatch<'_>, bots: Bots) {
        let human_activity = |flags: u8| flags & (EventFlags::ACTIVITY | EventFlags::BOT) == EventFlags::ACTIVITY;
        let (mut quarter, mut events) = (0, 0);
        for (&ts, &flags) in batch.ts.iter().zip(batch.flags) {
            self.last_us = self.last_us.max(Some(ts));
            if human_activity(flags) {
                self.last_activity_us = self.last_activity_us.max(Some(ts));
            }
            if is_left_out(bots, flags) {
                continue;
            }
            self.first_us = Some(self.first_us.map_or(ts, |first| first.min(ts)));
            if ts.div_euclid(QUARTER_US) != quarter {
                self.count(quarter, events);
                (quarter, events) = (ts.div_euclid(QUARTER_US), 0);
            }
            events += 1;
        }
        self.count(quarter, events);
    }

    fn count(&mut self, quarter: i64, events: u64) {
        if events > 0 {
            *self.quarters.entry(quarter).or_default() += events;
        }
    }

    fn merge(&mut self, other: Self) {
        self.first_us = [self.first_us, other.first_us].into_iter().flatten().min();
        self.last_activity_us = self.last_activity_us.max(other.last_activity_us);
        self.last_us = self.last_us.max(other.last_us);
        other.quarters.into_iter().for_each(|(quarter, events)| self.count(quarter, events));
    }

    /// What follows from the overview under `spec`.
    pub(crate) fn period(&self, spec: &RunSpec, zone: &ZoneTable) -> Period {
        let (data_end, from) = match (spec.to_us, spec.as_of_us, self.last_activity_us) {
            (Some(to), _, _) => (Some(DataEnd::exclusive(to)), DataEndFrom::To),
            (None, Some(as_of), _) => (Some(DataEnd::inclusive(as_of)), DataEndFrom::AsOf),
            (None, None, Some(last)) => (Some(DataEnd::inclusive(last)), DataEndFrom::LastActivity),
            (None, None, None) => (self.last_us.map(DataEnd::inclusive), DataEndFrom::LastEvent),
        };
        let cut = data_end.map_or(i64::MIN, |end| end.cut);
        let mut days = BTreeMap::new();
        for (quarter, events) in &self.quarters {
            let start = quarter.saturating_mul(QUARTER_US);
            if start < cut {
                *days.entry(zone.local_day(start)).or_default() += events;
            }
        }
        Period { data_end, from, start_us: self.first_us.filter(|first| *first < cut), days }
    }
}

/// The time that results speak of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    /// The data end; `None` without events and without one given.
    pub(crate) data_end: Option<DataEnd>,
    /// How it was found.
    pub(crate) from: DataEndFrom,
    /// First event that takes part.
    pub(crate) start_us: Option<i64>,
    /// Events that take part by local day (days since the epoch in the report zone). Days without any are absent.
    pub(crate) days: BTreeMap<i64, u64>,
}

impl Period {
    /// The data end for analyses; without events any will do.
    pub(crate) fn end(&self) -> DataEnd {
        self.data_end.unwrap_or(DataEnd::exclusive(0))
    }
}
