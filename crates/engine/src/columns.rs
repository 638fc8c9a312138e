//! Which columns does a run read?

use std::collections::BTreeSet;

use kundresa_analyze::Reads;
use kundresa_model::actor_source::{ActorSource, Projection};
use kundresa_model::dictionary::Dictionary;
use kundresa_model::mask::Columns;
use kundresa_model::spec::request::{Request, RunSpec};
use kundresa_sessionize::{phase_columns, session_columns};

use crate::error::EngineError;
use crate::personas;
use crate::registry;

/// Names of the text columns and properties that `requests` under `spec` read: for session and phase rules, filters,
/// steps, personas and breakdowns. This is what `ingest` must read; names that no input has are among them too.
///
/// # Errors
/// When a predicate can't be read.
pub fn text_columns(spec: &RunSpec, requests: &[Request]) -> Result<BTreeSet<String>, EngineError> {
    Ok(Needs::of(spec, requests)?.text)
}

/// What must be read and computed before any analysis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Names of text columns.
    pub(crate) text: BTreeSet<String>,
    /// Whether a request reads money.
    pub(crate) value: bool,
    /// Whether sessions must be known.
    pub(crate) sessions: bool,
    /// Whether phases must be known.
    pub(crate) phases: bool,
    /// Whether it must be kept what was seen before each event.
    pub(crate) history: bool,
    /// Whether it must be known which persona each actor is.
    pub(crate) personas: bool,
}

impl Needs {
    /// What `requests` under `spec` need.
    pub(crate) fn of(spec: &RunSpec, requests: &[Request]) -> Result<Self, EngineError> {
        let mut needs = Self { text: session_columns(&spec.sessions), ..Self::default() };
        for request in requests {
            let reads = Reads::of(request, &spec.personas)
                .map_err(|error| EngineError::unreadable(request, &error.place, error.error))?;
            needs.text.extend(reads.text);
            needs.value |= reads.value;
            needs.history |= reads.history;
            needs.phases |= reads.history || registry::needs_phases(&request.analysis);
            needs.personas |= request.scope.reads_personas(&spec.personas);
            needs.sessions |= registry::needs_sessions(request);
        }
        needs.sessions |= needs.phases;
        if needs.phases {
            needs.text.extend(phase_columns(&spec.phases)?);
        }
        Ok(needs)
    }
}

/// The text columns a pass reads, in the order of its batches.
pub(crate) struct ReadColumns<'a> {
    source: &'a dyn ActorSource,
    /// Indices into the source's text columns.
    text: Vec<usize>,
    /// Names of the personas, where they are needed; their column follows those read.
    personas: Option<Dictionary>,
}

impl<'a> ReadColumns<'a> {
    /// Those that `requests` under `spec` need and the source has.
    pub(crate) fn needed(
        source: &'a dyn ActorSource,
        spec: &RunSpec,
        requests: &[Request],
    ) -> Result<Self, EngineError> {
        let needs = Needs::of(spec, requests)?;
        let columns = source.text_columns().iter().enumerate();
        let text = columns.filter(|(_, name)| needs.text.contains(*name)).map(|(index, _)| index).collect();
        Ok(Self { source, text, personas: needs.personas.then(|| personas::dictionary(&spec.personas)) })
    }

    /// All columns of the source.
    pub(crate) fn all(source: &'a dyn ActorSource) -> Self {
        Self { source, text: (0..source.text_columns().len()).collect(), personas: None }
    }

    /// All columns of the source, and the personas where they are needed.
    pub(crate) fn all_with(source: &'a dyn ActorSource, spec: &RunSpec, needs: &Needs) -> Self {
        Self { personas: needs.personas.then(|| personas::dictionary(&spec.personas)), ..Self::all(source) }
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

    fn personas(&self) -> Option<(usize, &Dictionary)> {
        self.personas.as_ref().map(|names| (self.text.len(), names))
    }

    fn names(&self) -> Vec<String> {
        self.source.text_columns().to_vec()
    }
}
