//! Removes people from a store, for good.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail};
use kundresa_store::StoreWriter;

use crate::arguments::store::ForgetArguments;
use crate::changing::Changing;
use crate::progress::Progress;
use crate::{output, store_view};

/// Runs `forget`.
pub fn command(arguments: &ForgetArguments) -> Result<()> {
    let changing = Changing::of(&arguments.change)?;
    let ids = identifiers(arguments)?;
    let progress = Progress::new();
    progress.stage("forgetting");
    let tick = |events: u64| progress.events(events);
    let summary = StoreWriter::open(&arguments.store, false)?.forget(&ids, &changing.options(&tick))?;
    progress.finish();
    output::sheet(changing.format, &summary, || store_view::forgotten(&arguments.store, &summary))
}

/// Identifiers as typed, then those of the file; each once.
fn identifiers(arguments: &ForgetArguments) -> Result<Vec<String>> {
    let mut ids = arguments.actors.clone();
    if let Some(path) = &arguments.from_file {
        let text = read(path).with_context(|| format!("can't read {}", path.display()))?;
        ids.extend(text.lines().map(str::trim).map(str::to_owned));
    }
    ids.retain(|id| !id.is_empty());
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        bail!("no identifier to forget was given");
    }
    Ok(ids)
}

fn read(path: &Path) -> std::io::Result<String> {
    if path.as_os_str() != "-" {
        return std::fs::read_to_string(path);
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}
