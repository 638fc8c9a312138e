//! Journey phases.

use crate::locale::texts;

texts! {
    TITLE = { en: "Journey phases", sv: "Resans faser", nb: "Reisens faser", de: "Phasen der Reise" };
    LEAD = {
        en: "Each visitor of a phase has moved on, left from there, or may still come back. A journey is over after {0} without activity.",
        sv: "Varje besökare i en fas har gått vidare, lämnat därifrån eller kan ännu komma tillbaka. En resa är över efter {0} utan aktivitet.",
        nb: "Hver besøkende i en fase har gått videre, forlatt den for godt eller kan fortsatt komme tilbake. En reise er over etter {0} uten aktivitet.",
        de: "Jeder Besucher einer Phase ist weitergezogen, hat die Reise dort beendet oder kann noch zurückkommen. Eine Reise ist nach {0} ohne Aktivität vorbei.",
    };
    RULES_ONE = {
        en: "{0} actor, {1} of them without an event in any phase.",
        sv: "{0} aktör, {1} av dem utan händelse i någon fas.",
        nb: "{0} aktør, {1} av dem uten hendelse i noen fase.",
        de: "{0} Akteur, davon {1} ohne Ereignis in einer Phase.",
    };
    RULES = {
        en: "{0} actors, {1} of them without an event in any phase.",
        sv: "{0} aktörer, {1} av dem utan händelse i någon fas.",
        nb: "{0} aktører, {1} av dem uten hendelse i noen fase.",
        de: "{0} Akteure, davon {1} ohne Ereignis in einer Phase.",
    };
    MOVED_ON = { en: "Moved on", sv: "Gick vidare", nb: "Gikk videre", de: "Weitergezogen" };
    LOST_BEFORE = { en: "Lost before {0}", sv: "Tappade före {0}", nb: "Mistet før {0}", de: "Verloren vor {0}" };
    ENDED_HERE_AFTER = {
        en: "Ended here after {0}",
        sv: "Avslutade här efter {0}",
        nb: "Sluttet her etter {0}",
        de: "Hier beendet nach {0}",
    };
    ENDED_AFTER = { en: "Ended after {0}", sv: "Avslutade efter {0}", nb: "Sluttet etter {0}", de: "Beendet nach {0}" };
    STILL_OPEN = { en: "Still open", sv: "Ännu öppna", nb: "Fortsatt åpne", de: "Noch offen" };
    PART_MOVED_ON = { en: "moved on", sv: "gick vidare", nb: "gikk videre", de: "weitergezogen" };
    PART_LOST = {
        en: "lost before the goal",
        sv: "tappade före målet",
        nb: "mistet før målet",
        de: "vor dem Ziel verloren",
    };
    PART_ENDED = {
        en: "ended after the goal",
        sv: "avslutade efter målet",
        nb: "sluttet etter målet",
        de: "nach dem Ziel beendet",
    };
    PART_OPEN = { en: "still open", sv: "ännu öppna", nb: "fortsatt åpne", de: "noch offen" };
    OF_ACTORS = { en: "of actors", sv: "av aktörerna", nb: "av aktørene", de: "der Akteure" };
    PHASE_BY_PHASE = { en: "Phase by phase", sv: "Fas för fas", nb: "Fase for fase", de: "Phase für Phase" };
    CAPTION = {
        en: "Visitors = moved on + lost + ended after the goal + still open. {0} is the time from the first event of a visit to the first of the next visit, so it may span absences; {1} is the time inside sessions.",
        sv: "Besökare = gick vidare + tappade + avslutade efter målet + ännu öppna. {0} är tiden från ett besöks första händelse till nästa besöks första, så den kan omfatta frånvaro; {1} är tiden inom sessioner.",
        nb: "Besøkende = gikk videre + mistet + sluttet etter målet + fortsatt åpne. {0} er tiden fra den første hendelsen i et besøk til den første i neste besøk, så den kan omfatte fravær; {1} er tiden i økter.",
        de: "Besucher = weitergezogen + verloren + nach dem Ziel beendet + noch offen. {0} ist die Zeit vom ersten Ereignis eines Besuchs bis zum ersten des nächsten Besuchs, kann also Abwesenheiten umfassen; {1} ist die Zeit in Sitzungen.",
    };
    STAY = { en: "Stay", sv: "Vistelse", nb: "Opphold", de: "Aufenthalt" };
    ACTIVE = { en: "active", sv: "aktiv tid", nb: "aktiv tid", de: "aktive Zeit" };
    MEDIAN_STAY = { en: "Median stay", sv: "Vistelse, median", nb: "Opphold, median", de: "Aufenthalt, Median" };
    MEDIAN_ACTIVE = { en: "Median active", sv: "Aktiv tid, median", nb: "Aktiv tid, median", de: "Aktive Zeit, Median" };
    SEGMENTS = {
        en: "Visitors of each phase and their share of the segment. An actor counts under its first {0}; rows add up to the total.",
        sv: "Besökare i varje fas och deras andel av segmentet. En aktör räknas under sitt första värde på {0}; raderna summerar till totalen.",
        nb: "Besøkende i hver fase og deres andel av segmentet. En aktør telles under sin første verdi av {0}; radene summerer seg til totalen.",
        de: "Besucher jeder Phase und ihr Anteil am Segment. Ein Akteur zählt unter seinem ersten Wert von {0}; die Zeilen ergeben zusammen die Summe.",
    };
}
