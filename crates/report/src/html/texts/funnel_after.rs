//! What came after a funnel's steps, what they were worth, and the funnel over time.

use crate::locale::texts;

texts! {
    NEXT = { en: "What they did next", sv: "Vad de gjorde härnäst", nb: "Hva de gjorde etterpå", de: "Was sie danach taten" };
    NEXT_LEAD = {
        en: "The very next event of those who stopped for good after a step. Those still in time are not among them.",
        sv: "Den allra nästa händelsen för dem som slutade för gott efter ett steg. De som ännu har tid är inte med.",
        nb: "Den aller neste hendelsen for dem som stoppet for godt etter et steg. De som ennå har tid, er ikke med.",
        de: "Das allernächste Ereignis derer, die nach einem Schritt endgültig abbrachen. Wessen Frist noch läuft, ist nicht dabei.",
    };
    AFTER_STEP = {
        en: "After {0}: {1} stopped",
        sv: "Efter {0}: {1} slutade",
        nb: "Etter {0}: {1} stoppet",
        de: "Nach {0}: {1} brachen ab",
    };
    NEXT_CAPTION = {
        en: "Share of those who stopped there.",
        sv: "Andel av dem som slutade där.",
        nb: "Andel av dem som stoppet der.",
        de: "Anteil derer, die dort abbrachen.",
    };
    NEXT_EVENT = { en: "Next event", sv: "Nästa händelse", nb: "Neste hendelse", de: "Nächstes Ereignis" };
    STOPPED = { en: "How many", sv: "Hur många", nb: "Hvor mange", de: "Wie viele" };
    OTHER_ONE = { en: "other event", sv: "annan händelse", nb: "annen hendelse", de: "anderes Ereignis" };
    OTHER_MANY = { en: "other events", sv: "andra händelser", nb: "andre hendelser", de: "andere Ereignisse" };
    NOTHING_MORE = { en: "nothing more", sv: "inget mer", nb: "ingenting mer", de: "nichts mehr" };
    VALUE = { en: "Value", sv: "Värde", nb: "Verdi", de: "Wert" };
    VALUE_CAPTION = {
        en: "Amounts that the matched events name. Currencies are never added up.",
        sv: "Belopp som de matchade händelserna anger. Valutor läggs aldrig ihop.",
        nb: "Beløp som de matchede hendelsene oppgir. Valutaer legges aldri sammen.",
        de: "Beträge, die die gefundenen Ereignisse nennen. Währungen werden nie addiert.",
    };
    STEP = { en: "Step", sv: "Steg", nb: "Steg", de: "Schritt" };
    MORE_CURRENCIES = {
        en: "Other currencies: {0}, in the JSON document.",
        sv: "Andra valutor: {0}, i JSON-dokumentet.",
        nb: "Andre valutaer: {0}, i JSON-dokumentet.",
        de: "Weitere Währungen: {0}, im JSON-Dokument.",
    };
    WORTH = { en: "Value", sv: "Värde", nb: "Verdi", de: "Wert" };
    STOPPED_WORTH = {
        en: "Of those who stopped here",
        sv: "Av dem som slutade här",
        nb: "Av dem som stoppet her",
        de: "Von denen, die hier abbrachen",
    };
    BY_DAY = { en: "Day by day", sv: "Dag för dag", nb: "Dag for dag", de: "Tag für Tag" };
    BY_WEEK = { en: "Week by week", sv: "Vecka för vecka", nb: "Uke for uke", de: "Woche für Woche" };
    BY_MONTH = { en: "Month by month", sv: "Månad för månad", nb: "Måned for måned", de: "Monat für Monat" };
    ENTERED = { en: "Entered", sv: "Gick in", nb: "Gikk inn", de: "Eingetreten" };
    CONVERSION = { en: "Conversion", sv: "Konvertering", nb: "Konvertering", de: "Konversion" };
    BEGINS = { en: "Begins", sv: "Börjar", nb: "Begynner", de: "Beginn" };
    TREND_CAPTION = {
        en: "By the time of entry. A period is hatched until everybody who entered in it has had the whole time to convert.",
        sv: "Efter inträdets tidpunkt. En period är streckad tills alla som gick in under den har haft hela tiden på sig.",
        nb: "Etter tidspunktet de gikk inn. En periode er skravert til alle som gikk inn i den, har hatt hele tiden på seg.",
        de: "Nach dem Zeitpunkt des Eintritts. Ein Zeitraum ist schraffiert, bis alle, die darin eintraten, die ganze Zeit hatten.",
    };
    BUCKETS_SKIPPED = {
        en: "The last {0} periods are shown; {1} earlier ones are in the JSON document.",
        sv: "De senaste {0} perioderna visas; {1} tidigare finns i JSON-dokumentet.",
        nb: "De siste {0} periodene vises; {1} tidligere finnes i JSON-dokumentet.",
        de: "Gezeigt werden die letzten {0} Zeiträume; {1} frühere stehen im JSON-Dokument.",
    };
    TREND_TABLE_CAPTION = {
        en: "Reached each step, out of those who entered in the period; periods add up to the total.",
        sv: "Nådde varje steg, av dem som gick in under perioden; perioderna summerar till totalen.",
        nb: "Nådde hvert steg, av dem som gikk inn i perioden; periodene summerer seg til totalen.",
        de: "Erreichten jeden Schritt, von denen, die im Zeitraum eintraten; die Zeiträume ergeben zusammen die Summe.",
    };
}
