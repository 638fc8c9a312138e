//! What is in a store, for people?

use std::path::Path;

use kundresa_model::rate::Rate;
use kundresa_model::zone::ZoneTable;
use kundresa_report::format::{DASH, bytes, count, counted, instant, money, per_cent};
use kundresa_report::terminal::Block;
use kundresa_report::{facts, words};
use kundresa_store::manifest::StoredInput;

use super::facts::{PurchasesShown, SourceShown, StoreFacts};
use super::{term, terms};
use crate::store_figures::PURCHASE;

/// Event names shown; the rest is counted.
const MOST_EVENTS: usize = 20;
/// Runs shown; the rest is counted.
const MOST_RUNS: usize = 20;
/// Longest name in a table, in characters.
const LONGEST_NAME: usize = 40;

/// The store at `path` in blocks.
pub fn show(path: &Path, store: &StoreFacts, zone: &ZoneTable, zone_name: &str) -> Vec<Block> {
    let mut blocks = vec![head(path, store, zone, zone_name)];
    blocks.extend(store.sources.iter().map(|source| about_source(source, &store.inputs)));
    blocks.extend([events(store), purchases(&store.purchases), runs(store)]);
    blocks
}

fn head(path: &Path, store: &StoreFacts, zone: &ZoneTable, zone_name: &str) -> Block {
    let totals = &store.totals;
    let size = format!("{} in {}", bytes(store.bytes), counted(store.runs.len() as u64, "run", "runs"));
    let mut rows = vec![
        term("Generation", format!("{}, format {}, by kundresa {}", store.generation, store.format, store.kundresa)),
        term("Size", size),
        term("Root", words::visible(&store.root)),
        term("Actors", count(totals.actors)),
        term("Events", format!("{}, {} without an actor", count(totals.events), count(totals.unidentified))),
        term("Time", span(store, zone, zone_name)),
        term("Load", facts::load_sum(totals)),
    ];
    rows.extend(life(store));
    if store.identifiers_to_forget > 0 {
        let text = counted(store.identifiers_to_forget, "identifier is", "identifiers are");
        rows.push(term("To forget", format!("{text} left out of every load")));
    }
    terms(format!("Store {}", path.display()), rows)
}

fn span(store: &StoreFacts, zone: &ZoneTable, zone_name: &str) -> String {
    match (store.first_event_us, store.last_event_us) {
        (Some(first), Some(last)) => format!("{} to {} ({zone_name})", instant(first, zone), instant(last, zone)),
        _ => DASH.to_owned(),
    }
}

fn life(store: &StoreFacts) -> Option<(String, String)> {
    let rows = store.life.replaced_content;
    let text = format!("{} of inputs that came again with other content are gone", counted(rows, "row", "rows"));
    (rows > 0).then(|| term("Before", text))
}

fn about_source(source: &SourceShown, inputs: &[StoredInput]) -> Block {
    let inputs: Vec<&StoredInput> = inputs.iter().filter(|input| input.source == source.facts.name).collect();
    let zone =
        source.time_zone.as_deref().map_or("every time carries its zone".to_owned(), |zone| format!("zone {zone}"));
    let mut rows = vec![
        term("Kind", source.facts.kind.clone()),
        term("Time", format!("{}; {zone}", source.facts.time_format)),
        term("Mapping", mapping(source)),
        term("Inputs", names(&inputs)),
    ];
    let rows_in: u64 = inputs.iter().map(|input| input.rows_in).sum();
    rows.push(term("Rows in", count(rows_in)));
    let aliases: usize = inputs.iter().map(|input| input.aliases.len()).sum();
    if aliases > 0 {
        rows.push(term("Aliases", format!("{} of the same content", counted(aliases as u64, "name", "names"))));
    }
    rows.extend(source.warnings.iter().map(|warning| term("Warning", words::elided(warning, 600))));
    terms(format!("Source {}", words::elided(&source.facts.name, LONGEST_NAME)), rows)
}

fn mapping(source: &SourceShown) -> String {
    let fields = source.facts.mapping.iter().map(|(field, column)| {
        // Why a column was chosen stands in brackets behind it; here it would take the most room.
        let column = column.rsplit_once(" (").map_or(column.as_str(), |(column, _)| column);
        if column == field { field.clone() } else { format!("{field} = {column}") }
    });
    words::elided(&fields.collect::<Vec<_>>().join(", "), 600)
}

fn names(inputs: &[&StoredInput]) -> String {
    let name = |input: &&StoredInput| words::elided(&input.name, LONGEST_NAME);
    match inputs {
        [] => "0".to_owned(),
        [one] => format!("1: {}", name(one)),
        [first, .., last] => format!("{}: {} to {}", count(inputs.len() as u64), name(first), name(last)),
    }
}

fn events(store: &StoreFacts) -> Block {
    let all = store.totals.events;
    let sorted = words::by_falling_count(&store.events_by_name);
    let row = |name: String, events: u64| vec![name, count(events), per_cent(Rate::new(events, all))];
    let mut rows: Vec<Vec<String>> =
        sorted.iter().take(MOST_EVENTS).map(|(name, events)| row(words::elided(name, LONGEST_NAME), *events)).collect();
    if sorted.len() > MOST_EVENTS {
        let rest = &sorted[MOST_EVENTS..];
        let name = format!("{} more names", count(rest.len() as u64));
        rows.push(row(name, rest.iter().map(|(_, events)| events).sum()));
    }
    let heading = format!("Events by name, of {}", count(all));
    Block::Table { heading, head: vec!["event", "n", "share"], alignment: "lrr", rows }
}

fn purchases(purchases: &[PurchasesShown]) -> Block {
    let row = |sum: &PurchasesShown| {
        let currency = sum.currency.as_deref();
        let value = if sum.value.is_some() { money(sum.micros, "") } else { DASH.to_owned() };
        let name = currency.map_or_else(|| DASH.to_owned(), |name| words::elided(name, LONGEST_NAME));
        vec![name, count(sum.purchases), count(sum.with_value), value]
    };
    Block::Table {
        heading: format!("Value of events `{PURCHASE}`, without bots and repeated orders"),
        head: vec!["currency", "n", "with value", "value"],
        alignment: "lrrr",
        rows: purchases.iter().map(row).collect(),
    }
}

fn runs(store: &StoreFacts) -> Block {
    let row = |run: &kundresa_store::manifest::StoredRun| {
        vec![run.id.to_string(), count(run.rows), count(run.deleted), bytes(run.bytes)]
    };
    let mut rows: Vec<Vec<String>> = store.runs.iter().take(MOST_RUNS).map(row).collect();
    if store.runs.len() > MOST_RUNS {
        rows.push(vec![format!("{} more", store.runs.len() - MOST_RUNS), String::new(), String::new(), String::new()]);
    }
    let head = vec!["run", "rows", "do not count", "size"];
    Block::Table { heading: "Runs".to_owned(), head, alignment: "rrrr", rows }
}
