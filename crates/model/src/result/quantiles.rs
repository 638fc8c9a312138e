//! Which value lies at which share of a list?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Exact quantiles of whole numbers. Quantile q of n values is the max(1, ⌈q·n⌉)-th smallest; without values all are null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quantiles {
    /// Number of values.
    pub n: u64,
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
    /// Quantiles of `values`, which get sorted.
    pub fn of(values: &mut [i64]) -> Self {
        values.sort_unstable();
        let n = values.len() as u128;
        let at = |per_cent: u128| {
            let rank = (per_cent * n).div_ceil(100).max(1);
            usize::try_from(rank - 1).ok().and_then(|index| values.get(index).copied())
        };
        Self {
            n: values.len() as u64,
            min: values.first().copied(),
            p25: at(25),
            p50: at(50),
            p75: at(75),
            p90: at(90),
            max: values.last().copied(),
        }
    }
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
}
