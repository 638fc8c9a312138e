//! Are persons by source those that a look at every actor finds?

use std::collections::BTreeSet;

use kundresa_analyze::Overlap;
use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::overlap::{OverlapResult, SourcePair, SourcePersons};
use kundresa_model::spec::scope::Scope;
use proptest::prelude::*;

use crate::support::{Dictionaries, Event, Journey, Setting, journeys, run, settings};

const SOURCES: [&str; 3] = ["desktop", "mobile", "tablet"];

/// The sources of each actor, by code.
fn sources_of(log: &[Journey]) -> Vec<BTreeSet<u32>> {
    log.iter().map(|journey| journey.iter().map(|event| event.device).filter(|code| *code > 0).collect()).collect()
}

fn slow(log: &[Journey]) -> OverlapResult {
    let actors = sources_of(log);
    let with = |codes: &[u32]| actors.iter().filter(|set| codes.iter().all(|code| set.contains(code))).count() as u64;
    let name = |code: u32| SOURCES[code as usize - 1].to_owned();
    let pair = |(one, other): (u32, u32)| SourcePair {
        one: name(one),
        other: name(other),
        both: with(&[one, other]).into(),
        of_one: Rate::new(with(&[one, other]), with(&[one])),
        of_other: Rate::new(with(&[one, other]), with(&[other])),
    };
    let source = |code| SourcePersons { source: name(code), persons: with(&[code]).into(), unidentified_events: 0 };
    OverlapResult {
        source_persons: (1..=3).map(source).collect(),
        source_pairs: [(1, 2), (1, 3), (2, 3)].into_iter().map(pair).collect(),
    }
}

fn counted(log: &[Journey], min_actors: u64, setting: &Setting) -> OverlapResult {
    let dictionaries = Dictionaries::default();
    let scope = Scope { min_actors, filter: Some("no predicate".to_owned()), ..Scope::default() };
    run(&Overlap::new(&scope, &setting.context(&dictionaries)), log, &setting.taxonomy)
}

proptest! {
    #[test]
    fn persons_are_counted_once_per_source_and_pair(log in journeys(), setting in settings()) {
        prop_assert_eq!(counted(&log, 0, &setting), slow(&log));
    }

    #[test]
    fn a_threshold_shows_all_or_nothing(log in journeys(), setting in settings(), threshold in 2_u64..5) {
        let found = counted(&log, threshold, &setting);
        let sets = sources_of(&log);
        let small = sets.iter().any(|set| (sets.iter().filter(|other| *other == set).count() as u64) < threshold);
        if small {
            prop_assert!(found.source_persons.iter().all(|source| source.persons.is_hidden()));
            prop_assert!(found.source_pairs.iter().all(|pair| pair.both == Count::HIDDEN && pair.of_one.is_hidden()));
        } else {
            prop_assert_eq!(found, slow(&log));
        }
    }

    /// Counted by hand: one on desktop and mobile, one on desktop twice, one on tablet.
    #[test]
    fn three_persons_of_three_sources(setting in settings()) {
        let event = |device| Event { ts: 0, event: 1, device, flags: 1, session: None, phase: None };
        let log = vec![vec![event(1), event(2)], vec![event(1), event(1)], vec![event(3)]];
        let found = counted(&log, 0, &setting);
        let persons: Vec<_> = found.source_persons.iter().map(|source| source.persons.drawn()).collect();
        prop_assert_eq!(persons, [2, 1, 1]);
        let both: Vec<_> = found.source_pairs.iter().map(|pair| (pair.both.drawn(), pair.shares_nobody())).collect();
        prop_assert_eq!(both, [(1, false), (0, true), (0, true)]);
    }
}
