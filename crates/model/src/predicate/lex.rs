//! Into which words, texts, numbers and signs does the text of a predicate fall?

use super::ParseError;

/// One token with the byte offset of its first character.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'a> {
    pub at: usize,
    pub kind: Kind<'a>,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'a> {
    /// A bare word: a keyword or a column.
    Word(&'a str),
    /// A column in backquotes.
    Name(&'a str),
    /// A quoted text, escapes resolved.
    Quoted(String),
    /// A number as written, without a plus sign.
    Number(&'a str),
    /// An operator, parenthesis or comma.
    Sign(&'static str),
    /// Nothing is left.
    End,
}

const SIGNS: [&str; 9] = ["==", "!=", "<=", ">=", "<", ">", "(", ")", ","];

/// Signs of other languages, longest first, with what is written here.
const MISTAKEN: [(&str, &str); 13] = [
    ("===", "=="),
    ("<>", "!="),
    ("=>", ">="),
    ("=<", "<="),
    ("=~", "matches"),
    ("&&", "and"),
    ("||", "or"),
    ("=", "=="),
    ("!", "not"),
    ("&", "and"),
    ("|", "or"),
    ("\u{201c}", "\""),
    ("\u{201d}", "\""),
];

/// Cuts tokens from the front of a text, one at a time, so that the first error is the one reported.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub fn text(&self) -> &'a str {
        self.text
    }

    pub fn token(&mut self) -> Result<Token<'a>, ParseError> {
        let rest = self.text[self.at..].trim_start();
        let at = self.text.len() - rest.len();
        let (kind, length) = match rest.chars().next() {
            None => (Kind::End, 0),
            Some('"' | '\'') => self.quoted(at)?,
            Some('`') => self.name(at)?,
            Some(first) if first.is_ascii_alphabetic() || first == '_' => word(rest),
            Some(_) if starts_number(rest) => self.number(at)?,
            Some(_) => self.sign(at)?,
        };
        self.at = at + length;
        Ok(Token { at, kind })
    }

    fn quoted(&self, at: usize) -> Result<(Kind<'a>, usize), ParseError> {
        let rest = &self.text[at..];
        let mut chars = rest.char_indices();
        let quote = chars.next().map_or('"', |(_, quote)| quote);
        let mut value = String::new();
        while let Some((offset, found)) = chars.next() {
            match found {
                '\\' => {
                    let escaped = chars.next().map(|(_, escaped)| escaped);
                    push_escaped(&mut value, escaped.ok_or_else(|| self.unclosed(at, quote))?);
                }
                _ if found == quote => return Ok((Kind::Quoted(value), offset + 1)),
                _ => value.push(found),
            }
        }
        Err(self.unclosed(at, quote))
    }

    fn unclosed(&self, at: usize, quote: char) -> ParseError {
        ParseError::new(self.text, at, format!("this text has no closing {quote}"))
    }

    fn name(&self, at: usize) -> Result<(Kind<'a>, usize), ParseError> {
        let rest = &self.text[at + 1..];
        let Some(end) = rest.find('`') else {
            return Err(ParseError::new(self.text, at, "this column name has no closing `"));
        };
        if end == 0 {
            return Err(ParseError::new(self.text, at, "a column name is empty"));
        }
        Ok((Kind::Name(&rest[..end]), end + 2))
    }

    fn number(&self, at: usize) -> Result<(Kind<'a>, usize), ParseError> {
        let rest = &self.text[at..];
        let length = number_length(rest);
        if rest[length..].starts_with(|next: char| next.is_alphanumeric() || "_.$".contains(next)) {
            let end = rest.find(|c: char| c.is_whitespace() || "(),".contains(c)).unwrap_or(rest.len());
            let message = format!("`{}` is not a number: quote it if it is a text", &rest[..end]);
            return Err(ParseError::new(self.text, at, message));
        }
        let number = &rest[..length];
        Ok((Kind::Number(number.strip_prefix('+').unwrap_or(number)), length))
    }

    fn sign(&self, at: usize) -> Result<(Kind<'a>, usize), ParseError> {
        let rest = &self.text[at..];
        let mistaken = MISTAKEN.iter().find(|(wrong, _)| rest.starts_with(wrong));
        let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
        match (sign, mistaken) {
            // `<>` begins with a sign of ours, `===` with two.
            (Some(sign), wrong) if wrong.is_none_or(|(wrong, _)| wrong.len() <= sign.len()) => {
                Ok((Kind::Sign(sign), sign.len()))
            }
            (_, Some((wrong, right))) => {
                let message = format!("`{wrong}` is not an operator (did you mean `{right}`?)");
                Err(ParseError::new(self.text, at, message))
            }
            _ => Err(self.unexpected(at)),
        }
    }

    fn unexpected(&self, at: usize) -> ParseError {
        let found = self.text[at..].chars().next().unwrap_or(' ');
        let message = if found.is_alphabetic() {
            format!("`{found}` does not fit here: column names with such letters are written in backquotes")
        } else {
            format!("`{}` does not fit here", found.escape_debug())
        };
        ParseError::new(self.text, at, message)
    }
}

/// Escapes as in most languages; any other stays as written, so that `\d` reaches a regular expression whole.
fn push_escaped(value: &mut String, escaped: char) {
    match escaped {
        'n' => value.push('\n'),
        't' => value.push('\t'),
        'r' => value.push('\r'),
        '\\' | '"' | '\'' => value.push(escaped),
        _ => value.extend(['\\', escaped]),
    }
}

fn word(rest: &str) -> (Kind<'_>, usize) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_.$-".contains(c);
    let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    (Kind::Word(&rest[..length]), length)
}

fn starts_number(rest: &str) -> bool {
    let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    unsigned.strip_prefix('.').unwrap_or(unsigned).starts_with(|c: char| c.is_ascii_digit())
}

/// Bytes of the sign, digits, decimal point and exponent at the front.
fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digits = |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digits(usize::from(matches!(bytes.first(), Some(b'+' | b'-'))));
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}
