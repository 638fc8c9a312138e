//! Which figures of a result speak of too few people to be shown?
//!
//! One file per result that can keep the threshold: it says which cells there are, how many actors each speaks of and which
//! sums hold; [`table`] decides, and the decision is written back. Every other analysis refuses a threshold.
//!
//! Source: `docs/semantics.md#privacy`.

mod funnel;
mod phases;
mod table;
mod transitions;

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::spec::funnel::{FunnelEntry, FunnelSpec, FunnelUnit};
use kundresa_model::spec::request::AnalysisSpec;

use crate::error::AnalyzeError;
use table::is_small;

/// Refuses analyses whose cells do not know how many actors they speak of.
///
/// # Errors
/// When `analysis` can't keep a threshold.
pub fn check_threshold(analysis: &AnalysisSpec) -> Result<(), AnalyzeError> {
    let why = match analysis {
        AnalysisSpec::Phases | AnalysisSpec::PhaseTransitions => None,
        AnalysisSpec::Funnel(spec) => of_funnel(spec),
        AnalysisSpec::Sessions => Some("sessions and their events"),
        AnalysisSpec::EventTransitions | AnalysisSpec::PageTransitions { .. } => Some("pairs of events"),
        AnalysisSpec::Overview(_) => Some("sessions, events and views"),
        AnalysisSpec::Carts(_) => Some("carts"),
        AnalysisSpec::Paths(_) => Some("paths"),
        AnalysisSpec::Bridge(_) => Some("what other products count"),
    };
    why.map_or(Ok(()), |what| Err(AnalyzeError::Threshold { what }))
}

fn of_funnel(spec: &FunnelSpec) -> Option<&'static str> {
    match (spec.unit, spec.entry) {
        _ if spec.emulation.is_some() => Some("what another product counts"),
        (FunnelUnit::Session, _) => Some("sessions"),
        (FunnelUnit::Attempt, _) => Some("attempts"),
        (FunnelUnit::Actor, FunnelEntry::Every) => Some("entries"),
        _ if !spec.hold.is_empty() => Some("actors once per value of what is held"),
        (FunnelUnit::Actor, _) => None,
    }
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
        // Refused by `check_threshold` before anything is counted.
        AnalysisResult::Sessions(_)
        | AnalysisResult::Overview(_)
        | AnalysisResult::Carts(_)
        | AnalysisResult::Paths(_)
        | AnalysisResult::Bridge(_) => {}
    }
}

/// Hides `rate` if any of the counts that it is made of is hidden.
fn hide_rate(rate: &mut Rate, made_of: &[Count]) {
    if made_of.iter().any(|count| count.is_hidden()) {
        *rate = Rate::HIDDEN;
    }
}

/// Hides `quantiles` if told so, or if there are few values.
fn hide_quantiles(quantiles: &mut Quantiles, is_hidden: bool, threshold: u64) {
    if is_hidden || is_small(quantiles.n.drawn(), threshold) {
        *quantiles = Quantiles::hidden();
    }
}
