//! What do `sessions`, `phases`, `transitions` and `funnel` share? One request, one result, four forms of output.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use kundresa_model::document::Document;
use kundresa_model::result::AnalysisResult;
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_report::terminal;

use crate::arguments::common::{AnalysisArguments, OutputArguments};
use crate::delivery;
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
    delivery::check(to, &reading.inputs)?;
    let filter_scope = filter_scope(&running.scope, &analysis);
    let request = Request { analysis, scope: running.scope.clone() };
    let mut finished = pipeline::run(reading, running, &[request], &BTreeSet::new())?;
    let result = finished.outcome.results.pop().context("the engine gave no result for the request")?;
    tell_cut(&result);
    let mut document = pipeline::document(reading, running, &finished, result)?;
    document.results.settings.filter_scope = filter_scope;
    let text = |style: &terminal::Style| table(&document, style);
    delivery::write(&document, to, reading, text, || kundresa_frames::tables(&document.results.figures))
}

/// Tells that paths are shorter than was asked, which a table does not say.
pub fn tell_cut(result: &AnalysisResult) {
    let AnalysisResult::Paths(paths) = result else { return };
    if paths.counted_depth < paths.depth {
        output::warn(&format!(
            "paths have {} nodes at most, not {}: longer ones differ too much to be kept\nfewer distinct nodes, as by page templates or --where, allow more; so does --memory, up to 4GiB",
            paths.counted_depth, paths.depth
        ));
    }
}

/// What `--where` matches in this analysis; nothing without it.
pub fn filter_scope(scope: &Scope, analysis: &AnalysisSpec) -> Option<FilterScope> {
    scope.filter.as_ref().map(|_| scope.filter_scope.unwrap_or(default_scope(analysis)))
}

/// What `--where` must match unless said otherwise.
fn default_scope(analysis: &AnalysisSpec) -> FilterScope {
    match analysis {
        AnalysisSpec::Funnel(_) | AnalysisSpec::Bridge(_) | AnalysisSpec::Paths(_) | AnalysisSpec::Signals(_) => {
            FilterScope::Event
        }
        _ => FilterScope::Session,
    }
}

/// The result as a table for people.
pub fn table(document: &Document<AnalysisResult>, style: &terminal::Style) -> String {
    let (results, provenance) = (&document.results, &document.provenance);
    match results.figures.clone() {
        AnalysisResult::Sessions(figures) => terminal::sessions(&results.with(figures), provenance, style),
        AnalysisResult::Phases(figures) => terminal::phases(&results.with(figures), provenance, style),
        AnalysisResult::Transitions(figures) => terminal::transitions(&results.with(figures), provenance, style),
        AnalysisResult::Funnel(figures) => terminal::funnel(&results.with(figures), provenance, style),
        AnalysisResult::Overview(figures) => terminal::overview(&results.with(*figures), provenance, style),
        AnalysisResult::Carts(figures) => terminal::carts(&results.with(*figures), provenance, style),
        AnalysisResult::Paths(figures) => terminal::paths(&results.with(figures), provenance, style),
        AnalysisResult::Bridge(figures) => terminal::bridge(&results.with(figures), provenance, style),
        AnalysisResult::Signals(figures) => terminal::signals(&results.with(figures), provenance, style),
        AnalysisResult::Overlap(figures) => terminal::overlap(&figures, &provenance.sources, style),
    }
}
