//! What would a property be, had it been a column of its own and not lain in `props`?
//!
//! `props` is one JSON object with flat names, as `ingest` wrote it: strings, numbers as written, booleans, arrays as JSON
//! text. A property read from it has the very text that it has where it is a column.

use std::borrow::Cow;

/// A property that is looked up in JSON objects.
#[derive(Clone, Debug)]
pub(super) struct Member {
    name: String,
    /// The name as it stands in an object, where that is certain; most objects are passed over by it.
    written: Option<String>,
}

impl Member {
    pub(super) fn new(name: &str) -> Self {
        let is_plain = !name.contains(|character: char| character.is_control() || "\"\\".contains(character));
        Self { name: name.to_owned(), written: is_plain.then(|| format!("\"{name}\":")) }
    }

    /// The property's text in `object`; `None` where it is absent, null or empty. Of several of that name the last counts.
    pub(super) fn of<'t>(&self, object: &'t str) -> Option<Cow<'t, str>> {
        if self.written.as_ref().is_some_and(|written| !object.contains(written.as_str())) {
            return None;
        }
        let mut scan = Scan { left: object.trim_ascii_start().strip_prefix('{')? };
        let mut last = None;
        while let Some((name, value)) = scan.member() {
            if value != "null" && unquoted(name)? == self.name {
                last = Some(value);
            }
        }
        let text = if last?.starts_with('"') { unquoted(last?)? } else { Cow::Borrowed(last?) };
        Some(text).filter(|text| !text.is_empty())
    }
}

/// What a JSON string says.
pub(crate) fn unquoted(string: &str) -> Option<Cow<'_, str>> {
    if string.contains('\\') {
        return serde_json::from_str(string).ok().map(Cow::Owned);
    }
    string.strip_prefix('"')?.strip_suffix('"').map(Cow::Borrowed)
}

/// Members of an object, its brace already taken.
pub(crate) struct Scan<'t> {
    pub(crate) left: &'t str,
}

impl<'t> Scan<'t> {
    /// Name (quoted) and value of the next member as they are written; `None` at the end and where it is no JSON.
    pub(crate) fn member(&mut self) -> Option<(&'t str, &'t str)> {
        self.left = self.left.trim_ascii_start().trim_start_matches(',').trim_ascii_start();
        let name = self.take(string_length(self.left)?);
        self.left = self.left.trim_ascii_start().strip_prefix(':')?.trim_ascii_start();
        Some((name, self.take(value_length(self.left)?)))
    }

    fn take(&mut self, length: usize) -> &'t str {
        let (taken, left) = self.left.split_at(length);
        self.left = left;
        taken
    }
}

/// Bytes of the string that `text` begins with, quotes included.
fn string_length(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate();
    bytes.next().filter(|(_, byte)| *byte == b'"')?;
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at + 1),
            b'\\' => bytes.next().map(drop)?,
            _ => {}
        }
    }
    None
}

/// Bytes of the value that `text` begins with.
fn value_length(text: &str) -> Option<usize> {
    match text.bytes().next()? {
        b'"' => string_length(text),
        b'[' | b'{' => nested_length(text),
        _ => text.find([',', '}', ' ', '\t', '\n', '\r']),
    }
}

/// Bytes of the array or object that `text` begins with.
fn nested_length(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        match text.as_bytes().get(at)? {
            b'"' => at += string_length(&text[at..])?,
            b'[' | b'{' => (depth, at) = (depth + 1, at + 1),
            b']' | b'}' => (depth, at) = (depth.checked_sub(1)?, at + 1),
            _ => at += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(name: &str, object: &str) -> Option<String> {
        Member::new(name).of(object).map(Cow::into_owned)
    }

    #[test]
    fn values_read_as_the_column_would() {
        let object =
            r#"{"a":"x \"y\" å","n":19.90,"t":true,"z":null,"e":"","l":[1, {"b":"]"}],"b.c":"a","\"q":"quoted"}"#;
        let expect = |name, text: Option<&str>| assert_eq!(read(name, object).as_deref(), text, "{name}");
        expect("a", Some("x \"y\" å"));
        expect("n", Some("19.90"));
        expect("t", Some("true"));
        expect("z", None);
        expect("e", None);
        expect("l", Some(r#"[1, {"b":"]"}]"#));
        expect("b", None);
        expect("b.c", Some("a"));
        expect("\"q", Some("quoted"));
        expect("c", None);
    }

    #[test]
    fn of_several_values_of_one_name_the_last_counts() {
        assert_eq!(read("a", r#"{"a":1,"b":2,"a":3}"#).as_deref(), Some("3"));
        assert_eq!(read("a", r#"{"a":1,"a":null}"#).as_deref(), Some("1"));
        assert_eq!(read("a", r#"{"a":1,"a":""}"#), None);
    }

    #[test]
    fn text_that_looks_like_a_member_is_none() {
        assert_eq!(read("a", r#"{"b":"{\"a\":1}"}"#), None);
        assert_eq!(read("a", r#"{"b":[{"a":1}]}"#), None);
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for text in ["", "{", "[1]", "{\"a\":", "{\"a\"", "{\"a\":\"", "nonsense"] {
            assert_eq!(read("a", text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(values in prop::collection::btree_map("[a-c\"\\\\é\n]{1,3}", "[a-z\"\\\\,}{\\]:é\n ]{1,6}", 0..6)) {
            let object = serde_json::to_string(&values).unwrap();
            for (name, value) in &values {
                prop_assert_eq!(read(name, &object), Some(value.clone()));
            }
            prop_assert_eq!(read("d", &object), None);
        }
    }
}
