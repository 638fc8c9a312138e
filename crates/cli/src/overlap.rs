//! Which persons do the sources of a store share, where no analysis asks?

use std::collections::BTreeSet;

use anyhow::Result;
use kundresa_engine::RunOptions;
use kundresa_model::document::SourceFacts;
use kundresa_model::field::text;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::overlap::OverlapResult;
use kundresa_model::spec::request::{AnalysisSpec, Request, RunSpec};
use kundresa_model::spec::scope::Scope;
use kundresa_store::Store;

/// Persons by source as an analysis without options counts them; nothing where the store has one source alone.
///
/// # Errors
/// When its files can't be read.
pub fn of_store(store: &Store, min_actors: u64, threads: usize) -> Result<Option<OverlapResult>> {
    if store.manifest().sources.len() < 2 {
        return Ok(None);
    }
    let events = store.events(&BTreeSet::from([text::SOURCE_NAME.to_owned()]))?;
    let request = Request { analysis: AnalysisSpec::Overlap, scope: Scope { min_actors, ..Scope::default() } };
    let options = RunOptions { threads, ..RunOptions::default() };
    let outcome = kundresa_engine::run(&events, &RunSpec::default(), &[request], &options)?;
    Ok(outcome.results.into_iter().find_map(|result| match result {
        AnalysisResult::Overlap(overlap) => Some(overlap),
        _ => None,
    }))
}

/// What its sources are, for the words around the figures.
pub fn sources(store: &Store) -> Vec<SourceFacts> {
    store.manifest().sources.iter().map(|source| source.facts.clone()).collect()
}
