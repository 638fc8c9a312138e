//! What does an analysis need to know about the events it runs over, wherever they came from?

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use anyhow::Result;
use kundresa_ingest::LoadPlan;
use kundresa_model::actor_source::ActorSource;
use kundresa_model::document::{InputFacts, SourceFacts};
use kundresa_model::field::text;
use kundresa_model::quality::{PartReport, RejectedRow};
use kundresa_model::source::Wanted;

/// Events by actor, with what is known about them.
pub struct Loaded {
    /// The events.
    pub events: Box<dyn ActorSource>,
    /// What is known about them.
    pub facts: LoadFacts,
    /// Wall-clock milliseconds by stage.
    pub timings_ms: BTreeMap<String, u64>,
}

/// What to read beside what is asked for, once it is known which sources there are.
pub type Further<'a> = &'a dyn Fn(&[SourceFacts], &mut Wanted);

/// Nothing else, but whom several sources share, which is told with every result.
pub fn only_sources(sources: &[SourceFacts], wanted: &mut Wanted) {
    if sources.len() > 1 {
        wanted.text.insert(text::SOURCE_NAME.to_owned());
    }
}

/// What is known about events beside themselves.
pub struct LoadFacts {
    /// Names of text columns and properties that they can have.
    pub columns: BTreeSet<String>,
    /// Whether they have money.
    pub has_value: bool,
    /// Zone of times without one: an IANA name, `UTC (assumed)`, several joined by commas, or none.
    pub source_time_zone: Option<String>,
    /// Things to know when reading figures, sorted.
    pub doubts: Vec<String>,
    /// Notes that depend on how inputs were cut.
    pub notes: Vec<String>,
    /// Inputs.
    pub inputs: InputList,
    /// Sources with their pinned mapping.
    pub sources: Vec<SourceFacts>,
    /// The first rejected rows.
    pub rejected_examples: Vec<RejectedRow>,
}

/// Inputs, which are hashed only where somebody asks.
pub enum InputList {
    /// Read just now: their plan, and what each part gave.
    Read(LoadPlan, Vec<PartReport>),
    /// Known from a store.
    Known(Vec<InputFacts>),
}

impl InputList {
    /// The inputs for the provenance of a document, in natural order.
    ///
    /// # Errors
    /// When an input can't be read any more.
    pub fn facts(&self) -> Result<Vec<InputFacts>> {
        Ok(match self {
            Self::Read(plan, reports) => plan.input_facts(reports)?,
            Self::Known(facts) => facts.clone(),
        })
    }
}

/// Milliseconds since `started`.
pub fn elapsed_ms(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
