//! Are the exports of vendors that are known by name read as they are meant? One file each, and the real samples.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod access_json;
mod access_log;
mod access_table;
mod adobe;
mod alb;
mod amplitude;
mod archives;
mod avro;
mod behaviour;
mod clocks;
mod crm;
mod ga4_csv;
mod goatcounter;
mod matomo;
mod mixpanel;
mod origins;
mod otto;
mod plausible;
mod posthog;
mod real;
mod renames;
mod samples;
mod second_reading;
mod segment;
mod shops;
mod snowplow;
#[path = "../support/mod.rs"]
mod support;
mod umami;
mod universal_analytics;
mod w3c_log;
mod xes;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kundresa_ingest::{IngestConfig, IngestError};
use kundresa_model::field::IdentifierClass;
use samples::path as sample;
use support::{Event, Report, plan_of, read_all};

/// Some columns of every event at a path, read without any configuration as a certain kind.
fn shown(path: &Path, kind: &str, names: &[&str]) -> (Vec<Vec<String>>, Vec<Report>) {
    let plan = plan_of(&[path], &IngestConfig::default()).unwrap();
    let kinds: Vec<&str> = plan.sources().iter().map(|source| source.kind().name()).collect();
    assert_eq!(kinds, [kind]);
    let (events, reports) = read_all(&plan);
    (support::columns(&events, names), reports)
}

/// What is pinned of a log.
#[derive(Debug, PartialEq, Eq)]
struct Summary {
    kind: Vec<&'static str>,
    events: usize,
    /// Different first identifiers, by the class that names an actor.
    actors: usize,
    first: String,
    last: String,
    top: Vec<(String, usize)>,
    rejected: usize,
}

/// Reads everything that is at a path.
fn summary(path: &Path, config: &IngestConfig) -> Result<Summary, IngestError> {
    let plan = plan_of(&[path], config)?;
    let (events, reports) = read_all(&plan);
    let kind: BTreeSet<&str> = plan.sources().iter().map(|source| source.kind().name()).collect();
    Ok(summary_of(kind.into_iter().collect(), &events, &reports))
}

fn summary_of(kind: Vec<&'static str>, events: &[Event], reports: &[Report]) -> Summary {
    let actor = |event: &Event| {
        IdentifierClass::ALL
            .into_iter()
            .find_map(|class| event.get(class.column()).map(|id| (class.column(), id.clone())))
    };
    let actors: BTreeSet<_> = events.iter().filter_map(actor).collect();
    let mut names = BTreeMap::<&str, usize>::new();
    events.iter().for_each(|event| *names.entry(&event["event"]).or_default() += 1);
    let mut top: Vec<(String, usize)> = names.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    top.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    top.truncate(3);
    let times = || events.iter().map(|event| event["ts"].parse::<i64>().unwrap());
    let written = |time: Option<i64>| {
        chrono::DateTime::from_timestamp_micros(time.unwrap_or_default())
            .unwrap()
            .format("%Y-%m-%dT%H:%M:%S%.fZ")
            .to_string()
    };
    let rejected = reports.iter().map(|report| report.rejected.len()).sum();
    let rows_in: u64 = reports.iter().map(|report| report.rows_in).sum();
    assert_eq!(rows_in, (events.len() + rejected) as u64, "a row is an event or rejected");
    Summary {
        kind,
        events: events.len(),
        actors: actors.len(),
        first: written(times().min()),
        last: written(times().max()),
        top,
        rejected,
    }
}
