//! Which columns does a run read?

use std::collections::BTreeSet;

use kundresa_analyze::{columns, reads_value};
use kundresa_model::actor_source::{ActorSource, Projection};
use kundresa_model::dictionary::Dictionary;
use kundresa_model::mask::Columns;
use kundresa_model::spec::request::{Request, RunSpec};
use kundresa_sessionize::{phase_columns, session_columns};

use crate::error::EngineError;
use crate::registry;

/// Names of the text columns and properties that `requests` under `spec` read: for session and phase rules, filters,
/// steps and breakdowns. This is what `ingest` must read; names that no input has are among them too.
///
/// # Errors
/// When a predicate can't be read.
pub fn text_columns(spec: &RunSpec, requests: &[Request]) -> Result<BTreeSet<String>, EngineError> {
    let mut names = session_columns(&spec.sessions);
    if registry::any_needs_phases(requests) {
        names.extend(phase_columns(&spec.phases)?);
    }
    for request in requests {
        names.extend(columns(request).map_err(|error| predicate_error(request, error))?);
    }
    Ok(names)
}

/// Whether a filter or step of `requests` compares money.
pub(crate) fn any_reads_value(requests: &[Request]) -> Result<bool, EngineError> {
    requests.iter().try_fold(false, |any, request| {
        Ok(any | reads_value(request).map_err(|error| predicate_error(request, error))?)
    })
}

fn predicate_error(request: &Request, error: kundresa_model::predicate::ParseError) -> EngineError {
    EngineError::Predicate { analysis: registry::title(&request.analysis), error }
}

/// The text columns a pass reads, in the order of its batches.
pub(crate) struct ReadColumns<'a> {
    source: &'a dyn ActorSource,
    /// Indices into the source's text columns.
    text: Vec<usize>,
}

impl<'a> ReadColumns<'a> {
    /// Those of `names` that the source has.
    pub(crate) fn named(source: &'a dyn ActorSource, names: &BTreeSet<String>) -> Self {
        let columns = source.text_columns().iter().enumerate();
        Self { source, text: columns.filter(|(_, name)| names.contains(*name)).map(|(index, _)| index).collect() }
    }

    /// All columns of the source.
    pub(crate) fn all(source: &'a dyn ActorSource) -> Self {
        Self { source, text: (0..source.text_columns().len()).collect() }
    }

    /// What to ask the source for.
    pub(crate) fn projection(&self, value: bool, actor_ids: bool) -> Projection {
        Projection { text: self.text.clone(), value, actor_ids }
    }

    /// Names and values of the columns read.
    pub(crate) fn read(&self) -> impl Iterator<Item = (&str, &Dictionary)> {
        self.text.iter().map(|&column| (self.source.text_columns()[column].as_str(), self.source.dictionary(column)))
    }
}

impl Columns for ReadColumns<'_> {
    fn text(&self, name: &str) -> Option<(usize, &Dictionary)> {
        let place = self.text.iter().position(|&column| self.source.text_columns()[column] == name)?;
        Some((place, self.source.dictionary(self.text[place])))
    }

    fn names(&self) -> Vec<String> {
        self.source.text_columns().to_vec()
    }
}
