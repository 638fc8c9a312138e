//! Which journey phases are there, and how does a taxonomy rename and merge them?
//!
//! Rules always assign one of eight canonical phases; a [`Taxonomy`] is applied last. Source: `docs/semantics.md#journey-phases`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A canonical journey phase, in journey order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Phase {
    /// Has noticed the offer.
    Awareness = 0,
    /// Looks at products or contents.
    Consideration = 1,
    /// Weighs alternatives.
    Comparison = 2,
    /// Is about to buy: cart and checkout.
    Decision = 3,
    /// Bought.
    Purchase = 4,
    /// First use after the purchase.
    Onboarding = 5,
    /// Came back after the purchase.
    Retention = 6,
    /// Recommends.
    Advocacy = 7,
}

impl Phase {
    /// All canonical phases in journey order.
    pub const ALL: [Self; 8] = [
        Self::Awareness,
        Self::Consideration,
        Self::Comparison,
        Self::Decision,
        Self::Purchase,
        Self::Onboarding,
        Self::Retention,
        Self::Advocacy,
    ];

    /// Key in results and configuration.
    pub fn key(self) -> &'static str {
        match self {
            Self::Awareness => "awareness",
            Self::Consideration => "consideration",
            Self::Comparison => "comparison",
            Self::Decision => "decision",
            Self::Purchase => "purchase",
            Self::Onboarding => "onboarding",
            Self::Retention => "retention",
            Self::Advocacy => "advocacy",
        }
    }

    /// The phase of that code (`0..8`).
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// Key of events that no rule classifies.
pub const UNCLASSIFIED_KEY: &str = "unclassified";

/// Which taxonomy a report uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TaxonomyName {
    /// All eight canonical phases.
    #[default]
    Full,
    /// Onboarding counts as retention.
    SevenStage,
}

impl TaxonomyName {
    /// All shipped taxonomies.
    pub const ALL: [Self; 2] = [Self::Full, Self::SevenStage];

    /// Name in configuration and options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::SevenStage => "seven-stage",
        }
    }

    /// The taxonomy of that name.
    pub fn taxonomy(self) -> Taxonomy {
        match self {
            Self::Full => Taxonomy {
                name: self,
                keys: Phase::ALL.iter().map(|phase| phase.key()).collect(),
                of_canonical: [0, 1, 2, 3, 4, 5, 6, 7],
            },
            Self::SevenStage => Taxonomy {
                name: self,
                keys: Phase::ALL.iter().filter(|phase| **phase != Phase::Onboarding).map(|phase| phase.key()).collect(),
                of_canonical: [0, 1, 2, 3, 4, 5, 5, 6],
            },
        }
    }
}

/// An order-preserving map from canonical phases to the phases that results show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxonomy {
    /// Which shipped taxonomy this is.
    pub name: TaxonomyName,
    /// Keys of its phases in journey order.
    pub keys: Vec<&'static str>,
    /// Index into `keys` for each canonical phase.
    pub of_canonical: [u8; 8],
}

impl Taxonomy {
    /// Number of phases.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are no phases; never true for a shipped taxonomy.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Index of the phase that the canonical `phase` belongs to.
    pub fn index_of(&self, phase: Phase) -> u8 {
        self.of_canonical[phase as usize]
    }
}
