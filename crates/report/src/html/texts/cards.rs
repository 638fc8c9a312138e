//! The few numbers at the top of the page.

use crate::locale::texts;

texts! {
    USERS = { en: "Users", sv: "Användare", nb: "Brukere", de: "Nutzer" };
    USERS_NOTE = {
        en: "{0} active, {1} came back",
        sv: "{0} aktiva, {1} kom tillbaka",
        nb: "{0} aktive, {1} kom tilbake",
        de: "{0} aktiv, {1} kamen wieder",
    };
    NEW_USERS = { en: "New users", sv: "Nya användare", nb: "Nye brukere", de: "Neue Nutzer" };
    SESSIONS = { en: "Sessions", sv: "Sessioner", nb: "Økter", de: "Sitzungen" };
    PER_USER = {
        en: "{0} per user, n = {1}",
        sv: "{0} per användare, n = {1}",
        nb: "{0} per bruker, n = {1}",
        de: "{0} je Nutzer, n = {1}",
    };
    ENGAGED = { en: "Engaged sessions", sv: "Engagerade sessioner", nb: "Engasjerte økter", de: "Engagierte Sitzungen" };
    OF_SESSIONS = { en: "of {0} sessions", sv: "av {0} sessioner", nb: "av {0} økter", de: "von {0} Sitzungen" };
    MEDIAN_SESSION = { en: "Median session", sv: "Mediansession", nb: "Medianøkt", de: "Mittlere Sitzung (Median)" };
    MEDIAN_NOTE = {
        en: "half of {0} sessions are no longer",
        sv: "hälften av {0} sessioner är inte längre",
        nb: "halvparten av {0} økter er ikke lengre",
        de: "die Hälfte von {0} Sitzungen ist nicht länger",
    };
    REVENUE = { en: "Revenue", sv: "Intäkter", nb: "Inntekter", de: "Umsatz" };
    REVENUE_NOTE = {
        en: "gross; purchases: {0}",
        sv: "brutto; köp: {0}",
        nb: "brutto; kjøp: {0}",
        de: "brutto; Käufe: {0}",
    };
    MORE_CURRENCIES = {
        en: "Other currencies: {0}, in the JSON document.",
        sv: "Andra valutor: {0}, i JSON-dokumentet.",
        nb: "Andre valutaer: {0}, i JSON-dokumentet.",
        de: "Weitere Währungen: {0}, im JSON-Dokument.",
    };
    LOSS = { en: "Biggest drop-off", sv: "Största bortfallet", nb: "Største frafall", de: "Größter Verlust" };
    LOSS_NOTE = {
        en: "of {0} stop between {1} and {2}",
        sv: "av {0} slutar mellan {1} och {2}",
        nb: "av {0} stopper mellom {1} og {2}",
        de: "von {0} brechen zwischen {1} und {2} ab",
    };
}
