//! The page around its sections.

use crate::locale::texts;

texts! {
    SKIP = {
        en: "Skip to the figures",
        sv: "Hoppa till siffrorna",
        nb: "Hopp til tallene",
        de: "Zu den Zahlen springen",
    };
    SECTIONS = { en: "Sections", sv: "Avsnitt", nb: "Avsnitt", de: "Abschnitte" };
    FOOTER = {
        en: "Made by Kundresa {0}, document schema {1}. Every figure of this page is in the JSON document beside it.",
        sv: "Skapad med Kundresa {0}, dokumentschema {1}. Varje siffra på sidan finns i JSON-dokumentet intill.",
        nb: "Laget med Kundresa {0}, dokumentskjema {1}. Hvert tall på siden finnes i JSON-dokumentet ved siden av.",
        de: "Erstellt mit Kundresa {0}, Dokumentschema {1}. Jede Zahl dieser Seite steht im JSON-Dokument daneben.",
    };
}
