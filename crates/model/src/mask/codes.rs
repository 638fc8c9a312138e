//! Which codes of one dictionary satisfy a test?

use crate::dictionary::{Dictionary, NULL};
use crate::mask::MaskError;
use crate::predicate::{Comparison, Condition, Literal};

/// A set of codes, null among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CodeSet {
    words: Vec<u64>,
    codes: usize,
}

impl CodeSet {
    pub fn none(codes: usize) -> Self {
        Self { words: vec![0; codes.div_ceil(64)], codes }
    }

    pub fn insert(&mut self, code: u32) {
        let code = code as usize;
        self.words[code / 64] |= 1 << (code % 64);
    }

    fn remove(&mut self, code: u32) {
        let code = code as usize;
        self.words[code / 64] &= !(1 << (code % 64));
    }

    pub fn contains(&self, code: usize) -> bool {
        self.words[code / 64] >> (code % 64) & 1 == 1
    }

    /// Number of codes that the dictionary has.
    pub fn codes(&self) -> usize {
        self.codes
    }

    fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    pub fn is_full(&self) -> bool {
        self.len() == self.codes
    }

    pub fn and(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    pub fn or(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    fn zip(&self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        let words = self.words.iter().zip(&other.words).map(|(a, b)| join(*a, *b)).collect();
        Self { words, codes: self.codes }
    }

    /// The filled codes that are not in the set.
    fn filled_others(&self) -> Self {
        let mut others = Self::none(self.codes);
        for code in (1..self.codes).filter(|code| !self.contains(*code)) {
            others.words[code / 64] |= 1 << (code % 64);
        }
        others
    }

    /// Takes null out of a column that is never null: into the set if every value is in it, out of it otherwise.
    pub fn settle_never_null(&mut self) {
        self.remove(NULL);
        if !self.is_empty() && self.len() + 1 == self.codes {
            self.insert(NULL);
        }
    }
}

/// The numbers of a dictionary's values by code, each parsed once; NaN for null and for what is no finite decimal number.
pub(super) fn numbers(dictionary: &Dictionary) -> Vec<f64> {
    std::iter::once(f64::NAN).chain(dictionary.values().iter().map(|value| number(value))).collect()
}

fn number(text: &str) -> f64 {
    let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let parsed = if is_decimal { text.parse().unwrap_or(f64::NAN) } else { f64::NAN };
    if f64::is_finite(parsed) { parsed } else { f64::NAN }
}

/// The codes that satisfy a condition, or with `negated` the filled codes that do not; the null tests swap instead.
pub(super) fn codes_of(
    condition: &Condition,
    negated: bool,
    dictionary: &Dictionary,
    numbers: &[f64],
) -> Result<CodeSet, MaskError> {
    let finder = Finder { dictionary, numbers };
    let (found, negated) = match condition {
        Condition::In(literals) => (finder.equal_to_any(literals), negated),
        Condition::NotEqual(literal) => (finder.equal_to_any(std::slice::from_ref(literal)), !negated),
        Condition::Compare(comparison, limit) => (finder.compared(*comparison, *limit), negated),
        Condition::Glob(pattern) => (finder.values_where(|value| is_glob_match(pattern, value)), negated),
        Condition::Regex(pattern) => (finder.matching(pattern)?, negated),
        Condition::IsNotNull => (finder.values_where(|_| true), negated),
        Condition::IsNull => (finder.values_where(|_| true), !negated),
    };
    let about_null = matches!(condition, Condition::IsNull | Condition::IsNotNull);
    if !negated {
        return Ok(found);
    }
    let mut others = found.filled_others();
    if about_null {
        others.insert(NULL);
    }
    Ok(others)
}

struct Finder<'a> {
    dictionary: &'a Dictionary,
    numbers: &'a [f64],
}

impl Finder<'_> {
    fn none(&self) -> CodeSet {
        CodeSet::none(self.dictionary.codes())
    }

    fn equal_to_any(&self, literals: &[Literal]) -> CodeSet {
        let mut found = self.none();
        for literal in literals {
            match literal {
                Literal::Text(text) => self.dictionary.code(text).into_iter().for_each(|code| found.insert(code)),
                Literal::Number(wanted) => found = found.or(&self.numbers_where(|number| number == *wanted)),
            }
        }
        found
    }

    fn compared(&self, comparison: Comparison, limit: f64) -> CodeSet {
        self.numbers_where(|number| match comparison {
            Comparison::Less => number < limit,
            Comparison::AtMost => number <= limit,
            Comparison::Greater => number > limit,
            Comparison::AtLeast => number >= limit,
        })
    }

    fn matching(&self, pattern: &str) -> Result<CodeSet, MaskError> {
        let regex = regex::Regex::new(pattern)
            .map_err(|error| MaskError::BadPattern { pattern: pattern.to_owned(), reason: error.to_string() })?;
        Ok(self.values_where(|value| regex.is_match(value)))
    }

    fn values_where(&self, holds: impl Fn(&str) -> bool) -> CodeSet {
        let mut found = self.none();
        (1u32..)
            .zip(self.dictionary.values())
            .filter(|(_, value)| holds(value))
            .for_each(|(code, _)| found.insert(code));
        found
    }

    fn numbers_where(&self, holds: impl Fn(f64) -> bool) -> CodeSet {
        let mut found = self.none();
        (0u32..).zip(self.numbers).filter(|(_, number)| holds(**number)).for_each(|(code, _)| found.insert(code));
        found
    }
}

/// Whether `pattern`, with `*` for any characters and `?` for exactly one, matches the whole of `text`.
///
/// After a mismatch only the last `*` need take one character more: what an earlier one took is no worse than any other choice.
pub fn is_glob_match(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    let mut retry = None;
    loop {
        let text_here = text.clone();
        match (pattern.next(), text.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                text = text_here;
                retry = Some((pattern.clone(), text.clone()));
            }
            (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {}
            _ => {
                let Some((after_star, mut from)) = retry.take() else { return false };
                if from.next().is_none() {
                    return false;
                }
                (pattern, text) = (after_star.clone(), from.clone());
                retry = Some((after_star, from));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_matches_the_whole_text() {
        for (pattern, text, expected) in [
            ("checkout_*", "checkout_start", true),
            ("checkout_*", "checkout_", true),
            ("checkout_*", "my_checkout_start", false),
            ("*/compare*", "/shop/compare/12", true),
            ("*.html", "a.html.html", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b", false),
            ("?", "å", true),
            ("?", "", false),
            ("**", "", true),
            ("*", "anything / at all", true),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(is_glob_match(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn only_finite_decimal_texts_are_numbers() {
        for (text, expected) in [("9", 9.0), ("9.0", 9.0), ("-1e3", -1000.0), ("+.5", 0.5), ("007", 7.0)] {
            assert_eq!(number(text), expected, "{text}");
        }
        for text in ["", "NaN", "inf", "infinity", "1e999", "0x10", "1,5", " 1", "e", "1-2"] {
            assert!(number(text).is_nan(), "{text}");
        }
    }
}
