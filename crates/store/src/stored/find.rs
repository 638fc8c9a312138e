//! Which values does a column have that dictionaries do not tell?
//!
//! Those that lie as texts, and, in a run of which rows were replaced, which of the values in its dictionary are left.

use foldhash::fast::FixedState;
use hashbrown::HashSet;
use kundresa_model::dictionary::NULL;

use crate::error::StoreError;
use crate::run::pages::Spare;
use crate::run::reader::{Columns, EventRows};
use crate::stored::RunOfStore;
use crate::stored::batches::Kind;
use crate::stored::gather::text_at;
use crate::stored::texts::{Place, Seen, TextColumn};

/// Rows without an actor that are decoded at once.
const CHUNK: u64 = 1 << 17;

/// What a pass over the runs tells about a column.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Values where it is not coded.
    pub(super) values: HashSet<String, FixedState>,
    /// Runs of which rows were replaced, and for each of its codes whether other rows have it.
    used: Vec<(usize, Vec<bool>)>,
    /// Whether the run being looked at has values in `props`.
    in_props: bool,
}

/// Collects the values of every column that `run` has uncoded, and forgets about `props` where it holds none of them.
/// Where rows were replaced, notes which codes the others have. Without either nothing is read.
pub(super) fn find_values(run: &RunOfStore, columns: &mut [TextColumn], found: &mut [Found]) -> Result<(), StoreError> {
    let replaced = run.replaced();
    let is_asked = |column: &usize| columns[*column].is_uncoded(run.number) || !replaced.is_empty();
    let asked: Vec<usize> = (0..columns.len()).filter(is_asked).collect();
    let mut decoded = Columns::default();
    for column in &asked {
        columns[*column].request(run.number, &mut decoded);
        found[*column].begin(run, columns[*column].place(run.number), !replaced.is_empty());
    }
    let mut visit = |first: u64, rows: &EventRows| {
        let counts = |row: usize| replaced.binary_search(&(first + row as u64)).is_err();
        let seen = Seen { run: run.number, columns: &decoded, rows };
        asked.iter().for_each(|column| found[*column].collect(&columns[*column], &seen, &counts));
    };
    if decoded != Columns::default() {
        for_each_chunk(run, &decoded, &mut visit)?;
    }
    asked
        .iter()
        .filter(|column| !found[**column].in_props)
        .for_each(|column| columns[*column].forget_props(run.number));
    Ok(())
}

/// Calls `visit` with all rows of a run, a stretch at a time, each with the ordinal of its first row.
fn for_each_chunk(
    run: &RunOfStore,
    columns: &Columns,
    visit: &mut dyn FnMut(u64, &EventRows),
) -> Result<(), StoreError> {
    let (mut start, mut spare) = (0, Spare::default());
    for group in &run.run.facts.groups {
        let end = start + u64::from(group.rows);
        let rows = run.read(Kind::Actors, start..end, columns, &mut spare)?;
        visit(start, &rows);
        rows.give_back(&mut spare);
        start = end;
    }
    let end = start + run.run.facts.unidentified_rows;
    while start < end {
        let next = end.min(start + CHUNK);
        visit(start, &run.read(Kind::Unidentified, start..next, columns, &mut spare)?);
        start = next;
    }
    Ok(())
}

impl Found {
    /// Makes ready for a run that has the column at `place`.
    fn begin(&mut self, run: &RunOfStore, place: Place, has_replaced: bool) {
        self.in_props = false;
        if let (Place::Coded(column), true) = (place, has_replaced) {
            self.used.push((run.number, vec![false; run.run.facts.coded[column].values as usize + 1]));
        }
    }

    /// Per code of a run whether rows have it that were not replaced; `None` where none was.
    pub(super) fn used(&self, run: usize) -> Option<&[bool]> {
        self.used.iter().find(|(of_run, _)| *of_run == run).map(|(_, used)| used.as_slice())
    }

    /// Adds what the rows that count have.
    fn collect(&mut self, column: &TextColumn, seen: &Seen<'_>, counts: &dyn Fn(usize) -> bool) {
        let place = column.place(seen.run);
        if let Some(codes) = place.codes(seen.columns, seen.rows) {
            self.mark_used(seen.run, codes, counts);
        }
        if let Some(texts) = place.texts(seen.columns, seen.rows) {
            let counting = texts.iter().enumerate().filter(|(row, _)| counts(*row));
            counting.filter_map(|(_, text)| text).for_each(|text| self.add(text));
        }
        let skips = |row: usize| !counts(row) || has_value(place, seen, row);
        column.for_each_in_props(seen, &skips, &mut |_, text| {
            self.in_props = true;
            self.add(text);
        });
    }

    fn mark_used(&mut self, run: usize, codes: &[u32], counts: &dyn Fn(usize) -> bool) {
        let Some((_, used)) = self.used.last_mut().filter(|(of_run, _)| *of_run == run) else { return };
        for (row, code) in codes.iter().enumerate() {
            if let Some(used) = used.get_mut(*code as usize).filter(|used| !**used) {
                *used = counts(row);
            }
        }
    }

    fn add(&mut self, text: &str) {
        if !self.values.contains(text) {
            self.values.insert(text.to_owned());
        }
    }
}

/// Whether a row has a value in a column of its own.
fn has_value(place: Place, seen: &Seen<'_>, row: usize) -> bool {
    place.codes(seen.columns, seen.rows).is_some_and(|codes| codes[row] != NULL)
        || place.texts(seen.columns, seen.rows).is_some_and(|texts| text_at(texts, row).is_some())
}
