//! One log, counted in many ways, gives one result, for every analysis there is.

use kundresa_model::actor_source::{ActorBatch, ActorSource, Projection};
use kundresa_model::chunk::NO_SESSION;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_table::EventFlags;
use kundresa_model::event_times::EventTimes;
use kundresa_model::quality::LoadTotals;
use kundresa_model::source::BoxError;
use kundresa_model::spec::request::{Bots, Request, RunSpec};
use kundresa_model::spec::sample::Sample;
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::time::{DAY_US, MINUTE_US};
use proptest::collection::vec;
use proptest::prelude::*;

use super::support::{Event, TestSource, everything, persona, spec};
use crate::registry::examples;
use crate::{
    Outcome, PartialSet, RunOptions, Sampled, finish_partials, is_sampled, label_events, merge_partials, run,
    scan_partial,
};

/// Every analysis, plain and under filters, breakdowns and a start.
fn requests() -> Vec<Request> {
    let filtered = |scope| Scope {
        filter: Some("event != \"page_view\" or device == \"mobile\"".to_owned()),
        filter_scope: Some(scope),
        ..everything()
    };
    let scopes = [
        everything(),
        Scope { by: Some("device".to_owned()), top: 1, ..everything() },
        Scope { from_us: Some(DAY_US), ..everything() },
        filtered(FilterScope::Event),
        filtered(FilterScope::Session),
        Scope { by: Some("event".to_owned()), ..filtered(FilterScope::Actor) },
        Scope { by: Some("persona".to_owned()), ..filtered(FilterScope::Event) },
        Scope { persona: Some("loyal".to_owned()), ..filtered(FilterScope::Session) },
        Scope {
            filter: Some("not after(\"purchase\")".to_owned()),
            persona: Some("mobile".to_owned()),
            ..everything()
        },
    ];
    let scoped = |analysis: kundresa_model::spec::request::AnalysisSpec| {
        scopes.clone().map(|scope| Request { analysis: analysis.clone(), scope })
    };
    examples().into_iter().flat_map(scoped).collect()
}

prop_compose! {
    fn event()(
        gap in prop_oneof![Just(0), Just(5 * MINUTE_US), Just(30 * MINUTE_US), Just(30 * MINUTE_US + 1), Just(DAY_US)],
        flags in prop_oneof![6 => Just(EventFlags::ACTIVITY), 1 => 0_u8..16],
        name in prop_oneof![Just("page_view"), Just("view_item"), Just("add_to_cart"), Just("purchase"), Just("share")],
        device in prop::option::weighted(0.6, prop_oneof![Just("mobile"), Just("desktop")]),
        page in prop::option::weighted(0.6, prop_oneof![Just("/"), Just("/cart")]),
    ) -> (i64, Event) {
        let mut event = Event::flagged(0, name, flags);
        if let Some(device) = device {
            event.texts.insert("device", device.to_owned());
        }
        if let Some(page) = page {
            event.texts.insert("page", page.to_owned());
        }
        (gap, event)
    }
}

/// Events in order, each that long after the one before.
fn journey() -> impl Strategy<Value = Vec<Event>> {
    vec(event(), 1..12).prop_map(|events| {
        let mut ts = 0;
        let placed = events.into_iter().map(|(gap, event)| {
            ts += gap;
            Event { ts, ..event }
        });
        placed.collect()
    })
}

fn log() -> impl Strategy<Value = TestSource> {
    (vec(journey(), 0..25), journey()).prop_map(|(mut actors, unidentified)| {
        // So that every column is there, whatever was drawn.
        let mut first = Event::new(0, "page_view");
        first.texts.insert("device", "mobile".to_owned());
        first.texts.insert("page", "/".to_owned());
        actors.push(vec![first]);
        TestSource::new(actors, unidentified)
    })
}

fn rules() -> impl Strategy<Value = RunSpec> {
    let bots = prop_oneof![Just(Bots::Exclude), Just(Bots::Include), Just(Bots::Only)];
    (bots, any::<bool>(), prop::option::of(2_i64..9)).prop_map(|(bots, split_at_midnight, days)| {
        let personas = vec![persona("loyal", "session_after(\"purchase\")"), persona("mobile", "device == \"mobile\"")];
        let mut spec = RunSpec { bots, personas, to_us: days.map(|days| days * DAY_US), ..spec() };
        spec.sessions.split_at_midnight = split_at_midnight;
        spec
    })
}

fn bytes(outcome: &Outcome) -> String {
    serde_json::to_string(&outcome.results).expect("results are data")
}

fn options(threads: usize, chunk_actors: usize, chunk_events: usize) -> RunOptions<'static> {
    RunOptions { threads, chunk_actors, chunk_events, progress: None }
}

/// A source that knows when its events happened.
struct Knowing {
    source: TestSource,
    times: EventTimes,
}

fn times_of(source: &TestSource) -> EventTimes {
    let mut times = EventTimes::default();
    for range in 0..source.ranges() {
        source
            .visit_range(range, &Projection::default(), &mut |batch| times.add(batch.ts, batch.flags))
            .expect("is in memory");
    }
    source
        .visit_unidentified(&Projection::default(), &mut |batch| times.add(batch.ts, batch.flags))
        .expect("is in memory");
    times
}

impl ActorSource for Knowing {
    fn text_columns(&self) -> &[String] {
        self.source.text_columns()
    }

    fn dictionary(&self, column: usize) -> &Dictionary {
        self.source.dictionary(column)
    }

    fn ranges(&self) -> usize {
        self.source.ranges()
    }

    fn visit_range(
        &self,
        range: usize,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError> {
        self.source.visit_range(range, projection, visit)
    }

    fn visit_unidentified(
        &self,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError> {
        self.source.visit_unidentified(projection, visit)
    }

    fn totals(&self) -> &LoadTotals {
        self.source.totals()
    }

    fn event_times(&self) -> Option<&EventTimes> {
        Some(&self.times)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn threads_chunks_and_ranges_change_nothing(source in log(), spec in rules(), range in 1_usize..9) {
        let whole = run(&source, &spec, &requests(), &options(1, usize::MAX, usize::MAX)).expect("runs");
        for (threads, chunk_actors, chunk_events) in [(1, 1, 1), (2, 3, 1_000), (16, 1_000, 5)] {
            let source = source.in_ranges_of(range);
            let other = run(&source, &spec, &requests(), &options(threads, chunk_actors, chunk_events)).expect("runs");
            prop_assert_eq!(bytes(&whole), bytes(&other));
            prop_assert_eq!(&whole, &other);
        }
    }

    #[test]
    fn a_request_alone_gives_what_it_gives_beside_others(source in log(), spec in rules(), which in any::<prop::sample::Index>()) {
        let requests = requests();
        let request = which.get(&requests);
        let all = run(&source, &spec, &requests, &options(2, 5, 50)).expect("runs");
        let alone = run(&source, &spec, std::slice::from_ref(request), &options(2, 5, 50)).expect("runs");
        let place = requests.iter().position(|other| std::ptr::eq(other, request)).expect("is among them");
        prop_assert_eq!(&alone.results[0], &all.results[place]);
        prop_assert_eq!((alone.data_end, alone.data_start_us), (all.data_end, all.data_start_us));
    }

    #[test]
    fn times_that_the_source_knows_change_nothing(source in log(), spec in rules()) {
        let read = run(&source, &spec, &requests(), &options(1, 5, 50)).expect("runs");
        let known = Knowing { times: times_of(&source), source };
        prop_assert_eq!(run(&known, &spec, &requests(), &options(1, 5, 50)).expect("runs"), read);
    }

    #[test]
    fn a_sample_equals_the_log_of_its_actors(
        source in log(),
        rules in rules(),
        share in prop_oneof![Just("10%"), Just("1/3"), Just("75%")],
    ) {
        let share: Sample = share.parse().expect("a share");
        let mut alone = source.clone();
        alone.unidentified.clear();
        alone.ranges.iter_mut().for_each(|actors| actors.retain(|(id, _)| is_sampled(share, id)));
        let expected = run(&alone, &rules, &requests(), &options(1, usize::MAX, usize::MAX)).expect("runs");
        for (threads, range) in [(1, 50), (2, 3)] {
            let sampled = Sampled::new(Box::new(source.in_ranges_of(range)), share);
            let outcome = run(&sampled, &rules, &requests(), &options(threads, 3, 20)).expect("runs");
            prop_assert_eq!(bytes(&outcome), bytes(&expected));
            prop_assert_eq!(&outcome, &expected);
        }
    }

    #[test]
    fn merged_parts_equal_the_whole(
        source in log(),
        rules in rules(),
        deal in vec(0_usize..4, 1..30),
        order in Just([0, 1, 2, 3]).prop_shuffle(),
    ) {
        let spec = RunSpec { to_us: rules.to_us.or(Some(5 * DAY_US)), ..rules };
        let whole = run(&source, &spec, &requests(), &RunOptions::default()).expect("runs");
        let parts = source.dealt(4, &deal);
        let partials = order.map(|part| {
            let partial = scan_partial(&parts[part], &spec, &requests(), &RunOptions::default()).expect("runs");
            let data = serde_json::to_string(&partial).expect("partials are data");
            serde_json::from_str::<PartialSet>(&data).expect("and can be read again")
        });
        let [a, b, c, d] = partials;
        let left = merge_partials(&source, &spec, &requests(), vec![a, b]).expect("belong together");
        let right = merge_partials(&source, &spec, &requests(), vec![c, d]).expect("belong together");
        let all = merge_partials(&source, &spec, &requests(), vec![left, right]).expect("belong together");
        prop_assert_eq!(all.rows, whole.accounting.events);
        let finished = finish_partials(&source, &spec, &requests(), all).expect("belongs to the run");
        prop_assert_eq!(bytes(&whole), bytes(&finished));
        prop_assert_eq!(whole, finished);
    }

    #[test]
    fn labelled_events_are_those_that_take_part_however_chunks_are_cut(source in log(), spec in rules(), range in 1_usize..9) {
        let labelled = |source: &TestSource, options: &RunOptions<'_>| {
            let mut events = Vec::new();
            let outcome = label_events(source, &spec, options, &mut |chunk| {
                for actor in 0..chunk.actors() {
                    let first_session = chunk.sessions.offsets[actor];
                    for event in chunk.events_of(actor) {
                        let session = chunk.session_of[event].checked_sub(first_session).filter(|_| chunk.session_of[event] != NO_SESSION);
                        events.push((chunk.actor_ids[actor].clone(), chunk.ts[event], session, chunk.observed[event], chunk.rule[event]));
                    }
                }
                Ok(())
            });
            (events, outcome.expect("labels"))
        };
        let (whole, outcome) = labelled(&source, &options(1, usize::MAX, usize::MAX));
        prop_assert_eq!(labelled(&source.in_ranges_of(range), &options(2, 2, 7)), (whole.clone(), outcome.clone()));
        let seen = outcome.accounting;
        let out = seen.bot_events + seen.events_after_end + seen.unidentified_taking_part;
        prop_assert_eq!(seen.events - out, whole.len() as u64);
    }
}
