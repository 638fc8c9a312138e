//! What in a funnel deserves to be read first?
//!
//! Two things are picked out by rule, never by taste: the step where most are lost for certain, and the segments that are
//! lost at a step far more often than the rest. A gap is only named when both sides have at least [`LEAST_BASE`] units,
//! it is at least [`LEAST_GAP`] wide and beyond [`LEAST_Z`] standard errors of two equal proportions. That is a rule for
//! what to show, not a test: it carries no p-value.

use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{FunnelResult, FunnelSegment};
use kundresa_model::result::segments::{OTHER, Segment};

/// Units that either side of a comparison needs.
pub const LEAST_BASE: u64 = 15;
/// Narrowest gap that is named, as a fraction.
pub const LEAST_GAP: f64 = 0.05;
/// Standard errors that a gap must exceed.
pub const LEAST_Z: f64 = 4.0;

/// A segment that stops at a step more often than all other segments together.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentGap {
    /// Row of the breakdown.
    pub row: usize,
    /// Step after which they stop, from 0.
    pub step: usize,
    /// Drop-off in the segment: stopped out of reached − open.
    pub here: Rate,
    /// The same in all other segments together.
    pub elsewhere: Rate,
    /// Units lost beyond those that the others' rate would have cost, rounded down.
    pub excess: u64,
}

/// The step (from 0) after which most units stop for certain; `None` if nobody stops. Ties go to the earlier step.
pub fn largest_loss(funnel: &FunnelResult) -> Option<usize> {
    let steps = funnel.steps.iter().enumerate();
    let lost = steps.filter(|(_, step)| step.stopped.is_some());
    lost.max_by_key(|(index, step)| (step.stopped.drawn(), std::cmp::Reverse(*index))).map(|(index, _)| index)
}

/// Gaps worth naming, most excess loss first; ties by step, then by row. Empty without a breakdown.
pub fn segment_gaps(funnel: &FunnelResult) -> Vec<SegmentGap> {
    let Some(by) = &funnel.by else { return Vec::new() };
    let named = by.rows.iter().enumerate().filter(|(_, segment)| segment.value != OTHER);
    let mut gaps: Vec<SegmentGap> = named.flat_map(|(row, segment)| gaps_of(funnel, row, segment)).collect();
    gaps.sort_by_key(|gap| (std::cmp::Reverse(gap.excess), gap.step, gap.row));
    gaps
}

fn gaps_of(funnel: &FunnelResult, row: usize, segment: &Segment<FunnelSegment>) -> Vec<SegmentGap> {
    let steps = funnel.steps.iter().zip(&segment.figures.steps).enumerate();
    steps.filter_map(|(step, (total, counts))| gap(row, step, total.drop_off, counts.drop_off)).collect()
}

fn gap(row: usize, step: usize, total: Rate, here: Rate) -> Option<SegmentGap> {
    if total.is_hidden() || here.is_hidden() {
        return None;
    }
    let elsewhere = Rate::new(
        total.numerator.checked_sub(here.numerator)?,
        total.denominator.checked_sub(here.denominator).filter(|base| *base >= LEAST_BASE)?,
    );
    let (ours, theirs) = (here.value().filter(|_| here.denominator >= LEAST_BASE)?, elsewhere.value()?);
    let wide = ours - theirs >= LEAST_GAP && ours - theirs > LEAST_Z * standard_error(total, here, elsewhere);
    wide.then(|| SegmentGap { row, step, here, elsewhere, excess: excess(here, elsewhere) })
}

fn standard_error(total: Rate, here: Rate, elsewhere: Rate) -> f64 {
    let pooled = total.value().unwrap_or(0.0);
    let inverse = |rate: Rate| 1.0 / rate.denominator as f64;
    (pooled * (1.0 - pooled) * (inverse(here) + inverse(elsewhere))).sqrt()
}

fn excess(here: Rate, elsewhere: Rate) -> u64 {
    let expected = (u128::from(here.denominator) * u128::from(elsewhere.numerator))
        .div_ceil(u128::from(elsewhere.denominator.max(1)));
    here.numerator.saturating_sub(u64::try_from(expected).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_counts_what_the_others_rate_would_have_spared() {
        // 90 of 100 here, 100 of 400 elsewhere: 25 would have been lost at their rate.
        let gap = gap(2, 1, Rate::new(190, 500), Rate::new(90, 100)).expect("wide");
        assert_eq!((gap.elsewhere, gap.excess), (Rate::new(100, 400), 65));
    }

    #[test]
    fn small_bases_narrow_gaps_and_noise_are_not_named() {
        assert_eq!(gap(0, 0, Rate::new(120, 414), Rate::new(14, 14)), None, "14 units are too few");
        assert_eq!(
            gap(0, 0, Rate::new(540_000, 1_000_000), Rate::new(28_500, 50_000)),
            None,
            "3 points are too narrow"
        );
        assert_eq!(gap(0, 0, Rate::new(50, 100), Rate::new(28, 50)), None, "12 points of 50 are noise");
        assert_eq!(gap(0, 0, Rate::new(50, 100), Rate::new(10, 50)), None, "lower than the rest is no loss");
    }
}
