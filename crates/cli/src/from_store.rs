//! How are the events of a store, and what is known about them, handed to an analysis?

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use kundresa_model::actor_source::ActorSource;
use kundresa_model::document::{InputFacts, SourceFacts};
use kundresa_model::field::text;
use kundresa_model::natural;
use kundresa_model::quality::RejectedRow;
use kundresa_model::source::Wanted;
use kundresa_store::Store;
use kundresa_store::manifest::{Manifest, StoredInput, StoredSource};

use crate::doubts;
use crate::load_keys;
use crate::loaded::{self, Further, InputList, LoadFacts, Loaded, elapsed_ms};
use crate::output;
use crate::rejects::{self, RejectedRows};
use crate::settings::Reading;

/// The store at `path`, if what was said about reading agrees with how it was loaded.
///
/// # Errors
/// When it can't be opened or was loaded otherwise.
pub fn open(path: &Path, reading: &Reading) -> Result<Store> {
    let store = Store::open(path)?;
    load_keys::agreed(&store.manifest().load, &reading.ingest, &reading.places, path)?;
    Ok(store)
}

/// Its events, with what the analyses need.
///
/// # Errors
/// When its files can't be read, or it is incomplete under `--strict`.
pub fn load(path: &Path, reading: &Reading, mut wanted: Wanted, further: Further<'_>) -> Result<Loaded> {
    let started = Instant::now();
    let store = open(path, reading)?;
    let doubts = all_doubts(store.manifest());
    doubts::tell(&doubts, &[], reading.strict)?;
    let sources: Vec<SourceFacts> = store.manifest().sources.iter().map(|source| source.facts.clone()).collect();
    loaded::only_sources(&sources, &mut wanted);
    further(&sources, &mut wanted);
    let events = store.events(&asked(store.manifest(), &wanted))?;
    if !wanted.everything {
        tell_slow(events.slow_columns(), path);
    }
    let rejected_examples = rejected(&store, reading)?;
    rejects::tell(reading, events.totals(), rejected_examples.first())?;
    let facts = facts(store.manifest(), doubts, rejected_examples);
    let timings_ms = BTreeMap::from([("open".to_owned(), elapsed_ms(started))]);
    Ok(Loaded { events: Box::new(events), facts, timings_ms })
}

/// Names of the columns that are needed; names that no event has do no harm.
fn asked(manifest: &Manifest, wanted: &Wanted) -> BTreeSet<String> {
    let mut asked = wanted.text.clone();
    if wanted.everything {
        asked.extend(text::ALL.map(str::to_owned));
        asked.extend(manifest.sources.iter().flat_map(|source| source.columns.iter().cloned()));
    }
    asked
}

/// Tells which columns are read text by text, which takes its time.
fn tell_slow(columns: &[String], store: &Path) {
    if !columns.is_empty() {
        output::note(&format!(
            "reading is slower for what has no column of codes in {}: {}",
            store.display(),
            columns.join(", ")
        ));
    }
}

/// What had to be assumed about any of its sources, sorted.
fn all_doubts(manifest: &Manifest) -> Vec<String> {
    let doubts: BTreeSet<&String> = manifest.sources.iter().flat_map(|source| &source.warnings).collect();
    doubts.into_iter().cloned().collect()
}

/// The first rejected rows; all of them go to the file that `--rejected` names.
///
/// # Errors
/// When they can't be read or written.
pub fn rejected(store: &Store, reading: &Reading) -> Result<Vec<RejectedRow>> {
    let mut rows = RejectedRows::new(reading.rejected.as_deref())?;
    store.rejected(&mut |row| rows.take(row))?;
    rows.finish()
}

fn facts(manifest: &Manifest, doubts: Vec<String>, rejected_examples: Vec<RejectedRow>) -> LoadFacts {
    let inputs = inputs_in_order(manifest);
    LoadFacts {
        columns: manifest.sources.iter().flat_map(|source| source.columns.iter().cloned()).collect(),
        has_value: manifest.sources.iter().any(|source| source.has_value),
        source_time_zone: zones(&manifest.sources),
        doubts,
        notes: inputs.iter().flat_map(|input| remarks(input)).collect(),
        sources: manifest.sources.iter().map(|source| source.facts.clone()).collect(),
        rejected_examples,
        inputs: InputList::Known(inputs.into_iter().map(input_facts).collect()),
    }
}

/// Inputs in natural order of their names.
pub fn inputs_in_order(manifest: &Manifest) -> Vec<&StoredInput> {
    let mut inputs: Vec<&StoredInput> = manifest.inputs.iter().collect();
    inputs.sort_by(|a, b| natural::compare(&a.name, &b.name));
    inputs
}

fn remarks(input: &StoredInput) -> impl Iterator<Item = String> {
    input.notes.iter().map(|note| format!("{}: {note}", input.name))
}

/// Zones of times without one, joined by commas; none where every time carries one.
fn zones(sources: &[StoredSource]) -> Option<String> {
    let zones: BTreeSet<&str> = sources.iter().filter_map(|source| source.time_zone.as_deref()).collect();
    (!zones.is_empty()).then(|| zones.into_iter().collect::<Vec<_>>().join(", "))
}

fn input_facts(input: &StoredInput) -> InputFacts {
    InputFacts {
        path: input.name.clone(),
        source: input.source.clone(),
        format: input.format.clone(),
        bytes: input.bytes,
        hash: input.hash.clone(),
        rows_in: input.rows_in,
        rejected: input.rejected,
    }
}
