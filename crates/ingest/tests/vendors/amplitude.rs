//! Amplitude's export, as it is downloaded and as a table.

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::support::{Folder, columns, read_all, rejected, utc};
use super::{sample, shown};

const NAMES: [&str; 6] = ["ts", "event", "anonymous_id", "user_id", "session_hint", "value"];

#[test]
fn a_zip_of_gzipped_lines_is_read() {
    let (found, reports) = shown(&sample("amplitude/export.zip"), "amplitude", &NAMES);
    let session = "dev-1.1706695200123";
    let rows = [
        [&utc("2024-01-31T10:00:00.123456Z"), "page_view", "dev-1", "", session, ""],
        [&utc("2024-01-31T10:01:00Z"), "Add to Cart", "dev-1", "0042", session, "9500000"],
        [&utc("2024-01-31T11:30:00.5Z"), "push received", "dev-1", "0042", "", ""],
    ];
    assert_eq!(found, rows.map(|row| row.map(str::to_owned).to_vec()));
    let inputs: Vec<&str> = reports.iter().map(|report| report.input.as_str()).collect();
    assert_eq!(inputs[1], "export.zip/218028/218028_2024-01-31_11#0.json.gz");
}

#[test]
fn properties_keep_their_names() {
    let (found, _) =
        shown(&sample("amplitude/export.zip"), "amplitude", &["page", "source", "country", "props", "event_id"]);
    assert_eq!(found[0][..3], ["/cup", "news", "Sweden"]);
    assert!(found[1][3].contains("\"event_properties.sku\":\"007\""), "{}", found[1][3]);
    assert!(found[2][3].contains("\"session_id\":"), "{}", found[2][3]);
    assert_eq!(found[0][4], "i-00.123456");
}

#[test]
fn a_table_has_the_same_columns() {
    let text = "amplitude_id,device_id,user_id,event_type,event_time,session_id,_insert_id,event_properties\n\
        1,d,0042,view,2024-01-31T10:00:00.123,1706695200123,i-1,\"{\"\"sku\"\":\"\"007\"\"}\"\n\
        1,d,,view,2024-01-31T10:00:01.123,-1,,{}\n\
        1,d,,view,tomorrow,-1,,{}\n";
    let folder = Folder::text("events.csv", text);
    let plan = folder.plan(&IngestConfig::default()).unwrap();
    assert!(plan.warnings().is_empty(), "{:?}", plan.warnings());
    let (events, reports) = read_all(&plan);
    let found = columns(&events, &["ts", "session_hint", "user_id"]);
    assert_eq!(found[0], [&utc("2024-01-31T10:00:00.123Z"), "d.1706695200123", "0042"]);
    assert_eq!(found[1][1..], ["", ""]);
    assert!(events[0]["props"].contains("\"event_properties.sku\":\"007\""), "{}", events[0]["props"]);
    assert_eq!(rejected(&reports)[0].1, RejectReason::BadTime);
}
