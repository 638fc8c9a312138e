//! Which analyses does a run ask for?

use serde::{Deserialize, Serialize};

use crate::spec::carts::CartSpec;
use crate::spec::funnel::FunnelSpec;
use crate::spec::overview::OverviewSpec;
use crate::spec::paths::PathSpec;
use crate::spec::personas::Persona;
use crate::spec::phases::PhaseSpec;
use crate::spec::scope::Scope;
use crate::spec::sessions::SessionRules;
use crate::spec::signals::SignalsSpec;

/// One analysis with its scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What to compute.
    pub analysis: AnalysisSpec,
    /// Over which units.
    pub scope: Scope,
}

/// The analyses there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AnalysisSpec {
    /// Session counts.
    Sessions,
    /// Visitors per journey phase.
    Phases,
    /// Transitions between phases.
    PhaseTransitions,
    /// Transitions between events within sessions.
    EventTransitions,
    /// Transitions between pages within sessions.
    PageTransitions {
        /// Which events are views, as a step.
        views: String,
    },
    /// A funnel.
    Funnel(FunnelSpec),
    /// The figures of a web analytics overview.
    Overview(OverviewSpec),
    /// Carts and what became of them.
    Carts(CartSpec),
    /// Paths between events or pages.
    Paths(PathSpec),
    /// How other products would count a funnel, and which rule moves whom.
    Bridge(FunnelSpec),
    /// Signals beside the web's events of a page.
    Signals(SignalsSpec),
    /// Persons that the sources share.
    Overlap,
}

/// Everything about a run that changes results, but not which analyses are asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSpec {
    /// Session rules.
    pub sessions: SessionRules,
    /// Phase rules and taxonomy.
    pub phases: PhaseSpec,
    /// Named groups of actors.
    pub personas: Vec<Persona>,
    /// Exclusive end of the data (`--to`), UTC microseconds.
    pub to_us: Option<i64>,
    /// Inclusive end of the data (`as_of`), UTC microseconds.
    pub as_of_us: Option<i64>,
    /// Which events take part by bot flag.
    pub bots: Bots,
    /// IANA name of the report zone.
    pub time_zone: String,
}

/// Which events take part by bot flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bots {
    /// Events of bots leave before sessions are cut.
    #[default]
    Exclude,
    /// Everything takes part.
    Include,
    /// Only events of bots take part.
    Only,
}
