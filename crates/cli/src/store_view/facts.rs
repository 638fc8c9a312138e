//! What is in a store, for programs?

use std::collections::BTreeMap;

use kundresa_model::document::SourceFacts;
use kundresa_model::money::MICROS;
use kundresa_model::quality::LoadTotals;
use kundresa_store::Store;
use kundresa_store::manifest::{LifeTotals, Manifest, StoredInput, StoredRun};
use serde::Serialize;

use crate::from_store::inputs_in_order;
use crate::store_figures::StoreFigures;

/// Everything that `store show` tells.
#[derive(Debug, PartialEq, Serialize)]
pub struct StoreFacts {
    /// Version of the format.
    pub format: u32,
    /// Version of the program that wrote this generation.
    pub kundresa: String,
    /// Counts changes, from 1.
    pub generation: u64,
    /// Folder that names of inputs are relative to.
    pub root: String,
    /// Load configuration by key.
    pub load: BTreeMap<String, serde_json::Value>,
    /// Sources.
    pub sources: Vec<SourceShown>,
    /// Inputs in natural order of their names.
    pub inputs: Vec<StoredInput>,
    /// Runs.
    pub runs: Vec<StoredRun>,
    /// Bytes of all runs.
    pub bytes: u64,
    /// Identifiers that later loads leave out.
    pub identifiers_to_forget: u64,
    /// Sums over the inputs.
    pub totals: LoadTotals,
    /// Sums over everything that ever came in.
    pub life: LifeTotals,
    /// Events by name.
    pub events_by_name: BTreeMap<String, u64>,
    /// Purchases by currency.
    pub purchases: Vec<PurchasesShown>,
    /// First event, UTC microseconds; null without events.
    pub first_event_us: Option<i64>,
    /// Last event, UTC microseconds; null without events.
    pub last_event_us: Option<i64>,
}

/// One source.
#[derive(Debug, PartialEq, Serialize)]
pub struct SourceShown {
    /// Name, kind, mapping and time format.
    #[serde(flatten)]
    pub facts: SourceFacts,
    /// Zone of times without one; null where every time carries one.
    pub time_zone: Option<String>,
    /// Its inputs.
    pub inputs: u64,
    /// Things to know when reading figures.
    pub warnings: Vec<String>,
}

/// Purchases in one currency, without bots and repeated orders.
#[derive(Debug, PartialEq, Serialize)]
pub struct PurchasesShown {
    /// Currency; null where the rows name none.
    pub currency: Option<String>,
    /// Purchases.
    pub purchases: u64,
    /// Those with a value.
    pub with_value: u64,
    /// Sum of the values as a decimal number; null without any.
    pub value: Option<String>,
    /// The same in micro-units.
    #[serde(skip)]
    pub micros: i128,
}

impl StoreFacts {
    /// What is told about a store with `figures`.
    pub fn of(store: &Store, figures: StoreFigures) -> Self {
        let manifest = store.manifest();
        Self {
            format: manifest.format,
            kundresa: manifest.kundresa.clone(),
            generation: manifest.generation,
            root: manifest.root.clone(),
            load: manifest.load.clone(),
            sources: sources(manifest),
            inputs: inputs_in_order(manifest).into_iter().cloned().collect(),
            runs: manifest.runs.clone(),
            bytes: store.bytes(),
            identifiers_to_forget: manifest.forgotten.len() as u64,
            totals: manifest.totals.clone(),
            life: manifest.life,
            first_event_us: figures.span_us.map(|(first, _)| first),
            last_event_us: figures.span_us.map(|(_, last)| last),
            purchases: purchases(&figures),
            events_by_name: figures.events,
        }
    }
}

fn sources(manifest: &Manifest) -> Vec<SourceShown> {
    let inputs_of = |name: &str| manifest.inputs.iter().filter(|input| input.source == name).count() as u64;
    let sources = manifest.sources.iter().map(|source| SourceShown {
        facts: source.facts.clone(),
        time_zone: source.time_zone.clone(),
        inputs: inputs_of(&source.name),
        warnings: source.warnings.iter().cloned().collect(),
    });
    sources.collect()
}

fn purchases(figures: &StoreFigures) -> Vec<PurchasesShown> {
    let sums = figures.purchases.iter().map(|(currency, sum)| PurchasesShown {
        currency: (!currency.is_empty()).then(|| currency.clone()),
        purchases: sum.orders,
        with_value: sum.with_value,
        value: (sum.with_value > 0).then(|| decimal(sum.micros)),
        micros: sum.micros,
    });
    sums.collect()
}

/// Micro-units as a decimal number with as many digits as it needs, two at least.
fn decimal(micros: i128) -> String {
    let unit = i128::from(MICROS).unsigned_abs();
    let (whole, fraction) = (micros.unsigned_abs() / unit, format!("{:06}", micros.unsigned_abs() % unit));
    let digits = fraction.trim_end_matches('0').len().max(2);
    let sign = if micros < 0 { "-" } else { "" };
    format!("{sign}{whole}.{}", &fraction[..digits])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn micro_units_become_decimal_numbers() {
        let shown = [1_234_500_000, -29_990_000, 1, 0].map(decimal);
        assert_eq!(shown, ["1234.50", "-29.99", "0.000001", "0.00"]);
    }
}
