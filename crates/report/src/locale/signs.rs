//! Which signs and short words does each language use in numbers and dates?
//!
//! Groups and decimals follow the Unicode CLDR; a number never breaks off from its group or its unit, because the spaces in
//! Swedish, Norwegian and German figures do not break. English ones are those of the terminal, which knows no such space.

use kundresa_model::language::Language;

use super::texts;

/// Shown for what is undefined, in every language.
pub const DASH: &str = "–";

/// What differs between languages inside a figure.
#[derive(Debug)]
pub struct Signs {
    /// Between groups of three digits.
    pub group: &'static str,
    /// Before the decimals.
    pub decimal: &'static str,
    /// Between a figure and its unit.
    pub space: &'static str,
    /// Unit of days.
    pub days: &'static str,
    /// Unit of hours.
    pub hours: &'static str,
    /// Whether a date is year, month and day, and not day, month and year.
    pub is_year_first: bool,
}

const NO_BREAK: &str = "\u{a0}";

const ENGLISH: Signs = Signs { group: ",", decimal: ".", space: " ", days: "d", hours: "h", is_year_first: true };
const SWEDISH: Signs =
    Signs { group: NO_BREAK, decimal: ",", space: NO_BREAK, days: "d", hours: "tim", is_year_first: true };
const NORWEGIAN: Signs =
    Signs { group: NO_BREAK, decimal: ",", space: NO_BREAK, days: "d", hours: "t", is_year_first: false };
const GERMAN: Signs = Signs { group: ".", decimal: ",", space: NO_BREAK, days: "d", hours: "h", is_year_first: false };

impl Signs {
    /// The signs of `language`.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &ENGLISH,
            Language::Sv => &SWEDISH,
            Language::Nb => &NORWEGIAN,
            Language::De => &GERMAN,
        }
    }
}

texts! {
    /// Stands for what the privacy threshold hides.
    HIDDEN = { en: "hidden", sv: "dolt", nb: "skjult", de: "verborgen" };
    /// The same before a noun in the plural.
    HIDDEN_NUMBER = { en: "hidden", sv: "dolt antal", nb: "skjult antall", de: "verborgene Anzahl" };
    /// A part and the whole.
    OF = { en: "{0} of {1}", sv: "{0} av {1}", nb: "{0} av {1}", de: "{0} von {1}" };
    /// Two ends.
    TO = { en: "{0} to {1}", sv: "{0} till {1}", nb: "{0} til {1}", de: "{0} bis {1}" };
    /// A difference of two rates.
    POINTS = { en: "{0} points", sv: "{0} procentenheter", nb: "{0} prosentpoeng", de: "{0} Prozentpunkte" };
    /// The last two of a list.
    AND = { en: "{0} and {1}", sv: "{0} och {1}", nb: "{0} og {1}", de: "{0} und {1}" };
    /// The last two of a choice.
    OR = { en: "{0} or {1}", sv: "{0} eller {1}", nb: "{0} eller {1}", de: "{0} oder {1}" };
}
