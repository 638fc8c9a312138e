//! When does the data begin and end?
//!
//! A source may know, else one narrow scan of times and flags tells, before anything else: the data end is the time of the
//! last activity event that is no bot's, unless `--to` or `as_of` says so; without any activity it is the time of the last
//! event. Events without an actor count here like all others. Source: `docs/semantics.md#inputs-rows-time-and-order`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kundresa_model::actor_source::{ActorBatch, ActorSource, Projection};
use kundresa_model::event_table::EventFlags;
use kundresa_model::event_times::{EventTimes, QUARTER_US, Times};
use kundresa_model::spec::request::{Bots, RunSpec};
use kundresa_model::time::DataEnd;
use kundresa_model::zone::ZoneTable;
use rayon::ThreadPool;

use crate::drive::{pool, scan_ranges};
use crate::error::EngineError;
use crate::options::RunOptions;

/// First event that takes part and the data end, UTC microseconds; `None` without events. Reads times and flags at most.
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

/// Times of a log under `--bots`.
#[derive(Debug)]
pub(crate) struct Overview<'a> {
    times: Cow<'a, EventTimes>,
    bots: Bots,
}

impl<'a> Overview<'a> {
    /// The overview of everything in `source`, which is read only if it does not know its times.
    pub(crate) fn scan(source: &'a dyn ActorSource, bots: Bots, pool: &ThreadPool) -> Result<Self, EngineError> {
        let times = match source.event_times() {
            Some(times) => Cow::Borrowed(times),
            None => Cow::Owned(read_times(source, pool)?),
        };
        Ok(Self { times, bots })
    }

    /// Times of the events that `--bots` leaves in.
    fn left_in(&self) -> impl Iterator<Item = &Times> {
        let EventTimes { people, bots } = &*self.times;
        let each = [(people, self.bots != Bots::Only), (bots, self.bots != Bots::Exclude)];
        each.into_iter().filter(|(_, is_in)| *is_in).map(|(times, _)| times)
    }

    /// Whether all events take part, as long as they lie before `cut`.
    pub(crate) fn lets_all_take_part(&self, cut: i64) -> bool {
        let EventTimes { people, bots } = &*self.times;
        let is_whole = match self.bots {
            Bots::Exclude => bots.last_us.is_none(),
            Bots::Include => true,
            Bots::Only => people.last_us.is_none(),
        };
        is_whole && people.last_us.max(bots.last_us).is_none_or(|last| last < cut)
    }

    /// What follows from the overview under `spec`.
    pub(crate) fn period(&self, spec: &RunSpec, zone: &ZoneTable) -> Period {
        let last_us = self.times.people.last_us.max(self.times.bots.last_us);
        let (data_end, from) = match (spec.to_us, spec.as_of_us, self.times.people.last_activity_us) {
            (Some(to), _, _) => (Some(DataEnd::exclusive(to)), DataEndFrom::To),
            (None, Some(as_of), _) => (Some(DataEnd::inclusive(as_of)), DataEndFrom::AsOf),
            (None, None, Some(last)) => (Some(DataEnd::inclusive(last)), DataEndFrom::LastActivity),
            (None, None, None) => (last_us.map(DataEnd::inclusive), DataEndFrom::LastEvent),
        };
        let cut = data_end.map_or(i64::MIN, |end| end.cut);
        let mut days = BTreeMap::new();
        for (quarter, events) in self.left_in().flat_map(|times| times.quarters.iter()) {
            let start = quarter.saturating_mul(QUARTER_US);
            if start < cut {
                *days.entry(zone.local_day(start)).or_default() += events;
            }
        }
        let first_us = self.left_in().filter_map(|times| times.first_us).min();
        Period { data_end, from, start_us: first_us.filter(|first| *first < cut), days }
    }
}

/// One narrow scan of times and flags.
fn read_times(source: &dyn ActorSource, pool: &ThreadPool) -> Result<EventTimes, EngineError> {
    let narrow = Projection::default();
    let visit = |times: &mut EventTimes, batch: &ActorBatch<'_>| times.add(batch.ts, batch.flags);
    let mut all = EventTimes::default();
    for part in scan_ranges(source, &narrow, pool, &EventTimes::default, &visit)? {
        all.merge(&part);
    }
    source.visit_unidentified(&narrow, &mut |batch| all.add(batch.ts, batch.flags)).map_err(EngineError::Read)?;
    Ok(all)
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
