//! What do the files of one run hold? Opens them once and decodes any rows, any columns.

use std::ops::Range;
use std::path::{Path, PathBuf};

use arrow_array::{LargeStringArray, RecordBatch};
use arrow_buffer::ScalarBuffer;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::quality::RejectedRow;
use parquet::bloom_filter::Sbbf;

use crate::error::StoreError;
use crate::run::decode::EventColumns;
use crate::run::facts::RunFacts;
use crate::run::items::Items;
use crate::run::pages::{Marked, Spare, take_back};
use crate::run::parquet_file::{ParquetFile, damaged, open_sized};
use crate::run::schema::{ACTORS, EVENTS, FACTS, FILTER, ITEMS, REJECTED, TEXTS, TextNames, UNIDENTIFIED};
use crate::run::shared_file::SharedFile;
use crate::run::writer::GROUP_ROWS;
use crate::run::{actors, filter, rejected, texts};

/// A run whose files are open; they stay readable after another process has removed their names.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) facts: RunFacts,
    folder: PathBuf,
    columns: EventColumns,
    events: ParquetFile,
    actors: ParquetFile,
    texts: ParquetFile,
    unidentified: Option<ParquetFile>,
    items: Option<Items>,
    rejected: Option<ParquetFile>,
    filter: Option<SharedFile>,
    actor_groups: Vec<usize>,
}

/// Which columns of `events.parquet` to decode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Times and flags.
    pub(crate) ts: bool,
    /// Indices into [`RunFacts::coded`].
    pub(crate) coded: Vec<usize>,
    /// Indices into [`RunFacts::wide`].
    pub(crate) wide: Vec<usize>,
    /// Money.
    pub(crate) value: bool,
    /// Sequence, input, row and position.
    pub(crate) place: bool,
    /// Input alone.
    pub(crate) input: bool,
    /// Identifiers beside the actor's own.
    pub(crate) others: bool,
    /// Event ids.
    pub(crate) event_id: bool,
}

impl Columns {
    /// Every column that the run has.
    pub(crate) fn every(run: &Run) -> Self {
        Self {
            ts: true,
            coded: (0..run.facts.coded.len()).collect(),
            wide: (0..run.facts.wide.len()).collect(),
            value: true,
            place: true,
            input: false,
            others: true,
            event_id: true,
        }
    }
}

/// Columns of some rows of a run; those that were not asked for, or that the run lacks, are empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventRows {
    pub(crate) ts: ScalarBuffer<i64>,
    pub(crate) flags: ScalarBuffer<u8>,
    /// Per asked coded column: codes of the run, 0 for null.
    pub(crate) coded: Vec<ScalarBuffer<u32>>,
    /// Per asked wide column.
    pub(crate) wide: Vec<LargeStringArray>,
    /// `NO_VALUE` where there is none.
    pub(crate) value: Marked,
    /// `NO_SEQUENCE` for null.
    pub(crate) sequence: [Marked; 3],
    pub(crate) input: ScalarBuffer<u32>,
    pub(crate) row: ScalarBuffer<u64>,
    pub(crate) position: ScalarBuffer<u32>,
    pub(crate) others: [Option<LargeStringArray>; 3],
    pub(crate) event_id: Option<LargeStringArray>,
}

impl EventRows {
    /// Gives memory back that nobody else has.
    pub(crate) fn give_back(self, spare: &mut Spare) {
        let Self { ts, flags, coded, value, sequence, input, position, .. } = self;
        take_back(ts, &mut spare.numbers);
        take_back(flags, &mut spare.bytes);
        coded.into_iter().chain([input, position]).for_each(|codes| take_back(codes, &mut spare.codes));
        spare.marked.extend(sequence.into_iter().chain([value]).filter(|marked| !marked.is_empty()));
    }
}

/// Actors that begin in some row groups, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct ActorRows {
    pub(crate) keys: Vec<u64>,
    /// Rows per actor, those in later row groups included.
    pub(crate) rows: Vec<u64>,
    pub(crate) first_ts: Vec<i64>,
    pub(crate) last_ts: Vec<i64>,
    /// Empty unless asked for.
    pub(crate) classes: Vec<u8>,
    /// Empty unless asked for.
    pub(crate) ids: Vec<String>,
}

impl Run {
    /// Opens every file of the run in `folder`.
    ///
    /// # Errors
    /// When `run.json` or a file it names is missing, has another size, or can't be read.
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        let facts = read_facts(folder)?;
        let files = Files { folder, facts: &facts };
        let columns = EventColumns {
            names: TextNames::new(facts.coded.iter().map(|column| column.name.as_str()), &facts.wide),
            values: facts.coded.iter().map(|column| column.values).collect(),
            has: facts.has,
            same_flags: facts.flags.map(|flags| vec![flags; GROUP_ROWS].into()),
        };
        let run = Self {
            events: files.parquet(EVENTS)?,
            actors: files.parquet(ACTORS)?,
            texts: files.parquet(TEXTS)?,
            unidentified: files.optional(UNIDENTIFIED, facts.unidentified_rows > 0)?,
            items: files.optional(ITEMS, facts.has.items)?.map(Items::new),
            rejected: files.optional(REJECTED, facts.has.rejected)?,
            filter: files.filter()?,
            actor_groups: actor_groups(&facts),
            folder: folder.to_owned(),
            columns,
            facts,
        };
        run.check()?;
        Ok(run)
    }

    /// Checks that the files are those that the facts speak of.
    fn check(&self) -> Result<(), StoreError> {
        let wrong = |name: &str| Err(damaged(&self.folder.join(name), "it does not fit what run.json says"));
        let actors = self.facts.groups.iter().map(|group| u64::from(group.actors)).filter(|actors| *actors > 0);
        let rows: u64 = self.facts.groups.iter().map(|group| u64::from(group.rows)).sum();
        let begun: u64 = self.facts.groups.iter().map(|group| u64::from(group.actors)).sum();
        if (rows, begun) != (self.facts.rows, self.facts.actors) {
            return wrong(EVENTS);
        }
        if self.events.starts() != self.group_starts() || !self.columns.fit(&self.events) {
            return wrong(EVENTS);
        }
        if self.actors.starts() != running_sums(actors) || !actors::fits(&self.actors) {
            return wrong(ACTORS);
        }
        if !texts::fits(&self.texts) {
            return wrong(TEXTS);
        }
        let fits = |file: &ParquetFile| file.rows() == self.facts.unidentified_rows && self.columns.fit(file);
        if self.unidentified.as_ref().is_some_and(|file| !fits(file)) {
            return wrong(UNIDENTIFIED);
        }
        if self.items.as_ref().is_some_and(|items| !items.fits()) {
            return wrong(ITEMS);
        }
        if self.rejected.as_ref().is_some_and(|file| !rejected::fits(file)) {
            return wrong(REJECTED);
        }
        Ok(())
    }

    /// First row ordinal of each row group, and the number of rows with an actor last.
    pub(crate) fn group_starts(&self) -> Vec<u64> {
        running_sums(self.facts.groups.iter().map(|group| u64::from(group.rows)))
    }

    /// Values of the coded column `column`, in code order from 1.
    pub(crate) fn dictionary(&self, column: usize) -> Result<Dictionary, StoreError> {
        texts::read(&self.texts, &self.folder.join(TEXTS), &self.facts.coded[column])
    }

    /// Actors that begin in row groups `groups`; classes and ids only `with_ids`.
    pub(crate) fn actors(&self, groups: Range<usize>, with_ids: bool) -> Result<ActorRows, StoreError> {
        let groups = self.actor_groups[groups.start]..self.actor_groups[groups.end];
        actors::read(&self.actors, &self.folder.join(ACTORS), groups, with_ids)
    }

    /// Rows of each actor that begins in row groups `groups`.
    pub(crate) fn actor_rows(&self, groups: Range<usize>, spare: &mut Spare) -> Result<Vec<u64>, StoreError> {
        let groups = self.actor_groups[groups.start]..self.actor_groups[groups.end];
        actors::read_rows(&self.actors, &self.folder.join(ACTORS), groups, spare)
    }

    /// The rows of those ordinals (`0..facts.rows`).
    pub(crate) fn rows(&self, rows: Range<u64>, columns: &Columns) -> Result<EventRows, StoreError> {
        self.rows_with(rows, columns, &mut Spare::default())
    }

    /// The same, in memory of `spare`: quickest where the rows are whole row groups.
    pub(crate) fn rows_with(
        &self,
        rows: Range<u64>,
        columns: &Columns,
        spare: &mut Spare,
    ) -> Result<EventRows, StoreError> {
        self.rows_of(&self.events, 0, rows, columns, spare)
    }

    /// Rows without an actor, by ordinals among themselves (`0..facts.unidentified_rows`).
    pub(crate) fn unidentified(&self, rows: Range<u64>, columns: &Columns) -> Result<EventRows, StoreError> {
        let file = self.unidentified.as_ref().unwrap_or(&self.events);
        self.rows_of(file, self.facts.rows, rows, columns, &mut Spare::default())
    }

    /// Rows of one file; its first row has the ordinal `first`.
    fn rows_of(
        &self,
        file: &ParquetFile,
        first: u64,
        rows: Range<u64>,
        columns: &Columns,
        spare: &mut Spare,
    ) -> Result<EventRows, StoreError> {
        let mut found = self.columns.rows(file, rows.clone(), columns, spare)?;
        let items = columns.wide.iter().position(|column| self.columns.names.wide[*column].is_none());
        if let Some(place) = items {
            let texts = self.item_texts(first + rows.start..first + rows.end)?;
            found.wide.insert(place, texts);
        }
        Ok(found)
    }

    /// Items of each of the rows of those ordinals as JSON text, null without any.
    fn item_texts(&self, rows: Range<u64>) -> Result<LargeStringArray, StoreError> {
        match &self.items {
            Some(items) => items.texts(rows),
            None => Ok(LargeStringArray::new_null(usize::try_from(rows.end - rows.start).unwrap_or(0))),
        }
    }

    /// The filter over [`super::filter::event_key`]s; `None` where the run has no event ids.
    pub(crate) fn filter(&self) -> Result<Option<Sbbf>, StoreError> {
        self.filter.as_ref().map(|file| filter::read(file, &self.folder.join(FILTER))).transpose()
    }

    /// Items of the rows of those ordinals: `event_row` (ordinal), `position`, then the members; `None` without any.
    pub(crate) fn items(&self, rows: Range<u64>) -> Result<Option<RecordBatch>, StoreError> {
        let items = self.items.as_ref().map(|items| items.rows(rows)).transpose()?;
        Ok(items.filter(|items| items.num_rows() > 0))
    }

    /// Hands out the rejected rows with the number of their input, in order. Names of inputs are left empty.
    pub(crate) fn rejected(&self, visit: &mut dyn FnMut(u32, RejectedRow)) -> Result<(), StoreError> {
        match &self.rejected {
            Some(file) => rejected::read(file, &self.folder.join(REJECTED), visit),
            None => Ok(()),
        }
    }
}

fn read_facts(folder: &Path) -> Result<RunFacts, StoreError> {
    let path = folder.join(FACTS);
    let content =
        std::fs::read(&path).map_err(|cause| StoreError::RunRead { path: path.clone(), cause: cause.to_string() })?;
    serde_json::from_slice(&content).map_err(|cause| damaged(&path, &cause.to_string()))
}

/// Zero and the sum of the first one, two, … numbers.
fn running_sums(numbers: impl Iterator<Item = u64>) -> Vec<u64> {
    let sums = numbers.scan(0_u64, |sum, number| {
        *sum = sum.saturating_add(number);
        Some(*sum)
    });
    std::iter::once(0).chain(sums).collect()
}

/// Row group of actors that belongs to each row group of events, or the next one where none begins there.
fn actor_groups(facts: &RunFacts) -> Vec<usize> {
    let mut groups = vec![0];
    let mut next = 0;
    for group in &facts.groups {
        next += usize::from(group.actors > 0);
        groups.push(next);
    }
    groups
}

/// The files that the facts name.
struct Files<'a> {
    folder: &'a Path,
    facts: &'a RunFacts,
}

impl Files<'_> {
    fn bytes(&self, name: &str) -> Result<u64, StoreError> {
        let file = self.facts.files.iter().find(|file| file.name == name);
        file.map(|file| file.bytes)
            .ok_or_else(|| damaged(&self.folder.join(FACTS), &format!("it does not name `{name}`")))
    }

    fn parquet(&self, name: &str) -> Result<ParquetFile, StoreError> {
        ParquetFile::open(&self.folder.join(name), Some(self.bytes(name)?))
    }

    fn optional(&self, name: &str, is_there: bool) -> Result<Option<ParquetFile>, StoreError> {
        is_there.then(|| self.parquet(name)).transpose()
    }

    fn filter(&self) -> Result<Option<SharedFile>, StoreError> {
        let open = || open_sized(&self.folder.join(FILTER), Some(self.bytes(FILTER)?));
        self.facts.has.event_id.then(open).transpose()
    }
}
