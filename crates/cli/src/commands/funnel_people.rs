//! Who got how far in a funnel, and why no further? `funnel --list-actors` and `explain`.

use anyhow::{Context, Result, bail};
use kundresa_engine::{Labelled, Listing, RunOptions};
use kundresa_frames::{FramesError, NamedFrame};
use kundresa_model::document::Document;
use kundresa_model::field::text;
use kundresa_model::result::funnel_actors::ActorListing;
use kundresa_model::source::Wanted;
use kundresa_model::spec::funnel::FunnelSpec;
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::scope::FilterScope;
use kundresa_report::terminal;
use serde::Serialize;

use crate::arguments::common::OutputArguments;
use crate::arguments::funnel::ListArguments;
use crate::commands::explain_phases::{nobody, outcome};
use crate::loaded::Loaded;
use crate::pipeline::{self, Finished};
use crate::progress::Progress;
use crate::settings::{Reading, Running};
use crate::{delivery, funnel_options, output};

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
    write(&document, to, reading, terminal::funnel_actors, kundresa_frames::funnel_actors)
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
    running.refuse_sample("explain")?;
    let loaded = load(reading, running, funnel, to)?;
    let ask = (funnel, &running.scope);
    let (explained, labelled) =
        kundresa_engine::explain_funnel(&*loaded.events, &running.spec, ask, actor, &options(running))?;
    if explained.units.is_empty() && !kundresa_engine::look_up(&*loaded.events, actor)?.is_known {
        return Err(nobody(&*loaded.events, actor)?);
    }
    let document = document(reading, running, loaded, labelled, explained)?;
    write(&document, to, reading, terminal::explained_funnel, kundresa_frames::explained_funnel)
}

fn options(running: &Running) -> RunOptions<'static> {
    RunOptions { threads: running.resources.threads, ..RunOptions::default() }
}

/// `STEP`, `STEP:reached`, `STEP:stopped` or `STEP:open`; the step by its number, as written, or by its name, which may have
/// colons itself. With the number among the required steps.
fn step_of(written: &str, funnel: &FunnelSpec) -> Result<(usize, ActorListing)> {
    let (step, which) = match written.rsplit_once(':') {
        _ if funnel.steps.iter().any(|step| step.name == written) => (written, ActorListing::Reached),
        Some((step, "reached")) => (step, ActorListing::Reached),
        Some((step, "stopped")) => (step, ActorListing::Stopped),
        Some((step, "open")) => (step, ActorListing::Open),
        _ => (written, ActorListing::Reached),
    };
    let at = funnel_options::index_of(funnel, step).context("--list-actors")?;
    if funnel.steps[at].optional {
        bail!(
            "--list-actors: step {} (`{}`) is optional, so nobody reaches it, stops or is open there\nhint: list a step before or after it",
            at + 1,
            funnel.steps[at].name
        );
    }
    let is_last = funnel.steps[at + 1..].iter().all(|step| step.optional);
    if which != ActorListing::Reached && is_last {
        bail!(
            "--list-actors: nobody is stopped or open at the last step, {}\nhint: leave out what follows the colon",
            at + 1
        );
    }
    let level = funnel.steps[..=at].iter().filter(|step| !step.optional).count();
    Ok((level, which))
}

fn load(reading: &Reading, running: &Running, funnel: &FunnelSpec, to: &OutputArguments) -> Result<Loaded> {
    delivery::check(to, &reading.inputs)?;
    if funnel.emulation.is_some() {
        bail!("another product's count names nobody: --as can't be listed or explained\nhint: leave it out");
    }
    let request = Request { analysis: AnalysisSpec::Funnel(funnel.clone()), scope: running.scope.clone() };
    let requests = [request];
    let mut columns = kundresa_engine::text_columns(&running.spec, &requests)?;
    columns.extend([text::EVENT, text::PAGE].map(str::to_owned));
    let progress = Progress::new();
    let mut loaded = pipeline::load(reading, running, Wanted { text: columns, everything: false }, &progress)?;
    progress.finish();
    pipeline::warn_of_columns(reading, &mut loaded, running, &requests)?;
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
    let finished = Finished { loaded, outcome: outcome(labelled), overlap: None };
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
    tables: fn(&R) -> Result<Vec<NamedFrame>, FramesError>,
) -> Result<()> {
    let text = |style: &terminal::Style| view(&document.results, &document.provenance, style);
    delivery::write(document, to, reading, text, || tables(&document.results.figures))
}

#[cfg(test)]
mod tests {
    use kundresa_model::spec::funnel::FunnelStep;

    use super::*;

    fn asked(written: &str) -> Result<(usize, ActorListing), String> {
        let optional = FunnelStep { optional: true, ..FunnelStep::of("coupon") };
        let steps = vec![FunnelStep::of("shop:view"), optional, FunnelStep::of("cart:open"), FunnelStep::of("buy")];
        step_of(written, &FunnelSpec { steps, ..FunnelSpec::default() }).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_name_may_have_colons_and_a_number_counts_all_steps() {
        assert_eq!(asked("shop:view"), Ok((1, ActorListing::Reached)));
        assert_eq!(asked("shop:view:stopped"), Ok((1, ActorListing::Stopped)));
        assert_eq!(asked("cart:open"), Ok((2, ActorListing::Reached)), "the name, not the state");
        assert_eq!(asked("cart:open:open"), Ok((2, ActorListing::Open)));
        assert_eq!(asked("3:open"), Ok((2, ActorListing::Open)));
        assert_eq!(asked("4"), Ok((3, ActorListing::Reached)));
    }

    #[test]
    fn steps_that_nobody_is_listed_at_are_refused() {
        assert!(asked("2").is_err_and(|error| error.contains("step 2 (`coupon`) is optional")));
        assert!(asked("4:open").is_err_and(|error| error.contains("nobody is stopped or open at the last step, 4")));
        let unknown = asked("cart:opn:stopped").unwrap_err();
        assert!(unknown.contains("there is no step `cart:opn` (did you mean `cart:open`?)"), "{unknown}");
    }
}
