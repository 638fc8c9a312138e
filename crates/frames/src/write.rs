//! How does a table become a file?

use std::io::Write;

use polars::prelude::{
    Column, CsvWriter, DataFrame, DataType, IntoColumn, IntoSeries, ParquetCompression, ParquetWriter, QuoteStyle,
    SerWriter,
};

use crate::error::FramesError;

/// ISO 8601 in UTC, always with microseconds: texts of one width sort like the times.
const INSTANT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

/// Writes the table as CSV: UTF-8, comma, one header line, `\n`; times as `2026-03-01T09:30:00.000000Z`.
///
/// Null is an empty field, the empty text is `""`. Times without a zone are taken as UTC, like all times of this crate.
///
/// # Errors
/// When writing fails.
pub fn write_csv(frame: &DataFrame, writer: impl Write) -> Result<(), FramesError> {
    write_csv_part(frame, writer, true)
}

/// As [`write_csv`]; the header line is left out where rows continue a file.
pub(crate) fn write_csv_part(frame: &DataFrame, mut writer: impl Write, header: bool) -> Result<(), FramesError> {
    let mut frame = without_zones(frame)?;
    CsvWriter::new(&mut writer)
        .include_header(header)
        .with_datetime_format(Some(INSTANT.into()))
        .with_quote_style(QuoteStyle::Necessary)
        .finish(&mut frame)?;
    writer.flush().map_err(polars::error::PolarsError::from)?;
    Ok(())
}

/// Writes the table as Parquet, compressed with zstd; times are UTC microseconds.
///
/// # Errors
/// When writing fails.
pub fn write_parquet(frame: &DataFrame, writer: impl Write) -> Result<(), FramesError> {
    parquet_writer(writer).finish(&mut frame.clone())?;
    Ok(())
}

pub(crate) fn parquet_writer<W: Write>(writer: W) -> ParquetWriter<W> {
    ParquetWriter::new(writer).with_compression(ParquetCompression::Zstd(None))
}

/// The same times without a zone. Polars' CSV writer panics on times with one unless a time zone database is compiled in.
fn without_zones(frame: &DataFrame) -> Result<DataFrame, FramesError> {
    let columns: Result<Vec<Column>, FramesError> = frame.columns().iter().map(without_zone).collect();
    Ok(DataFrame::new(frame.height(), columns?)?)
}

fn without_zone(column: &Column) -> Result<Column, FramesError> {
    let DataType::Datetime(unit, Some(_)) = column.dtype() else { return Ok(column.clone()) };
    let instants = column.datetime()?.physical().clone().into_datetime(*unit, None);
    Ok(instants.into_series().into_column())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array};
    use polars::prelude::{ParquetReader, SerReader, TimeUnit, TimeZone};

    use super::*;
    use crate::bridge;

    fn frame() -> DataFrame {
        let ts = TimestampMicrosecondArray::from(vec![Some(0), Some(-1), None]).with_timezone("UTC");
        let text = StringArray::from(vec![Some("a,b \"c\"\nd"), Some(""), None]);
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("ts", Arc::new(ts)),
            ("text", Arc::new(text)),
            ("count", Arc::new(UInt64Array::from(vec![Some(u64::MAX), None, Some(0)]))),
            ("value", Arc::new(Float64Array::from(vec![Some(0.1), Some(1.0), None]))),
        ];
        bridge::to_polars(
            &RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
                .unwrap(),
        )
        .unwrap()
    }

    #[test]
    fn csv_shows_utc_instants_quotes_texts_and_keeps_null_apart_from_empty() {
        let mut bytes = Vec::new();
        write_csv(&frame(), &mut bytes).unwrap();
        let expected = "ts,text,count,value\n\
            1970-01-01T00:00:00.000000Z,\"a,b \"\"c\"\"\nd\",18446744073709551615,0.1\n\
            1969-12-31T23:59:59.999999Z,\"\",,1.0\n\
            ,,0,\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn parquet_reads_back_as_written() {
        let mut bytes = Vec::new();
        write_parquet(&frame(), &mut bytes).unwrap();
        let back = ParquetReader::new(std::io::Cursor::new(bytes)).finish().unwrap();
        assert!(back.equals_missing(&frame()));
        assert_eq!(*back.columns()[0].dtype(), DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)));
    }
}
