//! Which ways do people take?

use anyhow::Result;
use kundresa_model::spec::paths::PathSpec;
use kundresa_model::spec::request::AnalysisSpec;

use crate::arguments::paths::PathsArguments;
use crate::commands::analysis;
use crate::path_options;
use crate::settings::{Reading, Running};

/// Runs `paths`.
pub fn command(arguments: &PathsArguments) -> Result<()> {
    let common = &arguments.analysis;
    let reading = Reading::of_input(&common.input)?;
    let running = Running::of(&common.run, &reading.config)?;
    let spec = spec(arguments, &reading, &running, common.run.resources.memory.is_some())?;
    analysis::run(&reading, &running, AnalysisSpec::Paths(spec), &common.output)
}

/// What the configuration says, with the options over it. Only memory that somebody named bounds what is told apart: figures
/// don't depend on the machine.
pub fn spec(arguments: &PathsArguments, reading: &Reading, running: &Running, names_memory: bool) -> Result<PathSpec> {
    let mut spec = path_options::spec(arguments, &reading.config.paths)?;
    if names_memory {
        spec.most_prefixes = path_options::most_prefixes(running.resources.memory);
    }
    Ok(spec)
}
