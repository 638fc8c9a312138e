//! What does a store know about the inputs it was loaded from: columns, what they mean, and why?

use std::path::Path;

use kundresa_model::document::SourceFacts;
use kundresa_model::result::overlap::OverlapResult;
use kundresa_report::terminal::{self, Block};
use kundresa_report::words;
use kundresa_store::manifest::{Manifest, StoredInput, StoredSource};
use serde::Serialize;

use crate::from_store::inputs_in_order;

/// What `inspect` tells programs about a store.
#[derive(Debug, Serialize)]
pub struct StoreInspection<'a> {
    /// Sources.
    pub sources: Vec<SourceInspected<'a>>,
    /// Persons that they share; absent for one source alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap: Option<OverlapResult>,
}

/// One source as it is pinned.
#[derive(Debug, Serialize)]
pub struct SourceInspected<'a> {
    /// Name.
    pub name: &'a str,
    /// Kind.
    pub kind: &'a str,
    /// Names of its inputs in natural order.
    pub inputs: Vec<&'a str>,
    /// Canonical field → column and how it was found.
    pub mapping: &'a std::collections::BTreeMap<String, String>,
    /// Names of text columns and properties.
    pub columns: &'a std::collections::BTreeSet<String>,
    /// Time format in words.
    pub time_format: &'a str,
    /// Zone of times that carry none; null where every time carries one.
    pub time_zone: Option<&'a str>,
    /// Things to know when reading figures.
    pub warnings: &'a std::collections::BTreeSet<String>,
}

/// The inspection of a store.
pub fn of(manifest: &Manifest, overlap: Option<OverlapResult>) -> StoreInspection<'_> {
    let inputs = inputs_in_order(manifest);
    StoreInspection { sources: manifest.sources.iter().map(|source| inspected(source, &inputs)).collect(), overlap }
}

fn inspected<'a>(source: &'a StoredSource, inputs: &[&'a StoredInput]) -> SourceInspected<'a> {
    let own = inputs.iter().filter(|input| input.source == source.name);
    SourceInspected {
        name: &source.name,
        kind: &source.facts.kind,
        inputs: own.map(|input| input.name.as_str()).collect(),
        mapping: &source.facts.mapping,
        columns: &source.columns,
        time_format: &source.facts.time_format,
        time_zone: source.time_zone.as_deref(),
        warnings: &source.warnings,
    }
}

/// The same in blocks for people.
pub fn blocks(store: &Path, inspection: &StoreInspection<'_>, sources: &[SourceFacts]) -> Vec<Block> {
    let mut blocks: Vec<Block> = inspection.sources.iter().flat_map(about).collect();
    blocks.extend(inspection.overlap.iter().flat_map(|overlap| terminal::overlap_blocks(overlap, sources)));
    blocks.push(Block::Text(format!(
        "How these sources are read is pinned in {}; `kundresa store show` tells what is in it.",
        store.display()
    )));
    blocks
}

fn about(source: &SourceInspected<'_>) -> [Block; 3] {
    let term = |about: &str, text: String| (about.to_owned(), text);
    let zone = source.time_zone.map_or_else(|| "every time carries its zone".to_owned(), |zone| format!("zone {zone}"));
    let mut rows = vec![
        term("Kind", source.kind.to_owned()),
        term("Inputs", words::elided(&source.inputs.join(", "), 600)),
        term("Time", format!("{}; {zone}", source.time_format)),
    ];
    rows.extend(source.warnings.iter().map(|warning| term("Warning", words::elided(warning, 600))));
    let name = words::elided(source.name, 60);
    [Block::Terms { heading: format!("Source {name}"), rows }, fields(source), others(source)]
}

fn fields(source: &SourceInspected<'_>) -> Block {
    let row = |(field, how): (&String, &String)| {
        // The reason stands in brackets behind the column.
        let (column, why) = how.rsplit_once(" (").unwrap_or((how.as_str(), ""));
        vec![field.clone(), words::elided(column, 40), why.trim_end_matches(')').to_owned()]
    };
    Block::Table {
        heading: "Fields".to_owned(),
        head: vec!["field", "column", "why"],
        alignment: "lll",
        rows: source.mapping.iter().map(row).collect(),
    }
}

fn others(source: &SourceInspected<'_>) -> Block {
    let columns: Vec<String> = source.columns.iter().map(|name| words::elided(name, 40)).collect();
    Block::Terms { heading: "Columns to ask for".to_owned(), rows: vec![(String::new(), columns.join(", "))] }
}
