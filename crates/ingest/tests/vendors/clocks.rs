//! Clocks of devices that are wrong, as each source tells of them.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray};
use kundresa_ingest::IngestConfig;
use kundresa_model::quality::ClockCounts;

use super::support::{Event, Folder, Report, config, parquet_of, read_all, utc};

/// Times of a row: made, sent, received, and when it happened by the server's clock, in seconds of the hour.
struct Planted {
    created: &'static str,
    sent: &'static str,
    received: &'static str,
    happened: &'static str,
}

/// A clock that is right, one that is an hour ahead, one of 1971, one that was sent before it was made, and one that waited
/// for two months.
const PLANTED: [Planted; 5] = [
    Planted {
        created: "2024-01-31T10:00:00Z",
        sent: "2024-01-31T10:00:01Z",
        received: "2024-01-31T10:00:01Z",
        happened: "2024-01-31T10:00:00Z",
    },
    Planted {
        created: "2024-01-31T11:00:10Z",
        sent: "2024-01-31T11:00:12Z",
        received: "2024-01-31T10:00:12.5Z",
        happened: "2024-01-31T10:00:10.5Z",
    },
    Planted {
        created: "1971-01-01T00:00:00Z",
        sent: "1971-01-02T00:00:00Z",
        received: "2024-02-01T10:00:00Z",
        happened: "2024-01-31T10:00:00Z",
    },
    Planted {
        created: "2024-01-31T10:00:10Z",
        sent: "2024-01-31T10:00:09Z",
        received: "2024-01-31T10:00:30Z",
        happened: "2024-01-31T10:00:10Z",
    },
    Planted {
        created: "2023-11-30T10:00:00Z",
        sent: "2024-01-31T10:00:00Z",
        received: "2024-01-31T10:00:00Z",
        happened: "2023-11-30T10:00:00Z",
    },
];
/// Where the last two of them fall back to when they were received.
const RECEIVED: [&str; 2] = ["2024-01-31T10:00:30Z", "2024-01-31T10:00:00Z"];

fn happened() -> Vec<String> {
    PLANTED.iter().map(|row| utc(row.happened)).collect()
}

fn happened_or_received() -> Vec<String> {
    let mut times = happened();
    times.splice(3.., RECEIVED.map(utc));
    times
}

fn read(name: &str, bytes: &[u8], config: &IngestConfig) -> (Vec<Event>, Vec<Report>) {
    let plan = Folder::new(&[(name, bytes)]).plan_kept(config);
    let (folder, plan) = (plan.0, plan.1.unwrap());
    let read = read_all(&plan);
    drop(folder);
    read
}

#[track_caller]
fn check(name: &str, bytes: &[u8], config: &IngestConfig, expected: &[String]) -> Vec<Event> {
    let (events, reports) = read(name, bytes, config);
    let found: Vec<&String> = events.iter().map(|event| &event["ts"]).collect();
    assert_eq!(found, expected.iter().collect::<Vec<_>>());
    let mut counts = ClockCounts::default();
    reports.iter().for_each(|report| counts += report.clocks);
    assert_eq!(counts, ClockCounts { corrected: 2, implausible: 2 });
    events
}

/// As vendors write times that mean UTC.
fn plain(time: &str) -> String {
    time.replace('T', " ").trim_end_matches('Z').to_owned()
}

#[test]
fn segment() {
    let call = |(place, row): (usize, &Planted)| {
        format!(
            r#"{{"type":"track","event":"x","messageId":"m-{place}","anonymousId":"a","originalTimestamp":"{}","sentAt":"{}","receivedAt":"{}"}}"#,
            row.created, row.sent, row.received
        )
    };
    let calls: Vec<String> = PLANTED.iter().enumerate().map(call).collect();
    let events = check("calls.jsonl", calls.join("\n").as_bytes(), &IngestConfig::default(), &happened_or_received());
    assert!(events[1]["props"].contains(r#""originalTimestamp":"2024-01-31T11:00:10Z""#), "{}", events[1]["props"]);
    let timed = calls
        .join("\n")
        .replace("\"originalTimestamp\"", "\"timestamp\":\"2024-05-01T00:00:00Z\",\"originalTimestamp\"");
    let (events, reports) = read("calls.jsonl", timed.as_bytes(), &IngestConfig::default());
    assert!(events.iter().all(|event| event["ts"] == utc("2024-05-01T00:00:00Z")), "what Segment corrected stays");
    assert!(reports[0].clocks.is_none());
}

#[test]
fn snowplow_in_both_forms() {
    let id = |place: usize| format!("00000000-0000-4000-8000-00000000000{place}");
    let line = |(place, row): (usize, &Planted)| {
        let mut fields = vec![String::new(); 131];
        fields[3] = plain(row.received);
        fields[4] = plain(row.created);
        (fields[5], fields[6], fields[15]) = ("page_view".to_owned(), id(place), "d".to_owned());
        fields[119] = plain(row.sent);
        fields.join("\t")
    };
    let lines: Vec<String> = PLANTED.iter().enumerate().map(line).collect();
    check("part-0", lines.join("\n").as_bytes(), &IngestConfig::default(), &happened_or_received());
    let header = "event_id,collector_tstamp,dvce_created_tstamp,dvce_sent_tstamp,derived_tstamp,event,domain_userid,domain_sessionid";
    let row = |(place, row): (usize, &Planted)| {
        let [received, created, sent] = [row.received, row.created, row.sent].map(plain);
        format!("{},{received},{created},{sent},,page_view,d,s\n", id(place))
    };
    let rows: String = PLANTED.iter().enumerate().map(row).collect();
    check("events.csv", format!("{header}\n{rows}").as_bytes(), &IngestConfig::default(), &happened_or_received());
    let derived = rows.replace(",,page_view", ",2024-05-01 00:00:00,page_view");
    let (events, reports) = read("events.csv", format!("{header}\n{derived}").as_bytes(), &IngestConfig::default());
    assert!(events.iter().all(|event| event["ts"] == utc("2024-05-01T00:00:00Z")), "what Snowplow derived stays");
    assert!(reports[0].clocks.is_none());
}

#[test]
fn amplitude() {
    let event = |(place, row): (usize, &Planted)| {
        let [created, sent, received] = [row.created, row.sent, row.received].map(plain);
        format!(
            r#"{{"event_type":"x","event_time":"","amplitude_id":1,"device_id":"d","$insert_id":"i-{place}","client_event_time":"{created}","client_upload_time":"{sent}","server_received_time":"{received}"}}"#
        )
    };
    let events: Vec<String> = PLANTED.iter().enumerate().map(event).collect();
    check("events.json", events.join("\n").as_bytes(), &IngestConfig::default(), &happened_or_received());
    let timed = events.join("\n").replace("\"event_time\":\"\"", "\"event_time\":\"2024-05-01 00:00:00\"");
    let (events, reports) = read("events.json", timed.as_bytes(), &IngestConfig::default());
    assert!(events.iter().all(|event| event["ts"] == utc("2024-05-01T00:00:00Z")), "what Amplitude corrected stays");
    assert!(reports[0].clocks.is_none());
}

fn by_configuration() -> IngestConfig {
    config("[[sources]]\ntime = { column = \"made\", sent = \"sent\", received = \"got\" }\n")
}

#[test]
fn any_delimited_text_and_json_by_the_configuration() {
    let rows = PLANTED.iter().map(|row| format!("u,x,{},{},{}\n", row.created, row.sent, row.received));
    let text = format!("user_id,event,made,sent,got\n{}", rows.collect::<String>());
    let events = check("a.csv", text.as_bytes(), &by_configuration(), &happened());
    assert!(events[1]["props"].contains("\"made\":\"2024-01-31T11:00:10Z\""), "{}", events[1]["props"]);
    let millis = |time: &str| utc(time).parse::<i64>().unwrap() / 1_000;
    let rows = PLANTED.iter().map(|row| {
        let (sent, received) = (row.sent, millis(row.received));
        format!(r#"{{"user_id":"u","event":"x","made":"{}","sent":"{sent}","got":{received}}}"#, row.created) + "\n"
    });
    check("a.jsonl", rows.collect::<String>().as_bytes(), &by_configuration(), &happened());
}

#[test]
fn parquet_by_the_configuration() {
    let times = |of: fn(&Planted) -> &'static str| {
        let millis = PLANTED.iter().map(|row| utc(of(row)).parse::<i64>().unwrap() / 1_000);
        Arc::new(TimestampMillisecondArray::from_iter_values(millis).with_timezone("UTC")) as ArrayRef
    };
    let text = |text: &'static str| Arc::new(StringArray::from(vec![text; PLANTED.len()])) as ArrayRef;
    let batch = RecordBatch::try_from_iter([
        ("user_id", text("u")),
        ("event", text("x")),
        ("made", times(|row| row.created)),
        ("sent", times(|row| row.sent)),
        ("got", times(|row| row.received)),
    ]);
    check("a.parquet", &parquet_of(&batch.unwrap(), true, 2), &by_configuration(), &happened());
}

#[test]
fn inspection_tells_how_far_clocks_were_off() {
    let rows = PLANTED.iter().map(|row| format!("u,x,{},{},{}\n", row.created, row.sent, row.received));
    let folder = Folder::text("a.csv", &format!("user_id,event,made,sent,got\n{}", rows.collect::<String>()));
    let inspection = folder.plan(&by_configuration()).unwrap().inspect().unwrap();
    let facts = inspection.sources[0].clock.clone().unwrap();
    assert_eq!((facts.corrected, facts.implausible), (2, 2));
    assert_eq!(facts.median_us, Some(3_599_500_000));
    assert!(inspection.warnings.iter().any(|warning| warning.to_string().contains("2 of the first rows")));
    let again = config(&inspection.suggested_toml());
    assert_eq!(folder.plan(&again).unwrap().sources()[0].pin().source.time.sent.as_deref(), Some("sent"));
}

#[test]
fn half_a_clock_is_refused() {
    let folder = Folder::text("a.csv", "user_id,event,made,sent\nu,x,2024-01-31T10:00:00Z,2024-01-31T10:00:00Z\n");
    let refused =
        |time: &str| folder.plan(&config(&format!("[[sources]]\ntime = {{ {time} }}\n"))).err().unwrap().to_string();
    assert!(refused("column = \"made\", sent = \"sent\"").contains("without `received`"));
    assert!(refused("column = \"made\", received = \"sent\"").contains("without `sent`"));
    assert!(refused("column = \"made\", sent = \"sent\", received = \"sent\"").contains("three columns"));
    assert!(refused("column = \"made\", sent = \"sent\", received = \"gto\"").contains("gto"));
}
