//! Does the GA4 export read the same from JSON and from Parquet, and does every value land where it belongs?
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod support;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{Int64Builder, ListBuilder, StringBuilder, StructBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray, StructArray};
use arrow_schema::{DataType, Field, Fields};
use kundresa_generate::{GeneratedTruth, OutputFormat, ShopSpec, generate};
use kundresa_ingest::config::{Columns, IngestConfig, KindName, SourceConfig};
use kundresa_ingest::{LoadPlan, discover, plan};
use kundresa_model::event_table::{EventFlags, EventTable};
use kundresa_model::field::{IdentifierClass, text};
use kundresa_model::quality::RejectReason;
use kundresa_model::source::{EventSource, Wanted};
use parquet::arrow::ArrowWriter;
use support::Report;

fn planned(folder: &Path, config: &IngestConfig) -> LoadPlan {
    plan(discover(&[folder.to_str().unwrap().to_owned()]).unwrap(), config).unwrap()
}

fn read(plan: &LoadPlan, wanted: Wanted) -> (Vec<EventTable>, Vec<Report>) {
    let events = plan.events(wanted);
    let (mut tables, mut reports) = (Vec::new(), Vec::new());
    for part in 0..events.parts() {
        let mut reader = events.open(part).unwrap();
        let mut rejected = Vec::new();
        while let Some(table) = reader.next_table().unwrap() {
            rejected.extend(reader.take_rejected());
            tables.push(table);
        }
        rejected.extend(reader.take_rejected());
        reports.push(Report { rejected, report: reader.report() });
    }
    (tables, reports)
}

fn wanted(names: &[&str]) -> Wanted {
    Wanted { text: names.iter().map(|name| (*name).to_owned()).collect(), everything: false }
}

fn everything() -> Wanted {
    Wanted { everything: true, ..wanted(&["search_term", "engagement_time_msec", "user.customer_group", "geo.metro"]) }
}

/// Every column but the tie as text, by name, row by row.
fn rows(tables: &[EventTable]) -> Vec<BTreeMap<String, String>> {
    let mut rows = Vec::new();
    for table in tables {
        for row in 0..table.len() {
            let mut cells = BTreeMap::from([
                ("ts".to_owned(), table.ts()[row].to_string()),
                ("flags".to_owned(), table.flags()[row].to_string()),
            ]);
            let mut add = |name: &str, value: Option<String>| value.map(|value| cells.insert(name.to_owned(), value));
            for class in IdentifierClass::ALL {
                let ids = table.identifiers(class).filter(|ids| ids.is_valid(row));
                add(class.column(), ids.map(|ids| ids.value(row).to_owned()));
            }
            let value = table.value().filter(|value| value.is_valid(row));
            add("value", value.map(|value| value.value(row).to_string()));
            for index in 0..3 {
                let sequence = table.sequence(index).filter(|sequence| sequence.is_valid(row));
                add(&format!("sequence_{index}"), sequence.map(|sequence| sequence.value(row).to_string()));
            }
            for name in table.text_names() {
                let column = table.text(&name).unwrap();
                let code = column.keys().is_valid(row).then(|| column.keys().value(row) as usize);
                add(&name, code.map(|code| column.values().as_string::<i32>().value(code).to_owned()));
            }
            rows.push(cells);
        }
    }
    rows
}

fn shop(format: OutputFormat) -> (tempfile::TempDir, GeneratedTruth) {
    let folder = tempfile::tempdir().unwrap();
    let truth = generate(&ShopSpec::of(6_000, 5), format, folder.path()).unwrap();
    (folder, truth)
}

#[test]
fn json_and_parquet_of_one_shop_give_the_same_events() {
    let ((json, truth), (parquet, _)) = (shop(OutputFormat::Ga4Json), shop(OutputFormat::Ga4Parquet));
    for wanted in [Wanted::default(), wanted(&[text::CHANNEL, text::PAGE, "nps"]), everything()] {
        let (left, _) = read(&planned(json.path(), &IngestConfig::default()), wanted.clone());
        let (right, _) = read(&planned(parquet.path(), &IngestConfig::default()), wanted);
        let (left, right) = (rows(&left), rows(&right));
        assert_eq!(left.len() as u64, truth.rows.events);
        for (left, right) in left.iter().zip(&right) {
            assert_eq!(left, right);
        }
        assert_eq!(left.len(), right.len());
    }
}

#[test]
fn the_books_of_the_shop_are_found_in_the_events() {
    let (folder, truth) = shop(OutputFormat::Ga4Json);
    let plan = planned(folder.path(), &IngestConfig::default());
    assert_eq!(plan.sources().iter().map(|source| source.kind()).collect::<Vec<_>>(), [KindName::Ga4]);
    let (tables, reports) = read(&plan, everything());
    let rows = rows(&tables);
    assert_eq!(reports.iter().map(|report| report.rows_in).sum::<u64>(), truth.rows.events);
    assert!(reports.iter().all(|report| report.rejected.is_empty() && report.bad_values == 0));
    let mut names = BTreeMap::<String, u64>::new();
    rows.iter().for_each(|row| *names.entry(row["event"].clone()).or_default() += 1);
    assert_eq!(names, truth.rows.by_event);
    let count = |test: &dyn Fn(&BTreeMap<String, String>) -> bool| rows.iter().filter(|row| test(row)).count() as u64;
    let flag = |row: &BTreeMap<String, String>, bit: u8| row["flags"].parse::<u8>().unwrap() & bit != 0;
    assert_eq!(count(&|row| flag(row, EventFlags::SYNTHETIC)), truth.rows.synthetic);
    assert_eq!(count(&|row| !flag(row, EventFlags::ACTIVITY)), 0);
    assert_eq!(count(&|row| !row.contains_key("anonymous_id")), truth.rows.unidentified);
    assert_eq!(count(&|row| row.contains_key("user_id") && !row.contains_key("anonymous_id")), 0);
    let mut orders = BTreeMap::new();
    for row in rows.iter().filter(|row| row["event"] == "purchase" && row.contains_key("anonymous_id")) {
        orders.insert(row["order_id"].clone(), (row["currency"].clone(), row["value"].parse::<i64>().unwrap()));
    }
    let mut revenue = BTreeMap::<String, i64>::new();
    orders.values().for_each(|(currency, micros)| *revenue.entry(currency.clone()).or_default() += micros / 10_000);
    assert_eq!((orders.len() as u64, revenue), (truth.orders, truth.revenue_cents));
}

#[test]
fn channels_agree_with_the_vendors_own_wherever_a_visit_lands() {
    let (folder, _) = shop(OutputFormat::Ga4Parquet);
    let names = [text::CHANNEL, text::SOURCE, text::MEDIUM, text::CAMPAIGN, "session_channel", "first_touch.source"];
    let (tables, _) = read(&planned(folder.path(), &IngestConfig::default()), wanted(&names));
    let rows = rows(&tables);
    let both: Vec<_> = rows.iter().filter_map(|row| row.get("channel").zip(row.get("session_channel"))).collect();
    assert!(both.len() > 300);
    both.iter().for_each(|(ours, vendors)| assert_eq!(ours, vendors));
    let kinds: std::collections::BTreeSet<_> = both.iter().map(|(ours, _)| ours.as_str()).collect();
    assert!(kinds.len() >= 9, "{kinds:?}");
    assert!(rows.iter().any(|row| row.contains_key("first_touch.source") && !row.contains_key("source")));
}

#[test]
fn only_what_is_wanted_is_in_the_tables() {
    let (folder, _) = shop(OutputFormat::Ga4Json);
    let (tables, _) = read(&planned(folder.path(), &IngestConfig::default()), wanted(&[text::DEVICE, "nps"]));
    let names: Vec<String> = tables[0].text_names().collect();
    assert_eq!(names, ["event", "device", "order_id", "partition", "nps", "source_name"]);
}

#[test]
fn equal_rows_have_equal_ties_and_different_rows_do_not() {
    for format in [OutputFormat::Ga4Json, OutputFormat::Ga4Parquet] {
        let (folder, truth) = shop(format);
        let (tables, _) = read(&planned(folder.path(), &IngestConfig::default()), Wanted::default());
        let ties: std::collections::BTreeSet<u128> =
            tables.iter().flat_map(|table| (0..table.len()).map(|row| table.tie(row))).collect();
        assert!(truth.rows.repeated_rows > 3);
        assert_eq!(ties.len() as u64, truth.rows.events - truth.rows.repeated_rows, "{format:?}");
    }
}

fn one_line(line: &str) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let sure = r#"{"event_timestamp":"1","event_name":"x","event_params":[]}"#;
    std::fs::write(folder.path().join("events.json"), format!("{line}\n{sure}\n")).unwrap();
    let (tables, reports) = read(
        &planned(folder.path(), &IngestConfig::default()),
        Wanted { everything: true, ..wanted(&["user.tier", "flag"]) },
    );
    assert_eq!(reports.len(), 1);
    rows(&tables).remove(0)
}

#[test]
fn every_encoding_of_a_value_reads_the_same() {
    let text = r#"{"event_timestamp":"1709316673813350","event_name":"purchase","event_params":[{"key":"value","value":{"int_value":"5"}},{"key":"flag","value":{"int_value":"1"}}],"is_active_user":"true","batch_page_id":"7","ecommerce":{"purchase_revenue":19.90,"transaction_id":"(not set)"}}"#;
    let real = r#"{"event_timestamp":1709316673813350,"event_name":"purchase","event_params":[{"value":{"string_value":null,"int_value":5},"key":"value"},{"key":"flag","value":{"double_value":1.0}}],"is_active_user":true,"batch_page_id":7,"user_id":null,"ecommerce":{"purchase_revenue":1.99e1,"transaction_id":null}}"#;
    let (mut left, mut right) = (one_line(text), one_line(real));
    // A property keeps `(not set)`, a canonical column has null for it.
    let placeholder = r#""ecommerce.transaction_id":"(not set)","#;
    assert_eq!(left.remove("props").unwrap().replace(placeholder, ""), right.remove("props").unwrap());
    assert_eq!(left, right);
    assert_eq!((left["value"].as_str(), left["flag"].as_str(), left["sequence_0"].as_str()), ("19900000", "1", "7"));
    assert!(!left.contains_key("order_id"));
}

#[test]
fn traffic_comes_from_one_place_only() {
    let row = |more: &str| {
        let line = format!(
            r#"{{"event_timestamp":"1","event_name":"page_view","event_params":[{{"key":"source","value":{{"string_value":"from params"}}}},{{"key":"campaign","value":{{"string_value":"params too"}}}},{{"key":"page_location","value":{{"string_value":"https://a.example/b?utm_source=address&utm_medium=email&utm_content=c"}}}}]{more}}}"#
        );
        let row = one_line(&line);
        ["source", "medium", "campaign", "content"].map(|name| row.get(name).cloned().unwrap_or_default())
    };
    assert_eq!(row(""), ["from params", "email", "params too", "c"]);
    let collected = r#","collected_traffic_source":{"manual_source":"google","manual_medium":"cpc","gclid":"x"}"#;
    assert_eq!(row(collected)[..2], ["google", "cpc"]);
    assert_eq!(row(r#","collected_traffic_source":{"manual_source":"(not set)","gclid":"x"}"#)[0], "from params");
}

#[test]
fn first_touch_never_fills_the_source_of_an_event() {
    let line = r#"{"event_timestamp":"1","event_name":"scroll","event_params":[],"traffic_source":{"name":"n","medium":"organic","source":"google"},"user_properties":[{"key":"tier","value":{"string_value":"gold","set_timestamp_micros":"5"}}],"session_traffic_source_last_click":{"cross_channel_campaign":{"default_channel_group":"Email"}}}"#;
    let row = one_line(line);
    assert!(!row.contains_key("source") && !row.contains_key("channel"));
    assert_eq!(row["first_touch.source"], "google");
    assert_eq!(row["session_channel"], "Email");
    assert_eq!(row["user.tier"], "gold");
}

#[test]
fn items_props_and_passive_events_have_their_places() {
    let line = r#"{"event_timestamp":"1","event_name":"app_update","event_params":[{"key":"nps","value":{"int_value":"9"}},{"key":"note","value":{"string_value":"a \"b\""}}],"items":[{"item_id":"7","item_name":"Tent","item_brand":"(not set)","price":20.0,"quantity":"2","item_params":[{"key":"k","value":{"int_value":"1"}}]}],"stream_id":"5"}"#;
    let row = one_line(line);
    assert_eq!(row["items"], r#"[{"id":"7","name":"Tent","price":20,"quantity":2}]"#);
    assert_eq!(row["props"], r#"{"note":"a \"b\"","nps":9,"stream_id":"5"}"#);
    assert_eq!(row["flags"], "0");
}

/// What was paid back stands in `ecommerce.refund_value` as what was paid stands in `ecommerce.purchase_revenue`; `value` is
/// what is left where they are null, and other events have no other money.
#[test]
fn money_of_refunds_is_their_refund_value() {
    let folder = tempfile::tempdir().unwrap();
    let row = |ts: u32, event: &str, ecommerce: &str| {
        format!(
            r#"{{"event_timestamp":"{ts}","event_name":"{event}","event_params":[{{"key":"value","value":{{"int_value":"5"}}}}],"ecommerce":{ecommerce}}}"#
        )
    };
    let both = r#"{"refund_value":19.9,"purchase_revenue":30}"#;
    let lines = [
        row(1, "refund", both),
        row(2, "refund", r#"{"refund_value":null}"#),
        row(3, "purchase", both),
        row(4, "add_to_cart", both),
        row(5, "app_store_refund", both),
    ];
    std::fs::write(folder.path().join("events.json"), lines.join("\n")).unwrap();
    let wanted = Wanted { text: ["event".to_owned()].into(), everything: false };
    let (tables, _) = read(&planned(folder.path(), &IngestConfig::default()), wanted);
    let values: Vec<_> = rows(&tables).iter().map(|row| row["value"].clone()).collect();
    assert_eq!(values, ["19900000", "5000000", "30000000", "5000000", "19900000"]);
}

#[test]
fn bad_rows_are_set_aside_with_their_line_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        r#"{"event_timestamp":"1","event_name":"x","event_params":[]}"#,
        r#"{"event_timestamp":"soon","event_name":"x","event_params":[]}"#,
        r#"{"event_name":"x","event_params":[]}"#,
        r#"{"event_timestamp":"1","event_params":[]}"#,
        r#"{"event_timestamp":"1","event_name":"x","event_params":["#,
        "",
        r#"{"event_timestamp":"2","event_name":"purchase","event_params":[],"ecommerce":{"purchase_revenue":"NaN?"}}"#,
    ];
    std::fs::write(folder.path().join("events.json"), lines.join("\n")).unwrap();
    let (tables, reports) = read(&planned(folder.path(), &IngestConfig::default()), Wanted::default());
    let rejected: Vec<_> = reports[0].rejected.iter().map(|row| (row.line, row.reason)).collect();
    let expected = [
        (2, RejectReason::BadTime),
        (3, RejectReason::MissingTime),
        (4, RejectReason::MissingEvent),
        (5, RejectReason::BadJson),
    ];
    assert_eq!(rejected, expected);
    assert_eq!(reports[0].rejected[0].detail, "event_timestamp `soon` is not a whole number of microseconds");
    assert_eq!((reports[0].rows_in, reports[0].bad_values), (6, 1));
    assert_eq!(rows(&tables).iter().map(|row| row["ts"].as_str()).collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn a_pretty_printed_array_is_read_like_lines() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[{\n  \"event_timestamp\": \"1\",\n  \"event_name\": \"a\",\n  \"event_params\": [{\n    \"key\": \"k\"\n  }]\n}, {\n  \"event_timestamp\": \"2\",\n  \"event_name\": \"b\",\n  \"event_params\": []\n}]\n";
    std::fs::write(folder.path().join("console.json"), text).unwrap();
    let plan = planned(folder.path(), &IngestConfig::default());
    assert_eq!(plan.sources()[0].kind(), KindName::Ga4);
    let (tables, _) = read(&plan, Wanted::default());
    assert_eq!(rows(&tables).iter().map(|row| row["event"].as_str()).collect::<Vec<_>>(), ["a", "b"]);
}

/// A small export with a list whose elements are called `name`, narrow integers, and nulls at every level.
fn odd_parquet(path: &Path, name: &str) {
    let value = Fields::from(vec![
        Field::new("string_value", DataType::Utf8, true),
        Field::new("int_value", DataType::Int64, true),
    ]);
    let pair = Fields::from(vec![
        Field::new("key", DataType::Utf8, true),
        Field::new("value", DataType::Struct(value.clone()), true),
    ]);
    let mut params = ListBuilder::new(StructBuilder::from_fields(pair.clone(), 0)).with_field(Field::new(
        name,
        DataType::Struct(pair),
        true,
    ));
    for (key, number) in [("ga_session_id", Some(77)), ("page_location", None)] {
        let record = params.values();
        record.field_builder::<StringBuilder>(0).unwrap().append_value(key);
        let inner = record.field_builder::<StructBuilder>(1).unwrap();
        inner
            .field_builder::<StringBuilder>(0)
            .unwrap()
            .append_option(number.is_none().then_some("https://a.example/x?y=1"));
        inner.field_builder::<Int64Builder>(1).unwrap().append_option(number);
        inner.append(true);
        record.append(true);
    }
    params.append(true);
    params.append_null();
    let device = StructArray::new(
        Fields::from(vec![Field::new("category", DataType::Utf8, true)]),
        vec![Arc::new(StringArray::from(vec!["tablet", "hidden"])) as ArrayRef],
        Some(vec![true, false].into()),
    );
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("event_timestamp", Arc::new(Int64Array::from(vec![5, 6]))),
        ("event_name", Arc::new(arrow_array::LargeStringArray::from(vec!["view_item", "scroll"]))),
        ("event_params", Arc::new(params.finish())),
        ("device", Arc::new(device)),
        ("batch_page_id", Arc::new(arrow_array::Int32Array::from(vec![Some(3), None]))),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn element_names_narrow_integers_and_null_records_make_no_difference_in_parquet() {
    let mut all = Vec::new();
    for name in ["element", "item", "array_element"] {
        let folder = tempfile::tempdir().unwrap();
        odd_parquet(&folder.path().join("part-0.parquet"), name);
        let plan = planned(folder.path(), &IngestConfig::default());
        assert_eq!(plan.sources()[0].kind(), KindName::Ga4);
        let (tables, _) = read(&plan, everything());
        all.push(rows(&tables));
    }
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
    let (first, second) = (&all[0][0], &all[0][1]);
    assert_eq!(
        (first["session_hint"].as_str(), first["page"].as_str(), first["sequence_0"].as_str()),
        ("77", "/x", "3")
    );
    assert_eq!(first["device"], "tablet");
    assert!(!second.contains_key("device") && !second.contains_key("session_hint"));
}

#[test]
fn the_configuration_may_move_a_field_and_name_a_property() {
    let folder = tempfile::tempdir().unwrap();
    let line = r#"{"event_timestamp":"1","event_name":"x","user_pseudo_id":"d","event_params":[{"key":"member","value":{"string_value":"m1"}}],"geo":{"metro":"M"}}"#;
    File::create(folder.path().join("events.json")).unwrap().write_all(line.as_bytes()).unwrap();
    let source = SourceConfig {
        columns: [("user_id".to_owned(), Columns::One("member".to_owned()))].into(),
        properties: [("area".to_owned(), "geo.metro".to_owned())].into(),
        ..SourceConfig::default()
    };
    let config = IngestConfig { sources: vec![source.clone()], ..IngestConfig::default() };
    let (tables, _) = read(&planned(folder.path(), &config), wanted(&["area"]));
    let row = rows(&tables).remove(0);
    assert_eq!((row["user_id"].as_str(), row["area"].as_str()), ("m1", "M"));
    let wrong = SourceConfig { columns: [("user_idd".to_owned(), Columns::One("x".to_owned()))].into(), ..source };
    let config = IngestConfig { sources: vec![wrong], ..IngestConfig::default() };
    let error = plan(discover(&[folder.path().to_str().unwrap().to_owned()]).unwrap(), &config).err().unwrap();
    assert!(error.to_string().contains("did you mean `user_id`?"), "{error}");
}

#[test]
fn inspection_offers_parameters_user_properties_and_short_names() {
    let (folder, _) = shop(OutputFormat::Ga4Json);
    let names = planned(folder.path(), &IngestConfig::default()).columns();
    for name in [
        "search_term",
        "user.customer_group",
        "first_touch.source",
        "session_channel",
        "device.web_info.hostname",
        "channel",
        "page",
    ] {
        assert!(names.contains(name), "{name}: {names:?}");
    }
}

/// The shipped sample as the command line reads it, with its own configuration.
fn sample() -> (LoadPlan, serde_json::Value) {
    #[derive(serde::Deserialize)]
    struct File {
        sources: Vec<SourceConfig>,
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample_data/webshop");
    let file: File = toml::from_str(&std::fs::read_to_string(folder.join("kundresa.toml")).unwrap()).unwrap();
    let config = IngestConfig { sources: file.sources, ..IngestConfig::default() };
    let truth = std::fs::read_to_string(folder.with_file_name("webshop.truth.json")).unwrap();
    (planned(&folder, &config), serde_json::from_str(&truth).unwrap())
}

#[test]
fn the_shipped_sample_loads_whole_with_one_id_space() {
    let (plan, truth) = sample();
    let (tables, reports) = read(&plan, everything());
    let rows = rows(&tables);
    assert!(reports.iter().all(|report| report.rejected.is_empty()), "{reports:?}");
    let mut names = BTreeMap::<String, u64>::new();
    rows.iter().for_each(|row| *names.entry(row["event"].clone()).or_default() += 1);
    assert_eq!(serde_json::to_value(&names).unwrap(), truth["rows"]["by_event"]);
    let ids: std::collections::BTreeSet<_> = rows.iter().filter_map(|row| row.get("anonymous_id")).collect();
    assert_eq!(ids.len() as u64, truth["actors"]);
    let nobody = rows.iter().filter(|row| IdentifierClass::ALL.iter().all(|class| !row.contains_key(class.column())));
    assert_eq!(nobody.count() as u64, truth["rows"]["unidentified"]);
    let of = |source: &str| rows.iter().filter(|row| row["source_name"] == source).collect::<Vec<_>>();
    let crm = of("crm");
    assert!(crm.iter().all(|row| row["flags"] == EventFlags::DAY_PRECISION.to_string() && row.contains_key("stage")));
    assert!(crm.iter().all(|row| row.contains_key("crm_id") && row["event"] == "stage_changed"));
    let sources: Vec<_> = plan.sources().iter().map(|source| source.name()).collect();
    assert_eq!(sources, ["server", "crm", "ga4"], "GA4 in both encodings is one source");
    assert_eq!(of("ga4").len() + of("crm").len() + of("server").len(), rows.len());
}
