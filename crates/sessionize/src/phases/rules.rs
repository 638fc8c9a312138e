//! How do ordered rules become masks and tables of what history allows?

use std::collections::BTreeSet;

use kundresa_model::event_table::VALUE;
use kundresa_model::index::index32;
use kundresa_model::mask::{Columns, LIMIT, MaskError, MaskSet, unknown_column};
use kundresa_model::phase::Phase;
use kundresa_model::predicate::Predicate;
use kundresa_model::spec::phases::{PhaseRule, PhaseSpec};

use super::condition::condition;
use super::history::History;
use super::{MAX_RULES, PhaseError, UnknownColumn, default_rules};

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
        rules.extend(default_rules());
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

/// Up to 64 rules that follow each other, compiled.
#[derive(Clone, Debug)]
pub(super) struct RuleWord {
    /// Index of the rule of bit 0.
    pub first: u16,
    /// Rules whose predicate holds.
    pub masks: MaskSet,
    after: Allowance,
    same_session_after: Allowance,
    session_after: Allowance,
}

/// Rules that one kind of history allows, for each set of phases seen (a bit per phase).
type Allowance = Box<[u64; 256]>;

impl RuleWord {
    fn new(first: u16, rules: &[PhaseRule], masks: MaskSet) -> Self {
        Self {
            first,
            masks,
            after: allowance(rules, |rule| rule.after),
            same_session_after: allowance(rules, |rule| rule.same_session_after),
            session_after: allowance(rules, |rule| rule.session_after),
        }
    }

    /// Rules that the history allows.
    #[inline]
    pub fn allowed(&self, history: &History) -> u64 {
        self.after[usize::from(history.seen)]
            & self.same_session_after[usize::from(history.in_session)]
            & self.session_after[usize::from(history.in_earlier_sessions)]
    }
}

fn allowance(rules: &[PhaseRule], needed: impl Fn(&PhaseRule) -> Option<Phase>) -> Allowance {
    Box::new(std::array::from_fn(|seen| {
        let holds = |rule: &PhaseRule| needed(rule).is_none_or(|phase| seen >> (phase as usize) & 1 == 1);
        rules.iter().enumerate().filter(|(_, rule)| holds(rule)).fold(0, |bits, (bit, _)| bits | 1 << bit)
    }))
}

/// The rules as words. Fewer than 64 rules go into a word where their alternatives across columns need the room.
pub(super) fn words(rules: &[PhaseRule], present: &dyn Columns) -> Result<Vec<RuleWord>, PhaseError> {
    let conditions = rules.iter().map(condition).collect::<Result<Vec<_>, _>>()?;
    let mut words = Vec::new();
    for first in (0..rules.len()).step_by(LIMIT) {
        let end = rules.len().min(first + LIMIT);
        push_words(first, &rules[first..end], &conditions[first..end], present, &mut words)?;
    }
    Ok(words)
}

fn push_words(
    first: usize,
    rules: &[PhaseRule],
    conditions: &[Predicate],
    present: &dyn Columns,
    words: &mut Vec<RuleWord>,
) -> Result<(), PhaseError> {
    match MaskSet::with_unknown_as_null(conditions, present) {
        Ok((masks, _)) => {
            let first = u16::try_from(index32(first)).expect("there are at most MAX_RULES rules");
            words.push(RuleWord::new(first, rules, masks));
            Ok(())
        }
        Err(_) if rules.len() > 1 => {
            let half = rules.len() / 2;
            push_words(first, &rules[..half], &conditions[..half], present, words)?;
            push_words(first + half, &rules[half..], &conditions[half..], present, words)
        }
        Err(error) => Err(in_rule(rules, error)),
    }
}

fn in_rule(rules: &[PhaseRule], error: MaskError) -> PhaseError {
    PhaseError::Mask { rule: rules.first().map(|rule| rule.name.clone()).unwrap_or_default(), error }
}
