//! Which fields does a line of a log have, separated by blanks, with quotes around those that have blanks?

use std::borrow::Cow;

/// One field of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// What is between the quotes, or between blanks. Escapes are left in.
    pub(super) text: &'a str,
    /// Whether it had quotes.
    pub(super) quoted: bool,
}

/// Takes the next field off `rest`; `None` at the end. Quotes that don't end take all that is left.
pub(super) fn next_field<'a>(rest: &mut &'a str) -> Option<Field<'a>> {
    take_field(rest, &mut false)
}

/// All fields of `rest`.
pub(super) fn all_fields(mut rest: &str) -> impl Iterator<Item = Field<'_>> {
    let mut is_plain = false;
    std::iter::from_fn(move || take_field(&mut rest, &mut is_plain))
}

/// Takes a field. Where `is_plain` says so, no quote that ends a text is left that minds backslashes.
fn take_field<'a>(rest: &mut &'a str, is_plain: &mut bool) -> Option<Field<'a>> {
    let line = rest.trim_ascii_start();
    if line.is_empty() {
        return None;
    }
    let (text, quoted, end) = match line.strip_prefix('"') {
        Some(inner) => {
            let length = closing_quote(inner, is_plain).unwrap_or(inner.len());
            (&inner[..length], true, (length + 2).min(line.len()))
        }
        None => {
            let length = memchr::memchr(b' ', line.as_bytes()).unwrap_or(line.len());
            (&line[..length], false, length)
        }
    };
    *rest = &line[end..];
    Some(Field { text, quoted })
}

/// Where a quoted text ends: at a quote before a blank or the line's end that has no backslash before it. Servers that
/// write no escapes may leave other quotes within, or a backslash before the last. What is found of that once is true of the
/// rest of the line too, and `is_plain` keeps it: looking through all of it for every field would take hours for long lines.
fn closing_quote(text: &str, is_plain: &mut bool) -> Option<usize> {
    let ends = |at: usize| matches!(text.as_bytes().get(at + 1), None | Some(b' '));
    let mut from = if *is_plain { text.len() } else { 0 };
    while let Some(at) = text.as_bytes().get(from..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        let at = from + at;
        match text.as_bytes()[at] {
            b'"' if ends(at) => return Some(at),
            b'"' => from = at + 1,
            // What is escaped ends nothing.
            _ => from = at + 2,
        }
    }
    *is_plain = true;
    memchr::memchr_iter(b'"', text.as_bytes()).find(|at| ends(*at))
}

/// What becomes of bytes that are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Odd {
    /// `%C4`, as in addresses.
    Percent,
    /// `\xc4`, as they were written.
    Escape,
}

/// A field without its escapes: `\"`, `\\`, and the bytes of `\xC3\xA5`. Bytes that are no text are written as `odd` says.
pub(super) fn unescaped(text: &str, odd: Odd) -> Cow<'_, str> {
    if memchr::memchr(b'\\', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let (byte, length) = if *byte == b'\\' { escape(after) } else { (*byte, 0) };
        bytes.push(byte);
        rest = after.get(length..).unwrap_or_default();
    }
    Cow::Owned(written(&bytes, odd))
}

/// The byte that stands behind a backslash, and how many bytes say so. A backslash before anything else is itself.
fn escape(after: &[u8]) -> (u8, usize) {
    match after {
        [byte @ (b'"' | b'\\'), ..] => (*byte, 1),
        [b'n', ..] => (b'\n', 1),
        [b'r', ..] => (b'\r', 1),
        [b't', ..] => (b'\t', 1),
        [b'x', high, low, ..] => match (hex(*high), hex(*low)) {
            (Some(high), Some(low)) => (high << 4 | low, 3),
            _ => (b'\\', 0),
        },
        _ => (b'\\', 0),
    }
}

/// The value of a hexadecimal digit.
pub(super) fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Bytes as text, those that are none, and control characters, written out.
fn written(bytes: &[u8], odd: Odd) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len());
    let push_odd = |text: &mut String, byte: u8| {
        // Writing to a string can't fail.
        _ = match odd {
            Odd::Percent => write!(text, "%{byte:02X}"),
            Odd::Escape => write!(text, "\\x{byte:02x}"),
        };
    };
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match u8::try_from(character) {
                Ok(byte) if byte.is_ascii_control() => push_odd(&mut text, byte),
                _ => text.push(character),
            }
        }
        chunk.invalid().iter().for_each(|byte| push_odd(&mut text, *byte));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(whole: &str) -> Vec<(&str, bool)> {
        let mut line = whole;
        let one_by_one: Vec<_> =
            std::iter::from_fn(|| next_field(&mut line)).map(|field| (field.text, field.quoted)).collect();
        let at_once: Vec<_> = all_fields(whole).map(|field| (field.text, field.quoted)).collect();
        assert_eq!(at_once, one_by_one);
        at_once
    }

    #[test]
    fn a_long_line_of_odd_quotes_takes_no_longer_than_others() {
        let line = r#""a\" "#.repeat(400_000);
        assert_eq!(all_fields(&line).count(), 400_000);
    }

    #[test]
    fn quotes_hold_blanks_and_escapes() {
        assert_eq!(all(r#"a  "b c" "" -"#), [("a", false), ("b c", true), ("", true), ("-", false)]);
        assert_eq!(all(r#""a \"b\" c" d"#), [(r#"a \"b\" c"#, true), ("d", false)]);
        assert_eq!(all(r#""a \\" d"#), [(r"a \\", true), ("d", false)]);
    }

    #[test]
    fn quotes_that_nobody_escaped_are_lived_with() {
        assert_eq!(all(r#""say "hi"!" d"#), [(r#"say "hi"!"#, true), ("d", false)]);
        assert_eq!(all(r#""C:\" 7"#), [(r"C:\", true), ("7", false)]);
        assert_eq!(all("\"open end"), [("open end", true)]);
        assert_eq!(all("\""), [("", true)]);
    }

    #[test]
    fn escapes_are_bytes_and_bytes_that_are_no_text_stay_written_out() {
        for (text, odd, expected) in [
            (r#"a \"b\" \\ c"#, Odd::Escape, r#"a "b" \ c"#),
            (r"/\xC3\xA5", Odd::Percent, "/å"),
            (r"/\xa4\xa4", Odd::Percent, "/%A4%A4"),
            (r"\x16\x03\x01", Odd::Escape, r"\x16\x03\x01"),
            (r"\xA4 \t", Odd::Escape, r"\xa4 \x09"),
            (r"\u \xg1 \x", Odd::Escape, r"\u \xg1 \x"),
            ("\\", Odd::Escape, "\\"),
        ] {
            assert_eq!(unescaped(text, odd), expected, "{text}");
        }
    }
}
