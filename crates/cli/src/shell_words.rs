//! Of which words does a line consist? Quotes as a shell has them; nothing is expanded.

use anyhow::{Result, bail};

/// The words of `line`, separated by blanks. `'…'` keeps everything, `"…"` keeps everything but `\"` and `\\`, outside of
/// quotes `\` keeps the next character.
///
/// # Errors
/// When a quote is not closed.
pub fn split(line: &str) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            blank if blank.is_whitespace() => words.extend(word.take()),
            quote @ ('\'' | '"') => quoted(quote, &mut characters, word.get_or_insert_default())?,
            '\\' => word.get_or_insert_default().push(characters.next().unwrap_or('\\')),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

/// Takes what stands before the next `quote`, and the quote.
fn quoted(quote: char, characters: &mut impl Iterator<Item = char>, word: &mut String) -> Result<()> {
    while let Some(character) = characters.next() {
        match character {
            end if end == quote => return Ok(()),
            '\\' if quote == '"' => match characters.next() {
                Some(kept @ ('"' | '\\')) => word.push(kept),
                other => word.extend(std::iter::once('\\').chain(other)),
            },
            other => word.push(other),
        }
    }
    bail!("a quote is not closed: {quote}\nhint: close it, or write \\{quote} for the character itself")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        split(line).expect("every quote is closed")
    }

    #[test]
    fn words_are_split_as_a_shell_splits_them() {
        assert_eq!(words("  funnel  a b "), ["funnel", "a", "b"]);
        assert_eq!(words(r#"funnel 'value > 100' "a \"b\" \n""#), ["funnel", "value > 100", r#"a "b" \n"#]);
        assert_eq!(words(r"a\ b \'c '' d'e'f"), ["a b", "'c", "", "def"]);
        assert_eq!(words(r"\"), [r"\"]);
        assert!(words(" \t\n").is_empty());
    }

    #[test]
    fn an_open_quote_is_refused() {
        for line in ["funnel 'a", "funnel \"a'", "\"a\\\""] {
            assert!(split(line).is_err(), "{line}");
        }
    }
}
