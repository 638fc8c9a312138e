//! What do several rounds of the same work say? Median, fastest and slowest.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde::Serialize;

/// Seconds of all rounds, in the order in which they ran, with what is said of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rounds {
    /// Median.
    pub median_s: f64,
    /// Fastest.
    pub min_s: f64,
    /// Slowest.
    pub max_s: f64,
    /// All.
    pub runs_s: Vec<f64>,
}

impl Rounds {
    /// What `times` say; of an even number the median is the later of the two in the middle.
    ///
    /// # Errors
    /// When there is none.
    pub fn of(times: &[Duration]) -> Result<Self> {
        let runs_s: Vec<f64> = times.iter().map(Duration::as_secs_f64).collect();
        let mut sorted = runs_s.clone();
        sorted.sort_by(f64::total_cmp);
        let (Some(&min_s), Some(&max_s)) = (sorted.first(), sorted.last()) else {
            bail!("there must be at least 1 run: 0");
        };
        Ok(Self { median_s: sorted[sorted.len() / 2], min_s, max_s, runs_s })
    }

    /// Times `work` so many times.
    ///
    /// # Errors
    /// When `work` fails, or `rounds` is 0.
    pub fn time(rounds: u32, mut work: impl FnMut() -> Result<()>) -> Result<Self> {
        let timed = |_| {
            let started = Instant::now();
            work().map(|()| started.elapsed())
        };
        Self::of(&(0..rounds).map(timed).collect::<Result<Vec<_>>>()?)
    }

    /// `amount` per second at the median; none where that is too short to be measured.
    pub fn per_second(&self, amount: u64) -> Option<f64> {
        // Amounts of bytes and events are far below 2^53.
        (self.median_s > 0.0).then(|| amount as f64 / self.median_s)
    }

    /// `1.23 s (1.20 to 1.31)`.
    pub fn shown(&self) -> String {
        format!("{:.3} s ({:.3} to {:.3})", self.median_s, self.min_s, self.max_s)
    }
}

/// A rate with a unit: `1.2 G`, `34.5 M`.
pub fn rate(per_second: Option<f64>, unit: &str) -> String {
    match per_second {
        Some(rate) if rate >= 1e9 => format!("{:.2} G{unit}/s", rate / 1e9),
        Some(rate) => format!("{:.1} M{unit}/s", rate / 1e6),
        None => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_run() {
        let seconds = [5, 1, 3].map(Duration::from_secs);
        let rounds = Rounds::of(&seconds).expect("three runs");
        assert_eq!((rounds.median_s, rounds.min_s, rounds.max_s), (3.0, 1.0, 5.0));
        assert_eq!(rounds.runs_s, [5.0, 1.0, 3.0]);
        assert_eq!(rounds.per_second(6), Some(2.0));
        assert!(Rounds::of(&[]).is_err());
    }

    #[test]
    fn rates_have_a_unit() {
        assert_eq!(rate(Some(2.5e9), "B"), "2.50 GB/s");
        assert_eq!(rate(Some(44.61e6), " events"), "44.6 M events/s");
        assert_eq!(rate(None, "B"), "–");
    }
}
