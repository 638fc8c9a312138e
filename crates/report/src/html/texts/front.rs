//! What the parts around the page's script say.

use crate::locale::texts;

texts! {
    /// Title of the fold that holds the licences.
    LICENCES = {
        en: "Licences of what the script of this page uses",
        sv: "Licenser för det som sidans skript använder",
        nb: "Lisenser for det som skriptet på siden bruker",
        de: "Lizenzen dessen, was das Skript dieser Seite verwendet",
    };
    /// Title of the fold that holds a funnel's figures.
    STEPS_AS_TABLE = {
        en: "The steps as a table",
        sv: "Stegen som tabell",
        nb: "Stegene som tabell",
        de: "Die Schritte als Tabelle",
    };
    /// Caption of that table.
    STEPS_CAPTION = {
        en: "Reached = went on + stopped here + still in time.",
        sv: "Nådde hit = gick vidare + slutade här + har tid kvar.",
        nb: "Nådde hit = gikk videre + stoppet her + har tid igjen.",
        de: "Erreicht = weitergegangen + hier abgebrochen + Frist läuft noch.",
    };
    /// Column of the names of steps.
    STEP = { en: "Step", sv: "Steg", nb: "Steg", de: "Schritt" };
    /// Column of those who reached the step.
    REACHED = { en: "Reached", sv: "Nådde hit", nb: "Nådde hit", de: "Erreicht" };
    /// Column of the share of those who entered.
    OF_ENTERED = { en: "Of entered", sv: "Av steg 1", nb: "Av steg 1", de: "Von Schritt 1" };
    /// Column of the share of the step before.
    OF_PREVIOUS = { en: "Of step before", sv: "Av steget före", nb: "Av steget før", de: "Vom Vorschritt" };
    /// Column of those who went on.
    WENT_ON = { en: "Went on", sv: "Gick vidare", nb: "Gikk videre", de: "Weitergegangen" };
    /// Column of those who stopped.
    STOPPED = { en: "Stopped here", sv: "Slutade här", nb: "Stoppet her", de: "Hier abgebrochen" };
    /// Column of those who may still go on.
    OPEN = { en: "Still in time", sv: "Har tid kvar", nb: "Har tid igjen", de: "Frist läuft noch" };
}
