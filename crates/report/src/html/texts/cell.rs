//! Words in single figures and around tables.

use crate::locale::texts;

texts! {
    NOT_SET = { en: "(not set)", sv: "(ej angivet)", nb: "(ikke angitt)", de: "(nicht angegeben)" };
    OTHER = { en: "(other)", sv: "(övriga)", nb: "(øvrige)", de: "(übrige)" };
    INTERVAL_HEAD = { en: "95 % interval", sv: "95 %-intervall", nb: "95 %-intervall", de: "95-%-Intervall" };
    INTERVAL = {
        en: "95 % interval {0}",
        sv: "95 %-intervall {0}",
        nb: "95 %-intervall {0}",
        de: "95-%-Intervall {0}",
    };
    OF = { en: "of {0}", sv: "av {0}", nb: "av {0}", de: "von {0}" };
    TABLE_SCROLLS = {
        en: "Table, scrolls sideways",
        sv: "Tabell, går att rulla i sidled",
        nb: "Tabell, kan rulles sidelengs",
        de: "Tabelle, lässt sich seitwärts verschieben",
    };
}
