//! Headings and sentences that several sections share.

use crate::locale::texts;

texts! {
    BY = { en: "By {0}", sv: "Per {0}", nb: "Per {0}", de: "Nach {0}" };
    MORE_IN_JSON_ONE = {
        en: " {0} more is in the JSON document.",
        sv: " {0} till finns i JSON-dokumentet.",
        nb: " {0} til finnes i JSON-dokumentet.",
        de: " Im JSON-Dokument steht {0} mehr.",
    };
    MORE_IN_JSON = {
        en: " {0} more are in the JSON document.",
        sv: " {0} till finns i JSON-dokumentet.",
        nb: " {0} til finnes i JSON-dokumentet.",
        de: " Im JSON-Dokument stehen {0} weitere.",
    };
    ACTORS = { en: "Actors", sv: "Aktörer", nb: "Aktører", de: "Akteure" };
    SESSIONS = { en: "Sessions", sv: "Sessioner", nb: "Økter", de: "Sitzungen" };
    JOURNEYS = { en: "Journeys", sv: "Resor", nb: "Reiser", de: "Reisen" };
    EVENTS = { en: "Events", sv: "Händelser", nb: "Hendelser", de: "Ereignisse" };
    VISITORS = { en: "Visitors", sv: "Besökare", nb: "Besøkende", de: "Besucher" };
    VISITS = { en: "Visits", sv: "Besök", nb: "Besøk", de: "Besuche" };
    PHASE = { en: "Phase", sv: "Fas", nb: "Fase", de: "Phase" };
    COUNT = { en: "Count", sv: "Antal", nb: "Antall", de: "Anzahl" };
    ALL_OF_THEM = { en: "All", sv: "Alla", nb: "Alle", de: "Alle" };
    CONVERSION = { en: "Conversion", sv: "Konvertering", nb: "Konvertering", de: "Konversion" };
    MEDIAN = { en: "Median", sv: "Median", nb: "Median", de: "Median" };
    LONGEST = { en: "Longest", sv: "Längsta", nb: "Lengste", de: "Längste" };
    SINGLE_EVENT = {
        en: "With a single event",
        sv: "Med en enda händelse",
        nb: "Med én hendelse",
        de: "Mit nur einem Ereignis",
    };
    COVERED = {
        en: "Phases cover {0} events.",
        sv: "Faserna täcker {0} händelser.",
        nb: "Fasene dekker {0} hendelser.",
        de: "Die Phasen decken {0} Ereignissen ab.",
    };
    LEGEND = { en: "Legend", sv: "Teckenförklaring", nb: "Tegnforklaring", de: "Legende" };
}
