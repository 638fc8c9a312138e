//! How does a block become an encoded row group? On any thread; what comes out depends on the block alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, DictionaryArray, Float64Array, Int32Array, Int64Array, LargeStringArray, StringArray,
    TimestampMicrosecondArray, UInt8Array, UInt32Array, UInt64Array, new_null_array,
};
use arrow_buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow_schema::DataType;
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_times::EventTimes;
use kundresa_model::field::text;
use kundresa_model::index::index32;
use parquet::errors::ParquetError;

use crate::block::Block;
use crate::error::StoreError;
use crate::run::actors;
use crate::run::chunks::Chunk;
use crate::run::facts::Optional;
use crate::run::filter::{EventKeys, short};
use crate::run::hashed_file::write_error;
use crate::run::items::{self, EncodedItems};
use crate::run::parquet_output::ChunkEncoder;
use crate::run::reader::ActorRows;
use crate::run::schema::{EVENTS, Shape, TextNames, event_columns, is_property, item_columns};
use crate::run::writer::Layout;
use crate::shuffle::scatter::NO_SEQUENCE;

/// Encodes row groups; shared by threads.
#[derive(Debug)]
pub(crate) struct RunEncoder {
    /// Number of coded columns.
    coded: usize,
    wide: Vec<String>,
    has: Optional,
    /// Per coded column with a numeric twin: its index and the number of each code, NaN where it is none.
    twins: Vec<(usize, Vec<f64>)>,
    sources: Sources,
    identified: ChunkEncoder,
    unidentified: ChunkEncoder,
    items: ChunkEncoder,
}

/// One encoded row group with what its actors and items need.
#[derive(Debug)]
pub(crate) struct EncodedGroup {
    pub(crate) rows: u32,
    pub(crate) chunks: Vec<Chunk>,
    pub(crate) actors: ActorRows,
    pub(crate) continues: bool,
    pub(crate) items: Option<EncodedItems>,
    pub(crate) duplicates: Vec<u32>,
    pub(crate) event_keys: Vec<u64>,
    pub(crate) inputs: BTreeSet<u32>,
    pub(crate) times: Option<(i64, i64)>,
    pub(crate) event_times: EventTimes,
    /// Flags of all rows, if they are the same.
    pub(crate) flags: Option<u8>,
}

/// Shapes of the files of events.
#[derive(Debug)]
pub(crate) struct EventShapes {
    pub(crate) identified: Shape,
    pub(crate) unidentified: Shape,
    pub(crate) items: Shape,
}

/// Where the name of a row's source stands.
#[derive(Clone, Debug)]
enum Sources {
    Coded(usize, Dictionary),
    Wide(usize),
    Nowhere,
}

impl RunEncoder {
    /// An encoder for runs of that layout, with the shapes of their files.
    pub(crate) fn new(layout: &Layout) -> Result<(Self, EventShapes), ParquetError> {
        let names = TextNames::new(layout.coded.iter().map(|(name, _)| name.as_str()), &layout.wide);
        let twins = twins(&layout.coded);
        let shape = |has_actors| {
            let twins = twins.iter().map(|(column, _)| layout.coded[*column].0.as_str());
            Shape::new(&event_columns(has_actors, &names, twins, &layout.has))
        };
        let shapes =
            EventShapes { identified: shape(true)?, unidentified: shape(false)?, items: Shape::new(&item_columns())? };
        let encoder = Self {
            coded: layout.coded.len(),
            wide: layout.wide.clone(),
            has: layout.has,
            sources: Sources::of(layout),
            identified: ChunkEncoder::new(&shapes.identified)?,
            unidentified: ChunkEncoder::new(&shapes.unidentified)?,
            items: ChunkEncoder::new(&shapes.items)?,
            twins,
        };
        Ok((encoder, shapes))
    }

    /// One row group. A block holds at most [`GROUP_ROWS`](crate::run::writer::GROUP_ROWS) rows.
    ///
    /// # Errors
    /// When the block does not fit the layout.
    pub(crate) fn encode(&self, block: Block) -> Result<EncodedGroup, StoreError> {
        self.group(block).map_err(|cause| write_error(Path::new(EVENTS), cause))
    }

    fn group(&self, mut block: Block) -> Result<EncodedGroup, ParquetError> {
        let encoder = if block.keys.is_empty() { &self.unidentified } else { &self.identified };
        let range = block.ts.iter().copied().min().zip(block.ts.iter().copied().max());
        let mut event_times = EventTimes::default();
        event_times.add(&block.ts, &block.flags);
        let event_keys = self.event_keys(&block);
        let mut group = EncodedGroup {
            rows: index32(block.rows()),
            chunks: Vec::new(),
            actors: actors::numbers_of(&block),
            continues: block.continues,
            items: self.items(&block)?,
            duplicates: block.duplicates.clone(),
            event_keys,
            inputs: inputs(&block.place.input),
            times: range,
            event_times,
            flags: block.flags.first().copied().filter(|first| block.flags.iter().all(|flags| flags == first)),
        };
        // Names may be the same where classes are not.
        let is_one_class = block.classes.first().is_some_and(|first| block.classes.iter().all(|class| class == first));
        group.chunks.extend(match is_one_class {
            true => encoder.encode_actors(&block.ids, &block.offsets)?,
            false => None,
        });
        let first = group.chunks.len();
        group.chunks.extend(encoder.encode_from(first, &self.columns(&mut block, first == 0))?);
        group.actors.name(block);
        Ok(group)
    }

    fn items(&self, block: &Block) -> Result<Option<EncodedItems>, ParquetError> {
        let column = self.wide.iter().position(|name| name == text::ITEMS);
        match column.and_then(|column| texts_of(block, column)) {
            Some(texts) => items::encode(&self.items, texts),
            None => Ok(None),
        }
    }

    /// Columns of the group, in the order of the schema, the first of them only `with_actors`. Numbers are handed over, not
    /// copied.
    fn columns(&self, block: &mut Block, with_actors: bool) -> Vec<ArrayRef> {
        let (rows, has) = (block.rows(), &self.has);
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(16);
        columns.extend(with_actors.then(|| actor_column(block)));
        columns.push(class_column(block));
        let twins: Vec<ArrayRef> =
            self.twins.iter().map(|(column, numbers)| twin_column(codes_of(block, *column), numbers, rows)).collect();
        columns.push(Arc::new(TimestampMicrosecondArray::from(std::mem::take(&mut block.ts)).with_timezone("UTC")));
        columns.push(Arc::new(UInt8Array::new(filled(std::mem::take(&mut block.flags), rows), None)));
        block.text.resize_with(self.coded, Vec::new);
        columns.extend(std::mem::take(&mut block.text).into_iter().map(|codes| codes_column(codes, rows)));
        let wide = self.wide.iter().enumerate().filter(|(_, name)| *name != text::ITEMS);
        columns.extend(wide.map(|(column, _)| texts_column(texts_of(block, column), rows)));
        columns.extend(twins);
        columns.extend(has.value.then(|| marked_column(std::mem::take(&mut block.value), NO_VALUE, rows)));
        let others = block.others.iter().zip(has.others).filter(|(_, has)| *has);
        columns.extend(others.map(|(texts, _)| texts_column(texts.as_ref(), rows)));
        columns.extend(has.event_id.then(|| texts_column(block.event_id.as_ref(), rows)));
        let place = std::mem::take(&mut block.place);
        let sequence = place.sequence.into_iter().zip(has.sequence).filter(|(_, has)| *has);
        columns.extend(sequence.map(|(numbers, _)| marked_column(numbers, NO_SEQUENCE, rows)));
        columns.push(codes_column(place.input, rows));
        columns.push(Arc::new(UInt64Array::new(filled(place.row, rows), None)));
        columns.extend(has.position.then(|| codes_column(place.position, rows)));
        columns
    }

    /// Keys of the group's event ids, for the filter.
    fn event_keys(&self, block: &Block) -> Vec<u64> {
        let Some(ids) = block.event_id.as_ref().filter(|_| self.has.event_id) else { return Vec::new() };
        let mut keys = EventKeys::default();
        let filled = ids.iter().enumerate().filter_map(|(row, id)| Some((row, id.filter(|id| !id.is_empty())?)));
        filled.map(|(row, id)| short(keys.key(self.sources.name(block, row), id))).collect()
    }
}

impl Sources {
    fn of(layout: &Layout) -> Self {
        let is_it = |name: &str| name == text::SOURCE_NAME;
        if let Some(column) = layout.coded.iter().position(|(name, _)| is_it(name)) {
            return Self::Coded(column, layout.coded[column].1.clone());
        }
        layout.wide.iter().position(|name| is_it(name)).map_or(Self::Nowhere, Self::Wide)
    }

    fn name<'a>(&'a self, block: &'a Block, row: usize) -> &'a str {
        let name = match self {
            Self::Coded(column, names) => codes_of(block, *column).get(row).and_then(|code| names.value(*code)),
            Self::Wide(column) => texts_of(block, *column).map(|texts| texts.value(row)),
            Self::Nowhere => None,
        };
        name.unwrap_or_default()
    }
}

/// Numeric twins of properties with a value that reads as a number.
fn twins(coded: &[(String, Dictionary)]) -> Vec<(usize, Vec<f64>)> {
    let properties = coded.iter().enumerate().filter(|(_, (name, _))| is_property(name));
    properties.filter_map(|(column, (_, dictionary))| Some((column, numbers(dictionary)?))).collect()
}

/// The number of each code, NaN where it is none; `None` if no value is a number.
fn numbers(dictionary: &Dictionary) -> Option<Vec<f64>> {
    let values = dictionary.values().iter().map(|value| plain_number(value).unwrap_or(f64::NAN));
    let numbers: Vec<f64> = std::iter::once(f64::NAN).chain(values).collect();
    numbers.iter().any(|number| number.is_finite()).then_some(numbers)
}

/// The number a text is, written with digits and at most one sign and point.
fn plain_number(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
    text.parse().ok().filter(|number: &f64| is_plain && number.is_finite())
}

/// Codes of a coded column; empty if no row fills it.
fn codes_of(block: &Block, column: usize) -> &[u32] {
    block.text.get(column).map_or(&[], Vec::as_slice)
}

/// Texts of a wide column; none if no row fills it.
fn texts_of(block: &Block, column: usize) -> Option<&LargeStringArray> {
    block.wide.get(column)?.as_ref()
}

fn inputs(inputs: &[u32]) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for same in inputs.chunk_by(|left, right| left == right) {
        found.insert(same[0]);
    }
    found
}

/// The values, or as many zeros if there are none.
fn filled<T: Copy + Default + arrow_buffer::ArrowNativeType>(values: Vec<T>, rows: usize) -> ScalarBuffer<T> {
    if values.is_empty() { vec![T::default(); rows].into() } else { values.into() }
}

fn codes_column(codes: Vec<u32>, rows: usize) -> ArrayRef {
    Arc::new(UInt32Array::new(filled(codes, rows), None))
}

fn texts_column(texts: Option<&LargeStringArray>, rows: usize) -> ArrayRef {
    texts.map_or_else(|| new_null_array(&DataType::LargeUtf8, rows), |texts| Arc::new(texts.clone()))
}

/// Numbers with nulls where the mark stands.
fn marked_column(numbers: Vec<i64>, mark: i64, rows: usize) -> ArrayRef {
    if numbers.is_empty() {
        return new_null_array(&DataType::Int64, rows);
    }
    let is_filled = BooleanBuffer::collect_bool(rows, |row| numbers[row] != mark);
    Arc::new(Int64Array::new(numbers.into(), Some(NullBuffer::new(is_filled))))
}

fn twin_column(codes: &[u32], numbers: &[f64], rows: usize) -> ArrayRef {
    if codes.is_empty() {
        return new_null_array(&DataType::Float64, rows);
    }
    let values: Vec<f64> = codes.iter().map(|code| numbers[*code as usize]).collect();
    let is_filled = BooleanBuffer::collect_bool(rows, |row| !values[row].is_nan());
    Arc::new(Float64Array::new(values.into(), Some(NullBuffer::new(is_filled))))
}

/// Per row what `of_actor` says of its actor's place in the block.
fn per_row<T: Copy>(block: &Block, of_actor: impl Fn(usize) -> T) -> Vec<T> {
    let mut column = Vec::with_capacity(block.rows());
    for (actor, end) in block.offsets.iter().skip(1).enumerate() {
        column.resize(*end as usize, of_actor(actor));
    }
    column
}

fn actor_column(block: &Block) -> ArrayRef {
    let ids = Arc::new(StringArray::from_iter_values(&block.ids));
    let keys = if block.keys.is_empty() {
        Int32Array::new_null(block.rows())
    } else {
        per_row(block, |actor| i32::try_from(actor).expect("a block has fewer actors than rows, at most 2^17")).into()
    };
    let column = DictionaryArray::<Int32Type>::try_new(keys, ids);
    Arc::new(column.expect("every key is the place of an actor in the block"))
}

fn class_column(block: &Block) -> ArrayRef {
    if block.keys.is_empty() {
        return new_null_array(&DataType::UInt8, block.rows());
    }
    Arc::new(UInt8Array::from(per_row(block, |actor| block.classes[actor])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain_and_finite() {
        for (text, number) in [("12", 12.0), ("-0.5", -0.5), (".5", 0.5), ("+3", 3.0), ("7.", 7.0)] {
            assert_eq!(plain_number(text), Some(number), "{text}");
        }
        for text in ["", "1e5", "inf", "NaN", " 1", "1,5", "0x1", "-", "1-2", "1.2.3"] {
            assert_eq!(plain_number(text), None, "{text}");
        }
    }
}
