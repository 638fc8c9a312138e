//! How do ordered rules become masks?

use std::collections::BTreeSet;

use kundresa_model::event_table::VALUE;
use kundresa_model::mask::{Columns, MaskWord, in_words, unknown_column};
use kundresa_model::predicate::Predicate;
use kundresa_model::spec::phases::{PhaseRule, PhaseSpec};

use super::condition::condition;
use super::rule_sets::rules_of;
use super::{MAX_RULES, PhaseError, UnknownColumn};

/// Names of the text columns that the rules read; `value` is none.
///
/// # Errors
/// When a rule can't be read.
pub fn phase_columns(spec: &PhaseSpec) -> Result<BTreeSet<String>, PhaseError> {
    let mut names = BTreeSet::new();
    for rule in all_rules(spec)? {
        names.extend(columns(&condition(&rule)?));
    }
    Ok(names)
}

fn columns(predicate: &Predicate) -> impl Iterator<Item = String> {
    predicate.columns().into_iter().filter(|name| *name != VALUE).map(str::to_owned)
}

/// The rules in the order in which they are tried: the configured ones, then the default ones.
pub(super) fn all_rules(spec: &PhaseSpec) -> Result<Vec<PhaseRule>, PhaseError> {
    let mut rules = spec.rules.clone();
    if spec.default_rules {
        rules.extend(rules_of(spec.rule_set));
    }
    if rules.len() > MAX_RULES {
        return Err(PhaseError::TooMany { found: rules.len(), limit: MAX_RULES });
    }
    let mut names = BTreeSet::new();
    match rules.iter().find(|rule| !names.insert(rule.name.as_str())) {
        Some(repeated) => Err(PhaseError::DuplicateName { rule: repeated.name.clone() }),
        None => Ok(rules),
    }
}

/// The columns that the configured rules read and no input has, by rule, then by name.
pub(super) fn unknown_columns(spec: &PhaseSpec, present: &dyn Columns) -> Result<Vec<UnknownColumn>, PhaseError> {
    let mut unknown = Vec::new();
    for rule in &spec.rules {
        let names: BTreeSet<String> = columns(&condition(rule)?).collect();
        let absent = names.iter().filter(|name| present.text(name).is_none());
        unknown
            .extend(absent.map(|name| UnknownColumn { rule: rule.name.clone(), error: unknown_column(name, present) }));
    }
    Ok(unknown)
}

/// Canonical phases of which a rule asks whether they were seen before, a bit each.
pub(super) fn asked_phases(rules: &[PhaseRule]) -> Result<u8, PhaseError> {
    rules.iter().try_fold(0, |asked, rule| Ok(asked | phases_in(&condition(rule)?)))
}

fn phases_in(predicate: &Predicate) -> u8 {
    match predicate {
        Predicate::Not(inner) => phases_in(inner),
        Predicate::And(left, right) | Predicate::Or(left, right) => phases_in(left) | phases_in(right),
        Predicate::History(history) => 1 << history.phase as u8,
        Predicate::Test(_) => 0,
    }
}

/// The rules as words.
pub(super) fn words(rules: &[PhaseRule], present: &dyn Columns) -> Result<Vec<MaskWord>, PhaseError> {
    let conditions = rules.iter().map(condition).collect::<Result<Vec<_>, _>>()?;
    in_words(&conditions, present).map_err(|(index, error)| PhaseError::Mask { rule: rules[index].name.clone(), error })
}
