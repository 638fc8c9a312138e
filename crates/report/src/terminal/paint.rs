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
    for line in spelled(text, style).lines() {
        let line = line.trim_end();
        let (line, is_heading) = line.strip_prefix(HEADING).map_or((line, false), |heading| (heading, true));
        for part in folded(line, style.columns()) {
            match is_heading {
                true if style.color => wrap(&mut shown, Ansi::new().bold(), &part),
                false if style.color => colored(&mut shown, &part),
                _ => shown.push_str(&part),
            }
            shown.push('\n');
        }
    }
    if style.unicode { shown } else { ascii(&shown) }
}

/// The text with those signs spelled out that take more room in ASCII, where it will be ASCII: whatever lays text out must
/// know how long it gets.
pub fn spelled(text: &str, style: &Style) -> String {
    match style.unicode {
        true => text.to_owned(),
        false => text.replace('…', "...").replace('→', "->").replace('←', "<-"),
    }
}

/// A line in parts no longer than the screen, each but the first a little further in. Few lines are longer: those not laid
/// out as tables, on narrow screens.
fn folded(line: &str, columns: usize) -> Vec<String> {
    let indent = line.chars().take_while(|character| *character == ' ').count().min(columns / 2);
    let mut parts = Vec::new();
    let mut rest = line.to_owned();
    while let Some((limit, _)) = rest.char_indices().nth(columns) {
        // A space right behind the screen ends a line as well.
        let spaces = rest.char_indices().take(columns + 1).filter(|(at, sign)| *sign == ' ' && *at > indent + 2);
        let end = spaces.last();
        let cut = end.map_or(limit, |(at, _)| at);
        parts.push(rest[..cut].trim_end().to_owned());
        rest = format!("{:indent$}  {}", "", rest[cut..].trim_start());
    }
    parts.push(rest);
    parts
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
            '▲' => shown.push('^'),
            '·' => shown.push('|'),
            'µ' => shown.push('u'),
            '“' | '”' => shown.push('"'),
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
    fn lines_longer_than_the_screen_are_folded() {
        let style = Style { width: 40, ..Style::default() };
        let long = "  one two three four five six seven eight nine ten eleven";
        assert_eq!(finish(long, &style), "  one two three four five six seven\n    eight nine ten eleven\n");
        // 40 characters fit; so does a word that ends with the screen.
        assert_eq!(finish(&"x".repeat(40), &style), format!("{}\n", "x".repeat(40)));
        assert_eq!(finish(&format!("{} y", "é".repeat(40)), &style), format!("{}\n  y\n", "é".repeat(40)));
        // A word without an end is cut: 40, then 38 behind two spaces.
        let parts = format!("{}\n  {}\n  {}\n", "x".repeat(40), "x".repeat(38), "x".repeat(12));
        assert_eq!(finish(&format!("\u{1}{}", "x".repeat(90)), &style), parts);
        // In ASCII the dots take three columns.
        let ascii = Style { unicode: false, ..style };
        assert_eq!(finish(&format!("{} a…", "x".repeat(37)), &ascii), format!("{}\n  a...\n", "x".repeat(37)));
    }

    #[test]
    fn with_color_every_run_is_reset() {
        let shown = finish("\u{1}Head\na██b", &Style { color: true, ..Style::default() });
        assert_eq!(shown.matches("\u{1b}[0m").count(), 2);
        assert!(shown.contains("a\u{1b}[34m██\u{1b}[0mb"), "{shown:?}");
    }
}
