//! Which rules ship, for which kind of log? One file per set.
//!
//! The order within a set is the order in which its rules are tried. Source: `docs/semantics.md#rule-sets`.

mod crm;
mod ecommerce;
mod fit;
mod lead_generation;
mod plain_web;
mod saas;
mod words;

use kundresa_model::phase::Phase;
use kundresa_model::spec::phases::{PhaseRule, RuleSet};

pub use fit::{RuleSetFit, rule_set_fit, rule_set_fits};

/// The rules of a set, in the order in which they are tried.
pub fn rules_of(set: RuleSet) -> Vec<PhaseRule> {
    match set {
        RuleSet::Ecommerce => ecommerce::rules(),
        RuleSet::LeadGeneration => lead_generation::rules(),
        RuleSet::Saas => saas::rules(),
        RuleSet::Crm => crm::rules(),
        RuleSet::PlainWeb => plain_web::rules(),
    }
}

/// A rule for the events that match `when`.
fn rule(name: &str, phase: Phase, when: &str) -> PhaseRule {
    PhaseRule { when: Some(when.to_owned()), ..bare(name, phase) }
}

/// A rule for any event but those that match `unless`.
fn any_but(name: &str, phase: Phase, unless: &str) -> PhaseRule {
    PhaseRule { unless: Some(unless.to_owned()), ..bare(name, phase) }
}

fn bare(name: &str, phase: Phase) -> PhaseRule {
    PhaseRule {
        name: name.to_owned(),
        phase,
        when: None,
        unless: None,
        after: None,
        same_session_after: None,
        session_after: None,
    }
}

#[cfg(test)]
mod tests;
