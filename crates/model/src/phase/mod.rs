//! Which journey phases are there, and how does a taxonomy rename and merge them?
//!
//! Rules always assign one of eight canonical phases; a [`Taxonomy`] is applied last, and labels in a language come after it. Source: `docs/semantics.md#journey-phases`.

mod label;
mod taxonomy;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use label::{canonical_label, phase_label, unclassified_label};
pub use taxonomy::{Taxonomy, TaxonomyName};

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
