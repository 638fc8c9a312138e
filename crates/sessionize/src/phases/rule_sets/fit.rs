//! How much of a log's vocabulary does a rule set know?
//!
//! Asked before there are sessions, so rules with history take no part: what a set calls onboarding or retention only
//! because a purchase came before says nothing about whether it fits.

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::index::index32;
use kundresa_model::mask::{Columns, EventColumns};
use kundresa_model::phase::Phase;
use kundresa_model::spec::phases::{PhaseRule, RuleSet};

use super::super::PhaseError;
use super::super::rules::words;
use super::rules_of;

/// How much of a column's values a rule set classifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleSetFit {
    /// The set.
    pub set: RuleSet,
    /// Distinct values asked about, null left out.
    pub values: usize,
    /// Of these: values that a rule without history gives a phase, all other columns being null.
    pub classified: usize,
    /// Different phases among them.
    pub phases: usize,
}

/// One column, known by its values.
struct OnlyColumn<'a> {
    name: &'a str,
    values: &'a Dictionary,
}

impl Columns for OnlyColumn<'_> {
    fn text(&self, name: &str) -> Option<(usize, &Dictionary)> {
        (name == self.name).then_some((0, self.values))
    }
}

/// How much `set` knows of the values of `column`: the event names of a log, its pages, its stages.
///
/// # Errors
/// None for the sets that ship, unless one of their rules could not be compiled.
pub fn rule_set_fit(set: RuleSet, column: &str, values: &Dictionary) -> Result<RuleSetFit, PhaseError> {
    let rules: Vec<PhaseRule> = rules_of(set).into_iter().filter(is_without_history).collect();
    let words = words(&rules, &OnlyColumn { name: column, values })?;
    // Code 0 is null.
    let codes: Vec<u32> = (1..index32(values.codes())).collect();
    let money = vec![NO_VALUE; codes.len()];
    let text = [codes.as_slice()];
    let columns = EventColumns { text: &text, value: &money, history: [&[]; 3] };
    let phase_of = |event: usize| -> Option<Phase> {
        words.iter().find_map(|word| {
            let matching = word.masks.matches(&columns, event);
            let first = word.first as usize + matching.trailing_zeros() as usize;
            (matching != 0).then(|| rules[first].phase)
        })
    };
    let found: Vec<Phase> = (0..codes.len()).filter_map(phase_of).collect();
    let phases = Phase::ALL.iter().filter(|phase| found.contains(phase)).count();
    Ok(RuleSetFit { set, values: codes.len(), classified: found.len(), phases })
}

/// All sets, the one that fits the values of `column` best first: most values classified, then most phases, then their own
/// order.
///
/// # Errors
/// As [`rule_set_fit`].
pub fn rule_set_fits(column: &str, values: &Dictionary) -> Result<Vec<RuleSetFit>, PhaseError> {
    let mut fits =
        RuleSet::ALL.iter().map(|set| rule_set_fit(*set, column, values)).collect::<Result<Vec<_>, PhaseError>>()?;
    fits.sort_by_key(|fit| std::cmp::Reverse((fit.classified, fit.phases)));
    Ok(fits)
}

fn is_without_history(rule: &PhaseRule) -> bool {
    rule.after.is_none() && rule.same_session_after.is_none() && rule.session_after.is_none()
}
