//! How does a row group of the nested Parquet export become the values that are wanted of its rows?
//!
//! Only leaves that are used are decoded. Lists may be written with elements called `element` or `item`, integers in any
//! width, texts in any Arrow encoding; records and lists may be null as a whole.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, ListArray, RecordBatch, StringArray, StructArray};
use arrow_buffer::NullBuffer;
use arrow_cast::cast;
use arrow_schema::{DataType, Field as ArrowField, Fields};
use kundresa_model::event_table::EventTable;
use kundresa_model::quality::{PartReport, RejectedRow};
use kundresa_model::source::{BoxError, EventReader};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use super::mapping::Mapping;
use super::names::SEQUENCE;
use super::row::RowWriter;
use super::values::{ITEM_MEMBERS, Values, float_text, hash64, is_json_number, push_item};
use crate::error::IngestError;
use crate::input::Input;
use crate::json::flatten::{Flat, push_member};
use crate::kind::{PartRequest, RowGroup};
use crate::parquet_input::{self, ParquetSample, next_batch, text_column};
use crate::rejects::Rejects;

/// Reads the events of one row group.
pub(super) struct ParquetEvents {
    reader: ParquetRecordBatchReader,
    rows: RowWriter,
    /// Paths of the scalar leaves that are read, each with its place if it has one.
    leaves: Vec<(String, Option<usize>)>,
    values: Values,
    rejects: Rejects,
    input: Arc<Input>,
    first_row: u64,
    batch: Option<Batch>,
}

/// Rows that were decoded and not yet all written.
struct Batch {
    columns: Columns,
    next: usize,
    rows: usize,
}

impl ParquetEvents {
    /// At the first row of the row group.
    pub(super) fn open(mapping: &Mapping, request: &PartRequest, sample: &ParquetSample) -> Result<Self, IngestError> {
        let rows = RowWriter::new(mapping, request);
        let leaves = leaves(&rows, sample);
        let lists = lists(&rows);
        let group = request.row_group.unwrap_or(RowGroup { index: 0, first_row: 0 });
        let mask = mask(sample, &leaves, &lists);
        let reader = parquet_input::reader(&request.input, &sample.metadata, group, mask, request.row_limit())?;
        Ok(Self {
            reader,
            leaves,
            values: Values::new(rows.plan.places.count()),
            rows,
            rejects: Rejects::new(request.input.name(), &request.source_name),
            input: Arc::clone(&request.input),
            first_row: group.first_row,
            batch: None,
        })
    }

    /// The rows that are left of the batch at hand, else those of the next.
    fn next_rows(&mut self) -> Result<Option<Batch>, IngestError> {
        if let Some(batch) = self.batch.take() {
            return Ok(Some(batch));
        }
        let batch = next_batch(&mut self.reader, &self.input)?;
        let batch = batch.map(|batch| (Columns::of(&batch, &self.leaves), batch.num_rows()));
        Ok(batch.map(|(columns, rows)| Batch { columns, next: 0, rows }))
    }

    /// Writes rows until the table is full or the batch at its end.
    fn write(&mut self, mut batch: Batch) {
        while batch.next < batch.rows && !self.rows.writer.is_full() {
            let (row, columns) = (batch.next, &batch.columns);
            batch.next += 1;
            let number = self.first_row + self.rejects.rows_in() + 1;
            self.rejects.row();
            let hash = self.read(columns, row);
            if let Err(refused) = self.rows.write(&mut self.values, hash) {
                self.rows.writer.abandon_row();
                let raw = columns.raw(&self.leaves, row);
                self.rejects.reject(number, refused.reason, refused.detail, raw.as_bytes());
            }
        }
        self.batch = Some(batch).filter(|batch| batch.next < batch.rows);
    }

    /// Fills the values of a row and hands out its hash.
    fn read(&mut self, columns: &Columns, row: usize) -> u64 {
        self.values.clear();
        let (mut core, mut rest) = (Vec::new(), Vec::new());
        for ((path, place), texts) in self.leaves.iter().zip(&columns.leaves) {
            let text = texts.as_ref().filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row));
            push_hashed(if CORE.contains(&path.as_str()) { &mut core } else { &mut rest }, path, text);
            match (text, place) {
                (Some(text), Some(place)) => self.values.set(*place, text, false),
                (Some(text), None) => self.values.add_extra(path, text, false),
                (None, _) => {}
            }
        }
        self.read_lists(columns, row, &mut core, &mut rest);
        hash64(&core) >> 32 << 32 | hash64(&rest) >> 32
    }

    fn read_lists(&mut self, columns: &Columns, row: usize, core: &mut Vec<u8>, rest: &mut Vec<u8>) {
        let Self { rows, values, .. } = self;
        let places = &rows.plan.places;
        columns.params.iter().for_each(|pairs| {
            pairs.visit(row, |key, text, is_number| {
                push_hashed(core, key, Some(text));
                match places.params.get(key) {
                    Some(place) => values.set(*place, text, is_number),
                    None if rows.plan.wants_props => values.add_extra(key, text, is_number),
                    None => {}
                }
            });
        });
        columns.users.iter().for_each(|pairs| {
            pairs.visit(row, |key, text, is_number| {
                push_hashed(rest, key, Some(text));
                match places.users.get(key) {
                    Some(place) => values.set(*place, text, is_number),
                    None if rows.plan.wants_props => values.add_extra(&format!("user.{key}"), text, is_number),
                    None => {}
                }
            });
        });
        if let Some(items) = &columns.items {
            items.visit(row, |index| push_item(&mut values.items, |member| items.text(member, index)));
            push_hashed(rest, "items", Some(&values.items));
        }
    }
}

impl EventReader for ParquetEvents {
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError> {
        let Some(batch) = self.next_rows()? else { return Ok(None) };
        self.write(batch);
        Ok(self.rows.writer.take_table(self.input.name(), false)?)
    }

    fn take_rejected(&mut self) -> Vec<RejectedRow> {
        self.rejects.take()
    }

    fn report(&self) -> PartReport {
        self.rejects.report(self.rows.writer.bad_values())
    }
}

/// Leaves that every command reads. With the parameters, which every command reads too, they make the upper half of the
/// hash, so the order of rows that differ in them never depends on what else is read.
const CORE: [&str; 9] = [
    "event_timestamp",
    "event_name",
    "user_pseudo_id",
    "user_id",
    "ecommerce.purchase_revenue",
    "ecommerce.refund_value",
    SEQUENCE[0],
    SEQUENCE[1],
    SEQUENCE[2],
];

/// Appends name and value so that no two different lists of pairs give the same bytes.
fn push_hashed(out: &mut Vec<u8>, name: &str, value: Option<&str>) {
    for text in [Some(name), value] {
        let length = text.map_or(u64::MAX, |text| text.len() as u64);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(text.unwrap_or_default().as_bytes());
    }
}

/// The scalar leaves to read, in a fixed order: those with a place, or all where everything is wanted.
fn leaves(rows: &RowWriter, sample: &ParquetSample) -> Vec<(String, Option<usize>)> {
    let places = &rows.plan.places.leaves;
    let mut leaves: Vec<(String, Option<usize>)> =
        sample.columns.iter().map(|path| (path.clone(), places.get(path).copied())).collect();
    leaves.retain(|(_, place)| place.is_some() || rows.plan.wants_props);
    leaves.sort_unstable();
    leaves
}

/// The repeated records to read, with the members that are used.
fn lists(rows: &RowWriter) -> Vec<(&'static str, Vec<&'static str>)> {
    let pair = || vec!["key", "value.string_value", "value.int_value", "value.float_value", "value.double_value"];
    let mut lists = vec![("event_params", pair())];
    if rows.plan.wants_props || !rows.plan.places.users.is_empty() {
        lists.push(("user_properties", pair()));
    }
    if rows.plan.wants_items {
        lists.push(("items", ITEM_MEMBERS.iter().map(|(name, _, _)| *name).collect()));
    }
    lists
}

fn mask(sample: &ParquetSample, leaves: &[(String, Option<usize>)], lists: &[(&str, Vec<&str>)]) -> ProjectionMask {
    let mut paths = Vec::new();
    for field in sample.schema.fields() {
        push_paths(field, field.name().clone(), &mut paths);
    }
    let in_list = |path: &str| {
        let parts = path.split_once('.');
        parts.is_some_and(|(list, member)| {
            lists.iter().any(|(name, members)| *name == list && members.contains(&member))
        })
    };
    let is_kept = |path: &str| in_list(path) || leaves.binary_search_by(|(leaf, _)| leaf.as_str().cmp(path)).is_ok();
    let kept = paths.iter().enumerate().filter(|(_, path)| is_kept(path)).map(|(index, _)| index);
    ProjectionMask::leaves(sample.metadata.parquet_schema(), kept)
}

/// Paths of all leaves in file order; lists leave no trace in a path, whatever their elements are called.
fn push_paths(field: &ArrowField, path: String, out: &mut Vec<String>) {
    match field.data_type() {
        DataType::Struct(members) => push_members(members, &path, out),
        DataType::List(element) | DataType::LargeList(element) | DataType::FixedSizeList(element, _) => {
            push_paths(element, path, out);
        }
        DataType::Map(entries, _) => push_paths(entries, path, out),
        _ => out.push(path),
    }
}

fn push_members(members: &Fields, path: &str, out: &mut Vec<String>) {
    for member in members {
        push_paths(member, format!("{path}.{}", member.name()), out);
    }
}

/// The columns of one batch.
struct Columns {
    leaves: Vec<Option<StringArray>>,
    params: Option<PairList>,
    users: Option<PairList>,
    items: Option<ItemList>,
}

impl Columns {
    fn of(batch: &RecordBatch, leaves: &[(String, Option<usize>)]) -> Self {
        let list = |name: &str| batch.column_by_name(name).and_then(List::of);
        Self {
            leaves: leaves
                .iter()
                .map(|(path, _)| parquet_input::column(batch, path).map(|array| texts(&array)))
                .collect(),
            params: list("event_params").and_then(PairList::of),
            users: list("user_properties").and_then(PairList::of),
            items: list("items").map(ItemList::of),
        }
    }

    /// What was read of a row, as JSON.
    fn raw(&self, leaves: &[(String, Option<usize>)], row: usize) -> String {
        let mut out = String::new();
        for ((path, _), texts) in leaves.iter().zip(&self.leaves) {
            if let Some(texts) = texts.as_ref().filter(|texts| texts.is_valid(row)) {
                push_member(&mut out, path, Flat::Text(texts.value(row)));
            }
        }
        if let Some(params) = &self.params {
            params.visit(row, |key, text, is_number| {
                let value = if is_number { Flat::Json(text) } else { Flat::Text(text) };
                push_member(&mut out, &format!("event_params.{key}"), value);
            });
        }
        if out.is_empty() { "{}".to_owned() } else { out + "}" }
    }
}

/// Every value of a scalar column as canonical text.
fn texts(array: &ArrayRef) -> StringArray {
    match array.data_type() {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => {
            floats(array).iter().map(|number| number.map(float_text)).collect()
        }
        _ => text_column(array),
    }
}

fn floats(array: &ArrayRef) -> Float64Array {
    let numbers = cast(array, &DataType::Float64).ok();
    let numbers = numbers.and_then(|array| array.as_primitive_opt::<Float64Type>().cloned());
    numbers.unwrap_or_else(|| Float64Array::new_null(array.len()))
}

fn integers(array: &ArrayRef) -> Int64Array {
    let numbers = cast(array, &DataType::Int64).ok();
    let numbers = numbers.and_then(|array| array.as_primitive_opt::<Int64Type>().cloned());
    numbers.unwrap_or_else(|| Int64Array::new_null(array.len()))
}

/// A repeated record.
struct List {
    rows: ListArray,
    records: StructArray,
}

impl List {
    fn of(array: &ArrayRef) -> Option<Self> {
        let rows = match array.data_type() {
            DataType::List(_) => array.as_list::<i32>().clone(),
            DataType::LargeList(element) | DataType::FixedSizeList(element, _) => {
                cast(array, &DataType::List(Arc::clone(element))).ok()?.as_list_opt::<i32>()?.clone()
            }
            _ => return None,
        };
        let records = rows.values().as_struct_opt()?.clone();
        Some(Self { rows, records })
    }

    /// Positions of the records of a row.
    fn positions(&self, row: usize) -> std::ops::Range<usize> {
        if self.rows.is_null(row) {
            return 0..0;
        }
        let offset = |index: usize| usize::try_from(self.rows.value_offsets()[index]).unwrap_or_default();
        offset(row)..offset(row + 1)
    }
}

/// A repeated record of keys and values.
struct PairList {
    list: List,
    keys: StringArray,
    values: PairValues,
}

/// The members of a value, one of which is filled.
struct PairValues {
    valid: Option<NullBuffer>,
    text: Option<StringArray>,
    int: Option<Int64Array>,
    floats: Vec<Float64Array>,
}

impl PairList {
    fn of(list: List) -> Option<Self> {
        let keys = text_column(list.records.column_by_name("key")?);
        let value = list.records.column_by_name("value")?.as_struct_opt()?;
        let values = PairValues {
            valid: value.nulls().cloned(),
            text: value.column_by_name("string_value").map(text_column),
            int: value.column_by_name("int_value").map(integers),
            floats: ["float_value", "double_value"]
                .iter()
                .filter_map(|name| value.column_by_name(name))
                .map(floats)
                .collect(),
        };
        Some(Self { list, keys, values })
    }

    /// Calls `visit` with key, canonical text and whether it is a number, for every filled pair of a row.
    fn visit(&self, row: usize, mut visit: impl FnMut(&str, &str, bool)) {
        for index in self.list.positions(row) {
            if self.keys.is_valid(index) {
                self.values.visit(index, |text, is_number| visit(self.keys.value(index), text, is_number));
            }
        }
    }
}

impl PairValues {
    fn visit(&self, index: usize, visit: impl FnOnce(&str, bool)) {
        if self.valid.as_ref().is_some_and(|valid| valid.is_null(index)) {
            return;
        }
        if let Some(text) = self.text.as_ref().filter(|text| text.is_valid(index)) {
            return visit(text.value(index), false);
        }
        if let Some(int) = self.int.as_ref().filter(|int| int.is_valid(index)) {
            return visit(&int.value(index).to_string(), true);
        }
        if let Some(floats) = self.floats.iter().find(|floats| floats.is_valid(index)) {
            let text = float_text(floats.value(index));
            visit(&text, is_json_number(&text));
        }
    }
}

/// The repeated record of items.
struct ItemList {
    list: List,
    members: [Option<StringArray>; ITEM_MEMBERS.len()],
}

impl ItemList {
    fn of(list: List) -> Self {
        let members = ITEM_MEMBERS.map(|(name, _, _)| list.records.column_by_name(name).map(texts));
        Self { list, members }
    }

    /// Calls `visit` with the position of every item of a row.
    fn visit(&self, row: usize, visit: impl FnMut(usize)) {
        self.list.positions(row).for_each(visit);
    }

    fn text(&self, member: usize, index: usize) -> Option<&str> {
        let texts = self.members[member].as_ref().filter(|texts| texts.is_valid(index))?;
        Some(texts.value(index))
    }
}
