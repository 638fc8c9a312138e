//! Which rows repeat the event id of another, once rows have come and gone?
//!
//! Only event ids of rows that came or went are looked at. The filters of the runs say which runs may have one; those
//! are read, and the rows of each id are grouped anew. Works in slices of the ids, so memory stays bounded.

use foldhash::HashSet;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::field::text;
use parquet::bloom_filter::Sbbf;
use twox_hash::XxHash3_128;

use super::{Difference, Side};
use crate::error::StoreError;
use crate::run::filter::{EventKeys, might_have};
use crate::run::reader::{Columns, EventRows, Run};
use crate::upkeep::actors::RowActors;
use crate::upkeep::ordinals::Ordinals;
use crate::upkeep::place::{Place, Placing};
use crate::upkeep::read::{Stretch, TextColumn, all_rows, read, stretches, text_at};

/// Event ids looked at together; some 200 MB with their rows.
const SLICE: u64 = 1 << 20;

/// One row with an event id that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    key: u128,
    identity: u128,
    place: Place,
    side: usize,
    row: u64,
}

/// Marks duplicates anew in `now`. Gives how the number of event ids under several identities changes.
pub(super) fn regroup(sides: &mut [Side<'_>], placing: &Placing, renamed: &[u32]) -> Result<Difference, StoreError> {
    let mut difference = Difference::default();
    let mut decided: Vec<Decided> = sides.iter().map(|_| Decided::default()).collect();
    let ids = EventIds::of(sides)?;
    let mut changed = 0_u64;
    ids.visit_changed(sides, renamed, &mut |_| changed += 1)?;
    let slices = u128::from(changed.div_ceil(SLICE));
    for slice in 0..slices {
        let mut keys = HashSet::default();
        ids.visit_changed(sides, renamed, &mut |key| {
            if key % slices == slice {
                keys.insert(key);
            }
        })?;
        let entries = ids.entries(sides, placing, &keys)?;
        for of_key in entries.chunk_by(|a, b| a.key == b.key) {
            let (before, after) = conflicts(sides, of_key);
            difference.before += before;
            difference.after += after;
            of_key.chunk_by(|a, b| a.identity == b.identity).for_each(|same| decide(sides, same, &mut decided));
        }
    }
    for (side, decided) in sides.iter_mut().zip(decided) {
        let looked_at = Ordinals::of(decided.looked_at);
        side.now.duplicates = side.now.duplicates.without(&looked_at).or(&Ordinals::of(decided.duplicates));
    }
    Ok(difference)
}

/// What was found of the rows of one run.
#[derive(Default)]
struct Decided {
    looked_at: Vec<u64>,
    duplicates: Vec<u64>,
}

/// Of rows with one event id and one identity the first that is there counts.
fn decide(sides: &[Side<'_>], same: &[Entry], decided: &mut [Decided]) {
    let mut is_first = true;
    for entry in same {
        decided[entry.side].looked_at.push(entry.row);
        if sides[entry.side].now.replaced.has(entry.row) {
            continue;
        }
        if !is_first {
            decided[entry.side].duplicates.push(entry.row);
        }
        is_first = false;
    }
}

/// How often one event id counts as a conflict: in the old runs and in the new one, each for itself; and in all together.
fn conflicts(sides: &[Side<'_>], of_key: &[Entry]) -> (u64, u64) {
    let identities = |is_there: &dyn Fn(&Side<'_>, u64) -> bool| {
        let there = |same: &&[Entry]| same.iter().any(|entry| is_there(&sides[entry.side], entry.row));
        of_key.chunk_by(|a, b| a.identity == b.identity).filter(there).count()
    };
    let old = identities(&|side, row| !side.is_new && !side.was.replaced.has(row));
    let new = identities(&|side, row| side.is_new && !side.was.replaced.has(row));
    let after = identities(&|side, row| !side.now.replaced.has(row));
    (u64::from(old > 1) + u64::from(new > 1), u64::from(after > 1))
}

/// What event ids are read with: per run its filter and how sources are called.
pub(crate) struct EventIds {
    of_side: Vec<Option<OfRun>>,
}

struct OfRun {
    filter: Option<Sbbf>,
    columns: Columns,
    sources: Dictionary,
}

impl EventIds {
    fn of(sides: &[Side<'_>]) -> Result<Self, StoreError> {
        let of_side = sides.iter().map(|side| OfRun::of(side.run)).collect::<Result<_, _>>()?;
        Ok(Self { of_side })
    }

    /// Calls `visit` with the key of every event id in the run.
    pub(crate) fn visit_all(run: &Run, visit: &mut dyn FnMut(u128)) -> Result<(), StoreError> {
        let Some(of_run) = OfRun::of(run)? else { return Ok(()) };
        of_run.visit(run, &mut |_, _, key| {
            visit(key);
            Ok(())
        })
    }

    /// Runs with event ids.
    fn sides<'a>(&'a self, sides: &'a [Side<'a>]) -> impl Iterator<Item = (usize, &'a Side<'a>, &'a OfRun)> {
        let all = sides.iter().zip(&self.of_side).enumerate();
        all.filter_map(|(index, (side, of_run))| of_run.as_ref().map(|of_run| (index, side, of_run)))
    }

    /// Calls `visit` with the event id of every row that calls for looking at all rows with that id.
    fn visit_changed(
        &self,
        sides: &[Side<'_>],
        renamed: &[u32],
        visit: &mut dyn FnMut(u128),
    ) -> Result<(), StoreError> {
        let old_may_hold =
            |key: u128| self.sides(sides).any(|(_, other, of_run)| !other.is_new && of_run.may_hold(key));
        for (_, side, of_run) in self.sides(sides) {
            let (moved, of_renamed) = (side.moved(), holds(side.run, renamed));
            let is_changed = |stretch: &Stretch, row: usize, key: u128| match side.is_new {
                true => old_may_hold(key),
                false if moved.has(stretch.first + row as u64) => true,
                false => of_renamed && renamed.contains(&stretch.rows.input[row]),
            };
            if side.is_new || of_renamed || !moved.is_empty() {
                of_run.visit(side.run, &mut |stretch, row, key| {
                    if is_changed(stretch, row, key) {
                        visit(key);
                    }
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    /// All rows with one of the keys.
    fn entries(&self, sides: &[Side<'_>], placing: &Placing, keys: &HashSet<u128>) -> Result<Vec<Entry>, StoreError> {
        let mut entries = Vec::new();
        for (index, side, of_run) in self.sides(sides) {
            if !keys.iter().any(|key| of_run.may_hold(*key)) {
                continue;
            }
            let mut people = People::of(side.run);
            of_run.visit(side.run, &mut |stretch, row, key| {
                if keys.contains(&key) {
                    let ordinal = stretch.first + row as u64;
                    let (identity, place) = people.find(stretch, row, placing)?;
                    entries.push(Entry { key, identity, place, side: index, row: ordinal });
                }
                Ok(())
            })?;
        }
        entries.sort_unstable();
        Ok(entries)
    }
}

fn holds(run: &Run, inputs: &[u32]) -> bool {
    run.facts.inputs.iter().any(|input| inputs.contains(input))
}

impl OfRun {
    fn of(run: &Run) -> Result<Option<Self>, StoreError> {
        if !run.facts.has.event_id {
            return Ok(None);
        }
        let mut columns = Columns { event_id: true, input: true, ..Columns::default() };
        let source = TextColumn::find(&run.facts, text::SOURCE_NAME);
        source.ask(&mut columns);
        let sources = match source {
            TextColumn::Coded(column) => run.dictionary(column)?,
            _ => Dictionary::default(),
        };
        Ok(Some(Self { filter: run.filter()?, columns, sources }))
    }

    fn may_hold(&self, key: u128) -> bool {
        self.filter.as_ref().is_none_or(|filter| might_have(filter, key))
    }

    /// Calls `visit` with every row that has an event id, and its key.
    fn visit(
        &self,
        run: &Run,
        visit: &mut dyn FnMut(&Stretch, usize, u128) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut keys = EventKeys::default();
        for piece in stretches(run, all_rows(&run.facts)) {
            let stretch = read(run, piece, &self.columns)?;
            for row in 0..stretch.len {
                if let Some(id) = text_at(stretch.rows.event_id.as_ref(), row) {
                    visit(&stretch, row, keys.key(self.source_of(&stretch.rows, row), id))?;
                }
            }
        }
        Ok(())
    }

    fn source_of<'a>(&'a self, rows: &'a EventRows, row: usize) -> &'a str {
        let coded = rows.coded.first().and_then(|codes| self.sources.value(*codes.get(row)?));
        coded.or_else(|| text_at(rows.wide.first(), row)).unwrap_or_default()
    }
}

/// Who the rows of a run belong to and where they stand, asked in rising order.
struct People<'a> {
    run: &'a Run,
    actors: RowActors<'a>,
    /// Identifiers and places of the stretch that was asked for last.
    stretch: Option<Stretch>,
}

impl<'a> People<'a> {
    fn of(run: &'a Run) -> Self {
        Self { run, actors: RowActors::of(run), stretch: None }
    }

    /// Identity and place of row `row` of a stretch.
    fn find(&mut self, of: &Stretch, row: usize, placing: &Placing) -> Result<(u128, Place), StoreError> {
        let ordinal = of.first + row as u64;
        let mut hasher = XxHash3_128::new();
        if let Some(actor) = self.actors.actor_of(ordinal)? {
            hasher.write(&[actor.class]);
            write_text(&mut hasher, Some(&actor.id));
        }
        let rows = self.details(of)?;
        for others in &rows.others {
            write_text(&mut hasher, text_at(others.as_ref(), row));
        }
        Ok((hasher.finish_128(), placing.place(rows, row)))
    }

    fn details(&mut self, of: &Stretch) -> Result<&EventRows, StoreError> {
        let held = self.stretch.take().filter(|held| held.first == of.first);
        let columns = Columns { ts: true, place: true, others: true, ..Columns::default() };
        let held = match held {
            Some(held) => held,
            None => read(self.run, of.first..of.first + of.len as u64, &columns)?,
        };
        Ok(&self.stretch.insert(held).rows)
    }
}

/// Hashes a text so that no two lists of texts look the same.
fn write_text(hasher: &mut XxHash3_128, text: Option<&str>) {
    let length = text.map_or(u64::MAX, |text| text.len() as u64);
    hasher.write(&length.to_le_bytes());
    hasher.write(text.unwrap_or_default().as_bytes());
}
