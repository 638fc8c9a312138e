//! The breakdown of a funnel.

use crate::locale::texts;

texts! {
    NOT_INDEPENDENT = {
        en: "Differences are not tested: units of one actor may lie in several segments, so the groups are not independent.",
        sv: "Skillnader är inte testade: enheter av en aktör kan ligga i flera segment, så grupperna är inte oberoende.",
        nb: "Forskjeller er ikke testet: enheter av én aktør kan ligge i flere segmenter, så gruppene er ikke uavhengige.",
        de: "Unterschiede sind nicht getestet: Einheiten eines Akteurs können in mehreren Segmenten liegen, die Gruppen sind also nicht unabhängig.",
    };
    NO_DIFFERENCE = {
        en: "No segment converts differently from all others by more than chance.",
        sv: "Inget segment konverterar annorlunda än alla andra utöver slumpen.",
        nb: "Ingen segmenter konverterer annerledes enn alle andre ut over tilfeldigheter.",
        de: "Kein Segment konvertiert über den Zufall hinaus anders als alle anderen.",
    };
    DIFFERENCE = {
        en: "“{0}” converts {1}, all others {2} ({3}).",
        sv: "”{0}” konverterar {1}, alla andra {2} ({3}).",
        nb: "«{0}» konverterer {1}, alle andre {2} ({3}).",
        de: "„{0}“ konvertiert {1}, alle anderen {2} ({3}).",
    };
    TESTS = {
        en: "Two-sided tests, each segment against all others, adjusted for their number ({0}).",
        sv: "Tvåsidiga test, varje segment mot alla andra, justerade för antalet test ({0}).",
        nb: "Tosidige tester, hvert segment mot alle andre, justert for antallet tester ({0}).",
        de: "Zweiseitige Tests, jedes Segment gegen alle anderen, bereinigt um ihre Zahl ({0}).",
    };
    NO_GAP = {
        en: "No segment stands out: none stops after a step at least {0} percentage points more often than the rest and beyond chance.",
        sv: "Inget segment sticker ut: inget slutar efter ett steg minst {0} procentenheter oftare än resten och mer än slumpen förklarar.",
        nb: "Ingen segmenter skiller seg ut: ingen stopper etter et steg minst {0} prosentpoeng oftere enn resten og mer enn tilfeldigheter forklarer.",
        de: "Kein Segment fällt auf: Keines bricht nach einem Schritt um mindestens {0} Prozentpunkte häufiger ab als der Rest und stärker, als der Zufall erklärt.",
    };
    CAPTION = {
        en: "Each is counted under the {0} of the first step; rows add up to the total. Under a step: the share that stopped after it, of those whose time is over. ▲ marks a share far above the rest.",
        sv: "Var och en räknas under {0} i första steget; raderna summerar till totalen. Under ett steg: andelen som slutade efter det, av dem vars tid är ute. ▲ märker en andel långt över resten.",
        nb: "Hver telles under {0} i første steg; radene summerer seg til totalen. Under et steg: andelen som stoppet etter det, av dem der tiden er ute. ▲ merker en andel langt over resten.",
        de: "Gezählt wird unter {0} des ersten Schritts; die Zeilen ergeben zusammen die Summe. Unter einem Schritt: der Anteil, der danach abgebrochen hat, unter jenen, deren Frist abgelaufen ist. ▲ markiert einen Anteil weit über dem Rest.",
    };
    ENTERED = { en: "Entered", sv: "Gick in", nb: "Gikk inn", de: "Eingetreten" };
    STOPPED_AFTER = { en: "Stopped after", sv: "Slutade efter", nb: "Stoppet etter", de: "Abgebrochen nach" };
    MEDIAN_TIME = { en: "Median time", sv: "Mediantid", nb: "Mediantid", de: "Medianzeit" };
    VALUE = { en: "value", sv: "värde", nb: "verdi", de: "Wert" };
    VALUES = { en: "values", sv: "värden", nb: "verdier", de: "Werte" };
    ABOVE_REST = { en: "{0} above the rest", sv: "{0} över resten", nb: "{0} over resten", de: "{0} über dem Rest" };
}
