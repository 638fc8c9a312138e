//! What do `sessions`, `phases`, `transitions` and `funnel` share? One request, one result, four forms of output.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use kundresa_model::document::Document;
use kundresa_model::result::AnalysisResult;
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::scope::FilterScope;
use kundresa_report::{json, terminal};

use crate::arguments::common::{AnalysisArguments, OutputArguments, OutputFormat};
use crate::output;
use crate::pipeline;
use crate::settings::{Reading, Running};

/// Runs one analysis from its common arguments.
pub fn command(arguments: &AnalysisArguments, analysis: AnalysisSpec) -> Result<()> {
    let reading = Reading::of_input(&arguments.input)?;
    let running = Running::of(&arguments.run, &reading.config)?;
    run(&reading, &running, analysis, &arguments.output)
}

/// Runs one analysis and writes its result.
pub fn run(reading: &Reading, running: &Running, analysis: AnalysisSpec, to: &OutputArguments) -> Result<()> {
    output::check(to.out.as_deref(), &reading.inputs)?;
    let filter_scope =
        running.scope.filter.as_ref().map(|_| running.scope.filter_scope.unwrap_or(default_scope(&analysis)));
    let request = Request { analysis, scope: running.scope.clone() };
    let mut finished = pipeline::run(reading, running, &[request], &BTreeSet::new())?;
    let result = finished.outcome.results.pop().context("the engine gave no result for the request")?;
    let mut document = pipeline::document(reading, running, &finished, result)?;
    document.results.settings.filter_scope = filter_scope;
    write(&document, to, reading)
}

/// What `--where` must match unless said otherwise.
fn default_scope(analysis: &AnalysisSpec) -> FilterScope {
    match analysis {
        AnalysisSpec::Funnel(_) | AnalysisSpec::Bridge(_) | AnalysisSpec::Paths(_) => FilterScope::Event,
        _ => FilterScope::Session,
    }
}

fn write(document: &Document<AnalysisResult>, to: &OutputArguments, reading: &Reading) -> Result<()> {
    let out = to.out.as_deref();
    match output::format_of(to) {
        OutputFormat::Table => output::text(out, &table(document, &output::style_in(out, &reading.config))),
        OutputFormat::Json => output::text(out, &json::document(document)?),
        OutputFormat::Csv => {
            { kundresa_frames::write_csv(&kundresa_frames::table(&document.results.figures)?, output::writer(out)?) }
                .with_context(|| format!("can't write to {}", output::shown(out)))
        }
        OutputFormat::Parquet => {
            kundresa_frames::write_parquet(&kundresa_frames::table(&document.results.figures)?, output::writer(out)?)
        }
        .with_context(|| format!("can't write to {}", output::shown(out))),
    }
}

fn table(document: &Document<AnalysisResult>, style: &terminal::Style) -> String {
    let (results, provenance) = (&document.results, &document.provenance);
    match results.figures.clone() {
        AnalysisResult::Sessions(figures) => terminal::sessions(&results.with(figures), provenance, style),
        AnalysisResult::Phases(figures) => terminal::phases(&results.with(figures), provenance, style),
        AnalysisResult::Transitions(figures) => terminal::transitions(&results.with(figures), provenance, style),
        AnalysisResult::Funnel(figures) => terminal::funnel(&results.with(figures), provenance, style),
        AnalysisResult::Overview(figures) => terminal::overview(&results.with(figures), provenance, style),
        AnalysisResult::Carts(figures) => terminal::carts(&results.with(*figures), provenance, style),
        AnalysisResult::Paths(figures) => terminal::paths(&results.with(figures), provenance, style),
        AnalysisResult::Bridge(figures) => terminal::bridge(&results.with(figures), provenance, style),
    }
}
