//! What comes next.

use crate::locale::texts;

texts! {
    PHASE_TITLE = { en: "Phase flow", sv: "Fasflöde", nb: "Faseflyt", de: "Phasenfluss" };
    PHASE_LEAD = {
        en: "A visit is a run of events of one actor in one phase. Each visit leads to the next one, or the journey ends or is still open.",
        sv: "Ett besök är en följd av händelser hos en aktör i en fas. Varje besök leder till nästa, eller så slutar resan eller är ännu öppen.",
        nb: "Et besøk er en rekke hendelser hos én aktør i én fase. Hvert besøk fører til det neste, eller reisen slutter eller er fortsatt åpen.",
        de: "Ein Besuch ist eine Folge von Ereignissen eines Akteurs in einer Phase. Jeder Besuch führt zum nächsten, oder die Reise endet oder ist noch offen.",
    };
    NO_PHASE = {
        en: "No actor was seen in any phase.",
        sv: "Ingen aktör sågs i någon fas.",
        nb: "Ingen aktør ble sett i noen fase.",
        de: "Kein Akteur wurde in einer Phase gesehen.",
    };
    MOVES_BACK_ONE = {
        en: "{0} move leads back to an earlier phase. ",
        sv: "{0} förflyttning leder tillbaka till en tidigare fas. ",
        nb: "{0} bevegelse fører tilbake til en tidligere fase. ",
        de: "{0} Wechsel führt in eine frühere Phase zurück. ",
    };
    MOVES_BACK = {
        en: "{0} moves lead back to an earlier phase. ",
        sv: "{0} förflyttningar leder tillbaka till en tidigare fas. ",
        nb: "{0} bevegelser fører tilbake til en tidligere fase. ",
        de: "{0} Wechsel führen in eine frühere Phase zurück. ",
    };
    UNSEEN_ONE = {
        en: "{0} actor was seen in no phase and is not counted here.",
        sv: "{0} aktör sågs inte i någon fas och räknas inte här.",
        nb: "{0} aktør ble ikke sett i noen fase og telles ikke her.",
        de: "{0} Akteur wurde in keiner Phase gesehen und zählt hier nicht.",
    };
    UNSEEN = {
        en: "{0} actors were seen in no phase and are not counted here.",
        sv: "{0} aktörer sågs inte i någon fas och räknas inte här.",
        nb: "{0} aktører ble ikke sett i noen fase og telles ikke her.",
        de: "{0} Akteure wurden in keiner Phase gesehen und zählen hier nicht.",
    };
    PHASE_TO_PHASE = { en: "From phase to phase", sv: "Från fas till fas", nb: "Fra fase til fase", de: "Von Phase zu Phase" };
    MATRIX_OF_VISITS = {
        en: "Rows lead to columns: the count, and its share of the row's visits (n in the first column). The stronger the shade, the larger the share.",
        sv: "Rader leder till kolumner: antalet, och dess andel av radens besök (n i första kolumnen). Ju starkare färg, desto större andel.",
        nb: "Rader fører til kolonner: antallet, og dets andel av radens besøk (n i første kolonne). Jo sterkere farge, desto større andel.",
        de: "Zeilen führen zu Spalten: die Anzahl und ihr Anteil an den Besuchen der Zeile (n in der ersten Spalte). Je kräftiger die Tönung, desto größer der Anteil.",
    };
    MATRIX_OF_EVENTS = {
        en: "Rows lead to columns: the count, and its share of the row's occurrences (n in the first column). The stronger the shade, the larger the share.",
        sv: "Rader leder till kolumner: antalet, och dess andel av radens förekomster (n i första kolumnen). Ju starkare färg, desto större andel.",
        nb: "Rader fører til kolonner: antallet, og dets andel av radens forekomster (n i første kolonne). Jo sterkere farge, desto større andel.",
        de: "Zeilen führen zu Spalten: die Anzahl und ihr Anteil an allen Vorkommen der Zeile (n in der ersten Spalte). Je kräftiger die Tönung, desto größer der Anteil.",
    };
    EVENT_TITLE = { en: "Event transitions", sv: "Händelseövergångar", nb: "Hendelsesoverganger", de: "Ereignisübergänge" };
    EVENT_LEAD = {
        en: "Which event follows directly on which within one session.",
        sv: "Vilken händelse som följer direkt på vilken inom en session.",
        nb: "Hvilken hendelse som følger direkte på hvilken i én økt.",
        de: "Welches Ereignis innerhalb einer Sitzung unmittelbar auf welches folgt.",
    };
    NO_EVENT = {
        en: "No session has an event.",
        sv: "Ingen session har någon händelse.",
        nb: "Ingen økt har noen hendelse.",
        de: "Keine Sitzung hat ein Ereignis.",
    };
    OWN_ROW_ONE = {
        en: " The {0} most frequent events have their own row; {1} other is summed.",
        sv: " De {0} vanligaste händelserna har en egen rad; {1} annan är summerad.",
        nb: " De {0} vanligste hendelsene har en egen rad; {1} annen er summert.",
        de: " Die {0} häufigsten Ereignisse haben eine eigene Zeile; {1} weiteres ist zusammengefasst.",
    };
    OWN_ROW = {
        en: " The {0} most frequent events have their own row; {1} others are summed.",
        sv: " De {0} vanligaste händelserna har en egen rad; {1} andra är summerade.",
        nb: " De {0} vanligste hendelsene har en egen rad; {1} andre er summert.",
        de: " Die {0} häufigsten Ereignisse haben eine eigene Zeile; {1} weitere sind zusammengefasst.",
    };
    MOST_FREQUENT = { en: "Most frequent", sv: "Vanligast", nb: "Vanligst", de: "Am häufigsten" };
    LISTED = {
        en: "By falling count. The share is of everything that follows the first event.",
        sv: "Efter fallande antal. Andelen gäller allt som följer på den första händelsen.",
        nb: "Etter fallende antall. Andelen gjelder alt som følger på den første hendelsen.",
        de: "Nach fallender Anzahl. Der Anteil bezieht sich auf alles, was auf das erste Ereignis folgt.",
    };
    FROM = { en: "From", sv: "Från", nb: "Fra", de: "Von" };
    TO = { en: "To", sv: "Till", nb: "Til", de: "Zu" };
    SHARE = {
        en: "Share of what follows",
        sv: "Andel av det som följer",
        nb: "Andel av det som følger",
        de: "Anteil am Folgenden",
    };
    SEGMENTS = {
        en: "Each is counted under its first filled {0}. The most frequent transition of each segment; all of them are in the JSON document.",
        sv: "Var och en räknas under sitt första ifyllda värde på {0}. Den vanligaste övergången i varje segment; alla finns i JSON-dokumentet.",
        nb: "Hver telles under sin første utfylte verdi av {0}. Den vanligste overgangen i hvert segment; alle finnes i JSON-dokumentet.",
        de: "Gezählt wird unter dem ersten gefüllten Wert von {0}. Der häufigste Übergang jedes Segments; alle stehen im JSON-Dokument.",
    };
}
