//! What does a store keep about the sources of its inputs?

use anyhow::{Context, Result};
use kundresa_ingest::{LoadPlan, PinnedSource, SourcePin};
use kundresa_model::document::SourceFacts;
use kundresa_store::manifest::StoredSource;

/// How known sources were pinned.
///
/// # Errors
/// When a pin is not known to this version.
pub fn pins(known: &[StoredSource]) -> Result<Vec<SourcePin>> {
    let pin = |source: &StoredSource| {
        let pin = serde_json::from_value(source.pin.clone());
        pin.with_context(|| format!("how source `{}` is read is not known to this version of kundresa", source.name))
    };
    known.iter().map(pin).collect()
}

/// Known sources as they are after loading what is in `plan`, then new ones.
///
/// # Errors
/// When a pin can't be written as JSON.
pub fn merged(known: &[StoredSource], plan: &LoadPlan) -> Result<Vec<StoredSource>> {
    let mut sources = known.to_vec();
    for (source, facts) in plan.sources().iter().zip(plan.source_facts()) {
        let planned = stored(source, facts)?;
        match sources.iter_mut().find(|known| known.name == planned.name) {
            Some(known) => grow(known, planned),
            None => sources.push(planned),
        }
    }
    Ok(sources)
}

/// A source stays as it was pinned; later inputs may bring columns, money and doubts.
fn grow(known: &mut StoredSource, planned: StoredSource) {
    known.columns.extend(planned.columns);
    known.has_value |= planned.has_value;
    known.warnings.extend(planned.warnings);
}

fn stored(source: &PinnedSource, facts: SourceFacts) -> Result<StoredSource> {
    Ok(StoredSource {
        name: source.name().to_owned(),
        has_row_order: source.has_row_order(),
        pin: serde_json::to_value(source.pin())
            .with_context(|| format!("how source `{}` is read can't be written as JSON", source.name()))?,
        facts,
        time_zone: source.time_zone().map(str::to_owned),
        columns: source.columns(),
        has_value: source.has_value(),
        warnings: source.warnings().clone(),
    })
}
