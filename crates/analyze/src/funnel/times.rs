//! Into which spans do the times between steps fall?

use kundresa_model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};

use crate::spans::Spans;

/// Bounds of the histogram, inclusive. The spans that people name, about three to a power of ten.
pub(crate) const BOUNDS_US: [i64; 16] = [
    SECOND_US,
    10 * SECOND_US,
    MINUTE_US,
    5 * MINUTE_US,
    15 * MINUTE_US,
    30 * MINUTE_US,
    HOUR_US,
    3 * HOUR_US,
    6 * HOUR_US,
    12 * HOUR_US,
    DAY_US,
    2 * DAY_US,
    3 * DAY_US,
    7 * DAY_US,
    14 * DAY_US,
    30 * DAY_US,
];

/// How many of `spans` lie at most at each bound and above the one before; at last those above all bounds.
pub(crate) fn counts(spans: &Spans) -> Vec<u64> {
    let mut counts = vec![0; BOUNDS_US.len() + 1];
    // All bounds are looked at: which one it is could not be foreseen.
    spans.each(|span, times| counts[BOUNDS_US.iter().map(|bound| usize::from(*bound < span)).sum::<usize>()] += times);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_at_a_bound_is_below_it() {
        let mut spans = Spans::default();
        [0, SECOND_US, SECOND_US + 1, 30 * DAY_US, 30 * DAY_US + 1, i64::MAX]
            .into_iter()
            .for_each(|span| spans.push(span));
        let counts = counts(&spans);
        assert_eq!((counts[0], counts[1], counts[15], counts[16]), (2, 1, 1, 2));
        assert!(BOUNDS_US.is_sorted());
    }
}
