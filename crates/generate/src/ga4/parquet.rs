//! How do rows become nested Parquet, the way BigQuery writes it?
//!
//! Repeated records are three-level lists whose element is called `element`; integers are 64-bit. A file is a series of
//! row groups, each written from one record batch.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, ListArray, RecordBatch, StructArray};
use arrow_buffer::{NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};

use super::node::Node;
use super::schema::{COLUMNS, Member, Type};

/// The Arrow schema of the export.
pub(crate) fn schema() -> SchemaRef {
    Arc::new(Schema::new(fields(COLUMNS)))
}

fn fields(members: &[Member]) -> Fields {
    members.iter().map(|(name, kind)| Field::new(*name, data_type(kind), true)).collect()
}

fn data_type(kind: &Type) -> DataType {
    match kind {
        Type::Text => DataType::Utf8,
        Type::Int => DataType::Int64,
        Type::Float => DataType::Float64,
        Type::Bool => DataType::Boolean,
        Type::Record(members) => DataType::Struct(fields(members)),
        Type::List(element) => DataType::List(element_field(element)),
    }
}

fn element_field(element: &Type) -> Arc<Field> {
    Arc::new(Field::new("element", data_type(element), true))
}

/// Collects rows into a record batch.
pub(crate) struct BatchBuilder {
    rows: RecordColumn,
}

impl BatchBuilder {
    pub(crate) fn new() -> Self {
        Self { rows: RecordColumn::new(COLUMNS) }
    }

    /// Adds one row.
    pub(crate) fn push(&mut self, row: &[(&'static str, Node)]) {
        self.rows.push(Some(row));
    }

    /// The rows so far as a batch; the builder is empty afterwards.
    pub(crate) fn finish(&mut self, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
        let columns = self.rows.columns.iter_mut().map(|(_, column)| column.finish()).collect();
        self.rows.valid = NullBufferBuilder::new(0);
        RecordBatch::try_new(Arc::clone(schema), columns)
    }
}

/// A column under construction.
enum Column {
    Text(StringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Record(RecordColumn),
    List(ListColumn),
}

struct RecordColumn {
    members: &'static [Member],
    columns: Vec<(&'static str, Column)>,
    valid: NullBufferBuilder,
}

struct ListColumn {
    element: &'static Type,
    column: Box<Column>,
    /// End of each list so far, after a leading 0.
    ends: Vec<i32>,
    elements: i32,
}

impl Column {
    fn new(kind: &'static Type) -> Self {
        match kind {
            Type::Text => Self::Text(StringBuilder::new()),
            Type::Int => Self::Int(Int64Builder::new()),
            Type::Float => Self::Float(Float64Builder::new()),
            Type::Bool => Self::Bool(BooleanBuilder::new()),
            Type::Record(members) => Self::Record(RecordColumn::new(members)),
            Type::List(element) => {
                Self::List(ListColumn { element, column: Box::new(Self::new(element)), ends: vec![0], elements: 0 })
            }
        }
    }

    fn push(&mut self, node: &Node) {
        match (self, node) {
            (Self::Text(builder), Node::Text(text)) => builder.append_value(text),
            (Self::Text(builder), _) => builder.append_null(),
            (Self::Int(builder), Node::Int(number)) => builder.append_value(*number),
            (Self::Int(builder), _) => builder.append_null(),
            (Self::Float(builder), Node::Hundredths(hundredths)) => builder.append_value(float(*hundredths)),
            (Self::Float(builder), _) => builder.append_null(),
            (Self::Bool(builder), Node::Bool(value)) => builder.append_value(*value),
            (Self::Bool(builder), _) => builder.append_null(),
            (Self::Record(record), Node::Record(members)) => record.push(Some(members)),
            (Self::Record(record), _) => record.push(None),
            (Self::List(list), Node::List(nodes)) => list.push(nodes),
            (Self::List(list), _) => list.push(&[]),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Int(builder) => Arc::new(builder.finish()),
            Self::Float(builder) => Arc::new(builder.finish()),
            Self::Bool(builder) => Arc::new(builder.finish()),
            Self::Record(record) => Arc::new(record.finish()),
            Self::List(list) => Arc::new(list.finish()),
        }
    }
}

impl RecordColumn {
    fn new(members: &'static [Member]) -> Self {
        let columns = members.iter().map(|(name, kind)| (*name, Column::new(kind))).collect();
        Self { members, columns, valid: NullBufferBuilder::new(0) }
    }

    /// Members come in schema order; those left out are null.
    fn push(&mut self, members: Option<&[(&'static str, Node)]>) {
        self.valid.append(members.is_some());
        let mut rest = members.unwrap_or_default();
        for (name, column) in &mut self.columns {
            match rest.split_first() {
                Some(((first, node), others)) if first == name => {
                    column.push(node);
                    rest = others;
                }
                _ => column.push(&Node::Null),
            }
        }
        debug_assert!(rest.is_empty(), "members out of schema order: {rest:?}");
    }

    fn finish(&mut self) -> StructArray {
        let arrays = self.columns.iter_mut().map(|(_, column)| column.finish()).collect();
        StructArray::new(fields(self.members), arrays, self.valid.finish())
    }
}

impl ListColumn {
    fn push(&mut self, nodes: &[Node]) {
        for node in nodes {
            self.column.push(node);
        }
        self.elements += i32::try_from(nodes.len()).expect("a row has few elements");
        self.ends.push(self.elements);
    }

    fn finish(&mut self) -> ListArray {
        let ends = std::mem::replace(&mut self.ends, vec![0]);
        self.elements = 0;
        let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
        ListArray::new(element_field(self.element), offsets, self.column.finish(), None)
    }
}

/// The nearest double of a number of hundredths, which is what its decimal text reads as.
#[expect(clippy::cast_precision_loss, reason = "prices in hundredths stay far below 2^53")]
fn float(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}
