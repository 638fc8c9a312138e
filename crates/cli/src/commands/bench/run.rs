//! How long do questions over this log take, each as a process of its own?

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use kundresa_report::terminal::Block;
use serde::Serialize;

use super::process::{self, Run};
use super::rounds::{Rounds, rate};
use crate::arguments::bench::BenchRunArguments;
use crate::output;

/// What is asked unless something else is.
const QUESTIONS: [&str; 3] = ["sessions", "transitions --of events", "carts"];

/// What all runs give.
#[derive(Serialize)]
struct Figures {
    input: String,
    input_bytes: u64,
    events: u64,
    works: Vec<Work>,
}

/// What the runs of one piece of work give.
#[derive(Serialize)]
struct Work {
    name: String,
    time: Rounds,
    events_per_s: Option<f64>,
    bytes_per_s: Option<f64>,
    peak_bytes: Option<u64>,
}

/// Runs `bench run`.
pub fn command(arguments: &BenchRunArguments) -> Result<()> {
    if arguments.runs == 0 {
        bail!("--runs must be at least 1: 0");
    }
    let program = std::env::current_exe().context("this program does not know where it is")?;
    let scratch = Scratch::new()?;
    let errors = PathBuf::from(scratch.file("errors.txt"));
    let works = works(arguments, &scratch);
    let events = events(&program, arguments, &scratch)?;
    let mut runs: Vec<Vec<Run>> = works.iter().map(|_| Vec::new()).collect();
    for round in 1..=arguments.runs {
        for ((name, line), runs) in works.iter().zip(&mut runs) {
            output::note(&format!("run {round} of {}: {name}", arguments.runs));
            runs.push(process::run(&program, line, &errors)?);
        }
    }
    let input_bytes = bytes_of(Path::new(&arguments.input));
    let measured = works.into_iter().zip(runs).map(|((name, _), runs)| measured(name, &runs, events, input_bytes));
    let figures =
        Figures { input: arguments.input.clone(), input_bytes, events, works: measured.collect::<Result<_>>()? };
    output::sheet(arguments.format, &figures, || blocks(&figures))
}

/// Names of the works, and their command lines.
fn works(arguments: &BenchRunArguments, scratch: &Scratch) -> Vec<(String, Vec<String>)> {
    let given = &arguments.questions;
    let questions = if given.is_empty() { QUESTIONS.map(str::to_owned).to_vec() } else { given.clone() };
    let line = |words: &[&str]| {
        let words = words.iter().copied().map(str::to_owned);
        words.chain(options(arguments)).collect::<Vec<_>>()
    };
    let ask = |questions: &[String]| {
        let words: Vec<&str> =
            ["ask", &arguments.input].into_iter().chain(questions.iter().map(String::as_str)).collect();
        (questions.join(" + "), line(&words))
    };
    let mut works = Vec::new();
    if questions.len() > 1 {
        works.push(ask(&questions));
    }
    works.extend(questions.chunks(1).map(ask));
    if arguments.report {
        works.push(("report".to_owned(), line(&["report", &arguments.input, "--out", &scratch.file("report.html")])));
    }
    works
}

fn options(arguments: &BenchRunArguments) -> Vec<String> {
    let option = |name: &'static str, value: Option<String>| value.map(|value| [name.to_owned(), value]);
    let resources = &arguments.resources;
    let given = [
        option("--config", arguments.config.as_ref().map(|path| path.display().to_string())),
        option("--threads", resources.threads.map(|threads| threads.to_string())),
        option("--memory", resources.memory.clone()),
    ];
    given.into_iter().flatten().flatten().collect()
}

/// Events of the log; the first run also warms up the cache of files.
fn events(program: &Path, arguments: &BenchRunArguments, scratch: &Scratch) -> Result<u64> {
    let out = scratch.file("sessions.json");
    let line = ["sessions", &arguments.input, "--out", &out].map(str::to_owned).into_iter().chain(options(arguments));
    process::run(program, &line.collect::<Vec<_>>(), Path::new(&scratch.file("errors.txt")))?;
    let document: serde_json::Value = serde_json::from_slice(&fs::read(&out)?)?;
    document["results"]["quality"]["events"].as_u64().context("sessions does not tell how many events there are")
}

fn measured(name: String, runs: &[Run], events: u64, bytes: u64) -> Result<Work> {
    let time = Rounds::of(&runs.iter().map(|run| run.wall).collect::<Vec<_>>())?;
    let peak_bytes = runs.iter().filter_map(|run| run.peak_bytes).max();
    Ok(Work { name, events_per_s: time.per_second(events), bytes_per_s: time.per_second(bytes), peak_bytes, time })
}

/// Bytes of a file, or of everything in a folder; 0 for what is neither.
fn bytes_of(path: &Path) -> u64 {
    let Ok(metadata) = fs::metadata(path) else { return 0 };
    if !metadata.is_dir() {
        return metadata.len();
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| bytes_of(&entry.path())).sum()
}

fn blocks(figures: &Figures) -> Vec<Block> {
    let peak = |bytes: Option<u64>| bytes.map_or_else(|| "–".to_owned(), |bytes| format!("{} MiB", bytes >> 20));
    let row = |work: &Work| {
        vec![
            work.name.clone(),
            work.time.shown(),
            rate(work.events_per_s, " events"),
            rate(work.bytes_per_s, "B"),
            peak(work.peak_bytes),
        ]
    };
    let heading = format!("{}: {} events, {} bytes", figures.input, figures.events, figures.input_bytes);
    vec![Block::Table {
        heading,
        head: vec!["Work", "Median (fastest to slowest)", "Events", "Bytes", "Peak"],
        alignment: "lrrrr",
        rows: figures.works.iter().map(row).collect(),
    }]
}

/// A folder for what the runs write, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("kundresa-bench-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("can't make the folder {}", folder.display()))?;
        Ok(Self(folder))
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Left behind in the folder for temporary files, it does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
