//! Under which codes do the texts of several runs come together in a new one?
//!
//! Only texts of rows that are kept get a code, so a text that only dropped rows had is gone from the new run.

use std::collections::BTreeSet;

use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::field::text;
use kundresa_model::index::index32;

use crate::error::StoreError;
use crate::run::reader::{Columns, EventRows, Run};
use crate::shuffle::dictionaries::NEVER_WIDE;
use crate::upkeep::read::{TextColumn, all_rows, read, stretches, text_at};
use crate::upkeep::rewrite::Source;

/// Text columns of a new run.
pub(crate) struct Texts {
    /// Coded columns with their values, sorted by name.
    pub(crate) coded: Vec<(String, Dictionary)>,
    /// Other text columns, sorted by name.
    pub(crate) wide: Vec<String>,
    /// Per coded column and source: where its codes come from.
    codes: Vec<Vec<Option<Codes>>>,
    /// Per wide column and source: where its texts come from.
    texts: Vec<Vec<TextsOf>>,
}

/// New code per old code of a column.
struct Codes {
    column: usize,
    new: Vec<u32>,
}

/// Where the texts of a column come from that has no codes in the new run.
enum TextsOf {
    Nothing,
    Wide(usize),
    Coded(usize, Dictionary),
}

impl Texts {
    /// The columns of all sources together; as in a load those with more than `most_values` distinct values get
    /// no codes, but those of [`NEVER_WIDE`] always do.
    pub(crate) fn merge(sources: &[Source<'_>], most_values: usize) -> Result<Self, StoreError> {
        let mut merged = Self { coded: Vec::new(), wide: Vec::new(), codes: Vec::new(), texts: Vec::new() };
        let used: Vec<Option<Used>> = sources.iter().map(used_codes).collect::<Result<_, _>>()?;
        for name in names(sources) {
            let columns: Vec<TextColumn> =
                sources.iter().map(|source| TextColumn::find(&source.run.facts, name)).collect();
            if columns.iter().any(|column| matches!(column, TextColumn::Wide(_))) {
                merged.push_wide(name, sources, &columns)?;
                continue;
            }
            let values = values(sources, &columns, &used)?;
            if values.len() > most_values && !NEVER_WIDE.contains(&name) {
                merged.push_wide(name, sources, &columns)?;
            } else if !values.is_empty() || [text::EVENT, text::SOURCE_NAME].contains(&name) {
                merged.push_coded(name, Dictionary::new(values), sources, &columns)?;
            }
        }
        Ok(merged)
    }

    fn push_wide(&mut self, name: &str, sources: &[Source<'_>], columns: &[TextColumn]) -> Result<(), StoreError> {
        let texts = sources.iter().zip(columns).map(|(source, column)| {
            Ok(match *column {
                TextColumn::Absent => TextsOf::Nothing,
                TextColumn::Wide(column) => TextsOf::Wide(column),
                TextColumn::Coded(column) => TextsOf::Coded(column, source.run.dictionary(column)?),
            })
        });
        self.texts.push(texts.collect::<Result<_, StoreError>>()?);
        self.wide.push(name.to_owned());
        Ok(())
    }

    fn push_coded(
        &mut self,
        name: &str,
        values: Dictionary,
        sources: &[Source<'_>],
        columns: &[TextColumn],
    ) -> Result<(), StoreError> {
        let codes = sources.iter().zip(columns).map(|(source, column)| {
            let TextColumn::Coded(column) = *column else { return Ok(None) };
            let old = source.run.dictionary(column)?;
            let new = old.values().iter().map(|value| values.code(value).unwrap_or(NULL));
            Ok(Some(Codes { column, new: std::iter::once(NULL).chain(new).collect() }))
        });
        self.codes.push(codes.collect::<Result<_, StoreError>>()?);
        self.coded.push((name.to_owned(), values));
        Ok(())
    }

    /// Code of a row of source `source` in the coded column `column`. `rows` has all coded columns of its run.
    pub(crate) fn code(&self, column: usize, source: usize, rows: &EventRows, row: usize) -> u32 {
        let Some(codes) = &self.codes[column][source] else { return NULL };
        let old = rows.coded.get(codes.column).and_then(|column| column.get(row)).copied().unwrap_or(NULL);
        codes.new.get(old as usize).copied().unwrap_or(NULL)
    }

    /// Text of a row of source `source` in the wide column `column`. `rows` has all text columns of its run.
    pub(crate) fn text<'a>(&'a self, column: usize, source: usize, rows: &'a EventRows, row: usize) -> Option<&'a str> {
        match &self.texts[column][source] {
            TextsOf::Nothing => None,
            TextsOf::Wide(column) => text_at(rows.wide.get(*column), row),
            TextsOf::Coded(column, values) => values.value(*rows.coded.get(*column)?.get(row)?),
        }
    }
}

/// Names of the text columns of all sources, sorted.
fn names<'a>(sources: &'a [Source<'a>]) -> BTreeSet<&'a str> {
    let facts = sources.iter().map(|source| &source.run.facts);
    facts
        .flat_map(|facts| facts.coded.iter().map(|column| &column.name).chain(&facts.wide))
        .map(String::as_str)
        .collect()
}

/// Per coded column of a run: which codes rows that are kept have.
type Used = Vec<Vec<bool>>;

/// `None` where nothing is dropped and so every code is used.
fn used_codes(source: &Source<'_>) -> Result<Option<Used>, StoreError> {
    if source.drop.is_empty() {
        return Ok(None);
    }
    let run: &Run = source.run;
    let columns = Columns { coded: (0..run.facts.coded.len()).collect(), ..Columns::default() };
    let mut used: Used = run.facts.coded.iter().map(|column| vec![false; column.values as usize + 1]).collect();
    for rows in stretches(run, all_rows(&run.facts)) {
        let stretch = read(run, rows, &columns)?;
        for (used, codes) in used.iter_mut().zip(&stretch.rows.coded) {
            for (row, code) in (stretch.first..).zip(codes.iter()) {
                if let Some(used) = used.get_mut(*code as usize) {
                    *used |= !source.drop.has(row);
                }
            }
        }
    }
    Ok(Some(used))
}

/// Distinct values of a column that is coded wherever it is, in rows that are kept.
fn values(sources: &[Source<'_>], columns: &[TextColumn], used: &[Option<Used>]) -> Result<Vec<String>, StoreError> {
    let mut values = Vec::new();
    for ((source, column), used) in sources.iter().zip(columns).zip(used) {
        let TextColumn::Coded(column) = *column else { continue };
        let dictionary = source.run.dictionary(column)?;
        let is_used = |code: u32| used.as_ref().is_none_or(|used| used[column][code as usize]);
        let kept = (1..index32(dictionary.codes())).filter(|code| is_used(*code));
        values.extend(kept.filter_map(|code| dictionary.value(code)).map(str::to_owned));
    }
    values.sort_unstable();
    values.dedup();
    Ok(values)
}
