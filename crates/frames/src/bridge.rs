//! How does a table cross between Arrow and Polars?
//!
//! Over the Arrow C Data Interface, column by column. Both libraries lay the same C structs over the same buffers, so a
//! column is handed over, not copied. This is the one module of the workspace with unsafe code.
//!
//! | Arrow | Polars | Arrow again |
//! |---|---|---|
//! | `Boolean`, `Float32`, `Float64`, 32 and 64 bit whole numbers | the same | the same |
//! | 8 and 16 bit whole numbers | 32 bit | 32 bit |
//! | `Utf8`, `LargeUtf8`, `Utf8View`, dictionaries of them | `String` | `Utf8View` |
//! | `Timestamp` of s, ms or µs, with any zone | `Datetime(µs, UTC)` | `Timestamp(µs, "UTC")` |
//! | `Timestamp` of s, ms or µs, without a zone | `Datetime(µs)` | `Timestamp(µs)` |
//!
//! Strings always cross as `Utf8View`, in both directions: polars-arrow 0.55.2 exports *sliced* `Utf8` and `LargeUtf8`
//! arrays with wrong strings and without an error (polars issue 29323). The tests below keep watch.
#![expect(unsafe_code, reason = "the C Data Interface passes raw structs; each block has its proof")]

use std::sync::Arc;

use arrow_array::ffi::{from_ffi, to_ffi};
use arrow_array::{ArrayRef, RecordBatch, make_array};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_data::ArrayData;
use arrow_data::ffi::FFI_ArrowArray;
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use polars::prelude::{ArrowField, Column, CompatLevel, DataFrame, IntoColumn, PlSmallStr, Series};
use polars_arrow::ffi as polars_ffi;

use crate::error::FramesError;

/// The batch as a Polars table with the same rows and columns.
///
/// # Errors
/// When a column has a type outside the table in the module docs, a time does not fit in microseconds, or two columns
/// share a name.
pub fn to_polars(batch: &RecordBatch) -> Result<DataFrame, FramesError> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    let columns: Result<Vec<Column>, FramesError> =
        columns.map(|(field, array)| column_to_polars(field.name(), array)).collect();
    Ok(DataFrame::new(batch.num_rows(), columns?)?)
}

/// The table as one Arrow batch with the same rows and columns; every column may have nulls.
///
/// # Errors
/// When a column has a type that the C Data Interface or Arrow does not know.
pub fn from_polars(frame: &DataFrame) -> Result<RecordBatch, FramesError> {
    let mut fields = Vec::with_capacity(frame.width());
    let mut arrays = Vec::with_capacity(frame.width());
    for column in frame.columns() {
        let array = column_from_polars(column)?;
        fields.push(Field::new(column.name().as_str(), array.data_type().clone(), true));
        arrays.push(array);
    }
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(frame.height()));
    Ok(RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)?)
}

fn column_to_polars(name: &str, array: &ArrayRef) -> Result<Column, FramesError> {
    let carried = carried_type(array.data_type()).ok_or_else(|| FramesError::UnsupportedType {
        column: name.to_owned(),
        found: array.data_type().to_string(),
    })?;
    let options = CastOptions { safe: false, ..CastOptions::default() };
    let array = cast_with_options(array, &carried, &options)?;
    let imported = import_into_polars(&array.to_data())?;
    Ok(Series::from_arrow(PlSmallStr::from_str(name), imported)?.into_column())
}

/// The type as which a column of type `found` crosses, or `None` when it can't.
fn carried_type(found: &DataType) -> Option<DataType> {
    use DataType::{
        Boolean, Dictionary, Float32, Float64, Int8, Int16, Int32, Int64, LargeUtf8, Timestamp, UInt8, UInt16, UInt32,
        UInt64, Utf8, Utf8View,
    };
    match found {
        Boolean | Int32 | Int64 | UInt32 | UInt64 | Float32 | Float64 => Some(found.clone()),
        Int8 | Int16 => Some(Int32),
        UInt8 | UInt16 => Some(UInt32),
        Utf8 | LargeUtf8 | Utf8View => Some(Utf8View),
        Dictionary(_, values) if matches!(**values, Utf8 | LargeUtf8 | Utf8View) => Some(Utf8View),
        Timestamp(TimeUnit::Nanosecond, _) => None,
        Timestamp(_, zone) => Some(Timestamp(TimeUnit::Microsecond, zone.as_ref().map(|_| Arc::from("UTC")))),
        _ => None,
    }
}

fn column_from_polars(column: &Column) -> Result<ArrayRef, FramesError> {
    let series = column.as_materialized_series().rechunk();
    let array = series.to_arrow(0, CompatLevel::newest());
    let field = ArrowField::new(series.name().clone(), array.dtype().clone(), true);
    Ok(make_array(import_into_arrow(array, &field)?))
}

// The transmutations below need one layout. Both sides declare the structs of the C Data Interface, field by field.
const _: () = assert!(size_of::<FFI_ArrowArray>() == size_of::<polars_ffi::ArrowArray>());
const _: () = assert!(align_of::<FFI_ArrowArray>() == align_of::<polars_ffi::ArrowArray>());
const _: () = assert!(size_of::<FFI_ArrowSchema>() == size_of::<polars_ffi::ArrowSchema>());
const _: () = assert!(align_of::<FFI_ArrowSchema>() == align_of::<polars_ffi::ArrowSchema>());

fn import_into_polars(data: &ArrayData) -> Result<Box<dyn polars_arrow::array::Array>, FramesError> {
    let (array, schema) = to_ffi(data)?;
    // SAFETY: both types are `repr(C)` declarations of `struct ArrowArray` of the C Data Interface. Transmuting moves the
    // value, so its release callback is owned, and called, by the Polars side alone.
    let array: polars_ffi::ArrowArray = unsafe { std::mem::transmute(array) };
    // SAFETY: as above, for `struct ArrowSchema`.
    let schema: polars_ffi::ArrowSchema = unsafe { std::mem::transmute(schema) };
    // SAFETY: `schema` was exported by arrow-rs from a valid field and is not released before this borrow ends.
    let field = unsafe { polars_ffi::import_field_from_c(&schema) }?;
    // SAFETY: `array` was exported by arrow-rs together with `schema`, so its buffers fit the type in `field`.
    let imported = unsafe { polars_ffi::import_array_from_c(array, field.dtype) }?;
    Ok(imported)
}

fn import_into_arrow(array: Box<dyn polars_arrow::array::Array>, field: &ArrowField) -> Result<ArrayData, FramesError> {
    let schema = polars_ffi::export_field_to_c(field);
    let array = polars_ffi::export_array_to_c(array);
    // SAFETY: both types are `repr(C)` declarations of `struct ArrowArray` of the C Data Interface. Transmuting moves the
    // value, so its release callback is owned, and called, by the Arrow side alone.
    let array: FFI_ArrowArray = unsafe { std::mem::transmute(array) };
    // SAFETY: as above, for `struct ArrowSchema`.
    let schema: FFI_ArrowSchema = unsafe { std::mem::transmute(schema) };
    // SAFETY: polars-arrow exported `array` from a valid array of the type in `schema`, which carries that array's type.
    let data = unsafe { from_ffi(array, &schema) }?;
    Ok(data)
}

#[cfg(test)]
mod tests {
    use arrow_array::types::UInt32Type;
    use arrow_array::{
        Array, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int64Array, LargeStringArray, StringArray,
        StringViewArray, TimestampMicrosecondArray, TimestampMillisecondArray, UInt8Array, UInt64Array, cast::AsArray,
    };
    use polars::prelude::{DataType as PolarsType, NamedFrom, TimeUnit as PolarsUnit, TimeZone};

    use super::*;

    const TEXTS: [Option<&str>; 6] = [
        Some("short"),
        None,
        Some("a text longer than the twelve bytes a view holds"),
        Some(""),
        Some("å, \"quoted\"\nand cut"),
        Some("another text that lies in the buffer of the view"),
    ];

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap()
    }

    fn every_type() -> RecordBatch {
        let numbers = [Some(1), None, Some(-3), Some(i64::MAX), Some(i64::MIN), Some(0)];
        batch(vec![
            ("int", Arc::new(Int64Array::from_iter(numbers))),
            ("count", Arc::new(UInt64Array::from(vec![u64::MAX, 1, 2, 3, 4, 5]))),
            ("small", Arc::new(UInt8Array::from(vec![0, 1, 2, 253, 254, 255]))),
            ("float", Arc::new(Float64Array::from(vec![Some(0.5), None, Some(1.0), Some(-2.5), None, Some(1e300)]))),
            ("is", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false), Some(true), Some(true), None]))),
            ("text", Arc::new(StringArray::from_iter(TEXTS))),
            ("large", Arc::new(LargeStringArray::from_iter(TEXTS))),
            ("view", Arc::new(StringViewArray::from_iter(TEXTS))),
            ("coded", Arc::new(DictionaryArray::<UInt32Type>::from_iter(TEXTS))),
            ("ts", Arc::new(TimestampMicrosecondArray::from_iter(numbers).with_timezone("UTC"))),
            ("local", Arc::new(TimestampMicrosecondArray::from_iter(numbers))),
        ])
    }

    fn texts(batch: &RecordBatch, name: &str) -> Vec<Option<String>> {
        batch.column_by_name(name).unwrap().as_string_view().iter().map(|text| text.map(str::to_owned)).collect()
    }

    #[test]
    fn every_slice_crosses_to_polars_and_back_unchanged() {
        let whole = every_type();
        for start in 0..=6 {
            for length in 0..=6 - start {
                let slice = whole.slice(start, length);
                let back = from_polars(&to_polars(&slice).unwrap()).unwrap();
                let rows = start..start + length;
                for name in ["text", "large", "view", "coded"] {
                    let expected: Vec<_> = TEXTS[rows.clone()].iter().map(|text| text.map(str::to_owned)).collect();
                    assert_eq!(texts(&back, name), expected, "{name} {rows:?}");
                }
                for name in ["int", "count", "float", "is", "ts", "local"] {
                    let (found, expected) = (back.column_by_name(name).unwrap(), slice.column_by_name(name).unwrap());
                    assert_eq!(found.to_data(), expected.to_data(), "{name} {rows:?}");
                }
            }
        }
    }

    #[test]
    fn texts_of_a_sliced_polars_table_arrive_unshifted() {
        let column = Series::new("text".into(), TEXTS.as_slice()).into_column();
        let whole = DataFrame::new(TEXTS.len(), vec![column]).unwrap();
        for start in 0..TEXTS.len() {
            let back = from_polars(&whole.slice(i64::try_from(start).unwrap(), 2)).unwrap();
            let expected: Vec<_> = TEXTS[start..].iter().take(2).map(|text| text.map(str::to_owned)).collect();
            assert_eq!(texts(&back, "text"), expected);
        }
    }

    #[test]
    fn a_table_of_several_chunks_arrives_as_one_batch() {
        let mut frame = to_polars(&every_type().slice(0, 2)).unwrap();
        frame.vstack_mut(&to_polars(&every_type().slice(2, 4)).unwrap()).unwrap();
        assert_eq!(texts(&from_polars(&frame).unwrap(), "coded"), texts_owned());
    }

    fn texts_owned() -> Vec<Option<String>> {
        TEXTS.iter().map(|text| text.map(str::to_owned)).collect()
    }

    #[test]
    fn narrow_numbers_widen_and_times_become_utc_microseconds() {
        let times = TimestampMillisecondArray::from(vec![1]).with_timezone("+02:00");
        let frame =
            to_polars(&batch(vec![("ts", Arc::new(times)), ("n", Arc::new(UInt8Array::from(vec![7])))])).unwrap();
        let types: Vec<_> = frame.columns().iter().map(|column| column.dtype().clone()).collect();
        assert_eq!(types, [PolarsType::Datetime(PolarsUnit::Microseconds, Some(TimeZone::UTC)), PolarsType::UInt32]);
        let back = from_polars(&frame).unwrap();
        let times = back.column(0).as_any().downcast_ref::<TimestampMicrosecondArray>().unwrap();
        assert_eq!((times.value(0), times.timezone()), (1_000, Some("UTC")));
    }

    #[test]
    fn tables_without_rows_or_columns_keep_their_shape() {
        let empty = from_polars(&to_polars(&every_type().slice(3, 0)).unwrap()).unwrap();
        assert_eq!((empty.num_rows(), empty.num_columns()), (0, 11));
        let nothing = from_polars(&DataFrame::new(0, vec![]).unwrap()).unwrap();
        assert_eq!((nothing.num_rows(), nothing.num_columns()), (0, 0));
    }

    #[test]
    fn a_column_that_tables_do_not_carry_is_named_in_the_error() {
        let error = to_polars(&batch(vec![("day", Arc::new(Date32Array::from(vec![1])))])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "column `day` has type Date32: tables carry booleans, whole numbers, floats, texts and times up to microseconds"
        );
    }

    #[test]
    fn a_time_that_does_not_fit_is_an_error_not_a_null() {
        let times = TimestampMillisecondArray::from(vec![i64::MAX]);
        assert!(matches!(to_polars(&batch(vec![("ts", Arc::new(times))])), Err(FramesError::Arrow(_))));
    }

    #[test]
    fn imported_columns_outlive_the_batch_they_came_from() {
        let frame = to_polars(&every_type()).unwrap();
        let batch = from_polars(&frame).unwrap();
        drop(frame);
        assert_eq!(texts(&batch, "view"), texts_owned());
    }
}
