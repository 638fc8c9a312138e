//! Which columns and properties does the configuration name, so that a load should make them columns of their own?

use std::collections::BTreeSet;

use anyhow::Result;
use kundresa_model::spec::personas::PERSONA;
use kundresa_model::spec::request::{AnalysisSpec, Request, RunSpec};
use kundresa_model::spec::scope::Scope;

use crate::config::Config;

/// Names that phases, funnels, personas and the default rules read.
///
/// # Errors
/// When a predicate of the configuration can't be read.
pub fn columns(config: &Config) -> Result<BTreeSet<String>> {
    let spec = RunSpec {
        sessions: config.sessions.clone(),
        phases: config.phases.clone(),
        personas: config.personas.clone(),
        ..RunSpec::default()
    };
    let analyses = [
        AnalysisSpec::Phases,
        AnalysisSpec::EventTransitions,
        AnalysisSpec::Overview(config.overview.clone()),
        AnalysisSpec::Carts(config.carts.clone()),
        AnalysisSpec::Paths(config.paths.clone()),
    ];
    // Whoever has personas will break down by them.
    let by = (!config.personas.is_empty()).then(|| PERSONA.to_owned());
    let scope = Scope { by, ..Scope::default() };
    let funnels = config.funnels.iter().cloned().map(AnalysisSpec::Funnel);
    let requests: Vec<Request> =
        analyses.into_iter().chain(funnels).map(|analysis| Request { analysis, scope: scope.clone() }).collect();
    Ok(kundresa_engine::text_columns(&spec, &requests)?)
}
