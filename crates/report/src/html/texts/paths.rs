//! Paths as a tree, and the most frequent ones.

use crate::locale::texts;

texts! {
    TITLE = { en: "Paths", sv: "Vägar", nb: "Veier", de: "Wege" };
    LEAD = {
        en: "Which ways people take: what they do first, what comes next, and where they end.",
        sv: "Vilka vägar människor tar: vad de gör först, vad som kommer härnäst och var de slutar.",
        nb: "Hvilke veier folk tar: hva de gjør først, hva som kommer etterpå, og hvor de ender.",
        de: "Welche Wege die Leute nehmen: was sie zuerst tun, was danach kommt und wo sie enden.",
    };
    LEFT_OUT = {
        en: "Paths are left out: a privacy threshold is set, and how many actors a path is of is not counted.",
        sv: "Vägar är utelämnade: en integritetsgräns gäller, och hur många aktörer en väg omfattar räknas inte.",
        nb: "Veier er utelatt: en personverngrense gjelder, og hvor mange aktører en vei omfatter, telles ikke.",
        de: "Wege sind ausgelassen: Es gilt eine Datenschutzschwelle, und zu wie vielen Akteuren ein Weg gehört, wird nicht gezählt.",
    };
    NOTHING = { en: "There are no paths.", sv: "Det finns inga vägar.", nb: "Det finnes ingen veier.", de: "Es gibt keine Wege." };
    FORWARD = { en: "From the start", sv: "Från början", nb: "Fra starten", de: "Vom Anfang an" };
    BACKWARD = { en: "Back from the end", sv: "Bakåt från slutet", nb: "Bakover fra slutten", de: "Vom Ende zurück" };
    FORWARD_FROM = { en: "On from {0}", sv: "Vidare från {0}", nb: "Videre fra {0}", de: "Weiter ab {0}" };
    BACKWARD_FROM = {
        en: "What led to {0}",
        sv: "Vad som ledde till {0}",
        nb: "Hva som førte til {0}",
        de: "Was zu {0} geführt hat",
    };
    OF_EVENTS = {
        en: "Up to {0} events long.",
        sv: "Högst {0} händelser långa.",
        nb: "Høyst {0} hendelser lange.",
        de: "Höchstens {0} Ereignisse lang.",
    };
    OF_PAGES = { en: "Up to {0} pages long.", sv: "Högst {0} sidor långa.", nb: "Høyst {0} sider lange.", de: "Höchstens {0} Seiten lang." };
    IN_SESSIONS = {
        en: "{0} paths, in {1} sessions.",
        sv: "{0} vägar, i {1} sessioner.",
        nb: "{0} veier, i {1} økter.",
        de: "{0} Wege, in {1} Sitzungen.",
    };
    OF_ACTORS = {
        en: "{0} paths, of {1} actors.",
        sv: "{0} vägar, av {1} aktörer.",
        nb: "{0} veier, av {1} aktører.",
        de: "{0} Wege, von {1} Akteuren.",
    };
    FIRST = { en: "The first of them counts.", sv: "Den första av dem räknas.", nb: "Den første av dem telles.", de: "Es zählt der erste." };
    LAST = { en: "The last of them counts.", sv: "Den sista av dem räknas.", nb: "Den siste av dem telles.", de: "Es zählt der letzte." };
    EVERY = { en: "Each of them counts.", sv: "Var och en av dem räknas.", nb: "Hver av dem telles.", de: "Es zählt jeder." };
    ENDS = { en: "Ends here", sv: "Slutar här", nb: "Slutter her", de: "Endet hier" };
    BEGINS = { en: "Begins here", sv: "Börjar här", nb: "Begynner her", de: "Beginnt hier" };
    END_HERE = { en: "{0} end here", sv: "{0} slutar här", nb: "{0} slutter her", de: "{0} enden hier" };
    BEGIN_HERE = { en: "{0} begin here", sv: "{0} börjar här", nb: "{0} begynner her", de: "{0} beginnen hier" };
    OTHERS = { en: "{0} others", sv: "{0} övriga", nb: "{0} øvrige", de: "{0} übrige" };
    TREE_CAPTION = {
        en: "Open a step to see what comes next. Shares are of all paths. What comes after the others is not told apart.",
        sv: "Öppna ett steg för att se vad som kommer härnäst. Andelar är av alla vägar. Det som kommer efter de övriga särskiljs inte.",
        nb: "Åpne et steg for å se hva som kommer etterpå. Andeler er av alle veier. Det som kommer etter de øvrige, skilles ikke.",
        de: "Ein Schritt lässt sich öffnen und zeigt, was danach kommt. Anteile gelten für alle Wege. Was auf die übrigen folgt, ist nicht unterschieden.",
    };
    TREE_CAPTION_BACK = {
        en: "Open a step to see what came before. Shares are of all paths. What comes before the others is not told apart.",
        sv: "Öppna ett steg för att se vad som kom före. Andelar är av alla vägar. Det som kommer före de övriga särskiljs inte.",
        nb: "Åpne et steg for å se hva som kom før. Andeler er av alle veier. Det som kommer før de øvrige, skilles ikke.",
        de: "Ein Schritt lässt sich öffnen und zeigt, was davor kam. Anteile gelten für alle Wege. Was vor den übrigen kommt, ist nicht unterschieden.",
    };
    TABLE_CAPTION = {
        en: "Every beginning of a path that is in the tree, under what comes before it.",
        sv: "Varje början på en väg som finns i trädet, under det som kommer före.",
        nb: "Hver begynnelse på en vei som finnes i treet, under det som kommer før.",
        de: "Jeder Anfang eines Weges, der im Baum steht, unter dem, was davor kommt.",
    };
    DEPTH = { en: "Step", sv: "Steg", nb: "Steg", de: "Schritt" };
    WAY = { en: "Path", sv: "Väg", nb: "Vei", de: "Weg" };
    PATHS = { en: "Paths", sv: "Antal", nb: "Antall", de: "Anzahl" };
    SHARE = { en: "Of all", sv: "Av alla", nb: "Av alle", de: "Von allen" };
    ENDED = { en: "End here", sv: "Slutar här", nb: "Slutter her", de: "Enden hier" };
    BEGUN = { en: "Begin here", sv: "Börjar här", nb: "Begynner her", de: "Beginnen hier" };
    VARIANTS = { en: "Most frequent whole paths", sv: "Vanligaste hela vägarna", nb: "Vanligste hele veier", de: "Häufigste ganze Wege" };
    VARIANTS_CAPTION = {
        en: "In the order of time, out of {0} different ones; … stands for what lies beyond. Coverage counts a path and all above it.",
        sv: "I tidsordning, av {0} olika; … står för det som ligger bortom. Täckning räknar en väg och alla ovanför den.",
        nb: "I tidsrekkefølge, av {0} ulike; … står for det som ligger utenfor. Dekning teller en vei og alle over den.",
        de: "In zeitlicher Folge, von {0} verschiedenen; … steht für das, was darüber hinausgeht. Die Abdeckung zählt einen Weg und alle darüber.",
    };
    COVERAGE = { en: "Coverage", sv: "Täckning", nb: "Dekning", de: "Abdeckung" };
}
