//! Blocks hold what the obvious version says, and are the same on any number of threads and in any memory.

use kundresa_model::field::text;
use kundresa_model::quality::LoadTotals;
use kundresa_model::source::{ExportKind, ExportSet};
use proptest::collection::vec;
use proptest::prelude::*;

use super::block_support::{Blocks, How, blocks};
use super::reference;
use super::sameness::{cut_to_8_bits, row, uncut};
use super::support::{Row, TestSource, in_file_order, input, load};
use crate::StoreError;
use crate::actor_key::{KeyOfHash, forgotten_hash};

/// All actors in one partition, told apart by the next bits.
fn in_one_partition(hash: u64) -> u64 {
    hash >> 7
}

/// So little that everything is spilled and nothing is built in one go.
const LITTLE: u64 = 60_000;

/// Rows as the rows of a file, each in a row of its own.
fn one_by_one(rows: Vec<Row>) -> Vec<Row> {
    let mut rows = in_file_order(rows);
    rows.iter_mut().for_each(|row| row.tie <<= 32);
    rows
}

fn assert_like_reference(read: &Blocks, rows: &[Row], parts: usize, key: KeyOfHash) {
    let expected: Vec<_> = reference::kept(rows, key).into_iter().collect();
    assert_eq!(read.by_actor(), expected);
    let (_, totals) = reference::load(rows, key);
    assert_eq!(read.totals, LoadTotals { bad_values: parts as u64, ..totals });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn blocks_equal_the_obvious_version_however_they_are_read(
        rows in vec(row(), 0..400),
        cuts in vec(0_usize..400, 0..4),
        threads in 1_usize..5,
        memory in prop_oneof![Just(LITTLE), Just(1 << 30)],
        most_values in prop_oneof![Just(2_usize), Just(1 << 20)],
        group_rows in prop_oneof![Just(1_usize), Just(7), Just(60), Just(1_000)],
        key in 0_usize..3,
    ) {
        let key = [cut_to_8_bits as KeyOfHash, uncut, in_one_partition][key];
        let rows = one_by_one(rows);
        let how = How { threads, memory, most_values, group_rows, key_of_hash: key, ..How::default() };
        let source = TestSource::cut(&rows, &cuts, 30);
        let read = blocks(&source, &how).expect("reads");
        assert_like_reference(&read, &rows, source.parts.len(), key);
        let whole = blocks(&TestSource::of(rows), &How { threads: 1, memory: 1 << 30, ..how }).expect("reads");
        prop_assert_eq!(&read.actors, &whole.actors);
        prop_assert_eq!(&read.unidentified, &whole.unidentified);
        prop_assert_eq!((&read.coded, &read.wide), (&whole.coded, &whole.wide));
    }
}

/// One actor with most of the rows among a thousand others; ids, orders and ticks repeat within it.
fn with_giant() -> Vec<Row> {
    let giant = |n: i64| {
        let event = if n % 5 == 0 { "purchase" } else { "view" };
        let row = Row::new(n / 700, "giant", event);
        let row = if event == "view" { row } else { row.with_text(text::ORDER_ID, &format!("o{}", n % 1_500)) };
        if n % 2 == 1 { row.with_event_id(&format!("e{}", n % 2_998)) } else { row }
    };
    let rows = (0..6_000).map(|n| if n % 6 == 0 { Row::new(n, &format!("d{}", n % 999), "view") } else { giant(n) });
    one_by_one(rows.collect())
}

#[test]
fn giant_actor_goes_on_over_row_groups_of_its_own() {
    let rows = with_giant();
    let how = How { group_rows: 2_000, ..How::default() };
    let read = blocks(&TestSource::of(rows.clone()), &how).expect("reads");
    assert_like_reference(&read, &rows, 1, uncut);
    // 5,000 rows of the giant: 2,000, 2,000 and 1,000.
    let of_giant: Vec<_> = read.actors.iter().filter(|block| block.actors[0].0.2 == "giant").collect();
    let facts: Vec<_> = of_giant.iter().map(|block| (block.rows.len(), block.continues, block.actors.len())).collect();
    assert_eq!(facts, [(2_000, false, 1), (2_000, true, 1), (1_000, true, 1)]);
    assert!(read.totals.duplicates > 0 && read.totals.repeated_rows > 0 && read.totals.repeated_orders > 0);
}

#[test]
fn little_memory_spills_splits_and_sorts_outside_without_changing_a_block() {
    let rows = with_giant();
    for key_of_hash in [uncut as KeyOfHash, in_one_partition, cut_to_8_bits] {
        let plenty = How { group_rows: 500, key_of_hash, ..How::default() };
        let whole = blocks(&TestSource::of(rows.clone()), &plenty).expect("reads");
        assert_eq!(whole.spilled_bytes, 0);
        for threads in [1, 2, 5] {
            let how = How { memory: 600_000, threads, ..plenty.clone() };
            let source = TestSource::cut(&rows, &[1_000, 1_001, 4_000], 100);
            let read = blocks(&source, &how).expect("reads");
            assert!(read.spilled_bytes > 0);
            assert_eq!((&read.actors, &read.unidentified), (&whole.actors, &whole.unidentified));
            assert_eq!(read.totals, LoadTotals { bad_values: 4, ..whole.totals.clone() });
        }
    }
}

#[test]
fn many_actors_of_one_partition_are_split_by_the_next_bits() {
    let rows = one_by_one((0..8_000).map(|n| Row::new(n, &format!("device {}", n % 3_000), "view")).collect());
    let how = How { key_of_hash: in_one_partition, group_rows: 300, memory: 400_000, ..How::default() };
    let read = blocks(&TestSource::cut(&rows, &[3_000], 100), &how).expect("reads");
    assert!(read.spilled_bytes > 0);
    assert_like_reference(&read, &rows, 2, in_one_partition);
    let whole = blocks(&TestSource::of(rows), &How { memory: 1 << 30, ..how }).expect("reads");
    assert_eq!(read.actors, whole.actors);
    // 8,000 rows are 27 blocks of about 297 rows.
    assert!(read.actors.iter().all(|block| block.rows.len() > 280));
}

#[test]
fn tables_of_few_rows_are_joined_without_changing_a_block() {
    let rows = with_giant();
    let how = How { threads: 1, group_rows: 500, ..How::default() };
    let whole = blocks(&TestSource::of(rows.clone()), &how).expect("reads");
    for table in [1, 7, 90] {
        let read = blocks(&TestSource::cut(&rows, &[], table), &how).expect("reads");
        assert_eq!((&read.actors, &read.unidentified), (&whole.actors, &whole.unidentified));
        assert_eq!(read.totals, whole.totals);
    }
}

#[test]
fn rows_without_actors_are_cut_by_rows_and_may_exceed_memory() {
    let rows = one_by_one((0..4_000).map(|n| Row::new(n % 50, "", "view")).collect());
    for memory in [300_000, 1 << 30] {
        let how = How { memory, group_rows: 1_500, ..How::default() };
        let read = blocks(&TestSource::cut(&rows, &[], 100), &how).expect("reads");
        assert_eq!(read.unidentified.iter().map(|block| block.rows.len()).collect::<Vec<_>>(), [1_500, 1_500, 1_000]);
        assert!(read.unidentified.iter().all(|block| block.actors.is_empty() && !block.continues));
        assert_like_reference(&read, &rows, 1, uncut);
    }
}

#[test]
fn column_with_too_many_values_over_all_threads_stays_text_for_all_rows() {
    let page = |n: i64| Row::new(n, "a", "view").with_text(text::PAGE, &format!("/{n}")).with_text("p", "one");
    let rows = one_by_one((0..6).map(page).collect());
    // No part alone has more than three pages.
    let source = TestSource::cut(&rows, &[3], 1);
    for (most_values, wide) in [(6, vec![]), (5, vec![text::PAGE]), (2, vec![text::PAGE])] {
        let read = blocks(&source, &How { most_values, ..How::default() }).expect("reads");
        assert_eq!(read.wide, wide);
        assert_like_reference(&read, &rows, 2, uncut);
    }
}

#[test]
fn items_and_unmapped_properties_are_never_coded() {
    let rows = one_by_one(vec![
        Row::new(0, "a", "view").with_text(text::ITEMS, "[{}]").with_text(text::PROPS, "{}"),
        Row::new(1, "b", "view"),
    ]);
    let read = blocks(&TestSource::of(rows.clone()), &How::default()).expect("reads");
    assert_eq!(read.wide, [text::ITEMS, text::PROPS]);
    assert_like_reference(&read, &rows, 1, uncut);
}

#[test]
fn texts_that_need_half_of_the_memory_are_an_error_that_names_the_option() {
    let rows = one_by_one((0..3_000).map(|n| Row::new(n, "a", &format!("event {n}"))).collect());
    let error = blocks(&TestSource::of(rows), &How { memory: 40_000, ..How::default() }).expect_err("too much");
    assert!(matches!(error, StoreError::TextsTooLarge { memory: 40_000, .. }), "{error}");
    assert!(error.to_string().contains("--memory"), "{error}");
}

#[test]
fn spill_folder_is_gone_after_an_error_too() {
    let rows = one_by_one((0..3_000).map(|n| Row::new(n, "a", "view")).collect());
    let source = TestSource { overcount: 1, ..TestSource::cut(&rows, &[], 50) };
    let error = blocks(&source, &How { memory: 100_000, ..How::default() }).expect_err("does not add up");
    assert!(matches!(error, StoreError::UnaccountedRows { .. }));
}

/// Two exports of one day, one of them with another day too, and rows of no export. Actor `a` has one event id on both days.
fn exports() -> TestSource {
    let day =
        |n: i64, who: &str, day: &str| Row::new(n, who, "view").with_text(text::PARTITION, day).with_event_id("e");
    let rows = one_by_one(vec![
        day(0, "a", "d1"),
        day(1, "b", "d1"),
        day(2, "a", "d2"),
        day(0, "a", "d1"),
        day(1, "b", "d1"),
        Row::new(5, "c", "view"),
    ]);
    let set = |kind: ExportKind, path: &str| Some(ExportSet { kind, revision: 0, path: path.to_owned() });
    TestSource {
        inputs: vec![
            input("a", set(ExportKind::Intraday, "a")),
            input("b", set(ExportKind::Daily, "b")),
            input("c", None),
        ],
        input_of: vec![0, 1, 2],
        ..TestSource::cut(&rows, &[3, 5], 10)
    }
}

#[test]
fn d5_greater_export_has_its_partitions_alone() {
    for memory in [1_u64 << 30, 30_000] {
        let read = blocks(&exports(), &How { memory, ..How::default() }).expect("reads");
        let mut inputs: Vec<u32> = read.actors.iter().flat_map(|block| block.inputs.clone()).collect();
        inputs.sort_unstable();
        assert_eq!(inputs, [7, 8, 8, 9]);
        let LoadTotals { rows_in, events, replaced, duplicates, event_id_conflicts, .. } = read.totals;
        assert_eq!((rows_in, events, replaced, duplicates, event_id_conflicts), (6, 3, 2, 1, 1));
        let partitions: Vec<_> =
            read.partitions.iter().map(|((input, day), rows)| (*input, day.as_str(), *rows)).collect();
        assert_eq!(partitions, [(0, "d1", 2), (0, "d2", 1), (1, "d1", 2), (2, "", 1)]);
    }
}

#[test]
fn d5_holds_for_rows_that_are_spilled_split_and_sorted_outside_memory() {
    let days = |mut row: Row, day: i64| {
        row.texts.insert(text::PARTITION.to_owned(), Some(format!("d{day}")));
        row
    };
    // The first export has both days, the greater one the first day only.
    let first = with_giant().into_iter().zip([0, 1].into_iter().cycle()).map(|(row, day)| days(row, day));
    let second = with_giant().into_iter().take(3_000).map(|row| days(row, 0));
    let rows = one_by_one(first.chain(second).collect());
    let TestSource { inputs, input_of, .. } = exports();
    let source = TestSource { inputs, input_of, ..TestSource::cut(&rows, &[6_000], 100) };
    let counting: Vec<Row> = rows
        .iter()
        .enumerate()
        .filter(|(n, row)| *n >= 6_000 || row.text(text::PARTITION) == Some("d1"))
        .map(|(_, row)| row.clone())
        .collect();
    let plenty = How { group_rows: 700, key_of_hash: in_one_partition, ..How::default() };
    let whole = blocks(&source, &plenty).expect("reads");
    assert_eq!(whole.by_actor(), reference::kept(&counting, in_one_partition).into_iter().collect::<Vec<_>>());
    let little = blocks(&source, &How { memory: 600_000, ..plenty }).expect("reads");
    assert!(little.spilled_bytes > 0);
    assert_eq!((&little.actors, &little.totals), (&whole.actors, &whole.totals));
    assert_eq!(little.totals.replaced, 3_000);
}

#[test]
fn d5_known_greater_export_leaves_no_room_for_a_new_one() {
    let known = ExportSet { kind: ExportKind::Daily, revision: 0, path: "z".to_owned() };
    let exports_known = [(("web".to_owned(), "d1".to_owned()), known)].into();
    let read = blocks(&exports(), &How { exports: exports_known, ..How::default() }).expect("reads");
    assert_eq!((read.totals.replaced, read.totals.events), (4, 2));
}

#[test]
fn d5_holds_in_memory_too() {
    let (contents, report) = load(&exports());
    assert_eq!((report.totals.replaced, report.totals.events, report.totals.duplicates), (2, 3, 1));
    assert_eq!(contents.actors.len(), 3);
}

#[test]
fn rows_of_forgotten_people_are_dropped_whatever_class_names_them() {
    let mut by_login = Row::new(0, "a", "secret");
    by_login.ids[1] = Some("anna".to_owned());
    let rows = one_by_one(vec![by_login, Row::new(1, "a", "view"), Row::new(2, "anna", "secret")]);
    let how = How { forgotten: [forgotten_hash("anna")].into(), ..How::default() };
    let read = blocks(&TestSource::of(rows), &how).expect("reads");
    assert_eq!((read.totals.rows_in, read.totals.events, read.totals.forgotten), (3, 1, 2));
    assert_eq!(read.forgotten, [(0, 2)].into());
    assert_eq!(read.partitions.values().sum::<u64>(), 1);
    let texts = &read.actors[0].rows[0].seen.texts;
    assert_eq!(texts[text::EVENT].as_deref(), Some("view"));
}

#[test]
fn rejected_rows_come_by_part_and_in_file_order_from_any_memory() {
    let rows = one_by_one((0..3_000).map(|n| Row::new(n, "a", "view")).collect());
    for memory in [100_000, 1 << 30] {
        let source = TestSource { rejected_per_part: 40, ..TestSource::cut(&rows, &[1_000, 2_000], 50) };
        let source = TestSource { inputs: vec![input("a", None), input("b", None)], input_of: vec![0, 0, 1], ..source };
        let read = blocks(&source, &How { memory, ..How::default() }).expect("reads");
        assert_eq!(read.spilled_bytes > 0, memory == 100_000);
        let order: Vec<_> = read.rejected.iter().map(|(input, row)| (*input, row.input.clone(), row.line)).collect();
        let expected = (0..3).flat_map(|part| (1..=40).map(move |line| (part / 2, format!("part{part}"), line)));
        assert_eq!(order, expected.collect::<Vec<_>>());
    }
}

#[test]
fn nothing_gives_no_blocks() {
    let read = blocks(&TestSource::of(Vec::new()), &How::default()).expect("reads");
    assert!(read.actors.is_empty() && read.unidentified.is_empty());
    assert_eq!(read.totals.events, 0);
}
