//! Which ways do people take?

use anyhow::Result;
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
    let spec = path_options::spec(arguments, &reading.config.paths)?;
    analysis::run(&reading, &running, AnalysisSpec::Paths(spec), &common.output)
}
