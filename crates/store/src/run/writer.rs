//! How do blocks become the files of a run?
//!
//! Row groups are encoded on any thread and appended in key order, so the bytes do not depend on threads. Rows without
//! an actor are appended after all others, since row ordinals count rows with actors first.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_times::EventTimes;
use kundresa_model::quality::RejectedRow;

use crate::error::StoreError;
use crate::generation::disk::Disk;
use crate::run::actors::ActorsOutput;
use crate::run::encode::EventShapes;
pub(crate) use crate::run::encode::{EncodedGroup, RunEncoder};
use crate::run::facts::{FileFacts, GroupFacts, Optional, RunFacts};
use crate::run::filter::FilterBuilder;
use crate::run::hashed_file::{write_error, write_whole};
use crate::run::items::{EncodedItems, ItemsOutput};
use crate::run::parquet_output::ParquetOutput;
use crate::run::rejected::RejectedOutput;
use crate::run::schema::{ACTORS, EVENTS, FACTS, FILTER, ITEMS, REJECTED, TEXTS, UNIDENTIFIED};
use crate::run::texts;

/// Most rows of a row group; only an actor with more goes on in the next.
pub(crate) const GROUP_ROWS: usize = 1 << 17;

/// Columns of a run, known before its first row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    /// Coded text columns with their values, sorted by name.
    pub(crate) coded: Vec<(String, Dictionary)>,
    /// Other text columns, sorted by name.
    pub(crate) wide: Vec<String>,
    /// Properties among both that lie in `props` for some rows, sorted.
    pub(crate) mixed: Vec<String>,
    /// Optional columns. Files are there if something is written to them, whatever this says.
    pub(crate) has: Optional,
}

/// Writes one run into a new folder.
#[derive(Debug)]
pub(crate) struct RunWriter {
    disk: Disk,
    folder: PathBuf,
    shapes: EventShapes,
    facts: RunFacts,
    events: ParquetOutput,
    actors: ActorsOutput,
    unidentified: Option<ParquetOutput>,
    items: Option<ItemsOutput>,
    rejected: Option<RejectedOutput>,
    filter: FilterBuilder,
    inputs: BTreeSet<u32>,
    duplicates: Vec<u64>,
}

/// A run that is complete and synced, but in no manifest yet.
#[derive(Clone, Debug)]
pub(crate) struct WrittenRun {
    pub(crate) facts: RunFacts,
    /// Ordinals of rows that only repeat an event id, rising; unidentified rows count on from `facts.rows`.
    pub(crate) duplicates: Vec<u64>,
    /// Bytes of all files.
    pub(crate) bytes: u64,
}

impl RunWriter {
    /// Begins a run in the folder, which must not exist yet.
    pub(crate) fn create(disk: &Disk, folder: &Path, layout: &Layout) -> Result<(Self, RunEncoder), StoreError> {
        if folder.exists() {
            return Err(write_error(folder, "it exists already"));
        }
        disk.create_folders(folder).map_err(|cause| write_error(folder, cause))?;
        let (encoder, shapes) = RunEncoder::new(layout).map_err(|cause| write_error(folder, cause))?;
        let (coded, text_facts) = texts::write(disk, &folder.join(TEXTS), &layout.coded)?;
        let has = Optional { items: false, rejected: false, ..layout.has };
        let facts = RunFacts {
            coded,
            wide: layout.wide.clone(),
            mixed: layout.mixed.clone(),
            has,
            files: vec![text_facts],
            ..RunFacts::default()
        };
        let writer = Self {
            disk: disk.clone(),
            folder: folder.to_owned(),
            facts,
            events: ParquetOutput::create(disk, &folder.join(EVENTS), &shapes.identified)?,
            actors: ActorsOutput::create(disk, &folder.join(ACTORS))?,
            unidentified: None,
            items: None,
            rejected: None,
            filter: FilterBuilder::default(),
            inputs: BTreeSet::new(),
            duplicates: Vec::new(),
            shapes,
        };
        Ok((writer, encoder))
    }

    /// Appends the next row group of rows with actors. Not after [`Self::append_unidentified`].
    pub(crate) fn append(&mut self, mut group: EncodedGroup) -> Result<(), StoreError> {
        if self.unidentified.is_some() {
            return Err(self.out_of_order("with actors after some without"));
        }
        if group.rows == 0 {
            return Ok(());
        }
        let (Some(first_key), Some(last_key)) = (group.actors.keys.first().copied(), group.actors.keys.last().copied())
        else {
            return Err(self.out_of_order("without actors among those with"));
        };
        let (rows, continues) = (group.rows, group.continues);
        let Some(actors) = self.actors.append(std::mem::take(&mut group.actors), continues)? else {
            return Err(self.out_of_order("as more of an actor who is not the last one"));
        };
        self.take_common(&mut group, self.facts.rows)?;
        self.events.append(group.chunks)?;
        self.facts.groups.push(GroupFacts { rows, actors, first_key, last_key, continues });
        self.facts.rows += u64::from(rows);
        self.facts.actors += u64::from(actors);
        Ok(())
    }

    /// Appends the next row group of rows without actors.
    pub(crate) fn append_unidentified(&mut self, mut group: EncodedGroup) -> Result<(), StoreError> {
        if group.rows == 0 {
            return Ok(());
        }
        if !group.actors.keys.is_empty() {
            return Err(self.out_of_order("with actors among those without"));
        }
        self.take_common(&mut group, self.facts.rows + self.facts.unidentified_rows)?;
        let path = self.folder.join(UNIDENTIFIED);
        let output = match &mut self.unidentified {
            Some(output) => output,
            none => none.insert(ParquetOutput::create(&self.disk, &path, &self.shapes.unidentified)?),
        };
        output.append(group.chunks)?;
        self.facts.unidentified_rows += u64::from(group.rows);
        Ok(())
    }

    /// Takes what both kinds of row groups have; `first` is the ordinal of the first row.
    fn take_common(&mut self, group: &mut EncodedGroup, first: u64) -> Result<(), StoreError> {
        self.duplicates.extend(group.duplicates.iter().map(|row| first + u64::from(*row)));
        self.filter.add(&group.event_keys);
        self.inputs.append(&mut group.inputs);
        let both = self.facts.times.into_iter().chain(group.times);
        let is_first = self.facts.rows + self.facts.unidentified_rows == 0;
        self.facts.flags = group.flags.filter(|flags| is_first || self.facts.flags == Some(*flags));
        self.facts.event_times.get_or_insert_default().merge(&group.event_times);
        self.facts.times = both.reduce(|left, right| (left.0.min(right.0), left.1.max(right.1)));
        group.items.take().map_or(Ok(()), |items| self.append_items(items, first))
    }

    fn append_items(&mut self, items: EncodedItems, first: u64) -> Result<(), StoreError> {
        let path = self.folder.join(ITEMS);
        let output = match &mut self.items {
            Some(output) => output,
            none => none.insert(ItemsOutput::create(&self.disk, &path, &self.shapes.items)?),
        };
        output.append(items, first)
    }

    /// Appends a rejected row of input `input`.
    pub(crate) fn append_rejected(&mut self, input: u32, row: &RejectedRow) -> Result<(), StoreError> {
        let path = self.folder.join(REJECTED);
        let output = match &mut self.rejected {
            Some(output) => output,
            none => none.insert(RejectedOutput::create(&self.disk, &path)?),
        };
        output.append(input, row)
    }

    /// Completes and syncs all files, `run.json` last.
    pub(crate) fn finish(self) -> Result<WrittenRun, StoreError> {
        let mut facts = self.facts;
        facts.has.items = self.items.is_some();
        facts.has.rejected = self.rejected.is_some();
        facts.event_times = facts.event_times.filter(EventTimes::is_short);
        facts.inputs = self.inputs.into_iter().collect();
        let files = &mut facts.files;
        files.push(self.events.finish()?);
        files.push(self.actors.finish()?);
        files.extend(self.unidentified.map(ParquetOutput::finish).transpose()?);
        files.extend(self.items.map(ItemsOutput::finish).transpose()?);
        files.extend(self.rejected.map(RejectedOutput::finish).transpose()?);
        if facts.has.event_id {
            files.push(self.filter.write(&self.disk, &self.folder.join(FILTER))?);
        }
        files.sort_by(|left, right| left.name.cmp(&right.name));
        let own = write_facts(&self.disk, &self.folder, &facts)?;
        let bytes = facts.files.iter().map(|file| file.bytes).sum::<u64>() + own.bytes;
        Ok(WrittenRun { facts, duplicates: self.duplicates, bytes })
    }

    fn out_of_order(&self, problem: &'static str) -> StoreError {
        StoreError::RunOrder { folder: self.folder.clone(), problem }
    }
}

/// Writes `run.json` and makes all names last.
fn write_facts(disk: &Disk, folder: &Path, facts: &RunFacts) -> Result<FileFacts, StoreError> {
    let path = folder.join(FACTS);
    let mut content = serde_json::to_vec_pretty(facts).map_err(|cause| write_error(&path, cause))?;
    content.push(b'\n');
    let written = write_whole(disk, &path, &content)?;
    for folder in [Some(folder), folder.parent()].into_iter().flatten() {
        disk.sync_folder(folder).map_err(|cause| write_error(folder, cause))?;
    }
    Ok(written)
}
