//! Are the people listed those that the funnel counts, and is what they lack told as it is?

use kundresa_model::result::AnalysisResult;
use kundresa_model::result::funnel_actors::{ActorListing, FunnelActors, Miss};
use kundresa_model::spec::funnel::{Exclusion, FunnelSpec, FunnelStep, FunnelUnit};
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::scope::Scope;
use kundresa_model::time::{DAY_US, Duration, MINUTE_US};

use super::support::{Event, TestSource, everything, spec};
use crate::{Listing, RunOptions, explain_funnel, funnel_actors, run};

fn at(minute: i64, name: &str) -> Event {
    Event::new(minute * MINUTE_US, name)
}

fn steps(names: &[&str], window_us: i64) -> FunnelSpec {
    FunnelSpec {
        steps: names.iter().map(|name| FunnelStep::of(name)).collect(),
        window: kundresa_model::spec::funnel::Window::Within(Duration::from_us(window_us)),
        ..FunnelSpec::default()
    }
}

/// Converted; stopped at 1 and 2; open at 1 (the data ends at minute 1000); never entered.
fn log() -> TestSource {
    TestSource::new(
        vec![
            vec![at(0, "a"), at(1, "b"), at(2, "c")],
            vec![at(0, "a"), at(70, "b")],
            vec![at(0, "a"), at(1, "b"), at(1, "x"), at(2, "c")],
            vec![at(990, "a")],
            vec![at(1000, "z")],
        ],
        Vec::new(),
    )
}

fn listed(funnel: &FunnelSpec, scope: &Scope, step: usize, which: ActorListing, limit: usize) -> FunnelActors {
    let listing = Listing { step, which, limit, timelines: true };
    funnel_actors(&log(), &spec(), (funnel, scope), listing, &RunOptions::default()).expect("listed").0
}

#[test]
fn people_listed_are_those_counted() {
    for unit in [FunnelUnit::Actor, FunnelUnit::Session, FunnelUnit::Attempt] {
        let funnel = FunnelSpec { unit, ..steps(&["a", "b", "c"], 60 * MINUTE_US) };
        let request = Request { analysis: AnalysisSpec::Funnel(funnel.clone()), scope: everything() };
        let outcome = run(&log(), &spec(), &[request], &RunOptions::default()).expect("runs");
        let AnalysisResult::Funnel(result) = &outcome.results[0] else { panic!("a funnel was asked for") };
        for (step, counted) in (1..).zip(&result.steps) {
            let found = |which| listed(&funnel, &everything(), step, which, 100).found;
            let told = [ActorListing::Reached, ActorListing::Stopped, ActorListing::Open].map(found);
            let is_last = step == 3;
            let expected = [counted.reached, if is_last { told[1].into() } else { counted.stopped }, counted.open];
            assert_eq!(told, expected, "{unit:?} step {step}");
        }
    }
}

#[test]
fn a_list_is_sorted_and_says_how_many_more_there_are() {
    let funnel = steps(&["a", "b", "c"], 60 * MINUTE_US);
    let FunnelActors { found, more, units, timelines, .. } =
        listed(&funnel, &everything(), 1, ActorListing::Reached, 2);
    assert_eq!((found, more, units.len()), (4, 2, 2));
    assert!(units[0].actor < units[1].actor);
    let fits: Vec<_> = timelines[0].events.iter().map(|event| event.satisfies.clone()).collect();
    assert_eq!(fits, [vec![1], vec![2], vec![3]]);
    assert_eq!(units[0].matched[1].since_previous_us, Some(MINUTE_US));
    assert_eq!([units[0].timeline, units[1].timeline], [Some(1), Some(2)]);
}

#[test]
fn units_of_one_actor_share_its_timeline() {
    // Every entry is a unit: the first actor of the log below has three.
    let funnel = FunnelSpec { unit: FunnelUnit::Attempt, ..steps(&["a", "b"], MINUTE_US) };
    let often = vec![at(0, "a"), at(10, "a"), at(20, "a"), at(21, "b")];
    let source = TestSource::new(vec![often, vec![at(0, "a")], vec![at(1000, "z")]], Vec::new());
    let listing = Listing { step: 1, which: ActorListing::Reached, limit: 100, timelines: true };
    let ask = (&funnel, &everything());
    let (actors, _) = funnel_actors(&source, &spec(), ask, listing, &RunOptions::default()).expect("listed");
    let mut told: Vec<(u64, usize)> = Vec::new();
    for unit in &actors.units {
        let number = unit.timeline.expect("asked for");
        let timeline = &actors.timelines[usize::try_from(number).expect("a small number") - 1];
        assert_eq!(timeline.actor, unit.actor);
        told.push((number, timeline.events.len()));
    }
    told.sort_unstable();
    let lengths: Vec<usize> = told.iter().map(|(_, events)| *events).collect();
    assert_eq!((actors.timelines.len(), lengths.len()), (2, 4));
    assert_eq!(lengths.iter().filter(|events| **events == 4).count(), 3);
}

/// The warnings of a funnel, of the list of its actors, and of the explanation of one actor.
fn warnings(source: &TestSource, funnel: &FunnelSpec, scope: &Scope) -> [Vec<String>; 3] {
    let options = RunOptions::default();
    let request = Request { analysis: AnalysisSpec::Funnel(funnel.clone()), scope: scope.clone() };
    let listing = Listing { step: 1, which: ActorListing::Reached, limit: 9, timelines: false };
    let actor = source.ranges[0][0].0.clone();
    [
        run(source, &spec(), &[request], &options).expect("runs").warnings,
        funnel_actors(source, &spec(), (funnel, scope), listing, &options).expect("listed").1.warnings,
        explain_funnel(source, &spec(), (funnel, scope), &actor, &options).expect("explained").1.warnings,
    ]
}

#[test]
fn lists_and_explanations_warn_as_the_funnel_does() {
    let funnel = |names: &[&str]| steps(names, 60 * MINUTE_US);
    let filtered = Scope { filter: Some("event == \"zz\"".to_owned()), ..everything() };
    let unidentified =
        TestSource::new(log().ranges.concat().into_iter().map(|(_, events)| events).collect(), vec![at(5, "nobody")]);
    for (source, funnel, scope, expected) in [
        (log(), funnel(&["a", "b"]), everything(), vec![]),
        // `c` is nothing that the actor explained does in its range alone.
        (log().in_ranges_of(1), funnel(&["z", "c"]), everything(), vec![]),
        (
            log().in_ranges_of(1),
            funnel(&["a", "purchase"]),
            everything(),
            vec!["funnel: step `purchase` matches no event of this log"],
        ),
        (unidentified, funnel(&["a", "nobody"]), everything(), vec![]),
        (
            log(),
            funnel(&["a", "a|bb"]),
            filtered,
            vec![
                "--where matches no event of this log (did you mean `z`?)",
                "funnel: step `a|bb`: no event of this log is called `bb` (did you mean `b`?)",
            ],
        ),
    ] {
        for told in warnings(&source, &funnel, &scope) {
            assert_eq!(told, expected, "{funnel:?}");
        }
    }
}

/// Why the first actor of `events` does not reach the next step.
fn miss(events: Vec<Event>, funnel: &FunnelSpec) -> Miss {
    let source = TestSource::new(vec![events, vec![at(3 * 24 * 60, "z")]], Vec::new());
    let actor = source.ranges[0][0].0.clone();
    let ask = (funnel, &everything());
    let (explained, _) = explain_funnel(&source, &spec(), ask, &actor, &RunOptions::default()).expect("explained");
    let unit = explained.units.first().expect("a candidate");
    unit.missing.clone().expect("not converted").why
}

#[test]
fn what_the_next_step_lacks_is_the_first_rule_that_the_nearest_event_breaks() {
    let plain = steps(&["a", "b"], 60 * MINUTE_US);
    assert_eq!(miss(vec![at(0, "a")], &plain), Miss::NoEvent);
    // The window closes at minute 60.
    assert_eq!(miss(vec![at(0, "a"), at(70, "b")], &plain), Miss::AfterWindow { by_us: 10 * MINUTE_US });
    assert_eq!(miss(vec![at(0, "b"), at(5, "a")], &plain), Miss::TooEarly { by_us: 5 * MINUTE_US });
    let by_session = FunnelSpec { unit: FunnelUnit::Session, ..steps(&["a", "b"], DAY_US) };
    assert_eq!(miss(vec![at(0, "a"), at(50, "b")], &by_session), Miss::OtherSession);
    let mut within = plain.clone();
    within.steps[1].within = Some(Duration::from_us(5 * MINUTE_US));
    assert_eq!(miss(vec![at(0, "a"), at(8, "b")], &within), Miss::AfterWithin { by_us: 3 * MINUTE_US });
    let mut directly = plain.clone();
    directly.steps[1].directly = true;
    assert!(
        matches!(miss(vec![at(0, "a"), at(1, "x"), at(2, "b")], &directly), Miss::NotDirectly { between } if between.event == "x")
    );
    let exclusions = vec![Exclusion { when: "x".to_owned(), from: None, to: None }];
    let excluding = FunnelSpec { exclusions, ..plain.clone() };
    assert!(
        matches!(miss(vec![at(0, "a"), at(1, "x"), at(2, "b")], &excluding), Miss::Excluded { by } if by.event == "x")
    );
    let twice = steps(&["a", "a"], 60 * MINUTE_US);
    assert_eq!(miss(vec![at(0, "a")], &twice), Miss::ServesAnotherStep);
}
