//! How do inputs get into a store? Name them, hash them, ask the store which are new, plan those, load.

mod candidates;
mod named;
mod nothing;
mod promoted;
mod sources;
mod strict;

use std::path::Path;

use anyhow::{Context, Result, bail};
use kundresa_ingest::{IngestConfig, IngestError, Inputs, LoadPlan, LoadWarning};
use kundresa_model::document::SourceFacts;
use kundresa_model::result::overlap::OverlapResult;
use kundresa_model::source::EventSource;
use kundresa_store::manifest::Manifest;
use kundresa_store::{LoadRequest, LoadSummary, NewInput, Store, StoreWriter, WriteOptions};
use serde::Serialize;

use crate::arguments::store::LoadArguments;
use crate::changing::Changing;
use crate::load_keys::LoadKeys;
use crate::progress::Progress;
use crate::settings::{self, Reading};
use crate::{doubts, load_keys, output, overlap, rejects};

use candidates::Triaged;
use named::Named;
use nothing::NoEvents;
use strict::Strict;

/// What a load did.
#[derive(Serialize)]
pub struct LoadFacts {
    /// What it did to the store.
    #[serde(flatten)]
    pub summary: LoadSummary,
    /// Persons that the sources of the store share now; absent where it has one source alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap: Option<OverlapResult>,
    /// What the sources are.
    #[serde(skip)]
    pub sources: Vec<SourceFacts>,
}

/// What is loaded: events, and what the store is to know about them.
struct Planned {
    events: Box<dyn EventSource>,
    inputs: Vec<NewInput>,
    triaged: Triaged,
    sources: Vec<kundresa_store::manifest::StoredSource>,
}

/// What the store keeps of how it was loaded.
struct Kept {
    configuration: LoadKeys,
    analysis: LoadKeys,
    root: String,
    rebuild: bool,
}

/// Loads what `arguments` name into their store.
///
/// # Errors
/// When inputs can't be read, contradict how the store was loaded, or are refused under `--strict`; when somebody else
/// changes the store. It is then as before.
pub fn load(arguments: &LoadArguments) -> Result<LoadFacts> {
    let changing = Changing::of(&arguments.change)?;
    let progress = Progress::new();
    let root = known_root(arguments)?;
    let mut named = named::inputs(arguments, root.as_deref())?;
    named.inputs = named.inputs.with_expansion(settings::expansion(&arguments.rules)).with_archives_opened()?;
    let empty = candidates::take_empty(&mut named.inputs)?;
    if named.inputs.inputs.is_empty() && !empty.is_empty() {
        bail!("nothing was loaded into {}: all inputs are empty: {}", arguments.into.display(), empty.join(", "));
    }
    let reading = reading(arguments, &named.root)?;
    let mut writer = StoreWriter::open(&arguments.into, true)?;
    let known = writer.manifest().filter(|_| !arguments.rebuild);
    refuse_other_root(known, root.as_deref(), arguments)?;
    tell_empty(&empty, known);
    let config = configuration(&reading, known, &arguments.into)?;
    progress.stage("hashing");
    let candidates = candidates::hashed(&named.inputs, known.map_or(&[], |manifest| &manifest.inputs))?;
    let triaged = Triaged::of(&writer, candidates, arguments.rebuild)?;
    let kept = Kept {
        configuration: load_keys::of(&config)?,
        analysis: load_keys::others(&reading.config)?,
        root: named.root.clone(),
        rebuild: arguments.rebuild,
    };
    let planned = planned(&reading, &config, known, named, triaged)?;
    progress.stage("loading");
    let has_several = planned.sources.len() > 1;
    let summary = write(&mut writer, planned, kept, &changing, &progress)?;
    drop(writer);
    let facts = LoadFacts { summary, overlap: None, sources: Vec::new() };
    let facts = if has_several { with_overlap(facts, &reading, arguments, &changing)? } else { facts };
    progress.finish();
    Ok(facts)
}

/// Whom the sources of the store share now.
fn with_overlap(
    facts: LoadFacts,
    reading: &Reading,
    arguments: &LoadArguments,
    changing: &Changing,
) -> Result<LoadFacts> {
    let store = Store::open(&arguments.into)?;
    let overlap = overlap::of_store(&store, reading.config.privacy.min_actors, changing.threads())?;
    Ok(LoadFacts { overlap, sources: overlap::sources(&store), ..facts })
}

/// Tells which files were empty. An export that failed must not silently take the place of one that did not.
fn tell_empty(empty: &[String], known: Option<&Manifest>) {
    let is_known =
        |name: &String| known.is_some_and(|manifest| manifest.inputs.iter().any(|input| input.name == *name));
    for name in empty {
        let kept = if is_known(name) { "; what was loaded from it before stays" } else { "" };
        output::warn(&format!("left out {name}: an empty file{kept}"));
    }
}

/// How inputs are read. Later analyses of the store look for a configuration in its root, so a load does, too.
fn reading(arguments: &LoadArguments, root: &str) -> Result<Reading> {
    let mut folders = arguments.inputs.clone();
    folders.push(root.to_owned());
    Reading::ruled(&folders, &arguments.rules)
}

/// The folder that names of the store's inputs are relative to; none before the first load. A store that is rebuilt need
/// not be whole.
fn known_root(arguments: &LoadArguments) -> Result<Option<String>> {
    if !Store::is_at(&arguments.into) {
        return Ok(None);
    }
    match Store::open(&arguments.into) {
        Ok(store) => Ok(Some(store.manifest().root.clone())),
        Err(_) if arguments.rebuild => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Between naming the inputs and taking the store another load may have begun it elsewhere.
fn refuse_other_root(known: Option<&Manifest>, named_by: Option<&str>, arguments: &LoadArguments) -> Result<()> {
    match known.map(|manifest| manifest.root.as_str()) {
        root if root == named_by || arguments.rebuild => Ok(()),
        _ => bail!("{} was changed meanwhile\nhint: run the same command again", arguments.into.display()),
    }
}

/// How inputs are read: as the store was loaded before, else as asked for.
fn configuration(reading: &Reading, known: Option<&Manifest>, store: &Path) -> Result<IngestConfig> {
    match known {
        Some(manifest) => load_keys::agreed(&manifest.load, &reading.ingest, &reading.places, store),
        None => Ok(reading.ingest.clone()),
    }
}

fn planned(
    reading: &Reading,
    config: &IngestConfig,
    known: Option<&Manifest>,
    named: Named,
    mut triaged: Triaged,
) -> Result<Planned> {
    let Some(plan) = plan(config, known, &named, &triaged)? else {
        triaged.keep_known();
        let sources = known.map(|manifest| manifest.sources.clone()).unwrap_or_default();
        return Ok(Planned { events: Box::new(NoEvents), inputs: Vec::new(), triaged, sources });
    };
    doubts::tell(&doubts::of(&plan), &file_notes(&plan, &triaged), reading.strict)?;
    let events = plan.events(plan.load_wanted(config, &promoted::columns(&reading.config)?)).hashed_along();
    let inputs = triaged.keep_planned(&plan)?;
    let sources = sources::merged(known.map_or(&[], |manifest| &manifest.sources), &plan)?;
    let events: Box<dyn EventSource> = if reading.strict { Box::new(Strict(events)) } else { Box::new(events) };
    Ok(Planned { events, inputs, triaged, sources })
}

/// The plan for inputs that are to be loaded; none if there are none among known ones.
fn plan(config: &IngestConfig, known: Option<&Manifest>, named: &Named, triaged: &Triaged) -> Result<Option<LoadPlan>> {
    let inputs = triaged.to_load(&named.inputs);
    if inputs.is_empty() {
        return Ok(None);
    }
    let others = inputs.len() < triaged.len();
    let pins = sources::pins(known.map_or(&[], |manifest| &manifest.sources))?;
    let inputs = Inputs { inputs, ..named.inputs.clone() };
    match kundresa_ingest::plan_pinned(inputs, config, &pins) {
        Ok(plan) => Ok(Some(plan)),
        // What is no data was no data before; only the others count.
        Err(IngestError::NoFiles { .. }) if others => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Notes about files, those about copies included, which never reach the plan.
fn file_notes(plan: &LoadPlan, triaged: &Triaged) -> Vec<String> {
    let copies = triaged.copies().map(|(input, alias)| LoadWarning::SameContent { input, alias }.to_string());
    doubts::notes(plan).into_iter().chain(copies).collect()
}

fn write(
    writer: &mut StoreWriter,
    planned: Planned,
    kept: Kept,
    changing: &Changing,
    progress: &Progress,
) -> Result<LoadSummary> {
    let tick = |events: u64| progress.events(events);
    let request = LoadRequest {
        events: &*planned.events,
        inputs: planned.inputs,
        candidates: planned.triaged.into_candidates(),
        sources: planned.sources,
        configuration: kept.configuration,
        analysis: kept.analysis,
        root: kept.root,
        rebuild: kept.rebuild,
    };
    let options: WriteOptions<'_> = changing.options(&tick);
    let path = writer.path().to_owned();
    let summary =
        writer.load(request, &options).with_context(|| format!("nothing was loaded into {}", path.display()))?;
    rejects::tell_changes(&summary.store);
    if summary.store.rows_in == 0 {
        output::warn("the inputs hold no rows, only headers: the store is empty");
    }
    Ok(summary)
}
