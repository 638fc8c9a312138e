//! Does the library read what was written here, number by number?

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{
    ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt8Array, UInt32Array, UInt64Array,
};
use arrow_schema::DataType;
use arrow_select::concat::concat_batches;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::statistics::Statistics;
use proptest::collection::vec;
use proptest::prelude::*;

use super::bits::{pack, width};
use super::{Chunk, PAGE_ROWS};
use crate::generation::disk::Disk;
use crate::run::parquet_output::{ChunkEncoder, ParquetOutput};
use crate::run::schema::{Column, Role, Shape, time_type};

fn columns() -> Vec<Column> {
    vec![
        Column::filled("bytes", DataType::UInt8, Role::Code),
        Column::filled("codes", DataType::UInt32, Role::Code),
        Column::filled("rows", DataType::UInt64, Role::Rising),
        Column::filled("times", time_type(), Role::Time),
        Column::nullable("values", DataType::Int64, Role::Code),
    ]
}

/// What is written as a row group, read back by the library, and the bounds of the times that the file gives.
fn read_back(
    columns: &[Column],
    chunks: impl FnOnce(&ChunkEncoder) -> Vec<Chunk>,
) -> (RecordBatch, Option<(i64, i64)>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.parquet");
    let shape = Shape::new(columns).unwrap();
    let mut output = ParquetOutput::create(&Disk::default(), &path, &shape).unwrap();
    output.append(chunks(&ChunkEncoder::new(&shape).unwrap())).unwrap();
    output.finish().unwrap();
    let file = std::fs::File::open(&path).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let schema = Arc::clone(reader.schema());
    let times = reader.metadata().row_group(0).columns().iter().find_map(|column| column.statistics());
    let bounds = times.and_then(|times| match times {
        Statistics::Int64(times) => Some((*times.min_opt()?, *times.max_opt()?)),
        _ => None,
    });
    let batches: Vec<RecordBatch> =
        ParquetRecordBatchReader::map(reader.build().unwrap(), |batch| batch.unwrap()).collect();
    (concat_batches(&schema, &batches).unwrap(), bounds)
}

fn arrays(numbers: &[u64], nulls: &[bool]) -> Vec<ArrayRef> {
    let byte = |number: &u64| number.to_le_bytes()[0];
    let code = |number: &u64| u32::from_le_bytes(number.to_le_bytes()[..4].try_into().unwrap());
    let values = numbers.iter().zip(nulls).map(|(number, is_null)| (!is_null).then(|| number.cast_signed()));
    vec![
        Arc::new(UInt8Array::from_iter_values(numbers.iter().map(byte))),
        Arc::new(UInt32Array::from_iter_values(numbers.iter().map(code))),
        Arc::new(UInt64Array::from_iter_values(numbers.iter().copied())),
        Arc::new(
            TimestampMicrosecondArray::from_iter_values(numbers.iter().map(|number| number.cast_signed()))
                .with_timezone("UTC"),
        ),
        Arc::new(Int64Array::from_iter(values)),
    ]
}

fn check(numbers: &[u64], nulls: &[bool]) {
    let arrays = arrays(numbers, nulls);
    let (batch, bounds) = read_back(&columns(), |encoder| {
        let chunks = encoder.encode(&arrays).unwrap();
        assert!(chunks.iter().all(|chunk| matches!(chunk, Chunk::Own(..))));
        chunks
    });
    for (read, written) in batch.columns().iter().zip(&arrays) {
        assert_eq!(read, written);
    }
    let times = || numbers.iter().map(|number| number.cast_signed());
    assert_eq!(bounds, times().min().zip(times().max()));
}

/// Numbers of every width, far apart and close together, with stretches of the same.
fn numbers() -> impl Strategy<Value = Vec<u64>> {
    let stretch = (any::<u64>(), 0_u32..64, 1_usize..400, any::<bool>());
    vec(stretch, 1..5).prop_map(|stretches| {
        let mut numbers = Vec::new();
        for (seed, shift, count, is_same) in stretches {
            let mut number = seed;
            for _ in 0..count {
                numbers.push(number >> shift);
                if !is_same {
                    number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17);
                }
            }
        }
        numbers
    })
}

/// Stretches of nulls and values.
fn nulls() -> impl Strategy<Value = Vec<bool>> {
    vec((any::<bool>(), 1_usize..40), 1..60)
        .prop_map(|stretches| stretches.into_iter().flat_map(|(is_null, count)| vec![is_null; count]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn numbers_are_read_as_they_were_written(numbers in numbers(), nulls in nulls()) {
        let nulls: Vec<bool> = nulls.into_iter().cycle().take(numbers.len()).collect();
        check(&numbers, &nulls);
    }

    #[test]
    fn actors_are_read_as_they_were_written(rows in vec(prop_oneof![1_usize..4, 1_usize..30, Just(40_000)], 1..40)) {
        let names: Vec<String> = (0..rows.len()).map(|actor| format!("actor {actor}")).collect();
        let mut offsets = vec![0_u32];
        rows.iter().for_each(|rows| offsets.push(offsets[offsets.len() - 1] + u32::try_from(*rows).unwrap()));
        let columns = [Column::filled("actor", DataType::Utf8, Role::RepeatedText)];
        let (batch, _) = read_back(&columns, |encoder| vec![encoder.encode_actors(&names, &offsets).unwrap().unwrap()]);
        let texts: Vec<&str> = batch.column(0).as_string::<i32>().iter().flatten().collect();
        let expected = names.iter().zip(&rows).flat_map(|(name, rows)| std::iter::repeat_n(name.as_str(), *rows));
        prop_assert!(texts.into_iter().eq(expected));
    }

    #[test]
    fn numbers_are_packed_bit_by_bit(mut numbers in vec(any::<u64>(), 0..100), shift in 0_u32..64) {
        numbers.iter_mut().for_each(|number| *number >>= shift);
        numbers.resize(numbers.len().next_multiple_of(8), 0);
        let (mut packed, bits) = (vec![7], width(&numbers));
        pack(&numbers, bits, &mut packed);
        let bit = |at: usize| u64::from(packed[1 + at / 8] >> (at % 8) & 1);
        for (place, number) in numbers.iter().enumerate() {
            let start = place * bits as usize;
            prop_assert_eq!((0..bits as usize).fold(0, |sum, at| sum | bit(start + at) << at), *number);
        }
        prop_assert_eq!(packed.len(), 1 + numbers.len() * bits as usize / 8);
    }
}

#[test]
fn pages_end_where_they_should() {
    for rows in [1, 2, 33, 257, PAGE_ROWS - 1, PAGE_ROWS, PAGE_ROWS + 1, 3 * PAGE_ROWS + 2] {
        let numbers: Vec<u64> = (0..rows as u64).map(|row| row * row).collect();
        check(&numbers, &vec![false; rows]);
        check(&vec![u64::MAX; rows], &vec![true; rows]);
        check(&numbers, &(0..rows).map(|row| row % 7 != 0).collect::<Vec<_>>());
    }
}

#[test]
fn names_that_are_too_long_together_are_left_to_the_library() {
    let columns = [Column::filled("actor", DataType::Utf8, Role::RepeatedText)];
    let encoder = ChunkEncoder::new(&Shape::new(&columns).unwrap()).unwrap();
    assert!(encoder.encode_actors(&["x".repeat(16 << 20)], &[0, 1]).unwrap().is_none());
    assert!(encoder.encode_actors(&[], &[0]).unwrap().is_none());
    let same: ArrayRef = Arc::new(StringArray::from(vec!["a", "a"]));
    assert!(matches!(encoder.encode(&[same]).unwrap()[..], [Chunk::Library(_)]));
}
