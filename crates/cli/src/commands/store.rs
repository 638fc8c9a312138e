//! What is in a store, is it whole, and can it be smaller?

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use kundresa_model::field::text;
use kundresa_model::zone::ZoneTable;
use kundresa_report::format;
use kundresa_store::{Store, StoreWriter};

use crate::arguments::store::{CheckArguments, CompactArguments, ShowArguments, StoreArguments, StoreCommand};
use crate::changing::Changing;
use crate::progress::Progress;
use crate::store_view::{self, StoreFacts};
use crate::{output, settings, store_figures};

/// Runs `store`.
pub fn command(arguments: &StoreArguments) -> Result<()> {
    match &arguments.command {
        StoreCommand::Show(arguments) => show(arguments),
        StoreCommand::Check(arguments) => check(arguments),
        StoreCommand::Compact(arguments) => compact(arguments),
    }
}

fn show(arguments: &ShowArguments) -> Result<()> {
    let (config, _) = settings::configuration(&[arguments.store.display().to_string()], None)?;
    settings::zone_of("--time-zone", arguments.time_zone.as_deref())?;
    let zone_name = arguments.time_zone.as_deref().or(config.time_zone.as_deref()).unwrap_or("UTC");
    let zone = ZoneTable::try_new(zone_name).context("time_zone in the configuration")?;
    let store = Store::open(&arguments.store)?;
    let asked = BTreeSet::from([text::EVENT, text::CURRENCY].map(str::to_owned));
    let figures = store_figures::of(&store.events(&asked)?)?;
    let facts = StoreFacts::of(&store, figures);
    output::sheet(arguments.format, &facts, || store_view::show(&arguments.store, &facts, &zone, zone_name))
}

fn check(arguments: &CheckArguments) -> Result<()> {
    let report = kundresa_store::check(&arguments.store)?;
    output::sheet(arguments.format, &report, || store_view::checked(&arguments.store, &report))?;
    if report.problems.is_empty() {
        return Ok(());
    }
    let problems = format::counted(report.problems.len() as u64, "problem", "problems");
    bail!(
        "{} is damaged: {problems}\nhint: load its inputs anew: kundresa load INPUT… --into {} --rebuild",
        arguments.store.display(),
        arguments.store.display()
    )
}

fn compact(arguments: &CompactArguments) -> Result<()> {
    let changing = Changing::of(&arguments.change)?;
    let progress = Progress::new();
    progress.stage("compacting");
    let tick = |events: u64| progress.events(events);
    let summary = StoreWriter::open(&arguments.store, false)?.compact(&changing.options(&tick))?;
    progress.finish();
    output::sheet(changing.format, &summary, || store_view::compacted(&arguments.store, &summary))
}
