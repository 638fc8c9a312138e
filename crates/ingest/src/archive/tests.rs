use std::io::{Cursor, Read, Write};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::limits::Expansion;

fn zipped(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const FILES: [(&str, &[u8]); 4] =
    [("logs/a.csv", b"a,b\n1,2\n"), ("logs/b.csv.gz", b"not really"), (".hidden", b"x"), ("logs/README.md", b"words")];

fn texts(opened: &Opened) -> Vec<(String, Vec<u8>)> {
    let read = |input: &Arc<Input>| {
        let mut bytes = Vec::new();
        input.open().unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len() as u64, input.size().unwrap());
        let mut tail = Vec::new();
        input.open_at(3).unwrap().read_to_end(&mut tail).unwrap();
        assert_eq!(tail, bytes[3..]);
        assert_eq!(input.hash().unwrap(), Input::memory("x", bytes.clone()).hash().unwrap());
        (input.name().to_owned(), bytes)
    };
    opened.inputs.iter().map(read).collect()
}

#[test]
fn every_archive_gives_its_files() {
    let zips = [CompressionMethod::Stored, CompressionMethod::Deflated].map(|method| zipped(&FILES, method));
    let tar = tarred(&FILES);
    let packed = [gzip(&tar), zstd::encode_all(&tar[..], 1).unwrap()];
    for bytes in zips.into_iter().chain(packed).chain([tar]) {
        let opened = open(&Input::memory("x.zip", bytes)).unwrap().unwrap();
        let expected = FILES[..2].iter().map(|(name, bytes)| (format!("x.zip/{name}"), bytes.to_vec()));
        assert_eq!(texts(&opened), expected.collect::<Vec<_>>());
        let skipped = [Skipped { name: "x.zip/logs/README.md".into(), reason: "documentation".into() }];
        assert_eq!(opened.skipped, skipped);
    }
}

#[test]
fn what_is_no_archive_is_none() {
    for bytes in [&b""[..], b"a,b\n1,2\n", &gzip(b"a,b\n"), b"\xff\xfea\0", &gzip(b"a")[..9]] {
        assert!(open(&Input::memory("x", bytes.to_vec())).unwrap().is_none(), "{bytes:?}");
    }
}

#[test]
fn names_of_members_lead_nowhere() {
    for (name, expected) in [
        ("../../etc/a.csv", Some("etc/a.csv")),
        ("/a.csv", Some("a.csv")),
        ("a\\b.csv", Some("a/b.csv")),
        ("./", None),
        ("__MACOSX/._a.csv", None),
    ] {
        assert_eq!(member_name(name).as_deref(), expected, "{name}");
    }
}

#[test]
fn what_unpacks_to_too_much_is_refused_by_name() {
    let zeros = vec![0; 1 << 20];
    let files = [("a.csv", &zeros[..])];
    for bytes in [zipped(&files, CompressionMethod::Deflated), gzip(&tarred(&files))] {
        let input = Input::memory("x", bytes).with_expansion(Expansion::tight(20));
        let error = open(&input).unwrap_err().to_string();
        assert!(error.contains("limit of expansion") && error.contains("--max-expansion"), "{error}");
    }
}

#[test]
fn a_member_that_lies_about_its_size_or_sum_is_damaged() {
    let whole = zipped(&[("a.csv", &[b'x'; 5000])], CompressionMethod::Deflated);
    let directory = whole.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    for (place, word) in [(24, "ends before"), (16, "checksum")] {
        let mut bytes = whole.clone();
        bytes[directory + place + 1] ^= 0x40;
        let opened = open(&Input::memory("x", bytes)).unwrap().unwrap();
        let error = opened.inputs[0].open().unwrap().read_to_end(&mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let office = zipped(&[("[Content_Types].xml", b"<x/>")], CompressionMethod::Stored);
    let mut encrypted = zipped(&[("a.csv", b"secret")], CompressionMethod::Stored);
    let directory = encrypted.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    encrypted[directory + 8] |= 1;
    encrypted[6] |= 1;
    let mut odd = zipped(&[("a.csv", b"secret")], CompressionMethod::Stored);
    odd[directory + 10] = 14;
    odd[8] = 14;
    let empty = zipped(&[], CompressionMethod::Stored);
    for (bytes, words) in
        [(office, "spreadsheet"), (encrypted, "encrypted"), (odd, "not deflate"), (empty, "without a file")]
    {
        let error = open(&Input::memory("x.zip", bytes.clone())).unwrap_err().to_string();
        assert!(error.starts_with("x.zip") && error.contains(words), "{error}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.zip");
        std::fs::write(&path, bytes).unwrap();
        let opened = open(&Input::file("x.zip", path, false)).unwrap().unwrap();
        assert!(opened.inputs.is_empty() && opened.skipped[0].reason.contains(words), "{opened:?}");
    }
}

#[test]
fn cut_archives_are_errors() {
    let zip = zipped(&FILES, CompressionMethod::Deflated);
    let tar = tarred(&FILES);
    assert!(open(&Input::memory("x", zip[..zip.len() - 30].to_vec())).is_err());
    assert!(open(&Input::memory("x", tar[..700].to_vec())).is_err() || tar.len() < 700);
    let packed = gzip(&tar);
    assert!(open(&Input::memory("x", packed[..packed.len() - 20].to_vec())).is_err());
}
