//! How would other products count the same funnel, and why?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rate::Rate;
use crate::spec::funnel::Window;
use crate::spec::scope::FilterScope;

/// Result of `funnel --bridge`: one funnel by our definition and by those of other products, actor by actor.
///
/// For every definition and step k: `reached[k]` = ours + the `change[k]` of all its rules. `higher + equal + lower` =
/// `candidates`, and the `moved` of its rules add up to `higher + lower`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BridgeResult {
    /// Name of the funnel, if it has one.
    pub name: Option<String>,
    /// Longest time from step 1 to the last, as written.
    pub window: Window,
    /// What the filter had to match; null without a filter.
    pub filter_scope: Option<FilterScope>,
    /// Actors that could have entered.
    pub candidates: u64,
    /// Steps in order, by our definition.
    pub steps: Vec<BridgeStep>,
    /// Reached the last step out of reached the first, by our definition.
    pub conversion: Rate,
    /// The other definitions, in a fixed order.
    pub definitions: Vec<BridgeDefinition>,
}

/// A step by our definition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BridgeStep {
    /// Name of the step.
    pub name: String,
    /// Predicate of the step, as written.
    pub when: String,
    /// Actors whose level is at least this step.
    pub reached: u64,
}

/// The funnel by another definition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BridgeDefinition {
    /// `first_entry`, or a product as `--as` takes it.
    pub definition: String,
    /// Actors that reach each step.
    pub reached: Vec<u64>,
    /// Reached the last step out of reached the first.
    pub conversion: Rate,
    /// Actors that get further than by our definition.
    pub higher: u64,
    /// Actors that get equally far, those that never enter included.
    pub equal: u64,
    /// Actors that get less far.
    pub lower: u64,
    /// The rules in which it differs, switched on one after another.
    pub rules: Vec<BridgeRule>,
}

/// What one rule moves, given that those before it are switched on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BridgeRule {
    /// The rule.
    pub rule: Rule,
    /// Of the actors that the whole definition moves, those that this rule is the first to move.
    pub moved: u64,
    /// Actors whose level it raises, whatever comes after.
    pub raised: u64,
    /// Actors whose level it lowers, whatever comes after.
    pub lowered: u64,
    /// By how many actors it changes each step.
    pub change: Vec<i64>,
}

/// A rule in which a definition differs from ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Only the first entry counts.
    FirstEntry,
    /// One event may serve several steps.
    SharedEvents,
    /// Every step is later than the one before.
    StrictlyLater,
    /// Events of equal time are taken step by step, without looking for the best use of each.
    EqualTimes,
    /// An event of no step ends the chain or the search.
    ForeignEvents,
    /// So does an event of a step whose turn it is not.
    OutOfTurn,
    /// So does an event of a step that was reached before.
    Repeats,
    /// Steps within two seconds may come in either order.
    GracePeriod,
    /// The rest: how the product searches.
    Algorithm,
}

impl Rule {
    /// Name in results.
    pub fn key(self) -> &'static str {
        match self {
            Self::FirstEntry => "first_entry",
            Self::SharedEvents => "shared_events",
            Self::StrictlyLater => "strictly_later",
            Self::EqualTimes => "equal_times",
            Self::ForeignEvents => "foreign_events",
            Self::OutOfTurn => "out_of_turn",
            Self::Repeats => "repeats",
            Self::GracePeriod => "grace_period",
            Self::Algorithm => "algorithm",
        }
    }
}
