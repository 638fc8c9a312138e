//! Several runs give what one would.

pub(crate) mod support;

use std::collections::BTreeSet;

use kundresa_model::actor_source::{ActorBatch, ActorSource, Projection};
use kundresa_model::event_table::EventFlags;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::StoredEvents;
use support::{Coupons, Event, Form, contents, expected, store};

const NAMES: [&str; 5] = ["coupon", "device", "event", "order_id", "source_name"];

fn asked(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn one_run(group: usize) -> Form {
    Form { coupons: vec![Coupons::Coded], group, unsorted: false }
}

prop_compose! {
    fn event()(
        actor in option::weighted(0.8, (0_u8..2, prop_oneof![1 => Just("giant".to_owned()), 3 => "[a-f]"])),
        ts in 0_i64..8,
        by_day in prop::bool::weighted(0.2),
        sequence in option::weighted(0.2, 0_i64..3),
        input in 0_u32..4,
        event in prop_oneof![Just("view"), Just("purchase")],
        order in option::weighted(0.6, "[xy]"),
        coupon in option::weighted(0.5, "[a-e\"]{1,2}"),
        device in option::weighted(0.1, "[a-c]"),
        value in option::weighted(0.2, -3_i64..3),
        run in 0_usize..4,
        counts in prop::bool::weighted(0.85),
    ) -> Event {
        Event { actor, by_day, sequence, input, event: event.to_owned(), order, coupon, device, value, counts, ..Event::new("", ts, 0, run) }
    }
}

/// A log whose first events have every column, so that none is missing.
fn log() -> impl Strategy<Value = Vec<Event>> {
    (vec(event(), 0..250), 1_u64..97).prop_map(|(mut events, twist)| {
        let text = |text: &str| Some(text.to_owned());
        events.insert(0, Event { order: text("x"), coupon: text("a"), device: text("a"), ..Event::new("a", 3, 0, 0) });
        for (place, event) in (0..).zip(&mut events) {
            event.row = place * twist % 97 * 1_000 + place;
        }
        events
    })
}

fn coupons() -> impl Strategy<Value = Coupons> {
    prop_oneof![Just(Coupons::Coded), Just(Coupons::Wide), Just(Coupons::InProps), Just(Coupons::Mixed)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn runs_with_deletions_give_what_one_run_without_them_gives(
        events in log(),
        ways in vec(coupons(), 4),
        group in 3_usize..30,
        unsorted in prop::bool::weighted(0.3),
        stretch in 1_usize..20,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let form = Form { coupons: ways, group, unsorted };
        let several = store(&folder.path().join("several"), &events, &form, &asked(&NAMES));
        let of_several = contents(&several, &NAMES, stretch);
        prop_assert_eq!(&of_several, &expected(&events, &NAMES));

        let kept: Vec<Event> = events.iter().filter(|event| event.counts).map(|event| Event { run: 0, ..event.clone() }).collect();
        let one = store(&folder.path().join("one"), &kept, &one_run(group), &asked(&NAMES));
        prop_assert_eq!(of_several, contents(&one, &NAMES, stretch));
        let values = |store: &StoredEvents| -> Vec<_> { (0..store.text_columns().len()).map(|column| store.dictionary(column).clone()).collect() };
        if one.text_columns() == several.text_columns() {
            prop_assert_eq!(values(&several), values(&one));
        }
    }

    #[test]
    fn columns_come_in_the_order_asked_for(events in log(), names in Just(NAMES.to_vec()).prop_shuffle(), some in 0_usize..5) {
        let folder = tempfile::tempdir().unwrap();
        let form = Form { coupons: vec![Coupons::Coded, Coupons::Wide, Coupons::InProps, Coupons::Mixed], group: 9, unsorted: false };
        let store = store(folder.path(), &events, &form, &asked(&names[..some]));
        let known = |name: &&str| store.text_columns().iter().any(|column| column == name);
        let names: Vec<&str> = names[..some].iter().copied().filter(known).collect();
        prop_assert_eq!(contents(&store, &names, 100), expected(&events, &names));
    }
}

#[test]
fn a_late_event_moves_the_mark_of_a_repeated_order() {
    let buy = |ts, row, run| Event {
        event: "purchase".to_owned(),
        order: Some("o".to_owned()),
        ..Event::new("a", ts, row, run)
    };
    // The first run knows o at 10 and again at 30; then o at 5 comes late, and the one at 10 is replaced away.
    let events = [Event { counts: false, ..buy(10, 0, 0) }, buy(30, 1, 0), Event::new("b", 7, 2, 0), buy(5, 3, 1)];
    let folder = tempfile::tempdir().unwrap();
    let form = Form { coupons: vec![Coupons::Coded; 2], group: 10, unsorted: false };
    let store = store(folder.path(), &events, &form, &BTreeSet::new());
    let found = contents(&store, &[], 10);
    let of_a = &found.iter().find(|(id, _)| id.as_deref() == Some("a")).unwrap().1;
    let repeated: Vec<_> =
        of_a.iter().map(|(ts, flags, ..)| (*ts, EventFlags(*flags).has(EventFlags::REPEATED_ORDER))).collect();
    assert_eq!(repeated, [(5, false), (30, true)]);
}

#[test]
fn the_same_order_in_one_run_is_no_repeat_once_the_first_is_gone() {
    let buy = |ts, row, counts| Event {
        event: "purchase".to_owned(),
        order: Some("o".to_owned()),
        counts,
        ..Event::new("a", ts, row, 0)
    };
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &[buy(1, 0, false), buy(2, 1, true)], &one_run(10), &BTreeSet::new());
    assert_eq!(contents(&store, &[], 10)[0].1, [(2, EventFlags::ACTIVITY, vec![], i64::MIN)]);
}

#[test]
fn a_giant_over_three_row_groups_is_one_actor_of_one_batch() {
    let mut events: Vec<Event> =
        (0..25).map(|row| Event::new("giant", 100 - i64::try_from(row).unwrap(), row, 0)).collect();
    events.extend((0..40).map(|row| Event::new(&format!("{row}"), 1, 100 + row, usize::from(row % 4 == 0))));
    let folder = tempfile::tempdir().unwrap();
    let form = Form { coupons: vec![Coupons::Coded; 2], group: 10, unsorted: false };
    for form in [&one_run(10), &form] {
        let of_form: Vec<Event> = events.iter().filter(|event| event.run < form.coupons.len()).cloned().collect();
        let store = store(&folder.path().join(form.coupons.len().to_string()), &of_form, form, &BTreeSet::new());
        let found = contents(&store, &["event"], 10);
        assert_eq!(found, expected(&of_form, &["event"]));
        assert_eq!(found.iter().filter(|(id, _)| id.as_deref() == Some("giant")).count(), 1);
    }
}

#[test]
fn only_what_is_uncoded_somewhere_is_slow_and_what_is_nowhere_is_no_column() {
    let mut events = vec![Event::new("a", 1, 0, 0), Event::new("a", 2, 1, 1)];
    events.iter_mut().for_each(|event| event.coupon = Some("c".to_owned()));
    let folder = tempfile::tempdir().unwrap();
    let form = Form { coupons: vec![Coupons::Coded, Coupons::InProps], group: 10, unsorted: false };
    let open = |name: &str, names: &[&str]| store(&folder.path().join(name), &events, &form, &asked(names));
    let with_coupon = open("with", &["coupon", "event", "other", "nothing", "page"]);
    assert_eq!(with_coupon.text_columns(), ["coupon", "event", "other", "source_name"]);
    assert_eq!(with_coupon.slow_columns(), ["coupon", "other"]);
    assert!(open("without", &["event"]).slow_columns().is_empty());
    assert_eq!(open("all", &[]).text_columns(), ["coupon", "event", "source_name"]);
    let props = open("props", &["props"]);
    assert_eq!(props.dictionary(1).values(), [r#"{"other":1,"coupon":"c"}"#]);
    assert!(props.slow_columns().is_empty());
}

#[test]
fn values_of_replaced_rows_alone_are_no_values_of_the_store() {
    let with = |coupon: &str, row, run, counts| Event {
        coupon: Some(coupon.to_owned()),
        counts,
        ..Event::new("a", 1, row, run)
    };
    let folder = tempfile::tempdir().unwrap();
    for (number, way) in [Coupons::Coded, Coupons::Wide, Coupons::InProps].into_iter().enumerate() {
        let events = [with("x", 0, 0, false), with("y", 1, 0, true), with("y", 2, 0, false), with("z", 3, 1, true)];
        let form = Form { coupons: vec![way, Coupons::Coded], group: 10, unsorted: false };
        let store = store(&folder.path().join(number.to_string()), &events, &form, &asked(&["coupon"]));
        assert_eq!(store.dictionary(0).values(), ["y", "z"]);
        assert_eq!(contents(&store, &["coupon"], 10), expected(&events, &["coupon"]));
    }
}

#[test]
fn columns_that_are_not_asked_for_are_empty() {
    let events = [Event { value: Some(3), ..Event::new("a", 1, 0, 0) }, Event::new("a", 2, 1, 1)];
    let folder = tempfile::tempdir().unwrap();
    let form = Form { coupons: vec![Coupons::Coded; 2], group: 10, unsorted: false };
    let store = store(folder.path(), &events, &form, &BTreeSet::new());
    let mut seen = 0;
    let mut visit = |batch: &ActorBatch<'_>| {
        assert_eq!((batch.actor_ids.len(), batch.text.len(), batch.value.len()), (0, 0, 0));
        seen += batch.events();
    };
    store.visit_range(0, &Projection::default(), &mut visit).unwrap();
    assert_eq!(seen, 2);
}

#[test]
fn a_store_without_runs_has_no_ranges_and_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    let form = Form { coupons: Vec::new(), group: 10, unsorted: false };
    let store = store(folder.path(), &[], &form, &BTreeSet::new());
    assert_eq!((store.ranges(), store.text_columns()), (0, ["event", "source_name"].map(str::to_owned).as_slice()));
    assert!(contents(&store, &["event"], 10).is_empty());
}
