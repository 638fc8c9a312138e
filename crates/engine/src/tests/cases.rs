//! Worked cases, counted by hand.

use kundresa_analyze::Accounting;
use kundresa_model::event_table::EventFlags;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::sessions::SessionsResult;
use kundresa_model::spec::funnel::{FunnelSpec, FunnelStep};
use kundresa_model::spec::phases::PhaseRule;
use kundresa_model::spec::request::{AnalysisSpec, Bots, Request, RunSpec};
use kundresa_model::spec::scope::Scope;
use kundresa_model::time::{DAY_US, DataEnd, HOUR_US, MINUTE_US};

use super::support::{Event, TestSource, everything, request, spec};
use crate::{
    DataEndFrom, EngineError, Outcome, RunOptions, label_events, merge_partials, phase_rules, run, scan_partial,
};

const BOT: u8 = EventFlags::ACTIVITY | EventFlags::BOT;
const PASSIVE: u8 = 0;

fn outcome(source: &TestSource, spec: &RunSpec) -> Outcome {
    run(source, spec, &[request(AnalysisSpec::Sessions)], &RunOptions::default()).expect("runs")
}

fn sessions(outcome: &Outcome) -> &SessionsResult {
    match &outcome.results[0] {
        AnalysisResult::Sessions(result) => result,
        other => panic!("sessions were asked for: {other:?}"),
    }
}

fn funnel(steps: &[&str]) -> AnalysisSpec {
    let steps = steps.iter().map(|step| FunnelStep::of(step)).collect();
    AnalysisSpec::Funnel(FunnelSpec { steps, ..FunnelSpec::default() })
}

fn funnel_of(source: &TestSource, spec: &RunSpec, steps: &[&str]) -> FunnelResult {
    let outcome = run(source, spec, &[request(funnel(steps))], &RunOptions::default()).expect("runs");
    match outcome.results.into_iter().next() {
        Some(AnalysisResult::Funnel(result)) => result,
        other => panic!("a funnel was asked for: {other:?}"),
    }
}

/// An actor's view at 10, a bot's at 20, a push at 30, and an event without an actor at 15.
fn log() -> TestSource {
    TestSource::new(
        vec![
            vec![Event::new(10, "view"), Event::flagged(30, "push", PASSIVE)],
            vec![Event::flagged(5, "view", BOT), Event::flagged(20, "view", BOT)],
        ],
        vec![Event::new(15, "view")],
    )
}

#[test]
fn data_ends_at_the_last_activity_that_is_no_bots_with_or_without_an_actor() {
    let outcome = outcome(&log(), &spec());
    assert_eq!((outcome.data_end, outcome.data_end_from), (Some(DataEnd::inclusive(15)), DataEndFrom::LastActivity));
    assert_eq!(outcome.data_start_us, Some(10));
}

#[test]
fn bots_change_what_takes_part_but_not_the_data_end() {
    for (bots, start) in [(Bots::Include, 5), (Bots::Only, 5), (Bots::Exclude, 10)] {
        let outcome = outcome(&log(), &RunSpec { bots, ..spec() });
        assert_eq!((outcome.data_end, outcome.data_start_us), (Some(DataEnd::inclusive(15)), Some(start)), "{bots:?}");
    }
}

#[test]
fn without_activity_data_ends_at_the_last_event_and_without_events_nowhere() {
    let bots = TestSource::new(vec![vec![Event::flagged(5, "view", BOT), Event::flagged(9, "push", PASSIVE)]], vec![]);
    let result = outcome(&bots, &spec());
    assert_eq!((result.data_end, result.data_end_from), (Some(DataEnd::inclusive(9)), DataEndFrom::LastEvent));
    let result = outcome(&TestSource::new(vec![], vec![]), &spec());
    assert_eq!((result.data_end, result.data_end_from, result.data_start_us), (None, DataEndFrom::LastEvent, None));
    assert_eq!((sessions(&result).sessions, result.warnings), (0.into(), vec![]));
}

#[test]
fn to_is_exclusive_and_wins_over_as_of_which_is_inclusive() {
    let source = TestSource::new(vec![vec![Event::new(1, "a"), Event::new(2, "a"), Event::new(3, "a")]], vec![]);
    let to = outcome(&source, &RunSpec { to_us: Some(2), as_of_us: Some(3), ..spec() });
    assert_eq!((to.data_end, to.data_end_from), (Some(DataEnd::exclusive(2)), DataEndFrom::To));
    assert_eq!((sessions(&to).session_events, sessions(&to).events_after_end), (1.into(), 2));
    let as_of = outcome(&source, &RunSpec { as_of_us: Some(2), ..spec() });
    assert_eq!((as_of.data_end, as_of.data_end_from), (Some(DataEnd::inclusive(2)), DataEndFrom::AsOf));
    assert_eq!((sessions(&as_of).session_events, sessions(&as_of).events_after_end), (2.into(), 1));
}

#[test]
fn every_event_is_accounted_for_once() {
    // Data end 15: of five events one is in a session, two are bots', the push at 30 is late, one has no actor.
    let accounting = Accounting {
        events: 5,
        bot_events: 2,
        events_after_end: 1,
        unidentified_events: 1,
        unidentified_taking_part: 1,
    };
    let all = outcome(&log(), &spec());
    assert_eq!(all.accounting, accounting);
    let result = sessions(&all);
    assert_eq!(
        (result.events, result.session_events, result.sessionless_events, result.actors),
        (5, 1.into(), 1.into(), 1.into())
    );
    // Only bots: the two views of the second actor, of which that at 20 is late; the three others are left out.
    let only = outcome(&log(), &RunSpec { bots: Bots::Only, ..spec() });
    assert_eq!(
        (sessions(&only).session_events, sessions(&only).bot_events, sessions(&only).events_after_end),
        (1.into(), 3, 1)
    );
}

#[test]
fn a_bots_events_leave_before_sessions_are_cut() {
    // 20 minutes to a bot's event and 20 more: one session with it, two without.
    let actor = vec![Event::new(0, "a"), Event::flagged(20 * MINUTE_US, "a", BOT), Event::new(40 * MINUTE_US, "a")];
    let source = TestSource::new(vec![actor], vec![]);
    assert_eq!(sessions(&outcome(&source, &spec())).sessions, 2);
    assert_eq!(sessions(&outcome(&source, &RunSpec { bots: Bots::Include, ..spec() })).sessions, 1);
}

#[test]
fn a_funnel_is_open_only_while_its_window_is_not_over_at_the_data_end() {
    let source =
        |last: i64| TestSource::new(vec![vec![Event::new(0, "view")], vec![Event::new(last, "other")]], vec![]);
    let opened = |last: i64| funnel_of(&source(last), &spec(), &["view", "buy|view"]).steps[0].open.drawn();
    assert_eq!((opened(7 * DAY_US - 1), opened(7 * DAY_US)), (1, 0));
}

#[test]
fn a_step_that_matches_nothing_is_a_warning_with_a_suggestion() {
    let source = TestSource::new(vec![vec![Event::new(0, "view_item"), Event::new(1, "purchase")]], vec![]);
    let outcome =
        run(&source, &spec(), &[request(funnel(&["view_itm", "purchase"]))], &RunOptions::default()).expect("runs");
    assert_eq!(outcome.warnings, ["funnel: step `view_itm` matches no event of this log (did you mean `view_item`?)"]);
}

#[test]
fn a_thin_last_day_in_the_report_zone_is_a_warning() {
    // 200 events on each of three days, then one at 23:30 UTC, which is the next day in Stockholm.
    let mut events: Vec<Event> = (0..600).map(|n| Event::new(n / 200 * DAY_US + n % 200 * MINUTE_US, "a")).collect();
    events.push(Event::new(2 * DAY_US + 23 * HOUR_US + 30 * MINUTE_US, "a"));
    let source = TestSource::new(vec![events], vec![]);
    let [warning] = outcome(&source, &spec()).warnings.try_into().expect("one warning");
    assert!(warning.starts_with("the last day, 1970-01-04, holds 1 events"), "{warning}");
    assert!(outcome(&source, &RunSpec { time_zone: "UTC".to_owned(), ..spec() }).warnings.is_empty());
}

#[test]
fn from_after_the_end_is_an_error_with_to_and_a_warning_without() {
    let from = |us| Request { analysis: AnalysisSpec::Sessions, scope: Scope { from_us: Some(us), ..everything() } };
    let to = RunSpec { to_us: Some(20), ..spec() };
    let error = run(&log(), &to, &[from(20)], &RunOptions::default()).expect_err("empty");
    assert_eq!(
        error.to_string(),
        "no unit can be chosen: --from 1970-01-01T00:00:00.000020Z is not before --to 1970-01-01T00:00:00.000020Z\n\
         hint: --to is exclusive"
    );
    let outcome = run(&log(), &spec(), &[from(16)], &RunOptions::default()).expect("runs");
    assert!(outcome.warnings[0].starts_with("nothing can be chosen: --from is 1970"), "{:?}", outcome.warnings);
    assert!(run(&log(), &spec(), &[from(15)], &RunOptions::default()).expect("runs").warnings.is_empty());
}

#[test]
fn unknown_columns_are_errors_that_suggest_a_name() {
    let mut event = Event::new(0, "a");
    event.texts.insert("device", "mobile".to_owned());
    let source = TestSource::new(vec![vec![event]], vec![]);
    let scoped =
        |scope| run(&source, &spec(), &[Request { analysis: AnalysisSpec::Sessions, scope }], &RunOptions::default());
    let by = scoped(Scope { by: Some("devise".to_owned()), ..everything() }).expect_err("unknown");
    assert!(by.to_string().contains("did you mean `device`?"), "{by}");
    let filter = scoped(Scope { filter: Some("devise == \"x\"".to_owned()), ..everything() }).expect_err("unknown");
    assert!(filter.to_string().contains("did you mean `device`?"), "{filter}");
    let broken = scoped(Scope { filter: Some("device ==".to_owned()), ..everything() }).expect_err("unreadable");
    assert!(matches!(broken, EngineError::Predicate { .. }), "{broken}");
}

#[test]
fn unknown_columns_of_own_phase_rules_are_warnings() {
    let rule = PhaseRule {
        name: "stage".to_owned(),
        phase: kundresa_model::phase::Phase::Decision,
        when: Some("stagge == \"won\"".to_owned()),
        unless: None,
        after: None,
        same_session_after: None,
        session_after: None,
    };
    let mut spec = spec();
    spec.phases.rules = vec![rule];
    let outcome = run(&log(), &spec, &[request(AnalysisSpec::Phases)], &RunOptions::default()).expect("runs");
    assert_eq!(outcome.warnings.len(), 1);
    assert!(outcome.warnings[0].starts_with("phase rule `stage`: no column"), "{:?}", outcome.warnings);
    assert_eq!(phase_rules(&log(), &spec).expect("good rules")[0].name, "stage");
}

#[test]
fn a_damaged_range_is_an_error_and_always_the_same_one() {
    let mut source = TestSource::new((0..40).map(|ts| vec![Event::new(ts, "a")]).collect(), vec![]).in_ranges_of(2);
    source.broken_range = Some(7);
    for threads in [1, 2, 16] {
        let options = RunOptions { threads, ..RunOptions::default() };
        let error = run(&source, &spec(), &[request(AnalysisSpec::Sessions)], &options).expect_err("damaged");
        assert_eq!(error.to_string(), "range 7 is damaged");
    }
}

#[test]
fn labelled_events_come_in_key_order_without_bots_and_late_events() {
    let mut seen = Vec::new();
    let labelled = label_events(&log(), &spec(), &RunOptions::default(), &mut |chunk| {
        for actor in 0..chunk.actors() {
            let events =
                chunk.events_of(actor).map(|event| (chunk.ts[event], chunk.session_of[event], chunk.observed[event]));
            seen.push((chunk.actor_ids[actor].clone(), events.collect::<Vec<_>>()));
        }
        Ok(())
    });
    let labelled = labelled.expect("labels");
    assert_eq!(seen, [("actor 0".to_owned(), vec![(10, 0, kundresa_model::chunk::UNCLASSIFIED)])]);
    assert_eq!((labelled.data_end, labelled.accounting.events_after_end), (Some(DataEnd::inclusive(15)), 1));
}

#[test]
fn a_visitor_that_fails_stops_the_labelling() {
    let source = TestSource::new((0..9).map(|ts| vec![Event::new(ts, "a")]).collect(), vec![]).in_ranges_of(2);
    let mut calls = 0;
    let error = label_events(&source, &spec(), &RunOptions::default(), &mut |_| {
        calls += 1;
        Err("disk full".into())
    });
    assert_eq!((error.expect_err("fails").to_string().as_str(), calls), ("disk full", 1));
}

#[test]
fn partials_that_do_not_belong_together_are_refused() {
    let requests = [request(AnalysisSpec::Sessions)];
    let scan = |source: &TestSource, spec: &RunSpec| {
        scan_partial(source, spec, &requests, &RunOptions::default()).expect("runs")
    };
    let ended = |to| RunSpec { to_us: Some(to), ..spec() };
    let good = scan(&log(), &ended(50));
    let refused = |other| {
        merge_partials(&log(), &ended(50), &requests, vec![good.clone(), other]).expect_err("refused").to_string()
    };
    assert!(refused(scan(&log(), &ended(60))).contains("differ in analysis configuration or data end"));
    let mut spec = ended(50);
    spec.sessions.caps = false;
    assert!(refused(scan(&log(), &spec)).contains("differ in analysis configuration or data end"));
    let mut newer = good.clone();
    newer.format_version += 1;
    assert!(refused(newer).contains("differ in format version (1 and 2)"));
    let none = merge_partials(&log(), &ended(50), &requests, Vec::new());
    assert!(matches!(none, Err(EngineError::NoPartials)));
}

#[test]
fn partials_with_other_dictionaries_are_refused() {
    let requests = [request(AnalysisSpec::EventTransitions)];
    let spec = RunSpec { to_us: Some(50), ..spec() };
    let scan = |source: &TestSource| scan_partial(source, &spec, &requests, &RunOptions::default()).expect("runs");
    let other = TestSource::new(vec![vec![Event::new(0, "else")]], vec![]);
    let error = merge_partials(&log(), &spec, &requests, vec![scan(&log()), scan(&other)]).expect_err("refused");
    assert!(error.to_string().contains("differ in dictionaries"), "{error}");
}

#[test]
fn progress_ends_at_the_number_of_events_with_an_actor() {
    let seen = std::sync::Mutex::new(Vec::new());
    let tick = |events: u64| seen.lock().expect("no panic").push(events);
    let options = RunOptions { threads: 1, progress: Some(&tick), ..RunOptions::default() };
    run(&log(), &spec(), &[request(AnalysisSpec::Sessions)], &options).expect("runs");
    assert_eq!(seen.into_inner().expect("no panic").last(), Some(&4));
}
