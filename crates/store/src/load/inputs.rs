//! Which inputs stay, which leave, which come, and under what names?

use std::collections::{BTreeMap, HashMap, HashSet};

use kundresa_model::natural;
use kundresa_model::quality::PartReport;
use kundresa_model::source::EventSource;

use crate::error::StoreError;
use crate::generation::manifest::{Manifest, StoredInput, StoredSource};
use crate::load::triage::Names;
use crate::load::{Candidate, LoadRequest, NewInput, UNREAD};
use crate::shuffle::blocks::ReadLog;

/// Inputs of a store around a load.
pub(super) struct Plan {
    /// Those known before that keep a name, named as they will be.
    pub(super) stay: Vec<StoredInput>,
    /// Those known before that no name stands for any more.
    pub(super) gone: Vec<StoredInput>,
    /// Those that are read, numbered, in the order of the request; counts come with [`Self::count`].
    pub(super) new: Vec<StoredInput>,
    renamed: bool,
}

impl Plan {
    /// What `request` makes of the inputs of `before`.
    pub(super) fn new(before: &Manifest, request: &LoadRequest<'_>) -> Self {
        let candidates = request.candidates.iter().map(|(candidate, _)| candidate);
        let names = Names::after(&before.inputs, candidates.clone());
        let places: HashMap<&str, &Candidate> =
            candidates.map(|candidate| (candidate.name.as_str(), candidate)).collect();
        let (known, gone): (Vec<_>, Vec<_>) = before.inputs.iter().cloned().partition(|input| names.keep(input));
        let stay: Vec<StoredInput> = known.iter().map(|input| renamed(input, &names, &places)).collect();
        let new = (before.next_input..).zip(&request.inputs).enumerate();
        let new = new.map(|(index, (id, input))| begun(id, input, index, request, &names)).collect();
        Self { renamed: stay != known, stay, gone, new }
    }

    /// Whether anything is other than before.
    pub(super) fn changes(&self) -> bool {
        self.renamed || !self.gone.is_empty() || !self.new.is_empty()
    }

    /// Numbers of the inputs that are read.
    pub(super) fn new_ids(&self) -> Vec<u32> {
        self.new.iter().map(|input| input.id).collect()
    }

    /// Fills in what reading the new inputs of `events` gave.
    ///
    /// # Errors
    /// When an input can't be hashed, or has the content of another after all, since it changed meanwhile.
    pub(super) fn count(&mut self, log: &ReadLog, events: &dyn EventSource) -> Result<(), StoreError> {
        self.hash_unread(events)?;
        for (input, report) in &log.parts {
            add_part(&mut self.new[*input], report);
        }
        for ((input, partition), rows) in &log.partitions {
            *self.new[*input].partitions.entry(partition.clone()).or_default() += rows;
        }
        for (input, rows) in &log.forgotten {
            self.new[*input].forgotten += rows;
        }
        Ok(())
    }

    fn hash_unread(&mut self, events: &dyn EventSource) -> Result<(), StoreError> {
        for index in 0..self.new.len() {
            if self.new[index].hash.starts_with(UNREAD) {
                let hash = events.content_hash(index).map_err(StoreError::Read)?;
                if let Some(same) = self.stay.iter().chain(&self.new).find(|input| input.hash == hash) {
                    let what = format!("{} became the same as {} while it was read", self.new[index].name, same.name);
                    return Err(StoreError::Read(what.into()));
                }
                self.new[index].hash = hash;
            }
        }
        Ok(())
    }

    /// The inputs after the load, by number.
    pub(super) fn after(&self) -> Vec<StoredInput> {
        let mut inputs: Vec<StoredInput> = self.stay.iter().chain(&self.new).cloned().collect();
        inputs.sort_unstable_by_key(|input| input.id);
        inputs
    }
}

/// The input under the names that its content has now. Where another name takes over, its place does too, if known.
fn renamed(input: &StoredInput, names: &Names<'_>, candidates: &HashMap<&str, &Candidate>) -> StoredInput {
    let Some((&name, aliases)) = names.of(&input.hash).split_first() else { return input.clone() };
    let place = if name == input.name {
        input.place.clone()
    } else {
        candidates.get(name).and_then(|candidate| candidate.place.clone())
    };
    let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
    StoredInput { name: name.to_owned(), place, aliases, ..input.clone() }
}

/// An input that has a number but no counts yet.
fn begun(id: u32, input: &NewInput, index: usize, request: &LoadRequest<'_>, names: &Names<'_>) -> StoredInput {
    let NewInput { candidate, format, bytes, .. } = input;
    let source = request.events.inputs().get(index);
    let aliases = names.of(&candidate.hash).iter().filter(|name| **name != candidate.name);
    StoredInput {
        id,
        source: source.map(|source| source.source.clone()).unwrap_or_default(),
        name: candidate.name.clone(),
        place: candidate.place.clone(),
        aliases: aliases.map(|alias| (*alias).to_owned()).collect(),
        format: format.clone(),
        bytes: *bytes,
        hash: candidate.hash.clone(),
        set: source.and_then(|source| source.set.clone()),
        ..StoredInput::default()
    }
}

fn add_part(input: &mut StoredInput, part: &PartReport) {
    input.rows_in += part.rows_in;
    input.rejected += part.rejected;
    input.bad_values += part.bad_values;
    input.clocks += part.clocks;
    input.currencies.add(&part.currencies);
    for (reason, rows) in &part.rejected_by_reason {
        *input.rejected_by_reason.entry(*reason).or_default() += rows;
    }
    for note in &part.warnings {
        if !input.notes.contains(note) {
            input.notes.push(note.clone());
        }
    }
}

/// Whether new names change the order among inputs of one source, where that order orders rows of equal time.
///
/// `run` are the numbers of the inputs that lie in one run, in whose files rows follow the names of `before`.
pub(super) fn reorders(run: &[u32], sources: &[StoredSource], before: &[StoredInput], after: &[StoredInput]) -> bool {
    let ordered: HashSet<&str> =
        sources.iter().filter(|source| source.has_row_order).map(|source| source.name.as_str()).collect();
    let names: HashMap<u32, &str> = after.iter().map(|input| (input.id, input.name.as_str())).collect();
    let mut by_source: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for input in before.iter().filter(|input| run.contains(&input.id) && ordered.contains(input.source.as_str())) {
        let new = names.get(&input.id).map(|new| (input.name.as_str(), *new));
        by_source.entry(&input.source).or_default().extend(new);
    }
    by_source.into_values().any(|mut names| {
        names.sort_by(|a, b| natural::compare(a.0, b.0));
        !names.is_sorted_by(|a, b| natural::compare(a.1, b.1).is_le())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(names: &[&str]) -> Vec<StoredInput> {
        let input = |(id, name): (u32, &&str)| StoredInput {
            id,
            name: (*name).to_owned(),
            source: "web".to_owned(),
            ..StoredInput::default()
        };
        (0..).zip(names).map(input).collect()
    }

    fn web(has_row_order: bool) -> [StoredSource; 1] {
        [StoredSource { name: "web".to_owned(), has_row_order, ..StoredSource::default() }]
    }

    #[test]
    fn new_name_that_passes_another_input_of_the_run_changes_its_order() {
        let (before, after) = (inputs(&["b", "c", "d"]), inputs(&["b", "a", "d"]));
        assert!(reorders(&[0, 1, 2], &web(true), &before, &after));
        assert!(!reorders(&[1, 2], &web(true), &before, &after), "the input it passes lies in another run");
        assert!(!reorders(&[0, 1, 2], &web(false), &before, &after), "rows have no order");
        assert!(!reorders(&[0, 1, 2], &web(true), &before, &inputs(&["a2", "a10", "d"])));
    }
}
