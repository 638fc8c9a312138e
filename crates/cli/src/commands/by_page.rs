//! What do people say and do on the pages of the web?

use std::path::Path;

use anyhow::{Context, Result, bail};
use kundresa_ingest::input::Input;
use kundresa_ingest::reference::{self, ReferenceTable};
use kundresa_model::rate::Rate;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::signals::PageClicks;
use kundresa_model::source::Wanted;
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::signals::{DEFAULT_PAGES, SignalsSpec};
use kundresa_report::terminal;

use crate::arguments::by_page::{ByPageArguments, PeriodArgument};
use crate::commands::analysis;
use crate::progress::Progress;
use crate::settings::{Reading, Running};
use crate::{delivery, output, pipeline, signals};

/// Runs `by-page`.
pub fn command(arguments: &ByPageArguments) -> Result<()> {
    let common = &arguments.analysis;
    if common.run.by.is_some() {
        bail!("--by does not apply to by-page, whose lines are pages\nhint: leave it out");
    }
    let reading = Reading::of_input(&common.input)?;
    let running = Running::of(&common.run, &reading.config)?;
    delivery::check(&common.output, &reading.inputs)?;
    let heatmaps = heatmaps(&arguments.heatmap)?;
    let request = |sources| {
        let spec = SignalsSpec {
            sources,
            period: arguments.period.map(PeriodArgument::unit),
            pages: arguments.rows.unwrap_or(DEFAULT_PAGES),
        };
        Request { analysis: AnalysisSpec::Signals(spec), scope: running.scope.clone() }
    };
    let text = kundresa_engine::text_columns(&running.spec, &[request(Vec::new())])?;
    let progress = Progress::new();
    let loaded = pipeline::load(&reading, &running, Wanted { text, everything: false }, &progress)?;
    let sources = signals::sources(&loaded.facts.sources, &arguments.signals)?;
    if sources.is_empty() {
        bail!(
            "no source holds signals: answers or recordings of Hotjar or Clarity\nhint: give their exports beside the log, or name the source of your own with --signals"
        );
    }
    let request = request(sources);
    let filter_scope = analysis::filter_scope(&running.scope, &request.analysis);
    let mut finished = pipeline::analyze(loaded, &reading, &running, &[request], &progress)?;
    let Some(AnalysisResult::Signals(mut result)) = finished.outcome.results.pop() else {
        bail!("the engine gave no signals");
    };
    result.heatmaps = heatmaps.iter().flat_map(clicks).collect();
    let mut document = pipeline::document(&reading, &running, &finished, AnalysisResult::Signals(result))?;
    document.results.settings.filter_scope = filter_scope;
    let text = |style: &terminal::Style| analysis::table(&document, style);
    delivery::write(&document, &common.output, &reading, text, || kundresa_frames::tables(&document.results.figures))
}

/// The heatmaps, with a word about lines that could not be read.
fn heatmaps(named: &[String]) -> Result<Vec<ReferenceTable>> {
    named.iter().map(|named| heatmap(named)).collect()
}

fn heatmap(named: &str) -> Result<ReferenceTable> {
    let (page, path) =
        match named.split_once('=').filter(|(page, _)| page.starts_with('/') && !Path::new(named).is_file()) {
            Some((page, path)) => (Some(page), path),
            None => (None, named),
        };
    let bytes = std::fs::read(path).with_context(|| format!("--heatmap: can't read {path}"))?;
    let table = reference::read_heatmap(&Input::memory(path.to_owned(), bytes), page).context("--heatmap")?;
    if !table.unread_lines.is_empty() {
        let lines: Vec<String> = table.unread_lines.iter().map(u64::to_string).collect();
        output::warn(&format!("{path}: no element with a number of clicks in lines {}", lines.join(", ")));
    }
    if table.rows.iter().any(|row| row.dimensions[0].is_empty()) {
        output::warn(&format!("{path} does not say of which page it is\nname it: --heatmap /PAGE={path}"));
    }
    Ok(table)
}

/// Its lines, with the share of all clicks of the heatmap.
fn clicks(table: &ReferenceTable) -> Vec<PageClicks> {
    // Written without a fraction, a number of clicks is read again as what it is.
    let whole = |clicks: f64| format!("{clicks:.0}").parse::<u64>().unwrap_or(0);
    let of = |row: &reference::ReferenceRow| row.metrics.first().copied().flatten().map_or(0, whole);
    let all: u64 = table.rows.iter().map(of).sum();
    let click = |row: &reference::ReferenceRow| PageClicks {
        page: row.dimensions.first().filter(|page| !page.is_empty()).cloned(),
        heatmap: table.report.clone(),
        element: row.dimensions.get(1).cloned().unwrap_or_default(),
        clicks: Rate::new(of(row), all),
    };
    table.rows.iter().map(click).collect()
}
