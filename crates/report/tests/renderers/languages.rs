//! The page in every language.

use std::collections::BTreeSet;

use kundresa_model::document::{Document, ReportFigures};
use kundresa_model::language::Language;

use kundresa_report::json;

use crate::fixture;
use crate::page::{attributes, body_in, documents};

/// English words that are no word of the other three languages.
const ENGLISH_WORDS: [&str; 21] = [
    "the", "of", "and", "with", "that", "who", "from", "are", "is", "were", "each", "every", "by", "their", "which",
    "than", "this", "not", "or", "more", "no",
];

/// A piece of the page that people read or hear.
struct Said {
    text: String,
    /// Inside a name or value that came with the data, or a sentence around one.
    is_name: bool,
}

/// Texts and labels of a page outside code and outside what is marked as English.
fn said(page: &str) -> Vec<Said> {
    let mut said = Vec::new();
    let mut open: Vec<(&str, bool, bool)> = Vec::new();
    for piece in page.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a whole tag");
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).expect("a name");
        if tag.starts_with('/') {
            while open.pop().is_some_and(|(opened, ..)| opened != name) {}
        } else if !["meta", "wbr", "br"].contains(&name) {
            let (quiet, names) = open.last().map_or((false, false), |(_, quiet, names)| (*quiet, *names));
            let quiet = quiet || ["code", "pre", "style"].contains(&name) || tag.contains(" lang=\"en\"");
            open.push((name, quiet, names || ["bdi", "h1", "title"].contains(&name)));
            for label in ["aria-label", "title"].iter().flat_map(|label| attributes(piece, label)).take(1) {
                said.push(Said { text: label.to_owned(), is_name: name == "bdi" || name == "a" });
            }
        }
        let (quiet, is_name) = open.last().map_or((false, false), |(_, quiet, names)| (*quiet, *names));
        if !quiet && !text.trim().is_empty() {
            said.push(Said { text: text.to_owned(), is_name });
        }
    }
    said
}

fn is_english(text: &str) -> bool {
    let mut words = text.split(|character: char| !character.is_alphanumeric() && character != '-' && character != '_');
    words.any(|word| ENGLISH_WORDS.contains(&word))
}

fn others() -> [Language; 3] {
    [Language::Sv, Language::Nb, Language::De]
}

/// The words of the page, each once, without those that the English page has too; `#` stands for every number.
fn words_of_its_own(language: Language) -> String {
    let words =
        |language| said(&body_in(&fixture::rich(), language)).into_iter().map(|said| without_numbers(&said.text));
    let english: BTreeSet<String> = words(Language::En).collect();
    let mut seen = BTreeSet::new();
    words(language).filter(|text| !english.contains(text) && seen.insert(text.clone())).collect::<Vec<_>>().join("\n")
}

/// The text with `#` for every run of digits and the signs between them.
fn without_numbers(text: &str) -> String {
    let mut shown = String::new();
    let mut between = String::new();
    for character in text.chars() {
        match character {
            '0'..='9' if shown.ends_with('#') => between.clear(),
            '0'..='9' => shown.push('#'),
            '.' | ',' | '\u{a0}' | ':' if shown.ends_with('#') => between.push(character),
            other => {
                shown.extend(between.drain(..));
                shown.push(other);
            }
        }
    }
    shown + &between
}

#[test]
fn swedish_words() {
    insta::assert_snapshot!(words_of_its_own(Language::Sv));
}

#[test]
fn norwegian_words() {
    insta::assert_snapshot!(words_of_its_own(Language::Nb));
}

#[test]
fn german_words() {
    insta::assert_snapshot!(words_of_its_own(Language::De));
}

#[test]
fn no_english_is_left_in_another_language() {
    for document in documents() {
        let english: BTreeSet<String> =
            said(&body_in(&document, Language::En)).into_iter().map(|one| one.text).collect();
        assert!(english.iter().any(|text| is_english(text)), "the test would find English");
        let data = json::document(&document).expect("serializable");
        let is_name = |one: &Said| one.is_name && (data.contains(&one.text) || !english.contains(&one.text));
        for language in others() {
            for one in said(&body_in(&document, language)) {
                let is_left = is_english(&one.text) && !is_name(&one);
                assert!(!is_left, "{}: {:?}", language.code(), one.text);
            }
        }
    }
}

#[test]
fn figures_tags_and_anchors_are_the_same_in_every_language() {
    let skeleton = |document: &Document<ReportFigures>, language| {
        let page = body_in(document, language);
        let of = |name| attributes(&page, name).into_iter().map(str::to_owned).collect::<Vec<_>>();
        (of("data-value"), of("data-base"), of("id"), of("href"), of("class"), page.matches("<td").count())
    };
    for document in documents() {
        let english = skeleton(&document, Language::En);
        for language in others() {
            assert_eq!(skeleton(&document, language), english, "{}", language.code());
        }
    }
}

#[test]
fn page_says_its_language_and_what_in_it_is_english() {
    for language in others() {
        let page = kundresa_report::html::page(&fixture::rich(), language);
        assert!(page.contains(&format!("<html lang=\"{}\">", language.code())));
        let (_, warnings) = page.split_once("id=\"warnings-title\"").expect("warnings");
        let list = warnings.split_once("<ul").expect("a list").1;
        assert!(list.starts_with(" lang=\"en\""), "{}", &list[..40]);
    }
    let english = kundresa_report::html::page(&fixture::rich(), Language::En);
    assert_eq!(english.matches(" lang=\"en\"").count(), 1, "an English page says so once");
}

#[test]
fn numbers_have_the_signs_of_the_language() {
    for (language, events, rate) in [
        (Language::En, ">31,106<", ">92.4 % of 145<"),
        (Language::Sv, ">31\u{a0}106<", ">92,4\u{a0}% av 145<"),
        (Language::Nb, ">31\u{a0}106<", ">92,4\u{a0}% av 145<"),
        (Language::De, ">31.106<", ">92,4\u{a0}% von 145<"),
    ] {
        let page = body_in(&fixture::rich(), language);
        assert!(page.contains(&format!("data-value=\"31106\"{events}")), "{}", language.code());
        assert!(page.contains(rate), "{}", language.code());
    }
}
