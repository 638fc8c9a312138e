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
    /// The phase a journey aims at; dropping out before it is loss.
    pub goal: Phase,
    /// Own rules, tried in order before the default set.
    pub rules: Vec<PhaseRule>,
    /// Whether the default set (GA4 e-commerce) follows the own rules.
    pub default_rules: bool,
}

impl Default for PhaseSpec {
    fn default() -> Self {
        Self {
            taxonomy: TaxonomyName::Full,
            horizon: Duration::from_us(30 * DAY_US),
            goal: Phase::Purchase,
            rules: Vec::new(),
            default_rules: true,
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
