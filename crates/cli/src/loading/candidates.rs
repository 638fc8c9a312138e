//! Which of the inputs are new to the store?

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context, Result};
use kundresa_ingest::input::Input;
use kundresa_ingest::plan::PlannedInput;
use kundresa_ingest::{Inputs, LoadPlan};
use kundresa_store::manifest::StoredInput;
use kundresa_store::{Candidate, NewInput, StoreWriter, Verdict};

/// Takes the empty files out of `inputs`, and gives their names. Nothing can replace what was loaded from them before.
///
/// # Errors
/// When a file can't be read.
pub fn take_empty(inputs: &mut Inputs) -> Result<Vec<String>> {
    let mut empty = Vec::new();
    for input in std::mem::take(&mut inputs.inputs) {
        if input.size()? == 0 { empty.push(input.name().to_owned()) } else { inputs.inputs.push(input) }
    }
    Ok(empty)
}

/// `inputs` with the hashes of their content where it may be that of another, in natural order of their names. `known`
/// are the inputs of the store. A content is new if nothing is known of its size: it is hashed while it is read.
///
/// # Errors
/// When an input can't be read.
pub fn hashed(inputs: &Inputs, known: &[StoredInput]) -> Result<Vec<Candidate>> {
    let mut of_size = BTreeMap::<u64, usize>::new();
    for input in &inputs.inputs {
        *of_size.entry(input.size()?).or_default() += 1;
    }
    for size in known.iter().filter_map(|input| input.bytes) {
        *of_size.entry(size).or_default() += 1;
    }
    // Of standard input the store knows no size.
    let all_have_sizes = known.iter().all(|input| input.bytes.is_some());
    let of_input = |input: &Arc<Input>| {
        let is_alone = all_have_sizes && of_size.get(&input.size()?) == Some(&1);
        candidate(input, is_alone)
    };
    inputs.inputs.iter().map(of_input).collect()
}

fn candidate(input: &Input, is_new: bool) -> Result<Candidate> {
    let (name, place) = (input.name().to_owned(), input.location());
    if is_new { Ok(Candidate::unread(name, place)) } else { Ok(Candidate { name, place, hash: input.content_hash()? }) }
}

/// Candidates with the store's verdict on each, in natural order of their names.
pub struct Triaged(Vec<(Candidate, Verdict)>);

impl Triaged {
    /// What `writer` says about `candidates`.
    ///
    /// # Errors
    /// When a known name comes from another place.
    pub fn of(writer: &StoreWriter, candidates: Vec<Candidate>, rebuild: bool) -> Result<Self> {
        let verdicts = writer.triage(&candidates, rebuild)?;
        Ok(Self(candidates.into_iter().zip(verdicts).collect()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Those of `inputs` whose content is to be loaded.
    pub fn to_load(&self, inputs: &Inputs) -> Vec<Arc<Input>> {
        let names: BTreeSet<&str> =
            self.0.iter().filter(|(_, verdict)| is_loaded(verdict)).map(|(input, _)| input.name.as_str()).collect();
        inputs.inputs.iter().filter(|input| names.contains(input.name())).cloned().collect()
    }

    /// Pairs of a candidate and another with the same content.
    pub fn copies(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().filter_map(|(copy, verdict)| match verdict {
            Verdict::AliasOfCandidate(first) => Some((self.0[*first].0.name.clone(), copy.name.clone())),
            _ => None,
        })
    }

    /// Leaves out what would be loaded but is no data.
    pub fn keep_known(&mut self) {
        self.keep(&BTreeSet::new());
    }

    /// Leaves out what `plan` left out; gives what it reads, in its order.
    ///
    /// # Errors
    /// When an input is gone.
    pub fn keep_planned(&mut self, plan: &LoadPlan) -> Result<Vec<NewInput>> {
        let planned = || plan.sources().iter().flat_map(|source| source.inputs());
        self.keep(&planned().map(|planned| planned.input.name()).collect());
        planned().map(|planned| self.new_input(planned)).collect()
    }

    /// Keeps known inputs, those to be loaded that are among `planned`, and the aliases of either.
    fn keep(&mut self, planned: &BTreeSet<&str>) {
        let is_kept = |(candidate, verdict): &(Candidate, Verdict)| match verdict {
            Verdict::AliasOfCandidate(first) => planned.contains(self.0[*first].0.name.as_str()),
            verdict => !is_loaded(verdict) || planned.contains(candidate.name.as_str()),
        };
        let kept: Vec<bool> = self.0.iter().map(is_kept).collect();
        let place = |old: usize| kept[..old].iter().filter(|kept| **kept).count();
        for (_, verdict) in &mut self.0 {
            if let Verdict::AliasOfCandidate(first) = verdict {
                *first = place(*first);
            }
        }
        let mut is_kept = kept.iter();
        self.0.retain(|_| is_kept.next().copied().unwrap_or(false));
    }

    fn new_input(&self, planned: &PlannedInput) -> Result<NewInput> {
        let name = planned.input.name();
        let position = self.0.iter().position(|(candidate, _)| candidate.name == name);
        let position = position.with_context(|| format!("{name} was planned but not found before"))?;
        Ok(NewInput {
            candidate: self.0[position].0.clone(),
            format: planned.sample.encoding(),
            bytes: planned.input.path().map(|_| planned.input.size()).transpose()?,
        })
    }

    /// All of them, for the store.
    pub fn into_candidates(self) -> Vec<(Candidate, Verdict)> {
        self.0
    }
}

fn is_loaded(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::New | Verdict::Replaces(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(name: &str) -> Candidate {
        Candidate::unread(name.to_owned(), None)
    }

    #[test]
    fn only_contents_that_may_be_known_are_read_beforehand() {
        let input = |name: &str, bytes: &'static [u8]| Input::memory(name, bytes);
        let inputs = |all: Vec<Arc<Input>>| Inputs { inputs: all, ..Inputs::default() };
        let hashes = |all: Vec<Arc<Input>>, known: &[Option<u64>]| {
            let known = known.iter().map(|bytes| StoredInput { bytes: *bytes, ..StoredInput::default() });
            let candidates = hashed(&inputs(all), &known.collect::<Vec<_>>()).unwrap();
            candidates.iter().map(|candidate| candidate.hash.starts_with("xxh3-128:")).collect::<Vec<_>>()
        };
        let all = || vec![input("a", b"1"), input("b", b"22"), input("c", b"3")];
        assert_eq!(hashes(all(), &[]), [true, false, true]);
        assert_eq!(hashes(all(), &[Some(2), Some(9)]), [true, true, true]);
        assert_eq!(hashes(vec![input("b", b"22")], &[None]), [true], "standard input had any size");
    }

    #[test]
    fn what_is_no_data_leaves_and_takes_its_aliases_along() {
        let mut triaged = Triaged(vec![
            (candidate("a.csv"), Verdict::New),
            (candidate("notes.txt"), Verdict::New),
            (candidate("notes2.txt"), Verdict::AliasOfCandidate(1)),
            (candidate("old.csv"), Verdict::Unchanged),
            (candidate("p.csv"), Verdict::Replaces(4)),
            (candidate("q.csv"), Verdict::AliasOfCandidate(4)),
        ]);
        triaged.keep(&["a.csv", "p.csv"].into());
        let kept: Vec<_> = triaged.0.iter().map(|(candidate, verdict)| (candidate.name.as_str(), verdict)).collect();
        assert_eq!(
            kept,
            [
                ("a.csv", &Verdict::New),
                ("old.csv", &Verdict::Unchanged),
                ("p.csv", &Verdict::Replaces(4)),
                ("q.csv", &Verdict::AliasOfCandidate(2)),
            ]
        );
        assert_eq!(triaged.copies().collect::<Vec<_>>(), [("p.csv".to_owned(), "q.csv".to_owned())]);
    }
}
