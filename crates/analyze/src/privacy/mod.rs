//! Which figures of a result speak of too few people to be shown?
//!
//! One file per result that can keep the threshold: it says which cells there are, how many actors each speaks of and which
//! sums hold; [`table`] decides, and the decision is written back. Where figures are not of actors, the analysis counts the
//! actors behind them ([`heads`]) and hides what it must when it finishes; [`family`] puts a total and its lists together.
//! An analysis that can do neither refuses a threshold in [`check_threshold`].
//!
//! Source: `docs/semantics.md#privacy`.

pub(crate) mod family;
pub(crate) mod funnel;
pub(crate) mod heads;
mod phases;
pub(crate) mod sessions;
pub(crate) mod table;
mod transitions;

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::statistics::{Comparison, Interval};
use kundresa_model::spec::request::AnalysisSpec;

use crate::error::AnalyzeError;
use table::is_small;

/// Refuses analyses whose cells do not know how many actors they speak of.
///
/// # Errors
/// When `analysis` can't keep a threshold.
pub fn check_threshold(analysis: &AnalysisSpec) -> Result<(), AnalyzeError> {
    let why = match analysis {
        AnalysisSpec::Sessions
        | AnalysisSpec::Phases
        | AnalysisSpec::PhaseTransitions
        | AnalysisSpec::EventTransitions
        | AnalysisSpec::PageTransitions { .. }
        | AnalysisSpec::Overview(_)
        | AnalysisSpec::Carts(_)
        | AnalysisSpec::Signals(_)
        | AnalysisSpec::Overlap => None,
        AnalysisSpec::Funnel(spec) => spec.emulation.is_some().then_some("what another product counts"),
        AnalysisSpec::Paths(_) => Some("paths"),
        AnalysisSpec::Bridge(_) => Some("what other products count"),
    };
    why.map_or(Ok(()), |what| Err(AnalyzeError::Threshold { what }))
}

/// Hides what speaks of fewer than `threshold` actors, and what would give it away. Nothing without a threshold.
pub fn protect(result: &mut AnalysisResult, threshold: u64) {
    if threshold == 0 {
        return;
    }
    match result {
        AnalysisResult::Funnel(result) => funnel::protect(result, threshold),
        AnalysisResult::Phases(result) => phases::protect(result, threshold),
        AnalysisResult::Transitions(result) => transitions::protect(result, threshold),
        // Those that count the actors behind their figures hide them when they finish.
        AnalysisResult::Sessions(_)
        | AnalysisResult::Overview(_)
        | AnalysisResult::Carts(_)
        | AnalysisResult::Signals(_)
        | AnalysisResult::Overlap(_) => {}
        // Refused by `check_threshold` before anything is counted.
        AnalysisResult::Paths(_) | AnalysisResult::Bridge(_) => {}
    }
}

/// Hides `count` if told so.
pub(crate) fn hide(is_hidden: bool, count: &mut Count) {
    if is_hidden {
        *count = Count::HIDDEN;
    }
}

/// Hides `rate` if any of the counts that it is made of is hidden.
pub(crate) fn hide_rate(rate: &mut Rate, made_of: &[Count]) {
    if made_of.iter().any(|count| count.is_hidden()) {
        *rate = Rate::HIDDEN;
    }
}

/// Hides the interval of a hidden rate.
pub(crate) fn hide_unless_shown(interval: &mut Option<Interval>, rate: Rate) {
    if rate.is_hidden() {
        *interval = None;
    }
}

/// Whether a comparison tells nothing of a small group of others.
pub(crate) fn tells_little(comparison: &Comparison, threshold: u64) -> bool {
    let Rate { numerator, denominator, .. } = comparison.others;
    ![numerator, denominator, denominator.saturating_sub(numerator)].into_iter().any(|few| is_small(few, threshold))
}

/// Hides `quantiles` if told so, or if there are few values.
pub(crate) fn hide_quantiles(quantiles: &mut Quantiles, is_hidden: bool, threshold: u64) {
    if is_hidden || is_small(quantiles.n.drawn(), threshold) {
        *quantiles = Quantiles::hidden();
    }
}
