//! What do people read for the phases of a taxonomy, in their language?
//!
//! The words belong to the taxonomy, not to the key alone: `awareness` of `inbound` has its own in Swedish and German.

use super::{Phase, TaxonomyName, UNCLASSIFIED_KEY};
use crate::language::Language;

/// A phase key with its label in each language, in the order of [`Language::ALL`].
type Row = (&'static str, [&'static str; 4]);

/// The canonical phases. The taxonomies `seven-stage` and `retail` name theirs with the same words.
const CANONICAL: &[Row] = &[
    ("awareness", ["Awareness", "Medvetenhet", "Bevissthet", "Aufmerksamkeit"]),
    ("consideration", ["Consideration", "Övervägande", "Vurdering", "Erwägung"]),
    ("comparison", ["Comparison", "Jämförelse", "Sammenligning", "Vergleich"]),
    ("decision", ["Decision", "Beslut", "Beslutning", "Entscheidung"]),
    ("purchase", ["Purchase", "Köp", "Kjøp", "Kauf"]),
    ("onboarding", ["Onboarding", "Introduktion", "Introduksjon", "Einführung"]),
    ("retention", ["Retention", "Bevarande", "Bevaring", "Bindung"]),
    ("advocacy", ["Advocacy", "Förespråkande", "Anbefaling", "Weiterempfehlung"]),
];

/// The taxonomy `inbound`.
const INBOUND: &[Row] = &[
    ("awareness", ["Awareness", "Medvetande", "Bevissthet", "Bewusstsein"]),
    ("consideration", ["Consideration", "Övervägande", "Vurdering", "Erwägung"]),
    ("decision", ["Decision", "Beslut", "Beslutning", "Entscheidung"]),
];

/// The taxonomy `use-and-loyalty`.
const USE_AND_LOYALTY: &[Row] = &[
    ("search", ["Search", "Sökning", "Søk", "Suche"]),
    ("offer", ["Offer", "Erbjudande", "Tilbud", "Angebot"]),
    ("conversion", ["Conversion", "Konvertering", "Konvertering", "Konversion"]),
    ("use", ["Use", "Användning", "Bruk", "Nutzung"]),
    ("loyalty", ["Loyalty", "Lojalitet", "Lojalitet", "Loyalität"]),
];

/// The taxonomy `b2b-sales`.
const B2B_SALES: &[Row] = &[
    ("insight", ["Insight", "Insikt", "Innsikt", "Erkenntnis"]),
    ("exploration", ["Exploration", "Utforskning", "Utforskning", "Erkundung"]),
    ("decision", ["Decision", "Beslut", "Beslutning", "Entscheidung"]),
    ("implementation", ["Implementation", "Implementering", "Implementering", "Implementierung"]),
    ("loyalty", ["Loyalty", "Lojalitet", "Lojalitet", "Loyalität"]),
];

/// Events that no rule classifies.
const UNCLASSIFIED: [&str; 4] = ["Unclassified", "Oklassificerad", "Uklassifisert", "Nicht zugeordnet"];

fn rows(taxonomy: TaxonomyName) -> &'static [Row] {
    match taxonomy {
        TaxonomyName::Full | TaxonomyName::SevenStage | TaxonomyName::Retail => CANONICAL,
        TaxonomyName::Inbound => INBOUND,
        TaxonomyName::UseAndLoyalty => USE_AND_LOYALTY,
        TaxonomyName::B2bSales => B2B_SALES,
    }
}

/// What people read for the phase `key` of `taxonomy`; `None` where it has no such phase. Also takes `unclassified`.
pub fn phase_label(taxonomy: TaxonomyName, key: &str, language: Language) -> Option<&'static str> {
    if key == UNCLASSIFIED_KEY {
        return Some(unclassified_label(language));
    }
    let row = rows(taxonomy).iter().find(|(candidate, _)| *candidate == key);
    row.map(|(_, labels)| labels[language as usize])
}

/// What people read for a canonical phase, as rules and goals name it whatever the taxonomy.
pub fn canonical_label(phase: Phase, language: Language) -> &'static str {
    CANONICAL[phase as usize].1[language as usize]
}

/// What people read for events that no rule classifies.
pub fn unclassified_label(language: Language) -> &'static str {
    UNCLASSIFIED[language as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(taxonomy: TaxonomyName, language: Language) -> String {
        let label = |key: &&str| phase_label(taxonomy, key, language).expect("a label").to_lowercase();
        taxonomy.taxonomy().keys.iter().map(label).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn every_phase_of_every_taxonomy_has_its_own_label_in_every_language() {
        for (taxonomy, language) in TaxonomyName::ALL.into_iter().flat_map(|name| Language::ALL.map(|one| (name, one)))
        {
            let mut all: Vec<_> = taxonomy.taxonomy().keys;
            all.push(UNCLASSIFIED_KEY);
            let mut labels: Vec<_> = all.iter().map(|key| phase_label(taxonomy, key, language)).collect();
            assert!(labels.iter().all(Option::is_some), "{taxonomy:?} {language:?} {labels:?}");
            labels.sort_unstable();
            labels.dedup();
            assert_eq!(labels.len(), all.len(), "{taxonomy:?} {language:?}: two phases share a label");
        }
        assert_eq!(phase_label(TaxonomyName::Inbound, "purchase", Language::En), None);
    }

    #[test]
    fn swedish_and_norwegian_words_are_those_agreed_upon() {
        let sv = |taxonomy| labels(taxonomy, Language::Sv);
        assert_eq!(
            sv(TaxonomyName::SevenStage),
            "medvetenhet, övervägande, jämförelse, beslut, köp, bevarande, förespråkande"
        );
        assert_eq!(sv(TaxonomyName::Inbound), "medvetande, övervägande, beslut");
        assert_eq!(sv(TaxonomyName::UseAndLoyalty), "sökning, erbjudande, konvertering, användning, lojalitet");
        assert_eq!(sv(TaxonomyName::B2bSales), "insikt, utforskning, beslut, implementering, lojalitet");
        assert_eq!(labels(TaxonomyName::Retail, Language::Nb), "bevissthet, vurdering, kjøp, bevaring, anbefaling");
    }

    #[test]
    fn canonical_labels_follow_the_phases() {
        for (phase, (key, _)) in Phase::ALL.into_iter().zip(CANONICAL) {
            assert_eq!(phase.key(), *key);
        }
        assert_eq!(canonical_label(Phase::Purchase, Language::De), "Kauf");
    }
}
