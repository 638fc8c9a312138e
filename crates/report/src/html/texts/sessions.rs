//! Sessions.

use crate::locale::texts;

texts! {
    LEAD = {
        en: "A session is a run of one actor's events without a long gap; its length is the time from its first to its last activity.",
        sv: "En session är en följd av en aktörs händelser utan långt uppehåll; dess längd är tiden från första till sista aktiviteten.",
        nb: "En økt er en rekke hendelser hos én aktør uten lange opphold; lengden er tiden fra første til siste aktivitet.",
        de: "Eine Sitzung ist eine Folge von Ereignissen eines Akteurs ohne lange Pause; ihre Dauer reicht von der ersten bis zur letzten Aktivität.",
    };
    PER_ACTOR = { en: "Sessions per actor", sv: "Sessioner per aktör", nb: "Økter per aktør", de: "Sitzungen je Akteur" };
    PER_SESSION = {
        en: "Active events per session",
        sv: "Aktiva händelser per session",
        nb: "Aktive hendelser per økt",
        de: "Aktive Ereignisse je Sitzung",
    };
    CAPPED = {
        en: "Carried on after a cap",
        sv: "Fortsatta efter ett tak",
        nb: "Fortsatt etter et tak",
        de: "Nach einer Obergrenze fortgesetzt",
    };
    ID_REUSED = {
        en: "Vendor id used again",
        sv: "Leverantörens id återanvänt",
        nb: "Leverandørens ID brukt igjen",
        de: "ID des Anbieters wiederverwendet",
    };
    LENGTH = { en: "Length", sv: "Längd", nb: "Lengde", de: "Dauer" };
    LENGTH_CAPTION = {
        en: "Length of {0}. A value is one of the list, never in between.",
        sv: "Längden på {0}. Ett värde är alltid ett ur listan, aldrig däremellan.",
        nb: "Lengden på {0}. En verdi er alltid en fra listen, aldri imellom.",
        de: "Dauer von {0}. Ein Wert ist immer einer aus der Liste, nie dazwischen.",
    };
    SHORTEST = { en: "Shortest", sv: "Kortaste", nb: "Korteste", de: "Kürzeste" };
    A_QUARTER = {
        en: "A quarter is at most",
        sv: "En fjärdedel är högst",
        nb: "En fjerdedel er høyst",
        de: "Ein Viertel dauert höchstens",
    };
    HALF = {
        en: "Half is at most (median)",
        sv: "Hälften är högst (median)",
        nb: "Halvparten er høyst (median)",
        de: "Die Hälfte dauert höchstens (Median)",
    };
    THREE_QUARTERS = {
        en: "Three quarters are at most",
        sv: "Tre fjärdedelar är högst",
        nb: "Tre fjerdedeler er høyst",
        de: "Drei Viertel dauern höchstens",
    };
    NINE_IN_TEN = {
        en: "Nine in ten are at most",
        sv: "Nio av tio är högst",
        nb: "Ni av ti er høyst",
        de: "Neun von zehn dauern höchstens",
    };
    WHY = { en: "Why they began", sv: "Varför de började", nb: "Hvorfor de begynte", de: "Warum sie begannen" };
    WHY_CAPTION = {
        en: "What made a new session begin. If several reasons hold at once, the first counts.",
        sv: "Vad som fick en ny session att börja. Om flera skäl gäller samtidigt räknas det första.",
        nb: "Hva som fikk en ny økt til å begynne. Hvis flere grunner gjelder samtidig, teller den første.",
        de: "Was eine neue Sitzung beginnen ließ. Gelten mehrere Gründe zugleich, zählt der erste.",
    };
    NONE = {
        en: "There are no sessions.",
        sv: "Det finns inga sessioner.",
        nb: "Det finnes ingen økter.",
        de: "Es gibt keine Sitzungen.",
    };
    SEGMENTS = {
        en: "A session counts under the first filled {0} in it; rows add up to the total.",
        sv: "En session räknas under sitt första ifyllda värde på {0}; raderna summerar till totalen.",
        nb: "En økt telles under sin første utfylte verdi av {0}; radene summerer seg til totalen.",
        de: "Eine Sitzung zählt unter ihrem ersten gefüllten Wert von {0}; die Zeilen ergeben zusammen die Summe.",
    };
}
