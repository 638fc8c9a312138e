//! How sure is a share, and do two shares differ by more than chance?
//!
//! Pure functions of counts. Source: `docs/semantics.md#statistics-and-money`.

mod false_discovery;
mod fisher;
mod proportions;
mod wilson;

pub use false_discovery::benjamini_hochberg;
pub use fisher::fisher_exact;
pub use proportions::{compare, pooled_z};
pub use wilson::wilson;

use kundresa_model::rate::Rate;
use kundresa_model::result::statistics::Comparison;

/// Every group compared with all others, which `total` has beside it, adjusted for the number of comparisons.
///
/// One entry per group in their order. The groups must be disjoint and part of the total.
pub fn against_others(groups: &[Rate], total: Rate) -> Vec<Comparison> {
    let groups: Vec<(Rate, Rate)> = groups.iter().map(|group| (*group, total)).collect();
    each_against_others(&groups)
}

/// The same where every group has a total of its own: several shares in one table.
pub fn each_against_others(groups: &[(Rate, Rate)]) -> Vec<Comparison> {
    let others = |group: &Rate, total: &Rate| {
        Rate::new(total.numerator.saturating_sub(group.numerator), total.denominator.saturating_sub(group.denominator))
    };
    let mut all: Vec<Comparison> = groups.iter().map(|(group, total)| compare(*group, others(group, total))).collect();
    let p_values: Vec<Option<f64>> = all.iter().map(|comparison| comparison.p_value).collect();
    for (comparison, adjusted) in all.iter_mut().zip(benjamini_hochberg(&p_values)) {
        comparison.p_adjusted = adjusted;
    }
    all
}
