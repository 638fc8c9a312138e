//! Which texts do the codes of a run stand for? One or more row groups per coded column, in code order from 1.

use std::path::Path;
use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{Array, LargeStringArray, StringArray, UInt32Array};
use arrow_schema::DataType;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::index::index32;

use crate::error::StoreError;
use crate::generation::disk::Disk;
use crate::run::facts::{CodedColumn, FileFacts};
use crate::run::parquet_file::{ParquetFile, damaged};
use crate::run::parquet_output::PlainOutput;
use crate::run::schema::text_columns;

/// Most values of a row group.
const GROUP_VALUES: usize = 1 << 17;

/// Writes the dictionaries and says where each lies.
pub(crate) fn write(
    disk: &Disk,
    path: &Path,
    coded: &[(String, Dictionary)],
) -> Result<(Vec<CodedColumn>, FileFacts), StoreError> {
    let mut output = PlainOutput::create(disk, path, &text_columns())?;
    let mut columns = Vec::with_capacity(coded.len());
    let mut first_group = 0;
    for (name, dictionary) in coded {
        let groups = append(&mut output, name, dictionary.values())?;
        columns.push(CodedColumn {
            name: name.clone(),
            values: index32(dictionary.values().len()),
            first_group,
            groups,
        });
        first_group += groups;
    }
    Ok((columns, output.finish()?))
}

fn append(output: &mut PlainOutput, name: &str, values: &[String]) -> Result<u32, StoreError> {
    let mut code = 1;
    let mut groups = 0;
    for values in values.chunks(GROUP_VALUES) {
        let end = code + index32(values.len());
        let names = StringArray::from_iter_values(values.iter().map(|_| name));
        let codes = UInt32Array::from_iter_values(code..end);
        let values = LargeStringArray::from_iter_values(values);
        output.append(&[Arc::new(names), Arc::new(codes), Arc::new(values)])?;
        (code, groups) = (end, groups + 1);
    }
    Ok(groups)
}

/// Whether the file has the columns that reading takes.
pub(crate) fn fits(file: &ParquetFile) -> bool {
    file.has("code", &DataType::UInt32) && file.has("value", &DataType::LargeUtf8)
}

/// Reads the values of one column.
pub(crate) fn read(file: &ParquetFile, path: &Path, column: &CodedColumn) -> Result<Dictionary, StoreError> {
    let wrong = || damaged(path, &format!("the values of column `{}` are not where they should be", column.name));
    let (first, end) = (column.first_group as usize, column.first_group as usize + column.groups as usize);
    let starts = file.starts().get(first..=end).ok_or_else(wrong)?;
    if starts[starts.len() - 1] - starts[0] != u64::from(column.values) {
        return Err(wrong());
    }
    let batch = file.read(starts[0]..starts[starts.len() - 1], &["code", "value"])?;
    let codes = batch.filled::<UInt32Type>("code")?;
    let texts = batch.texts("value")?;
    let values: Vec<String> = texts.iter().flatten().map(str::to_owned).collect();
    let is_counted = codes.iter().zip(1..).all(|(code, place)| *code == place);
    if !is_counted || texts.null_count() > 0 || !values.is_sorted_by(|before, after| before < after) {
        return Err(wrong());
    }
    Ok(Dictionary::new(values))
}
