//! Rows, sources of rows and what a store says about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::builder::{FixedSizeBinaryBuilder, StringDictionaryBuilder};
use arrow_array::types::UInt32Type;
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt8Array};
use kundresa_model::actor_source::{ActorBatch, ActorSource, NO_VALUE, Projection};
use kundresa_model::event_table::{EVENT_ID, EventTable, FLAGS, SEQUENCE, TIE, TS, VALUE};
use kundresa_model::field::{IdentifierClass, text};
use kundresa_model::quality::{PartReport, RejectReason, RejectedRow};
use kundresa_model::source::{BoxError, EventReader, EventSource, ExportSet, SourceInput};

use crate::shuffle::{LoadReport, ShuffleOptions, shuffle};
use crate::{MemoryStore, StoreError};

/// One row as a source gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub(super) ts: i64,
    pub(super) flags: u8,
    pub(super) sequence: [Option<i64>; 3],
    pub(super) tie: u128,
    pub(super) ids: [Option<String>; 4],
    pub(super) event_id: Option<String>,
    pub(super) value: Option<i64>,
    pub(super) texts: BTreeMap<String, Option<String>>,
}

impl Row {
    /// An activity event of a device.
    pub(super) fn new(ts: i64, device: &str, event: &str) -> Self {
        let texts =
            [(text::EVENT.to_owned(), Some(event.to_owned())), (text::SOURCE_NAME.to_owned(), Some("web".to_owned()))];
        Self {
            ts,
            flags: 1,
            sequence: [None; 3],
            tie: 0,
            ids: [Some(device.to_owned()), None, None, None],
            event_id: None,
            value: None,
            texts: texts.into(),
        }
    }

    pub(super) fn with_text(mut self, name: &str, value: &str) -> Self {
        self.texts.insert(name.to_owned(), Some(value.to_owned()));
        self
    }

    pub(super) fn with_event_id(mut self, id: &str) -> Self {
        self.event_id = Some(id.to_owned());
        self
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).and_then(|value| value.as_deref())
    }
}

/// Gives each row the place where it stands as tie-break, as a file would.
pub(super) fn in_file_order(mut rows: Vec<Row>) -> Vec<Row> {
    for (place, row) in rows.iter_mut().enumerate() {
        row.tie = place as u128;
    }
    rows
}

/// Parts of tables of rows.
pub(super) struct TestSource {
    pub(super) parts: Vec<Vec<Vec<Row>>>,
    pub(super) rejected_per_part: usize,
    /// Rows the reader claims beyond those it gives.
    pub(super) overcount: u64,
    pub(super) inputs: Vec<SourceInput>,
    /// Which input each part belongs to; the first if it says nothing.
    pub(super) input_of: Vec<usize>,
}

/// An input of the source `web`.
pub(super) fn input(name: &str, set: Option<ExportSet>) -> SourceInput {
    SourceInput { source: "web".to_owned(), name: name.to_owned(), has_row_order: true, set }
}

impl TestSource {
    pub(super) fn of(rows: Vec<Row>) -> Self {
        Self::cut(&rows, &[], 1_000)
    }

    /// The rows cut into parts after the given places, in tables of at most `table` rows.
    pub(super) fn cut(rows: &[Row], after: &[usize], table: usize) -> Self {
        let mut bounds: Vec<usize> =
            after.iter().map(|place| (*place).min(rows.len())).chain([0, rows.len()]).collect();
        bounds.sort_unstable();
        let parts =
            bounds.windows(2).map(|part| rows[part[0]..part[1]].chunks(table).map(<[Row]>::to_vec).collect()).collect();
        Self::of_parts(parts)
    }

    /// Parts of tables of rows, all of one input.
    pub(super) fn of_parts(parts: Vec<Vec<Vec<Row>>>) -> Self {
        let inputs = vec![input("a.csv", None)];
        Self { parts, rejected_per_part: 0, overcount: 0, inputs, input_of: Vec::new() }
    }
}

impl EventSource for TestSource {
    fn inputs(&self) -> &[SourceInput] {
        &self.inputs
    }

    fn input_of(&self, part: usize) -> usize {
        self.input_of.get(part).copied().unwrap_or_default()
    }

    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn open(&self, part: usize) -> Result<Box<dyn EventReader>, BoxError> {
        let tables: Vec<EventTable> = self.parts[part].iter().map(|rows| table(rows)).collect();
        let rejected = |line: usize| RejectedRow {
            input: format!("part{part}"),
            line: line as u64 + 1,
            reason: RejectReason::BadTime,
            detail: String::new(),
            raw: "?".to_owned(),
            raw_base64: None,
        };
        let rows: u64 = tables.iter().map(|table| table.len() as u64).sum();
        let report = PartReport {
            input: format!("part{part}"),
            source: "web".to_owned(),
            rows_in: rows + self.rejected_per_part as u64 + self.overcount,
            rejected: self.rejected_per_part as u64,
            rejected_by_reason: [(RejectReason::BadTime, self.rejected_per_part as u64)]
                .into_iter()
                .filter(|(_, rows)| *rows > 0)
                .collect(),
            bad_values: 1,
            warnings: Vec::new(),
            ..PartReport::default()
        };
        Ok(Box::new(TestReader {
            tables: tables.into_iter(),
            rejected: (0..self.rejected_per_part).map(rejected).collect(),
            report,
        }))
    }
}

struct TestReader {
    tables: std::vec::IntoIter<EventTable>,
    rejected: Vec<RejectedRow>,
    report: PartReport,
}

impl EventReader for TestReader {
    fn next_table(&mut self) -> Result<Option<EventTable>, BoxError> {
        Ok(self.tables.next())
    }

    fn take_rejected(&mut self) -> Vec<RejectedRow> {
        std::mem::take(&mut self.rejected)
    }

    fn report(&self) -> PartReport {
        self.report.clone()
    }
}

/// An event table with only those optional columns that some row fills.
fn table(rows: &[Row]) -> EventTable {
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    let times: TimestampMicrosecondArray = rows.iter().map(|row| row.ts).collect::<Vec<_>>().into();
    columns.push((TS.to_owned(), Arc::new(times.with_timezone("UTC"))));
    columns.push((FLAGS.to_owned(), Arc::new(UInt8Array::from_iter_values(rows.iter().map(|row| row.flags)))));
    let mut ties = FixedSizeBinaryBuilder::new(16);
    rows.iter().for_each(|row| ties.append_value(row.tie.to_be_bytes()).expect("16 bytes"));
    columns.push((TIE.to_owned(), Arc::new(ties.finish())));
    for (part, name) in SEQUENCE.iter().enumerate() {
        push_numbers(&mut columns, name, rows.iter().map(|row| row.sequence[part]).collect());
    }
    push_numbers(&mut columns, VALUE, rows.iter().map(|row| row.value).collect());
    for class in IdentifierClass::ALL {
        push_texts(&mut columns, class.column(), rows.iter().map(|row| row.ids[class as usize].as_deref()).collect());
    }
    push_texts(&mut columns, EVENT_ID, rows.iter().map(|row| row.event_id.as_deref()).collect());
    let names: std::collections::BTreeSet<&String> = rows.iter().flat_map(|row| row.texts.keys()).collect();
    for name in names {
        let mut builder = StringDictionaryBuilder::<UInt32Type>::new();
        rows.iter().for_each(|row| builder.append_option(row.text(name)));
        columns.push((name.clone(), Arc::new(builder.finish())));
    }
    EventTable::try_new(RecordBatch::try_from_iter(columns).expect("equal lengths")).expect("follows the contract")
}

fn push_numbers(columns: &mut Vec<(String, ArrayRef)>, name: &str, values: Vec<Option<i64>>) {
    if values.iter().any(Option::is_some) {
        columns.push((name.to_owned(), Arc::new(Int64Array::from(values))));
    }
}

fn push_texts(columns: &mut Vec<(String, ArrayRef)>, name: &str, values: Vec<Option<&str>>) {
    if values.iter().any(Option::is_some) {
        columns.push((name.to_owned(), Arc::new(StringArray::from(values))));
    }
}

/// One event as it came out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    pub(super) ts: i64,
    pub(super) flags: u8,
    pub(super) value: Option<i64>,
    pub(super) texts: BTreeMap<String, Option<String>>,
}

impl Seen {
    pub(super) fn event(&self) -> &str {
        self.texts[text::EVENT].as_deref().expect("events have a name")
    }
}

/// Actors with their events, and the events without an actor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) actors: Vec<(String, Vec<Seen>)>,
    pub(super) unidentified: Vec<Seen>,
}

pub(super) fn options(threads: usize) -> ShuffleOptions<'static> {
    ShuffleOptions { threads, memory_limit: None, progress: None }
}

/// Loads `source` and reads everything back.
pub(super) fn load(source: &TestSource) -> (Contents, LoadReport) {
    let (store, report) = shuffle(source, &options(2)).expect("loads");
    (contents(&store), report)
}

pub(super) fn load_error(source: &TestSource, options: &ShuffleOptions<'_>) -> StoreError {
    shuffle(source, options).expect_err("must not load")
}

/// Everything in a store.
pub(super) fn contents(store: &MemoryStore) -> Contents {
    let projection = Projection { text: (0..store.text_columns().len()).collect(), value: true, actor_ids: true };
    let mut all = Contents::default();
    for range in 0..store.ranges() {
        let mut take = |batch: &ActorBatch<'_>| {
            for actor in 0..batch.actors() {
                let events = batch.actor_offsets[actor] as usize..batch.actor_offsets[actor + 1] as usize;
                all.actors
                    .push((batch.actor_ids[actor].clone(), events.map(|event| seen(store, batch, event)).collect()));
            }
        };
        store.visit_range(range, &projection, &mut take).expect("in memory");
    }
    let mut take =
        |batch: &ActorBatch<'_>| all.unidentified.extend((0..batch.events()).map(|event| seen(store, batch, event)));
    store.visit_unidentified(&projection, &mut take).expect("in memory");
    all
}

fn seen(store: &MemoryStore, batch: &ActorBatch<'_>, event: usize) -> Seen {
    let text = |column: usize| store.dictionary(column).value(batch.text[column][event]).map(str::to_owned);
    Seen {
        ts: batch.ts[event],
        flags: batch.flags[event],
        value: Some(batch.value[event]).filter(|value| *value != NO_VALUE),
        texts: store.text_columns().iter().enumerate().map(|(column, name)| (name.clone(), text(column))).collect(),
    }
}
