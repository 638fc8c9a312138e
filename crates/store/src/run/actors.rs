//! Which actors does a run hold, and how many rows has each?
//!
//! An actor stands in the row group of `actors.parquet` that belongs to the row group of `events.parquet` in which its
//! rows begin. A row group of events in which no actor begins has none there, so that row group *k* of actors belongs
//! to the *k*-th row group of events in which actors begin.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::{TimestampMicrosecondType, UInt8Type, UInt64Type};
use arrow_array::{ArrayRef, StringArray, TimestampMicrosecondArray, UInt8Array, UInt64Array};
use arrow_schema::DataType;

use crate::block::Block;
use crate::error::StoreError;
use crate::generation::disk::Disk;
use crate::run::facts::FileFacts;
use crate::run::pages::{self, Spare};
use crate::run::parquet_file::{Batch, ParquetFile, damaged};
use crate::run::parquet_output::PlainOutput;
use crate::run::reader::ActorRows;
use crate::run::schema::{actor_columns, time_type};

/// Numbers of the actors of a block, the continued one included; [`ActorRows::name`] says who they are.
pub(crate) fn numbers_of(block: &Block) -> ActorRows {
    let bounds = || block.offsets.windows(2).map(|bounds| (bounds[0] as usize, bounds[1] as usize));
    ActorRows {
        rows: bounds().map(|(first, end)| (end - first) as u64).collect(),
        first_ts: bounds().map(|(first, _)| block.ts[first]).collect(),
        last_ts: bounds().map(|(_, end)| block.ts[end - 1]).collect(),
        ..ActorRows::default()
    }
}

impl ActorRows {
    /// Takes the names of the actors of a block.
    pub(crate) fn name(&mut self, block: Block) {
        (self.keys, self.classes, self.ids) = (block.keys, block.classes, block.ids);
    }
}

/// Writes actors; those of the last row group wait, since the last of them may go on.
#[derive(Debug)]
pub(crate) struct ActorsOutput {
    output: PlainOutput,
    waiting: ActorRows,
}

impl ActorsOutput {
    /// Creates the file.
    pub(crate) fn create(disk: &Disk, path: &Path) -> Result<Self, StoreError> {
        Ok(Self { output: PlainOutput::create(disk, path, &actor_columns())?, waiting: ActorRows::default() })
    }

    /// Takes the actors of the next row group and says how many of them begin there; `None` if the first should go on
    /// with another actor than the last.
    pub(crate) fn append(&mut self, mut actors: ActorRows, continues: bool) -> Result<Option<u32>, StoreError> {
        if continues && !self.go_on(&mut actors) {
            return Ok(None);
        }
        let begun = actors.keys.len();
        if begun > 0 {
            self.write_waiting()?;
            self.waiting = actors;
        }
        Ok(u32::try_from(begun).ok())
    }

    /// Adds the first actor's rows to the last one waiting.
    fn go_on(&mut self, actors: &mut ActorRows) -> bool {
        let is_same = self.waiting.keys.last().is_some_and(|key| actors.keys.first() == Some(key))
            && self.waiting.ids.last() == actors.ids.first();
        let Some(last) = self.waiting.keys.len().checked_sub(1).filter(|_| is_same) else { return false };
        actors.keys.remove(0);
        actors.classes.remove(0);
        actors.ids.remove(0);
        actors.first_ts.remove(0);
        self.waiting.rows[last] += actors.rows.remove(0);
        self.waiting.last_ts[last] = actors.last_ts.remove(0);
        true
    }

    fn write_waiting(&mut self) -> Result<(), StoreError> {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.keys.is_empty() {
            return Ok(());
        }
        let time =
            |times: Vec<i64>| -> ArrayRef { Arc::new(TimestampMicrosecondArray::from(times).with_timezone("UTC")) };
        self.output.append(&[
            Arc::new(UInt64Array::from(waiting.keys)),
            Arc::new(UInt8Array::from(waiting.classes)),
            Arc::new(StringArray::from_iter_values(&waiting.ids)),
            Arc::new(UInt64Array::from(waiting.rows)),
            time(waiting.first_ts),
            time(waiting.last_ts),
        ])
    }

    /// Completes and syncs the file.
    pub(crate) fn finish(mut self) -> Result<FileFacts, StoreError> {
        self.write_waiting()?;
        self.output.finish()
    }
}

/// Whether the file has the columns that reading takes.
pub(crate) fn fits(file: &ParquetFile) -> bool {
    ["key", "rows"].iter().all(|name| file.has(name, &DataType::UInt64))
        && ["first_ts", "last_ts"].iter().all(|name| file.has(name, &time_type()))
        && file.has("class", &DataType::UInt8)
        && file.has("id", &DataType::LargeUtf8)
}

/// Reads the actors of some row groups; classes and ids only `with_ids`.
pub(crate) fn read(
    file: &ParquetFile,
    path: &Path,
    groups: Range<usize>,
    with_ids: bool,
) -> Result<ActorRows, StoreError> {
    let names = ["key", "rows", "first_ts", "last_ts", "class", "id"];
    let batch = read_columns(file, path, groups, if with_ids { &names[..] } else { &names[..4] })?;
    let mut actors = ActorRows {
        keys: batch.filled::<UInt64Type>("key")?.to_vec(),
        rows: batch.filled::<UInt64Type>("rows")?.to_vec(),
        first_ts: batch.filled::<TimestampMicrosecondType>("first_ts")?.to_vec(),
        last_ts: batch.filled::<TimestampMicrosecondType>("last_ts")?.to_vec(),
        ..ActorRows::default()
    };
    if with_ids {
        actors.classes = batch.filled::<UInt8Type>("class")?.to_vec();
        actors.ids = batch.texts("id")?.iter().map(|id| id.unwrap_or_default().to_owned()).collect();
    }
    Ok(actors)
}

/// Reads nothing of the actors but how many rows each has.
pub(crate) fn read_rows(
    file: &ParquetFile,
    path: &Path,
    groups: Range<usize>,
    spare: &mut Spare,
) -> Result<Vec<u64>, StoreError> {
    let Spare { values, padded, .. } = spare;
    if pages::filled(file, groups.clone(), "rows", values, padded).is_some() {
        return Ok(values.iter().map(|rows| rows.cast_unsigned()).collect());
    }
    Ok(read_columns(file, path, groups, &["rows"])?.filled::<UInt64Type>("rows")?.to_vec())
}

fn read_columns<'f>(
    file: &'f ParquetFile,
    path: &Path,
    groups: Range<usize>,
    names: &[&str],
) -> Result<Batch<'f>, StoreError> {
    let starts = file.starts().get(groups.start..=groups.end).ok_or_else(|| damaged(path, "row groups are missing"))?;
    file.read(starts[0]..starts[starts.len() - 1], names)
}
