//! How do inputs become results? Load them by actor, run the analyses, put the document together.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::{Context, Result};
use kundresa_engine::{BEHAVIOUR_COLUMNS, Behaving, Outcome, RunOptions, Sampled};
use kundresa_model::actor_source::ActorSource;
use kundresa_model::document::{ConfigurationFile, Document, Provenance, Results, SCHEMA_VERSION, Settings};
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::overlap::OverlapResult;
use kundresa_model::source::Wanted;
use kundresa_model::spec::behaviour::BotRuleCount;
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::scope::Scope;

use crate::loaded::{Further, Loaded, elapsed_ms};
use crate::origin::{self, Origin};
use crate::progress::Progress;
use crate::settings::{Reading, Running};
use crate::{asked_columns, currencies, from_files, from_store, output};

/// Results with what they were computed from.
pub struct Finished {
    /// The events.
    pub loaded: Loaded,
    /// The results.
    pub outcome: Outcome,
    /// Persons that sources share, where there are several.
    pub overlap: Option<OverlapResult>,
}

/// Loads what the analyses need, from files or from a store.
pub fn load(reading: &Reading, running: &Running, wanted: Wanted, progress: &Progress) -> Result<Loaded> {
    load_with(reading, running, wanted, &|_, _| {}, progress)
}

/// As [`load`], with what `further` asks for when it is known which sources there are.
pub fn load_with(
    reading: &Reading,
    running: &Running,
    wanted: Wanted,
    further: Further<'_>,
    progress: &Progress,
) -> Result<Loaded> {
    output::check(reading.rejected.as_deref(), &reading.inputs)?;
    let wanted = with_behaviour(reading, wanted);
    let mut loaded = match origin::of(&reading.inputs)? {
        Origin::Files => from_files::load(reading, running.resources, wanted, further, progress),
        Origin::Store(path) => from_store::load(&path, reading, wanted, further),
    }?;
    loaded.events = judged(loaded.events, reading, running, progress)?;
    if let Some(sample) = running.sample {
        loaded.events = Box::new(Sampled::new(loaded.events, sample));
        output::note(&format!("a sample: {sample} of the actors, chosen by the hash of their ids"));
    }
    Ok(loaded)
}

/// What is wanted with what visitors are judged by.
fn with_behaviour(reading: &Reading, mut wanted: Wanted) -> Wanted {
    if !reading.config.behaviour.is_off() {
        wanted.text.extend(BEHAVIOUR_COLUMNS.map(str::to_owned));
    }
    wanted
}

/// Marks the visitors that are bots by what they do, and tells how many there are.
fn judged(
    events: Box<dyn ActorSource>,
    reading: &Reading,
    running: &Running,
    progress: &Progress,
) -> Result<Box<dyn ActorSource>> {
    if reading.config.behaviour.is_off() {
        return Ok(events);
    }
    progress.stage("judging");
    let options = RunOptions { threads: running.resources.threads, ..RunOptions::default() };
    let judged = Behaving::new(events, &reading.config.behaviour.bots, &options)?;
    let told = judged.bots_by_behaviour().iter().map(|count| {
        let BotRuleCount { rule, actors, events } = count;
        format!("{}: {actors} visitors, {events} events", rule.name())
    });
    output::note(&format!("bots by behaviour: {}", told.collect::<Vec<_>>().join("; ")));
    Ok(Box::new(judged))
}

/// Loads and runs `requests`; `also` names further text columns to read.
pub fn run(reading: &Reading, running: &Running, requests: &[Request], also: &BTreeSet<String>) -> Result<Finished> {
    let mut text = kundresa_engine::text_columns(&running.spec, requests)?;
    text.extend(also.iter().cloned());
    let progress = Progress::new();
    let loaded = load(reading, running, Wanted { text, everything: false }, &progress)?;
    analyze(loaded, reading, running, requests, &progress)
}

/// Refuses columns that the log does not have, and tells of those that it may have, here and in the results.
pub fn warn_of_columns(reading: &Reading, loaded: &mut Loaded, running: &Running, requests: &[Request]) -> Result<()> {
    let mut warnings = asked_columns::check(reading, loaded, &running.spec.personas, requests)?;
    warnings.extend(currencies::doubt(&*loaded.events));
    warnings.iter().for_each(|warning| output::warn(warning));
    loaded.facts.doubts.extend(warnings);
    Ok(())
}

/// Runs `requests` over what is loaded.
pub fn analyze(
    mut loaded: Loaded,
    reading: &Reading,
    running: &Running,
    requests: &[Request],
    progress: &Progress,
) -> Result<Finished> {
    warn_of_columns(reading, &mut loaded, running, requests)?;
    progress.stage("computing");
    let started = Instant::now();
    let tick = |events: u64| progress.events(events);
    let options = RunOptions { threads: running.resources.threads, progress: Some(&tick), ..RunOptions::default() };
    let mut requests = requests.to_vec();
    requests.extend(overlap_request(&loaded, running));
    let mut outcome = kundresa_engine::run(&*loaded.events, &running.spec, &requests, &options)?;
    let overlap = take_overlap(&mut outcome.results);
    progress.finish();
    loaded.timings_ms.insert("compute".to_owned(), elapsed_ms(started));
    outcome.warnings.iter().for_each(|warning| output::warn(warning));
    Ok(Finished { loaded, outcome, overlap })
}

/// What to ask beside everything else where there are several sources; nothing where there is one.
fn overlap_request(loaded: &Loaded, running: &Running) -> Option<Request> {
    let scope = Scope { min_actors: running.scope.min_actors, ..Scope::default() };
    (loaded.facts.sources.len() > 1).then_some(Request { analysis: AnalysisSpec::Overlap, scope })
}

/// Takes the answer out again, which is the last.
fn take_overlap(results: &mut Vec<AnalysisResult>) -> Option<OverlapResult> {
    match results.pop() {
        Some(AnalysisResult::Overlap(overlap)) => Some(overlap),
        other => {
            results.extend(other);
            None
        }
    }
}

/// The document around `figures`.
pub fn document<F>(reading: &Reading, running: &Running, finished: &Finished, figures: F) -> Result<Document<F>> {
    let results = results(reading, running, finished, figures);
    Ok(Document { results, provenance: provenance(reading, running, &finished.loaded)? })
}

/// `figures` with everything that fixes their meaning.
pub fn results<F>(reading: &Reading, running: &Running, finished: &Finished, figures: F) -> Results<F> {
    Results {
        schema_version: SCHEMA_VERSION,
        settings: settings(reading, running, finished),
        quality: finished.loaded.events.totals().clone(),
        overlap: finished.overlap.clone(),
        figures,
    }
}

fn settings(reading: &Reading, running: &Running, finished: &Finished) -> Settings {
    let (outcome, facts, scope) = (&finished.outcome, &finished.loaded.facts, &running.scope);
    Settings {
        time_zone: running.spec.time_zone.clone(),
        source_time_zone: facts.source_time_zone.clone(),
        data_start_us: outcome.data_start_us,
        data_end_us: outcome.data_end.map(|end| end.at),
        data_end_from: outcome.data_end_from.name().to_owned(),
        from_us: scope.from_us,
        filter: scope.filter.clone(),
        filter_scope: scope.filter.as_ref().and(scope.filter_scope),
        persona: scope.persona.clone(),
        by: scope.by.clone(),
        min_actors: (scope.min_actors > 0).then_some(scope.min_actors),
        sample: running.sample,
        bots: running.spec.bots,
        bots_by_behaviour: finished.loaded.events.bots_by_behaviour().to_vec(),
        sessions: running.spec.sessions.clone(),
        taxonomy: reading.config.phases.taxonomy.name().to_owned(),
        warnings: facts.doubts.iter().chain(&outcome.warnings).cloned().collect(),
    }
}

/// Where figures came from.
pub fn provenance(reading: &Reading, running: &Running, loaded: &Loaded) -> Result<Provenance> {
    let facts = &loaded.facts;
    Ok(Provenance {
        kundresa: env!("CARGO_PKG_VERSION").to_owned(),
        inputs: facts.inputs.facts()?,
        sources: facts.sources.clone(),
        rejected_examples: facts.rejected_examples.clone(),
        notes: facts.notes.clone(),
        configuration: toml::to_string(&reading.config).context("the configuration can't be written as TOML")?,
        configuration_file: reading
            .places
            .file()
            .map(|(path, text)| ConfigurationFile { path: path.display().to_string(), text: text.to_owned() }),
        arguments: std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect(),
        threads: running.resources.threads,
        timings_ms: loaded.timings_ms.clone(),
    })
}
