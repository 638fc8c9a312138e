//! Who got how far in a funnel, and why no further? `funnel --list-actors` and `explain`.

use anyhow::{Context, Result, bail};
use kundresa_engine::{Labelled, Listing, RunOptions};
use kundresa_model::document::Document;
use kundresa_model::field::text;
use kundresa_model::result::funnel_actors::ActorListing;
use kundresa_model::source::Wanted;
use kundresa_model::spec::funnel::FunnelSpec;
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::scope::FilterScope;
use kundresa_report::{json, terminal};
use serde::Serialize;

use crate::arguments::common::{OutputArguments, OutputFormat};
use crate::arguments::funnel::ListArguments;
use crate::commands::explain_phases::{nobody, outcome};
use crate::loaded::Loaded;
use crate::pipeline::{self, Finished};
use crate::progress::Progress;
use crate::settings::{Reading, Running};
use crate::{asked_columns, output};

/// Lists the units at a step.
pub fn list(
    reading: &Reading,
    running: &Running,
    funnel: &FunnelSpec,
    asked: &ListArguments,
    to: &OutputArguments,
) -> Result<()> {
    running.refuse_threshold("funnel --list-actors", "it names people")?;
    let written = asked.list_actors.as_deref().unwrap_or_default();
    let (step, which) = step_of(written, funnel)?;
    let loaded = load(reading, running, funnel, to)?;
    let listing = Listing { step, which, limit: asked.limit, timelines: asked.timelines };
    let ask = (funnel, &running.scope);
    let (actors, labelled) =
        kundresa_engine::funnel_actors(&*loaded.events, &running.spec, ask, listing, &options(running))?;
    let document = document(reading, running, loaded, labelled, actors)?;
    let units = &document.results.figures.units;
    let table = || {
        if asked.timelines { kundresa_frames::funnel_timelines(units) } else { kundresa_frames::funnel_chains(units) }
    };
    write(&document, to, reading, terminal::funnel_actors, table)
}

/// Explains one actor's way.
pub fn explain(
    reading: &Reading,
    running: &Running,
    funnel: &FunnelSpec,
    actor: &str,
    to: &OutputArguments,
) -> Result<()> {
    running.refuse_threshold("explain", "it shows one actor's way")?;
    let loaded = load(reading, running, funnel, to)?;
    let ask = (funnel, &running.scope);
    let (explained, labelled) =
        kundresa_engine::explain_funnel(&*loaded.events, &running.spec, ask, actor, &options(running))?;
    if explained.units.is_empty() && !kundresa_engine::look_up(&*loaded.events, actor)?.is_known {
        return Err(nobody(&*loaded.events, actor)?);
    }
    let document = document(reading, running, loaded, labelled, explained)?;
    let table = || kundresa_frames::funnel_chains(&document.results.figures.units);
    write(&document, to, reading, terminal::explained_funnel, table)
}

fn options(running: &Running) -> RunOptions<'static> {
    RunOptions { threads: running.resources.threads, ..RunOptions::default() }
}

/// `STEP`, `STEP:reached`, `STEP:stopped` or `STEP:open`; the step by number or name.
fn step_of(written: &str, funnel: &FunnelSpec) -> Result<(usize, ActorListing)> {
    let (step, which) = match written.rsplit_once(':') {
        Some((step, "reached")) => (step, ActorListing::Reached),
        Some((step, "stopped")) => (step, ActorListing::Stopped),
        Some((step, "open")) => (step, ActorListing::Open),
        _ => (written, ActorListing::Reached),
    };
    let required: Vec<&str> =
        funnel.steps.iter().filter(|step| !step.optional).map(|step| step.name.as_str()).collect();
    let by_number = step.parse().ok().filter(|number| (1..=required.len()).contains(number));
    let by_name = || required.iter().position(|name| *name == step).map(|place| place + 1);
    let Some(number) = by_number.or_else(by_name) else {
        bail!(
            "--list-actors: there is no required step `{step}`{}\nhint: write its number from 1 to {} or its name, with :reached, :stopped or :open",
            kundresa_model::suggest::hint(step, required.iter().copied()),
            required.len()
        )
    };
    if which != ActorListing::Reached && number == required.len() {
        bail!(
            "--list-actors: nobody is stopped or open at the last step, {number}\nhint: leave out what follows the colon"
        );
    }
    Ok((number, which))
}

fn load(reading: &Reading, running: &Running, funnel: &FunnelSpec, to: &OutputArguments) -> Result<Loaded> {
    output::check(to.out.as_deref(), &reading.inputs)?;
    if funnel.emulation.is_some() {
        bail!("another product's count names nobody: --as can't be listed or explained\nhint: leave it out");
    }
    let request = Request { analysis: AnalysisSpec::Funnel(funnel.clone()), scope: running.scope.clone() };
    let phases = Request { analysis: AnalysisSpec::Phases, scope: Default::default() };
    let requests = [request, phases];
    let mut columns = kundresa_engine::text_columns(&running.spec, &requests)?;
    columns.extend([text::EVENT, text::PAGE].map(str::to_owned));
    let progress = Progress::new();
    let loaded = pipeline::load(reading, running, Wanted { text: columns, everything: false }, &progress)?;
    progress.finish();
    asked_columns::check(&loaded, &running.spec.personas, &requests)?;
    Ok(loaded)
}

fn document<R>(
    reading: &Reading,
    running: &Running,
    loaded: Loaded,
    labelled: Labelled,
    figures: R,
) -> Result<Document<R>> {
    labelled.warnings.iter().for_each(|warning| output::warn(warning));
    let finished = Finished { loaded, outcome: outcome(labelled) };
    let mut document = pipeline::document(reading, running, &finished, figures)?;
    let scope = &running.scope;
    document.results.settings.filter_scope =
        scope.filter.as_ref().map(|_| scope.filter_scope.unwrap_or(FilterScope::Event));
    Ok(document)
}

type View<R> =
    fn(&kundresa_model::document::Results<R>, &kundresa_model::document::Provenance, &terminal::Style) -> String;

fn write<R: Serialize>(
    document: &Document<R>,
    to: &OutputArguments,
    reading: &Reading,
    view: View<R>,
    table: impl Fn() -> Result<kundresa_frames::DataFrame, kundresa_frames::FramesError>,
) -> Result<()> {
    let out = to.out.as_deref();
    let told = || format!("can't write to {}", output::shown(out));
    match output::format_of(to) {
        OutputFormat::Table => {
            output::text(out, &view(&document.results, &document.provenance, &output::style_in(out, &reading.config)))
        }
        OutputFormat::Json => output::text(out, &json::document(document)?),
        OutputFormat::Csv => kundresa_frames::write_csv(&table()?, output::writer(out)?).with_context(told),
        OutputFormat::Parquet => kundresa_frames::write_parquet(&table()?, output::writer(out)?).with_context(told),
    }
}
