//! How do requests become results, in one go or in pieces?

use kundresa_analyze::Accounting;
use kundresa_model::actor_source::ActorSource;
use kundresa_model::result::AnalysisResult;
use kundresa_model::spec::request::{Request, RunSpec};
use kundresa_model::time::DataEnd;
use kundresa_model::zone::ZoneTable;
use rayon::ThreadPool;

use crate::columns::ReadColumns;
use crate::drive::{Counted, count, pool};
use crate::error::EngineError;
use crate::options::RunOptions;
use crate::overview::{DataEndFrom, Overview, Period};
use crate::partial::{Envelope, PartialSet};
use crate::plan::Plan;
use crate::warnings::{nothing_after_from, thin_last_day};

/// What a run gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// One result per request, in their order.
    pub results: Vec<AnalysisResult>,
    /// After this no deadline is known to be over; `None` for a log without events and no end given.
    pub data_end: Option<DataEnd>,
    /// How the data end was found.
    pub data_end_from: DataEndFrom,
    /// First event that takes part, UTC microseconds.
    pub data_start_us: Option<i64>,
    /// Events that took no part, and all events.
    pub accounting: Accounting,
    /// Things to know when reading the figures. They depend on rows and settings only.
    pub warnings: Vec<String>,
}

/// The results of `requests` over everything in `source`.
///
/// Filters, breakdowns and `--from` are each request's own; rules, data end and bots are the run's. Results are the same
/// bytes for any [`RunOptions`].
///
/// # Errors
/// When a request or rule does not fit the log, the period is empty, or events can't be read.
pub fn run(
    source: &dyn ActorSource,
    spec: &RunSpec,
    requests: &[Request],
    options: &RunOptions<'_>,
) -> Result<Outcome, EngineError> {
    scan(source, spec, requests, options, |scanned| {
        let Scanned { plan, counted, period, pool, .. } = scanned;
        finish(plan, counted, period, requests, Some(pool))
    })
}

/// What [`run`] would count, as data to be merged with that of other actors.
///
/// Parts of one log must agree on the data end: give it with `to_us` or `as_of_us`.
///
/// # Errors
/// As [`run`].
pub fn scan_partial(
    source: &dyn ActorSource,
    spec: &RunSpec,
    requests: &[Request],
    options: &RunOptions<'_>,
) -> Result<PartialSet, EngineError> {
    scan(source, spec, requests, options, |scanned| {
        let Scanned { plan, counted, period, columns, .. } = scanned;
        PartialSet::write(&counted, &plan, requests, period, Envelope::new(spec, requests, period, columns))
    })
}

/// The sum of partials of disjoint actors. `source` only lends its dictionaries; their order does not matter.
///
/// # Errors
/// When there is none, or when they do not belong together or to this run.
pub fn merge_partials(
    source: &dyn ActorSource,
    spec: &RunSpec,
    requests: &[Request],
    partials: Vec<PartialSet>,
) -> Result<PartialSet, EngineError> {
    partials.iter().try_for_each(PartialSet::check_version)?;
    let mut partials = partials.into_iter();
    let first = partials.next().ok_or(EngineError::NoPartials)?;
    let mut period = first.clone();
    let columns = ReadColumns::needed(source, spec, requests)?;
    let envelope = Envelope::new(spec, requests, &first.period(), &columns);
    first.check(&envelope)?;
    let zone = report_zone(spec)?;
    let plan = Plan::try_new(source, &columns, &zone, spec, requests, first.period().end())?;
    let mut counted = first.read(&plan, requests)?;
    for partial in partials {
        partial.check(&envelope)?;
        period.merge_period(&partial);
        plan.merge(&mut counted, partial.read(&plan, requests)?);
    }
    PartialSet::write(&counted, &plan, requests, &period.period(), envelope)
}

/// The outcome of a merged partial: what [`run`] gives over all its actors. `source` only lends its dictionaries.
///
/// # Errors
/// When the partial does not belong to this run, or the period is empty.
pub fn finish_partials(
    source: &dyn ActorSource,
    spec: &RunSpec,
    requests: &[Request],
    partial: PartialSet,
) -> Result<Outcome, EngineError> {
    partial.check_version()?;
    let period = partial.period();
    let columns = ReadColumns::needed(source, spec, requests)?;
    partial.check(&Envelope::new(spec, requests, &period, &columns))?;
    let zone = report_zone(spec)?;
    let plan = Plan::try_new(source, &columns, &zone, spec, requests, period.end())?;
    let counted = partial.read(&plan, requests)?;
    finish(plan, counted, &period, requests, None)
}

/// Everything counted, and what it was counted with.
struct Scanned<'a> {
    plan: Plan<'a>,
    counted: Counted,
    period: &'a Period,
    columns: &'a ReadColumns<'a>,
    pool: &'a ThreadPool,
}

/// What `then` makes of everything in `source`, counted.
fn scan<T>(
    source: &dyn ActorSource,
    spec: &RunSpec,
    requests: &[Request],
    options: &RunOptions<'_>,
    then: impl FnOnce(Scanned<'_>) -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    let columns = ReadColumns::needed(source, spec, requests)?;
    let zone = report_zone(spec)?;
    let pool = pool(options)?;
    let overview = Overview::scan(source, spec.bots, &pool)?;
    let period = overview.period(spec, &zone);
    let mut plan = Plan::try_new(source, &columns, &zone, spec, requests, period.end())?;
    plan.taking_part.everything = overview.lets_all_take_part(period.end().cut);
    // An empty period is known before the work; the warning it may give instead is told after it.
    nothing_after_from(&period, requests)?;
    let counted = count(&plan, &pool, options)?;
    then(Scanned { plan, counted, period: &period, columns: &columns, pool: &pool })
}

/// The zone of the specification; without a name UTC.
pub(crate) fn report_zone(spec: &RunSpec) -> Result<ZoneTable, EngineError> {
    if spec.time_zone.is_empty() { Ok(ZoneTable::utc()) } else { Ok(ZoneTable::try_new(&spec.time_zone)?) }
}

fn finish(
    mut plan: Plan<'_>,
    counted: Counted,
    period: &Period,
    requests: &[Request],
    pool: Option<&ThreadPool>,
) -> Result<Outcome, EngineError> {
    let Counted { partials, accounting, matched, .. } = counted;
    let mut warnings = std::mem::take(&mut plan.warnings);
    if accounting.events > 0 {
        warnings.extend(plan.watch.warnings(&matched));
    }
    warnings.extend(nothing_after_from(period, requests)?);
    warnings.extend(thin_last_day(period));
    Ok(Outcome {
        results: plan.results(partials, &accounting, pool),
        data_end: period.data_end,
        data_end_from: period.from,
        data_start_us: period.start_us,
        accounting,
        warnings,
    })
}
