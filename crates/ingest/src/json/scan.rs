//! What comes next in a JSON text?
//!
//! A strict pull scanner. Numbers are handed out as they are written, so ids of twenty digits survive; strings without
//! escapes are borrowed. Nothing is built that nobody asks for.

use std::borrow::Cow;

/// Deepest nesting that is followed.
const DEEPEST: usize = 128;
const TOO_DEEP: &str = "nested deeper than 128 levels, the limit,";
/// Most bytes of the names with dots of all values of an object.
const LONGEST_NAMES: usize = 64 << 20;

/// Why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at character {at}")]
pub struct ScanError {
    /// What is wrong.
    pub what: &'static str,
    /// Byte position from 1.
    pub at: usize,
}

impl ScanError {
    /// Whether the limit of nesting was reached.
    pub fn is_too_deep(&self) -> bool {
        self.what == TOO_DEEP
    }
}

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// `{`
    Object,
    /// `[`
    Array,
    /// A string, number, boolean or null.
    Scalar,
}

/// A value that has no parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(&'a str),
    /// A string, unescaped.
    Text(Cow<'a, str>),
}

/// A position in a JSON text.
#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Open>,
    /// Bytes of names handed out.
    named: usize,
}

/// An object or array that was entered.
#[derive(Clone, Copy, Debug)]
struct Open {
    object: bool,
    begun: bool,
}

impl<'a> Scanner<'a> {
    /// At the start of a text.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, open: Vec::new(), named: 0 }
    }

    /// At a place in a text where so many objects and arrays are open, none of which may be left.
    pub(crate) fn within(text: &'a str, at: usize, depth: usize) -> Self {
        Self { text, at, open: vec![Open { object: true, begun: true }; depth], named: 0 }
    }

    /// Objects and arrays that are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Bytes read so far.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Counts the bytes of a name with dots, which repeats what it is within.
    ///
    /// # Errors
    /// When all names are together longer than 64 MiB.
    pub(crate) fn count_name(&mut self, bytes: usize) -> Result<(), ScanError> {
        self.named = self.named.saturating_add(bytes);
        if self.named > LONGEST_NAMES { self.error("with names of 64 MiB together, the limit,") } else { Ok(()) }
    }

    fn error<T>(&self, what: &'static str) -> Result<T, ScanError> {
        Err(ScanError { what, at: self.at + 1 })
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// What kind of value comes next.
    ///
    /// # Errors
    /// At the end of the text.
    pub fn peek(&mut self) -> Result<Next, ScanError> {
        match self.skip_blanks() {
            Some(b'{') => Ok(Next::Object),
            Some(b'[') => Ok(Next::Array),
            Some(_) => Ok(Next::Scalar),
            None => self.error("unexpected end"),
        }
    }

    /// Enters an object; read it with [`next_key`](Self::next_key).
    ///
    /// # Errors
    /// When the next value is none, or nested too deep.
    pub fn begin_object(&mut self) -> Result<(), ScanError> {
        self.begin(b'{', "expected an object")
    }

    /// Enters an array; read it with [`next_element`](Self::next_element).
    ///
    /// # Errors
    /// When the next value is none, or nested too deep.
    pub fn begin_array(&mut self) -> Result<(), ScanError> {
        self.begin(b'[', "expected an array")
    }

    fn begin(&mut self, bracket: u8, what: &'static str) -> Result<(), ScanError> {
        if self.skip_blanks() != Some(bracket) {
            return self.error(what);
        }
        if self.open.len() >= DEEPEST {
            return self.error(TOO_DEEP);
        }
        self.at += 1;
        self.open.push(Open { object: bracket == b'{', begun: false });
        Ok(())
    }

    /// The next key of the object entered last, whose value must be read or skipped then; `None` when it ends.
    ///
    /// # Errors
    /// When the text is malformed here.
    pub fn next_key(&mut self) -> Result<Option<Cow<'a, str>>, ScanError> {
        if !self.next_part(b'}', "expected `,` or `}`")? {
            return Ok(None);
        }
        if self.skip_blanks() != Some(b'"') {
            return self.error("expected a key");
        }
        let key = self.string()?;
        if self.skip_blanks() != Some(b':') {
            return self.error("expected `:`");
        }
        self.at += 1;
        Ok(Some(key))
    }

    /// Whether the array entered last has another element, which must be read or skipped then.
    ///
    /// # Errors
    /// When the text is malformed here.
    pub fn next_element(&mut self) -> Result<bool, ScanError> {
        self.next_part(b']', "expected `,` or `]`")
    }

    fn next_part(&mut self, close: u8, what: &'static str) -> Result<bool, ScanError> {
        let next = self.skip_blanks();
        let object = close == b'}';
        let Some(open) = self.open.last_mut().filter(|open| open.object == object) else {
            return self.error("nothing like that is open");
        };
        let first = !std::mem::replace(&mut open.begun, true);
        match next {
            Some(byte) if byte == close => {
                self.at += 1;
                self.open.pop();
                Ok(false)
            }
            Some(b',') if !first => {
                self.at += 1;
                match self.skip_blanks() {
                    Some(byte) if byte == close => self.error("nothing after `,`"),
                    _ => Ok(true),
                }
            }
            Some(_) if first => Ok(true),
            _ => self.error(what),
        }
    }

    /// The next value, which has no parts.
    ///
    /// # Errors
    /// When it is an object or array, or malformed.
    pub fn scalar(&mut self) -> Result<Scalar<'a>, ScanError> {
        match self.skip_blanks() {
            Some(b'"') => self.string().map(Scalar::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(Scalar::Number),
            Some(b't') => self.word("true").map(|()| Scalar::Bool(true)),
            Some(b'f') => self.word("false").map(|()| Scalar::Bool(false)),
            Some(b'n') => self.word("null").map(|()| Scalar::Null),
            _ => self.error("expected a value"),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), ScanError> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return self.error("expected a value");
        }
        self.at += word.len();
        Ok(())
    }

    fn digits(&mut self) -> Result<(), ScanError> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { self.error("expected a digit") } else { Ok(()) }
    }

    fn number(&mut self) -> Result<&'a str, ScanError> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        let first = self.at;
        self.digits()?;
        if self.text.as_bytes()[first] == b'0' && self.at - first > 1 {
            return self.error("number with a leading zero");
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    fn string(&mut self) -> Result<Cow<'a, str>, ScanError> {
        self.at += 1;
        let start = self.at;
        let plain = self.plain_length()?;
        self.at += plain;
        if self.byte() == Some(b'"') {
            self.at += 1;
            return Ok(Cow::Borrowed(&self.text[start..self.at - 1]));
        }
        let mut unescaped = self.text[start..self.at].to_owned();
        while self.byte() == Some(b'\\') {
            self.at += 1;
            unescaped.push(self.escape()?);
            let plain = self.plain_length()?;
            unescaped.push_str(&self.text[self.at..self.at + plain]);
            self.at += plain;
        }
        self.at += 1;
        Ok(Cow::Owned(unescaped))
    }

    /// Bytes up to the next quote or backslash.
    fn plain_length(&self) -> Result<usize, ScanError> {
        let rest = &self.text.as_bytes()[self.at..];
        match plain_bytes(rest) {
            Some(length) if rest[length] >= 0x20 => Ok(length),
            Some(length) => Err(ScanError { what: "control character in a string", at: self.at + length + 1 }),
            None => Err(ScanError { what: "unexpected end of a string", at: self.text.len() + 1 }),
        }
    }

    fn escape(&mut self) -> Result<char, ScanError> {
        let Some(byte) = self.byte() else { return self.error("unexpected end of a string") };
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' => Ok(char::from(byte)),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{c}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => self.unicode(),
            _ => self.error("unknown escape"),
        }
    }

    /// The character of `\uXXXX`, or of a pair of surrogates; a lone surrogate becomes U+FFFD.
    fn unicode(&mut self) -> Result<char, ScanError> {
        let high = self.hex()?;
        if !(0xd800..0xdc00).contains(&high) || !self.text[self.at..].starts_with("\\u") {
            return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.at;
        self.at += 2;
        let low = self.hex()?;
        if !(0xdc00..0xe000).contains(&low) {
            self.at = before;
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, ScanError> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        let number = digits.and_then(|digits| {
            digits.iter().try_fold(0, |number, byte| Some(number * 16 + char::from(*byte).to_digit(16)?))
        });
        self.at += 4;
        number.ok_or(ScanError { what: "expected four hexadecimal digits", at: self.at.saturating_sub(3) })
    }

    /// Passes over the next value and hands out its text.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn skip(&mut self) -> Result<&'a str, ScanError> {
        self.skip_blanks();
        let start = self.at;
        let depth = self.open.len();
        self.step()?;
        while self.open.len() > depth {
            let object = self.open.last().is_some_and(|open| open.object);
            let more = if object { self.next_key()?.is_some() } else { self.next_element()? };
            if more {
                self.step()?;
            }
        }
        Ok(&self.text[start..self.at])
    }

    /// Reads a scalar or enters a container.
    fn step(&mut self) -> Result<(), ScanError> {
        match self.peek()? {
            Next::Object => self.begin_object(),
            Next::Array => self.begin_array(),
            Next::Scalar => self.scalar().map(|_| ()),
        }
    }

    /// Only whitespace is left.
    ///
    /// # Errors
    /// When something else follows.
    pub fn end(&mut self) -> Result<(), ScanError> {
        match self.skip_blanks() {
            None if self.open.is_empty() => Ok(()),
            None => self.error("unexpected end"),
            Some(_) => self.error("text after the value"),
        }
    }
}

/// Where the first quote, backslash or control character stands.
pub(crate) fn plain_bytes(text: &[u8]) -> Option<usize> {
    let (words, rest) = text.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let marks = special(u64::from_le_bytes(*word));
        if marks != 0 {
            return Some(8 * place + marks.trailing_zeros() as usize / 8);
        }
    }
    let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
    end.map(|end| 8 * words.len() + end)
}

/// The upper bit of each of eight bytes that is a quote, a backslash or a control character. Bits above the first of them
/// may be wrong.
fn special(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const UPPER: u64 = 0x8080_8080_8080_8080;
    // A subtraction borrows from the byte above only where this byte is less than what is taken away, which makes it the
    // first that is looked for.
    let less = |word: u64, than: u64| word.wrapping_sub(ONES * than) & !word & UPPER;
    less(word ^ (ONES * 0x22), 1) | less(word ^ (ONES * 0x5c), 1) | less(word, 0x20)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn valid(text: &str) -> bool {
        let mut scanner = Scanner::new(text);
        scanner.skip().and_then(|_| scanner.end()).is_ok()
    }

    #[test]
    fn numbers_come_as_written() {
        for number in ["2697787.2422183099", "18446744073709551616123", "-0.10", "1e-7", "0"] {
            assert_eq!(Scanner::new(number).scalar().unwrap(), Scalar::Number(number));
        }
    }

    #[test]
    fn strings_are_unescaped() {
        let plain = Scanner::new("\"\\u00e9\\ud83d\\ude00\\n\\ud800x\"").scalar().unwrap();
        assert_eq!(plain, Scalar::Text("é😀\n\u{fffd}x".into()));
    }

    #[test]
    fn object_is_pulled_key_by_key() {
        let mut scanner = Scanner::new(r#"{"a": {"b": [1, 2]}, "c": null}"#);
        scanner.begin_object().unwrap();
        assert_eq!(scanner.next_key().unwrap().as_deref(), Some("a"));
        assert_eq!(scanner.skip().unwrap(), r#"{"b": [1, 2]}"#);
        assert_eq!(scanner.next_key().unwrap().as_deref(), Some("c"));
        assert_eq!(scanner.scalar().unwrap(), Scalar::Null);
        assert_eq!(scanner.next_key().unwrap(), None);
        scanner.end().unwrap();
    }

    #[test]
    fn malformed_text_is_refused() {
        for text in [
            "",
            "{",
            "{]",
            "[1,]",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "01",
            "1.",
            "nul",
            "\"\n\"",
            "[1 2]",
            "{\"a\":1}}",
            "\"\\x\"",
            "+1",
            ",",
            "[,1]",
        ] {
            assert!(!valid(text), "{text}");
        }
        assert!(!valid(&"[".repeat(1000)));
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            "\\PC{0,8}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::btree_map("\\PC{0,4}", inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn ends_of_plain_text_are_found(text in prop::collection::vec(prop_oneof![any::<u8>(), 0x1d_u8..0x24, 0x5a_u8..0x5e, 0x7e_u8..0x82], 0..40)) {
            let expected = text.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
            prop_assert_eq!(plain_bytes(&text), expected);
        }

        #[test]
        fn what_serde_writes_is_read(value in json()) {
            prop_assert!(valid(&value.to_string()));
            prop_assert!(valid(&serde_json::to_string_pretty(&value).unwrap()));
        }

        #[test]
        fn damaged_text_is_judged_as_serde_judges_it(value in json(), at in any::<prop::sample::Index>(), with in "[\\[\\]{},:\"0-9a-e.\\\\ ]{0,2}") {
            let text = value.to_string();
            let at = at.index(text.len() + 1);
            if text.is_char_boundary(at) {
                let damaged = format!("{}{with}{}", &text[..at], text.get(at + 1..).unwrap_or_default());
                let ours = valid(&damaged);
                // Two differences are wanted: serde refuses lone surrogates, and numbers that no double can hold.
                let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&damaged).is_ok();
                prop_assert_eq!(ours, theirs, "{}", damaged);
            }
        }

        #[test]
        fn arbitrary_text_never_panics(text in "\\PC{0,60}") {
            let _ = valid(&text);
        }
    }
}
