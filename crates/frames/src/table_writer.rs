//! How does a table that is too long to hold become a file?
//!
//! Batch by batch. CSV lines go out as they come. Parquet needs row groups of a useful size, so batches are kept until
//! they fill one; no more than one row group is ever held.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use polars::frame::DataFrame;
use polars::io::parquet::write::BatchedWriter;

use crate::bridge;
use crate::error::FramesError;
use crate::write::{parquet_writer, write_csv_part};

/// Rows of a Parquet row group: Polars' own choice for whole tables.
const ROW_GROUP: usize = 512 * 512;

/// Writes Arrow batches of one schema as one CSV or Parquet file, in the formats of [`crate::write_csv`] and
/// [`crate::write_parquet`].
///
/// Without batches the file has its header, or schema, and no rows.
///
/// ```
/// # use std::sync::Arc;
/// # use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// # use kundresa_frames::TableWriter;
/// let actors: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
/// let batch = RecordBatch::try_from_iter([("actor", actors)])?;
/// let mut file = Vec::new();
/// let mut table = TableWriter::csv(&mut file, &batch.schema())?;
/// table.write(&batch)?;
/// table.write(&batch.slice(0, 1))?;
/// table.finish()?;
/// assert_eq!(file, b"actor\na\nb\na\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TableWriter<W: Write> {
    schema: Schema,
    sink: Sink<W>,
}

enum Sink<W: Write> {
    Csv { writer: W, begun: bool },
    Parquet { writer: Box<BatchedWriter<W>>, pending: DataFrame },
}

impl<W: Write> TableWriter<W> {
    /// A CSV file with the columns of `schema`.
    ///
    /// # Errors
    /// When a column has a type that tables do not carry.
    pub fn csv(writer: W, schema: &Schema) -> Result<Self, FramesError> {
        rowless(schema)?;
        Ok(Self { schema: schema.clone(), sink: Sink::Csv { writer, begun: false } })
    }

    /// A Parquet file with the columns of `schema`.
    ///
    /// # Errors
    /// When a column has a type that tables do not carry, or writing fails.
    pub fn parquet(writer: W, schema: &Schema) -> Result<Self, FramesError> {
        let pending = rowless(schema)?;
        let writer = Box::new(parquet_writer(writer).batched(pending.schema())?);
        Ok(Self { schema: schema.clone(), sink: Sink::Parquet { writer, pending } })
    }

    /// Appends the rows of `batch`.
    ///
    /// # Errors
    /// When its column names or types differ from the schema the table was begun with, or writing fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), FramesError> {
        if !same_columns(&self.schema, &batch.schema()) {
            return Err(FramesError::OtherColumns {
                expected: described(&self.schema),
                found: described(&batch.schema()),
            });
        }
        self.sink.append(bridge::to_polars(batch)?)
    }

    /// Writes what is left and ends the file.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(self) -> Result<(), FramesError> {
        match self.sink {
            Sink::Csv { begun: true, .. } => Ok(()),
            Sink::Csv { writer, begun: false } => write_csv_part(&rowless(&self.schema)?, writer, true),
            Sink::Parquet { mut writer, pending } => {
                write_row_group(&mut writer, pending)?;
                writer.finish()?;
                Ok(())
            }
        }
    }
}

impl<W: Write> Sink<W> {
    fn append(&mut self, rows: DataFrame) -> Result<(), FramesError> {
        match self {
            Self::Csv { writer, begun } => {
                write_csv_part(&rows, writer, !*begun)?;
                *begun = true;
            }
            Self::Parquet { writer, pending } => {
                pending.vstack_mut_owned(rows)?;
                while pending.height() >= ROW_GROUP {
                    write_row_group(writer, pending.head(Some(ROW_GROUP)))?;
                    *pending = pending.tail(Some(pending.height() - ROW_GROUP));
                }
            }
        }
        Ok(())
    }
}

fn write_row_group<W: Write>(writer: &mut BatchedWriter<W>, mut rows: DataFrame) -> Result<(), FramesError> {
    rows.rechunk_mut();
    writer.write_batch(&rows)?;
    Ok(())
}

/// The table of that schema without rows.
fn rowless(schema: &Schema) -> Result<DataFrame, FramesError> {
    bridge::to_polars(&RecordBatch::new_empty(schema.clone().into()))
}

fn same_columns(left: &Schema, right: &Schema) -> bool {
    let names_and_types = |schema: &Schema| -> Vec<_> {
        schema.fields().iter().map(|field| (field.name().clone(), field.data_type().clone())).collect()
    };
    names_and_types(left) == names_and_types(right)
}

fn described(schema: &Schema) -> String {
    let fields: Vec<_> =
        schema.fields().iter().map(|field| format!("{}: {}", field.name(), field.data_type())).collect();
    fields.join(", ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::UInt32Type;
    use arrow_array::{ArrayRef, DictionaryArray, StringArray, TimestampMicrosecondArray, UInt32Array};
    use polars::prelude::{ParquetReader, SerReader};

    use super::*;

    fn labelled(rows: std::ops::Range<u32>) -> RecordBatch {
        let ts = rows.clone().map(|row| i64::from(row) * 1_000_000);
        let event: DictionaryArray<UInt32Type> = rows
            .clone()
            .map(|row| Some(["page_view", "view_item", "a rather long event name"][row as usize % 3]))
            .collect();
        let actor = StringArray::from_iter(rows.clone().map(|row| (row % 5 > 0).then(|| format!("actor {}", row / 7))));
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("actor", Arc::new(actor)),
            ("ts", Arc::new(TimestampMicrosecondArray::from_iter_values(ts).with_timezone("UTC"))),
            ("event", Arc::new(event)),
            ("session_index", Arc::new(UInt32Array::from_iter_values(rows))),
        ];
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap()
    }

    fn written(parquet: bool, batches: &[RecordBatch]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let schema = labelled(0..0).schema();
        let table =
            if parquet { TableWriter::parquet(&mut bytes, &schema) } else { TableWriter::csv(&mut bytes, &schema) };
        let mut table = table.unwrap();
        batches.iter().for_each(|batch| table.write(batch).unwrap());
        table.finish().unwrap();
        bytes
    }

    #[test]
    fn pieces_give_the_same_csv_as_the_whole() {
        let whole = labelled(0..1_000);
        let pieces: Vec<_> = (0..10).map(|piece| whole.slice(piece * 100, 100)).collect();
        let bytes = written(false, &pieces);
        assert_eq!(bytes, written(false, &[whole]));
        let second_line = "actor 0,1970-01-01T00:00:01.000000Z,view_item,1";
        assert_eq!(String::from_utf8(bytes).unwrap().lines().nth(2), Some(second_line));
    }

    #[test]
    fn parquet_of_several_row_groups_reads_back_as_written() {
        let rows = u32::try_from(2 * ROW_GROUP + 10).unwrap();
        let whole = labelled(0..rows);
        let half = ROW_GROUP + 5_000;
        let bytes = written(
            true,
            &[whole.slice(0, 3), whole.slice(3, half), whole.slice(3 + half, whole.num_rows() - half - 3)],
        );
        let mut reader = ParquetReader::new(std::io::Cursor::new(bytes));
        assert_eq!(reader.get_metadata().unwrap().row_groups.len(), 3);
        assert!(reader.finish().unwrap().equals_missing(&bridge::to_polars(&whole).unwrap()));
    }

    #[test]
    fn a_table_without_rows_has_its_columns() {
        assert_eq!(written(false, &[]), b"actor,ts,event,session_index\n");
        assert_eq!(written(false, &[labelled(0..0)]), b"actor,ts,event,session_index\n");
        let frame = ParquetReader::new(std::io::Cursor::new(written(true, &[]))).finish().unwrap();
        assert_eq!(frame.shape(), (0, 4));
    }

    #[test]
    fn a_batch_with_other_columns_is_refused() {
        let mut bytes = Vec::new();
        let mut table = TableWriter::csv(&mut bytes, &labelled(0..0).schema()).unwrap();
        let error = table.write(&labelled(0..2).project(&[3]).unwrap()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a batch has the columns session_index: UInt32, but its table was begun with actor: Utf8, \
             ts: Timestamp(µs, \"UTC\"), event: Dictionary(UInt32, Utf8), session_index: UInt32"
        );
    }

    #[test]
    fn a_full_disk_is_an_error() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let schema = labelled(0..0).schema();
        assert!(TableWriter::csv(Full, &schema).unwrap().write(&labelled(0..3)).is_err());
        let mut table = TableWriter::parquet(Full, &schema).unwrap();
        table.write(&labelled(0..3)).unwrap();
        assert!(table.finish().is_err());
    }
}
