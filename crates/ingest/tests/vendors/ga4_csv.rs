//! The GA4 export flattened to CSV, in every way that is known: is an event the same as in the export itself?

use std::collections::BTreeMap;

use kundresa_generate::{OutputFormat, ShopSpec, generate};
use kundresa_ingest::config::KindName;
use kundresa_ingest::{IngestConfig, LoadPlan};
use kundresa_model::quality::RejectReason;
use serde_json::{Map, Value};

use super::support::{Event, Folder, gzip, read, read_all, rejected, wanted};

/// The rows of a shop as the export writes them.
fn shop(events: u64, seed: u64) -> Vec<Map<String, Value>> {
    let folder = tempfile::tempdir().unwrap();
    generate(&ShopSpec::of(events, seed), OutputFormat::Ga4Json, folder.path()).unwrap();
    let mut days: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    days.retain(|day| day.to_str().unwrap().ends_with(".json.gz"));
    days.sort();
    let lines = days
        .iter()
        .map(|day| std::io::read_to_string(flate2::read::GzDecoder::new(std::fs::File::open(day).unwrap())).unwrap());
    lines.flat_map(|day| day.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>()).collect()
}

type Record = BTreeMap<String, String>;

/// Rows with cells by name as delimited text.
fn csv(records: &[Record]) -> String {
    let mut names: Vec<&String> = records.iter().flat_map(BTreeMap::keys).collect();
    names.sort_unstable();
    names.dedup();
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |cells: Vec<String>| cells.join(",") + "\n";
    let mut text = line(names.iter().map(|name| (*name).clone()).collect());
    for record in records {
        text += &line(names.iter().map(|name| record.get(*name).map_or(String::new(), |cell| quoted(cell))).collect());
    }
    text
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Scalars under their paths; lists with indices where `lists`.
fn leaves(path: &str, value: &Value, separator: &str, lists: bool, out: &mut Record) {
    let inner = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}{separator}{name}") };
    match value {
        Value::Null => {}
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| leaves(&inner(name), value, separator, lists, out));
        }
        Value::Array(elements) if lists => elements
            .iter()
            .enumerate()
            .for_each(|(index, element)| leaves(&inner(&index.to_string()), element, separator, lists, out)),
        Value::Array(_) => {}
        scalar => _ = out.insert(path.to_owned(), text(scalar)),
    }
}

fn row_of(row: &Map<String, Value>) -> Value {
    Value::Object(row.clone())
}

/// (a) Cells of JSON, wrapped in the name of their column.
fn nested(row: &Map<String, Value>) -> Vec<Record> {
    let cell = |(name, value): (&String, &Value)| {
        let cell = match value {
            Value::Object(_) | Value::Array(_) => {
                serde_json::to_string_pretty(&serde_json::json!({ name: value })).unwrap()
            }
            scalar => text(scalar),
        };
        (name.clone(), cell)
    };
    vec![row.iter().map(cell).collect()]
}

/// (b) One column per path.
fn paths(row: &Map<String, Value>) -> Vec<Record> {
    let mut record = Record::new();
    leaves("", &row_of(row), ".", true, &mut record);
    vec![record]
}

/// One row per element of a list, beside what the event is.
fn exploded(row: &Map<String, Value>, list: &str, prefix: &str) -> Vec<Record> {
    let mut head = Record::new();
    leaves("", &row_of(row), "_", false, &mut head);
    let elements = row.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
    let record = |element: &Value| {
        let mut record = head.clone();
        leaves(prefix, element, "_", false, &mut record);
        record
    };
    if elements.is_empty() { vec![head] } else { elements.iter().map(record).collect() }
}

/// (c) One row per parameter.
fn params(row: &Map<String, Value>) -> Vec<Record> {
    exploded(row, "event_params", "event_params")
}

/// The parameters of a row as columns.
fn chosen_params(row: &Map<String, Value>, prefix: &str) -> Record {
    let pairs = row["event_params"].as_array().unwrap();
    let pair = |pair: &Value| {
        let value = pair["value"].as_object().unwrap().values().find(|value| !value.is_null()).map(text);
        (format!("{prefix}{}", pair["key"].as_str().unwrap()), value.unwrap_or_default())
    };
    pairs.iter().map(pair).collect()
}

fn written_out(us: &str) -> String {
    let time = chrono::DateTime::from_timestamp_micros(us.parse().unwrap()).unwrap();
    time.format("%Y-%m-%d %H:%M:%S%.6f UTC").to_string()
}

/// (d) Chosen values as columns, with times written out.
fn query(row: &Map<String, Value>) -> Vec<Record> {
    let mut record = Record::new();
    leaves("", &row_of(row), "_", false, &mut record);
    let us = record["event_timestamp"].clone();
    record.insert("event_timestamp".to_owned(), written_out(&us));
    record.extend(chosen_params(row, ""));
    if let Some(session) = record.remove("ga_session_id") {
        record.insert("session_id".to_owned(), session);
    }
    for (short, own) in [("country", "geo_country"), ("browser", "device_web_info_browser")] {
        if let Some(cell) = record.remove(own) {
            record.insert(short.to_owned(), cell);
        }
    }
    vec![record]
}

/// (e) One row per item.
fn items(row: &Map<String, Value>) -> Vec<Record> {
    let mut records = exploded(row, "items", "");
    for record in &mut records {
        record.extend(chosen_params(row, ""));
        // A parameter of the same name would be the event's, and this one is the item's.
        record.remove("value");
        record.remove("currency");
        record.extend(chosen_params(row, "").into_iter().filter(|(name, _)| name == "value" || name == "currency"));
    }
    records
}

/// (f) As Fivetran writes it.
fn fivetran(row: &Map<String, Value>) -> Vec<Record> {
    let mut record = Record::new();
    leaves("", &row_of(row), "_", false, &mut record);
    let us = record["event_timestamp"].clone();
    record.insert("event_timestamp".to_owned(), written_out(&us).trim_end_matches(" UTC").to_owned());
    let day = record["event_date"].clone();
    record.insert("event_date".to_owned(), format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]));
    for (own, name) in [("event_timestamp", "timestamp"), ("event_date", "date"), ("event_name", "name")] {
        let cell = record.remove(own).unwrap();
        record.insert(name.to_owned(), cell);
    }
    record.extend(chosen_params(row, "param_"));
    vec![record]
}

const FIGURES: [&str; 21] = [
    "event",
    "page_url",
    "page",
    "page_title",
    "referrer",
    "source",
    "medium",
    "campaign",
    "channel",
    "device",
    "os",
    "browser",
    "country",
    "city",
    "language",
    "currency",
    "order_id",
    "session_hint",
    "partition",
    "search_term",
    "session_channel",
];

/// Every event without its tie, in order of time.
fn figures(plan: &LoadPlan, names: &[&str]) -> Vec<Event> {
    let (mut events, reports) = read(plan, wanted(names));
    assert!(reports.iter().all(|report| report.rejected.is_empty()), "{:?}", rejected(&reports));
    events.iter_mut().for_each(|event| _ = event.remove("tie"));
    events.sort();
    events
}

fn loaded(name: &str, text: &str) -> (Folder, LoadPlan) {
    let (folder, plan) = Folder::text(name, text).plan_kept(&IngestConfig::default());
    let plan = plan.unwrap();
    assert_eq!(plan.sources().iter().map(|source| source.kind()).collect::<Vec<_>>(), [KindName::Ga4], "{name}");
    (folder, plan)
}

#[test]
fn every_way_to_flatten_an_export_gives_its_events() {
    type Flatten = fn(&Map<String, Value>) -> Vec<Record>;
    let ways: [(&str, Flatten, bool); 6] = [
        ("nested", nested, true),
        ("paths", paths, true),
        ("params", params, false),
        ("query", query, false),
        ("items", items, true),
        ("fivetran", fivetran, false),
    ];
    for seed in [5, 6] {
        let rows = shop(700, seed);
        let json: String = rows.iter().map(|row| serde_json::to_string(row).unwrap() + "\n").collect();
        let (_folder, exported) = loaded("events.json", &json);
        for (way, flatten, has_items) in ways {
            let records: Vec<Record> = rows.iter().flat_map(flatten).collect();
            let (_folder, plan) = loaded("events.csv", &csv(&records));
            let names: Vec<&str> = FIGURES.into_iter().chain(has_items.then_some("items")).collect();
            let (expected, found) = (figures(&exported, &names), figures(&plan, &names));
            assert_eq!(expected.len(), found.len(), "{way}, {seed}");
            for (expected, found) in expected.iter().zip(&found) {
                assert_eq!(expected, found, "{way}, {seed}");
            }
        }
    }
}

#[test]
fn nothing_of_an_event_is_lost_where_lists_are_whole() {
    let rows = shop(400, 7);
    let json: String = rows.iter().map(|row| serde_json::to_string(row).unwrap() + "\n").collect();
    let all = |plan: &LoadPlan| {
        let (mut events, _) = read_all(plan);
        events.iter_mut().for_each(|event| _ = event.remove("tie"));
        events.sort();
        events
    };
    let (_folder, exported) = loaded("events.json", &json);
    for flatten in [nested, paths] {
        let (_folder, plan) = loaded("a.csv", &csv(&rows.iter().flat_map(flatten).collect::<Vec<_>>()));
        for (expected, found) in all(&exported).iter().zip(&all(&plan)) {
            assert_eq!(expected, found);
        }
    }
}

const PARAMS: &str = "\
event_timestamp,user_pseudo_id,event_name,note,event_params_key,event_params_value_string_value,event_params_value_int_value
1,d1,view_item,a,page_location,https://a.example/x,
1,d1,view_item,b,ga_session_id,,77
1,d1,view_item,c,page_location,https://a.example/y,
soon,d1,view_item,,ga_session_id,,1
soon,d1,view_item,,nps,,1
2,d1,scroll,,,,
3,d2,scroll,,nps,,
";

#[test]
fn a_row_that_adds_nothing_begins_another_event() {
    let (_folder, plan) = loaded("params.csv", PARAMS);
    let (events, reports) = read_all(&plan);
    let shown: Vec<_> = events.iter().map(|event| (event["event"].as_str(), event.get("page").cloned())).collect();
    let page = |page: &str| Some(page.to_owned());
    assert_eq!(shown, [("view_item", page("/x")), ("view_item", page("/y")), ("scroll", None), ("scroll", None)]);
    assert_eq!(events[0]["session_hint"], "77");
    assert!(events[0]["props"].contains("\"note\":\"a\""));
    let raw = ["soon,d1,view_item,,ga_session_id,,1", "soon,d1,view_item,,nps,,1"].map(str::to_owned);
    let [first, second] = raw.map(|raw| (RejectReason::BadTime, raw));
    assert_eq!(rejected(&reports), [(5, first.0, first.1), (6, second.0, second.1)]);
    assert_eq!(reports[0].rows_in, 6, "an event is one row, and so is every rejected row");
}

#[test]
fn a_cell_that_holds_no_json_is_rejected_with_its_line() {
    let text = "event_timestamp,event_name,event_params\n1,a,\"[{\"\"key\"\":\"\"k\"\"}]\"\n2,b,\"[{'key': 'k'}]\"\n3,c,[],x\n4,d,\n";
    let (_folder, plan) = loaded("cells.csv", text);
    let (events, reports) = read_all(&plan);
    assert_eq!(events.len(), 2);
    let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(3, RejectReason::BadJson), (4, RejectReason::FieldCount)]);
    assert!(reports[0].rejected[0].detail.starts_with("column event_params holds no JSON"));
}

#[test]
fn compression_byte_order_mark_and_line_ends_make_no_difference() {
    let (_folder, plan) = loaded("params.csv", PARAMS);
    let expected = read_all(&plan).0;
    let windows = format!("\u{feff}{}", PARAMS.replace('\n', "\r\n"));
    for (name, bytes) in [("a.csv.gz", gzip(PARAMS.as_bytes())), ("b.csv", windows.into_bytes())] {
        let plan = Folder::new(&[(name, &bytes)]).plan_kept(&IngestConfig::default());
        assert_eq!(read_all(&plan.1.unwrap()).0, expected, "{name}");
    }
}

#[test]
fn times_that_a_query_may_have_moved_are_doubted() {
    let warned = |time: &str| {
        let text = format!("event_timestamp,user_pseudo_id,event_name\n{time},d1,scroll\n");
        let (_folder, plan) = loaded("query.csv", &text);
        plan.warnings().iter().any(|warning| warning.to_string().contains("carry no zone"))
    };
    assert!(warned("2021-01-28 01:40:22"));
    assert!(!warned("2021-01-28 01:40:22 UTC") && !warned("1611798022695757"));
}

#[test]
fn dollars_fill_the_money_where_nothing_else_does() {
    let text = "name,timestamp,user_pseudo_id,param_source,ecommerce_purchase_revenue_in_usd\n\
        purchase,2024-09-10 12:35:00,d1,,29.99\nscroll,2024-09-10 12:36:00,d1,,0\n";
    let (_folder, plan) = loaded("event.csv", text);
    let (events, _) = read_all(&plan);
    assert_eq!((events[0]["value"].as_str(), events[0]["currency"].as_str()), ("29990000", "USD"));
    assert!(!events[1].contains_key("currency"));
}

/// The shipped samples are one small log in every way to write it.
#[test]
fn the_samples_hold_the_same_events() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample_data/sources/ga4_csv");
    let names = ["event", "page", "session_hint", "device", "country", "currency", "order_id", "source"];
    let of = |file: &str| {
        let plan = super::support::plan_of(&[&folder.join(file)], &IngestConfig::default()).unwrap();
        let mut events = figures(&plan, &names);
        // A query may leave the day out.
        events.iter_mut().for_each(|event| _ = event.remove("partition"));
        events
    };
    let expected = of("console.json");
    assert_eq!(expected.len(), 5);
    for file in ["a_nested.csv", "b_paths.csv", "c_params.csv", "d_query.csv", "e_items.csv", "f_fivetran.csv"] {
        assert_eq!(of(file), expected, "{file}");
    }
}
