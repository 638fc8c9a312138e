//! Who got how far in a funnel, and why no further? Lists and single actors, in place of counts.

use kundresa_analyze::{Context, Details, Funnel, FunnelPeople};
use kundresa_model::actor_source::ActorSource;
use kundresa_model::chunk::ActorChunk;
use kundresa_model::result::funnel_actors::{ActorListing, ExplainedFunnel, FunnelActors, FunnelJourney};
use kundresa_model::source::BoxError;
use kundresa_model::spec::funnel::FunnelSpec;
use kundresa_model::spec::request::{AnalysisSpec, Request, RunSpec};
use kundresa_model::spec::scope::Scope;

use crate::columns::{Needs, ReadColumns};
use crate::drive::pool;
use crate::error::EngineError;
use crate::export::{Labelled, label_needed, ranges_of};
use crate::options::RunOptions;
use crate::overview::Overview;
use crate::run::report_zone;

/// Whom to list.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    /// Number of the step, from 1.
    pub step: usize,
    /// Which of those at the step.
    pub which: ActorListing,
    /// Most units listed; the smallest ids stay.
    pub limit: usize,
    /// Whether all events of each actor are told.
    pub timelines: bool,
}

/// The units that `listing` asks for, as the funnel counts them. Such a list names people.
///
/// # Errors
/// When the funnel or a rule does not fit the log, when it has no such step, or when events can't be read.
pub fn funnel_actors(
    source: &dyn ActorSource,
    spec: &RunSpec,
    (funnel, scope): (&FunnelSpec, &Scope),
    listing: Listing,
    options: &RunOptions<'_>,
) -> Result<(FunnelActors, Labelled), EngineError> {
    let (mut found, mut units) = (0u64, Vec::new());
    let details = Details { timeline: listing.timelines, missing: false };
    let picks = |level: usize, is_open: bool| match listing.which {
        ActorListing::Reached => level >= listing.step,
        ActorListing::Stopped => level == listing.step && !is_open,
        ActorListing::Open => level == listing.step && is_open,
    };
    let visit = |people: &FunnelPeople<'_>, chunk: &ActorChunk<'_>| {
        people.for_each(chunk, details, picks, &mut |unit| {
            found += 1;
            units.push(unit);
            if units.len() >= listing.limit.saturating_mul(2).max(1_000) {
                keep_first(&mut units, listing.limit);
            }
        });
    };
    let (steps, labelled) = for_each_chunk(source, spec, (funnel, scope), None, options, visit)?;
    keep_first(&mut units, listing.limit);
    let step_name = steps.get(listing.step.wrapping_sub(1)).cloned().unwrap_or_default();
    let actors = FunnelActors {
        name: funnel.name.clone(),
        steps,
        unit: funnel.unit,
        step: listing.step as u64,
        step_name,
        listing: listing.which,
        found,
        more: found - units.len() as u64,
        units,
    };
    Ok((actors, labelled))
}

/// How the actors called `actor` get through the funnel, and what they lack.
///
/// # Errors
/// As [`funnel_actors`].
pub fn explain_funnel(
    source: &dyn ActorSource,
    spec: &RunSpec,
    (funnel, scope): (&FunnelSpec, &Scope),
    actor: &str,
    options: &RunOptions<'_>,
) -> Result<(ExplainedFunnel, Labelled), EngineError> {
    let mut units = Vec::new();
    let details = Details { timeline: false, missing: true };
    let visit = |people: &FunnelPeople<'_>, chunk: &ActorChunk<'_>| {
        people.for_each(chunk, details, |_, _| true, &mut |unit| units.push(unit));
    };
    let (steps, labelled) = for_each_chunk(source, spec, (funnel, scope), Some(actor), options, visit)?;
    let explained = ExplainedFunnel {
        actor: actor.to_owned(),
        name: funnel.name.clone(),
        steps,
        unit: funnel.unit,
        window: funnel.window.to_string(),
        units,
    };
    Ok((explained, labelled))
}

/// Hands the chunks of everybody, or of one actor, to `visit` with the funnel; with the names of its steps.
fn for_each_chunk(
    source: &dyn ActorSource,
    spec: &RunSpec,
    (funnel, scope): (&FunnelSpec, &Scope),
    actor: Option<&str>,
    options: &RunOptions<'_>,
    mut visit: impl FnMut(&FunnelPeople<'_>, &ActorChunk<'_>),
) -> Result<(Vec<String>, Labelled), EngineError> {
    let request = Request { analysis: AnalysisSpec::Funnel(funnel.clone()), scope: scope.clone() };
    let needs = Needs { phases: true, ..Needs::of(spec, std::slice::from_ref(&request))? };
    let columns = ReadColumns::all_with(source, spec, &needs);
    let zone = report_zone(spec)?;
    let context = Context {
        data_end: Overview::scan(source, spec.bots, &pool(options)?)?.period(spec, &zone).end(),
        zone,
        columns: &columns,
        taxonomy: spec.phases.taxonomy.taxonomy(),
        horizon_us: spec.phases.horizon.as_us(),
        goal: spec.phases.goal(),
        rules: Vec::new(),
    };
    let misfit = |error| EngineError::Request { analysis: crate::registry::title(&request.analysis), error };
    let funnel = Funnel::try_new(funnel, scope, &context).map_err(misfit)?;
    let people = FunnelPeople { funnel, columns: &columns };
    let mut show = |chunk: &ActorChunk<'_>| -> Result<(), BoxError> {
        match (actor, chunk.actor_ids) {
            (Some(actor), [id]) if id != actor => {}
            _ => visit(&people, chunk),
        }
        Ok(())
    };
    let alone = RunOptions { chunk_actors: 1, ..*options };
    let labelled = match actor {
        Some(actor) => label_needed(source, spec, &alone, &needs, ranges_of(source, actor)?, &mut show)?,
        None => label_needed(source, spec, options, &needs, 0..source.ranges(), &mut show)?,
    };
    Ok((people.step_names(), labelled))
}

/// Leaves the first `limit` units by id, then session, then entry.
fn keep_first(units: &mut Vec<FunnelJourney>, limit: usize) {
    units.sort_by_cached_key(|unit| {
        let entry = unit.matched.first().map(|step| step.event.ts_us);
        (unit.actor.clone(), unit.session, entry)
    });
    units.truncate(limit);
}
