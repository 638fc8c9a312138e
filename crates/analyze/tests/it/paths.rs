//! Do paths equal a count from the definition, is nothing lost at any node, and is backward forward in a mirror?

use kundresa_analyze::{AnalyzeError, Paths};
use kundresa_model::rate::Rate;
use kundresa_model::result::paths::{Flow, PathStep, PathTreeNode, PathsResult, StepKind};
use kundresa_model::spec::paths::{Occurrence, PathDirection, PathNodes, PathSpec, PathUnit, Repeats};
use kundresa_model::spec::scope::FilterScope;
use proptest::prelude::*;

use crate::paths_slow::{ANCHORS, slow};
use crate::phases::{at, setting_at};
use crate::support::{Dictionaries, Event, Filter, Journey, TICK, TestScope, journeys, run, scopes};

fn paths(spec: &PathSpec, scope: &TestScope, log: &[Journey]) -> PathsResult {
    let (columns, setting) = (Dictionaries::default(), setting_at(0));
    run(&Paths::try_new(spec, &scope.scope(), &setting.context(&columns)).unwrap(), log, &setting.taxonomy)
}

fn specs() -> impl Strategy<Value = PathSpec> {
    let nodes = prop_oneof![Just(PathNodes::Events), Just(PathNodes::Pages)];
    let direction = prop_oneof![Just(PathDirection::Forward), Just(PathDirection::Backward)];
    let anchor = prop::option::of(prop::sample::select(ANCHORS.to_vec()));
    let occurrence = prop_oneof![Just(Occurrence::First), Just(Occurrence::Last), Just(Occurrence::Every)];
    let repeats = prop_oneof![Just(Repeats::Raw), Just(Repeats::Collapse), Just(Repeats::FirstVisit)];
    let unit = prop_oneof![Just(PathUnit::Session), Just(PathUnit::Actor)];
    let sizes = (1..6u32, 1..5u32, 1..8u32, 0..6u32);
    (nodes, any::<bool>(), direction, anchor, occurrence, repeats, unit, sizes).prop_map(
        |(nodes, synthetic, direction, anchor, occurrence, repeats, unit, (depth, width, tree, variants))| PathSpec {
            nodes,
            views: "a|b|c".to_owned(),
            synthetic,
            direction,
            anchor: anchor.map(str::to_owned),
            occurrence,
            repeats,
            unit,
            depth,
            width,
            tree,
            variants,
            most_prefixes: None,
        },
    )
}

fn is_conserved(flow: &Flow) -> bool {
    flow.come == flow.out + flow.other + flow.end
}

fn check_steps(steps: &[PathStep], paths: u64) {
    assert!(steps.iter().all(|step| is_conserved(&step.flow)), "{steps:?}");
    let first: u64 = steps.iter().filter(|step| step.depth == 1).map(|step| step.flow.come).sum();
    assert_eq!(first, paths);
    let ended = |step: &&PathStep| matches!(step.kind, StepKind::End | StepKind::Beyond);
    assert_eq!(steps.iter().filter(ended).map(|step| step.flow.come).sum::<u64>(), paths);
}

fn check_links(result: &PathsResult) {
    for step in &result.steps {
        let here = (step.depth, step.kind, step.name.as_str());
        let from = result.links.iter().filter(|link| (link.depth, link.from_kind, link.from.as_str()) == here);
        let to = result.links.iter().filter(|link| (link.depth + 1, link.to_kind, link.to.as_str()) == here);
        let (from, to) = (from.map(|link| link.count).sum::<u64>(), to.map(|link| link.count).sum::<u64>());
        let goes_on = matches!(step.kind, StepKind::Node | StepKind::Other);
        assert_eq!(from, if goes_on { step.flow.come } else { 0 }, "links from {here:?}");
        assert_eq!(to, if step.depth > 1 { step.flow.come } else { 0 }, "links to {here:?}");
    }
}

fn check_tree(tree: &[PathTreeNode], paths: u64, depth: u32) {
    let below = |parent: Option<u32>, kind| {
        let lines = tree.iter().filter(|line| line.parent == parent && line.kind == kind);
        lines.map(|line| line.flow.come).sum::<u64>()
    };
    assert_eq!(below(None, StepKind::Node) + below(None, StepKind::Other), paths);
    for (at, line) in (0..).zip(tree) {
        assert!(is_conserved(&line.flow), "{line:?}");
        if line.kind == StepKind::Node && line.depth < depth {
            assert_eq!(below(Some(at), StepKind::Node), line.flow.out);
            assert_eq!(below(Some(at), StepKind::Other), line.flow.other);
        }
    }
}

fn check_identities(result: &PathsResult) {
    check_steps(&result.steps, result.paths);
    check_links(result);
    check_tree(&result.tree, result.paths, result.counted_depth);
    if result.variants.len() as u64 == result.distinct_variants && result.paths > 0 {
        assert_eq!(result.variants.iter().map(|variant| variant.count).sum::<u64>(), result.paths);
        assert_eq!(result.variants.last().unwrap().coverage, Rate::new(result.paths, result.paths));
    }
    let sum = |of: fn(&kundresa_model::result::paths::PathNode) -> u64| result.nodes.iter().map(of).sum::<u64>();
    assert_eq!([sum(|node| node.entries), sum(|node| node.exits)], [result.units; 2]);
    for node in &result.nodes {
        assert_eq!(node.occurrences, node.units.numerator + node.repeats + node.returns);
        assert!(node.there_and_back <= node.returns && node.bounces <= node.entries);
    }
    check_segments(result);
}

fn check_segments(result: &PathsResult) {
    let Some(by) = &result.by else { return };
    let parts = || by.rows.iter().map(|row| &row.figures);
    assert_eq!(parts().map(|part| part.units).sum::<u64>(), result.units);
    assert_eq!(parts().map(|part| part.units_with_path.numerator).sum::<u64>(), result.units_with_path.numerator);
    assert_eq!(parts().map(|part| part.paths).sum::<u64>(), result.paths);
    parts().for_each(|part| check_tree(&part.tree, part.paths, result.counted_depth));
    for step in &result.steps {
        let same = |other: &&PathStep| (other.depth, other.kind, &other.name) == (step.depth, step.kind, &step.name);
        let steps = || parts().flat_map(|part| part.steps.iter().filter(same)).map(|step| step.flow);
        let sums: [fn(Flow) -> u64; 4] = [|flow| flow.come, |flow| flow.out, |flow| flow.other, |flow| flow.end];
        sums.iter().for_each(|of| assert_eq!(steps().map(of).sum::<u64>(), of(step.flow), "{step:?}"));
    }
}

/// The log as a mirror shows it.
fn mirrored(log: &[Journey]) -> Vec<Journey> {
    let event = |event: &Event| Event { ts: 100 * TICK - event.ts, ..*event };
    log.iter().map(|journey| journey.iter().rev().map(event).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn paths_equal_a_count_from_the_definition(log in journeys(), scope in scopes(), spec in specs()) {
        let result = paths(&spec, &scope, &log);
        check_identities(&result);
        prop_assert_eq!(result, slow(&spec, &scope, &log));
    }

    #[test]
    fn backward_paths_are_forward_paths_of_the_mirrored_log(log in journeys(), spec in specs()) {
        let everything = TestScope::everything();
        let other = PathSpec {
            direction: match spec.direction {
                PathDirection::Forward => PathDirection::Backward,
                PathDirection::Backward => PathDirection::Forward,
            },
            occurrence: match spec.occurrence {
                Occurrence::First => Occurrence::Last,
                Occurrence::Last => Occurrence::First,
                Occurrence::Every => Occurrence::Every,
            },
            ..spec.clone()
        };
        let result = paths(&spec, &everything, &log);
        let mirrored = paths(&other, &everything, &mirrored(&log));
        let plain = |steps: &[PathStep]| steps.iter().map(|step| (step.depth, step.kind, step.flow, step.values)).collect::<Vec<_>>();
        prop_assert_eq!(plain(&result.steps), plain(&mirrored.steps));
        prop_assert_eq!((result.tree, result.variants), (mirrored.tree, mirrored.variants));
        let turned = |result: &PathsResult| result.nodes.iter().map(|node| (node.name.clone(), node.exits, node.bounces, node.repeats, node.returns)).collect::<Vec<_>>();
        let same = |result: &PathsResult| result.nodes.iter().map(|node| (node.name.clone(), node.entries, node.bounces, node.repeats, node.returns)).collect::<Vec<_>>();
        let (entries, exits) = (
            same(&paths(&spec, &everything, &log)),
            turned(&paths(&other, &everything, &self::mirrored(&log))),
        );
        prop_assert_eq!(entries, exits);
    }
}

/// One session of activity with these events, by letter.
fn session(label: u8, start: i64, events: &str) -> Journey {
    let event = |(tick, letter): (i64, u8)| Event {
        event: u32::from(letter - b'a') + 1,
        session: Some(label),
        ..at(start + tick, None)
    };
    (0..).zip(events.bytes()).map(event).collect()
}

fn lines(result: &PathsResult) -> Vec<(u32, &str, [u64; 4])> {
    let counts = |line: &PathTreeNode| [line.flow.come, line.flow.out, line.flow.other, line.flow.end];
    result.tree.iter().map(|node| (node.depth, node.name.as_str(), counts(node))).collect()
}

#[test]
fn a_tree_counted_by_hand() {
    // Sessions abc, abd, ab, ac, b: a 4 times first, after which b 3 times and c once.
    let log: Vec<Journey> = ["abc", "abd", "ab", "ac", "b"].map(|events| session(0, 0, events)).to_vec();
    let result = paths(&PathSpec { tree: 4, ..PathSpec::default() }, &TestScope::everything(), &log);
    let expected = [
        (1, "a", [4, 4, 0, 0]),
        (2, "b", [3, 0, 2, 1]),
        (3, "(other)", [2, 0, 0, 2]),
        (2, "c", [1, 0, 0, 1]),
        (1, "b", [1, 0, 0, 1]),
    ];
    // The four largest are a 4, ab 3, then of those with 1 the shorter: b, and ac before abc.
    assert_eq!(lines(&result), expected);
    assert_eq!(result.distinct_variants, 5);
    let depth_two: Vec<_> = result.steps.iter().filter(|step| step.depth == 2).collect();
    // b then exit 1, c 1, d 1; c then exit; b at depth 1 exits.
    let shown = depth_two.iter().map(|step| (step.name.as_str(), step.kind, step.flow.come, step.flow.end));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [("b", StepKind::Node, 3, 1), ("c", StepKind::Node, 1, 1), ("exit", StepKind::End, 1, 1)]
    );
}

#[test]
fn anchors_begin_paths_where_they_are_met() {
    let log = [session(0, 0, "abcbbd")];
    let variants = |anchor: &str, occurrence, direction, repeats| {
        let anchor = Some(anchor.to_owned());
        let spec = PathSpec { anchor, occurrence, direction, repeats, ..PathSpec::default() };
        let result = paths(&spec, &TestScope::everything(), &log);
        result.variants.iter().map(|variant| (variant.nodes.concat(), variant.count)).collect::<Vec<_>>()
    };
    let found = |text: &str| vec![(text.to_owned(), 1)];
    use {Occurrence::*, PathDirection::*, Repeats::*};
    assert_eq!(variants("b", First, Forward, Raw), found("bcbbd"));
    assert_eq!(variants("b", Last, Forward, Raw), found("bd"));
    assert_eq!(variants("b", First, Forward, Collapse), found("bcbd"));
    assert_eq!(variants("b", First, Forward, FirstVisit), found("bcd"));
    assert_eq!(variants("b", Last, Backward, Raw), found("bbcba"));
    assert_eq!(variants("b", Last, Backward, Collapse), found("bcba"));
    assert_eq!(variants("b", Last, Backward, FirstVisit), found("bca"));
    let every = |repeats| variants("b", Every, Forward, repeats).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    assert_eq!(every(Raw), ["bbd", "bcbbd", "bd"]);
    // The run of two b is one occurrence.
    assert_eq!(every(Collapse), ["bcbd", "bd"]);
    assert_eq!(variants("b", Every, Forward, FirstVisit), [("bd".to_owned(), 2), ("bcd".to_owned(), 1)]);
    assert_eq!(variants("e", First, Forward, Raw), []);
}

#[test]
fn a_path_of_pages_may_begin_with_an_event_that_is_no_view() {
    // Views a of desktop and mobile; e is no view, on tablet and on no page.
    let page = |event: Event, device| Event { device, ..event };
    let events = session(0, 0, "aeae");
    let log = [[1, 3, 2, 0].into_iter().zip(events).map(|(device, event)| page(event, device)).collect()];
    let spec = PathSpec {
        nodes: PathNodes::Pages,
        views: "a".to_owned(),
        anchor: Some("e".to_owned()),
        ..PathSpec::default()
    };
    let variants = |occurrence| {
        let spec = PathSpec { occurrence, ..spec.clone() };
        paths(&spec, &TestScope::everything(), &log).variants.iter().map(|one| one.nodes.join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(variants(Occurrence::First), ["tablet mobile"]);
    assert_eq!(variants(Occurrence::Last), ["(not set)"]);
}

#[test]
fn sessions_end_a_path_and_actors_do_not() {
    let log = [[session(0, 0, "ab"), session(1, 5, "cd")].concat()];
    let nodes = |unit| {
        let result = paths(&PathSpec { unit, depth: 3, ..PathSpec::default() }, &TestScope::everything(), &log);
        result.variants.iter().map(|variant| (variant.nodes.concat(), variant.is_cut)).collect::<Vec<_>>()
    };
    assert_eq!(nodes(PathUnit::Session), [("ab".to_owned(), false), ("cd".to_owned(), false)]);
    assert_eq!(nodes(PathUnit::Actor), [("abc".to_owned(), true)]);
}

#[test]
fn from_cuts_the_stream_of_an_actor_and_leaves_out_sessions_that_began_before() {
    let log = [[session(0, 0, "abc"), session(1, 5, "d")].concat()];
    let scope = TestScope { from: Some(TICK), ..TestScope::everything() };
    let nodes = |unit| {
        let result = paths(&PathSpec { unit, ..PathSpec::default() }, &scope, &log);
        result.variants.iter().map(|variant| variant.nodes.concat()).collect::<Vec<_>>()
    };
    assert_eq!(nodes(PathUnit::Session), ["d"]);
    assert_eq!(nodes(PathUnit::Actor), ["bcd"]);
}

#[test]
fn a_filter_of_events_hides_them_and_units_without_any_other() {
    let log = [session(0, 0, "abab"), session(0, 0, "ac")];
    let scope =
        TestScope { filter: Some(Filter::EventIsB), filter_scope: FilterScope::Event, ..TestScope::everything() };
    let result = paths(&PathSpec::default(), &scope, &log);
    assert_eq!((result.units, result.variants[0].nodes.concat()), (1, "bb".to_owned()));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (columns, setting) = (Dictionaries::default(), setting_at(0));
    let error = |spec: PathSpec| {
        Paths::try_new(&spec, &TestScope::everything().scope(), &setting.context(&columns)).unwrap_err().to_string()
    };
    assert_eq!(error(PathSpec { depth: 0, ..PathSpec::default() }), "depth of paths is 0, expected 1 to 100");
    assert_eq!(error(PathSpec { width: 0, ..PathSpec::default() }), "width of paths is 0, expected 1 to 10000");
    let anchor = |text: &str| error(PathSpec { anchor: Some(text.to_owned()), ..PathSpec::default() });
    assert!(anchor("a|").starts_with("anchor: "), "{}", anchor("a|"));
    assert!(anchor("plan == \"x\"").starts_with("anchor: no column or property is called `plan`"));
    let bad = PathSpec { nodes: PathNodes::Pages, views: "(".to_owned(), ..PathSpec::default() };
    assert!(matches!(
        Paths::try_new(&bad, &TestScope::everything().scope(), &setting.context(&columns)),
        Err(AnalyzeError::Predicate { place, .. }) if place == "views"
    ));
}
