//! Mixpanel's raw export.

use kundresa_ingest::IngestConfig;
use kundresa_model::quality::RejectReason;

use super::support::{Folder, columns, config, read_all, rejected, utc};
use super::{sample, shown};

const NAMES: [&str; 5] = ["ts", "event", "anonymous_id", "user_id", "event_id"];

fn expected() -> Vec<Vec<String>> {
    let rows = [
        ["2024-01-31T10:00:00Z", "page_view", "d-1", "", "x1"],
        ["2024-01-31T10:01:00Z", "Signed up", "d-1", "0042", "x2"],
        ["2024-01-31T10:01:01Z", "$identify", "d-1", "0042", "x3"],
    ];
    rows.map(|[ts, rest @ ..]| std::iter::once(utc(ts)).chain(rest.map(str::to_owned)).collect()).into()
}

#[test]
fn seconds_and_milliseconds_give_the_same() {
    let (found, _) = shown(&sample("mixpanel/export.jsonl"), "mixpanel", &NAMES);
    assert_eq!(found, expected());
    let text = std::fs::read_to_string(sample("mixpanel/export.jsonl")).unwrap();
    let mut millis = text;
    for second in [1_706_695_200, 1_706_695_260, 1_706_695_261] {
        millis = millis.replace(&format!("\"time\": {second}"), &format!("\"time\": {second}000"));
    }
    let folder = Folder::text("export.jsonl", &millis);
    let (events, _) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    assert_eq!(columns(&events, &NAMES), expected());
}

#[test]
fn old_projects_write_the_clock_of_their_zone() {
    let config = config("[[sources]]\ntime = { format = \"local_epoch_s\", zone = \"America/Los_Angeles\" }\n");
    let text = std::fs::read_to_string(sample("mixpanel/export.jsonl")).unwrap();
    let folder = Folder::text("export.jsonl", &text);
    let (events, _) = read_all(&folder.plan(&config).unwrap());
    assert_eq!(events[0]["ts"], utc("2024-01-31T18:00:00Z"));
}

#[test]
fn page_and_place_are_mapped_and_bad_times_rejected() {
    let (found, _) = shown(&sample("mixpanel/export.jsonl"), "mixpanel", &["page", "source", "country", "os"]);
    assert_eq!(found[0], ["/cup", "news", "SE", "Linux"].map(str::to_owned));
    let text = std::fs::read_to_string(sample("mixpanel/export.jsonl")).unwrap();
    let folder = Folder::text(
        "export.jsonl",
        &format!("{text}{}\n[1]\n", text.lines().next().unwrap().replace("1706695200", "\"soon\"")),
    );
    let (_, reports) = read_all(&folder.plan(&IngestConfig::default()).unwrap());
    let found: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(found, [(4, RejectReason::BadTime), (5, RejectReason::BadJson)]);
}
