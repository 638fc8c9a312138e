//! How do labelled events leave, one chunk of actors at a time?

use std::sync::atomic::AtomicU64;

use kundresa_analyze::{Accounting, RuleInfo};
use kundresa_model::actor_source::{ActorBatch, ActorSource, Projection};
use kundresa_model::chunk::ActorChunk;
use kundresa_model::source::BoxError;
use kundresa_model::spec::request::RunSpec;
use kundresa_model::time::DataEnd;

use crate::chunks::{ChunkBuffers, TakingPart, cut};
use crate::columns::{Needs, ReadColumns};
use crate::drive::{account, account_unidentified, pool, tell_progress};
use crate::error::EngineError;
use crate::labels::{LabelBuffers, Labeling};
use crate::options::RunOptions;
use crate::overview::{DataEndFrom, Overview};
use crate::run::report_zone;
use crate::warnings::thin_last_day;

/// What labelling all events gave beside the chunks.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// After this no event was handed out; `None` for a log without events and no end given.
    pub data_end: Option<DataEnd>,
    /// How the data end was found.
    pub data_end_from: DataEndFrom,
    /// First event that takes part, UTC microseconds.
    pub data_start_us: Option<i64>,
    /// Events that were not handed out, and all events.
    pub accounting: Accounting,
    /// Things to know when reading the events.
    pub warnings: Vec<String>,
}

/// The phase rules in order, as [`ActorChunk::rule`] counts them in the chunks of [`label_events`].
///
/// # Errors
/// When a rule can't be used.
pub fn phase_rules(source: &dyn ActorSource, spec: &RunSpec) -> Result<Vec<RuleInfo>, EngineError> {
    Ok(Labeling::try_new(spec, &report_zone(spec)?, &ReadColumns::all(source), &labels_only())?.rules())
}

/// Hands every actor's events that take part to `visit`, with sessions and phases, in key order, on the calling thread.
///
/// Chunks have actor ids, money, and all text columns of `source` in its order. Bots (per `spec`), events after the data
/// end, and events without an actor are not handed out.
///
/// # Errors
/// When a rule can't be used, events can't be read, or `visit` fails.
pub fn label_events(
    source: &dyn ActorSource,
    spec: &RunSpec,
    options: &RunOptions<'_>,
    visit: &mut dyn FnMut(&ActorChunk<'_>) -> Result<(), BoxError>,
) -> Result<Labelled, EngineError> {
    label_needed(source, spec, options, &labels_only(), 0..source.ranges(), visit)
}

/// Sessions and phases, and nothing that requests ask for.
fn labels_only() -> Needs {
    Needs { sessions: true, phases: true, ..Needs::default() }
}

/// As [`label_events`] for some ranges, with whatever else is needed.
pub(crate) fn label_needed(
    source: &dyn ActorSource,
    spec: &RunSpec,
    options: &RunOptions<'_>,
    needs: &Needs,
    ranges: impl IntoIterator<Item = usize>,
    visit: &mut dyn FnMut(&ActorChunk<'_>) -> Result<(), BoxError>,
) -> Result<Labelled, EngineError> {
    let zone = report_zone(spec)?;
    let period = Overview::scan(source, spec.bots, &pool(options)?)?.period(spec, &zone);
    let columns = ReadColumns::all_with(source, spec, needs);
    let labeling = Labeling::try_new(spec, &zone, &columns, needs)?;
    let taking_part = TakingPart { bots: spec.bots, cut: period.end().cut, everything: false };
    let mut exporter = Exporter {
        labeling: &labeling,
        taking_part,
        options,
        chunks: ChunkBuffers::default(),
        labels: LabelBuffers::default(),
        accounting: account_unidentified(source, taking_part)?,
        done: AtomicU64::new(0),
    };
    for range in ranges {
        let mut result = Ok(());
        let mut take = |batch: &ActorBatch<'_>| {
            if result.is_ok() {
                result = exporter.hand_out(batch, visit);
            }
        };
        source.visit_range(range, &columns.projection(true, true), &mut take).map_err(EngineError::Read)?;
        result.map_err(EngineError::Visitor)?;
    }
    let mut warnings = labeling.warnings();
    warnings.extend(thin_last_day(&period));
    Ok(Labelled {
        data_end: period.data_end,
        data_end_from: period.from,
        data_start_us: period.start_us,
        accounting: exporter.accounting,
        warnings,
    })
}

/// Hands the events of the actors called `actor` to `visit`, as [`label_events`] does; `visit` is called once for each of
/// them. (Two identifiers of one text in different classes are two actors.)
///
/// # Errors
/// As [`label_events`].
pub fn label_actor(
    source: &dyn ActorSource,
    spec: &RunSpec,
    options: &RunOptions<'_>,
    actor: &str,
    visit: &mut dyn FnMut(&ActorChunk<'_>) -> Result<(), BoxError>,
) -> Result<Labelled, EngineError> {
    let alone = RunOptions { chunk_actors: 1, ..*options };
    let holding = ranges_of(source, actor)?;
    let mut only = |chunk: &ActorChunk<'_>| match chunk.actor_ids {
        [id] if id == actor => visit(chunk),
        _ => Ok(()),
    };
    label_needed(source, spec, &alone, &labels_only(), holding, &mut only)
}

/// The ranges that hold actors called `actor`.
pub(crate) fn ranges_of(source: &dyn ActorSource, actor: &str) -> Result<Vec<usize>, EngineError> {
    let ids = Projection { actor_ids: true, ..Projection::default() };
    let mut holding = Vec::new();
    for range in 0..source.ranges() {
        let mut holds = false;
        let mut look = |batch: &ActorBatch<'_>| holds |= batch.actor_ids.iter().any(|id| id == actor);
        source.visit_range(range, &ids, &mut look).map_err(EngineError::Read)?;
        holding.extend(holds.then_some(range));
    }
    Ok(holding)
}

struct Exporter<'a> {
    labeling: &'a Labeling,
    taking_part: TakingPart,
    options: &'a RunOptions<'a>,
    chunks: ChunkBuffers,
    labels: LabelBuffers,
    accounting: Accounting,
    done: AtomicU64,
}

impl Exporter<'_> {
    fn hand_out(
        &mut self,
        batch: &ActorBatch<'_>,
        visit: &mut dyn FnMut(&ActorChunk<'_>) -> Result<(), BoxError>,
    ) -> Result<(), BoxError> {
        for actors in cut(batch.actor_offsets, self.options) {
            let (mut part, left_out) = self.chunks.chunk(batch, actors, self.taking_part);
            account(&mut self.accounting, part.events(), left_out);
            visit(&self.labeling.chunk(&mut part, &mut self.labels))?;
        }
        tell_progress(self.options, &self.done, batch.events());
        Ok(())
    }
}
