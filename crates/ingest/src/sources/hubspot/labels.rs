//! How does HubSpot call its own properties in other languages?
//!
//! The app translates headers with itself. These are the names in German, French, Spanish, Swedish and Dutch, as far as they
//! are known by hearsay: none was seen in a real export, and the app changes them at times. They only help to recognise
//! an export and to find its columns; whatever differs is named in the configuration.

/// Columns of a contact's own id.
pub(super) const RECORD_IDS: [&str; 9] = [
    "Record ID",
    "Datensatz-ID",
    "ID de fiche d'informations",
    "ID de fiche",
    "ID de registro",
    "Post-ID",
    "Post-id",
    "Record-ID",
    "Record-id",
];

/// Columns of an e-mail address.
pub(super) const EMAILS: [&str; 12] = [
    "Email",
    "email",
    "property_email",
    "properties.email",
    "E-Mail",
    "E-Mail-Adresse",
    "E-mail",
    "Adresse e-mail",
    "Correo",
    "Correo electrónico",
    "E-post",
    "E-mailadres",
];
/// Columns of money.
pub(super) const AMOUNTS: [&str; 10] = [
    "Amount",
    "amount",
    "property_amount",
    "properties.amount",
    "Betrag",
    "Montant",
    "Importe",
    "Valor",
    "Belopp",
    "Bedrag",
];
/// Columns of its currency.
pub(super) const CURRENCIES: [&str; 8] = [
    "Currency",
    "deal_currency_code",
    "properties.deal_currency_code",
    "Währung",
    "Devise",
    "Divisa",
    "Moneda",
    "Valuta",
];
/// Columns of a contact by its own id, in records and tables.
pub(super) const CONTACT_IDS: [&str; 15] = [
    "Record ID",
    "hs_object_id",
    "properties.hs_object_id",
    "id",
    "Object ID",
    "contact_id",
    "contactId",
    "Datensatz-ID",
    "ID de fiche d'informations",
    "ID de fiche",
    "ID de registro",
    "Post-ID",
    "Post-id",
    "Record-ID",
    "Record-id",
];
/// Columns of the contacts that a deal belongs to.
pub(super) const CONTACTS_OF_DEAL: [&str; 8] = [
    "Associated Contact IDs",
    "Associated Contact ID",
    "IDs zugeordneter Kontakte",
    "Zugeordnete Kontakt-IDs",
    "ID des contacts associés",
    "ID de contactos asociados",
    "Associerade kontakt-ID:n",
    "Gekoppelde contact-ID's",
];
/// Columns of a deal's own id.
pub(super) const DEAL_IDS: [(&str, &str); 13] = [
    ("Record ID", "deal"),
    ("hs_object_id", "deal"),
    ("properties.hs_object_id", "deal"),
    ("deal_id", "deal"),
    ("id", "deal"),
    ("Datensatz-ID", "deal"),
    ("ID de fiche d'informations", "deal"),
    ("ID de fiche", "deal"),
    ("ID de registro", "deal"),
    ("Post-ID", "deal"),
    ("Post-id", "deal"),
    ("Record-ID", "deal"),
    ("Record-id", "deal"),
];

/// Labels in English, in small letters, and in other languages.
const LABELS: [(&str, &[&str]); 12] = [
    (
        "record id",
        &["datensatz-id", "id de fiche d'informations", "id de fiche", "id de registro", "post-id", "record-id"],
    ),
    ("email", &["e-mail", "e-mail-adresse", "adresse e-mail", "correo", "correo electrónico", "e-post", "e-mailadres"]),
    (
        "create date",
        &[
            "erstellungsdatum",
            "erstelldatum",
            "date de création",
            "fecha de creación",
            "skapandedatum",
            "skapat datum",
            "aanmaakdatum",
            "datum aangemaakt",
        ],
    ),
    (
        "lifecycle stage",
        &[
            "lifecycle-phase",
            "phase du cycle de vie",
            "phase de cycle de vie",
            "etapa del ciclo de vida",
            "livscykelfas",
            "livscykelstadium",
            "levenscyclusfase",
            "lifecyclefase",
        ],
    ),
    (
        "first conversion date",
        &[
            "datum der ersten conversion",
            "date de la première conversion",
            "fecha de la primera conversión",
            "datum för första konvertering",
            "datum van eerste conversie",
        ],
    ),
    ("deal name", &["deal-name", "dealname", "nom de la transaction", "nombre del negocio", "affärsnamn", "dealnaam"]),
    (
        "deal stage",
        &["deal-phase", "phase de la transaction", "etapa del negocio", "affärsfas", "affärsstadium", "dealfase"],
    ),
    ("amount", &["betrag", "montant", "importe", "valor", "belopp", "bedrag"]),
    ("currency", &["währung", "devise", "divisa", "moneda", "valuta"]),
    (
        "close date",
        &[
            "abschlussdatum",
            "date de fermeture",
            "date de clôture",
            "fecha de cierre",
            "avslutsdatum",
            "stängningsdatum",
            "sluitingsdatum",
        ],
    ),
    (
        "is deal closed?",
        &[
            "ist der deal abgeschlossen?",
            "la transaction est-elle fermée ?",
            "¿el negocio está cerrado?",
            "är affären stängd?",
            "is deal gesloten?",
        ],
    ),
    (
        "associated contact ids",
        &[
            "ids zugeordneter kontakte",
            "zugeordnete kontakt-ids",
            "id des contacts associés",
            "id de contactos asociados",
            "associerade kontakt-id:n",
            "gekoppelde contact-id's",
        ],
    ),
];

/// The English label, in small letters, of one in another language that is in small letters too.
pub(super) fn english(label: &str) -> Option<&'static str> {
    LABELS.iter().find(|(_, others)| others.contains(&label)).map(|(english, _)| *english)
}

/// Stages of the life cycle by what they are called; several words before the single ones that they hold.
const STAGES: [(&str, &[&str]); 7] = [
    (
        "marketingqualifiedlead",
        &[
            "marketing qualified lead",
            "marketing-qualified lead",
            "lead qualifié marketing",
            "lead calificado para marketing",
            "marknadskvalificerad lead",
            "marketinggekwalificeerde lead",
        ],
    ),
    (
        "salesqualifiedlead",
        &[
            "sales qualified lead",
            "sales-qualified lead",
            "lead qualifié ventes",
            "lead calificado para ventas",
            "säljkvalificerad lead",
            "salesgekwalificeerde lead",
        ],
    ),
    ("subscriber", &["abonnent", "abonné", "suscriptor", "prenumerant", "abonnee"]),
    ("opportunity", &["opportunity", "opportunité", "oportunidad", "affärsmöjlighet", "verkoopkans"]),
    ("customer", &["kunde", "client", "cliente", "kund", "klant"]),
    ("evangelist", &["evangelist", "fürsprecher", "promoteur", "promotor"]),
    ("lead", &["lead"]),
];

/// The stage that a label in small letters says the day of: `Wurde Kunde am`, `Fecha en que se convirtió en cliente`.
pub(super) fn lifecycle_stage(label: &str) -> Option<&'static str> {
    const BECAME: [&str; 7] = ["wurde", "geworden", "devenu", "convirtió", "blev", "werd", "conversion en"];
    if !BECAME.iter().any(|word| label.contains(word)) {
        return None;
    }
    STAGES.iter().find(|(_, words)| words.iter().any(|word| has_words(label, word))).map(|(stage, _)| *stage)
}

/// Whether words stand in a text as such and not within others.
fn has_words(text: &str, words: &str) -> bool {
    let is_edge = |character: Option<char>| character.is_none_or(|character| !character.is_alphanumeric());
    text.match_indices(words)
        .any(|(at, _)| is_edge(text[..at].chars().next_back()) && is_edge(text[at + words.len()..].chars().next()))
}

/// Whether what stands before a stage in quotes says that it was entered.
pub(super) fn says_entered(prefix: &str) -> bool {
    const ENTERED: [&str; 11] = [
        "date entered",
        "datum des eintritts",
        "datum eintritt",
        "eingetreten",
        "date d'entrée",
        "fecha de entrada",
        "fecha de ingreso",
        "ingresó",
        "datum för inträde",
        "datum ingegaan",
        "datum van binnenkomst",
    ];
    ENTERED.iter().any(|words| prefix.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_known_by_their_words() {
        for (label, stage) in [
            ("wurde kunde am", Some("customer")),
            ("wurde marketing qualified lead am", Some("marketingqualifiedlead")),
            ("date à laquelle le contact est devenu client", Some("customer")),
            ("fecha en que se convirtió en lead", Some("lead")),
            ("datum då kontakten blev kund", Some("customer")),
            ("werd klant op", Some("customer")),
            ("wurde kundenberater am", None),
            ("kunde", None),
        ] {
            assert_eq!(lifecycle_stage(label), stage, "{label}");
        }
    }
}
