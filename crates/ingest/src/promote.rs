//! Which properties are worth a column of their own when a store is loaded?
//!
//! The front of every input is read as the load would read it, with all properties in `props`, and the keys are
//! counted there. So a value that a canonical column holds already is never counted, in no kind of source.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::{Array, cast::AsArray};
use kundresa_model::event_table::EventTable;
use kundresa_model::field::text;
use kundresa_model::source::Wanted;

use crate::json::flatten::flatten;
use crate::plan::{PinnedSource, PlannedInput};

/// Most properties with a column of their own.
const MOST_PROPERTIES: usize = 128;
/// A key that is filled in one row of so many gets a column.
const ROWS_PER_FILLED: u64 = 200;
/// Most rows read of one input, and of all together unless there are very many inputs.
const INPUT_ROWS: usize = 1_000;
const ALL_ROWS: usize = 100_000;
const FEWEST_ROWS: usize = 100;

/// Names of the properties that get columns: all of `named`, then those that are frequent in their source, most frequent
/// first.
pub(crate) fn promoted(sources: &[PinnedSource], named: BTreeSet<String>) -> BTreeSet<String> {
    let inputs: usize = sources.iter().map(|source| source.inputs().len()).sum();
    let rows = (ALL_ROWS / inputs.max(1)).clamp(FEWEST_ROWS, INPUT_ROWS);
    let mut frequent = BTreeMap::<String, u64>::new();
    for source in sources {
        for (name, filled) in frequent_keys(source, rows) {
            *frequent.entry(name).or_default() += filled;
        }
    }
    let mut ranked: Vec<(u64, String)> = frequent.into_iter().map(|(name, filled)| (filled, name)).collect();
    ranked.retain(|(_, name)| !named.contains(name));
    ranked.sort_unstable_by(|(a, a_name), (b, b_name)| b.cmp(a).then_with(|| a_name.cmp(b_name)));
    let room = MOST_PROPERTIES.saturating_sub(named.len());
    named.into_iter().chain(ranked.into_iter().take(room).map(|(_, name)| name)).collect()
}

/// Keys that are filled in at least half a percent of a source's first rows, with the rows that fill them.
fn frequent_keys(source: &PinnedSource, rows: usize) -> Vec<(String, u64)> {
    let mut counts = KeyCounts::default();
    for input in source.inputs() {
        // An input that can't be read fails the load, with its error.
        if let Some(table) = first_rows(source, input, rows) {
            counts.add(&table);
        }
    }
    let carried = source.carried();
    let may = |name: &str| !carried.contains(name) && !counts.columns.contains(name) && source.allows_property(name);
    let frequent = |filled: u64| filled * ROWS_PER_FILLED >= counts.rows;
    let keys = counts.filled.iter().filter(|(name, filled)| frequent(**filled) && may(name));
    keys.map(|(name, filled)| (name.clone(), *filled)).collect()
}

fn first_rows(source: &PinnedSource, input: &PlannedInput, rows: usize) -> Option<EventTable> {
    let wanted = Arc::new(Wanted { text: BTreeSet::new(), everything: true });
    let mut reader = source.open_front(input, &wanted, rows)?;
    reader.next_table().ok().flatten()
}

/// How often the keys of `props` are filled.
#[derive(Default)]
struct KeyCounts {
    rows: u64,
    filled: BTreeMap<String, u64>,
    /// Columns that tables have anyway.
    columns: BTreeSet<String>,
}

impl KeyCounts {
    fn add(&mut self, table: &EventTable) {
        self.rows += table.len() as u64;
        self.columns.extend(table.text_names());
        let Some(props) = table.text(text::PROPS) else { return };
        let values = props.values().as_string::<i32>();
        let mut path = String::new();
        for key in (0..table.len()).filter(|row| props.is_valid(*row)).map(|row| props.keys().value(row) as usize) {
            let count = |name: &str, _: crate::json::flatten::Flat<'_>| {
                if let Some(filled) = self.filled.get_mut(name) {
                    *filled += 1;
                } else {
                    self.filled.insert(name.to_owned(), 1);
                }
            };
            // What a reader wrote is an object.
            let _ = flatten(values.value(key), &mut path, count);
        }
    }
}
