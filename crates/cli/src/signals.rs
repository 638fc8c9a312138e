//! Which sources hold signals: answers to surveys, recordings of visits?

use anyhow::{Result, bail};
use kundresa_model::document::SourceFacts;
use kundresa_model::field::text;
use kundresa_model::source::Wanted;
use kundresa_model::spec::signals::SignalsSpec;
use kundresa_model::suggest;

/// Kinds of sources whose events are signals.
const KINDS: [&str; 3] = ["clarity", "hotjar-recordings", "hotjar-responses"];

/// Names of the sources of signals, sorted; those that are `named`, else those of known kinds.
///
/// # Errors
/// When no source is called as named.
pub fn sources(facts: &[SourceFacts], named: &[String]) -> Result<Vec<String>> {
    let names = || facts.iter().map(|source| source.name.as_str());
    for name in named {
        if !names().any(|known| known == name) {
            let known: Vec<&str> = names().collect();
            let hint = suggest::hint(name, names());
            bail!("--signals: no source is called `{name}`{hint}; they are {}", known.join(", "));
        }
    }
    let is_one = |source: &&SourceFacts| match named {
        [] => KINDS.contains(&source.kind.as_str()),
        _ => named.contains(&source.name),
    };
    let mut found: Vec<String> = facts.iter().filter(is_one).map(|source| source.name.clone()).collect();
    found.sort_unstable();
    Ok(found)
}

/// Whether there are signals, and something to set beside them.
pub fn are_beside_others(facts: &[SourceFacts]) -> bool {
    let signals = facts.iter().filter(|source| KINDS.contains(&source.kind.as_str())).count();
    0 < signals && signals < facts.len()
}

/// Asks for the columns of signals where there are any.
pub fn further(facts: &[SourceFacts], wanted: &mut Wanted) {
    if are_beside_others(facts) {
        wanted.text.extend([text::SOURCE_NAME, text::EVENT, text::PAGE].map(str::to_owned));
        wanted.text.extend(SignalsSpec::columns().map(str::to_owned));
    }
}
