//! In which language, and with which signs for numbers and dates, is a page written?
//!
//! Every sentence a page says is a [`Text`]: one constant that holds all languages, kept in `html/texts/`, one file per
//! section. A language that is missing cannot be compiled. How numbers look is in `numbers.rs` and `spans.rs`; both take
//! what differs between languages from `signs.rs`.

mod numbers;
mod signs;
mod spans;

#[cfg(test)]
mod tests;

use std::fmt::Display;

use kundresa_model::language::Language;
use maud::{Markup, PreEscaped, Render};

#[cfg(test)]
pub(crate) use signs::ALL as TEXTS;
pub use signs::DASH;
use signs::Signs;

/// One thing said in every language; `{0}`, `{1}`, … stand for what [`Locale::fill`] puts there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Swedish.
    pub sv: &'static str,
    /// Norwegian (Bokmål).
    pub nb: &'static str,
    /// German.
    pub de: &'static str,
}

impl Text {
    /// The text in `language`.
    pub fn of(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Sv => self.sv,
            Language::Nb => self.nb,
            Language::De => self.de,
        }
    }
}

/// Constants of type [`Text`] and, for the tests that read every one of them, a list of all.
///
/// ```text
/// texts! {
///     TITLE = { en: "Funnels", sv: "Trattar", nb: "Trakter", de: "Trichter" };
/// }
/// ```
macro_rules! texts {
    ($($(#[$about:meta])* $name:ident = { en: $en:literal, sv: $sv:literal, nb: $nb:literal, de: $de:literal $(,)? };)+) => {
        $(
            $(#[$about])*
            pub const $name: $crate::locale::Text = $crate::locale::Text { en: $en, sv: $sv, nb: $nb, de: $de };
        )+

        /// Every text of this file with its name.
        #[cfg(test)]
        pub const ALL: &[(&str, $crate::locale::Text)] = &[$((stringify!($name), $name)),+];
    };
}
pub(crate) use texts;

/// The language of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Locale {
    language: Language,
}

impl Locale {
    /// The ways of `language`.
    pub fn new(language: Language) -> Self {
        Self { language }
    }

    /// Its language.
    pub fn language(self) -> Language {
        self.language
    }

    /// The text in this language.
    pub fn say(self, text: &Text) -> &'static str {
        text.of(self.language)
    }

    /// The text in this language with `values` in the places of `{0}`, `{1}`, ….
    pub fn fill(self, text: &Text, values: &[&dyn Display]) -> String {
        pieces(self.say(text)).fold(String::new(), |mut filled, piece| {
            match piece {
                Piece::Words(words) => filled.push_str(words),
                Piece::Place(place) => filled.extend(values.get(place).map(ToString::to_string)),
            }
            filled
        })
    }

    /// As [`Locale::fill`], with elements in the places; the words around them are escaped.
    pub fn markup(self, text: &Text, values: &[&dyn Render]) -> Markup {
        let filled = pieces(self.say(text)).fold(String::new(), |mut filled, piece| {
            match piece {
                Piece::Words(words) => words.render_to(&mut filled),
                Piece::Place(place) => values.iter().skip(place).take(1).for_each(|value| value.render_to(&mut filled)),
            }
            filled
        });
        PreEscaped(filled)
    }

    fn signs(self) -> &'static Signs {
        Signs::of(self.language)
    }
}

enum Piece<'a> {
    Words(&'a str),
    Place(usize),
}

/// A text cut at its places. A brace that is no place stays in the words.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if let Some((place, behind)) = place_at_start(rest) {
            rest = behind;
            return Some(Piece::Place(place));
        }
        let mut places = rest.match_indices('{').map(|(at, _)| at);
        let end = places.find(|at| place_at_start(&rest[*at..]).is_some()).unwrap_or(rest.len());
        let (words, behind) = rest.split_at(end);
        rest = behind;
        (!words.is_empty()).then_some(Piece::Words(words))
    })
}

fn place_at_start(text: &str) -> Option<(usize, &str)> {
    let (place, behind) = text.strip_prefix('{')?.split_once('}')?;
    Some((place.parse().ok()?, behind))
}
