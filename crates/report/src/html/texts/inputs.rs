//! The files that were read.

use crate::locale::texts;

texts! {
    TITLE = { en: "Inputs", sv: "Indata", nb: "Inndata", de: "Eingaben" };
    LEAD = {
        en: "Where the rows came from. This part is not compared between runs; everything above is.",
        sv: "Varifrån raderna kom. Den här delen jämförs inte mellan körningar; allt ovanför jämförs.",
        nb: "Hvor radene kom fra. Denne delen sammenlignes ikke mellom kjøringer; alt over gjør det.",
        de: "Woher die Zeilen kamen. Dieser Teil wird zwischen Läufen nicht verglichen; alles darüber schon.",
    };
    NONE = {
        en: "No input was read.",
        sv: "Inga indata lästes.",
        nb: "Ingen inndata ble lest.",
        de: "Es wurde keine Eingabe gelesen.",
    };
    CAPTION_ONE = {
        en: "{0} input, in natural order of their names.",
        sv: "{0} fil, i naturlig ordning efter namn.",
        nb: "{0} fil, i naturlig rekkefølge etter navn.",
        de: "{0} Eingabe, in natürlicher Reihenfolge der Namen.",
    };
    CAPTION = {
        en: "{0} inputs, in natural order of their names.",
        sv: "{0} filer, i naturlig ordning efter namn.",
        nb: "{0} filer, i naturlig rekkefølge etter navn.",
        de: "{0} Eingaben, in natürlicher Reihenfolge der Namen.",
    };
    INPUT = { en: "Input", sv: "Fil", nb: "Fil", de: "Eingabe" };
    SOURCE = { en: "Source", sv: "Källa", nb: "Kilde", de: "Quelle" };
    FORMAT = { en: "Format", sv: "Format", nb: "Format", de: "Format" };
    SIZE = { en: "Size", sv: "Storlek", nb: "Størrelse", de: "Größe" };
    ROWS_IN = { en: "Rows in", sv: "Rader in", nb: "Rader inn", de: "Zeilen gelesen" };
    REJECTED = { en: "Rejected", sv: "Avvisade", nb: "Avvist", de: "Abgewiesen" };
    HASH = { en: "Hash of the content", sv: "Innehållets hash", nb: "Innholdets hash", de: "Hash des Inhalts" };
    FIELDS_OF = { en: "Fields of {0}", sv: "Fält i {0}", nb: "Felter i {0}", de: "Felder von {0}" };
    KIND = {
        en: "Kind {0}. Time: {1}.",
        sv: "Typ {0}. Tid: {1}.",
        nb: "Type {0}. Tid: {1}.",
        de: "Art {0}. Zeit: {1}.",
    };
    FIELD = { en: "Field", sv: "Fält", nb: "Felt", de: "Feld" };
    READ_FROM = { en: "Read from", sv: "Läst från", nb: "Lest fra", de: "Gelesen aus" };
    NOTES = { en: "Notes", sv: "Anmärkningar", nb: "Merknader", de: "Hinweise" };
    TIME_TAKEN = { en: "Time taken", sv: "Tidsåtgång", nb: "Tidsbruk", de: "Zeitbedarf" };
    THREADS = { en: "threads", sv: "trådar", nb: "tråder", de: "Threads" };
    STAGE_OPEN = { en: "open", sv: "öppna", nb: "åpne", de: "öffnen" };
    STAGE_PLAN = { en: "plan", sv: "planera", nb: "planlegge", de: "planen" };
    STAGE_LOAD = { en: "load", sv: "läsa in", nb: "lese inn", de: "laden" };
    STAGE_COMPUTE = { en: "compute", sv: "beräkna", nb: "beregne", de: "berechnen" };
}
