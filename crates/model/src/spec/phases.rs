//! How do events become journey phases?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::phase::{Phase, TaxonomyName};
use crate::time::{DAY_US, Duration};

/// Phase rules and how journeys are counted. Source: `docs/semantics.md#journey-phases`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PhaseSpec {
    /// Which taxonomy results are shown in.
    pub taxonomy: TaxonomyName,
    /// Without activity for this long before the data end, a journey is over.
    pub horizon: Duration,
    /// The phase a journey aims at; dropping out before it is loss. Without one, that of the rule set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<Phase>,
    /// Own rules, tried in order before the rule set.
    pub rules: Vec<PhaseRule>,
    /// Whether the rule set follows the own rules.
    pub default_rules: bool,
    /// Which of the shipped sets that is.
    pub rule_set: RuleSet,
}

/// A set of rules that ships, by the kind of log it is made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleSet {
    /// A web shop with the events that GA4 recommends.
    #[default]
    Ecommerce,
    /// A site that collects leads, with GA4's events for them.
    LeadGeneration,
    /// Software by subscription.
    Saas,
    /// Stages and e-mails of a CRM.
    Crm,
    /// Page views alone.
    PlainWeb,
}

impl RuleSet {
    /// All sets that ship.
    pub const ALL: [Self; 5] = [Self::Ecommerce, Self::LeadGeneration, Self::Saas, Self::Crm, Self::PlainWeb];

    /// Name in configuration and options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ecommerce => "ecommerce",
            Self::LeadGeneration => "lead-generation",
            Self::Saas => "saas",
            Self::Crm => "crm",
            Self::PlainWeb => "plain-web",
        }
    }

    /// The phase that journeys of such a log aim at: with lead generation to become a lead, elsewhere to buy.
    pub fn goal(self) -> Phase {
        match self {
            Self::LeadGeneration => Phase::Decision,
            Self::Ecommerce | Self::Saas | Self::Crm | Self::PlainWeb => Phase::Purchase,
        }
    }
}

impl PhaseSpec {
    /// The phase a journey aims at: the one given, else that of the rule set.
    pub fn goal(&self) -> Phase {
        self.goal.unwrap_or(if self.default_rules { self.rule_set.goal() } else { Phase::Purchase })
    }
}

impl Default for PhaseSpec {
    fn default() -> Self {
        Self {
            taxonomy: TaxonomyName::Full,
            horizon: Duration::from_us(30 * DAY_US),
            goal: None,
            rules: Vec::new(),
            default_rules: true,
            rule_set: RuleSet::Ecommerce,
        }
    }
}

/// One rule; the first that matches an event assigns its phase. All conditions given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhaseRule {
    /// Name shown as evidence; unique within the rules.
    pub name: String,
    /// Phase assigned.
    pub phase: Phase,
    /// Predicate on the event, for example `event in ("share", "review")`; none means any event.
    #[serde(default)]
    pub when: Option<String>,
    /// Predicate that must not match.
    #[serde(default)]
    pub unless: Option<String>,
    /// An event of the same actor strictly earlier, anywhere, was observed in this phase.
    #[serde(default)]
    pub after: Option<Phase>,
    /// The same within the event's session.
    #[serde(default)]
    pub same_session_after: Option<Phase>,
    /// The same in an earlier session; a session begun by a cap or by midnight continues the one before.
    #[serde(default)]
    pub session_after: Option<Phase>,
}
