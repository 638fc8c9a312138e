//! Are files of many dialects read as what they say, and refused with an error that helps where they say nothing?
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod support;

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampNanosecondArray,
};
use kundresa_ingest::{IngestConfig, LoadWarning};
use kundresa_model::event_table::EventFlags;
use kundresa_model::quality::RejectReason;
use support::{Folder, columns, config, gzip, plan_of, read, read_all, rejected, utc, wanted};

const CSV: &str = "user_id,event,timestamp,page_url,revenue\n\
    u1,view,2024-01-31T10:00:00Z,https://a.example/p/1?utm_source=x&utm_medium=cpc,\n\
    u2,purchase,2024-01-31T10:00:01Z,/thanks,29.99\n";

fn plain() -> IngestConfig {
    IngestConfig::default()
}

#[test]
fn comma_separated_text_becomes_events() {
    let folder = Folder::text("events.csv", CSV);
    let plan = folder.plan(&plain()).unwrap();
    let (events, reports) = read_all(&plan);
    let names = ["ts", "user_id", "event", "page", "source", "medium", "channel", "value", "source_name"];
    let found = columns(&events, &names);
    let first = utc("2024-01-31T10:00:00Z");
    assert_eq!(found[0][..6], [first.as_str(), "u1", "view", "/p/1", "x", "cpc"]);
    assert_eq!(found[1][1..], ["u2", "purchase", "/thanks", "", "", "", "29990000", "delimited"]);
    assert_eq!((reports[0].rows_in, reports[0].rejected.len()), (2, 0));
    assert!(plan.warnings().is_empty(), "{:?}", plan.warnings());
    assert_eq!(plan.source_time_zone(), None);
}

#[test]
fn only_wanted_columns_are_in_the_table() {
    let folder = Folder::text("events.csv", CSV);
    let plan = folder.plan(&plain()).unwrap();
    let (events, _) = read(&plan, wanted(&["channel"]));
    let mut keys: Vec<&str> = events[0].keys().map(String::as_str).collect();
    keys.retain(|key| !["ts", "flags", "tie"].contains(key));
    assert!(keys.contains(&"channel") && !keys.contains(&"page") && !keys.contains(&"source"), "{keys:?}");
}

#[test]
fn every_container_and_dialect_gives_the_same_events() {
    let expected = read_all(&Folder::text("x", CSV).plan(&plain()).unwrap()).0;
    let halves = CSV.split_at(CSV.find("u2").unwrap());
    let quoted = CSV.replace("u1,view", "\"u1\",\"view\"").replace('\n', "\r\n");
    let variants: [Vec<u8>; 8] = [
        gzip(CSV.as_bytes()),
        [gzip(halves.0.as_bytes()), gzip(halves.1.as_bytes())].concat(),
        zstd::encode_all(CSV.as_bytes(), 1).unwrap(),
        format!("\u{feff}{CSV}").into_bytes(),
        CSV.replace(',', "\t").into_bytes(),
        CSV.replace(',', ";").into_bytes(),
        quoted.trim_end().as_bytes().to_vec(),
        format!("\n{}\n\n", CSV.replace('\n', "\n\n")).into_bytes(),
    ];
    for (index, bytes) in variants.into_iter().enumerate() {
        let folder = Folder::new(&[("x", &bytes)]);
        assert_eq!(read_all(&folder.plan(&plain()).unwrap()).0, expected, "variant {index}");
    }
}

#[test]
fn bad_rows_are_set_aside_with_line_and_exact_text() {
    let text = b"user_id,event,timestamp,note\n\
        u1,a,2024-01-31 10:00:00,\"two\nlines\"\n\
        \n\
        u1,b,2024-01-31 10:00:00\n\
        u1,c,yesterday,x\n\
        u1,d,,x\n\
        u1,,2024-01-31 10:00:00,x\n\
        u1,e,2024-01-31 10:00:00,\xff\n\
        u1,\"f\"\"\",2024-01-31 10:00:00,\"x, y\",z\r\n\
        u1,g,2024-01-31 10:00:01,x\n";
    let many = b"u1,z,2024-01-31 10:00:02,x\n".repeat(40);
    let folder = Folder::new(&[("e.csv", &[&text[..], &many].concat())]);
    let (events, reports) = read_all(&folder.plan(&plain()).unwrap());
    let expected = [
        (5, RejectReason::FieldCount, "u1,b,2024-01-31 10:00:00"),
        (6, RejectReason::BadTime, "u1,c,yesterday,x"),
        (7, RejectReason::MissingTime, "u1,d,,x"),
        (8, RejectReason::MissingEvent, "u1,,2024-01-31 10:00:00,x"),
        (9, RejectReason::BadUtf8, "u1,e,2024-01-31 10:00:00,\u{fffd}"),
        (10, RejectReason::FieldCount, "u1,\"f\"\"\",2024-01-31 10:00:00,\"x, y\",z"),
    ];
    assert_eq!(rejected(&reports), expected.map(|(line, reason, raw)| (line, reason, raw.to_owned())));
    assert_eq!(reports[0].rows_in, events.len() as u64 + 6);
    assert_eq!(columns(&events, &["event"])[..2], [["a"], ["g"]].map(|row| row.map(str::to_owned).to_vec()));
}

#[test]
fn truncated_gzip_is_an_error_with_file_and_rows() {
    let rows = (0..200_000).map(|row| format!("u{row},a,2024-01-31T10:00:00Z\n"));
    let text: String = std::iter::once("user_id,event,timestamp\n".to_owned()).chain(rows).collect();
    let mut bytes = gzip(text.as_bytes());
    bytes.truncate(bytes.len() / 2);
    let folder = Folder::new(&[("cut.csv.gz", &bytes)]);
    let plan = folder.plan(&plain()).unwrap();
    let source = plan.events(wanted(&[]));
    let mut reader = kundresa_model::source::EventSource::open(&source, 0).unwrap();
    let error = loop {
        match reader.next_table() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("read to the end"),
            Err(error) => break error.to_string(),
        }
    };
    assert!(error.starts_with("cut.csv.gz: reading stopped after "), "{error}");
}

#[test]
fn nested_objects_are_flattened_and_numbers_stay_exact() {
    let text = r#"{"type":"track","event":"Order Completed","messageId":"m1","anonymousId":2697787.2422183099,"timestamp":"2024-01-31T10:00:00.123Z","context":{"page":{"url":"https://a.example/x"},"campaign":{"source":"news","medium":"email"}},"properties":{"order_id":18446744073709551616,"revenue":12.5,"products":[{"id":1}],"vip":true}}

{"type":"page","messageId":"m2","anonymousId":"2697787.2422183099","timestamp":"2024-01-31T10:00:01.123Z"}
not json
[1]
"#;
    let folder = Folder::text("segment.json", text);
    // Segment is known by name; here it is any JSON.
    let plan = folder.plan(&config("[[sources]]\nkind = \"ndjson\"\n")).unwrap();
    let (events, reports) = read_all(&plan);
    let names = ["event", "anonymous_id", "event_id", "page", "source", "channel", "order_id", "value", "items"];
    let found = columns(&events, &names);
    let items = r#"[{"id":1}]"#;
    assert_eq!(found[0][..5], ["Order Completed", "2697787.2422183099", "m1", "/x", "news"]);
    assert_eq!(found[0][6..], ["18446744073709551616", "12500000", items]);
    assert_eq!(found[1][..2], ["page", "2697787.2422183099"]);
    assert_eq!(events[0]["props"], r#"{"type":"track","properties.vip":true}"#);
    let expected = [(4, RejectReason::BadJson, "not json"), (5, RejectReason::BadJson, "[1]")];
    assert_eq!(rejected(&reports), expected.map(|(line, reason, raw)| (line, reason, raw.to_owned())));
    let (events, _) = read(&plan, wanted(&["properties.vip", "page"]));
    assert_eq!(events[0]["properties.vip"], "true");
}

#[test]
fn array_of_objects_gives_the_same_events_as_lines() {
    let lines =
        "{\"user_id\":1,\"event\":\"a\",\"ts\":1706695200}\n{\"user_id\":2,\"event\":\"b\",\"ts\":1706695201}\n";
    let array = "[\n{\"user_id\":1,\n \"event\":\"a\",\"ts\":1706695200},\n{\"user_id\":2,\"event\":\"b\",\"ts\":1706695201}\n]\n";
    let of = |text: &str| read_all(&Folder::text("x.json", text).plan(&plain()).unwrap()).0;
    assert_eq!(of(lines), of(array));
    assert_eq!(of(lines)[0]["ts"], "1706695200000000");
}

fn parquet(batch: &RecordBatch, rows_per_group: usize) -> Vec<u8> {
    let properties =
        parquet::file::properties::WriterProperties::builder().set_max_row_group_row_count(Some(rows_per_group));
    let mut bytes = Vec::new();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties.build())).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn parquet_is_read_by_row_groups_with_typed_times() {
    let rows = 10;
    let ts = (0..rows).map(|row| if row == 3 { None } else { Some(1_706_695_200_000_000_999 + row * 1_000_000_000) });
    let columns_in: Vec<(&str, ArrayRef)> = vec![
        ("user_id", Arc::new((0..rows).map(|row| Some(i64::MAX - row % 2)).collect::<Int64Array>())),
        ("event", Arc::new((0..rows).map(|row| Some(format!("e{}", row % 3))).collect::<StringArray>())),
        ("event_time", Arc::new(TimestampNanosecondArray::from_iter(ts).with_timezone("UTC"))),
        ("amount", Arc::new((0..rows).map(|_| Some(1.25)).collect::<Float64Array>())),
        ("vip", Arc::new((0..rows).map(|row| Some(row == 1)).collect::<BooleanArray>())),
    ];
    let batch = RecordBatch::try_from_iter(columns_in).unwrap();
    let folder = Folder::new(&[("e.parquet", &parquet(&batch, 4))]);
    let plan = folder.plan(&plain()).unwrap();
    let (events, reports) = read_all(&plan);
    assert_eq!(reports.len(), 3);
    assert_eq!(rejected(&reports)[0].1, RejectReason::MissingTime);
    assert_eq!(rejected(&reports)[0].0, 4);
    let found = columns(&events, &["ts", "user_id", "event", "value", "props", "tie"]);
    let id = (i64::MAX - 1).to_string();
    assert_eq!(
        found[1],
        ["1706695201000000", &id, "e1", "1250000", r#"{"vip":"true"}"#, &format!("{:032x}", 1u128 << 32)]
    );
    assert_eq!(found[8][5], format!("{:032x}", 9u128 << 32));
    assert_eq!(plan.source_time_zone(), None);
}

#[test]
fn naive_times_warn_until_a_zone_is_given() {
    let text = "user_id,event,timestamp\nu,a,2024-07-31 10:00:00\nu,b,2024-10-27 02:30:00\n";
    let folder = Folder::text("e.csv", text);
    let assumed = folder.plan(&plain()).unwrap();
    assert_eq!(assumed.source_time_zone().as_deref(), Some("UTC (assumed)"));
    assert!(matches!(&assumed.warnings()[0], LoadWarning::AssumedUtc { column, .. } if column == "timestamp"));
    for settled in ["source_time_zone = \"Europe/Stockholm\"", "[[sources]]\ntime = { zone = \"Europe/Stockholm\" }"] {
        let plan = folder.plan(&config(settled)).unwrap();
        assert!(plan.warnings().is_empty());
        let found = columns(&read_all(&plan).0, &["ts"]);
        assert_eq!(found, [[utc("2024-07-31T08:00:00Z")], [utc("2024-10-27T00:30:00Z")]]);
    }
    let error = folder.plan(&config("source_time_zone = \"Europe/Stokholm\"")).err().unwrap().to_string();
    assert!(error.contains("did you mean `Europe/Stockholm`"), "{error}");
}

#[test]
fn dates_are_the_end_of_their_day() {
    let folder = Folder::text("e.csv", "contact_id,lifecycle_stage,date\nc1,lead,2024-07-31\n");
    let plan = folder.plan(&config("source_time_zone = \"Europe/Stockholm\"")).unwrap();
    let (events, _) = read_all(&plan);
    let flags: u8 = events[0]["flags"].parse().unwrap();
    assert_eq!(flags, EventFlags::DAY_PRECISION, "no activity: nobody acted when a stage changed");
    let found = columns(&events, &["event", "stage", "crm_id", "ts"]);
    let end = (utc("2024-07-31T22:00:00Z").parse::<i64>().unwrap() - 1).to_string();
    assert_eq!(found, [["stage_changed", "lead", "c1", &end]]);
}

#[test]
fn ambiguous_dates_ask_for_the_format() {
    let text = "user_id,event,time\nu,a,01/02/2024 10:00\n";
    let folder = Folder::text("e.csv", text);
    let error = folder.plan(&plain()).err().unwrap().to_string();
    assert!(error.contains("01/02/2024 10:00") && error.contains("day_first"), "{error}");
    let plan =
        folder.plan(&config("source_time_zone = \"UTC\"\n[[sources]]\ntime = { format = \"day_first\" }")).unwrap();
    assert_eq!(columns(&read_all(&plan).0, &["ts"]), [[utc("2024-02-01T10:00:00Z")]]);
}

#[test]
fn repeated_column_matters_only_where_a_field_reads_it() {
    let folder = Folder::text("e.csv", "user_id,event,timestamp,x,x\nu,a,2024-01-31T10:00:00Z,1,2\n");
    let plan = folder.plan(&plain()).unwrap();
    assert!(matches!(&plan.warnings()[0], LoadWarning::DuplicateColumn { positions, .. } if positions == &[4, 5]));
    assert_eq!(read_all(&plan).0[0]["props"], r#"{"x":"1","x_2":"2"}"#);
    let folder = Folder::text("e.csv", "user_id,event,timestamp,user_id\nu,a,2024-01-31T10:00:00Z,v\n");
    let error = folder.plan(&plain()).err().unwrap().to_string();
    assert!(error.contains("columns 1 and 4") && error.contains("user_id_2"), "{error}");
    for (column, id) in [("user_id_1", "u"), ("user_id_2", "v")] {
        let plan = folder.plan(&config(&format!("[[sources]]\ncolumns = {{ user_id = \"{column}\" }}"))).unwrap();
        assert_eq!(read_all(&plan).0[0]["user_id"], id);
    }
}

#[test]
fn file_without_time_or_event_says_what_to_write() {
    for (text, field) in
        [("user_id,event\nu,a\n", "event time"), ("user_id,timestamp\nu,2024-01-31T10:00:00Z\n", "event name")]
    {
        let folder = Folder::text("e.csv", text);
        let error = plan_of(&[&folder.file("e.csv")], &plain()).err().unwrap().to_string();
        assert!(
            error.contains(field) && error.contains("columns: user_id") && error.contains("[[sources]]"),
            "{error}"
        );
        let error = folder.plan(&plain()).err().unwrap().to_string();
        assert!(error.contains("no data files") && error.contains("left out e.csv"), "{error}");
    }
}

#[test]
fn unknown_names_in_the_configuration_suggest_known_ones() {
    let folder = Folder::text("e.csv", CSV);
    for (toml, expected) in [
        ("[[sources]]\ncolumns = { page_ul = \"x\" }", "did you mean `page_url`?"),
        ("[[sources]]\ncolumns = { page_url = \"page_ur\" }", "did you mean `page_url`?"),
        ("[[sources]]\ntime = { column = \"timestmp\" }", "did you mean `timestamp`?"),
        ("[[sources]]\ntime = { format = \"YYYY\" }", "allowed: iso"),
        ("[pages]\ntemplates = [\"product\"]", "begins with `/`"),
        ("[[sources]]\nkind = \"ndjson\"", "not the configured kind `ndjson`"),
    ] {
        let error = folder.plan(&config(toml)).err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn input_that_contradicts_its_source_is_an_error_naming_both() {
    let other = CSV.replace("2024-01-31T10:00:00Z", "1706695200").replace("2024-01-31T10:00:01Z", "1706695201");
    let folder = Folder::new(&[("a.csv", CSV.as_bytes()), ("b.csv", other.as_bytes())]);
    let error = folder.plan(&plain()).err().unwrap().to_string();
    assert!(error.contains("a.csv") && error.contains("b.csv") && error.contains("1706695200"), "{error}");
    let renamed = CSV.replace("timestamp", "zeit");
    let folder = Folder::new(&[("a.csv", CSV.as_bytes()), ("b.csv", renamed.as_bytes())]);
    let error = folder.plan(&config("[[sources]]\nname = \"shop\"")).err().unwrap().to_string();
    assert!(error.contains("no column `timestamp`"), "{error}");
}

#[test]
fn different_columns_are_different_sources_with_names_that_no_file_gives() {
    let second = "visitorid,event,ts\nv,x,1706695200123\n";
    let folder = Folder::new(&[
        ("z.csv", second.as_bytes()),
        ("a.csv", CSV.as_bytes()),
        ("notes.txt", b"hello"),
        ("r.json", b"{\n\"a\": 1\n}\n"),
    ]);
    let plan = folder.plan(&plain()).unwrap();
    let names: Vec<_> = plan.sources().iter().map(|source| (source.name(), source.inputs()[0].input.name())).collect();
    assert_eq!(names, [("delimited", "a.csv"), ("delimited-2", "z.csv")]);
    let skipped: Vec<_> = plan.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(skipped.len(), 2, "{skipped:?}");
    assert_eq!(plan.source_facts()[1].mapping["anonymous_id"], "visitorid (by its name)");
}

#[test]
fn same_bytes_under_two_names_count_once() {
    let folder = Folder::new(&[("b10.csv", CSV.as_bytes()), ("b9.csv", CSV.as_bytes())]);
    let plan = folder.plan(&plain()).unwrap();
    assert_eq!(read_all(&plan).0.len(), 2);
    let expected = LoadWarning::SameContent { input: "b9.csv".into(), alias: "b10.csv".into() };
    assert_eq!(plan.warnings(), [expected]);
    let facts = plan.input_facts(&read_all(&plan).1.into_iter().map(|read| read.report).collect::<Vec<_>>()).unwrap();
    assert_eq!((facts.len(), facts[0].path.as_str(), facts[0].rows_in), (1, "b9.csv", 2));
    assert!(facts[0].hash.starts_with("xxh3-128:"));
}

#[test]
fn cutting_a_file_changes_no_event_but_its_tie() {
    let rows: Vec<String> =
        (0..50).map(|row| format!("u{},e{},{:02}/01/2024 10:00,/p/{row}", row % 7, row % 3, row % 28 + 1)).collect();
    let header = "user_id,event,time,page\n";
    let whole = Folder::text("a.csv", &format!("{header}{}\n", rows.join("\n")));
    let first = format!("{header}{}\n", rows[..5].join("\n"));
    let second = format!("{header}{}\n", rows[5..].join("\n"));
    let cut = Folder::new(&[("a-1.csv", first.as_bytes()), ("a-2.csv", second.as_bytes())]);
    let strip = |folder: &Folder| {
        let mut events = read_all(&folder.plan(&plain()).unwrap()).0;
        let ties: Vec<String> = events.iter_mut().filter_map(|event| event.remove("tie")).collect();
        assert!(ties.is_sorted());
        events
    };
    assert_eq!(strip(&whole), strip(&cut));
}

#[test]
fn formats_that_are_not_read_are_named() {
    for (bytes, expected) in [
        (&b"PK\x03\x04abcd"[..], "zip"),
        (b"Obj\x01abcd", "the header of the Avro file"),
        (b"<html></html>", "XML or HTML"),
        (b"a\0b\0", "binary"),
        (b"\xff\xfea\0", "UTF-16"),
        (b"{\"a\": {\n\"b\": 1}}\n", "one JSON document"),
        (b"hello world\n", "neither comma"),
        (b"", "empty file"),
    ] {
        let folder = Folder::new(&[("x", bytes)]);
        let error = plan_of(&[&folder.file("x")], &plain()).err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn suggested_configuration_reads_the_same_events() {
    let second = "visitorid,event,ts,page\nv,x,1706695200123,/product/1\nv,x,1706695200123,/product/2\n";
    let folder = Folder::new(&[("z.csv", second.as_bytes()), ("a-1.csv", CSV.as_bytes())]);
    let plan = folder.plan(&plain()).unwrap();
    let inspection = plan.inspect().unwrap();
    let toml = inspection.suggested_toml();
    assert!(toml.contains("templates = [\"/product/:id\"]"), "{toml}");
    let mut pinned = config(&toml);
    assert_eq!(pinned.pages.templates, ["/product/:id"]);
    pinned.pages.templates.clear();
    assert_eq!(read_all(&folder.plan(&pinned).unwrap()).0, read_all(&plan).0);
    let first = &inspection.sources[0];
    assert_eq!(first.first_events.len(), 2);
    assert_eq!((first.sample.rows, first.sample.events), (2, 2));
}

#[test]
fn configured_columns_templates_bots_and_passive_events_hold() {
    let text = "who,what,at,where,agent,sum\n\
        p1,look,2024-01-31T10:00:00Z,/item/77,Googlebot/2.1,\"1.234,50\"\n\
        p1,mail,2024-01-31T10:00:01Z,/item/78,Mozilla,\"0,5\"\n\
        guest,look,2024-01-31T10:00:02Z,/,Mozilla,(not set)\n";
    let toml = "[pages]\ntemplates = [\"/item/:id\"]\n[[sources]]\nname = \"shop\"\npassive_events = [\"ma*\"]\n\
        properties = { origin = \"who\" }\n[sources.time]\ncolumn = \"at\"\n[sources.columns]\nuser_id = \"who\"\n\
        event = \"what\"\npage = \"where\"\nuser_agent = \"agent\"\nvalue = \"sum\"\n";
    let folder = Folder::text("e.csv", text);
    let (events, reports) = read(&folder.plan(&config(toml)).unwrap(), wanted(&["page", "origin"]));
    let bits = [EventFlags::ACTIVITY | EventFlags::BOT, 0, EventFlags::ACTIVITY].map(|bits| bits.to_string());
    let found = columns(&events, &["user_id", "page", "value", "origin", "flags", "source_name"]);
    assert_eq!(found[0], ["p1", "/item/:id", "1234500000", "p1", &bits[0], "shop"]);
    assert_eq!(found[1], ["p1", "/item/:id", "500000", "p1", &bits[1], "shop"]);
    assert_eq!(found[2], ["", "/", "", "guest", &bits[2], "shop"]);
    assert_eq!(reports[0].bad_values, 0);
}

#[test]
fn log_without_identifiers_or_with_row_numbers_warns() {
    let rows: String = (0..30).map(|row| format!("{row},a,2024-01-31T10:00:00Z\n")).collect();
    let folder = Folder::text("e.csv", &format!("user_id,event,timestamp\n{rows}"));
    let plan = folder.plan(&plain()).unwrap();
    assert!(matches!(&plan.warnings()[0], LoadWarning::RowNumberIdentifier { column, .. } if column == "user_id"));
    let folder = Folder::text("e.csv", &format!("SessionId,event,timestamp\n{rows}"));
    let plan = folder.plan(&plain()).unwrap();
    assert!(
        matches!(&plan.warnings()[0], LoadWarning::NoIdentifier { candidates, .. } if candidates == &["SessionId"])
    );
}

#[test]
fn column_that_repeats_is_no_event_id() {
    let rows: String = (0..30).map(|row| format!("u{row},a,2024-01-31T10:00:00Z,{},m{row}\n", row % 3)).collect();
    let folder = Folder::text("e.csv", &format!("user_id,event,timestamp,event_id,uuid\n{rows}"));
    let (events, _) = read_all(&folder.plan(&plain()).unwrap());
    assert_eq!(events[4]["event_id"], "m4");
}

#[test]
fn input_whose_times_lack_the_zone_of_the_others_contradicts_them() {
    let naive = CSV.replace("00Z", "00").replace("01Z", "01");
    let folder = Folder::new(&[("a.csv", CSV.as_bytes()), ("b.csv", naive.as_bytes())]);
    let plan = folder.plan(&plain());
    // Pooled, the sample has both kinds, so times without a zone are read in the assumed one.
    assert_eq!(plan.unwrap().source_time_zone().as_deref(), Some("UTC (assumed)"));
    let many: String = (0..1200).map(|row| format!("u{row},a,2024-01-31T10:00:00Z,/,1\n")).collect();
    let folder = Folder::new(&[("a.csv", format!("{CSV}{many}").as_bytes()), ("b.csv", naive.as_bytes())]);
    let error = folder.plan(&plain()).err().unwrap().to_string();
    assert!(error.contains("b.csv") && error.contains("carry no zone"), "{error}");
}

#[test]
fn misspelt_pattern_of_a_source_is_noticed() {
    let folder = Folder::text("events.csv", CSV);
    let plan = folder.plan(&config("[[sources]]\nname = \"shop\"\nfiles = [\"event.csv\"]")).unwrap();
    assert!(
        matches!(&plan.warnings()[0], LoadWarning::Note { source, .. } if source == "shop"),
        "{:?}",
        plan.warnings()
    );
    let plan = folder.plan(&config("[[sources]]\nname = \"shop\"\nfiles = [\"even*.csv\"]")).unwrap();
    assert_eq!((plan.warnings().len(), plan.sources()[0].name()), (0, "shop"));
}

#[test]
fn header_can_be_given_where_the_file_has_none() {
    let folder =
        Folder::text("clicks.csv", "1,2014-04-07T10:51:09.277Z,214536502,0\n2,2014-04-07T10:54:09.868Z,214536500,0\n");
    let error = plan_of(&[&folder.file("clicks.csv")], &plain()).err().unwrap().to_string();
    assert!(error.contains("if the file has no header line"), "{error}");
    let toml = "[[sources]]\nevent = \"click\"\nheader = [\"session\", \"time\", \"item\", \"category\"]\ncolumns = { anonymous_id = \"session\" }";
    let (events, reports) = read_all(&folder.plan(&config(toml)).unwrap());
    assert_eq!((events.len(), reports[0].rows_in, events[0]["anonymous_id"].as_str()), (2, 2, "1"));
}

#[test]
fn list_of_things_in_a_folder_is_no_log() {
    let things = "id,name,created_at,_synced_at\n1,lamp,2024-01-31T10:00:00Z,2024-01-31T10:00:00Z\n";
    let folder = Folder::new(&[("events.csv", CSV.as_bytes()), ("products.csv", things.as_bytes())]);
    let plan = folder.plan(&plain()).unwrap();
    assert_eq!(plan.sources().len(), 1);
    let expected =
        LoadWarning::SkippedFile { input: "products.csv".into(), reason: "it has no column for the event name".into() };
    assert_eq!(plan.warnings(), [expected]);
}
