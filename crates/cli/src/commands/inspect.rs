//! What is this? Columns and what they mean, first events, problems, and the configuration that would pin it.

use anyhow::Result;

use crate::arguments::{InspectArguments, InspectFormat};
use crate::inspection;
use crate::output;
use crate::pipeline;
use crate::settings::Reading;

/// Runs `inspect`.
pub fn command(arguments: &InspectArguments) -> Result<()> {
    let reading = Reading::of_input(&arguments.input)?;
    let inspection = pipeline::plan(&reading)?.inspect()?;
    let text = match arguments.format {
        InspectFormat::Table => inspection::show(&inspection, output::style(None).width),
        InspectFormat::Json => serde_json::to_string_pretty(&inspection)? + "\n",
    };
    output::text(None, &text)
}
