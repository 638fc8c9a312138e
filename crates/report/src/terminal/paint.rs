//! How does finished text get its colours, or lose its Unicode?
//!
//! Tables are laid out as plain text first, so that escape sequences never take part in widths. A line that begins with
//! [`HEADING`] is a heading; runs of bar characters are coloured by what they stand for.

use anstyle::{AnsiColor, Style as Ansi};

use super::Style;

/// First character of a heading line; never shown.
pub const HEADING: char = '\u{1}';
/// Bar of those who went on.
pub const WENT: char = '█';
/// Bar of those who stopped.
pub const STOPPED: char = '▒';
/// Bar of those who may still go on.
pub const OPEN: char = '░';
/// Line under a table's head.
pub const RULE: char = '─';

/// The text as the terminal gets it, with a newline at the end.
pub fn finish(text: &str, style: &Style) -> String {
    let mut shown = String::with_capacity(text.len() + 64);
    for line in text.lines() {
        let line = line.trim_end();
        match line.strip_prefix(HEADING) {
            Some(heading) if style.color => wrap(&mut shown, Ansi::new().bold(), heading),
            Some(heading) => shown.push_str(heading),
            None if style.color => colored(&mut shown, line),
            None => shown.push_str(line),
        }
        shown.push('\n');
    }
    if style.unicode { shown } else { ascii(&shown) }
}

fn wrap(into: &mut String, ansi: Ansi, text: &str) {
    into.push_str(&ansi.render().to_string());
    into.push_str(text);
    into.push_str(&ansi.render_reset().to_string());
}

fn colored(into: &mut String, line: &str) {
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let ansi = ansi_of(first);
        let end = rest.find(|character| ansi_of(character) != ansi).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        match ansi {
            Some(ansi) => wrap(into, ansi, run),
            None => into.push_str(run),
        }
        rest = after;
    }
}

fn ansi_of(character: char) -> Option<Ansi> {
    match character {
        WENT => Some(AnsiColor::Blue.on_default()),
        STOPPED | OPEN | RULE => Some(Ansi::new().dimmed()),
        '▲' => Some(AnsiColor::Yellow.on_default().bold()),
        _ => None,
    }
}

/// Our own signs in ASCII; the document has every name unchanged.
fn ascii(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, character| {
        match character {
            WENT => shown.push('#'),
            STOPPED => shown.push('x'),
            OPEN => shown.push('.'),
            RULE | '–' | '−' => shown.push('-'),
            '├' | '│' => shown.push('|'),
            '└' => shown.push('`'),
            '←' => shown.push_str("<-"),
            '▲' => shown.push('^'),
            '·' => shown.push('|'),
            'µ' => shown.push('u'),
            '“' | '”' => shown.push('"'),
            '…' => shown.push_str("..."),
            '→' => shown.push_str("->"),
            other => shown.push(other),
        }
        shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_color_there_are_no_escape_sequences() {
        let style = Style::default();
        assert_eq!(finish("\u{1}Head\n█▒", &style), "Head\n█▒\n");
        assert_eq!(finish("█▒░ – …", &Style { unicode: false, ..style }), "#x. - ...\n");
        assert_eq!(finish("│├└ ← →", &Style { unicode: false, ..style }), "||` <- ->\n");
    }

    #[test]
    fn with_color_every_run_is_reset() {
        let shown = finish("\u{1}Head\na██b", &Style { color: true, ..Style::default() });
        assert_eq!(shown.matches("\u{1b}[0m").count(), 2);
        assert!(shown.contains("a\u{1b}[34m██\u{1b}[0mb"), "{shown:?}");
    }
}
