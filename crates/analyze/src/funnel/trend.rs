//! In which calendar bucket did a unit enter?

use kundresa_model::result::funnel::{FunnelTrend, TrendBucket};
use kundresa_model::spec::calendar::CalendarUnit;
use kundresa_model::spec::funnel::Window;
use kundresa_model::time::{DAY_US, DataEnd};
use kundresa_model::zone::{ZoneTable, date_text};

use super::levels::Levels;
use crate::keyed::Keyed;

/// Buckets beyond which empty ones are left out: 100 years of days.
const MOST_BUCKETS: usize = 36_525;

/// Calendar buckets of the report zone.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    pub(crate) unit: CalendarUnit,
    pub(crate) zone: ZoneTable,
}

impl Calendar {
    /// First local day of the bucket that `utc_us` falls into.
    pub(crate) fn bucket(&self, utc_us: i64) -> i64 {
        self.unit.first_day(self.zone.local_day(utc_us))
    }

    /// Instant at which the bucket that begins with that day ends.
    fn end(&self, first_day: i64) -> i64 {
        self.zone.to_utc(self.unit.next_first_day(first_day).saturating_mul(DAY_US))
    }

    /// Whether units of the bucket may still be added or get further. Without a window they always may.
    fn is_incomplete(&self, first_day: i64, window: Window, data_end: DataEnd) -> bool {
        match window {
            Window::Within(window) => !data_end.is_over(self.end(first_day), window.as_us()),
            Window::None => true,
        }
    }

    /// The buckets in order, with the empty ones between them.
    pub(crate) fn finish(
        &self,
        buckets: Keyed<i64, Levels>,
        names: &[&str],
        window: Window,
        data_end: DataEnd,
    ) -> FunnelTrend {
        let filled = self.with_empty(buckets.into_sorted());
        let buckets = filled.into_iter().map(|(first_day, levels)| {
            let (steps, conversion) = levels.named(names.iter().copied());
            let is_incomplete = self.is_incomplete(first_day, window, data_end);
            TrendBucket { start: date_text(first_day), is_incomplete, steps, conversion }
        });
        FunnelTrend { bucket: self.unit, buckets: buckets.collect() }
    }

    fn with_empty(&self, buckets: Vec<(i64, Levels)>) -> Vec<(i64, Levels)> {
        let (Some(&(first, _)), Some(&(last, _))) = (buckets.first(), buckets.last()) else { return buckets };
        let days = std::iter::successors(Some(first), |&day| Some(self.unit.next_first_day(day)));
        let days: Vec<i64> = days.take_while(|&day| day <= last).take(MOST_BUCKETS + 1).collect();
        if days.len() > MOST_BUCKETS {
            return buckets;
        }
        let mut filled = buckets.into_iter().peekable();
        let levels = |day| filled.next_if(|(own, _)| *own == day).map_or_else(Levels::default, |(_, levels)| levels);
        days.iter().copied().zip(days.iter().copied().map(levels)).collect()
    }
}
