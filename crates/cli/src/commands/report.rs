//! What does the whole journey look like? Runs every analysis in one pass and writes the HTML page and its JSON.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail};
use kundresa_model::actor_source::ActorSource;
use kundresa_model::document::ReportFigures;
use kundresa_model::field::text;
use kundresa_model::result::AnalysisResult;
use kundresa_model::source::Wanted;
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::scope::Scope;
use kundresa_report::{html, json, terminal};

use crate::arguments::ReportArguments;
use crate::loaded::Loaded;
use crate::output;
use crate::pipeline;
use crate::progress::Progress;
use crate::settings::{Reading, Running};
use crate::standard_funnel;

/// Columns a funnel is broken down by unless `--by` says otherwise: the first that the log has.
const DEVICE_COLUMNS: [&str; 2] = [text::DEVICE, text::PLATFORM];

/// Runs `report`.
pub fn command(arguments: &ReportArguments) -> Result<()> {
    let mut reading = Reading::of_input(&arguments.input)?;
    arguments.phases.apply(&mut reading.config);
    arguments.language.apply(&mut reading.config);
    let running = Running::of(&arguments.run, &reading.config)?;
    running.refuse_threshold(
        "report",
        "its sessions and transitions of events do not know how many actors a figure is of",
    )?;
    let json_path = arguments.out.with_extension("json");
    if json_path == arguments.out || arguments.out.as_os_str() == "-" {
        bail!(
            "--out names the HTML page, its JSON lies beside it: {}\nhint: write --out report.html",
            arguments.out.display()
        );
    }
    output::check(Some(&arguments.out), &reading.inputs)?;
    output::check(Some(&json_path), &reading.inputs)?;
    let progress = Progress::new();
    let loaded = pipeline::load(&reading, &running, wanted(&reading, &running)?, &progress)?;
    let requests = requests(&reading, &running, &loaded);
    let mut finished = pipeline::analyze(loaded, &running, &requests, &progress)?;
    let title = arguments.title.clone().or_else(|| reading.config.title.clone());
    let figures = figures(title, std::mem::take(&mut finished.outcome.results))?;
    let document = pipeline::document(&reading, &running, &finished, figures)?;
    output::text(Some(&json_path), &json::document(&document)?)?;
    output::text(Some(&arguments.out), &html::page(&document))?;
    output::text(
        None,
        &terminal::report_summary(&document.results, &document.provenance, &output::style_in(None, &reading.config)),
    )?;
    written(&arguments.out, &json_path)
}

fn written(html: &Path, json: &Path) -> Result<()> {
    output::text(None, &format!("\nReport: {}\nFigures: {}\n", html.display(), json.display()))
}

/// Everything the analyses may need, before it is known which columns the log has.
fn wanted(reading: &Reading, running: &Running) -> Result<Wanted> {
    let mut requests = fixed_requests(&running.scope);
    requests.extend(
        reading.config.funnels.iter().map(|funnel| request(AnalysisSpec::Funnel(funnel.clone()), &running.scope)),
    );
    let mut text = kundresa_engine::text_columns(&running.spec, &requests)?;
    text.extend(DEVICE_COLUMNS.map(str::to_owned));
    Ok(Wanted { text, everything: false })
}

fn request(analysis: AnalysisSpec, scope: &Scope) -> Request {
    Request { analysis, scope: scope.clone() }
}

fn fixed_requests(scope: &Scope) -> Vec<Request> {
    [AnalysisSpec::Sessions, AnalysisSpec::Phases, AnalysisSpec::PhaseTransitions, AnalysisSpec::EventTransitions]
        .map(|analysis| request(analysis, scope))
        .to_vec()
}

fn requests(reading: &Reading, running: &Running, loaded: &Loaded) -> Vec<Request> {
    let mut requests = fixed_requests(&running.scope);
    let mut scope = running.scope.clone();
    scope.by = scope.by.or_else(|| device_column(&*loaded.events));
    let mut funnels = reading.config.funnels.clone();
    if funnels.is_empty() {
        funnels.extend(standard_funnel::of(&*loaded.events));
    }
    requests.extend(funnels.into_iter().map(|funnel| request(AnalysisSpec::Funnel(funnel), &scope)));
    requests
}

fn device_column(store: &dyn ActorSource) -> Option<String> {
    let columns: BTreeSet<&str> = store.text_columns().iter().map(String::as_str).collect();
    DEVICE_COLUMNS.into_iter().find(|name| columns.contains(name)).map(str::to_owned)
}

fn figures(title: Option<String>, results: Vec<AnalysisResult>) -> Result<ReportFigures> {
    let mut results = results.into_iter();
    let mut next = || results.next().context("the engine gave fewer results than were asked for");
    let (sessions, phases, transitions, event_transitions) = (next()?, next()?, next()?, next()?);
    let (
        AnalysisResult::Sessions(sessions),
        AnalysisResult::Phases(phases),
        AnalysisResult::Transitions(transitions),
        AnalysisResult::Transitions(event_transitions),
    ) = (sessions, phases, transitions, event_transitions)
    else {
        bail!("the engine gave results in another order than they were asked for");
    };
    let funnels = results.filter_map(|result| match result {
        AnalysisResult::Funnel(funnel) => Some(funnel),
        _ => None,
    });
    Ok(ReportFigures {
        title: title.unwrap_or_else(|| "Customer journey report".to_owned()),
        sessions,
        phases,
        transitions,
        event_transitions,
        funnels: funnels.collect(),
    })
}
