//! Do real exports load without any configuration, and do they hold what their publishers say? They lie beside the
//! repository and are not shipped.

use std::collections::BTreeMap;
use std::path::PathBuf;

use kundresa_ingest::IngestConfig;

use super::summary;
use super::support::{plan_of, read, wanted};

/// What a sample must give: kinds, events, actors, first and last time, the three most frequent events, and the highest
/// number of rejected rows.
struct Pin {
    path: &'static str,
    kind: &'static [&'static str],
    events: usize,
    actors: usize,
    first: &'static str,
    last: &'static str,
    top: &'static [(&'static str, usize)],
    most_rejected: usize,
}

const PINS: [Pin; 4] = [
    Pin {
        path: "elastic-weblogs/apache_logs",
        kind: &["access-log"],
        events: 10_000,
        actors: 1_862,
        first: "2015-05-17T10:05:00Z",
        last: "2015-05-20T21:05:59Z",
        top: &[("asset", 5_580), ("page_view", 4_009), ("http_error", 220)],
        most_rejected: 0,
    },
    Pin {
        path: "nasa-http-1995-sample/nasa_19950701.tsv",
        kind: &["access-table"],
        events: 9_999,
        actors: 936,
        first: "1995-07-01T04:00:01Z",
        last: "1995-07-01T07:39:44Z",
        top: &[("asset", 5_999), ("page_view", 3_535), ("redirect", 408)],
        most_rejected: 0,
    },
    Pin {
        path: "nasa-http-1995-sample/nasa_19950801.tsv",
        kind: &["access-table"],
        events: 9_999,
        actors: 853,
        first: "1995-08-01T04:00:01Z",
        last: "1995-08-01T11:54:42Z",
        top: &[("asset", 6_515), ("page_view", 3_210), ("redirect", 136)],
        most_rejected: 0,
    },
    Pin {
        path: "otto/train.jsonl",
        kind: &["otto"],
        events: 862,
        actors: 20,
        first: "2022-07-31T22:00:00.025Z",
        last: "2022-08-28T21:59:57.885Z",
        top: &[("view_item", 800), ("add_to_cart", 52), ("purchase", 10)],
        most_rejected: 0,
    },
];

#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn shared(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// How often each status was answered in the samples of web servers' logs.
const STATUSES: [(&str, &[(&str, usize)]); 3] = [
    (
        "elastic-weblogs/apache_logs",
        &[("200", 9_126), ("206", 45), ("301", 164), ("304", 445), ("403", 2), ("404", 213), ("416", 2), ("500", 3)],
    ),
    ("nasa-http-1995-sample/nasa_19950701.tsv", &[("200", 9_012), ("302", 408), ("304", 531), ("404", 48)]),
    (
        "nasa-http-1995-sample/nasa_19950801.tsv",
        &[("200", 9_046), ("302", 136), ("304", 688), ("403", 1), ("404", 128)],
    ),
];

#[test]
fn statuses_of_web_servers_are_those_that_were_counted() {
    for (path, counts) in STATUSES {
        let Some(path) = shared(path) else { return };
        let plan = plan_of(&[&path], &IngestConfig::default()).unwrap();
        let (events, _) = read(&plan, wanted(&["status"]));
        let mut found = BTreeMap::<&str, usize>::new();
        events.iter().for_each(|event| *found.entry(&event["status"]).or_default() += 1);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), counts, "{}", path.display());
    }
}

#[test]
fn samples_are_read_as_they_were_pinned() {
    for pin in PINS {
        let Some(path) = shared(pin.path) else { return };
        let found = summary(&path, &IngestConfig::default()).unwrap();
        let top: Vec<(&str, usize)> = found.top.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(
            (
                found.kind.as_slice(),
                found.events,
                found.actors,
                found.first.as_str(),
                found.last.as_str(),
                top.as_slice()
            ),
            (pin.kind, pin.events, pin.actors, pin.first, pin.last, pin.top),
            "{}",
            pin.path
        );
        assert!(found.rejected <= pin.most_rejected, "{}: {} rejected", pin.path, found.rejected);
    }
}
