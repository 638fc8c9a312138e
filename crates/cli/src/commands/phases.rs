//! Where are people on their journey?

use anyhow::Result;
use kundresa_model::spec::request::AnalysisSpec;

use crate::arguments::phases::PhasesArguments;
use crate::commands::{analysis, explain_phases};
use crate::settings::{Reading, Running};

/// Runs `phases`.
pub fn command(arguments: &PhasesArguments) -> Result<()> {
    let common = &arguments.analysis;
    let mut reading = Reading::of_input(&common.input)?;
    arguments.phases.apply(&mut reading.config);
    arguments.language.apply(&mut reading.config);
    let running = Running::of(&common.run, &reading.config)?;
    if let Some(actor) = &arguments.explain {
        running.refuse_threshold("phases --explain", "it shows one actor event by event")?;
        return explain_phases::command(&reading, &running, &common.run, actor, &common.output);
    }
    analysis::run(&reading, &running, AnalysisSpec::Phases, &common.output)
}
