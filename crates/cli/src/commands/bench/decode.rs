//! How long does it take to decode the columns that questions need, and nothing else?
//!
//! Every range is visited as a pass visits it, on all threads; every value is added up, which is less than any analysis
//! does with it, so that nothing is left undecoded.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use kundresa_model::actor_source::{ActorBatch, ActorSource, Projection};
use kundresa_model::source::Wanted;
use kundresa_model::spec::request::Request;
use kundresa_report::terminal::Block;
use rayon::prelude::*;
use serde::Serialize;

use super::rounds::{Rounds, rate};
use crate::arguments::bench::DecodeArguments;
use crate::loaded::Loaded;
use crate::output;
use crate::pipeline;
use crate::progress::Progress;
use crate::question::Question;
use crate::report_plan;
use crate::settings::{Reading, Running};

/// What decoding gives.
#[derive(Serialize)]
struct DecodeFigures {
    /// Text columns read; times, flags and money come with them.
    columns: Vec<String>,
    money: bool,
    events: u64,
    threads: usize,
    /// Sum of all values, to compare runs by.
    sum: u64,
    time: Rounds,
    events_per_s: Option<f64>,
}

/// Runs `bench decode`.
pub fn command(arguments: &DecodeArguments) -> Result<()> {
    let reading = Reading::of_input(&arguments.input)?;
    let running = Running::of(&arguments.run, &reading.config)?;
    let text = wanted(arguments, &reading, &running)?;
    let progress = Progress::new();
    let loaded = pipeline::load(&reading, &running, Wanted { text: text.clone(), everything: false }, &progress)?;
    progress.finish();
    let figures = figures(arguments, &running, &loaded, &text)?;
    output::sheet(arguments.format, &figures, || {
        let columns = if figures.columns.is_empty() { "–".to_owned() } else { figures.columns.join(", ") };
        let rows = vec![
            ("Columns".to_owned(), columns),
            ("Events".to_owned(), figures.events.to_string()),
            ("Time".to_owned(), figures.time.shown()),
            ("Rate".to_owned(), rate(figures.events_per_s, " events")),
        ];
        vec![Block::Terms { heading: "Decoding columns".to_owned(), rows }]
    })
}

/// Names of the columns that the questions need.
fn wanted(arguments: &DecodeArguments, reading: &Reading, running: &Running) -> Result<BTreeSet<String>> {
    let understood =
        |text: &String| Question::of(text, reading, &arguments.run).with_context(|| format!("--ask `{text}`"));
    let questions: Vec<Question> = arguments.questions.iter().map(understood).collect::<Result<_>>()?;
    let requests: Vec<Request> = questions.iter().map(Question::request).collect();
    let mut text = kundresa_engine::text_columns(&running.spec, &requests)?;
    if arguments.report {
        text.extend(report_plan::wanted(reading, running)?.text);
    }
    Ok(text)
}

fn figures(
    arguments: &DecodeArguments,
    running: &Running,
    loaded: &Loaded,
    wanted: &BTreeSet<String>,
) -> Result<DecodeFigures> {
    let source = &*loaded.events;
    let (text, columns): (Vec<usize>, Vec<String>) =
        source.text_columns().iter().enumerate().filter(|(_, name)| wanted.contains(*name)).map(owned).unzip();
    let money = loaded.facts.has_value;
    let projection = Projection { text, value: money, actor_ids: false };
    let threads = running.resources.threads;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("threads can't be started")?;
    let mut decoded = Decoded::default();
    let time = Rounds::time(arguments.rounds, || {
        decoded = pool.install(|| decode(source, &projection))?;
        Ok(())
    })?;
    let events_per_s = time.per_second(decoded.events);
    Ok(DecodeFigures { columns, money, events: decoded.events, threads, sum: decoded.sum, time, events_per_s })
}

fn owned((index, name): (usize, &String)) -> (usize, String) {
    (index, name.clone())
}

/// What was decoded.
#[derive(Clone, Copy, Default)]
struct Decoded {
    events: u64,
    sum: u64,
}

impl Decoded {
    fn and(self, other: Self) -> Self {
        Self { events: self.events + other.events, sum: self.sum.wrapping_add(other.sum) }
    }
}

fn decode(source: &dyn ActorSource, projection: &Projection) -> Result<Decoded> {
    let range = |range: usize| {
        let mut decoded = Decoded::default();
        source
            .visit_range(range, projection, &mut |batch| decoded = decoded.and(of_batch(batch)))
            .map_err(anyhow::Error::from_boxed)?;
        Ok(decoded)
    };
    (0..source.ranges()).into_par_iter().map(range).try_reduce(Decoded::default, |one, other| Ok(one.and(other)))
}

/// The sum of everything in the batch; wrapping, since it only has to be the same every time.
fn of_batch(batch: &ActorBatch<'_>) -> Decoded {
    let wide = |sum: u64, number: &i64| sum.wrapping_add(number.cast_unsigned());
    let mut sum = batch.ts.iter().chain(batch.value).fold(0, wide);
    sum = batch.flags.iter().fold(sum, |sum, flags| sum.wrapping_add(u64::from(*flags)));
    let codes = batch.text.iter().flat_map(|column| column.iter());
    Decoded { events: batch.events() as u64, sum: codes.fold(sum, |sum, code| sum.wrapping_add(u64::from(*code))) }
}
