//! Files in a temporary folder, planned and read to the end.
#![allow(dead_code, clippy::unwrap_used, reason = "shared by several test binaries; a panic is a failed test")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow_array::{Array, RecordBatch, cast::AsArray};
use kundresa_ingest::{IngestConfig, IngestError, LoadPlan, discover, plan};
use kundresa_model::event_table::{EventTable, TS, VALUE};
use kundresa_model::field::IdentifierClass;
use kundresa_model::quality::{PartReport, RejectReason, RejectedRow};
use kundresa_model::source::{EventSource, Wanted};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

/// A folder or file of the real samples beside the repository; prints why a test is skipped when it is absent.
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// One event: column → value, with `ts` and `value` as numbers and `tie` as hexadecimal digits.
pub type Event = BTreeMap<String, String>;

/// A Parquet file of one batch, in row groups of that many rows.
pub fn parquet_of(batch: &RecordBatch, has_dictionaries: bool, group_rows: usize) -> Vec<u8> {
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(has_dictionaries)
        .set_max_row_group_row_count(Some(group_rows))
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// A folder with files.
pub struct Folder(pub tempfile::TempDir);

impl Folder {
    pub fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        Self(folder)
    }

    pub fn text(name: &str, text: &str) -> Self {
        Self::new(&[(name, text.as_bytes())])
    }

    pub fn plan(&self, config: &IngestConfig) -> Result<LoadPlan, IngestError> {
        plan_of(&[self.0.path()], config)
    }

    /// The plan, with the folder that it needs.
    pub fn plan_kept(self, config: &IngestConfig) -> (Self, Result<LoadPlan, IngestError>) {
        let plan = self.plan(config);
        (self, plan)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

pub fn plan_of(paths: &[&Path], config: &IngestConfig) -> Result<LoadPlan, IngestError> {
    let arguments: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    plan(discover(&arguments)?, config)
}

pub fn config(toml: &str) -> IngestConfig {
    toml::from_str(toml).unwrap()
}

pub fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// What reading one part gave, with its rejected rows.
#[derive(Debug)]
pub struct Report {
    pub report: PartReport,
    pub rejected: Vec<RejectedRow>,
}

impl std::ops::Deref for Report {
    type Target = PartReport;

    fn deref(&self) -> &PartReport {
        &self.report
    }
}

/// Every event, in the order of parts, and the reports of the parts.
pub fn read(plan: &LoadPlan, wanted: Wanted) -> (Vec<Event>, Vec<Report>) {
    read_of(&plan.events(wanted))
}

/// Every event of a source, in the order of parts, and the reports of the parts.
pub fn read_of(source: &impl EventSource) -> (Vec<Event>, Vec<Report>) {
    let (mut events, mut reports) = (Vec::new(), Vec::new());
    for part in 0..source.parts() {
        let (mut reader, mut rejected) = (source.open(part).unwrap(), Vec::new());
        while let Some(table) = reader.next_table().unwrap() {
            rejected.extend(reader.take_rejected());
            events.extend((0..table.len()).map(|row| event(&table, row)));
        }
        rejected.extend(reader.take_rejected());
        reports.push(Report { rejected, report: reader.report() });
    }
    (events, reports)
}

pub fn read_all(plan: &LoadPlan) -> (Vec<Event>, Vec<Report>) {
    read(plan, Wanted { text: Default::default(), everything: true })
}

pub fn wanted(names: &[&str]) -> Wanted {
    Wanted { text: names.iter().map(|name| (*name).to_owned()).collect(), everything: false }
}

pub fn rejected(reports: &[Report]) -> Vec<(u64, RejectReason, String)> {
    let rows = reports.iter().flat_map(|report| &report.rejected);
    rows.map(|row| (row.line, row.reason, row.raw.clone())).collect()
}

fn event(table: &EventTable, row: usize) -> Event {
    let mut event = Event::new();
    event.insert(TS.into(), table.ts()[row].to_string());
    event.insert("flags".into(), table.flags()[row].to_string());
    event.insert("tie".into(), format!("{:032x}", table.tie(row)));
    for class in IdentifierClass::ALL {
        if let Some(ids) = table.identifiers(class).filter(|ids| ids.is_valid(row)) {
            event.insert(class.column().into(), ids.value(row).into());
        }
    }
    if let Some(ids) = table.event_ids().filter(|ids| ids.is_valid(row)) {
        event.insert("event_id".into(), ids.value(row).into());
    }
    if let Some(value) = table.value().filter(|value| value.is_valid(row)) {
        event.insert(VALUE.into(), value.value(row).to_string());
    }
    for index in 0..3 {
        if let Some(part) = table.sequence(index).filter(|part| part.is_valid(row)) {
            event.insert(format!("sequence_{index}"), part.value(row).to_string());
        }
    }
    for name in table.text_names() {
        let column = table.text(&name).unwrap();
        if column.is_valid(row) {
            let value = column.values().as_string::<i32>().value(column.keys().value(row) as usize);
            event.insert(name, value.to_owned());
        }
    }
    event
}

/// Values of some columns of every event; empty where null.
pub fn columns(events: &[Event], names: &[&str]) -> Vec<Vec<String>> {
    events
        .iter()
        .map(|event| names.iter().map(|name| event.get(*name).cloned().unwrap_or_default()).collect())
        .collect()
}

pub fn utc(text: &str) -> String {
    chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros().to_string()
}
