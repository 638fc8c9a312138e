//! Avro: the GA4 export and flat rows, packed in every way, and cut or damaged.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use arrow_avro::reader::read_header_info;
use arrow_avro::writer::AvroWriter;
use arrow_schema::Schema;
use kundresa_generate::{OutputFormat, ShopSpec, generate};
use kundresa_ingest::IngestConfig;
use kundresa_model::source::EventSource;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::support::{Event, Folder, columns, gzip, plan_of, read_all, wanted};
use super::{sample, shown};

const TWIN: &str = include_str!("ga4_avro.ndjson");

/// All but the tie, which is a hash of the row as it is written.
fn without_ties(mut events: Vec<Event>) -> Vec<Event> {
    events.iter_mut().for_each(|event| _ = event.remove("tie"));
    events.sort();
    events
}

fn events_of(folder: &Folder) -> Vec<Event> {
    let plan = folder.plan(&IngestConfig::default()).unwrap();
    assert_eq!(plan.sources().iter().map(|source| source.kind().name()).collect::<Vec<_>>(), ["ga4"]);
    without_ties(read_all(&plan).0)
}

#[test]
fn two_shards_are_the_rows_of_their_twin() {
    let plan = plan_of(&[&sample("ga4_avro")], &IngestConfig::default()).unwrap();
    assert_eq!(plan.sources().len(), 1);
    assert!(plan.inspect().unwrap().sources.iter().all(|source| source.encoding.contains("Avro")));
    assert!(plan.warnings().is_empty(), "shards replace nothing: {:?}", plan.warnings());
    let (events, reports) = read_all(&plan);
    assert!(reports.iter().all(|report| report.rejected.is_empty()));
    let twin = events_of(&Folder::text("events_20240304.json", TWIN));
    assert_eq!(without_ties(events), twin);
    assert_eq!(twin.len(), 6);
    let props = columns(&twin, &["props"]).concat();
    assert!(props.iter().any(|props| props.contains(r#""big":9223372036854775807"#)), "{props:?}");
}

/// The days of a shop as one Avro file each, not packed.
fn shop() -> (Vec<Vec<u8>>, Vec<Event>) {
    let (parquet, json) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let spec = ShopSpec::of(3_000, 5);
    generate(&spec, OutputFormat::Ga4Parquet, parquet.path()).unwrap();
    generate(&spec, OutputFormat::Ga4Json, json.path()).unwrap();
    let mut days: Vec<PathBuf> =
        std::fs::read_dir(parquet.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    days.retain(|day| day.extension().is_some_and(|name| name == "parquet"));
    days.sort();
    let expected = without_ties(read_all(&plan_of(&[json.path()], &IngestConfig::default()).unwrap()).0);
    (days.iter().map(avro_of).collect(), expected)
}

fn avro_of(day: &PathBuf) -> Vec<u8> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(day).unwrap()).unwrap();
    let schema = Schema::new(builder.schema().fields().clone());
    let mut writer = AvroWriter::new(Vec::new(), schema).unwrap();
    for batch in builder.with_batch_size(100).build().unwrap() {
        writer.write(&batch.unwrap()).unwrap();
    }
    writer.finish().unwrap();
    writer.into_inner()
}

fn number(value: usize) -> Vec<u8> {
    let (mut left, mut bytes) = (value << 1, Vec::new());
    while left > 0x7f {
        bytes.push(u8::try_from(left & 0x7f).unwrap() | 0x80);
        left >>= 7;
    }
    bytes.push(u8::try_from(left).unwrap());
    bytes
}

fn take_number(bytes: &mut &[u8]) -> usize {
    let (mut value, mut shift) = (0, 0);
    loop {
        let (first, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        value |= usize::from(first & 0x7f) << shift;
        shift += 7;
        if first & 0x80 == 0 {
            return value >> 1;
        }
    }
}

fn text(text: &[u8]) -> Vec<u8> {
    [number(text.len()), text.to_vec()].concat()
}

fn header(schema: &str, codec: &str, marker: [u8; 16]) -> Vec<u8> {
    let pairs = [(&b"avro.schema"[..], schema.as_bytes()), (b"avro.codec", codec.as_bytes())];
    let pairs = pairs.map(|(name, value)| [text(name), text(value)].concat()).concat();
    [b"Obj\x01", number(2).as_slice(), &pairs, &number(0), &marker].concat()
}

/// The same file with its blocks packed.
fn packed(plain: &[u8], codec: &str) -> Vec<u8> {
    let info = read_header_info(plain).unwrap();
    let mut out = header(&info.writer_schema().unwrap().json_string, codec, info.sync());
    let mut rest = &plain[usize::try_from(info.header_len()).unwrap()..];
    while !rest.is_empty() {
        let (records, size) = (take_number(&mut rest), take_number(&mut rest));
        let block = pack(&rest[..size], codec);
        out.extend([number(records), number(block.len()), block, info.sync().to_vec()].concat());
        rest = &rest[size + 16..];
    }
    out
}

fn pack(block: &[u8], codec: &str) -> Vec<u8> {
    match codec {
        "deflate" => {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(block).unwrap();
            encoder.finish().unwrap()
        }
        "zstandard" => zstd::encode_all(block, 1).unwrap(),
        "snappy" => {
            let mut sum = flate2::Crc::new();
            sum.update(block);
            [snap::raw::Encoder::new().compress_vec(block).unwrap(), sum.sum().to_be_bytes().to_vec()].concat()
        }
        _ => block.to_vec(),
    }
}

#[test]
fn a_shop_packed_in_any_way_is_the_same_as_in_json() {
    let (days, expected) = shop();
    for codec in ["null", "deflate", "snappy", "zstandard"] {
        let files: Vec<(String, Vec<u8>)> =
            days.iter().enumerate().map(|(day, bytes)| (format!("events_{day}.avro"), packed(bytes, codec))).collect();
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let found = events_of(&Folder::new(&files));
        assert_eq!(found.len(), expected.len(), "{codec}");
        found.iter().zip(&expected).for_each(|(found, expected)| assert_eq!(found, expected, "{codec}"));
    }
    let wrapped: Vec<(String, Vec<u8>)> =
        days.iter().enumerate().map(|(day, bytes)| (format!("{day}.gz"), gzip(bytes))).collect();
    let files: Vec<(&str, &[u8])> = wrapped.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert_eq!(events_of(&Folder::new(&files)), expected);
}

#[test]
fn flat_rows_are_read_like_those_of_ndjson() {
    let names = ["ts", "user_id", "event", "page", "value", "props"];
    let (found, reports) = shown(&sample("avro/events.avro"), "ndjson", &names);
    assert_eq!(found[0], ["1709500000000000", "000", "view", "", "", r#"{"tags":[]}"#]);
    assert_eq!(found[1][..4], ["1709500060000000", "001", "view", "/p/1"]);
    assert_eq!(found[4][1..5], ["000", "buy", "/p/4", "12500000"]);
    assert!(found[4][5].contains("tags"), "{:?}", found[4]);
    assert_eq!((found.len(), reports.len()), (5, 1));
}

/// What planning or reading a file says; `None` where it says nothing.
fn failure(bytes: &[u8]) -> Option<String> {
    let folder = Folder::new(&[("day.avro", bytes)]);
    let plan = match plan_of(&[&folder.file("day.avro")], &IngestConfig::default()) {
        Ok(plan) => plan,
        Err(error) => return Some(error.to_string()),
    };
    let mut reader = plan.events(wanted(&["event"])).open(0).unwrap();
    loop {
        match reader.next_table() {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(error) => return Some(error.to_string()),
        }
    }
}

#[test]
fn a_cut_file_says_where_wherever_it_is_cut() {
    let whole = std::fs::read(sample("ga4_avro/events_20240304-000000000001.avro")).unwrap();
    assert_eq!(failure(&whole), None);
    let blocks = (0..whole.len()).filter(|cut| failure(&whole[..*cut]).is_none()).count();
    // Between two blocks there is nothing to see; a file without rows is told as an empty one.
    assert_eq!(blocks, 1);
    let error = failure(&whole[..whole.len() - 5]).unwrap();
    assert!(error.contains("day.avro") && error.contains("block 2") && error.contains("cut short"), "{error}");
}

#[test]
fn damage_is_told_with_block_and_place() {
    let schema = r#"{"type":"record","name":"Root","fields":[{"name":"user_id","type":"string"},{"name":"event","type":"string"},{"name":"ts","type":"long"}]}"#;
    let row = |second: usize| [text(b"u1"), text(b"view"), number(1_706_695_200 + second)].concat();
    let block = |records: usize, rows: &[u8], marker: u8| {
        [number(records), number(rows.len()), rows.to_vec(), vec![marker; 16]].concat()
    };
    let start = header(schema, "null", [7; 16]);
    let good = block(2, &[row(0), row(1)].concat(), 7);
    let file = |blocks: &[&[u8]]| [&start, blocks.concat().as_slice()].concat();
    assert_eq!(failure(&file(&[&good, &good])), None);
    let at = start.len() + good.len();
    for (bad, expected) in [
        (block(2, &[row(0), row(1)].concat(), 8), "its end is not where it should be"),
        (block(3, &[row(0), row(1)].concat(), 7), "record 3"),
        (block(1, &[row(0), row(1)].concat(), 7), "bytes behind its last record"),
        (block(usize::MAX >> 2, &row(0), 7), "records in"),
        ([number(1), number(usize::MAX >> 2)].concat(), "limit"),
        (vec![0xff; 20], "a number that never ends"),
        (vec![1, 2], "-1 records"),
    ] {
        let error = failure(&file(&[&good, &bad])).unwrap();
        assert!(error.contains(expected), "{expected}: {error}");
        let has_place = error.contains(&format!("block 2 of the Avro file, at byte {at}"));
        assert!(has_place || expected == "limit", "{error}");
    }
    let unknown = header(schema, "lzma", [7; 16]);
    assert!(failure(&[unknown, good.clone()].concat()).unwrap().contains("lzma"));
    let endless = r#"{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":"null"}}]}"#;
    let file = [header(endless, "null", [7; 16]), block(1, &[number(1 << 40), number(0)].concat(), 7)].concat();
    assert!(failure(&file).unwrap().contains("list of nothing"));
    let checked = packed(&[&start, good.as_slice()].concat(), "snappy");
    let mut wrong = checked.clone();
    let sum = wrong.len() - 17;
    wrong[sum] ^= 1;
    assert_eq!((failure(&checked), failure(&wrong).map(|error| error.contains("checksum"))), (None, Some(true)));
}

#[test]
fn kinds_of_values_become_what_json_has() {
    let schema = r#"{"type":"record","name":"R","fields":[
        {"name":"user_id","type":"long"},{"name":"event","type":["string","null"]},
        {"name":"ts","type":{"type":"long","logicalType":"timestamp-millis"}},
        {"name":"day","type":{"type":"int","logicalType":"date"}},
        {"name":"more","type":{"type":"map","values":"string"}},{"name":"raw","type":"bytes"}]}"#;
    let more = [number(1), text(b"k"), text(b"v"), number(0)].concat();
    let row = [
        number(9_007_199_254_740_993),
        [number(0), text(b"view")].concat(),
        number(1_706_695_200_123),
        number(19_753),
        more,
        text(&[0xca, 0xfe]),
    ]
    .concat();
    let bytes = [header(schema, "null", [1; 16]), number(1), number(row.len()), row, vec![1; 16]].concat();
    let folder = Folder::new(&[("a.avro", &bytes)]);
    let (events, _) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    let event: BTreeMap<&str, &str> = events[0].iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!((event["user_id"], event["ts"]), ("9007199254740993", "1706695200123000"));
    for part in [r#""more.k":"v""#, r#""raw":"cafe""#, r#""day":"2024-01-31""#] {
        assert!(event["props"].contains(part), "{part} in {}", event["props"]);
    }
}
