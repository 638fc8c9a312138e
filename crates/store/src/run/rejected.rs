//! Which rows did not become events? Kept with the number of their input, in the order in which they came.

use std::path::Path;
use std::sync::Arc;

use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{Array, LargeStringArray, StringArray, UInt32Array, UInt64Array};
use arrow_schema::DataType;
use kundresa_model::quality::{RejectReason, RejectedRow};

use crate::error::StoreError;
use crate::generation::disk::Disk;
use crate::run::facts::FileFacts;
use crate::run::parquet_file::{ParquetFile, damaged};
use crate::run::parquet_output::PlainOutput;
use crate::run::schema::rejected_columns;

/// Rows gathered for a row group.
const GROUP_ROWS: usize = 1 << 14;
/// Bytes of raw text gathered for a row group.
const GROUP_BYTES: usize = 4 << 20;

/// Writes rejected rows.
#[derive(Debug)]
pub(crate) struct RejectedOutput {
    output: PlainOutput,
    inputs: Vec<u32>,
    lines: Vec<u64>,
    reasons: Vec<RejectReason>,
    details: Vec<String>,
    raws: Vec<String>,
    raw_bases: Vec<Option<String>>,
    raw_bytes: usize,
}

impl RejectedOutput {
    /// Creates the file.
    pub(crate) fn create(disk: &Disk, path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            output: PlainOutput::create(disk, path, &rejected_columns())?,
            inputs: Vec::new(),
            lines: Vec::new(),
            reasons: Vec::new(),
            details: Vec::new(),
            raws: Vec::new(),
            raw_bases: Vec::new(),
            raw_bytes: 0,
        })
    }

    /// Appends a row of input `input`.
    pub(crate) fn append(&mut self, input: u32, row: &RejectedRow) -> Result<(), StoreError> {
        self.inputs.push(input);
        self.lines.push(row.line);
        self.reasons.push(row.reason);
        self.details.push(row.detail.clone());
        self.raws.push(row.raw.clone());
        self.raw_bases.push(row.raw_base64.clone());
        self.raw_bytes += row.raw.len() + row.raw_base64.as_ref().map_or(0, String::len);
        if self.inputs.len() == GROUP_ROWS || self.raw_bytes >= GROUP_BYTES { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> Result<(), StoreError> {
        let reasons = StringArray::from_iter_values(self.reasons.drain(..).map(name_of));
        self.raw_bytes = 0;
        self.output.append(&[
            Arc::new(UInt32Array::from(std::mem::take(&mut self.inputs))),
            Arc::new(UInt64Array::from(std::mem::take(&mut self.lines))),
            Arc::new(reasons),
            Arc::new(LargeStringArray::from_iter_values(self.details.drain(..))),
            Arc::new(LargeStringArray::from_iter_values(self.raws.drain(..))),
            Arc::new(LargeStringArray::from_iter(self.raw_bases.drain(..))),
        ])
    }

    /// Completes and syncs the file.
    pub(crate) fn finish(mut self) -> Result<FileFacts, StoreError> {
        if !self.inputs.is_empty() {
            self.write_group()?;
        }
        self.output.finish()
    }
}

/// The name of a reason, as in documents.
fn name_of(reason: RejectReason) -> String {
    serde_json::to_value(reason).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn reason_of(name: Option<&str>) -> Option<RejectReason> {
    serde_json::from_value(name?.into()).ok()
}

/// Whether the file has the columns that reading takes.
pub(crate) fn fits(file: &ParquetFile) -> bool {
    file.has("input", &DataType::UInt32)
        && file.has("line", &DataType::UInt64)
        && ["reason", "detail", "raw"].iter().all(|name| file.has(name, &DataType::LargeUtf8))
}

/// Hands out all rows in order; the name of the input is left empty.
pub(crate) fn read(file: &ParquetFile, path: &Path, visit: &mut dyn FnMut(u32, RejectedRow)) -> Result<(), StoreError> {
    // Runs of earlier versions lack the last column.
    let has_bases = file.has("raw_base64", &DataType::LargeUtf8);
    let columns = ["input", "line", "reason", "detail", "raw", "raw_base64"];
    let columns = if has_bases { &columns[..] } else { &columns[..5] };
    for bounds in file.starts().windows(2) {
        let batch = file.read(bounds[0]..bounds[1], columns)?;
        let (inputs, lines) = (batch.filled::<UInt32Type>("input")?, batch.filled::<UInt64Type>("line")?);
        let (reasons, details, raws) = (batch.texts("reason")?, batch.texts("detail")?, batch.texts("raw")?);
        let bases = if has_bases { Some(batch.texts("raw_base64")?) } else { None };
        let text = |texts: &LargeStringArray, row: usize| texts.is_valid(row).then(|| texts.value(row).to_owned());
        for (row, (input, line)) in inputs.iter().zip(lines.iter()).enumerate() {
            let reason = reasons.is_valid(row).then(|| reasons.value(row));
            let reason = reason_of(reason).ok_or_else(|| damaged(path, "it has an unknown reason"))?;
            let rejected = RejectedRow {
                input: String::new(),
                line: *line,
                reason,
                detail: text(details, row).unwrap_or_default(),
                raw: text(raws, row).unwrap_or_default(),
                raw_base64: bases.and_then(|bases| text(bases, row)),
            };
            visit(*input, rejected);
        }
    }
    Ok(())
}
