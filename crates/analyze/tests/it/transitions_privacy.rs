//! Do transitions between pages hide small groups where rare pages are put together?

use std::collections::{BTreeMap, BTreeSet};

use kundresa_analyze::{EventTransitions, protect};
use kundresa_model::count::Count;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::mask::Columns;
use kundresa_model::result::AnalysisResult;
use kundresa_model::result::transitions::{NodeKind, Transition, TransitionsResult};
use kundresa_model::spec::scope::Scope;
use proptest::prelude::*;

use crate::privacy::{Attack, segment_of};
use crate::support::{Dictionaries, Journey, TestScope, journeys, run, scopes, settings};

/// More pages than are told apart with segments.
const PAGES: u32 = 20;

/// Every event is a view of a page that is called like it.
struct Pages {
    pages: Dictionary,
    devices: Dictionary,
}

impl Pages {
    fn new() -> Self {
        let of = |names: Vec<String>| Dictionary::new(names);
        Self {
            pages: of((1..=PAGES).map(|page| format!("p{page:02}")).collect()),
            devices: of(["desktop", "mobile", "tablet"].map(str::to_owned).to_vec()),
        }
    }
}

impl Columns for Pages {
    fn text(&self, name: &str) -> Option<(usize, &Dictionary)> {
        match name {
            "event" | "page" => Some((0, &self.pages)),
            "device" => Some((1, &self.devices)),
            _ => None,
        }
    }
}

fn logs() -> impl Strategy<Value = Vec<Journey>> {
    prop::collection::vec((journeys(), 0..PAGES), 4).prop_map(|logs| {
        let shifted = |(mut journeys, by): (Vec<Journey>, u32)| {
            for event in journeys.iter_mut().flatten() {
                // Some pages are seen by many, others by one journey.
                event.event = if event.event < 4 { event.event } else { 1 + (event.event * 3 + by) % PAGES };
            }
            journeys
        };
        logs.into_iter().flat_map(shifted).collect()
    })
}

/// Ways with those of pages that are not told apart put together.
fn folded(transitions: &[Transition], nodes: &BTreeSet<&String>) -> BTreeMap<(String, String), u64> {
    let name = |name: &String, kind: NodeKind| {
        let is_own = kind == NodeKind::Pseudo || nodes.contains(name);
        if is_own { name.clone() } else { "(other)".to_owned() }
    };
    let mut ways = BTreeMap::new();
    for pair in transitions {
        let way = (name(&pair.from, pair.from_kind), name(&pair.to, pair.to_kind));
        *ways.entry(way).or_default() += pair.count.drawn();
    }
    ways
}

type Ways = BTreeMap<(String, String), usize>;

/// Cells of one square: every way, and what leads into each page and out of it.
fn square(attack: &mut Attack, alone: &[BTreeMap<(String, String), u64>], shown: &[Transition]) -> Ways {
    let mut cells = Ways::new();
    for pair in shown {
        let way = (pair.from.clone(), pair.to.clone());
        let cell = attack.of_each(alone.iter().map(|own| own.get(&way).copied().unwrap_or(0)), pair.count);
        assert!(cells.insert(way, cell).is_none(), "{pair:?} is there twice");
    }
    assert!(alone.iter().flat_map(BTreeMap::keys).all(|way| cells.contains_key(way)));
    for pair in shown {
        let from = |own: &BTreeMap<(String, String), u64>| -> u64 {
            own.iter().filter(|((from, _), _)| *from == pair.from).map(|(_, count)| count).sum()
        };
        let sum = attack.of_each(alone.iter().map(from), pair.share.base());
        let row: Vec<usize> = cells.iter().filter(|((from, _), _)| *from == pair.from).map(|(_, cell)| *cell).collect();
        attack.sum(sum, row);
    }
    let froms: BTreeSet<&String> = shown.iter().map(|pair| &pair.from).collect();
    for node in froms {
        let row = cells.iter().filter(|((from, _), _)| from == node).map(|(_, cell)| *cell);
        // As many sessions end as begin.
        let to = if node == "start" { "exit" } else { node };
        let column = cells.iter().filter(|((_, other), _)| other == to).map(|(_, cell)| *cell);
        attack.equal(row, column);
    }
    cells
}

fn attack(alone: &[TransitionsResult], shown: &TransitionsResult, threshold: u64) {
    let mut attack = Attack::new(threshold);
    let nodes: BTreeSet<&String> =
        shown.nodes.iter().map(|node| &node.name).filter(|name| *name != "(other)").collect();
    let own: Vec<_> = alone.iter().map(|own| folded(&own.transitions, &nodes)).collect();
    let total = square(&mut attack, &own, &shown.transitions);
    for node in &shown.nodes {
        let row = |own: &BTreeMap<(String, String), u64>| -> u64 {
            own.iter().filter(|((from, _), _)| *from == node.name).map(|(_, count)| count).sum()
        };
        let visits = attack.of_each(own.iter().map(row), node.visits);
        attack.sum(visits, total.iter().filter(|((from, _), _)| *from == node.name).map(|(_, cell)| *cell));
    }
    let rows = shown.by.as_ref().map_or(Vec::new(), |by| by.rows.clone());
    let named: Vec<String> = rows.iter().map(|row| row.value.clone()).collect();
    let mut parts = Vec::new();
    for row in &rows {
        let figures = |own: &TransitionsResult| segment_of(own.by.as_ref(), &row.value, &named);
        let ways: Vec<_> = alone
            .iter()
            .map(|own| {
                let all: Vec<Transition> = figures(own).into_iter().flat_map(|figures| figures.transitions).collect();
                folded(&all, &nodes)
            })
            .collect();
        let cells = square(&mut attack, &ways, &row.figures.transitions);
        let sessions = alone.iter().map(|own| figures(own).iter().map(|figures| figures.units.drawn()).sum());
        let sessions = attack.of_each(sessions, row.figures.units);
        attack.sum(sessions, cells.iter().filter(|((from, _), _)| from == "start").map(|(_, cell)| *cell));
        parts.push(cells);
    }
    for (way, cell) in total.iter().filter(|_| !parts.is_empty()) {
        attack.sum(*cell, parts.iter().filter_map(|part| part.get(way)).copied());
    }
    attack.tells_of_nobody("transitions of pages");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn pages_tell_of_no_small_group(log in logs(), test in scopes(), setting in settings(), threshold in 2..6_u64) {
        let (pages, dictionaries) = (Pages::new(), Dictionaries::default());
        let mut context = setting.context(&dictionaries);
        context.columns = &pages;
        // The filters of other tests name events that are no pages.
        let test = TestScope { filter: None, ..test };
        let open = Scope { top: usize::MAX, ..test.scope() };
        let analysis = EventTransitions::of_pages("p*", &open, &context).unwrap();
        let alone: Vec<TransitionsResult> = log.chunks(1).map(|own| run(&analysis, own, &setting.taxonomy)).collect();
        let scope = Scope { min_actors: threshold, ..test.scope() };
        let analysis = EventTransitions::of_pages("p*", &scope, &context).unwrap();
        let mut shown = AnalysisResult::Transitions(run(&analysis, &log, &setting.taxonomy));
        protect(&mut shown, threshold);
        let AnalysisResult::Transitions(shown) = shown else { panic!("still transitions") };
        prop_assert!(!test.by || shown.nodes.len() <= 13);
        prop_assert!(shown.transitions.iter().all(|pair| pair.count != Count::default()));
        attack(&alone, &shown, threshold);
    }
}
