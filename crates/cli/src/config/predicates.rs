//! Do the predicates of the configuration read, and if not, at which character of the file?

use anyhow::{Result, anyhow};
use kundresa_model::predicate::ParseError;
use kundresa_model::spec::asks::Asks;
use kundresa_model::spec::request::AnalysisSpec;

use super::Config;
use super::written::Written;

/// Refuses the first predicate that can't be read, whether anything asks for it or not.
///
/// # Errors
/// With file, line and column of the character that does not fit.
pub fn check(written: &Written<'_>, config: &Config) -> Result<()> {
    for (section, asks) in sections(config) {
        for asked in asks.predicates {
            asked.parse().map_err(|error| explain(written, &section, &asked.place, &error))?;
        }
    }
    Ok(())
}

/// What each part of the configuration asks, under its key.
fn sections(config: &Config) -> Vec<(String, Asks)> {
    let of = |key: &str, collect: &dyn Fn(&mut Asks)| {
        let mut asks = Asks::default();
        collect(&mut asks);
        (key.to_owned(), asks)
    };
    let mut sections = vec![
        of("phases", &|asks| config.phases.asks(asks)),
        of("personas", &|asks| config.personas.iter().for_each(|persona| persona.asks(asks))),
        of("overview", &|asks| AnalysisSpec::Overview(config.overview.clone()).asks(asks)),
        of("carts", &|asks| AnalysisSpec::Carts(config.carts.clone()).asks(asks)),
        of("paths", &|asks| AnalysisSpec::Paths(config.paths.clone()).asks(asks)),
    ];
    for (index, funnel) in config.funnels.iter().enumerate() {
        let key = format!("funnels[{}]", index + 1);
        sections.push(of(&key, &|asks| AnalysisSpec::Funnel(funnel.clone()).asks(asks)));
    }
    sections
}

/// Key of the predicate that messages call `place` and that reads `text`, under the key `section`.
pub fn key_of(written: &Written<'_>, section: &str, place: &str, text: &str) -> Option<String> {
    let part = match place {
        "universe" => ".universe",
        "hold" => ".hold",
        exclusion if exclusion.starts_with("exclusion ") => ".exclusions",
        key if key.starts_with(section) => key,
        _ => "",
    };
    let keys = written.keys_of(section, text);
    let first = keys.first().cloned();
    keys.into_iter().find(|key| key.contains(part)).or(first)
}

fn explain(written: &Written<'_>, section: &str, place: &str, error: &ParseError) -> anyhow::Error {
    let key = key_of(written, section, place, &error.text);
    let Some((key, entry)) = key.and_then(|key| Some((key.clone(), written.entry(&key)?))) else {
        return anyhow!("{place}: {error}");
    };
    let start = entry.value.span().start;
    let at = start + raw_offset(&written.text()[start..], error.at);
    written.refuse_at(at, &key, &error.message)
}

/// Where byte `at` of the text stands in `raw`, which begins with the quotes around it: escapes are longer there.
fn raw_offset(raw: &str, at: usize) -> usize {
    let has_escapes = raw.starts_with('"');
    let mut offset = 1;
    if let Some(after) = ["\"\"\"", "'''"].into_iter().find_map(|quotes| raw.strip_prefix(quotes)) {
        // A line break right behind three quotes is no part of the text.
        let line_break = ["\r\n", "\n"].into_iter().find(|line_break| after.starts_with(line_break));
        offset = 3 + line_break.map_or(0, str::len);
    }
    let mut read = 0;
    while read < at {
        let rest = &raw[offset..];
        let Some(first) = rest.chars().next() else { break };
        let (taken, given) =
            if has_escapes && first == '\\' { escape(rest) } else { (first.len_utf8(), first.len_utf8()) };
        offset += taken;
        read += given;
    }
    offset
}

/// Bytes of the escape at the front of `rest`, and of what it stands for.
fn escape(rest: &str) -> (usize, usize) {
    let digits = match rest[1..].chars().next() {
        Some('u') => 4,
        Some('U') => 8,
        Some('x') => 2,
        Some(next) if next.is_whitespace() => return (rest.len() - rest[1..].trim_start().len(), 0),
        Some(next) => return (1 + next.len_utf8(), 1),
        None => return (1, 1),
    };
    let code = rest.get(2..2 + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    (2 + digits, code.and_then(char::from_u32).map_or(1, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Line, column and key of the error in a file.
    fn place(text: &str) -> (usize, usize, String) {
        let config: Config = toml::from_str(text).expect("TOML that fits");
        let written = Written::try_new(Path::new("k.toml"), text).expect("TOML");
        let message = check(&written, &config).expect_err("a bad predicate").to_string();
        let mut parts = message.splitn(5, ':');
        let mut next = || parts.next().expect("file:line:column: key: message").trim().to_owned();
        let (_, line, column, key) = (next(), next(), next(), next());
        let caret = message.lines().nth(2).expect("a caret line");
        assert_eq!(caret.chars().count(), 2 + column.parse::<usize>().expect("a column"), "{message}");
        (line.parse().expect("a line"), column.parse().expect("a column"), key)
    }

    #[test]
    fn every_predicate_is_pointed_at_where_it_stands() {
        let rule = "[[phases.rules]]\nname = \"a\"\nphase = \"decision\"\n";
        for (text, expected) in [
            // `when = "` has 8 characters, `event ` six.
            (format!("{rule}when = \"event = 'x'\"\n"), (4, 15, "phases.rules[1].when")),
            (
                format!("{rule}{}unless = 'event = \"x\"'\n", rule.replace("\"a\"", "\"b\"")),
                (7, 17, "phases.rules[2].unless"),
            ),
            ("[[personas]]\nname = \"x\"\nwhen = \"x\"\n".into(), (3, 10, "personas[1].when")),
            // Two escapes of one byte more each before it, and `é` is one character.
            ("[[personas]]\nname = \"x\"\nwhen = \"a == \\\"é\\\" && b == 1\"\n".into(), (3, 20, "personas[1].when")),
            (
                "[[personas]]\nname = \"x\"\nwhen = \"\"\"\na == \\u0022x\\u0022\nand = 1\"\"\"\n".into(),
                (5, 5, "personas[1].when"),
            ),
            ("[[funnels]]\nsteps = [\"a\", \"b = 1\"]\n".into(), (2, 18, "funnels[1].steps[2]")),
            (
                "[[funnels]]\nsteps = [{ any_order = [\"a\", { when = \"(\" }] }]\n".into(),
                (2, 41, "funnels[1].steps[1].any_order[2].when"),
            ),
            ("[[funnels]]\nsteps = [\"a\"]\nuniverse = \"a\"\n".into(), (3, 14, "funnels[1].universe")),
            (
                "[[funnels]]\nsteps = [\"a\"]\nexclusions = [{ when = \"a||b\" }]\n".into(),
                (3, 27, "funnels[1].exclusions[1].when"),
            ),
        ] {
            let (line, column, key) = place(&text);
            assert_eq!((line, column, key.as_str()), expected, "{text}");
        }
    }
}
