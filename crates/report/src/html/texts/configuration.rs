//! The exact configuration of a report.

use crate::locale::texts;

texts! {
    TITLE = { en: "Exact configuration", sv: "Exakt konfiguration", nb: "Nøyaktig konfigurasjon", de: "Genaue Konfiguration" };
    COMMAND = { en: "Command", sv: "Kommando", nb: "Kommando", de: "Befehl" };
    FILE_LEAD = {
        en: "The file as it was read.",
        sv: "Filen så som den lästes.",
        nb: "Filen slik den ble lest.",
        de: "Die Datei, wie sie gelesen wurde.",
    };
    NO_FILE = {
        en: "No configuration file was read: everything is as Kundresa has it by default, or as the command says.",
        sv: "Ingen konfigurationsfil lästes: allt är som Kundresa har det från början, eller som kommandot säger.",
        nb: "Ingen konfigurasjonsfil ble lest: alt er slik Kundresa har det fra før, eller slik kommandoen sier.",
        de: "Es wurde keine Konfigurationsdatei gelesen: Alles ist so, wie Kundresa es vorgibt oder der Befehl es sagt.",
    };
    IN_FORCE_LEAD = {
        en: "Every setting with its value, those left unsaid included.",
        sv: "Varje inställning med sitt värde, även de outtalade.",
        nb: "Hver innstilling med sin verdi, også de som ikke er nevnt.",
        de: "Jede Einstellung mit ihrem Wert, auch die ungenannten.",
    };
}
