//! Hand-made runs.

use std::path::Path;

use arrow_array::LargeStringArray;
use kundresa_model::dictionary::Dictionary;

use super::support::{TestRow, all_columns, as_read, block, layout, open, rejected_row, row, rows_of, write};
use crate::block::Block;
use crate::error::StoreError;
use crate::generation::disk::Disk;
use crate::run::facts::Optional;
use crate::run::filter::{EventKeys, might_have};
use crate::run::reader::Columns;
use crate::run::writer::{Layout, RunWriter};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn giant_actor_over_three_row_groups_is_one_actor_where_it_begins() {
    let folder = folder();
    let path = folder.path().join("000001");
    let blocks = [
        block(&[3], &[vec![row(5), row(6)]], false),
        block(&[9], &[vec![row(1), row(2)]], false),
        block(&[9], &[vec![row(3)]], true),
        block(&[9, 11], &[vec![row(4), row(8)], vec![row(7)]], true),
    ];
    let written = write(&Disk::default(), &path, &layout(), &blocks, &[], &[]).unwrap();
    assert_eq!((written.facts.actors, written.facts.rows), (3, 8));
    let run = open(&path);
    assert_eq!(run.facts, written.facts);
    assert_eq!(run.group_starts(), [0, 2, 4, 5, 8]);
    let groups: Vec<_> = run.facts.groups.iter().map(|group| (group.actors, group.first_key, group.last_key)).collect();
    assert_eq!(groups, [(1, 3, 3), (1, 9, 9), (0, 9, 9), (1, 9, 11)]);
    let all = run.actors(0..4, true).unwrap();
    assert_eq!((all.keys, all.rows), (vec![3, 9, 11], vec![2, 5, 1]));
    assert_eq!((all.first_ts, all.last_ts), (vec![5, 1, 7], vec![6, 8, 7]));
    assert_eq!((all.classes, all.ids[1].as_str()), (vec![3, 1, 3], "visitor-9-ü"));
    assert_eq!(run.actors(1..2, false).unwrap().keys, [9]);
    assert!(run.actors(2..3, false).unwrap().keys.is_empty());
    assert_eq!(run.actors(2..4, false).unwrap().keys, [11]);
    assert_eq!(run.rows(1..7, &Columns { ts: true, ..Columns::default() }).unwrap().ts.to_vec(), [6, 1, 2, 3, 4, 8]);
}

#[test]
fn empty_run_opens() {
    let folder = folder();
    let path = folder.path().join("000001");
    let written =
        write(&Disk::default(), &path, &layout(), &[Block { offsets: vec![0], ..Block::default() }], &[], &[]);
    let run = open(&path);
    assert_eq!((run.facts.rows, run.facts.times, run.facts.inputs.len()), (0, None, 0));
    assert_eq!(run.facts, written.unwrap().facts);
    assert_eq!(run.group_starts(), [0]);
    assert!(run.rows(0..0, &all_columns(&layout())).unwrap().ts.is_empty());
    assert!(run.actors(0..0, true).unwrap().ids.is_empty());
    assert!(run.items(0..0).unwrap().is_none());
    assert!(!might_have(&run.filter().unwrap().unwrap(), EventKeys::default().key("web", "1")));
}

#[test]
fn unidentified_rows_count_on_from_the_others() {
    let folder = folder();
    let path = folder.path().join("000001");
    let list = |id: u64| Some(format!("[{{\"id\":\"{id}\"}}]"));
    let with = |ts: i64, items: Option<String>, is_duplicate| TestRow { items, is_duplicate, ..row(ts) };
    let blocks = [block(&[3], &[vec![row(5), with(6, list(6), true)]], false)];
    let rest = [
        block(&[], &[vec![with(1, list(1), false), row(2), with(3, list(3), true)]], false),
        block(&[], &[vec![with(4, list(4), true)]], false),
    ];
    let written = write(&Disk::default(), &path, &layout(), &blocks, &rest, &[]).unwrap();
    assert_eq!(written.duplicates, [1, 4, 5]);
    let run = open(&path);
    assert_eq!((run.facts.rows, run.facts.unidentified_rows, run.facts.times), (2, 4, Some((1, 6))));
    let items = Columns { wide: vec![0], ..Columns::default() };
    let texts =
        run.unidentified(1..4, &items).unwrap().wide[0].iter().map(|t| t.map(str::to_owned)).collect::<Vec<_>>();
    assert_eq!(texts, [None, list(3), list(4)]);
    assert_eq!(run.rows(0..2, &items).unwrap().wide[0].value(1), list(6).unwrap());
    assert_eq!(run.items(1..3).unwrap().unwrap().num_rows(), 2);
    assert!(run.items(3..4).unwrap().is_none());
    assert_eq!(rows_of(&run.unidentified(0..3, &all_columns(&layout())).unwrap()).len(), 3);
}

#[test]
fn run_of_unidentified_rows_alone_opens() {
    let folder = folder();
    let path = folder.path().join("000001");
    let rows = vec![row(1), row(1)];
    write(&Disk::default(), &path, &layout(), &[], &[block(&[], std::slice::from_ref(&rows), false)], &[]).unwrap();
    let run = open(&path);
    assert_eq!(rows_of(&run.unidentified(0..2, &all_columns(&layout())).unwrap()), as_read(&rows));
    assert_eq!((run.facts.rows, run.facts.actors), (0, 0));
}

#[test]
fn rejected_rows_come_back_in_order() {
    let folder = folder();
    let path = folder.path().join("000001");
    let rejected: Vec<_> = (0..20_000).map(rejected_row).collect();
    write(&Disk::default(), &path, &layout(), &[], &[], &rejected).unwrap();
    let mut found = Vec::new();
    open(&path).rejected(&mut |input, row| found.push((input, row))).unwrap();
    assert!(found == rejected);
}

#[test]
fn rows_of_actors_after_rows_without_are_refused() {
    let folder = folder();
    let (mut writer, encoder) = RunWriter::create(&Disk::default(), &folder.path().join("1"), &layout()).unwrap();
    let known = encoder.encode(block(&[3], &[vec![row(5)]], false)).unwrap();
    let unknown = encoder.encode(block(&[], &[vec![row(5)]], false)).unwrap();
    writer.append_unidentified(unknown).unwrap();
    assert!(matches!(writer.append(known), Err(StoreError::RunOrder { .. })));
    let stray = encoder.encode(block(&[3], &[vec![row(5)]], true)).unwrap();
    let (mut writer, _) = RunWriter::create(&Disk::default(), &folder.path().join("2"), &layout()).unwrap();
    assert!(matches!(writer.append(stray), Err(StoreError::RunOrder { .. })));
}

#[test]
fn run_is_never_written_over_another() {
    let folder = folder();
    let path = folder.path().join("000001");
    write(&Disk::default(), &path, &layout(), &[], &[], &[]).unwrap();
    assert!(matches!(write(&Disk::default(), &path, &layout(), &[], &[], &[]), Err(StoreError::RunWrite { .. })));
}

/// Numbers that take eight digits, so that their order as texts is that of the numbers.
fn long_texts(count: u32) -> Dictionary {
    Dictionary::new((0..count).map(|number| format!("{number:08}-a-rather-long-text")).collect())
}

#[test]
fn dictionary_above_a_mebibyte_and_above_a_row_group_comes_back() {
    let folder = folder();
    let path = folder.path().join("000001");
    let count = 140_000;
    let layout = Layout { coded: vec![("page_url".to_owned(), long_texts(count))], ..Layout::default() };
    let codes: Vec<u32> = (0..100_000).map(|row| (row * 97) % (count + 1)).collect();
    let rows = codes.len();
    let block = Block {
        keys: vec![1],
        classes: vec![0],
        ids: vec!["a".to_owned()],
        offsets: vec![0, u32::try_from(rows).unwrap()],
        ts: (0..).take(rows).collect(),
        flags: vec![1; rows],
        text: vec![codes.clone()],
        place: crate::block::Places { row: (0..).take(rows).collect(), input: vec![0; rows], ..Default::default() },
        ..Block::default()
    };
    write(&Disk::default(), &path, &layout, &[block], &[], &[]).unwrap();
    let run = open(&path);
    assert_eq!((run.facts.coded[0].values, run.facts.coded[0].groups), (count, 2));
    assert!(run.dictionary(0).unwrap() == layout.coded[0].1);
    let read = run.rows(5..99_999, &Columns { coded: vec![0], ..Columns::default() }).unwrap();
    assert!(read.coded[0].as_ref() == &codes[5..99_999]);
    assert!(read.ts.is_empty() && read.value.is_empty() && read.wide.is_empty());
}

#[test]
fn columns_that_a_run_lacks_are_empty() {
    let folder = folder();
    let path = folder.path().join("000001");
    let layout = Layout { wide: vec!["page_url".to_owned()], ..Layout::default() };
    write(&Disk::default(), &path, &layout, &[block(&[1], &[vec![row(1), row(2)]], false)], &[], &[]).unwrap();
    let run = open(&path);
    assert_eq!(run.facts.has, Optional::default());
    let rows = run.rows(0..2, &all_columns(&layout)).unwrap();
    assert!(rows.value.is_empty() && rows.position.is_empty() && rows.sequence.iter().all(|part| part.is_empty()));
    assert!(rows.others.iter().all(Option::is_none) && rows.event_id.is_none());
    assert_eq!((rows.row.to_vec(), rows.input.to_vec()), (vec![1, 2], vec![4, 4]));
    assert_eq!(rows.wide[0], LargeStringArray::new_null(2));
    assert!(run.filter().unwrap().is_none());
}

#[test]
fn filter_knows_event_ids_under_their_source() {
    let folder = folder();
    let path = folder.path().join("000001");
    let with_id = |id: &str| TestRow { event_id: Some(id.to_owned()), ..row(1) };
    let blocks = [block(&[1], &[vec![with_id("a"), with_id(""), row(2)]], false)];
    let rest = [block(&[], &[vec![with_id("b")]], false)];
    write(&Disk::default(), &path, &layout(), &blocks, &rest, &[]).unwrap();
    let filter = open(&path).filter().unwrap().unwrap();
    let has = |source: &str, id: &str| might_have(&filter, EventKeys::default().key(source, id));
    assert_eq!([has("web", "a"), has("web", "b"), has("app", "a"), has("web", "")], [true, true, false, false]);
}

#[test]
fn properties_that_read_as_numbers_have_a_twin_for_outside_tools() {
    let folder = folder();
    let path = folder.path().join("000001");
    let rows = vec![row(1), TestRow { codes: [2, 1, 3], ..row(2) }, TestRow { codes: [3, 1, 3], ..row(3) }];
    write(&Disk::default(), &path, &layout(), &[block(&[1], &[rows], false)], &[], &[]).unwrap();
    let batch = outside(&path.join("events.parquet"));
    let twin = arrow_array::cast::as_primitive_array::<arrow_array::types::Float64Type>(&batch["n_amount"]);
    assert_eq!(twin.iter().collect::<Vec<_>>(), [None, Some(12.5), None]);
    let names: Vec<String> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    let expected = "actor actor_class ts flags p_amount_code event_code source_name_code props n_amount value user_id \
                    crm_id email event_id sequence_0 sequence_1 sequence_2 input row position";
    assert_eq!(names.join(" "), expected);
}

/// What any Parquet reader sees.
fn outside(path: &Path) -> arrow_array::RecordBatch {
    let file = std::fs::File::open(path).unwrap();
    let mut reader = parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(file, 1 << 20).unwrap();
    reader.next().unwrap().unwrap()
}

#[test]
fn texts_of_a_wide_property_keep_clear_of_codes_of_another() {
    let folder = folder();
    let path = folder.path().join("000001");
    let coded = vec![("coupon".to_owned(), Dictionary::new(vec!["x".to_owned()]))];
    let layout = Layout { coded, wide: vec!["coupon_code".to_owned()], ..Layout::default() };
    let mut events = block(&[1], &[vec![TestRow { codes: [1, 0, 0], ..row(1) }]], false);
    events.wide = vec![Some(vec![Some("y")].into())];
    write(&Disk::default(), &path, &layout, &[events], &[], &[]).unwrap();
    let rows = open(&path).rows(0..1, &all_columns(&layout)).unwrap();
    assert_eq!((rows.coded[0].to_vec(), rows.wide[0].value(0)), (vec![1], "y"));
}
