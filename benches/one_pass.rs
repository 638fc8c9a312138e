//! How many events per second do loading and the one pass handle on this machine?
//!
//! `cargo bench --bench one_pass [-- EVENTS]` generates a log (1,000,000 events unless said), loads it from CSV and asks for
//! every analysis at once, five times each, and prints median and spread.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::{Duration, Instant};

use kundresa_engine::RunOptions;
use kundresa_generate::{OutputFormat, ShopSpec};
use kundresa_ingest::{IngestConfig, discover, plan};
use kundresa_model::source::Wanted;
use kundresa_model::spec::funnel::{FunnelSpec, FunnelStep};
use kundresa_model::spec::request::{AnalysisSpec, Request, RunSpec};
use kundresa_model::spec::scope::{DEFAULT_TOP, Scope};
use kundresa_store::{MemoryStore, ShuffleOptions, shuffle};

const RUNS: usize = 5;

fn main() {
    let events = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = folder.path().join("log");
    let truth =
        kundresa_generate::generate(&ShopSpec::of(events, 7), OutputFormat::Csv, &log).expect("the log is written");
    let requests = requests();
    let spec = RunSpec { time_zone: "UTC".to_owned(), ..RunSpec::default() };
    println!("{} events, {} actors, {} runs each", truth.rows.events, truth.actors, RUNS);
    let load = || load(&log.join("events.csv").display().to_string(), &spec, &requests);
    report("load CSV by actor", truth.rows.events, &load);
    let store = load();
    let pass = || kundresa_engine::run(&store, &spec, &requests, &RunOptions::default()).expect("the pass succeeds");
    report("one pass, every analysis", truth.rows.events, &pass);
}

fn requests() -> Vec<Request> {
    let steps = ["view_item", "add_to_cart", "begin_checkout", "purchase"].map(FunnelStep::of).to_vec();
    let funnel = FunnelSpec { steps, ..FunnelSpec::default() };
    let analyses = [
        AnalysisSpec::Sessions,
        AnalysisSpec::Phases,
        AnalysisSpec::PhaseTransitions,
        AnalysisSpec::EventTransitions,
        AnalysisSpec::Funnel(funnel),
    ];
    let scope = Scope { top: DEFAULT_TOP, ..Scope::default() };
    analyses.map(|analysis| Request { analysis, scope: scope.clone() }).to_vec()
}

fn load(log: &str, spec: &RunSpec, requests: &[Request]) -> MemoryStore {
    let text = kundresa_engine::text_columns(spec, requests).expect("the requests are understood");
    let inputs = discover(&[log.to_owned()]).expect("the log is found");
    let plan = plan(inputs, &IngestConfig::default()).expect("the log is understood");
    let events = plan.events(Wanted { text, everything: false });
    shuffle(&events, &ShuffleOptions::default()).expect("the log is loaded").0
}

/// Prints median, fastest and slowest of five runs, and events per second at the median.
fn report<T>(what: &str, events: u64, run: &dyn Fn() -> T) {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            drop(run());
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    let median = times[RUNS / 2];
    let rate = events as f64 / median.as_secs_f64() / 1e6;
    println!("{what}: median {median:.3?} ({:.3?} to {:.3?}), {rate:.1} M events/s", times[0], times[RUNS - 1]);
}
