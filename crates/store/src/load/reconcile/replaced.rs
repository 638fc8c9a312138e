//! Which rows leave because their input was removed, or because another export of their partition is greater?

use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::dictionary::Dictionary;
use kundresa_model::field::text;
use kundresa_model::source::ExportSet;

use super::{Inputs, Side};
use crate::error::StoreError;
use crate::generation::manifest::{StoredInput, greatest_exports};
use crate::run::reader::{Columns, Run};
use crate::upkeep::ordinals::Ordinals;
use crate::upkeep::read::{Stretch, TextColumn, all_rows, read, stretches, text_at};

/// Partitions of each input, by number, of which another input's export is greater. Rows without a partition stay.
pub(crate) fn lost_partitions(inputs: &[StoredInput]) -> BTreeMap<u32, BTreeSet<&str>> {
    let greatest = greatest_exports(inputs);
    let mut lost: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
    for (input, set, partition) in exported(inputs) {
        if greatest.get(&(input.source.clone(), partition.to_owned())).is_some_and(|greatest| greatest > set) {
            lost.entry(input.id).or_default().insert(partition);
        }
    }
    lost
}

/// Rows in partitions of which another export is greater.
pub(crate) fn replaced_rows(inputs: &[StoredInput]) -> u64 {
    let lost = lost_partitions(inputs);
    let of_input = |input: &StoredInput| -> u64 {
        let Some(lost) = lost.get(&input.id) else { return 0 };
        input.partitions.iter().filter(|(name, _)| lost.contains(name.as_str())).map(|(_, rows)| rows).sum()
    };
    inputs.iter().map(of_input).sum()
}

/// Every partition of every input that is an export.
fn exported(inputs: &[StoredInput]) -> impl Iterator<Item = (&StoredInput, &ExportSet, &str)> {
    let exports = inputs.iter().filter_map(|input| input.set.as_ref().map(|set| (input, set)));
    exports.flat_map(|(input, set)| {
        let named = input.partitions.keys().filter(|partition| !partition.is_empty());
        named.map(move |partition| (input, set, partition.as_str()))
    })
}

/// Notes in `now.replaced` which rows count no more, and which count again.
pub(super) fn mark(sides: &mut [Side<'_>], before: &Inputs<'_>, after: &Inputs<'_>) -> Result<(), StoreError> {
    let change = Change::between(before, after);
    for side in sides.iter_mut().filter(|side| !side.is_new && change.touches(side.run)) {
        let mut leaving = Vec::new();
        let mut staying = Vec::new();
        change.visit(side.run, &mut |row, leaves| if leaves { leaving.push(row) } else { staying.push(row) })?;
        side.now.replaced = side.was.replaced.without(&Ordinals::of(staying)).or(&Ordinals::of(leaving));
        side.now.duplicates = side.now.duplicates.without(&side.now.replaced);
    }
    Ok(())
}

/// Inputs whose rows change sides.
struct Change<'a> {
    removed: BTreeSet<u32>,
    /// Of inputs that lose other partitions than before: all that they lose.
    lost: BTreeMap<u32, BTreeSet<&'a str>>,
}

impl<'a> Change<'a> {
    fn between(before: &Inputs<'_>, after: &Inputs<'a>) -> Self {
        let stays = |id: u32| after.inputs.iter().any(|input| input.id == id);
        let removed = before.inputs.iter().map(|input| input.id).filter(|id| !stays(*id)).collect();
        let (lost_before, lost_after) = (lost_partitions(before.inputs), lost_partitions(after.inputs));
        let changed = after.inputs.iter().filter(|input| lost_before.get(&input.id) != lost_after.get(&input.id));
        let lost = changed.map(|input| (input.id, lost_after.get(&input.id).cloned().unwrap_or_default())).collect();
        Self { removed, lost }
    }

    fn touches(&self, run: &Run) -> bool {
        run.facts.inputs.iter().any(|input| self.removed.contains(input) || self.lost.contains_key(input))
    }

    /// Calls `visit` with every row of an input that changes, and whether it leaves.
    fn visit(&self, run: &Run, visit: &mut dyn FnMut(u64, bool)) -> Result<(), StoreError> {
        let partition = TextColumn::find(&run.facts, text::PARTITION);
        let mut columns = Columns { input: true, ..Columns::default() };
        let is_exported = run.facts.inputs.iter().any(|input| self.lost.contains_key(input));
        if is_exported {
            partition.ask(&mut columns);
        }
        let names = match partition {
            TextColumn::Coded(column) if is_exported => run.dictionary(column)?,
            _ => Dictionary::default(),
        };
        for piece in stretches(run, all_rows(&run.facts)) {
            let stretch = read(run, piece, &columns)?;
            for (row, input) in (0..).zip(stretch.rows.input.iter()) {
                if self.removed.contains(input) {
                    visit(stretch.first + row as u64, true);
                } else if let Some(lost) = self.lost.get(input) {
                    let name = partition_of(&stretch, &names, row);
                    visit(stretch.first + row as u64, name.is_some_and(|name| lost.contains(name)));
                }
            }
        }
        Ok(())
    }
}

/// Partition of a row; the stretch holds no other text column.
fn partition_of<'a>(stretch: &'a Stretch, names: &'a Dictionary, row: usize) -> Option<&'a str> {
    match stretch.rows.coded.first() {
        Some(codes) => names.value(*codes.get(row)?),
        None => text_at(stretch.rows.wide.first(), row),
    }
}
