//! Worked cases, counted by hand.

use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;

use super::support::{Row, TestSource, in_file_order, load, load_error, options};
use crate::{EventIdConflict, StoreError};

fn events_of(rows: Vec<Row>) -> Vec<String> {
    let (contents, _) = load(&TestSource::of(rows));
    contents.actors.iter().flat_map(|(_, events)| events.iter().map(|event| event.event().to_owned())).collect()
}

#[test]
fn d1_two_equal_rows_without_id_are_two_events_and_are_shown() {
    let (contents, report) = load(&TestSource::of(in_file_order(vec![
        Row::new(1, "a", "view"),
        Row::new(1, "a", "view"),
        Row::new(1, "a", "buy"),
    ])));
    assert_eq!(contents.actors[0].1.len(), 3);
    assert_eq!((report.totals.events, report.totals.duplicates, report.totals.repeated_rows), (3, 0, 1));
}

#[test]
fn d2_one_event_id_twice_is_the_earlier_event() {
    let late = Row::new(5_000_000, "a", "view").with_event_id("e1");
    let early = Row::new(0, "a", "view").with_event_id("e1");
    let (contents, report) = load(&TestSource::of(in_file_order(vec![late, early])));
    assert_eq!(contents.actors[0].1.iter().map(|event| event.ts).collect::<Vec<_>>(), [0]);
    assert_eq!((report.totals.rows_in, report.totals.events, report.totals.duplicates), (2, 1, 1));
    assert_eq!((report.totals.repeated_rows, report.totals.event_id_conflicts), (0, 0));
}

#[test]
fn d3_one_event_id_under_two_cookies_is_two_events_and_one_conflict() {
    let rows = ["a", "b"].map(|cookie| Row::new(0, cookie, "view").with_event_id("e1"));
    let (contents, report) = load(&TestSource::of(in_file_order(rows.to_vec())));
    assert_eq!(contents.actors.len(), 2);
    assert_eq!((report.totals.events, report.totals.duplicates, report.totals.event_id_conflicts), (2, 0, 1));
    let conflict = EventIdConflict { source: "web".to_owned(), event_id: "e1".to_owned(), identifier_sets: 2 };
    assert_eq!(report.conflicts, [conflict]);
}

#[test]
fn one_event_id_with_another_login_is_a_conflict_although_the_actor_is_the_same() {
    let mut rows = vec![Row::new(0, "a", "view").with_event_id("e1"), Row::new(0, "a", "view").with_event_id("e1")];
    rows[1].ids[1] = Some("login".to_owned());
    let (contents, report) = load(&TestSource::of(in_file_order(rows)));
    assert_eq!(contents.actors[0].1.len(), 2);
    assert_eq!((report.totals.duplicates, report.totals.event_id_conflicts), (0, 1));
}

#[test]
fn one_event_id_from_two_sources_is_two_events_and_no_conflict() {
    let other = Row::new(0, "b", "view").with_event_id("e1").with_text(text::SOURCE_NAME, "app");
    let (_, report) = load(&TestSource::of(in_file_order(vec![Row::new(0, "a", "view").with_event_id("e1"), other])));
    assert_eq!((report.totals.events, report.totals.event_id_conflicts), (2, 0));
}

#[test]
fn first_ten_conflicts_are_shown_in_order_of_their_ids() {
    let rows = (0..30)
        .rev()
        .flat_map(|id| ["a", "b", "c"].map(|cookie| Row::new(id, cookie, "view").with_event_id(&format!("e{id:02}"))));
    let (_, report) = load(&TestSource::of(in_file_order(rows.collect())));
    let shown: Vec<_> =
        report.conflicts.iter().map(|conflict| (conflict.event_id.as_str(), conflict.identifier_sets)).collect();
    let expected = ["e00", "e01", "e02", "e03", "e04", "e05", "e06", "e07", "e08", "e09"].map(|id| (id, 3));
    assert_eq!((shown, report.totals.event_id_conflicts), (expected.to_vec(), 30));
}

#[test]
fn i4_rows_without_identifiers_are_events_without_actors() {
    let mut rows = vec![Row::new(9, "", "view"), Row::new(3, "", "view")];
    rows[1].ids[0] = None;
    let (contents, report) = load(&TestSource::of(in_file_order(rows)));
    assert!(contents.actors.is_empty());
    assert_eq!(contents.unidentified.iter().map(|event| event.ts).collect::<Vec<_>>(), [3, 9]);
    assert_eq!((report.totals.events, report.totals.unidentified, report.totals.actors), (2, 2, 0));
}

#[test]
fn duplicates_and_repeated_rows_are_found_without_an_actor_too() {
    let mut rows = vec![Row::new(1, "", "view"); 5];
    rows[3].event_id = Some("e".to_owned());
    rows[4].event_id = Some("e".to_owned());
    let (contents, report) = load(&TestSource::of(in_file_order(rows)));
    assert_eq!(contents.unidentified.len(), 4);
    assert_eq!((report.totals.duplicates, report.totals.repeated_rows), (1, 2));
}

#[test]
fn actor_is_the_first_filled_of_device_login_crm_and_email() {
    let ids = |ids: [Option<&str>; 4]| Row { ids: ids.map(|id| id.map(str::to_owned)), ..Row::new(0, "", "view") };
    let rows = vec![
        ids([Some("device"), Some("login"), None, None]),
        ids([None, Some("login"), Some("crm"), None]),
        ids([None, None, Some("crm"), Some("mail")]),
        ids([None, None, None, Some("mail")]),
    ];
    let (contents, _) = load(&TestSource::of(in_file_order(rows)));
    let mut names: Vec<_> = contents.actors.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["crm", "device", "login", "mail"]);
}

#[test]
fn one_id_in_two_classes_is_two_actors() {
    let mut rows = vec![Row::new(0, "7", "view"), Row::new(0, "7", "view")];
    rows[1].ids = [None, Some("7".to_owned()), None, None];
    assert_eq!(load(&TestSource::of(in_file_order(rows))).1.totals.actors, 2);
}

#[test]
fn ties_are_broken_by_day_precision_then_source_then_sequence_then_place() {
    let mut day = Row::new(1, "a", "7 day");
    day.flags |= EventFlags::DAY_PRECISION;
    let sequenced = |first: Option<i64>, second: Option<i64>, event: &str| Row {
        sequence: [first, second, None],
        ..Row::new(1, "a", event)
    };
    let rows = in_file_order(vec![
        day.with_text(text::SOURCE_NAME, "a-source"),
        Row::new(1, "a", "6 source").with_text(text::SOURCE_NAME, "x"),
        sequenced(Some(-1), None, "3 sequence"),
        sequenced(Some(2), Some(0), "5 sequence"),
        sequenced(Some(2), None, "4 sequence"),
        Row::new(1, "a", "1 no sequence"),
        Row::new(1, "a", "2 no sequence, later row"),
        Row::new(0, "a", "0 earlier"),
    ]);
    let names = events_of(rows);
    assert!(names.is_sorted(), "{names:?}");
    assert_eq!(events_of(in_file_order(vec![Row::new(1, "a", "y"), Row::new(1, "a", "x")])), ["y", "x"]);
}

#[test]
fn order_of_ties_is_the_one_written() {
    let source = |name: &str, event: &str| Row::new(1, "a", event).with_text(text::SOURCE_NAME, name);
    let names = events_of(in_file_order(vec![source("b", "third"), source("B", "first"), source("a", "second")]));
    assert_eq!(names, ["first", "second", "third"]);
}

#[test]
fn missing_columns_read_as_null() {
    let rows = vec![
        vec![Row::new(1, "a", "view")],
        vec![Row { value: Some(5), ..Row::new(2, "a", "buy").with_text("page", "/x") }],
    ];
    let source = TestSource::of_parts(vec![rows]);
    let (contents, _) = load(&source);
    let events = &contents.actors[0].1;
    assert_eq!((events[0].value, events[0].texts["page"].as_deref()), (None, None));
    assert_eq!((events[1].value, events[1].texts["page"].as_deref()), (Some(5), Some("/x")));
}

#[test]
fn purchases_with_an_order_id_already_had_are_flagged() {
    let buy = |ts: i64, who: &str, order: &str| Row::new(ts, who, "purchase").with_text(text::ORDER_ID, order);
    let view = Row::new(0, "a", "view").with_text(text::ORDER_ID, "o1");
    let (contents, report) =
        load(&TestSource::of(in_file_order(vec![view, buy(1, "a", "o1"), buy(2, "a", "o1"), buy(3, "b", "o1")])));
    let flagged: Vec<i64> = contents
        .actors
        .iter()
        .flat_map(|(_, events)| events)
        .filter(|event| EventFlags(event.flags).has(EventFlags::REPEATED_ORDER))
        .map(|event| event.ts)
        .collect();
    assert_eq!((flagged, report.totals.repeated_orders), (vec![2], 1));
}

#[test]
fn rejected_rows_and_bad_values_are_summed_over_parts() {
    let rows = in_file_order(vec![Row::new(0, "a", "x"), Row::new(1, "a", "y")]);
    let (_, report) = load(&TestSource { rejected_per_part: 3, ..TestSource::cut(&rows, &[1], 10) });
    assert_eq!((report.totals.rows_in, report.totals.events, report.totals.rejected), (8, 2, 6));
    assert_eq!((report.totals.bad_values, report.totals.rejected_by_reason.values().sum::<u64>()), (2, 6));
    assert_eq!(report.parts.iter().map(|part| part.input.as_str()).collect::<Vec<_>>(), ["part0", "part1"]);
}

#[test]
fn a_reader_whose_counts_do_not_add_up_is_named() {
    let source = TestSource { overcount: 1, ..TestSource::of(vec![Row::new(0, "a", "x")]) };
    let error = load_error(&source, &options(1));
    assert!(matches!(error, StoreError::UnaccountedRows { .. }));
    assert!(error.to_string().starts_with("the reader of `part0` reports 2 rows but gave 1 events"), "{error}");
}

#[test]
fn passing_the_memory_limit_is_an_error_that_says_how_to_raise_it() {
    let source = TestSource::of(in_file_order((0..5_000).map(|ts| Row::new(ts, "a", "x")).collect()));
    let error = load_error(&source, &crate::ShuffleOptions { memory_limit: Some(50_000), ..options(2) });
    assert!(matches!(error, StoreError::MemoryLimit { limit: 50_000, .. }));
    assert!(error.to_string().contains("--memory"), "{error}");
}

#[test]
fn nothing_loads_as_nothing() {
    for source in [TestSource::of_parts(Vec::new()), TestSource::of(Vec::new())] {
        let (contents, report) = load(&source);
        assert_eq!((contents.actors.len(), report.totals.events), (0, 0));
    }
}
