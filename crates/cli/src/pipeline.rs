//! How do inputs become results? Plan the inputs, load them by actor, run the analyses, put the document together.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use kundresa_engine::{Outcome, RunOptions};
use kundresa_ingest::{LoadPlan, LoadWarning};
use kundresa_model::document::{Document, Provenance, Results, SCHEMA_VERSION, Settings};
use kundresa_model::quality::LoadTotals;
use kundresa_model::source::Wanted;
use kundresa_model::spec::request::Request;
use kundresa_store::{LoadReport, MemoryStore, ShuffleOptions};

use crate::asked_columns;
use crate::output;
use crate::progress::Progress;
use crate::settings::{Reading, Running};

/// Rejected rows shown as examples.
const REJECTED_EXAMPLES: usize = 20;

/// Inputs loaded by actor.
pub struct Loaded {
    /// The events.
    pub store: MemoryStore,
    /// What loading gave.
    pub report: LoadReport,
    /// How the inputs were read.
    pub plan: LoadPlan,
    /// Wall-clock milliseconds by stage.
    pub timings_ms: BTreeMap<String, u64>,
}

/// Results with what they were computed from.
pub struct Finished {
    /// The inputs.
    pub loaded: Loaded,
    /// The results.
    pub outcome: Outcome,
}

/// Which inputs there are and how they are read.
pub fn plan(reading: &Reading) -> Result<LoadPlan> {
    let inputs = kundresa_ingest::discover(&reading.inputs)?;
    let plan = kundresa_ingest::plan(inputs, &reading.ingest)?;
    let doubts = doubts(&plan);
    if reading.strict && !doubts.is_empty() {
        bail!("--strict refuses what had to be assumed:\n  {}", doubts.join("\n  "));
    }
    doubts.iter().for_each(|doubt| output::warn(doubt));
    notes(&plan).iter().for_each(|note| output::note(note));
    Ok(plan)
}

/// Whether a warning is about which files there are, not about what their rows mean.
fn is_about_files(warning: &LoadWarning) -> bool {
    matches!(warning, LoadWarning::SkippedFile { .. } | LoadWarning::SameContent { .. })
}

fn doubts(plan: &LoadPlan) -> Vec<String> {
    plan.warnings().iter().filter(|warning| !is_about_files(warning)).map(ToString::to_string).collect()
}

fn notes(plan: &LoadPlan) -> Vec<String> {
    plan.warnings().iter().filter(|warning| is_about_files(warning)).map(ToString::to_string).collect()
}

/// Loads what the analyses need.
pub fn load(reading: &Reading, running: &Running, wanted: Wanted, progress: &Progress) -> Result<Loaded> {
    let mut timings_ms = BTreeMap::new();
    let started = Instant::now();
    output::check(reading.rejected.as_deref(), &reading.inputs)?;
    let plan = plan(reading)?;
    timings_ms.insert("plan".to_owned(), elapsed_ms(started));
    progress.stage("reading");
    let started = Instant::now();
    let tick = |events: u64| progress.events(events);
    let options =
        ShuffleOptions { threads: running.threads, memory_limit: Some(running.memory), progress: Some(&tick) };
    let (store, report) = kundresa_store::shuffle(&plan.events(wanted), &options)?;
    timings_ms.insert("load".to_owned(), elapsed_ms(started));
    check_rejected(reading, &report)?;
    Ok(Loaded { store, report, plan, timings_ms })
}

/// Tells the sum of what was set aside, and writes it out if asked.
fn check_rejected(reading: &Reading, report: &LoadReport) -> Result<()> {
    if let Some(path) = &reading.rejected {
        let mut file = output::writer(Some(path))?;
        for row in report.parts.iter().flat_map(|part| &part.rejected) {
            serde_json::to_writer(&mut file, row)?;
            file.write_all(b"\n")?;
        }
        file.flush().with_context(|| format!("can't write to {}", path.display()))?;
    }
    let totals = &report.totals;
    if totals.rows_in == 0 {
        output::warn("the inputs hold no rows, only headers: every figure is empty");
    }
    if totals.rejected == 0 && totals.bad_values == 0 {
        return Ok(());
    }
    let mut lines = vec![incomplete(totals)];
    lines.extend(totals.rejected_by_reason.iter().map(|(reason, rows)| format!("{rows}: {}", reason.label())));
    if let Some(row) = report.parts.iter().flat_map(|part| &part.rejected).next() {
        lines.push(format!("first: {}:{}: {}", row.input, row.line, row.detail));
    }
    if reading.strict {
        bail!("--strict refuses incomplete input: {}{}", lines.join("\n  "), rejected_hint(reading, totals));
    }
    output::warn(&format!("{}{}", lines.join("\n"), rejected_hint(reading, totals)));
    Ok(())
}

/// How to see all rejected rows, unless that was asked for.
fn rejected_hint(reading: &Reading, totals: &LoadTotals) -> &'static str {
    if reading.rejected.is_some() || totals.rejected == 0 {
        return "";
    }
    "\nhint: --rejected FILE writes them all with file, line, reason and raw text"
}

/// What is missing from the figures, in words.
fn incomplete(totals: &LoadTotals) -> String {
    let rejected = format!("{} of {} rows rejected", totals.rejected, totals.rows_in);
    let amounts = format!("unreadable amounts: {} (their rows count without a value)", totals.bad_values);
    match (totals.rejected, totals.bad_values) {
        (_, 0) => rejected,
        (0, _) => amounts,
        _ => format!("{rejected}, {amounts}"),
    }
}

/// Loads and runs `requests`; `also` names further text columns to read.
pub fn run(reading: &Reading, running: &Running, requests: &[Request], also: &BTreeSet<String>) -> Result<Finished> {
    let mut text = kundresa_engine::text_columns(&running.spec, requests)?;
    text.extend(also.iter().cloned());
    let progress = Progress::new();
    let loaded = load(reading, running, Wanted { text, everything: false }, &progress)?;
    analyze(loaded, running, requests, &progress)
}

/// Runs `requests` over what is loaded.
pub fn analyze(mut loaded: Loaded, running: &Running, requests: &[Request], progress: &Progress) -> Result<Finished> {
    asked_columns::check(&loaded.plan, &loaded.store, requests)?;
    progress.stage("computing");
    let started = Instant::now();
    let tick = |events: u64| progress.events(events);
    let options = RunOptions { threads: running.threads, progress: Some(&tick), ..RunOptions::default() };
    let outcome = kundresa_engine::run(&loaded.store, &running.spec, requests, &options)?;
    progress.finish();
    loaded.timings_ms.insert("compute".to_owned(), elapsed_ms(started));
    outcome.warnings.iter().for_each(|warning| output::warn(warning));
    Ok(Finished { loaded, outcome })
}

fn elapsed_ms(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// The document around `figures`.
pub fn document<F>(reading: &Reading, running: &Running, finished: &Finished, figures: F) -> Result<Document<F>> {
    let results = Results {
        schema_version: SCHEMA_VERSION,
        settings: settings(reading, running, finished),
        quality: finished.loaded.report.totals.clone(),
        figures,
    };
    Ok(Document { results, provenance: provenance(reading, running, &finished.loaded)? })
}

fn settings(reading: &Reading, running: &Running, finished: &Finished) -> Settings {
    let (outcome, scope) = (&finished.outcome, &running.scope);
    let plan = &finished.loaded.plan;
    Settings {
        time_zone: running.spec.time_zone.clone(),
        source_time_zone: plan.source_time_zone(),
        data_start_us: outcome.data_start_us,
        data_end_us: outcome.data_end.map(|end| end.at),
        data_end_from: outcome.data_end_from.name().to_owned(),
        from_us: scope.from_us,
        filter: scope.filter.clone(),
        filter_scope: scope.filter.as_ref().and(scope.filter_scope),
        by: scope.by.clone(),
        bots: running.spec.bots,
        sessions: running.spec.sessions.clone(),
        taxonomy: reading.config.phases.taxonomy.name().to_owned(),
        warnings: doubts(plan).into_iter().chain(outcome.warnings.iter().cloned()).collect(),
    }
}

fn provenance(reading: &Reading, running: &Running, loaded: &Loaded) -> Result<Provenance> {
    let rejected = loaded.report.parts.iter().flat_map(|part| &part.rejected);
    let remarks = loaded
        .report
        .parts
        .iter()
        .flat_map(|part| part.warnings.iter().map(|warning| format!("{}: {warning}", part.input)));
    Ok(Provenance {
        kundresa: env!("CARGO_PKG_VERSION").to_owned(),
        inputs: loaded.plan.input_facts(&loaded.report.parts)?,
        sources: loaded.plan.source_facts(),
        rejected_examples: rejected.take(REJECTED_EXAMPLES).cloned().collect(),
        notes: notes(&loaded.plan).into_iter().chain(remarks).collect(),
        configuration: toml::to_string(&reading.config).context("the configuration can't be written as TOML")?,
        threads: running.threads,
        timings_ms: loaded.timings_ms.clone(),
    })
}
