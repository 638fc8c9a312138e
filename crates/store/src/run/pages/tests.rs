//! What is decoded here is what the library decodes, and nothing that is damaged makes a panic.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, TimestampMicrosecondArray, UInt8Array, UInt32Array, UInt64Array};
use arrow_schema::DataType;
use kundresa_model::actor_source::NO_VALUE;
use proptest::prelude::*;

use super::delta::{Padded, decode};
use super::levels::add_filled;
use super::{Marked, filled, marked};
use crate::generation::disk::Disk;
use crate::run::parquet_file::ParquetFile;
use crate::run::parquet_output::PlainOutput;
use crate::run::schema::{Column, Role, time_type};

type Row = (i64, u8, u32, u64, Option<i64>);

/// A file of those row groups.
fn written(folder: &tempfile::TempDir, groups: &[Vec<Row>]) -> ParquetFile {
    let path = folder.path().join("numbers.parquet");
    let columns = [
        Column::filled("ts", time_type(), Role::Time),
        Column::filled("flags", DataType::UInt8, Role::Code),
        Column::filled("code", DataType::UInt32, Role::Code),
        Column::filled("row", DataType::UInt64, Role::Rising),
        Column::nullable("value", DataType::Int64, Role::Code),
        Column::filled("plain", DataType::Int64, Role::Number),
    ];
    let mut output = PlainOutput::create(&Disk::default(), &path, &columns).unwrap();
    for rows in groups {
        let times: TimestampMicrosecondArray = rows.iter().map(|row| row.0).collect::<Vec<_>>().into();
        let arrays: [ArrayRef; 6] = [
            Arc::new(times.with_timezone("UTC")),
            Arc::new(UInt8Array::from_iter_values(rows.iter().map(|row| row.1))),
            Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.2))),
            Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.3))),
            Arc::new(rows.iter().map(|row| row.4).collect::<Int64Array>()),
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.0))),
        ];
        output.append(&arrays).unwrap();
    }
    output.finish().unwrap();
    ParquetFile::open(&path, None).unwrap()
}

/// Numbers that take few bits, many, or all there are; so that all widths come up.
fn number() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0..64_u32).prop_map(|(bits, shift)| bits >> shift)
}

fn row() -> impl Strategy<Value = Row> {
    let value = prop_oneof![3 => Just(None), 1 => number().prop_map(|bits| Some(bits.cast_signed() | 1))];
    (number(), any::<u8>(), number(), number(), value).prop_map(|(ts, flags, code, row, value)| {
        (ts.cast_signed(), flags, (code & 0xFFFF_FFFF).try_into().unwrap(), row, value)
    })
}

/// Row groups of stretches of rows, in some of which all rows are the same.
fn groups() -> impl Strategy<Value = Vec<Vec<Row>>> {
    let stretch = prop_oneof![
        proptest::collection::vec(row(), 0..300),
        (row(), 0..600_usize).prop_map(|(row, count)| vec![row; count]),
    ];
    let group = proptest::collection::vec(stretch, 1..5).prop_map(|stretches| stretches.concat());
    proptest::collection::vec(group.prop_filter("a row group has rows", |rows| !rows.is_empty()), 1..4)
}

fn check(groups: &[Vec<Row>], range: std::ops::Range<usize>, spare: &mut (Vec<i64>, Marked)) {
    let folder = tempfile::tempdir().unwrap();
    let file = written(&folder, groups);
    let rows = groups[range.clone()].concat();
    let (mut ts, mut flags, mut codes, mut values) = (vec![7_i64; 5], vec![7_u8; 5], vec![7_u32; 5], Vec::new());
    let mut padded = Padded::default();
    filled(&file, range.clone(), "ts", &mut ts, &mut padded).unwrap();
    filled(&file, range.clone(), "flags", &mut flags, &mut padded).unwrap();
    filled(&file, range.clone(), "code", &mut codes, &mut padded).unwrap();
    filled(&file, range.clone(), "row", &mut spare.0, &mut padded).unwrap();
    marked(&file, range.clone(), "value", &mut spare.1, &mut values, &mut padded).unwrap();
    assert!(ts.iter().eq(rows.iter().map(|row| &row.0)));
    assert!(flags.iter().eq(rows.iter().map(|row| &row.1)));
    assert!(codes.iter().eq(rows.iter().map(|row| &row.2)));
    assert!(spare.0.iter().map(|row| row.cast_unsigned()).eq(rows.iter().map(|row| row.3)));
    assert!(spare.1.iter().copied().eq(rows.iter().map(|row| row.4.unwrap_or(NO_VALUE))));
    // What is encoded otherwise, may be null, or is not there is left to the library.
    assert!(filled(&file, range.clone(), "plain", &mut ts, &mut padded).is_none());
    assert!(filled(&file, range.clone(), "value", &mut ts, &mut padded).is_none());
    assert!(filled(&file, range, "other", &mut ts, &mut padded).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn numbers_come_back_in_memory_that_was_used_before(one in groups(), other in groups()) {
        let mut spare = (Vec::new(), [3; 9].into_iter().collect());
        check(&one, 0..one.len(), &mut spare);
        check(&other, other.len() - 1..other.len(), &mut spare);
        check(&one, 0..1, &mut spare);
    }

    #[test]
    fn bytes_that_are_no_page_never_panic(page in proptest::collection::vec(any::<u8>(), 0..200), count in 0..400_usize) {
        let _ = decode(&page, &mut vec![0_i64; count], &mut Padded::default());
        let mut page = [&[128, 1, 4][..], &page].concat();
        let _ = decode(&page, &mut vec![0_u32; count], &mut Padded::default());
        page.truncate(90);
        let mut rows = vec![5];
        if add_filled(&page, count, 7, &mut rows).is_some() {
            prop_assert!(rows.is_sorted_by(|before, after| before < after));
            prop_assert!(rows[1..].iter().all(|row| (7..7 + count).contains(&(*row as usize))));
        }
    }
}

#[test]
fn many_pages_come_back() {
    let row = |row: i64| {
        let value = (row % 13 == 0 || row % 5_000 < 100).then_some(row * 1_000);
        (row * 1_000_000 % 7_777_777, 1, u32::try_from(row % 9).unwrap(), row.cast_unsigned(), value)
    };
    let groups = [(0..131_072).map(row).collect(), (0..70_001).map(row).collect::<Vec<_>>()];
    check(&groups, 0..2, &mut (Vec::new(), Marked::default()));
}

#[test]
fn a_page_with_more_or_fewer_numbers_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(&folder, &[vec![(1, 1, 1, 1, None); 9]]);
    let mut pages = file.pages(0, file.leaf("ts", 0).unwrap()).unwrap();
    let page = parquet::column::page::PageReader::get_next_page(&mut pages).unwrap().unwrap();
    for count in 0..20 {
        let is_read = decode(page.buffer(), &mut vec![0_i64; count], &mut Padded::default()).is_some();
        assert_eq!(is_read, count == 9);
    }
    // A page that ends early.
    for end in 0..page.buffer().len() {
        let _ = decode(&page.buffer()[..end], &mut [0_i64; 9], &mut Padded::default());
    }
}
