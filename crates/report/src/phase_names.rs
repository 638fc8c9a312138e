//! What are phases called: in which taxonomy's words, in which language?

use kundresa_model::language::Language;
use kundresa_model::phase::{Phase, TaxonomyName, canonical_label, phase_label};
use kundresa_model::result::transitions::TransitionsOf;

use crate::words;

/// The words for the phases of one result.
#[derive(Clone, Copy, Debug)]
pub struct PhaseNames {
    taxonomy: Option<TaxonomyName>,
    language: Language,
}

impl PhaseNames {
    /// The words of the taxonomy that a result names. One that this version does not know shows its keys.
    pub fn new(taxonomy: &str, language: Language) -> Self {
        Self { taxonomy: TaxonomyName::named(taxonomy), language }
    }

    /// The phase of the taxonomy with that key, or `unclassified`.
    pub fn of(&self, key: &str) -> String {
        let label = self.taxonomy.and_then(|taxonomy| phase_label(taxonomy, key, self.language));
        label.map_or_else(|| words::phase(key), str::to_owned)
    }

    /// The canonical phase with that key, as rules and goals name it.
    pub fn canonical(&self, key: &str) -> String {
        let phase = Phase::ALL.into_iter().find(|phase| phase.key() == key);
        phase.map_or_else(|| words::phase(key), |phase| canonical_label(phase, self.language).to_owned())
    }

    /// A node of a transition table, at most `most` characters if it came with the data.
    pub fn node(&self, name: &str, of: TransitionsOf, most: usize) -> String {
        match (words::pseudo_node(name, of), of) {
            (None, TransitionsOf::Phases) => self.of(name),
            _ => words::node(name, of, most),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_called_as_their_taxonomy_calls_them() {
        let inbound = PhaseNames::new("inbound", Language::Sv);
        assert_eq!(
            (inbound.of("awareness"), inbound.canonical("awareness")),
            ("Medvetande".into(), "Medvetenhet".into())
        );
        assert_eq!(inbound.node("start", TransitionsOf::Phases, 9), "Journey begins");
        assert_eq!(inbound.node("decision", TransitionsOf::Events, 9), "decision");
        assert_eq!(PhaseNames::new("of a later version", Language::De).of("early_days"), "Early days");
    }
}
