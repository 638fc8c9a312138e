//! How does a column of numbers become a column chunk?

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType, UInt8Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, TimeUnit};
use kundresa_model::index::index32;
use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::statistics::{Statistics, ValueStatistics};
use parquet::schema::types::ColumnDescPtr;

use super::delta::{self, Number};
use super::page_writer::PageWriter;
use super::stretches::Stretches;
use super::{Chunk, PAGE_ROWS};

/// The chunk of a column of numbers, `with_bounds` if its least and greatest are to be known, as only times may ask for.
/// `None` for columns of anything else.
pub(crate) fn encode_numbers(
    values: &ArrayRef,
    column: &ColumnDescPtr,
    with_bounds: bool,
) -> Result<Option<Chunk>, ParquetError> {
    let pages = match values.data_type() {
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            pages(values.as_primitive::<TimestampMicrosecondType>(), column)
        }
        _ if with_bounds => return Ok(None),
        DataType::Int64 => pages(values.as_primitive::<Int64Type>(), column),
        DataType::UInt64 => pages(values.as_primitive::<UInt64Type>(), column),
        DataType::UInt32 => pages(values.as_primitive::<UInt32Type>(), column),
        DataType::UInt8 => pages(values.as_primitive::<UInt8Type>(), column),
        _ => return Ok(None),
    };
    let bounds = if with_bounds { bounds(values) } else { None };
    pages?.finish(bounds).map(Some)
}

/// Least and greatest of a column of times.
fn bounds(values: &ArrayRef) -> Option<Statistics> {
    let times = values.as_primitive_opt::<TimestampMicrosecondType>()?;
    let filled = || times.iter().flatten();
    let nulls = Some(times.null_count() as u64);
    let bounds = ValueStatistics::new(filled().min(), filled().max(), None, nulls, false);
    Some(Statistics::Int64(bounds.with_backwards_compatible_min_max(true)))
}

fn pages<T>(values: &PrimitiveArray<T>, column: &ColumnDescPtr) -> Result<PageWriter, ParquetError>
where
    T: ArrowPrimitiveType,
    T::Native: Number,
{
    let mut writer = PageWriter::new(column, Compression::UNCOMPRESSED);
    let mut filled = Vec::new();
    for start in (0..values.len()).step_by(PAGE_ROWS) {
        let rows = PAGE_ROWS.min(values.len() - start);
        let numbers = &values.values()[start..start + rows];
        let page = if column.max_def_level() == 0 {
            let mut page = Vec::new();
            delta::encode(numbers, &mut page);
            page
        } else {
            let nulls = values.nulls().map(|nulls| nulls.slice(start, rows));
            page_with_levels(numbers, nulls.as_ref(), &mut filled)
        };
        writer.data(page.into(), index32(rows), Encoding::DELTA_BINARY_PACKED)?;
    }
    Ok(writer)
}

/// A page of a column that may have nulls: how long the levels are, the levels, the numbers there are. `filled` is used again.
fn page_with_levels<N: Number>(numbers: &[N], nulls: Option<&NullBuffer>, filled: &mut Vec<N>) -> Vec<u8> {
    let mut levels = Stretches::new(1, vec![0; 4]);
    let Some(nulls) = nulls else {
        levels.push(1, numbers.len());
        return with_numbers(levels, numbers);
    };
    filled.clear();
    let mut row = 0;
    for (start, end) in nulls.valid_slices() {
        levels.push(0, start - row);
        levels.push(1, end - start);
        filled.extend_from_slice(&numbers[start..end]);
        row = end;
    }
    levels.push(0, numbers.len() - row);
    with_numbers(levels, filled)
}

fn with_numbers<N: Number>(levels: Stretches, numbers: &[N]) -> Vec<u8> {
    let mut page = levels.finish();
    let bytes = index32(page.len() - 4);
    page[..4].copy_from_slice(&bytes.to_le_bytes());
    delta::encode(numbers, &mut page);
    page
}
