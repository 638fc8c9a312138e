//! Which options of a funnel do other products have no notion of?

use kundresa_model::spec::funnel::{Emulation, FunnelEntry, FunnelSpec, FunnelUnit};

use super::clickhouse::MOST_STEPS;
use crate::error::AnalyzeError;

/// Refuses options of `spec` that `emulation`, or without one any of the other products, knows nothing of.
///
/// # Errors
/// When there is such an option.
pub(crate) fn refuse(spec: &FunnelSpec, emulation: Option<Emulation>) -> Result<(), AnalyzeError> {
    let options = [
        (spec.unit != FunnelUnit::Actor, "a unit other than the actor"),
        (spec.entry != FunnelEntry::Best, "a choice of entries: the product's own rule decides"),
        (spec.steps.iter().any(|step| step.within.is_some()), "`within`"),
        (spec.steps.iter().any(|step| step.directly), "`directly`"),
        (spec.universe.is_some(), "`universe`"),
        (spec.steps.iter().any(|step| step.optional), "optional steps"),
        (spec.steps.iter().any(|step| step.group.is_some()), "steps in any order"),
        (!spec.exclusions.is_empty(), "exclusions"),
        (!spec.hold.is_empty(), "`hold`"),
        (spec.open, "the open funnel"),
        (spec.trend.is_some(), "a trend"),
        (is_clickhouse(emulation) && spec.steps.len() > MOST_STEPS, "more than 32 steps"),
    ];
    match options.into_iter().find(|(is_asked, _)| *is_asked) {
        None => Ok(()),
        Some((_, option)) => {
            let product =
                emulation.map_or("the comparison with other products".to_owned(), |one| format!("`as = {one}`"));
            Err(AnalyzeError::NotEmulated { product, option })
        }
    }
}

fn is_clickhouse(emulation: Option<Emulation>) -> bool {
    emulation.is_none_or(|emulation| matches!(emulation, Emulation::Clickhouse(_)))
}
