//! Do phase figures equal a count by hand, and is every visitor moved on, dropped or open?

use kundresa_analyze::PhaseVisits;
use kundresa_analyze::statistics::{benjamini_hochberg, compare, wilson};
use kundresa_model::event_table::EventFlags;
use kundresa_model::phase::{Phase, TaxonomyName};
use kundresa_model::rate::Rate;
use kundresa_model::result::phases::{PhaseCounts, PhaseFigures, PhaseSegment, PhasesResult, RuleShare};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::time::DAY_US;
use proptest::prelude::*;

use crate::support::{
    Dictionaries, Event, Journey, Setting, TICK, TestScope, first_device, journeys, scopes, segments, sessions_of,
    settings, visits_of,
};

/// What became of one visitor.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    MovedOn,
    DroppedBefore,
    DroppedAfter,
    Open,
}

/// One actor: the phases it visited, each with its fate.
type Row = Vec<(u8, Fate)>;

/// Whether the journey is over, from the definition.
pub fn is_over(journey: &Journey, setting: &Setting) -> bool {
    let active = journey.iter().rev().find(|event| event.is_activity());
    let last = active.or(journey.last()).unwrap().ts;
    setting.data_end - last >= setting.horizon_us
}

/// Dwell from the definition.
pub fn dwell(from: &Event, to: &Event) -> i64 {
    let dates = [from, to].iter().filter(|event| event.flags & EventFlags::DAY_PRECISION != 0).count();
    let elapsed = to.ts - from.ts;
    match dates {
        0 => elapsed,
        1 => elapsed - elapsed % DAY_US,
        _ => (0..1_000).map(|days| days * DAY_US).min_by_key(|span| (span - elapsed).abs()).unwrap(),
    }
}

fn active(journey: &Journey, positions: &[usize]) -> i64 {
    let of_session = |events: &Vec<usize>| {
        let inside: Vec<i64> = positions.iter().filter(|at| events.contains(at)).map(|&at| journey[at].ts).collect();
        inside.last().zip(inside.first()).map_or(0, |(last, first)| last - first)
    };
    sessions_of(journey).iter().map(|session| of_session(&session.events)).sum()
}

fn fate(journey: &Journey, setting: &Setting, is_last: bool) -> Fate {
    let attained = journey.iter().filter_map(|event| event.phase).max();
    match (is_last, is_over(journey, setting)) {
        (false, _) => Fate::MovedOn,
        (true, false) => Fate::Open,
        (true, true) if attained >= Some(setting.goal as u8) => Fate::DroppedAfter,
        (true, true) => Fate::DroppedBefore,
    }
}

#[derive(Clone, Debug, Default)]
struct Spent {
    events: u64,
    visits: u64,
    dwell: Vec<i64>,
    active: Vec<i64>,
}

fn slow(scope: &TestScope, setting: &Setting, log: &[Journey]) -> PhasesResult {
    let mut spent = vec![Spent::default(); setting.taxonomy.len()];
    let mut rows: Vec<(u32, Row)> = Vec::new();
    let mut phaseless = 0;
    for journey in log {
        let visits = visits_of(journey, &setting.taxonomy);
        let chosen: Vec<_> = visits.iter().filter(|visit| scope.chooses(journey, visit.1)).collect();
        for &&(phase, first, last) in &chosen {
            let positions: Vec<usize> = (first..=last).filter(|&at| journey[at].phase.is_some()).collect();
            let spent = &mut spent[usize::from(phase)];
            spent.visits += 1;
            spent.events += positions.len() as u64;
            spent.active.push(active(journey, &positions));
            let next = visits.iter().find(|visit| visit.1 > last);
            spent.dwell.extend(next.map(|next| dwell(&journey[first], &journey[next.1])));
        }
        let is_phaseless = visits.is_empty() && scope.chooses(journey, 0);
        phaseless += u64::from(is_phaseless);
        let mut phases: Vec<u8> = chosen.iter().map(|visit| visit.0).collect();
        phases.sort_unstable();
        phases.dedup();
        if is_phaseless || !phases.is_empty() {
            let last = visits.last().map(|visit| visit.0);
            let fates = phases.iter().map(|&phase| (phase, fate(journey, setting, Some(phase) == last))).collect();
            rows.push((first_device(journey, 0..journey.len()), fates));
        }
    }
    result(scope, setting, log, spent, &rows, phaseless)
}

fn result(
    scope: &TestScope,
    setting: &Setting,
    log: &[Journey],
    spent: Vec<Spent>,
    rows: &[(u32, Row)],
    no_phase_actors: u64,
) -> PhasesResult {
    let plain: Vec<Row> = rows.iter().map(|(_, row)| row.clone()).collect();
    let left_out = EventFlags::BOT | EventFlags::SYNTHETIC;
    let classifiable: Vec<&Event> = log.iter().flatten().filter(|event| event.flags & left_out == 0).collect();
    let all = classifiable.len() as u64;
    let of_rule = |rule: Option<u8>| classifiable.iter().filter(|event| event.phase == rule).count() as u64;
    let coverage_of = Rate::new(all - of_rule(None), all);
    let share = |rule: &str, phase: Option<Phase>| RuleShare {
        rule: rule.to_owned(),
        phase: phase.map(|phase| phase.key().to_owned()),
        events: Rate::new(of_rule(phase.map(|phase| phase as u8)), all),
    };
    let classified = Phase::ALL.iter().map(|&phase| share(phase.key(), Some(phase)));
    let by_phase = (0u8..).zip(&setting.taxonomy.keys).zip(spent);
    let mut result = PhasesResult {
        taxonomy: setting.taxonomy.name.name().to_owned(),
        coverage: coverage_of.value(),
        coverage_of,
        coverage_without_last_rule: Rate::new(all - of_rule(None) - of_rule(Some(7)), all),
        rules: classified.chain([share("unclassified", None)]).collect(),
        actors: (rows.len() as u64).into(),
        no_phase_actors: no_phase_actors.into(),
        horizon_us: setting.horizon_us,
        goal: setting.goal.key().to_owned(),
        goal_phase: setting.taxonomy.keys[usize::from(setting.taxonomy.of_canonical[setting.goal as usize])].to_owned(),
        phases: by_phase.map(|((phase, key), spent)| figures(phase, key, spent, &plain)).collect(),
        by: segments(scope, rows).map(|segments| Breakdown {
            dimension: "device".to_owned(),
            rows: segments.into_iter().map(|(value, values, rows)| segment(setting, value, values, &rows)).collect(),
        }),
    };
    compare_segments(&mut result);
    result
}

/// Every segment against the rest, all phases in one table.
fn compare_segments(result: &mut PhasesResult) {
    let totals: Vec<Rate> = result.phases.iter().map(|phase| phase.reached).collect();
    let rows = result.by.iter_mut().flat_map(|by| &mut by.rows);
    let mut phases: Vec<(usize, &mut PhaseCounts)> =
        rows.flat_map(|row| row.figures.phases.iter_mut().enumerate()).collect();
    for (at, phase) in &mut phases {
        let [own, all] = [phase.reached, totals[*at]];
        let others = Rate::new(all.numerator - own.numerator, all.denominator - own.denominator);
        phase.comparison = Some(compare(own, others));
    }
    let tested = |(_, phase): &(usize, &mut PhaseCounts)| phase.comparison.as_ref().unwrap().p_value;
    let adjusted = benjamini_hochberg(&phases.iter().map(tested).collect::<Vec<_>>());
    for ((_, phase), adjusted) in phases.iter_mut().zip(adjusted) {
        phase.comparison.as_mut().unwrap().p_adjusted = adjusted;
    }
}

fn count(rows: &[Row], phase: u8, fates: &[Fate]) -> u64 {
    rows.iter().flatten().filter(|(visited, fate)| *visited == phase && fates.contains(fate)).count() as u64
}

fn reached(rows: &[Row], phase: u8) -> Rate {
    Rate::new(count(rows, phase, &ALL), rows.len() as u64)
}

const DROPPED: [Fate; 2] = [Fate::DroppedBefore, Fate::DroppedAfter];
const ALL: [Fate; 4] = [Fate::MovedOn, Fate::DroppedBefore, Fate::DroppedAfter, Fate::Open];

fn figures(phase: u8, key: &str, mut spent: Spent, rows: &[Row]) -> PhaseFigures {
    PhaseFigures {
        phase: key.to_owned(),
        visitors: count(rows, phase, &ALL).into(),
        reached: reached(rows, phase),
        reached_interval: wilson(reached(rows, phase)),
        moved_on: count(rows, phase, &[Fate::MovedOn]).into(),
        dropped: count(rows, phase, &DROPPED).into(),
        dropped_interval: wilson(Rate::new(count(rows, phase, &DROPPED), count(rows, phase, &ALL))),
        dropped_before_goal: count(rows, phase, &[Fate::DroppedBefore]).into(),
        dropped_after_goal: count(rows, phase, &[Fate::DroppedAfter]).into(),
        open: count(rows, phase, &[Fate::Open]).into(),
        visits: spent.visits.into(),
        events: spent.events.into(),
        dwell_us: Quantiles::of(&mut spent.dwell),
        active_us: Quantiles::of(&mut spent.active),
    }
}

fn segment(setting: &Setting, value: String, values: u64, rows: &[Row]) -> Segment<PhaseSegment> {
    let counts = |(phase, key): (u8, &&str)| PhaseCounts {
        phase: (*key).to_owned(),
        visitors: count(rows, phase, &ALL).into(),
        reached: reached(rows, phase),
        reached_interval: wilson(reached(rows, phase)),
        comparison: None,
        moved_on: count(rows, phase, &[Fate::MovedOn]).into(),
        dropped: count(rows, phase, &DROPPED).into(),
        open: count(rows, phase, &[Fate::Open]).into(),
    };
    let phases = (0u8..).zip(&setting.taxonomy.keys).map(counts).collect();
    Segment { value, values, figures: PhaseSegment { actors: (rows.len() as u64).into(), phases } }
}

fn run(scope: &TestScope, setting: &Setting, log: &[Journey]) -> PhasesResult {
    let columns = Dictionaries::default();
    let analysis = PhaseVisits::try_new(&scope.scope(), &setting.context(&columns)).unwrap();
    crate::support::run(&analysis, log, &setting.taxonomy)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn phase_figures_equal_a_count_actor_by_actor(log in journeys(), scope in scopes(), setting in settings()) {
        prop_assert_eq!(run(&scope, &setting, &log), slow(&scope, &setting, &log));
    }

    #[test]
    fn every_visitor_moved_on_dropped_or_is_open(log in journeys(), scope in scopes(), setting in settings()) {
        let result = run(&scope, &setting, &log);
        for phase in &result.phases {
            prop_assert_eq!(phase.visitors, phase.moved_on + phase.dropped + phase.open);
            prop_assert_eq!(phase.dropped, phase.dropped_before_goal + phase.dropped_after_goal);
        }
        let shares: u64 = result.rules.iter().map(|rule| rule.events.numerator).sum();
        prop_assert_eq!(shares, result.coverage_of.denominator);
        if let Some(by) = &result.by {
            prop_assert_eq!(by.rows.iter().map(|row| row.figures.actors.drawn()).sum::<u64>(), result.actors);
            for (index, phase) in result.phases.iter().enumerate() {
                let visitors: u64 = by.rows.iter().map(|row| row.figures.phases[index].visitors.drawn()).sum();
                prop_assert_eq!(visitors, phase.visitors);
            }
        }
    }
}

/// A setting with all phases, goal purchase, a horizon of two ticks and the data end at `tick`.
pub fn setting_at(tick: i64) -> Setting {
    Setting {
        data_end: tick * TICK,
        horizon_us: 2 * TICK,
        taxonomy: TaxonomyName::Full.taxonomy(),
        goal: Phase::Purchase,
    }
}

/// An activity of session 0 at `tick`, in `phase`.
pub fn at(tick: i64, phase: Option<Phase>) -> Event {
    let phase = phase.map(|phase| phase as u8);
    Event { ts: tick * TICK, event: 1, device: 0, flags: EventFlags::ACTIVITY, session: Some(0), phase }
}

fn of_phase(result: &PhasesResult, phase: Phase) -> &PhaseFigures {
    &result.phases[phase as usize]
}

#[test]
fn a_journey_is_dropped_exactly_when_the_horizon_is_over() {
    let log = [vec![at(0, Some(Phase::Awareness)), at(1, Some(Phase::Decision))]];
    let decision = |tick| {
        let result = run(&TestScope::everything(), &setting_at(tick), &log);
        let figures = of_phase(&result, Phase::Decision);
        (figures.dropped_before_goal.drawn(), figures.open.drawn())
    };
    assert_eq!((decision(2), decision(3)), ((0, 1), (1, 0)));
}

#[test]
fn a_late_unclassified_activity_keeps_a_journey_open_but_a_late_push_does_not() {
    let push = Event { flags: 0, ..at(4, None) };
    let [active, pushed] = [at(4, None), push].map(|last| {
        let result = run(&TestScope::everything(), &setting_at(5), &[vec![at(0, Some(Phase::Awareness)), last]]);
        of_phase(&result, Phase::Awareness).open.drawn()
    });
    assert_eq!((active, pushed), (1, 0));
}

#[test]
fn who_bought_and_fell_back_is_no_loss() {
    let log = [vec![at(0, Some(Phase::Purchase)), at(1, Some(Phase::Awareness))]];
    let result = run(&TestScope::everything(), &setting_at(9), &log);
    let awareness = of_phase(&result, Phase::Awareness);
    assert_eq!((awareness.dropped_before_goal.drawn(), awareness.dropped_after_goal.drawn()), (0, 1));
    assert_eq!(of_phase(&result, Phase::Purchase).moved_on, 1);
}

#[test]
fn active_time_leaves_out_what_lies_between_sessions() {
    let other = |tick| Event { session: Some(1), ..at(tick, Some(Phase::Awareness)) };
    let log = [vec![at(0, Some(Phase::Awareness)), at(1, Some(Phase::Awareness)), other(5), other(7)]];
    let result = run(&TestScope::everything(), &setting_at(9), &log);
    assert_eq!(of_phase(&result, Phase::Awareness).active_us.max, Some(3 * TICK));
}

#[test]
fn dwell_between_two_dates_is_their_difference_in_days_even_over_a_change_of_clocks() {
    let date = |ts, phase| Event { ts, flags: EventFlags::DAY_PRECISION, session: None, ..at(0, Some(phase)) };
    let log = [vec![date(DAY_US - 1, Phase::Awareness), date(2 * DAY_US - DAY_US / 24 - 1, Phase::Decision)]];
    let result = run(&TestScope::everything(), &setting_at(9), &log);
    assert_eq!(of_phase(&result, Phase::Awareness).dwell_us.max, Some(DAY_US));
}
