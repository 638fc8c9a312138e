//! Do transitions equal a count by hand, and are rows and columns of every node its visits?

use std::collections::BTreeMap;

use kundresa_analyze::{EventTransitions, PhaseTransitions, PhaseVisits};
use kundresa_model::event_table::EventFlags;
use kundresa_model::phase::Phase;
use kundresa_model::rate::Rate;
use kundresa_model::result::phases::{PhaseFigures, RuleShare};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::result::transitions::{
    NodeKind, Transition, TransitionFigures, TransitionNode, TransitionsOf, TransitionsResult,
};
use kundresa_model::spec::scope::FilterScope;
use proptest::prelude::*;

use crate::phases::{at, dwell, is_over, setting_at};
use crate::support::{
    Dictionaries, Event, Filter, Journey, Setting, TestScope, first_device, journeys, scopes, segments, sessions_of,
    settings, visits_of,
};

/// One journey or session: its transitions by name.
type Row = Vec<(String, String)>;

/// With the actors of each pair where rows are those of actors.
fn counted(rows: &[Row], of: TransitionsOf) -> Vec<Transition> {
    let mut counts: BTreeMap<&(String, String), u64> = BTreeMap::new();
    rows.iter().flatten().for_each(|pair| *counts.entry(pair).or_default() += 1);
    let from_all = |from: &String| counts.iter().filter(|(pair, _)| pair.0 == *from).map(|(_, count)| count).sum();
    let actors = |pair: &(String, String)| rows.iter().filter(|row| row.contains(pair)).count() as u64;
    let kind = |name: &str| match name {
        "start" | "continued" | "exit" | "open" | "unchosen" => NodeKind::Pseudo,
        _ => NodeKind::Node,
    };
    let transition = |(pair, count): (&&(String, String), &u64)| Transition {
        from: pair.0.clone(),
        from_kind: kind(&pair.0),
        to: pair.1.clone(),
        to_kind: kind(&pair.1),
        count: (*count).into(),
        actors: (of == TransitionsOf::Phases).then(|| actors(pair).into()),
        share: Rate::new(*count, from_all(&pair.0)),
    };
    let mut transitions: Vec<Transition> = counts.iter().map(transition).collect();
    transitions.sort_by_key(|transition| u64::MAX - transition.count.drawn());
    transitions
}

fn by_segment(scope: &TestScope, rows: &[(u32, Row)], of: TransitionsOf) -> Option<Breakdown<TransitionFigures>> {
    let segment = |(value, values, rows): (String, u64, Vec<Row>)| Segment {
        value,
        values,
        figures: TransitionFigures { units: (rows.len() as u64).into(), transitions: counted(&rows, of) },
    };
    let rows = segments(scope, rows)?.into_iter().map(segment).collect();
    Some(Breakdown { dimension: "device".to_owned(), rows })
}

fn plain(rows: &[(u32, Row)]) -> Vec<Row> {
    rows.iter().map(|(_, row)| row.clone()).collect()
}

/// Transitions of one journey from the definition: what leads to each chosen visit, and what ends a chosen run.
fn journey_pairs(scope: &TestScope, setting: &Setting, journey: &Journey) -> Row {
    let visits = visits_of(journey, &setting.taxonomy);
    let key = |visit: usize| setting.taxonomy.keys[usize::from(visits[visit].0)];
    let chosen = |visit: usize| scope.chooses(journey, visits[visit].1);
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for visit in (0..visits.len()).filter(|&visit| chosen(visit)) {
        let from = match visit {
            0 => "start",
            _ if chosen(visit - 1) => key(visit - 1),
            _ => "continued",
        };
        pairs.push((from, key(visit)));
        let end = match visits.get(visit + 1) {
            Some(_) if chosen(visit + 1) => continue,
            Some(_) => "unchosen",
            None if is_over(journey, setting) => "exit",
            None => "open",
        };
        pairs.push((key(visit), end));
    }
    pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
}

fn slow_phases(scope: &TestScope, setting: &Setting, log: &[Journey]) -> TransitionsResult {
    let (mut rows, mut no_phase_actors) = (Vec::new(), 0);
    let keys = &setting.taxonomy.keys;
    let mut spent: Vec<(u64, Vec<i64>)> = vec![(0, Vec::new()); keys.len()];
    for journey in log {
        let visits = visits_of(journey, &setting.taxonomy);
        no_phase_actors += u64::from(visits.is_empty() && scope.chooses(journey, 0));
        for (index, visit) in visits.iter().enumerate().filter(|(_, visit)| scope.chooses(journey, visit.1)) {
            let (count, times) = &mut spent[usize::from(visit.0)];
            *count += 1;
            times.extend(visits.get(index + 1).map(|next| dwell(&journey[visit.1], &journey[next.1])));
        }
        let pairs = journey_pairs(scope, setting, journey);
        if !pairs.is_empty() {
            rows.push((first_device(journey, 0..journey.len()), pairs));
        }
    }
    let place = |name: &str| keys.iter().position(|key| *key == name);
    let falls =
        |(from, to): &&(String, String)| matches!((place(from), place(to)), (Some(from), Some(to)) if to < from);
    let plain = plain(&rows);
    let node = |(key, (visits, mut dwell)): (&&str, (u64, Vec<i64>))| TransitionNode {
        name: (*key).to_owned(),
        visits: visits.into(),
        dwell_us: Quantiles::of(&mut dwell),
    };
    TransitionsResult {
        of: TransitionsOf::Phases,
        nodes: keys.iter().zip(spent).map(node).collect(),
        transitions: counted(&plain, TransitionsOf::Phases),
        no_phase_actors: no_phase_actors.into(),
        regressions: (plain.iter().flatten().filter(falls).count() as u64).into(),
        regression_pairs: counted(&plain, TransitionsOf::Phases)
            .into_iter()
            .filter(|pair| falls(&&(pair.from.clone(), pair.to.clone())))
            .collect(),
        by: by_segment(scope, &rows, TransitionsOf::Phases),
    }
}

/// Name of the node that an event is; views of pages are the events a, b and c, and pages are devices.
fn node(of: TransitionsOf, event: &Event) -> Option<&'static str> {
    match of {
        TransitionsOf::Pages => {
            let is_view = event.event <= 3 && event.device != 0 && event.flags & EventFlags::SYNTHETIC == 0;
            is_view.then(|| ["", "desktop", "mobile", "tablet"][event.device as usize])
        }
        _ => Some(["", "a", "b", "c", "d", "e"][event.event as usize]),
    }
}

fn slow_events(of: TransitionsOf, scope: &TestScope, log: &[Journey]) -> TransitionsResult {
    let mut rows = Vec::new();
    for journey in log {
        for session in sessions_of(journey) {
            let start = session.activity[0];
            let hides_events = scope.filter_scope == FilterScope::Event;
            if !scope.is_late(journey[start].ts) || !(hides_events || scope.sees(journey, start)) {
                continue;
            }
            let shown = session.activity.iter().filter(|&&at| !hides_events || scope.matches(&journey[at]));
            let names = shown.filter_map(|&at| node(of, &journey[at])).map(str::to_owned);
            let chain: Vec<String> = ["start".to_owned()].into_iter().chain(names).chain(["exit".to_owned()]).collect();
            if chain.len() > 2 {
                let pairs = chain.windows(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
                rows.push((first_device(journey, session.events.clone()), pairs));
            }
        }
    }
    let plain = plain(&rows);
    let visits = |name: &str| plain.iter().flatten().filter(|pair| pair.0 == name).count() as u64;
    let known = ["a", "b", "c", "d", "desktop", "e", "mobile", "tablet"];
    let mut names: Vec<&str> = known.into_iter().filter(|name| visits(name) > 0).collect();
    names.sort_by_key(|name| (u64::MAX - visits(name), *name));
    let counted_node = |name: &str| TransitionNode {
        name: name.to_owned(),
        visits: visits(name).into(),
        dwell_us: Quantiles::default(),
    };
    TransitionsResult {
        of,
        nodes: names.into_iter().map(counted_node).collect(),
        transitions: counted(&plain, of),
        no_phase_actors: 0.into(),
        regressions: 0.into(),
        regression_pairs: Vec::new(),
        by: by_segment(scope, &rows, of),
    }
}

fn run_phases(scope: &TestScope, setting: &Setting, log: &[Journey]) -> TransitionsResult {
    let columns = Dictionaries::default();
    let analysis = PhaseTransitions::try_new(&scope.scope(), &setting.context(&columns)).unwrap();
    crate::support::run(&analysis, log, &setting.taxonomy)
}

fn run_events(of: TransitionsOf, scope: &TestScope, log: &[Journey]) -> TransitionsResult {
    let (columns, setting) = (Dictionaries::default(), setting_at(0));
    let analysis = match of {
        TransitionsOf::Pages => EventTransitions::of_pages("a|b|c", &scope.scope(), &setting.context(&columns)),
        _ => EventTransitions::try_new(&scope.scope(), &setting.context(&columns)),
    };
    let analysis = analysis.unwrap();
    crate::support::run(&analysis, log, &setting.taxonomy)
}

fn sum(transitions: &[Transition], of: impl Fn(&Transition) -> bool) -> u64 {
    transitions.iter().filter(|transition| of(transition)).map(|transition| transition.count.drawn()).sum()
}

fn check_identities(result: &TransitionsResult) {
    for node in &result.nodes {
        assert_eq!(sum(&result.transitions, |pair| pair.from == node.name), node.visits, "row of {}", node.name);
        assert_eq!(sum(&result.transitions, |pair| pair.to == node.name), node.visits, "column of {}", node.name);
    }
    let begun = sum(&result.transitions, |pair| ["start", "continued"].contains(&pair.from.as_str()));
    let ended = sum(&result.transitions, |pair| ["exit", "open", "unchosen"].contains(&pair.to.as_str()));
    assert_eq!(begun, ended);
    if let Some(by) = &result.by {
        for pair in &result.transitions {
            let same = |other: &Transition| (&other.from, &other.to) == (&pair.from, &pair.to);
            let parts: u64 = by.rows.iter().map(|row| sum(&row.figures.transitions, same)).sum();
            assert_eq!(parts, pair.count);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn phase_transitions_equal_a_count_visit_by_visit(log in journeys(), scope in scopes(), setting in settings()) {
        let result = run_phases(&scope, &setting, &log);
        check_identities(&result);
        prop_assert_eq!(result, slow_phases(&scope, &setting, &log));
    }

    #[test]
    fn event_and_page_transitions_equal_a_count_session_by_session(log in journeys(), scope in scopes()) {
        for of in [TransitionsOf::Events, TransitionsOf::Pages] {
            let result = run_events(of, &scope, &log);
            check_identities(&result);
            prop_assert_eq!(result, slow_events(of, &scope, &log));
        }
    }
}

fn named(result: &TransitionsResult) -> Vec<(&str, &str, u64)> {
    let mut pairs: Vec<_> =
        result.transitions.iter().map(|pair| (pair.from.as_str(), pair.to.as_str(), pair.count.drawn())).collect();
    pairs.sort_unstable();
    pairs
}

#[test]
fn a_visit_before_from_continues_into_the_first_chosen_one() {
    let log = [vec![at(0, Some(Phase::Awareness)), at(3, Some(Phase::Decision)), at(4, Some(Phase::Comparison))]];
    let scope = TestScope { from: Some(log[0][1].ts), ..TestScope::everything() };
    let result = run_phases(&scope, &setting_at(4), &log);
    let expected = [("comparison", "open", 1), ("continued", "decision", 1), ("decision", "comparison", 1)];
    assert_eq!((named(&result).as_slice(), result.regressions.drawn()), (expected.as_slice(), 1));
}

#[test]
fn a_next_visit_outside_the_filter_is_unchosen() {
    let second = Event { session: Some(1), ..at(3, Some(Phase::Decision)) };
    let log = [vec![Event { event: 2, ..at(0, Some(Phase::Awareness)) }, second]];
    let scope = TestScope { filter: Some(Filter::EventIsB), ..TestScope::everything() };
    let result = run_phases(&scope, &setting_at(4), &log);
    assert_eq!(named(&result), [("awareness", "unchosen", 1), ("start", "awareness", 1)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn visits_of_phases_are_rows_and_columns_of_transitions(
        log in journeys(), scope in scopes(), setting in settings(),
    ) {
        let columns = Dictionaries::default();
        let analysis = PhaseVisits::try_new(&scope.scope(), &setting.context(&columns)).unwrap();
        let phases = crate::support::run(&analysis, &log, &setting.taxonomy);
        let moves = run_phases(&scope, &setting, &log);
        let sum = |holds: &dyn Fn(&Transition) -> bool| -> u64 {
            moves.transitions.iter().filter(|pair| holds(pair)).map(|pair| pair.count.drawn()).sum()
        };
        for phase in &phases.phases {
            prop_assert_eq!(sum(&|pair| pair.from == phase.phase), phase.visits);
            prop_assert_eq!(sum(&|pair| pair.to == phase.phase), phase.visits);
            prop_assert!(phase.visitors.drawn() <= phase.visits.drawn() && phase.active_us.n == phase.visits);
        }
        let begun = sum(&|pair| ["start", "continued"].contains(&pair.from.as_str()));
        let ended = sum(&|pair| ["exit", "open", "unchosen"].contains(&pair.to.as_str()));
        prop_assert_eq!(begun, ended);
        if !scope.is_restricted() {
            // Every actor with a visit begins once, and drops or stays open once.
            prop_assert_eq!(begun, phases.actors.drawn() - phases.no_phase_actors.drawn());
            let total = |of: &dyn Fn(&PhaseFigures) -> u64| -> u64 { phases.phases.iter().map(of).sum() };
            prop_assert_eq!(sum(&|pair| pair.to == "exit"), total(&|phase| phase.dropped.drawn()));
            prop_assert_eq!(sum(&|pair| pair.to == "open"), total(&|phase| phase.open.drawn()));
        }
        prop_assert_eq!(moves.regression_pairs.iter().map(|pair| pair.count.drawn()).sum::<u64>(), moves.regressions);
        prop_assert_eq!(moves.no_phase_actors, phases.no_phase_actors);
    }

    #[test]
    fn shares_of_rules_add_up_with_and_without_the_last(log in journeys(), setting in settings()) {
        let columns = Dictionaries::default();
        let analysis = PhaseVisits::try_new(&TestScope::everything().scope(), &setting.context(&columns)).unwrap();
        let result = crate::support::run(&analysis, &log, &setting.taxonomy);
        let (unclassified, classified) = result.rules.split_last().unwrap();
        let sum = |rules: &[RuleShare]| -> u64 { rules.iter().map(|rule| rule.events.numerator).sum() };
        prop_assert_eq!(sum(classified), result.coverage_of.numerator);
        prop_assert_eq!(sum(classified) + unclassified.events.numerator, result.coverage_of.denominator);
        let but_last = &classified[..classified.len() - 1];
        prop_assert_eq!(sum(but_last), result.coverage_without_last_rule.numerator);
        prop_assert_eq!(result.coverage_without_last_rule.denominator, result.coverage_of.denominator);
    }
}

#[test]
fn interleaved_sessions_follow_their_own_chains() {
    let event = |tick, event, session| Event { event, session: Some(session), ..at(tick, None) };
    let log = [vec![event(0, 1, 0), event(1, 3, 1), event(2, 2, 0), event(3, 3, 1)]];
    let result = run_events(TransitionsOf::Events, &TestScope::everything(), &log);
    let expected =
        [("a", "b", 1), ("b", "exit", 1), ("c", "c", 1), ("c", "exit", 1), ("start", "a", 1), ("start", "c", 1)];
    assert_eq!(named(&result), expected);
}
