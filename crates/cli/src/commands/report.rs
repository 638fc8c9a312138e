//! What does the whole journey look like? Runs every analysis in one pass and writes the report: a page with its JSON, or
//! a text.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use kundresa_model::document::{Document, ReportFigures};
use kundresa_report::{html, json, terminal};

use crate::arguments::{ReportArguments, ReportFormat};
use crate::output;
use crate::pipeline;
use crate::progress::Progress;
use crate::report_plan;
use crate::settings::{Reading, Running};
use crate::signals;

/// Where the parts of a report go.
enum Target {
    /// The page, and its JSON beside it.
    Page { html: PathBuf, json: PathBuf },
    /// A text; to standard output without a file.
    Text(Option<PathBuf>),
}

/// Runs `report`.
pub fn command(arguments: &ReportArguments) -> Result<()> {
    let mut reading = Reading::of_input(&arguments.input)?;
    arguments.phases.apply(&mut reading.config);
    arguments.language.apply(&mut reading.config);
    let running = Running::of(&arguments.run, &reading.config)?;
    let target = Target::of(arguments)?;
    target.check(&reading.inputs)?;
    let document = document(&reading, &running, arguments)?;
    target.write(&document, &reading)
}

fn document(reading: &Reading, running: &Running, arguments: &ReportArguments) -> Result<Document<ReportFigures>> {
    let progress = Progress::new();
    let wanted = report_plan::wanted(reading, running)?;
    let loaded = pipeline::load_with(reading, running, wanted, &signals::further, &progress)?;
    let requests = report_plan::requests(reading, running, &loaded, arguments.leave_out)?;
    let mut finished = pipeline::analyze(loaded, reading, running, &requests, &progress)?;
    let title = arguments.title.clone().or_else(|| reading.config.title.clone());
    let figures = report_plan::figures(title, std::mem::take(&mut finished.outcome.results))?;
    pipeline::document(reading, running, &finished, figures)
}

impl Target {
    fn of(arguments: &ReportArguments) -> Result<Self> {
        let out = arguments.out.clone();
        let is_text = out.as_ref().is_some_and(|out| out.extension().is_some_and(|ending| ending == "txt"));
        let format = arguments.format.unwrap_or(if is_text { ReportFormat::Text } else { ReportFormat::Html });
        if format == ReportFormat::Text {
            return Ok(Self::Text(out));
        }
        let html = out.unwrap_or_else(|| PathBuf::from("report.html"));
        let json = html.with_extension("json");
        if json == html || html.as_os_str() == "-" {
            bail!(
                "--out names the HTML page, its JSON lies beside it: {}\nhint: write --out report.html",
                html.display()
            );
        }
        Ok(Self::Page { html, json })
    }

    fn check(&self, inputs: &[String]) -> Result<()> {
        match self {
            Self::Text(out) => output::check(out.as_deref(), inputs),
            Self::Page { html, json } => {
                output::check(Some(html), inputs)?;
                output::check(Some(json), inputs)
            }
        }
    }

    fn write(&self, document: &Document<ReportFigures>, reading: &Reading) -> Result<()> {
        let (results, provenance) = (&document.results, &document.provenance);
        match self {
            Self::Text(out) => output::text(
                out.as_deref(),
                &terminal::report(results, provenance, &output::mail_style(&reading.config)),
            ),
            Self::Page { html, json } => {
                output::text(Some(json), &json::document(document)?)?;
                output::text(Some(html), &html::page(document, reading.config.language.unwrap_or_default()))?;
                let style = output::style_in(None, &reading.config);
                output::text(None, &terminal::report_summary(results, provenance, &style))?;
                written(html, json)
            }
        }
    }
}

fn written(html: &Path, json: &Path) -> Result<()> {
    output::text(None, &format!("\nReport: {}\nFigures: {}\n", html.display(), json.display()))
}
