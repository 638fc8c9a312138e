//! Words around pictures.

use crate::locale::texts;

texts! {
    FIGURES = { en: "Figures", sv: "Siffror", nb: "Tall", de: "Zahlen" };
    SHARE_OF = { en: "Share of {0}", sv: "Andel av {0}", nb: "Andel av {0}", de: "Anteil an {0}" };
    SHARE = { en: "Share", sv: "Andel", nb: "Andel", de: "Anteil" };
    PICTURE_SCROLLS = {
        en: "Picture, scrolls sideways",
        sv: "Bild, går att rulla i sidled",
        nb: "Bilde, kan rulles sidelengs",
        de: "Bild, lässt sich seitwärts verschieben",
    };
    INCOMPLETE = {
        en: "Not over yet: more may come",
        sv: "Inte över än: mer kan komma",
        nb: "Ikke over ennå: mer kan komme",
        de: "Noch nicht vorbei: es kann mehr werden",
    };
    NOT_OVER = { en: "not over yet", sv: "inte över än", nb: "ikke over ennå", de: "noch nicht vorbei" };
}
