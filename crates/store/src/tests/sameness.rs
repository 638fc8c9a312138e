//! One load, told in many ways, gives one store.

use std::collections::BTreeMap;

use kundresa_model::actor_source::ActorSource;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::field::text;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::reference;
use super::support::{Contents, Row, TestSource, contents, in_file_order, options};
use crate::actor_key::KeyOfHash;
use crate::shuffle::{LoadReport, shuffle_by_key};

/// The 64-bit hash cut to 8 bits, kept on top where partitions are chosen.
pub(super) fn cut_to_8_bits(hash: u64) -> u64 {
    hash << 56
}

pub(super) fn uncut(hash: u64) -> u64 {
    hash
}

type Loaded = (Contents, Vec<String>, Vec<Dictionary>, LoadReport);

fn load(source: &TestSource, threads: usize, key_of_hash: KeyOfHash) -> Loaded {
    let (store, report) = shuffle_by_key(source, &options(threads), key_of_hash).expect("loads");
    let names = store.text_columns().to_vec();
    let dictionaries = (0..names.len()).map(|column| store.dictionary(column).clone()).collect();
    (contents(&store), names, dictionaries, report)
}

/// A text of a small set, so that ties, repeats and conflicts happen.
fn one_of(prefix: &'static str, values: u8) -> impl Strategy<Value = String> {
    (0..values).prop_map(move |value| format!("{prefix}{value}"))
}

prop_compose! {
    pub(super) fn row()(
        ts in 0_i64..12,
        flags in 0_u8..4,
        first in option::weighted(0.3, 0_i64..3),
        second in option::weighted(0.2, 0_i64..3),
        ids in [option::weighted(0.7, one_of("d", 40)), option::weighted(0.3, one_of("l", 20)), option::weighted(0.1, one_of("d", 9)), option::weighted(0.1, one_of("m", 3))],
        event_id in option::weighted(0.4, one_of("e", 30)),
        value in option::weighted(0.2, -2_i64..3),
        event in prop_oneof![Just("view"), Just("purchase"), Just("add")],
        source in prop_oneof![Just("web"), Just("app"), Just("Crm")],
        order in option::weighted(0.4, one_of("o", 4)),
        page in option::weighted(0.2, one_of("/", 5)),
    ) -> Row {
        let mut texts = BTreeMap::from([
            (text::EVENT.to_owned(), Some(event.to_owned())),
            (text::SOURCE_NAME.to_owned(), Some(source.to_owned())),
        ]);
        if order.is_some() {
            texts.insert(text::ORDER_ID.to_owned(), order);
        }
        if page.is_some() {
            texts.insert(text::PAGE.to_owned(), page);
        }
        Row { ts, flags, sequence: [first, second, None], tie: 0, ids, event_id, value, texts }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn store_equals_the_obvious_version(rows in vec(row(), 0..300), threads in 1_usize..4, short in any::<bool>()) {
        let rows = in_file_order(rows);
        let key: KeyOfHash = if short { cut_to_8_bits } else { uncut };
        let (expected, totals) = reference::load(&rows, key);
        let source = TestSource::cut(&rows, &[rows.len() / 3, rows.len() / 2], 40);
        let (contents, _, _, report) = load(&source, threads, key);
        prop_assert_eq!(contents, expected);
        let bad_values = source.parts.len() as u64;
        prop_assert_eq!(report.totals, kundresa_model::quality::LoadTotals { bad_values, ..totals });
    }

    #[test]
    fn threads_parts_and_tables_change_nothing(rows in vec(row(), 0..300), cuts in vec(0_usize..300, 0..6), table in 1_usize..80) {
        let rows = in_file_order(rows);
        let whole = load(&TestSource::cut(&rows, &[], 1_000), 1, uncut);
        for threads in [1, 2, 16] {
            let cut = load(&TestSource::cut(&rows, &cuts, table), threads, uncut);
            prop_assert_eq!((&whole.0, &whole.1, &whole.2), (&cut.0, &cut.1, &cut.2));
            prop_assert_eq!(&whole.3.conflicts, &cut.3.conflicts);
            prop_assert_eq!(whole.3.totals.repeated_rows, cut.3.totals.repeated_rows);
        }
    }

    #[test]
    fn rows_whose_source_has_no_order_may_come_in_any(rows in vec(row(), 0..100).prop_shuffle()) {
        let mut shuffled = rows.clone();
        shuffled.sort();
        let (a, b) = (TestSource::cut(&rows, &[], 1_000), TestSource::cut(&shuffled, &[20, 50], 30));
        prop_assert_eq!(load(&a, 1, uncut).0, load(&b, 2, uncut).0);
    }
}

#[test]
fn actors_with_one_key_are_told_apart_by_their_bytes() {
    let rows = in_file_order((0..2_000).map(|n| Row::new(n, &format!("device {}", n % 1_000), "view")).collect());
    let (contents, _, _, report) = load(&TestSource::of(rows), 2, cut_to_8_bits);
    assert_eq!((report.totals.actors, contents.actors.len()), (1_000, 1_000));
    assert!(contents.actors.iter().all(|(_, events)| events.len() == 2));
}

#[test]
fn many_actors_come_in_several_ranges_in_key_order() {
    let rows = in_file_order((0..100_000).map(|n| Row::new(n, &format!("device {}", n % 70_000), "view")).collect());
    let source = TestSource::cut(&rows, &[30_000, 60_000], 8_192);
    let (store, report) = crate::shuffle(&source, &options(2)).expect("loads");
    assert!(store.ranges() > 1);
    assert_eq!(report.totals.actors, 70_000);
    assert!(store.heap_bytes() > 100_000 * 17);
    let keys: Vec<u64> = contents(&store)
        .actors
        .iter()
        .map(|(id, _)| crate::actor_key::identifier_hash(format!("\0{id}").as_bytes()))
        .collect();
    assert!(keys.is_sorted());
}
