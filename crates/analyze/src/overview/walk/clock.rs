//! Which day is it, and what was counted on it?

use kundresa_model::zone::ZoneTable;

use super::super::tally::{EventTally, OverviewPartial};
use crate::keyed::Tally;

/// The day at hand, and what was counted on it.
pub(in super::super) struct Clock<'a> {
    pub(super) zone: &'a ZoneTable,
    pub(in super::super) day: i64,
    pub(in super::super) around: std::ops::Range<i64>,
    pub(super) users: u64,
    pub(super) events: EventTally,
}

impl<'a> Clock<'a> {
    pub(super) fn new(zone: &'a ZoneTable) -> Self {
        Self { zone, day: 0, around: 0..0, users: 0, events: EventTally::default() }
    }

    /// The day of `ts`; what was counted on another day goes to `partial`.
    #[inline]
    pub(in super::super) fn turn_to(&mut self, ts: i64, partial: &mut OverviewPartial) -> i64 {
        if !self.around.contains(&ts) {
            self.flush(partial);
            (self.day, self.around) = self.zone.local_day_around(ts);
        }
        self.day
    }

    pub(super) fn flush(&mut self, partial: &mut OverviewPartial) {
        if self.events.events > 0 {
            let day = partial.days.at(self.day);
            day.users += std::mem::take(&mut self.users);
            day.events.add(std::mem::take(&mut self.events));
        }
    }
}
