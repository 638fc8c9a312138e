//! How far do they get? Tells inputs from steps, then runs the funnel.

use std::path::Path;

use anyhow::{Result, bail};
use kundresa_model::spec::funnel::FunnelSpec;
use kundresa_model::spec::request::AnalysisSpec;

use crate::arguments::funnel::{ExplainArguments, FunnelArguments};
use crate::commands::{analysis, funnel_people};
use crate::config::Config;
use crate::funnel_options;
use crate::settings::{Reading, Running};

/// Runs `funnel`.
pub fn command(arguments: &FunnelArguments) -> Result<()> {
    let (inputs, steps) = inputs_and_steps(arguments)?;
    let reading = Reading::of(&inputs, &arguments.reading)?;
    let running = Running::of(&arguments.run, &reading.config)?;
    let spec = funnel_options::spec(arguments, &steps, &reading.config)?;
    if arguments.people.list_actors.is_some() {
        refuse(&[("--by", arguments.run.by.is_some(), BY_HINT)], "--list-actors, which lists people")?;
        return funnel_people::list(&reading, &running, &spec, &arguments.people, &arguments.output);
    }
    analysis::run(&reading, &running, analysis(arguments, spec), &arguments.output)
}

/// The funnel that is asked for beside other questions: its first word is the input of all of them.
pub fn asked(arguments: &FunnelArguments, config: &Config) -> Result<AnalysisSpec> {
    let words = arguments.words.get(1..).unwrap_or_default();
    let steps = match (arguments.steps.as_slice(), words) {
        ([], steps) | (steps, []) => steps,
        (_, [word, ..]) => {
            bail!("no step: {word}\nhint: beside --step there are no other words; write --step for each step")
        }
    };
    Ok(analysis(arguments, funnel_options::spec(arguments, steps, config)?))
}

fn analysis(arguments: &FunnelArguments, spec: FunnelSpec) -> AnalysisSpec {
    if arguments.bridge { AnalysisSpec::Bridge(spec) } else { AnalysisSpec::Funnel(spec) }
}

/// Runs `explain`.
pub fn explain(arguments: &ExplainArguments) -> Result<()> {
    let ExplainArguments { actor, funnel } = arguments;
    refuse_counts(funnel)?;
    let (inputs, steps) = inputs_and_steps(funnel)?;
    let reading = Reading::of(&inputs, &funnel.reading)?;
    let running = Running::of(&funnel.run, &reading.config)?;
    let spec = funnel_options::spec(funnel, &steps, &reading.config)?;
    funnel_people::explain(&reading, &running, &spec, actor, &funnel.output)
}

/// What to do in place of a breakdown of people.
const BY_HINT: &str = "leave it out, or choose a segment with --where";

/// One actor's way is told, nothing is counted; options that only change counts would do nothing.
fn refuse_counts(funnel: &FunnelArguments) -> Result<()> {
    const ALONE: &str = "leave it out, or ask `kundresa funnel` for it";
    let given = [
        ("--bridge", funnel.bridge, ALONE),
        ("--trend", funnel.trend.is_some(), ALONE),
        ("--open", funnel.open, ALONE),
        ("--list-actors", funnel.people.list_actors.is_some(), ALONE),
        ("--by", funnel.run.by.is_some(), BY_HINT),
    ];
    refuse(&given, "explain, which shows one actor's way")
}

/// Refuses the first option that was given, though `command` could do nothing with it.
fn refuse(options: &[(&str, bool, &str)], command: &str) -> Result<()> {
    match options.iter().find(|(_, is_given, _)| *is_given) {
        Some((option, _, hint)) => bail!("{option} does not apply to {command}\nhint: {hint}"),
        None => Ok(()),
    }
}

/// Endings that no event name has: a missing file must not become a step.
const DATA_ENDINGS: [&str; 8] = [".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".gz", ".zst"];

/// Positional arguments that exist, are globs over files, or end like a data file are inputs; the rest are steps.
fn inputs_and_steps(arguments: &FunnelArguments) -> Result<(Vec<String>, Vec<String>)> {
    if !arguments.steps.is_empty() {
        if let Some(word) = arguments.words.iter().find(|word| !is_input(word)) {
            bail!(
                "no such file or folder: {word}\nhint: beside --step every other argument is an input; write --step for each step"
            );
        }
        return Ok((arguments.words.clone(), arguments.steps.clone()));
    }
    let first_step = arguments.words.iter().position(|word| !is_input(word)).unwrap_or(arguments.words.len());
    let (inputs, steps) = arguments.words.split_at(first_step.max(1));
    Ok((inputs.to_vec(), steps.to_vec()))
}

fn is_input(word: &str) -> bool {
    let is_glob = word.contains(['*', '?', '[']) && word.contains(['/', '.']) && !word.contains(['=', '|', '"']);
    let is_step = word.contains(['=', '|', '"', '\'']);
    let is_file_name = !is_step && DATA_ENDINGS.iter().any(|ending| word.ends_with(ending));
    word == "-" || Path::new(word).exists() || is_glob || is_file_name
}
