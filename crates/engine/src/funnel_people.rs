//! Who got how far in a funnel, and why no further? Lists and single actors, in place of counts.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use kundresa_analyze::{Context, Details, Funnel, FunnelPeople, Unidentified};
use kundresa_model::actor_source::ActorSource;
use kundresa_model::chunk::ActorChunk;
use kundresa_model::result::funnel_actors::{
    ActorListing, ActorTimeline, ExplainedFunnel, FunnelActors, FunnelEvent, FunnelJourney,
};
use kundresa_model::source::BoxError;
use kundresa_model::spec::funnel::FunnelSpec;
use kundresa_model::spec::request::{AnalysisSpec, Request, RunSpec};
use kundresa_model::spec::scope::Scope;

use crate::chunks::TakingPart;
use crate::columns::{Needs, ReadColumns};
use crate::drive::{each_unidentified, pool};
use crate::error::EngineError;
use crate::export::{Labelled, label_needed, ranges_of};
use crate::options::RunOptions;
use crate::overview::{Overview, Period};
use crate::run::report_zone;
use crate::warnings::{nothing_after_from, thin_last_day, unknown_events_of_rules};
use crate::watch::{Matched, Watch};

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
        people.for_each(chunk, details, picks, &mut |unit, timeline| {
            found += 1;
            units.push((unit, timeline));
            if units.len() >= listing.limit.saturating_mul(2).max(1_000) {
                keep_first(&mut units, listing.limit);
            }
        });
    };
    let (steps, labelled) = for_each_chunk(source, spec, (funnel, scope), None, options, visit)?;
    keep_first(&mut units, listing.limit);
    let (units, timelines) = numbered(units);
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
        timelines,
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
        people.for_each(chunk, details, |_, _| true, &mut |unit, _| units.push(unit));
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
    let requests = std::slice::from_ref(&request);
    // Listings name the sessions of events, whatever the funnel counts.
    let needs = Needs { sessions: true, ..Needs::of(spec, requests)? };
    let columns = ReadColumns::all_with(source, spec, &needs);
    let zone = report_zone(spec)?;
    let period = Overview::scan(source, spec.bots, &pool(options)?)?.period(spec, &zone);
    nothing_after_from(&period, requests)?;
    let context = Context {
        data_end: period.end(),
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
    let watching = Watching { source, spec, needs: &needs, watch: Watch::try_new(spec, requests, &columns)? };
    let (mut matched, mut masks) = (watching.watch.nothing(), Vec::new());
    let mut show = |chunk: &ActorChunk<'_>| -> Result<(), BoxError> {
        watching.watch.see(chunk, &mut matched, &mut masks);
        match (actor, chunk.actor_ids) {
            (Some(actor), [id]) if id != actor => {}
            _ => visit(&people, chunk),
        }
        Ok(())
    };
    let alone = RunOptions { chunk_actors: 1, ..*options };
    let (ranges, one_by_one) = match actor {
        Some(actor) => (ranges_of(source, actor)?, &alone),
        None => ((0..source.ranges()).collect(), options),
    };
    let mut labelled = label_needed(source, spec, one_by_one, &needs, ranges.iter().copied(), &mut show)?;
    watching.see_others(&ranges, &period, options, &mut matched)?;
    let about_period = thin_last_day(&period);
    labelled.warnings.truncate(labelled.warnings.len() - usize::from(about_period.is_some()));
    if needs.phases {
        labelled.warnings.extend(unknown_events_of_rules(&spec.phases, &columns));
    }
    if labelled.accounting.events > 0 {
        labelled.warnings.extend(watching.watch.warnings(&matched));
    }
    labelled.warnings.extend(nothing_after_from(&period, requests)?);
    labelled.warnings.extend(about_period);
    Ok((people.step_names(), labelled))
}

/// Looks for events that the predicates of a funnel match, in all of a log.
struct Watching<'a> {
    source: &'a dyn ActorSource,
    spec: &'a RunSpec,
    needs: &'a Needs,
    watch: Watch,
}

impl Watching<'_> {
    /// Looks at what is not in `seen`, until every predicate has matched: mostly that is nothing at all.
    fn see_others(
        &self,
        seen: &[usize],
        period: &Period,
        options: &RunOptions<'_>,
        matched: &mut Matched,
    ) -> Result<(), EngineError> {
        let mut masks = Vec::new();
        let is_settled = Cell::new(self.watch.is_settled(matched));
        let others = (0..self.source.ranges()).filter(|range| !seen.contains(range)).take_while(|_| !is_settled.get());
        if !is_settled.get() && seen.len() < self.source.ranges() {
            let mut look = |chunk: &ActorChunk<'_>| -> Result<(), BoxError> {
                self.watch.see(chunk, matched, &mut masks);
                is_settled.set(self.watch.is_settled(matched));
                Ok(())
            };
            label_needed(self.source, self.spec, options, self.needs, others, &mut look)?;
        }
        if is_settled.get() {
            return Ok(());
        }
        let columns = ReadColumns::all_with(self.source, self.spec, self.needs);
        let taking_part = TakingPart { bots: self.spec.bots, cut: period.end().cut, everything: false };
        let mut look = |events: &Unidentified<'_>| self.watch.see_unidentified(events, matched, &mut masks);
        each_unidentified(self.source, &columns.projection(true, false), taking_part, &mut |_| {}, &mut look)
    }
}

/// A unit with the timeline of its actor, which all units of the actor share.
type Listed = (FunnelJourney, Option<Rc<[FunnelEvent]>>);

/// Leaves the first `limit` units by id, then session, then entry.
fn keep_first(units: &mut Vec<Listed>, limit: usize) {
    units.sort_by_cached_key(|(unit, _)| {
        let entry = unit.matched.first().map(|step| step.event.ts_us);
        (unit.actor.clone(), unit.session, entry)
    });
    units.truncate(limit);
}

/// The units, and each timeline once, in their order; units name theirs by its number.
fn numbered(listed: Vec<Listed>) -> (Vec<FunnelJourney>, Vec<ActorTimeline>) {
    let mut numbers: HashMap<*const FunnelEvent, u64> = HashMap::new();
    let (mut units, mut timelines) = (Vec::with_capacity(listed.len()), Vec::new());
    for (mut unit, timeline) in listed {
        if let Some(events) = &timeline {
            let number = *numbers.entry(events.as_ptr()).or_insert_with(|| {
                timelines.push(ActorTimeline { actor: unit.actor.clone(), events: events.to_vec() });
                timelines.len() as u64
            });
            unit.timeline = Some(number);
        }
        units.push((unit, timeline));
    }
    // Timelines live until here, so that no two of them can have had one address.
    (units.into_iter().map(|(unit, _)| unit).collect(), timelines)
}
