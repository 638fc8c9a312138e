//! When did the events of a log happen, so that its begin, its end and its days are known without reading it again?
//!
//! Counts are kept per quarter of an hour: zone offsets are whole quarters, so quarters add up to local days of any zone.
//! Bots and all others are told apart, since a run may leave out either.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event_table::EventFlags;
use crate::time::MINUTE_US;

/// A quarter of an hour in microseconds.
pub const QUARTER_US: i64 = 15 * MINUTE_US;

/// Most quarters that are counted in one row of numbers, about fifteen years; those farther away are looked up.
const WINDOW: i64 = 1 << 19;

/// Most quarters with events that are worth writing down: more than seven years of them.
const MOST_WRITTEN: usize = 1 << 18;

/// Times of all events of a log, or of a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventTimes {
    /// Of events that are no bot's.
    pub people: Times,
    /// Of bots' events.
    pub bots: Times,
}

/// Times of some events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// First event, UTC microseconds.
    pub first_us: Option<i64>,
    /// Last event.
    pub last_us: Option<i64>,
    /// Last event with activity.
    pub last_activity_us: Option<i64>,
    /// Events by quarter of an hour.
    pub quarters: Quarters,
}

/// Events by quarter of an hour since the epoch.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quarters {
    /// Quarter of the first of `near`.
    first: i64,
    near: Vec<u64>,
    far: BTreeMap<i64, u64>,
}

impl EventTimes {
    /// Adds events with those times and [`EventFlags`].
    pub fn add(&mut self, ts: &[i64], flags: &[u8]) {
        let Some((first, last)) = bounds(ts) else { return };
        let (every, any) = flags.iter().fold((u8::MAX, 0), |(every, any), flags| (every & flags, any | flags));
        self.people.quarters.cover(quarter(first), quarter(last));
        if any & EventFlags::BOT == 0 && every & EventFlags::ACTIVITY != 0 {
            self.people.extend(Some(first), Some(last), Some(last));
            ts.iter().for_each(|&ts| self.people.quarters.add(quarter(ts), 1));
        } else {
            self.add_mixed(ts, flags);
        }
    }

    fn add_mixed(&mut self, ts: &[i64], flags: &[u8]) {
        for (&ts, &flags) in ts.iter().zip(flags) {
            let times = if flags & EventFlags::BOT == 0 { &mut self.people } else { &mut self.bots };
            times.extend(Some(ts), Some(ts), (flags & EventFlags::ACTIVITY != 0).then_some(ts));
            times.quarters.add(quarter(ts), 1);
        }
    }

    /// Whether writing them down takes little room beside the events of years.
    pub fn is_short(&self) -> bool {
        [&self.people, &self.bots].iter().all(|times| times.quarters.iter().count() <= MOST_WRITTEN)
    }

    /// Adds those of another part of the log.
    pub fn merge(&mut self, other: &Self) {
        self.people.merge(&other.people);
        self.bots.merge(&other.bots);
    }
}

impl Times {
    fn extend(&mut self, first: Option<i64>, last: Option<i64>, last_activity: Option<i64>) {
        self.first_us = [self.first_us, first].into_iter().flatten().min();
        self.last_us = self.last_us.max(last);
        self.last_activity_us = self.last_activity_us.max(last_activity);
    }

    fn merge(&mut self, other: &Self) {
        self.extend(other.first_us, other.last_us, other.last_activity_us);
        if let Some((first, last)) = other.quarters.bounds() {
            self.quarters.cover(first, last);
        }
        other.quarters.iter().for_each(|(quarter, events)| self.quarters.add(quarter, events));
    }
}

impl Quarters {
    /// Quarters with events and how many, in no order; a quarter may come twice.
    pub fn iter(&self) -> impl Iterator<Item = (i64, u64)> {
        let near = (self.first..).zip(&self.near).filter(|(_, events)| **events > 0);
        near.chain(self.far.iter().map(|(quarter, events)| (*quarter, events)))
            .map(|(quarter, events)| (quarter, *events))
    }

    #[inline]
    fn add(&mut self, quarter: i64, events: u64) {
        // No time is so early or late that the difference of two quarters would not fit.
        match usize::try_from(quarter.wrapping_sub(self.first)).ok().and_then(|place| self.near.get_mut(place)) {
            Some(count) => *count += events,
            None => self.add_far(quarter, events),
        }
    }

    #[inline(never)]
    fn add_far(&mut self, quarter: i64, events: u64) {
        *self.far.entry(quarter).or_default() += events;
    }

    fn bounds(&self) -> Option<(i64, i64)> {
        let quarters = || self.iter().map(|(quarter, _)| quarter);
        quarters().min().zip(quarters().max())
    }

    /// Makes room for the quarters from `first` to `last` in one row with those before, unless that row would be too long.
    fn cover(&mut self, first: i64, last: i64) {
        let end = |first: i64, places: usize| first.saturating_add(i64::try_from(places).unwrap_or(i64::MAX));
        let (first, after) = if self.near.is_empty() {
            (first, last.saturating_add(1))
        } else {
            (first.min(self.first), last.saturating_add(1).max(end(self.first, self.near.len())))
        };
        let places = after.saturating_sub(first);
        let Some(places) = usize::try_from(places).ok().filter(|_| places <= WINDOW) else { return };
        if self.near.is_empty() {
            self.first = first;
        }
        if first < self.first {
            let more = usize::try_from(self.first - first).unwrap_or(0);
            self.near.splice(..0, std::iter::repeat_n(0, more));
            self.first = first;
        }
        self.near.resize(places, 0);
    }

    fn sorted(&self) -> BTreeMap<i64, u64> {
        let mut all = BTreeMap::new();
        self.iter().for_each(|(quarter, events)| *all.entry(quarter).or_default() += events);
        all
    }
}

impl PartialEq for Quarters {
    fn eq(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }
}

impl Eq for Quarters {}

/// Stretches of quarters that follow each other, as `first count count …`, joined by `;`.
impl From<Quarters> for String {
    fn from(quarters: Quarters) -> Self {
        let (mut written, mut next) = (Self::new(), None);
        for (quarter, events) in quarters.sorted() {
            if next != Some(quarter) {
                written.push_str(if next.is_some() { ";" } else { "" });
                written.push_str(&quarter.to_string());
            }
            written.push(' ');
            written.push_str(&events.to_string());
            next = quarter.checked_add(1);
        }
        written
    }
}

/// What was read is no list of quarters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("events by quarter of an hour make no sense")]
pub struct NoQuarters;

impl TryFrom<String> for Quarters {
    type Error = NoQuarters;

    fn try_from(written: String) -> Result<Self, NoQuarters> {
        let mut quarters = Self::default();
        for stretch in written.split(';').filter(|stretch| !stretch.is_empty()) {
            let mut words = stretch.split(' ');
            let first: i64 = words.next().unwrap_or_default().parse().map_err(|_| NoQuarters)?;
            let counts = words.map(str::parse).collect::<Result<Vec<u64>, _>>().map_err(|_| NoQuarters)?;
            let count = i64::try_from(counts.len()).map_err(|_| NoQuarters)?;
            let last = first.checked_add(count).ok_or(NoQuarters)?;
            if first < quarter(i64::MIN) || last > quarter(i64::MAX) + 1 {
                return Err(NoQuarters);
            }
            quarters.cover(first, last);
            (first..).zip(counts).for_each(|(quarter, events)| quarters.add(quarter, events));
        }
        Ok(quarters)
    }
}

#[inline]
fn quarter(ts: i64) -> i64 {
    ts.div_euclid(QUARTER_US)
}

fn bounds(ts: &[i64]) -> Option<(i64, i64)> {
    let first = *ts.first()?;
    Some(ts.iter().fold((first, first), |(low, high), &ts| (low.min(ts), high.max(ts))))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// The slow, obvious way.
    fn counted(events: &[(i64, u8)], is_bot: bool) -> (Times, BTreeMap<i64, u64>) {
        let own = || events.iter().filter(|(_, flags)| (flags & EventFlags::BOT != 0) == is_bot);
        let mut quarters = BTreeMap::new();
        own().for_each(|(ts, _)| *quarters.entry(ts.div_euclid(QUARTER_US)).or_default() += 1);
        let active = own().filter(|(_, flags)| flags & EventFlags::ACTIVITY != 0);
        let times = Times {
            first_us: own().map(|(ts, _)| *ts).min(),
            last_us: own().map(|(ts, _)| *ts).max(),
            last_activity_us: active.map(|(ts, _)| *ts).max(),
            quarters: Quarters::default(),
        };
        (times, quarters)
    }

    fn event() -> impl Strategy<Value = (i64, u8)> {
        let near = -400..400_i64;
        let ts = prop_oneof![20 => near.prop_map(|quarters| quarters * 600_000_000), 1 => any::<i64>()];
        let flags = prop_oneof![3 => Just(EventFlags::ACTIVITY), 1 => any::<u8>()];
        (ts, flags)
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_whole_and_survive_writing(parts in vec(vec(event(), 0..20), 0..5)) {
            let mut all = EventTimes::default();
            for (number, part) in parts.iter().enumerate() {
                let (ts, flags): (Vec<i64>, Vec<u8>) = part.iter().copied().unzip();
                let mut own = if number % 2 == 0 { std::mem::take(&mut all) } else { EventTimes::default() };
                own.add(&ts, &flags);
                all.merge(&own);
            }
            let events = parts.concat();
            let read: EventTimes = serde_json::from_str(&serde_json::to_string(&all).unwrap()).unwrap();
            prop_assert_eq!(&read, &all);
            for (is_bot, found) in [(false, &read.people), (true, &read.bots)] {
                let (times, quarters) = counted(&events, is_bot);
                prop_assert_eq!(found.quarters.sorted(), quarters);
                prop_assert_eq!(&Times { quarters: Quarters::default(), ..found.clone() }, &times);
            }
        }
    }

    #[test]
    fn what_is_no_list_of_quarters_is_refused() {
        for written in ["x", "5 -1", "5 1;", "5 1; 7 2", "9223372036854775807 1", ";;"] {
            let read = Quarters::try_from(written.to_owned());
            assert_eq!(read.is_ok(), ["5 1;", ";;"].contains(&written), "{written}");
        }
    }
}
