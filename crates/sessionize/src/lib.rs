//! Into which sessions and journey phases do ordered events of actors fall?
//!
//! [`Sessionizer`] cuts the events of whole actors into sessions; [`PhaseLabeler`] then gives every event its observed
//! phase, with the rule that said so, and joins runs of one phase to visits. Both write struct-of-arrays buffers that are
//! reused from chunk to chunk. Source: `docs/semantics.md#sessions` and `docs/semantics.md#journey-phases`.

pub mod phases;
pub mod sessions;

#[cfg(test)]
mod fixture;

pub use phases::{
    PhaseBuffers, PhaseError, PhaseLabeler, RuleInfo, RuleSetFit, UnknownColumn, phase_columns, rule_set_fit,
    rule_set_fits, rules_of,
};
pub use sessions::{SessionBuffers, SessionColumns, Sessionizer, session_columns};
