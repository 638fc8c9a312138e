//! How do inputs become events by actor in memory?

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Result;
use kundresa_ingest::{LoadPlan, PinnedSource};
use kundresa_model::source::Wanted;
use kundresa_store::{LoadReport, ShuffleOptions};

use crate::config;
use crate::doubts;
use crate::inputs;
use crate::loaded::{self, Further, InputList, LoadFacts, Loaded, elapsed_ms};
use crate::progress::Progress;
use crate::rejects::{self, RejectedRows};
use crate::resources::Resources;
use crate::settings::Reading;

/// Which inputs there are and how they are read.
///
/// # Errors
/// When they can't be read, or something had to be assumed under `--strict`.
pub fn plan(reading: &Reading) -> Result<LoadPlan> {
    let plan =
        kundresa_ingest::plan(inputs::discover(&reading.inputs)?.with_expansion(reading.expansion), &reading.ingest)
            .map_err(|error| config::located(&reading.places, error))?;
    doubts::tell(&doubts::of(&plan), &doubts::notes(&plan), reading.strict)?;
    Ok(plan)
}

/// Loads what the analyses need.
///
/// # Errors
/// When inputs can't be read, don't fit into memory, or are incomplete under `--strict`.
pub fn load(
    reading: &Reading,
    resources: Resources,
    wanted: Wanted,
    further: Further<'_>,
    progress: &Progress,
) -> Result<Loaded> {
    let started = Instant::now();
    let plan = plan(reading)?;
    let planned = elapsed_ms(started);
    let mut loaded = load_planned(reading, plan, resources, wanted, further, progress)?;
    loaded.timings_ms.insert("plan".to_owned(), planned);
    Ok(loaded)
}

/// Loads what the analyses need by a plan that was made before.
///
/// # Errors
/// As [`load`].
pub fn load_planned(
    reading: &Reading,
    plan: LoadPlan,
    resources: Resources,
    mut wanted: Wanted,
    further: Further<'_>,
    progress: &Progress,
) -> Result<Loaded> {
    let sources = plan.source_facts();
    loaded::only_sources(&sources, &mut wanted);
    further(&sources, &mut wanted);
    progress.stage("reading");
    let started = Instant::now();
    let tick = |events: u64| progress.events(events);
    let options =
        ShuffleOptions { threads: resources.threads, memory_limit: Some(resources.memory), progress: Some(&tick) };
    // Every document names its inputs by their hashes; found beside reading, they take no pass of their own.
    let (store, report) = kundresa_store::shuffle(&plan.events(wanted).hashed_along(), &options)?;
    let timings_ms = BTreeMap::from([("load".to_owned(), elapsed_ms(started))]);
    let facts = facts(reading, plan, report)?;
    Ok(Loaded { events: Box::new(store), facts, timings_ms })
}

fn facts(reading: &Reading, plan: LoadPlan, report: LoadReport) -> Result<LoadFacts> {
    let LoadReport { totals, parts, rejected, .. } = report;
    let mut rows = RejectedRows::new(reading.rejected.as_deref())?;
    rejected.into_iter().for_each(|row| rows.take(row));
    let rejected_examples = rows.finish()?;
    rejects::tell(reading, &totals, rejected_examples.first())?;
    let remarks = parts.iter().flat_map(|part| part.warnings.iter().map(|text| format!("{}: {text}", part.input)));
    Ok(LoadFacts {
        columns: plan.columns(),
        has_value: plan.sources().iter().any(PinnedSource::has_value),
        source_time_zone: plan.source_time_zone(),
        doubts: doubts::of(&plan),
        notes: doubts::notes(&plan).into_iter().chain(remarks).collect(),
        sources: plan.source_facts(),
        rejected_examples,
        inputs: InputList::Read(plan, parts),
    })
}
