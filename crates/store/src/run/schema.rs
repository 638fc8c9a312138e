//! Which columns do the files of a run have, of which types, and how is each encoded?
//!
//! [`Role::choice`] is the one table of encodings and compressions. Why each is as it is: `docs/performance.md`, measured by
//! `benches/encodings.rs`.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use kundresa_model::event_table::SEQUENCE;
use kundresa_model::field::{IdentifierClass, text};
use parquet::arrow::ArrowSchemaConverter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterPropertiesPtr};
use parquet::schema::types::{ColumnPath, TypePtr};

use crate::run::chunks::PAGE_ROWS;
use crate::run::facts::Optional;

/// Rows with an actor.
pub(crate) const EVENTS: &str = "events.parquet";
/// One row per actor.
pub(crate) const ACTORS: &str = "actors.parquet";
/// Values of coded columns.
pub(crate) const TEXTS: &str = "texts.parquet";
/// Rows without an actor.
pub(crate) const UNIDENTIFIED: &str = "unidentified.parquet";
/// Items of events.
pub(crate) const ITEMS: &str = "items.parquet";
/// Filter over event ids.
pub(crate) const FILTER: &str = "event_ids.filter";
/// Rejected rows.
pub(crate) const REJECTED: &str = "rejected.parquet";
/// Facts about the run.
pub(crate) const FACTS: &str = "run.json";

/// Bytes a dictionary page may have; above, the rest of the row group is plain.
pub(crate) const DICTIONARY_BYTES: usize = 16 << 20;
/// How hard texts are compressed.
pub(crate) const ZSTD_LEVEL: i32 = 1;

/// What a column holds, as far as its encoding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Event times.
    Time,
    /// Numbers that mostly rise, and those where compression finds nothing.
    Rising,
    /// Numbers that row groups are found by.
    Found,
    /// Codes of texts, bits, money, small numbers: packed, they hardly shrink further.
    Code,
    /// Numbers for outside tools, and of items.
    Number,
    /// Texts that come again and again.
    RepeatedText,
    /// Texts that hardly come twice.
    Text,
}

/// How a column is encoded and compressed.
#[derive(Clone, Copy, Debug)]
struct Choice {
    /// `None` is a dictionary, plain where it grows too large.
    encoding: Option<Encoding>,
    compression: Compression,
    statistics: EnabledStatistics,
}

impl Role {
    /// Whether the numbers of such a column are encoded without the library, if it knows how.
    pub(crate) fn is_packed(self) -> bool {
        matches!(self, Self::Time | Self::Rising | Self::Code)
    }

    fn choice(self) -> Choice {
        let (delta, plain, dictionary) = (Some(Encoding::DELTA_BINARY_PACKED), Some(Encoding::PLAIN), None);
        let (bare, zstd) = (Compression::UNCOMPRESSED, zstd());
        let (none, bounds) = (EnabledStatistics::None, EnabledStatistics::Chunk);
        let (encoding, compression, statistics) = match self {
            Self::Time | Self::Found => (delta, bare, bounds),
            Self::Rising | Self::Code => (delta, bare, none),
            Self::Number | Self::RepeatedText => (dictionary, zstd, none),
            Self::Text => (plain, zstd, none),
        };
        Choice { encoding, compression, statistics }
    }
}

/// How texts are compressed.
pub(crate) fn zstd() -> Compression {
    Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default())
}

/// One column of a file.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) data_type: DataType,
    pub(crate) is_nullable: bool,
    pub(crate) role: Role,
}

impl Column {
    /// A column without nulls.
    pub(crate) fn filled(name: &str, data_type: DataType, role: Role) -> Self {
        Self { name: name.to_owned(), data_type, is_nullable: false, role }
    }

    /// A column with nulls.
    pub(crate) fn nullable(name: &str, data_type: DataType, role: Role) -> Self {
        Self { is_nullable: true, ..Self::filled(name, data_type, role) }
    }
}

/// Columns of a file with everything that writing them takes.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) schema: SchemaRef,
    pub(crate) root: TypePtr,
    pub(crate) properties: WriterPropertiesPtr,
    /// Per column.
    pub(crate) roles: Vec<Role>,
}

impl Shape {
    /// The shape of a file with those columns.
    pub(crate) fn new(columns: &[Column]) -> Result<Self, ParquetError> {
        let fields: Vec<Field> = columns
            .iter()
            .map(|column| Field::new(&column.name, column.data_type.clone(), column.is_nullable))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let root = ArrowSchemaConverter::new().convert(&schema)?.root_schema_ptr();
        let roles = columns.iter().map(|column| column.role).collect();
        Ok(Self { schema, root, properties: Arc::new(properties(columns)), roles })
    }
}

fn properties(columns: &[Column]) -> WriterProperties {
    let base = WriterProperties::builder()
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        .set_created_by(concat!("kundresa ", env!("CARGO_PKG_VERSION")).to_owned());
    columns.iter().fold(base, with_column).build()
}

fn with_column(builder: WriterPropertiesBuilder, column: &Column) -> WriterPropertiesBuilder {
    let choice = column.role.choice();
    let path = || ColumnPath::new(vec![column.name.clone()]);
    let builder = builder
        .set_column_compression(path(), choice.compression)
        .set_column_statistics_enabled(path(), choice.statistics)
        .set_column_dictionary_enabled(path(), choice.encoding.is_none());
    match choice.encoding {
        Some(encoding) => builder.set_column_encoding(path(), encoding),
        None => builder,
    }
}

/// Times in UTC microseconds.
pub(crate) fn time_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC")))
}

/// Columns of the text columns of a run, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextNames {
    /// Per coded column.
    pub(crate) coded: Vec<String>,
    /// Per wide column; `None` for items, which have a file of their own.
    pub(crate) wide: Vec<Option<String>>,
}

impl TextNames {
    /// Names for coded and wide text columns, given as in event tables.
    pub(crate) fn new<'a>(coded: impl Iterator<Item = &'a str>, wide: &[String]) -> Self {
        let coded: Vec<String> = coded.map(|name| format!("{}_code", stem(name))).collect();
        let wide = wide.iter().map(|name| (name != text::ITEMS).then(|| wide_name(name, &coded))).collect();
        Self { coded, wide }
    }
}

/// A wide column keeps clear of the codes of others: `coupon_code` as text beside the codes of `coupon`.
fn wide_name(name: &str, coded: &[String]) -> String {
    let mut name = stem(name);
    while coded.contains(&name) {
        name.push('_');
    }
    name
}

/// Whether the text column is a property of its source.
pub(crate) fn is_property(name: &str) -> bool {
    !text::ALL.contains(&name)
}

fn stem(name: &str) -> String {
    if is_property(name) { format!("p_{name}") } else { name.to_owned() }
}

/// Name of the numeric twin of a property.
pub(crate) fn twin_name(property: &str) -> String {
    format!("n_{property}")
}

/// Identifier classes beside the actor's own, in the order of `Block::others`.
pub(crate) const OTHERS: [IdentifierClass; 3] = [IdentifierClass::Login, IdentifierClass::Crm, IdentifierClass::Email];

/// Columns of `events.parquet`, or of `unidentified.parquet`, where actors are null. `twins` are properties.
pub(crate) fn event_columns<'a>(
    has_actors: bool,
    names: &TextNames,
    twins: impl Iterator<Item = &'a str>,
    has: &Optional,
) -> Vec<Column> {
    use DataType::{Float64, Int64, LargeUtf8, UInt8, UInt32, UInt64};
    let actor_type = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let mut columns = vec![
        Column { is_nullable: !has_actors, ..Column::filled("actor", actor_type, Role::RepeatedText) },
        Column { is_nullable: !has_actors, ..Column::filled("actor_class", UInt8, Role::Code) },
        Column::filled("ts", time_type(), Role::Time),
        Column::filled("flags", UInt8, Role::Code),
    ];
    columns.extend(names.coded.iter().map(|name| Column::filled(name, UInt32, Role::Code)));
    columns.extend(names.wide.iter().flatten().map(|name| Column::nullable(name, LargeUtf8, Role::Text)));
    columns.extend(twins.map(|name| Column::nullable(&twin_name(name), Float64, Role::Number)));
    columns.extend(has.value.then(|| Column::nullable("value", Int64, Role::Code)));
    for (class, _) in OTHERS.iter().zip(has.others).filter(|(_, has)| *has) {
        columns.push(Column::nullable(class.column(), LargeUtf8, Role::RepeatedText));
    }
    columns.extend(has.event_id.then(|| Column::nullable("event_id", LargeUtf8, Role::Text)));
    for (name, _) in SEQUENCE.iter().zip(has.sequence).filter(|(_, has)| *has) {
        columns.push(Column::nullable(name, Int64, Role::Code));
    }
    columns.push(Column::filled("input", UInt32, Role::Code));
    columns.push(Column::filled("row", UInt64, Role::Rising));
    columns.extend(has.position.then(|| Column::filled("position", UInt32, Role::Code)));
    columns
}

/// Columns of `actors.parquet`.
pub(crate) fn actor_columns() -> Vec<Column> {
    use DataType::{UInt8, UInt64, Utf8};
    vec![
        Column::filled("key", UInt64, Role::Rising),
        Column::filled("class", UInt8, Role::Code),
        Column::filled("id", Utf8, Role::Text),
        Column::filled("rows", UInt64, Role::Rising),
        Column::filled("first_ts", time_type(), Role::Rising),
        Column::filled("last_ts", time_type(), Role::Rising),
    ]
}

/// Columns of `texts.parquet`.
pub(crate) fn text_columns() -> Vec<Column> {
    use DataType::{LargeUtf8, UInt32, Utf8};
    vec![
        Column::filled("column", Utf8, Role::RepeatedText),
        Column::filled("code", UInt32, Role::Rising),
        Column::filled("value", LargeUtf8, Role::Text),
    ]
}

/// Columns of `items.parquet`.
pub(crate) fn item_columns() -> Vec<Column> {
    use DataType::{Float64, Int64, LargeUtf8, UInt32, UInt64};
    let mut columns =
        vec![Column::filled("event_row", UInt64, Role::Found), Column::filled("position", UInt32, Role::Code)];
    let texts = ["id", "name", "category", "brand", "variant"];
    columns.extend(texts.map(|name| Column::nullable(name, LargeUtf8, Role::RepeatedText)));
    columns.push(Column::nullable("price", Int64, Role::Number));
    columns.push(Column::nullable("quantity", Float64, Role::Number));
    columns.push(Column::nullable("rest", LargeUtf8, Role::Text));
    columns
}

/// Columns of `rejected.parquet`.
pub(crate) fn rejected_columns() -> Vec<Column> {
    use DataType::{LargeUtf8, UInt32, UInt64, Utf8};
    vec![
        Column::filled("input", UInt32, Role::Code),
        Column::filled("line", UInt64, Role::Rising),
        Column::filled("reason", Utf8, Role::RepeatedText),
        Column::filled("detail", LargeUtf8, Role::Text),
        Column::filled("raw", LargeUtf8, Role::Text),
        Column::nullable("raw_base64", LargeUtf8, Role::Text),
    ]
}

/// Columns of `deleted-*.parquet`.
pub(crate) fn deleted_columns() -> Vec<Column> {
    vec![
        Column::filled("row", DataType::UInt64, Role::Rising),
        Column::filled("why", DataType::Utf8, Role::RepeatedText),
    ]
}
