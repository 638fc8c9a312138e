//! The settings that fix what the figures mean.

use crate::locale::texts;

texts! {
    DATA = { en: "Data", sv: "Data", nb: "Data", de: "Daten" };
    TIME_ZONE = { en: "Time zone", sv: "Tidszon", nb: "Tidssone", de: "Zeitzone" };
    FROM = { en: "From", sv: "Från", nb: "Fra", de: "Ab" };
    FILTER = { en: "Filter", sv: "Filter", nb: "Filter", de: "Filter" };
    PERSONA = { en: "Persona", sv: "Persona", nb: "Persona", de: "Persona" };
    BROKEN_DOWN_BY = { en: "Broken down by", sv: "Uppdelat på", nb: "Delt opp etter", de: "Aufgeteilt nach" };
    PRIVACY = { en: "Privacy", sv: "Integritet", nb: "Personvern", de: "Datenschutz" };
    SAMPLE = { en: "Sample", sv: "Urval", nb: "Utvalg", de: "Stichprobe" };
    SAMPLED = {
        en: "{0} of the actors; figures are those of the sample, nothing is extrapolated",
        sv: "{0} av aktörerna; siffrorna är urvalets, inget är uppräknat",
        nb: "{0} av aktørene; tallene er utvalgets, ingenting er oppjustert",
        de: "{0} der Akteure; die Zahlen sind die der Stichprobe, nichts ist hochgerechnet",
    };
    SAMPLE_CHOICE = {
        en: "the hash of an actor's id decides; events without an actor are left out",
        sv: "hashen av aktörens id avgör; händelser utan aktör är utelämnade",
        nb: "hashen av aktørens ID avgjør; hendelser uten aktør er utelatt",
        de: "der Hash der ID des Akteurs entscheidet; Ereignisse ohne Akteur sind ausgelassen",
    };
    BOTS = { en: "Bots", sv: "Bottar", nb: "Roboter", de: "Bots" };
    SESSIONS = { en: "Sessions", sv: "Sessioner", nb: "Økter", de: "Sitzungen" };
    PHASES = { en: "Phases", sv: "Faser", nb: "Faser", de: "Phasen" };

    NO_EVENTS = { en: "no events", sv: "inga händelser", nb: "ingen hendelser", de: "keine Ereignisse" };
    SPAN = { en: "{0} to {1} ({2})", sv: "{0} till {1} ({2})", nb: "{0} til {1} ({2})", de: "{0} bis {1} ({2})" };
    ONLY_ACTORS_OF = {
        en: "only actors of {0}",
        sv: "bara aktörer i {0}",
        nb: "bare aktører i {0}",
        de: "nur Akteure aus {0}",
    };
    TAXONOMY = { en: "taxonomy {0}", sv: "taxonomi {0}", nb: "taksonomi {0}", de: "Taxonomie {0}" };
    NONE = { en: "none", sv: "inget", nb: "ingen", de: "keiner" };
    MUST_MATCH = { en: "{0} (must match {1})", sv: "{0} (ska träffa {1})", nb: "{0} (skal treffe {1})", de: "{0} (muss zutreffen: {1})" };
    PRIVACY_HIDES = {
        en: "{0} stands for figures of fewer than {1} actors, and for others that would give such a figure away; times, histograms, next actions and amounts of so few are left out, and so are segments: they are part of {2}",
        sv: "{0} står för siffror om färre än {1} aktörer, och för andra som skulle avslöja en sådan siffra; tider, histogram, nästa handlingar och belopp för så få är utelämnade, och även segment: de ingår i {2}",
        nb: "{0} står for tall om færre enn {1} aktører, og for andre som ville røpe et slikt tall; tider, histogrammer, neste handlinger og beløp for så få er utelatt, og det er også segmenter: de inngår i {2}",
        de: "{0} steht für Zahlen zu weniger als {1} Akteuren und für andere, die eine solche Zahl verraten würden; Zeiten, Histogramme, nächste Handlungen und Beträge von so wenigen sind ausgelassen, ebenso Segmente: Sie zählen zu {2}",
    };
    CUT_BY_VENDOR = {
        en: "cut by the vendor's session id",
        sv: "bildade efter leverantörens sessions-id",
        nb: "dannet etter leverandørens økt-ID",
        de: "nach der Sitzungs-ID des Anbieters gebildet",
    };
    CUT_BY_GAP = {
        en: "gap over {0} begins a new one",
        sv: "uppehåll över {0} börjar en ny",
        nb: "opphold over {0} begynner en ny",
        de: "Pause über {0} beginnt eine neue",
    };
    MIDNIGHT_TOO = { en: "midnight too", sv: "även midnatt", nb: "også midnatt", de: "auch Mitternacht" };
    CAMPAIGN_TOO = { en: "a new campaign too", sv: "även en ny kampanj", nb: "også en ny kampanje", de: "auch eine neue Kampagne" };
    CAPS_ON = {
        en: "caps on ({0} events, {1})",
        sv: "tak på ({0} händelser, {1})",
        nb: "tak på ({0} hendelser, {1})",
        de: "Obergrenzen an ({0} Ereignisse, {1})",
    };
    CAPS_OFF = { en: "caps off", sv: "inga tak", nb: "ingen tak", de: "keine Obergrenzen" };
}
