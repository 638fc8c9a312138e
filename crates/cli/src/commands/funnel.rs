//! How far do they get? Tells inputs from steps, then runs the funnel.

use std::path::Path;

use anyhow::{Context, Result, bail};
use kundresa_model::spec::funnel::{FunnelEntry, FunnelSpec, FunnelStep, FunnelUnit, Window};
use kundresa_model::spec::request::AnalysisSpec;
use kundresa_model::suggest;

use crate::arguments::{EntryArgument, FunnelArguments, UnitArgument};
use crate::commands::analysis;
use crate::config::Config;
use crate::settings::{Reading, Running};

/// Runs `funnel`.
pub fn command(arguments: &FunnelArguments) -> Result<()> {
    let (inputs, steps) = inputs_and_steps(arguments)?;
    let reading = Reading::of(&inputs, &arguments.reading)?;
    let running = Running::of(&arguments.run, &reading.config)?;
    let spec = funnel(arguments, &steps, &reading.config)?;
    analysis::run(&reading, &running, AnalysisSpec::Funnel(spec), &arguments.output)
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

fn funnel(arguments: &FunnelArguments, steps: &[String], config: &Config) -> Result<FunnelSpec> {
    let mut spec = match &arguments.name {
        Some(name) => named(name, config)?,
        None => FunnelSpec {
            name: None,
            steps: Vec::new(),
            window: Window::default(),
            unit: FunnelUnit::default(),
            entry: FunnelEntry::default(),
        },
    };
    if let (Some(name), false) = (&arguments.name, steps.is_empty()) {
        bail!(
            "--name {name} brings its own steps, yet others are given: {}\nhint: leave out one of the two",
            steps.join(" ")
        );
    }
    if !steps.is_empty() {
        spec.steps = steps.iter().map(|text| step(text)).collect();
    }
    if spec.steps.is_empty() && arguments.name.is_none() {
        bail!(
            "no steps given\nhint: kundresa funnel INPUT view_item add_to_cart purchase, or --name with a funnel of the configuration"
        );
    }
    if let Some(window) = &arguments.window {
        spec.window = window.parse().context("--window")?;
    }
    if let Some(unit) = arguments.unit {
        spec.unit = if unit == UnitArgument::Session { FunnelUnit::Session } else { FunnelUnit::Actor };
    }
    if let Some(entry) = arguments.entry {
        spec.entry = if entry == EntryArgument::First { FunnelEntry::First } else { FunnelEntry::Best };
    }
    Ok(spec)
}

fn named(name: &str, config: &Config) -> Result<FunnelSpec> {
    let known = || config.funnels.iter().filter_map(|funnel| funnel.name.as_deref());
    match config.funnels.iter().find(|funnel| funnel.name.as_deref() == Some(name)) {
        Some(funnel) => Ok(funnel.clone()),
        None => bail!("no funnel of the configuration is called `{name}`{}", suggest::hint(name, known())),
    }
}

/// `name=step` names a step; `=` inside a predicate does not (`==`, `!=`, `<=`, `>=`).
fn step(text: &str) -> FunnelStep {
    let Some(at) = text.find('=') else { return FunnelStep::of(text) };
    let (name, when) = (text[..at].trim(), text[at + 1..].trim());
    // A quote before the sign means that it is inside a text; one right behind it, that `==` was meant.
    let is_operator =
        when.starts_with(['=', '"', '\'']) || name.ends_with(['!', '<', '>']) || name.contains(['"', '\'', '`']);
    if is_operator || name.is_empty() || when.is_empty() {
        return FunnelStep::of(text);
    }
    FunnelStep { name: name.to_owned(), when: when.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_before_a_single_equals_sign() {
        assert_eq!(step("view_item"), FunnelStep::of("view_item"));
        assert_eq!(step("event == \"a\""), FunnelStep::of("event == \"a\""));
        assert_eq!(step("page like \"/a=b\""), FunnelStep::of("page like \"/a=b\""));
        assert_eq!(step("event = \"a\""), FunnelStep::of("event = \"a\""));
        assert_eq!(step("value >= 3"), FunnelStep::of("value >= 3"));
        assert_eq!(
            step("Looks=view_item|select_item"),
            FunnelStep { name: "Looks".into(), when: "view_item|select_item".into() }
        );
    }
}
