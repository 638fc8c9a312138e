//! Funnels, step by step.

use crate::locale::texts;

texts! {
    TITLE = { en: "Funnels", sv: "Trattar", nb: "Trakter", de: "Trichter" };
    LEAD = {
        en: "How many get from the first step to the last, in order and in time. Other events may lie between two steps.",
        sv: "Hur många som tar sig från första steget till sista, i ordning och i tid. Andra händelser får ligga mellan två steg.",
        nb: "Hvor mange som kommer fra første til siste steg, i rekkefølge og i tide. Andre hendelser kan ligge mellom to steg.",
        de: "Wie viele vom ersten bis zum letzten Schritt kommen, in der Reihenfolge und in der Frist. Zwischen zwei Schritten dürfen andere Ereignisse liegen.",
    };
    NONE = {
        en: "No funnel is configured.",
        sv: "Ingen tratt är konfigurerad.",
        nb: "Ingen trakt er konfigurert.",
        de: "Kein Trichter ist konfiguriert.",
    };
    NUMBERED = { en: "Funnel {0}", sv: "Tratt {0}", nb: "Trakt {0}", de: "Trichter {0}" };

    WENT_ON = { en: "Went on", sv: "Gick vidare", nb: "Gikk videre", de: "Weitergegangen" };
    STOPPED = { en: "Stopped here", sv: "Slutade här", nb: "Stoppet her", de: "Hier abgebrochen" };
    IN_TIME = { en: "Still in time", sv: "Har tid kvar", nb: "Har tid igjen", de: "Frist läuft noch" };
    PART_REACHED = { en: "reached", sv: "nådde hit", nb: "nådde hit", de: "erreicht" };
    PART_WENT_ON = { en: "went on", sv: "gick vidare", nb: "gikk videre", de: "weitergegangen" };
    PART_STOPPED = { en: "stopped here", sv: "slutade här", nb: "stoppet her", de: "hier abgebrochen" };
    PART_IN_TIME = { en: "still in time", sv: "har tid kvar", nb: "har tid igjen", de: "Frist läuft noch" };
    EXPLAIN = {
        en: "A bar is as long as the number that reached the step. {0} got no further and the time is over; {1} got no further yet. The share that stopped is counted without those still in time.",
        sv: "En stapel är så lång som antalet som nådde steget. {0}: kom inte längre, och tiden är ute; {1}: har inte kommit längre ännu. Andelen som slutade räknas utan dem som har tid kvar.",
        nb: "En søyle er så lang som antallet som nådde steget. {0}: kom ikke lenger, og tiden er ute; {1}: har ikke kommet lenger ennå. Andelen som stoppet, regnes uten dem som har tid igjen.",
        de: "Ein Balken ist so lang wie die Anzahl, die den Schritt erreicht hat. {0}: nicht weitergekommen, und die Frist ist abgelaufen; {1}: noch nicht weitergekommen. Der Anteil der Abbrüche wird ohne jene berechnet, deren Frist noch läuft.",
    };

    RULES = {
        en: "Counts {0}, {1}; {2}. {3} could have entered.",
        sv: "Räknar {0}, {1}; {2}. {3} kunde ha gått in.",
        nb: "Teller {0}, {1}; {2}. {3} kunne ha gått inn.",
        de: "Zählt {0}, {1}; {2}. {3} hätten eintreten können.",
    };
    WITHIN = {
        en: "at most {0} from the first step to the last",
        sv: "högst {0} från första steget till sista",
        nb: "høyst {0} fra første til siste steg",
        de: "höchstens {0} vom ersten bis zum letzten Schritt",
    };
    NO_LIMIT = {
        en: "no limit of time between the first step and the last",
        sv: "ingen tidsgräns mellan första steget och sista",
        nb: "ingen tidsgrense mellom første og siste steg",
        de: "keine Frist zwischen dem ersten und dem letzten Schritt",
    };
    EXCLUSIONS = {
        en: " An attempt that {0}.",
        sv: " Ett försök som {0}.",
        nb: " Et forsøk som {0}.",
        de: " Ein Versuch, den {0}.",
    };
    HOLD = {
        en: " Each counts once per value of {0}.",
        sv: " Var och en räknas en gång per värde på {0}.",
        nb: " Hver telles én gang per verdi av {0}.",
        de: " Gezählt wird einmal je Wert von {0}.",
    };
    EMULATION = {
        en: "Emulation of {0}: not our definition.",
        sv: "Efterliknar {0}: inte vår definition.",
        nb: "Etterligner {0}: ikke vår definisjon.",
        de: "Nachbildung von {0}: nicht unsere Definition.",
    };
    FILTERED = {
        en: " Filtered: {0} must match.",
        sv: " Filtrerat: {0} ska träffa.",
        nb: " Filtrert: {0} skal treffe.",
        de: " Gefiltert: Zutreffen muss {0}.",
    };

    NOBODY = {
        en: "Nobody entered this funnel.",
        sv: "Ingen gick in i den här tratten.",
        nb: "Ingen gikk inn i denne trakten.",
        de: "In diesen Trichter ist niemand eingetreten.",
    };
    CONVERSION = { en: "Conversion {0}", sv: "Konvertering {0}", nb: "Konvertering {0}", de: "Konversion {0}" };
    RESULT = {
        en: "{0} reached the last step after the first.",
        sv: "{0} nådde sista steget efter det första.",
        nb: "{0} nådde siste steg etter det første.",
        de: "{0} haben nach dem ersten auch den letzten Schritt erreicht.",
    };
    RESULT_IN_TIME = {
        en: "{0} reached the last step after the first, half of them within {1}.",
        sv: "{0} nådde sista steget efter det första, hälften av dem inom {1}.",
        nb: "{0} nådde siste steg etter det første, halvparten av dem innen {1}.",
        de: "{0} haben nach dem ersten auch den letzten Schritt erreicht, die Hälfte davon innerhalb von {1}.",
    };

    REACHED = { en: "Reached", sv: "Nådde hit", nb: "Nådde hit", de: "Erreicht" };
    OF_ENTERED = { en: "of entered", sv: "av steg 1", nb: "av steg 1", de: "von Schritt 1" };
    OF_ALL = { en: "of all", sv: "av alla", nb: "av alle", de: "von allen" };
    OF_PREVIOUS = { en: "of step before", sv: "av steget före", nb: "av steget før", de: "vom Vorschritt" };
    LAST = {
        en: "Last step: nobody stops here.",
        sv: "Sista steget: ingen slutar här.",
        nb: "Siste steg: ingen stopper her.",
        de: "Letzter Schritt: Hier bricht niemand ab.",
    };
    PARTS = {
        en: "Went on {0} · stopped here {1}, {2}",
        sv: "Gick vidare {0} · slutade här {1}, {2}",
        nb: "Gikk videre {0} · stoppet her {1}, {2}",
        de: "Weitergegangen {0} · hier abgebrochen {1}, {2}",
    };
    PARTS_IN_TIME = {
        en: " · still in time {0}",
        sv: " · har tid kvar {0}",
        nb: " · har tid igjen {0}",
        de: " · Frist läuft noch {0}",
    };
}
