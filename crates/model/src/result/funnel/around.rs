//! What happened beside the steps of a funnel: before, between and after them?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::count::Count;
use crate::rate::Rate;
use crate::result::quantiles::Quantiles;

/// A step that may be left out, looked for between its required neighbours only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OptionalStep {
    /// Name of the step.
    pub name: String,
    /// Predicate of the step, as written.
    pub when: String,
    /// Number of the required step before it, from 1.
    pub after: u64,
    /// Units with it, out of those that reached the next required step; after the last one, out of the converted.
    pub attached: Rate,
    /// Required step before it to this one, microseconds.
    pub time_from_previous_us: Quantiles,
}

/// What units did right after they stopped. All counts together are those that stopped.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextActions {
    /// The most frequent events, by falling count, then by name.
    pub actions: Vec<NextAction>,
    /// Units whose next event is another one.
    pub other: u64,
    /// How many names these have.
    pub other_names: u64,
    /// Units that did nothing more.
    pub nothing_more: u64,
}

/// An event that came next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NextAction {
    /// Name of the event.
    pub event: String,
    /// Units that did it next.
    pub units: u64,
}

/// A step counted from the step before, however a unit came there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpenStep {
    /// Name of the step.
    pub name: String,
    /// Units with an event for the step: continued + entered here.
    pub units: Count,
    /// Units with an event for the step before that one for this step follows within the window, out of those with an event
    /// for the step before; undefined for step 1.
    pub continued: Rate,
    /// Other units with an event for the step.
    pub entered_here: Count,
}
