//! Which codes does a text column have in rows of any run?
//!
//! Most columns are coded in every run: their codes are mapped from the run's dictionary to that of the store, and where
//! both agree not even that. A column that some run keeps as text, or a property that lies in `props`, is read **the slow
//! way**: one pass finds its values when the store is opened, and rows are looked up text by text. Where rows of a run were
//! replaced, values that no other row has are left out, as if they had never been loaded.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::BuildHasher;

use arrow_array::{Array, LargeStringArray};
use arrow_buffer::ScalarBuffer;
use arrow_schema::DataType;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::event_table::column_type;
use kundresa_model::field::text;
use kundresa_model::index::index32;

use crate::error::StoreError;
use crate::generation::manifest::Manifest;
use crate::run::facts::RunFacts;
use crate::run::reader::{Columns, EventRows};
use crate::stored::RunOfStore;
use crate::stored::dictionaries::{CodeMap, merge_dictionaries, without_unused};
use crate::stored::find::{Found, find_values};
use crate::stored::props::Member;

/// One text column of the store.
#[derive(Debug)]
pub(super) struct TextColumn {
    pub(super) name: String,
    pub(super) dictionary: Dictionary,
    member: Member,
    /// Codes by text, where some run has it uncoded.
    codes: Option<TextCodes>,
    /// Where each run has it.
    origins: Vec<Origin>,
}

/// Where a run has a column.
#[derive(Clone, Debug)]
struct Origin {
    place: Place,
    map: CodeMap,
    /// Index of `props` among the run's wide columns, if the property may lie in there.
    props: Option<usize>,
}

/// The column of a run that holds a text column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Absent,
    /// Index into [`RunFacts::coded`].
    Coded(usize),
    /// Index into [`RunFacts::wide`].
    Wide(usize),
}

impl Place {
    pub(super) fn of(name: &str, facts: &RunFacts) -> Self {
        let coded = facts.coded.iter().position(|column| column.name == name).map(Self::Coded);
        let wide = || facts.wide.iter().position(|column| column == name).map(Self::Wide);
        coded.or_else(wide).unwrap_or(Self::Absent)
    }

    /// Adds the column to those that are decoded.
    pub(super) fn request(self, columns: &mut Columns) {
        match self {
            Self::Absent => {}
            Self::Coded(column) => request(&mut columns.coded, column),
            Self::Wide(column) => request(&mut columns.wide, column),
        }
    }

    /// Its codes in `rows`, decoded with `columns`; empty where it is not coded.
    pub(super) fn codes<'r>(self, columns: &Columns, rows: &'r EventRows) -> Option<&'r ScalarBuffer<u32>> {
        let Self::Coded(column) = self else { return None };
        rows.coded.get(columns.coded.iter().position(|known| *known == column)?)
    }

    /// Its texts in `rows`, decoded with `columns`, where it is wide.
    pub(super) fn texts<'r>(self, columns: &Columns, rows: &'r EventRows) -> Option<&'r LargeStringArray> {
        let Self::Wide(column) = self else { return None };
        rows.wide.get(columns.wide.iter().position(|known| *known == column)?)
    }
}

fn request(columns: &mut Vec<usize>, column: usize) {
    if !columns.contains(&column) {
        columns.push(column);
    }
}

/// The text columns of `runs` that are among `asked`, sorted by name; all that are coded if nothing is.
/// Event and source name are always among them.
pub(super) fn open_columns(
    manifest: &Manifest,
    runs: &[RunOfStore],
    asked: &BTreeSet<String>,
) -> Result<Vec<TextColumn>, StoreError> {
    let names = names(runs, asked);
    let mut columns: Vec<TextColumn> = names.iter().map(|name| TextColumn::new(name, manifest, runs)).collect();
    let mut found: Vec<Found> = columns.iter().map(|_| Found::default()).collect();
    for run in runs {
        find_values(run, &mut columns, &mut found)?;
    }
    for (column, found) in columns.iter_mut().zip(found) {
        column.merge_dictionaries(runs, found)?;
    }
    let is_text = |name: &str| matches!(column_type(name), DataType::Dictionary(_, _));
    let is_of_source =
        |name: &str| is_text(name) && manifest.sources.iter().any(|source| source.columns.contains(name));
    columns.retain(|column| column.is_anywhere() || is_of_source(&column.name));
    Ok(columns)
}

fn names(runs: &[RunOfStore], asked: &BTreeSet<String>) -> BTreeSet<String> {
    let mut names = BTreeSet::from([text::EVENT, text::SOURCE_NAME].map(str::to_owned));
    if asked.is_empty() {
        names.extend(runs.iter().flat_map(|run| run.run.facts.coded.iter().map(|column| column.name.clone())));
    }
    names.extend(asked.iter().cloned());
    names
}

/// Rows of a run and the columns that they were decoded with.
pub(super) struct Seen<'a> {
    pub(super) run: usize,
    pub(super) columns: &'a Columns,
    pub(super) rows: &'a EventRows,
}

impl TextColumn {
    fn new(name: &str, manifest: &Manifest, runs: &[RunOfStore]) -> Self {
        let origin = |run: &RunOfStore| Origin::of(name, manifest, &run.run.facts);
        Self {
            name: name.to_owned(),
            dictionary: Dictionary::default(),
            member: Member::new(name),
            codes: None,
            origins: runs.iter().map(origin).collect(),
        }
    }

    /// The column of a run that holds it.
    pub(super) fn place(&self, run: usize) -> Place {
        self.origins[run].place
    }

    /// Notes that a run has none of its values in `props`.
    pub(super) fn forget_props(&mut self, run: usize) {
        self.origins[run].props = None;
    }

    /// Whether rows of a run are looked up text by text.
    pub(super) fn is_uncoded(&self, run: usize) -> bool {
        matches!(self.origins[run].place, Place::Wide(_)) || self.origins[run].props.is_some()
    }

    /// Whether some run reads it the slow way.
    pub(super) fn is_slow(&self) -> bool {
        (0..self.origins.len()).any(|run| self.is_uncoded(run))
    }

    /// Whether some run has it, or every store does.
    fn is_anywhere(&self) -> bool {
        let is_here = |origin: &Origin| origin.place != Place::Absent || origin.props.is_some();
        self.origins.iter().any(is_here) || [text::EVENT, text::SOURCE_NAME].contains(&self.name.as_str())
    }

    /// Adds what has to be decoded of a run to know the column's codes.
    pub(super) fn request(&self, run: usize, columns: &mut Columns) {
        let Origin { place, props, .. } = self.origins[run];
        place.request(columns);
        if let Some(props) = props {
            Place::Wide(props).request(columns);
        }
    }

    /// Calls `visit` with the rows whose text lies in `props`, those left out that `skips` names.
    pub(super) fn for_each_in_props(
        &self,
        seen: &Seen<'_>,
        skips: &dyn Fn(usize) -> bool,
        visit: &mut dyn FnMut(usize, &str),
    ) {
        let props = self.origins[seen.run].props.and_then(|props| Place::Wide(props).texts(seen.columns, seen.rows));
        // Most logs have no properties beside their columns, so nothing but nulls.
        let props = props.filter(|props| props.null_count() < props.len());
        for (row, object) in props.into_iter().flatten().enumerate() {
            let value: Option<Cow<'_, str>> = object.filter(|_| !skips(row)).and_then(|object| self.member.of(object));
            if let Some(value) = value {
                visit(row, &value);
            }
        }
    }

    /// Merges the dictionaries of the runs that have it coded with the values of those that do not.
    fn merge_dictionaries(&mut self, runs: &[RunOfStore], found: Found) -> Result<(), StoreError> {
        let (mut parts, mut coded) = (Vec::new(), Vec::new());
        for (number, run) in runs.iter().enumerate() {
            let Place::Coded(column) = self.origins[number].place else { continue };
            let dictionary = run.run.dictionary(column)?;
            let codes = dictionary.codes();
            let (part, map) = match found.used(number) {
                Some(used) => without_unused(dictionary, used),
                None => (dictionary, CodeMap::Same),
            };
            parts.push(part);
            coded.push((number, map, codes));
        }
        if self.is_slow() {
            parts.push(Dictionary::new(found.values.into_iter().collect()));
        }
        let (dictionary, maps) = merge_dictionaries(parts);
        for ((number, first, codes), next) in coded.into_iter().zip(maps) {
            self.origins[number].map = first.then(&next, codes);
        }
        self.codes = self.is_slow().then(|| TextCodes::new(&dictionary));
        self.dictionary = dictionary;
        Ok(())
    }

    /// Codes of the rows. They are not copied where the run has those of the store.
    pub(super) fn codes(&self, seen: &Seen<'_>) -> ScalarBuffer<u32> {
        let origin = &self.origins[seen.run];
        let codes = match (origin.place.codes(seen.columns, seen.rows), origin.place.texts(seen.columns, seen.rows)) {
            (Some(codes), _) if origin.map == CodeMap::Same => codes.clone(),
            (Some(codes), _) => codes.iter().map(|code| origin.map.map(*code)).collect(),
            (None, Some(texts)) => texts.iter().map(|text| text.map_or(NULL, |text| self.code(text))).collect(),
            (None, None) => vec![NULL; seen.rows.ts.len()].into(),
        };
        if origin.props.is_none() { codes } else { self.with_props(seen, &codes) }
    }

    fn with_props(&self, seen: &Seen<'_>, codes: &[u32]) -> ScalarBuffer<u32> {
        let mut filled = codes.to_vec();
        self.for_each_in_props(seen, &|row| codes[row] != NULL, &mut |row, text| filled[row] = self.code(text));
        filled.into()
    }

    fn code(&self, text: &str) -> u32 {
        self.codes.as_ref().and_then(|codes| codes.find(&self.dictionary, text)).unwrap_or(NULL)
    }
}

impl Origin {
    fn of(name: &str, manifest: &Manifest, facts: &RunFacts) -> Self {
        let place = Place::of(name, facts);
        // A source keeps a property either in a column or in `props`; another source of the run may do the other, and
        // another load, whose run was merged into this one.
        let is_elsewhere = || has_several_sources(manifest, facts) || facts.mixed.iter().any(|mixed| mixed == name);
        let may_be_in_props = !text::ALL.contains(&name) && (place == Place::Absent || is_elsewhere());
        let props = facts.wide.iter().position(|column| column == text::PROPS).filter(|_| may_be_in_props);
        Self { place, map: CodeMap::Same, props }
    }
}

fn has_several_sources(manifest: &Manifest, facts: &RunFacts) -> bool {
    let of_run = manifest.inputs.iter().filter(|input| facts.inputs.contains(&input.id));
    of_run.map(|input| input.source.as_str()).collect::<BTreeSet<_>>().len() > 1
}

/// Finds the code of a text.
#[derive(Debug)]
struct TextCodes {
    codes: HashTable<u32>,
    hasher: FixedState,
}

impl TextCodes {
    fn new(dictionary: &Dictionary) -> Self {
        let (mut codes, hasher) = (HashTable::with_capacity(dictionary.codes()), FixedState::default());
        let values = dictionary.values();
        for (index, value) in values.iter().enumerate() {
            let code = index32(index + 1);
            codes.insert_unique(hasher.hash_one(value.as_str()), code, |code| {
                hasher.hash_one(values[*code as usize - 1].as_str())
            });
        }
        Self { codes, hasher }
    }

    fn find(&self, dictionary: &Dictionary, text: &str) -> Option<u32> {
        let is_it = |code: &u32| dictionary.value(*code) == Some(text);
        self.codes.find(self.hasher.hash_one(text), is_it).copied()
    }
}
