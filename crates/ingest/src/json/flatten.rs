//! What are the scalar values of a JSON object, under names with dots?
//!
//! `{"context": {"page": {"url": "/a"}}}` is `context.page.url` = `/a`. Arrays stay JSON text; nulls and empty objects
//! are nothing. A name that occurs twice counts with its last value.

pub(crate) use kundresa_model::json::push_string;

use super::scan::{Next, Scalar, ScanError, Scanner};

/// A flattened value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flat<'a> {
    /// A string, unescaped.
    Text(&'a str),
    /// A number as written, `true`, `false`, or an array as JSON text.
    Json(&'a str),
}

impl<'a> Flat<'a> {
    /// The value as text.
    pub fn text(self) -> &'a str {
        match self {
            Self::Text(text) | Self::Json(text) => text,
        }
    }
}

/// Calls `visit` with name and value of every scalar and array of the one object that `text` holds.
///
/// # Errors
/// When the text is not exactly one JSON object. Values before the error were visited.
pub fn flatten(text: &str, path: &mut String, mut visit: impl FnMut(&str, Flat<'_>)) -> Result<(), ScanError> {
    let mut scanner = Scanner::new(text);
    path.clear();
    object(&mut scanner, path, &mut visit)?;
    scanner.end()
}

fn object(
    scanner: &mut Scanner<'_>,
    path: &mut String,
    visit: &mut impl FnMut(&str, Flat<'_>),
) -> Result<(), ScanError> {
    scanner.begin_object()?;
    while let Some(key) = scanner.next_key()? {
        let length = path.len();
        if length > 0 {
            path.push('.');
        }
        path.push_str(&key);
        scanner.count_name(path.len())?;
        value(scanner, path, visit)?;
        path.truncate(length);
    }
    Ok(())
}

fn value(
    scanner: &mut Scanner<'_>,
    path: &mut String,
    visit: &mut impl FnMut(&str, Flat<'_>),
) -> Result<(), ScanError> {
    match scanner.peek()? {
        Next::Object => return object(scanner, path, visit),
        Next::Array => visit(path, Flat::Json(scanner.skip()?)),
        Next::Scalar => match scanner.scalar()? {
            Scalar::Null => {}
            Scalar::Bool(true) => visit(path, Flat::Json("true")),
            Scalar::Bool(false) => visit(path, Flat::Json("false")),
            Scalar::Number(number) => visit(path, Flat::Json(number)),
            Scalar::Text(text) => visit(path, Flat::Text(&text)),
        },
    }
    Ok(())
}

/// Appends `"name":value` to an object under construction.
pub(crate) fn push_member(out: &mut String, name: &str, value: Flat<'_>) {
    out.push(if out.is_empty() { '{' } else { ',' });
    push_string(out, name);
    out.push(':');
    match value {
        Flat::Text(text) => push_string(out, text),
        Flat::Json(json) => out.push_str(json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<(String, String)>, ScanError> {
        let mut found = Vec::new();
        flatten(text, &mut String::new(), |path, value| found.push((path.to_owned(), value.text().to_owned())))?;
        Ok(found)
    }

    #[test]
    fn nested_names_are_joined_with_dots() {
        let found = all(
            r#"{"id": 18446744073709551616, "context": {"page": {"url": "/å"}, "none": null, "e": {}}, "l": [1, {"a": 2}], "b": true}"#,
        );
        let expected =
            [("id", "18446744073709551616"), ("context.page.url", "/å"), ("l", r#"[1, {"a": 2}]"#), ("b", "true")];
        assert_eq!(found.unwrap(), expected.map(|(path, value)| (path.to_owned(), value.to_owned())));
    }

    #[test]
    fn only_one_object_is_a_row() {
        for text in ["[]", "1", "{} {}", "{\"a\":1", ""] {
            assert!(all(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_long_name_around_many_values_has_a_limit() {
        let within: Vec<String> = (0..9000).map(|number| format!("\"{number}\":1")).collect();
        let text = format!("{{\"{}\":{{{}}}}}", "k".repeat(8 << 10), within.join(","));
        assert!(all(&text).unwrap_err().to_string().contains("64 MiB"));
    }

    #[test]
    fn written_strings_are_json() {
        let mut out = String::new();
        push_string(&mut out, "a\"\\\n\u{1}é");
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), "a\"\\\n\u{1}é");
    }
}
