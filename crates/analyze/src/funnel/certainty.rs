//! How sure are a funnel's conversions, and do segments differ by more than chance?
//!
//! Only where units are actors and each counts once: sessions, attempts, entries and tuples of held values repeat within
//! actors. Source: `docs/semantics.md#statistics-and-money`.

use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::statistics::{Comparison, Method};
use kundresa_model::spec::funnel::{FunnelEntry, FunnelUnit};

use crate::statistics::{against_others, wilson};

/// Adds intervals and comparisons to `result`.
pub(super) fn add(result: &mut FunnelResult) {
    let is_independent =
        result.unit == FunnelUnit::Actor && result.entry != FunnelEntry::Every && result.hold.is_empty();
    let total = result.conversion;
    result.conversion_interval = is_independent.then(|| wilson(total)).flatten();
    let Some(by) = &mut result.by else { return };
    let conversions: Vec<Rate> = by.rows.iter().map(|row| row.figures.conversion).collect();
    let mut comparisons = against_others(&conversions, total);
    if !is_independent {
        comparisons.iter_mut().for_each(leave_untested);
    }
    for (row, comparison) in by.rows.iter_mut().zip(comparisons) {
        row.figures.conversion_interval = is_independent.then(|| wilson(row.figures.conversion)).flatten();
        row.figures.comparison = Some(comparison);
    }
}

fn leave_untested(comparison: &mut Comparison) {
    *comparison = Comparison { method: Method::NotIndependent, p_value: None, p_adjusted: None, ..comparison.clone() };
}

#[cfg(test)]
mod tests {
    use kundresa_model::result::funnel::FunnelSegment;
    use kundresa_model::result::segments::{Breakdown, Segment};

    use super::*;

    /// 30 of 300 on mobile, 45 of 300 elsewhere.
    fn funnel(unit: FunnelUnit) -> FunnelResult {
        let row = |value: &str, converted| Segment {
            value: value.to_owned(),
            values: 1,
            figures: FunnelSegment { conversion: Rate::new(converted, 300), ..FunnelSegment::default() },
        };
        let rows = vec![row("mobile", 30), row("desktop", 45)];
        let by = Some(Breakdown { dimension: "device".to_owned(), rows });
        let mut result = FunnelResult { unit, conversion: Rate::new(75, 600), by, ..FunnelResult::default() };
        add(&mut result);
        result
    }

    fn comparisons(result: &FunnelResult) -> Vec<&Comparison> {
        let rows = result.by.iter().flat_map(|by| &by.rows);
        rows.filter_map(|row| row.figures.comparison.as_ref()).collect()
    }

    #[test]
    fn each_segment_is_compared_with_the_rest() {
        let result = funnel(FunnelUnit::Actor);
        assert_eq!(result.conversion_interval, wilson(Rate::new(75, 600)));
        let [mobile, desktop] = comparisons(&result)[..] else { panic!("two segments") };
        assert_eq!((mobile.others, desktop.others), (Rate::new(45, 300), Rate::new(30, 300)));
        assert_eq!(mobile.method, Method::PooledZ);
        // Both tests are the same one, so the adjustment for two leaves the p-value as it is.
        assert_eq!((mobile.p_value, mobile.p_value), (desktop.p_value, mobile.p_adjusted));
    }

    #[test]
    fn units_that_repeat_within_actors_are_not_tested() {
        let result = funnel(FunnelUnit::Session);
        assert_eq!(result.conversion_interval, None);
        for comparison in comparisons(&result) {
            assert_eq!((comparison.method, comparison.p_value), (Method::NotIndependent, None));
        }
    }
}
