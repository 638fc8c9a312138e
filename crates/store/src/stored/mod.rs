//! How are events on disk handed out again, actor by actor?
//!
//! ```text
//! runs ─► key ranges ─► slices ─► merge ─► batches        one run that counts as it lies ─► batches, not copied
//!  └ dictionaries ─► one per column, and each run's way into it
//! ```

mod batches;
pub(crate) mod dictionaries;
mod find;
pub(crate) mod gather;
pub(crate) mod merge;
pub(crate) mod orders;
pub(crate) mod props;
pub(crate) mod ranges;
#[cfg(test)]
pub(crate) mod tests;
mod texts;
mod unidentified;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use kundresa_model::actor_source::{ActorBatch, ActorSource, Projection};
use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_times::EventTimes;
use kundresa_model::field::text;
use kundresa_model::quality::LoadTotals;
use kundresa_model::source::BoxError;

use crate::error::StoreError;
use crate::generation::manifest::Manifest;
use crate::run::deleted::{Deleted, Why};
use crate::run::pages::Spare;
use crate::run::reader::{Columns, EventRows, Run};
use crate::stored::batches::Kind;
use crate::stored::merge::Ranks;
use crate::stored::orders::OrderColumns;
use crate::stored::ranges::{KeyRange, RecentActors, key_ranges};
use crate::stored::texts::{TextColumn, open_columns};

/// Events of a store by actor, all runs together.
#[derive(Debug)]
pub struct StoredEvents {
    runs: Vec<RunOfStore>,
    names: Vec<String>,
    columns: Vec<TextColumn>,
    slow: Vec<String>,
    ranges: Vec<KeyRange>,
    ranks: Ranks,
    totals: LoadTotals,
    event_times: Option<EventTimes>,
    /// Memory of batches that were handed out, for the next.
    spare: Mutex<Vec<Spare>>,
}

/// One run with what was noted about it.
#[derive(Debug)]
struct RunOfStore {
    number: usize,
    run: Arc<Run>,
    deleted: Deleted,
    unsorted: bool,
    recent: RecentActors,
    orders: OrderColumns,
}

impl RunOfStore {
    fn new(number: usize, (run, deleted, unsorted): (Arc<Run>, Deleted, bool)) -> Self {
        let orders = OrderColumns::of(&run);
        Self { number, run, deleted, unsorted, recent: RecentActors::default(), orders }
    }

    /// Ordinals of rows that are gone for good, rising. Values that only they have are no values of the store.
    fn replaced(&self) -> Vec<u64> {
        self.deleted.iter().filter(|(_, why)| *why == Why::Replaced).map(|(row, _)| row).collect()
    }

    /// The rows of those ordinals, in memory of `spare` where there is some.
    fn read(
        &self,
        kind: Kind,
        rows: Range<u64>,
        columns: &Columns,
        spare: &mut Spare,
    ) -> Result<EventRows, StoreError> {
        let with_actor = self.run.facts.rows;
        match kind {
            Kind::Actors => self.run.rows_with(rows, columns, spare),
            Kind::Unidentified => self.run.unidentified(rows.start - with_actor..rows.end - with_actor, columns),
        }
    }
}

impl StoredEvents {
    /// The events of `runs`, each with the rows that do not count and whether its order is stale, as `manifest` describes them.
    ///
    /// `asked` names the text columns and properties that are needed; one that a run keeps as text or that lies in `props`
    /// becomes a column, which takes one pass over it. Names that no run and no source knows are left out. Without any name all coded
    /// columns are there.
    ///
    /// # Errors
    /// When dictionaries or texts can't be read.
    pub(crate) fn open(
        manifest: &Manifest,
        runs: Vec<(Arc<Run>, Deleted, bool)>,
        asked: &BTreeSet<String>,
    ) -> Result<Self, StoreError> {
        let runs: Vec<RunOfStore> =
            runs.into_iter().enumerate().map(|(number, run)| RunOfStore::new(number, run)).collect();
        let files: Vec<&Run> = runs.iter().map(|run| &*run.run).collect();
        let columns = open_columns(manifest, &runs, asked)?;
        let is_export = |name: &str| [text::PROPS, text::ITEMS].contains(&name);
        let slow = columns.iter().filter(|column| column.is_slow() && !is_export(&column.name));
        Ok(Self {
            ranges: key_ranges(&files),
            names: columns.iter().map(|column| column.name.clone()).collect(),
            slow: slow.map(|column| column.name.clone()).collect(),
            columns,
            ranks: Ranks::of(manifest),
            totals: manifest.totals.clone(),
            event_times: event_times(&runs),
            spare: Mutex::default(),
            runs,
        })
    }

    /// What `then` makes of memory that no other thread uses.
    fn with_spare<T>(&self, then: impl FnOnce(&mut Spare) -> T) -> T {
        let kept = || self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let mut spare = kept().pop().unwrap_or_default();
        let made = then(&mut spare);
        kept().push(spare);
        made
    }

    /// Names of the text columns that are read the slow way, text by text: properties that lie in `props`, and columns
    /// with too many values for codes.
    pub fn slow_columns(&self) -> &[String] {
        &self.slow
    }
}

impl ActorSource for StoredEvents {
    fn text_columns(&self) -> &[String] {
        &self.names
    }

    fn dictionary(&self, column: usize) -> &Dictionary {
        &self.columns[column].dictionary
    }

    fn ranges(&self) -> usize {
        self.ranges.len()
    }

    fn visit_range(
        &self,
        range: usize,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError> {
        Ok(self.with_spare(|spare| self.visit_actors(self.ranges[range], projection, spare, visit))?)
    }

    fn visit_unidentified(
        &self,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError> {
        Ok(self.visit_without_actor(projection, visit)?)
    }

    fn totals(&self) -> &LoadTotals {
        &self.totals
    }

    fn event_times(&self) -> Option<&EventTimes> {
        self.event_times.as_ref()
    }
}

/// When all events happened, if every run says so and every one of its rows counts.
fn event_times(runs: &[RunOfStore]) -> Option<EventTimes> {
    let mut all = EventTimes::default();
    for run in runs {
        let facts = &run.run.facts;
        if facts.rows == 0 && facts.unidentified_rows == 0 {
            continue;
        }
        all.merge(facts.event_times.as_ref().filter(|_| run.deleted.len() == 0)?);
    }
    Some(all)
}
