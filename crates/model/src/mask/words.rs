//! How are more predicates compiled than one mask holds?

use super::{Columns, LIMIT, MaskError, MaskSet};
use crate::index::index32;
use crate::predicate::Predicate;

/// Predicates that follow each other in a list, compiled.
#[derive(Clone, Debug)]
pub struct MaskWord {
    /// Index of the predicate of bit 0.
    pub first: u32,
    /// The predicates.
    pub masks: MaskSet,
}

impl MaskWord {
    /// Index of the first predicate that has one of `alternatives`.
    #[inline]
    #[must_use]
    pub fn first_of(&self, alternatives: u64) -> Option<u32> {
        (alternatives != 0).then(|| self.first + self.masks.joined(alternatives).trailing_zeros())
    }
}

/// How a few predicates are compiled into one set.
type Compile<'a> = &'a dyn Fn(&[Predicate]) -> Result<MaskSet, MaskError>;

/// All of `predicates` in words of at most [`LIMIT`], fewer where alternatives across columns need the room. A column that no
/// input has is always null.
///
/// # Errors
/// With the index of a predicate that can't be compiled.
pub fn in_words(predicates: &[Predicate], columns: &dyn Columns) -> Result<Vec<MaskWord>, (usize, MaskError)> {
    words(predicates, &|part| MaskSet::with_unknown_as_null(part, columns).map(|(masks, _)| masks))
}

/// As [`in_words`], but a column that no input has is an error.
///
/// # Errors
/// With the index of a predicate that can't be compiled.
pub fn in_words_of_known(predicates: &[Predicate], columns: &dyn Columns) -> Result<Vec<MaskWord>, (usize, MaskError)> {
    words(predicates, &|part| MaskSet::try_new(part, columns))
}

fn words(predicates: &[Predicate], compile: Compile<'_>) -> Result<Vec<MaskWord>, (usize, MaskError)> {
    let mut words = Vec::new();
    for (number, part) in predicates.chunks(LIMIT).enumerate() {
        push_words(number * LIMIT, part, compile, &mut words)?;
    }
    Ok(words)
}

fn push_words(
    first: usize,
    predicates: &[Predicate],
    compile: Compile<'_>,
    words: &mut Vec<MaskWord>,
) -> Result<(), (usize, MaskError)> {
    match compile(predicates) {
        Ok(masks) => words.push(MaskWord { first: index32(first), masks }),
        Err(_) if predicates.len() > 1 => {
            let (left, right) = predicates.split_at(predicates.len() / 2);
            push_words(first, left, compile, words)?;
            push_words(first + left.len(), right, compile, words)?;
        }
        Err(error) => return Err((first, error)),
    }
    Ok(())
}
