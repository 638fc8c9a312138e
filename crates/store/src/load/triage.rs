//! What is to be done with an input that might be loaded?
//!
//! A store maps names to contents, and a load only says anew what some names stand for. From what each name stands for
//! afterwards everything follows: a known content that keeps a name stays, one without any name left leaves, and a new
//! one is loaded once, under its smallest name.
//!
//! An export's name says which partitions it competes for, so an export that gets another name is read again under it.

use std::collections::{HashMap, HashSet};

use kundresa_model::natural;

use crate::error::StoreError;
use crate::generation::manifest::StoredInput;
use crate::load::{Candidate, Verdict};

/// The names of each content after a load.
pub(super) struct Names<'a> {
    of: HashMap<&'a str, Vec<&'a str>>,
    /// Known exports that get another name.
    read_again: HashSet<&'a str>,
    /// The first export that lives on under a name that is no candidate: the name it had, and that name.
    not_at_hand: Option<(&'a str, &'a str)>,
}

impl<'a> Names<'a> {
    /// Names as the inputs have them, changed by the candidates.
    pub(super) fn after(inputs: &'a [StoredInput], candidates: impl IntoIterator<Item = &'a Candidate>) -> Self {
        let candidates: HashMap<&str, &str> =
            candidates.into_iter().map(|candidate| (candidate.name.as_str(), candidate.hash.as_str())).collect();
        let known = inputs.iter().flat_map(|input| names_of(input).map(|name| (name, input.hash.as_str())));
        let mut contents: HashMap<&str, &str> = known.collect();
        contents.extend(&candidates);
        let mut of: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, hash) in contents {
            of.entry(hash).or_default().push(name);
        }
        of.values_mut().for_each(|names| names.sort_by(|a, b| natural::compare(a, b)));
        let mut names = Self { of, read_again: HashSet::new(), not_at_hand: None };
        names.let_exports_go(inputs, &candidates);
        names
    }

    /// Notes exports whose smallest name is another now, and has to be read under it.
    fn let_exports_go(&mut self, inputs: &'a [StoredInput], candidates: &HashMap<&str, &str>) {
        for input in inputs.iter().filter(|input| input.set.is_some()) {
            let Some(names) = self.of.get_mut(input.hash.as_str()) else { continue };
            if let Some(name) = names.first().filter(|name| **name != input.name) {
                if !candidates.contains_key(name) {
                    self.not_at_hand.get_or_insert((&input.name, name));
                }
                self.read_again.insert(&input.hash);
            }
        }
    }

    /// Names of the content in natural order.
    pub(super) fn of(&self, hash: &str) -> &[&'a str] {
        self.of.get(hash).map_or(&[], Vec::as_slice)
    }

    /// Whether the rows of a known input stay.
    pub(super) fn keep(&self, input: &StoredInput) -> bool {
        !self.of(&input.hash).is_empty() && !self.read_again.contains(input.hash.as_str())
    }
}

/// Verdicts on the candidates, which come in natural order of names.
pub(super) fn triage(inputs: &[StoredInput], candidates: &[Candidate]) -> Result<Vec<Verdict>, StoreError> {
    check_places(inputs, candidates)?;
    let names = Names::after(inputs, candidates);
    if let Some((input, alias)) = names.not_at_hand {
        return Err(StoreError::AliasNotAtHand { input: input.to_owned(), alias: alias.to_owned() });
    }
    let kept = inputs.iter().filter(|input| names.keep(input));
    let kept: HashMap<&str, &StoredInput> = kept.map(|input| (input.hash.as_str(), input)).collect();
    let mut first: HashMap<&str, usize> = HashMap::new();
    let verdicts = candidates.iter().enumerate().map(|(index, candidate)| match kept.get(candidate.hash.as_str()) {
        Some(input) if names_of(input).any(|name| name == candidate.name) => Verdict::Unchanged,
        Some(input) => Verdict::Alias(input.id),
        None => match *first.entry(&candidate.hash).or_insert(index) {
            first if first < index => Verdict::AliasOfCandidate(first),
            _ => replaced(inputs, candidate, &names).map_or(Verdict::New, |input| Verdict::Replaces(input.id)),
        },
    });
    Ok(verdicts.collect())
}

/// The input whose name the candidate takes and whose rows leave.
fn replaced<'a>(inputs: &'a [StoredInput], candidate: &Candidate, names: &Names<'_>) -> Option<&'a StoredInput> {
    inputs.iter().find(|input| input.name == candidate.name && !names.keep(input))
}

/// The input's name and its other names.
fn names_of(input: &StoredInput) -> impl Iterator<Item = &str> {
    std::iter::once(&input.name).chain(&input.aliases).map(String::as_str)
}

/// Content may change under its name, but only where it lay; and one place has one name.
fn check_places(inputs: &[StoredInput], candidates: &[Candidate]) -> Result<(), StoreError> {
    let name_at: HashMap<&String, &String> =
        inputs.iter().filter_map(|input| Some((input.place.as_ref()?, &input.name))).collect();
    for candidate in candidates {
        let Some(place) = &candidate.place else { continue };
        if let Some(known) = name_at.get(place).filter(|known| ***known != candidate.name) {
            let (place, known, new) = (place.clone(), (*known).clone(), candidate.name.clone());
            return Err(StoreError::OtherName { place, known, new });
        }
    }
    let known = inputs.iter().filter_map(|input| Some((input.name.as_str(), (&input.hash, input.place.as_ref()?))));
    let mut known: HashMap<&str, (&String, &String)> = known.collect();
    for candidate in candidates {
        let Some(place) = &candidate.place else { continue };
        let (hash, before) = *known.entry(&candidate.name).or_insert((&candidate.hash, place));
        if *hash != candidate.hash && before != place {
            let (name, known, new) = (candidate.name.clone(), before.clone(), place.clone());
            return Err(StoreError::OtherPlace { name, known, new });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kundresa_model::source::{ExportKind, ExportSet};

    use super::*;

    fn input(id: u32, name: &str, hash: &str, aliases: &[&str]) -> StoredInput {
        StoredInput {
            id,
            name: name.to_owned(),
            hash: hash.to_owned(),
            place: Some(format!("/data/{name}")),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            ..StoredInput::default()
        }
    }

    fn candidate(name: &str, hash: &str) -> Candidate {
        Candidate { name: name.to_owned(), place: Some(format!("/data/{name}")), hash: hash.to_owned() }
    }

    fn verdicts(inputs: &[StoredInput], candidates: &[(&str, &str)]) -> Vec<Verdict> {
        let candidates: Vec<Candidate> = candidates.iter().map(|(name, hash)| candidate(name, hash)).collect();
        triage(inputs, &candidates).unwrap()
    }

    #[test]
    fn d4_the_same_bytes_under_two_names_are_one_input() {
        let found = verdicts(&[], &[("a", "1"), ("b", "1"), ("c", "2"), ("d", "1")]);
        assert_eq!(found, [Verdict::New, Verdict::AliasOfCandidate(0), Verdict::New, Verdict::AliasOfCandidate(0)]);
    }

    #[test]
    fn known_name_and_content_is_unchanged_under_either_name() {
        let known = [input(3, "a", "1", &["b"])];
        assert_eq!(verdicts(&known, &[("a", "1"), ("b", "1")]), [Verdict::Unchanged, Verdict::Unchanged]);
    }

    #[test]
    fn known_content_under_another_name_is_an_alias() {
        assert_eq!(verdicts(&[input(3, "b", "1", &[])], &[("a", "1")]), [Verdict::Alias(3)]);
    }

    #[test]
    fn new_content_replaces_the_old_one_of_its_name() {
        assert_eq!(verdicts(&[input(3, "a", "1", &[])], &[("a", "2")]), [Verdict::Replaces(3)]);
    }

    #[test]
    fn replaced_content_lives_on_under_its_alias() {
        assert_eq!(verdicts(&[input(3, "a", "1", &["b"])], &[("a", "2")]), [Verdict::New]);
        assert_eq!(verdicts(&[input(3, "a", "1", &[])], &[("a", "2"), ("b", "1")]), [Verdict::New, Verdict::Alias(3)]);
    }

    #[test]
    fn export_under_a_smaller_name_is_read_again_since_the_name_says_what_it_competes_for() {
        let set = Some(ExportSet { kind: ExportKind::Fresh, revision: 0, path: String::new() });
        let known = [StoredInput { set, ..input(3, "fresh_1", "1", &["intraday_1"]) }];
        assert_eq!(verdicts(&known, &[("daily_1", "1")]), [Verdict::New]);
        assert_eq!(verdicts(&known, &[("intraday_1", "1")]), [Verdict::Unchanged]);
        assert_eq!(verdicts(&known, &[("fresh_1", "2"), ("intraday_1", "1")]), [Verdict::Replaces(3), Verdict::New]);
        let names = Names::after(&known, &[]);
        assert!(names.keep(&known[0]));
        assert_eq!(names.of("1"), ["fresh_1", "intraday_1"]);
    }

    #[test]
    fn two_inputs_that_swap_contents_are_aliases_of_each_other() {
        let known = [input(1, "a", "1", &[]), input(2, "b", "2", &[])];
        assert_eq!(verdicts(&known, &[("a", "2"), ("b", "1")]), [Verdict::Alias(2), Verdict::Alias(1)]);
    }

    #[test]
    fn alias_with_new_content_is_new_and_the_input_stays() {
        assert_eq!(verdicts(&[input(3, "a", "1", &["b"])], &[("b", "2")]), [Verdict::New]);
    }

    #[test]
    fn whole_chain_of_names_may_move_on_at_once() {
        let known = [input(1, "a", "1", &[]), input(2, "b", "2", &[])];
        let found = verdicts(&known, &[("a", "3"), ("b", "1"), ("c", "2"), ("d", "3")]);
        assert_eq!(found, [Verdict::New, Verdict::Alias(1), Verdict::Alias(2), Verdict::AliasOfCandidate(0)]);
    }

    #[test]
    fn known_name_from_another_place_with_other_content_is_refused() {
        let other = Candidate { place: Some("/other/a".to_owned()), ..candidate("a", "2") };
        let message = triage(&[input(3, "a", "1", &[])], &[other]).unwrap_err().to_string();
        for part in ["`a`", "`/data/a`", "`/other/a`", "`--root FOLDER`"] {
            assert!(message.contains(part), "{part} in {message}");
        }
        let same = Candidate { place: Some("/other/a".to_owned()), ..candidate("a", "1") };
        assert_eq!(triage(&[input(3, "a", "1", &[])], &[same]).unwrap(), [Verdict::Unchanged]);
    }

    #[test]
    fn two_places_with_one_name_are_refused_within_a_load_too() {
        let other = Candidate { place: Some("/other/a".to_owned()), ..candidate("a", "2") };
        assert!(triage(&[], &[candidate("a", "1"), other]).is_err());
    }
}
