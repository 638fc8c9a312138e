//! History, personas, and predicates that match nothing, counted by hand.

use kundresa_model::count::Count;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::sessions::SessionsResult;
use kundresa_model::spec::funnel::{Exclusion, FunnelSpec, FunnelStep};
use kundresa_model::spec::phases::PhaseRule;
use kundresa_model::spec::request::{AnalysisSpec, Request, RunSpec};
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::time::{DAY_US, HOUR_US, MINUTE_US};
use proptest::prelude::*;

use super::support::{Event, TestSource, everything, persona, request, spec};
use crate::{Outcome, RunOptions, run};

fn on(device: &str, ts: i64, name: &str) -> Event {
    let mut event = Event::new(ts, name);
    event.texts.insert("device", device.to_owned());
    event
}

/// - Actor 0 buys and comes back: sessions at 0 (view, purchase, view 1 minute apart) and a day later (view, purchase).
/// - Actor 1 views on the phone, twice, an hour apart: two sessions.
/// - Actor 2 views at a desk: one session.
fn log() -> TestSource {
    let buyer = vec![
        on("desk", 0, "view_item"),
        on("desk", MINUTE_US, "purchase"),
        on("desk", 2 * MINUTE_US, "view_item"),
        on("phone", DAY_US, "view_item"),
        on("phone", DAY_US + MINUTE_US, "purchase"),
    ];
    let viewer = vec![on("phone", 0, "view_item"), on("phone", HOUR_US, "view_item")];
    TestSource::new(vec![buyer, viewer, vec![on("desk", 0, "view_item")]], vec![])
}

fn outcome(spec: &RunSpec, request: Request) -> Outcome {
    run(&log(), spec, &[request], &RunOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn sessions(spec: &RunSpec, scope: Scope) -> SessionsResult {
    match outcome(spec, Request { analysis: AnalysisSpec::Sessions, scope }).results.remove(0) {
        AnalysisResult::Sessions(result) => result,
        other => panic!("sessions were asked for: {other:?}"),
    }
}

fn funnel(steps: &[&str], scope: Scope) -> FunnelResult {
    let analysis = AnalysisSpec::Funnel(spec_of(steps));
    match outcome(&spec(), Request { analysis, scope }).results.remove(0) {
        AnalysisResult::Funnel(result) => result,
        other => panic!("a funnel was asked for: {other:?}"),
    }
}

fn spec_of(steps: &[&str]) -> FunnelSpec {
    FunnelSpec { steps: steps.iter().map(|step| FunnelStep::of(step)).collect(), ..FunnelSpec::default() }
}

fn filter(text: &str, scope: FilterScope) -> Scope {
    Scope { filter: Some(text.to_owned()), filter_scope: Some(scope), ..everything() }
}

/// First come the loyal, whom the phone does not take away.
fn with_personas() -> RunSpec {
    let personas = vec![
        persona("loyal", "session_after(\"purchase\")"),
        persona("phone", "device == \"phone\""),
        persona("absent", "event == \"login\""),
    ];
    RunSpec { personas, ..spec() }
}

#[test]
fn a_filter_may_ask_for_history() {
    let counted = |text, scope| sessions(&spec(), filter(text, scope)).sessions.drawn();
    // Both of the buyer's have an event after a purchase, only the second one in an earlier session.
    assert_eq!(counted("after(\"purchase\")", FilterScope::Session), 2);
    assert_eq!(counted("session_after(\"purchase\")", FilterScope::Session), 1);
    assert_eq!(counted("same_session_after(\"purchase\")", FilterScope::Session), 1);
    assert_eq!(counted("session_after(\"purchase\")", FilterScope::Actor), 2);
    // Every session begins before its purchase but the second of the buyer.
    assert_eq!(counted("not after(\"purchase\")", FilterScope::Event), 4);
}

#[test]
fn a_step_may_ask_for_history_which_no_filter_hides() {
    let again = "event == \"view_item\" and after(\"purchase\")";
    let plain = funnel(&[again, "purchase"], everything());
    assert_eq!((plain.steps[0].reached.drawn(), plain.steps[1].reached.drawn()), (1, 1));
    let filtered = funnel(&[again, "purchase"], filter("device == \"phone\"", FilterScope::Event));
    assert_eq!((filtered.steps[0].reached.drawn(), filtered.steps[1].reached.drawn()), (1, 1));
    let first = funnel(&["event == \"purchase\" and not after(\"purchase\")", "purchase"], everything());
    assert_eq!((first.steps[0].reached.drawn(), first.steps[1].reached.drawn()), (1, 1));
}

#[test]
fn an_actor_is_the_first_persona_that_fits() {
    let result = sessions(&with_personas(), Scope { by: Some("persona".to_owned()), ..everything() });
    let by = result.by.expect("a breakdown");
    let rows: Vec<(&str, u64)> = by.rows.iter().map(|row| (row.value.as_str(), row.figures.sessions.drawn())).collect();
    assert_eq!((by.dimension.as_str(), rows), ("persona", vec![("loyal", 2), ("phone", 2), ("(not set)", 1)]));
}

#[test]
fn a_persona_leaves_out_all_other_actors_whatever_the_filter() {
    let only = |name: &str, scope| sessions(&with_personas(), Scope { persona: Some(name.to_owned()), ..scope });
    let counted = |name, scope| (only(name, scope)).sessions.drawn();
    assert_eq!((counted("loyal", everything()), counted("phone", everything())), (2, 2));
    let phone = |scope| filter("device == \"phone\"", scope);
    assert_eq!(counted("loyal", phone(FilterScope::Session)), 1);
    assert_eq!(counted("loyal", phone(FilterScope::Event)), 1);
    assert_eq!(counted("loyal", phone(FilterScope::Actor)), 2);
    assert_eq!(only("absent", everything()).sessions, 0);
    assert_eq!(only("phone", everything()).actors, 1);
}

#[test]
fn an_unknown_persona_and_its_unknown_column_are_errors_that_suggest() {
    let error = |spec: &RunSpec, name: &str| {
        let scope = Scope { persona: Some(name.to_owned()), ..everything() };
        let request = Request { analysis: AnalysisSpec::Sessions, scope };
        run(&log(), spec, &[request], &RunOptions::default()).expect_err("wrong").to_string()
    };
    assert_eq!(error(&with_personas(), "loyl"), "sessions: no persona is called `loyl` (did you mean `loyal`?)");
    let spec = RunSpec { personas: vec![persona("x", "devise is null")], ..spec() };
    assert_eq!(error(&spec, "x"), "persona `x`: no column or property is called `devise` (did you mean `device`?)");
}

#[test]
fn whatever_matches_nothing_is_a_warning() {
    let warnings = |spec: &RunSpec, analysis, scope| outcome(spec, Request { analysis, scope }).warnings;
    let of = |text| warnings(&spec(), AnalysisSpec::Sessions, filter(text, FilterScope::Session));
    assert_eq!(of("device == \"phon\""), ["--where matches no event of this log (did you mean `phone`?)"]);
    assert_eq!(
        of("event == \"view_item\" and same_session_after(\"advocacy\")"),
        ["--where matches no event of this log: no event that takes part meets all of its conditions"]
    );
    assert!(of("device != \"phon\"").is_empty(), "only events are looked up where something matches");
    let steps = spec_of(&["view_item|purchse", "event == \"purchase\" and device == \"table\""]);
    let exclusions = vec![Exclusion { when: "log*".to_owned(), from: None, to: None }];
    assert_eq!(
        warnings(&spec(), AnalysisSpec::Funnel(FunnelSpec { exclusions, ..steps }), everything()),
        [
            "funnel: step `view_item|purchse`: no event of this log is called `purchse` (did you mean `purchase`?)",
            "funnel: step `event == \"purchase\" and device == \"table\"` matches no event of this log",
            "funnel: exclusion 1 matches no event of this log",
        ]
    );
    let by = Scope { by: Some("persona".to_owned()), ..everything() };
    let personas = warnings(&with_personas(), AnalysisSpec::Sessions, by);
    assert_eq!(personas, ["persona `absent` matches no event of this log"]);
    assert!(warnings(&with_personas(), AnalysisSpec::Sessions, everything()).is_empty());
}

#[test]
fn own_rules_that_name_unknown_events_are_warnings() {
    let rule = PhaseRule {
        name: "chat".to_owned(),
        phase: kundresa_model::phase::Phase::Comparison,
        when: Some("event in (\"purchse\", \"view_item\")".to_owned()),
        unless: None,
        after: None,
        same_session_after: None,
        session_after: None,
    };
    let mut spec = spec();
    spec.phases.rules = vec![rule];
    let warnings = outcome(&spec, request(AnalysisSpec::Phases)).warnings;
    let expected = "when of phase rule `chat`: no event of this log is called `purchse` (did you mean `purchase`?)";
    assert_eq!(warnings, [expected]);
}

#[test]
fn a_request_watches_one_predicate_once() {
    let scope = filter("device == \"phon\"", FilterScope::Session);
    let requests =
        [AnalysisSpec::Sessions, AnalysisSpec::Phases].map(|analysis| Request { analysis, scope: scope.clone() });
    let outcome = run(&log(), &spec(), &requests, &RunOptions::default()).expect("runs");
    assert_eq!(outcome.warnings.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// What `--persona` counts is what its row of `--by persona` counts, and the rows add up.
    #[test]
    fn a_persona_alone_is_its_row(
        actors in prop::collection::vec(prop::collection::vec((0..2 * HOUR_US, 0..3usize, 0..2usize), 1..6), 1..12),
    ) {
        let actors: Vec<Vec<Event>> = actors.into_iter().map(|gaps| {
            let mut ts = 0;
            let place = |(gap, name, device): (i64, usize, usize)| {
                ts += gap;
                on(["desk", "phone"][device], ts, ["view_item", "purchase", "share"][name])
            };
            gaps.into_iter().map(place).collect()
        }).collect();
        let source = TestSource::new(actors, vec![]);
        let counted = |scope: Scope| {
            let requests = [Request { analysis: AnalysisSpec::Sessions, scope }];
            match run(&source, &with_personas(), &requests, &RunOptions::default()).expect("runs").results.remove(0) {
                AnalysisResult::Sessions(result) => result,
                other => panic!("sessions were asked for: {other:?}"),
            }
        };
        let by = counted(Scope { by: Some("persona".to_owned()), ..everything() });
        let rows = by.by.expect("a breakdown").rows;
        prop_assert_eq!(rows.iter().map(|row| row.figures.sessions).sum::<Count>(), by.sessions);
        for name in ["loyal", "phone", "absent"] {
            let row = rows.iter().find(|row| row.value == name).map_or(Count::default(), |row| row.figures.sessions);
            prop_assert_eq!(counted(Scope { persona: Some(name.to_owned()), ..everything() }).sessions, row, "{}", name);
        }
    }
}
