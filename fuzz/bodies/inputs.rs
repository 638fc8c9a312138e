//! Do decoders keep their promises for any bytes: rows add up, and no line is lost?

use std::path::PathBuf;
use std::sync::Arc;

use kundresa_ingest::input::Input;
use kundresa_ingest::limits::Expansion;
use kundresa_ingest::{IngestConfig, Inputs, LoadPlan, plan};
use kundresa_model::quality::RejectedRow;
use kundresa_model::source::{EventSource, Wanted};

/// Delimited text.
pub fn delimited(data: &[u8]) {
    text(data, &IngestConfig::default());
}

/// NDJSON and JSON arrays.
pub fn json(data: &[u8]) {
    text(data, &IngestConfig::default());
}

/// Rows of the GA4 export as NDJSON, or its Parquet.
pub fn ga4(data: &[u8]) {
    text(data, &IngestConfig::default());
}

/// Parquet.
pub fn parquet(data: &[u8]) {
    text(data, &IngestConfig::default());
}

/// gzip, zstd and bzip2, and whatever is in them.
pub fn container(data: &[u8]) {
    text(data, &IngestConfig::default());
}

/// A configuration of sources, a line `---`, and an input that is read by it.
pub fn mapping(data: &[u8]) {
    let mark = b"\n---\n";
    let Some(at) = data.windows(mark.len()).position(|window| window == mark) else { return };
    let Ok(config) = std::str::from_utf8(&data[..at]) else { return };
    if let Ok(config) = toml::from_str::<IngestConfig>(config) {
        let _ = kundresa_ingest::check(&config);
        text(&data[at + mark.len()..], &config);
    }
}

fn text(data: &[u8], config: &IngestConfig) {
    let Some(plan) = planned(data, config) else { return };
    if let Ok(inspection) = plan.inspect() {
        let _ = inspection.suggested_toml();
    }
    let Some(read) = read(&plan) else { return };
    assert_eq!(read.rows_in, read.kept + read.rejected.len() as u64, "every row is kept or rejected");
    if config.sources.is_empty() && !data.starts_with(b"PAR1") {
        check_rejected(data, &read.rejected);
    }
}

/// The plan of reading `data`; small inputs may not unpack to more than fuzzing has time for.
fn planned(data: &[u8], config: &IngestConfig) -> Option<LoadPlan> {
    let input = Input::memory("x", data.to_vec()).with_expansion(Expansion::of(1));
    let inputs = Inputs { root: PathBuf::new(), inputs: vec![Arc::clone(&input)], skipped: Vec::new() };
    plan(inputs, config).ok()
}

struct Read {
    rows_in: u64,
    kept: u64,
    rejected: Vec<RejectedRow>,
}

/// Everything that the plan reads; `None` where reading ends with an error, which is as good an end.
fn read(plan: &LoadPlan) -> Option<Read> {
    let events = plan.events(Wanted { text: Default::default(), everything: true });
    let mut read = Read { rows_in: 0, kept: 0, rejected: Vec::new() };
    for part in 0..events.parts() {
        let mut reader = events.open(part).ok()?;
        while let Some(table) = reader.next_table().ok()? {
            read.kept += table.len() as u64;
            read.rejected.extend(reader.take_rejected());
        }
        read.rejected.extend(reader.take_rejected());
        read.rows_in += reader.report().rows_in;
    }
    Some(read)
}

/// The raw text of every rejected row stands in the input on its line, byte for byte.
fn check_rejected(data: &[u8], rejected: &[RejectedRow]) {
    let is_archive = data.starts_with(b"PK") || data.get(257..262) == Some(b"ustar");
    let packed = [&[0x1f, 0x8b][..], &[0x28, 0xb5, 0x2f, 0xfd], b"BZh"];
    if is_archive || packed.iter().any(|magic| data.starts_with(magic)) {
        return;
    }
    let text = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    // Events of an XES log and records of Avro are shown as JSON.
    if text.trim_ascii_start().starts_with(b"<") || data.starts_with(b"Obj\x01") {
        return;
    }
    let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let starts: Vec<usize> = std::iter::once(0).chain(ends).collect();
    for row in rejected {
        let raw = row.raw_bytes().expect("raw bytes are Base64");
        let start = usize::try_from(row.line).ok().and_then(|line| starts.get(line.checked_sub(1)?).copied());
        let rest = start.and_then(|start| text.get(start..)).expect("a rejected row has a line of the input");
        // Several records may stand on one line: elements of an array, and records between bare carriage returns.
        let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let found = raw.is_empty() || (0..=line).any(|at| rest[at..].starts_with(&raw));
        assert!(found, "rejected text stands on line {}: {:?}", row.line, String::from_utf8_lossy(&raw));
    }
}
