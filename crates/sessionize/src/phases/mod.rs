//! Which journey phase does each event belong to, by which rule, and where does one visit to a phase end?
//!
//! Rules are compiled to masks: an event's candidates are all rules whose predicate holds. The walk over an actor keeps
//! which phases were seen before (at all, in this session, in earlier sessions); three table look-ups leave the candidates
//! whose history holds, and the lowest bit left is the first rule that matches.
//!
//! ```text
//! session         0                       1
//! event           view_item  purchase  view_item    view_item  add_to_cart
//! candidates      3 4 7      1 3 4     3 4 7        3 4 7      5           rule numbers
//! seen before     –          C         C P          C P        …
//! history leaves  7          1         3 7          4 7        5           3: purchase in this session, 4: in an earlier one
//! observed        C          P         onboarding   retention  decision
//! ```

mod buffers;
mod candidates;
mod condition;
mod history;
mod labeler;
mod rule_sets;
mod rules;
#[cfg(test)]
mod tests;

use kundresa_model::mask::MaskError;
use kundresa_model::phase::Phase;
use kundresa_model::predicate::ParseError;

pub use buffers::PhaseBuffers;
pub use labeler::PhaseLabeler;
pub use rule_sets::{RuleSetFit, rule_set_fit, rule_set_fits, rules_of};
pub use rules::phase_columns;

/// A rule as results show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Name of the rule.
    pub name: String,
    /// Canonical phase it assigns.
    pub phase: Phase,
}

/// A column that one of the configured rules reads and no input has; its tests find null. Default rules are not listed.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownColumn {
    /// Name of the rule.
    pub rule: String,
    /// Which column, with a suggestion.
    pub error: MaskError,
}

/// Most rules of one run, default rules included.
pub const MAX_RULES: usize = 1024;

/// Why phase rules can't be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PhaseError {
    /// A `when` or `unless` that is no predicate.
    #[error("{key} of phase rule `{rule}`: {error}")]
    Parse {
        /// Name of the rule.
        rule: String,
        /// `when` or `unless`.
        key: &'static str,
        /// Where and why.
        error: ParseError,
    },
    /// A condition that can't be compiled.
    #[error("phase rule `{rule}`: {error}")]
    Mask {
        /// Name of the rule.
        rule: String,
        /// Why.
        error: MaskError,
    },
    /// A name used twice, among the configured rules or by a default rule.
    #[error("two phase rules are called `{rule}`; the name is the evidence shown, so each needs its own")]
    DuplicateName {
        /// The name.
        rule: String,
    },
    /// More rules than fit.
    #[error("{found} phase rules, default rules included; at most {limit} fit")]
    TooMany {
        /// Number found.
        found: usize,
        /// Number allowed.
        limit: usize,
    },
}
