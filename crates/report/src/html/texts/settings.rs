//! The rules behind the figures.

use crate::locale::texts;

texts! {
    TITLE = { en: "Settings", sv: "Inställningar", nb: "Innstillinger", de: "Einstellungen" };
    LEAD = {
        en: "The same rows with the same settings give the same figures.",
        sv: "Samma rader med samma inställningar ger samma siffror.",
        nb: "De samme radene med de samme innstillingene gir de samme tallene.",
        de: "Dieselben Zeilen ergeben mit denselben Einstellungen dieselben Zahlen.",
    };
    IN_FORCE = {
        en: "Configuration in force",
        sv: "Gällande konfiguration",
        nb: "Gjeldende konfigurasjon",
        de: "Geltende Konfiguration",
    };
    CONFIGURATION = { en: "Configuration", sv: "Konfiguration", nb: "Konfigurasjon", de: "Konfiguration" };
}
