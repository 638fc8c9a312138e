//! Where in a run are identifiers that are to be forgotten?

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use aho_corasick::AhoCorasick;
use foldhash::HashMap;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::field::text;
use kundresa_model::json::push_string;
use kundresa_model::quality::{RejectReason, RejectedRow};

use crate::error::StoreError;
use crate::run::reader::{Columns, EventRows, Run};
use crate::upkeep::actors::{Actor, RowActors};
use crate::upkeep::ordinals::Ordinals;
use crate::upkeep::read::{Stretch, TextColumn, all_rows, read, stretches, text_at};

/// Most identifiers named that stood beside those to be forgotten.
const MOST_ALSO: usize = 20;

/// Identifiers to be forgotten.
pub(super) struct Wanted<'a> {
    /// Each with its place in `ids`.
    places: HashMap<&'a str, usize>,
    pub(super) ids: Vec<&'a str>,
    anywhere: AhoCorasick,
    /// Which identifier each pattern of `anywhere` is a way to write.
    written: Vec<usize>,
}

impl<'a> Wanted<'a> {
    /// The identifiers, each once; an empty one is none.
    pub(super) fn new(ids: &'a [String]) -> Result<Self, StoreError> {
        let ids: BTreeSet<&str> = ids.iter().map(String::as_str).filter(|id| !id.is_empty()).collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        let (mut patterns, mut written) = (Vec::new(), Vec::new());
        for (place, id) in ids.iter().enumerate() {
            let ways = ways_to_write(id);
            written.extend(ways.iter().map(|_| place));
            patterns.extend(ways);
        }
        let anywhere = AhoCorasick::new(&patterns).map_err(|cause| StoreError::TooManyIds { ids: ids.len(), cause })?;
        Ok(Self { places: ids.iter().enumerate().map(|(place, id)| (*id, place)).collect(), ids, anywhere, written })
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// Places of the identifiers that stand in the row's raw text or in what was said about it.
    fn in_rejected(&self, row: &RejectedRow) -> BTreeSet<usize> {
        [&row.raw, &row.detail].into_iter().flat_map(|text| self.in_text(text)).collect()
    }

    /// Whether one stands there.
    pub(super) fn is_in_rejected(&self, row: &RejectedRow) -> bool {
        [&row.raw, &row.detail].into_iter().any(|text| self.in_text(text).next().is_some())
    }

    fn in_text<'b>(&'b self, text: &'b str) -> impl Iterator<Item = usize> + 'b {
        let whole = self.anywhere.find_overlapping_iter(text).filter(|found| stands_alone(text, found.range()));
        whole.map(|found| self.written[found.pattern().as_usize()])
    }
}

/// How raw rows may have an identifier: as it is, with quotes doubled as in CSV, and escaped as in JSON.
fn ways_to_write(id: &str) -> BTreeSet<String> {
    let mut json = String::new();
    push_string(&mut json, id);
    let json = json[1..json.len() - 1].to_owned();
    let slashes = json.replace('/', "\\/");
    let ascii = json.chars().map(|character| match character {
        ascii if ascii.is_ascii() => ascii.to_string(),
        other => other.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    });
    BTreeSet::from([id.to_owned(), id.replace('"', "\"\""), ascii.collect(), slashes, json])
}

/// Whether no letter or digit goes on before or after: `7` stands in `id=7`, but not in `1970`.
fn stands_alone(text: &str, place: Range<usize>) -> bool {
    let goes_on = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
    !goes_on(text[..place.start].chars().next_back()) && !goes_on(text[place.end..].chars().next())
}

/// What one run has of them.
#[derive(Debug, Default)]
pub(super) struct Traces {
    /// Rows that carry one.
    pub(super) rows: Ordinals,
    /// These rows by input and partition.
    pub(super) partitions: BTreeMap<(u32, String), u64>,
    /// Rejected rows that say one, by input and reason.
    pub(super) rejected: BTreeMap<(u32, RejectReason), u64>,
    /// Places of the identifiers found.
    pub(super) found: BTreeSet<usize>,
    /// The first other identifiers on these rows.
    pub(super) also: BTreeSet<String>,
}

impl Traces {
    /// Searches the run.
    pub(super) fn find(run: &Run, wanted: &Wanted<'_>) -> Result<Self, StoreError> {
        let mut traces = Self::default();
        let partitions = Partitions::of(run)?;
        let mut actors = RowActors::of(run);
        let others = Columns { others: true, ..Columns::default() };
        let mut rows = Vec::new();
        for piece in stretches(run, all_rows(&run.facts)) {
            let stretch = read(run, piece.clone(), &others)?;
            let before = rows.len();
            for row in 0..stretch.len {
                let ordinal = stretch.first + row as u64;
                if traces.take(wanted, actors.actor_of(ordinal)?, &stretch.rows, row) {
                    rows.push(ordinal);
                }
            }
            if rows.len() > before {
                partitions.count(&rows[before..], &read(run, piece, &partitions.columns)?, &mut traces.partitions);
            }
        }
        traces.rows = Ordinals::of(rows);
        run.rejected(&mut |input, row| traces.take_rejected(wanted, input, &row))?;
        Ok(traces)
    }

    /// Whether nothing was found.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.rejected.is_empty()
    }

    /// Whether the row carries an identifier that is wanted; if so, notes who it is about.
    fn take(&mut self, wanted: &Wanted<'_>, actor: Option<&Actor>, rows: &EventRows, row: usize) -> bool {
        let others = rows.others.iter().filter_map(|ids| text_at(ids.as_ref(), row));
        let ids = || actor.map(|actor| actor.id.as_str()).into_iter().chain(others.clone());
        if ids().all(|id| wanted.place(id).is_none()) {
            return false;
        }
        for id in ids() {
            match wanted.place(id) {
                Some(place) => _ = self.found.insert(place),
                None => keep_first(&mut self.also, id),
            }
        }
        true
    }

    fn take_rejected(&mut self, wanted: &Wanted<'_>, input: u32, row: &RejectedRow) {
        let found = wanted.in_rejected(row);
        if !found.is_empty() {
            *self.rejected.entry((input, row.reason)).or_default() += 1;
            self.found.extend(found);
        }
    }
}

/// Adds `id` if it is among the first.
pub(super) fn keep_first(ids: &mut BTreeSet<String>, id: &str) {
    let is_full = ids.len() >= MOST_ALSO;
    if ids.contains(id) || is_full && ids.last().is_some_and(|last| last.as_str() < id) {
        return;
    }
    ids.insert(id.to_owned());
    if is_full {
        ids.pop_last();
    }
}

/// Where the partitions of a run's rows are found.
struct Partitions {
    columns: Columns,
    names: Dictionary,
}

impl Partitions {
    fn of(run: &Run) -> Result<Self, StoreError> {
        let mut columns = Columns { input: true, ..Columns::default() };
        let partition = TextColumn::find(&run.facts, text::PARTITION);
        partition.ask(&mut columns);
        let names = match partition {
            TextColumn::Coded(column) => run.dictionary(column)?,
            _ => Dictionary::default(),
        };
        Ok(Self { columns, names })
    }

    fn count(&self, rows: &[u64], stretch: &Stretch, counts: &mut BTreeMap<(u32, String), u64>) {
        for row in rows.iter().filter_map(|row| usize::try_from(row - stretch.first).ok()) {
            let coded = stretch.rows.coded.first().and_then(|codes| self.names.value(*codes.get(row)?));
            let name = coded.or_else(|| text_at(stretch.rows.wide.first(), row)).unwrap_or_default();
            let input = stretch.rows.input.get(row).copied().unwrap_or_default();
            *counts.entry((input, name.to_owned())).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(ids: &[&str], raw: &str) -> Vec<usize> {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let wanted = Wanted::new(&ids).unwrap();
        let row = RejectedRow {
            input: String::new(),
            line: 1,
            reason: RejectReason::BadTime,
            detail: String::new(),
            raw: raw.to_owned(),
            raw_base64: None,
        };
        assert_eq!(wanted.is_in_rejected(&row), !wanted.in_rejected(&row).is_empty());
        wanted.in_rejected(&row).into_iter().collect()
    }

    #[test]
    fn rejected_row_says_an_identifier_only_where_it_stands_alone() {
        // In order: `7`, `a.7`, `é`.
        let ids = ["é", "7", "a.7"];
        assert_eq!(places(&ids, "1970-01,user7,éa"), [0; 0]);
        assert_eq!(places(&ids, "x,\"7\",y"), [0]);
        assert_eq!(places(&ids, "{\"id\":\"a.7\"}"), [0, 1], "a dot ends a word");
        assert_eq!(places(&ids, "é"), [2]);
    }

    #[test]
    fn identifier_is_found_however_the_row_writes_it() {
        let ids = ["x\"y", "日本", "a/b"];
        for raw in ["bad,\"x\"\"y\",view", r#"{"id":"x\"y"}"#, r#"{"id":"\u65e5\u672c"}"#, r#"{"id":"a\/b"}"#] {
            assert_eq!(places(&ids, raw).len(), 1, "{raw}");
        }
    }
}
