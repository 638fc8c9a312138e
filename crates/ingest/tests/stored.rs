//! Does what a store keeps of its sources read later inputs as the first ones, and does a load lose nothing?
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use kundresa_generate::{OutputFormat, ShopSpec, generate};
use kundresa_ingest::{IngestConfig, IngestError, LoadPlan, SourcePin, discover, plan, plan_pinned};
use kundresa_model::source::{EventSource, ExportKind, Wanted};
use support::{Event, Folder, config, read, read_all};

const SEGMENT: &str = r#"{"type":"track","event":"Order Completed","messageId":"m1","anonymousId":"a1","timestamp":"2024-01-31T10:00:00.123Z","context":{"page":{"url":"https://a.example/x?y=1"},"campaign":{"source":"news","medium":"email"}},"properties":{"order_id":"o1","revenue":12.5,"products":[{"id":1}],"vip":true,"note":"n"}}
{"type":"page","messageId":"m2","anonymousId":"a1","timestamp":"2024-01-31T10:00:01.123Z","context":{"page":{"url":"/z"}},"properties":{"revenue":"many","empty":""}}
"#;

const GA4: &str = r#"{"event_date":"20240301","event_timestamp":"1709316673813350","event_name":"purchase","user_pseudo_id":"d1","event_params":[{"key":"value","value":{"int_value":"5"}},{"key":"page_location","value":{"string_value":"https://a.example/b?utm_source=address"}},{"key":"transaction_id","value":{"string_value":"T2"}},{"key":"nps","value":{"int_value":"9"}},{"key":"source","value":{"string_value":"from params"}},{"key":"stage","value":{"string_value":"s"}}],"collected_traffic_source":{"manual_source":"google"},"user_properties":[{"key":"tier","value":{"string_value":"gold"}}],"batch_page_id":"7","ecommerce":{"purchase_revenue":19.90,"transaction_id":"T1"},"device":{"category":"mobile","browser":"B1","web_info":{"browser":"B2","hostname":"h"}},"traffic_source":{"source":"first"},"geo":{"metro":"M","continent":"Europe"},"stream_id":"77","platform":"WEB"}
{"event_date":"20240302","event_timestamp":"1709402999000000","event_name":"scroll","user_pseudo_id":"d1","event_params":[{"key":"percent_scrolled","value":{"int_value":"90"}}]}
"#;

fn semicolons() -> String {
    let rows = (1..=9).map(|row| format!("u{row};köp;{:02}.01.2024 10:0{row};1.234,5{row};note, {row}\n", row + 12));
    std::iter::once("user_id;event;time;revenue;note\n".to_owned()).chain(rows).collect()
}

fn flat_parquet() -> Vec<u8> {
    let times = (0..4).map(|row| Some(1_706_695_200_000_000 + row));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("user_id", Arc::new((0..4).map(|row| Some(100 + row)).collect::<Int64Array>())),
        ("event", Arc::new(StringArray::from(vec!["a", "b", "a", "c"]))),
        ("event_time", Arc::new(TimestampMicrosecondArray::from_iter(times).with_timezone("UTC"))),
        ("amount", Arc::new(Float64Array::from(vec![Some(1.25), None, Some(2.0), Some(3.5)]))),
        ("page", Arc::new(StringArray::from(vec![Some("/a"), Some("/b?c=1"), None, Some("/d")]))),
        ("note", Arc::new(StringArray::from(vec![Some("n0"), None, Some("n2"), Some("n3")]))),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)));
    let batch = batch.unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// One log of every kind and dialect, with a configuration that it may need.
fn logs() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let naive = "user_id,event,timestamp\nu,a,2024-07-31 10:00:00\nu,b,2024-10-27 02:30:00\n";
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        ("e.csv", semicolons().into_bytes(), ""),
        ("e.csv", text(naive), ""),
        ("e.csv", text(naive), "source_time_zone = \"Europe/Stockholm\""),
        ("e.csv", text(naive), "[[sources]]\nname = \"log\"\ntime = { zone = \"Europe/Stockholm\" }"),
        ("e.csv", text("user_id,event,ts\nu,a,1706695200\nu,b,1706695201\n"), ""),
        ("e.csv", text("contact_id\tstage\tchanged\nc1\tlead\t31/01/2024\nc2\twon\t01/02/2024\n"), ""),
        (
            "e.csv",
            text("user_id,event,time,note,note\nu,a,2024-01-31T10:00:00Z,x,y\n"),
            "[[sources]]\ncolumns = { page_title = \"note_1\" }",
        ),
        (
            "e.csv",
            text("u,a,2024-01-31T10:00:00Z\n"),
            "[[sources]]\nheader = [\"user_id\", \"event\", \"time\"]\nevent = \"seen\"\nproperties = { what = \"event\" }",
        ),
        (
            "e.csv",
            text(
                "user_id,event,time,batch_page_id,utm_source,source\nu,a,Jan 31, 2024,3,x,y\n"
                    .replace("Jan 31, 2024", "\"Jan 31, 2024\"")
                    .as_str(),
            ),
            "",
        ),
        ("segment.json", text(SEGMENT), ""),
        (
            "array.json",
            text(
                "[{\"user_id\":1,\"event\":\"a\",\"ts\":1706695200123},\n{\"user_id\":2,\"event\":\"b\",\"ts\":1706695201000}]",
            ),
            "",
        ),
        ("e.parquet", flat_parquet(), ""),
        ("events_20240301.json", text(GA4), ""),
        (
            "events_20240301.json",
            text(GA4),
            "[[sources]]\nname = \"shop\"\ncolumns = { stage = \"user.tier\" }\nproperties = { area = \"geo.metro\" }\nrevisions = [\"*new*\"]",
        ),
        ("visits.json", sample("matomo/visits.json"), ""),
        ("events.tsv", sample("snowplow/events.tsv"), ""),
        ("events.csv", sample("snowplow-warehouse/events.csv"), ""),
        ("export.zip", sample("amplitude/export.zip"), ""),
        ("export.jsonl", sample("mixpanel/export.jsonl"), ""),
        ("events.jsonl", sample("posthog/events.jsonl"), ""),
        ("export.csv", sample("goatcounter/export.csv"), ""),
        ("website_event.csv", sample("umami/website_event.csv"), ""),
        ("sessions_v2.csv", sample("plausible/sessions_v2.csv"), ""),
    ]
}

/// A sample that ships with the repository.
fn sample(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../sample_data/sources/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn pinned(folder: &Folder, config: &IngestConfig, pins: &[SourcePin]) -> Result<LoadPlan, IngestError> {
    plan_pinned(discover(&[folder.0.path().display().to_string()])?, config, pins)
}

/// Pins of a plan as a store keeps them.
fn kept(plan: &LoadPlan) -> Vec<SourcePin> {
    let pins: Vec<&SourcePin> = plan.sources().iter().map(|source| source.pin()).collect();
    serde_json::from_str(&serde_json::to_string(&pins).unwrap()).unwrap()
}

#[test]
fn a_pinned_source_reads_as_it_was_guessed() {
    for (name, bytes, toml) in logs() {
        let (folder, config) = (Folder::new(&[(name, &bytes)]), config(toml));
        let first = folder.plan(&config).unwrap();
        let pins = kept(&first);
        let again = pinned(&folder, &config, &pins).unwrap();
        assert_eq!(kept(&again), pins, "{name} {toml}");
        assert_eq!(read_all(&first).0, read_all(&again).0, "{name} {toml}");
        assert!(!read_all(&again).0.is_empty(), "{name} {toml}");
        assert_eq!(first.source_facts(), again.source_facts(), "{name} {toml}");
        assert_eq!(first.warnings(), again.warnings(), "{name} {toml}");
        assert_eq!(first.source_time_zone(), again.source_time_zone(), "{name} {toml}");
    }
}

#[test]
fn an_assumed_zone_stays_assumed() {
    let folder = Folder::text("1.csv", "user_id,event,timestamp\nu,a,2024-07-31 10:00:00\n");
    let pins = kept(&folder.plan(&IngestConfig::default()).unwrap());
    let later = Folder::text("2.csv", "user_id,event,timestamp\nu,a,2024-08-31 10:00:00Z\n");
    let plan = pinned(&later, &IngestConfig::default(), &pins).unwrap();
    let source = &plan.sources()[0];
    assert_eq!(source.time_zone(), Some("UTC (assumed)"));
    let warnings = source.warnings();
    assert!(warnings.iter().any(|text| text.contains("carry no zone and are read as UTC")), "{warnings:?}");
}

#[test]
fn an_input_that_says_too_little_by_itself_is_read_by_the_pin() {
    let first = Folder::text("1.csv", "user_id,event,time,revenue\nu,a,13/02/2024 10:00,\"1,5\"\n");
    let pins = kept(&first.plan(&IngestConfig::default()).unwrap());
    let later = Folder::text("2.csv", "user_id,event,time,revenue\nu,a,01/02/2024 10:00,\"1.000,5\"\n");
    assert!(matches!(later.plan(&IngestConfig::default()), Err(IngestError::AmbiguousTime { .. })));
    let (events, _) = read_all(&pinned(&later, &IngestConfig::default(), &pins).unwrap());
    assert_eq!(events[0]["ts"], support::utc("2024-02-01T10:00:00Z"));
    assert_eq!(events[0]["value"], "1000500000");
}

#[test]
fn an_input_in_another_unit_than_the_pin_is_refused_unless_the_configuration_says_it() {
    let rows = |digits: &str| format!("user_id,event,ts\nu,a,1706695200{digits}\nu,b,1706695201{digits}\n");
    let pins = kept(&Folder::text("1.csv", &rows("123")).plan(&IngestConfig::default()).unwrap());
    assert!(pinned(&Folder::text("2.csv", &rows("456")), &IngestConfig::default(), &pins).is_ok());
    let later = Folder::text("2.csv", &rows(""));
    let error = pinned(&later, &IngestConfig::default(), &pins).err().unwrap().to_string();
    assert!(error.contains("2.csv") && error.contains("1706695200") && error.contains("another unit"), "{error}");
    let said = config("[[sources]]\nname = \"log\"\ntime = { format = \"epoch_ms\" }");
    let first = Folder::text("1.csv", &rows("123"));
    let pins = kept(&first.plan(&said).unwrap());
    assert!(pinned(&later, &said, &pins).is_ok());
}

#[test]
fn an_input_that_contradicts_the_pin_is_refused_with_both_names() {
    let first = Folder::text("1.csv", "user_id,event,time\nu,a,2024-02-13T10:00:00Z\n");
    let pins = kept(&first.plan(&IngestConfig::default()).unwrap());
    for (text, why) in [
        ("user_id,event,time\nu,a,1706695200\n", "do not follow the format iso"),
        ("user_id,event,time\nu,a,2024-02-13 10:00:00\n", "carry no zone"),
    ] {
        let error = pinned(&Folder::text("2.csv", text), &IngestConfig::default(), &pins).err().unwrap().to_string();
        let start = "2.csv does not fit source `delimited`, whose mapping comes from 1.csv: ";
        assert!(error.starts_with(start) && error.contains(why), "{error}");
    }
    let owned = config("[[sources]]\nname = \"log\"");
    let pins = kept(&first.plan(&owned).unwrap());
    let error = pinned(&Folder::text("2.json", SEGMENT), &owned, &pins).err().unwrap().to_string();
    assert!(error.contains("source `log`, whose mapping comes from 1.csv: it is NDJSON"), "{error}");
}

#[test]
fn a_source_of_other_columns_gets_a_name_that_no_pin_has() {
    let first = Folder::text("1.csv", "user_id,event,time\nu,a,2024-02-13T10:00:00Z\n");
    let pins = kept(&first.plan(&IngestConfig::default()).unwrap());
    let later = Folder::text("0.csv", "user_id,event,time,note\nu,a,2024-02-13T10:00:00Z,x\n");
    let plan = pinned(&later, &IngestConfig::default(), &pins).unwrap();
    assert_eq!(plan.sources().iter().map(|source| source.name()).collect::<Vec<_>>(), ["delimited-2"]);
}

fn shop(format: OutputFormat) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    generate(&ShopSpec::of(4_000, 5), format, folder.path()).unwrap();
    folder
}

#[test]
fn an_export_tells_its_partitions_and_sets() {
    let folder = Folder::new(&[
        ("a/events_intraday_20240301-000000000000.json", GA4.as_bytes()),
        ("a/events_20240301-000000000001.json", GA4.replace("d1", "d2").as_bytes()),
        ("new/events_20240301.json", GA4.replace("d1", "d3").as_bytes()),
    ]);
    let config = config("[[sources]]\nrevisions = [\"*\", \"a/*\"]");
    let plan = folder.plan(&config).unwrap();
    assert!(!plan.sources()[0].has_row_order());
    let events = plan.events(Wanted::default());
    let sets: Vec<_> = events.inputs().iter().map(|input| input.set.clone().unwrap()).collect();
    let found: Vec<_> = sets.iter().map(|set| (set.kind, set.revision, set.path.as_str())).collect();
    assert_eq!(
        found,
        [
            (ExportKind::Daily, 2, "a/events_20240301.json"),
            (ExportKind::Intraday, 2, "a/events_intraday_20240301.json"),
            (ExportKind::Daily, 1, "new/events_20240301.json"),
        ]
    );
    assert_eq!(sets.iter().max(), Some(&sets[0]));
    assert!(plan.warnings().is_empty(), "{:?}", plan.warnings());
    let notes = plan.notes();
    assert!(notes.len() == 1 && notes[0].contains("a/events_20240301.json counts"), "{notes:?}");
    let (events, _) = read(&plan, Wanted::default());
    assert_eq!(events[0]["partition"], "20240301 77");
    assert_eq!(events[1]["partition"], "20240302");
    assert!(events.iter().all(|event| event["tie"].ends_with("0000000000000000")));
}

#[test]
fn both_encodings_of_an_export_load_the_same() {
    let both = [OutputFormat::Ga4Json, OutputFormat::Ga4Parquet].map(|format| {
        let folder = shop(format);
        let plan = plan(discover(&[folder.path().display().to_string()]).unwrap(), &IngestConfig::default()).unwrap();
        let wanted = plan.load_wanted(&IngestConfig::default(), &BTreeSet::new());
        let (mut events, _) = read(&plan, wanted.clone());
        events.iter_mut().for_each(|event| _ = event.remove("tie"));
        (wanted.text, events)
    });
    assert_eq!(both[0].0, both[1].0);
    assert!(both[0].1 == both[1].1, "events differ");
    let promoted = &both[0].0;
    for name in ["engagement_time_msec", "ga_session_number", "event_date", "stream_id", "device.web_info.hostname"] {
        assert!(promoted.contains(name), "{name}: {promoted:?}");
    }
    for name in ["page_location", "page_title", "ga_session_id", "event_timestamp", "batch_page_id", "user_pseudo_id"] {
        assert!(!promoted.contains(name), "{name}: {promoted:?}");
    }
    assert!(both[0].1.iter().all(|event| event["partition"].starts_with(&format!("{} ", event["event_date"]))));
}

/// Members of `props`, values as text.
fn props(event: &Event) -> BTreeMap<String, String> {
    let Some(text) = event.get("props") else { return BTreeMap::new() };
    let object: BTreeMap<String, serde_json::Value> = serde_json::from_str(text).unwrap();
    let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    object.into_iter().map(|(name, value)| (name, text(value))).collect()
}

fn load(folder: &Folder, config: &IngestConfig, also: &[&str]) -> (BTreeSet<String>, Vec<Event>) {
    let plan = folder.plan(config).unwrap();
    let wanted = plan.load_wanted(config, &also.iter().map(|name| (*name).to_owned()).collect());
    let (events, _) = read(&plan, wanted.clone());
    (wanted.text, events)
}

#[test]
fn every_filled_value_is_in_a_column_or_in_props() {
    for (name, bytes, toml) in logs() {
        let (promoted, events) = load(&Folder::new(&[(name, &bytes)]), &config(toml), &["geo.metro", "properties.vip"]);
        for event in &events {
            let twice: Vec<_> = props(event).into_keys().filter(|name| promoted.contains(name)).collect();
            assert!(twice.is_empty(), "{name}: {twice:?} in {event:?}");
        }
    }
    let holds = |event: &Event, value: &str| {
        event.values().any(|held| held == value) || props(event).values().any(|held| held == value)
    };
    let segment = load(&Folder::text("s.json", SEGMENT), &IngestConfig::default(), &[]).1;
    for value in
        ["Order Completed", "m1", "a1", "news", "email", "o1", "12500000", r#"[{"id":1}]"#, "true", "n", "track"]
    {
        assert!(holds(&segment[0], value), "{value}: {:?}", segment[0]);
    }
    assert!(holds(&segment[1], "many"), "{:?}", segment[1]);
    let parquet = load(&Folder::new(&[("e.parquet", &flat_parquet())]), &IngestConfig::default(), &[]).1;
    assert_eq!(props(&parquet[1]), BTreeMap::from([("page".to_owned(), "/b?c=1".to_owned())]));
    assert_eq!(parquet[0]["note"], "n0");
    let ga4 = load(&Folder::text("events_20240301.json", GA4), &IngestConfig::default(), &[]).1;
    for value in [
        "20240301",
        "77",
        "1709316673813350",
        "purchase",
        "d1",
        "5",
        "https://a.example/b?utm_source=address",
        "T1",
        "T2",
        "9",
        "from params",
        "s",
        "google",
        "gold",
        "7",
        "19.9",
        "mobile",
        "B1",
        "B2",
        "h",
        "first",
        "M",
        "Europe",
        "WEB",
    ] {
        assert!(holds(&ga4[0], value), "{value}: {:?}", ga4[0]);
    }
}

#[test]
fn a_key_is_promoted_from_half_a_percent_on() {
    let row = |row: usize| {
        let more = match row {
            7 => r#","rare":"r""#,
            8 | 9 => r#","seldom":1"#,
            _ => "",
        };
        format!("{{\"user_id\":\"u\",\"event\":\"a\",\"ts\":{},\"often\":\"o{row}\"{more}}}\n", 1_706_695_200 + row)
    };
    let text: String = (0..400).map(row).collect();
    let (promoted, events) = load(&Folder::text("e.json", &text), &IngestConfig::default(), &["asked"]);
    assert_eq!(promoted, ["asked", "often", "seldom"].map(str::to_owned).into());
    assert_eq!(events[7]["props"], r#"{"rare":"r"}"#);
    assert_eq!((events[8]["seldom"].as_str(), events[8].get("props")), ("1", None));
}

#[test]
fn at_most_128_properties_are_promoted_the_most_frequent_first() {
    let row = |row: usize| {
        let keys = (0..200).filter(|key| row.is_multiple_of(key % 4 + 1)).map(|key| format!(",\"k{key:03}\":1"));
        format!("{{\"user_id\":\"u\",\"event\":\"a\",\"ts\":{}{}}}\n", 1_706_695_200 + row, keys.collect::<String>())
    };
    let text: String = (0..24).map(row).collect();
    let (promoted, _) = load(&Folder::text("e.json", &text), &IngestConfig::default(), &["k199"]);
    assert_eq!(promoted.len(), 128);
    let expected = (0..200).filter(|key| key % 4 < 2).map(|key| format!("k{key:03}"));
    assert!(expected.into_iter().all(|name| promoted.contains(&name)), "{promoted:?}");
    assert!(promoted.contains("k199") && promoted.contains("k002") && !promoted.contains("k003"));
}

#[test]
fn a_store_offers_no_name_that_would_be_null_in_every_row() {
    let folder = Folder::text("events_20240301.json", GA4);
    let plan = folder.plan(&IngestConfig::default()).unwrap();
    let wanted = plan.load_wanted(&IngestConfig::default(), &["page_title".to_owned()].into());
    let source = &plan.sources()[0];
    let names = source.stored_columns(&wanted);
    for name in
        ["page_url", "partition", "nps", "user.tier", "transaction_id", "page_title", "channel", "session_channel"]
    {
        assert!(names.contains(name), "{name}: {names:?}");
    }
    for name in ["page_location", "event_timestamp", "event_name", "traffic_source.source"] {
        assert!(!names.contains(name) && source.columns().contains(name), "{name}: {names:?}");
    }
    assert!(source.has_value());
}

#[test]
fn rejected_rows_are_handed_out_in_bounded_portions() {
    let bad = "{\"user_id\":\"u\",\"event\":\"a\"}\n".repeat(40_000);
    let good = "{\"user_id\":\"u\",\"event\":\"a\",\"ts\":1706695200}\n".repeat(1_000);
    let folder = Folder::text("e.json", &format!("{good}{bad}{good}"));
    let plan = folder.plan(&IngestConfig::default()).unwrap();
    let events = plan.events(Wanted::default());
    let mut reader = events.open(0).unwrap();
    let (mut portions, mut kept) = (Vec::new(), 0);
    while let Some(table) = reader.next_table().unwrap() {
        kept += table.len();
        portions.push(reader.take_rejected().len());
    }
    assert!(reader.take_rejected().is_empty());
    assert!(portions.iter().all(|rows| *rows <= 16_384), "{portions:?}");
    assert_eq!((kept, portions.iter().sum::<usize>()), (2_000, 40_000));
    assert_eq!(reader.report().rows_in, 42_000);
}
