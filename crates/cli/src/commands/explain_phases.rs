//! Why does one actor's journey read as it does?

use anyhow::{Result, bail};
use kundresa_engine::{Labelled, Outcome, RunOptions};
use kundresa_model::actor_source::ActorSource;
use kundresa_model::document::Document;
use kundresa_model::field::text;
use kundresa_model::result::explained::ExplainedJourneys;
use kundresa_model::source::Wanted;
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::scope::Scope;
use kundresa_report::terminal;

use crate::arguments::common::{OutputArguments, RunArguments};
use crate::delivery;
use crate::output;
use crate::pipeline::{self, Finished};
use crate::progress::Progress;
use crate::settings::{Reading, Running};

/// Writes the journey of `actor`.
pub fn command(
    reading: &Reading,
    running: &Running,
    run: &RunArguments,
    actor: &str,
    to: &OutputArguments,
) -> Result<()> {
    refuse_scopes(run)?;
    running.refuse_sample("--explain")?;
    delivery::check(to, &reading.inputs)?;
    let progress = Progress::new();
    let loaded = pipeline::load(reading, running, wanted(running)?, &progress)?;
    progress.stage("looking for the actor");
    let options = RunOptions { threads: running.resources.threads, ..RunOptions::default() };
    let (explained, labelled) = kundresa_engine::explain_phases(&*loaded.events, &running.spec, &options, actor)?;
    progress.finish();
    if explained.journeys.is_empty() {
        return Err(nobody(&*loaded.events, actor)?);
    }
    labelled.warnings.iter().for_each(|warning| output::warn(warning));
    let finished = Finished { loaded, outcome: outcome(labelled), overlap: None };
    write(&pipeline::document(reading, running, &finished, explained)?, to, reading)
}

/// A journey is explained whole; only options that change its labels apply.
fn refuse_scopes(run: &RunArguments) -> Result<()> {
    let given = [("--from", run.from.is_some()), ("--where", run.filter.is_some()), ("--by", run.by.is_some())];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => {
            bail!("{option} does not apply to --explain, which shows a whole journey\nhint: leave it out")
        }
        None => Ok(()),
    }
}

fn wanted(running: &Running) -> Result<Wanted> {
    let phases = Request { analysis: AnalysisSpec::Phases, scope: Scope::default() };
    let mut columns = kundresa_engine::text_columns(&running.spec, &[phases])?;
    columns.extend([text::EVENT, text::PAGE, text::STAGE].map(str::to_owned));
    Ok(Wanted { text: columns, everything: false })
}

/// The error for a name that nobody has, or of somebody of whom no event takes part.
pub fn nobody(events: &dyn ActorSource, actor: &str) -> Result<anyhow::Error> {
    let found = kundresa_engine::look_up(events, actor)?;
    if found.is_known {
        return Ok(anyhow::anyhow!(
            "no event of `{actor}` takes part: all are a bot's or lie after the data end\nhint: --bots include keeps bots, --to moves the end"
        ));
    }
    let near: Vec<String> = found.nearest.iter().map(|id| format!("`{id}`")).collect();
    let hint = match near.as_slice() {
        [] => "`kundresa export sessions` lists all actors".to_owned(),
        near => format!("did you mean {}?", near.join(", ")),
    };
    let more = match found.not_compared {
        0 => String::new(),
        ids => format!(" ({ids} further ids were not compared)"),
    };
    Ok(anyhow::anyhow!("no actor is called `{actor}`\nhint: {hint}{more}"))
}

/// What a document says about the run.
pub fn outcome(labelled: Labelled) -> Outcome {
    Outcome {
        results: Vec::new(),
        data_end: labelled.data_end,
        data_end_from: labelled.data_end_from,
        data_start_us: labelled.data_start_us,
        accounting: labelled.accounting,
        warnings: labelled.warnings,
    }
}

fn write(document: &Document<ExplainedJourneys>, to: &OutputArguments, reading: &Reading) -> Result<()> {
    let text = |style: &terminal::Style| terminal::explained(&document.results, &document.provenance, style);
    delivery::write(document, to, reading, text, || kundresa_frames::explained(&document.results.figures))
}
