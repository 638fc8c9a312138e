//! Who is somebody, by name? Single actors found, explained, and named if misspelled.

use kundresa_analyze::Explainer;
use kundresa_model::actor_source::{ActorSource, Projection};
use kundresa_model::result::explained::ExplainedJourneys;
use kundresa_model::spec::request::RunSpec;
use kundresa_model::suggest;

use crate::columns::ReadColumns;
use crate::error::EngineError;
use crate::export::{Labelled, label_actor, phase_rules};
use crate::options::RunOptions;

/// Most ids that are compared with a name that nobody has.
const MOST_COMPARED: usize = 200_000;

/// Most ids that are suggested.
const MOST_SUGGESTED: usize = 3;

/// Why the journeys of the actors called `actor` read as they do; none if nobody of that name has events that take part.
///
/// # Errors
/// When a rule can't be used, or events can't be read.
pub fn explain_phases(
    source: &dyn ActorSource,
    spec: &RunSpec,
    options: &RunOptions<'_>,
    actor: &str,
) -> Result<(ExplainedJourneys, Labelled), EngineError> {
    let columns = ReadColumns::all(source);
    let taxonomy = spec.phases.taxonomy.taxonomy();
    let explainer = Explainer { columns: &columns, taxonomy, rules: phase_rules(source, spec)? };
    let mut drafts = Vec::new();
    let labelled = label_actor(source, spec, options, actor, &mut |chunk| {
        drafts.push(explainer.draft(chunk, 0));
        Ok(())
    })?;
    let (goal, horizon_us) = (spec.phases.goal(), spec.phases.horizon.as_us());
    let decided = |end| drafts.into_iter().map(|draft| draft.decided(end, horizon_us, goal)).collect();
    let journeys = labelled.data_end.map_or_else(Vec::new, decided);
    let explained = ExplainedJourneys {
        actor: actor.to_owned(),
        taxonomy: explainer.taxonomy.name.name().to_owned(),
        goal: goal.key().to_owned(),
        goal_phase: explainer.taxonomy.key_of(goal).to_owned(),
        horizon_us,
        journeys,
    };
    Ok((explained, labelled))
}

/// Who goes by a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookup {
    /// Whether somebody does.
    pub is_known: bool,
    /// Otherwise: ids that may have been meant, nearest first.
    pub nearest: Vec<String>,
    /// Ids that were not compared, because there are too many.
    pub not_compared: u64,
}

/// Whether somebody goes by `actor`; if not, the nearest of the first ids in key order.
///
/// # Errors
/// When events can't be read.
pub fn look_up(source: &dyn ActorSource, actor: &str) -> Result<Lookup, EngineError> {
    let ids = Projection { actor_ids: true, ..Projection::default() };
    let mut found = Lookup::default();
    let mut compared: Vec<String> = Vec::new();
    for range in 0..source.ranges() {
        let mut look = |batch: &kundresa_model::actor_source::ActorBatch<'_>| {
            for id in batch.actor_ids {
                found.is_known |= id == actor;
                if compared.len() < MOST_COMPARED { compared.push(id.clone()) } else { found.not_compared += 1 }
            }
        };
        source.visit_range(range, &ids, &mut look).map_err(EngineError::Read)?;
        if found.is_known {
            return Ok(Lookup { is_known: true, ..Lookup::default() });
        }
    }
    found.nearest = nearest(actor, compared);
    Ok(found)
}

/// The ids nearest to `actor`: those that begin with it, then those that are spelled like it.
fn nearest(actor: &str, ids: Vec<String>) -> Vec<String> {
    let mut near: Vec<String> = Vec::new();
    if !actor.is_empty() {
        near.extend(ids.iter().filter(|id| id.starts_with(actor)).take(MOST_SUGGESTED).cloned());
    }
    while near.len() < MOST_SUGGESTED {
        let others = ids.iter().map(String::as_str).filter(|id| !near.iter().any(|known| known == id));
        let Some(next) = suggest::nearest(actor, others).map(str::to_owned) else { break };
        near.push(next);
    }
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_begin_alike_come_before_names_spelled_alike() {
        let ids = ["anna-1", "anna-2", "hanna", "bertil"].map(str::to_owned).to_vec();
        assert_eq!(nearest("anna", ids.clone()), ["anna-1", "anna-2", "hanna"]);
        assert_eq!(nearest("bertill", ids.clone()), ["bertil"]);
        assert!(nearest("xyz", ids).is_empty());
    }
}
