//! What does the file of the configuration hold at a key, and where does it stand?
//!
//! Keys are written as messages show them: `phases.rules[2].when`, lists counted from 1.

use std::path::Path;

use anyhow::anyhow;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The file as it was written, with the place of every key and value.
pub struct Written<'a> {
    path: &'a Path,
    text: &'a str,
    tree: Spanned<DeTable<'a>>,
}

/// A key that the file has, with its value.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    /// First byte of the key; of the value in a list, whose entries have none.
    pub key_at: usize,
    /// The value.
    pub value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Written<'a> {
    /// The file at `path`, which reads `text`.
    ///
    /// # Errors
    /// When it is no TOML.
    pub fn try_new(path: &'a Path, text: &'a str) -> Result<Self, toml::de::Error> {
        Ok(Self { path, text, tree: DeTable::parse(text)? })
    }

    /// The top table.
    pub fn top(&self) -> &DeTable<'a> {
        self.tree.get_ref()
    }

    /// Key and value at `key`, if the file has them.
    pub fn entry(&self, key: &str) -> Option<Entry<'_>> {
        in_table(self.top(), key)
    }

    /// The list at `key`; empty if there is none.
    pub fn list(&self, key: &str) -> Vec<&Spanned<DeValue<'_>>> {
        let list = self.entry(key).and_then(|entry| entry.value.get_ref().as_array());
        list.into_iter().flatten().collect()
    }

    /// An error about the value at `key`; where the file does not have it, about the nearest table around it. What
    /// follows the first line of `message` stands below the line of the file.
    pub fn refuse(&self, key: &str, message: &str) -> anyhow::Error {
        let mut around = key;
        loop {
            if let Some(entry) = self.entry(around) {
                return self.refuse_at(entry.value.span().start, key, message);
            }
            let Some(end) = around.rfind(['.', '[']) else { break };
            around = &around[..end];
        }
        anyhow!("{}: {key}: {message}", self.path.display())
    }

    /// The same about the key itself.
    pub fn refuse_key(&self, key: &str, message: &str) -> anyhow::Error {
        match self.entry(key) {
            Some(entry) => self.refuse_at(entry.key_at, key, message),
            None => self.refuse(key, message),
        }
    }

    /// The same about the character at byte `at` of the file.
    pub fn refuse_at(&self, at: usize, key: &str, message: &str) -> anyhow::Error {
        let (message, below) = message.split_once('\n').map_or((message, None), |(first, rest)| (first, Some(rest)));
        let below = below.map(|below| format!("\n{below}")).unwrap_or_default();
        let colon = if key.is_empty() { "" } else { ": " };
        pointing_at(self.path, self.text, at, &format!("{key}{colon}{message}"), &below)
    }

    /// The bytes of the file.
    pub fn text(&self) -> &str {
        self.text
    }

    /// Keys of all texts under `key` that read `wanted`, in the order of the file. Names are left out: a name may well
    /// read like what it names.
    pub fn keys_of(&self, key: &str, wanted: &str) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(entry) = self.entry(key) {
            collect(key.to_owned(), entry.value, wanted, &mut found);
        }
        found.sort_by_key(|(at, _)| *at);
        found.into_iter().map(|(_, key)| key).collect()
    }

    /// Key of the value, or of the key itself, that byte `at` lies in, as deep as the file goes; empty for none.
    pub fn key_at(&self, at: usize) -> String {
        deepest_in(self.top(), "", at).unwrap_or_default()
    }
}

fn deepest_in(table: &DeTable<'_>, key: &str, at: usize) -> Option<String> {
    let dot = if key.is_empty() { "" } else { "." };
    table.iter().find_map(|(name, value)| {
        let full = || format!("{key}{dot}{}", name.get_ref());
        deepest(value, &full(), at).or_else(|| name.span().contains(&at).then(full))
    })
}

/// What stands under the header of a table lies outside of its span, so entries are asked first.
fn deepest(value: &Spanned<DeValue<'_>>, key: &str, at: usize) -> Option<String> {
    let inside = match value.get_ref() {
        DeValue::Table(table) => deepest_in(table, key, at),
        DeValue::Array(entries) => {
            let mut entries = entries.iter().enumerate();
            entries.find_map(|(index, value)| deepest(value, &format!("{key}[{}]", index + 1), at))
        }
        _ => None,
    };
    inside.or_else(|| value.span().contains(&at).then(|| key.to_owned()))
}

fn in_table<'t>(table: &'t DeTable<'_>, key: &str) -> Option<Entry<'t>> {
    // A key may hold dots itself, so every key that the path begins with is tried.
    table.iter().find_map(|(name, value)| {
        let rest = key.strip_prefix(name.get_ref().as_ref())?;
        let entry = Entry { key_at: name.span().start, value };
        if rest.is_empty() { Some(entry) } else { below(value, rest) }
    })
}

fn below<'t>(value: &'t Spanned<DeValue<'_>>, rest: &str) -> Option<Entry<'t>> {
    if let Some(rest) = rest.strip_prefix('.') {
        return in_table(value.get_ref().as_table()?, rest);
    }
    let (number, rest) = rest.strip_prefix('[')?.split_once(']')?;
    let entry = value.get_ref().as_array()?.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
    if rest.is_empty() { Some(Entry { key_at: entry.span().start, value: entry }) } else { below(entry, rest) }
}

fn collect(key: String, value: &Spanned<DeValue<'_>>, wanted: &str, found: &mut Vec<(usize, String)>) {
    match value.get_ref() {
        DeValue::String(text) if text == wanted => found.push((value.span().start, key)),
        DeValue::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                collect(format!("{key}[{}]", index + 1), value, wanted, found);
            }
        }
        DeValue::Table(table) => {
            for (name, value) in table.iter().filter(|(name, _)| name.get_ref() != "name") {
                collect(format!("{key}.{}", name.get_ref()), value, wanted, found);
            }
        }
        _ => {}
    }
}

/// The error with file, line and column of byte `at`, and the line itself with a caret below.
pub fn pointing_at(path: &Path, text: &str, at: usize, message: &str, below: &str) -> anyhow::Error {
    let before = &text[..at.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |start| start.chars().count()) + 1;
    let source = text.lines().nth(line - 1).unwrap_or_default();
    anyhow!("{}:{line}:{column}: {message}\n  {source}\n  {:>column$}{below}", path.display(), "^")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "title = \"x\"\n[[phases.rules]]\nname = \"a\"\nwhen = \"x\"\n\
        [[funnels]]\nsteps = [\"x\", { when = \"y\" }]\n[channels]\nsources = { \"a.b\" = \"x\" }\n";

    fn written() -> Written<'static> {
        Written::try_new(Path::new("k.toml"), TEXT).expect("TOML")
    }

    #[test]
    fn keys_lead_to_values_and_back() {
        for key in ["title", "phases.rules[1].when", "funnels[1].steps[2].when", "channels.sources.a.b"] {
            let entry = written().entry(key).map(|entry| (entry.key_at, entry.value.span().start));
            let (name, value) = entry.unwrap_or_else(|| panic!("{key}"));
            assert_eq!((written().key_at(name), written().key_at(value)), (key.to_owned(), key.to_owned()));
        }
        assert!(written().entry("funnels[3]").is_none());
        assert!(written().entry("titles").is_none());
    }

    #[test]
    fn texts_are_found_under_a_key() {
        assert_eq!(written().keys_of("phases", "x"), ["phases.rules[1].when"]);
        assert_eq!(written().keys_of("funnels[1]", "y"), ["funnels[1].steps[2].when"]);
        assert!(written().keys_of("phases", "a").is_empty(), "a name is no value");
    }

    #[test]
    fn what_the_file_does_not_have_is_pointed_at_from_its_table() {
        let message = written().refuse("funnels[1].window", "too long\nhint: shorter").to_string();
        assert_eq!(message, "k.toml:5:1: funnels[1].window: too long\n  [[funnels]]\n  ^\nhint: shorter");
        let message = written().refuse("carts.items", "too many").to_string();
        assert_eq!(message, "k.toml: carts.items: too many");
    }
}
