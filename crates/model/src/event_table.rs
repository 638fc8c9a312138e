//! What does a table of canonical events look like when it crosses from `ingest` to `store`?
//!
//! One Arrow record batch in a checked newtype. System columns have fixed names and types; every text column is a
//! dictionary. Tables of one reader may share the array of values, so that each value is looked at once; it may then have
//! values that no row of the table has.
//!
//! | column | type | meaning |
//! |---|---|---|
//! | `ts` | `Timestamp(µs, "UTC")`, no nulls | event time |
//! | `flags` | `UInt8`, no nulls | [`EventFlags`] bits |
//! | `tie` | `FixedSizeBinary(16)`, no nulls | big-endian: input rank (32 bit), row (64), position (32); or, for sources whose rows have no order, a 64-bit hash of the raw row and 64 zero bits |
//! | `sequence_0..2` | `Int64`, nullable | the source's own sequence, nulls first |
//! | `anonymous_id`, `user_id`, `crm_id`, `email` | `Utf8`, nullable | raw identifiers as they came; placeholders are null |
//! | `event_id` | `Utf8`, nullable | native event id |
//! | `value` | `Int64`, nullable | money in 10⁻⁶ of its unit |
//! | any other name | `Dictionary(UInt32, Utf8)`, nullable | text column; `event` and `source_name` must be there, `event` without nulls |

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, DictionaryArray, FixedSizeBinaryArray, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, UInt8Array, types::UInt32Type,
};
use arrow_schema::{DataType, TimeUnit};

use crate::field::{IdentifierClass, text};

/// Name of the time column.
pub const TS: &str = "ts";
/// Name of the flags column.
pub const FLAGS: &str = "flags";
/// Name of the tie-break column.
pub const TIE: &str = "tie";
/// Names of the three columns of the source's own sequence.
pub const SEQUENCE: [&str; 3] = ["sequence_0", "sequence_1", "sequence_2"];
/// Name of the native event id column.
pub const EVENT_ID: &str = "event_id";
/// Name of the money column.
pub const VALUE: &str = "value";

/// Bits of the `flags` column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventFlags(pub u8);

impl EventFlags {
    /// The person did something: counts for session length, gaps and event transitions.
    pub const ACTIVITY: u8 = 1;
    /// The time is known to the day only; `ts` is the last microsecond of that day in the source's zone.
    pub const DAY_PRECISION: u8 = 1 << 1;
    /// The vendor made this row up (`session_start`, `first_visit`, `user_engagement`).
    pub const SYNTHETIC: u8 = 1 << 2;
    /// A bot's event by its user agent or the source's own mark.
    pub const BOT: u8 = 1 << 3;
    /// A purchase whose order id the actor has already had: counts in no funnel, cart or value. Set by the store.
    pub const REPEATED_ORDER: u8 = 1 << 4;

    /// Whether every bit of `bits` is set.
    pub fn has(self, bits: u8) -> bool {
        self.0 & bits == bits
    }
}

/// Canonical events of one source part, in file order. See the module for the columns.
#[derive(Clone, Debug)]
pub struct EventTable(RecordBatch);

/// Why a record batch is not an event table.
#[derive(Debug, thiserror::Error)]
pub enum EventTableError {
    /// A system column is absent.
    #[error("event table has no column `{0}`")]
    Missing(&'static str),
    /// A column has another type than the contract says.
    #[error("column `{column}` of an event table is {found}, expected {expected}")]
    Type {
        /// Column name.
        column: String,
        /// Type found.
        found: DataType,
        /// Type the contract asks for.
        expected: String,
    },
    /// A column that must be filled has nulls.
    #[error("column `{0}` of an event table has nulls")]
    Nulls(String),
}

impl EventTable {
    /// The checked table.
    ///
    /// # Errors
    /// When a system column is missing, has another type, or has nulls where none are allowed.
    pub fn try_new(batch: RecordBatch) -> Result<Self, EventTableError> {
        for (index, field) in batch.schema().fields().iter().enumerate() {
            check_type(field.name(), field.data_type())?;
            let required = [TS, FLAGS, TIE, text::EVENT].contains(&field.name().as_str());
            if required && batch.column(index).null_count() > 0 {
                return Err(EventTableError::Nulls(field.name().clone()));
            }
        }
        for required in [TS, FLAGS, TIE, text::EVENT, text::SOURCE_NAME] {
            if batch.column_by_name(required).is_none() {
                return Err(EventTableError::Missing(required));
            }
        }
        Ok(Self(batch))
    }

    /// The record batch inside.
    pub fn as_batch(&self) -> &RecordBatch {
        &self.0
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.0.num_rows()
    }

    /// Whether there are no events.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Event times in UTC microseconds.
    pub fn ts(&self) -> &[i64] {
        self.required::<TimestampMicrosecondArray>(TS).values()
    }

    /// Flag bits per event.
    pub fn flags(&self) -> &[u8] {
        self.required::<UInt8Array>(FLAGS).values()
    }

    /// Tie-break of the total order per event, as a big-endian number.
    pub fn tie(&self, row: usize) -> u128 {
        let bytes = self.required::<FixedSizeBinaryArray>(TIE).value(row);
        u128::from_be_bytes(bytes.try_into().expect("the column is 16 bytes wide, checked by try_new"))
    }

    /// Part `index` (0..3) of the source's own sequence, where the source has one.
    pub fn sequence(&self, index: usize) -> Option<&Int64Array> {
        self.optional(SEQUENCE[index])
    }

    /// Raw identifiers of one class, where the source has them.
    pub fn identifiers(&self, class: IdentifierClass) -> Option<&StringArray> {
        self.optional(class.column())
    }

    /// Native event ids, where the source has them.
    pub fn event_ids(&self) -> Option<&StringArray> {
        self.optional(EVENT_ID)
    }

    /// Money in micro-units, where the source has it.
    pub fn value(&self) -> Option<&Int64Array> {
        self.optional(VALUE)
    }

    /// The text column of that name, where the source has it.
    pub fn text(&self, name: &str) -> Option<&DictionaryArray<UInt32Type>> {
        self.optional(name)
    }

    /// Names of the text columns, in table order.
    pub fn text_names(&self) -> impl Iterator<Item = String> + '_ {
        let schema = self.0.schema();
        let names: Vec<String> = schema
            .fields()
            .iter()
            .filter(|field| matches!(field.data_type(), DataType::Dictionary(_, _)))
            .map(|field| field.name().clone())
            .collect();
        names.into_iter()
    }

    fn required<A: Array + 'static>(&self, name: &str) -> &A {
        self.optional(name).expect("presence and type of system columns are checked by try_new")
    }

    fn optional<A: Array + 'static>(&self, name: &str) -> Option<&A> {
        let column: &ArrayRef = self.0.column_by_name(name)?;
        column.as_any().downcast_ref::<A>()
    }
}

/// Arrow type of the column `name` in an event table.
pub fn column_type(name: &str) -> DataType {
    match name {
        TS => DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC"))),
        FLAGS => DataType::UInt8,
        TIE => DataType::FixedSizeBinary(16),
        EVENT_ID => DataType::Utf8,
        VALUE => DataType::Int64,
        _ if SEQUENCE.contains(&name) => DataType::Int64,
        _ if IdentifierClass::ALL.iter().any(|class| class.column() == name) => DataType::Utf8,
        _ => DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8)),
    }
}

fn check_type(name: &str, found: &DataType) -> Result<(), EventTableError> {
    let expected = column_type(name);
    if *found == expected {
        return Ok(());
    }
    Err(EventTableError::Type { column: name.to_owned(), found: found.clone(), expected: expected.to_string() })
}
