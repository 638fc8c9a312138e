//! Does damaged or random input ever panic, and do rows in and out always add up?
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod support;

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use kundresa_ingest::{IngestConfig, discover, plan};
use kundresa_model::source::{EventSource, Wanted};
use proptest::prelude::*;
use support::Folder;

/// Plans and reads bytes as one file; errors are fine, panics are not.
fn load(bytes: &[u8]) {
    let folder = Folder::new(&[("x", bytes)]);
    let Ok(inputs) = discover(&[folder.file("x").display().to_string()]) else { return };
    let Ok(plan) = plan(inputs, &IngestConfig::default()) else { return };
    let events = plan.events(Wanted { text: Default::default(), everything: true });
    for part in 0..events.parts() {
        let Ok(mut reader) = events.open(part) else { continue };
        let mut kept = 0;
        let whole = loop {
            match reader.next_table() {
                Ok(Some(table)) => kept += table.len() as u64,
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        let report = reader.report();
        assert!(!whole || report.rows_in == kept + report.rejected, "{report:?}");
    }
}

fn csv() -> Vec<u8> {
    let rows =
        (0..30).map(|row| format!("u{row},view,2024-01-31T10:00:{row:02}Z,\"/p/{row}, \"\"x\"\"\n y\",{row}.5\r\n"));
    std::iter::once("user_id,event,timestamp,page,value\r\n".to_owned()).chain(rows).collect::<String>().into_bytes()
}

fn json() -> Vec<u8> {
    let rows = (0..30).map(|row| {
        format!(
            "{{\"user_id\": {row}, \"event\": \"v\\u00e9\", \"ts\": {}, \"p\": {{\"a\": [1, {{}}]}}}}\n",
            1_706_695_200 + row
        )
    });
    rows.collect::<String>().into_bytes()
}

fn parquet() -> Vec<u8> {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("user_id", Arc::new((0..50).map(|row| Some(format!("u{row}"))).collect::<StringArray>())),
        ("event", Arc::new((0..50).map(|row| Some(format!("e{}", row % 3))).collect::<StringArray>())),
        ("ts", Arc::new((0..50).map(|row| Some(1_706_695_200_000 + row)).collect::<Int64Array>())),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn undamaged_examples_load() {
    for bytes in [csv(), json(), parquet()] {
        let folder = Folder::new(&[("x", &bytes)]);
        assert!(support::read_all(&folder.plan(&IngestConfig::default()).unwrap()).0.len() >= 30);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        load(&bytes);
    }

    #[test]
    fn random_tables_never_panic(bytes in prop::collection::vec(prop::sample::select(b"ab,;\t|\"\n\r#-:T0129{}[]\xff\xc3\xa9".to_vec()), 0..300)) {
        load(&[b"user_id,event,time\n", bytes.as_slice()].concat());
        load(&[b"{\"event\":\"a\",\"ts\":1706695200}\n", bytes.as_slice()].concat());
    }

    #[test]
    fn damaged_files_never_panic(
        which in 0usize..4,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = match which {
            0 => csv(),
            1 => json(),
            2 => support::gzip(&csv()),
            _ => zstd::encode_all(json().as_slice(), 1).unwrap(),
        };
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        load(&bytes);
    }

    #[test]
    fn damaged_parquet_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = parquet();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        load(&bytes);
    }
}
