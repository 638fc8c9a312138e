//! Is a journey that is explained the one that `phases` counts?

use std::collections::BTreeMap;

use kundresa_model::phase::{Phase, TaxonomyName};
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::explained::JourneyFate;
use kundresa_model::spec::request::{AnalysisSpec, RunSpec};
use kundresa_model::time::{DAY_US, MINUTE_US};

use super::support::{Event, TestSource, request, spec};
use crate::{Lookup, RunOptions, explain_phases, look_up, run};

/// Three actors: who bought long ago, who looked long ago, who looked just now.
fn log() -> TestSource {
    let at = |day: i64, minute: i64, name: &str| Event::new(day * DAY_US + minute * MINUTE_US, name);
    TestSource::new(
        vec![
            vec![at(0, 0, "page_view"), at(0, 1, "purchase"), at(0, 2, "scroll"), at(2, 0, "page_view")],
            vec![at(0, 0, "view_item"), at(0, 5, "page_view"), at(1, 0, "add_to_cart")],
            vec![at(40, 0, "view_item")],
        ],
        Vec::new(),
    )
}

#[test]
fn events_carry_their_session_phase_rule_and_visit() {
    let source = log();
    let actor = source.ranges[0][0].0.clone();
    let (explained, _) = explain_phases(&source, &spec(), &RunOptions::default(), &actor).expect("explained");
    let [journey] = explained.journeys.as_slice() else { panic!("one journey: {explained:?}") };
    let shown: Vec<_> = journey
        .events
        .iter()
        .map(|event| (event.session, event.observed.as_deref().unwrap_or("-"), event.visit, event.starts_visit))
        .collect();
    // After the purchase everything in its session is onboarding, and in later sessions retention.
    let expected = [
        (Some(1), "awareness", Some(1), true),
        (Some(1), "purchase", Some(2), true),
        (Some(1), "onboarding", Some(3), true),
        (Some(2), "retention", Some(4), true),
    ];
    assert_eq!(shown, expected);
    assert_eq!(journey.events[2].rule.as_deref(), Some("same session after purchase"));
    assert_eq!((journey.fate, journey.last_seen_us), (JourneyFate::DroppedAfterGoal, 2 * DAY_US));
    assert_eq!(journey.over_at_us, 32 * DAY_US);
    assert_eq!(journey.visits[1].dwell_us, Some(MINUTE_US));
}

#[test]
fn fates_of_all_journeys_are_those_that_phases_counts() {
    let source = log();
    for taxonomy in TaxonomyName::ALL {
        let spec =
            RunSpec { phases: kundresa_model::spec::phases::PhaseSpec { taxonomy, ..Default::default() }, ..spec() };
        let mut told: BTreeMap<(String, &str), u64> = BTreeMap::new();
        for (actor, _) in source.ranges.iter().flatten() {
            let (explained, _) = explain_phases(&source, &spec, &RunOptions::default(), actor).expect("explained");
            for journey in explained.journeys {
                let fate = match journey.fate {
                    JourneyFate::DroppedBeforeGoal => "before",
                    JourneyFate::DroppedAfterGoal => "after",
                    JourneyFate::Open => "open",
                    JourneyFate::NoPhase => "none",
                };
                *told.entry((journey.last_phase.unwrap_or_default(), fate)).or_default() += 1;
            }
        }
        let outcome = run(&source, &spec, &[request(AnalysisSpec::Phases)], &RunOptions::default()).expect("runs");
        let AnalysisResult::Phases(result) = &outcome.results[0] else { panic!("phases were asked for") };
        let counted: BTreeMap<(String, &str), u64> = result
            .phases
            .iter()
            .flat_map(|figures| {
                let kinds = [
                    ("before", figures.dropped_before_goal),
                    ("after", figures.dropped_after_goal),
                    ("open", figures.open),
                ];
                kinds.map(|(kind, count)| ((figures.phase.clone(), kind), count.drawn()))
            })
            .filter(|(_, count)| *count > 0)
            .collect();
        assert_eq!(told, counted, "{taxonomy:?}");
        assert_eq!(result.goal, Phase::Purchase.key());
    }
}

#[test]
fn nobody_of_a_name_is_no_journey_and_gets_near_names() {
    let source = log();
    let actor = source.ranges[0][0].0.clone();
    let known = look_up(&source, &actor).expect("read");
    assert_eq!(known, Lookup { is_known: true, ..Lookup::default() });
    let unknown = look_up(&source, &format!("{actor}x")).expect("read");
    assert!(!unknown.is_known && unknown.nearest.contains(&actor), "{unknown:?}");
    let (explained, _) = explain_phases(&source, &spec(), &RunOptions::default(), "nobody").expect("explained");
    assert!(explained.journeys.is_empty());
}
