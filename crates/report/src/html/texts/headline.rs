//! The top of the page and its summary.

use crate::locale::texts;

texts! {
    KICKER = { en: "Journey report", sv: "Kundreserapport", nb: "Kundereiserapport", de: "Bericht zur Kundenreise" };
    SPAN = { en: "{0} to {1}, {2}", sv: "{0} till {1}, {2}", nb: "{0} til {1}, {2}", de: "{0} bis {1}, {2}" };
    NO_EVENTS = {
        en: "No events in the data",
        sv: "Inga händelser i underlaget",
        nb: "Ingen hendelser i dataene",
        de: "Keine Ereignisse in den Daten",
    };
    WARNINGS = {
        en: "Know before you read",
        sv: "Bra att veta före läsningen",
        nb: "Greit å vite før du leser",
        de: "Vor dem Lesen gut zu wissen",
    };
    TITLE = { en: "Summary", sv: "Sammanfattning", nb: "Sammendrag", de: "Zusammenfassung" };
    ENTERED = {
        en: "of {0} who entered {1}",
        sv: "av {0} som gick in i {1}",
        nb: "av {0} som gikk inn i {1}",
        de: "von {0}, die in {1} eingetreten sind",
    };
    GOAL = { en: "Reached the goal", sv: "Nådde målet", nb: "Nådde målet", de: "Ziel erreicht" };
    GOAL_NOTE_ONE = {
        en: "of {0} actor was seen in {1}",
        sv: "av {0} aktör sågs i {1}",
        nb: "av {0} aktør ble sett i {1}",
        de: "von {0} Akteur wurden in {1} gesehen",
    };
    GOAL_NOTE = {
        en: "of {0} actors were seen in {1}",
        sv: "av {0} aktörer sågs i {1}",
        nb: "av {0} aktører ble sett i {1}",
        de: "von {0} Akteuren wurden in {1} gesehen",
    };
    STANDS_OUT = { en: "What stands out", sv: "Det som sticker ut", nb: "Det som skiller seg ut", de: "Was auffällt" };
    GAP = {
        en: "{0} “{1}”: {2} stop after {3}",
        sv: "{0} ”{1}”: {2} slutar efter {3}",
        nb: "{0} «{1}»: {2} stopper etter {3}",
        de: "{0} „{1}“: {2} brechen nach {3} ab",
    };
    GAP_AGAINST = {
        en: "{0}, against {1} in all other segments. That is {2} more than at their rate.",
        sv: "{0}, mot {1} i alla andra segment. Det är {2} fler än med deras andel.",
        nb: "{0}, mot {1} i alle andre segmenter. Det er {2} flere enn med deres andel.",
        de: "{0}, gegenüber {1} in allen anderen Segmenten. Das sind {2} mehr als bei deren Anteil.",
    };
    LOSS_OF_FUNNEL = {
        en: "In {0} most stop between {1} and {2}: {3}, {4} whose time is over.",
        sv: "I {0} slutar flest mellan {1} och {2}: {3}, {4} vars tid är ute.",
        nb: "I {0} stopper flest mellom {1} og {2}: {3}, {4} der tiden er ute.",
        de: "In {0} brechen die meisten zwischen {1} und {2} ab: {3}, {4}, deren Frist abgelaufen ist.",
    };
    LOSS_OF_JOURNEY_ONE = {
        en: "On the whole journey most are lost in {0}: {1} of {2} visitor left there before {3}.",
        sv: "På hela resan tappas flest i {0}: {1} av {2} besökare lämnade där före {3}.",
        nb: "På hele reisen mistes flest i {0}: {1} av {2} besøkende gikk derfra før {3}.",
        de: "Auf der ganzen Reise gehen die meisten in {0} verloren: {1} von {2} Besucher brach dort vor {3} ab.",
    };
    LOSS_OF_JOURNEY = {
        en: "On the whole journey most are lost in {0}: {1} of {2} visitors left there before {3}.",
        sv: "På hela resan tappas flest i {0}: {1} av {2} besökare lämnade där före {3}.",
        nb: "På hele reisen mistes flest i {0}: {1} av {2} besøkende gikk derfra før {3}.",
        de: "Auf der ganzen Reise gehen die meisten in {0} verloren: {1} von {2} Besuchern brachen dort vor {3} ab.",
    };
}
