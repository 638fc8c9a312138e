//! Data quality.

use crate::locale::texts;

texts! {
    TITLE = { en: "Data quality", sv: "Datakvalitet", nb: "Datakvalitet", de: "Datenqualität" };
    LEAD = {
        en: "Every row that was read is an event, a duplicate or rejected with a reason. Nothing is lost silently.",
        sv: "Varje rad som lästes är en händelse, en dubblett eller avvisad med ett skäl. Inget försvinner i tysthet.",
        nb: "Hver rad som ble lest, er en hendelse, en dublett eller avvist med en grunn. Ingenting forsvinner i stillhet.",
        de: "Jede gelesene Zeile ist ein Ereignis, ein Duplikat oder mit einem Grund abgewiesen. Nichts geht stillschweigend verloren.",
    };
    ROWS_IN = { en: "rows in", sv: "rader in", nb: "rader inn", de: "Zeilen gelesen" };
    SUM_EVENTS = { en: "events", sv: "händelser", nb: "hendelser", de: "Ereignisse" };
    SUM_DUPLICATES = { en: "duplicates", sv: "dubbletter", nb: "dubletter", de: "Duplikate" };
    SUM_REJECTED = { en: "rejected", sv: "avvisade", nb: "avvist", de: "abgewiesen" };
    SUM_REPLACED = { en: "replaced", sv: "ersatta", nb: "erstattet", de: "ersetzt" };
    SUM_FORGOTTEN = { en: "forgotten", sv: "glömda", nb: "glemt", de: "vergessen" };

    REJECTED_TITLE = {
        en: "Rejected rows by reason",
        sv: "Avvisade rader per skäl",
        nb: "Avviste rader etter grunn",
        de: "Abgewiesene Zeilen nach Grund",
    };
    REJECTED_CAPTION = {
        en: "Share of all rows read.",
        sv: "Andel av alla lästa rader.",
        nb: "Andel av alle leste rader.",
        de: "Anteil an allen gelesenen Zeilen.",
    };
    REASON = { en: "Reason", sv: "Skäl", nb: "Grunn", de: "Grund" };
    ROWS = { en: "Rows", sv: "Rader", nb: "Rader", de: "Zeilen" };
    EXAMPLES_TITLE = {
        en: "Examples of rejected rows",
        sv: "Exempel på avvisade rader",
        nb: "Eksempler på avviste rader",
        de: "Beispiele abgewiesener Zeilen",
    };
    EXAMPLES_CAPTION = {
        en: "Examples, as they stand in the input.",
        sv: "Exempel, så som de står i indata.",
        nb: "Eksempler, slik de står i inndataene.",
        de: "Beispiele, so wie sie in der Eingabe stehen.",
    };
    WRITES_ALL = {
        en: " {0} writes all of them.",
        sv: " {0} skriver alla till en fil.",
        nb: " {0} skriver alle til en fil.",
        de: " {0} schreibt alle in eine Datei.",
    };
    INPUT = { en: "Input", sv: "Indata", nb: "Inndata", de: "Eingabe" };
    LINE = { en: "Line", sv: "Rad", nb: "Linje", de: "Zeile" };
    WHAT_WAS_WRONG = { en: "What was wrong", sv: "Vad som var fel", nb: "Hva som var feil", de: "Was falsch war" };
    ROW = { en: "Row", sv: "Radens innehåll", nb: "Radens innhold", de: "Inhalt der Zeile" };

    IDENTITY_TITLE = {
        en: "Identifiers and repeats",
        sv: "Identifierare och upprepningar",
        nb: "Identifikatorer og gjentakelser",
        de: "Kennungen und Wiederholungen",
    };
    IDENTITY_CAPTION = {
        en: "What was noticed while loading.",
        sv: "Vad som märktes under inläsningen.",
        nb: "Hva som ble merket under innlesingen.",
        de: "Was beim Laden auffiel.",
    };
    DISTINCT_ACTORS = { en: "Distinct actors", sv: "Olika aktörer", nb: "Ulike aktører", de: "Verschiedene Akteure" };
    UNIDENTIFIED = {
        en: "Events without any identifier",
        sv: "Händelser utan någon identifierare",
        nb: "Hendelser uten noen identifikator",
        de: "Ereignisse ohne jede Kennung",
    };
    ID_CONFLICTS = {
        en: "Event ids under several identifiers, all kept",
        sv: "Händelse-id under flera identifierare, alla behållna",
        nb: "Hendelses-ID-er under flere identifikatorer, alle beholdt",
        de: "Ereignis-IDs unter mehreren Kennungen, alle behalten",
    };
    REPEATED_ROWS = {
        en: "Identical rows without an event id, all kept",
        sv: "Likadana rader utan händelse-id, alla behållna",
        nb: "Like rader uten hendelses-ID, alle beholdt",
        de: "Gleiche Zeilen ohne Ereignis-ID, alle behalten",
    };
    REPEATED_ORDERS = {
        en: "Purchases that repeat an order id",
        sv: "Köp som upprepar ett order-id",
        nb: "Kjøp som gjentar en ordre-ID",
        de: "Käufe, die eine Bestell-ID wiederholen",
    };
    BAD_VALUES = {
        en: "Money values not readable, rows kept",
        sv: "Belopp som inte går att läsa, raderna behållna",
        nb: "Beløp som ikke kan leses, radene beholdt",
        de: "Nicht lesbare Geldbeträge, Zeilen behalten",
    };

    PLACES_TITLE = {
        en: "Where the events are",
        sv: "Var händelserna finns",
        nb: "Hvor hendelsene er",
        de: "Wo die Ereignisse sind",
    };
    PLACES_CAPTION = {
        en: "Every event is in one of these places.",
        sv: "Varje händelse finns på ett av dessa ställen.",
        nb: "Hver hendelse er på ett av disse stedene.",
        de: "Jedes Ereignis ist an einer dieser Stellen.",
    };
    IN_SESSIONS = {
        en: "in the sessions counted",
        sv: "i de räknade sessionerna",
        nb: "i de talte øktene",
        de: "in den gezählten Sitzungen",
    };
    IN_UNCHOSEN = {
        en: "in sessions not chosen by a filter",
        sv: "i sessioner som ett filter inte valt",
        nb: "i økter som et filter ikke har valgt",
        de: "in Sitzungen, die ein Filter nicht gewählt hat",
    };
    OF_BOTS = {
        en: "left out by --bots",
        sv: "utelämnade genom --bots",
        nb: "utelatt med --bots",
        de: "durch --bots ausgelassen",
    };
    IN_NO_SESSION = { en: "in no session", sv: "i ingen session", nb: "i ingen økt", de: "in keiner Sitzung" };
    AFTER_END = {
        en: "after the end of the data",
        sv: "efter underlagets slut",
        nb: "etter slutten på dataene",
        de: "nach dem Ende der Daten",
    };
    WITHOUT_ACTOR = {
        en: "without an actor (part of those above)",
        sv: "utan aktör (ingår i dem ovan)",
        nb: "uten aktør (inngår i dem over)",
        de: "ohne Akteur (oben enthalten)",
    };

    COVERAGE_TITLE = {
        en: "Coverage by phase rule",
        sv: "Täckning per fasregel",
        nb: "Dekning etter faseregel",
        de: "Abdeckung nach Phasenregel",
    };
    COVERAGE_CAPTION = {
        en: "Share of the events with an actor, without bots and rows made by the vendor, that each rule put into a phase. Without the last rule: {0}.",
        sv: "Andel av händelserna med aktör, utan bottar och rader som leverantören skapat, som varje regel lade i en fas. Utan den sista regeln: {0}.",
        nb: "Andel av hendelsene med aktør, uten roboter og rader laget av leverandøren, som hver regel la i en fase. Uten den siste regelen: {0}.",
        de: "Anteil der Ereignisse mit Akteur, ohne Bots und vom Anbieter erzeugte Zeilen, die jede Regel einer Phase zuordnet. Ohne die letzte Regel: {0}.",
    };
    RULE = { en: "Rule", sv: "Regel", nb: "Regel", de: "Regel" };
}
