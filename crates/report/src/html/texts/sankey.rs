//! Links between what comes before and what comes next.

use crate::locale::texts;

texts! {
    NOTHING = {
        en: "There is nothing that leads to something else.",
        sv: "Det finns inget som leder till något annat.",
        nb: "Det finnes ingenting som fører til noe annet.",
        de: "Es gibt nichts, das zu etwas anderem führt.",
    };
    CAPTION = {
        en: "Left is what comes before, right what comes next. The thicker a link, the more often; numbers are those of the nodes.",
        sv: "Till vänster står det som kommer före, till höger det som kommer härnäst. Ju tjockare länk, desto oftare; talen hör till noderna.",
        nb: "Til venstre står det som kommer før, til høyre det som kommer etterpå. Jo tykkere lenke, desto oftere; tallene hører til nodene.",
        de: "Links steht, was vorher kommt, rechts, was danach kommt. Je dicker eine Verbindung, desto häufiger; die Zahlen gehören zu den Knoten.",
    };
    SUMMED = {
        en: "The largest have a node of their own; the other {0} are one node.",
        sv: "De största har en egen nod; de övriga {0} är en enda nod.",
        nb: "De største har en egen node; de øvrige {0} er én node.",
        de: "Die größten haben einen eigenen Knoten; die übrigen {0} sind ein einziger.",
    };
    BETWEEN_PHASES = {
        en: "Moves between journey phases",
        sv: "Förflyttningar mellan resans faser",
        nb: "Bevegelser mellom reisens faser",
        de: "Wechsel zwischen den Phasen der Reise",
    };
    BETWEEN_EVENTS = {
        en: "Moves between events",
        sv: "Förflyttningar mellan händelser",
        nb: "Bevegelser mellom hendelser",
        de: "Wechsel zwischen Ereignissen",
    };
    BETWEEN_PAGES = {
        en: "Moves between pages",
        sv: "Förflyttningar mellan sidor",
        nb: "Bevegelser mellom sider",
        de: "Wechsel zwischen Seiten",
    };
    PAGES_TITLE = { en: "Page flow", sv: "Sidflöde", nb: "Sideflyt", de: "Seitenfluss" };
    PAGES_LEAD = {
        en: "Which page is viewed directly after which within one session.",
        sv: "Vilken sida som visas direkt efter vilken inom en session.",
        nb: "Hvilken side som vises rett etter hvilken innenfor en økt.",
        de: "Welche Seite innerhalb einer Sitzung direkt nach welcher aufgerufen wird.",
    };
    NO_PAGES = {
        en: "The log has no views of pages.",
        sv: "Loggen har inga sidvisningar.",
        nb: "Loggen har ingen sidevisninger.",
        de: "Das Protokoll enthält keine Seitenaufrufe.",
    };
    MOVES_LEFT_OUT = {
        en: "The JSON document leaves out the {0} least frequent moves; kundresa transitions --of pages has all of them.",
        sv: "JSON-dokumentet utelämnar de {0} ovanligaste förflyttningarna; kundresa transitions --of pages har alla.",
        nb: "JSON-dokumentet utelater de {0} sjeldneste bevegelsene; kundresa transitions --of pages har alle.",
        de: "Das JSON-Dokument lässt die {0} seltensten Wechsel weg; kundresa transitions --of pages enthält alle.",
    };
    LEFT_OUT = {
        en: "The JSON document leaves out the {0} least frequent moves and the {1} least viewed pages; kundresa transitions --of pages has all of them.",
        sv: "JSON-dokumentet utelämnar de {0} ovanligaste förflyttningarna och de {1} minst visade sidorna; kundresa transitions --of pages har alla.",
        nb: "JSON-dokumentet utelater de {0} sjeldneste bevegelsene og de {1} minst viste sidene; kundresa transitions --of pages har alle.",
        de: "Das JSON-Dokument lässt die {0} seltensten Wechsel und die {1} am wenigsten aufgerufenen Seiten weg; kundresa transitions --of pages enthält alle.",
    };
    MOVE_ONE = { en: "move", sv: "förflyttning", nb: "bevegelse", de: "Wechsel" };
    MOVE_MANY = { en: "moves", sv: "förflyttningar", nb: "bevegelser", de: "Wechsel" };
    JOURNEY_BEGINS = { en: "Journey begins", sv: "Resan börjar", nb: "Reisen begynner", de: "Reise beginnt" };
    JOURNEY_ENDS = { en: "Journey ends", sv: "Resan slutar", nb: "Reisen slutter", de: "Reise endet" };
    SESSION_BEGINS = { en: "Session begins", sv: "Sessionen börjar", nb: "Økten begynner", de: "Sitzung beginnt" };
    SESSION_ENDS = { en: "Session ends", sv: "Sessionen slutar", nb: "Økten slutter", de: "Sitzung endet" };
    BEGAN_EARLIER = { en: "Began earlier", sv: "Började tidigare", nb: "Begynte tidligere", de: "Früher begonnen" };
    STILL_OPEN = { en: "Still open", sv: "Ännu öppen", nb: "Fortsatt åpen", de: "Noch offen" };
    UNCHOSEN = { en: "Not in the filter", sv: "Utanför filtret", nb: "Utenfor filteret", de: "Nicht im Filter" };
    OTHER = { en: "{0} others", sv: "{0} övriga", nb: "{0} øvrige", de: "{0} übrige" };
    FROM = { en: "From", sv: "Från", nb: "Fra", de: "Von" };
    TO = { en: "To", sv: "Till", nb: "Til", de: "Nach" };
    COUNT = { en: "Count", sv: "Antal", nb: "Antall", de: "Anzahl" };
    SHARE = { en: "Share of what follows", sv: "Andel av det som följer", nb: "Andel av det som følger", de: "Anteil am Folgenden" };
    TABLE_CAPTION = {
        en: "By falling count. The share is of everything that follows the first.",
        sv: "Efter fallande antal. Andelen är av allt som följer på det första.",
        nb: "Etter fallende antall. Andelen er av alt som følger etter det første.",
        de: "Nach fallender Anzahl. Der Anteil bezieht sich auf alles, was auf das Erste folgt.",
    };
}
