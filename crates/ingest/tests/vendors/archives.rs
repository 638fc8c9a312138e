//! Inputs in archives.

use std::io::{Cursor, Write};

use kundresa_ingest::{IngestConfig, Inputs, discover};

use super::support::{Folder, gzip, parquet_of, plan_of, read_all};
use super::{sample, summary};

const CSV: &str = "user_id,event,timestamp\nu,view,2024-01-31T10:00:00Z\nu,buy,2024-01-31T10:01:00Z\n";

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn events_of_members_are_those_of_files() {
    let bad = "u,view\n";
    let packed = gzip(format!("{CSV}{bad}").as_bytes());
    let more = CSV.replace("10:0", "11:0");
    let files = [("a.csv.gz", &packed[..]), ("b/c.csv", more.as_bytes()), ("b/notes.txt", b"only words")];
    let plain = Folder::new(&files);
    let (expected, _) = read_all(&plain.plan(&IngestConfig::default()).unwrap());
    assert_eq!(expected.len(), 4);
    for archive in [zipped(&files), tarred(&files), gzip(&tarred(&files))] {
        let folder = Folder::new(&[("x/export.zip", &archive)]);
        let plan = folder.plan(&IngestConfig::default()).unwrap();
        let (events, reports) = read_all(&plan);
        assert_eq!(events, expected);
        let rejected: Vec<_> = reports.iter().flat_map(|report| &report.rejected).collect();
        assert_eq!((rejected[0].input.as_str(), rejected[0].line), ("x/export.zip/a.csv.gz", 4));
        let facts = plan.input_facts(&[]).unwrap();
        let names: Vec<&str> = facts.iter().map(|input| input.path.as_str()).collect();
        assert_eq!(names, ["x/export.zip/a.csv.gz", "x/export.zip/b/c.csv"]);
        let shared = plan_of(&[plain.0.path()], &IngestConfig::default()).unwrap().input_facts(&[]).unwrap();
        assert_eq!(facts[0].hash, shared[0].hash, "a member is known by its own bytes");
        assert!(plan.warnings().iter().any(|warning| warning.to_string().contains("notes.txt")));
    }
}

#[test]
fn parquet_in_an_archive_is_read() {
    use std::sync::Arc;
    let text = |cells: [&str; 2]| Arc::new(arrow_array::StringArray::from(cells.to_vec())) as arrow_array::ArrayRef;
    let columns = [
        ("user_id", text(["u", "v"])),
        ("event", text(["view", "buy"])),
        ("timestamp", text(["2024-01-31T10:00:00Z", "2024-01-31T10:01:00Z"])),
    ];
    let bytes = parquet_of(&arrow_array::RecordBatch::try_from_iter(columns).unwrap(), false, 1);
    let folder = Folder::new(&[("export.zip", &zipped(&[("a.parquet", &bytes)]))]);
    let (events, _) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(events.len(), 2);
}

#[test]
fn a_folder_may_hold_archives_that_are_no_data() {
    let files = [("a.csv", CSV.as_bytes()), ("table.xlsx", &zipped(&[("[Content_Types].xml", b"<x/>")])[..])];
    let folder = Folder::new(&files);
    let plan = folder.plan(&IngestConfig::default()).unwrap();
    assert!(plan.warnings().iter().any(|warning| warning.to_string().contains("spreadsheet")));
    let error = plan_of(&[&folder.file("table.xlsx")], &IngestConfig::default()).err().unwrap().to_string();
    assert!(error.contains("spreadsheet"), "{error}");
}

#[test]
fn damaged_archives_never_panic() {
    let archives = [zipped(&[("a.csv", CSV.as_bytes())]), gzip(&tarred(&[("a.csv", CSV.as_bytes())]))];
    for archive in archives {
        for at in 0..archive.len() {
            let mut bytes = archive.clone();
            bytes[at] ^= 0x55;
            let folder = Folder::new(&[("x", &bytes), ("y", &archive[..at])]);
            for name in ["x", "y"] {
                let path = folder.file(name).display().to_string();
                let Ok(inputs) = discover(&[path]).and_then(Inputs::with_archives_opened) else { continue };
                for input in &inputs.inputs {
                    _ = input.hash();
                }
            }
        }
    }
}

#[test]
fn a_shipped_archive_is_read() {
    let found = summary(&sample("amplitude/export.zip"), &IngestConfig::default()).unwrap();
    assert_eq!((found.kind, found.events, found.rejected), (vec!["amplitude"], 3, 0));
}
