//! How far are our figures from those of a report, and why?

mod frame;
mod sheet;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use kundresa_ingest::input::Input;
use kundresa_ingest::reference::{self, ComparedFigure, ReferenceTable};
use kundresa_model::result::AnalysisResult;
use kundresa_model::spec::overview::OverviewSpec;
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_report::terminal;
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::common::RunArguments;
use crate::arguments::reconcile::ReconcileArguments;
use crate::settings::{Reading, Running};
use crate::{delivery, output, pipeline};

/// Result of `reconcile`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReconcileResult {
    /// The tables of all references.
    pub references: Vec<ReferenceFacts>,
    /// Figures that both sides have.
    pub figures: Vec<ComparedFigure>,
}

/// A table of a reference.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReferenceFacts {
    /// The report.
    pub report: String,
    /// Its first day.
    pub start: Option<String>,
    /// Its last day, inclusive.
    pub end: Option<String>,
    /// Names of the columns that say what a row is about.
    pub dimensions: Vec<String>,
    /// Names of the columns of figures.
    pub metrics: Vec<String>,
    /// Rows.
    pub rows: usize,
    /// How many figures of it are compared.
    pub compared: usize,
    /// Lines that fit no table.
    pub unread_lines: Vec<u64>,
}

/// Runs `reconcile`.
pub fn command(arguments: &ReconcileArguments) -> Result<()> {
    let common = &arguments.analysis;
    if common.run.by.is_some() {
        bail!("--by does not apply to reconcile, whose rows are those of the report\nhint: leave it out");
    }
    let tables = tables(&arguments.references)?;
    let reading = Reading::of_input(&common.input)?;
    let running = Running::of(&limited(&common.run, &tables)?, &reading.config)?;
    if running.sample.is_some() {
        bail!("--sample does not apply to reconcile: a report counts everybody\nhint: leave it out");
    }
    delivery::check(&common.output, &reading.inputs)?;
    let spec = OverviewSpec { rows: usize::from(u16::MAX), ..reading.config.overview.clone() };
    let request = Request { analysis: AnalysisSpec::Overview(spec), scope: running.scope.clone() };
    let mut finished = pipeline::run(&reading, &running, &[request], &BTreeSet::new())?;
    let Some(AnalysisResult::Overview(ours)) = finished.outcome.results.pop() else {
        bail!("the engine gave no overview");
    };
    let (mut figures, mut references) = (Vec::new(), Vec::new());
    for table in &tables {
        let compared = reference::compare(table, &ours);
        references.push(facts(table, compared.len()));
        figures.extend(compared);
    }
    let document = pipeline::document(&reading, &running, &finished, ReconcileResult { references, figures })?;
    let result = &document.results.figures;
    let shared = document.results.overlap.as_ref();
    let shared =
        shared.map_or_else(Vec::new, |overlap| terminal::overlap_blocks(overlap, &document.provenance.sources));
    let text = |style: &terminal::Style| sheet::sheet(result, &shared, style);
    delivery::write(&document, &common.output, &reading, text, || frame::tables(result))
}

fn facts(table: &ReferenceTable, compared: usize) -> ReferenceFacts {
    ReferenceFacts {
        report: table.report.clone(),
        start: table.start.clone(),
        end: table.end.clone(),
        dimensions: table.dimensions.clone(),
        metrics: table.metrics.clone(),
        rows: table.rows.len(),
        compared,
        unread_lines: table.unread_lines.clone(),
    }
}

/// The tables of all references, with a word about lines that fit none.
fn tables(references: &[PathBuf]) -> Result<Vec<ReferenceTable>> {
    let mut tables = Vec::new();
    for path in references {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).with_context(|| format!("--reference: can't read {name}"))?;
        let found = reference::read(&Input::memory(name.clone(), bytes)).context("--reference")?;
        let unread: Vec<String> = found.iter().flat_map(|table| &table.unread_lines).map(u64::to_string).collect();
        if !unread.is_empty() {
            output::warn(&format!("{name}: lines {} have not as many fields as their header", unread.join(", ")));
        }
        tables.extend(found);
    }
    Ok(tables)
}

/// The options with the days of the references, where nothing else is asked for.
fn limited(run: &RunArguments, tables: &[ReferenceTable]) -> Result<RunArguments> {
    let mut run = run.clone();
    let mut periods: Vec<_> =
        tables.iter().filter_map(|table| table.start.as_deref().zip(table.end.as_deref())).collect();
    periods.sort_unstable();
    periods.dedup();
    if run.from.is_some() || run.to.is_some() {
        return Ok(run);
    }
    match periods.as_slice() {
        [] => {}
        [(start, end)] => {
            run.from = Some((*start).to_owned());
            let end = chrono::NaiveDate::parse_from_str(end, "%Y-%m-%d").context("--reference: its last day")?;
            run.to = end.succ_opt().map(|day| day.format("%Y-%m-%d").to_string());
        }
        [one, .., other] => bail!(
            "--reference: one report spans {} to {}, another {} to {}\nhint: reconcile them one by one, or name the days with --from and --to",
            one.0,
            one.1,
            other.0,
            other.1
        ),
    }
    Ok(run)
}
