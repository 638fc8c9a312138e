//! How is a predicate read from text?
//!
//! Recursive descent over one token of lookahead. In rising order of binding:
//!
//! ```text
//! any   = all ("or" all)*
//! all   = one ("and" one)*
//! one   = "not" one | "(" any ")" | test
//! test  = column ("==" | "!=") literal | column ("<" | "<=" | ">" | ">=") number
//!       | column "not"? "in" "(" literal ("," literal)* ")" | column "not"? ("like" | "matches") text
//!       | column "is" "not"? "null" | ("after" | "same_session_after" | "session_after") "(" phase ")"
//! ```
//!
//! Keywords may be written in any case; a column named like one goes in backquotes. Long chains of `and` and `or` become
//! balanced trees, so only nesting deepens the tree, and nesting is limited.

mod history;

use super::lex::{Kind, Lexer, Token};
use super::{Comparison, Condition, Literal, ParseError, Predicate, Test};
use crate::event_table::VALUE;
use crate::suggest;

/// Most bytes of one predicate.
pub const MAX_LENGTH: usize = 1 << 20;

/// Deepest nesting of parentheses and `not`.
pub const MAX_DEPTH: usize = 64;

/// Whole numbers with more digits are read as text.
const EXACT_DIGITS: usize = 15;

const KEYWORDS: [&str; 10] = ["and", "or", "not", "in", "like", "matches", "is", "null", "true", "false"];
const OPERATORS: [&str; 5] = ["in", "like", "matches", "is", "not"];
const OPERATORS_SHOWN: &str = "==, !=, <, <=, >, >=, in, not in, like, matches, is null or is not null";

/// The predicate written in `text`.
///
/// # Errors
/// With the position of the first character that does not fit.
pub fn parse_predicate(text: &str) -> Result<Predicate, ParseError> {
    check_length(text)?;
    let mut lexer = Lexer::new(text);
    let next = lexer.token()?;
    let mut parser = Parser { lexer, next, depth: 0 };
    let predicate = parser.any()?;
    match parser.next.kind {
        Kind::End => Ok(predicate),
        _ => Err(parser.expected("`and`, `or` or the end")),
    }
}

/// Refuses what is too long to be written by hand.
pub(super) fn check_length(text: &str) -> Result<(), ParseError> {
    if text.len() <= MAX_LENGTH {
        return Ok(());
    }
    let at = (0..=MAX_LENGTH).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let message = format!("a predicate has at most {MAX_LENGTH} bytes, this one has {}", text.len());
    Err(ParseError::new(text, at, message))
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    next: Token<'a>,
    depth: usize,
}

type Join = fn(Box<Predicate>, Box<Predicate>) -> Predicate;

impl<'a> Parser<'a> {
    fn any(&mut self) -> Result<Predicate, ParseError> {
        self.chain("or", Self::all, Predicate::Or)
    }

    fn all(&mut self) -> Result<Predicate, ParseError> {
        self.chain("and", Self::one, Predicate::And)
    }

    fn chain(
        &mut self,
        keyword: &str,
        operand: fn(&mut Self) -> Result<Predicate, ParseError>,
        join: Join,
    ) -> Result<Predicate, ParseError> {
        let first = operand(self)?;
        let mut more = Vec::new();
        while self.is_keyword(keyword) {
            self.advance()?;
            more.push(operand(self)?);
        }
        Ok(joined(first, more, join))
    }

    fn one(&mut self) -> Result<Predicate, ParseError> {
        if self.is_keyword("not") {
            return self.nested(|parser| parser.one().map(|inner| Predicate::Not(Box::new(inner))));
        }
        if self.next.kind != Kind::Sign("(") {
            return self.test();
        }
        let inner = self.nested(Self::any)?;
        self.sign(")", "`and`, `or` or `)`")?;
        Ok(inner)
    }

    /// Takes the token that nests, then what `inner` reads.
    fn nested(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<Predicate, ParseError>,
    ) -> Result<Predicate, ParseError> {
        if self.depth == MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} parentheses or `not` inside each other");
            return Err(self.error_at(self.next.at, message));
        }
        self.depth += 1;
        self.advance()?;
        let predicate = inner(self)?;
        self.depth -= 1;
        Ok(predicate)
    }

    fn test(&mut self) -> Result<Predicate, ParseError> {
        let Token { at, kind } = self.next.clone();
        let column = self.column()?;
        if let (Kind::Word(word), Kind::Sign("(")) = (kind, &self.next.kind) {
            return self.history(word, at);
        }
        if let Kind::Sign(sign) = self.next.kind {
            let at = self.next.at;
            self.advance()?;
            return self.signed(sign, at).map(|condition| test(column, condition));
        }
        if self.is_keyword("is") {
            return self.null_test().map(|condition| test(column, condition));
        }
        let negated = self.is_keyword("not");
        if negated {
            self.advance()?;
        }
        let at = self.next.at;
        let condition = self.worded()?;
        if column == VALUE && matches!(condition, Condition::Glob(_) | Condition::Regex(_)) {
            return Err(self.error_at(at, "`value` is a number: compare it with ==, !=, <, <=, > or >="));
        }
        let positive = test(column, condition);
        Ok(if negated { Predicate::Not(Box::new(positive)) } else { positive })
    }

    fn column(&mut self) -> Result<String, ParseError> {
        let name = match &self.next.kind {
            Kind::Name(name) => (*name).to_owned(),
            Kind::Word(word) if !is_any_keyword(word) => (*word).to_owned(),
            Kind::Word(word) => {
                let message = format!("expected a column, found `{word}`: write `` `{word}` `` if that is its name");
                return Err(self.error_at(self.next.at, message));
            }
            Kind::Quoted(_) => {
                return Err(self.error_at(self.next.at, "expected a column, found a text: columns have no quotes"));
            }
            _ => return Err(self.expected("a column, `not` or `(`")),
        };
        self.advance()?;
        Ok(name)
    }

    /// What follows one of the comparison signs.
    fn signed(&mut self, sign: &str, at: usize) -> Result<Condition, ParseError> {
        let comparison = match sign {
            "==" => return self.literal().map(|literal| Condition::In(vec![literal])),
            "!=" => return self.literal().map(Condition::NotEqual),
            "<" => Comparison::Less,
            "<=" => Comparison::AtMost,
            ">" => Comparison::Greater,
            ">=" => Comparison::AtLeast,
            _ => return Err(self.error_at(at, format!("expected one of {OPERATORS_SHOWN}, found `{sign}`"))),
        };
        match self.next.kind {
            Kind::Number(number) => {
                let number = self.finite(number)?;
                self.advance()?;
                Ok(Condition::Compare(comparison, number))
            }
            Kind::Quoted(_) => {
                let message = format!("`{sign}` compares numbers: write the number without quotes");
                Err(self.error_at(self.next.at, message))
            }
            _ => Err(self.expected("a number")),
        }
    }

    /// `is null` or `is not null`.
    fn null_test(&mut self) -> Result<Condition, ParseError> {
        self.advance()?;
        let negated = self.is_keyword("not");
        if negated {
            self.advance()?;
        }
        if !self.is_keyword("null") {
            return Err(self.expected(if negated { "`null`" } else { "`null` or `not null`" }));
        }
        self.advance()?;
        Ok(if negated { Condition::IsNotNull } else { Condition::IsNull })
    }

    /// What follows `in`, `like` or `matches`.
    fn worded(&mut self) -> Result<Condition, ParseError> {
        let Kind::Word(word) = self.next.kind else {
            return Err(self.expected(&format!("one of {OPERATORS_SHOWN}")));
        };
        match word.to_ascii_lowercase().as_str() {
            "in" => {
                self.advance()?;
                self.list().map(Condition::In)
            }
            "like" => {
                self.advance()?;
                self.quoted("a pattern in quotes").map(Condition::Glob)
            }
            "matches" => {
                self.advance()?;
                let at = self.next.at;
                let pattern = self.quoted("a regular expression in quotes")?;
                self.regex(pattern, at)
            }
            _ => {
                let hint = suggest::hint(word, OPERATORS);
                let message = format!("expected one of {OPERATORS_SHOWN}, found `{word}`{hint}");
                Err(self.error_at(self.next.at, message))
            }
        }
    }

    /// The regular expression `pattern`, which stands at `at`.
    fn regex(&self, pattern: String, at: usize) -> Result<Condition, ParseError> {
        match regex::Regex::new(&pattern) {
            Ok(_) => Ok(Condition::Regex(pattern)),
            Err(error) => {
                // The last line says what is wrong; those before it draw the pattern once more.
                let error = error.to_string();
                let reason = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
                Err(self.error_at(at, format!("this is no regular expression: {reason}")))
            }
        }
    }

    fn list(&mut self) -> Result<Vec<Literal>, ParseError> {
        self.sign("(", "`(`")?;
        let mut literals = vec![self.literal()?];
        while self.next.kind == Kind::Sign(",") {
            self.advance()?;
            literals.push(self.literal()?);
        }
        self.sign(")", "`,` or `)`")?;
        Ok(literals)
    }

    fn literal(&mut self) -> Result<Literal, ParseError> {
        let literal = match &self.next.kind {
            Kind::Quoted(text) => Literal::Text(text.clone()),
            Kind::Number(number) if is_long_integer(number) => Literal::Text((*number).to_owned()),
            Kind::Number(number) => Literal::Number(self.finite(number)?),
            Kind::Word(word) if ["true", "false"].contains(word) => Literal::Text((*word).to_owned()),
            Kind::Word(word) if word.eq_ignore_ascii_case("null") => {
                return Err(self.error_at(self.next.at, "nothing equals null: write `is null` or `is not null`"));
            }
            Kind::Word(word) => {
                let message = format!("expected a text or number, found `{word}`: write texts in quotes, \"{word}\"");
                return Err(self.error_at(self.next.at, message));
            }
            _ => return Err(self.expected("a text in quotes or a number")),
        };
        self.advance()?;
        Ok(literal)
    }

    fn finite(&self, number: &str) -> Result<f64, ParseError> {
        let parsed = number.parse::<f64>().ok().filter(|parsed| parsed.is_finite());
        parsed.ok_or_else(|| self.error_at(self.next.at, "this number is too large"))
    }

    fn quoted(&mut self, what: &str) -> Result<String, ParseError> {
        let Kind::Quoted(text) = &self.next.kind else {
            return Err(self.expected(what));
        };
        let text = text.clone();
        self.advance()?;
        Ok(text)
    }

    fn sign(&mut self, sign: &'static str, what: &str) -> Result<(), ParseError> {
        if self.next.kind != Kind::Sign(sign) {
            return Err(self.expected(what));
        }
        self.advance()
    }

    fn advance(&mut self) -> Result<(), ParseError> {
        self.next = self.lexer.token()?;
        Ok(())
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.next.kind, Kind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    fn expected(&self, what: &str) -> ParseError {
        let found = match &self.next.kind {
            Kind::Word(word) => format!("`{word}`"),
            Kind::Name(name) => format!("the column `{name}`"),
            Kind::Quoted(text) => format!("the text \"{}\"", text.escape_debug()),
            Kind::Number(number) => format!("the number {number}"),
            Kind::Sign(sign) => format!("`{sign}`"),
            Kind::End => "the end".to_owned(),
        };
        self.error_at(self.next.at, format!("expected {what}, found {found}"))
    }

    fn error_at(&self, at: usize, message: impl Into<String>) -> ParseError {
        ParseError::new(self.lexer.text(), at, message)
    }
}

fn test(column: String, condition: Condition) -> Predicate {
    Predicate::Test(Test { column, condition })
}

pub(super) fn is_any_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
}

fn is_long_integer(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    digits.len() > EXACT_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The operands joined pairwise, round by round: a tree of logarithmic depth that keeps their order.
pub(super) fn joined(first: Predicate, more: Vec<Predicate>, join: Join) -> Predicate {
    let mut round: Vec<Predicate> = more;
    let mut head = first;
    while !round.is_empty() {
        let mut rest = round.into_iter();
        if let Some(second) = rest.next() {
            head = join(Box::new(head), Box::new(second));
        }
        let mut next = Vec::with_capacity(rest.len().div_ceil(2));
        while let Some(left) = rest.next() {
            next.push(match rest.next() {
                Some(right) => join(Box::new(left), Box::new(right)),
                None => left,
            });
        }
        round = next;
    }
    head
}
