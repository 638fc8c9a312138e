//! What compacting and forgetting do, told by example.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use arrow_array::types::Int32Type;
use arrow_array::{Array, DictionaryArray, LargeStringArray, RecordBatch, StringArray};
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::source::{ExportKind, ExportSet};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::always_the_same::contents;
use super::support::{Input, Row, load, options};
use crate::generation::manifest::Manifest;
use crate::generation::read::open_runs;
use crate::load::{ForgetSummary, StoreWriter};
use crate::run::reader::Columns;
use crate::run::writer::GROUP_ROWS;
use crate::upkeep::ordinals::Ordinals;
use crate::upkeep::rewrite::Source;
use crate::upkeep::slices::Slices;

struct Test {
    _folder: tempfile::TempDir,
    writer: StoreWriter,
}

impl Test {
    fn new(loads: &[&[Input]]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = StoreWriter::open(&folder.path().join("shop.store"), true).unwrap();
        loads.iter().for_each(|inputs| load(&mut writer, inputs, 1_000).unwrap());
        Self { _folder: folder, writer }
    }

    fn manifest(&self) -> &Manifest {
        self.writer.manifest.as_ref().unwrap()
    }

    fn forget(&mut self, ids: &[&str]) -> ForgetSummary {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let summary = self.writer.forget(&ids, &options()).unwrap();
        assert_eq!(self.problems(), Vec::<String>::new());
        summary
    }

    fn problems(&self) -> Vec<String> {
        crate::upkeep::check(&self.writer.path).unwrap().problems
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn texts_of(path: &Path) -> Vec<String> {
    let file = std::fs::File::open(path).unwrap();
    let batches = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    batches.flat_map(|batch| texts_in(&batch.unwrap())).collect()
}

fn texts_in(batch: &RecordBatch) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for column in batch.columns() {
        let any = column.as_any();
        if let Some(column) = any.downcast_ref::<StringArray>() {
            texts.extend(column.iter().flatten().map(str::to_owned));
        } else if let Some(column) = any.downcast_ref::<LargeStringArray>() {
            texts.extend(column.iter().flatten().map(str::to_owned));
        } else if let Some(column) = any.downcast_ref::<DictionaryArray<Int32Type>>() {
            let values = column.values().as_any().downcast_ref::<StringArray>().expect("texts");
            texts.extend(values.iter().flatten().map(str::to_owned));
        } else {
            assert!(column.data_type().is_primitive(), "{} may hold texts", column.data_type());
        }
    }
    texts
}

/// Whether the bytes occur in a file as they are, or in a column once it is decoded.
fn occurs(store: &Path, needle: &str) -> bool {
    files(store).iter().any(|path| {
        let as_stored = std::fs::read(path).unwrap().windows(needle.len()).any(|bytes| bytes == needle.as_bytes());
        let is_parquet = path.extension().is_some_and(|extension| extension == "parquet");
        as_stored || is_parquet && texts_of(path).iter().any(|text| text.contains(needle))
    })
}

fn people() -> [Input; 2] {
    let page = |row: Row, page: &str| row.with_text(text::PAGE, page);
    let first = Input {
        rejected: vec!["bad,ANNA-7,row".to_owned(), "bad,other,row".to_owned()],
        ..Input::new(
            "a.csv",
            vec![
                page(Row::new(1, "ANNA-7", "view"), "/only-anna"),
                page(Row::new(2, "phone", "view"), "/shared").with_login("ANNA-7"),
                page(Row::new(3, "phone", "view"), "/shared"),
                page(Row::new(4, "bo", "view"), "/shared").with_login("bo@login"),
            ],
        )
    };
    let second =
        Input::new("b.csv", vec![Row::new(9, "carl", "view"), Row::new(8, "ANNA-7", "view").with_event_id("e")]);
    [first, second]
}

#[test]
fn forgotten_identifier_is_in_no_file_any_more() {
    let [first, second] = people();
    let mut test = Test::new(&[&[first], &[second]]);
    assert!(occurs(test.writer.path(), "ANNA-7") && occurs(test.writer.path(), "/only-anna"));
    let summary = test.forget(&["ANNA-7", "nobody", ""]);
    assert!(!occurs(test.writer.path(), "ANNA-7"));
    assert!(!occurs(test.writer.path(), "/only-anna"), "texts that only these rows had are gone too");
    assert!(occurs(test.writer.path(), "/shared"));
    let expected = ForgetSummary {
        generation: 3,
        found: vec!["ANNA-7".to_owned()],
        not_found: vec!["nobody".to_owned()],
        rows: 3,
        rejected: 1,
        actors: 1,
        also_on_these_rows: vec!["phone".to_owned()],
    };
    assert_eq!(summary, expected);
    let totals = &test.manifest().totals;
    // 6 rows and 2 rejected ones came; 3 rows and one rejected row are forgotten.
    assert_eq!((totals.rows_in, totals.events, totals.rejected, totals.forgotten), (8, 3, 1, 4));
}

#[test]
fn rows_of_forgotten_people_stay_out_of_later_loads() {
    let [first, second] = people();
    let mut test = Test::new(&[&[first]]);
    test.forget(&["ANNA-7"]);
    load(&mut test.writer, &[second], 1_000).unwrap();
    assert!(!occurs(test.writer.path(), "ANNA-7"));
    assert_eq!(test.problems(), Vec::<String>::new());
    let again = test.forget(&["ANNA-7"]);
    assert_eq!((again.found.len(), again.rows, again.generation), (0, 0, test.manifest().generation));
}

#[test]
fn unknown_identifier_is_remembered_and_nothing_is_written_again() {
    let [first, _] = people();
    let mut test = Test::new(&[&[first]]);
    let runs = test.manifest().runs.clone();
    let summary = test.forget(&["nobody"]);
    assert_eq!((summary.not_found.len(), summary.rows, &runs), (1, 0, &test.manifest().runs));
    assert_eq!((test.manifest().forgotten.len(), test.manifest().generation), (1, 2));
}

#[test]
fn thousands_are_forgotten_at_once_and_a_run_without_rows_goes() {
    let row = |n: i64| Row::new(n, &format!("person-{n}"), "view").with_login(&format!("login-{n}"));
    let mut test =
        Test::new(&[&[Input::new("a", (0..3_000).map(row).collect())], &[Input::new("b", vec![row(5_000)])]]);
    let ids: Vec<String> = (0..4_000).map(|n| format!("person-{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let summary = test.forget(&ids);
    assert_eq!((summary.found.len(), summary.not_found.len(), summary.actors), (3_000, 1_000, 3_000));
    assert_eq!(summary.also_on_these_rows.len(), 20);
    assert_eq!(summary.also_on_these_rows[..2], ["login-0", "login-1"]);
    assert_eq!((test.manifest().runs.len(), test.manifest().totals.events), (1, 1));
}

#[test]
fn duplicate_counts_again_when_the_first_is_replaced() {
    let twice = |ts| Row::new(ts, "d", "view").with_event_id("e");
    let mut test = Test::new(&[&[Input::new("a", vec![twice(1)])], &[Input::new("b", vec![twice(2)])]]);
    assert_eq!((test.manifest().totals.events, test.manifest().totals.duplicates), (1, 1));
    load(&mut test.writer, &[Input::new("a", vec![Row::new(1, "d", "add")])], 1_000).unwrap();
    assert_eq!((test.manifest().totals.events, test.manifest().totals.duplicates), (2, 0));
    assert_eq!(test.problems(), Vec::<String>::new());
}

#[test]
fn replaced_rows_are_dropped_by_compaction_and_a_second_one_has_nothing_to_do() {
    let day = |kind, path: &str, rows: Vec<Row>| Input {
        source: "ga",
        set: Some(ExportSet { kind, revision: 0, path: path.to_owned() }),
        ..Input::new(path, rows.into_iter().map(|row| row.with_text(text::PARTITION, "day")).collect())
    };
    let intraday = day(ExportKind::Intraday, "i", vec![Row::new(1, "d", "view"), Row::new(2, "d", "view")]);
    let daily = day(ExportKind::Daily, "d", vec![Row::new(1, "d", "view")]);
    let mut test = Test::new(&[&[intraday], &[daily]]);
    let before = (contents(&test.writer), test.manifest().totals.clone());
    assert_eq!((before.1.events, before.1.replaced), (1, 2));
    let summary = test.writer.compact(&options()).unwrap();
    assert_eq!((summary.runs_before, summary.runs_after, summary.rows_dropped), (2, 1, 2));
    assert!(summary.bytes_after < summary.bytes_before);
    assert_eq!((contents(&test.writer), test.manifest().totals.clone()), before);
    assert_eq!(test.problems(), Vec::<String>::new());
    let again = test.writer.compact(&options()).unwrap();
    assert_eq!((again.generation, again.rows_dropped, again.runs_after), (summary.generation, 0, 1));
}

/// More rows of one actor, and of none, than a row group holds, in two runs that overlap in time.
#[test]
fn giant_actor_of_two_runs_goes_over_several_row_groups() {
    const EACH: i64 = 66_000;
    let rows = |first: i64| {
        let rows = (0..EACH).map(|n| Row::new(first + n / 3, "giant", "view"));
        let without = (0..EACH).map(|n| Row { ids: [const { None }; 4], ..Row::new(first + n, "", "view") });
        rows.chain(without).chain([Row::new(1, "small", "view")]).collect()
    };
    let mut test = Test::new(&[&[Input::new("a", rows(0))], &[Input::new("b", rows(10_000))]]);
    let before = (contents(&test.writer), test.manifest().totals.clone());
    test.writer.compact(&options()).unwrap();
    let runs = open_runs(test.writer.path(), test.manifest()).unwrap();
    let groups = &runs[0].run.facts.groups;
    assert_eq!(groups.iter().map(|group| u64::from(group.rows)).sum::<u64>(), 2 * EACH as u64 + 2);
    assert!(groups.iter().any(|group| group.continues) && groups.iter().all(|group| group.rows as usize <= GROUP_ROWS));
    assert_eq!(runs[0].run.facts.actors, 2);
    assert!(before == (contents(&test.writer), test.manifest().totals.clone()));
    assert_eq!(test.problems(), Vec::<String>::new());
}

#[test]
fn texts_that_outgrow_codes_when_runs_meet_stay_texts() {
    let pages = |first: i64| {
        (first..first + 3).map(|n| Row::new(n, "d", "view").with_text(text::PAGE, &format!("/{n}"))).collect()
    };
    let mut test = Test::new(&[&[Input::new("a", pages(0))], &[Input::new("b", pages(2))]]);
    let before = contents(&test.writer);
    super::support::compact(&mut test.writer, &[1, 2], 4).unwrap();
    let runs = open_runs(test.writer.path(), test.manifest()).unwrap();
    let wide: BTreeSet<&str> = runs[0].run.facts.wide.iter().map(String::as_str).collect();
    assert_eq!(wide, [text::PAGE].into());
    assert!(before == contents(&test.writer));
    assert_eq!(test.problems(), Vec::<String>::new());
}

#[test]
fn giant_actor_whose_first_rows_were_replaced_is_compacted() {
    let group = i64::try_from(GROUP_ROWS).unwrap();
    let rows = |first: i64, rows: i64| (first..first + rows).map(|ts| Row::new(ts, "giant", "view")).collect();
    let input = |name: &str, first, count| [Input::new(name, rows(first, count))];
    let small = [Input::new("a", vec![Row::new(1, "small", "view")])];
    let loads = [input("a", 0, group), input("b", group, 70_000), input("c", 2 * group, 70_000), small];
    let mut test = Test::new(&[]);
    loads.iter().for_each(|inputs| load(&mut test.writer, inputs, 1_000).unwrap());
    let before = (contents(&test.writer), test.manifest().totals.clone());
    assert_eq!(test.writer.compact(&options()).unwrap().rows_dropped, GROUP_ROWS as u64);
    assert!(before == (contents(&test.writer), test.manifest().totals.clone()));
    assert_eq!(test.problems(), Vec::<String>::new());
}

#[test]
fn property_in_its_own_column_repeats_the_same_property_in_json() {
    let row = || Row::new(1, "d", "view");
    let column = || row().with_text("coupon", "X \"y\"").with_text("price", "19.90");
    let json = || row().with_text(text::PROPS, r#"{"coupon":"X \"y\"","none":null,"price":19.90,"empty":""}"#);
    let other = || row().with_text(text::PROPS, r#"{"coupon":"X \"y\"","price":19.9}"#);
    let input = |name: &str, rows| [Input::new(name, rows)];
    let once = [Input::new("a", vec![column()]), Input::new("b", vec![column(), other()])];
    let one_load = Test::new(&[&once]).manifest().totals.clone();
    for (first, second) in [(column(), json()), (json(), column())] {
        let test = Test::new(&[&input("a", vec![first]), &input("b", vec![second, other()])]);
        assert_eq!(test.manifest().totals, one_load);
        assert_eq!(test.manifest().totals.repeated_rows, 1);
        assert_eq!(test.problems(), Vec::<String>::new());
    }
}

#[test]
fn repeated_orders_stay_flagged_where_events_have_no_codes() {
    let bought = |ts| Row::new(ts, "d", "purchase").with_text(text::ORDER_ID, "A");
    let day = |ts| vec![bought(ts), Row::new(ts + 1, "d", "view").with_text(text::ORDER_ID, "A")];
    let mut test = Test::new(&[]);
    load(&mut test.writer, &[Input::new("a", day(1))], 1).unwrap();
    load(&mut test.writer, &[Input::new("b", day(3))], 1).unwrap();
    super::support::compact(&mut test.writer, &[1, 2], 1).unwrap();
    let runs = open_runs(test.writer.path(), test.manifest()).unwrap();
    assert_eq!(runs[0].run.facts.wide, [text::EVENT]);
    let flags = runs[0].run.rows(0..4, &Columns { ts: true, ..Columns::default() }).unwrap().flags;
    let repeated = flags.iter().map(|flags| EventFlags(*flags).has(EventFlags::REPEATED_ORDER));
    assert_eq!(repeated.collect::<Vec<_>>(), [false, false, true, false]);
    assert_eq!(test.problems(), Vec::<String>::new());
}

#[test]
fn sources_and_partitions_keep_codes_however_many_there_are() {
    let row = |ts, partition: &str| Row::new(ts, "d", "view").with_text(text::PARTITION, partition);
    let web = Input::new("a", vec![row(1, "x"), row(2, "y")]);
    let ga = Input { source: "ga", ..Input::new("b", vec![row(3, "z")]) };
    let mut test = Test::new(&[&[web], &[ga]]);
    super::support::compact(&mut test.writer, &[1, 2], 1).unwrap();
    let runs = open_runs(test.writer.path(), test.manifest()).unwrap();
    assert_eq!(runs[0].run.facts.wide, Vec::<String>::new());
    assert_eq!(test.problems(), Vec::<String>::new());
}

/// Most rows of one run between the first and the last of each slice, and how many rows that are kept lie in all.
fn spans(slices: &mut Slices<'_>, drop: &Ordinals) -> (Vec<u64>, u64) {
    let (mut spans, mut kept) = (Vec::new(), 0);
    while let Some(slice) = slices.next().unwrap() {
        let rows: Vec<_> =
            slice.actors.iter().flat_map(|actor| &actor.shares).map(|share| share.rows.clone()).collect();
        spans.push(rows.last().unwrap().end - rows[0].start);
        kept += rows.iter().map(|rows| rows.end - rows.start - drop.within(rows)).sum::<u64>();
    }
    (spans, kept)
}

#[test]
fn dropped_rows_between_others_do_not_swell_a_slice() {
    let many = |ts| Row::new(ts, &format!("person-{}", ts / 3), "view");
    let giant = |ts| Row::new(ts, "giant", "view");
    let rows: [Vec<Row>; 2] = [(0..90).map(many).collect(), (0..90).map(giant).collect()];
    for rows in rows {
        let test = Test::new(&[&[Input::new("a", rows)]]);
        let runs = open_runs(test.writer.path(), test.manifest()).unwrap();
        let (drop, duplicates) = (Ordinals::of_ranges(vec![1..44, 46..90]), Ordinals::default());
        let sources = [Source { run: &runs[0].run, unsorted: false, drop: drop.clone(), duplicates }];
        let (spans, kept) = spans(&mut Slices::of_at_most(&sources, 4), &drop);
        assert_eq!(kept, 3);
        assert!(spans.iter().all(|rows| *rows <= 8), "{spans:?}");
    }
}
