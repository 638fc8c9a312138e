//! Do funnels equal a search over all ways to give events to steps, unit by unit?

use kundresa_analyze::funnel::kernel::PlainKernel;
use kundresa_analyze::{AnalyzeError, Funnel};
use kundresa_model::event_table::EventFlags;
use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{FunnelResult, FunnelSegment, FunnelStepResult, StepCounts};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::spec::funnel::{FunnelEntry, FunnelSpec, FunnelStep, FunnelUnit, Window};
use kundresa_model::spec::scope::FilterScope;
use kundresa_model::time::Duration;
use proptest::prelude::*;

use crate::kernel::search;
use crate::phases::{at, setting_at};
use crate::support::{
    Dictionaries, Event, Filter, Journey, Setting, TICK, TestScope, journeys, scopes, segments, sessions_of, settings,
};

/// A unit that entered: step times of its witness, and whether it is open.
#[derive(Clone, Debug)]
struct Row {
    times: Vec<i64>,
    is_open: bool,
}

/// Steps as the event codes that satisfy them.
#[derive(Clone, Debug)]
struct TestFunnel {
    steps: Vec<Vec<u32>>,
    window: Window,
    unit: FunnelUnit,
    entry: FunnelEntry,
}

impl TestFunnel {
    fn spec(&self) -> FunnelSpec {
        let names = ["", "a", "b", "c", "d", "e"];
        let written = |step: &Vec<u32>| step.iter().map(|code| names[*code as usize]).collect::<Vec<_>>().join("|");
        FunnelSpec {
            name: Some("test".to_owned()),
            steps: self.steps.iter().map(|step| FunnelStep::of(&written(step))).collect(),
            window: self.window,
            unit: self.unit,
            entry: self.entry,
            ..FunnelSpec::default()
        }
    }

    fn satisfied(&self, event: &Event) -> u64 {
        let bit = |(index, step): (usize, &Vec<u32>)| u64::from(step.contains(&event.event)) << index;
        self.steps.iter().enumerate().map(bit).sum()
    }

    /// The unit of the events at `positions`, with the device at its witness's step 1.
    fn row(&self, journey: &Journey, positions: &[usize], from: Option<i64>, data_end: i64) -> Option<(u32, Row)> {
        let takes_part = |at: &&usize| journey[**at].flags & EventFlags::REPEATED_ORDER == 0;
        let positions: Vec<usize> = positions.iter().filter(takes_part).copied().collect();
        let events: Vec<(i64, u64)> =
            positions.iter().map(|&at| (journey[at].ts, self.satisfied(&journey[at]))).collect();
        let kernel = PlainKernel {
            steps: self.steps.len(),
            window_us: self.window.as_us(),
            from_us: from.unwrap_or(i64::MIN),
            entry: self.entry,
        };
        let found = search(kernel, &events)?;
        let may_go_on = match self.window {
            Window::None => true,
            Window::Within(window) => found.latest_entry + window.as_us() > data_end,
        };
        let is_open = found.times.len() < self.steps.len() && may_go_on;
        Some((journey[positions[found.entry]].device, Row { times: found.times, is_open }))
    }
}

fn funnels() -> impl Strategy<Value = TestFunnel> {
    let step = prop::collection::btree_set(1..=5u32, 1..3).prop_map(|codes| codes.into_iter().collect::<Vec<u32>>());
    let window = prop_oneof![
        4 => (0..7i64).prop_map(|ticks| Window::Within(Duration::from_us(ticks * TICK))),
        1 => Just(Window::None),
    ];
    let unit = prop_oneof![Just(FunnelUnit::Actor), Just(FunnelUnit::Session)];
    let entry = prop_oneof![Just(FunnelEntry::Best), Just(FunnelEntry::First)];
    (prop::collection::vec(step, 1..4), window, unit, entry).prop_map(|(steps, window, unit, entry)| TestFunnel {
        steps,
        window,
        unit,
        entry,
    })
}

/// Candidates, and the units that entered with the device at their step 1.
fn units(funnel: &TestFunnel, scope: &TestScope, setting: &Setting, log: &[Journey]) -> (u64, Vec<(u32, Row)>) {
    let (mut candidates, mut rows) = (0, Vec::new());
    for journey in log {
        let shown = |at: &usize| scope.sees(journey, *at);
        if funnel.unit == FunnelUnit::Actor {
            let ignores_filter = scope.filter_scope == FilterScope::Event;
            let counts = |at: usize| scope.is_late(journey[at].ts) && (ignores_filter || scope.sees(journey, at));
            candidates += u64::from((0..journey.len()).any(counts));
            let positions: Vec<usize> = (0..journey.len()).filter(shown).collect();
            rows.extend(funnel.row(journey, &positions, scope.from, setting.data_end));
            continue;
        }
        for session in sessions_of(journey) {
            let start = session.activity[0];
            let chosen = scope.filter_scope == FilterScope::Event || scope.sees(journey, start);
            if chosen && scope.is_late(journey[start].ts) {
                candidates += 1;
                let positions: Vec<usize> = session.events.into_iter().filter(shown).collect();
                rows.extend(funnel.row(journey, &positions, None, setting.data_end));
            }
        }
    }
    (candidates, rows)
}

fn step_counts(funnel: &TestFunnel, rows: &[Row]) -> Vec<StepCounts> {
    let steps = funnel.spec().steps;
    let count = |of: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| of(row)).count() as u64;
    let counts = |(index, step): (usize, &FunnelStep)| {
        let level = index + 1;
        let reached = count(&|row| row.times.len() >= level);
        let open = count(&|row| row.times.len() == level && row.is_open);
        let ended = count(&|row| row.times.len() == level && !row.is_open);
        let stopped = if level == steps.len() { 0 } else { ended };
        StepCounts {
            name: step.name.clone(),
            reached: reached.into(),
            stopped: stopped.into(),
            open: open.into(),
            drop_off: Rate::new(stopped, reached - open),
        }
    };
    steps.iter().enumerate().map(counts).collect()
}

fn figures(funnel: &TestFunnel, rows: &[Row]) -> FunnelSegment {
    let steps = step_counts(funnel, rows);
    let last = funnel.steps.len() - 1;
    let converted = rows.iter().filter(|row| row.times.len() == last + 1);
    FunnelSegment {
        conversion: Rate::of(steps[last].reached, steps[0].reached),
        time_to_convert_us: Quantiles::of(&mut converted.map(|row| row.times[last] - row.times[0]).collect::<Vec<_>>()),
        steps,
        ..FunnelSegment::default()
    }
}

fn slow(funnel: &TestFunnel, scope: &TestScope, setting: &Setting, log: &[Journey]) -> FunnelResult {
    let (candidates, rows) = units(funnel, scope, setting, log);
    let plain: Vec<Row> = rows.iter().map(|(_, row)| row.clone()).collect();
    let total = figures(funnel, &plain);
    let entered = total.steps[0].reached;
    let step = |(index, counts): (usize, &StepCounts)| {
        let before = if index == 0 { candidates.into() } else { total.steps[index - 1].reached };
        let pairs = plain.iter().filter(|row| index > 0 && row.times.len() > index);
        FunnelStepResult {
            name: counts.name.clone(),
            when: funnel.spec().steps[index].when.clone(),
            reached: counts.reached,
            stopped: counts.stopped,
            open: counts.open,
            of_entered: Rate::of(counts.reached, entered),
            of_previous: Rate::of(counts.reached, before),
            drop_off: counts.drop_off,
            time_from_previous_us: Quantiles::of(
                &mut pairs.map(|row| row.times[index] - row.times[index - 1]).collect::<Vec<_>>(),
            ),
            ..FunnelStepResult::default()
        }
    };
    let segment =
        |(value, values, rows): (String, u64, Vec<Row>)| Segment { value, values, figures: figures(funnel, &rows) };
    FunnelResult {
        name: Some("test".to_owned()),
        unit: funnel.unit,
        entry: funnel.entry,
        window: funnel.window,
        emulation: None,
        filter_scope: scope.filter.map(|_| scope.filter_scope),
        candidates: candidates.into(),
        steps: total.steps.iter().enumerate().map(step).collect(),
        conversion: total.conversion,
        time_to_convert_us: total.time_to_convert_us.clone(),
        by: segments(scope, &rows)
            .map(|rows| Breakdown { dimension: "device".to_owned(), rows: rows.into_iter().map(segment).collect() }),
        ..FunnelResult::default()
    }
}

/// The result without intervals and tests, and without what `funnel_options` checks.
fn core(mut result: FunnelResult) -> FunnelResult {
    for row in result.by.iter_mut().flat_map(|by| &mut by.rows) {
        (row.figures.conversion_interval, row.figures.comparison) = (None, None);
    }
    let step = |step| FunnelStepResult { events: 0.into(), time_from_previous_counts: Vec::new(), next: None, ..step };
    FunnelResult {
        steps: result.steps.into_iter().map(step).collect(),
        time_bounds_us: Vec::new(),
        time_to_convert_counts: Vec::new(),
        conversion_interval: None,
        ..result
    }
}

fn run(funnel: &TestFunnel, scope: &TestScope, setting: &Setting, log: &[Journey]) -> FunnelResult {
    let columns = Dictionaries::default();
    let analysis = Funnel::try_new(&funnel.spec(), &scope.scope(), &setting.context(&columns)).unwrap();
    crate::support::run(&analysis, log, &setting.taxonomy)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6_000))]

    #[test]
    fn funnels_equal_exhaustive_search_unit_by_unit(
        funnel in funnels(),
        log in journeys(),
        scope in scopes(),
        setting in settings(),
    ) {
        let result = run(&funnel, &scope, &setting, &log);
        for pair in result.steps.windows(2) {
            prop_assert_eq!(pair[0].reached, pair[1].reached + pair[0].stopped + pair[0].open);
        }
        prop_assert_eq!(core(result), slow(&funnel, &scope, &setting, &log));
    }
}

fn a_then_b(window: &str) -> TestFunnel {
    let window = window.parse().unwrap();
    TestFunnel { steps: vec![vec![1], vec![2]], window, unit: FunnelUnit::Actor, entry: FunnelEntry::Best }
}

fn stopped_and_open(funnel: &TestFunnel, tick: i64, log: &[Journey]) -> (u64, u64) {
    let result = run(funnel, &TestScope::everything(), &setting_at(tick), log);
    (result.steps[0].stopped.drawn(), result.steps[0].open.drawn())
}

#[test]
fn an_attempt_is_over_exactly_when_its_window_ends_at_the_data_end() {
    let (log, funnel) = ([vec![at(1, None)]], a_then_b("1d"));
    assert_eq!(stopped_and_open(&funnel, 3, &log), (0, 1));
    assert_eq!(stopped_and_open(&funnel, 4, &log), (1, 0));
    assert_eq!(stopped_and_open(&a_then_b("none"), 400, &log), (0, 1));
}

#[test]
fn a_later_attempt_keeps_a_unit_open_but_not_with_the_first_entry_only() {
    let log = [vec![at(1, None), at(5, None)]];
    let best = a_then_b("1d");
    let first = TestFunnel { entry: FunnelEntry::First, ..best.clone() };
    assert_eq!((stopped_and_open(&best, 6, &log), stopped_and_open(&first, 6, &log)), ((0, 1), (1, 0)));
}

#[test]
fn a_repeated_order_satisfies_no_step() {
    let repeated = Event { event: 2, flags: EventFlags::ACTIVITY | EventFlags::REPEATED_ORDER, ..at(2, None) };
    let result = run(&a_then_b("7d"), &TestScope::everything(), &setting_at(90), &[vec![at(1, None), repeated]]);
    assert_eq!((result.steps[0].reached.drawn(), result.steps[1].reached.drawn()), (1, 0));
}

#[test]
fn an_event_filter_takes_away_steps_but_no_candidates() {
    let log = [vec![at(1, None), Event { event: 2, ..at(2, None) }]];
    let scope =
        TestScope { filter: Some(Filter::EventIsB), filter_scope: FilterScope::Event, ..TestScope::everything() };
    let result = run(&a_then_b("7d"), &scope, &setting_at(90), &log);
    assert_eq!((result.candidates.drawn(), result.steps[0].reached.drawn()), (1, 0));
}

#[test]
fn a_funnel_needs_steps_and_known_columns() {
    let columns = Dictionaries::default();
    let setting = setting_at(0);
    let scope = TestScope::everything().scope();
    let none = TestFunnel { steps: Vec::new(), ..a_then_b("7d") }.spec();
    let error = Funnel::try_new(&none, &scope, &setting.context(&columns)).unwrap_err();
    assert_eq!(error, AnalyzeError::StepCount { found: 0, limit: 64 });
    let by_devise = kundresa_model::spec::scope::Scope { by: Some("devise".to_owned()), ..scope };
    let error = Funnel::try_new(&a_then_b("7d").spec(), &by_devise, &setting.context(&columns)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "results can't be broken down by `devise`: no column or property is called so (did you mean `device`?)"
    );
}
