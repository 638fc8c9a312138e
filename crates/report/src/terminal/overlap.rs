//! How do the persons that sources share look on a terminal?

use kundresa_model::document::SourceFacts;
use kundresa_model::result::overlap::{OverlapResult, SourcePair};

use super::Style;
use super::sheet::{self, Block};
use super::table::LONGEST_NAME;
use crate::facts;
use crate::format;
use crate::words;

/// As text, part by part.
pub fn blocks(overlap: &OverlapResult, sources: &[SourceFacts], style: &Style) -> Vec<String> {
    parts(overlap, sources).iter().filter_map(|part| sheet::shown(part, style)).collect()
}

/// Persons by source, then by pair, then what to do about pairs that share nobody.
pub fn parts(overlap: &OverlapResult, sources: &[SourceFacts]) -> Vec<Block> {
    let mut parts = vec![persons(overlap), pairs(&overlap.source_pairs)];
    let apart: Vec<&SourcePair> = overlap.source_pairs.iter().filter(|pair| pair.shares_nobody()).collect();
    if !apart.is_empty() {
        parts.push(Block::Text(advice(&apart, sources)));
    }
    parts
}

fn persons(overlap: &OverlapResult) -> Block {
    let rows = overlap.source_persons.iter().map(|source| {
        let name = words::elided(&source.source, LONGEST_NAME);
        vec![name, format::count(source.persons), format::count(source.unidentified_events)]
    });
    Block::Table {
        heading: "Persons by source".to_owned(),
        head: vec!["Source", "Persons", "Events of nobody"],
        alignment: "lrr",
        rows: rows.collect(),
    }
}

fn pairs(pairs: &[SourcePair]) -> Block {
    let name = |name: &str| words::elided(name, LONGEST_NAME);
    let rows = pairs.iter().map(|pair| {
        vec![
            format!("{} and {}", name(&pair.one), name(&pair.other)),
            format::count(pair.both),
            format::per_cent_of(pair.of_one),
            format::per_cent_of(pair.of_other),
        ]
    });
    Block::Table {
        heading: "Persons seen in both of two sources".to_owned(),
        head: vec!["Sources", "In both", "Of the first", "Of the second"],
        alignment: "lrrr",
        rows: rows.collect(),
    }
}

/// Most pairs that are named again in words, below the table that has them all.
const MOST_TOLD: usize = 3;

/// Why nobody was seen in both, and what can be done.
fn advice(apart: &[&SourcePair], sources: &[SourceFacts]) -> String {
    let mut names: Vec<&str> = apart.iter().flat_map(|pair| [pair.one.as_str(), pair.other.as_str()]).collect();
    names.sort_unstable();
    names.dedup();
    let zero = |pair: &&SourcePair| {
        let name = |name: &str| words::elided(name, LONGEST_NAME);
        let (one, other) = (pair.of_one.denominator, pair.of_other.denominator);
        format!(
            "0 of {} persons of {} and 0 of {} of {}",
            format::count(one),
            name(&pair.one),
            format::count(other),
            name(&pair.other)
        )
    };
    let zeros: Vec<String> = apart.iter().map(zero).collect();
    let zeros = match zeros.len() {
        0..=MOST_TOLD => zeros.join("; "),
        pairs => format!("0 persons in both of {pairs} pairs of sources"),
    };
    let known = |name: &&str| {
        let by = sources.iter().find(|source| source.name == **name).map(facts::identifiers).unwrap_or_default();
        let by = if by.is_empty() { "nothing".to_owned() } else { by.join(", ") };
        format!("{} knows people by {by}", words::elided(name, LONGEST_NAME))
    };
    format!(
        "{}: these sources share no identifier, so that nobody can be followed from one to the other. {}. Give both the same one (a login, an e-mail address) as a column, or in kundresa.toml under columns; without one compare them by page: kundresa by-page.",
        zeros,
        names.iter().map(known).collect::<Vec<_>>().join("; ")
    )
}
