//! Which phases do results show, and which canonical phases does each of them hold?
//!
//! A taxonomy merges canonical phases that follow each other and names what comes out, so it keeps the order of the journey.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Phase;

/// Which taxonomy a report uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TaxonomyName {
    /// All eight canonical phases.
    #[default]
    Full,
    /// Onboarding counts as retention.
    SevenStage,
    /// Awareness, consideration (with comparison), decision (with all beyond).
    Inbound,
    /// Search, offer, conversion, use, loyalty.
    UseAndLoyalty,
    /// Insight, exploration, decision, implementation, loyalty.
    B2bSales,
    /// Awareness, consideration (with comparison and decision), purchase, retention (with onboarding), advocacy.
    Retail,
}

impl TaxonomyName {
    /// All shipped taxonomies.
    pub const ALL: [Self; 6] =
        [Self::Full, Self::SevenStage, Self::Inbound, Self::UseAndLoyalty, Self::B2bSales, Self::Retail];

    /// Name in configuration and options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::SevenStage => "seven-stage",
            Self::Inbound => "inbound",
            Self::UseAndLoyalty => "use-and-loyalty",
            Self::B2bSales => "b2b-sales",
            Self::Retail => "retail",
        }
    }

    /// The taxonomy of that name in configuration, options and results.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|taxonomy| taxonomy.name() == name)
    }

    /// The taxonomy of that name.
    pub fn taxonomy(self) -> Taxonomy {
        let (keys, of_canonical): (&[&'static str], [u8; 8]) = match self {
            Self::Full => (&Phase::ALL.map(Phase::key), [0, 1, 2, 3, 4, 5, 6, 7]),
            Self::SevenStage => (
                &["awareness", "consideration", "comparison", "decision", "purchase", "retention", "advocacy"],
                [0, 1, 2, 3, 4, 5, 5, 6],
            ),
            Self::Inbound => (&["awareness", "consideration", "decision"], [0, 1, 1, 2, 2, 2, 2, 2]),
            Self::UseAndLoyalty => (&["search", "offer", "conversion", "use", "loyalty"], [0, 0, 1, 1, 2, 3, 4, 4]),
            Self::B2bSales => {
                (&["insight", "exploration", "decision", "implementation", "loyalty"], [0, 1, 1, 2, 2, 3, 4, 4])
            }
            Self::Retail => {
                (&["awareness", "consideration", "purchase", "retention", "advocacy"], [0, 1, 1, 1, 2, 3, 3, 4])
            }
        };
        Taxonomy { name: self, keys: keys.to_vec(), of_canonical }
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

    /// Key of the phase that the canonical `phase` belongs to.
    pub fn key_of(&self, phase: Phase) -> &'static str {
        self.keys[usize::from(self.index_of(phase))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_taxonomy_keeps_the_order_and_leaves_no_phase_empty() {
        for name in TaxonomyName::ALL {
            let taxonomy = name.taxonomy();
            assert_eq!(taxonomy.of_canonical[0], 0, "{name:?}");
            let steps: Vec<u8> = taxonomy.of_canonical.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(steps.iter().all(|step| *step <= 1), "{name:?} skips a phase or goes back: {steps:?}");
            assert_eq!(usize::from(taxonomy.of_canonical[7]) + 1, taxonomy.len(), "{name:?}");
            assert_eq!(TaxonomyName::named(name.name()), Some(name));
        }
        assert_eq!(TaxonomyName::named("eight"), None);
    }

    #[test]
    fn canonical_phases_are_merged_as_defined() {
        let merged = |name: TaxonomyName| Phase::ALL.map(|phase| name.taxonomy().key_of(phase)).join(" ");
        assert_eq!(
            merged(TaxonomyName::Full),
            "awareness consideration comparison decision purchase onboarding retention advocacy"
        );
        assert_eq!(
            merged(TaxonomyName::SevenStage),
            "awareness consideration comparison decision purchase retention retention advocacy"
        );
        assert_eq!(
            merged(TaxonomyName::Inbound),
            "awareness consideration consideration decision decision decision decision decision"
        );
        assert_eq!(merged(TaxonomyName::UseAndLoyalty), "search search offer offer conversion use loyalty loyalty");
        assert_eq!(
            merged(TaxonomyName::B2bSales),
            "insight exploration exploration decision decision implementation loyalty loyalty"
        );
        assert_eq!(
            merged(TaxonomyName::Retail),
            "awareness consideration consideration consideration purchase retention retention advocacy"
        );
    }
}
