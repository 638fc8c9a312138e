//! What do the numbers in a feed's columns mean?
//!
//! Beside `column_headers.tsv` a feed has a table for each kind of number: `browser.tsv`, `event.tsv` and so on, with a
//! number and its words in a line. They are read once, and their words stand beside the numbers.

use std::io::Read;

use hashbrown::HashMap;

use super::unescaped;
use crate::container::open_text;
use crate::input::Input;
use crate::lines::without_end;

/// A column of the feed, the table of its numbers, and the cell of their words.
const TABLES: [(&str, &str, &str); 10] = [
    ("browser", "browser", "browser_name"),
    ("os", "operating_systems", "os_name"),
    ("language", "languages", "language_name"),
    ("country", "country", "country_name"),
    ("ref_type", "referrer_type", "ref_type_name"),
    ("search_engine", "search_engines", "search_engine_name"),
    ("connection_type", "connection_type", "connection_type_name"),
    ("color", "color_depth", "color_name"),
    ("resolution", "resolution", "resolution_name"),
    ("javascript", "javascript_version", "javascript_name"),
];
const EVENTS: &str = "event";
/// Most bytes of a table.
const TABLE_BYTES: u64 = 64 << 20;

/// The tables that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lookups {
    tables: HashMap<&'static str, HashMap<String, Box<str>>>,
}

impl Lookups {
    /// Reads a file, if it is one of the tables.
    pub(crate) fn read(&mut self, input: &Input, file_name: &str) {
        let stem = file_name.split('.').next().unwrap_or_default();
        let known = TABLES.iter().map(|(_, table, _)| *table).chain([EVENTS]);
        let Some(table) = known.into_iter().find(|table| *table == stem) else { return };
        let mut text = Vec::new();
        let read = open_text(input).ok().map(|(reader, _)| reader.take(TABLE_BYTES).read_to_end(&mut text));
        if matches!(read, Some(Ok(_))) {
            let entries = self.tables.entry(table).or_default();
            text.split(|byte| *byte == b'\n').filter_map(entry).for_each(|(number, words)| {
                entries.entry(number).or_insert(words);
            });
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.values().all(HashMap::is_empty)
    }

    /// The cells of words.
    pub(super) fn cells() -> impl Iterator<Item = &'static str> {
        TABLES.iter().map(|(_, _, cell)| *cell)
    }

    /// Calls `set` with the place of a cell among them and the words of the number that `get` finds in its column.
    pub(super) fn words<'a>(&self, get: impl Fn(&str) -> &'a str, mut set: impl FnMut(usize, &str)) {
        for (place, (column, table, _)) in TABLES.iter().enumerate() {
            if let Some(words) = self.tables.get(table).and_then(|entries| entries.get(get(column))) {
                set(place, words);
            }
        }
    }

    /// The name of an event.
    pub(super) fn event(&self, number: &str) -> Option<&str> {
        self.tables.get(EVENTS)?.get(number).map(AsRef::as_ref)
    }
}

fn entry(line: &[u8]) -> Option<(String, Box<str>)> {
    let line = String::from_utf8_lossy(without_end(line));
    let (number, words) = line.split_once('\t')?;
    let words = words.split('\t').next().unwrap_or_default();
    let words = unescaped(words);
    let (number, words) = (number.trim(), words.trim());
    (!number.is_empty() && !words.is_empty()).then(|| (number.to_owned(), words.into()))
}
