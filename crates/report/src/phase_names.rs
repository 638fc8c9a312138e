//! What are phases called: in which taxonomy's words, in which language?

use kundresa_model::language::Language;
use kundresa_model::phase::{Phase, TaxonomyName, canonical_label, phase_label};
use kundresa_model::result::transitions::{NodeKind, TransitionsOf};

use crate::locale::Locale;
use crate::vocabulary;
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

    /// As [`PhaseNames::node`], with what stands before and after the nodes in the language of the phases too.
    pub fn spoken_node(&self, (name, kind): (&str, NodeKind), of: TransitionsOf, most: usize) -> String {
        vocabulary::pseudo_node(name, of)
            .filter(|_| kind == NodeKind::Pseudo)
            .map_or_else(|| self.node_alone(name, of, most), |text| text.of(self.language).to_owned())
    }

    /// As [`PhaseNames::spoken_node`] for what is known to be a node, whatever it is called.
    pub fn node_alone(&self, name: &str, of: TransitionsOf, most: usize) -> String {
        match of {
            TransitionsOf::Phases => self.of(name),
            TransitionsOf::Events | TransitionsOf::Pages => Locale::new(self.language).elided(name, most),
        }
    }

    /// The language of the words.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A node of a transition table, at most `most` characters if it came with the data.
    pub fn node(&self, (name, kind): (&str, NodeKind), of: TransitionsOf, most: usize) -> String {
        match (kind, of) {
            (NodeKind::Node, TransitionsOf::Phases) => self.of(name),
            _ => words::node((name, kind), of, most),
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
        assert_eq!(inbound.node(("start", NodeKind::Pseudo), TransitionsOf::Phases, 9), "Journey begins");
        assert_eq!(inbound.node(("decision", NodeKind::Node), TransitionsOf::Events, 9), "decision");
        assert_eq!(inbound.node(("start", NodeKind::Node), TransitionsOf::Events, 9), "start");
        assert_eq!(inbound.spoken_node(("start", NodeKind::Pseudo), TransitionsOf::Phases, 9), "Resan börjar");
        assert_eq!(inbound.spoken_node(("awareness", NodeKind::Node), TransitionsOf::Phases, 9), "Medvetande");
        assert_eq!(inbound.spoken_node(("", NodeKind::Node), TransitionsOf::Pages, 9), "(tomt)");
        assert_eq!(PhaseNames::new("of a later version", Language::De).of("early_days"), "Early days");
    }
}
