//! Which value lies at which share of a list?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::count::Count;

/// Exact quantiles of whole numbers. Quantile q of n values is the max(1, ⌈q·n⌉)-th smallest; without values all are null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quantiles {
    /// Number of values; null, like all others, where the privacy threshold hides them.
    pub n: Count,
    /// Smallest.
    pub min: Option<i64>,
    /// First quartile.
    pub p25: Option<i64>,
    /// Median.
    pub p50: Option<i64>,
    /// Third quartile.
    pub p75: Option<i64>,
    /// 90th percentile.
    pub p90: Option<i64>,
    /// Largest.
    pub max: Option<i64>,
}

impl Quantiles {
    /// Quantiles that are not shown.
    pub fn hidden() -> Self {
        Self { n: Count::HIDDEN, ..Self::default() }
    }

    /// Quantiles of `values`, which get reordered. Takes time linear in their number.
    pub fn of(values: &mut [i64]) -> Self {
        let n = values.len();
        if n == 0 {
            return Self::default();
        }
        let mut below = 0;
        let [p25, p50, p75, p90] = [25, 50, 75, 90].map(|per_cent| {
            let place = index_of(per_cent, n);
            let (_, value, _) = values[below..].select_nth_unstable(place - below);
            below = place;
            Some(*value)
        });
        let max = values[below..].iter().max().copied();
        Self { n: (n as u64).into(), min: values[..=index_of(25, n)].iter().min().copied(), p25, p50, p75, p90, max }
    }
}

/// Place from 0 of the quantile of `per_cent` among `n` sorted values.
fn index_of(per_cent: usize, n: usize) -> usize {
    let whole = n / 100 * per_cent;
    (whole + (n % 100 * per_cent).div_ceil(100)).max(1) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_of_the_list() {
        let quantiles = Quantiles::of(&mut [40, 10, 30, 20]);
        assert_eq!(
            (quantiles.p25, quantiles.p50, quantiles.p75, quantiles.p90),
            (Some(10), Some(20), Some(30), Some(40))
        );
        assert_eq!(Quantiles::of(&mut []), Quantiles::default());
    }

    #[test]
    fn every_quantile_is_the_value_at_its_rank() {
        for n in 1..300usize {
            let mut values: Vec<i64> = (1..=n).map(|rank| i64::try_from(rank * 7919 % n).unwrap()).collect();
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let at = |q: usize| Some(sorted[(q * n).div_ceil(100).max(1) - 1]);
            let [min, p25, p50, p75, p90, max] = [0, 25, 50, 75, 90, 100].map(at);
            assert_eq!(Quantiles::of(&mut values), Quantiles { n: (n as u64).into(), min, p25, p50, p75, p90, max });
        }
    }
}
