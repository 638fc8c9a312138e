//! Words for the keys in results.

use crate::locale::texts;

texts! {
    EMPTY = { en: "(empty)", sv: "(tomt)", nb: "(tomt)", de: "(leer)" };

    JOURNEY_BEGINS = { en: "Journey begins", sv: "Resan börjar", nb: "Reisen begynner", de: "Reise beginnt" };
    SESSION_BEGINS = { en: "Session begins", sv: "Sessionen börjar", nb: "Økten begynner", de: "Sitzung beginnt" };
    BEGAN_EARLIER = { en: "Began earlier", sv: "Började tidigare", nb: "Begynte tidligere", de: "Früher begonnen" };
    JOURNEY_ENDS = { en: "Journey ends", sv: "Resan slutar", nb: "Reisen slutter", de: "Reise endet" };
    SESSION_ENDS = { en: "Session ends", sv: "Sessionen slutar", nb: "Økten slutter", de: "Sitzung endet" };
    STILL_OPEN = { en: "Still open", sv: "Ännu öppen", nb: "Fortsatt åpen", de: "Noch offen" };
    UNCHOSEN = {
        en: "Not in the filter",
        sv: "Utanför filtret",
        nb: "Utenfor filteret",
        de: "Nicht im Filter",
    };

    BEGUN_FIRST = {
        en: "first activity of the actor",
        sv: "aktörens första aktivitet",
        nb: "aktørens første aktivitet",
        de: "erste Aktivität des Akteurs",
    };
    BEGUN_GAP = { en: "time without activity", sv: "tid utan aktivitet", nb: "tid uten aktivitet", de: "Zeit ohne Aktivität" };
    BEGUN_ID = {
        en: "another session id of the vendor",
        sv: "ett annat sessions-id från leverantören",
        nb: "en annen økt-ID fra leverandøren",
        de: "eine andere Sitzungs-ID des Anbieters",
    };
    BEGUN_CAMPAIGN = { en: "a new campaign", sv: "en ny kampanj", nb: "en ny kampanje", de: "eine neue Kampagne" };
    BEGUN_MIDNIGHT = {
        en: "midnight in the report zone",
        sv: "midnatt i rapportens tidszon",
        nb: "midnatt i rapportens tidssone",
        de: "Mitternacht in der Zeitzone des Berichts",
    };
    BEGUN_CAP = {
        en: "the session before reached a cap",
        sv: "sessionen före nådde ett tak",
        nb: "økten før nådde et tak",
        de: "die Sitzung davor erreichte eine Obergrenze",
    };

    ACTOR = { en: "actor", sv: "aktör", nb: "aktør", de: "Akteur" };
    ACTORS = { en: "actors", sv: "aktörer", nb: "aktører", de: "Akteure" };
    SESSION = { en: "session", sv: "session", nb: "økt", de: "Sitzung" };
    SESSIONS = { en: "sessions", sv: "sessioner", nb: "økter", de: "Sitzungen" };
    ATTEMPT = { en: "attempt", sv: "försök", nb: "forsøk", de: "Versuch" };
    ATTEMPTS = { en: "attempts", sv: "försök", nb: "forsøk", de: "Versuche" };

    BEST_ENTRY = {
        en: "each with its best attempt",
        sv: "var och en med sitt bästa försök",
        nb: "hver med sitt beste forsøk",
        de: "jeweils mit dem besten Versuch",
    };
    FIRST_ENTRY = {
        en: "each with its first entry only",
        sv: "var och en med bara sitt första inträde",
        nb: "hver med bare sin første inngang",
        de: "jeweils nur mit dem ersten Eintritt",
    };
    EVERY_ENTRY = {
        en: "every entry for itself",
        sv: "varje inträde för sig",
        nb: "hver inngang for seg",
        de: "jeden Eintritt für sich",
    };

    CART_FILLED = { en: "items put in", sv: "varor ilagda", nb: "varer lagt i", de: "Artikel hineingelegt" };
    CART_VIEWED = { en: "cart viewed", sv: "varukorgen visad", nb: "handlekurven vist", de: "Warenkorb angesehen" };
    CHECKOUT_BEGUN = { en: "checkout begun", sv: "kassan påbörjad", nb: "kassen påbegynt", de: "Kasse begonnen" };
    DELIVERY_CHOSEN = { en: "delivery chosen", sv: "leverans vald", nb: "levering valgt", de: "Lieferung gewählt" };
    PAYMENT_CHOSEN = { en: "payment chosen", sv: "betalning vald", nb: "betaling valgt", de: "Zahlung gewählt" };
    BOUGHT = { en: "bought", sv: "köpt", nb: "kjøpt", de: "gekauft" };
    ITEM_VIEWED = { en: "item viewed", sv: "vara visad", nb: "vare vist", de: "Artikel angesehen" };

    ENDS_AND_KEEPS = {
        en: "{0} ends keeps the steps it had",
        sv: "{0} avslutar behåller de steg det hade",
        nb: "{0} avslutter, beholder stegene det hadde",
        de: "{0} beendet, behält seine erreichten Schritte",
    };
    ENDS_AND_VOIDS = {
        en: "{0} ends counts nothing",
        sv: "{0} avslutar räknas inte alls",
        nb: "{0} avslutter, telles ikke",
        de: "{0} beendet, zählt nicht",
    };
    AFTER_STEP = { en: "{0} after step {1}", sv: "{0} efter steg {1}", nb: "{0} etter steg {1}", de: "{0} nach Schritt {1}" };
    BEFORE_STEP = { en: "{0} before step {1}", sv: "{0} före steg {1}", nb: "{0} før steg {1}", de: "{0} vor Schritt {1}" };
    BETWEEN_STEPS = {
        en: "{0} between steps {1} and {2}",
        sv: "{0} mellan steg {1} och {2}",
        nb: "{0} mellom steg {1} og {2}",
        de: "{0} zwischen den Schritten {1} und {2}",
    };

    BOTS_EXCLUDED = {
        en: "left out before sessions are cut",
        sv: "utelämnade innan sessioner bildas",
        nb: "utelatt før økter dannes",
        de: "ausgelassen, bevor Sitzungen gebildet werden",
    };
    BOTS_INCLUDED = { en: "included", sv: "medräknade", nb: "tatt med", de: "mitgezählt" };
    BOTS_ONLY = {
        en: "only bots are counted",
        sv: "bara bottar räknas",
        nb: "bare roboter telles",
        de: "nur Bots werden gezählt",
    };

    SCOPE_EVENT = { en: "the event itself", sv: "händelsen själv", nb: "hendelsen selv", de: "das Ereignis selbst" };
    SCOPE_SESSION = {
        en: "any event of the session",
        sv: "någon händelse i sessionen",
        nb: "en hendelse i økten",
        de: "irgendein Ereignis der Sitzung",
    };
    SCOPE_ACTOR = {
        en: "any event of the actor",
        sv: "någon händelse hos aktören",
        nb: "en hendelse hos aktøren",
        de: "irgendein Ereignis des Akteurs",
    };
    SCOPE_USUAL = {
        en: "the event itself in funnels and paths, any event of the session elsewhere",
        sv: "händelsen själv i trattar och vägar, annars någon händelse i sessionen",
        nb: "hendelsen selv i trakter og veier, ellers en hendelse i økten",
        de: "das Ereignis selbst in Trichtern und Wegen, sonst irgendein Ereignis der Sitzung",
    };

    END_TO = {
        en: "given with --to, exclusive",
        sv: "angett med --to, ej inräknat",
        nb: "angitt med --to, ikke medregnet",
        de: "mit --to angegeben, nicht einschließlich",
    };
    END_AS_OF = { en: "given as as_of", sv: "angett som as_of", nb: "angitt som as_of", de: "als as_of angegeben" };
    END_ACTIVITY = {
        en: "the last activity in the data",
        sv: "den sista aktiviteten i underlaget",
        nb: "den siste aktiviteten i dataene",
        de: "die letzte Aktivität in den Daten",
    };
    END_EVENT = {
        en: "the last event in the data",
        sv: "den sista händelsen i underlaget",
        nb: "den siste hendelsen i dataene",
        de: "das letzte Ereignis in den Daten",
    };

    EVERY_TIME_HAS_ZONE = {
        en: "every time in the data says its zone",
        sv: "varje tid i underlaget anger sin tidszon",
        nb: "hvert tidspunkt i dataene oppgir sin tidssone",
        de: "jede Zeit in den Daten nennt ihre Zeitzone",
    };
    /// After the zone in `source_time_zone` where nobody has set one.
    ASSUMED = { en: " (assumed)", sv: " (antaget)", nb: " (antatt)", de: " (angenommen)" };
    READ_AS = {
        en: "times without a zone were read as {0}",
        sv: "tider utan tidszon lästes som {0}",
        nb: "tidspunkter uten tidssone ble lest som {0}",
        de: "Zeiten ohne Zeitzone wurden als {0} gelesen",
    };

    NO_EVENT_TIME = { en: "no event time", sv: "tidpunkt saknas", nb: "tidspunkt mangler", de: "Zeitpunkt fehlt" };
    BAD_EVENT_TIME = {
        en: "event time not readable",
        sv: "tidpunkten går inte att läsa",
        nb: "tidspunktet kan ikke leses",
        de: "Zeitpunkt nicht lesbar",
    };
    NO_EVENT_NAME = {
        en: "no event name",
        sv: "händelsens namn saknas",
        nb: "hendelsens navn mangler",
        de: "Name des Ereignisses fehlt",
    };
    FIELD_COUNT = {
        en: "other number of fields than the header",
        sv: "annat antal fält än rubrikraden",
        nb: "annet antall felter enn overskriften",
        de: "andere Anzahl Felder als die Kopfzeile",
    };
    BAD_JSON = {
        en: "not a valid JSON object",
        sv: "inte ett giltigt JSON-objekt",
        nb: "ikke et gyldig JSON-objekt",
        de: "kein gültiges JSON-Objekt",
    };
    BAD_UTF8 = { en: "not valid UTF-8", sv: "inte giltig UTF-8", nb: "ikke gyldig UTF-8", de: "kein gültiges UTF-8" };
    EXCLUDED_BY_SOURCE = {
        en: "marked as excluded by the source",
        sv: "märkt som utesluten av källan",
        nb: "merket som utelatt av kilden",
        de: "von der Quelle als ausgeschlossen markiert",
    };
    BAD_LINE = {
        en: "not a line of this format",
        sv: "ingen rad i det här formatet",
        nb: "ikke en linje i dette formatet",
        de: "keine Zeile dieses Formats",
    };
    LINE_TOO_LONG = { en: "line too long", sv: "raden är för lång", nb: "linjen er for lang", de: "Zeile zu lang" };

    OTHER_PHASE = { en: "{0} other phase", sv: "{0} annan fas", nb: "{0} annen fase", de: "{0} weitere Phase" };
    OTHER_PHASES = { en: "{0} other phases", sv: "{0} andra faser", nb: "{0} andre faser", de: "{0} weitere Phasen" };
    OTHER_EVENT = { en: "{0} other event", sv: "{0} annan händelse", nb: "{0} annen hendelse", de: "{0} weiteres Ereignis" };
    OTHER_EVENTS = {
        en: "{0} other events",
        sv: "{0} andra händelser",
        nb: "{0} andre hendelser",
        de: "{0} weitere Ereignisse",
    };
    OTHER_PAGE = { en: "{0} other page", sv: "{0} annan sida", nb: "{0} annen side", de: "{0} weitere Seite" };
    OTHER_PAGES = { en: "{0} other pages", sv: "{0} andra sidor", nb: "{0} andre sider", de: "{0} weitere Seiten" };
}
