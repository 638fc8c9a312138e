//! What follows what: phases, events or pages?

use anyhow::Result;
use kundresa_model::spec::paths::PathSpec;
use kundresa_model::spec::request::AnalysisSpec;

use crate::arguments::{NodesArgument, TransitionsArguments};
use crate::commands::analysis;
use crate::settings::{Reading, Running};

/// Runs `transitions`. Which events are views is a matter of `[paths]`.
pub fn command(arguments: &TransitionsArguments) -> Result<()> {
    let common = &arguments.analysis;
    let mut reading = Reading::of_input(&common.input)?;
    arguments.phases.apply(&mut reading.config);
    arguments.language.apply(&mut reading.config);
    let running = Running::of(&common.run, &reading.config)?;
    let spec = spec(arguments, &reading.config.paths);
    analysis::run(&reading, &running, spec, &common.output)
}

/// Between what transitions are asked for.
pub fn spec(arguments: &TransitionsArguments, paths: &PathSpec) -> AnalysisSpec {
    match arguments.of {
        NodesArgument::Phases => AnalysisSpec::PhaseTransitions,
        NodesArgument::Events => AnalysisSpec::EventTransitions,
        NodesArgument::Pages => AnalysisSpec::PageTransitions { views: paths.views.clone() },
    }
}
