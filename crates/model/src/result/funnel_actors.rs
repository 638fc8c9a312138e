//! Who got how far in a funnel, by which events, and what was missing?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::spec::funnel::FunnelUnit;

/// Result of `funnel --list-actors`. Such a list names people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelActors {
    /// Name of the funnel.
    pub name: Option<String>,
    /// Names of the required steps.
    pub steps: Vec<String>,
    /// Whose journeys are listed.
    pub unit: FunnelUnit,
    /// Number of the step asked for, from 1.
    pub step: u64,
    /// Its name.
    pub step_name: String,
    /// Which of those at the step.
    pub listing: ActorListing,
    /// Units there are: as the funnel counts them.
    pub found: u64,
    /// Units that are not listed.
    pub more: u64,
    /// Units listed, by id, then by the time of the entry.
    pub units: Vec<FunnelJourney>,
    /// If asked for: the events of the actors listed, each actor once, in the order of the units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timelines: Vec<ActorTimeline>,
}

/// All events of one actor that take part, in the total order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActorTimeline {
    /// The actor.
    pub actor: String,
    /// The events.
    pub events: Vec<FunnelEvent>,
}

/// Which units at a step are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorListing {
    /// Those that reached it.
    #[default]
    Reached,
    /// Those that reached it, got no further, and can't any more.
    Stopped,
    /// Those that reached it and may still get further.
    Open,
}

/// Result of `explain`: one actor's way through a funnel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainedFunnel {
    /// The actor asked for.
    pub actor: String,
    /// Name of the funnel.
    pub name: Option<String>,
    /// Names of the required steps.
    pub steps: Vec<String>,
    /// Whose journeys count.
    pub unit: FunnelUnit,
    /// The window, `none` for no limit.
    pub window: String,
    /// The actor's units in the order of the funnel; none if it could not have entered.
    pub units: Vec<FunnelJourney>,
}

/// How far one unit got, and by which events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelJourney {
    /// The actor.
    pub actor: String,
    /// Number of its session, from 1, if sessions are the units.
    pub session: Option<u64>,
    /// Furthest step, from 1; 0 for none.
    pub level: u64,
    /// Whether it may still get further.
    pub is_open: bool,
    /// The witness: the event of each step up to the level.
    pub matched: Vec<MatchedStep>,
    /// What the step after the level lacks; null at the last step, and in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<MissingStep>,
    /// Number of the actor's timeline in `timelines`, from 1; absent if they were not asked for. Two actors may have one id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<u64>,
}

/// One event of an actor, with the steps that it satisfies on its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelEvent {
    /// Time, UTC microseconds.
    pub ts_us: i64,
    /// Number of the actor's session, from 1; null for an event in no session.
    pub session: Option<u64>,
    /// Event name.
    pub event: String,
    /// Page.
    pub page: Option<String>,
    /// Numbers of the required steps it satisfies.
    pub satisfies: Vec<u64>,
}

/// A step with the event that serves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatchedStep {
    /// Number of the step, from 1.
    pub step: u64,
    /// Name of the step.
    pub name: String,
    /// The event.
    pub event: FunnelEvent,
    /// Microseconds since the event of the step before; null for the first.
    pub since_previous_us: Option<i64>,
}

/// The first step that was not reached, and the event that came nearest to serving it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissingStep {
    /// Number of the step, from 1.
    pub step: u64,
    /// Name of the step.
    pub name: String,
    /// Events of the actor that satisfy the step on their own.
    pub candidates: u64,
    /// The nearest of them: the first after the last matched step, else the last before it; null without any.
    pub nearest: Option<FunnelEvent>,
    /// Why that one did not serve.
    pub why: Miss,
}

/// Why an event that satisfies a step did not serve it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Miss {
    /// No event of the actor satisfies the step.
    NoEvent,
    /// The filter hides it.
    HiddenByFilter,
    /// It repeats an order.
    RepeatedOrder,
    /// It is in no session or another one.
    OtherSession,
    /// It has other values of the properties that are held, or none.
    OtherKey,
    /// It serves an earlier step.
    ServesAnotherStep,
    /// It came before the last matched step.
    TooEarly {
        /// By so many microseconds.
        by_us: i64,
    },
    /// It is an entry before `--from`.
    BeforeFrom {
        /// By so many microseconds.
        by_us: i64,
    },
    /// It came after the window of the entry.
    AfterWindow {
        /// By so many microseconds.
        by_us: i64,
    },
    /// It came later after the step before than `within` allows.
    AfterWithin {
        /// By so many microseconds.
        by_us: i64,
    },
    /// An exclusion ended the attempt before it.
    Excluded {
        /// The event that did.
        by: FunnelEvent,
    },
    /// The step must come directly, and another event lies between.
    NotDirectly {
        /// The first such event.
        between: FunnelEvent,
    },
    /// It would have served another chain than the witness, and that one lacks a step before it.
    NoChain,
}
