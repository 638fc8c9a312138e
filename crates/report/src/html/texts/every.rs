//! Is every text there in all languages, with the same places?

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::html::texts;
use crate::locale::{self, Text};

/// Every list of texts with the file that it is in.
fn lists() -> Vec<(&'static str, &'static [(&'static str, Text)])> {
    vec![
        ("html/texts/cards.rs", texts::cards::ALL),
        ("html/texts/carts.rs", texts::carts::ALL),
        ("html/texts/cell.rs", texts::cell::ALL),
        ("html/texts/chart.rs", texts::chart::ALL),
        ("html/texts/common.rs", texts::common::ALL),
        ("html/texts/configuration.rs", texts::configuration::ALL),
        ("html/texts/facts.rs", texts::facts::ALL),
        ("html/texts/front.rs", texts::front::ALL),
        ("html/texts/funnel.rs", texts::funnel::ALL),
        ("html/texts/funnel_after.rs", texts::funnel_after::ALL),
        ("html/texts/funnel_segments.rs", texts::funnel_segments::ALL),
        ("html/texts/funnel_times.rs", texts::funnel_times::ALL),
        ("html/texts/glossary.rs", texts::glossary::ALL),
        ("html/texts/headline.rs", texts::headline::ALL),
        ("html/texts/heat.rs", texts::heat::ALL),
        ("html/texts/inputs.rs", texts::inputs::ALL),
        ("html/texts/overlap.rs", texts::overlap::ALL),
        ("html/texts/overview.rs", texts::overview::ALL),
        ("html/texts/page.rs", texts::page::ALL),
        ("html/texts/paths.rs", texts::paths::ALL),
        ("html/texts/phases.rs", texts::phases::ALL),
        ("html/texts/quality.rs", texts::quality::ALL),
        ("html/texts/sankey.rs", texts::sankey::ALL),
        ("html/texts/sessions.rs", texts::sessions::ALL),
        ("html/texts/settings.rs", texts::settings::ALL),
        ("html/texts/signals.rs", texts::signals::ALL),
        ("html/texts/transitions.rs", texts::transitions::ALL),
        ("html/texts/words.rs", texts::words::ALL),
        ("locale/signs.rs", locale::TEXTS),
    ]
}

/// All texts with a name for messages.
fn every() -> impl Iterator<Item = (String, Text)> {
    lists().into_iter().flat_map(|(file, list)| list.iter().map(move |(name, text)| (format!("{file}: {name}"), *text)))
}

fn languages(text: &Text) -> [(&'static str, &'static str); 4] {
    [("en", text.en), ("sv", text.sv), ("nb", text.nb), ("de", text.de)]
}

/// The places `{0}`, `{1}`, … of a text; `None` if a brace is anything else.
fn places(text: &str) -> Option<BTreeSet<usize>> {
    let mut places = BTreeSet::new();
    for piece in text.split('{').skip(1) {
        places.insert(piece.split_once('}')?.0.parse().ok()?);
    }
    (text.matches('}').count() == text.matches('{').count()).then_some(places)
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of the crate").map(|entry| entry.expect("entry").path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn places_are_the_same_in_all_languages() {
    for (name, text) in every() {
        let english = places(text.en).unwrap_or_else(|| panic!("{name}: braces of {:?}", text.en));
        assert!(english.iter().copied().eq(0..english.len()), "{name}: places are numbered from 0 without gaps");
        for (language, said) in languages(&text) {
            assert_eq!(places(said).as_ref(), Some(&english), "{name} in {language}: {said:?}");
        }
    }
}

#[test]
fn texts_begin_and_end_alike_in_all_languages() {
    let edges = |said: &str| {
        let ends_sentence = said.ends_with(['.', ':']);
        (said.starts_with(' '), said.ends_with(' '), ends_sentence, said.contains("  "), said.is_empty())
    };
    for (name, text) in every() {
        let english = edges(text.en);
        assert!(!english.3 && !english.4, "{name} is empty or has two spaces in a row");
        for (language, said) in languages(&text) {
            assert_eq!(edges(said), english, "{name} in {language}: {said:?}");
        }
    }
}

#[test]
fn sentences_are_translated() {
    for (name, text) in every().filter(|(_, text)| text.en.split(' ').filter(|word| !word.contains('{')).count() > 2) {
        for (language, said) in languages(&text).into_iter().skip(1) {
            assert_ne!(said, text.en, "{name} in {language}");
        }
    }
}

#[test]
fn no_list_and_no_text_is_forgotten() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let known: BTreeSet<PathBuf> = lists().iter().map(|(file, _)| root.join(file)).collect();
    for path in sources(&root).iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")) {
        let source = std::fs::read_to_string(path).expect("source");
        let lines: Vec<&str> = source.lines().collect();
        let lists = lines.iter().filter(|line| **line == "texts! {").count();
        assert_eq!(lists, usize::from(known.contains(path)), "{}: add its list to this file", path.display());
        let alone = |line: &str| line.trim_start().starts_with("const ") && line.contains(": Text = Text {");
        assert!(
            !lines.iter().any(|line| alone(line)) || path.ends_with("locale/tests.rs"),
            "{}: put its texts into `texts!`",
            path.display()
        );
    }
}
