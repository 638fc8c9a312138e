//! Random runs: what is read is what was written, whole and in slices.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::support::{TestRow, all_columns, as_read, block, layout, open, rows_of, write};
use crate::block::Block;
use crate::generation::disk::Disk;
use crate::run::writer::RunWriter;

const ITEMS: [&str; 7] = [
    r#"[{"id":"7","name":"A \"b\"","price":19.9,"quantity":2},{}]"#,
    r#"[{"id":"8","price":19.90,"colour":"red"}]"#,
    r#"[{"price":20,"id":"7"},{"brand":"é","quantity":1}]"#,
    "[]",
    "",
    "no list",
    r#"[{"id":"9","category":"x","variant":"y","rest":null}]"#,
];

fn text() -> impl Strategy<Value = Option<String>> {
    prop_oneof![Just(None), Just(Some(String::new())), "[a-zé🛒\"]{1,9}".prop_map(Some)]
}

fn number() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![Just(None), any::<i64>().prop_filter("the mark of null", |number| *number != i64::MIN).prop_map(Some)]
}

prop_compose! {
    fn row()(
        (ts, flags, value) in (any::<i64>(), any::<u8>(), number()),
        codes in [0..4_u32, 0..4_u32, 0..4_u32],
        items in proptest::option::of(proptest::sample::select(&ITEMS[..])),
        (props, event_id) in (text(), text()),
        others in [text(), text(), text()],
        sequence in [number(), number(), number()],
        (input, row, position) in (0..5_u32, any::<u64>(), 0..3_u32),
        is_duplicate in any::<bool>(),
    ) -> TestRow {
        let items = items.map(str::to_owned);
        TestRow { ts, flags, value, codes, items, props, others, event_id, sequence, input, row, position, is_duplicate }
    }
}

/// Row groups of actors' rows: the first actor of a group may go on from the one before.
fn groups() -> impl Strategy<Value = Vec<(bool, Vec<Vec<TestRow>>)>> {
    let actor = proptest::collection::vec(row(), 1..5);
    proptest::collection::vec((any::<bool>(), proptest::collection::vec(actor, 1..4)), 0..4)
}

fn blocks(groups: &[(bool, Vec<Vec<TestRow>>)]) -> Vec<Block> {
    let mut key = 0;
    let blocks = groups.iter().enumerate().map(|(index, (wants_to_go_on, actors))| {
        let continues = *wants_to_go_on && index > 0;
        let first = key + u64::from(!continues);
        key = first + actors.len() as u64 - 1;
        block(&(first..=key).collect::<Vec<_>>(), actors, continues)
    });
    blocks.collect()
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_rows_come_back(groups in groups(), rest in proptest::collection::vec(row(), 0..6), cut in any::<(u8, u8)>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let unidentified = [block(&[], std::slice::from_ref(&rest), false)];
        let written = write(&Disk::default(), &path, &layout(), &blocks(&groups), &unidentified, &[]).unwrap();
        let run = open(&path);
        let rows: Vec<TestRow> = groups.iter().flat_map(|(_, actors)| actors.iter().flatten().cloned()).collect();
        let columns = all_columns(&layout());
        let count = rows.len() as u64;
        prop_assert_eq!(rows_of(&run.rows(0..count, &columns).unwrap()), as_read(&rows));
        prop_assert_eq!(rows_of(&run.unidentified(0..rest.len() as u64, &columns).unwrap()), as_read(&rest));
        let (first, end) = (u64::from(cut.0) % (count + 1), u64::from(cut.1) % (count + 1));
        let slice = first.min(end)..first.max(end);
        let part = &rows[usize::try_from(slice.start).unwrap()..usize::try_from(slice.end).unwrap()];
        prop_assert_eq!(rows_of(&run.rows(slice, &columns).unwrap()), as_read(part));
        let all = rows.iter().chain(&rest);
        let duplicates: Vec<u64> = (0..).zip(all.clone()).filter(|(_, row)| row.is_duplicate).map(|(row, _)| row).collect();
        prop_assert_eq!(written.duplicates, duplicates);
        let inputs: std::collections::BTreeSet<u32> = all.map(|row| row.input).collect();
        prop_assert_eq!(&run.facts.inputs, &inputs.into_iter().collect::<Vec<_>>());
        let counted: u64 = run.actors(0..run.facts.groups.len(), false).unwrap().rows.iter().sum();
        prop_assert_eq!(counted, count);
        let sizes: u64 = files(&path).values().map(|content| content.len() as u64).sum();
        prop_assert_eq!(written.bytes, sizes);
    }

    #[test]
    fn bytes_are_the_same_whatever_thread_encoded(groups in groups()) {
        let folder = tempfile::tempdir().unwrap();
        let blocks = blocks(&groups);
        write(&Disk::default(), &folder.path().join("one"), &layout(), &blocks, &[], &[]).unwrap();
        let (mut writer, encoder) = RunWriter::create(&Disk::default(), &folder.path().join("many"), &layout()).unwrap();
        let encoded: Vec<_> = std::thread::scope(|scope| {
            let handles: Vec<_> = blocks.iter().rev().map(|block| scope.spawn(|| encoder.encode(block.clone()))).collect();
            handles.into_iter().map(|handle| handle.join().unwrap().unwrap()).collect()
        });
        for group in encoded.into_iter().rev() {
            writer.append(group).unwrap();
        }
        writer.finish().unwrap();
        prop_assert!(files(&folder.path().join("one")) == files(&folder.path().join("many")));
    }
}
