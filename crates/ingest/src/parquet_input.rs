//! How is a Parquet input opened, and what do its first rows show?

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray, StructArray, cast::AsArray};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{DataType, Fields, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::{Encoding, EncodingMask, Type as PhysicalType};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::ChunkReader;

use kundresa_model::money::MICROS;

use crate::builder::TABLE_ROWS;
use crate::error::{IngestError, open_error, read_error};
use crate::input::{Input, Place};
use crate::kind::RowGroup;
use crate::limits::{LimitReached, MOST_COLUMNS, MOST_METADATA, limited, too_wide};
use crate::sample::SAMPLE_ROWS;
use crate::time::TimeReader;

/// Schema and first rows of a Parquet input.
#[derive(Clone, Debug)]
pub struct ParquetSample {
    /// Metadata, read once.
    pub metadata: ArrowReaderMetadata,
    /// Arrow schema of the file.
    pub schema: SchemaRef,
    /// Row groups with the rows before each.
    pub row_groups: Vec<RowGroup>,
    /// Names of the scalar leaves outside lists and maps, with dots through structs.
    pub columns: Vec<String>,
    /// Which of those leaves are floating-point numbers.
    pub floats: Vec<usize>,
    /// First rows of those leaves as text.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Metadata and first rows.
///
/// # Errors
/// When the file is damaged.
pub(crate) fn sample(input: &Input) -> Result<ParquetSample, IngestError> {
    refuse_huge_metadata(input)?;
    let metadata = metadata(input)?;
    refuse_absurd(input, &metadata)?;
    let schema = Arc::clone(metadata.schema());
    let columns = leaves(schema.fields());
    let row_groups = row_groups(&metadata);
    let mask = mask(&metadata, |name| columns.iter().any(|column| column == name));
    let mut rows = Vec::new();
    for group in &row_groups {
        if rows.len() >= SAMPLE_ROWS {
            break;
        }
        let limit = SAMPLE_ROWS - rows.len();
        let mut reader = reader(input, &metadata, *group, mask.clone(), Some(limit))?;
        while let Some(batch) = next_batch(&mut reader, input)? {
            push_rows(&batch, &columns, &mut rows);
        }
    }
    let floats = floats(&metadata, &columns);
    Ok(ParquetSample { metadata, schema, row_groups, columns, floats, rows })
}

fn floats(metadata: &ArrowReaderMetadata, columns: &[String]) -> Vec<usize> {
    let leaves = metadata.parquet_schema().columns().iter();
    let float = leaves.filter(|leaf| matches!(leaf.physical_type(), PhysicalType::FLOAT | PhysicalType::DOUBLE));
    let names: Vec<String> = float.map(|leaf| leaf.path().string()).collect();
    (0..columns.len()).filter(|at| names.contains(&columns[*at])).collect()
}

fn push_rows(batch: &RecordBatch, columns: &[String], rows: &mut Vec<Vec<Option<String>>>) {
    let texts: Vec<Option<StringArray>> =
        columns.iter().map(|name| column(batch, name).map(|array| text_column(&array))).collect();
    for row in 0..batch.num_rows() {
        let cell = |text: &Option<StringArray>| {
            text.as_ref().filter(|text| text.is_valid(row)).map(|text| text.value(row).to_owned())
        };
        rows.push(texts.iter().map(cell).collect());
    }
}

/// The result of a call into the Parquet reader, which panics on some damaged files; that is an error like the others.
fn guarded<T>(input: &Input, read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, IngestError> {
    let damaged = |_| Err(ParquetError::General("the file is damaged".to_owned()));
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(damaged).map_err(failed(input))
}

fn failed(input: &Input) -> impl Fn(ParquetError) -> IngestError + '_ {
    move |cause| IngestError::Parquet { input: input.name().to_owned(), cause }
}

/// What is read from several places at once.
enum Chunks {
    File(File),
    Memory(bytes::Bytes),
}

fn chunks(input: &Input) -> Result<Chunks, IngestError> {
    match input.place() {
        Place::File(path) => File::open(path).map(Chunks::File).map_err(|cause| open_error(path, input.name(), cause)),
        Place::Memory(bytes) => Ok(Chunks::Memory(bytes.clone())),
        Place::Member(member) => member.whole(input).map(Chunks::Memory),
    }
}

fn metadata(input: &Input) -> Result<ArrowReaderMetadata, IngestError> {
    let options = ArrowReaderOptions::new();
    match chunks(input)? {
        Chunks::File(file) => guarded(input, || ArrowReaderMetadata::load(&file, options)),
        Chunks::Memory(bytes) => guarded(input, || ArrowReaderMetadata::load(&bytes, options)),
    }
}

/// The length of the metadata stands in the last eight bytes and is allocated before anything is checked.
fn refuse_huge_metadata(input: &Input) -> Result<(), IngestError> {
    let size = input.size()?;
    let mut tail = [0; 8];
    let mut file = input.open_anywhere().map_err(|cause| read_error(input.name(), 0, cause))?;
    // Too short a file is refused by the reader, with better words.
    if size < 12 || file.seek(SeekFrom::Start(size - 8)).and_then(|_| file.read_exact(&mut tail)).is_err() {
        return Ok(());
    }
    let [a, b, c, d, ..] = tail;
    let length = u64::from(u32::from_le_bytes([a, b, c, d]));
    if length <= MOST_METADATA || length > size {
        return Ok(());
    }
    let what = format!("its metadata takes {} MiB, over {} MiB, the limit", length >> 20, MOST_METADATA >> 20);
    Err(limited(input.name(), LimitReached { what, hint: "write it with larger row groups or fewer columns" }))
}

/// What the metadata promises must be possible for a file of that size.
fn refuse_absurd(input: &Input, metadata: &ArrowReaderMetadata) -> Result<(), IngestError> {
    let (size, expansion) = (input.size()?, input.expansion());
    let columns = metadata.parquet_schema().num_columns();
    if columns > MOST_COLUMNS {
        return Err(too_wide(input.name(), columns, "columns"));
    }
    let groups = metadata.metadata().row_groups();
    let sum = |of: &dyn Fn(&RowGroupMetaData) -> i64| {
        groups.iter().try_fold(0_u64, |sum, group| sum.checked_add(u64::try_from(of(group)).ok()?))
    };
    let unpacked = |group: &RowGroupMetaData| {
        let columns = group.columns().iter().map(|column| column.uncompressed_size());
        columns.fold(0_i64, |sum, size| if size < 0 { -1 } else { sum.saturating_add(size) })
    };
    let nonsense = || failed(input)(ParquetError::General("it promises sizes or places that no file has".to_owned()));
    // The reader takes these places on trust, and panics on some.
    if !groups.iter().flat_map(RowGroupMetaData::columns).all(|column| lies_within(column, size)) {
        return Err(nonsense());
    }
    let rows = sum(&|group| group.num_rows()).ok_or_else(nonsense)?;
    let bytes = sum(&unpacked).ok_or_else(nonsense)?;
    for (promised, most, unit) in
        [(rows, expansion.most_rows(size), "rows"), (bytes, expansion.most_bytes(size), "bytes")]
    {
        if promised > most {
            return Err(limited(input.name(), expansion.reached(most, unit)));
        }
    }
    Ok(())
}

/// Whether all of a column's pages stand in a file of that size.
fn lies_within(column: &ColumnChunkMetaData, size: u64) -> bool {
    let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
    let end = u64::try_from(start).ok().zip(u64::try_from(column.compressed_size()).ok());
    end.and_then(|(start, length)| start.checked_add(length)).is_some_and(|end| end <= size)
}

fn row_groups(metadata: &ArrowReaderMetadata) -> Vec<RowGroup> {
    let mut first_row = 0;
    let groups = metadata.metadata().row_groups().iter().enumerate();
    groups
        .map(|(index, group)| {
            let row_group = RowGroup { index, first_row };
            first_row += u64::try_from(group.num_rows()).unwrap_or(0);
            row_group
        })
        .collect()
}

/// The metadata that reads those columns of text of a row group as dictionaries that are stored as such.
pub(crate) fn with_dictionaries(
    metadata: &ArrowReaderMetadata,
    row_group: RowGroup,
    wanted: impl Fn(&str) -> bool,
) -> ArrowReaderMetadata {
    let group = metadata.metadata().row_groups().get(row_group.index);
    let columns = group.map_or(&[][..], RowGroupMetaData::columns);
    let is_coded = |name: &str| {
        let mut named = columns.iter().filter(|column| column.column_path().parts() == [name]);
        named.next().is_some_and(has_dictionary_alone)
    };
    let coded = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
    let fields = metadata.schema().fields().iter().map(|field| {
        let is_text = matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        if is_text && wanted(field.name()) && is_coded(field.name()) {
            Arc::new(field.as_ref().clone().with_data_type(coded.clone()))
        } else {
            Arc::clone(field)
        }
    });
    let schema = Schema::new_with_metadata(fields.collect::<Fields>(), metadata.schema().metadata().clone());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    // Where the reader does not like the schema, it reads text.
    ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options).unwrap_or_else(|_| metadata.clone())
}

/// Whether all pages of a column are codes of its dictionary, so that none is made while reading.
fn has_dictionary_alone(column: &ColumnChunkMetaData) -> bool {
    let mask = column.page_encoding_stats_mask();
    let is_coded =
        |mask: &EncodingMask| mask.is_only(Encoding::RLE_DICTIONARY) || mask.is_only(Encoding::PLAIN_DICTIONARY);
    column.dictionary_page_offset().is_some() && mask.is_none_or(is_coded)
}

/// A reader of the masked leaves of one row group, at most that many rows of it.
///
/// # Errors
/// When the file can't be opened or the row group is damaged.
pub fn reader(
    input: &Input,
    metadata: &ArrowReaderMetadata,
    row_group: RowGroup,
    mask: ProjectionMask,
    limit: Option<usize>,
) -> Result<ParquetRecordBatchReader, IngestError> {
    match chunks(input)? {
        Chunks::File(file) => guarded(input, || configured(file, metadata, row_group, mask, limit)),
        Chunks::Memory(bytes) => guarded(input, || configured(bytes, metadata, row_group, mask, limit)),
    }
}

fn configured<T: ChunkReader + 'static>(
    chunks: T,
    metadata: &ArrowReaderMetadata,
    row_group: RowGroup,
    mask: ProjectionMask,
    limit: Option<usize>,
) -> Result<ParquetRecordBatchReader, ParquetError> {
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(chunks, metadata.clone());
    let builder = builder.with_row_groups(vec![row_group.index]).with_projection(mask).with_batch_size(TABLE_ROWS);
    match limit {
        Some(limit) => builder.with_limit(limit).build(),
        None => builder.build(),
    }
}

/// The next batch of a reader.
///
/// # Errors
/// When the file is damaged.
pub fn next_batch(reader: &mut ParquetRecordBatchReader, input: &Input) -> Result<Option<RecordBatch>, IngestError> {
    guarded(input, || reader.next().transpose().map_err(|cause| ParquetError::ArrowError(cause.to_string())))
}

/// The mask of leaves whose name (with dots) `keep` wants.
pub fn mask(metadata: &ArrowReaderMetadata, keep: impl Fn(&str) -> bool) -> ProjectionMask {
    let schema = metadata.parquet_schema();
    let leaves = schema.columns().iter().enumerate();
    let kept = leaves.filter(|(_, column)| keep(&column.path().string())).map(|(index, _)| index);
    ProjectionMask::leaves(schema, kept)
}

/// Names of scalar leaves outside lists and maps.
fn leaves(fields: &Fields) -> Vec<String> {
    let mut names = Vec::new();
    for field in fields {
        match field.data_type() {
            DataType::Struct(inner) => {
                names.extend(leaves(inner).into_iter().map(|name| format!("{}.{name}", field.name())));
            }
            DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _) | DataType::Map(_, _) => {}
            _ => names.push(field.name().clone()),
        }
    }
    names
}

/// The leaf of that name (with dots) in a batch; nulls of the structs around it are its own.
pub fn column(batch: &RecordBatch, name: &str) -> Option<ArrayRef> {
    let schema = batch.schema();
    for (index, field) in schema.fields().iter().enumerate() {
        if field.name() == name {
            return Some(Arc::clone(batch.column(index)));
        }
        let inner = name.strip_prefix(field.name().as_str()).and_then(|rest| rest.strip_prefix('.'));
        let nested = inner.zip(batch.column(index).as_struct_opt());
        if let Some(found) = nested.and_then(|(rest, parent)| leaf_of(parent, rest)) {
            return Some(found);
        }
    }
    None
}

fn leaf_of(parent: &StructArray, name: &str) -> Option<ArrayRef> {
    for (index, field) in parent.fields().iter().enumerate() {
        let child = parent.column(index);
        let found = if field.name() == name {
            Some(Arc::clone(child))
        } else {
            let rest = name.strip_prefix(field.name().as_str()).and_then(|rest| rest.strip_prefix('.'));
            rest.zip(child.as_struct_opt()).and_then(|(rest, inner)| leaf_of(inner, rest))
        };
        if let Some(found) = found {
            return Some(match parent.nulls() {
                Some(nulls) => arrow_array::make_array(mask_nulls(&found, nulls)),
                None => found,
            });
        }
    }
    None
}

fn mask_nulls(array: &ArrayRef, parent: &arrow_buffer::NullBuffer) -> arrow_data::ArrayData {
    let nulls = arrow_buffer::NullBuffer::union(array.nulls(), Some(parent));
    let data = array.to_data();
    data.clone().into_builder().nulls(nulls).build().unwrap_or(data)
}

/// What a time column of Parquet holds.
#[derive(Clone)]
pub(crate) struct NativeTimes {
    /// Microseconds on the clock that wrote them.
    pub micros: Int64Array,
    /// Whether that clock was UTC.
    pub utc: bool,
    /// Whether only days are known.
    pub date_only: bool,
}

impl NativeTimes {
    /// The instants of all rows, if they need no looking at.
    pub(crate) fn instants(&self) -> Option<&[i64]> {
        let micros = self.micros.values();
        let are_plain = self.utc && !self.date_only && self.micros.null_count() == 0;
        (are_plain && TimeReader::are_instants(micros)).then_some(micros)
    }
}

/// The column as native times, if it is a timestamp or date; `None` for text and numbers.
pub(crate) fn native_times(array: &ArrayRef) -> Option<NativeTimes> {
    let (utc, date_only) = match array.data_type() {
        DataType::Timestamp(_, zone) => (zone.is_some(), false),
        DataType::Date32 | DataType::Date64 => (false, true),
        _ => return None,
    };
    let micros = match array.data_type() {
        DataType::Date32 => scaled(&cast(array, &DataType::Int64), 86_400_000_000, 1),
        DataType::Date64 => scaled(&cast(array, &DataType::Int64), 1_000, 1),
        DataType::Timestamp(TimeUnit::Second, _) => scaled(&cast(array, &DataType::Int64), 1_000_000, 1),
        DataType::Timestamp(TimeUnit::Millisecond, _) => scaled(&cast(array, &DataType::Int64), 1_000, 1),
        DataType::Timestamp(TimeUnit::Microsecond, _) => scaled(&cast(array, &DataType::Int64), 1, 1),
        _ => scaled(&cast(array, &DataType::Int64), 1, 1_000),
    };
    Some(NativeTimes { micros, utc, date_only })
}

fn cast(array: &ArrayRef, to: &DataType) -> ArrayRef {
    let lenient = CastOptions { safe: true, ..CastOptions::default() };
    cast_with_options(array, to, &lenient).unwrap_or_else(|_| arrow_array::new_null_array(to, array.len()))
}

/// Values times `factor`, divided by `divisor` and rounded down; null where they do not fit.
fn scaled(array: &ArrayRef, factor: i64, divisor: i64) -> Int64Array {
    let Some(numbers) = array.as_primitive_opt::<arrow_array::types::Int64Type>() else {
        return Int64Array::from(vec![None; array.len()]);
    };
    if (factor, divisor) == (1, 1) {
        return numbers.clone();
    }
    numbers.iter().map(|number| number?.checked_mul(factor).map(|number| number.div_euclid(divisor))).collect()
}

/// Every value of a column as text; times as ISO, with `Z` where they are UTC. A floating-point number is the shortest
/// decimal that means it, without a point if it is whole: `7` is then the same id as in a source that writes integers.
pub(crate) fn text_column(array: &ArrayRef) -> StringArray {
    if let Some(times) = native_times(array) {
        return times.micros.iter().map(|us| us.map(|us| iso_text(us, times.utc, times.date_only))).collect();
    }
    if let Some(text) = array.as_string_opt::<i32>() {
        return text.clone();
    }
    if let Some(numbers) = array.as_primitive_opt::<Float64Type>() {
        return numbers.iter().map(|number| number.map(|number| number.to_string())).collect();
    }
    if let Some(numbers) = array.as_primitive_opt::<Float32Type>() {
        return numbers.iter().map(|number| number.map(|number| number.to_string())).collect();
    }
    cast(array, &DataType::Utf8).as_string_opt::<i32>().cloned().unwrap_or_else(|| StringArray::new_null(array.len()))
}

/// The column as money in micro-units, if it has numbers of which every one is just that amount in decimal digits; `None`
/// for text, and where a number has to be looked at as text.
pub(crate) fn native_money(array: &ArrayRef) -> Option<Int64Array> {
    if let Some(numbers) = array.as_primitive_opt::<Float64Type>() {
        let is_null = |row: usize| numbers.nulls().is_some_and(|nulls| nulls.is_null(row));
        let micros = numbers.values().iter().enumerate();
        let micros = micros.map(|(row, number)| micros_of(*number).or_else(|| is_null(row).then_some(0)));
        return Some(Int64Array::new(micros.collect::<Option<Vec<i64>>>()?.into(), numbers.nulls().cloned()));
    }
    if !matches!(array.data_type(), DataType::Int64 | DataType::Int32 | DataType::Int16 | DataType::Int8) {
        return None;
    }
    let whole = cast(array, &DataType::Int64);
    let whole = whole.as_primitive_opt::<arrow_array::types::Int64Type>()?;
    let micros =
        whole.iter().map(|number| number.map_or(Ok(None), |number| number.checked_mul(MICROS).ok_or(()).map(Some)));
    micros.collect::<Result<Int64Array, ()>>().ok()
}

/// Micro-units of a number whose shortest text has at most fifteen digits, six of them behind the point.
fn micros_of(number: f64) -> Option<i64> {
    // At most fifteen decimal digits always come back from a double, so of all such texts one alone reads as `number`: that
    // of `micros`, if the division below, which rounds as reading does, says so.
    const MOST: f64 = 1e15;
    const UNITS: f64 = 1e6;
    // A whole number next to it; which one it is where two are as near makes no difference, since neither is exact then.
    let near = number * UNITS + 0.5_f64.copysign(number);
    #[expect(clippy::cast_possible_truncation, reason = "what does not fit is no exact amount")]
    let micros = near as i64;
    #[expect(clippy::cast_precision_loss, reason = "below 10^15 there is none")]
    let is_exact = near.abs() < MOST && micros as f64 / UNITS == number;
    is_exact.then_some(micros)
}

pub(crate) fn iso_text(us: i64, utc: bool, date_only: bool) -> String {
    let Some(time) = chrono::DateTime::from_timestamp_micros(us) else { return us.to_string() };
    match (date_only, utc) {
        (true, _) => time.format("%Y-%m-%d").to_string(),
        (false, true) => time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string(),
        (false, false) => time.format("%Y-%m-%dT%H:%M:%S%.6f").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kundresa_model::money::parse_micros;
    use proptest::prelude::*;

    fn agrees(number: f64) -> bool {
        micros_of(number).is_none_or(|micros| parse_micros(&number.to_string()) == Some(micros))
    }

    #[test]
    fn usual_amounts_need_no_text() {
        for (number, micros) in [
            (0.0, 0),
            (-0.0, 0),
            (19.99, 19_990_000),
            (-3.5, -3_500_000),
            (1e8, 100_000_000_000_000),
            (0.1 + 0.7, 800_000),
        ] {
            let expected = if number.to_string().len() > 12 { None } else { Some(micros) };
            assert_eq!(micros_of(number), expected, "{number}");
        }
        assert!(
            [f64::NAN, f64::INFINITY, 1e300, 0.000_000_5, 1.0 / 3.0]
                .into_iter()
                .all(|number| micros_of(number).is_none())
        );
    }

    proptest! {
        #[test]
        fn money_of_numbers_is_that_of_their_text(number: f64, micros in -10_000_000_000_000_000_i64..10_000_000_000_000_000, scale in 0_i32..9) {
            prop_assert!(agrees(number));
            let near = micros as f64 / 10_f64.powi(scale);
            prop_assert!([near, f64::from_bits(near.to_bits() + 1)].into_iter().all(agrees), "{near}");
        }
    }
}
