//! Inputs of rows, and a store that takes them without files or a shuffle in between.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow_array::LargeStringArray;
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::index::index32;
use kundresa_model::natural;
use kundresa_model::quality::{LoadTotals, RejectReason, RejectedRow};
use kundresa_model::source::ExportSet;
use twox_hash::XxHash64;

use super::reference;
use crate::actor_key::{forgotten_hash, identifier_hash};
use crate::block::{Block, Places};
use crate::error::StoreError;
use crate::generation::disk::run_folder;
use crate::generation::manifest::{Manifest, StoredInput, StoredRun, StoredSource};
use crate::generation::read::open_runs;
use crate::load::reconcile::{Inputs, OpenRun, State, reconcile};
use crate::load::{StoreWriter, WriteOptions};
use crate::run::deleted::{Deleted, Why};
use crate::run::facts::Optional;
use crate::run::reader::Run;
use crate::run::writer::{Layout, RunWriter};
use crate::shuffle::scatter::NO_SEQUENCE;

/// One row of an input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub(super) ts: i64,
    pub(super) flags: u8,
    pub(super) sequence: Option<i64>,
    pub(super) ids: [Option<String>; 4],
    pub(super) event_id: Option<String>,
    pub(super) value: Option<i64>,
    /// `event` among them; `source_name` is that of the input.
    pub(super) texts: BTreeMap<String, String>,
}

impl Row {
    /// Something a device did.
    pub(super) fn new(ts: i64, device: &str, event: &str) -> Self {
        Self {
            ts,
            flags: EventFlags::ACTIVITY,
            sequence: None,
            ids: [Some(device.to_owned()), None, None, None],
            event_id: None,
            value: None,
            texts: [(text::EVENT.to_owned(), event.to_owned())].into(),
        }
    }

    pub(super) fn with_event_id(mut self, id: &str) -> Self {
        self.event_id = Some(id.to_owned());
        self
    }

    pub(super) fn with_text(mut self, name: &str, value: &str) -> Self {
        self.texts.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(super) fn with_login(mut self, id: &str) -> Self {
        self.ids[1] = Some(id.to_owned());
        self
    }

    /// Class and id of its actor.
    pub(super) fn actor(&self) -> Option<(u8, &str)> {
        (0..).zip(&self.ids).find_map(|(class, id)| Some((class, id.as_deref()?)))
    }

    pub(super) fn partition(&self) -> &str {
        self.texts.get(text::PARTITION).map(String::as_str).unwrap_or_default()
    }

    pub(super) fn carries(&self, id: &str) -> bool {
        self.ids.iter().flatten().any(|own| own == id)
    }
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Input {
    pub(super) name: String,
    /// `web`, whose rows have an order, or `ga`, whose rows have none.
    pub(super) source: &'static str,
    pub(super) set: Option<ExportSet>,
    pub(super) rows: Vec<Row>,
    /// Raw texts of rejected rows.
    pub(super) rejected: Vec<String>,
}

impl Input {
    /// An input of the source `web`.
    pub(super) fn new(name: &str, rows: Vec<Row>) -> Self {
        Self { name: name.to_owned(), source: "web", set: None, rows, rejected: Vec::new() }
    }

    pub(super) fn has_row_order(&self) -> bool {
        self.source == "web"
    }

    /// What stands in column `row` for row `index`.
    pub(super) fn row_number(&self, index: usize) -> u64 {
        if self.has_row_order() {
            index as u64
        } else {
            XxHash64::oneshot(0, format!("{:?}", self.rows[index]).as_bytes())
        }
    }
}

pub(super) fn options() -> WriteOptions<'static> {
    WriteOptions { threads: 1, memory: 1 << 30, spill: None, progress: None }
}

/// A row with the input it belongs to.
pub(super) type Placed<'a> = (u32, &'a Input, usize, &'a Row);

/// Takes `inputs` into the store; those of a known name replace it.
pub(super) fn load(writer: &mut StoreWriter, inputs: &[Input], most_values: usize) -> Result<(), StoreError> {
    let before = writer.manifest.clone().unwrap_or_else(Manifest::empty);
    let stay = before.inputs.iter().filter(|known| inputs.iter().all(|input| input.name != known.name));
    let mut after: Vec<StoredInput> = stay.cloned().collect();
    after.extend((before.next_input..).zip(inputs).map(|(id, input)| stored_input(id, input, &before)));
    let lost = crate::load::reconcile::lost_partitions(&after);
    let placed = (before.next_input..)
        .zip(inputs)
        .flat_map(|(id, input)| input.rows.iter().enumerate().map(move |(index, row)| (id, input, index, row)));
    let kept: Vec<Placed<'_>> = placed
        .filter(|(id, _, _, row)| lost.get(id).is_none_or(|lost| !lost.contains(row.partition())))
        .filter(|(_, _, _, row)| !is_forgotten(row, &before))
        .collect();
    drop(lost);
    let fresh = reference::totals_of(&kept);
    let (id, folder) = (before.next_run, run_folder(&writer.path, before.next_run));
    let written = write(writer, &folder, inputs, before.next_input, &kept, most_values)?;
    let sources: Vec<StoredSource> = ["ga", "web"].map(source).into();
    let open = open_runs(&writer.path, &before)?;
    let run = Run::open(&folder)?;
    let state = State {
        inputs: Inputs { inputs: &before.inputs, sources: &before.sources },
        totals: &before.totals,
        runs: open.iter().map(|open| OpenRun { id: open.id, run: &open.run, deleted: &open.deleted }).collect(),
    };
    let new_run = Some((id, &run, written.duplicates.clone(), &fresh));
    let reconciled = reconcile(&state, new_run, &Inputs { inputs: &after, sources: &sources }, 1)?;
    let generation = before.generation + 1;
    let rows = written.facts.rows + written.facts.unidentified_rows;
    let new = StoredRun { id, rows, bytes: written.bytes, ..StoredRun::default() };
    let mut runs = Vec::new();
    for stored in before.runs.iter().cloned().chain([new]) {
        runs.push(match reconciled.deleted.get(&stored.id) {
            Some(deleted) => writer.stored_run(stored, deleted, generation)?,
            None => stored,
        });
    }
    assert_eq!(reconciled.new_events + reconciled.new_duplicates, rows);
    writer.commit(Manifest {
        generation,
        runs,
        sources,
        inputs: after,
        next_input: before.next_input + index32(inputs.len()),
        next_run: id + 1,
        totals: reconciled.totals,
        ..before
    })
}

fn source(name: &str) -> StoredSource {
    StoredSource { name: name.to_owned(), has_row_order: name == "web", ..StoredSource::default() }
}

fn is_forgotten(row: &Row, manifest: &Manifest) -> bool {
    row.ids.iter().flatten().any(|id| manifest.forgotten.contains(&format!("{:032x}", forgotten_hash(id))))
}

fn stored_input(id: u32, input: &Input, before: &Manifest) -> StoredInput {
    let mut partitions: BTreeMap<String, u64> = BTreeMap::new();
    let mut forgotten = 0;
    for row in &input.rows {
        let rows = partitions.entry(row.partition().to_owned()).or_default();
        if is_forgotten(row, before) { forgotten += 1 } else { *rows += 1 }
    }
    let rejected = input.rejected.len() as u64;
    StoredInput {
        id,
        source: input.source.to_owned(),
        name: input.name.clone(),
        rows_in: input.rows.len() as u64 + rejected,
        rejected,
        rejected_by_reason: [(RejectReason::BadTime, rejected)].into_iter().filter(|(_, rows)| *rows > 0).collect(),
        forgotten,
        set: input.set.clone(),
        partitions,
        ..StoredInput::default()
    }
}

/// Writes rows as the shuffle and the run writer would.
fn write(
    writer: &StoreWriter,
    folder: &Path,
    inputs: &[Input],
    first_input: u32,
    rows: &[Placed<'_>],
    most_values: usize,
) -> Result<crate::run::writer::WrittenRun, StoreError> {
    let layout = layout(rows, most_values);
    let (mut run, encoder) = RunWriter::create(&writer.disk, folder, &layout)?;
    let mut by_actor: BTreeMap<Option<(u64, u8, &str)>, Vec<Placed<'_>>> = BTreeMap::new();
    for row in rows {
        let key = |(class, id): (u8, &'_ str)| identifier_hash(&[&[class], id.as_bytes()].concat());
        let name = row.3.actor();
        by_actor.entry(name.map(|(class, id)| (key((class, id)), class, id))).or_default().push(*row);
    }
    let without = by_actor.remove(&None).unwrap_or_default();
    let mut block = Block { offsets: vec![0], ..Block::default() };
    let mut rows = Vec::new();
    for ((key, class, id), of_actor) in by_actor.into_iter().filter_map(|(name, rows)| Some((name?, rows))) {
        block.keys.push(key);
        block.classes.push(class);
        block.ids.push(id.to_owned());
        rows.extend(reference::sorted(of_actor));
        block.offsets.push(index32(rows.len()));
    }
    if !rows.is_empty() {
        run.append(encoder.encode(fill(block, &layout, &rows))?)?;
    }
    let without = reference::sorted(without);
    if !without.is_empty() {
        run.append_unidentified(encoder.encode(fill(
            Block { offsets: vec![0], ..Block::default() },
            &layout,
            &without,
        ))?)?;
    }
    for (id, input) in (first_input..).zip(inputs) {
        for raw in &input.rejected {
            run.append_rejected(id, &rejected_row(raw))?;
        }
    }
    run.finish()
}

fn rejected_row(raw: &str) -> RejectedRow {
    RejectedRow {
        input: String::new(),
        line: 1,
        reason: RejectReason::BadTime,
        detail: String::new(),
        raw: raw.to_owned(),
        raw_base64: None,
    }
}

fn text_of<'a>(row: &Placed<'a>, name: &str) -> Option<&'a str> {
    if name == text::SOURCE_NAME { Some(row.1.source) } else { row.3.texts.get(name).map(String::as_str) }
}

fn layout(rows: &[Placed<'_>], most_values: usize) -> Layout {
    let mut names: BTreeSet<&str> = rows.iter().flat_map(|row| row.3.texts.keys().map(String::as_str)).collect();
    names.extend([text::EVENT, text::SOURCE_NAME]);
    let mut layout = Layout::default();
    for name in names {
        let values: BTreeSet<&str> = rows.iter().filter_map(|row| text_of(row, name)).collect();
        if [text::ITEMS, text::PROPS].contains(&name) || values.len() > most_values {
            layout.wide.push(name.to_owned());
        } else {
            layout.coded.push((name.to_owned(), Dictionary::new(values.into_iter().map(str::to_owned).collect())));
        }
    }
    layout.has = Optional {
        value: rows.iter().any(|row| row.3.value.is_some()),
        others: [1, 2, 3].map(|class| rows.iter().any(|row| other(row, class).is_some())),
        event_id: rows.iter().any(|row| row.3.event_id.is_some()),
        sequence: [rows.iter().any(|row| row.3.sequence.is_some()), false, false],
        ..Optional::default()
    };
    layout
}

/// Identifier beside the actor's own.
fn other<'a>(row: &Placed<'a>, class: u8) -> Option<&'a str> {
    let is_own = row.3.actor().is_some_and(|(own, _)| own == class);
    row.3.ids[usize::from(class)].as_deref().filter(|_| !is_own)
}

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> Option<LargeStringArray> {
    let values: Vec<Option<&str>> = values.collect();
    values.iter().any(Option::is_some).then(|| LargeStringArray::from(values))
}

fn fill(block: Block, layout: &Layout, rows: &[Placed<'_>]) -> Block {
    let codes = |(name, values): &(String, Dictionary)| {
        rows.iter().map(|row| text_of(row, name).and_then(|text| values.code(text)).unwrap_or(NULL)).collect()
    };
    let sequence: Vec<i64> = rows.iter().map(|row| row.3.sequence.unwrap_or(NO_SEQUENCE)).collect();
    let (duplicates, flags) = reference::duplicates_and_flags(rows);
    Block {
        ts: rows.iter().map(|row| row.3.ts).collect(),
        flags,
        value: rows.iter().map(|row| row.3.value.unwrap_or(NO_VALUE)).collect(),
        text: layout.coded.iter().map(codes).collect(),
        wide: layout.wide.iter().map(|name| texts(rows.iter().map(|row| text_of(row, name)))).collect(),
        others: [1, 2, 3].map(|class| texts(rows.iter().map(|row| other(row, class)))),
        event_id: texts(rows.iter().map(|row| row.3.event_id.as_deref())),
        place: Places {
            sequence: [sequence, Vec::new(), Vec::new()],
            input: rows.iter().map(|row| row.0).collect(),
            row: rows.iter().map(|row| row.1.row_number(row.2)).collect(),
            position: Vec::new(),
        },
        duplicates,
        ..block
    }
}

/// Gives an input another name, as when an alias takes over.
pub(super) fn rename(writer: &mut StoreWriter, from: &str, to: &str) -> Result<(), StoreError> {
    let before = writer.manifest.clone().unwrap_or_else(Manifest::empty);
    let mut after = before.inputs.clone();
    after.iter_mut().filter(|input| input.name == from).for_each(|input| to.clone_into(&mut input.name));
    let open = open_runs(&writer.path, &before)?;
    let state = State {
        inputs: Inputs { inputs: &before.inputs, sources: &before.sources },
        totals: &before.totals,
        runs: open.iter().map(|open| OpenRun { id: open.id, run: &open.run, deleted: &open.deleted }).collect(),
    };
    let reconciled = reconcile(&state, None, &Inputs { inputs: &after, sources: &before.sources }, 1)?;
    let generation = before.generation + 1;
    let mut runs = Vec::new();
    for stored in &before.runs {
        let stored = StoredRun { unsorted: true, ..stored.clone() };
        runs.push(match reconciled.deleted.get(&stored.id) {
            Some(deleted) => writer.stored_run(stored, deleted, generation)?,
            None => stored,
        });
    }
    writer.commit(Manifest { generation, runs, inputs: after, totals: reconciled.totals, ..before })
}

/// Merges some of the runs.
pub(super) fn compact(writer: &mut StoreWriter, which: &[u64], most_values: usize) -> Result<(), StoreError> {
    let before = writer.manifest.clone().unwrap_or_else(Manifest::empty);
    let id = before.next_run;
    let (written, _) =
        crate::upkeep::compact::compact_with(&writer.disk, &writer.path, &before, which, id, most_values)?;
    let generation = before.generation + 1;
    let rows = written.facts.rows + written.facts.unidentified_rows;
    let run = StoredRun { id, rows, bytes: written.bytes, ..StoredRun::default() };
    let duplicates = Deleted::new(written.duplicates.iter().map(|row| (*row, Why::Duplicate)).collect());
    let mut runs: Vec<StoredRun> = before.runs.iter().filter(|run| !which.contains(&run.id)).cloned().collect();
    runs.push(writer.stored_run(run, &duplicates, generation)?);
    writer.commit(Manifest { generation, runs, next_run: id + 1, ..before })
}

/// The totals with what a store does not tell apart put together: a lost row that is forgotten may count as either.
pub(super) fn comparable(totals: &LoadTotals, has_forgotten: bool) -> LoadTotals {
    let LoadTotals { replaced, forgotten, rejected, .. } = *totals;
    if !has_forgotten {
        return totals.clone();
    }
    let forgotten = replaced + forgotten + rejected;
    LoadTotals { replaced: 0, rejected: 0, forgotten, rejected_by_reason: BTreeMap::new(), ..totals.clone() }
}

/// Natural order of names.
pub(super) fn by_name(a: &Placed<'_>, b: &Placed<'_>) -> std::cmp::Ordering {
    natural::compare(&a.1.name, &b.1.name)
}
