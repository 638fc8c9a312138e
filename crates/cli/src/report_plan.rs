//! Which analyses does a report run, and which of their results are which figures?
//!
//! Everything is asked for at once, so that one pass answers it. What depends on the log (has it pages, which funnel is
//! usual for it, over how many days does it go) is settled when it is loaded.

use anyhow::{Context, Result};
use kundresa_engine::RunOptions;
use kundresa_model::actor_source::ActorSource;
use kundresa_model::document::ReportFigures;
use kundresa_model::field::text;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::flow::{FlowResult, Flows, PageTransitions};
use kundresa_model::result::transitions::{TransitionsOf, TransitionsResult};
use kundresa_model::source::Wanted;
use kundresa_model::spec::calendar::CalendarUnit;
use kundresa_model::spec::funnel::FunnelSpec;
use kundresa_model::spec::paths::{PathDirection, PathNodes, PathSpec};
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::scope::Scope;
use kundresa_model::spec::signals::SignalsSpec;
use kundresa_model::time::DAY_US;

use crate::arguments::ReportPart;
use crate::loaded::Loaded;
use crate::settings::{Reading, Running};
use crate::{signals, standard_funnel};

/// Columns a funnel is broken down by unless `--by` says otherwise: the first that the log has.
const DEVICE_COLUMNS: [&str; 2] = [text::DEVICE, text::PLATFORM];
/// Nodes by name in a picture of events or pages.
const MOST_NODES: usize = 10;
/// Transitions between pages, and pages, in the document.
const MOST_PAGES: usize = 1_000;
/// Trends by day up to about a quarter, by week up to about two years.
const MOST_DAYS: i64 = 92;
const MOST_DAYS_OF_WEEKS: i64 = 731;

/// Everything the analyses may need, before it is known which columns the log has.
pub fn wanted(reading: &Reading, running: &Running) -> Result<Wanted> {
    let scope = &running.scope;
    let mut analyses = fixed(reading);
    analyses.push(pages(reading));
    analyses.push(AnalysisSpec::Paths(reading.config.paths.clone()));
    analyses.extend(reading.config.funnels.iter().cloned().map(AnalysisSpec::Funnel));
    let mut text = kundresa_engine::text_columns(&running.spec, &of_scope(analyses, scope))?;
    text.extend(DEVICE_COLUMNS.map(str::to_owned));
    Ok(Wanted { text, everything: false })
}

/// What the report asks for over what is loaded, without what it shall go without.
pub fn requests(
    reading: &Reading,
    running: &Running,
    loaded: &Loaded,
    leave_out: Option<ReportPart>,
) -> Result<Vec<Request>> {
    let log = &*loaded.events;
    let funnels = funnels(reading, running, log)?;
    let has_pages = has_column(log, text::PAGE);
    let mut analyses = fixed(reading);
    analyses.extend(has_pages.then(|| pages(reading)));
    // How many actors a path is of is not counted, so that a privacy threshold leaves them out.
    if running.scope.min_actors == 0 && leave_out != Some(ReportPart::Paths) {
        analyses.push(AnalysisSpec::Paths(paths(&reading.config.paths, has_pages)));
        analyses.extend(funnels.first().and_then(|main| to_conversion(main, &reading.config.paths, log)));
    }
    if has_pages && signals::are_beside_others(&loaded.facts.sources) {
        let sources = signals::sources(&loaded.facts.sources, &[])?;
        analyses.push(AnalysisSpec::Signals(SignalsSpec { sources, ..SignalsSpec::default() }));
    }
    let mut requests = of_scope(analyses, &running.scope);
    let by = running.scope.by.clone().or_else(|| device_column(log));
    let scope = Scope { by, ..running.scope.clone() };
    requests.extend(of_scope(funnels.into_iter().map(AnalysisSpec::Funnel).collect(), &scope));
    Ok(requests)
}

fn of_scope(analyses: Vec<AnalysisSpec>, scope: &Scope) -> Vec<Request> {
    analyses.into_iter().map(|analysis| Request { analysis, scope: scope.clone() }).collect()
}

/// What every log is asked.
fn fixed(reading: &Reading) -> Vec<AnalysisSpec> {
    vec![
        AnalysisSpec::Sessions,
        AnalysisSpec::Phases,
        AnalysisSpec::PhaseTransitions,
        AnalysisSpec::EventTransitions,
        AnalysisSpec::Overview(reading.config.overview.clone()),
        AnalysisSpec::Carts(reading.config.carts.clone()),
    ]
}

fn pages(reading: &Reading) -> AnalysisSpec {
    AnalysisSpec::PageTransitions { views: reading.config.paths.views.clone() }
}

/// The configured paths; of events where the log has no pages.
fn paths(configured: &PathSpec, has_pages: bool) -> PathSpec {
    let nodes = if has_pages { configured.nodes } else { PathNodes::Events };
    PathSpec { nodes, ..configured.clone() }
}

/// Paths that lead to the last step of the main funnel, if the log can have it.
fn to_conversion(main: &FunnelSpec, configured: &PathSpec, log: &dyn ActorSource) -> Option<AnalysisSpec> {
    let [_, .., last] = main.steps.as_slice() else { return None };
    let anchor = Some(last.when.clone()).filter(|when| occurs(when, log));
    anchor.map(|anchor| {
        AnalysisSpec::Paths(PathSpec {
            nodes: PathNodes::Events,
            direction: PathDirection::Backward,
            anchor: Some(anchor),
            ..configured.clone()
        })
    })
}

/// Whether an event of the log may satisfy a step; for certain only where the step is event names.
fn occurs(step: &str, log: &dyn ActorSource) -> bool {
    let Some(column) = log.text_columns().iter().position(|name| name == text::EVENT) else { return false };
    step.contains(['=', '*', '?', '"', '\'', '('])
        || step.split('|').any(|name| log.dictionary(column).code(name.trim()).is_some())
}

/// The configured funnels, else the usual one, each with a trend.
fn funnels(reading: &Reading, running: &Running, log: &dyn ActorSource) -> Result<Vec<FunnelSpec>> {
    let mut funnels = reading.config.funnels.clone();
    if funnels.is_empty() {
        funnels.extend(standard_funnel::of(log));
    }
    if funnels.iter().any(|funnel| funnel.trend.is_none()) {
        let options = RunOptions { threads: running.resources.threads, ..RunOptions::default() };
        let span = kundresa_engine::time_span(log, &running.spec, &options)?;
        let from = running.scope.from_us.unwrap_or(i64::MIN);
        let bucket = bucket(span.map_or(0, |(first, last)| last.saturating_sub(first.max(from))));
        // An emulation has no times, so no buckets either.
        let without = funnels.iter_mut().filter(|funnel| funnel.trend.is_none() && funnel.emulation.is_none());
        without.for_each(|funnel| funnel.trend = Some(bucket));
    }
    Ok(funnels)
}

fn bucket(span_us: i64) -> CalendarUnit {
    match span_us / DAY_US {
        days if days <= MOST_DAYS => CalendarUnit::Day,
        days if days <= MOST_DAYS_OF_WEEKS => CalendarUnit::Week,
        _ => CalendarUnit::Month,
    }
}

/// Whether the log has the column, with values in it: rows that may have any name have every name that is asked for.
fn has_column(log: &dyn ActorSource, name: &str) -> bool {
    let place = log.text_columns().iter().position(|column| column == name);
    place.is_some_and(|place| !log.dictionary(place).values().is_empty())
}

fn device_column(log: &dyn ActorSource) -> Option<String> {
    DEVICE_COLUMNS.into_iter().find(|name| has_column(log, name)).map(str::to_owned)
}

/// Results by what they are of, in the order in which they came.
#[derive(Default)]
struct Sorted {
    sessions: Vec<kundresa_model::result::sessions::SessionsResult>,
    phases: Vec<kundresa_model::result::phases::PhasesResult>,
    transitions: Vec<TransitionsResult>,
    funnels: Vec<kundresa_model::result::funnel::FunnelResult>,
    overviews: Vec<kundresa_model::result::overview::OverviewResult>,
    carts: Vec<kundresa_model::result::carts::CartsResult>,
    paths: Vec<kundresa_model::result::paths::PathsResult>,
    signals: Vec<kundresa_model::result::signals::SignalsResult>,
}

impl Sorted {
    fn of(results: Vec<AnalysisResult>) -> Self {
        let mut sorted = Self::default();
        for result in results {
            match result {
                AnalysisResult::Sessions(result) => sorted.sessions.push(result),
                AnalysisResult::Phases(result) => sorted.phases.push(result),
                AnalysisResult::Transitions(result) => sorted.transitions.push(result),
                AnalysisResult::Funnel(result) => sorted.funnels.push(result),
                AnalysisResult::Overview(result) => sorted.overviews.push(*result),
                AnalysisResult::Carts(result) => sorted.carts.push(*result),
                AnalysisResult::Paths(result) => sorted.paths.push(result),
                AnalysisResult::Signals(result) => sorted.signals.push(result),
                AnalysisResult::Bridge(_) | AnalysisResult::Overlap(_) => {}
            }
        }
        sorted
    }
}

/// The figures of a report from the results of [`requests`].
pub fn figures(title: Option<String>, results: Vec<AnalysisResult>) -> Result<ReportFigures> {
    let missing = "the engine gave fewer results than were asked for";
    let Sorted { mut sessions, mut phases, mut transitions, funnels, mut overviews, mut carts, paths, mut signals } =
        Sorted::of(results);
    let mut take = |of| {
        let place = transitions.iter().position(|result| result.of == of);
        place.map(|place| transitions.swap_remove(place))
    };
    let between_phases = take(TransitionsOf::Phases).context(missing)?;
    let between_events = take(TransitionsOf::Events).context(missing)?;
    let between_pages = take(TransitionsOf::Pages).filter(|pages| !pages.nodes.is_empty());
    let mut paths = paths.into_iter();
    Ok(ReportFigures {
        title: title.unwrap_or_else(|| "Customer journey report".to_owned()),
        flows: Flows {
            phases: FlowResult::of(&between_phases, MOST_NODES),
            events: FlowResult::of(&between_events, MOST_NODES),
            pages: between_pages.as_ref().map(|pages| FlowResult::of(pages, MOST_NODES)),
        },
        overview: overviews.pop().context(missing)?,
        sessions: sessions.pop().context(missing)?,
        phases: phases.pop().context(missing)?,
        transitions: between_phases,
        event_transitions: between_events,
        page_transitions: between_pages.map(|pages| PageTransitions::of(pages, MOST_PAGES)),
        carts: carts.pop().context(missing)?,
        paths: paths.next(),
        paths_to_conversion: paths.next(),
        signals: signals.pop(),
        funnels,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trends_have_buckets_that_fit_the_length_of_the_data() {
        let of_days = |days: i64| bucket(days * DAY_US);
        assert_eq!((of_days(0), of_days(92)), (CalendarUnit::Day, CalendarUnit::Day));
        assert_eq!((of_days(93), of_days(731)), (CalendarUnit::Week, CalendarUnit::Week));
        assert_eq!((of_days(732), bucket(i64::MAX)), (CalendarUnit::Month, CalendarUnit::Month));
    }
}
