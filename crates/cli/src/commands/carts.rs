//! What became of carts?

use anyhow::{Context, Result, bail};
use kundresa_model::spec::carts::CartSpec;
use kundresa_model::spec::request::AnalysisSpec;

use crate::arguments::carts::CartsArguments;
use crate::commands::analysis;
use crate::sense;
use crate::settings::{Reading, Running};

/// Runs `carts`.
pub fn command(arguments: &CartsArguments) -> Result<()> {
    let common = &arguments.analysis;
    let reading = Reading::of_input(&common.input)?;
    let running = Running::of(&common.run, &reading.config)?;
    let spec = spec(arguments, &reading.config.carts)?;
    analysis::run(&reading, &running, AnalysisSpec::Carts(spec), &common.output)
}

/// What the configuration says, with the options over it.
pub fn spec(arguments: &CartsArguments, configured: &CartSpec) -> Result<CartSpec> {
    let mut spec = configured.clone();
    if let Some(span) = &arguments.abandon_after {
        spec.abandon_after = span.parse().context("--abandon-after")?;
        if spec.abandon_after.as_us() == 0 {
            bail!("--abandon-after: {}", sense::zero(sense::ABANDONED_AT_ONCE));
        }
    }
    if let Some(span) = &arguments.recover_within {
        spec.recover_within = span.parse().context("--recover-within")?;
    }
    spec.items = arguments.items.unwrap_or(spec.items);
    Ok(spec)
}
