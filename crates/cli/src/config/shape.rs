//! Does the configuration have keys that exist, with values of their kind? Said in plain words, before anything is read.
//!
//! The file is held against the schema that `kundresa schema config` prints, so the two can't disagree.

use anyhow::Result;
use kundresa_model::suggest;
use schemars::schema_for;
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::Config;
use super::written::Written;

/// A part of the schema.
type Part = Map<String, Value>;

/// Refuses unknown and missing keys, and values of another kind than their key has.
///
/// # Errors
/// With file, line and column of the first one.
pub fn check(written: &Written<'_>) -> Result<()> {
    let schema = schema_for!(Config).to_value();
    let Some(top) = schema.as_object() else { return Ok(()) };
    let shapes = Shapes { top, written };
    shapes.table(written.top(), top, "")
}

struct Shapes<'a> {
    top: &'a Part,
    written: &'a Written<'a>,
}

/// What the schema says about a value.
struct Kind<'a> {
    /// Its name among the definitions, or empty.
    name: &'a str,
    part: &'a Part,
}

impl<'a> Shapes<'a> {
    fn value(&self, value: &Spanned<DeValue<'_>>, part: &'a Part, key: &str) -> Result<()> {
        let kinds = self.kinds(part);
        let fitting = kinds.iter().filter(|kind| fits(value.get_ref(), kind.part));
        let Some(kind) = fitting.max_by_key(|kind| likeness(value.get_ref(), kind.part)) else {
            let expected = self.expected(&kinds);
            let message = format!("expected {expected}, found {}", found(value.get_ref()));
            return Err(self.written.refuse_at(value.span().start, key, &format!("{message}{}", near(value, &kinds))));
        };
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, kind.part, key),
            DeValue::Array(entries) => {
                let Some(entry) = kind.part.get("items").and_then(Value::as_object) else { return Ok(()) };
                let mut entries = entries.iter().enumerate();
                entries.try_for_each(|(index, value)| self.value(value, entry, &format!("{key}[{}]", index + 1)))
            }
            _ => Ok(()),
        }
    }

    fn table(&self, table: &DeTable<'_>, part: &'a Part, key: &str) -> Result<()> {
        let dot = if key.is_empty() { "" } else { "." };
        let any = part.get("additionalProperties").and_then(Value::as_object);
        for (name, value) in table {
            let full = format!("{key}{dot}{}", name.get_ref());
            match properties(part).and_then(|known| known.get(name.get_ref().as_ref())).and_then(Value::as_object) {
                Some(known) => self.value(value, known, &full)?,
                None => match any {
                    Some(any) => self.value(value, any, &full)?,
                    None => return Err(self.unknown(&full, name.get_ref(), name.span().start, part)),
                },
            }
        }
        match required(part).find(|name| !table.contains_key(*name)) {
            Some(name) => Err(self.missing(key, name, part)),
            None => Ok(()),
        }
    }

    fn unknown(&self, key: &str, name: &str, at: usize, part: &Part) -> anyhow::Error {
        let known: Vec<&str> =
            properties(part).into_iter().flat_map(|known| known.keys()).map(String::as_str).collect();
        let hint = suggest::hint(name, known.iter().copied());
        let elsewhere = self.elsewhere(name).filter(|_| hint.is_empty());
        let advice = elsewhere.map_or_else(
            || format!("known here: {}", known.join(", ")),
            |section| format!("`{name}` is a key of [{section}]"),
        );
        self.written.refuse_at(at, key, &format!("there is no such key{hint}\nhint: {advice}"))
    }

    /// The section that has a key of that name.
    fn elsewhere(&self, name: &str) -> Option<&'a str> {
        properties(self.top)?.iter().find_map(|(section, part)| {
            let kinds = self.kinds(part.as_object()?);
            let has = |kind: &Kind<'_>| properties(kind.part).is_some_and(|known| known.contains_key(name));
            kinds.iter().any(has).then_some(section.as_str())
        })
    }

    fn missing(&self, key: &str, name: &str, part: &'a Part) -> anyhow::Error {
        let expected = properties(part).and_then(|known| known.get(name)).and_then(Value::as_object);
        let expected = expected.map(|part| self.expected(&self.kinds(part))).unwrap_or_default();
        self.written.refuse(key, &format!("the key `{name}` is missing\nhint: add {name} = …, {expected}"))
    }

    /// The kinds of value that a part of the schema allows.
    fn kinds(&self, part: &'a Part) -> Vec<Kind<'a>> {
        if let Some(several) = part.get("anyOf").and_then(Value::as_array) {
            return several.iter().filter_map(Value::as_object).flat_map(|part| self.kinds(part)).collect();
        }
        if part.get("type").and_then(Value::as_str) == Some("null") {
            return Vec::new();
        }
        let Some(name) = part.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/")) else {
            return vec![Kind { name: "", part }];
        };
        let defined = self.top.get("$defs").and_then(|defined| defined.get(name)).and_then(Value::as_object);
        let kinds = defined.map(|part| self.kinds(part)).unwrap_or_default();
        kinds.into_iter().map(|kind| if kind.name.is_empty() { Kind { name, ..kind } } else { kind }).collect()
    }

    fn expected(&self, kinds: &[Kind<'a>]) -> String {
        let mut all: Vec<String> = kinds.iter().map(|kind| self.phrase(kind)).collect();
        all.dedup();
        all.join(" or ")
    }

    fn phrase(&self, kind: &Kind<'a>) -> String {
        let part = kind.part;
        if let Some(choices) = choices(part) {
            return format!("one of {}", choices.join(", "));
        }
        match kind.name {
            "Duration" => {
                return "a span of time with its unit in quotes, such as \"30m\", \"24h\" or \"7d\"".to_owned();
            }
            "Window" => return "a span of time such as \"30m\" or \"7d\", or \"none\"".to_owned(),
            _ => {}
        }
        match kind_of(part) {
            "integer" if is_short(part) => format!("a whole number from 0 to {}", u32::MAX),
            "integer" => "a whole number, 0 or more".to_owned(),
            "boolean" => "true or false".to_owned(),
            "array" => self.list(part),
            "object" => self.shown_table(part),
            _ if part.get("maxLength").is_some() => "a single character in quotes".to_owned(),
            _ => "a text in quotes".to_owned(),
        }
    }

    fn list(&self, part: &'a Part) -> String {
        let entries = part.get("items").and_then(Value::as_object).map(|entry| self.kinds(entry)).unwrap_or_default();
        let is = |wanted: &str| entries.iter().any(|kind| kind_of(kind.part) == wanted);
        match (is("string"), is("object")) {
            (true, true) => "a list [ … ] of texts and tables".to_owned(),
            (_, true) => "a list [ … ] of tables".to_owned(),
            _ => "a list [ … ] of texts".to_owned(),
        }
    }

    fn shown_table(&self, part: &Part) -> String {
        match required(part).next().or_else(|| properties(part)?.keys().next().map(String::as_str)) {
            Some(first) => format!("a table such as {{ {first} = … }}"),
            None => "a table { … }".to_owned(),
        }
    }
}

fn properties(part: &Part) -> Option<&Part> {
    part.get("properties").and_then(Value::as_object)
}

/// The first of the types that a part names; `null` comes last where it is one of them.
fn kind_of(part: &Part) -> &str {
    match part.get("type") {
        Some(Value::String(one)) => one,
        Some(Value::Array(several)) => several.first().and_then(Value::as_str).unwrap_or_default(),
        _ => "",
    }
}

fn choices(part: &Part) -> Option<Vec<&str>> {
    let several = part.get("oneOf")?.as_array()?;
    Some(several.iter().filter_map(|one| one.get("const")?.as_str()).collect())
}

fn fits(value: &DeValue<'_>, part: &Part) -> bool {
    if let Some(choices) = choices(part) {
        return value.as_str().is_some_and(|text| choices.contains(&text));
    }
    match (kind_of(part), value) {
        ("string", DeValue::String(text)) => part.get("maxLength").is_none() || text.chars().count() == 1,
        ("integer", DeValue::Integer(number)) => number_of(number).is_some_and(|number| in_range(number, part)),
        ("boolean", DeValue::Boolean(_)) | ("array", DeValue::Array(_)) | ("object", DeValue::Table(_)) => true,
        _ => false,
    }
}

fn number_of(number: &DeInteger<'_>) -> Option<i128> {
    i128::from_str_radix(number.as_str(), number.radix()).ok()
}

fn is_short(part: &Part) -> bool {
    part.get("format").and_then(Value::as_str) == Some("uint32")
}

fn in_range(number: i128, part: &Part) -> bool {
    let most = if is_short(part) { u32::MAX.into() } else { i64::MAX.into() };
    (0..=most).contains(&number)
}

/// How much a table is like a part: whether it has all keys that must be there, then how many keys the part knows. Of two
/// kinds of table the one that is more alike was meant.
fn likeness(value: &DeValue<'_>, part: &Part) -> (bool, usize) {
    let (Some(table), Some(known)) = (value.as_table(), properties(part)) else { return (false, 0) };
    let has_all = required(part).all(|name| table.contains_key(name));
    (has_all, table.keys().filter(|name| known.contains_key(name.get_ref().as_ref())).count())
}

fn required(part: &Part) -> impl Iterator<Item = &str> {
    part.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn found(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text \"{text}\""),
        DeValue::Integer(number) => format!("the number {}", number.as_str()),
        DeValue::Float(number) => format!("the number {}", number.as_str()),
        DeValue::Boolean(is) => is.to_string(),
        DeValue::Datetime(time) => format!("{time} without quotes"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// What was probably meant, or what else would help.
fn near(value: &Spanned<DeValue<'_>>, kinds: &[Kind<'_>]) -> String {
    let known: Vec<&str> = kinds.iter().filter_map(|kind| choices(kind.part)).flatten().collect();
    let takes = |wanted: &str| kinds.iter().any(|kind| kind_of(kind.part) == wanted);
    match value.get_ref() {
        DeValue::String(text) => {
            suggest::nearest(text, known).map(|name| format!("\nhint: did you mean `{name}`?")).unwrap_or_default()
        }
        DeValue::Table(_) if takes("array") => {
            "\nhint: write [[…]], with two brackets, for each entry of a list".to_owned()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn checked(text: &str) -> Result<()> {
        check(&Written::try_new(Path::new("k.toml"), text).expect("TOML"))
    }

    /// First line of the error, and the hint below it.
    fn message(text: &str) -> (String, String) {
        let message = checked(text).expect_err(text).to_string();
        let lines: Vec<&str> = message.lines().collect();
        (lines[0].to_owned(), lines.get(3).copied().unwrap_or_default().to_owned())
    }

    #[test]
    fn values_of_another_kind_are_said_in_plain_words() {
        let span = "a span of time with its unit in quotes, such as \"30m\", \"24h\" or \"7d\"";
        for (text, expected) in [
            ("title = 3", "1:9: title: expected a text in quotes, found the number 3".to_owned()),
            ("as_of = 2024-01-01", "1:9: as_of: expected a text in quotes, found 2024-01-01 without quotes".to_owned()),
            ("sessions = []", "1:12: sessions: expected a table such as { timeout = … }, found a list".to_owned()),
            ("[sessions]\ncaps = 1", "2:8: sessions.caps: expected true or false, found the number 1".to_owned()),
            ("[sessions]\ntimeout = 30", format!("2:11: sessions.timeout: expected {span}, found the number 30")),
            ("[carts]\nitems = -1", "2:9: carts.items: expected a whole number, 0 or more, found the number -1".to_owned()),
            (
                "[paths]\nwidth = 0x100000000",
                "2:9: paths.width: expected a whole number from 0 to 4294967295, found the number 100000000".to_owned(),
            ),
            (
                "[[funnels]]\nsteps = [{ any_order = [\"a\", true] }]",
                "2:30: funnels[1].steps[1].any_order[2]: expected a text in quotes or a table such as { when = … }, found true".to_owned(),
            ),
            (
                "[[sources]]\ncolumns = { page = 1.5 }",
                "2:20: sources[1].columns.page: expected a text in quotes or a list [ … ] of texts, found the number 1.5".to_owned(),
            ),
        ] {
            assert_eq!(message(text).0, format!("k.toml:{expected}"));
        }
    }

    #[test]
    fn unknown_and_missing_keys_are_named_with_what_could_be_meant() {
        for (text, expected, hint) in [
            ("[sesions]", "1:2: sesions: there is no such key (did you mean `sessions`?)", "hint: known here: title,"),
            ("timeout = \"30m\"", "1:1: timeout: there is no such key", "hint: `timeout` is a key of [sessions]"),
            (
                "[paths]\nnodes = \"page\"",
                "2:9: paths.nodes: expected one of events, pages, ",
                "hint: did you mean `pages`?",
            ),
            (
                "[phases]\nrules = [{ name = \"a\" }]",
                "2:10: phases.rules[1]: the key `phase` is missing",
                "hint: add phase = …",
            ),
            (
                "[[funnels]]\nsteps = [{ any_order = [\"a\", \"b\"], name = \"x\" }]",
                "2:36: funnels[1].steps[1].name: there is no such key",
                "hint: known here: any_order",
            ),
        ] {
            let (first, below) = message(text);
            assert!(first.starts_with(&format!("k.toml:{expected}")), "{first}");
            assert!(below.starts_with(hint), "{below}");
        }
    }

    #[test]
    fn what_a_configuration_may_say_is_let_through() {
        let whole = toml::to_string(&Config::default()).expect("TOML");
        checked(&whole).expect("the defaults");
        checked("[[funnels]]\nas = \"posthog\"\nsteps = [\"a\", { when = \"b\", within = \"1h\" }, { any_order = [\"c\", { when = \"d\" }] }]")
            .expect("steps of every form");
        checked("[[sources]]\ndelimiter = \";\"\ncolumns = { page = [\"a\", \"b\"], event = \"c\" }")
            .expect("a source");
    }
}
