//! Do the parts of a log, counted apart and merged in any order, give the whole?

use std::fmt::Debug;

use kundresa_analyze::{
    Accounting, Analysis, Bridge, Carts, Emulated, EventTransitions, Funnel, Overlap, Overview, Paths,
    PhaseTransitions, PhaseVisits, Reads, SessionCounts, Signals,
};
use kundresa_model::spec::carts::CartSpec;
use kundresa_model::spec::funnel::{FunnelSpec, FunnelStep};
use kundresa_model::spec::overview::OverviewSpec;
use kundresa_model::spec::paths::{Occurrence, PathNodes, PathSpec, PathUnit, Repeats};
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::spec::scope::Scope;
use kundresa_model::spec::signals::SignalsSpec;
use proptest::prelude::*;

use crate::support::{Dictionaries, Journey, Setting, TestScope, journeys, run, scopes, settings, with_chunk};

/// One actor per part; every part goes through JSON, and parts are joined pairwise in the order given.
fn in_parts<A: Analysis>(analysis: &A, log: &[Journey], order: &[usize], setting: &Setting) -> A::Output {
    let mut parts: Vec<A::Partial> =
        order.iter().map(|&actor| through_json(&part(analysis, &log[actor], setting))).collect();
    parts.push(analysis.empty());
    while parts.len() > 1 {
        let half = parts.split_off(parts.len().div_ceil(2));
        parts.iter_mut().zip(half).for_each(|(into, from)| analysis.merge(into, from));
    }
    analysis.finish(parts.remove(0), &Accounting::default())
}

fn part<A: Analysis>(analysis: &A, journey: &Journey, setting: &Setting) -> A::Partial {
    let mut partial = analysis.empty();
    with_chunk(std::slice::from_ref(journey), &setting.taxonomy, |chunk| analysis.visit(chunk, &mut partial));
    partial
}

fn through_json<P: serde::Serialize + serde::de::DeserializeOwned>(partial: &P) -> P {
    serde_json::from_str(&serde_json::to_string(partial).unwrap()).unwrap()
}

fn check<A: Analysis<Output: PartialEq + Debug>>(analysis: &A, log: &[Journey], order: &[usize], setting: &Setting) {
    assert_eq!(in_parts(analysis, log, order, setting), run(analysis, log, &setting.taxonomy));
}

fn funnel() -> FunnelSpec {
    FunnelSpec {
        steps: ["a|b", "b", "c"].map(FunnelStep::of).to_vec(),
        window: "2d".parse().unwrap(),
        ..FunnelSpec::default()
    }
}

/// Checks one analysis. A new one does not compile without an arm here, which gives it a number of its own; without an example
/// below, the test fails.
fn check_analysis(spec: &AnalysisSpec, log: &[Journey], order: &[usize], scope: &Scope, setting: &Setting) -> usize {
    let dictionaries = Dictionaries::default();
    let context = setting.context(&dictionaries);
    macro_rules! check {
        ($analysis:expr) => {
            check(&$analysis.unwrap(), log, order, setting)
        };
    }
    match spec {
        AnalysisSpec::Sessions => {
            check!(SessionCounts::try_new(scope, &context));
            0
        }
        AnalysisSpec::Phases => {
            check!(PhaseVisits::try_new(scope, &context));
            1
        }
        AnalysisSpec::PhaseTransitions => {
            check!(PhaseTransitions::try_new(scope, &context));
            2
        }
        AnalysisSpec::EventTransitions => {
            check!(EventTransitions::try_new(scope, &context));
            3
        }
        AnalysisSpec::PageTransitions { views } => {
            check!(EventTransitions::of_pages(views, scope, &context));
            4
        }
        AnalysisSpec::Funnel(spec) => match spec.emulation {
            Some(product) => {
                check!(Emulated::try_new(spec, product, scope, &context));
                5
            }
            None => {
                check!(Funnel::try_new(spec, scope, &context));
                6
            }
        },
        AnalysisSpec::Overview(spec) => {
            check!(Overview::try_new(spec, scope, &context));
            7
        }
        AnalysisSpec::Carts(spec) => {
            check!(Carts::try_new(spec, scope, &context));
            8
        }
        AnalysisSpec::Paths(spec) => {
            check!(Paths::try_new(spec, scope, &context));
            9
        }
        AnalysisSpec::Bridge(spec) => {
            check!(Bridge::try_new(spec, scope, &context));
            10
        }
        AnalysisSpec::Overlap => {
            check(&Overlap::new(scope, &context), log, order, setting);
            11
        }
        AnalysisSpec::Signals(spec) => {
            check!(Signals::try_new(spec, scope, &context));
            12
        }
    }
}

/// How many numbers [`check_analysis`] gives.
const ANALYSES: usize = 13;

fn examples() -> Vec<AnalysisSpec> {
    let carts = |within: &str| CartSpec {
        add: "a".to_owned(),
        remove: "b".to_owned(),
        begin_checkout: "d".to_owned(),
        purchase: "c".to_owned(),
        view_item: "e".to_owned(),
        item: Some("device".to_owned()),
        abandon_after: within.parse().unwrap(),
        recover_within: "2d".parse().unwrap(),
        items: 1,
        ..CartSpec::default()
    };
    let mut all = vec![
        AnalysisSpec::Sessions,
        AnalysisSpec::Phases,
        AnalysisSpec::PhaseTransitions,
        AnalysisSpec::EventTransitions,
        AnalysisSpec::PageTransitions { views: "a|b|c".to_owned() },
        AnalysisSpec::Funnel(funnel()),
        AnalysisSpec::Funnel(FunnelSpec { emulation: "posthog:strict".parse().ok(), ..funnel() }),
        AnalysisSpec::Overview(OverviewSpec {
            views: vec!["a|b".to_owned()],
            key_events: vec!["c".to_owned()],
            ..OverviewSpec::default()
        }),
        AnalysisSpec::Carts(carts("1h")),
        AnalysisSpec::Carts(carts("1d")),
        AnalysisSpec::Bridge(funnel()),
        AnalysisSpec::Overlap,
        AnalysisSpec::Signals(SignalsSpec { sources: vec!["mobile".to_owned()], ..SignalsSpec::default() }),
    ];
    all.extend(paths().map(AnalysisSpec::Paths));
    all
}

fn check_all(log: &[Journey], order: &[usize], scope: &TestScope, setting: &Setting) {
    let mut checked = [false; ANALYSES];
    for example in examples() {
        checked[check_analysis(&example, log, order, &scope.scope(), setting)] = true;
    }
    assert_eq!(checked, [true; ANALYSES], "every analysis has an example");
}

fn paths() -> [PathSpec; 3] {
    let small = PathSpec { depth: 3, width: 2, tree: 4, variants: 3, ..PathSpec::default() };
    let pages = PathSpec {
        nodes: PathNodes::Pages,
        views: "a|b|c".to_owned(),
        anchor: Some("b|d".to_owned()),
        occurrence: Occurrence::Every,
        repeats: Repeats::FirstVisit,
        unit: PathUnit::Actor,
        ..small.clone()
    };
    // Few enough that layers are given up.
    let scarce = PathSpec { depth: 9, unit: PathUnit::Actor, most_prefixes: Some(12), ..small.clone() };
    [small, pages, scarce]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn chunks_of_one_actor_merged_in_any_order_give_the_whole(
        (log, order) in journeys().prop_flat_map(|log| {
            let order: Vec<usize> = (0..log.len()).collect();
            (Just(log), Just(order).prop_shuffle())
        }),
        scope in scopes(),
        setting in settings(),
    ) {
        check_all(&log, &order, &scope, &setting);
    }
}

#[test]
fn a_request_names_the_columns_it_reads() {
    let scope = Scope {
        filter: Some("device == \"x\" and value > 3".to_owned()),
        by: Some("country".to_owned()),
        ..Scope::default()
    };
    let request = |analysis| Request { analysis, scope: scope.clone() };
    let named = |analysis| Reads::of(&request(analysis), &[]).unwrap().text.into_iter().collect::<Vec<_>>();
    assert_eq!(named(AnalysisSpec::Sessions), ["country", "device"]);
    assert_eq!(named(AnalysisSpec::EventTransitions), ["country", "device", "event"]);
    assert_eq!(named(AnalysisSpec::Funnel(funnel())), ["country", "currency", "device", "event"]);
    assert!(Reads::of(&request(AnalysisSpec::Phases), &[]).unwrap().value);
    assert_eq!(named(AnalysisSpec::Paths(PathSpec::default())), ["country", "device", "event"]);
    let pages = |anchor: &str| PathSpec {
        nodes: PathNodes::Pages,
        views: "page is not null".to_owned(),
        anchor: Some(anchor.to_owned()),
        ..PathSpec::default()
    };
    assert_eq!(named(AnalysisSpec::Paths(pages("plan == \"pro\""))), ["country", "device", "page", "plan"]);
    let views = "view".to_owned();
    assert_eq!(named(AnalysisSpec::PageTransitions { views }), ["country", "device", "event", "page"]);
}
