//! Traps of files that are packed: what they are shows in their first bytes, whatever they are called.

use std::io::{Cursor, Write};

use bzip2::write::BzEncoder;
use kundresa_ingest::IngestConfig;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::Read;
use super::support::{Folder, gzip};

const ROWS: &[u8] = b"time,user_id,event\n2024-01-31T10:00:00Z,u1,view\n2024-01-31T10:00:01Z,u2,view\n";

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar(bytes: &[u8]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, "a.csv", bytes).unwrap();
    builder.into_inner().unwrap()
}

/// A zip archive whose member `a.csv` is bzip2: written as if it were stored, then told apart in the directory.
fn zip_of_bzip2(bytes: &[u8]) -> Vec<u8> {
    let (stored, packed) = (SimpleFileOptions::default().compression_method(CompressionMethod::Stored), bzip2(bytes));
    let mut archive = zip(&[("a.csv", &packed)], stored);
    let directory = archive.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    for (place, value) in [(16, sum.sum()), (24, u32::try_from(bytes.len()).unwrap())] {
        archive[directory + place..directory + place + 4].copy_from_slice(&value.to_le_bytes());
    }
    archive[directory + 10] = 12;
    archive[8] = 12;
    archive
}

#[test]
fn gzip_bzip2_and_zstd() {
    for bytes in [gzip(ROWS), bzip2(ROWS), [bzip2(&ROWS[..40]), bzip2(&ROWS[40..])].concat()] {
        assert_eq!(Read::of("a.csv", bytes).shown(&["user_id"]), ["u1", "u2"]);
    }
    let folder = Folder::new(&[("a", &bzip2(ROWS))]);
    let inspection = folder.plan(&IngestConfig::default()).unwrap().inspect().unwrap();
    assert_eq!(inspection.sources[0].encoding, "delimited text, bzip2");
}

#[test]
fn archives() {
    let deflated = SimpleFileOptions::default();
    let archives = [
        zip(&[("a.csv", ROWS)], deflated),
        zip(&[("a.csv", ROWS)], deflated.compression_method(CompressionMethod::Stored)),
        zip(&[("a.csv.gz", &gzip(ROWS))], deflated),
        zip(&[("a.csv.bz2", &bzip2(ROWS))], deflated),
        zip_of_bzip2(ROWS),
        gzip(&tar(ROWS)),
        bzip2(&tar(ROWS)),
    ];
    for (index, bytes) in archives.into_iter().enumerate() {
        assert_eq!(Read::of("export", bytes).shown(&["user_id"]), ["u1", "u2"], "archive {index}");
    }
}

#[test]
fn zip64() {
    let large = SimpleFileOptions::default().large_file(true);
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let bytes = zip(&[("a.csv", ROWS), ("b.csv", &ROWS[..ROWS.len() - 1])], large.compression_method(method));
        let extra = bytes.windows(4).any(|window| window == [1, 0, 16, 0]);
        assert!(extra, "the local header has sizes of 64 bits");
        assert_eq!(Read::of("export.zip", bytes).shown(&["user_id"]), ["u1", "u2", "u1", "u2"]);
    }
}

#[test]
fn zip64_directory() {
    // The end of the directory says that there are more members than 16 bits count; its 64-bit twin says how many.
    let bytes = zip(&[("a.csv", ROWS)], SimpleFileOptions::default());
    let (end, directory) = (
        bytes.windows(4).rposition(|window| window == b"PK\x05\x06").unwrap(),
        bytes.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap(),
    );
    let mut large = bytes[..end].to_vec();
    let size = (end - directory) as u64;
    large.extend_from_slice(b"PK\x06\x06");
    large.extend_from_slice(&44_u64.to_le_bytes());
    large.extend_from_slice(&[45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for value in [1, 1, size, directory as u64] {
        large.extend_from_slice(&value.to_le_bytes());
    }
    large.extend_from_slice(b"PK\x06\x07");
    large.extend_from_slice(&0_u32.to_le_bytes());
    large.extend_from_slice(&(end as u64).to_le_bytes());
    large.extend_from_slice(&1_u32.to_le_bytes());
    large.extend_from_slice(b"PK\x05\x06");
    large.extend_from_slice(&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    large.extend_from_slice(&[0xff; 8]);
    large.extend_from_slice(&[0, 0]);
    assert_eq!(Read::of("export.zip", large).shown(&["user_id"]), ["u1", "u2"]);
}

#[test]
fn cut_or_damaged_bzip2_is_an_error() {
    let mut damaged = bzip2(&ROWS.repeat(1000));
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    let cut = bzip2(&ROWS.repeat(1000))[..middle].to_vec();
    for bytes in [damaged, cut, b"BZh9".to_vec()] {
        let folder = Folder::new(&[("a.csv.bz2", &bytes)]);
        let plan = super::support::plan_of(&[&folder.file("a.csv.bz2")], &IngestConfig::default());
        let error = plan.err().unwrap().to_string();
        assert!(error.starts_with("a.csv.bz2") && error.contains("damaged"), "{error}");
    }
}
