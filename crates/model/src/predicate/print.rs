//! How is a predicate written, so that reading it gives the same predicate?

use std::fmt::{self, Display};

use super::parse::{is_any_keyword, joined};
use super::{Comparison, Condition, History, Literal, Predicate, Test};

/// From here on a number is written with an exponent, since many digits would be read as a text.
const LONG_NUMBER: f64 = 1e15;

impl Display for Predicate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(left, right) => chain(formatter, self, [left, right]),
            Self::Or(left, right) => chain(formatter, self, [left, right]),
            Self::Not(inner) => {
                formatter.write_str("not ")?;
                operand(formatter, inner, matches!(**inner, Self::And(..) | Self::Or(..)))
            }
            Self::Test(test) => test.fmt(formatter),
            Self::History(history) => history.fmt(formatter),
        }
    }
}

/// `a and b and c` where reading that gives the predicate's own tree, else with parentheses around its two sides.
fn chain(formatter: &mut fmt::Formatter<'_>, whole: &Predicate, sides: [&Predicate; 2]) -> fmt::Result {
    let is_and = matches!(whole, Predicate::And(..));
    let mut operands = Vec::new();
    flatten(whole, is_and, &mut operands);
    let join = if is_and { Predicate::And } else { Predicate::Or };
    let reread = operands
        .split_first()
        .map(|(first, rest)| joined((*first).clone(), rest.iter().map(|operand| (*operand).clone()).collect(), join));
    if reread.as_ref() != Some(whole) {
        operands = sides.to_vec();
    }
    for (index, part) in operands.into_iter().enumerate() {
        if index > 0 {
            formatter.write_str(if is_and { " and " } else { " or " })?;
        }
        let nests = if is_and {
            matches!(part, Predicate::And(..) | Predicate::Or(..))
        } else {
            matches!(part, Predicate::Or(..))
        };
        operand(formatter, part, nests)?;
    }
    Ok(())
}

fn flatten<'a>(predicate: &'a Predicate, is_and: bool, operands: &mut Vec<&'a Predicate>) {
    match predicate {
        Predicate::And(left, right) if is_and => {
            flatten(left, is_and, operands);
            flatten(right, is_and, operands);
        }
        Predicate::Or(left, right) if !is_and => {
            flatten(left, is_and, operands);
            flatten(right, is_and, operands);
        }
        other => operands.push(other),
    }
}

fn operand(formatter: &mut fmt::Formatter<'_>, predicate: &Predicate, nests: bool) -> fmt::Result {
    if nests { write!(formatter, "({predicate})") } else { predicate.fmt(formatter) }
}

impl Display for Test {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        column(formatter, &self.column)?;
        match &self.condition {
            Condition::In(literals) if literals.len() == 1 => write!(formatter, " == {}", literals[0]),
            Condition::In(literals) => {
                let all: Vec<String> = literals.iter().map(Literal::to_string).collect();
                write!(formatter, " in ({})", all.join(", "))
            }
            Condition::NotEqual(literal) => write!(formatter, " != {literal}"),
            Condition::Compare(comparison, limit) => write!(formatter, " {} {}", comparison.sign(), Number(*limit)),
            Condition::Glob(pattern) => write!(formatter, " like {}", Quoted(pattern)),
            Condition::Regex(pattern) => write!(formatter, " matches {}", Quoted(pattern)),
            Condition::IsNull => formatter.write_str(" is null"),
            Condition::IsNotNull => formatter.write_str(" is not null"),
        }
    }
}

fn column(formatter: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let is_word = begins && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.$-".contains(c));
    if is_word && !is_any_keyword(name) { formatter.write_str(name) } else { write!(formatter, "`{name}`") }
}

impl Display for Literal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => Quoted(text).fmt(formatter),
            Self::Number(number) => Number(*number).fmt(formatter),
        }
    }
}

impl Display for History {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}(\"{}\")", self.kind.name(), self.phase.key())
    }
}

impl Comparison {
    fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

struct Number(f64);

impl Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.abs() < LONG_NUMBER { write!(formatter, "{}", self.0) } else { write!(formatter, "{:e}", self.0) }
    }
}

struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("\"")?;
        for c in self.0.chars() {
            match c {
                '"' => formatter.write_str("\\\"")?,
                '\\' => formatter.write_str("\\\\")?,
                '\n' => formatter.write_str("\\n")?,
                '\t' => formatter.write_str("\\t")?,
                '\r' => formatter.write_str("\\r")?,
                _ => write!(formatter, "{c}")?,
            }
        }
        formatter.write_str("\"")
    }
}
