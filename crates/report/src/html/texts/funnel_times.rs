//! Times between the steps of a funnel.

use crate::locale::texts;

texts! {
    TITLE = {
        en: "Time between steps",
        sv: "Tid mellan stegen",
        nb: "Tid mellom stegene",
        de: "Zeit zwischen den Schritten",
    };
    CAPTION = {
        en: "From one matched step to the next, of those that reached the next. The box holds the middle half, the line in it is the median, the thin line ends where nine in ten lie.",
        sv: "Från ett träffat steg till nästa, för dem som nådde nästa. Lådan rymmer den mittersta hälften, strecket i den är medianen, den tunna linjen slutar där nio av tio ligger.",
        nb: "Fra ett truffet steg til neste, for dem som nådde neste. Boksen rommer den midterste halvdelen, streken i den er medianen, den tynne linjen slutter der ni av ti ligger.",
        de: "Von einem erreichten Schritt zum nächsten, für jene, die den nächsten erreicht haben. Der Kasten umfasst die mittlere Hälfte, der Strich darin ist der Median, die dünne Linie endet dort, wo neun von zehn liegen.",
    };
    BETWEEN = { en: "Between", sv: "Mellan", nb: "Mellom", de: "Zwischen" };
    MIDDLE_HALF = { en: "Middle half", sv: "Mittersta hälften", nb: "Midterste halvdel", de: "Mittlere Hälfte" };
    NINE_IN_TEN = { en: "9 in 10 within", sv: "9 av 10 inom", nb: "9 av 10 innen", de: "9 von 10 binnen" };
    LOG_SCALE = { en: "log scale", sv: "log-skala", nb: "log-skala", de: "Log-Skala" };
    FIRST_TO_LAST = {
        en: "First to last step",
        sv: "Första till sista steget",
        nb: "Første til siste steg",
        de: "Erster bis letzter Schritt",
    };
}
