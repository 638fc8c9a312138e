//! What does each kernel cost per event, and on which shape of data?
//!
//! `cargo bench --bench kernels [-- EVENTS] [-- NAME…]` makes up logs of three shapes (300,000 events unless said), and prints for
//! every kernel nanoseconds per event on one thread: median of five, fastest, slowest. Names choose kernels and shapes.
//!
//! ```text
//! dense    1,000 actors, seconds between events, every event a step of the funnel
//! sparse   three events an actor, days between them, a hundredth of them steps
//! skewed   half of the events are one actor's, the other half as in sparse
//! ```
//!
//! Each analysis runs alone over a log in memory, through the engine, so a figure holds what the analysis needs: sessions,
//! labels of phases. `visit` is the floor: nothing but the visit of all columns. `decode` is the same over a store.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kundresa_engine::RunOptions;
use kundresa_ingest::{IngestConfig, LoadPlan, discover, plan};
use kundresa_model::actor_source::{ActorBatch, ActorSource, Projection};
use kundresa_model::source::{EventSource, Wanted};
use kundresa_model::spec::carts::CartSpec;
use kundresa_model::spec::funnel::{FunnelSpec, FunnelStep};
use kundresa_model::spec::overview::OverviewSpec;
use kundresa_model::spec::paths::PathSpec;
use kundresa_model::spec::request::{AnalysisSpec, Request, RunSpec};
use kundresa_model::spec::scope::{DEFAULT_TOP, Scope};
use kundresa_store::{MemoryStore, ShuffleOptions, Store, shuffle};

const RUNS: usize = 5;
const STEPS: [&str; 4] = ["view_item", "add_to_cart", "begin_checkout", "purchase"];

/// A shape of data.
#[derive(Clone, Copy)]
enum Shape {
    Dense,
    Sparse,
    Skewed,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let events = words.iter().find_map(|word| word.parse().ok()).unwrap_or(300_000);
    let names: Vec<&String> = words.iter().filter(|word| word.parse::<u64>().is_err()).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("| kernel | shape | ns per event | fastest to slowest |\n|---|---|---|---|");
    for (shape, name) in [(Shape::Dense, "dense"), (Shape::Sparse, "sparse"), (Shape::Skewed, "skewed")] {
        let csv = folder.path().join(format!("{name}.csv"));
        fs::write(&csv, log(shape, events)).expect("the log is written");
        for kernel in kernels(&csv) {
            let is_asked = |asked: &String| asked == kernel.name || asked == name;
            if names.is_empty() || names.iter().any(|asked| is_asked(asked)) {
                report(&kernel, name, events);
            }
        }
    }
}

/// Work to be timed.
struct Kernel {
    name: &'static str,
    work: Box<dyn Fn()>,
}

fn kernels(csv: &Path) -> Vec<Kernel> {
    let spec = RunSpec { time_zone: "UTC".to_owned(), ..RunSpec::default() };
    let store = csv.with_extension("store");
    load(csv, &store);
    let of = |name, work| Kernel { name, work };
    let (at, place) = (csv.to_owned(), csv.to_owned());
    let mut kernels = vec![
        of("read_csv", Box::new(move || read_through(&at)) as Box<dyn Fn()>),
        of("read_and_shuffle", Box::new(move || drop(black_box(in_memory(&place))))),
        of("decode", decode(&store)),
        of("visit", visit(csv)),
    ];
    kernels.extend(analyses().into_iter().map(|(name, analysis)| of(name, pass(csv, &spec, analysis))));
    kernels
}

fn analyses() -> [(&'static str, AnalysisSpec); 8] {
    let funnel = FunnelSpec { steps: STEPS.map(FunnelStep::of).to_vec(), ..FunnelSpec::default() };
    [
        ("sessions", AnalysisSpec::Sessions),
        ("funnel", AnalysisSpec::Funnel(funnel)),
        ("event_transitions", AnalysisSpec::EventTransitions),
        ("phases", AnalysisSpec::Phases),
        ("phase_transitions", AnalysisSpec::PhaseTransitions),
        ("carts", AnalysisSpec::Carts(CartSpec::default())),
        ("paths", AnalysisSpec::Paths(PathSpec::default())),
        ("overview", AnalysisSpec::Overview(OverviewSpec::default())),
    ]
}

/// One analysis over the log in memory.
fn pass(csv: &Path, spec: &RunSpec, analysis: AnalysisSpec) -> Box<dyn Fn()> {
    let (store, spec) = (in_memory(csv), spec.clone());
    let requests = [Request { analysis, scope: Scope { top: DEFAULT_TOP, ..Scope::default() } }];
    let options = RunOptions { threads: 1, ..RunOptions::default() };
    Box::new(move || {
        black_box(kundresa_engine::run(&store, &spec, &requests, &options).expect("the pass succeeds"));
    })
}

fn visit(csv: &Path) -> Box<dyn Fn()> {
    let store = in_memory(csv);
    Box::new(move || visit_all(&store))
}

fn decode(store: &Path) -> Box<dyn Fn()> {
    let store = store.to_owned();
    Box::new(move || {
        let wanted = ["event", "page", "device"].map(str::to_owned).into();
        let events = Store::open(&store).and_then(|store| store.events(&wanted)).expect("the store is read");
        visit_all(&events);
    })
}

fn visit_all(source: &dyn ActorSource) {
    let text = (0..source.text_columns().len()).collect();
    let projection = Projection { text, value: true, actor_ids: false };
    let mut sum = 0_u64;
    let mut take = |batch: &ActorBatch<'_>| {
        sum = batch.ts.iter().fold(sum, |sum, ts| sum.wrapping_add(ts.cast_unsigned()));
        let codes = batch.text.iter().flat_map(|column| column.iter());
        sum = codes.fold(sum, |sum, code| sum.wrapping_add(u64::from(*code)));
    };
    for range in 0..source.ranges() {
        source.visit_range(range, &projection, &mut take).expect("the range is read");
    }
    black_box(sum);
}

fn planned(csv: &Path) -> LoadPlan {
    let inputs = discover(&[csv.display().to_string()]).expect("the log is found");
    plan(inputs, &IngestConfig::default()).expect("the log is understood")
}

fn wanted() -> Wanted {
    Wanted { text: ["event", "page", "device"].map(str::to_owned).into(), everything: false }
}

/// Reads every table of the log and keeps nothing.
fn read_through(csv: &Path) {
    let plan = planned(csv);
    let events = plan.events(wanted());
    for part in 0..events.parts() {
        let mut reader = events.open(part).expect("the log is opened");
        while let Some(table) = reader.next_table().expect("the log is read") {
            black_box(&table);
        }
    }
}

fn in_memory(csv: &Path) -> MemoryStore {
    let options = ShuffleOptions { threads: 1, ..ShuffleOptions::default() };
    shuffle(&planned(csv).events(wanted()), &options).expect("the log is loaded").0
}

/// Loads as everybody does: by the program.
fn load(csv: &Path, store: &PathBuf) {
    let output = Command::new(env!("CARGO_BIN_EXE_kundresa")).arg("load").arg(csv).arg("--into").arg(store).output();
    let output = output.expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The log as CSV, in order of time within each actor; the same every time.
fn log(shape: Shape, events: u64) -> String {
    let mut text = String::from("event_time,user_id,event_name,page_path,device\n");
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    for number in 0..events {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let chance = dice >> 33;
        let (actor, seconds, is_step) = match shape {
            Shape::Dense => (number % 1000, number / 1000 * 20 + chance % 20, true),
            Shape::Skewed if number.is_multiple_of(2) => (u64::MAX, number * 5 + chance % 5, chance.is_multiple_of(4)),
            Shape::Sparse | Shape::Skewed => (number / 3, chance % 2_592_000, chance.is_multiple_of(100)),
        };
        let event = if is_step { STEPS[usize::try_from(chance / 128 % 4).unwrap_or(0)] } else { "page_view" };
        let (day, clock) = (1 + seconds / 86_400, seconds % 86_400);
        let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
        let device = ["mobile", "desktop", "tablet"][usize::try_from(actor % 3).unwrap_or(0)];
        // Memory does not fail.
        let _ = writeln!(
            text,
            "2026-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z,u{actor},{event},/product/{},{device}",
            1 + day / 28 % 12,
            1 + day % 28,
            chance % 500
        );
    }
    text
}

/// Prints median, fastest and slowest of the runs.
fn report(kernel: &Kernel, shape: &str, events: u64) {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            (kernel.work)();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    let each = |time: Duration| time.as_secs_f64() * 1e9 / events as f64;
    let (median, fastest, slowest) = (each(times[RUNS / 2]), each(times[0]), each(times[RUNS - 1]));
    println!("| {} | {shape} | {median:.1} | {fastest:.1} to {slowest:.1} |", kernel.name);
}
