//! Do real exports load without any configuration, and do they hold what their publishers say? They lie beside the
//! repository and are not shipped.

use std::path::PathBuf;

use kundresa_ingest::IngestConfig;

use super::summary;

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

const PINS: [Pin; 2] = [
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
    Pin {
        path: "fivetran-seeds/dbt_ga4_export/event_data.csv",
        kind: &["ga4"],
        events: 6,
        actors: 4,
        first: "2024-09-10T12:35:00Z",
        last: "2024-09-10T13:15:00Z",
        top: &[("add_to_cart", 1), ("begin_checkout", 1), ("checkout", 1)],
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
