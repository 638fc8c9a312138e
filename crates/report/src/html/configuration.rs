//! With exactly which configuration was the report made?
//!
//! The file as it was read, comments included, and the options that were typed beside it; then what both came to.

use maud::{Markup, html};

use super::texts::{configuration as texts, settings};
use super::{View, cell};
use crate::locale::Locale;

/// Longest option shown whole.
const LONGEST_OPTION: usize = 400;

/// The command, the file and the configuration in force; what there is none of is left out.
pub fn configuration(view: &View<'_>) -> Markup {
    let (locale, provenance) = (view.locale, &view.document.provenance);
    html! {
        h3 { (locale.say(&texts::TITLE)) }
        @if !provenance.arguments.is_empty() {
            h4 { (locale.say(&texts::COMMAND)) }
            (listing(locale, &command(locale, &provenance.arguments), locale.say(&texts::COMMAND)))
        }
        @match &provenance.configuration_file {
            Some(file) => {
                h4 { (cell::name(locale, &file.path)) }
                p.explain { (locale.say(&texts::FILE_LEAD)) }
                (listing(locale, &file.text, &file.path))
            }
            None => p.explain { (locale.say(&texts::NO_FILE)) },
        }
        @if !provenance.configuration.is_empty() {
            details.figures {
                summary { (locale.say(&settings::IN_FORCE)) }
                p.explain { (locale.say(&texts::IN_FORCE_LEAD)) }
                (listing(locale, &provenance.configuration, locale.say(&settings::CONFIGURATION)))
            }
        }
    }
}

/// The command as a shell would take it, one option a line.
fn command(locale: Locale, arguments: &[String]) -> String {
    let mut text = "kundresa".to_owned();
    for argument in arguments {
        text.push_str(if argument.starts_with("--") { "\n  " } else { " " });
        text.push_str(&quoted(&locale.elided(argument, LONGEST_OPTION)));
    }
    text
}

/// In quotes where a shell would take it apart.
fn quoted(argument: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "-_./=:,+@%".contains(character);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', "'\\''"))
    }
}

fn listing(locale: Locale, text: &str, label: &str) -> Markup {
    let line = |line: &str| if line.is_empty() { String::new() } else { locale.visible(line) };
    let lines: Vec<String> = text.lines().map(line).collect();
    html! {
        pre.scroll tabindex="0" role="group" aria-label=(locale.elided(label, 80)) { code { (lines.join("\n")) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_quoted_as_a_shell_takes_them() {
        let typed = ["report", "a b.csv", "--where", "x == \"it's\"", "--top", "5"].map(str::to_owned);
        assert_eq!(
            command(Locale::default(), &typed),
            "kundresa report 'a b.csv'\n  --where 'x == \"it'\\''s\"'\n  --top 5"
        );
    }
}
