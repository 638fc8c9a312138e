//! What is this? Columns and what they mean, first events, problems, and the configuration that would pin it.

use std::path::Path;

use anyhow::Result;

use crate::arguments::InspectArguments;
use crate::arguments::common::PlainFormat;
use crate::origin::{self, Origin};
use crate::settings::Reading;
use crate::{from_files, from_store, inspection, output, overlap, rejects, store_inspection};

/// Runs `inspect`.
pub fn command(arguments: &InspectArguments) -> Result<()> {
    let reading = Reading::of_input(&arguments.input)?;
    match origin::of(&reading.inputs)? {
        Origin::Files => of_files(&reading, arguments.format),
        Origin::Store(path) => of_store(&path, &reading, arguments.format),
    }
}

fn of_files(reading: &Reading, format: PlainFormat) -> Result<()> {
    let inspection = from_files::plan(reading)?.inspect()?;
    let text = match format {
        PlainFormat::Table => inspection::show(&inspection, output::style(None).width),
        PlainFormat::Json => serde_json::to_string_pretty(&inspection)? + "\n",
    };
    output::text(None, &text)
}

fn of_store(path: &Path, reading: &Reading, format: PlainFormat) -> Result<()> {
    output::check(reading.rejected.as_deref(), &reading.inputs)?;
    let store = from_store::open(path, reading)?;
    let rejected = from_store::rejected(&store, reading)?;
    rejects::tell(reading, &store.manifest().totals, rejected.first())?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let overlap = overlap::of_store(&store, reading.config.privacy.min_actors, threads)?;
    let inspection = store_inspection::of(store.manifest(), overlap);
    output::sheet(format, &inspection, || store_inspection::blocks(path, &inspection, &overlap::sources(&store)))
}
