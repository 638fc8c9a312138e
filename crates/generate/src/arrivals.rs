//! When does each visitor come for the first time?
//!
//! Visitors are numbered by arrival and spread over the hours by a daily rhythm, so the n-th arrival is found without
//! looking at the ones before: a shop of any size streams.

use crate::dice::Dice;

const HOUR_US: i64 = 3_600_000_000;
/// Weight of each hour of the local day, from midnight.
const RHYTHM: [u64; 24] = [6, 4, 2, 2, 2, 3, 6, 12, 20, 26, 30, 32, 34, 30, 28, 28, 30, 34, 40, 48, 52, 46, 30, 14];

/// First visits of `visitors` visitors over a number of hours.
pub(crate) struct Arrivals {
    seed: u64,
    start_us: i64,
    visitors: u64,
    /// Weight of all hours before hour h, then the total.
    before: Vec<u64>,
}

impl Arrivals {
    /// Arrivals over `hours` hours from the local midnight `start_us`.
    pub(crate) fn new(seed: u64, start_us: i64, hours: usize, visitors: u64) -> Self {
        let mut before = vec![0];
        for hour in 0..hours {
            before.push(before[hour] + RHYTHM[hour % 24]);
        }
        Self { seed, start_us, visitors, before }
    }

    /// Arrival of visitor `index`; never earlier than that of the visitor before.
    pub(crate) fn at(&self, index: u64) -> Option<i64> {
        if index >= self.visitors {
            return None;
        }
        let (from, to) = (self.quantile(index), self.quantile(index + 1));
        let mut dice = Dice::new(self.seed, index, u64::MAX);
        Some(dice.between(from, (to - 1).max(from)))
    }

    /// Time before which `index` of all visitors arrive.
    fn quantile(&self, index: u64) -> i64 {
        let total = self.before[self.before.len() - 1];
        let share = u128::from(total) * u128::from(index) * 1_000_000 / u128::from(self.visitors);
        let weight = u64::try_from(share / 1_000_000).expect("a share of a total that fits");
        let rest = i64::try_from(share % 1_000_000).expect("below a million");
        let hour = self.before.partition_point(|before| *before <= weight).min(self.before.len() - 1) - 1;
        let width = i64::try_from(self.before[hour + 1] - self.before[hour]).expect("an hour's weight is small");
        let inside = i64::try_from(weight - self.before[hour]).expect("an hour's weight is small");
        let hours = i64::try_from(hour).expect("a shop lasts fewer hours than that");
        self.start_us + hours * HOUR_US + (inside * 1_000_000 + rest) * (HOUR_US / 1_000_000) / width
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_rise_stay_in_range_and_follow_the_rhythm() {
        let arrivals = Arrivals::new(7, 0, 48, 10_000);
        let times: Vec<i64> = (0..10_000).map_while(|index| arrivals.at(index)).collect();
        assert!(times.is_sorted());
        assert!(times[0] >= 0 && times[9_999] < 48 * HOUR_US);
        let in_hour = |hour: i64| times.iter().filter(|ts| *ts / HOUR_US % 24 == hour).count();
        assert!(in_hour(20) > 10 * in_hour(3));
        assert_eq!(arrivals.at(10_000), None);
    }
}
