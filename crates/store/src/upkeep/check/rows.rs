//! Do the rows of a run agree with each other, with its actors, its dictionaries and the inputs of the store?
//!
//! Of each kind of damage the first case in a run is told.

use std::collections::BTreeSet;
use std::path::Path;

use kundresa_model::dictionary::NULL;

use crate::actor_key::{KeyOfHash, identifier_hash};
use crate::error::StoreError;
use crate::generation::manifest::{Manifest, StoredRun};
use crate::generation::read::OpenRun;
use crate::load::reconcile::{EventIds, Marks};
use crate::run::filter::might_have;
use crate::run::reader::{ActorRows, Columns, Run};
use crate::upkeep::actors::RowActors;
use crate::upkeep::place::{Place, Placing};
use crate::upkeep::read::{Stretch, all_rows, read, stretches};

/// Looks at one run.
pub(super) struct RunCheck<'a> {
    folder: &'a Path,
    open: &'a OpenRun,
    run: &'a Run,
    marks: Marks,
    placing: Placing,
    /// Inputs of the store.
    inputs: BTreeSet<u32>,
    /// Inputs that the run lists.
    listed: BTreeSet<u32>,
    key_of_hash: KeyOfHash,
    told: BTreeSet<&'static str>,
    pub(super) problems: Vec<String>,
}

impl<'a> RunCheck<'a> {
    pub(super) fn new(folder: &'a Path, open: &'a OpenRun, manifest: &Manifest, key_of_hash: KeyOfHash) -> Self {
        Self {
            folder,
            open,
            run: &open.run,
            marks: Marks::of(&open.deleted),
            placing: Placing::of(&manifest.inputs, &manifest.sources),
            inputs: manifest.inputs.iter().map(|input| input.id).collect(),
            listed: open.run.facts.inputs.iter().copied().collect(),
            key_of_hash,
            told: BTreeSet::new(),
            problems: Vec::new(),
        }
    }

    /// Notes everything that is wrong.
    pub(super) fn run(&mut self, stored: &StoredRun) -> Result<(), StoreError> {
        self.check_numbers(stored);
        self.check_actors()?;
        self.check_texts()?;
        self.check_rows()?;
        self.check_event_ids()
    }

    /// Tells of a problem, once per kind.
    fn tell(&mut self, file: &'static str, kind: &'static str, detail: impl FnOnce() -> String) {
        if self.told.insert(kind) {
            self.problems.push(format!("`{}`: {kind}{}", self.folder.join(file).display(), detail()));
        }
    }

    fn check_numbers(&mut self, stored: &StoredRun) {
        let rows = all_rows(&self.run.facts).end;
        if rows != stored.rows {
            self.tell("run.json", "other number of rows than in the manifest", || format!(": {rows}, {}", stored.rows));
        }
        let deleted = self.open.deleted.len() as u64;
        if deleted != stored.deleted {
            let said = stored.deleted;
            self.tell("", "other number of rows that do not count than in the manifest", || {
                format!(": {deleted}, {said}")
            });
        }
        if let Some(last) = self.marks.rows().last().filter(|last| *last >= rows) {
            self.tell("", "a row that does not count is none of the run", || format!(": {last} of {rows}"));
        }
    }

    /// Actors: their order, their keys, and how many rows they have.
    fn check_actors(&mut self) -> Result<(), StoreError> {
        let mut last: Option<(u64, u8, String)> = None;
        let (mut rows, mut actors) = (0_u64, 0_u64);
        for (index, group) in self.run.facts.groups.clone().into_iter().enumerate() {
            let begun = self.run.actors(index..index + 1, true)?;
            for actor in 0..begun.keys.len() {
                let name = (begun.keys[actor], begun.classes[actor], begun.ids[actor].clone());
                self.check_actor(last.as_ref(), &name);
                last = Some(name);
            }
            rows = begun.rows.iter().fold(rows, |rows, of_actor| rows.saturating_add(*of_actor));
            actors += begun.keys.len() as u64;
            self.check_group(index, &begun, group.first_key, last.as_ref().map(|name| name.0) == Some(group.last_key));
        }
        let facts = &self.run.facts;
        let (known_rows, known_actors) = (facts.rows, facts.actors);
        if (rows, actors) != (known_rows, known_actors) {
            self.tell("actors.parquet", "actors and their rows are not as many as in run.json", || {
                format!(": {actors} with {rows}, {known_actors} with {known_rows}")
            });
        }
        Ok(())
    }

    fn check_actor(&mut self, last: Option<&(u64, u8, String)>, name: &(u64, u8, String)) {
        let (key, class, id) = name;
        if last.is_some_and(|last| last >= name) {
            self.tell("actors.parquet", "actors are not in order", || format!(" at `{id}`"));
        }
        let hash = identifier_hash(&[&[*class], id.as_bytes()].concat());
        if (self.key_of_hash)(hash) != *key {
            self.tell("actors.parquet", "an actor has the key of another", || format!(": `{id}`"));
        }
    }

    fn check_group(&mut self, index: usize, begun: &ActorRows, first_key: u64, ends_right: bool) {
        let continues = self.run.facts.groups[index].continues;
        let begins_right = continues || begun.keys.first() == Some(&first_key);
        if !begins_right || !ends_right {
            self.tell("run.json", "a row group has other keys than its actors", || format!(": row group {index}"));
        }
    }

    /// Dictionaries; that they are sorted is seen where they are read.
    fn check_texts(&mut self) -> Result<(), StoreError> {
        for column in 0..self.run.facts.coded.len() {
            let values = self.run.dictionary(column)?.values().len() as u64;
            let facts = &self.run.facts.coded[column];
            if values != u64::from(facts.values) {
                let name = facts.name.clone();
                self.tell("texts.parquet", "a column has other values than in run.json", || format!(": `{name}`"));
            }
        }
        Ok(())
    }

    fn check_rows(&mut self) -> Result<(), StoreError> {
        let mut actors = RowActors::of(self.run);
        let mut before: Option<(u64, Place, bool)> = None;
        for piece in stretches(self.run, all_rows(&self.run.facts)) {
            let stretch = read(self.run, piece.clone(), &Columns::every(self.run))?;
            self.check_codes(&stretch);
            for row in 0..stretch.len {
                let ordinal = stretch.first + row as u64;
                let begin = match actors.actor_of(ordinal)? {
                    Some(actor) => {
                        let (begin, times) = (actor.shares[0].rows.start, actor.shares[0].times);
                        self.check_times(times, ordinal, actor.shares[0].rows.end, begin, stretch.rows.ts[row]);
                        begin
                    }
                    None => self.run.facts.rows,
                };
                let known = self.check_input(&stretch, row);
                let place = self.placing.place(&stretch.rows, row);
                let after = before.filter(|(of, ..)| *of == begin);
                if after.is_some_and(|(_, last, is_known)| !self.follows((last, is_known), (place, known))) {
                    self.tell("events.parquet", "rows of an actor are not in order", || format!(" at row {ordinal}"));
                }
                before = Some((begin, place, known));
            }
            self.check_items(piece)?;
        }
        Ok(())
    }

    /// Whether a row may stand after another of the same actor.
    fn follows(&self, last: (Place, bool), next: (Place, bool)) -> bool {
        let in_time = last.0.ts <= next.0.ts;
        // Inputs that are gone have no place among others any more.
        let is_comparable = last.1 && next.1 && !self.open.unsorted;
        in_time && (!is_comparable || last.0 <= next.0)
    }

    fn check_times(&mut self, times: (i64, i64), ordinal: u64, end: u64, begin: u64, ts: i64) {
        let is_wrong = ordinal == begin && ts != times.0 || ordinal + 1 == end && ts != times.1;
        if is_wrong {
            self.tell("actors.parquet", "an actor has other times than its rows", || format!(" at row {ordinal}"));
        }
    }

    fn check_codes(&mut self, stretch: &Stretch) {
        for (column, codes) in stretch.rows.coded.iter().enumerate() {
            let values = self.run.facts.coded[column].values;
            if let Some(code) = codes.iter().find(|code| **code > values) {
                let name = self.run.facts.coded[column].name.clone();
                self.tell("events.parquet", "a code stands for no text", || format!(": {code} in `{name}`"));
            }
        }
    }

    /// Whether the row's input is one of the store's, as it must be unless the row was replaced.
    fn check_input(&mut self, stretch: &Stretch, row: usize) -> bool {
        let input = stretch.rows.input.get(row).copied().unwrap_or(NULL);
        let ordinal = stretch.first + row as u64;
        let is_known = self.inputs.contains(&input);
        if !is_known && !self.marks.replaced.has(ordinal) {
            self.tell("events.parquet", "a row counts whose input the manifest does not list", || {
                format!(": row {ordinal} of input {input}")
            });
        }
        if !self.listed.contains(&input) {
            self.tell("run.json", "an input of a row is not listed", || format!(": {input}"));
        }
        is_known
    }

    fn check_items(&mut self, rows: std::ops::Range<u64>) -> Result<(), StoreError> {
        // Items are read by the rows they belong to; what can't be read shows as an error.
        self.run.items(rows).map(drop)
    }

    /// Every event id must be in the filter.
    fn check_event_ids(&mut self) -> Result<(), StoreError> {
        let Some(filter) = self.run.filter()? else { return Ok(()) };
        let mut missing = 0_u64;
        EventIds::visit_all(self.run, &mut |key| missing += u64::from(!might_have(&filter, key)))?;
        if missing > 0 {
            self.tell("event_ids.filter", "event ids are missing", || format!(": {missing}"));
        }
        Ok(())
    }
}
