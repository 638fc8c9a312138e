//! The samples that are shipped, each read as it is and compressed.

use std::path::PathBuf;

use kundresa_ingest::IngestConfig;

use super::support::{Event, Folder, Report, columns, config, gzip, plan_of, read_all};

/// What a shipped sample gives.
pub(super) struct Read {
    pub(super) kind: &'static str,
    pub(super) events: Vec<Event>,
    pub(super) reports: Vec<Report>,
    pub(super) warnings: Vec<String>,
}

impl Read {
    /// Values of some columns of every event, as one text each.
    pub(super) fn shown(&self, names: &[&str]) -> Vec<String> {
        columns(&self.events, names).into_iter().map(|values| values.join(" | ")).collect()
    }

    /// Times and values of some columns of every event.
    pub(super) fn told(&self, names: &[&str]) -> Vec<String> {
        let told = self.events.iter().zip(self.shown(names));
        told.map(|(event, shown)| format!("{} | {shown}", time(&event["ts"]))).collect()
    }
}

fn time(ts: &str) -> String {
    let time = chrono::DateTime::from_timestamp_micros(ts.parse().unwrap()).unwrap();
    time.format("%Y-%m-%dT%H:%M:%S%.f").to_string()
}

/// A sample that ships with the repository.
pub(super) fn path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample_data/sources")).join(name)
}

/// Reads a shipped sample of a kind by a configuration, of which nothing is to be warned.
pub(super) fn sample_of(kind: &str, name: &str, toml: &str) -> Read {
    let read = sample(name, &config(toml));
    assert_eq!((read.kind, &read.warnings), (kind, &Vec::new()), "{name}");
    read
}

/// Reads a shipped sample, and sees that nothing changes when it is compressed.
pub(super) fn sample(name: &str, config: &IngestConfig) -> Read {
    let path = path(name);
    let text = std::fs::read(&path).unwrap();
    let read = |plan: Result<kundresa_ingest::LoadPlan, kundresa_ingest::IngestError>| {
        let plan = plan.unwrap();
        let (events, reports) = read_all(&plan);
        let warnings = plan.warnings().iter().map(ToString::to_string).collect();
        Read { kind: plan.sources()[0].kind().name(), events, reports, warnings }
    };
    let plain = read(plan_of(&[&path], config));
    let folder = Folder::new(&[("a.gz", &gzip(&text))]);
    let packed = read(folder.plan(config));
    assert_eq!((plain.kind, &plain.events), (packed.kind, &packed.events), "{name} compressed");
    plain
}
