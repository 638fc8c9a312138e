//! How much is going on?

use anyhow::Result;
use kundresa_model::spec::overview::OverviewSpec;
use kundresa_model::spec::request::AnalysisSpec;

use crate::arguments::overview::OverviewArguments;
use crate::commands::analysis;
use crate::settings::{Reading, Running};

/// Runs `overview`.
pub fn command(arguments: &OverviewArguments) -> Result<()> {
    let common = &arguments.analysis;
    let reading = Reading::of_input(&common.input)?;
    let running = Running::of(&common.run, &reading.config)?;
    let spec = spec(arguments, &reading.config.overview);
    analysis::run(&reading, &running, AnalysisSpec::Overview(spec), &common.output)
}

/// What the configuration says, with the options over it.
pub fn spec(arguments: &OverviewArguments, configured: &OverviewSpec) -> OverviewSpec {
    OverviewSpec { rows: arguments.rows.unwrap_or(configured.rows), ..configured.clone() }
}
