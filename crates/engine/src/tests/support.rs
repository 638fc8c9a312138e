//! A small source of actors and the requests that tests ask of it.

use std::collections::BTreeMap;

use kundresa_model::actor_source::{ActorBatch, ActorSource, NO_VALUE, Projection};
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::index::index32;
use kundresa_model::quality::LoadTotals;
use kundresa_model::source::BoxError;
use kundresa_model::spec::personas::Persona;
use kundresa_model::spec::request::{AnalysisSpec, Request, RunSpec};
use kundresa_model::spec::scope::{DEFAULT_TOP, Scope};

/// One event as tests write it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    pub(super) ts: i64,
    pub(super) flags: u8,
    pub(super) texts: BTreeMap<&'static str, String>,
    pub(super) value: i64,
}

impl Event {
    /// An activity event.
    pub(super) fn new(ts: i64, name: &str) -> Self {
        Self { ts, flags: 1, texts: BTreeMap::from([("event", name.to_owned())]), value: NO_VALUE }
    }

    pub(super) fn flagged(ts: i64, name: &str, flags: u8) -> Self {
        Self { flags, ..Self::new(ts, name) }
    }
}

/// Actors with ordered events, in ranges.
#[derive(Clone, Debug)]
pub(super) struct TestSource {
    names: Vec<String>,
    dictionaries: Vec<Dictionary>,
    pub(super) ranges: Vec<Vec<(String, Vec<Event>)>>,
    pub(super) unidentified: Vec<Event>,
    totals: LoadTotals,
    pub(super) broken_range: Option<usize>,
}

impl TestSource {
    /// All actors in one range. Columns are those that any event fills.
    pub(super) fn new(actors: Vec<Vec<Event>>, unidentified: Vec<Event>) -> Self {
        let mut values: BTreeMap<&str, Vec<String>> = BTreeMap::from([("event", Vec::new())]);
        for event in actors.iter().flatten().chain(&unidentified) {
            event.texts.iter().for_each(|(name, value)| values.entry(name).or_default().push(value.clone()));
        }
        let actors: Vec<_> =
            actors.into_iter().enumerate().map(|(index, events)| (format!("actor {index}"), events)).collect();
        Self {
            names: values.keys().map(|name| (*name).to_owned()).collect(),
            dictionaries: values.into_values().map(Dictionary::new).collect(),
            ranges: vec![actors],
            unidentified,
            totals: LoadTotals::default(),
            broken_range: None,
        }
    }

    /// The same actors in ranges of at most `size`.
    pub(super) fn in_ranges_of(&self, size: usize) -> Self {
        let actors: Vec<_> = self.ranges.concat();
        Self { ranges: actors.chunks(size.max(1)).map(<[_]>::to_vec).collect(), ..self.clone() }
    }

    /// The actors dealt out by `deal` to `parts` sources with the same dictionaries; the first has the rows without actor.
    pub(super) fn dealt(&self, parts: usize, deal: &[usize]) -> Vec<Self> {
        let mut sources = vec![Self { ranges: vec![Vec::new()], unidentified: Vec::new(), ..self.clone() }; parts];
        for (actor, part) in self.ranges.concat().into_iter().zip(deal.iter().cycle()) {
            sources[part % parts].ranges[0].push(actor);
        }
        sources[0].unidentified.clone_from(&self.unidentified);
        sources
    }

    fn visit_actors(
        &self,
        actors: &[(String, Vec<Event>)],
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) {
        let mut offsets = vec![0];
        actors.iter().for_each(|(_, events)| offsets.push(offsets[offsets.len() - 1] + index32(events.len())));
        let ids: Vec<String> = actors.iter().map(|(id, _)| id.clone()).collect();
        let events: Vec<&Event> = actors.iter().flat_map(|(_, events)| events).collect();
        self.visit_events(&events, &offsets, if projection.actor_ids { &ids } else { &[] }, projection, visit);
    }

    fn visit_events(
        &self,
        events: &[&Event],
        offsets: &[u32],
        ids: &[String],
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) {
        let codes = |column: usize| -> Vec<u32> {
            let code = |event: &&Event| {
                let value = event.texts.get(self.names[column].as_str())?;
                self.dictionaries[column].code(value)
            };
            events.iter().map(|event| code(event).unwrap_or(NULL)).collect()
        };
        let text: Vec<Vec<u32>> = projection.text.iter().map(|column| codes(*column)).collect();
        let value: Vec<i64> = events.iter().filter(|_| projection.value).map(|event| event.value).collect();
        visit(&ActorBatch {
            actor_offsets: offsets,
            actor_ids: ids,
            ts: &events.iter().map(|event| event.ts).collect::<Vec<_>>(),
            flags: &events.iter().map(|event| event.flags).collect::<Vec<_>>(),
            text: text.iter().map(Vec::as_slice).collect(),
            value: &value,
        });
    }
}

impl ActorSource for TestSource {
    fn text_columns(&self) -> &[String] {
        &self.names
    }

    fn dictionary(&self, column: usize) -> &Dictionary {
        &self.dictionaries[column]
    }

    fn ranges(&self) -> usize {
        self.ranges.len()
    }

    fn visit_range(
        &self,
        range: usize,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError> {
        if self.broken_range.is_some_and(|broken| range >= broken) {
            return Err(format!("range {range} is damaged").into());
        }
        // Two batches, as a source that reads from disk would give.
        let (first, second) = self.ranges[range].split_at(self.ranges[range].len() / 2);
        self.visit_actors(first, projection, visit);
        self.visit_actors(second, projection, visit);
        Ok(())
    }

    fn visit_unidentified(
        &self,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError> {
        let events: Vec<&Event> = self.unidentified.iter().collect();
        self.visit_events(&events, &[0], &[], projection, visit);
        Ok(())
    }

    fn totals(&self) -> &LoadTotals {
        &self.totals
    }
}

pub(super) fn spec() -> RunSpec {
    RunSpec { time_zone: "Europe/Stockholm".to_owned(), ..RunSpec::default() }
}

pub(super) fn persona(name: &str, when: &str) -> Persona {
    Persona { name: name.to_owned(), when: when.to_owned() }
}

pub(super) fn everything() -> Scope {
    Scope { top: DEFAULT_TOP, ..Scope::default() }
}

pub(super) fn request(analysis: AnalysisSpec) -> Request {
    Request { analysis, scope: everything() }
}
