//! Which values does a well-formed row have, and where?
//!
//! Nothing is decoded: this is for [learning](super::shape) how rows are written. Rows that are odd are refused: pairs that
//! are not a key and then a value, values of which several are filled.

use crate::json::scan::{Next, Scalar, ScanError, Scanner};

/// Which part of a row a value belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A column or a member of a record; its name is the path, see [`SEPARATOR`].
    Leaf,
    /// The value of an event parameter; its name is the key.
    Param {
        /// Whether its member is one of numbers.
        is_number: bool,
    },
    /// The value of a user property.
    User {
        /// Whether its member is one of numbers.
        is_number: bool,
    },
    /// Something that is passed over.
    Other,
    /// The list of items.
    Items,
    /// An array that is passed over, within so many objects and arrays.
    Array(usize),
}

/// A value and what is known at it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Where it begins, behind the quote of a string.
    pub(super) start: usize,
    /// Where it ends, before the quote.
    pub(super) end: usize,
    pub(super) is_text: bool,
    pub(super) part: Part,
    /// Where its name is.
    name: (usize, usize),
}

/// The values of one row.
#[derive(Debug, Default)]
pub(super) struct Trace {
    pub(super) tokens: Vec<Token>,
    names: String,
}

/// Before the first and between other keys of a path, behind a mark of what it is the path of.
pub(super) const SEPARATOR: char = '\0';

impl Trace {
    /// Finds the values of a row; `None` if it is malformed or odd.
    pub(super) fn read(&mut self, line: &str) -> Option<()> {
        self.tokens.clear();
        self.names.clear();
        let mut scanner = Scanner::new(line);
        scanner.begin_object().ok()?;
        let mut path = String::new();
        while let Some(key) = scanner.next_key().ok()? {
            is_plain(&key)?;
            match (&*key, scanner.peek().ok()?) {
                ("event_params", Next::Array) => self.pairs(&mut scanner, 'p')?,
                ("user_properties", Next::Array) => self.pairs(&mut scanner, 'u')?,
                ("items", Next::Array) => self.array(&mut scanner, Part::Items, "i")?,
                _ => {
                    path.clear();
                    path.push('l');
                    self.member(&mut scanner, &key, &mut path)?;
                }
            }
        }
        scanner.end().ok()
    }

    /// What a value is known by: equal names mean that the same is known at it.
    pub(super) fn name(&self, token: &Token) -> &str {
        &self.names[token.name.0..token.name.1]
    }

    fn member(&mut self, scanner: &mut Scanner<'_>, key: &str, path: &mut String) -> Option<()> {
        let length = path.len();
        path.push(SEPARATOR);
        path.push_str(key);
        match scanner.peek().ok()? {
            Next::Object => {
                scanner.begin_object().ok()?;
                while let Some(key) = scanner.next_key().ok()? {
                    is_plain(&key)?;
                    self.member(scanner, &key, path)?;
                }
            }
            Next::Array => {
                path.replace_range(..1, "a");
                let part = Part::Array(scanner.depth());
                self.array(scanner, part, path)?;
                path.replace_range(..1, "l");
            }
            Next::Scalar => drop(self.scalar(scanner, Part::Leaf, path).ok()?),
        }
        path.truncate(length);
        Some(())
    }

    /// Notes an array as one value, if there is something in it.
    fn array(&mut self, scanner: &mut Scanner<'_>, part: Part, name: &str) -> Option<()> {
        let start = scanner.position();
        let text = scanner.skip().ok()?;
        if text != "[]" {
            self.push(start, scanner.position(), false, part, name);
        }
        Some(())
    }

    fn pairs(&mut self, scanner: &mut Scanner<'_>, list: char) -> Option<()> {
        scanner.begin_array().ok()?;
        while scanner.next_element().ok()? {
            scanner.begin_object().ok()?;
            if scanner.next_key().ok()?? != "key" {
                return None;
            }
            let Scalar::Text(name) = scanner.scalar().ok()? else { return None };
            is_plain(&name)?;
            if scanner.next_key().ok()?? != "value" {
                return None;
            }
            self.pair_value(scanner, list, &name)?;
            if scanner.next_key().ok()?.is_some() {
                return None;
            }
        }
        Some(())
    }

    fn pair_value(&mut self, scanner: &mut Scanner<'_>, list: char, name: &str) -> Option<()> {
        let mut is_filled = false;
        scanner.begin_object().ok()?;
        while let Some(member) = scanner.next_key().ok()? {
            is_plain(&member)?;
            let is_number = match &*member {
                "string_value" => Some(false),
                "int_value" | "float_value" | "double_value" => Some(true),
                _ => None,
            };
            let part = match (is_number, list) {
                (None, _) => Part::Other,
                (Some(is_number), 'p') => Part::Param { is_number },
                (Some(is_number), _) => Part::User { is_number },
            };
            // Before the value and behind it are two things.
            let known = format!("{list}{SEPARATOR}{name}{SEPARATOR}{}{SEPARATOR}{member}", u8::from(is_filled));
            if self.scalar(scanner, part, &known).ok()?
                && is_number.is_some()
                && std::mem::replace(&mut is_filled, true)
            {
                return None;
            }
        }
        Some(())
    }

    /// Notes a scalar unless it is null; whether it is not.
    fn scalar(&mut self, scanner: &mut Scanner<'_>, part: Part, name: &str) -> Result<bool, ScanError> {
        scanner.peek()?;
        let start = scanner.position();
        let scalar = scanner.scalar()?;
        let end = scanner.position();
        match scalar {
            Scalar::Null => return Ok(false),
            Scalar::Text(_) => self.push(start + 1, end - 1, true, part, name),
            Scalar::Bool(_) | Scalar::Number(_) => self.push(start, end, false, part, name),
        }
        Ok(true)
    }

    fn push(&mut self, start: usize, end: usize, is_text: bool, part: Part, name: &str) {
        let from = self.names.len();
        self.names.push_str(name);
        self.tokens.push(Token { start, end, is_text, part, name: (from, self.names.len()) });
    }
}

/// Names are put together with separators.
fn is_plain(key: &str) -> Option<()> {
    (!key.contains(SEPARATOR)).then_some(())
}
